#pragma once

#include <algorithm>

#include "agents/policies/budget.h"
#include "agents/policies/policy.h"

namespace tavolo::agents {

/// Puts poorer households into an electric car for some 100 EUR a month. The lease itself is not
/// modelled: the state's share of it is a bonus.
///
/// bonus = 13,000 EUR per electric car if income < 30,000 EUR, else 0; fund = min(budget,
/// 650 MEUR). Amounts: leasing social of 2024 in France, at most 13,000 EUR and 650 MEUR
/// (incentives.csv). Its income line, 15,400 EUR per tax part, is about 30,000 for a couple; its
/// eco-score is left out, so that the two rules can be told apart (see local_content_bonus.h).
class SocialLeasing final : public PolicyStrategy {
 public:
  static constexpr double kFundEur = 650e6;

  Instruments decide(const PolicyView& view) const override {
    const double budget = view.budget_eur;
    if (budget <= 0) return {};
    return {.purchase_budget_eur = std::min(budget, kFundEur),
            .bonus_bev_eur = 13'000,
            .income_max_eur = kLowIncomeEur,
            .means_tested = true,
            .price_cap_eur = kPriceCapEur};
  }
};

}  // namespace tavolo::agents
