#include "agents/market/trade.h"

#include <algorithm>
#include <vector>

#include "agents/market/economy.h"

namespace tavolo::agents {
namespace {

/// Levels on which costs depend.
struct Levels {
  double wage, price, battery;
  double wage_factor, productivity;
  double parts;  // of the base year's
};

Levels levels_now(const Scenario& scenario, const World& world, int plant) {
  return {driver_level(scenario, world, Series::wage_level),
          driver_level(scenario, world, Series::price_level),
          driver_level(scenario, world, Series::battery_eur_per_kwh),
          world.plants[plant].wage_factor,
          world.plants[plant].productivity,
          world.parts_cost[scenario.plants[plant].country.row]};
}

UnitCost cost_at_gate(const Scenario& scenario, const Levels& levels, int vehicle, int plant) {
  const auto& v = scenario.vehicles[vehicle];
  const auto& p = scenario.plants[plant];
  const auto& country = scenario.countries[p.country.row];
  const auto& industry = scenario.parameters.industry;
  UnitCost cost;
  cost.labour = p.hours_per_vehicle * country.labour_eur_per_hour * levels.wage *
                levels.wage_factor / levels.productivity;
  cost.energy = industry.energy_mwh_per_vehicle * country.energy_eur_per_mwh;
  // the published price is paid in Italy, the first market, with its VAT, at 2023 prices
  const double price_before_vat = v.price_eur / (1 + scenario.markets[0].vat_rate);
  cost.parts = industry.body_materials_share * price_before_vat * levels.price *
               country.supplier_cost_index * levels.parts;
  cost.battery = v.battery_kwh * levels.battery;
  // the price covers the battery too: what remains is the body, whatever batteries cost now
  const double battery_in_price =
      v.battery_kwh * driver_base(scenario, Series::battery_eur_per_kwh);
  cost.parts -= std::min(0.5 * cost.parts, battery_in_price);
  return cost;
}

/// Adds what lies between the gate and the market.
void deliver(const Scenario& scenario, int plant, int market, double duty_rate, UnitCost& cost) {
  cost.freight = freight_eur(scenario, plant, market);
  cost.duty = duty_rate * (cost.at_gate() + cost.freight);
}

/// Assembly of kits: all but the labour of assembly comes packed from the plant of the whole car.
UnitCost from_kits(const Scenario& scenario, const UnitCost& here, const UnitCost& whole) {
  const double part = 1 - scenario.parameters.industry.kit_cost_discount;
  return {here.labour,          part * whole.energy,  part * (whole.parts + whole.labour),
          part * whole.battery, part * whole.freight, part * whole.duty};
}

/// Duties are those of the European Union or of the United Kingdom, the market with agents that is
/// outside it.
enum class Border { none, into_eu, into_uk };

Border border(const Scenario& scenario, int plant, int market) {
  const int from = scenario.plants[plant].country.row, to = scenario.markets[market].country.row;
  if (scenario.countries[to].in_eu)
    return scenario.countries[from].in_eu ? Border::none : Border::into_eu;
  return scenario.markets[market].households > 0 && from != to ? Border::into_uk : Border::none;
}

double duty_now(const Scenario& scenario, const World& world, int vehicle, int plant, int market) {
  const Border crossed = border(scenario, plant, market);
  return crossed == Border::into_eu   ? world.duty_rate(vehicle, plant)
         : crossed == Border::into_uk ? world.uk_duty_rate(vehicle, plant)
                                      : 0.0;
}

}  // namespace

double freight_eur(const Scenario& scenario, int plant, int market) {
  const auto& industry = scenario.parameters.industry;
  const int from = scenario.plants[plant].country.row;
  const int to = scenario.markets[market].country.row;
  if (from == to) return industry.freight_home_eur;
  return scenario.countries[from].overseas || scenario.countries[to].overseas
             ? industry.freight_overseas_eur
             : industry.freight_europe_eur;
}

void unit_costs(const Scenario& scenario, const World& world, int vehicle, int plant,
                std::span<UnitCost> by_market) {
  const Levels levels = levels_now(scenario, world, plant);
  const UnitCost gate = cost_at_gate(scenario, levels, vehicle, plant);
  for (std::size_t m = 0; m < by_market.size(); ++m) {
    const int market = static_cast<int>(m);
    by_market[m] = gate;
    deliver(scenario, plant, market, duty_now(scenario, world, vehicle, plant, market),
            by_market[m]);
  }
  if (const int from = world.plants[plant].kits_from; from >= 0) {
    std::vector<UnitCost> whole(by_market.size());
    unit_costs(scenario, world, vehicle, from, whole);
    for (std::size_t m = 0; m < whole.size(); ++m)
      by_market[m] = from_kits(scenario, by_market[m], whole[m]);
  }
}

UnitCost unit_cost(const Scenario& scenario, const World& world, int vehicle, int plant,
                   int market) {
  const Levels levels = levels_now(scenario, world, plant);
  UnitCost cost = cost_at_gate(scenario, levels, vehicle, plant);
  deliver(scenario, plant, market, duty_now(scenario, world, vehicle, plant, market), cost);
  if (const int from = world.plants[plant].kits_from; from >= 0)
    cost = from_kits(scenario, cost, unit_cost(scenario, world, vehicle, from, market));
  return cost;
}

double unit_cost_eur(const Scenario& scenario, const World& world, int vehicle, int plant,
                     int market) {
  return unit_cost(scenario, world, vehicle, plant, market).total();
}

void base_unit_costs(const Scenario& scenario, int vehicle, int plant,
                     std::span<UnitCost> by_market) {
  const Levels levels{driver_base(scenario, Series::wage_level),
                      driver_base(scenario, Series::price_level),
                      driver_base(scenario, Series::battery_eur_per_kwh),
                      1,
                      1,
                      1};
  const UnitCost gate = cost_at_gate(scenario, levels, vehicle, plant);
  const Month mid_year = Month::of(scenario.base_year, 7);
  const double into_eu = duty_rate(scenario, vehicle, plant, mid_year, true),
               into_uk = duty_rate(scenario, vehicle, plant, mid_year, false);
  for (std::size_t m = 0; m < by_market.size(); ++m) {
    const int market = static_cast<int>(m);
    by_market[m] = gate;
    const Border crossed = border(scenario, plant, market);
    deliver(scenario, plant, market,
            crossed == Border::into_eu   ? into_eu
            : crossed == Border::into_uk ? into_uk
                                         : 0.0,
            by_market[m]);
  }
}

double base_unit_cost_eur(const Scenario& scenario, int vehicle, int plant, int market) {
  std::vector<UnitCost> by_market(scenario.markets.size());
  base_unit_costs(scenario, vehicle, plant, by_market);
  return by_market[market].total();
}

}  // namespace tavolo::agents
