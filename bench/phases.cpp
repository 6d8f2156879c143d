// How long a run of the whole industry takes, and where the time goes. One run uses one thread;
// sweeps use the others for other runs (sweep.cpp).

#include <benchmark/benchmark.h>

#include <numeric>
#include <stdexcept>
#include <string>
#include <string_view>

#include "agents/calendar.h"
#include "agents/initialise.h"
#include "agents/read_scenario.h"
#include "bench/italy.h"

namespace tavolo::bench {
namespace {

using agents::Phase;
using agents::World;

// Seven years of Italy, 2024 to 2030, without what is done once per sweep (read, initialise).
void run_italy(benchmark::State& state) {
  const auto& scenario = italy();
  std::uint64_t replication = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(agents::play(scenario, "no_intervention", 1, replication++));
  const double years = scenario.until - scenario.start.year() + 1;
  state.counters["a_year"] = benchmark::Counter(
      years, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(run_italy)->Unit(benchmark::kMillisecond);

// What a sweep does once per combination of factor levels: from rows as read to a base year
// matched. Reading the files is not in it.
void initialise_italy(benchmark::State& state) {
  engine::Problems problems;
  const auto config = engine::Config::load(kItaly, problems);
  const auto as_read = agents::read_scenario(config, problems);
  problems.throw_if_any();
  for (auto _ : state) {
    state.PauseTiming();
    auto scenario = as_read;
    state.ResumeTiming();
    agents::initialise(scenario);
  }
}
BENCHMARK(initialise_italy)->Unit(benchmark::kMillisecond);

/// A phase and the world as it finds it, in January of the third year: no launch that month makes
/// choose_vehicles forecast anew.
struct Stage {
  Phase phase;
  World world;
  engine::Streams luck{1, 0};
};

Stage stage_of(std::string_view name) {
  const engine::Streams luck{1, 0};
  World world = agents::first_world(italy());
  for (int month = 0; month < 24; ++month) agents::play_month(italy(), world, luck);
  const auto now = luck.at(static_cast<std::uint32_t>(world.month.index));
  for (const auto phases : {agents::january(), agents::every_month()})
    for (const auto& phase : phases) {
      if (phase.name == name) return {phase, std::move(world), now};
      phase.run(italy(), world, now);
    }
  throw std::logic_error{"no phase " + std::string{name}};
}

double choices_made(const World& world) {
  const auto& made = world.garage.purchases;
  return std::accumulate(made.begin(), made.end(), 0.0);
}

// One phase, once. set_prices is called once a year, the others every month. The world is put
// back between calls, which is not in the time.
void phase(benchmark::State& state, const char* name) {
  const Stage stage = stage_of(name);
  World world;
  for (auto _ : state) {
    state.PauseTiming();
    world = stage.world;
    state.ResumeTiming();
    stage.phase.run(italy(), world, stage.luck);
  }
  if (world.forecast_lineup != stage.world.forecast_lineup) state.SetLabel("forecasts too");
  // home buyers who bought or kept what they had; other markets order by expectation
  const double choices = choices_made(world) - choices_made(stage.world);
  if (choices > 0)
    state.counters["choices"] =
        benchmark::Counter(choices, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK_CAPTURE(phase, set_prices, "set_prices")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(phase, choose_vehicles, "choose_vehicles")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(phase, produce, "produce")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(phase, close_books, "close_books")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tavolo::bench
