#pragma once

#include <algorithm>

#include "agents/policies/budget.h"
#include "agents/policies/output_premium.h"
#include "agents/policies/policy.h"

namespace tavolo::agents {

/// Steers the budget by the distance to the target: more money the further away, to plants where
/// output lags, to buyers where electric cars lag, and only on delivery where money did not work.
///
///   gap        = max(0, target - vehicles)
///   pace       = gap / max(1, target_year - year + 1)            vehicles to gain this year
///   effort     = min(1, pace / (0.05 * vehicles))                share of the budget to use
///   output_lag = clamp((pace - (vehicles - vehicles_before)) / pace, 0, 1), 0 without a gap
///   bev_path   = clamp(0.15 + 0.08 * (year - 2025), 0, 1)
///   bev_lag    = clamp(1 - bev_share / bev_path, 0, 1), 0 where nothing is asked
///   demand_lag = bev_lag * home_made_share                       what a bonus moves at home
///   supply     = budget * effort * output_lag / max(1, output_lag + demand_lag)
///   demand     = budget * effort * demand_lag / max(1, output_lag + demand_lag)
///
/// Of supply, the share paid up front as grants is the trust in the maker; half of the rest waits
/// for entrants, half is a premium for vehicles, due only if output keeps pace. If money was paid
/// last year and output did not rise, nothing is paid up front. clawback = 1 - trust / 2.
/// Of demand, max(0, 1 - points per car / 0.10) builds charging points; the rest is a bonus for
/// electric cars with European content, more if they were built at home.
///
/// Proportional control on an error, as in Forrester (1961), Industrial Dynamics; the trust is the
/// Beta mean of Josang & Ismail (2002). 5 % a year is about the mean growth of 2021-23
/// (plant_output.csv: 673,574 to 751,384). The path of electric cars is what the fleet target
/// asks if all others stay at 110 g/km: 1 - 93.6/110 in 2025, 1 - 49.5/110 in 2030
/// (regulation.csv). Bonus: 3,000 EUR, DPCM of 6 April 2022; extra, floor: local_content_bonus.h.
class Adaptive final : public PolicyStrategy {
 public:
  Instruments decide(const PolicyView& view) const override {
    const double budget = view.budget_eur;
    const double gap = std::max(0.0, view.target_vehicles - view.vehicles);
    if (budget <= 0 || gap <= 0) return {};

    const double pace = gap / std::max(1, view.target_year - view.year + 1);
    const double full_pace = kFullEffortGrowth * view.vehicles;
    const double effort = pace < full_pace ? pace / full_pace : 1.0;
    const double gained = view.vehicles - view.vehicles_before;
    const double output_lag = std::clamp((pace - gained) / pace, 0.0, 1.0);
    const double demand_lag = bev_lag(view) * std::clamp(view.home_made_share, 0.0, 1.0);
    const double per_lag_eur = budget * effort / std::max(1.0, output_lag + demand_lag);

    Instruments levers;
    fund_supply(view, per_lag_eur * output_lag, view.vehicles + pace, levers);
    fund_demand(view, per_lag_eur * demand_lag, levers);
    return levers;
  }

 private:
  static constexpr double kFullEffortGrowth = 0.05;  ///< a year, which takes the whole budget

  static double bev_lag(const PolicyView& view) {
    const double path = std::clamp(0.15 + 0.08 * (view.year - 2025), 0.0, 1.0);
    return path > 0 ? std::clamp(1 - view.bev_share / path, 0.0, 1.0) : 0.0;
  }

  /// Grants, entrants, premium. `due_vehicles`: what output must reach this year.
  static void fund_supply(const PolicyView& view, double supply_eur, double due_vehicles,
                          Instruments& levers) {
    if (supply_eur <= 0) return;
    const double trust = std::clamp(view.trust_in_maker, 0.0, 1.0);
    const bool in_vain = view.outlay_eur > 0 && view.vehicles <= view.vehicles_before;
    const double up_front = in_vain ? 0.0 : trust;
    levers.grant_share = kGrantShare;
    levers.clawback_share = 1 - trust / 2;
    levers.grant_budget_eur = supply_eur * up_front;
    levers.entrant_budget_eur = supply_eur * (1 - up_front) / 2;
    levers.output_premium_budget_eur = supply_eur * (1 - up_front) / 2;
    levers.output_premium_floor = due_vehicles;
    levers.output_premium_eur =
        std::min(OutputPremium::kMostEur, levers.output_premium_budget_eur / due_vehicles);
  }

  /// Charging points where they are scarce, then a bonus.
  static void fund_demand(const PolicyView& view, double demand_eur, Instruments& levers) {
    if (demand_eur <= 0) return;
    const double scarcity =
        std::clamp(1 - view.charging_points_per_bev / kEnoughPointsPerBev, 0.0, 1.0);
    levers.charging_budget_eur = demand_eur * scarcity;
    levers.purchase_budget_eur = demand_eur * (1 - scarcity);
    if (levers.purchase_budget_eur <= 0) return;
    levers.bonus_bev_eur = 3'000;
    levers.home_made_extra_eur = 2'000;
    levers.local_content_floor = 0.60;
    levers.price_cap_eur = kPriceCapEur;
  }
};

}  // namespace tavolo::agents
