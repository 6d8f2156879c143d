#include "agents/carmakers/compliance.h"

#include <gtest/gtest.h>

#include "tests/agents/carmakers/makers_world.h"

namespace tavolo::agents {
namespace {

const engine::Streams kLuck{1, 0};

struct Co2 : testing::Test {
  Scenario scenario = makers_town();
  World world = makers_world(scenario);
  const int casa = row_of(scenario.carmakers, "casa");
  const int altro = row_of(scenario.carmakers, "altro");
  const int petrol = row_of(scenario.vehicles, "uno-petrol");  // 118 g/km
  const int electric = row_of(scenario.vehicles, "uno-bev");   // 0 g/km
  const int van = row_of(scenario.vehicles, "furgone-diesel");

  void SetUp() override {
    world.co2_target_g_per_km = 95;
    world.co2_premium_eur_per_g = 95;
  }
  double premium_of(int maker) const {
    return world.books.paid_eur(carmaker_actor(scenario, maker),
                                static_cast<std::size_t>(Purpose::co2));
  }
};

// 900 cars at 118 and 100 at 0 average 106.2 g/km: 11.2 g/km above, times 95 EUR and 1,000 cars.
TEST_F(Co2, PremiumOfATwoCarFleetIsTheClosedForm) {
  world.deliveries_year(petrol, 0) = 600;
  world.deliveries_year(petrol, 1) = 300;
  world.deliveries_year(electric, 1) = 100;
  settle_co2(scenario, world, kLuck);
  EXPECT_NEAR(world.co2_average_g_per_km[casa], 106.2, 1e-9);
  EXPECT_NEAR(premium_of(casa), 1000 * 95 * 11.2, 1e-6);
  EXPECT_NEAR(world.books.received_eur(kEu, static_cast<std::size_t>(Purpose::co2)),
              premium_of(casa), 1e-9);
  EXPECT_TRUE(told(world, "Casa 1 MEUR (106.2 g/km)"));
}

TEST_F(Co2, AFleetOnItsTargetPaysNothing) {
  world.deliveries_year(petrol, 0) = 95;
  world.deliveries_year(electric, 0) = 118 - 95;  // 95 g/km to the gram
  settle_co2(scenario, world, kLuck);
  EXPECT_NEAR(world.co2_average_g_per_km[casa], 95, 1e-9);
  EXPECT_LT(premium_of(casa), 1e-6);
  EXPECT_TRUE(world.events.empty());
}

TEST_F(Co2, VansAndMarketsOutsideTheUnionDoNotCount) {
  world.deliveries_year(petrol, 0) = 100;
  world.deliveries_year(van, 0) = 5000;
  scenario.countries[scenario.markets[1].country.row].in_eu = false;
  world.deliveries_year(electric, 1) = 5000;
  settle_co2(scenario, world, kLuck);
  EXPECT_NEAR(world.co2_average_g_per_km[casa], 118, 1e-9);
}

// A pool shares one average.
TEST_F(Co2, PoolingOffsetsGrams) {
  scenario.carmakers[altro].co2_pool = {"casa", casa};
  world.deliveries_year(petrol, 0) = 100;
  world.deliveries_year(row_of(scenario.vehicles, "mini-bev"), 0) = 100;
  settle_co2(scenario, world, kLuck);
  EXPECT_NEAR(world.co2_average_g_per_km[casa], 59, 1e-9);
  EXPECT_EQ(premium_of(casa), 0);
  EXPECT_EQ(premium_of(altro), 0);
  EXPECT_EQ(world.co2_average_g_per_km[altro], 0);
}

// 118 - 95 = 23 g too much on 100 cars; 95 g to spare on 20: 2,300 against 1,900.
TEST_F(Co2, MembersOfAPoolThatMissesBuyWhatThereIsAndPayThePremiumOnTheRest) {
  scenario.carmakers[altro].co2_pool = {"casa", casa};
  world.co2_shadow_price_eur[casa] = 95;
  world.deliveries_year(petrol, 0) = 100;
  world.deliveries_year(row_of(scenario.vehicles, "mini-bev"), 0) = 20;
  settle_co2(scenario, world, kLuck);
  const auto pooling = static_cast<std::size_t>(Purpose::pooling);
  EXPECT_NEAR(premium_of(casa), 400 * 95, 1e-6);
  EXPECT_EQ(premium_of(altro), 0);
  EXPECT_NEAR(world.books.paid_eur(carmaker_actor(scenario, casa), pooling), 1900 * 95, 1e-6);
  EXPECT_NEAR(world.books.received_eur(carmaker_actor(scenario, altro), pooling), 1900 * 95, 1e-6);
}

// 900 cars at 118 and 100 at 0 average 106.2; the hundred counted twice, 106,200 / 1,100 = 96.5.
// Of the 9.7 g/km that this takes off, 7.5 count, and none are left for the next year.
TEST_F(Co2, SuperCreditsEndAtACapOverAllYears) {
  world.super_credits.cars = 2;
  world.super_credits.below_g_per_km = 50;
  world.super_credits.cap_g_per_km = 7.5;
  world.deliveries_year(petrol, 0) = 900;
  world.deliveries_year(electric, 0) = 100;
  settle_co2(scenario, world, kLuck);
  EXPECT_NEAR(world.co2_average_g_per_km[casa], 106.2 - 7.5, 1e-9);
  EXPECT_NEAR(premium_of(casa), 1000 * 95 * (106.2 - 7.5 - 95), 1e-6);
  settle_co2(scenario, world, kLuck);
  EXPECT_NEAR(world.co2_average_g_per_km[casa], 106.2, 1e-9);
  EXPECT_NEAR(premium_of(casa), 1000 * 95 * (106.2 - 7.5 - 95 + 106.2 - 95), 1e-6);
}

// 980 at 118 and 20 at 0, below the cap: 115,640 / 1,020, or with 1.67 cars each / 1,013.4.
TEST_F(Co2, SuperCreditsCountACarOfLowEmissionAsSeveral) {
  world.super_credits.below_g_per_km = 50;
  world.super_credits.cap_g_per_km = 7.5;
  world.deliveries_year(petrol, 0) = 980;
  world.deliveries_year(electric, 0) = 20;
  double used = 0;
  for (const double cars : {2.0, 1.67, 1.0}) {
    world.super_credits.cars = cars;
    settle_co2(scenario, world, kLuck);
    const double counted = 115'640 / (980 + 20 * cars);
    EXPECT_NEAR(world.co2_average_g_per_km[casa], counted, 1e-9);
    used += 115.640 - counted;
    EXPECT_NEAR(world.super_credits.used_g_per_km[casa], used, 1e-9);
  }
}

// The pool's premium is that of the average that counts, whoever of its members pays it.
TEST_F(Co2, SuperCreditsArePooled) {
  scenario.carmakers[altro].co2_pool = {"casa", casa};
  world.super_credits.cars = 2;
  world.super_credits.below_g_per_km = 50;
  world.super_credits.cap_g_per_km = 7.5;
  world.deliveries_year(petrol, 0) = 100;
  world.deliveries_year(row_of(scenario.vehicles, "mini-bev"), 0) = 5;
  settle_co2(scenario, world, kLuck);
  const double counted = 11'800.0 / 110;
  EXPECT_NEAR(world.co2_average_g_per_km[casa], counted, 1e-9);
  EXPECT_NEAR(premium_of(casa) + premium_of(altro), 105 * 95 * (counted - 95), 1e-6);
}

// What one car more costs is the derivative of what December charges, at the target and beyond the
// cap: here by differences of settle_co2.
TEST_F(Co2, OneCarMoreCostsWhatItAddsToThePremium) {
  world.super_credits.cars = 2;
  world.super_credits.below_g_per_km = 50;
  const auto charged = [&](double of_petrol, double of_electric) {
    World year = world;
    year.deliveries_year(petrol, 0) = of_petrol;
    year.deliveries_year(electric, 0) = of_electric;
    settle_co2(scenario, year, kLuck);
    return year.books.paid_eur(carmaker_actor(scenario, casa),
                               static_cast<std::size_t>(Purpose::co2));
  };
  const auto expect_costs = [&](double of_petrol, double of_electric) {
    PoolFleet fleet;
    fleet.add(of_petrol, 118, world.super_credits);
    fleet.add(of_electric, 0, world.super_credits);
    expect_super_credits(world.super_credits, casa, fleet);
    world.co2_shadow_price_eur[casa] = world.co2_premium_eur_per_g;
    const double now = charged(of_petrol, of_electric);
    EXPECT_NEAR(co2_cost_eur(world, casa, 118),
                charged(of_petrol + 1e-3, of_electric) / 1e-3 - now / 1e-3, 20);
    EXPECT_NEAR(co2_cost_eur(world, casa, 0),
                now / -1e-3 + charged(of_petrol, of_electric + 1e-3) / 1e-3, 20);
  };
  // room for more: 118,000 / (1,000 + 2 n) is just above the target of 95
  world.super_credits.cap_g_per_km = 100;
  expect_costs(1000, 121);
  EXPECT_NEAR(co2_cost_eur(world, casa, 0), -95 * 2 * (1121.0 / 1242) * 95, 1e-6);
  // far beyond the cap: the target is 95 and 2 more
  world.super_credits.cap_g_per_km = 2;
  expect_costs(1000, 121);
  EXPECT_NEAR(co2_cost_eur(world, casa, 0), -95 * (95 + 2), 1e-6);
}

TEST_F(Co2, WhereThePoolIsOpenEverybodyIsInIt) {
  world.deliveries_year(petrol, 0) = 100;
  world.deliveries_year(row_of(scenario.vehicles, "mini-bev"), 0) = 100;
  scenario.pooling = Co2Pooling::open;
  settle_co2(scenario, world, kLuck);
  EXPECT_NEAR(world.co2_average_g_per_km[0], 59, 1e-9);
  EXPECT_EQ(premium_of(casa), 0);
}

TEST(SettlePool, BalancesAndIsDueInProportion) {
  const auto settlement = settle_pool({300, 100, -50, -150, 0}, 40, 95);
  EXPECT_NEAR(settlement.premium_eur[0], 150 * 95, 1e-9);
  EXPECT_NEAR(settlement.premium_eur[1], 50 * 95, 1e-9);
  EXPECT_NEAR(settlement.pooling_eur[0], 150 * 40, 1e-9);
  EXPECT_NEAR(settlement.pooling_eur[2], -50 * 40, 1e-9);
  EXPECT_NEAR(settlement.pooling_eur[3], -150 * 40, 1e-9);
  double sum = 0;
  for (const double eur : settlement.pooling_eur) sum += eur;
  EXPECT_NEAR(sum, 0, 1e-9);
}

TEST(SettlePool, ThatIsBelowItsTargetPaysNoPremium) {
  const auto settlement = settle_pool({10, -90, -10}, 40, 95);
  for (const double eur : settlement.premium_eur) EXPECT_EQ(eur, 0);
  EXPECT_NEAR(settlement.pooling_eur[0], 400, 1e-9);
  EXPECT_NEAR(settlement.pooling_eur[1], -360, 1e-9);
}

}  // namespace
}  // namespace tavolo::agents
