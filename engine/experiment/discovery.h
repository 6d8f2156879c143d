#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace tavolo::engine {

/// In which futures does it happen? The patient rule induction method: boxes of factor values that
/// hold many of the cases of interest and few others.

/// One side of a box is a bound that peeling has set; the others are open.
struct Box {
  std::vector<double> low, high;  ///< by factor; infinite where open
  bool holds(std::span<const double> point) const;
};

/// A box on the way from all futures to a few.
struct PeelingStep {
  Box box;
  std::size_t futures = 0, hits = 0;  ///< in it
  double coverage = 0;                ///< share of all hits that it holds
  double density = 0;                 ///< share of hits in it
};

struct Prim {
  std::vector<PeelingStep> trajectory;  ///< from all futures on
  std::size_t chosen = 0;               ///< step of highest coverage x density
  PeelingStep box;                      ///< the chosen one after pasting
  /// By factor, of the chosen box: the probability that a bound which changes nothing would raise
  /// density as much, binomial; 1 where the factor is not bounded. Small: the bound matters.
  std::vector<double> quasi_p;
};

struct PrimPlan {
  double peel = 0.05;        ///< share of futures taken off in a step, at least one
  double paste = 0.05;       ///< share added back
  double least_mass = 0.05;  ///< share of all futures at which peeling ends
};

/// Peeling and pasting as in Friedman & Fisher (1999), Statistics and Computing 9, 123-143: of all
/// factors and both ends the slice is taken off that leaves the highest mean; pasting widens the
/// chosen box while its mean does not fall. Coverage, density and quasi-p-values: Bryant & Lempert
/// (2010), Technological Forecasting & Social Change 77, 34-49.
/// @param points by future, then factor
/// @param hit by future, whether it is a case of interest; at least one is
Prim prim(const std::vector<std::vector<double>>& points, const std::vector<bool>& hit,
          const PrimPlan& plan = {});

}  // namespace tavolo::engine
