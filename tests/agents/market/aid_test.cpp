#include "agents/market/aid.h"

#include <gtest/gtest.h>

#include "tests/support/town_world.h"
#include "tests/support/two_car_town.h"

namespace tavolo::agents {
namespace {

struct Aid : testing::Test {
  Scenario scenario = two_car_town();
  World world = still_world(scenario);
  const int italy = row_of(scenario.countries, "IT"), france = row_of(scenario.countries, "FR");
  const int torre = row_of(scenario.plants, "torre"), lyonne = row_of(scenario.plants, "lyonne");
  const int rome = row_of(scenario.governments, "government-IT");
  const int casa = row_of(scenario.carmakers, "casa");

  double offer(double capex) const { return aid_offer_eur(scenario, world, italy, torre, capex); }
};

TEST_F(Aid, ByRuleIsAShareOfCapex) {
  EXPECT_NEAR(aid_offer_eur(scenario, world, france, lyonne, 200e6), 20e6, 1e-3);
}

TEST_F(Aid, ByLeverStaysWithinTheCapOfThePlant) {
  world.instruments[rome].grant_share = 0.4;
  world.instruments[rome].grant_budget_eur = 1e9;
  EXPECT_NEAR(offer(100e6), 25e6, 1e-3);                                      // the region's cap
  EXPECT_NEAR(aid_offer_eur(scenario, world, italy, -1, 100e6), 30e6, 1e-3);  // the country's
  world.instruments[rome].grant_share = 0.1;
  EXPECT_NEAR(offer(100e6), 10e6, 1e-3);
}

// 60 % of Volvo's 1200 MEUR at Valaliky are the 267 MEUR that the Commission allowed (costs.csv).
TEST_F(Aid, LargeProjectsAreScaledDownInTheUnionAlone) {
  scenario.parameters.tables.aid_above_50m_share = 0.5;
  scenario.parameters.tables.aid_above_100m_share = 0.34;
  scenario.plants[torre].aid_cap_share = 0.6;
  const auto cap = [&](double eur) { return aid_cap_eur(scenario, world, italy, torre, eur); };
  EXPECT_NEAR(cap(40e6), 0.6 * 40e6, 1e-3);
  EXPECT_NEAR(cap(100e6), 0.6 * 75e6, 1e-3);
  EXPECT_NEAR(cap(1200e6), 267e6, 0.01 * 267e6);
  for (double eur = 10e6; eur < 400e6; eur += 10e6) EXPECT_LT(cap(eur), cap(eur + 10e6));
  scenario.countries[italy].in_eu = false;
  EXPECT_NEAR(cap(1200e6), 0.6 * 1200e6, 1e-3);
}

TEST_F(Aid, EndsWithTheYearsGrantBudget) {
  world.instruments[rome].grant_share = 0.2;
  world.instruments[rome].grant_budget_eur = 30e6;
  EXPECT_NEAR(offer(100e6), 20e6, 1e-3);
  ProjectState project;
  project.phase = ProjectState::Phase::building;
  project.plant = torre;
  project.decided = world.month;
  project.grants = {{italy, 20e6}};
  world.projects.push_back(project);
  EXPECT_NEAR(offer(100e6), 10e6, 1e-3);
  world.agreements.emplace_back().aid_promised_eur = 1;
  world.projects[0].agreement = 0;  // bargained, from other money
  EXPECT_NEAR(offer(100e6), 20e6, 1e-3);
  world.agreements[0].aid_promised_eur = 0;  // the agreement pays nothing: the lever does
  EXPECT_NEAR(offer(100e6), 10e6, 1e-3);
  world.projects[0].agreement = -1;
  world.month = world.month + 12;  // last year's
  EXPECT_NEAR(offer(100e6), 20e6, 1e-3);
}

TEST_F(Aid, APactCapsEveryMemberOfTheUnion) {
  world.instruments[rome].pact = true;
  world.instruments[rome].pact_cap_share = 0.05;
  world.instruments[rome].grant_share = 0.2;
  world.instruments[rome].grant_budget_eur = 1e9;
  EXPECT_NEAR(offer(100e6), 5e6, 1e-3);
  EXPECT_NEAR(aid_offer_eur(scenario, world, france, lyonne, 100e6), 5e6, 1e-3);
}

TEST_F(Aid, OfAStrategicGovernmentIsPaidAsFarAsItsBudgetGoes) {
  world.budget_left_eur[rome] = 8e6;
  EXPECT_NEAR(pay_aid(scenario, world, italy, casa, 10e6), 8e6, 1e-3);
  EXPECT_NEAR(world.budget_left_eur[rome], 0, 1e-3);
  EXPECT_NEAR(pay_aid(scenario, world, france, casa, 10e6), 10e6, 1e-3);
  EXPECT_NEAR(world.books.received_eur(carmaker_actor(scenario, casa),
                                       static_cast<std::size_t>(Purpose::grant)),
              18e6, 1e-3);
}

}  // namespace
}  // namespace tavolo::agents
