#pragma once

#include <vector>

namespace tavolo::engine {

/// A way for one source to serve one product. Several lanes may join the same pair.
struct Lane {
  int source = 0;
  int product = 0;
  double unit_cost = 0;  ///< per unit of flow
  double capacity = 0;   ///< units of flow; may be infinite
};

/// Which source serves which product. One unit of flow takes one unit of a source's capacity: whose
/// capacity is in other units (hours) converts it first.
struct TransportProblem {
  std::vector<double> capacity;       ///< by source, units of flow, >= 0; may be infinite
  std::vector<double> demand;         ///< by product, units of flow, >= 0
  std::vector<double> shortage_cost;  ///< by product, per unit of demand that nobody serves
  std::vector<Lane> lanes;
};

struct TransportSolution {
  std::vector<double> flow;      ///< by lane, whole units
  std::vector<double> shortage;  ///< by product, whole units; flows and shortage sum to the demand
  double cost = 0;               ///< of all flows and shortages
  /// By source, cost per unit, >= 0: what the next unit of capacity would save. A source with
  /// capacity to spare has no rent; a source without any capacity may well have one.
  std::vector<double> capacity_rent;
};

/// The plan of least cost: min sum c x + sum c_shortage z, where the flows x and the shortage z of
/// a product sum to its demand and no source or lane carries more than its capacity.
///
/// Quantities are whole units: demands are rounded to the nearest unit, capacities down. Costs are
/// finite, of any sign; a product is left short where that is cheaper than every lane.
///
/// Successive shortest paths (Ahuja, Magnanti & Orlin 1993, "Network flows", section 9.7), found by
/// Bellman-Ford (section 5.4) among the lanes that lead to what is short: they are few. Rents are
/// node potentials of the final residual network (section 9.5): among all optimal dual prices the
/// smallest, so that adding a unit of capacity saves exactly the rent. Among plans of equal cost,
/// products that can be are served by their cheapest lanes, in the order of products and lanes.
TransportSolution solve(const TransportProblem& problem);

}  // namespace tavolo::engine
