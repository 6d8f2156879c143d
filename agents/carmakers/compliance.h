#pragma once

#include "agents/world.h"
#include "engine/random.h"

namespace tavolo::agents {

/// Leader of the CO2 pool that a maker belongs to; itself without a pool.
int pool_of(const Scenario&, int carmaker);

/// Whether cars sold in this market count for the EU's fleet averages.
bool counts_for_co2(const Scenario&, int market);

/// Phase: the averages of the year's new cars by pool against the target; who misses it pays the
/// premium per car and gram. Regulation (EU) 2019/631, Article 8.
void settle_co2(const Scenario&, World&, const engine::Streams&);

}  // namespace tavolo::agents
