#pragma once

#include <vector>

#include "agents/world.h"

/// The workers of a plant in numbers: hours, pay, how many its output needs, and what those cost
/// whom that it does not need (labour hoarding, model.md, pattern P5).

namespace tavolo::agents {

/// Contract hours of a worker in a month.
double hours_per_month(const Scenario&);
/// Labour cost now. [EUR per hour; EUR per worker and year]
double hourly_cost_eur(const Scenario&, const World&, int plant);
double yearly_cost_eur(const Scenario&, const World&, int plant);

/// Hours that a vehicle takes at a plant now.
double hours_per_vehicle(const Scenario&, const World&, int plant);

/// Vehicles a year that this year's forecasts bring to each plant, as programmes are sourced now.
std::vector<double> expected_outputs(const Scenario&, const World&);
/// Margin before fixed cost that they bring. [EUR per year, by plant]
std::vector<double> expected_margins_eur(const Scenario&, const World&);

/// Workers that an output takes, with those of finished projects beside the lines (cells). A works
/// that makes no vehicles is taken to need the workers it has.
double jobs_needed(const Scenario&, const World&, int plant, double vehicles_per_year);

/// Share of the workers that a plant does not need, 0 if it is short of them.
double surplus_share(double headcount, double needed);
/// Share of contract hours that are short-time work at a surplus: up to the limit of the rules.
double short_time_share(const Scenario&, double surplus);
/// What a year of surplus workers costs their maker: its part of short-time, all of what is beyond
/// the limit. [EUR]
double idle_cost_eur(const Scenario&, double headcount, double needed, double yearly_cost_eur);

/// Whether a plant's workforce is modelled and there.
bool employs(const Scenario&, const World&, int plant);

}  // namespace tavolo::agents
