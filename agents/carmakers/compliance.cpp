#include "agents/carmakers/compliance.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <string>
#include <vector>

#include "agents/market/accounts.h"

namespace tavolo::agents {

int pool_of(const Scenario& scenario, int carmaker) {
  if (scenario.pooling == Co2Pooling::open) return 0;
  const auto& pool = scenario.carmakers[carmaker].co2_pool;
  return pool ? pool.row : carmaker;
}

bool counts_for_co2(const Scenario& scenario, int market) {
  return scenario.countries[scenario.markets[market].country.row].in_eu;
}

namespace {

/// As how many cars one counts in the average.
double counted_as(const SuperCredits& credits, double g_per_km) {
  return g_per_km < credits.below_g_per_km ? credits.cars : 1;
}

double room_g_per_km(const SuperCredits& credits, int pool) {
  return std::max(0.0, credits.cap_g_per_km - credits.used_g_per_km[pool]);
}

}  // namespace

void PoolFleet::add(double sold, double g_per_km, const SuperCredits& credits) {
  grams += sold * g_per_km;
  cars += sold;
  const double counted = sold * counted_as(credits, g_per_km);
  weighted_grams += counted * g_per_km;
  weighted_cars += counted;
}

double PoolFleet::super_credit_g_per_km() const {
  return std::max(0.0, average_g_per_km() - weighted_grams / weighted_cars);
}

double super_credit_g_per_km(const SuperCredits& credits, int pool, const PoolFleet& fleet) {
  return std::min(fleet.super_credit_g_per_km(), room_g_per_km(credits, pool));
}

void expect_super_credits(SuperCredits& credits, int pool, const PoolFleet& fleet) {
  constexpr double kBand = 0.2;  // above the cap
  const double all = fleet.super_credit_g_per_km(), cap = room_g_per_km(credits, pool);
  credits.room[pool] = all > cap ? std::max(0.0, 1 - (all - cap) / (kBand * all)) : 1;
  credits.dilution[pool] = fleet.cars / fleet.weighted_cars;
}

double co2_cost_eur(const World& world, int pool, double g_per_km) {
  const auto& credits = world.super_credits;
  double grams = g_per_km - world.co2_target_g_per_km;
  if (credits.cars > 1) {
    const double counted = credits.dilution[pool] * counted_as(credits, g_per_km);
    grams = credits.room[pool] * counted * grams +
            (1 - credits.room[pool]) * (grams - room_g_per_km(credits, pool));
  }
  return world.co2_shadow_price_eur[pool] * grams;
}

PoolSettlement settle_pool(const std::vector<double>& excess_grams, double price_eur_per_g,
                           double premium_eur_per_g) {
  double above = 0, below = 0;
  for (const double grams : excess_grams) (grams > 0 ? above : below) += std::abs(grams);
  const double traded = std::min(above, below);
  PoolSettlement settlement;
  for (const double grams : excess_grams) {
    const double part = grams > 0 ? grams / above : grams < 0 ? grams / below : 0;
    settlement.premium_eur.push_back(std::max(0.0, part) * (above - traded) * premium_eur_per_g);
    settlement.pooling_eur.push_back(part * traded * price_eur_per_g);
  }
  return settlement;
}

void settle_co2(const Scenario& scenario, World& world, const engine::Streams&) {
  const std::size_t makers = scenario.carmakers.size();
  std::vector<double> grams(makers), cars(makers);
  std::vector<PoolFleet> pools(makers);
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v) {
    const auto& vehicle = scenario.vehicles[v];
    if (scenario.is_van(vehicle)) continue;
    const int maker = scenario.carmaker_of(vehicle), pool = pool_of(scenario, maker);
    for (std::size_t m = 0; m < scenario.markets.size(); ++m) {
      if (!counts_for_co2(scenario, static_cast<int>(m))) continue;
      const double sold = world.deliveries_year(v, m);
      grams[maker] += sold * vehicle.co2_g_per_km;
      cars[maker] += sold;
      pools[pool].add(sold, vehicle.co2_g_per_km, world.super_credits);
    }
  }
  struct Miss {
    int maker;
    double eur;
  };
  std::vector<Miss> misses;
  world.co2_average_g_per_km.assign(makers, 0.0);
  for (std::size_t f = 0; f < makers; ++f) {
    if (pools[f].cars <= 0) continue;
    const double credit = super_credit_g_per_km(world.super_credits, static_cast<int>(f), pools[f]);
    world.super_credits.used_g_per_km[f] += credit;
    world.co2_average_g_per_km[f] = pools[f].average_g_per_km() - credit;
    std::vector<int> members;
    std::vector<double> excess;
    for (std::size_t g = 0; g < makers; ++g)
      if (cars[g] > 0 && pool_of(scenario, static_cast<int>(g)) == static_cast<int>(f)) {
        members.push_back(static_cast<int>(g));
        excess.push_back(grams[g] - (world.co2_target_g_per_km + credit) * cars[g]);
      }
    const auto settlement =
        settle_pool(excess, world.co2_shadow_price_eur[f], world.co2_premium_eur_per_g);
    const double traded =
        std::accumulate(settlement.pooling_eur.begin(), settlement.pooling_eur.end(), 0.0,
                        [](double sum, double eur) { return sum + std::max(0.0, eur); });
    for (std::size_t i = 0; i < members.size(); ++i) {
      const int actor = carmaker_actor(scenario, members[i]);
      if (const double due = settlement.premium_eur[i]; due > 0) {
        pay(world, actor, kEu, Purpose::co2, due);
        misses.push_back({members[i], due});
      }
      for (std::size_t k = 0; k < members.size() && settlement.pooling_eur[i] > 0; ++k)
        if (settlement.pooling_eur[k] < 0)
          pay(world, actor, carmaker_actor(scenario, members[k]), Purpose::pooling,
              settlement.pooling_eur[i] * -settlement.pooling_eur[k] / traded);
    }
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
                  scenario.carmakers[misses[i].maker].name.c_str(), misses[i].eur / 1e6,
                  world.co2_average_g_per_km[pool_of(scenario, misses[i].maker)]);
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
