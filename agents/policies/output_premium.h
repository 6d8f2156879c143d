#pragma once

#include <algorithm>

#include "agents/policies/budget.h"
#include "agents/policies/policy.h"

namespace tavolo::agents {

/// Pays per vehicle made at home, as long as output keeps up: money for results, not for plans.
///
/// base = max(vehicles last year, the year before); floor = 0.9 * base;
/// premium = min(898 EUR, budget / base) per vehicle; fund = budget.
///
/// 898 EUR is the gap in energy cost per vehicle between Italy and Spain that Stellantis states
/// (costs.csv, energy: 1,414 - 516): more than that would overpay the handicap. The floor follows
/// the better of two years, so that a bad year cannot be used to lower the bar; the tenth is the
/// ordinary swing of a year (plant_output.csv: +9.6 % in 2023, -6 % in 2021).
class OutputPremium final : public PolicyStrategy {
 public:
  static constexpr double kMostEur = 1'414.0 - 516.0;

  Instruments decide(const PolicyView& view) const override {
    const double budget = view.budget_eur;
    const double base = std::max(view.vehicles, view.vehicles_before);
    if (budget <= 0 || base <= 0) return {};
    return {.output_premium_eur = std::min(kMostEur, budget / base),
            .output_premium_floor = 0.9 * base,
            .output_premium_budget_eur = budget};
  }
};

}  // namespace tavolo::agents
