#include "engine/flow/transport.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace tavolo::engine {
namespace {

using Units = std::int64_t;

/// The problem in whole units, each cost as regret: what it exceeds the product's cheapest way by.
/// All demand of a product goes somewhere, so this takes a constant off the cost and leaves the
/// optimum where it is. No regret is negative and every product has a way without any.
///
/// Regrets are multiples of 2^-40 of the largest cost. Sums of them along a path are then exact in
/// a double, and no cycle can save anything by rounding alone.
struct Regrets {
  std::vector<Units> demand;         // by product
  std::vector<Units> capacity;       // by source
  std::vector<Units> lane_capacity;  // by lane
  std::vector<double> lane;          // by lane, in grains
  std::vector<double> shortage;      // by product, in grains
  double grain = 1;                  // cost units per grain, a power of two
};

Units whole_units_below(double capacity, Units demand) {
  assert(capacity >= 0);
  return capacity < static_cast<double>(demand) ? static_cast<Units>(std::floor(capacity)) : demand;
}

Regrets regrets_of(const TransportProblem& problem) {
  assert(problem.shortage_cost.size() == problem.demand.size());
  Regrets regrets;
  Units total = 0;
  for (const double demand : problem.demand) {
    assert(demand >= 0 && std::isfinite(demand));
    regrets.demand.push_back(std::llround(demand));
    total += regrets.demand.back();
  }
  for (const double capacity : problem.capacity)
    regrets.capacity.push_back(whole_units_below(capacity, total));

  double largest = 0;
  for (const double cost : problem.shortage_cost) largest = std::max(largest, std::abs(cost));
  for (const Lane& lane : problem.lanes) largest = std::max(largest, std::abs(lane.unit_cost));
  assert(std::isfinite(largest));
  if (largest > 0) regrets.grain = std::ldexp(1.0, std::ilogb(largest) - 40);

  std::vector<double> cheapest;
  for (const double cost : problem.shortage_cost) {
    regrets.shortage.push_back(std::round(cost / regrets.grain));
    cheapest.push_back(regrets.shortage.back());
  }
  for (const Lane& lane : problem.lanes) {
    assert(lane.source >= 0 && static_cast<std::size_t>(lane.source) < problem.capacity.size());
    assert(lane.product >= 0 && static_cast<std::size_t>(lane.product) < problem.demand.size());
    regrets.lane_capacity.push_back(whole_units_below(lane.capacity, regrets.demand[lane.product]));
    regrets.lane.push_back(std::round(lane.unit_cost / regrets.grain));
    cheapest[lane.product] = std::min(cheapest[lane.product], regrets.lane.back());
  }
  for (std::size_t i = 0; i < regrets.lane.size(); ++i)
    regrets.lane[i] -= cheapest[problem.lanes[i].product];
  for (std::size_t product = 0; product < cheapest.size(); ++product)
    regrets.shortage[product] -= cheapest[product];
  return regrets;
}

/// Flows and what they leave over.
struct Plan {
  std::vector<Units> flow;           // by lane
  std::vector<Units> shortage;       // by product
  std::vector<Units> unserved;       // by product
  std::vector<Units> free_capacity;  // by source
};

/// Ships all that fits without regret. When nothing stays unserved, the plan is optimal.
Plan ship_without_regret(const TransportProblem& problem, const Regrets& regrets) {
  Plan plan{std::vector<Units>(problem.lanes.size()), std::vector<Units>(problem.demand.size()),
            regrets.demand, regrets.capacity};
  for (std::size_t i = 0; i < problem.lanes.size(); ++i) {
    if (regrets.lane[i] > 0) continue;
    Units& unserved = plan.unserved[problem.lanes[i].product];
    Units& free = plan.free_capacity[problem.lanes[i].source];
    plan.flow[i] = std::min({unserved, free, regrets.lane_capacity[i]});
    unserved -= plan.flow[i];
    free -= plan.flow[i];
  }
  for (std::size_t product = 0; product < problem.demand.size(); ++product)
    if (regrets.shortage[product] == 0) std::swap(plan.shortage[product], plan.unserved[product]);
  return plan;
}

/// What is left to do where something stayed unserved. Products and sources are nodes; a lane with
/// room leads from its product to its source at its regret, and one that carries something leads
/// back and saves it. Every path ends with a shortage or with free capacity. There is no cycle that
/// saves: the plan shipped without regret has none, and shortest paths bring none about.
class Rest {
 public:
  Rest(const TransportProblem& problem, const Regrets& regrets, Plan& plan)
      : problem_{problem},
        regrets_{regrets},
        plan_{plan},
        product_(problem.demand.size()),
        source_(problem.capacity.size()) {
    find_lanes();
  }

  /// Serves what is unserved at least regret, moving flows aside where that pays.
  void serve() {
    find_ways_out();
    for (std::size_t i = 0; i < product_.size(); ++i)
      while (plan_.unserved[i] > 0)
        if (send(i)) find_ways_out();
  }

  /// By source, in grains. One more unit at a source lets a unit that now ends elsewhere end there:
  /// the path from the end back to the source is the re-routing, and its length, where negative,
  /// the saving.
  std::vector<double> rents() {
    for (std::size_t i = 0; i < product_.size(); ++i)
      product_[i].length = plan_.shortage[i] > 0 ? -regrets_.shortage[i] : kFar;
    for (std::size_t i = 0; i < source_.size(); ++i)
      source_[i].length = plan_.free_capacity[i] < regrets_.capacity[i] ? 0 : kFar;
    for (bool shorter = true; shorter;) {
      shorter = false;
      for (const std::size_t lane : lanes_) {
        Way& product = product_[problem_.lanes[lane].product];
        Way& source = source_[problem_.lanes[lane].source];
        if (has_room(lane) && product.length + regrets_.lane[lane] < source.length) {
          source.length = product.length + regrets_.lane[lane];
          shorter = true;
        }
        if (plan_.flow[lane] > 0 && source.length - regrets_.lane[lane] < product.length) {
          product.length = source.length - regrets_.lane[lane];
          shorter = true;
        }
      }
    }
    std::vector<double> rents(source_.size(), 0.0);
    for (const std::size_t lane : lanes_) {
      const int source = problem_.lanes[lane].source;
      rents[source] = std::max(0.0, -source_[source].length);
    }
    return rents;
  }

 private:
  static constexpr double kFar = std::numeric_limits<double>::infinity();
  static constexpr std::size_t kEnd = std::numeric_limits<std::size_t>::max();

  /// The shortest path on from a node: its length and its first lane; kEnd: it ends here.
  struct Way {
    double length = kFar;
    std::size_t lane = kEnd;
  };

  bool has_room(std::size_t lane) const { return plan_.flow[lane] < regrets_.lane_capacity[lane]; }

  /// Those that lead, however far, to or from a product with something unserved. Elsewhere the plan
  /// is optimal as it is and no source has a rent.
  void find_lanes() {
    std::vector<bool> product(product_.size()), source(source_.size());
    for (std::size_t i = 0; i < product.size(); ++i) product[i] = plan_.unserved[i] > 0;
    std::size_t reached = 0;
    const auto reach = [&](auto mark) {
      reached += mark ? 0 : 1;
      mark = true;
    };
    for (std::size_t before = kEnd; reached != before;) {
      before = reached;
      for (const Lane& lane : problem_.lanes) {
        if (product[lane.product]) reach(source[lane.source]);
        if (source[lane.source]) reach(product[lane.product]);
      }
    }
    for (std::size_t i = 0; i < problem_.lanes.size(); ++i)
      if (product[problem_.lanes[i].product]) lanes_.push_back(i);
  }

  /// From every product and source to the end.
  void find_ways_out() {
    for (std::size_t i = 0; i < product_.size(); ++i) product_[i] = {regrets_.shortage[i], kEnd};
    for (std::size_t i = 0; i < source_.size(); ++i)
      source_[i] = {plan_.free_capacity[i] > 0 ? 0 : kFar, kEnd};
    for (bool shorter = true; shorter;) {
      shorter = false;
      for (const std::size_t lane : lanes_) {
        Way& product = product_[problem_.lanes[lane].product];
        Way& source = source_[problem_.lanes[lane].source];
        if (has_room(lane) && source.length + regrets_.lane[lane] < product.length) {
          product = {source.length + regrets_.lane[lane], lane};
          shorter = true;
        }
        if (plan_.flow[lane] > 0 && product.length - regrets_.lane[lane] < source.length) {
          source = {product.length - regrets_.lane[lane], lane};
          shorter = true;
        }
      }
    }
  }

  /// Sends what is unserved of a product along its way out, as much as fits.
  /// @return whether that fills the way; if not, all ways are still the shortest.
  bool send(std::size_t product) {
    path_.clear();
    std::size_t last = product;
    Units room = std::numeric_limits<Units>::max();  // a shortage has room for all
    while (product_[last].lane != kEnd) {
      const std::size_t lane = product_[last].lane;
      path_.push_back({lane, 1});
      room = std::min(room, regrets_.lane_capacity[lane] - plan_.flow[lane]);
      const auto source = static_cast<std::size_t>(problem_.lanes[lane].source);
      const std::size_t aside = source_[source].lane;
      if (aside == kEnd) break;
      path_.push_back({aside, -1});
      room = std::min(room, plan_.flow[aside]);
      last = static_cast<std::size_t>(problem_.lanes[aside].product);
    }
    const bool short_of = product_[last].lane == kEnd;
    Units& end = short_of ? plan_.shortage[last]
                          : plan_.free_capacity[problem_.lanes[path_.back().lane].source];
    if (!short_of) room = std::min(room, end);
    const Units sent = std::min(room, plan_.unserved[product]);
    for (const auto& [lane, sign] : path_) plan_.flow[lane] += sign * sent;
    end += short_of ? sent : -sent;
    plan_.unserved[product] -= sent;
    return sent == room;
  }

  const TransportProblem& problem_;
  const Regrets& regrets_;
  Plan& plan_;
  std::vector<std::size_t> lanes_;
  std::vector<Way> product_, source_;
  struct Step {
    std::size_t lane;
    int sign;  // of what a unit that passes adds to the lane's flow
  };
  std::vector<Step> path_;
};

}  // namespace

TransportSolution solve(const TransportProblem& problem) {
  const Regrets regrets = regrets_of(problem);
  Plan plan = ship_without_regret(problem, regrets);
  TransportSolution solution;
  solution.capacity_rent.assign(problem.capacity.size(), 0.0);
  if (std::ranges::any_of(plan.unserved, [](Units units) { return units > 0; })) {
    Rest rest{problem, regrets, plan};
    rest.serve();
    solution.capacity_rent = rest.rents();
    for (double& rent : solution.capacity_rent) rent *= regrets.grain;
  }

  for (std::size_t i = 0; i < plan.flow.size(); ++i) {
    solution.flow.push_back(static_cast<double>(plan.flow[i]));
    solution.cost += solution.flow[i] * problem.lanes[i].unit_cost;
  }
  for (std::size_t i = 0; i < plan.shortage.size(); ++i) {
    solution.shortage.push_back(static_cast<double>(plan.shortage[i]));
    solution.cost += solution.shortage[i] * problem.shortage_cost[i];
  }
  return solution;
}

}  // namespace tavolo::engine
