#include "engine/negotiation/negotiator.h"

#include <gtest/gtest.h>

#include <algorithm>
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

TEST(Ranking, FindsTheSameFromWhereverTheSearchBegins) {
  for (const std::size_t size : {1, 2, 3, 7, 20}) {
    std::vector<double> utilities;
    for (std::size_t i = 0; i < size; ++i) utilities.push_back(static_cast<double>(i / 3) / 10);
    const Ranking ranking{utilities};
    for (double asked = -0.05; asked < 0.8; asked += 0.05) {
      const auto expected = static_cast<std::size_t>(
          std::count_if(utilities.begin(), utilities.end(), [&](double u) { return u < asked; }));
      for (std::size_t near = 0; near <= size + 2; ++near)
        EXPECT_EQ(ranking.first_at_least(asked, near), expected) << size << " " << near;
    }
  }
}

}  // namespace
}  // namespace tavolo::engine::negotiation
