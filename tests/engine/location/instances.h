#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "engine/location/problem.h"
#include "engine/random.h"

/// Problems for tests and benchmarks of location.

namespace tavolo::test {

enum class LocationLuck { anything = 1, towns = 2 };

/// A small problem of any kind: costs of many sizes, ties, free sites, sites that pay for being
/// open, customers without demand, capacities from none to infinite. All sites hold all demand.
inline engine::location::Problem any_location_problem(std::uint64_t instance, int most_sites,
                                                      int most_customers) {
  auto draws = engine::Streams{1, 0}(LocationLuck::anything, instance);
  const auto below = [&](int bound) { return static_cast<int>(draws.uniform() * bound); };
  const int sites = 1 + below(most_sites), customers = 1 + below(most_customers);
  const int dearest = below(3) == 0 ? 10 : 1000, fixed = 1 + below(4 * dearest);
  engine::location::Problem problem;
  double demand = 0, room = 0;
  for (int j = 0; j < customers; ++j) {
    problem.demand.push_back(below(8) == 0 ? 0 : 1 + below(60));
    demand += problem.demand.back();
  }
  for (int i = 0; i < sites; ++i) {
    problem.fixed_cost.push_back(below(10) == 0 ? -below(fixed) : below(fixed));
    const int most = static_cast<int>(4 * demand / sites) + 2;
    problem.capacity.push_back(below(12) == 0 ? std::numeric_limits<double>::infinity()
                                              : below(most));
    room += problem.capacity.back();
  }
  if (room < demand) problem.capacity.back() += demand - room;
  problem.cost = engine::Grid<double>(sites, customers);
  for (double& cost : problem.cost.values()) cost = below(dearest) - (below(20) == 0 ? 5 : 0);
  return problem;
}

/// Customers of very different size and sites in a plane, the cost of service in proportion to
/// distance and demand, capacities equal: the kind of the OR-Library's problems. `tightness`: all
/// demand in proportion to the capacity of a tenth of the sites (below 10).
inline engine::location::Problem town_location_problem(std::uint64_t instance, int sites,
                                                       int customers, double fixed_cost,
                                                       double tightness) {
  auto draws = engine::Streams{1, 0}(LocationLuck::towns, instance);
  std::vector<double> x, y;
  engine::location::Problem problem;
  double demand = 0;
  for (int k = 0; k < sites + customers; ++k) {
    x.push_back(1000 * draws.uniform());
    y.push_back(1000 * draws.uniform());
  }
  for (int j = 0; j < customers; ++j) {
    problem.demand.push_back(std::ceil(std::exp(draws.normal(4, 1))));
    demand += problem.demand.back();
  }
  problem.cost = engine::Grid<double>(sites, customers);
  for (int i = 0; i < sites; ++i) {
    problem.fixed_cost.push_back(std::round(fixed_cost * (0.8 + 0.4 * draws.uniform())));
    problem.capacity.push_back(std::ceil(demand / (0.1 * sites * tightness)));
    for (int j = 0; j < customers; ++j) {
      const int town = sites + j;
      const double distance = std::hypot(x[i] - x[town], y[i] - y[town]);
      problem.cost(i, j) = std::round(problem.demand[j] * distance) / 100;
    }
  }
  return problem;
}

}  // namespace tavolo::test
