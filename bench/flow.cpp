// The month's production plan as a minimum-cost flow, of the size that Italy has in 2024: 25
// tracked plants make 61 programmes over 77 lanes; then with four and sixteen times as many rows,
// to show how the time grows. Quantities and costs are made up: plants are near their capacity.

#include <benchmark/benchmark.h>

#include <limits>
#include <numeric>

#include "engine/flow/transport.h"
#include "engine/random.h"

namespace tavolo::bench {
namespace {

enum class Luck { kProblem = 1 };

engine::TransportProblem month_of_industry(int scale) {
  const int sources = 25 * scale, products = 61 * scale, lanes = 77 * scale;
  auto draws = engine::Streams{1, 0}(Luck::kProblem, static_cast<std::uint64_t>(scale));
  const auto between = [&](double low, double high) {
    return low + (high - low) * draws.uniform();
  };
  engine::TransportProblem problem;
  for (int i = 0; i < products; ++i) {
    problem.demand.push_back(between(500, 9500));
    problem.shortage_cost.push_back(between(15'000, 60'000));
  }
  const double all = std::accumulate(problem.demand.begin(), problem.demand.end(), 0.0);
  for (int i = 0; i < sources; ++i) problem.capacity.push_back(all / sources * between(0.8, 1.6));
  // most programmes have one plant; the others share theirs by contract, with some freedom
  for (int i = 0; i < lanes; ++i) {
    const int product = i % products;
    const bool shared = product < lanes - products;
    problem.lanes.push_back(
        {i % sources, product, between(8'000, 30'000),
         shared ? 0.7 * problem.demand[product] : std::numeric_limits<double>::infinity()});
  }
  return problem;
}

void plan_a_month(benchmark::State& state) {
  const auto problem = month_of_industry(static_cast<int>(state.range(0)));
  engine::TransportSolution plan;
  for (auto _ : state) benchmark::DoNotOptimize(plan = engine::solve(problem));
  state.counters["lanes"] = static_cast<double>(problem.lanes.size());
  state.counters["short_share"] =
      std::accumulate(plan.shortage.begin(), plan.shortage.end(), 0.0) /
      std::accumulate(problem.demand.begin(), problem.demand.end(), 0.0);
}
BENCHMARK(plan_a_month)
    ->ArgName("times_italy")
    ->Arg(1)
    ->Arg(4)
    ->Arg(16)
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace tavolo::bench
