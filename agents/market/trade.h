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

/// Share of the vehicles expected of a plant that are put together from kits.
double kit_share(const Scenario&, const World&, int plant);

/// Hours that a vehicle of a programme takes in a plant: those of the plant, or of the assembly of
/// kits (investment.kit_hours_per_vehicle) where it comes in these (ProgrammeState::kits_at).
double hours_of(const Scenario&, const World&, int programme, int plant);
/// Of the mix that a plant is to make, by expected sales.
double mean_hours(const Scenario&, const World&, int plant);

/// Now: drivers, wages, productivity, duties as they are; whole or from kits, as it comes there.
UnitCost unit_cost(const Scenario&, const World&, int vehicle, int plant, int market);
double unit_cost_eur(const Scenario&, const World&, int vehicle, int plant, int market);

/// If all of it were made in the plant, whatever comes in kits there now.
UnitCost cost_if_made(const Scenario&, const World&, int vehicle, int plant, int market);
/// If it were put together there from kits: these cost kit_cost_discount less than the whole
/// vehicle shipped from its maker's export plant, duty included (parts for assembly alone do not
/// escape it: Regulation (EU) 2016/1036, Article 13, on circumvention); labour is that of assembly.
UnitCost cost_if_assembled(const Scenario&, const World&, int vehicle, int plant, int market);

/// The same as unit_cost for every market at once, by market.
void unit_costs(const Scenario&, const World&, int vehicle, int plant, std::span<UnitCost>);

/// In the base year: drivers at their known level, wages and productivity 1.
double base_unit_cost_eur(const Scenario&, int vehicle, int plant, int market);
void base_unit_costs(const Scenario&, int vehicle, int plant, std::span<UnitCost> by_market);

/// Freight from a plant to a market.
double freight_eur(const Scenario&, int plant, int market);

}  // namespace tavolo::agents
