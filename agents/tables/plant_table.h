#pragma once

#include "agents/world.h"
#include "engine/random.h"

namespace tavolo::agents {

/// A maker and the unions of one plant bargain about paid exits, short-time work and wages.

/// Calls the tables of plants with surplus hours, or whose wage agreement has run out.
void open_plant_tables(const Scenario&, World&, const engine::Streams&);
void bind_plant_deal(const Scenario&, World&, const engine::Streams&, const TableState& table);
/// No deal: the old terms hold; a strike or a holdout may follow.
void break_plant_talks(const Scenario&, World&, const engine::Streams&, const TableState& table);

}  // namespace tavolo::agents
