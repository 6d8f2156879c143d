#include "agents/market/economy.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdio>
#include <vector>

#include "agents/chance.h"
#include "agents/words.h"

namespace tavolo::agents {
namespace {

int last_known_year(const Driver& driver) { return std::stoi(driver.by_year.rbegin()->first); }

bool applies(const Scenario& scenario, const Duty& duty, const Vehicle& v) {
  return (duty.powertrain.empty() || duty.powertrain == v.powertrain) &&
         (!duty.carmaker || duty.carmaker.row == scenario.carmaker_of(v));
}

bool in_force(const Duty& duty, Month month) { return duty.from <= month && month <= duty.to; }

/// The same as duty_rate of every vehicle and plant; no duty into the Union on what is made there.
void apply_duties(const Scenario& scenario, World& world) {
  world.duty_rate.fill(0);
  world.uk_duty_rate.fill(0);
  for (const auto& duty : scenario.duties) {
    if (!in_force(duty, world.month)) continue;
    if (duty.into_eu && scenario.countries[duty.origin.row].in_eu) continue;
    auto& rate = duty.into_eu ? world.duty_rate : world.uk_duty_rate;
    std::vector<std::size_t> plants;
    for (std::size_t p = 0; p < scenario.plants.size(); ++p)
      if (scenario.plants[p].country.row == duty.origin.row) plants.push_back(p);
    for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
      if (applies(scenario, duty, scenario.vehicles[v]))
        for (const std::size_t p : plants) rate(v, p) += duty.rate;
  }
}

}  // namespace

double driver_known(const Driver& driver, int year) {
  assert(!driver.by_year.empty());
  const int last = last_known_year(driver);
  if (year > last)
    return driver.by_year.rbegin()->second * std::exp(driver.drift_per_year * (year - last));
  const auto at_or_after = driver.by_year.lower_bound(std::to_string(year));
  return at_or_after->second;
}

double listed_bonus_eur(const ShareMargin& margin, int year) {
  const auto after = margin.bonus_eur.upper_bound(std::to_string(year));
  return after == margin.bonus_eur.begin() ? 0 : std::prev(after)->second;
}

void set_listed_bonus(const Scenario& scenario, const ShareMargin& margin, int year,
                      engine::Grid<double>& bonus_eur) {
  const double eur = listed_bonus_eur(margin, year);
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
    if (const auto& vehicle = scenario.vehicles[v];
        !scenario.is_van(vehicle) && margin.counts(vehicle))
      bonus_eur(v, margin.market.row) = eur;
}

double duty_rate(const Scenario& scenario, int vehicle, int plant, Month month, bool into_eu) {
  const auto& v = scenario.vehicles[vehicle];
  double rate = 0;
  for (const auto& duty : scenario.duties)
    if (duty.into_eu == into_eu && in_force(duty, month) &&
        duty.origin.row == scenario.plants[plant].country.row && applies(scenario, duty, v))
      rate += duty.rate;
  return rate;
}

double driver_base(const Scenario& scenario, Series series) {
  return scenario.series_base[static_cast<std::size_t>(series)];
}

double driver_level(const Scenario& scenario, const World& world, Series series) {
  return world.driver[scenario.series[static_cast<std::size_t>(series)]];
}

double driver_growth(const Scenario& scenario, const World& world, Series series) {
  return driver_level(scenario, world, series) / driver_base(scenario, series);
}

void draw_drivers(const Scenario& scenario, World& world, const engine::Streams& luck) {
  const int year = world.month.year();
  for (std::size_t d = 0; d < scenario.drivers.size(); ++d) {
    const auto& driver = scenario.drivers[d];
    if (year > last_known_year(driver))
      world.driver_walk[d] += luck(Chance::driver, d).normal(0, driver.std_dev_per_year);
    world.driver[d] = driver_known(driver, year) * std::exp(world.driver_walk[d]);
  }
  const auto& demand = scenario.parameters.demand;
  if (world.month > scenario.start)
    for (std::size_t m = 0; m < scenario.markets.size(); ++m)
      world.cycle[m] = demand.cycle_persistence * world.cycle[m] +
                       luck(Chance::cycle, m).normal(0, demand.cycle_sd);
}

namespace {

/// Abroad no fund runs down: buyers expect what is listed as the year's average. No treasury's
/// books hold it.
void expect_bonuses_abroad(const Scenario& scenario, World& world) {
  const int year = world.month.year();
  for (const auto& margin : scenario.share_margins) {
    if (margin.market.row == kHomeMarket || margin.bonus_eur.empty()) continue;
    set_listed_bonus(scenario, margin, year, world.expected_bonus_eur);
    const double before = listed_bonus_eur(margin, year - 1), now = listed_bonus_eur(margin, year);
    if (now == before) continue;
    std::vector<std::string> cars;
    for (const auto& powertrain : margin.powertrains) cars.push_back(words::cars(powertrain));
    tell(world, "incentive",
         scenario.markets[margin.market.row].name + " pays " + words::grouped(now) + " EUR" +
             " on average for " + words::listed(cars) + ", " + words::grouped(before) + " EUR" +
             " before");
  }
}

}  // namespace

void enforce_regulation(const Scenario& scenario, World& world, const engine::Streams&) {
  const double before = world.co2_target_g_per_km, counted = world.super_credits.cars;
  for (const auto& rule : scenario.co2_rules)
    if (rule.from <= world.month) {
      world.co2_target_g_per_km = rule.target_g_per_km;
      world.co2_premium_eur_per_g = rule.premium_eur_per_g;
      world.super_credits.cars = rule.super_credit;
      world.super_credits.below_g_per_km = rule.super_credit_below_g_per_km;
      world.super_credits.cap_g_per_km = rule.super_credit_cap_g_per_km;
    }
  if (before > 0 && world.co2_target_g_per_km != before) {
    char text[160];
    std::snprintf(text, sizeof text,
                  "The EU's CO2 target for new cars falls from %.0f to %.0f g/km; the premium is "
                  "%.0f EUR per g/km and car",
                  before, world.co2_target_g_per_km, world.co2_premium_eur_per_g);
    tell(world, "rule", text);
  }
  if (world.super_credits.cars != counted) {
    char text[160];
    std::snprintf(
        text, sizeof text,
        "A car below %.0f g/km counts as %.2f cars in the average that the CO2 target is for",
        world.super_credits.below_g_per_km, world.super_credits.cars);
    tell(world, "rule", text);
  }
  apply_duties(scenario, world);
  expect_bonuses_abroad(scenario, world);
}

void meet_shocks(const Scenario& scenario, World& world, const engine::Streams&) {
  const auto begins = [&](const Duty& duty) {
    return world.month == duty.from && world.month > scenario.start;
  };
  if (std::any_of(scenario.duties.begin(), scenario.duties.end(), begins))
    apply_duties(scenario, world);
  for (const auto& duty : scenario.duties)
    if (begins(duty)) {
      char text[200];
      std::snprintf(text, sizeof text, "A duty of %.1f %% comes into force on %s from %s%s%s",
                    100 * duty.rate,
                    duty.powertrain.empty() ? "vehicles" : words::cars(duty.powertrain).c_str(),
                    scenario.countries[duty.origin.row].name.c_str(),
                    duty.carmaker ? " made by " : "",
                    duty.carmaker ? scenario.carmakers[duty.carmaker.row].name.c_str() : "");
      tell(world, "rule", text);
    }
  world.demand_factor = 1;
  world.supply_factor = 1;
  for (const auto& shock : scenario.shocks) {
    if (world.month < shock.from || world.month > shock.to) continue;
    world.demand_factor *= shock.demand_factor;
    world.supply_factor *= shock.supply_factor;
    if (world.month == shock.from) {
      char text[200];
      std::snprintf(text, sizeof text,
                    "%s: %.0f %% of buyers can buy, %.0f %% of capacity can run, until %s",
                    shock.id.c_str(), 100 * shock.demand_factor, 100 * shock.supply_factor,
                    shock.to.text().c_str());
      tell(world, "shock", text);
    }
  }
}

}  // namespace tavolo::agents
