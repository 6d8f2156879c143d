#pragma once

#include <vector>

#include "agents/world.h"
#include "engine/random.h"

namespace tavolo::agents {

/// What it is worth to its maker to build the next generation of a programme in a plant, over the
/// life of a generation, discounted at the maker's hurdle rate. [EUR]
struct SourcingValue {
  int plant = -1;
  double units_per_year = 0;      ///< expected sales of the programme
  double margin_npv_eur = 0;      ///< of price before VAT less delivered cost
  double capex_eur = 0;           ///< retooling; more where the platform is new to the plant
  double grant_eur = 0;           ///< aid that the plant's government offers by rule or lever
  double inertia_eur = 0;         ///< advantage of the incumbent; pressure of governments
  double npv_eur = 0;             ///< the whole
};

/// The value of every plant that may build the next generation (Programme::next_plants, or where
/// it is built now), best first. Plants that are closed or have no room are left out.
std::vector<SourcingValue> sourcing_values(const Scenario&, const World&, int programme);

/// A move of the next generation of a programme into a country: one step of the maker's supply
/// curve of output, which the tables bargain about.
struct SourcingOption {
  int programme = -1, plant = -1;
  double units_per_year = 0;      ///< output that the country wins
  double cost_npv_eur = 0;        ///< against the maker's best alternative, >= 0
  Month available{0};             ///< first output
};

/// Moves and confirmations that a maker could promise a country before `until_year`, cheapest per
/// vehicle first. Programmes already committed by an agreement are left out.
std::vector<SourcingOption> sourcing_options(const Scenario&, const World&, int carmaker,
                                             int country, int until_year);

/// Output of a country's tracked plants, vehicles per year, that the maker's present plan gives in
/// `year`: expected sales by programme at the plants where they are or will be sourced.
double planned_output(const Scenario&, const World&, int carmaker, int country, int year);

/// Phase: in January every maker sources the generations that end within its lead time, to the
/// plant of highest value or where an agreement commits it, opens the projects that tool it, and
/// drops what ends. Rivals' untracked programmes renew where they are.
void revise_product_plans(const Scenario&, World&, const engine::Streams&);

}  // namespace tavolo::agents
