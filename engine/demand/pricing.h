#pragma once

#include <span>
#include <vector>

#include "engine/demand/fixed_point.h"
#include "engine/demand/logit.h"

/// Between prices, shares and costs: mean utilities that explain shares, markups that explain
/// prices, and the prices of a Bertrand-Nash equilibrium.

namespace tavolo::engine::demand {

/// Mean utilities d at which the market has the shares `share` at prices `price`, by the
/// contraction d <- d + (1 - rho) (ln s - ln s(d)): Berry (1994), BLP (1995). `utility` is where
/// the search starts and becomes what was found; the market has it too.
/// @param share above zero, less than one in all
/// @return the residual is the largest |ln s - ln s(d)|.
Convergence invert_shares(LogitMarket&, std::span<const double> price,
                          std::span<const double> share, std::vector<double>& utility);

/// Where the search may start: the mean utilities of the nested logit without heterogeneity,
/// ln s_j - ln s_0 - rho ln s_j|nest.
std::vector<double> logit_utilities(const Nests&, std::span<const double> share);

/// p - c by the first-order conditions of the firms at these prices, by product: one linear system
/// for each group of firms that have stakes in one another. NaN where a system is singular.
std::vector<double> markups(LogitMarket&, std::span<const double> price);

/// Bertrand-Nash prices at marginal costs `cost`: the fixed point of the zeta map (Morrow & Skerlos
/// 2011). `price` is where the search starts and becomes what was found.
/// @return the residual is the largest |zeta - (p - c)| / |p|.
Convergence equilibrium_prices(LogitMarket&, std::span<const double> cost,
                               std::vector<double>& price);

/// Sum of squared shares in what is sold, in points (10,000: one firm); `owner` of each product.
double herfindahl(std::span<const double> share, std::span<const int> owner);

}  // namespace tavolo::engine::demand
