#include "engine/flow/transport.h"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/bellman_ford_shortest_paths.hpp>
#include <boost/graph/successive_shortest_path_nonnegative_weights.hpp>
#include <boost/property_map/function_property_map.hpp>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>

namespace tavolo::engine {
namespace {

using Units = std::int64_t;

/// The problem in whole units, each cost as regret: what it exceeds the product's cheapest way by.
/// All demand of a product goes somewhere, so this takes a constant off the cost and leaves the
/// optimum where it is. No regret is negative and every product has a way without any.
///
/// Regrets are multiples of 2^-40 of the largest cost. Sums of them along a path are then exact in
/// a double, and no reduced cost can fall below zero by rounding, which Dijkstra would refuse.
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

struct Arc;
using Traits = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::bidirectionalS>;
using Graph =
    boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS, boost::no_property, Arc>;
struct Arc {
  Units capacity = 0;  // still free at the start
  Units residual = 0;  // still free at the end
  double regret = 0;
  Traits::edge_descriptor reverse;
};

Traits::edge_descriptor add_arc(Graph& graph, std::size_t from, std::size_t to, Units free,
                                Units used, double regret) {
  const auto forth = add_edge(from, to, graph).first;
  const auto back = add_edge(to, from, graph).first;
  graph[forth] = {free, free, regret, back};
  graph[back] = {used, used, -regret, forth};
  return forth;
}

/// The part of the network in which something is unserved: products and sources that lanes join,
/// however far. Elsewhere the plan is optimal as it is and no source has a rent.
struct Part {
  std::vector<std::size_t> products, sources, lanes;  // in order
  std::vector<std::size_t> product_at, source_at;     // place in these lists
};

Part part_to_solve(const TransportProblem& problem, const Plan& plan) {
  const std::size_t products = problem.demand.size(), sources = problem.capacity.size();
  std::vector<std::size_t> parent(products + sources);
  std::iota(parent.begin(), parent.end(), std::size_t{0});
  const auto root = [&](std::size_t node) {
    while (parent[node] != node) node = parent[node] = parent[parent[node]];
    return node;
  };
  for (const Lane& lane : problem.lanes)
    parent[root(lane.product)] = root(products + static_cast<std::size_t>(lane.source));
  std::vector<bool> lacks(parent.size(), false);
  for (std::size_t i = 0; i < products; ++i)
    if (plan.unserved[i] > 0) lacks[root(i)] = true;

  Part part;
  part.product_at.resize(products);
  part.source_at.resize(sources);
  for (std::size_t i = 0; i < products; ++i)
    if (lacks[root(i)]) {
      part.product_at[i] = part.products.size();
      part.products.push_back(i);
    }
  for (std::size_t i = 0; i < sources; ++i)
    if (lacks[root(products + i)]) {
      part.source_at[i] = part.sources.size();
      part.sources.push_back(i);
    }
  for (std::size_t i = 0; i < problem.lanes.size(); ++i)
    if (lacks[root(problem.lanes[i].product)]) part.lanes.push_back(i);
  return part;
}

/// Serves what is unserved at least regret, moving flows aside where that pays, and returns the
/// rents of the sources in grains. Nodes: start, products, sources, end.
std::vector<double> serve_the_rest(const TransportProblem& problem, const Regrets& regrets,
                                   Plan& plan) {
  const Part part = part_to_solve(problem, plan);
  const std::size_t products = part.products.size();
  const std::size_t start = 0, end = products + part.sources.size() + 1;
  const auto product_node = [&](std::size_t product) { return part.product_at[product] + 1; };
  const auto source_node = [&](std::size_t source) {
    return products + part.source_at[source] + 1;
  };

  Graph graph{end + 1};
  std::vector<Traits::edge_descriptor> lanes, shortages;
  for (const std::size_t i : part.products) {
    add_arc(graph, start, product_node(i), plan.unserved[i], regrets.demand[i] - plan.unserved[i],
            0);
    shortages.push_back(add_arc(graph, product_node(i), end, regrets.demand[i] - plan.shortage[i],
                                plan.shortage[i], regrets.shortage[i]));
  }
  for (const std::size_t i : part.lanes)
    lanes.push_back(
        add_arc(graph, product_node(problem.lanes[i].product), source_node(problem.lanes[i].source),
                regrets.lane_capacity[i] - plan.flow[i], plan.flow[i], regrets.lane[i]));
  for (const std::size_t i : part.sources)
    add_arc(graph, source_node(i), end, plan.free_capacity[i],
            regrets.capacity[i] - plan.free_capacity[i], 0);

  boost::successive_shortest_path_nonnegative_weights(
      graph, start, end,
      boost::capacity_map(get(&Arc::capacity, graph))
          .residual_capacity_map(get(&Arc::residual, graph))
          .weight_map(get(&Arc::regret, graph))
          .reverse_edge_map(get(&Arc::reverse, graph)));

  const auto carried = [&](Traits::edge_descriptor arc) {
    return graph[graph[arc].reverse].residual;
  };
  for (std::size_t i = 0; i < lanes.size(); ++i) plan.flow[part.lanes[i]] = carried(lanes[i]);
  for (std::size_t i = 0; i < products; ++i)
    plan.shortage[part.products[i]] = carried(shortages[i]);

  // One more unit at a source lets a unit that now ends elsewhere end there: the path from the end
  // back to the source is the re-routing, and its length, where negative, the saving.
  const auto length = boost::make_function_property_map<Traits::edge_descriptor>(
      [&graph](Traits::edge_descriptor arc) {
        return graph[arc].residual > 0 ? graph[arc].regret : std::numeric_limits<double>::max();
      });
  std::vector<double> distance(end + 1);
  [[maybe_unused]] const bool no_cycle_saves = boost::bellman_ford_shortest_paths(
      graph, static_cast<int>(end + 1),
      boost::root_vertex(end).weight_map(length).distance_map(
          boost::make_iterator_property_map(distance.begin(), get(boost::vertex_index, graph))));
  assert(no_cycle_saves);
  std::vector<double> rents(problem.capacity.size(), 0.0);
  for (const std::size_t i : part.sources) rents[i] = std::max(0.0, -distance[source_node(i)]);
  return rents;
}

}  // namespace

TransportSolution solve(const TransportProblem& problem) {
  const Regrets regrets = regrets_of(problem);
  Plan plan = ship_without_regret(problem, regrets);
  TransportSolution solution;
  solution.capacity_rent.assign(problem.capacity.size(), 0.0);
  if (std::ranges::any_of(plan.unserved, [](Units units) { return units > 0; })) {
    solution.capacity_rent = serve_the_rest(problem, regrets, plan);
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
