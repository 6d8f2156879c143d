#include "engine/location/instance.h"

#include <algorithm>
#include <cmath>

namespace tavolo::engine::location {

Instance::Instance(const Problem& problem)
    : sites{problem.sites()},
      customers{problem.customers()},
      fixed_cost{problem.fixed_cost},
      capacity{problem.capacity},
      demand{problem.demand},
      cost{problem.cost},
      unit_cost{problem.fixed_cost.size(), problem.demand.size()} {
  // demand that no sum can tell from none is none: its cost of a unit would be beyond all numbers
  constexpr double kNegligible = 1e-15, kSmallest = 1e-100;
  for (const double units : demand) total_demand += units;
  const double least_units = std::max(kNegligible * total_demand, kSmallest);
  total_demand = 0;
  for (double& units : demand) {
    if (units < least_units) units = 0;
    total_demand += units;
  }
  for (double& units : capacity) units = std::min(units, total_demand);
  for (double& opening : fixed_cost)
    if (opening < 0) {
      constant += opening;
      opening = 0;
    }
  for (int j = 0; j < customers; ++j) {
    double least = cost(0, j);
    for (int i = 1; i < sites; ++i) least = std::min(least, cost(i, j));
    constant += least;
    for (int i = 0; i < sites; ++i) {
      cost(i, j) -= least;
      if (demand[j] == 0) continue;
      unit_cost(i, j) = cost(i, j) / demand[j];
      highest_price = std::max(highest_price, unit_cost(i, j));
    }
  }
  highest_price = 2 * highest_price + 1;
}

double Instance::rounding(double value) const {
  constexpr double kRelative = 1e-12;
  return kRelative * (std::abs(value) + std::abs(constant));
}

}  // namespace tavolo::engine::location
