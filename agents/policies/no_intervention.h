#pragma once

#include "agents/policies/policy.h"

namespace tavolo::agents {

/// Leaves the industry to itself: every lever stays at zero, the historical schemes too.
/// The yardstick of every comparison.
class NoIntervention final : public PolicyStrategy {
 public:
  Instruments decide(const PolicyView&) const override { return {}; }
};

}  // namespace tavolo::agents
