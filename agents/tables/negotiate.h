#pragma once

#include "agents/world.h"
#include "engine/random.h"

namespace tavolo::agents {

/// Phase: January's calls. Makers decide whether they go on keeping guaranteed jobs; then
/// transition, plant and siting tables are set up with the outcomes that are on them and what each
/// party makes of each (tables/*_table.h). Reads instruments, plans, forecasts, headcounts. Writes
/// World::tables and PlantState::guaranteed_jobs. Luck: Chance::private_value.
void open_tables(const Scenario&, World&, const engine::Streams&);

/// Phase: every open table plays the rounds of the month (tables.rounds_per_month); a deal is put
/// to the members and binds; talks that fail have their consequence. Closed tables leave the world.
void hold_tables(const Scenario&, World&, const engine::Streams&);

}  // namespace tavolo::agents
