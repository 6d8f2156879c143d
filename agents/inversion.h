#pragma once

#include "agents/scenario.h"
#include "agents/world.h"

namespace tavolo::agents {

/// The constants of demand that reproduce the base year's sales at the base year's prices: the
/// contraction d <- d + rho (ln s_observed - ln s(d)), damped by the inner dissimilarity as a
/// nested logit asks for (Berry 1994; Berry, Levinsohn & Pakes 1995), together with the outside
/// utilities that reproduce the share of buyers of each kind who keep or buy used. Where
/// buyers act, over a large sample of them, elsewhere over the quadrature; the small quadrature of
/// a market where they act gets a shift of its own, so that carmakers expect what buyers do.
///
/// Then marginal costs: price less the mark-up of the Bertrand-Nash first-order conditions.
/// Vehicles that were not sold in the base year get the constant that the effects of brand,
/// segment and powertrain give (least squares over those that were), or that of what they
/// succeed (a programme that they replace, a powertrain of their nameplate that goes when they
/// come; electric cars succeed electric cars only), and the mark-up of their maker in the segment.
///
/// `world` is the state at the start with the base year's prices and drivers; its constants are
/// written as well. @throws engine::InputError when a market does not converge.
void invert_base_year(Scenario&, World& world);

}  // namespace tavolo::agents
