// Negotiations as tables and tournaments hold them: linear additive utilities that pull apart, by
// stacked alternating offers. `shared`: every party has ranked every outcome before; what is timed
// is a table set anew and played. `rebuilt`: utilities are tabulated and ranked for every
// negotiation. The counter `sessions` is negotiations per second of one core.

#include <benchmark/benchmark.h>

#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/negotiation/alternating_offers.h"
#include "engine/negotiation/catalogue.h"
#include "engine/negotiation/domain.h"
#include "engine/negotiation/strategies.h"
#include "engine/random.h"

namespace tavolo::bench {
namespace {

using namespace engine::negotiation;

constexpr int kRounds = 100;
enum class Taste { weight = 1 };

/// From the size of a plant table (180 outcomes) to the largest domains that are published.
std::vector<std::size_t> levels_of(std::int64_t outcomes) {
  switch (outcomes) {
    case 180:
      return {6, 6, 5};
    case 1'000:
      return {10, 10, 10};
    case 4'000:
      return {20, 20, 10};
    default:
      return {5, 5, 5, 5, 5, 5, 5, 5};  // 390,625
  }
}

/// Party 0 wants the highest levels, party 1 the lowest, party 2 those in the middle; each with
/// weights of its own, so that there is something to trade.
Domain domain_of(std::int64_t outcomes, std::size_t parties) {
  std::vector<Issue> issues;
  for (const auto count : levels_of(outcomes)) {
    issues.push_back({"issue " + std::to_string(issues.size()), {}});
    for (std::size_t level = 0; level < count; ++level)
      issues.back().levels.push_back(static_cast<double>(level));
  }
  Domain domain{"bench", Agenda{issues}, {}, {}};
  for (std::size_t party = 0; party < parties; ++party) {
    auto draws = engine::Streams{1, 0}(Taste::weight, party);
    Profile profile{"party " + std::to_string(party), {}, 0.2, 1};
    std::vector<double> weights;
    double sum = 0;
    for (std::size_t i = 0; i < issues.size(); ++i)
      sum += weights.emplace_back(0.2 + draws.uniform());
    for (std::size_t i = 0; i < issues.size(); ++i) {
      Listed worth;
      for (const double level : issues[i].levels) {
        const double x = level / issues[i].levels.back();
        worth.evaluations.push_back(party == 0 ? x : party == 1 ? 1 - x : 1 - std::abs(2 * x - 1));
      }
      profile.utility.valuations.push_back(Valuation{weights[i] / sum, worth});
    }
    domain.profiles.push_back(std::move(profile));
  }
  return domain;
}

using Strategies = std::vector<std::shared_ptr<const Strategy>>;

Strategies all(std::size_t parties, const Strategy& strategy) {
  return Strategies(parties, std::make_shared<const Strategy>(strategy));
}

std::vector<Party> rank(const Domain& domain, const Strategies& strategies) {
  std::vector<Party> parties;
  for (std::size_t p = 0; p < strategies.size(); ++p)
    parties.emplace_back(
        domain.profiles[p].name,
        std::make_shared<const Ranking>(tabulate(domain.agenda, domain.profiles[p].utility)),
        domain.profiles[p].reservation, strategies[p]);
  return parties;
}

void report(benchmark::State& state, const AlternatingOffers& session) {
  if (!session.agreement()) return state.SkipWithError("no deal");
  state.counters["sessions"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
  state.counters["deal_in_round"] =
      benchmark::Counter(session.round(), benchmark::Counter::kAvgThreads);
}

void shared_profiles(benchmark::State& state) {
  const auto seats = static_cast<std::size_t>(state.range(0));
  const auto domain = domain_of(state.range(1), seats);
  const auto agenda = std::make_shared<const Agenda>(domain.agenda);
  const auto parties = rank(domain, all(seats, boulware()));
  AlternatingOffers session;
  for (auto _ : state) {
    session = AlternatingOffers{agenda, parties, kRounds};
    benchmark::DoNotOptimize(session.play(kRounds));
  }
  report(state, session);
}
BENCHMARK(shared_profiles)
    ->ArgNames({"parties", "outcomes"})
    ->ArgsProduct({{2}, {180, 1'000, 4'000, 390'625}})
    ->Args({3, 180})
    ->Unit(benchmark::kMicrosecond);
// As a tournament on many cores: each thread with a table and rankings of its own.
BENCHMARK(shared_profiles)
    ->ArgNames({"parties", "outcomes"})
    ->Args({2, 180})
    ->ThreadRange(1, 2)
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);

void rebuilt_profiles(benchmark::State& state) {
  const auto seats = static_cast<std::size_t>(state.range(0));
  const auto domain = domain_of(state.range(1), seats);
  const auto agenda = std::make_shared<const Agenda>(domain.agenda);
  const auto strategies = all(seats, boulware());
  AlternatingOffers session;
  for (auto _ : state) {
    session = AlternatingOffers{agenda, rank(domain, strategies), kRounds};
    benchmark::DoNotOptimize(session.play(kRounds));
  }
  report(state, session);
}
BENCHMARK(rebuilt_profiles)
    ->ArgNames({"parties", "outcomes"})
    ->ArgsProduct({{2}, {180, 4'000, 390'625}})
    ->Unit(benchmark::kMicrosecond);

// Every strategy against a linear conceder.
void strategy(benchmark::State& state, const char* name) {
  const auto domain = domain_of(180, 2);
  const auto agenda = std::make_shared<const Agenda>(domain.agenda);
  const Strategies strategies{std::make_shared<const Strategy>(make_strategy(name)),
                              std::make_shared<const Strategy>(linear())};
  const auto parties = rank(domain, strategies);
  AlternatingOffers session;
  for (auto _ : state) {
    session = AlternatingOffers{agenda, parties, kRounds};
    benchmark::DoNotOptimize(session.play(kRounds));
  }
  report(state, session);
}
BENCHMARK_CAPTURE(strategy, boulware, "boulware")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(strategy, micro, "micro")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(strategy, tit_for_tat, "tit_for_tat")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(strategy, nice_tit_for_tat, "nice_tit_for_tat")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(strategy, hybrid, "hybrid")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(strategy, boulware_frequency, "boulware+frequency")
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(strategy, boulware_bayesian, "boulware+bayesian")->Unit(benchmark::kMicrosecond);

// From the first offer to the deal, in a copy of a table that was set.
void played_from_a_copy(benchmark::State& state) {
  const auto domain = domain_of(180, 2);
  const AlternatingOffers ready{domain.agenda, rank(domain, all(2, boulware())), kRounds};
  auto session = ready;
  for (auto _ : state) {
    session = ready;
    benchmark::DoNotOptimize(session.play(kRounds));
  }
  report(state, session);
}
BENCHMARK(played_from_a_copy)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace tavolo::bench
