#include "agents/tables/bargain.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <memory>

#include "engine/negotiation/alternating_offers.h"
#include "engine/negotiation/strategies.h"
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

TEST(Yardstick, IsTheNashPointNearestToTheDeal) {
  namespace negotiation = engine::negotiation;
  const auto agenda = std::make_shared<const negotiation::Agenda>(
      std::vector<negotiation::Issue>{{"terms", {0, 1, 2}}});
  // terms 0 and 2 have the same product of gains, terms 1 a smaller one
  const negotiation::AlternatingOffers table{
      agenda,
      {{"a", rank({0.5, 0.75, 1}), 0, negotiation::linear()},
       {"b", rank({1, 0.625, 0.5}), 0, negotiation::linear()}},
      10};
  EXPECT_EQ(judge(table, 0).nash, 0u);
  EXPECT_EQ(judge(table, 2).nash, 2u);
  EXPECT_EQ(judge(table, 2).distance, 0);
  const auto of_middle = judge(table, 1);
  EXPECT_EQ(of_middle.nash, 2u);
  EXPECT_DOUBLE_EQ(of_middle.distance, std::hypot(0.25, 0.125));
}

/// A table at Torre about one outcome, of which a dispute could win `gain`.
struct Ballot : Town {
  explicit Ballot(double gain) {
    const std::array at{torre()};
    table.name = "the table of Torre";
    table.plant = torre();
    table.unions = union_chairs(scenario, world, at);
    const auto ranking = rank({gain});
    for (auto& chair : table.unions) {
      chair.ranking = ranking;
      chair.status_quo = 0;
      chair.full_claim = 1;
    }
  }
  Vote vote() const { return put_to_members(scenario, world, now(), table, 0); }
  LabourParameters& labour() { return scenario.parameters.labour; }
  TableState table;
};

TEST(Vote, IsCarriedByAMajorityOfTheVotersNotOfTheUnions) {
  Ballot town{0.25};
  ASSERT_EQ(town.table.unions.size(), 2u);
  EXPECT_TRUE(town.table.unions[0].seated);   // 60 %
  EXPECT_FALSE(town.table.unions[1].seated);  // asked when there is a deal
  // members who think as their unions do: militancy 0.2 is for it, 0.8 is not
  town.labour().member_resolve_sd = 0.001;
  town.labour().ballot_sd = 0;
  const auto vote = town.vote();
  EXPECT_TRUE(vote.carried());
  EXPECT_NEAR(vote.for_share, 0.6, 1e-9);
  EXPECT_EQ(vote.outside, std::vector<int>{town.table.unions[1].row});
  town.torre_state().unrest = 1;  // now nobody would sign it
  EXPECT_FALSE(town.vote().carried());
}

// Worked by hand: gain 0.5 is 2.5 standard deviations above one resolve and 2.5 below the other.
TEST(Vote, CountsMembersByWhatTheyGainAgainstTheirOwnResolve) {
  Ballot town{0.5};
  town.labour().member_resolve_sd = 0.12;
  town.labour().ballot_sd = 0;
  EXPECT_NEAR(town.vote().for_share, 0.6 * 0.9937903 + 0.4 * 0.0062097, 1e-6);
}

TEST(Vote, IsNotLessFavourableToAWorseDealOrAMoreMilitantUnion) {
  for (int seed = 0; seed < 20; ++seed) {
    double before = 0;
    for (const double gain : {0.0, 0.2, 0.4, 0.6, 0.8, 1.0}) {
      Ballot town{gain};
      town.luck = engine::Streams{static_cast<std::uint64_t>(seed), 0};
      const double share = town.vote().for_share;
      EXPECT_GT(share, before);
      before = share;
      for (auto& row : town.scenario.unions) row.militancy += 0.1;
      EXPECT_LT(town.vote().for_share, share);
    }
  }
}

TEST(Vote, HasTheMoodOfTheTableAndTheMonth) {
  Ballot town{0.25};
  const double share = town.vote().for_share;
  EXPECT_EQ(town.vote().for_share, share);
  town.table.name = "the table of another plant";
  EXPECT_NE(town.vote().for_share, share);
  town.table.name = "the table of Torre";
  town.world.month = town.world.month + 1;
  EXPECT_NE(town.vote().for_share, share);
}

TEST(Vote, IsForWhatIsNoWorseWhereADisputeCanWinNothing) {
  Ballot town{0.5};
  for (auto& chair : town.table.unions) chair.status_quo = chair.full_claim = 0.5;
  EXPECT_EQ(town.vote().for_share, 1);
  for (auto& chair : town.table.unions) chair.status_quo = chair.full_claim = 0.6;
  EXPECT_EQ(town.vote().for_share, 0);
}

}  // namespace
}  // namespace tavolo::agents
