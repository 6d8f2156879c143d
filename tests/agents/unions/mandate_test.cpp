#include "agents/unions/mandate.h"

#include <gtest/gtest.h>

#include <array>

#include "tests/agents/tables/town.h"

namespace tavolo::agents {
namespace {

TEST(StoneGeary, IsNilWithoutMoreThanTheOutsideAndTheCore) {
  const LabourParameters labour;
  EXPECT_EQ(stone_geary(labour, labour.outside_income_share, 1), 0);
  EXPECT_EQ(stone_geary(labour, 1, labour.protected_core_share), 0);
  EXPECT_GT(stone_geary(labour, 1, 1), 0);
}

TEST(StoneGeary, RisesInPayAndInJobs) {
  const LabourParameters labour;
  EXPECT_GT(stone_geary(labour, 1.02, 0.9), stone_geary(labour, 1, 0.9));
  EXPECT_GT(stone_geary(labour, 1, 0.92), stone_geary(labour, 1, 0.9));
}

TEST(ExitLoss, IsNilWhenThePaymentMakesUpForTheIncomeLost) {
  const LabourParameters labour;
  const double pay = 50'000;
  const double lost = pay * (1 - labour.outside_income_share) * labour.exit_gap_years;
  EXPECT_NEAR(exit_loss(labour, lost, pay), 0, 1e-12);
  EXPECT_NEAR(exit_loss(labour, 0, pay), 1, 1e-12);
}

TEST(Resolve, IsMilitancyInQuietTimesAndFullInFullUnrest) {
  Town town;
  const std::array at{town.torre()};
  EXPECT_DOUBLE_EQ(resolve(town.scenario, town.world, 0, at), town.scenario.unions[0].militancy);
  town.torre_state().unrest = 1;
  EXPECT_DOUBLE_EQ(resolve(town.scenario, town.world, 0, at), 1);
}

TEST(Resolve, HardensWhenTheRealWageHasFallen) {
  Town town;
  const std::array at{town.torre()};
  town.torre_state().real_wage_agreed = real_wage(town.scenario, town.world, town.torre()) / 0.9;
  EXPECT_NEAR(wage_erosion(town.scenario, town.world, town.torre()), 0.1, 1e-12);
  EXPECT_GT(resolve(town.scenario, town.world, 0, at), town.scenario.unions[0].militancy);
}

TEST(Majority, IsSpokenForByTheLeastMilitant) {
  Town town;
  const std::array at{town.torre()};
  const auto all = delegates(town.scenario, town.world, at);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(town.scenario.unions[all[0].union_row].id, "unione");
  EXPECT_EQ(smallest_majority(all), 1u);  // 60 % of the vote
  town.scenario.unions[0].backing["torre"] = 0.4;
  town.scenario.unions[1].backing["torre"] = 0.6;
  EXPECT_EQ(smallest_majority(delegates(town.scenario, town.world, at)), 2u);
}

TEST(Satisfaction, MovesTowardsTheNewsAndStaysWithinItsBounds) {
  Town town;
  const std::array both{0, 1};
  for (int i = 0; i < 50; ++i) please_unions(town.scenario, town.world, both, true);
  EXPECT_GT(town.world.union_satisfaction[0], 0.99);
  EXPECT_LE(town.world.union_satisfaction[0], 1);
  please_unions(town.scenario, town.world, both, false);
  EXPECT_LT(town.world.union_satisfaction[0], 0.9);
}

TEST(Unions, SpeakForEveryItalianAndFrenchPlantWhoseLabourIsModelled) {
  engine::Problems problems;
  const auto config = engine::Config::load(TAVOLO_SOURCE_DIR "/configs/italy/2024.toml", problems);
  const Scenario scenario = read_scenario(config, problems);
  problems.throw_if_any();
  int plants = 0;
  for (std::size_t p = 0; p < scenario.plants.size(); ++p) {
    const auto& plant = scenario.plants[p];
    const auto& country = scenario.countries[plant.country.row].id;
    if (!plant.tracked || (country != "IT" && country != "FR")) continue;
    ++plants;
    double voters = 0;
    for (std::size_t u = 0; u < scenario.unions.size(); ++u) {
      const double votes = backing(scenario, static_cast<int>(u), static_cast<int>(p));
      voters += votes;
      if (votes > 0) {
        EXPECT_EQ(scenario.unions[u].country.row, plant.country.row) << plant.id;
      }
    }
    EXPECT_GT(voters, 0.85) << plant.id;
    EXPECT_LT(voters, 1 + 1e-9) << plant.id;
  }
  EXPECT_EQ(plants, 12);
}

}  // namespace
}  // namespace tavolo::agents
