#pragma once

#include <vector>

#include "agents/world.h"
#include "engine/random.h"

/// Projects: when they are begun, put off or cancelled, what they cost, when they are done.
/// model.md section 4, investment; economics.md section 4.

namespace tavolo::agents {

/// Present value today of 1 EUR a year for `years`, the first at the end of the first year:
/// (1 - (1 + rate)^-years) / rate.
double annuity(double rate, double years);

/// How much more than its net cost a project must be worth before it is begun, when it could wait:
/// V* / I = b / (b - 1) with b the positive root of the fundamental quadratic. >= 1.
/// McDonald & Siegel (1986), QJE 101, 707-727; Dixit & Pindyck (1994), ch. 5.
double option_multiple(double risk_free_rate, double payout_rate, double volatility);

/// What the right to begin a project of net cost `cost`, now or later, is worth while it is worth
/// `value`: (V* - cost) (value / V*)^b below the trigger V* = option_multiple x cost, value - cost
/// from there on. Unit of cost. Same sources.
double option_value(double risk_free_rate, double payout_rate, double volatility, double value,
                    double cost);

/// The multiple, with the scenario's parameters.
double option_multiple(const Scenario&);

/// What was announced before the start and is not yet done, waiting for its first decision: rows
/// of scenario.projects whose start is not before the scenario's. Of one that should be under
/// construction, capex_eur is what is left to be spent. An announcement tells that the project was
/// then worth at least its trigger: planned_value_eur = option multiple x whole capex /
/// cancel_threshold, so that the value may fall to cancel_threshold before it is questioned.
std::vector<ProjectState> announced_projects(const Scenario&);

/// What a project lives from, per year: expected sales of its programmes; for a line without a
/// programme yet, of those whose next generation may come to it; for works outside assembly
/// (cells), the electric cars that its maker and those it decides for sell, over the growth that it
/// was planned with (investment.planned_bev_growth_per_year since the start).
double lives_from(const Scenario&, const World&, const ProjectState&);

/// What a project is worth now: its planned value, times what it lives from now over then; a
/// battery plant loses cells_value_elasticity per cent with each per cent. [EUR]
double project_value_eur(const Scenario&, const World&, const ProjectState&);

/// Whether a project is still worth what is left to be paid for it. A project that an agreement
/// asks for, of firmness 1, or without a planned value always is. Another is when
///
///     value x (firmness + (1 - firmness) cancel_threshold) >= option multiple x (cost left - aid):
///
/// the part of it that is not firm counts at cancel_threshold only. The next generation of a
/// programme must only be worth its cost, for its place in the market does not wait.
bool is_worthwhile(const Scenario&, const World&, const ProjectState&, double aid_left_eur);

/// Adds a project that is decided and begun now; its grants, if any, are paid as capex is spent,
/// evenly until `done` (next month at the earliest). The generation that it brings counts as
/// sourced. @return its row in World::projects.
int open_project(World&, ProjectState project);

/// Writes down the conditions of a project's grants, where the government that pays one asks for
/// clawback: jobs at its plant for five years after completion, as state-aid rules have it for
/// large investments (economics.md section 5), at kGrantJobsShare of today's.
void sign_grants(const Scenario&, World&, int project);

/// Whether a maker's budget bears a project that is begun now: in every year of it, with what is
/// under way and, this year, what is already spent, no more than capex_budget_eur_per_year; and
/// until the year's end no more than the cash of its group. A maker without a budget is not
/// limited.
bool fits_budget(const Scenario&, const World&, const ProjectState&);

/// Phase: announced projects are begun when their time comes and their value holds, put off by a
/// year (twice at most) or cancelled when the forecast has fallen; every January those under way
/// are reviewed alike. Capital is rationed: what the year's budget does not bear waits, promises
/// apart. Capex is spent and grants are paid month by month; launches slip, once, by an exponential
/// of mean slip_mean_months that is known when the day comes; what is done is tooled, its
/// programmes are sourced and go on sale. The old generation is sold until the new one comes;
/// programmes whose life ends without one leave the market.
///
/// Reads forecast, launch_forecast, budgets. Writes projects, plants, programmes, on_sale,
/// committed_eur, entrants, the books. Luck: Chance::project_slip.
void advance_projects(const Scenario&, World&, const engine::Streams&);

}  // namespace tavolo::agents
