#pragma once

#include <string>

#include "agents/policies/policy.h"
#include "agents/world.h"
#include "engine/grid.h"
#include "engine/random.h"

/// What governments know, decide and set aside. Money of a year: the row's budget and what last
/// year left over. A policy's purchase money leaves the budget in January, for a fund of the year,
/// and what the fund has left comes back a year later. Funds of the law bring their own money.

namespace tavolo::agents {

/// Industry budget that the law gives a government in a year: that of the last year given before
/// it.
double yearly_budget_eur(const Government&, int year);

/// What a government sees in January: last year's figures of its country as recorded (World::views,
/// record_year), plants, charging points and trust as they stand, and its own books; before the
/// first year has been recorded, the base year and the published output of the two years before.
/// `budget_eur`: what the year brings and the last one left, less what is committed.
PolicyView policy_view(const Scenario&, const World&, int government);

/// Fills the figures of a year that sales and output show: vehicles (of tracked plants; what is
/// not tracked stands for a region, not for its country), registrations and shares of cars. What
/// was sold was made where the vehicle was made that year.
/// `sold`: vehicle x market, `made`: vehicle x plant, of one year.
void see_year(const Scenario&, const World&, int country, const engine::Grid<double>& sold,
              const engine::Grid<double>& made, PolicyView&);

/// Fills what stands now: capacity and jobs of the country's tracked plants, charging points.
void see_plants(const Scenario&, const World&, int country, PolicyView&);

/// Public money that a government has paid to buyers, workers and makers this year (bonuses,
/// short-time work, grants, premiums, charging points) less what was clawed back. [EUR]
double outlay_eur(const Scenario&, const World&, int government);

/// Phase: last year's purchase schemes close and what they have left goes back; the year's budget
/// is added to what is left (the last year given goes on; nothing before the first); every
/// government sees the past year.
///
/// Reads plants, trust, agreements, instruments of last year. Writes views, budget_left_eur, funds,
/// bonus_lines, home_jobs_at_start.
void review_year(const Scenario&, World&, const engine::Streams&);

/// Phase: governments with a strategy set their instruments by what they have seen, the others
/// replay the law; the purchase scheme of the year gets its fund, set aside from the budget at
/// once, as far as what is not committed goes. Tells the levers of the first year, and later those
/// that moved by a tenth.
///
/// Reads strategies, views, agreements. Writes instruments, budget_left_eur, funds, bonus_lines.
/// @throws engine::RunError when a strategy sets a lever that is negative or not a number.
void set_policy(const Scenario&, World&, const engine::Streams&);

/// Phase: funds of the law are announced, open and close, unless the government's strategy does
/// not replay them: then they are withdrawn, for good. Funds found empty are told once. Only the
/// country of the first market has funds: buyers elsewhere are a mean field with average incentives
/// (enforce_regulation). A fund under way at the start begins with its whole budget.
///
/// Governments pay for public charging points, a twelfth of the year's lever each month as far as
/// their budget goes, at demand.charging_point_cost_eur; they stand in the first market of their
/// country.
///
/// Writes charging_points; funds and bonus_lines (rows keep while no fund leaves),
/// Opening::funds_eur for money that comes or goes with a fund.
void post_incentives(const Scenario&, World&, const engine::Streams&);

}  // namespace tavolo::agents
