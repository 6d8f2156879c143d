#pragma once

#include <atomic>
#include <cstddef>

/// Inner loops for the widest vectors that the processor at hand has, from one source.
///
/// A loop is written plainly, over blocks of kPad values without branches, and compiled for
/// several instruction sets; which one runs is decided at run time. The bits of the results are the
/// same for all: no operation is fused, reordered or approximated by hardware (-ffp-contract=off,
/// no fast-math, functions from elementary.h).

namespace tavolo::engine {

/// Instruction sets that loops are compiled for, narrowest first. Where there is no choice (other
/// processors than x86-64) there is the first only.
enum class Isa { plain, avx2, avx512 };

/// Columns that vectorised loops run over are padded to a multiple of this.
inline constexpr std::size_t kPad = 16;
/// The next multiple of kPad.
constexpr std::size_t padded(std::size_t n) { return (n + kPad - 1) / kPad * kPad; }

/// The widest set of this processor.
inline Isa widest_isa() {
#if defined(__x86_64__)
  static const Isa widest = [] {
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
      return Isa::avx512;
    return __builtin_cpu_supports("avx2") ? Isa::avx2 : Isa::plain;
  }();
  return widest;
#else
  return Isa::plain;
#endif
}

namespace simd {

inline std::atomic<Isa> limit{Isa::avx512};

template <class Body>
void plain(const Body& body) {
  body();
}
#if defined(__x86_64__)
template <class Body>
[[gnu::target("avx2")]] void avx2(const Body& body) {
  body();
}
template <class Body>
[[gnu::target("avx2,avx512f,avx512bw,avx512dq,avx512vl")]] void avx512(const Body& body) {
  body();
}
#endif

}  // namespace simd

/// Nothing wider from here on, in all threads: for tests and measurements.
inline void limit_isa(Isa widest) { simd::limit.store(widest, std::memory_order_relaxed); }

/// What vectorised() runs now.
inline Isa isa_in_use() {
  const Isa limit = simd::limit.load(std::memory_order_relaxed);
  return limit < widest_isa() ? limit : widest_isa();
}

/// Marks what must be compiled into the caller, for the caller's instruction set.
#define TAVOLO_IN_LOOP __attribute__((always_inline))

/// Calls `body(0)` … `body(kCount - 1)`, as one step of vectors: no call may read what another
/// writes. `body` is a lambda marked TAVOLO_IN_LOOP.
template <std::size_t kCount, class Body>
TAVOLO_IN_LOOP inline void for_lanes(const Body& body) {
  // unrolled loops, which short ones would be, are not vectorised
#if defined(__clang__)
#pragma clang loop unroll(disable) vectorize(assume_safety)
#else
#pragma GCC unroll 1
#pragma GCC ivdep
#endif
  for (std::size_t lane = 0; lane < kCount; ++lane) body(lane);
}

/// Runs `body`, a lambda marked TAVOLO_IN_LOOP that calls only such functions in its loops:
///
///     vectorised([&]() TAVOLO_IN_LOOP { for (…) y[i] = exp(x[i]); });
template <class Body>
void vectorised(const Body& body) {
#if defined(__x86_64__)
  switch (isa_in_use()) {
    case Isa::avx512:
      return simd::avx512(body);
    case Isa::avx2:
      return simd::avx2(body);
    default:
      break;
  }
#endif
  simd::plain(body);
}

}  // namespace tavolo::engine
