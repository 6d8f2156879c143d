#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

/// Which site takes which item, when each item goes to one source and some of the work at a site is
/// done once for all items that need it: single-source capacitated facility location with set-ups,
/// a generalised assignment problem (Martello & Toth 1990, Knapsack Problems, ch. 7) in which
/// options share fixed charges (the moulds of a machine).
namespace tavolo::engine::location {

/// Items of which each takes one of its options or none, so that
///
///     sum of values - cost of the set-ups that are needed + sum over sites of
///         fill_value x min(load, target)
///
/// is greatest and no site is loaded beyond its capacity. A set-up that all options at a site need
/// is the fixed cost of opening it, saved where nothing comes.
struct SourcingProblem {
  struct Load {
    int site;
    double units;  ///< >= 0
  };
  struct Site {
    double capacity = std::numeric_limits<double>::infinity();  ///< units, >= 0
    double target = 0;                                          ///< units, >= 0
    double fill_value = 0;  ///< of a unit of load up to the target, >= 0
  };
  struct Setup {
    double cost = 0;          ///< once, however many items need it; of any sign
    std::vector<Load> loads;  ///< that it puts on sites itself
  };
  struct Option {
    double value = 0;  ///< of any sign, without the parts above
    std::vector<Load> loads;
    std::vector<int> setups;  ///< that it needs, none twice
  };
  std::vector<Site> sites;
  std::vector<Setup> setups;
  std::vector<std::vector<Option>> items;  ///< by item: its options, possibly none
};

struct SourcingPlan {
  std::vector<int> option;  ///< by item; -1: none
  double value = 0;         ///< of the plan, >= 0: nothing at all is worth 0
  double bound = 0;         ///< no plan is worth more; `value` itself when `exact`
  bool exact = true;        ///< proven: no plan is worth more, to 1e-9 of all values
  std::uint64_t nodes = 0;  ///< that the search looked at

  /// What the value may fall short of the greatest one by, as a share of the bound; 0 when exact.
  double gap() const;
};

/// Nodes within which `solve` proves the optimum or gives up: a second or so.
constexpr std::uint64_t kMostNodes = 50'000;

/// Why `solve` cannot take a problem, in a sentence; empty when it can.
std::string obstacle(const SourcingProblem&);

/// What a plan is worth; minus infinity where a site is loaded beyond its capacity (by more than
/// 1e-9 of it).
double value(const SourcingProblem&, std::span<const int> option);

/// The plan of greatest value, by branch and bound within `most_nodes`; beyond that the best that
/// is known, with its gap. Parts of the problem that share no site and no set-up that matters are
/// solved apart. In each:
///
/// 1. A first plan: the option that adds most, again and again (the add heuristic: Kuehn &
/// Hamburger
///    1963, Management Science 9, 643-666), then changes of one or two items while that helps.
/// 2. A bound: prices for the load of sites and for every item's use of a set-up make items, sites
///    and set-ups decide each by itself (Lagrangian decomposition: Guignard & Kim 1987,
///    Mathematical Programming 39, 215-228), and any prices give an upper bound. A subgradient
///    search lowers it (Held, Wolfe & Crowder 1974, Mathematical Programming 6, 62-88).
/// 3. Depth first over the items, those that hesitate least at these prices first; what is decided
///    counts exactly, options that no longer fit are gone, and the bound is lowered a little
///    further at every node.
///
/// One thread, no luck. Precondition: `obstacle` is empty.
SourcingPlan solve(const SourcingProblem&, std::uint64_t most_nodes = kMostNodes);

}  // namespace tavolo::engine::location
