// How long a run of the whole industry takes, and where the time goes. One run uses one thread;
// sweeps use the others for other runs (sweep.cpp).

#include <benchmark/benchmark.h>
#include <tbb/global_control.h>

#include <ctime>
#include <map>
#include <numeric>
#include <stdexcept>
#include <string>
#include <string_view>

#include "agents/calendar.h"
#include "agents/initialise.h"
#include "agents/policies/catalogue.h"
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

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// One replication as a sweep plays it, on one core: 20,000 buyers, 2024 to 2035, all phases. With
// it, by phase, the milliseconds of processor time that it takes in a simulated year, and in
// `supply` those of all phases but choose_vehicles.
void replication_to_2035(benchmark::State& state, const char* policy) {
  const tbb::global_control one_core{tbb::global_control::max_allowed_parallelism, 1};
  static const agents::Scenario scenario = agents::load_scenario(
      kItaly, std::vector<engine::Override>{{"until", "2035"}, {"population.buyers", "20000"}});
  const auto strategy = agents::make_policy(policy);
  std::map<std::string, double> spent;
  const auto run = [&](std::span<const Phase> phases, World& world, const engine::Streams& luck) {
    for (const auto& phase : phases) {
      const double start = cpu_seconds();
      phase.run(scenario, world, luck);
      spent[std::string{phase.name}] += cpu_seconds() - start;
    }
  };
  std::uint64_t replication = 0;
  for (auto _ : state) {
    const engine::Streams luck{1, replication++};
    World world = agents::first_world(scenario);
    for (std::size_t g = 0; g < scenario.governments.size(); ++g)
      if (scenario.governments[g].strategic) world.strategies[g] = strategy.get();
    while (world.month.year() <= scenario.until) {
      const auto now = luck.at(static_cast<std::uint32_t>(world.month.index));
      if (world.month.month() == 1) run(agents::january(), world, now);
      run(agents::every_month(), world, now);
      if (world.month.month() == 12) run(agents::december(), world, now);
      world.month = world.month + 1;
    }
  }
  const double years = scenario.until - scenario.start.year() + 1;
  double supply = 0;
  for (const auto& [name, seconds] : spent) {
    const double ms = 1e3 * seconds / years / static_cast<double>(state.iterations());
    state.counters[name] = ms;
    if (name != "choose_vehicles") supply += ms;
  }
  state.counters["supply"] = supply;
}
BENCHMARK_CAPTURE(replication_to_2035, no_intervention, "no_intervention")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(replication_to_2035, transition_pact, "transition_pact")
    ->Unit(benchmark::kMillisecond);

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
