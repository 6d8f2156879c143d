#pragma once

#include <span>
#include <vector>

#include "agents/market/expected_demand.h"
#include "agents/world.h"

namespace tavolo::agents {

/// Mark-ups before VAT that make the posted prices a Bertrand-Nash equilibrium, by offer: the
/// fixed point of the zeta map at given shares, from which base-year marginal costs follow.
/// @return the mark-ups; `residual_eur` is the largest change in the last round.
std::vector<double> equilibrium_markups(const Scenario&, const ExpectedDemand&, double vat_rate,
                                        double& residual_eur);

/// Marginal cost before VAT of a vehicle now, by market: the base year's plus what has happened
/// since to the bottom-up cost of the plants that make it, less what states pay per vehicle. [EUR]
void marginal_costs_eur(const Scenario&, const World&, int vehicle, std::span<double> by_market);

/// Phase: every carmaker prices its line-up in every market, knowing expected demand and its
/// rivals' prices: multi-product Bertrand-Nash with the CO2 shadow price as a cost of grams above
/// the target (Goldberg 1998; Reynaert 2021), solved by the Morrow-Skerlos zeta map. So is a price
/// of capacity for what tracked plants make: zero where they have room, and raised where more is
/// asked of a plant than it can make in a year, until it is not (PlantState::capacity_price_eur;
/// complementary slackness). Both are warm-started; the former is searched by secants and meets the
/// target within the year's rounds, the latter moves a few steps a year. The shadow price that
/// settlement and margins read is a step beyond that of the prices posted. Also posts
/// the expected sales at those prices (World::forecast), the home market's consumer surplus and how
/// its cars compete (World::competition), and how makers expect super-credits to count.
void set_prices(const Scenario&, World&, const engine::Streams&);

}  // namespace tavolo::agents
