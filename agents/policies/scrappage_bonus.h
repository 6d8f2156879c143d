#pragma once

#include "agents/policies/budget.h"
#include "agents/policies/policy.h"

namespace tavolo::agents {

/// Pays for the old car that goes, not for the kind of the new one: one amount for every car up
/// to 135 g/km, and only with an old car to scrap.
///
/// bonus = 3,000 EUR if an old car is scrapped, else 0; the fund is the whole budget. Amount:
/// DPCM of 20 May 2024, 61-135 g/km with a Euro 0-2 car (incentives.csv); in 2022 the same band
/// paid 2,000, and its 170 MEUR were gone in 19 days.
class ScrappageBonus final : public PolicyStrategy {
 public:
  Instruments decide(const PolicyView& view) const override {
    const double budget = view.budget_eur;
    if (budget <= 0) return {};
    return {
        .purchase_budget_eur = budget, .scrappage_extra_eur = 3'000, .price_cap_eur = kPriceCapEur};
  }
};

}  // namespace tavolo::agents
