// Alternating offers as the tables play them: linear additive utilities that pull apart, time-
// dependent tactics, 24 rounds. Ranking every outcome is done once per table, playing once.

#include <benchmark/benchmark.h>

#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "engine/negotiation/alternating_offers.h"
#include "engine/negotiation/strategies.h"
#include "engine/random.h"

namespace tavolo::bench {
namespace {

using namespace engine::negotiation;

constexpr int kRounds = 24;
enum class Taste { weight = 1 };

/// Three issues, the size of a plant table (180 outcomes) or of a large transition table (2000).
Agenda agenda_of(std::int64_t outcomes) {
  const std::vector<int> levels = outcomes <= 180 ? std::vector{6, 6, 5} : std::vector{20, 10, 10};
  std::vector<Issue> issues;
  for (const int count : levels) {
    issues.push_back({"issue " + std::to_string(issues.size()), {}});
    for (int level = 0; level < count; ++level) issues.back().levels.push_back(level);
  }
  return Agenda{issues};
}

/// Party 0 wants the highest levels, party 1 the lowest, party 2 those in the middle; each with
/// weights of its own, so that there is something to trade.
Utilities wishes(const Agenda& agenda, std::size_t party) {
  auto draws = engine::Streams{1, 0}(Taste::weight, party);
  std::vector<double> weights;
  double sum = 0;
  for (std::size_t i = 0; i < agenda.issues().size(); ++i)
    sum += weights.emplace_back(0.2 + draws.uniform());
  Utilities utilities{{}, 0.2};
  for (std::size_t outcome = 0; outcome < agenda.outcomes(); ++outcome) {
    const auto offer = agenda.offer(outcome);
    double utility = 0;
    for (std::size_t i = 0; i < offer.size(); ++i) {
      const double x = offer[i] / agenda.issues()[i].levels.back();
      const double worth = party == 0 ? x : party == 1 ? 1 - x : 1 - std::abs(2 * x - 1);
      utility += weights[i] / sum * worth;
    }
    utilities.of.push_back(utility);
  }
  return utilities;
}

struct Table {
  Agenda agenda;
  std::vector<Utilities> wishes;

  AlternatingOffers set_up() const {
    const std::array strategies{boulware(), linear(), linear()};
    std::vector<Party> parties;
    for (std::size_t p = 0; p < wishes.size(); ++p)
      parties.emplace_back("party " + std::to_string(p), wishes[p], strategies[p]);
    return {agenda, std::move(parties), kRounds};
  }
};

Table table_of(const benchmark::State& state) {
  Table table{agenda_of(state.range(1)), {}};
  for (std::int64_t p = 0; p < state.range(0); ++p)
    table.wishes.push_back(wishes(table.agenda, static_cast<std::size_t>(p)));
  return table;
}

// From utilities to a table that is ready: every party ranks every outcome.
void set_up_session(benchmark::State& state) {
  const Table table = table_of(state);
  for (auto _ : state) benchmark::DoNotOptimize(table.set_up());
  state.counters["sessions"] = benchmark::Counter(1, benchmark::Counter::kIsIterationInvariantRate);
}

// From the first offer to the deal, in a copy of the session that was set up.
void play_session(benchmark::State& state) {
  const auto ready = table_of(state).set_up();
  auto session = ready;
  for (auto _ : state) {
    session = ready;
    benchmark::DoNotOptimize(session.play(kRounds));
  }
  if (!session.agreement()) return state.SkipWithError("no deal");
  state.counters["sessions"] = benchmark::Counter(1, benchmark::Counter::kIsIterationInvariantRate);
  state.counters["deal_in_round"] = session.round();
  state.counters["offers"] = static_cast<double>(session.trace().size());
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"parties", "outcomes"})->ArgsProduct({{2, 3}, {180, 2000}});
}
BENCHMARK(set_up_session)->Apply(sizes)->Unit(benchmark::kMicrosecond);
BENCHMARK(play_session)->Apply(sizes)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace tavolo::bench
