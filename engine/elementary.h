#pragma once

#include <bit>
#include <cstdint>

#include "engine/simd.h"

/// Elementary functions without branches, tables or calls, so that loops over them vectorise, and
/// with the same bits on every processor (the C library's exp and log differ between processors in
/// the last bit). Arguments that a function does not name give numbers without meaning, but no trap
/// and no endless loop. Errors were measured against long double
/// (tests/engine/elementary_test.cpp).
///
/// Reduction to a short interval, then a polynomial (Muller 2016, Elementary Functions, 3rd ed.,
/// ch. 3 and 5); its coefficients minimise the largest relative error (Remez exchange).

namespace tavolo::engine {

/// e^x for x <= 709; 0 below -708. Relative error below 3e-16.
TAVOLO_IN_LOOP inline double exp(double x) {
  constexpr double kLog2E = 0x1.71547652b82fep+0;
  // ln 2 in two parts, the first with zeros at its end: a multiple of it is exact
  constexpr double kLn2High = 0x1.62e42fee00000p-1, kLn2Low = 0x1.a39ef35793c76p-33;
  constexpr double kRound = 0x1.8p52;  // adding it leaves a whole number in the lowest bits
  const double kept = x > -708.0 ? x : -708.0;
  const double shifted = kept * kLog2E + kRound;
  const double n = shifted - kRound;
  const double r = (kept - n * kLn2High) - n * kLn2Low;
  double q = 2.511784656854378652e-8;
  q = q * r + 2.7631265667983377e-7;
  q = q * r + 2.75572163459447291e-6;
  q = q * r + 0.00002480148998072601639;
  q = q * r + 0.0001984126991733379217;
  q = q * r + 0.001388888894698157315;
  q = q * r + 0.008333333333307227677;
  q = q * r + 0.0416666666665155368;
  q = q * r + 0.1666666666666669903;
  q = q * r + 0.5000000000000012729;
  const double mantissa = 1.0 + (r + r * r * q);
  const auto power = (std::bit_cast<std::uint64_t>(shifted) << 52) + 0x3ff0000000000000U;
  const double value = mantissa * std::bit_cast<double>(power);
  return x > -708.0 ? value : 0.0;
}

/// ln x of a positive normal number. Error below 3e-16, relative or, near x = 1, absolute.
TAVOLO_IN_LOOP inline double log(double x) {
  constexpr double kLn2High = 0x1.62e42fee00000p-1, kLn2Low = 0x1.a39ef35793c76p-33;
  constexpr std::uint64_t kRootHalf = 0x3fe6a09e667f3bcdU, kOne = 0x3ff0000000000000U;
  const auto bits = std::bit_cast<std::uint64_t>(x);
  // x = 2^(biased - 1023) m with m from sqrt(1/2) to sqrt(2)
  const std::uint64_t biased = (bits - kRootHalf + kOne) >> 52;
  const double m = std::bit_cast<double>(bits - (biased << 52) + kOne);
  const double n = std::bit_cast<double>(biased | 0x4330000000000000U) - (0x1p52 + 1023.0);
  const double f = m - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  double r = 0.1479594950270690964;
  r = r * z + 0.1531405056328876399;
  r = r * z + 0.1818356432606936052;
  r = r * z + 0.2222219857317723206;
  r = r * z + 0.2857142874238777548;
  r = r * z + 0.3999999999941467742;
  r = r * z + 0.6666666666666734412;
  // ln m = 2 atanh s
  return n * kLn2High + (2.0 * s + (s * z * r + n * kLn2Low));
}

/// e^x for x <= 88; 0 below -87. Relative error below 2e-7.
TAVOLO_IN_LOOP inline float exp(float x) {
  constexpr float kLog2E = 0x1.715476p+0f;
  constexpr float kLn2High = 0x1.62e400p-1f, kLn2Low = 0x1.7f7d1cp-20f;
  constexpr float kRound = 0x1.8p23f;
  const float kept = x > -87.0f ? x : -87.0f;
  const float shifted = kept * kLog2E + kRound;
  const float n = shifted - kRound;
  const float r = (kept - n * kLn2High) - n * kLn2Low;
  float q = 0.001395047959f;
  q = q * r + 0.00836888223f;
  q = q * r + 0.04166620597f;
  q = q * r + 0.166665189f;
  q = q * r + 0.5000000095f;
  const float mantissa = 1.0f + (r + r * r * q);
  const auto power = (std::bit_cast<std::uint32_t>(shifted) << 23) + 0x3f800000U;
  const float value = mantissa * std::bit_cast<float>(power);
  return x > -87.0f ? value : 0.0f;
}

/// ln x of a positive normal number. Error below 2e-7, relative or, near x = 1, absolute.
TAVOLO_IN_LOOP inline float log(float x) {
  constexpr float kLn2 = 0x1.62e430p-1f;
  const auto bits = std::bit_cast<std::int32_t>(x);
  const std::int32_t shifted = bits - 0x3f3504f3;  // less the bits of sqrt(1/2)
  const auto n = static_cast<float>(shifted >> 23);
  const float f = std::bit_cast<float>(bits - (shifted & ~0x7fffff)) - 1.0f;
  float p = 0.08917858522f;
  p = p * f - 0.1435020168f;
  p = p * f + 0.1487696549f;
  p = p * f - 0.1656563477f;
  p = p * f + 0.1996539769f;
  p = p * f - 0.2500174691f;
  p = p * f + 0.3333385808f;
  const float square = f * f;
  return n * kLn2 + (f + square * (f * p - 0.5f));
}

/// sin(pi x) for x in [0, 1]. Relative error below 3e-7, as far as 1 - x is exact.
TAVOLO_IN_LOOP inline float sin_pi(float x) {
  const float y = x < 0.5f ? x : 1.0f - x;
  const float z = y * y;
  float p = 0.07756038639f;
  p = p * z - 0.5982421261f;
  p = p * z + 2.550069726f;
  p = p * z - 5.167709685f;
  p = p * z + 3.141592637f;
  return y * p;
}

}  // namespace tavolo::engine
