#include "agents/governments/subsidy_race.h"

#include <gtest/gtest.h>

#include <vector>

namespace tavolo::agents {
namespace {

TEST(SubsidyRace, ReproducesTheDockingNumbers) {  // economics.md, A = 3
  const SubsidyRace race{.margin = 3};
  EXPECT_NEAR(race.unilateral_optimum(), 3.0 / 4, 1e-10);
  const auto equilibrium = race.equilibrium();
  EXPECT_TRUE(equilibrium.at_rest);
  EXPECT_LT(equilibrium.most_unilateral_gain, 1e-12);
  for (const double subsidy : equilibrium.actions) EXPECT_NEAR(subsidy, 3.0 / 5, 1e-10);
  for (const double welfare : equilibrium.payoffs) EXPECT_NEAR(welfare, 0.08 * 9, 1e-10);
  EXPECT_NEAR(race.ban_welfare(), 1.0, 1e-12);
}

TEST(SubsidyRace, IsAPrisonersDilemma) {
  const SubsidyRace race;
  const std::vector<double> none{0, 0}, alone{race.unilateral_optimum(), 0};
  EXPECT_GT(race.welfare(0, alone), race.welfare(0, none));  // each would rather subsidise
  EXPECT_LT(race.welfare(1, alone), race.welfare(1, none));
  EXPECT_LT(race.equilibrium().payoffs[0], race.ban_welfare());  // and all lose when all do
}

TEST(SubsidyRace, OfManyCountriesFollowsItsClosedForm) {
  // from the first-order conditions: alone A (n-1)/(2n), all together A (n-1)/(n^2+1)
  for (const int n : {2, 3, 5}) {
    const SubsidyRace race{.margin = 2, .countries = n};
    EXPECT_NEAR(race.unilateral_optimum(), 2 * (n - 1.0) / (2 * n), 1e-9) << n;
    const auto equilibrium = race.equilibrium();
    EXPECT_TRUE(equilibrium.at_rest) << n;
    for (const double subsidy : equilibrium.actions)
      EXPECT_NEAR(subsidy, 2 * (n - 1.0) / (n * n + 1), 1e-9) << n;
  }
}

TEST(SubsidyRace, ShiftsRentsFromTheRival) {
  const SubsidyRace race;
  double mine = 0, theirs = 1;
  for (double subsidy = 0; subsidy < 1; subsidy += 0.05) {
    const std::vector<double> subsidies{subsidy, 0};
    const auto quantity = race.quantities(subsidies);
    EXPECT_GT(quantity[0], mine);
    EXPECT_LT(quantity[1], theirs);
    mine = quantity[0];
    theirs = quantity[1];
  }
}

TEST(SubsidyRace, LetsNobodySellLessThanNothing) {
  const SubsidyRace race{.margin = 1, .countries = 3};
  const std::vector<double> subsidies{1, 1, 0};  // inside: (1 + 3 - 2)/4 = .75, .75, -.25
  const auto quantity = race.quantities(subsidies);
  EXPECT_NEAR(quantity[0], 2.0 / 3, 1e-12);  // a duopoly of margin 2
  EXPECT_NEAR(quantity[1], 2.0 / 3, 1e-12);
  EXPECT_EQ(quantity[2], 0);
}

}  // namespace
}  // namespace tavolo::agents
