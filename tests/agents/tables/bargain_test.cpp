#include "agents/tables/bargain.h"

#include <gtest/gtest.h>

#include <array>

#include "tests/agents/tables/town.h"

namespace tavolo::agents {
namespace {

using engine::negotiation::kInfeasible;

TEST(Scale, RunsFromTheWorstToTheBestFeasibleOutcome) {
  std::vector<double> worth{-10e6, 30e6, kInfeasible, 10e6};
  const auto scale = to_utilities(worth, 0);
  EXPECT_EQ(worth[0], 0);
  EXPECT_EQ(worth[1], 1);
  EXPECT_EQ(worth[2], kInfeasible);
  EXPECT_DOUBLE_EQ(worth[3], 0.5);
  EXPECT_DOUBLE_EQ(scale.utility(0), 0.25);  // where the reservation lies
  EXPECT_DOUBLE_EQ(scale.worth(0.5), 10e6);
}

TEST(Scale, StillTellsGoodFromBadWhenAllOutcomesAreAlike) {
  std::vector<double> good{5, 5}, bad{-5, -5};
  const auto of_good = to_utilities(good, 0), of_bad = to_utilities(bad, 0);
  EXPECT_GT(good[0], of_good.utility(0));
  EXPECT_LT(bad[0], of_bad.utility(0));
}

TEST(Sifting, LeavesWhatNoOtherTermsBeatForAll) {
  //                        best for a   dominated   best for b   infeasible
  std::vector<double> a{10, 4, 2, kInfeasible}, b{1, 2, 9, 20};
  a[1] = 1;  // outcome 2 gives both more
  const std::array sides{&a, &b};
  sift(sides);
  EXPECT_EQ(a[0], 10);
  EXPECT_EQ(a[1], kInfeasible);
  EXPECT_EQ(b[1], kInfeasible);
  EXPECT_EQ(b[2], 9);
  EXPECT_EQ(b[3], kInfeasible);
}

TEST(Vote, IsCarriedByAMajorityOfTheVotersNotOfTheUnions) {
  Town town;
  const std::array at{town.torre()};
  TableState table;
  table.unions = union_chairs(town.scenario, town.world, at);
  ASSERT_EQ(table.unions.size(), 2u);
  EXPECT_TRUE(table.unions[0].seated);   // 60 %
  EXPECT_FALSE(table.unions[1].seated);  // asked when there is a deal
  const auto ranking = rank({0.2, 0.6});
  for (auto& chair : table.unions) {
    chair.ranking = ranking;
    chair.status_quo = 0;
    chair.full_claim = 1;
  }
  // militancy 0.2 signs the first outcome, militancy 0.8 neither
  const auto vote = put_to_members(town.scenario, town.world, table, at, 0);
  EXPECT_TRUE(vote.carried());
  EXPECT_NEAR(vote.for_share, 0.6, 1e-12);
  EXPECT_EQ(vote.outside, std::vector<int>{table.unions[1].row});
  town.torre_state().unrest = 1;  // now nobody would sign it
  EXPECT_FALSE(put_to_members(town.scenario, town.world, table, at, 0).carried());
}

TEST(Words, AreThoseOfAChronicle) {
  EXPECT_EQ(words::grouped(751384), "751,384");
  EXPECT_EQ(words::grouped(999), "999");
  EXPECT_EQ(words::grouped(-1234567), "-1,234,567");
  EXPECT_EQ(words::meur(310e6), "310 MEUR");
  EXPECT_EQ(words::meur(1.25e6), "1.2 MEUR");
  EXPECT_EQ(words::percent(0.015, 1), "1.5 %");
  EXPECT_EQ(words::listed(std::vector<std::string>{"A", "B", "C"}), "A, B and C");
  EXPECT_EQ(words::counted(1, "model"), "1 model");
  EXPECT_EQ(words::counted(3, "model"), "3 models");
}

}  // namespace
}  // namespace tavolo::agents
