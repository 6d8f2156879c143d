#include "engine/negotiation/solution.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "engine/random.h"

namespace tavolo::engine::negotiation {
namespace {

using Outcomes = std::vector<std::size_t>;

/// Outcome i of `steps` gives the first party i / steps and the second `scale` times the rest.
std::vector<Utilities> pie(int steps, double scale = 1, double first_reservation = 0,
                           double second_reservation = 0) {
  std::vector<Utilities> parties{{{}, first_reservation}, {{}, second_reservation}};
  for (int i = 0; i <= steps; ++i) {
    parties[0].of.push_back(static_cast<double>(i) / steps);
    parties[1].of.push_back(scale * (steps - i) / steps);
  }
  return parties;
}

enum class Luck { utility };

/// Made-up utilities, coarse enough to hold ties and some outcomes nobody can agree on.
std::vector<Utilities> made_up(std::uint64_t number, std::size_t parties) {
  const Streams luck{7, number};
  std::vector<Utilities> tables(parties);
  for (std::size_t p = 0; p < parties; ++p) {
    auto draws = luck(Luck::utility, p);
    tables[p].reservation = 0.3 * draws.uniform();
    for (int i = 0; i < 120; ++i) {
      const double draw = draws.uniform();
      tables[p].of.push_back(draw < 0.02 ? kInfeasible : std::round(40 * draw) / 40);
    }
  }
  return tables;
}

std::vector<Outcomes> all_solutions(const std::vector<Utilities>& parties) {
  return {pareto_frontier(parties), nash(parties), egalitarian(parties), kalai_smorodinsky(parties),
          utilitarian(parties)};
}

TEST(Nash, SplitsTheDifference) {
  // Both get their reservation value and half of what is left: 0.1 + (1 - 0.1 - 0.3) / 2.
  EXPECT_EQ(nash(pie(100, 1, 0.1, 0.3)), (Outcomes{40}));
}

TEST(Nash, GivesTheWeightedPartyItsWeight) {
  // argmax w log x + (1 - w) log(1 - x) is x = w.
  for (const double weight : {0.1, 0.35, 0.7, 0.9}) {
    const std::vector<double> weights{weight, 1 - weight};
    EXPECT_EQ(nash(pie(100), weights), (Outcomes{static_cast<std::size_t>(100 * weight + 0.5)}));
  }
}

TEST(Nash, EqualsTheSymmetricSolutionUnderEqualWeights) {
  const std::vector<double> weights{1, 1, 1};
  for (std::uint64_t number = 0; number < 50; ++number) {
    const auto parties = made_up(number, 3);
    EXPECT_EQ(nash(parties, weights), nash(parties));
  }
}

TEST(Nash, IgnoresTheScaleOfUtility) {
  for (std::uint64_t number = 0; number < 50; ++number) {
    const auto parties = made_up(number, 3);
    auto rescaled = parties;
    for (double& utility : rescaled[1].of) utility = 2 * utility + 0.25;
    rescaled[1].reservation = 2 * rescaled[1].reservation + 0.25;
    EXPECT_EQ(nash(rescaled), nash(parties));
    EXPECT_EQ(kalai_smorodinsky(rescaled), kalai_smorodinsky(parties));
  }
}

TEST(Nash, DoesNotDependOnAlternativesThatNobodyWouldChoose) {
  for (std::uint64_t number = 0; number < 50; ++number) {
    auto parties = made_up(number, 2);
    const auto chosen = nash(parties);
    ASSERT_FALSE(chosen.empty());
    for (std::size_t outcome = 0; outcome < parties[0].of.size(); outcome += 2)
      if (!std::binary_search(chosen.begin(), chosen.end(), outcome))
        parties[0].of[outcome] = kInfeasible;
    EXPECT_EQ(nash(parties), chosen);
  }
}

TEST(Nash, IsNotMisledByTwoLosses) {
  // Outcome 0 is far below both reservation values: (-0.5) * (-0.5) is no gain.
  const std::vector<Utilities> parties{{{0, 0.6, 0.5}, 0.5}, {{0, 0.6, 0.9}, 0.5}};
  EXPECT_EQ(nash(parties), (Outcomes{1}));
}

TEST(Solutions, AreTheSameWhateverTheOrderOfPartiesAndOutcomes) {
  for (std::uint64_t number = 0; number < 40; ++number) {
    const auto parties = made_up(number, 3);
    const auto expected = all_solutions(parties);

    EXPECT_EQ(all_solutions({parties[2], parties[0], parties[1]}), expected);

    auto reversed = parties;
    const auto last = parties[0].of.size() - 1;
    for (auto& party : reversed) std::reverse(party.of.begin(), party.of.end());
    auto mirrored = all_solutions(reversed);
    for (auto& outcomes : mirrored) {
      for (auto& outcome : outcomes) outcome = last - outcome;
      std::sort(outcomes.begin(), outcomes.end());
    }
    EXPECT_EQ(mirrored, expected);
  }
}

TEST(Solutions, NameEveryOptimum) {
  const std::vector<Utilities> parties{{{0.8, 0.2, 0.4, 0.1}, 0}, {{0.2, 0.8, 0.4, 0.1}, 0}};
  EXPECT_EQ(nash(parties), (Outcomes{0, 1, 2}));
  EXPECT_EQ(utilitarian(parties), (Outcomes{0, 1}));
  EXPECT_EQ(egalitarian(parties), (Outcomes{2}));
}

TEST(Solutions, AreEmptyWhenNoDealSuitsAll) {
  const auto parties = pie(10, 1, 0.6, 0.6);
  EXPECT_TRUE(nash(parties).empty());
  EXPECT_TRUE(egalitarian(parties).empty());
  EXPECT_TRUE(kalai_smorodinsky(parties).empty());
  EXPECT_EQ(utilitarian(parties).size(), 11);  // it asks nobody
}

TEST(Egalitarian, GivesEqualGains) {
  // x = (1 - x) / 2 at one third of the pie, and with d = (0.2, 0): x - 0.2 = 1 - x.
  EXPECT_EQ(egalitarian(pie(30, 0.5)), (Outcomes{10}));
  EXPECT_EQ(egalitarian(pie(30, 1, 0.2)), (Outcomes{18}));
}

TEST(KalaiSmorodinsky, GivesEqualSharesOfWhatEachCouldHopeFor) {
  EXPECT_EQ(kalai_smorodinsky(pie(30, 0.5)), (Outcomes{15}));
  // From d = (0.4, 0): (x - 0.4) / 0.6 = (1 - x) / 1 at x = 0.625.
  EXPECT_EQ(kalai_smorodinsky(pie(40, 1, 0.4)), (Outcomes{25}));
}

TEST(KalaiSmorodinsky, GivesAPartyThatCannotGainNoSay) {
  const std::vector<Utilities> parties{{{0.5, 0.5, 0.2}, 0.5}, {{0.3, 0.7, 1}, 0}};
  EXPECT_EQ(kalai_smorodinsky(parties), (Outcomes{1}));
}

TEST(Solutions, MeasureGainsFromAnotherPointOnDemand) {
  const std::vector<double> from{0.2, 0.0};
  EXPECT_EQ(egalitarian(pie(30), from), egalitarian(pie(30, 1, 0.2)));
  EXPECT_EQ(egalitarian(pie(30), from), (Outcomes{18}));
  EXPECT_EQ(kalai_smorodinsky(pie(40), std::vector{0.4, 0.0}), (Outcomes{25}));
}

TEST(Utilitarian, MaximisesTheSum) {
  EXPECT_EQ(utilitarian(pie(10, 0.5)), (Outcomes{10}));
  EXPECT_EQ(utilitarian(pie(10, 1.5)), (Outcomes{0}));
}

TEST(ParetoFrontier, HoldsTheEfficientSolutions) {
  for (std::uint64_t number = 0; number < 40; ++number) {
    const auto parties = made_up(number, 3);
    const auto frontier = pareto_frontier(parties);
    for (const auto& solution : {nash(parties), utilitarian(parties)})
      for (const auto outcome : solution)
        EXPECT_TRUE(std::binary_search(frontier.begin(), frontier.end(), outcome));
  }
}

TEST(Distance, IsEuclideanInUtilitiesToTheNearestPoint) {
  const std::vector<Utilities> parties{{{0, 0.3, 1}, 0}, {{0, 0.4, 0}, 0}};
  EXPECT_DOUBLE_EQ(distance(parties, 0, Outcomes{1}), 0.5);
  EXPECT_DOUBLE_EQ(distance(parties, 0, Outcomes{1, 2}), 0.5);
  EXPECT_DOUBLE_EQ(distance(parties, 0, Outcomes{2}), 1.0);
  EXPECT_EQ(distance(parties, 2, Outcomes{1, 2}), 0.0);
}

}  // namespace
}  // namespace tavolo::engine::negotiation
