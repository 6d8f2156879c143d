#pragma once

#include "agents/scenario.h"
#include "agents/world.h"

namespace tavolo::agents {

/// Computes everything that the base year implies and completes the scenario: the sales table by
/// raking, the population and its network, the constants by inversion of the base year's shares
/// (Berry 1994), marginal costs from the first-order conditions. ODD: initialization.
/// @throws engine::InputError when the base year cannot be matched.
void initialise(Scenario&);

/// The state in which every run of an initialised scenario begins.
World first_world(const Scenario&);

}  // namespace tavolo::agents
