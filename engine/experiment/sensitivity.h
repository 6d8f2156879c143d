#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/experiment/statistics.h"

namespace tavolo::engine {

/// An estimate with its bootstrap interval over blocks or trajectories.
struct Index {
  double value = 0;
  Interval interval{0, 0};
};

/// Variance-based sensitivity of one output. A first-order index is the share of its variance that
/// goes when the factor is known, a total one the share that stays when all others are.
struct SobolIndices {
  std::size_t blocks = 0;
  double mean = 0, variance = 0;
  std::vector<Index> first, total;  ///< by factor
  std::vector<Index>
      second;  ///< by pair (0,1), (0,2), … (1,2) …; empty without second-order blocks
  /// The first-order index of a factor that does nothing, by products of the outputs of A and of B,
  /// which share no factor: what is no larger is no more than the noise of the blocks. Khorashadi
  /// Zadeh et al. (2017), Environ. Model. Softw. 91, 210-222. (Its total one is 0 by Jansen's.)
  Index dummy;
};

/// From whole blocks, output by output in the order of sampling.h (d + 2 or 2 d + 2 to a block).
/// first: Saltelli et al. (2010), Comput. Phys. Commun. 181, 259-270, table 2 (b); total: Jansen
/// (1999), ibid. 117, 35-43; second: Saltelli (2002), ibid. 145, 280-297.
SobolIndices sobol_indices(std::span<const double> outputs, std::size_t factors, bool second_order,
                           std::size_t resamples = 1000, double level = kConfidence);

/// Elementary effects of one output, per unit of the unit cube: their mean, the mean of their sizes
/// (mu*) and their standard deviation.
struct MorrisEffects {
  std::size_t trajectories = 0;
  std::vector<double> mu, sigma;
  std::vector<Index> mu_star;  ///< by factor
};

/// From whole trajectories: outputs, and the points in the unit cube, both in the order of
/// sampling.h. Morris (1991), Technometrics 33(2), 161-174; mu*: Campolongo, Cariboni & Saltelli
/// (2007), Environ. Model. Softw. 22, 1509-1518.
MorrisEffects morris_effects(std::span<const double> outputs,
                             const std::vector<std::vector<double>>& points, std::size_t factors,
                             std::size_t resamples = 1000, double level = kConfidence);

/// Indices on a full grid, every level of a factor equally likely: no estimates, but the variances
/// themselves of means over the other factors (total: over this one). Saltelli et al. (2008),
/// Global Sensitivity Analysis: The Primer, 1.2.
struct GridIndices {
  double variance = 0;
  std::vector<double> first, total;
};
/// @param values at the points of the grid, the last factor varying fastest
/// @param levels of every factor; their product is the number of values
GridIndices grid_indices(std::span<const double> values, std::span<const std::size_t> levels);

}  // namespace tavolo::engine
