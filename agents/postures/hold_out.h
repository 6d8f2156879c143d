#pragma once

#include "agents/postures/posture.h"

namespace tavolo::agents {

/// Yields late and insists on a third of what a table could bring it: the hard bargainer of the
/// game, whose risk is that nothing is agreed on. Faratin's beta of 0.2 is Boulware's (1998,
/// section 4.1), the third an assumption.
class HoldOut final : public PostureRule {
 public:
  Posture decide(const PostureView&) const override {
    return {.concession = 0.2, .claim = 1.0 / 3};
  }
};

}  // namespace tavolo::agents
