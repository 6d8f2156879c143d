#include "agents/market/economy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/town_world.h"
#include "tests/support/two_car_town.h"

namespace tavolo::agents {
namespace {

using ::testing::ElementsAre;

/// The town as its rules of the year change, January by January.
struct Rules : testing::Test {
  Scenario scenario = two_car_town();
  World world = still_world(scenario);

  Rules() {
    const auto vehicles = scenario.vehicles.size(), plants = scenario.plants.size();
    world.duty_rate = world.uk_duty_rate = engine::Grid<double>(vehicles, plants);
  }
  void enforce(int year) {
    world.month = Month::of(year, 1);
    enforce_regulation(scenario, world, engine::Streams{1, 0});
  }
  std::vector<std::string> told(const std::string& kind) const {
    std::vector<std::string> lines;
    for (const auto& event : world.events)
      if (event.kind == kind) lines.push_back(event.month.text() + " " + event.text);
    return lines;
  }
};

TEST_F(Rules, BuyersAbroadExpectTheBonusThatIsListedLast) {
  const int petrol = row_of(scenario.vehicles, "uno-petrol");
  const int electric = row_of(scenario.vehicles, "uno-bev");
  ShareMargin margin;
  margin.market.row = 1;
  margin.powertrains = {"bev"};
  margin.bonus_eur = {{"2023", 2'000}, {"2024", 3'000}, {"2026", 0}};
  scenario.share_margins = {margin};
  const std::vector<double> expected{3'000, 3'000, 0, 0};
  for (int year = 2024; year < 2028; ++year) {
    enforce(year);
    EXPECT_EQ(world.expected_bonus_eur(electric, 1), expected[year - 2024]) << year;
    EXPECT_EQ(world.expected_bonus_eur(electric, 0), 0) << "at home orders tell";
    EXPECT_EQ(world.expected_bonus_eur(petrol, 1), 0);
  }
  const std::string country = scenario.markets[1].name;
  EXPECT_THAT(
      told("incentive"),
      ElementsAre(
          "2024-01 " + country + " pays 3,000 EUR on average for electric cars, 2,000 EUR before",
          "2026-01 " + country + " pays 0 EUR on average for electric cars, 3,000 EUR before"));
}

TEST_F(Rules, SuperCreditsHoldForTheYearAndAreTold) {
  Co2Rule rule;
  rule.from = Month::of(2024, 1);
  rule.target_g_per_km = 95;
  rule.super_credit = 1.67;
  auto later = rule;
  later.from = Month::of(2026, 1);
  later.super_credit = 1;
  scenario.co2_rules = {rule, later};
  for (int year = 2024; year < 2028; ++year) {
    enforce(year);
    EXPECT_EQ(world.super_credits.cars, year < 2026 ? 1.67 : 1) << year;
  }
  EXPECT_THAT(told("rule"),
              ElementsAre("2024-01 A car below 50 g/km counts as 1.67 cars in the average that the "
                          "CO2 target is for",
                          "2026-01 A car below 50 g/km counts as 1.00 cars in the average that the "
                          "CO2 target is for"));
}

}  // namespace
}  // namespace tavolo::agents
