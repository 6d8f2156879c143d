#pragma once

#include "agents/world.h"
#include "engine/random.h"

namespace tavolo::agents {

/// Level of an exogenous series now, in the driver's unit.
double driver_level(const Scenario&, const World&, Series series);
/// The known path of a series: the year's figure; before the first known year the first one,
/// after the last one that figure grown by the drift.
double driver_known(const Driver&, int year);
/// Level in the base year, on the known path.
double driver_base(const Scenario&, Series series);

/// The average incentive that a margin lists last up to a year; 0 before the first. [EUR/car]
double listed_bonus_eur(const ShareMargin&, int year);
/// Sets it for the margin's cars in its market. [vehicle x market]
void set_listed_bonus(const Scenario&, const ShareMargin&, int year, engine::Grid<double>&);

/// Ad-valorem duty on a vehicle made in `plant` in a month: all rules in force that fit add up.
/// `into_eu` false: into the United Kingdom.
double duty_rate(const Scenario&, int vehicle, int plant, Month month, bool into_eu);

/// Level now over that of the base year.
double driver_growth(const Scenario&, const World&, Series series);

/// Phase: exogenous series follow their known path, then a random walk in logs around their
/// drift; the business cycle of each market is a first-order autoregression.
void draw_drivers(const Scenario&, World&, const engine::Streams&);

/// Phase: the CO2 rule and the duties in force in January hold for the year; abroad, buyers expect
/// the average incentive that share_margins list for it, the last one where none is.
void enforce_regulation(const Scenario&, World&, const engine::Streams&);

/// Phase: disruptions of the month; duties that start or end in mid-year.
void meet_shocks(const Scenario&, World&, const engine::Streams&);

}  // namespace tavolo::agents
