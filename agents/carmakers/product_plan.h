#pragma once

#include <vector>

#include "agents/world.h"
#include "engine/random.h"

/// Which plant builds the next generation of a programme: a fixed-charge assignment, made one
/// programme after another in the order of value per euro of capex (the add heuristic of plant
/// location: Kuehn & Hamburger 1963, Management Science 9, 643-666). model.md section 4, plant
/// allocation; economics.md section 3.

namespace tavolo::agents {

/// What it is worth to its maker to build the next generation of a programme in a plant, over the
/// life of a generation, discounted at the maker's hurdle rate. [EUR]
///
///     npv = A (sum of units x margin) + A f filled - capex + grant + A units (inertia + pressure)
///
/// dated at the start of production, with A = annuity(hurdle rate, investment.horizon_years);
/// margin: prospects.h, with sales and prices as expected today; f: the plant's fixed cost per
/// vehicle at industry.utilisation_target, and `filled` the units that fill the plant up to that
/// target: output below it leaves fixed cost uncovered, c(u) = c + f max(0, u* - u) of economics.md
/// section 3; inertia: sourcing_inertia_eur in the plant that builds the running generation;
/// pressure: pressure_eur, times what the plant's government exerts.
struct SourcingValue {
  int plant = -1;
  double units_per_year = 0;   ///< expected sales of the programme
  double margin_npv_eur = 0;   ///< of price before VAT less delivered cost
  double capex_eur = 0;        ///< retooling; more where the platform is new to the plant
  double grant_eur = 0;        ///< aid that the plant's government offers by rule or lever
  double inertia_eur = 0;      ///< advantage of the incumbent; pressure of governments
  double npv_eur = 0;          ///< the whole
  double utilisation_eur = 0;  ///< fixed cost of the plant that it covers
};

/// The value of every plant that may build the next generation (Programme::next_plants, or where
/// it is built now), best first. Left out are plants that are closed, that have no room beside what
/// is planned there when the generation begins, and those that neither have the platform (or get
/// it) nor can be tooled for it. A programme that is built in several plants, all of which may
/// build the next generation, may keep them and its proportions: that is the value of the largest
/// of them, at the capex of all.
std::vector<SourcingValue> sourcing_values(const Scenario&, const World&, int programme);

/// A move of the next generation of a programme into a country: one step of the maker's supply
/// curve of output, which the tables bargain about.
struct SourcingOption {
  int programme = -1, plant = -1;
  double units_per_year = 0;  ///< output that the country wins over planned_output; 0: the plan
                              ///< has the programme in this country anyway (a confirmation)
  double cost_npv_eur = 0;    ///< against the maker's best alternative, >= 0
  Month available{0};         ///< first output
};

/// Moves and confirmations that a maker could promise a country, first output by the middle of
/// `until_year`, cheapest per vehicle first (confirmations, which cost nothing, before all). One
/// option per programme: the best plant of the country. Programmes whose next generation has its
/// project or is already committed by an agreement are left out, and so is what ends without a
/// retool_eur, for which nothing is planned. Each is valued alone: two that fill one plant may not
/// both fit.
std::vector<SourcingOption> sourcing_options(const Scenario&, const World&, int carmaker,
                                             int country, int until_year);

/// Output of a country's tracked plants, vehicles per year, that the maker's present plan gives in
/// `year`: expected sales by programme at the plants where they are or will be sourced in the
/// middle of it. What is not sourced yet is counted where it will be worth most, if anywhere, each
/// in its turn with the room that earlier generations leave.
double planned_output(const Scenario&, const World&, int carmaker, int country, int year);

/// The output planned of every plant at a month, vehicles per year. What is not sourced yet is
/// counted where it is built now. `except`: a programme that is left out; -1: none.
std::vector<double> planned_by_plant(const Scenario&, const World&, Month month, int except);

/// Phase: in January every maker sources the generations that end within its lead time
/// (sourcing_lead_months, and the year until the next January), to the plant of highest value or
/// where an agreement commits it, and opens the projects that tool it, as far as the year's capex
/// budget goes: what it does not bear waits. What would lose money even in the best plant is not
/// renewed. Where no plant has room, the programme stays where it is. Rivals' untracked programmes
/// renew where they are.
///
/// Writes projects, programmes (next_sourced), launch_forecast.
void revise_product_plans(const Scenario&, World&, const engine::Streams&);

}  // namespace tavolo::agents
