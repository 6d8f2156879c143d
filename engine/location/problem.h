#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "engine/grid.h"

/// Where to open sites, each at a cost that does not depend on use, so that customers are served at
/// least cost: the capacitated and the uncapacitated warehouse location problem.
namespace tavolo::engine::location {

/// Sites that can be opened and customers that each have to be served in full, by one open site or
/// by several in parts.
struct Problem {
  std::vector<double> fixed_cost;  ///< by site, of opening it; of any sign
  std::vector<double> capacity;    ///< by site, units of demand, >= 0; may be infinite
  std::vector<double> demand;      ///< by customer, units, >= 0
  /// Site x customer: of serving all of a customer's demand, a part in proportion; of any sign.
  Grid<double> cost;

  int sites() const { return static_cast<int>(fixed_cost.size()); }
  int customers() const { return static_cast<int>(demand.size()); }
};

/// Numbers of a problem are no larger, of either sign, so that all can be added up.
constexpr double kLargestNumber = 1e100;

/// Why `solve` cannot take a problem, in a sentence; empty when it can. All sites together have to
/// hold all demand.
std::string obstacle(const Problem& problem);

enum class Mode {
  automatic,  ///< exact up to kExactPairs pairs of site and customer, else heuristic
  exact,      ///< searches until the optimum is proven
  heuristic,  ///< stops after a fixed amount of work; the optimum may be proven all the same
};

/// Up to here the proof of an optimum is a matter of seconds (docs/location.md).
constexpr std::size_t kExactPairs = 20'000;

struct Options {
  Mode mode = Mode::automatic;
  /// The search ends after so many seconds. Without a limit the same problem gives the same
  /// solution everywhere.
  double time_limit_s = std::numeric_limits<double>::infinity();
};

struct Solution {
  double cost = 0;        ///< of the open sites and of all service
  double bound = 0;       ///< no solution costs less; `cost` itself when `exact`
  bool exact = false;     ///< proven: no solution costs less, to 1e-12 of the costs
  std::vector<int> open;  ///< sites from 0, in order; none that serves nobody and saves nothing
  Grid<double> share;     ///< site x customer: part of the customer that the site serves, 0..1

  /// What the cost may exceed the least one by, in proportion to the cost; 0 when exact.
  double gap() const;
};

/// The least total cost. Lagrangian relaxation of the customers' demand, local search, and branch
/// and bound: docs/location.md has the parts and their sources. One thread, no luck.
/// Precondition: `obstacle(problem)` is empty.
Solution solve(const Problem& problem, const Options& options = {});

}  // namespace tavolo::engine::location
