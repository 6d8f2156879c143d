#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

#include "engine/flow/transport.h"
#include "engine/location/assignment.h"
#include "engine/location/lagrangian.h"
#include "engine/location/problem.h"
#include "engine/location/read_problem.h"
#include "engine/random.h"
#include "tests/engine/location/instances.h"
#include "tests/support/glpk.h"

namespace tavolo::engine::location {
namespace {

using testing::ElementsAre;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Problem any_problem(std::uint64_t instance) { return test::any_location_problem(instance, 7, 9); }

/// What a solution costs by its own flows, after all rules have been checked.
double checked_cost(const Problem& problem, const Solution& solution) {
  double cost = 0;
  std::vector<double> load(problem.sites());
  for (int j = 0; j < problem.customers(); ++j) {
    double served = 0;
    for (int i = 0; i < problem.sites(); ++i) {
      const double share = solution.share(i, j);
      EXPECT_GE(share, 0);
      if (share > 0) {
        EXPECT_TRUE(std::ranges::binary_search(solution.open, i)) << "closed site " << i;
      }
      served += share;
      load[i] += share * problem.demand[j];
      cost += share * problem.cost(i, j);
    }
    EXPECT_NEAR(served, 1, 1e-9) << "customer " << j;
  }
  for (int i = 0; i < problem.sites(); ++i)
    EXPECT_LE(load[i], problem.capacity[i] * (1 + 1e-9) + 1e-9) << "site " << i;
  for (const int site : solution.open) cost += problem.fixed_cost[site];
  return cost;
}

/// Least cost of service from some sites, by the Boost.Graph network solver of engine/flow, which
/// shares nothing with Assignment; infinite when they cannot hold all demand.
double service_cost(const Problem& problem, const std::vector<int>& open) {
  TransportProblem transport;
  double service = 0;
  transport.shortage_cost.assign(problem.customers(), 1e7);
  transport.demand = problem.demand;
  for (std::size_t place = 0; place < open.size(); ++place) {
    transport.capacity.push_back(problem.capacity[open[place]]);
    for (int j = 0; j < problem.customers(); ++j)
      if (problem.demand[j] > 0)
        transport.lanes.push_back({static_cast<int>(place), j,
                                   problem.cost(open[place], j) / problem.demand[j], kInfinity});
  }
  for (int j = 0; j < problem.customers(); ++j) {
    if (problem.demand[j] > 0) continue;
    double least = kInfinity;
    for (const int site : open) least = std::min(least, problem.cost(site, j));
    service += least;
  }
  const auto plan = engine::solve(transport);
  const double missing = std::accumulate(plan.shortage.begin(), plan.shortage.end(), 0.0);
  return missing > 0 ? kInfinity : service + plan.cost;
}

std::vector<int> sites_of(unsigned set) {
  std::vector<int> sites;
  for (int i = 0; set >> i != 0; ++i)
    if ((set >> i & 1U) != 0) sites.push_back(i);
  return sites;
}

/// By trying every set of open sites.
double least_cost(const Problem& problem) {
  double least = kInfinity;
  for (unsigned set = 1; set < 1U << problem.sites(); ++set) {
    const auto open = sites_of(set);
    double opening = 0;
    for (const int site : open) opening += problem.fixed_cost[site];
    least = std::min(least, opening + service_cost(problem, open));
  }
  return least;
}

double near(double cost) { return 1e-9 * std::max(1.0, std::abs(cost)); }

// Akinc & Khumawala's problems with 16 warehouses and 50 customers differ in capacity and fixed
// cost only (the eleventh warehouse is free in all of them); the optima are those that the
// OR-Library publishes (file capopt, from Beasley 1988, EJOR 33).
TEST(Location, MeetsThePublishedOptima) {
  const std::string file = TAVOLO_SOURCE_DIR "/../shared/data/docking/cap71.txt";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "the published problem is not at " << file;
  struct Published {
    const char* name;
    double capacity, fixed_cost, optimum;
  };
  constexpr Published kPublished[] = {
      {"cap41", 5000, 7500, 1040444.375},   {"cap42", 5000, 12500, 1098000.450},
      {"cap43", 5000, 17500, 1153000.450},  {"cap44", 5000, 25000, 1235500.450},
      {"cap51", 10000, 17500, 1025208.225}, {"cap61", 15000, 7500, 932615.750},
      {"cap62", 15000, 12500, 977799.400},  {"cap63", 15000, 17500, 1014062.050},
      {"cap64", 15000, 25000, 1045650.250}, {"cap71", 58268, 7500, 932615.750},
      {"cap72", 58268, 12500, 977799.400},  {"cap73", 58268, 17500, 1010641.450},
      {"cap74", 58268, 25000, 1034976.975},
  };
  auto problem = read_problem(file);
  for (const auto& published : kPublished) {
    for (int i = 0; i < problem.sites(); ++i) {
      problem.capacity[i] = published.capacity;
      if (problem.fixed_cost[i] != 0) problem.fixed_cost[i] = published.fixed_cost;
    }
    const auto solution = solve(problem);
    EXPECT_NEAR(solution.cost, published.optimum, 1e-6) << published.name;
    EXPECT_TRUE(solution.exact) << published.name;
    EXPECT_NEAR(checked_cost(problem, solution), solution.cost, 1e-6) << published.name;
    const auto heuristic = solve(problem, {.mode = Mode::heuristic});
    EXPECT_LE(heuristic.cost, 1.001 * published.optimum) << published.name;
    EXPECT_LE(heuristic.bound, published.optimum + 1e-6) << published.name;
  }
}

TEST(Location, MeetsThePublishedOptimumWithoutCapacities) {
  const std::string file = TAVOLO_SOURCE_DIR "/../shared/data/docking/cap71.txt";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "the published problem is not at " << file;
  const auto solution = solve(read_problem(file, {.ignored = true, .value = {}}));
  EXPECT_NEAR(solution.cost, 932615.750, 1e-6);
  EXPECT_TRUE(solution.exact);
  EXPECT_THAT(solution.open, ElementsAre(0, 1, 2, 3, 5, 6, 7, 8, 10, 11, 12));
}

TEST(Location, CostsAsLittleAsTheBestOfAllSetsOfSites) {
  int in_parts = 0, some_closed = 0;
  for (std::uint64_t instance = 0; instance < 400; ++instance) {
    const auto problem = any_problem(instance);
    ASSERT_EQ(obstacle(problem), "");
    const auto solution = solve(problem);
    const double least = least_cost(problem);
    ASSERT_TRUE(solution.exact);
    ASSERT_NEAR(solution.cost, least, near(least)) << "instance " << instance;
    ASSERT_NEAR(checked_cost(problem, solution), solution.cost, near(least));
    if (static_cast<int>(solution.open.size()) < problem.sites()) ++some_closed;
    const auto shares = solution.share.values();
    if (std::ranges::any_of(shares, [](double share) { return share > 0.01 && share < 0.99; }))
      ++in_parts;
  }
  EXPECT_GT(in_parts, 100) << "too few instances are tight to be a test";
  EXPECT_GT(some_closed, 200);
}

TEST(Location, HasABoundThatHoldsHoweverShortTheSearch) {
  for (std::uint64_t instance = 0; instance < 100; ++instance) {
    const auto problem = any_problem(instance);
    const double least = least_cost(problem);
    for (const auto& options :
         {Options{.mode = Mode::heuristic}, Options{.mode = Mode::exact, .time_limit_s = 0}}) {
      const auto solution = solve(problem, options);
      ASSERT_LE(solution.bound, least + near(least)) << "instance " << instance;
      ASSERT_GE(solution.cost, least - near(least)) << "instance " << instance;
      ASSERT_NEAR(checked_cost(problem, solution), solution.cost, near(least));
      ASSERT_NEAR(solution.gap() * std::abs(solution.cost), solution.cost - solution.bound,
                  near(least));
      if (solution.exact) {
        ASSERT_NEAR(solution.cost, least, near(least));
      }
    }
  }
}

/// The strong formulation as a mixed-integer programme.
std::string programme(const Problem& problem) {
  std::ostringstream text;
  text.precision(17);
  const auto part = [](int i, int j) { return " x" + std::to_string(i) + "_" + std::to_string(j); };
  text << "Minimize\n cost:";
  for (int i = 0; i < problem.sites(); ++i) {
    text << " + " << problem.fixed_cost[i] << " y" << i << "\n";
    for (int j = 0; j < problem.customers(); ++j)
      text << " + " << problem.cost(i, j) << part(i, j) << "\n";
  }
  text << "Subject To\n";
  for (int j = 0; j < problem.customers(); ++j) {
    for (int i = 0; i < problem.sites(); ++i) text << (i > 0 ? " +" : "") << part(i, j) << "\n";
    text << " = 1\n";
  }
  for (int i = 0; i < problem.sites(); ++i) {
    for (int j = 0; j < problem.customers(); ++j)
      text << " + " << problem.demand[j] << part(i, j) << "\n";
    text << " - " << problem.capacity[i] << " y" << i << " <= 0\n";
    for (int j = 0; j < problem.customers(); ++j) text << part(i, j) << " - y" << i << " <= 0\n";
  }
  text << "Binary\n";
  for (int i = 0; i < problem.sites(); ++i) text << " y" << i << "\n";
  text << "End\n";
  return text.str();
}

TEST(Location, CostsWhatAMixedIntegerProgrammeCosts) {
  if (!test::has_glpk()) GTEST_SKIP() << "glpsol is not installed: ./dev test installs glpk-utils";
  for (std::uint64_t instance = 0; instance < 120; ++instance) {
    const int sites = 8 + static_cast<int>(instance % 5);
    const double fixed_cost = 200.0 * static_cast<double>(1 + instance % 7);
    const double tightness = 2 + 1.5 * static_cast<double>(instance % 4);
    const auto problem = test::town_location_problem(instance, sites, 14, fixed_cost, tightness);
    const auto optimum = test::glpk_optimum(programme(problem));
    ASSERT_TRUE(optimum.has_value()) << "instance " << instance;
    const auto solution = solve(problem);
    ASSERT_TRUE(solution.exact);
    // GLPK takes a number within 1e-5 of a whole one for whole
    ASSERT_NEAR(solution.cost, *optimum, 1e-6 * *optimum) << "instance " << instance;
  }
}

class LocationProperties : public testing::Test {
 protected:
  static constexpr std::uint64_t kInstances = 15;
  static Problem problem(std::uint64_t instance) {
    return test::town_location_problem(instance, 20, 40, 1500, 5);
  }
};

TEST_F(LocationProperties, ASiteLessNeverLowersTheCost) {
  for (std::uint64_t instance = 0; instance < kInstances; ++instance) {
    const auto p = problem(instance);
    const auto solution = solve(p);
    for (const int site : {solution.open.front(), solution.open.back(), 0}) {
      auto without = p;
      without.capacity[site] = 0;
      const double cost = solve(without).cost;
      ASSERT_GE(cost, solution.cost - near(cost)) << "instance " << instance;
      if (!std::ranges::binary_search(solution.open, site)) {
        ASSERT_NEAR(cost, solution.cost, near(cost));
      }
    }
  }
}

TEST_F(LocationProperties, MoreCapacityNeverRaisesTheCost) {
  int lowered = 0;
  for (std::uint64_t instance = 0; instance < kInstances; ++instance) {
    auto p = problem(instance);
    double before = solve(p).cost;
    const double tight = before;
    for (int round = 0; round < 3; ++round) {
      for (int i = round; i < p.sites(); i += 3) p.capacity[i] *= 1.3;
      const double cost = solve(p).cost;
      ASSERT_LE(cost, before + near(cost)) << "instance " << instance;
      before = cost;
    }
    std::ranges::fill(p.capacity, kInfinity);
    const double loose = solve(p).cost;
    ASSERT_LE(loose, before + near(loose));
    if (loose < tight) ++lowered;
  }
  EXPECT_GT(lowered, 7) << "too few instances are tight to be a test";
}

TEST_F(LocationProperties, IsTheSameInOtherUnitsAndInAnyOrderOfSites) {
  for (std::uint64_t instance = 0; instance < kInstances; ++instance) {
    auto p = problem(instance);
    const auto solution = solve(p);
    auto other = p;
    for (int i = 0; i < p.sites(); ++i) {
      const int from = p.sites() - 1 - i;
      other.fixed_cost[i] = 3 * p.fixed_cost[from];
      other.capacity[i] = p.capacity[from] / 7;
      for (int j = 0; j < p.customers(); ++j) other.cost(i, j) = 3 * p.cost(from, j);
    }
    for (double& units : other.demand) units /= 7;
    const double cost = solve(other).cost;
    ASSERT_NEAR(cost, 3 * solution.cost, near(cost)) << "instance " << instance;
  }
}

TEST_F(LocationProperties, GivesTheSameSolutionAgain) {
  const auto p = problem(1);
  const auto first = solve(p), second = solve(p);
  EXPECT_EQ(first.cost, second.cost);
  EXPECT_EQ(first.open, second.open);
  EXPECT_TRUE(std::ranges::equal(first.share.values(), second.share.values()));
}

TEST_F(LocationProperties, ComesWithinTwoPercentByHeuristic) {
  for (std::uint64_t instance = 0; instance < kInstances; ++instance) {
    const auto p = problem(instance);
    const auto solution = solve(p, {.mode = Mode::heuristic});
    ASSERT_LE(solution.cost, 1.02 * solve(p).cost) << "instance " << instance;
    ASSERT_LE(solution.gap(), 0.02) << "instance " << instance;
  }
}

TEST(Location, OpensWhatPaysForBeingOpen) {
  const auto solution = solve({{10, -3, 5}, {kInfinity, 0, 100}, {4}, [] {
                                 Grid<double> cost(3, 1);
                                 cost(0, 0) = 1;
                                 cost(1, 0) = 0;
                                 cost(2, 0) = 7;
                                 return cost;
                               }()});
  EXPECT_THAT(solution.open, ElementsAre(0, 1));
  EXPECT_EQ(solution.cost, 8);
  EXPECT_EQ(solution.gap(), 0);
}

// A unit of such a demand costs more than any number; it takes no room to speak of.
TEST(Location, TakesTheSmallestDemandForNone) {
  for (const double small : {1e-320, 1e-90, 1e-12}) {
    const auto solution = solve({{10}, {7}, {7 - 1e-12, small}, Grid<double>(1, 2, 3.0)});
    EXPECT_NEAR(solution.cost, 16, 1e-9) << small;
    EXPECT_TRUE(solution.exact) << small;
  }
}

TEST(Location, HasNothingToDoWithoutCustomers) {
  const auto solution = solve({{10, 0, -2}, {1, 1, 1}, {}, Grid<double>(3, 0)});
  EXPECT_EQ(solution.cost, -2);
  EXPECT_TRUE(solution.exact);
}

TEST(Location, NamesWhatStandsInItsWay) {
  Problem problem{{1, 1}, {5, 4}, {9.5}, Grid<double>(2, 1, 1.0)};
  EXPECT_EQ(obstacle(problem), "all sites hold 9 units of the 9.5 demanded.");
  problem.demand = {9};
  EXPECT_EQ(obstacle(problem), "");
  problem.capacity[0] = -1;
  EXPECT_THAT(obstacle(problem), testing::HasSubstr("capacity"));
  problem.capacity[0] = kInfinity;
  problem.cost(1, 0) = 1e101;
  EXPECT_THAT(obstacle(problem), testing::HasSubstr("cost of service"));
  EXPECT_THAT(obstacle({}), testing::HasSubstr("no site"));
}

// ------------------------------------------------------------------------------------------ parts

/// Integer demands and costs, some sites too small.
struct Parts {
  explicit Parts(std::uint64_t number)
      : problem{test::town_location_problem(number, 6, 30, 1000, 7)}, instance{problem} {}
  Problem problem;
  Instance instance;
};

TEST(Assignment, CostsWhatTheNetworkSolverSays) {
  for (std::uint64_t number = 0; number < 60; ++number) {
    const Parts parts{number};
    Assignment assignment{parts.instance};
    double least = 0;
    for (int j = 0; j < parts.problem.customers(); ++j) {
      double cheapest = kInfinity;
      for (int i = 0; i < parts.problem.sites(); ++i)
        cheapest = std::min(cheapest, parts.problem.cost(i, j));
      least += cheapest;
    }
    for (unsigned set = 1; set < 64; ++set) {
      const auto open = sites_of(set);
      const double expected = service_cost(parts.problem, open);
      const double cost = assignment.solve(open) + least;
      ASSERT_EQ(assignment.short_of_capacity(), expected == kInfinity);
      if (assignment.short_of_capacity()) continue;
      ASSERT_NEAR(cost, expected, near(expected)) << "instance " << number << ", set " << set;
    }
  }
}

TEST(Assignment, StopsOnlyWhenItCannotStayBelowTheCutoff) {
  for (std::uint64_t number = 0; number < 60; ++number) {
    const Parts parts{number};
    Assignment assignment{parts.instance};
    for (unsigned set = 1; set < 64; ++set) {
      const auto open = sites_of(set);
      const double cost = assignment.solve(open);
      const double bound = assignment.solve(open, 0.9 * cost);
      ASSERT_LE(bound, cost + near(cost));
      if (!assignment.complete()) {
        ASSERT_GE(bound, 0.9 * cost);
      }
      ASSERT_NEAR(assignment.solve(open, 1.1 * cost + 1), cost, near(cost));
      ASSERT_TRUE(assignment.complete());
    }
  }
}

// Dual prices: the relaxation at the prices of an assignment with all sites open and no fixed cost
// is the assignment's cost.
TEST(Assignment, HasPricesThatProveItsCost) {
  for (std::uint64_t number = 0; number < 60; ++number) {
    Parts parts{number};
    std::ranges::fill(parts.instance.fixed_cost, 0.0);
    Assignment assignment{parts.instance};
    std::vector<int> all(parts.problem.sites());
    std::iota(all.begin(), all.end(), 0);
    const double cost = assignment.solve(all);
    std::vector<double> price(parts.problem.customers());
    assignment.prices(price);
    Relaxation relaxation{parts.instance};
    ASSERT_TRUE(relaxation.restrict_to(std::vector<State>(all.size(), State::open)));
    ASSERT_NEAR(relaxation.evaluate(price), cost, near(cost)) << "instance " << number;
  }
}

TEST(Relaxation, IsABoundAtAnyPricesAndSoAreItsReducedCosts) {
  enum class Luck { prices = 9 };
  int useful = 0;
  for (std::uint64_t number = 0; number < 200; ++number) {
    const auto problem = any_problem(number);
    const Instance instance{problem};
    Relaxation relaxation{instance};
    std::vector<State> state(instance.sites, State::undecided);
    for (int i = 0; i < instance.sites; ++i)
      if (instance.fixed_cost[i] == 0) state[i] = State::open;
    ASSERT_TRUE(relaxation.restrict_to(state));
    auto draws = Streams{1, 0}(Luck::prices, number);
    std::vector<double> price;
    dual_ascent(instance, state, price);
    for (double& value : price) value *= 0.5 + draws.uniform();
    const double bound = relaxation.evaluate(price);
    for (unsigned set = 1; set < 1U << problem.sites(); ++set) {
      const auto open = sites_of(set);
      const double service = service_cost(problem, open);
      if (service == kInfinity) continue;
      double cost = service - instance.constant;
      for (const int site : open) cost += problem.fixed_cost[site];
      double at_least = bound;
      for (int i = 0; i < instance.sites; ++i) {
        if (state[i] != State::undecided) continue;
        const double reduced = relaxation.reduced_cost()[i];
        const double with = (set >> i & 1U) != 0 ? bound + reduced : bound - reduced;
        at_least = std::max(at_least, with);
      }
      ASSERT_LE(at_least, cost + 1e-6) << "instance " << number << ", set " << set;
      if (at_least > bound) ++useful;
    }
  }
  EXPECT_GT(useful, 1000) << "reduced costs say nothing";
}

TEST(DualAscent, SpendsNoMoreThanTheFixedCosts) {
  for (std::uint64_t number = 0; number < 200; ++number) {
    const Instance instance{any_problem(number)};
    std::vector<double> price;
    dual_ascent(instance, std::vector<State>(instance.sites, State::undecided), price);
    for (int i = 0; i < instance.sites; ++i) {
      double spent = 0;
      for (int j = 0; j < instance.customers; ++j)
        spent += std::max(0.0, price[j] - instance.cost(i, j));
      ASSERT_LE(spent, instance.fixed_cost[i] + 1e-9) << "instance " << number;
    }
  }
}

}  // namespace
}  // namespace tavolo::engine::location
