#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "engine/location/assignment.h"
#include "engine/location/deadline.h"
#include "engine/location/instance.h"
#include "engine/location/lagrangian.h"
#include "engine/location/local_search.h"
#include "engine/location/problem.h"
#include "engine/text.h"

namespace tavolo::engine::location {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// In heuristic mode: work (Relaxation::work) after which no further node is looked at.
constexpr std::uint64_t kHeuristicWork = 60'000'000;

/// A part of all solutions: some sites are decided.
struct Node {
  std::vector<State> state;   // by site
  std::vector<double> price;  // by customer, to search from
  double bound = 0;           // no solution in it costs less
};

class Search {
 public:
  Search(const Instance& instance, double time_limit_s)
      : instance_{instance}, deadline_{time_limit_s}, relaxation_{instance}, incumbent_{instance} {}

  void run(std::uint64_t most_work) {
    Node root{std::vector<State>(instance_.sites, State::undecided), {}, 0};
    for (int i = 0; i < instance_.sites; ++i)
      if (instance_.fixed_cost[i] == 0) root.state[i] = State::open;
    dual_ascent(instance_, root.state, root.price);
    relaxation_.restrict_to(root.state);
    root.bound = relaxation_.evaluate(root.price);
    incumbent_.offer(relaxation_.open(), 0);
    incumbent_.improve(relaxation_, deadline_);
    constexpr int kRootIterations = 300, kIterations = 40;
    if (raise(root, kRootIterations)) nodes_.push_back(std::move(root));
    while (!nodes_.empty() && relaxation_.work() < most_work && !deadline_.passed()) {
      Node node = std::move(nodes_.back());
      nodes_.pop_back();
      if (node.bound >= cutoff()) continue;
      if (!raise(node, kIterations)) continue;
      if (deadline_.passed())
        nodes_.push_back(std::move(node));
      else
        branch(std::move(node));
    }
    std::erase_if(nodes_, [&](const Node& node) { return node.bound >= cutoff(); });
  }

  bool exact() const { return nodes_.empty(); }
  double bound() const {
    double least = incumbent_.cost();
    for (const Node& node : nodes_) least = std::min(least, node.bound);
    return least;
  }
  const Incumbent& incumbent() const { return incumbent_; }

 private:
  /// A bound from here on says that nothing better is there.
  double cutoff() const { return incumbent_.cost() - instance_.rounding(incumbent_.cost()); }

  /// Raises the bound of a node and decides sites by it. @return whether the node may still hold a
  /// better solution than is known and has undecided sites; without them it has been tried.
  bool raise(Node& node, int iterations) {
    const double known = incumbent_.cost();
    bool is_open = true;
    for (bool decided = true; is_open && decided;) {
      if (!relaxation_.restrict_to(node.state)) return false;
      if (std::ranges::count(node.state, State::undecided) == 0) {
        offer_open(node);
        return false;
      }
      Prices prices{std::move(node.price), 0, {}, {}};
      raise_bound(relaxation_, {iterations, cutoff(), deadline_}, prices,
                  [&](const std::vector<double>& open) {
                    incumbent_.offer(open, 0);
                    return incumbent_.cost();
                  });
      incumbent_.offer(prices.open, 0.5);
      node.bound = std::max(node.bound, prices.bound);
      node.price = std::move(prices.price);
      open_ = std::move(prices.open);
      is_open = node.bound < cutoff();
      decided = decide(node, prices) && !deadline_.passed();
    }
    if (incumbent_.cost() < known) incumbent_.improve(relaxation_, deadline_);
    return is_open;
  }

  void offer_open(const Node& node) {
    std::vector<int> sites;
    for (int i = 0; i < instance_.sites; ++i)
      if (node.state[i] == State::open) sites.push_back(i);
    incumbent_.offer(sites);
  }

  /// The likelier half is looked at first.
  void branch(Node node) {
    const int site = site_to_branch_on(node);
    const bool likely_open = open_[site] > 0.5;
    Node other = node;
    node.state[site] = likely_open ? State::open : State::closed;
    other.state[site] = likely_open ? State::closed : State::open;
    nodes_.push_back(std::move(other));
    nodes_.push_back(std::move(node));
  }

  /// Decides sites whose other state costs too much. @return whether there were any
  bool decide(Node& node, const Prices& prices) const {
    double room = 0;
    for (int i = 0; i < instance_.sites; ++i)
      if (node.state[i] != State::closed) room += instance_.capacity[i];
    bool any = false;
    for (int i = 0; i < instance_.sites; ++i) {
      if (node.state[i] != State::undecided) continue;
      const double reduced_cost = prices.reduced_cost[i];
      if (prices.bound + reduced_cost >= cutoff()) {
        node.state[i] = State::closed;
        room -= instance_.capacity[i];
        any = true;
      } else if (prices.bound - reduced_cost >= cutoff() ||
                 room - instance_.capacity[i] < instance_.total_demand * (1 - 1e-12)) {
        node.state[i] = State::open;
        any = true;
      }
    }
    return any;
  }

  /// The site whose state is least clear, or when all are clear, one that is likely to be open and
  /// costs most. There is one that is undecided.
  int site_to_branch_on(const Node& node) const {
    int best = -1;
    double most = -1;
    for (int i = 0; i < instance_.sites; ++i) {
      if (node.state[i] != State::undecided) continue;
      const double doubt = std::min(open_[i], 1 - open_[i]);
      const double score = doubt > 0.05 ? 1 + doubt : open_[i];
      if (score > most) {
        most = score;
        best = i;
      }
    }
    return best;
  }

  const Instance& instance_;
  Deadline deadline_;
  Relaxation relaxation_;
  Incumbent incumbent_;
  std::vector<Node> nodes_;   // not looked at yet; the last comes next
  std::vector<double> open_;  // by site, of the last node: how often its relaxation opened it
};

bool all_within(std::span<const double> values, double low, double high) {
  return std::ranges::all_of(values, [&](double value) { return value >= low && value <= high; });
}

}  // namespace

std::string obstacle(const Problem& problem) {
  const std::size_t sites = problem.fixed_cost.size(), customers = problem.demand.size();
  if (sites == 0) return "there is no site.";
  if (problem.capacity.size() != sites || problem.cost.values().size() != sites * customers ||
      (customers > 0 && problem.cost.columns() != customers))
    return "capacities or costs are not as many as sites and customers.";
  if (!all_within(problem.fixed_cost, -kLargestNumber, kLargestNumber))
    return "a fixed cost is too large or no number.";
  if (!all_within(problem.capacity, 0, kInfinity)) return "a capacity is below zero or no number.";
  if (!all_within(problem.demand, 0, kLargestNumber))
    return "a demand is below zero, too large or no number.";
  if (!all_within(problem.cost.values(), -kLargestNumber, kLargestNumber))
    return "a cost of service is too large or no number.";
  double room = 0, demand = 0;
  for (const double units : problem.capacity) room += units;
  for (const double units : problem.demand) demand += units;
  if (room < demand)
    return "all sites hold " + number_text(room) + " units of the " + number_text(demand) +
           " demanded.";
  return "";
}

Solution solve(const Problem& problem, const Options& options) {
  assert(obstacle(problem).empty());
  const Instance instance{problem};
  const bool small = problem.cost.values().size() <= kExactPairs;
  const bool exact = options.mode == Mode::exact || (options.mode == Mode::automatic && small);
  Search search{instance, options.time_limit_s};
  search.run(exact ? std::numeric_limits<std::uint64_t>::max() : kHeuristicWork);

  Solution solution;
  solution.exact = search.exact();
  solution.open = search.incumbent().open();
  solution.share = Grid<double>{problem.fixed_cost.size(), problem.demand.size()};
  Assignment assignment{instance};
  assignment.solve(solution.open);
  for (std::size_t place = 0; place < solution.open.size(); ++place) {
    const int site = solution.open[place];
    solution.cost += problem.fixed_cost[site];
    for (int j = 0; j < instance.customers; ++j) {
      const double share = assignment.share(static_cast<int>(place), j);
      solution.share(site, j) = share;
      solution.cost += share * problem.cost(site, j);
    }
  }
  solution.bound =
      solution.exact ? solution.cost : std::min(solution.cost, search.bound() + instance.constant);
  return solution;
}

double Solution::gap() const {
  return exact || cost <= bound ? 0 : (cost - bound) / std::abs(cost);
}

}  // namespace tavolo::engine::location
