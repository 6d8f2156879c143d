#pragma once

#include <algorithm>

#include "agents/policies/budget.h"
#include "agents/policies/policy.h"

namespace tavolo::agents {

/// Builds public charging points, and less of them where there are enough.
///
/// charging = budget * min(1, 0.10 / points per electric car).
///
/// More than one point per ten cars brings little (PTTMAM; economics.md, section 1). Italy had
/// 50,678 points at the end of 2023 (prices.csv). What a point costs is the model's business, not
/// the policy's: the PNRR set 639 MEUR aside for 21,255 of them.
class ChargingBuildout final : public PolicyStrategy {
 public:
  Instruments decide(const PolicyView& view) const override {
    const double budget = view.budget_eur;
    if (budget <= 0) return {};
    const double density = std::max(view.charging_points_per_bev, kEnoughPointsPerBev);
    return {.charging_budget_eur = budget * kEnoughPointsPerBev / density};
  }
};

}  // namespace tavolo::agents
