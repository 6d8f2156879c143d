#pragma once

#include "agents/world.h"
#include "engine/random.h"

namespace tavolo::agents {

/// Phase: the month's output takes hours; missing hours are overtime, surplus hours short-time
/// work that the state pays for in part; headcount follows slowly by attrition, agreed exits and
/// hiring; grievance breeds disputes and strikes, which end.
void work(const Scenario&, World&, const engine::Streams&);

}  // namespace tavolo::agents
