#pragma once

#include "agents/policies/budget.h"
#include "agents/policies/policy.h"

namespace tavolo::agents {

/// Does what Italian law did, and has announced: replays the dated purchase schemes of the
/// scenario, which bring their own funds, and offers plants the grants of the automotive fund.
///
/// grants = share(year) * budget; share = 800 / (800 + 2,000) before 2026, when contracts took
/// 0.8 bn EUR and purchase schemes nearly 2 bn; (750 + 450) / 1,600 from 2026, the split of the
/// DPCM 2026-30 (regulation.csv, "Fondo Automotive use" and "DPCM 2026-30").
/// Intensity 22 % of capex: the Melfi contract of 2020 (costs.csv, state_aid). An aid is lost in
/// proportion to the jobs lost, and in full beyond half of them (DL 87/2018, art. 6): clawback 1.
class HistoricalSchemes final : public PolicyStrategy {
 public:
  Instruments decide(const PolicyView& view) const override {
    Instruments levers{.replay_schemes = true};
    const double budget = view.budget_eur;
    if (budget <= 0) return levers;
    const double share = view.year < 2026 ? 800.0 / 2800.0 : 1200.0 / 1600.0;
    levers.grant_share = 0.22;
    levers.grant_budget_eur = share * budget;
    levers.clawback_share = 1;
    return levers;
  }
};

}  // namespace tavolo::agents
