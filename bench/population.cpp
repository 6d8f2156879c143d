// The whole industry on a population of any size, up to one agent for each real buyer: what it
// takes to build it and to play a year with it, and how much memory. docs/scale.md has figures.
//
//   population [scenario] [buyers] [everywhere] [last year] [threads] [network]
//
//   population configs/italy/2024.toml 1e9 0 2035 2          every buyer in Italy
//   population configs/italy/2024.toml 1e9 1 2024 2          every buyer in all markets

#include <sys/resource.h>
#include <tbb/global_control.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agents/automotive_model.h"
#include "agents/calendar.h"
#include "agents/indicators.h"
#include "agents/initialise.h"
#include "agents/policies/catalogue.h"
#include "engine/error.h"

namespace {

using namespace tavolo;

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Of all threads on cores: other programs on the machine do not count.
double cpu_seconds() {
  std::timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// The most that this process has had in memory so far.
double peak_gigabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1e6;
}

void print_agents(const agents::Scenario& scenario) {
  for (int m = 0; m < static_cast<int>(scenario.markets.size()); ++m) {
    if (!scenario.buyers_act(m)) continue;
    std::printf("%-18s", scenario.markets[m].name.c_str());
    for (const auto& group : scenario.buyers.groups)
      if (group.first >= scenario.buyers.market_begin[m] &&
          group.last <= scenario.buyers.market_begin[m + 1])
        std::printf("  %10u of weight %8.3f", group.last - group.first, group.weight);
    std::printf("\n");
  }
}

/// Of the last year recorded: new cars at home by powertrain.
void print_shares(const agents::Scenario& scenario, const agents::World& world) {
  const auto names = agents::indicators(scenario);
  if (world.indicators.size() < names.size()) return;
  const double* last = world.indicators.data() + world.indicators.size() - names.size();
  std::printf("new cars at home in %d:", world.recorded_years.back());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string_view name = names[i].name;
    if (name == "registrations") std::printf(" %.0f", last[i]);
    for (const auto power : agents::kPowertrainNames)
      if (name == std::string{power} + "_share") std::printf("  %s %.5f", power.data(), last[i]);
  }
  std::printf("\n");
}

int run(int count, char** arguments) {
  std::setvbuf(stdout, nullptr, _IOLBF, 1 << 12);  // a run is long: every line as it comes
  const auto argument = [&](int i, const char* otherwise) {
    return std::string{count > i ? arguments[i] : otherwise};
  };
  const std::string file = argument(1, "configs/italy/2024.toml");
  std::vector<engine::Override> overrides{
      {"population.buyers", argument(2, "1e9")},
      {"population.everywhere", argument(3, "0") == "1" ? "true" : "false"},
      {"population.network", argument(6, "small_world")}};
  if (count > 4) overrides.push_back({"until", argument(4, "")});
  const auto threads = static_cast<std::size_t>(std::atol(argument(5, "2").c_str()));
  const tbb::global_control limit{tbb::global_control::max_allowed_parallelism, threads};

  const double start = seconds();
  const auto scenario = agents::load_scenario(file, overrides);
  const double built = seconds();
  std::printf(
      "built %zu buyers in %.2f s (%.2f s of cores) on %zu threads; network %.3f GB; "
      "peak memory %.3f GB\n",
      scenario.buyers.size(), built - start, cpu_seconds(), threads,
      static_cast<double>(scenario.peers.bytes()) / 1e9, peak_gigabytes());
  print_agents(scenario);

  std::vector<std::unique_ptr<const agents::PolicyStrategy>> policies;
  auto world = agents::first_world(scenario);
  for (std::size_t g = 0; g < scenario.governments.size(); ++g)
    if (scenario.governments[g].strategic) {
      policies.push_back(agents::make_policy(scenario.policy));
      world.strategies[g] = policies.back().get();
    }
  const engine::Streams luck{1, 0};
  for (int year = scenario.start.year(); year <= scenario.until; ++year) {
    const double january = seconds(), cpu = cpu_seconds();
    while (world.month.year() == year) agents::play_month(scenario, world, luck);
    std::printf("%d  %.2f s (%.2f s of cores)\n", year, seconds() - january, cpu_seconds() - cpu);
  }
  std::printf("run %.2f s, all %.2f s (%.2f s of cores); peak memory %.3f GB\n", seconds() - built,
              seconds() - start, cpu_seconds(), peak_gigabytes());
  print_shares(scenario, world);
  std::printf("fingerprint %016llx\n", static_cast<unsigned long long>(agents::fingerprint(world)));
  return 0;
}

}  // namespace

int main(int count, char** arguments) try {
  return run(count, arguments);
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
