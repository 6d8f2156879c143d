#include "agents/carmakers/prospects.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "agents/carmakers/compliance.h"
#include "agents/market/accounts.h"
#include "agents/market/aid.h"
#include "agents/market/expected_demand.h"
#include "agents/market/trade.h"

namespace tavolo::agents {
namespace {

/// What comes within this time is planned with. [months]
constexpr int kPlanningMonths = 36;

double row_sum(const engine::Grid<double>& grid, int row) {
  if (grid.rows() == 0) return 0;
  double sum = 0;
  for (const double value : grid.row(row)) sum += value;
  return sum;
}

/// The table that says what a vehicle is expected to sell; null: nothing is known.
const engine::Grid<double>* outlook(const Scenario& scenario, const World& world, int vehicle) {
  const auto& v = scenario.vehicles[vehicle];
  if (!world.programmes[v.programme.row].alive || world.month >= v.to) return nullptr;
  if (row_sum(world.forecast, vehicle) > 0) return &world.forecast;
  if (row_sum(world.launch_forecast, vehicle) > 0) return &world.launch_forecast;
  if (row_sum(world.deliveries_last_year, vehicle) > 0) return &world.deliveries_last_year;
  return nullptr;
}

}  // namespace

double expected_sales(const Scenario& scenario, const World& world, int vehicle, int market) {
  const auto* table = outlook(scenario, world, vehicle);
  return table ? (*table)(vehicle, market) : 0;
}

double expected_sales(const Scenario& scenario, const World& world, int vehicle) {
  const auto* table = outlook(scenario, world, vehicle);
  return table ? row_sum(*table, vehicle) : 0;
}

void forecast_launches(const Scenario& scenario, World& world) {
  if (scenario.nodes.empty()) return;  // no buyers, nothing to ask them
  const std::size_t vehicles = scenario.vehicles.size(), markets = scenario.markets.size();
  world.launch_forecast = engine::Grid<double>(vehicles, markets);
  const auto on_sale = world.on_sale;
  bool any = false;
  for (std::size_t v = 0; v < vehicles; ++v) {
    const auto& vehicle = scenario.vehicles[v];
    const auto& programme = world.programmes[vehicle.programme.row];
    const Month first = std::max(vehicle.from, programme.from);
    if (on_sale[v] || !programme.alive || vehicle.to <= std::max(first, world.month) ||
        first > world.month + kPlanningMonths)
      continue;
    world.on_sale[v] = 1;
    any = true;
  }
  for (std::size_t m = 0; any && m < markets; ++m) {
    if (scenario.markets[m].households <= 0) continue;
    for (const bool vans : {false, true}) {
      QuickDemand demand{scenario, world, static_cast<int>(m), vans};
      demand.evaluate(demand.offers().price_eur);
      for (std::size_t j = 0; j < demand.offers().size(); ++j) {
        const int vehicle = demand.offers().vehicle[j];
        if (!on_sale[vehicle]) world.launch_forecast(vehicle, m) = demand.sales()[j];
      }
    }
  }
  world.on_sale = on_sale;
}

double margin_eur(const Scenario& scenario, const World& world, int vehicle, int plant,
                  int market) {
  const auto& v = scenario.vehicles[vehicle];
  double cost = unit_cost_eur(scenario, world, vehicle, plant, market) -
                support_eur_per_vehicle(scenario, world, plant);
  if (!scenario.base.residual_cost_eur.empty()) cost += scenario.base.residual_cost_eur[vehicle];
  if (counts_for_co2(scenario, market) && !scenario.is_van(v))
    cost += co2_cost_eur(world, pool_of(scenario, scenario.carmaker_of(v)), v.co2_g_per_km);
  return world.price_eur(vehicle, market) / (1 + scenario.markets[market].vat_rate) - cost;
}

double hurdle_rate(const Scenario& scenario, int carmaker) {
  return scenario.carmakers[decider(scenario, carmaker)].hurdle_rate +
         scenario.parameters.investment.hurdle_premium;
}

double programme_sales(const Scenario& scenario, const World& world, int programme) {
  double units = 0;
  for (const int vehicle : scenario.programmes[programme].vehicle_rows)
    units += expected_sales(scenario, world, vehicle);
  return units;
}

bool is_tracked(const Scenario& scenario, const World& world, int programme) {
  for (const auto& part : world.programmes[programme].plant_share)
    if (scenario.plants[part.row].tracked) return true;
  const auto& next = scenario.programmes[programme].next_plants;
  return std::any_of(next.begin(), next.end(),
                     [&](const Link& plant) { return scenario.plants[plant.row].tracked; });
}

int maker_of(const Scenario& scenario, int programme) {
  return scenario.brands[scenario.programmes[programme].brand.row].carmaker.row;
}

bool is_followed(const Scenario& scenario, int carmaker) {
  if (scenario.carmakers[carmaker].entrant) return true;
  const int who = decider(scenario, carmaker);
  const int home = scenario.markets[0].country.row;
  return std::any_of(scenario.plants.begin(), scenario.plants.end(), [&](const Plant& plant) {
    return plant.tracked && plant.country.row == home &&
           (plant.carmaker.row == carmaker || plant.carmaker.row == who);
  });
}

}  // namespace tavolo::agents
