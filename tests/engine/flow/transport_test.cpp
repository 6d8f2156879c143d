#include "engine/flow/transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "engine/random.h"

namespace tavolo::engine {
namespace {

using testing::ElementsAre;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

enum class Luck { instance = 1 };

int below(Draws& draws, int bound) { return static_cast<int>(draws.uniform() * bound); }

/// Sources, products and lanes as asked for; costs are 0 to 99 with ties, demands below
/// `largest_demand`. Some sources are empty, some lanes narrow, some products cheaper left short.
TransportProblem random_problem(std::uint64_t instance, int sources, int products, int lanes,
                                int largest_demand) {
  Draws draws = Streams{1, 0}(Luck::instance, instance);
  TransportProblem problem;
  const int largest_capacity = largest_demand * products / sources;
  for (int i = 0; i < sources; ++i)
    problem.capacity.push_back(std::max(0, below(draws, largest_capacity + 2) - 1));
  for (int i = 0; i < products; ++i) {
    problem.demand.push_back(below(draws, largest_demand));
    problem.shortage_cost.push_back(below(draws, 2) == 0 ? 50 + below(draws, 100) : 300);
  }
  for (int i = 0; i < lanes; ++i)
    problem.lanes.push_back({below(draws, sources), below(draws, products),
                             static_cast<double>(below(draws, 100)),
                             below(draws, 2) == 0 ? kInfinity : below(draws, largest_demand)});
  return problem;
}

/// The least cost of all plans in whole units, by trying them all.
double least_cost(const TransportProblem& problem, std::vector<double> capacity,
                  std::vector<double> unserved, std::size_t lane = 0) {
  if (lane == problem.lanes.size()) {
    double cost = 0;
    for (std::size_t i = 0; i < unserved.size(); ++i)
      cost += unserved[i] * problem.shortage_cost[i];
    return cost;
  }
  const auto& [source, product, unit_cost, lane_capacity] = problem.lanes[lane];
  double least = kInfinity;
  for (double flow = 0; flow <= lane_capacity && capacity[source] >= 0 && unserved[product] >= 0;
       ++flow) {
    least = std::min(least, flow * unit_cost + least_cost(problem, capacity, unserved, lane + 1));
    --capacity[source];
    --unserved[product];
  }
  return least;
}

double total(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum;
}

std::vector<double> used_capacity(const TransportProblem& problem,
                                  const TransportSolution& solution) {
  std::vector<double> used(problem.capacity.size());
  for (std::size_t i = 0; i < problem.lanes.size(); ++i)
    used[problem.lanes[i].source] += solution.flow[i];
  return used;
}

/// Two sources at costs 10 and 13, one product short at 100.
TransportProblem two_sources(double first_capacity, double second_capacity, double demand) {
  return {{first_capacity, second_capacity},
          {demand},
          {100},
          {{0, 0, 10, kInfinity}, {1, 0, 13, kInfinity}}};
}

TEST(Transport, ServesFromTheCheapestSourceThatHasRoom) {
  const auto solution = solve(two_sources(50, 50, 40));
  EXPECT_THAT(solution.flow, ElementsAre(40, 0));
  EXPECT_THAT(solution.shortage, ElementsAre(0));
  EXPECT_THAT(solution.capacity_rent, ElementsAre(0, 0));
  EXPECT_EQ(solution.cost, 400);
}

TEST(Transport, TurnsToTheNextSourceWhenTheCheapestIsFull) {
  const auto solution = solve(two_sources(50, 50, 60));
  EXPECT_THAT(solution.flow, ElementsAre(50, 10));
  EXPECT_THAT(solution.capacity_rent, ElementsAre(3, 0));
  EXPECT_EQ(solution.cost, 630);
}

TEST(Transport, LeavesShortWhatNoSourceCanServe) {
  const auto solution = solve(two_sources(50, 50, 120));
  EXPECT_THAT(solution.flow, ElementsAre(50, 50));
  EXPECT_THAT(solution.shortage, ElementsAre(20));
  EXPECT_THAT(solution.capacity_rent, ElementsAre(90, 87));
}

TEST(Transport, LeavesShortWhatCostsMoreToServe) {
  auto problem = two_sources(50, 50, 60);
  problem.shortage_cost = {12};
  const auto solution = solve(problem);
  EXPECT_THAT(solution.flow, ElementsAre(50, 0));
  EXPECT_THAT(solution.shortage, ElementsAre(10));
  EXPECT_THAT(solution.capacity_rent, ElementsAre(2, 0));
}

// The first product could only turn to a dear source; so the second makes room for it.
TEST(Transport, MovesAsideTheProductThatLosesLeast) {
  const auto solution = solve(
      {{10, 10},
       {10, 10},
       {1000, 1000},
       {{0, 1, 5, kInfinity}, {0, 0, 5, kInfinity}, {1, 1, 7, kInfinity}, {1, 0, 50, kInfinity}}});
  EXPECT_THAT(solution.flow, ElementsAre(0, 10, 10, 0));
}

TEST(Transport, KeepsToTheCapacityOfALane) {
  auto problem = two_sources(50, 50, 60);
  problem.lanes[0].capacity = 30;
  const auto solution = solve(problem);
  EXPECT_THAT(solution.flow, ElementsAre(30, 30));
  EXPECT_THAT(solution.capacity_rent, ElementsAre(0, 0)) << "no source is full, only a lane is";
}

// The rent is the worth of the next unit, not the loss of the last one.
TEST(Transport, HasNoRentWhenTheLastUnitJustFits) {
  EXPECT_THAT(solve(two_sources(50, 50, 50)).capacity_rent, ElementsAre(0, 0));
}

TEST(Transport, GivesARentToAClosedSourceThatWouldBeUseful) {
  EXPECT_THAT(solve(two_sources(0, 50, 40)).capacity_rent, ElementsAre(3, 0));
}

TEST(Transport, SplitsATieInTheOrderOfTheLanes) {
  auto problem = two_sources(50, 50, 60);
  problem.lanes[1].unit_cost = 10;
  EXPECT_THAT(solve(problem).flow, ElementsAre(50, 10));
  std::swap(problem.lanes[0], problem.lanes[1]);
  EXPECT_THAT(solve(problem).flow, ElementsAre(50, 10));
}

TEST(Transport, RoundsDemandToTheNearestUnitAndCapacityDown) {
  const auto solution = solve(two_sources(49.9, 50, 59.6));
  EXPECT_THAT(solution.flow, ElementsAre(49, 11));
}

TEST(Transport, HasNothingToDoWithoutProducts) {
  const auto solution = solve({{5, 5}, {}, {}, {}});
  EXPECT_EQ(solution.cost, 0);
  EXPECT_THAT(solution.capacity_rent, ElementsAre(0, 0));
}

TEST(Transport, LeavesAllShortWithoutLanes) {
  const auto solution = solve({{5}, {7}, {3}, {}});
  EXPECT_THAT(solution.shortage, ElementsAre(7));
  EXPECT_EQ(solution.cost, 21);
}

TEST(Transport, CostsAsLittleAsTheBestOfAllPlans) {
  int with_rent = 0;
  for (std::uint64_t instance = 0; instance < 400; ++instance) {
    const auto problem = random_problem(instance, 2, 3, 6, 4);
    const auto solution = solve(problem);
    ASSERT_EQ(solution.cost, least_cost(problem, problem.capacity, problem.demand))
        << "instance " << instance;
    if (total(solution.capacity_rent) > 0) ++with_rent;
  }
  EXPECT_GT(with_rent, 100) << "too few instances are tight to be a test";
}

class LargeTransport : public testing::Test {
 protected:
  static constexpr std::uint64_t kInstances = 100;
  static TransportProblem problem(std::uint64_t instance) {
    return random_problem(1000 + instance, 12, 30, 80, 500);
  }
};

TEST_F(LargeTransport, ServesOrLeavesShortExactlyTheDemand) {
  for (std::uint64_t instance = 0; instance < kInstances; ++instance) {
    const auto p = problem(instance);
    const auto solution = solve(p);
    auto met = solution.shortage;
    for (std::size_t i = 0; i < p.lanes.size(); ++i) {
      met[p.lanes[i].product] += solution.flow[i];
      ASSERT_GE(solution.flow[i], 0);
      ASSERT_LE(solution.flow[i], p.lanes[i].capacity);
    }
    ASSERT_EQ(met, p.demand);
    const auto used = used_capacity(p, solution);
    for (std::size_t i = 0; i < used.size(); ++i) ASSERT_LE(used[i], p.capacity[i]);
  }
}

// Complementary slackness and reduced costs, which together prove the optimum (Ahuja, Magnanti &
// Orlin 1993, section 9.3): a source with room has no rent, and no product uses a way
// dearer than one that still has room, rents included.
TEST_F(LargeTransport, HasRentsThatProveItsOptimum) {
  constexpr double kRounding = 1e-9;  // costs to 500 on a grid of 2^-40 of the largest
  for (std::uint64_t instance = 0; instance < kInstances; ++instance) {
    const auto p = problem(instance);
    const auto solution = solve(p);
    const auto used = used_capacity(p, solution);
    for (std::size_t i = 0; i < used.size(); ++i) {
      ASSERT_GE(solution.capacity_rent[i], 0);
      if (used[i] < p.capacity[i]) {
        ASSERT_EQ(solution.capacity_rent[i], 0) << "source " << i;
      }
    }
    auto cheapest_with_room = p.shortage_cost;
    std::vector<double> dearest_in_use(p.demand.size(), -kInfinity);
    for (std::size_t i = 0; i < p.demand.size(); ++i)
      if (solution.shortage[i] > 0) dearest_in_use[i] = p.shortage_cost[i];
    for (std::size_t i = 0; i < p.lanes.size(); ++i) {
      const auto& lane = p.lanes[i];
      const double cost = lane.unit_cost + solution.capacity_rent[lane.source];
      double& cheapest = cheapest_with_room[lane.product];
      double& dearest = dearest_in_use[lane.product];
      if (solution.flow[i] < lane.capacity) cheapest = std::min(cheapest, cost);
      if (solution.flow[i] > 0) dearest = std::max(dearest, cost);
    }
    for (std::size_t i = 0; i < p.demand.size(); ++i)
      if (p.demand[i] > 0) {
        ASSERT_LE(dearest_in_use[i], cheapest_with_room[i] + kRounding)
            << "instance " << instance << ", product " << i;
      }
  }
}

TEST_F(LargeTransport, SavesTheRentWithOneMoreUnitOfCapacity) {
  for (std::uint64_t instance = 0; instance < kInstances; ++instance) {
    const auto p = problem(instance);
    const auto solution = solve(p);
    for (std::size_t source = 0; source < p.capacity.size(); ++source) {
      auto larger = p;
      ++larger.capacity[source];
      ASSERT_NEAR(solve(larger).cost, solution.cost - solution.capacity_rent[source], 1e-6)
          << "instance " << instance << ", source " << source;
    }
  }
}

// Properties of plants and their markets (a source is a plant), instance by instance.
TEST_F(LargeTransport, CostsNoLessWithoutASource) {
  for (std::uint64_t instance = 0; instance < kInstances; ++instance) {
    const auto p = problem(instance);
    const double cost = solve(p).cost;
    for (std::size_t source = 0; source < p.capacity.size(); ++source) {
      auto without = p;
      without.capacity[source] = 0;
      ASSERT_GE(solve(without).cost, cost - 1e-6) << "instance " << instance << ", " << source;
    }
  }
}

// A wage: every unit of the source costs more. The least cost is concave in it and its slope is
// what the source carries, so that this never grows.
TEST_F(LargeTransport, BringsNoMoreToASourceThatGetsDearer) {
  int moved = 0;
  for (std::uint64_t instance = 0; instance < kInstances; ++instance) {
    auto p = problem(instance);
    const int source = static_cast<int>(instance % p.capacity.size());
    double before = used_capacity(p, solve(p))[source];
    for (int step = 0; step < 5; ++step) {
      for (auto& lane : p.lanes)
        if (lane.source == source) lane.unit_cost += 7.3;  // no ties: costs are whole
      const double now = used_capacity(p, solve(p))[source];
      ASSERT_LE(now, before) << "instance " << instance << ", step " << step;
      moved += now < before;
      before = now;
    }
  }
  EXPECT_GT(moved, 50) << "too few sources lose anything to be a test";
}

TEST_F(LargeTransport, ScalesItsCostAndRentsWithAllCosts) {
  constexpr double kFactor = 0.37;
  for (std::uint64_t instance = 0; instance < kInstances; ++instance) {
    auto p = problem(instance);
    const auto solution = solve(p);
    for (auto& lane : p.lanes) lane.unit_cost *= kFactor;
    for (auto& cost : p.shortage_cost) cost *= kFactor;
    const auto scaled = solve(p);
    ASSERT_NEAR(scaled.cost, kFactor * solution.cost, 1e-9 * solution.cost);
    for (std::size_t i = 0; i < p.capacity.size(); ++i)
      ASSERT_NEAR(scaled.capacity_rent[i], kFactor * solution.capacity_rent[i], 1e-9);
  }
}

TEST_F(LargeTransport, CostsTheSameInAnyOrderOfLanes) {
  for (std::uint64_t instance = 0; instance < kInstances; ++instance) {
    auto p = problem(instance);
    const auto solution = solve(p);
    std::ranges::reverse(p.lanes);
    const auto reversed = solve(p);
    ASSERT_EQ(reversed.cost, solution.cost);
    ASSERT_EQ(reversed.capacity_rent, solution.capacity_rent);
  }
}

// Costs that no binary fraction holds: rounding must never make a reduced cost negative.
TEST_F(LargeTransport, StandsCostsOfManyDigits) {
  for (std::uint64_t instance = 0; instance < kInstances; ++instance) {
    auto p = problem(instance);
    for (auto& lane : p.lanes) lane.unit_cost = std::exp(0.1 * lane.unit_cost) / 3;
    for (auto& cost : p.shortage_cost) cost = 25'000.1 + cost / 7;
    const auto solution = solve(p);
    auto larger = p;
    ++larger.capacity[0];
    ASSERT_NEAR(solve(larger).cost, solution.cost - solution.capacity_rent[0],
                1e-12 * solution.cost);
  }
}

}  // namespace
}  // namespace tavolo::engine
