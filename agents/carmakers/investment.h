#pragma once

#include "agents/world.h"
#include "engine/random.h"

namespace tavolo::agents {

/// Present value today of 1 EUR a year for `years`, the first at the end of the first year.
double annuity(double rate, double years);

/// How much more than its net cost a project must be worth before it is begun, when it could wait:
/// V* / I = b / (b - 1) with b the positive root of the fundamental quadratic. >= 1.
/// McDonald & Siegel (1986), QJE 101, 707-727; Dixit & Pindyck (1994), ch. 5.
double option_multiple(double risk_free_rate, double payout_rate, double volatility);

/// Adds a project that is decided now; its grant, if any, is paid as capex is spent.
/// @return its row in World::projects.
int open_project(World&, ProjectState project);

/// What the projects under way and announced of a maker still cost this year. [EUR]
double capex_this_year(const World&, int carmaker);

/// Phase: announced projects are begun when their time comes and their value holds, or put off or
/// cancelled when the forecast has fallen; capex is spent and grants are paid month by month;
/// launches slip; what is done is tooled, its programmes are sourced and go on sale; programmes at
/// the end of their life leave the market.
void advance_projects(const Scenario&, World&, const engine::Streams&);

}  // namespace tavolo::agents
