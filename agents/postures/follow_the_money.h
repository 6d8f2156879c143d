#pragma once

#include "agents/postures/posture.h"

namespace tavolo::agents {

/// Invests in full where the state pays for plants (grants, transition aid or a premium on output),
/// and commits half of its budget where it does not: the threat behind many a table. The half is an
/// assumption.
class FollowTheMoney final : public PostureRule {
 public:
  Posture decide(const PostureView& view) const override {
    const auto& levers = view.levers;
    const bool pays = levers.grant_budget_eur > 0 || levers.transition_aid_eur > 0 ||
                      levers.output_premium_budget_eur > 0 || view.agreement_in_force;
    return {.capex_share = pays ? 1.0 : 0.5};
  }
};

}  // namespace tavolo::agents
