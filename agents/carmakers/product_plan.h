#pragma once

#include <span>
#include <vector>

#include "agents/carmakers/sourcing.h"
#include "agents/world.h"
#include "engine/random.h"

/// Which plants build the next generations of a maker's programmes: what it plans, what it could
/// promise, what it decides. model.md section 4, plant allocation; economics.md section 3.

namespace tavolo::agents {

/// A move of the next generation of a programme into a country: one step of the maker's supply
/// curve of output, which the tables bargain about.
struct SourcingOption {
  int programme = -1, plant = -1;
  double units_per_year = 0;  ///< output that the country wins over planned_output; 0: the plan
                              ///< has the programme in this country anyway (a confirmation)
  double cost_npv_eur = 0;    ///< against the maker's plan, all else in it as it is, >= 0
  Month available{0};         ///< first output
};

/// Moves and confirmations that a maker could promise a country, first output by the middle of
/// `until_year`, cheapest per vehicle first (confirmations, which cost nothing, before all). One
/// option per programme: the best plant of the country. Programmes whose next generation has its
/// project or is already committed by an agreement are left out, and so is what ends without a
/// retool_eur, for which nothing is planned. Each is valued beside the plan of all others
/// (planned_output): two that fill one plant may not both fit.
std::vector<SourcingOption> sourcing_options(const Scenario&, const World&, int carmaker,
                                             int country, int until_year);

/// Output of a country's tracked plants, vehicles per year, that the maker's present plan gives in
/// `year`: expected sales by programme at the plants where they are or will be sourced in the
/// middle of it. What is not sourced yet is counted where the maker would source it as it looks
/// today, one January after another, those of a January together (source_jointly).
double planned_output(const Scenario&, const World&, int carmaker, int country, int year);

/// The output planned of every plant at a month, vehicles per year. What is not sourced yet is
/// counted where it is built now. `except`: programmes that are left out.
std::vector<double> planned_by_plant(const Scenario&, const World&, Month month,
                                     std::span<const int> except = {});

/// Phase: in January every maker sources the generations that end within its lead time
/// (sourcing_lead_months, and the year until the next January): first where agreements commit them,
/// the others together (source_jointly), as it sees its plants' luck with each. Projects that tool
/// the plants are opened in the order of value per euro of capex, as far as the year's capex budget
/// goes: what it does not bear waits. Room is counted a year after the last of them begins. What
/// would lose money is not renewed. Rivals' untracked programmes renew where they are.
///
/// Writes projects, programmes (next_sourced), launch_forecast, sourcing_luck, sourcing_gap,
/// sourced_jointly. Luck: Chance::sourcing_cost.
void revise_product_plans(const Scenario&, World&, const engine::Streams&);

}  // namespace tavolo::agents
