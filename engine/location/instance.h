#pragma once

#include <vector>

#include "engine/grid.h"
#include "engine/location/problem.h"

namespace tavolo::engine::location {

/// A problem as the solvers see it. Every customer's least cost is taken off (all demand is served,
/// so it is paid anyway), a site that costs nothing or less to open is free and stays open, and no
/// site holds more than all demand. What remains is >= 0.
struct Instance {
  explicit Instance(const Problem& problem);

  int sites = 0, customers = 0;
  std::vector<double> fixed_cost;  ///< by site; 0: free, always open
  std::vector<double> capacity;    ///< by site
  std::vector<double> demand;      ///< by customer
  Grid<double> cost;               ///< site x customer: what serving from here adds
  Grid<double> unit_cost;          ///< the same per unit of demand; 0 without demand
  double total_demand = 0;
  double constant = 0;       ///< what was taken off all costs
  double highest_price = 0;  ///< of a unit: above every unit cost

  /// Costs of this size that differ by less are the same: what rounding can do, and more.
  double rounding(double cost) const;
};

}  // namespace tavolo::engine::location
