#include "engine/negotiation/analysis.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace tavolo::engine::negotiation {
namespace {

using Outcomes = std::vector<std::size_t>;

/// A pie of `steps` pieces; the second party gets `floor` besides.
std::vector<Utilities> pie(int steps, double floor = 0, double first_reservation = 0) {
  std::vector<Utilities> parties{{{}, first_reservation}, {{}, 0}};
  for (int i = 0; i <= steps; ++i) {
    parties[0].of.push_back(static_cast<double>(i) / steps);
    parties[1].of.push_back(floor + (1 - floor) * (steps - i) / steps);
  }
  return parties;
}

TEST(Analysis, CountsWhatIsFeasibleAndRational) {
  auto parties = pie(10, 0, 0.35);
  parties[0].of[9] = kInfeasible;
  const auto analysis = analyse(parties);
  EXPECT_EQ(analysis.outcomes, 11);
  EXPECT_EQ(analysis.feasible, 10);
  EXPECT_EQ(analysis.prospects[0].rational, 6);  // 0.4 to 0.8, and 1
  EXPECT_EQ(analysis.prospects[1].rational, 10);
  EXPECT_EQ(analysis.rational, 6);
  EXPECT_EQ(analysis.prospects[0].greatest, 1);
  EXPECT_EQ(analysis.prospects[1].least, 0);
}

// The half of a pie is at sqrt(1/2) from having it all; with three parties, two thirds squared
// three times.
TEST(Opposition, IsTheDistanceOfTheNearestOutcomeFromFullSatisfaction) {
  EXPECT_DOUBLE_EQ(analyse(pie(10)).opposition, std::sqrt(0.5));
  EXPECT_DOUBLE_EQ(
      analyse(std::vector<Utilities>{{{1.0 / 3}, 0}, {{1.0 / 3}, 0}, {{1.0 / 3}, 0}}).opposition,
      std::sqrt(4.0 / 3));
  EXPECT_EQ(analyse(std::vector<Utilities>{{{0.2, 1}, 0}, {{0.3, 1}, 0}}).opposition, 0);
}

TEST(Conventions, DifferWhereAPartyDoesWellInAnyCase) {
  // From d = (0, 0): x = 0.5 + (1 - x) / 2 at x = 2/3. From the worst outcome, d = (0, 0.5):
  // x = (1 - x) / 2 at x = 1/3; in shares of what each could hope for, x = 1 - x.
  const auto parties = pie(30, 0.5);
  EXPECT_EQ(analyse(parties, Convention::textbook).egalitarian, (Outcomes{20}));
  EXPECT_EQ(analyse(parties, Convention::negmas).egalitarian, (Outcomes{10}));
  EXPECT_EQ(analyse(parties, Convention::negmas).kalai_smorodinsky, (Outcomes{15}));
  EXPECT_EQ(analyse(parties, Convention::negmas).nash, analyse(parties, Convention::textbook).nash);
}

TEST(Distances, AreToTheFrontierAndToEverySolution) {
  // A pie with an outcome inside: half of the way to the middle from nothing.
  auto parties = pie(10);
  parties[0].of.push_back(0.25);
  parties[1].of.push_back(0.25);
  const auto analysis = analyse(parties);
  const auto d = distances(parties, analysis, 11);
  EXPECT_DOUBLE_EQ(d.nash, std::hypot(0.25, 0.25));
  EXPECT_DOUBLE_EQ(d.egalitarian, d.nash);
  EXPECT_DOUBLE_EQ(d.kalai_smorodinsky, d.nash);
  EXPECT_DOUBLE_EQ(d.pareto, d.nash);
  EXPECT_DOUBLE_EQ(d.utilitarian, d.nash);
  EXPECT_EQ(distances(parties, analysis, 3).pareto, 0);

  for (auto& party : parties) party.reservation = 0.9;
  EXPECT_TRUE(std::isnan(distances(parties, analyse(parties), 11).nash));
}

TEST(Analysis, SaysSoWhenNothingIsFeasible) {
  const std::vector<Utilities> parties{{{kInfeasible, 1}, 0}, {{1, kInfeasible}, 0}};
  const auto analysis = analyse(parties);
  EXPECT_EQ(analysis.feasible, 0);
  EXPECT_TRUE(analysis.pareto.empty() && analysis.nash.empty() && analysis.utilitarian.empty());
  EXPECT_TRUE(std::isnan(analysis.opposition));
}

TEST(Advantage, RunsFromTheReservationValueToTheBestHope) {
  EXPECT_DOUBLE_EQ(advantage(0.4, 0.4, 0.9), 0);
  EXPECT_DOUBLE_EQ(advantage(0.65, 0.4, 0.9), 0.5);
  EXPECT_DOUBLE_EQ(advantage(0.9, 0.4, 0.9), 1);
  EXPECT_DOUBLE_EQ(advantage(0.15, 0.4, 0.9), -0.5);
  EXPECT_EQ(advantage(0.3, 0.4, 0.4), 0);
}

}  // namespace
}  // namespace tavolo::engine::negotiation
