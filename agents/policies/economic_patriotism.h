#pragma once

#include "agents/policies/policy.h"

namespace tavolo::agents {

/// Asks for "economic patriotism" and pays nothing: names, threats, the state as a shareholder in
/// the newspapers.
///
/// pressure = 1 while vehicles < target, else 0.
///
/// France's finance minister in 2024; in Italy the name of the Alfa Romeo Milano, changed in five
/// days, and the talk of a state's stake (agreements.csv, 2024-02 and 2024-04-15).
class EconomicPatriotism final : public PolicyStrategy {
 public:
  Instruments decide(const PolicyView& view) const override {
    return {.pressure = view.vehicles < view.target_vehicles ? 1.0 : 0.0};
  }
};

}  // namespace tavolo::agents
