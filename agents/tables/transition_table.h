#pragma once

#include "agents/world.h"
#include "engine/random.h"

namespace tavolo::agents {

/// Government, volume maker and unions bargain about output, models, jobs, aid and clawback.

/// Calls the table of a government whose instruments ask for it and that has no agreement in force.
void open_transition_table(const Scenario&, World&, const engine::Streams&, int government);
/// Ratifies and binds the deal at `table` (session agreed): sources models, writes obligations.
void bind_transition_deal(const Scenario&, World&, const engine::Streams&, const TableState& table);
/// What happens when the talks fail.
void break_transition_talks(const Scenario&, World&, const engine::Streams&,
                            const TableState& table);

}  // namespace tavolo::agents
