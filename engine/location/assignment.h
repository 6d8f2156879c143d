#pragma once

#include <limits>
#include <span>
#include <vector>

#include "engine/grid.h"
#include "engine/location/instance.h"

namespace tavolo::engine::location {

/// Who serves whom at least cost when certain sites are open: a transportation problem, solved to
/// the optimum by the primal-dual method (Ahuja, Magnanti & Orlin 1993, "Network flows", section
/// 9.8). Customers start at their cheapest open site; sites that hold too much pass customers on
/// along the cheapest chains of sites to one with room. The network has a node for each open site
/// only, so that hundreds of customers at a dozen sites take well under a millisecond.
///
/// Where the open sites cannot hold all demand, the rest is left short at `highest_price` a unit.
class Assignment {
 public:
  explicit Assignment(const Instance& instance);

  /// The least cost of service from the sites in `open`. Stops when it is sure to be `cutoff` or
  /// more, and returns a bound from there; then there are no flows and prices.
  double solve(std::span<const int> open, double cutoff = std::numeric_limits<double>::infinity());

  /// The rest concerns the last solve().
  bool complete() const { return complete_; }
  bool short_of_capacity() const { return short_; }
  /// By customer: what serving all of it costs at the margin, rent of capacity included. These are
  /// optimal dual prices.
  void prices(std::span<double> price) const;
  /// The part of `customer` that the open site at `place` in `open` serves. A customer without
  /// demand has one site.
  double share(int place, int customer) const;
  /// Whether the open site at `place` serves anybody.
  bool is_used(int place) const;

 private:
  struct Way {
    double cost = 0;    // least, of a unit passed on
    int customer = -1;  // whose; -1: not known
  };

  void put(int place, int customer, double units);
  void take(int place, int customer, double units);
  void find_ways(int place);
  Way cheapest_way(int from, int to) const;
  bool find_chain();
  void pass_on();
  double excess(int place) const { return load_[place] - capacity_[place]; }

  const Instance& instance_;
  std::vector<double> penalty_;           // unit costs of shortage
  std::vector<const double*> unit_cost_;  // by place, by customer
  std::vector<double> capacity_, load_;   // by place
  std::vector<double> rent_;              // by place, of a unit of capacity
  std::vector<std::vector<int>> served_;  // by place: customers
  Grid<double> flow_;                     // place x customer, units
  Grid<Way> way_;                         // place x place
  std::vector<char> known_;               // by place: whether its ways are
  std::vector<double> distance_;          // by place, reduced, from the nearest overfull one
  std::vector<int> before_;               // by place, on the way from there
  std::vector<char> settled_;             // by place
  std::vector<int> cheapest_;             // by customer
  std::vector<double> least_;             // by customer
  int places_ = 0, target_ = -1;
  double tolerance_ = 0;
  bool complete_ = false, short_ = false;
};

}  // namespace tavolo::engine::location
