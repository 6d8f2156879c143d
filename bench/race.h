#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>
#include <ctime>

namespace tavolo::bench {

/// Of this thread on a core: other programs do not count.
inline double cpu_seconds() {
  std::timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <class Work>
double seconds_of(Work& work) {
  const double start = cpu_seconds();
  work();
  benchmark::ClobberMemory();
  return cpu_seconds() - start;
}

/// Times `ours` and `yardstick` in turns, so that a busy machine slows both alike. The time shown
/// is ours, for `items` of them; the counters are the times per item and how often ours fits into
/// the yardstick's. For benchmarks with UseManualTime.
template <class Ours, class Yardstick>
void race(benchmark::State& state, std::int64_t items, Ours ours, Yardstick yardstick) {
  double our_s = 0, yardstick_s = 0;
  for (auto _ : state) {
    const double seconds = seconds_of(ours);
    yardstick_s += seconds_of(yardstick);
    our_s += seconds;
    state.SetIterationTime(seconds);
  }
  using benchmark::Counter;
  const auto kPerItem = Counter::kIsRate | Counter::kInvert;
  const auto all = static_cast<double>(state.iterations() * items);
  const double times = yardstick_s / our_s;
  state.counters["ours"] = Counter(all, kPerItem);
  state.counters["yardstick"] = Counter(all / times, kPerItem);
  state.counters["times_faster"] = times;
}

}  // namespace tavolo::bench
