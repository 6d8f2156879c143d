#include "engine/experiment/games.h"

#include <gmock/gmock.h>

#include <cmath>
#include <numeric>

namespace tavolo::engine {
namespace {

using testing::DoubleNear;
using testing::Each;
using testing::ElementsAre;

EmpiricalGame two_players(std::vector<double> row, std::vector<double> column, std::size_t n = 2) {
  const std::vector<std::string> names{"a", "b", "c"};
  const std::vector<std::string> some{names.begin(), names.begin() + static_cast<long>(n)};
  return {{"row", "column"}, {some, some}, {std::move(row), std::move(column)}};
}

const EmpiricalGame kPrisoners = two_players({3, 0, 5, 1}, {3, 5, 0, 1});
const EmpiricalGame kPennies = two_players({1, -1, -1, 1}, {-1, 1, 1, -1});
const EmpiricalGame kSexes = two_players({2, 0, 0, 1}, {1, 0, 0, 2});
const std::vector<double> kRps{0, -1, 1, 1, 0, -1, -1, 1, 0};
EmpiricalGame rock_paper_scissors() {
  auto other = kRps;
  for (double& v : other) v = -v;
  return two_players(kRps, other, 3);
}

TEST(Games, PrisonersDefectAndCooperationIsDominated) {
  EXPECT_THAT(pure_equilibria(kPrisoners), ElementsAre(3u));
  const auto gone = dominated(kPrisoners);
  ASSERT_EQ(gone.size(), 2u);
  EXPECT_EQ(gone[0].strategy, 0u);
  EXPECT_EQ(gone[0].by, 1u);
  EXPECT_DOUBLE_EQ(profile_regret(kPrisoners, std::size_t{0}), 2);
}

TEST(Games, PenniesHaveOneEquilibriumAndItIsMixed) {
  EXPECT_TRUE(pure_equilibria(kPennies).empty());
  EXPECT_TRUE(dominated(kPennies).empty());
  const auto mixed = support_enumeration(kPennies);
  ASSERT_EQ(mixed.size(), 1u);
  EXPECT_THAT(mixed[0][0], Each(DoubleNear(0.5, 1e-12)));
  EXPECT_THAT(mixed[0][1], Each(DoubleNear(0.5, 1e-12)));
}

TEST(Games, BattleOfTheSexesHasThree) {
  const auto all = support_enumeration(kSexes);
  ASSERT_EQ(all.size(), 3u);
  const auto& mixed = all.back();
  EXPECT_THAT(mixed[0], ElementsAre(DoubleNear(2 / 3., 1e-12), DoubleNear(1 / 3., 1e-12)));
  EXPECT_THAT(mixed[1], ElementsAre(DoubleNear(1 / 3., 1e-12), DoubleNear(2 / 3., 1e-12)));
}

// Round 2 needs round 1: column's c goes first, then row's b.
TEST(Games, DominationIsIterated) {
  EmpiricalGame game{
      {"row", "column"}, {{"a", "b"}, {"a", "b", "c"}}, {{1, 1, 0, 0, 0, 9}, {1, 0, -1, 1, 0, -1}}};
  const auto gone = dominated(game);
  ASSERT_FALSE(gone.empty());
  EXPECT_EQ(gone.front().player, 1u);
  EXPECT_EQ(gone.front().round, 1);
  EXPECT_EQ(gone.back().player, 0u);
  EXPECT_EQ(gone.back().strategy, 1u);
  EXPECT_EQ(gone.back().round, 2);
}

TEST(Games, ReplicatorFindsEquilibria) {
  EXPECT_NEAR(replicator(kPrisoners)[0][1], 1, 1e-6);
  EXPECT_LT(profile_regret(rock_paper_scissors(), replicator(rock_paper_scissors())), 0.02);
}

// Three players each of whom wants to be in the minority: pure equilibria are the two to one
// splits.
TEST(Games, ThreePlayersHaveTheirProfilesToo) {
  EmpiricalGame game{{"x", "y", "z"}, {{"0", "1"}, {"0", "1"}, {"0", "1"}}, {{}, {}, {}}};
  for (std::size_t profile = 0; profile < 8; ++profile) {
    const std::size_t ones = ((profile >> 2) & 1) + ((profile >> 1) & 1) + (profile & 1);
    for (std::size_t p = 0; p < 3; ++p) {
      const std::size_t own = (profile >> (2 - p)) & 1;
      game.payoff[p].push_back((own == 1 ? ones : 3 - ones) == 1 ? 1 : 0);
    }
  }
  EXPECT_EQ(game.strategy(4, 0), 1u);
  EXPECT_EQ(game.with(4, 2, 1), 5u);
  EXPECT_THAT(pure_equilibria(game), ElementsAre(1u, 2u, 3u, 4u, 5u, 6u));
}

TEST(AlphaRank, RockPaperScissorsAreAThirdEach) {
  const auto single = alpha_rank({{0, -1, 1}, {1, 0, -1}, {-1, 1, 0}});
  EXPECT_THAT(single, Each(DoubleNear(1 / 3., 1e-9)));
  const auto profiles = alpha_rank(rock_paper_scissors());
  EXPECT_NEAR(std::accumulate(profiles.begin(), profiles.begin() + 3, 0.0), 1 / 3., 1e-9);
}

TEST(AlphaRank, GoesWhereImprovementsLead) {
  const auto share = alpha_rank(kPrisoners);
  EXPECT_NEAR(share[3], 1, 1e-6);
}

// Of Omidshafiei et al. (2019), fig. 3: the battle of the sexes ends in either pure equilibrium.
TEST(AlphaRank, SplitsBetweenTwoConventions) {
  const auto share = alpha_rank(kSexes);
  EXPECT_NEAR(share[0], 0.5, 1e-6);
  EXPECT_NEAR(share[3], 0.5, 1e-6);
}

TEST(SampledGame, ResamplesWholeReplications) {
  SampledGame sampled;
  for (int r = 0; r < 5; ++r)
    sampled.replications.push_back(two_players({r + 0., 0, 0, 0}, {r + 100., 0, 0, 0}));
  for (std::uint64_t draw = 0; draw < 20; ++draw) {
    const auto game = sampled.resampled(1, draw);
    EXPECT_NEAR(game.payoff[1][0] - game.payoff[0][0], 100, 1e-9);
  }
  EXPECT_DOUBLE_EQ(sampled.mean().payoff[0][0], 2);
}

}  // namespace
}  // namespace tavolo::engine
