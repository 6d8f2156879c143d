#pragma once

#include "agents/world.h"
#include "engine/random.h"

namespace tavolo::agents {

/// Phase: the month's output takes hours; missing hours are overtime, surplus hours short-time
/// work that the state pays for in part, up to a limit, and paid idleness beyond it; headcount
/// follows slowly by attrition, agreed exits, relocation between a maker's plants of a country and
/// hiring; grievance breeds protest strikes; strikes
/// and holdouts run their days and end. Reads output, forecasts and what tables agreed. Writes
/// hours, headcounts, unrest, and the share of the coming month that stoppages will take.
/// A plant that has made next to nothing for half a year stands idle until it has work.
/// The state of a plant's workers is kept for tracked plants that run or stand idle.
void work(const Scenario&, World&, const engine::Streams&);

}  // namespace tavolo::agents
