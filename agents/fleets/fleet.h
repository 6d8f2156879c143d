#pragma once

#include "agents/choice.h"
#include "agents/world.h"

namespace tavolo::agents {

/// What a company, a rental firm or a van operator brings to the choice: total cost of ownership
/// over its holding period, charging at the depot where it has one, no peers; a weaker habit of
/// brand than households.
BuyerView fleet_view(const Scenario&, const World&, std::uint32_t buyer);

}  // namespace tavolo::agents
