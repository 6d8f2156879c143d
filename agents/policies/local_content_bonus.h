#pragma once

#include "agents/policies/budget.h"
#include "agents/policies/policy.h"

namespace tavolo::agents {

/// Pays for electric cars whose value is made in Europe, and more for those built at home: the
/// eco-score, read as a rule of content.
///
/// bonus = 4,000 EUR (7,000 below 30,000 EUR of income) + 2,000 if built at home, for an electric
/// car with at least 60 % of its value added in Europe; the fund is the whole budget. Bonus:
/// France 2024; extra: what the French CEE bonus of 2025 adds, at most, for a European battery
/// (incentives.csv). Floor: the French score's pass mark is 60 of 100 (arrete of 19 September
/// 2023), the Industrial Accelerator Act was drafted with 70 % of parts without the battery
/// (Teleborsa, 17 February 2026); the reading as a share of value is assumed. EU law would allow
/// an extra for Europe, hardly one for a single member state: the extra tests what that costs.
class LocalContentBonus final : public PolicyStrategy {
 public:
  Instruments decide(const PolicyView& view) const override {
    const double budget = view.budget_eur;
    if (budget <= 0) return {};
    return {.purchase_budget_eur = budget,
            .bonus_bev_eur = 4'000,
            .low_income_extra_eur = 3'000,
            .income_max_eur = kLowIncomeEur,
            .price_cap_eur = kPriceCapEur,
            .local_content_floor = 0.60,
            .home_made_extra_eur = 2'000};
  }
};

}  // namespace tavolo::agents
