#pragma once

#include <algorithm>

#include "agents/policies/budget.h"
#include "agents/policies/policy.h"

namespace tavolo::agents {

/// Pays the social contributions of plants that hire or keep their people, as far as the budget
/// goes.
///
/// share = min(0.23, budget / (1.1 * jobs * 56,100 EUR)) of labour cost.
///
/// 0.23 is the whole contribution of an employer, some 30 % of pay (assumed): 0.30 / 1.30 of
/// labour cost. The "decontribuzione Sud" of 2020-24 paid 30 % of it (DL 104/2020, art. 27). The
/// wedge is open-ended, so it is sized for a tenth more jobs than last year's; the cost of a job
/// is that of budget.h.
class WageWedge final : public PolicyStrategy {
 public:
  static constexpr double kMostShare = 0.30 / 1.30;

  Instruments decide(const PolicyView& view) const override {
    const double budget = view.budget_eur;
    if (budget <= 0 || view.plant_jobs <= 0) return {};
    const double wages = 1.1 * view.plant_jobs * kJobCostEur;
    return {.wage_wedge_share = std::min(kMostShare, budget / wages)};
  }
};

}  // namespace tavolo::agents
