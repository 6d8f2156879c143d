// What luck costs that is named by what it decides (Philox 4x64-10), against the usual generator
// with a state, std::mt19937_64. Both turn 64 bits into a uniform in the same way.

#include "engine/random.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "bench/race.h"

namespace tavolo::bench {
namespace {

enum class Luck { kBench = 1 };
constexpr std::int64_t kDraws = 4096;
const engine::Streams kLuck{1, 0};

void against_mersenne(benchmark::State& state, auto fill, auto shape) {
  std::vector<double> drawn(kDraws);
  std::mt19937_64 mersenne{1};
  race(
      state, kDraws, [&] { fill(drawn); },
      [&] {
        for (auto& value : drawn) value = shape(engine::uniform_of_bits(mersenne()));
      });
}
const auto as_it_is = [](double uniform) { return uniform; };

// Many uniforms under one name.
void uniforms_of_one_name(benchmark::State& state) {
  const auto fill = [](std::vector<double>& drawn) {
    auto draws = kLuck(Luck::kBench, 0);
    for (auto& value : drawn) value = draws.uniform();
  };
  against_mersenne(state, fill, as_it_is);
}
BENCHMARK(uniforms_of_one_name)->UseManualTime();

// Four uniforms per name: how buyers draw their tastes, for four vehicles at a time.
void four_uniforms_a_name(benchmark::State& state) {
  const auto fill = [](std::vector<double>& drawn) {
    for (std::size_t i = 0; i < drawn.size(); i += 4) {
      const auto block = kLuck(Luck::kBench, i).block();
      std::copy(block.begin(), block.end(), drawn.begin() + static_cast<std::ptrdiff_t>(i));
    }
  };
  against_mersenne(state, fill, as_it_is);
}
BENCHMARK(four_uniforms_a_name)->UseManualTime();

// One uniform per name: the dearest, since three of four are thrown away.
void one_uniform_a_name(benchmark::State& state) {
  const auto fill = [](std::vector<double>& drawn) {
    for (std::size_t i = 0; i < drawn.size(); ++i) drawn[i] = kLuck(Luck::kBench, i).uniform();
  };
  against_mersenne(state, fill, as_it_is);
}
BENCHMARK(one_uniform_a_name)->UseManualTime();

// Gumbel shocks under one name: the two logarithms outweigh the generator.
void gumbels_of_one_name(benchmark::State& state) {
  const auto fill = [](std::vector<double>& drawn) {
    auto draws = kLuck(Luck::kBench, 0);
    for (auto& value : drawn) value = draws.gumbel();
  };
  against_mersenne(state, fill, [](double uniform) { return -std::log(-std::log(uniform)); });
}
BENCHMARK(gumbels_of_one_name)->UseManualTime();

}  // namespace
}  // namespace tavolo::bench
