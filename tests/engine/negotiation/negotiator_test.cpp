#include "engine/negotiation/negotiator.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace tavolo::engine::negotiation {
namespace {

std::vector<std::size_t> order(const Ranking& ranking) {
  std::vector<std::size_t> outcomes;
  for (std::size_t rank = 0; rank < ranking.size(); ++rank)
    outcomes.push_back(ranking.outcome_at(rank));
  return outcomes;
}

TEST(Ranking, KeepsTheOrderOfTheAgendaAmongTies) {
  const Ranking ranking{{0.5, 0.2, 0.5, 0.9, 0.2, 0.5}};
  EXPECT_EQ(order(ranking), (std::vector<std::size_t>{1, 4, 0, 2, 5, 3}));
}

TEST(Ranking, LeavesInfeasibleOutcomesOut) {
  const Ranking ranking{{0.5, kInfeasible, 0.1, kInfeasible}};
  EXPECT_EQ(order(ranking), (std::vector<std::size_t>{2, 0}));
  EXPECT_EQ(ranking.outcomes(), 4);
  EXPECT_EQ(ranking.least(), 0.1);
  EXPECT_EQ(ranking.greatest(), 0.5);
  EXPECT_TRUE(Ranking({kInfeasible}).empty());
}

TEST(Ranking, FindsTheWorstOutcomeThatIsGoodEnough) {
  const Ranking ranking{{0.1, 0.3, 0.3, 0.8}};
  EXPECT_EQ(ranking.worst_at_least(0.0, 0), 0);
  EXPECT_EQ(ranking.worst_at_least(0.2, 0), 1);
  EXPECT_EQ(ranking.worst_at_least(0.3, 0), 1);
  EXPECT_EQ(ranking.worst_at_least(0.31, 0), 3);
  EXPECT_EQ(ranking.worst_at_least(0.0, 2), 2);
}

TEST(Ranking, TakesAnOutcomeThatFallsShortByRoundingWhenItIsNearer) {
  const Ranking ranking{{0.5, 0.6}};
  EXPECT_EQ(ranking.worst_at_least(0.5 + 5e-7, 0), 0);
  EXPECT_EQ(ranking.worst_at_least(0.5 + 5e-6, 0), 1);  // more than rounding
  const Ranking close{{0.5, 0.5 + 1e-6}};
  EXPECT_EQ(close.worst_at_least(0.5 + 0.4e-6, 0), 0);
  EXPECT_EQ(close.worst_at_least(0.5 + 0.6e-6, 0), 1);  // the one above is nearer
  EXPECT_EQ(close.worst_at_least(0.5 + 0.4e-6, 1), 1);  // the one below is not admitted
}

TEST(Tactic, AspiresToOneMinusTimeToTheExponent) {
  EXPECT_DOUBLE_EQ(Tactic::linear().aspiration(25, 99), 0.75);
  EXPECT_DOUBLE_EQ(Tactic::boulware().aspiration(50, 99), 1 - 1.0 / 16);
  EXPECT_DOUBLE_EQ(Tactic::conceder().aspiration(1, 9999), 1 - 0.1);
}

TEST(Tactic, HasTheInverseExponentInTheNotationOfFaratin) {
  EXPECT_EQ(Tactic::faratin(0.25).exponent, Tactic::boulware().exponent);
  EXPECT_EQ(Tactic::faratin(4).exponent, Tactic::conceder().exponent);
}

}  // namespace
}  // namespace tavolo::engine::negotiation
