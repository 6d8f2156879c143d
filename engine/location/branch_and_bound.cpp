#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "engine/location/deadline.h"
#include "engine/location/instance.h"
#include "engine/location/lagrangian.h"
#include "engine/location/local_search.h"
#include "engine/location/problem.h"

namespace tavolo::engine::location {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// A part of all solutions: some sites are decided.
struct Node {
  std::vector<State> state;    // by site
  std::vector<double> price;   // by customer, to search from
  double bound = 0;            // no solution in it costs less
};

class Search {
 public:
  Search(const Instance& instance, const Options& options)
      : instance_{instance},
        deadline_{options.time_limit_s},
        relaxation_{instance},
        incumbent_{instance} {}

  void run(bool exact) {
    Node root{std::vector<State>(instance_.sites, State::undecided), {}, 0};
    for (int i = 0; i < instance_.sites; ++i)
      if (instance_.fixed_cost[i] == 0) root.state[i] = State::open;
    dual_ascent(instance_, root.state, root.price);
    relaxation_.restrict_to(root.state);
    relaxation_.evaluate(root.price);
    incumbent_.offer(relaxation_.open(), 0);
    incumbent_.improve(relaxation_, deadline_);
    bound_ = -kInfinity;
    constexpr int kRootIterations = 300;
    if (bound(root, kRootIterations)) {
      incumbent_.improve(relaxation_, deadline_);
      open_nodes_.push_back(std::move(root));
    }
    if (exact) branch();
    bound_ = incumbent_.cost();
    for (const Node& node : open_nodes_) bound_ = std::min(bound_, node.bound);
    exact_ = open_nodes_.empty() || bound_ >= cutoff();
  }

  double bound() const { return bound_; }
  bool exact() const { return exact_; }
  const Incumbent& incumbent() const { return incumbent_; }
  int nodes = 0;

 private:
  double cutoff() const { return incumbent_.cost() - instance_.rounding(incumbent_.cost()); }

  void branch() {
    constexpr int kIterations = 60;
    while (!open_nodes_.empty() && !deadline_.passed()) {
      Node node = std::move(open_nodes_.back());
      open_nodes_.pop_back();
      if (node.bound >= cutoff()) continue;
      ++nodes;
      if (!bound(node, kIterations)) continue;
      const int site = site_to_branch_on(node);
      if (site < 0) continue;
      Node other = node;
      const bool likely = open_[site] > 0.5;
      node.state[site] = likely ? State::open : State::closed;
      other.state[site] = likely ? State::closed : State::open;
      open_nodes_.push_back(std::move(other));
      open_nodes_.push_back(std::move(node));
    }
  }

  /// Raises the bound of a node and decides sites by it. @return whether the node may still hold a
  /// better solution than is known; without undecided sites it was tried.
  bool bound(Node& node, int iterations) {
    for (int round = 0;; ++round) {
      if (!relaxation_.restrict_to(node.state)) return false;
      if (std::ranges::count(node.state, State::undecided) == 0) {
        std::vector<int> sites;
        for (int i = 0; i < instance_.sites; ++i)
          if (node.state[i] == State::open) sites.push_back(i);
        incumbent_.offer(sites);
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
      if (node.bound >= cutoff()) return false;
      if (!decide(node, prices) || deadline_.passed()) return true;
    }
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
  /// costs most; -1: none is undecided.
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
  std::vector<Node> open_nodes_;
  std::vector<double> open_;
  double bound_ = 0;
  bool exact_ = false;
};

}  // namespace

int debug_nodes;

Solution solve(const Problem& problem, const Options& options) {
  const Instance instance{problem};
  const bool small = problem.cost.values().size() <= kExactPairs;
  Search search{instance, options};
  search.run(options.mode == Mode::exact || (options.mode == Mode::automatic && small));
  Solution s;
  debug_nodes = search.nodes;
  s.open = search.incumbent().open();
  s.cost = search.incumbent().cost() + instance.constant;
  s.bound = search.bound() + instance.constant;
  s.exact = search.exact();
  return s;
}

double Solution::gap() const { return exact ? 0 : (cost - bound) / std::abs(cost); }

}  // namespace tavolo::engine::location
