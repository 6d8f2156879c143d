#pragma once

#include "agents/market/expected_demand.h"
#include "agents/world.h"

namespace tavolo::agents {

/// How the buyers of a market's cars answer to the prices that a demand was last evaluated at, and
/// what carmakers take from that. "Makers" are those of `home` (by carmaker, those with plants at
/// home; see home_makers), "rivals" all others. Own-price elasticities and diversion to the outside
/// option by car: Berry, Levinsohn & Pakes (1995); diversion between line-ups: of buyers lost when
/// all prices of one rise in proportion, the share that the other wins (Conlon & Mortimer 2021,
/// RAND Journal of Economics 52, 693-726, for one price). Lerner index: (price before VAT -
/// marginal cost) / price before VAT, the cost without the shadow price of CO2.
template <class Real>
Competition competition(const Scenario&, const World&, const DemandOverNodes<Real>& cars,
                        const std::vector<bool>& home, double vat_rate);

/// By carmaker: whether it has tracked plants in the home country and is no entrant.
std::vector<bool> home_makers(const Scenario&);

}  // namespace tavolo::agents
