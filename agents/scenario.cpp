#include "agents/scenario.h"

#include <algorithm>

namespace tavolo::agents {

bool ShareMargin::counts(const Vehicle& vehicle) const {
  return std::find(powertrains.begin(), powertrains.end(), vehicle.powertrain) != powertrains.end();
}

Scenario::Scenario() = default;
Scenario::Scenario(const Scenario& other) = default;
Scenario::Scenario(Scenario&& other) noexcept = default;
Scenario& Scenario::operator=(const Scenario& other) = default;
Scenario& Scenario::operator=(Scenario&& other) noexcept = default;
Scenario::~Scenario() = default;

}  // namespace tavolo::agents
