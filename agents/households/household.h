#pragma once

#include "agents/choice.h"
#include "agents/world.h"

namespace tavolo::agents {

/// What a household brings to the choice of a car: income, kilometres, home charging, what it
/// drives and what its peers drive.
///
/// Peers: the share of its ties that drive each powertrain, less the base-year share on the road,
/// times demand.peer_effect (Brock & Durlauf 2001, with lagged shares: one equilibrium).
BuyerView household_view(const Scenario&, const World&, std::uint32_t buyer, int market);

}  // namespace tavolo::agents
