#include "agents/carmakers/prospects.h"

#include <gtest/gtest.h>

#include "agents/initialise.h"
#include "tests/agents/carmakers/makers_world.h"

namespace tavolo::agents {
namespace {

struct Prospects : testing::Test {
  Scenario scenario = initialised();
  World world = first_world(scenario);
  const int launch = row_of(scenario.vehicles, "cinque-bev");
  const int running = row_of(scenario.vehicles, "quattro-hybrid");

  static Scenario initialised() {
    Scenario scenario = two_car_town();
    initialise(scenario);
    return scenario;
  }
};

TEST_F(Prospects, LaunchesAreForecastBesideTheLineUpThatStays) {
  const auto on_sale = world.on_sale;
  forecast_launches(scenario, world);
  EXPECT_EQ(world.on_sale, on_sale);
  EXPECT_GT(expected_sales(scenario, world, launch), 0);
  EXPECT_EQ(world.launch_forecast(running, 0), 0);
  EXPECT_EQ(expected_sales(scenario, world, running, 0), world.forecast(running, 0));
}

TEST_F(Prospects, ADearerLaunchIsExpectedToSellLess) {
  forecast_launches(scenario, world);
  const double before = expected_sales(scenario, world, launch, 0);
  world.price_eur(launch, 0) *= 1.1;
  forecast_launches(scenario, world);
  EXPECT_LT(expected_sales(scenario, world, launch, 0), before);
}

TEST_F(Prospects, NothingIsExpectedOfWhatHasEnded) {
  world.programmes[scenario.vehicles[running].programme.row].alive = false;
  EXPECT_EQ(expected_sales(scenario, world, running), 0);
}

// The chronicle follows makers with plants at home, entrants, and nobody else.
TEST_F(Prospects, RivalsAreNotFollowed) {
  const int casa = row_of(scenario.carmakers, "casa"), altro = row_of(scenario.carmakers, "altro");
  EXPECT_TRUE(is_followed(scenario, casa));
  EXPECT_TRUE(is_followed(scenario, altro));
  scenario.carmakers[altro].entrant = false;
  for (auto& plant : scenario.plants)
    if (plant.carmaker.row == altro) plant.tracked = false;
  EXPECT_FALSE(is_followed(scenario, altro));
}

}  // namespace
}  // namespace tavolo::agents
