#pragma once

#include "agents/policies/budget.h"
#include "agents/policies/policy.h"

namespace tavolo::agents {

/// Pays part of what a carmaker invests in plants that are already there.
///
/// grant <= min(30 % of capex, state-aid cap), all grants of a year <= budget; on a full shortfall
/// the maker pays `clawback_share` of its grant back, pro rata on a partial one. 30 %: the regional
/// cap of Melfi and Termoli (costs.csv, aid_cap). Italian law claws back in full (DL 87/2018,
/// art. 6); three of four programmes in the United States can (Good Jobs First 2012, in
/// economics.md, section 10). With and without are one rule, so that clawback is all that differs.
class InvestmentGrants final : public PolicyStrategy {
 public:
  struct Settings {
    double clawback_share;  ///< of a grant, on a full shortfall, 0..1
  };
  explicit InvestmentGrants(const Settings& settings) : settings_{settings} {}

  Instruments decide(const PolicyView& view) const override {
    const double budget = view.budget_eur;
    if (budget <= 0) return {};
    return {.grant_share = kGrantShare,
            .grant_budget_eur = budget,
            .clawback_share = settings_.clawback_share};
  }

 private:
  Settings settings_;
};

}  // namespace tavolo::agents
