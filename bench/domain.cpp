// Negotiation domains: from the XML of GENIUS to the solutions, step by step. 180 outcomes are a
// table of the field's competitions, 390 625 (8 issues of 5 values) the largest of them.

#include "engine/negotiation/domain.h"

#include <benchmark/benchmark.h>

#include <string>
#include <utility>
#include <vector>

#include "engine/negotiation/analysis.h"
#include "engine/random.h"

namespace tavolo::bench {
namespace {

using namespace engine::negotiation;

enum class Luck { kEvaluation = 1 };

/// Linear additive parties. Every second one likes the levels in the opposite order, and by weights
/// of its own, so that there is much to trade and the frontier is long.
Domain domain_of(std::int64_t outcomes, std::int64_t parties) {
  const std::vector<int> levels = outcomes == 180    ? std::vector{5, 4, 3, 3}
                                  : outcomes == 3600 ? std::vector{5, 6, 4, 5, 3, 2}
                                                     : std::vector(8, 5);
  std::vector<Issue> issues;
  for (const int count : levels) {
    std::vector<std::string> labels;
    for (int level = 0; level < count; ++level) labels.push_back("value " + std::to_string(level));
    issues.push_back(Issue::categorical("issue " + std::to_string(issues.size()), labels));
  }
  Domain domain{"bench", Agenda{std::move(issues)}, {}, {}};
  for (std::int64_t p = 0; p < parties; ++p) {
    auto draws = engine::Streams{1, 0}(Luck::kEvaluation, static_cast<std::size_t>(p));
    Profile profile{"party " + std::to_string(p), {}, 0.3, 1};
    for (const int count : levels) {
      Listed listed;
      for (int level = 0; level < count; ++level)
        listed.evaluations.push_back((p % 2 == 0 ? level : count - 1 - level) +
                                     0.3 * draws.uniform());
      const double weight = 2 * draws.uniform() / static_cast<double>(levels.size());
      profile.utility.valuations.push_back(Valuation{weight, std::move(listed)});
    }
    domain.profiles.push_back(std::move(profile));
  }
  return domain;
}

void read_genius(benchmark::State& state) {
  const auto files = genius_texts(domain_of(state.range(1), state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(parse_genius("bench", files));
}

void read_toml(benchmark::State& state) {
  const auto text = toml_text(domain_of(state.range(1), state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(parse_toml_domain(text, "bench.toml"));
}

void tabulate_domain(benchmark::State& state) {
  const auto domain = domain_of(state.range(1), state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(tabulate(domain));
}

void find_frontier(benchmark::State& state) {
  const auto parties = tabulate(domain_of(state.range(1), state.range(0)));
  std::size_t frontier = 0;
  for (auto _ : state) frontier = pareto_frontier(parties).size();
  state.counters["on_frontier"] = static_cast<double>(frontier);
}

void analyse_domain(benchmark::State& state) {
  const auto parties = tabulate(domain_of(state.range(1), state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(analyse(parties));
}

/// The hardest case for a frontier: shares of a pie, none of which dominates another.
void find_frontier_of_a_pie(benchmark::State& state) {
  const auto outcomes = static_cast<std::size_t>(state.range(1));
  std::vector<Utilities> parties(static_cast<std::size_t>(state.range(0)));
  auto draws = engine::Streams{1, 0}(Luck::kEvaluation, 99);
  for (std::size_t outcome = 0; outcome < outcomes; ++outcome) {
    double sum = 0;
    for (auto& party : parties) sum += party.of.emplace_back(draws.uniform() + 1e-3);
    for (auto& party : parties) party.of.back() /= sum;
  }
  std::size_t frontier = 0;
  for (auto _ : state) frontier = pareto_frontier(parties).size();
  state.counters["on_frontier"] = static_cast<double>(frontier);
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"parties", "outcomes"})
      ->ArgsProduct({{2, 3}, {180, 3600, 390625}})
      ->Unit(benchmark::kMicrosecond);
}
BENCHMARK(read_genius)->Apply(sizes);
BENCHMARK(read_toml)->Apply(sizes);
BENCHMARK(tabulate_domain)->Apply(sizes);
BENCHMARK(find_frontier)->Apply(sizes);
BENCHMARK(analyse_domain)->Apply(sizes);
BENCHMARK(find_frontier_of_a_pie)->Apply(sizes);

}  // namespace
}  // namespace tavolo::bench
