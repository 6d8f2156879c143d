#pragma once

#include <cstddef>
#include <cstdint>

/// Eight numbers worked on side by side, and functions of them: arithmetic only, no call, table or
/// branch, so that the bits are the same at every vector width and on every machine.

namespace tavolo::engine::demand {

// How vectors are passed depends on the processor: inlined by force, they never are.
#define TAVOLO_LANES_INLINE inline __attribute__((always_inline))

/// Compiles a function for wider vectors too; the loader takes what the processor has.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define TAVOLO_LANES_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define TAVOLO_LANES_WIDE
#endif

constexpr std::size_t kLanes = 8;

/// Zero at first; arithmetic is lane by lane, a number stands for eight of the same. Kept in halves
/// as wide as AVX2's vectors: wider ones GCC takes apart lane by lane where there is no AVX-512.
struct alignas(kLanes * sizeof(double)) Lanes {
  static constexpr std::size_t kHalf = kLanes / 2;
  using Half = double __attribute__((vector_size(kHalf * sizeof(double))));
  using Bits = std::uint64_t __attribute__((vector_size(kHalf * sizeof(double))));
  Half half[2] = {};

  Lanes() = default;
  TAVOLO_LANES_INLINE Lanes(double value) : half{value - Half{}, value - Half{}} {}
  TAVOLO_LANES_INLINE double operator[](std::size_t lane) const {
    return half[lane / kHalf][lane % kHalf];
  }
  TAVOLO_LANES_INLINE void set(std::size_t lane, double value) {
    half[lane / kHalf][lane % kHalf] = value;
  }

  TAVOLO_LANES_INLINE Lanes& operator+=(const Lanes& b) {
    half[0] += b.half[0];
    half[1] += b.half[1];
    return *this;
  }
  TAVOLO_LANES_INLINE Lanes& operator-=(const Lanes& b) {
    half[0] -= b.half[0];
    half[1] -= b.half[1];
    return *this;
  }
  TAVOLO_LANES_INLINE Lanes& operator*=(const Lanes& b) {
    half[0] *= b.half[0];
    half[1] *= b.half[1];
    return *this;
  }
  TAVOLO_LANES_INLINE Lanes& operator/=(const Lanes& b) {
    half[0] /= b.half[0];
    half[1] /= b.half[1];
    return *this;
  }
  TAVOLO_LANES_INLINE friend Lanes operator+(const Lanes& a, const Lanes& b) {
    return Lanes{a} += b;
  }
  TAVOLO_LANES_INLINE friend Lanes operator-(const Lanes& a, const Lanes& b) {
    return Lanes{a} -= b;
  }
  TAVOLO_LANES_INLINE friend Lanes operator*(const Lanes& a, const Lanes& b) {
    return Lanes{a} *= b;
  }
  TAVOLO_LANES_INLINE friend Lanes operator/(const Lanes& a, const Lanes& b) {
    return Lanes{a} /= b;
  }
};

/// The greater of `a` and `b`, lane by lane; both are finite. (GCC makes branches of a comparison.)
TAVOLO_LANES_INLINE Lanes greater(const Lanes& a, const Lanes& b) {
  Lanes result;
  for (int h = 0; h < 2; ++h) {
    const Lanes::Bits less = 0 - (Lanes::Bits(a.half[h] - b.half[h]) >> 63);
    result.half[h] =
        Lanes::Half((Lanes::Bits(b.half[h]) & less) | (Lanes::Bits(a.half[h]) & ~less));
  }
  return result;
}

/// The sum of all lanes, in a fixed order.
TAVOLO_LANES_INLINE double sum(const Lanes& a) {
  return ((a[0] + a[1]) + (a[2] + a[3])) + ((a[4] + a[5]) + (a[6] + a[7]));
}

/// e^x for x <= 709, within 1 unit in the last place (0.97 at worst in 2e7 random points); zero
/// below -708.
///
/// x = n ln 2 + r with |r| <= ln 2 / 2; ln 2 is subtracted in two parts, so that n times the first
/// is exact (Cody & Waite 1980, Software Manual for the Elementary Functions, ch. 6). The Taylor
/// series of e^r to r^13 leaves 2e-17; 2^n is added to the exponent's bits.
TAVOLO_LANES_INLINE Lanes exp(const Lanes& x) {
  constexpr double kLowest = -708, kLog2E = 0x1.71547652b82fep0;
  constexpr double kLn2High = 0x1.62e42fefap-1, kLn2Low = 0x1.cf79abc9e3b3ap-40;
  constexpr double kShift = 0x1.8p52;  // adding it rounds to a whole number, kept in the low bits
  const Lanes shifted = x * kLog2E + kShift;
  const Lanes n = shifted - kShift;
  const Lanes r = (x - n * kLn2High) - n * kLn2Low;
  Lanes tail = r * (1.0 / 6227020800) + 1.0 / 479001600;
  tail = tail * r + 1.0 / 39916800;
  tail = tail * r + 1.0 / 3628800;
  tail = tail * r + 1.0 / 362880;
  tail = tail * r + 1.0 / 40320;
  tail = tail * r + 1.0 / 5040;
  tail = tail * r + 1.0 / 720;
  tail = tail * r + 1.0 / 120;
  tail = tail * r + 1.0 / 24;
  tail = tail * r + 1.0 / 6;
  tail = tail * r + 0.5;
  Lanes result = 1 + (r + r * r * tail);
  for (int h = 0; h < 2; ++h) {
    const Lanes::Bits below = 0 - (Lanes::Bits(x.half[h] - kLowest) >> 63);
    const Lanes::Bits power = Lanes::Bits(result.half[h]) + (Lanes::Bits(shifted.half[h]) << 52);
    result.half[h] = Lanes::Half(power & ~below);
  }
  return result;
}

#undef TAVOLO_LANES_INLINE

}  // namespace tavolo::engine::demand
