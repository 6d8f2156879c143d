#pragma once

#include "agents/world.h"
#include "engine/random.h"

namespace tavolo::agents {

/// Phase: buyers whose time has come choose one by one, market by market in the order in which they
/// apply; funds, which exist at home, run down as they do, and the buyer at whom a fund ends is
/// served in part. All see what their peers drove at the start of the month. Markets whose buyers
/// do not act (Scenario::buyers_act) order what they are expected to (mean field). Writes orders,
/// garages, funds, incentives.
void choose_vehicles(const Scenario&, World&, const engine::Streams&);

}  // namespace tavolo::agents
