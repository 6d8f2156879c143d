#pragma once

#include "agents/policies/budget.h"
#include "agents/policies/policy.h"

namespace tavolo::agents {

/// Keeps the money for a second maker: the whole budget is reserved for siting tables, and what
/// nobody takes is there again next year.
///
/// entrant budget = budget; aid <= min(40 % of capex, state-aid cap); clawback 1.
///
/// 40 % is the intensity in Campania, Puglia, Calabria and Sicily (costs.csv, aid_cap), for the
/// first 50 MEUR of a project; of a plant of 900 MEUR it leaves 15 % (market/aid.h). For scale:
/// Slovakia paid Volvo 267 MEUR, 22 % of 1.2 bn (costs.csv, state_aid). The government wants
/// 300,000 vehicles from a second maker (agreements.csv, 2024-03).
class CourtEntrants final : public PolicyStrategy {
 public:
  Instruments decide(const PolicyView& view) const override {
    const double budget = view.budget_eur;
    if (budget <= 0) return {};
    return {.grant_share = 0.40, .clawback_share = 1, .entrant_budget_eur = budget};
  }
};

}  // namespace tavolo::agents
