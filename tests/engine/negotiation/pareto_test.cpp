#include "engine/negotiation/pareto.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/random.h"

namespace tavolo::engine::negotiation {
namespace {

using Outcomes = std::vector<std::size_t>;

enum class Luck { utility };

/// Utilities in steps of `step`, some of them off by up to three times the tolerance, so that
/// ties, near ties and chains of near ties occur; some outcomes cannot be agreed on.
std::vector<Utilities> made_up(std::uint64_t number, std::size_t parties, std::size_t outcomes,
                               double step) {
  const Streams luck{11, number};
  std::vector<Utilities> tables(parties);
  for (std::size_t p = 0; p < parties; ++p) {
    auto draws = luck(Luck::utility, p);
    for (std::size_t i = 0; i < outcomes; ++i) {
      const double draw = draws.uniform();
      const double noise =
          draws.uniform() < 0.5 ? 0 : std::round(8 * draws.uniform() - 4) * 7.5e-10;
      tables[p].of.push_back(draw < 0.01 ? kInfeasible : std::round(draw / step) * step + noise);
    }
  }
  return tables;
}

/// The definition, pair by pair.
Outcomes undominated(const std::vector<Utilities>& parties) {
  const auto feasible = [&](std::size_t outcome) {
    return std::none_of(parties.begin(), parties.end(),
                        [&](const auto& party) { return party.of[outcome] == kInfeasible; });
  };
  Outcomes frontier;
  for (std::size_t x = 0; x < parties[0].of.size(); ++x) {
    bool dominated = !feasible(x);
    for (std::size_t y = 0; y < parties[0].of.size() && !dominated; ++y) {
      if (!feasible(y)) continue;
      bool no_worse = true, better = false;
      for (const auto& party : parties) {
        no_worse &= party.of[y] >= party.of[x] - 1e-9;
        better |= party.of[y] > party.of[x] + 1e-9;
      }
      dominated = no_worse && better;
    }
    if (!dominated) frontier.push_back(x);
  }
  return frontier;
}

TEST(ParetoFrontier, IsWhatPairwiseComparisonLeaves) {
  for (std::uint64_t number = 0; number < 300; ++number) {
    const std::size_t parties = 2 + number % 4;
    const double step = number % 3 == 0 ? 0.25 : number % 3 == 1 ? 0.02 : 1e-6;
    const auto tables = made_up(number, parties, 40 + number, step);
    ASSERT_EQ(pareto_frontier(tables), undominated(tables)) << "number " << number;
  }
}

TEST(ParetoFrontier, IsWhatPairwiseComparisonLeavesWhenNobodyCanGainButFromOthers) {
  for (std::size_t parties = 2; parties <= 4; ++parties) {
    auto tables = made_up(parties, parties, 1500, 0.01);
    for (std::size_t i = 0; i < 1500; ++i) {  // shares of a pie, so that much is on the frontier
      double sum = 0;
      for (const auto& party : tables) sum += party.of[i] == kInfeasible ? 1 : party.of[i];
      for (auto& party : tables) party.of[i] /= std::max(sum, 0.01);
    }
    const auto expected = undominated(tables);
    EXPECT_GT(expected.size(), 200);
    EXPECT_EQ(pareto_frontier(tables), expected);
  }
}

// Dominance within a tolerance is no order: outcome 2 beats 1 and 1 beats 0, but 2 does not beat 0.
TEST(ParetoFrontier, DropsWhatIsDominatedByADroppedOutcome) {
  const std::vector<Utilities> parties{{{0.2, 0.4, 0.6}, 0}, {{0.5 + 1.6e-9, 0.5 + 8e-10, 0.5}, 0}};
  EXPECT_EQ(pareto_frontier(parties), (Outcomes{2}));
}

TEST(ParetoFrontier, IsEmptyWhenNothingIsFeasible) {
  const std::vector<Utilities> parties{{{kInfeasible, 1}, 0}, {{1, kInfeasible}, 0}};
  EXPECT_TRUE(pareto_frontier(parties).empty());
}

TEST(ParetoFrontier, IsNotInflatedByRounding) {
  // Outcome 1 beats outcome 0 by far for one party; the other's tiny loss is noise.
  const std::vector<Utilities> parties{{{0.3, 0.6, 0.1}, 0}, {{0.5 + 1e-16, 0.5, 0.9}, 0}};
  const std::vector<Utilities> noisy{{{0.3, 0.6, 0.1}, 0}, {{0.5 + 2e-16, 0.5, 0.9}, 0}};
  ASSERT_NE(noisy[1].of[0], 0.5);
  EXPECT_EQ(pareto_frontier(parties), (Outcomes{1, 2}));
  EXPECT_EQ(pareto_frontier(noisy), (Outcomes{1, 2}));
}

TEST(ParetoFrontier, ListsEveryOutcomeThatGivesTheSame) {
  const std::vector<Utilities> parties{{{0.5, 0.9, 0.5, 0.4}, 0}, {{0.5, 0.1, 0.5, 0.4}, 0}};
  EXPECT_EQ(pareto_frontier(parties), (Outcomes{0, 1, 2}));
}

TEST(Points, MergeWhatRoundingKeepsApart) {
  const std::vector<Utilities> parties{{{0.5, 0.5 + 9e-10, 0.5, 0.5 + 1.1e-9}, 0},
                                       {{0.5, 0.5 - 9e-10, 0.6, 0.5}, 0}};
  EXPECT_EQ(points(parties, Outcomes{0, 1, 2, 3}),
            (std::vector<Point>{{0.5, 0.5}, {0.5, 0.6}, {0.5 + 1.1e-9, 0.5}}));
  EXPECT_EQ(points(parties, Outcomes{3, 1}).size(), 1);  // 2e-10 and 9e-10 apart
}

TEST(Points, AreThoseOfComparingEachWithAll) {
  for (std::uint64_t number = 0; number < 30; ++number) {
    const auto parties = made_up(number, 2 + number % 3, 200, 0.25);
    Outcomes all;
    for (std::size_t i = 0; i < 200; ++i)
      if (std::none_of(parties.begin(), parties.end(),
                       [&](const auto& party) { return party.of[i] == kInfeasible; }))
        all.push_back(i);
    std::vector<Point> expected;
    for (const auto outcome : all) {
      const auto candidate = point(parties, outcome);
      const auto same = [&](const Point& other) {
        return std::equal(other.begin(), other.end(), candidate.begin(),
                          [](double a, double b) { return std::abs(a - b) <= 1e-9; });
      };
      if (std::none_of(expected.begin(), expected.end(), same)) expected.push_back(candidate);
    }
    EXPECT_EQ(points(parties, all), expected);
  }
}

}  // namespace
}  // namespace tavolo::engine::negotiation
