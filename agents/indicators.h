#pragma once

#include <string>
#include <vector>

#include "agents/world.h"
#include "engine/model.h"
#include "engine/random.h"

namespace tavolo::agents {

/// Everything that is recorded of a year, in order: a fixed list, then `output_<plant>` for the
/// tracked plants of makers with home plants, at home and elsewhere, `jobs_<plant>` for those at
/// home, entrants' apart, and `share_<brand>` for every brand. "Home" is the country of the first
/// market.
std::vector<engine::Indicator> indicators(const Scenario&);
/// What is recorded of every month of the home country: a fixed list.
std::vector<engine::Indicator> monthly_indicators();
/// The ones that `tavolo run` shows; in every scenario.
std::vector<std::string> headline_indicators();

/// Phase: the month's indicators are recorded. Reads orders, deliveries, incentives and plants of
/// the month. Writes monthly.
void record_month(const Scenario&, World&, const engine::Streams&);

/// Phase: the year's indicators are recorded, in the order of `indicators`; then the year rolls:
/// what governments will see in January (World::views), the figures of last year, the bonus that
/// carmakers expect of a home sale (last year's average per order; elsewhere the base year's
/// holds); everything that counts within a year starts from zero.
///
/// Reads everything that counts within the year. Writes recorded_years, indicators, views,
/// expected_bonus_eur, *_last_year, *_year, surplus_eur, competition and the books of the
/// year.
/// @throws engine::RunError when an indicator is not a finite number.
void record_year(const Scenario&, World&, const engine::Streams&);

}  // namespace tavolo::agents
