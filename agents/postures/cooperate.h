#pragma once

#include "agents/postures/posture.h"

namespace tavolo::agents {

/// Yields early and claims nothing beyond what walking away is worth: Faratin's beta of 2, a
/// conceder (1998, section 4.1).
class Cooperate final : public PostureRule {
 public:
  Posture decide(const PostureView&) const override { return {.concession = 2}; }
};

}  // namespace tavolo::agents
