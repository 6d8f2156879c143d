#include "agents/households/beliefs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/diffusion.h"
#include "tests/support/town_world.h"
#include "tests/support/two_car_town.h"

namespace tavolo::agents {
namespace {

constexpr auto kPetrol = static_cast<std::size_t>(Powertrain::petrol);
constexpr auto kHybrid = static_cast<std::size_t>(Powertrain::hybrid);
constexpr auto kPhev = static_cast<std::size_t>(Powertrain::phev);
constexpr auto kBev = static_cast<std::size_t>(Powertrain::bev);

// --- consideration, the formula

TEST(Consideration, TendsToItsFixedPoint) {
  DemandParameters demand;
  demand.marketing_exposure = 0.03;
  demand.contagion = 0.5;
  demand.forgetting = 0.02;
  const double gained = 0.03 + 0.5 * 0.1;
  const double rest = gained / (gained + 0.02);
  EXPECT_NEAR(consideration_after(0.05, 0.1, 500, demand), rest, 1e-12);
  EXPECT_NEAR(consideration_after(0.99, 0.1, 500, demand), rest, 1e-12);
  EXPECT_DOUBLE_EQ(consideration_after(rest, 0.1, 1, demand), rest) << "and stays there";
}

TEST(Consideration, TwelveMonthsAreAYear) {
  const DemandParameters demand;
  double w = 0.15;
  for (int month = 0; month < 12; ++month) w = consideration_after(w, 0.02, 1.0 / 12, demand);
  EXPECT_NEAR(w, consideration_after(0.15, 0.02, 1, demand), 1e-14);
}

TEST(Consideration, FollowsTheDifferentialEquation) {
  const DemandParameters demand;
  const double h = 1e-6, w = 0.3, s = 0.05;
  const double slope = (consideration_after(w, s, h, demand) - w) / h;
  EXPECT_NEAR(slope,
              (demand.marketing_exposure + demand.contagion * s) * (1 - w) - demand.forgetting * w,
              1e-7);
}

// Nobody forgets and whoever considers drives: what is left is Bass (1969), with marketing as
// innovation and contagion as imitation. A step hears of drivers as they stood at its start, so the
// path runs late by step / 2 x ((p + q) t + ln(1 - F)) years, in first order.
TEST(Consideration, IsBassWhereThoseWhoConsiderDrive) {
  DemandParameters demand;
  demand.marketing_exposure = 0.03;
  demand.contagion = 0.38;
  demand.forgetting = 0;
  const engine::Bass bass{0.03, 0.38};
  const auto furthest = [&](int steps_per_year, bool on_time) {
    double w = 0, most = 0;
    for (int step = 1; step <= 12 * steps_per_year; ++step) {
      w = consideration_after(w, w, 1.0 / steps_per_year, demand);
      const double t = static_cast<double>(step) / steps_per_year;
      const double late = 0.5 / steps_per_year * (0.41 * t + std::log(1 - bass.share(t)));
      most = std::max(most, std::abs(w - bass.share(on_time ? t : t - late)));
    }
    return most;
  };
  EXPECT_LT(furthest(1'200, true), 1e-4);
  EXPECT_NEAR(furthest(12, true) / furthest(24, true), 2, 0.1) << "of first order in the step";
  EXPECT_LT(furthest(12, false), 1.2e-4) << "by months, as the model runs, and as late as it says";
  EXPECT_NEAR(furthest(12, false) / furthest(24, false), 4, 0.4) << "of second order";
}

TEST(Consideration, GrowsWithDriversAndWithItselfAndStaysAShare) {
  DemandParameters demand;
  demand.contagion = 10;  // the largest that is accepted: an Euler step could overshoot
  double before = 0;
  for (double share = 0; share <= 1; share += 0.1) {
    const double w = consideration_after(0.2, share, 1.0 / 12, demand);
    EXPECT_GT(w, before);
    EXPECT_LT(w, 1);
    EXPECT_LT(w, consideration_after(0.3, share, 1.0 / 12, demand));
    before = w;
  }
}

TEST(Consideration, ThatHasGrownFromNothingIsBelowWhatTodaysStockWouldGive) {
  const DemandParameters demand;
  const double grown = consideration_grown(0.1, 17, demand);
  EXPECT_GT(grown, consideration_after(0, 0, 17, demand)) << "somebody drove one";
  EXPECT_LT(grown, consideration_after(0, 0.1, 17, demand)) << "but not from the start";
  EXPECT_LT(grown, consideration_grown(0.1, 25, demand));
  EXPECT_LT(grown, consideration_grown(0.2, 17, demand));
  EXPECT_GT(consideration_grown(0, 0, demand), 0) << "what is on sale is seen by somebody";
}

TEST(Consideration, StaysWhereNobodyTalksAndNobodyForgets) {
  DemandParameters demand;
  demand.marketing_exposure = demand.contagion = demand.forgetting = 0;
  EXPECT_EQ(consideration_after(0.4, 0.5, 10, demand), 0.4);
}

// --- charging, the formula

TEST(ChargingPoints, GrowWithTheStockByTheirElasticity) {
  DemandParameters demand;
  demand.charging_response = 0.6;
  EXPECT_DOUBLE_EQ(charging_points_after(1'000, 0.01, 0.02, demand), 1'000 * std::pow(2, 0.6));
  EXPECT_DOUBLE_EQ(charging_points_after(1'000, 0.01, 0.01, demand), 1'000);
  const double there = charging_points_after(1'000, 0.01, 0.03, demand);
  EXPECT_NEAR(charging_points_after(there, 0.03, 0.01, demand), 1'000, 1e-9)
      << "the path does not matter";
}

TEST(ChargingPoints, AreNotMultipliedByTheFirstCars) {
  const DemandParameters demand;
  EXPECT_EQ(charging_points_after(300, 0, 0.5e-4, demand), 300);
}

// --- the phase

class UpdateBeliefs : public ::testing::Test {
 protected:
  UpdateBeliefs() {
    world.charging_points = {5'000, 11'000};
    auto& buyers = scenario.buyers;
    // four households (one a plug-in), a fleet, a van operator
    buyers.groups = {{Buyers::Kind::household, 0, 4, 10, 60},
                     {Buyers::Kind::fleet, 4, 5, 10, 40},
                     {Buyers::Kind::van_operator, 5, 6, 50, 70}};
    buyers.market_begin = {0, 6, 6};
    const auto petrol = static_cast<std::uint8_t>(Powertrain::petrol);
    const auto bev = static_cast<std::uint8_t>(Powertrain::bev);
    buyers.first.powertrain = {petrol, petrol, petrol, bev, petrol, petrol};
    world.garage.powertrain = buyers.first.powertrain;
    world.stock_share(0, kPetrol) = world.stock_share(1, kPetrol) = 0.99;
    world.stock_share(0, kBev) = world.stock_share(1, kBev) = 0.01;
  }
  void next_month() {
    update_beliefs(scenario, world, engine::Streams{1, 1});
    world.month = world.month + 1;
  }
  static double sum(std::span<const double> values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
  }

  Scenario scenario = two_car_town();
  World world = still_world(scenario);
};

TEST_F(UpdateBeliefs, CountsGaragesAtHomeWithoutVans) {
  next_month();
  EXPECT_DOUBLE_EQ(world.stock_share(0, kBev), 0.2);
  EXPECT_DOUBLE_EQ(world.stock_share(0, kPetrol), 0.8);
  world.garage.powertrain[5] = static_cast<std::uint8_t>(Powertrain::bev);  // the van
  next_month();
  EXPECT_DOUBLE_EQ(world.stock_share(0, kBev), 0.2);
  world.garage.powertrain[4] = static_cast<std::uint8_t>(Powertrain::bev);  // the fleet
  next_month();
  EXPECT_DOUBLE_EQ(world.stock_share(0, kBev), 0.4);
  EXPECT_DOUBLE_EQ(sum(world.stock_share.row(0)), 1);
}

TEST_F(UpdateBeliefs, DoesNotTakeTheSampleOfTheFirstGaragesForGrowth) {
  next_month();
  EXPECT_DOUBLE_EQ(world.charging_points[0], 5'000)
      << "one in five drives electric, not one in 100";
  world.garage.powertrain[0] = static_cast<std::uint8_t>(Powertrain::bev);
  next_month();
  EXPECT_DOUBLE_EQ(world.charging_points[0],
                   5'000 * std::pow(2, scenario.parameters.demand.charging_response));
}

TEST_F(UpdateBeliefs, ReplacesTheAverageCarAbroad) {
  const int bev = row_of(scenario.vehicles, "uno-bev");
  const int petrol = row_of(scenario.vehicles, "uno-petrol");
  const int van = row_of(scenario.vehicles, "furgone-diesel");
  world.deliveries(bev, 1) = 3'000;
  world.deliveries(petrol, 1) = 7'000;
  world.deliveries(van, 1) = 5'000;  // no car
  next_month();
  const double on_road = kCarsPerHousehold * 2'000'000;
  EXPECT_NEAR(world.stock_share(1, kBev), 0.01 + (3'000 - 0.01 * 10'000) / on_road, 1e-15);
  EXPECT_NEAR(sum(world.stock_share.row(1)), 1, 1e-12);
  for (int month = 0; month < 12 * 200; ++month) next_month();
  EXPECT_NEAR(world.stock_share(1, kBev), 0.3, 1e-3) << "in the end the stock is what is sold";
}

TEST_F(UpdateBeliefs, OnlyPlugInsAndHybridsMustBeConsidered) {
  world.consideration.fill(0.5);
  next_month();
  const auto& demand = scenario.parameters.demand;
  for (std::size_t k = 0; k < kPowertrains; ++k)
    EXPECT_EQ(world.consideration(0, k), k == kBev ? consideration_after(0.5, 0.2, 1.0 / 12, demand)
                                         : k == kPhev || k == kHybrid
                                             ? consideration_after(0.5, 0, 1.0 / 12, demand)
                                             : 1)
        << kPowertrainNames[k];
}

TEST_F(UpdateBeliefs, LeavesChargingPointsAloneWhileTheStockStays) {
  for (int month = 0; month < 24; ++month) next_month();
  EXPECT_DOUBLE_EQ(world.charging_points[0], 5'000);
  EXPECT_DOUBLE_EQ(world.charging_points[1], 11'000);
}

}  // namespace
}  // namespace tavolo::agents
