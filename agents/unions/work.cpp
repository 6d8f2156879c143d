#include "agents/unions/work.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "agents/chance.h"
#include "agents/market/accounts.h"
#include "agents/unions/dispute.h"
#include "agents/unions/mandate.h"
#include "agents/unions/workforce.h"

namespace tavolo::agents {
namespace {

/// Below this share of capacity a month counts as idle.
constexpr double kIdleShare = 0.1;
constexpr double kMonthsToIdle = 6;
/// A shortage or lockdown beyond this is no sign of a plant without work.
constexpr double kNormalSupply = 0.9;
/// Workers wanted by a plant that employs none.
constexpr double kNobody = -1;

/// Hours of the month: what output takes, what strikes lose, what is short-time, what is paid.
/// @return short-time hours.
double count_hours(const Scenario& scenario, PlantState& state, double needed_workers) {
  const auto& labour = scenario.parameters.labour;
  const double contract = state.headcount * hours_per_month(scenario);
  const double present = contract * (1 - state.struck_share);
  state.hours_needed = needed_workers * hours_per_month(scenario);
  state.short_time_hours = 0;
  if (state.hours_needed >= present) {
    state.hours_paid = std::min(state.hours_needed, present * (1 + labour.overtime_share));
  } else {
    state.short_time_hours =
        std::min(present - state.hours_needed, labour.short_time_limit_share * contract);
    state.hours_paid = present - (1 - labour.short_time_maker_share) * state.short_time_hours;
  }
  state.contract_hours_year += contract;
  state.short_time_hours_year += state.short_time_hours;
  return state.short_time_hours;
}

void pay_short_time(const Scenario& scenario, World& world, int plant) {
  const double benefit = world.plants[plant].short_time_hours *
                         hourly_cost_eur(scenario, world, plant) *
                         scenario.parameters.labour.short_time_state_share;
  pay(world, treasury_of(scenario, scenario.plants[plant].country.row), kWorkers,
      Purpose::short_time, benefit);
}

/// Workers that the maker would like to have: what expected sales take, or this month's overtime
/// if that is more; more of them where the state bears a part of their cost.
double wanted_workers(const Scenario& scenario, const World& world, int plant,
                      double expected_output) {
  const auto& state = world.plants[plant];
  double wanted = jobs_needed(scenario, world, plant, expected_output);
  if (state.hours_needed > state.headcount * hours_per_month(scenario))
    wanted = std::max(wanted, state.hours_needed / hours_per_month(scenario));
  const int government = government_of(scenario, scenario.plants[plant].country.row);
  if (government >= 0)
    wanted *= 1 + scenario.parameters.labour.labour_demand_elasticity *
                      world.instruments[government].wage_wedge_share;
  return wanted;
}

/// Surplus workers of a maker's plants go to its plants in the same country that are short of
/// workers: a part of them a year, and no more than these lack.
void relocate(const Scenario& scenario, World& world, const std::vector<double>& wanted) {
  const double speed = scenario.parameters.labour.relocation_per_year / 12;
  const std::size_t plants = scenario.plants.size();
  const auto sisters = [&](std::size_t p, std::size_t q) {
    const auto &one = scenario.plants[p], &other = scenario.plants[q];
    return one.country.row == other.country.row &&
           decider(scenario, one.carmaker.row) == decider(scenario, other.carmaker.row);
  };
  // positive: workers who would go; negative: workers who are missing
  std::vector<double> spare(plants, 0.0);
  for (std::size_t p = 0; p < plants; ++p) {
    const auto& state = world.plants[p];
    if (wanted[p] < 0 || state.closing) continue;
    const double surplus = state.headcount - std::max(wanted[p], state.guaranteed_jobs);
    spare[p] = surplus > 0 ? speed * surplus : std::min(0.0, state.headcount - wanted[p]);
  }
  for (std::size_t p = 0; p < plants; ++p) {
    if (spare[p] == 0) continue;
    double leaving = 0, missing = 0;
    for (std::size_t q = 0; q < plants; ++q)
      if (sisters(p, q)) (spare[q] > 0 ? leaving : missing) += std::abs(spare[q]);
    const double moving = std::min(leaving, missing);
    if (moving > 0)
      world.plants[p].relocated = -spare[p] * moving / (spare[p] > 0 ? leaving : missing);
  }
}

/// Attrition, agreed exits spread over what is left of the year, and hiring.
void move_headcount(const Scenario& scenario, World& world, int plant, double wanted) {
  const auto& labour = scenario.parameters.labour;
  auto& state = world.plants[plant];
  const int month = world.month.month();
  state.attrition = state.headcount * (1 - std::pow(1 - labour.attrition_per_year, 1.0 / 12));
  double after = std::max(0.0, state.headcount - state.attrition + state.relocated);

  if (state.exits_agreed > 0) {
    double leaving = state.exits_agreed / (13 - month);
    // nobody is paid to leave whom the plant needs, or whose job is guaranteed
    if (!state.closing)
      leaving = std::clamp(after - std::max(wanted, state.guaranteed_jobs), 0.0, leaving);
    leaving = std::min(leaving, after);
    state.exits = leaving;
    state.exits_agreed = std::max(0.0, state.exits_agreed - leaving);
    after -= leaving;
    pay(world, carmaker_actor(scenario, scenario.plants[plant].carmaker.row), kWorkers,
        Purpose::exits, leaving * state.exit_payment_eur);
  }
  if (month == 12 && !state.closing) state.exits_agreed = 0;  // the offer lapses

  if (!state.closing) {
    const double gap = wanted - after;
    if (gap > 0) {
      const double speed =
          after < 0.5 * wanted ? labour.launch_hiring_per_year : labour.hiring_speed_per_year;
      state.hires = std::min(gap, state.attrition + gap * std::min(1.0, speed / 12));
    }
    state.hires = std::max(state.hires, state.guaranteed_jobs - after);
    after += state.hires;
  }
  state.headcount = std::max(0.0, after);
  state.exits_year += state.exits;
  state.hires_year += state.hires;
  state.relocated_year += state.relocated;
}

/// The last workers of a plant that closes have left.
void shut(const Scenario& scenario, World& world, int plant) {
  auto& state = world.plants[plant];
  if (!state.closing || state.headcount > 0.5) return;
  state.exits += state.headcount;
  state.exits_year += state.headcount;
  pay(world, carmaker_actor(scenario, scenario.plants[plant].carmaker.row), kWorkers,
      Purpose::exits, state.headcount * state.exit_payment_eur);
  state.headcount = state.exits_agreed = state.unrest = 0;
  state.strike_days_left = state.holdout_days_left = 0;
  state.closing = false;
  state.phase = PlantState::Phase::closed;
  tell(world, "closure", scenario.plants[plant].name + " is shut; the last workers have left");
}

/// A plant that has had no work for half a year stands idle, until it has some.
void count_idle_months(const Scenario& scenario, World& world, int plant) {
  auto& state = world.plants[plant];
  if (state.capacity_per_year <= 0 || world.supply_factor < kNormalSupply) return;
  const bool idle = state.output < kIdleShare * state.capacity_per_year / 12;
  state.months_idle = idle ? state.months_idle + 1 : 0;
  const auto phase =
      state.months_idle >= kMonthsToIdle ? PlantState::Phase::idle : PlantState::Phase::running;
  if (!state.works() || phase == state.phase) return;
  state.phase = phase;
  tell(world, "plant",
       scenario.plants[plant].name +
           (phase == PlantState::Phase::idle ? " stands idle" : " is at work again"));
}

/// Grievance fades, grows by the pay that short-time takes, and may break out in a protest strike.
void feel(const Scenario& scenario, World& world, int plant, const engine::Streams& luck) {
  const auto& labour = scenario.parameters.labour;
  auto& state = world.plants[plant];
  state.unrest *= std::pow(labour.unrest_memory, 1.0 / 12);
  const double contract = state.headcount * hours_per_month(scenario);
  if (contract > 0)
    add_unrest(world, plant,
               (1 - labour.short_time_state_share) * state.short_time_hours / contract / 12);
  if (state.unrest <= 0 || state.strike_days_left > 0 || state.holdout_days_left > 0) return;
  auto draws = luck(Chance::holdup, static_cast<std::uint64_t>(plant));
  if (draws.uniform() >= protest_probability(labour, state.unrest)) return;
  const double days =
      std::max(1.0, std::round(-std::log(draws.uniform()) * labour.strike_days * state.unrest));
  state.strike_days_left = days;
  char text[200];
  std::snprintf(text, sizeof text, "Protest strike of %.0f %s at %s", days,
                days < 1.5 ? "day" : "days", scenario.plants[plant].name.c_str());
  tell(world, "strike", text);
  state.unrest *= labour.unrest_memory;
}

/// What strikes and holdouts will take from the coming month.
void plan_stoppages(const Scenario& scenario, PlantState& state) {
  const auto& labour = scenario.parameters.labour;
  const double days = labour.working_days_per_month;
  state.strike_days_year += state.struck_share * days;
  const double struck = std::min(state.strike_days_left, days);
  const double slow = std::min(state.holdout_days_left, days - struck);
  state.strike_days_left -= struck;
  state.holdout_days_left -= slow;
  state.struck_share = struck / days;
  state.strike_loss_share = (struck + labour.holdout_slowdown * slow) / days;
}

}  // namespace

void work(const Scenario& scenario, World& world, const engine::Streams& luck) {
  const auto outputs = expected_outputs(scenario, world);
  std::vector<double> wanted(scenario.plants.size(), kNobody);
  for (std::size_t p = 0; p < scenario.plants.size(); ++p) {
    const int plant = static_cast<int>(p);
    auto& state = world.plants[p];
    if (!employs(scenario, world, plant)) {
      state.hours_needed = state.hours_paid = state.short_time_hours = 0;
      continue;
    }
    const double needed = jobs_needed(scenario, world, plant, 12 * state.output);
    if (count_hours(scenario, state, needed) > 0) pay_short_time(scenario, world, plant);
    wanted[p] = wanted_workers(scenario, world, plant, outputs[p]);
  }
  relocate(scenario, world, wanted);
  for (std::size_t p = 0; p < scenario.plants.size(); ++p) {
    if (wanted[p] < 0) continue;
    const int plant = static_cast<int>(p);
    auto& state = world.plants[p];
    move_headcount(scenario, world, plant, wanted[p]);
    count_idle_months(scenario, world, plant);
    feel(scenario, world, plant, luck);
    plan_stoppages(scenario, state);
    shut(scenario, world, plant);
  }
}

}  // namespace tavolo::agents
