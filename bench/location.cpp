// Warehouse location of two sizes: that of the OR-Library's cap111 to cap134 (50 sites, 50
// customers), solved to the optimum, and that of capa to capc (100 sites, 1000 customers), by
// heuristic; and one assignment of 1000 customers to a dozen sites, ours and by the general network
// solver of engine/flow. Problems are made up.

#include <benchmark/benchmark.h>

#include <limits>
#include <vector>

#include "bench/race.h"
#include "engine/flow/transport.h"
#include "engine/location/assignment.h"
#include "engine/location/problem.h"
#include "tests/engine/location/instances.h"

namespace tavolo::bench {
namespace {

namespace location = engine::location;

void locate(benchmark::State& state) {
  const auto sites = static_cast<int>(state.range(0)), customers = static_cast<int>(state.range(1));
  const auto tightness = static_cast<double>(state.range(2));
  const double fixed_cost = 5.0 * customers;
  location::Solution solution;
  double gap = 0, proven = 0;
  constexpr std::uint64_t kProblems = 5;
  std::vector<location::Problem> problems;
  for (std::uint64_t k = 0; k < kProblems; ++k)
    problems.push_back(test::town_location_problem(k, sites, customers, fixed_cost, tightness));
  for (auto _ : state) {
    gap = proven = 0;
    for (const auto& problem : problems) {
      benchmark::DoNotOptimize(solution = location::solve(problem));
      gap = std::max(gap, solution.gap());
      proven += solution.exact ? 1 : 0;
    }
  }
  state.counters["largest_gap"] = gap;
  state.counters["proven"] = proven;
  state.counters["problems"] = kProblems;
}
BENCHMARK(locate)
    ->ArgNames({"sites", "customers", "tightness"})
    ->Args({50, 50, 2})
    ->Args({50, 50, 4})
    ->Args({100, 1000, 1})
    ->Args({100, 1000, 2})
    ->Unit(benchmark::kMillisecond);

void assign_customers(benchmark::State& state) {
  const auto problem = test::town_location_problem(1, 12, 1000, 5000, 9);
  const location::Instance instance{problem};
  location::Assignment assignment{instance};
  std::vector<int> open;
  engine::TransportProblem transport{problem.capacity, problem.demand, {}, {}};
  transport.shortage_cost.assign(problem.customers(), 1e6);
  for (int i = 0; i < problem.sites(); ++i) {
    open.push_back(i);
    for (int j = 0; j < problem.customers(); ++j)
      transport.lanes.push_back(
          {i, j, problem.cost(i, j) / problem.demand[j], std::numeric_limits<double>::infinity()});
  }
  race(
      state, 1, [&] { benchmark::DoNotOptimize(assignment.solve(open)); },
      [&] { benchmark::DoNotOptimize(engine::solve(transport).cost); });
}
BENCHMARK(assign_customers)->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tavolo::bench
