#pragma once

#include "agents/policies/budget.h"
#include "agents/policies/policy.h"

namespace tavolo::agents {

/// Pays only buyers who could not do without: households below 30,000 EUR a year.
///
/// bonus = 7,500 EUR (electric) or 5,000 (plug-in hybrid) if income < 30,000 EUR, else 0; the
/// fund is the whole budget. Amounts: DPCM of 20 May 2024, ISEE below 30,000 EUR, no scrappage
/// (incentives.csv); the PNRR voucher of 2025 draws the line at the same income.
class IncomeTestedBonus final : public PolicyStrategy {
 public:
  Instruments decide(const PolicyView& view) const override {
    const double budget = view.budget_eur;
    if (budget <= 0) return {};
    return {.purchase_budget_eur = budget,
            .bonus_bev_eur = 7'500,
            .bonus_phev_eur = 5'000,
            .income_max_eur = kLowIncomeEur,
            .means_tested = true,
            .price_cap_eur = kPriceCapEur};
  }
};

}  // namespace tavolo::agents
