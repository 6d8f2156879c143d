#pragma once

#include "agents/policies/budget.h"
#include "agents/policies/policy.h"

namespace tavolo::agents {

/// The "transition agreement" of government and company (model.md, section 1): aid against
/// output, model range and jobs, with all that Italy does beside it.
///
/// A year's budget goes 40 % to what a transition agreement pays, 35 % to plant grants with
/// clawback, 25 % to moderate purchase incentives; the promise may reach 40 % of the budget in each
/// of its six years. The historical schemes run on.
///
/// 25 % for demand is the DPCM 2026-30 (regulation.csv: 400 of 1,600 MEUR); the split of the rest
/// is assumed. Purchase amounts: DPCM of 6 April 2022, 3,000 and 2,000 EUR (incentives.csv).
/// The shares stay the same while an agreement binds: its 40 % is then owed, not offered.
class TransitionPact final : public PolicyStrategy {
 public:
  Instruments decide(const PolicyView& view) const override {
    Instruments levers{.replay_schemes = true};
    const double budget = view.budget_eur;
    if (budget <= 0) return levers;
    levers.transition_aid_eur = 0.40 * budget * kTransitionYears;
    levers.grant_share = kGrantShare;
    levers.grant_budget_eur = 0.35 * budget;
    levers.clawback_share = 1;
    levers.purchase_budget_eur = 0.25 * budget;
    levers.bonus_bev_eur = 3'000;
    levers.bonus_phev_eur = 2'000;
    levers.price_cap_eur = kPriceCapEur;
    return levers;
  }
};

}  // namespace tavolo::agents
