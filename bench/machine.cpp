// What this machine can do at most, to be read beside our figures: memory bandwidth by the triad,
// single-precision exponentials by vectors, random bytes gathered.
//
//   machine [threads]

#include <tbb/global_control.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <vector>

#include "engine/elementary.h"
#include "engine/simd.h"

namespace {

using namespace tavolo::engine;

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// The shortest of several times that `work(0)` … `work(threads - 1)` take side by side.
double shortest(int threads, const std::function<void(int)>& work) {
  double best = 1e300;
  for (int round = 0; round < 10; ++round) {
    const double start = seconds();
    tbb::parallel_for(0, threads, work, tbb::static_partitioner{});
    best = std::min(best, seconds() - start);
  }
  return best;
}

/// a = b + s c over arrays far larger than the caches (McCalpin 1995, STREAM): bytes per second,
/// the line that a store reads first not counted.
double triad(int threads) {
  constexpr std::size_t kSize = std::size_t{1} << 24;
  std::vector<double> a(kSize), b(kSize, 1.0), c(kSize, 2.0);
  const auto part = kSize / static_cast<std::size_t>(threads);
  const double time = shortest(threads, [&](int thread) {
    const auto first = part * static_cast<std::size_t>(thread);
    double* to = a.data() + first;
    const double *x = b.data() + first, *y = c.data() + first;
    vectorised([&]() TAVOLO_IN_LOOP {
      for (std::size_t i = 0; i < part; ++i) to[i] = x[i] + 3.0 * y[i];
    });
  });
  return 24.0 * static_cast<double>(part) * threads / time;
}

/// Exponentials per second, of arguments in the cache.
double exponentials(int threads) {
  constexpr std::size_t kSize = 4096;
  constexpr int kRounds = 2000;
  std::vector<std::vector<float>> columns(static_cast<std::size_t>(threads));
  const double time = shortest(threads, [&](int thread) {
    auto& column = columns[static_cast<std::size_t>(thread)];
    column.assign(kSize, 0.5f);
    float* x = column.data();
    vectorised([&]() TAVOLO_IN_LOOP {
      for (int round = 0; round < kRounds; ++round)
        for (std::size_t i = 0; i < kSize; ++i) x[i] = exp(-x[i]);
    });
  });
  return static_cast<double>(kSize) * kRounds * threads / time;
}

/// Bytes read at random places of `size` bytes, per second.
double gathers(int threads, std::size_t size) {
  constexpr std::size_t kPlaces = 4096;
  constexpr int kRounds = 500;
  const std::vector<std::uint8_t> bytes(size, 1);
  std::vector<std::uint32_t> places(kPlaces);
  std::uint64_t state = 1;
  for (auto& place : places) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    place = static_cast<std::uint32_t>((state >> 33) % size);
  }
  std::vector<std::uint64_t> sums(static_cast<std::size_t>(threads) * 16);
  const double time = shortest(threads, [&](int thread) {
    std::uint64_t sum = 0;
    for (int round = 0; round < kRounds; ++round)
      for (const std::uint32_t place : places)
        sum += bytes[(place + static_cast<std::uint32_t>(round) * 97U) % size];
    sums[static_cast<std::size_t>(thread) * 16] += sum;
  });
  return static_cast<double>(kPlaces) * kRounds * threads / time;
}

}  // namespace

int main(int count, char** arguments) {
  const int threads = count > 1 ? std::max(1, std::atoi(arguments[1])) : 1;
  const tbb::global_control limit{tbb::global_control::max_allowed_parallelism,
                                  static_cast<std::size_t>(threads)};
  static constexpr const char* kNames[] = {"plain", "avx2", "avx512"};
  std::printf("instruction set %s, threads %d\n", kNames[static_cast<int>(isa_in_use())], threads);
  std::printf("triad           %8.1f GB/s\n", triad(threads) * 1e-9);
  std::printf("exp (float)     %8.2f thousand million/s\n", exponentials(threads) * 1e-9);
  std::printf("gather of 1 MB  %8.2f thousand million bytes/s\n",
              gathers(threads, std::size_t{1} << 20) * 1e-9);
}
