#include "agents/market/trade.h"

#include <algorithm>
#include <vector>

#include "agents/market/economy.h"

namespace tavolo::agents {
namespace {

/// Levels on which costs depend.
struct Levels {
  double wage, price, battery;
  double hours, wage_factor, productivity;
  double parts;  // of the base year's
};

/// As they are now, with `hours` of labour per vehicle.
Levels levels_now(const Scenario& scenario, const World& world, int plant, double hours) {
  return {driver_level(scenario, world, Series::wage_level),
          driver_level(scenario, world, Series::price_level),
          driver_level(scenario, world, Series::battery_eur_per_kwh),
          hours,
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
  cost.labour = levels.hours * country.labour_eur_per_hour * levels.wage * levels.wage_factor /
                levels.productivity;
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

/// Where the kits of a vehicle come from.
int export_plant(const Scenario& scenario, int vehicle) {
  return scenario.carmakers[scenario.carmaker_of(scenario.vehicles[vehicle])].export_plant.row;
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

double hours_of(const Scenario& scenario, const World& world, int programme, int plant) {
  return world.programmes[programme].kits_at == plant
             ? scenario.parameters.investment.kit_hours_per_vehicle
             : scenario.plants[plant].hours_per_vehicle;
}

double kit_share(const Scenario& scenario, const World& world, int plant) {
  if (std::none_of(world.programmes.begin(), world.programmes.end(),
                   [&](const ProgrammeState& state) { return state.kits_at == plant; }))
    return 0;
  double units = 0, kits = 0;
  for (std::size_t k = 0; k < scenario.programmes.size(); ++k) {
    const double share = world.programmes[k].plant_share[plant];
    if (share <= 0) continue;
    double sales = 0;
    for (const int v : scenario.programmes[k].vehicle_rows)
      for (const double expected : world.forecast.row(v)) sales += expected;
    units += share * sales;
    if (world.programmes[k].kits_at == plant) kits += share * sales;
  }
  return units > 0 ? kits / units : 0;
}

double mean_hours(const Scenario& scenario, const World& world, int plant) {
  const double kits = kit_share(scenario, world, plant);
  return (1 - kits) * scenario.plants[plant].hours_per_vehicle +
         kits * scenario.parameters.investment.kit_hours_per_vehicle;
}

void unit_costs(const Scenario& scenario, const World& world, int vehicle, int plant,
                std::span<UnitCost> by_market) {
  const int programme = scenario.vehicles[vehicle].programme.row;
  const Levels levels =
      levels_now(scenario, world, plant, hours_of(scenario, world, programme, plant));
  const UnitCost gate = cost_at_gate(scenario, levels, vehicle, plant);
  for (std::size_t m = 0; m < by_market.size(); ++m) {
    const int market = static_cast<int>(m);
    by_market[m] = gate;
    deliver(scenario, plant, market, duty_now(scenario, world, vehicle, plant, market),
            by_market[m]);
  }
  if (world.programmes[programme].kits_at != plant) return;
  std::vector<UnitCost> whole(by_market.size());
  unit_costs(scenario, world, vehicle, export_plant(scenario, vehicle), whole);
  for (std::size_t m = 0; m < whole.size(); ++m)
    by_market[m] = from_kits(scenario, by_market[m], whole[m]);
}

UnitCost cost_if_made(const Scenario& scenario, const World& world, int vehicle, int plant,
                      int market) {
  UnitCost cost = cost_at_gate(
      scenario, levels_now(scenario, world, plant, scenario.plants[plant].hours_per_vehicle),
      vehicle, plant);
  deliver(scenario, plant, market, duty_now(scenario, world, vehicle, plant, market), cost);
  return cost;
}

UnitCost cost_if_assembled(const Scenario& scenario, const World& world, int vehicle, int plant,
                           int market) {
  const double hours = scenario.parameters.investment.kit_hours_per_vehicle;
  return from_kits(
      scenario, cost_at_gate(scenario, levels_now(scenario, world, plant, hours), vehicle, plant),
      cost_if_made(scenario, world, vehicle, export_plant(scenario, vehicle), market));
}

UnitCost unit_cost(const Scenario& scenario, const World& world, int vehicle, int plant,
                   int market) {
  const bool kit = world.programmes[scenario.vehicles[vehicle].programme.row].kits_at == plant;
  return kit ? cost_if_assembled(scenario, world, vehicle, plant, market)
             : cost_if_made(scenario, world, vehicle, plant, market);
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
                      scenario.plants[plant].hours_per_vehicle,
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
