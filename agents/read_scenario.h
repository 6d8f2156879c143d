#pragma once

#include "agents/scenario.h"
#include "engine/config.h"

namespace tavolo::agents {

/// Reads a scenario: the values at its top, the parameters and every table of scenario_fields.h;
/// sets the row of every link and checks what no single column can know (shares that add up,
/// months in order, ownership without circles, the base year's margins, somebody to buy).
///
/// Everything that is wrong goes to `problems`, with file and line; a scenario with problems is
/// only good for reading on to find more. What the base year implies is not computed here
/// (initialise.h), and whether a policy exists is the caller's to check.
Scenario read_scenario(const engine::Config& config, engine::Problems& problems);

}  // namespace tavolo::agents
