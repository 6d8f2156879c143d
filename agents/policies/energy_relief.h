#pragma once

#include <algorithm>

#include "agents/policies/budget.h"
#include "agents/policies/policy.h"

namespace tavolo::agents {

/// Makes a plant's electricity as cheap as Spain's, as far as the budget goes.
///
/// relief = min(39.4 EUR/MWh, budget / (3 MWh per vehicle * max(capacity, vehicles))).
///
/// 39.4 is the gap in wholesale price between Italy and Spain in July 2025, 113.3 - 73.9
/// (costs.csv, energy; 46.3 in January). The relief is open-ended, so it is sized for plants that
/// run full: it cannot cost more than the budget.
class EnergyRelief final : public PolicyStrategy {
 public:
  static constexpr double kMostEurPerMwh = 113.3 - 73.9;

  Instruments decide(const PolicyView& view) const override {
    const double budget = view.budget_eur;
    const double mwh = kMwhPerVehicle * std::max(view.capacity, view.vehicles);
    if (budget <= 0 || mwh <= 0) return {};
    return {.energy_relief_eur_per_mwh = std::min(kMostEurPerMwh, budget / mwh)};
  }
};

}  // namespace tavolo::agents
