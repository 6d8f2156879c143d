#include "agents/carmakers/compliance.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "agents/market/accounts.h"

namespace tavolo::agents {

int pool_of(const Scenario& scenario, int carmaker) {
  const auto& pool = scenario.carmakers[carmaker].co2_pool;
  return pool ? pool.row : carmaker;
}

bool counts_for_co2(const Scenario& scenario, int market) {
  return scenario.countries[scenario.markets[market].country.row].in_eu;
}

double excess_emission_premium_eur(double cars, double average_g_per_km, double target_g_per_km,
                                   double premium_eur_per_g) {
  return cars * premium_eur_per_g * std::max(0.0, average_g_per_km - target_g_per_km);
}

void settle_co2(const Scenario& scenario, World& world, const engine::Streams&) {
  std::vector<double> grams(scenario.carmakers.size()), cars(scenario.carmakers.size());
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v) {
    const auto& vehicle = scenario.vehicles[v];
    if (scenario.is_van(vehicle)) continue;
    const int pool = pool_of(scenario, scenario.carmaker_of(vehicle));
    for (std::size_t m = 0; m < scenario.markets.size(); ++m) {
      if (!counts_for_co2(scenario, static_cast<int>(m))) continue;
      grams[pool] += world.deliveries_year(v, m) * vehicle.co2_g_per_km;
      cars[pool] += world.deliveries_year(v, m);
    }
  }
  struct Miss {
    int pool;
    double eur;
  };
  std::vector<Miss> misses;
  world.co2_average_g_per_km.assign(scenario.carmakers.size(), 0.0);
  for (std::size_t f = 0; f < scenario.carmakers.size(); ++f) {
    if (cars[f] <= 0) continue;
    world.co2_average_g_per_km[f] = grams[f] / cars[f];
    const double due =
        excess_emission_premium_eur(cars[f], world.co2_average_g_per_km[f],
                                    world.co2_target_g_per_km, world.co2_premium_eur_per_g);
    if (due <= 0) continue;
    const int leader = static_cast<int>(f);
    pay(world, carmaker_actor(scenario, leader), kEu, Purpose::co2, due);
    misses.push_back({leader, due});
  }
  // one line: the largest payers by name, half a million at least, the others together
  std::stable_sort(misses.begin(), misses.end(),
                   [](const Miss& a, const Miss& b) { return a.eur > b.eur; });
  constexpr std::size_t kNamed = 4;
  std::string who;
  double others_eur = 0;
  for (std::size_t i = 0; i < misses.size(); ++i) {
    if (i >= kNamed || misses[i].eur < 5e5) {
      others_eur += misses[i].eur;
      continue;
    }
    char text[160];
    std::snprintf(text, sizeof text, "%s%s %.0f MEUR (%.1f g/km)", who.empty() ? "" : ", ",
                  scenario.carmakers[misses[i].pool].name.c_str(), misses[i].eur / 1e6,
                  world.co2_average_g_per_km[misses[i].pool]);
    who += text;
  }
  if (who.empty()) return;
  if (others_eur >= 5e5) {
    char text[48];
    std::snprintf(text, sizeof text, ", others %.0f MEUR", others_eur / 1e6);
    who += text;
  }
  char target[80];
  std::snprintf(target, sizeof target, "The premium above the CO2 target of %.1f g/km costs ",
                world.co2_target_g_per_km);
  tell(world, "co2", target + who);
}

}  // namespace tavolo::agents
