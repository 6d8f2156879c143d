#pragma once

#include "agents/world.h"
#include "engine/random.h"

namespace tavolo::agents {

/// A government that courts and an entrant bargain about a site: kits or a plant, capacity, aid,
/// jobs, clawback. The entrant's best alternative is its best site elsewhere, or exports.

void open_siting_tables(const Scenario&, World&, const engine::Streams&);
void bind_siting_deal(const Scenario&, World&, const engine::Streams&, const TableState& table);
void break_siting_talks(const Scenario&, World&, const engine::Streams&, const TableState& table);

}  // namespace tavolo::agents
