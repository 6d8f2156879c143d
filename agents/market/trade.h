#pragma once

#include <span>

#include "agents/world.h"

/// What it costs to make a vehicle in a plant and to deliver it: model.md section 4, plant
/// allocation; economics.md section 2, marginal cost. All in EUR per vehicle.

namespace tavolo::agents {

struct UnitCost {
  double labour = 0;  ///< direct and indirect hours x hourly cost / productivity
  double energy = 0;
  double parts = 0;    ///< bought-in parts and materials, battery apart
  double battery = 0;  ///< kWh x pack price
  double freight = 0;  ///< to the market
  double duty = 0;     ///< ad valorem, on all of the above
  double at_gate() const { return labour + energy + parts + battery; }
  double total() const { return at_gate() + freight + duty; }
};

/// Now: drivers, wages, productivity, duties as they are.
UnitCost unit_cost(const Scenario&, const World&, int vehicle, int plant, int market);
double unit_cost_eur(const Scenario&, const World&, int vehicle, int plant, int market);

/// The same for every market at once, by market.
void unit_costs(const Scenario&, const World&, int vehicle, int plant, std::span<UnitCost>);

/// In the base year: drivers at their known level, wages and productivity 1.
double base_unit_cost_eur(const Scenario&, int vehicle, int plant, int market);
void base_unit_costs(const Scenario&, int vehicle, int plant, std::span<UnitCost> by_market);

/// Freight from a plant to a market.
double freight_eur(const Scenario&, int plant, int market);

}  // namespace tavolo::agents
