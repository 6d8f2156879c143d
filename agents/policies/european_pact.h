#pragma once

#include "agents/policies/budget.h"
#include "agents/policies/policy.h"

namespace tavolo::agents {

/// Ends the subsidy race by agreement: aid at every siting table is capped, one's own first.
///
/// aid <= 15 % of capex, everywhere; half of the budget for plants already there, half for
/// entrants, clawback 1. The pact stands in a year without budget, too.
///
/// 15 % is the intensity of the EU's crisis framework outside assisted areas (regulation.csv,
/// TCTF 2.8, from memory). It binds: states have paid 22 % (Valaliky, Melfi) and 25 % (Kragujevac;
/// costs.csv, state_aid). That a race leaves the rent to the firm, and a cap ends it: Slattery
/// (2025), Kim (2020), in economics.md, section 6.
class EuropeanPact final : public PolicyStrategy {
 public:
  static constexpr double kCapShare = 0.15;

  Instruments decide(const PolicyView& view) const override {
    Instruments levers{.pact = true, .pact_cap_share = kCapShare};
    const double budget = view.budget_eur;
    if (budget <= 0) return levers;
    levers.grant_share = kCapShare;
    levers.grant_budget_eur = 0.5 * budget;
    levers.entrant_budget_eur = 0.5 * budget;
    levers.clawback_share = 1;
    return levers;
  }
};

}  // namespace tavolo::agents
