#pragma once

#include "agents/scenario.h"

namespace tavolo::agents {

/// The base-year table of sales, vehicle x plant x market, from priors (a vehicle's mix within its
/// brand, a brand's share of a market, a plant's share of a programme) raked to every published
/// margin: registrations by market and class, shares by brand and by powertrain, output by plant,
/// share of output sold at home. Iterative proportional fitting: Deming & Stephan (1940), Annals
/// of Mathematical Statistics 11, 427-444.
///
/// Sets sales, sourced and raking_residual (margins that contradict one another cannot all be
/// met; the residual is the largest relative miss after the last round).
void rake_base_year(const Scenario&, BaseYear&);

}  // namespace tavolo::agents
