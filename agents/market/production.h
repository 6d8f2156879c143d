#pragma once

#include "agents/world.h"
#include "engine/random.h"

namespace tavolo::agents {

/// What a plant can make in a month now: technical capacity, hours of its workers with overtime,
/// strikes and shortages. [vehicles]
double monthly_capacity(const Scenario&, const World&, int plant);

/// What a plant costs a year whatever it makes: its row's figure; of an entrant's plant in
/// proportion to what of its site's capacity was built, of a kit line kit_capex_share of that;
/// while it stands idle, industry.idle_cost_share of it. [EUR]
double fixed_cost_eur(const Scenario&, const World&, int plant);

/// Phase: orders, back-orders and stock targets go to plants as a minimum-cost flow within
/// capacity and sourcing, at cost at the gate less what a pledge of output makes a vehicle worth
/// (aid.h); vehicles are delivered from stock and output, the rest waits or is
/// cancelled. Writes made, stock, backlog, deliveries, output and capacity rents.
void produce(const Scenario&, World&, const engine::Streams&);

}  // namespace tavolo::agents
