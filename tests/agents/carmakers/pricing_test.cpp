#include "agents/carmakers/pricing.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "agents/automotive_model.h"
#include "agents/carmakers/compliance.h"
#include "agents/initialise.h"

namespace tavolo::agents {
namespace {

const Scenario& tiny() {
  static const Scenario scenario = load_scenario(TAVOLO_SOURCE_DIR "/configs/tiny.toml", {});
  return scenario;
}

/// Vehicles a year that are expected of a plant at the prices posted.
double expected_of(const World& world, std::size_t plant) {
  double units = 0;
  for (std::size_t v = 0; v < tiny().vehicles.size(); ++v) {
    const double share = world.programmes[tiny().vehicles[v].programme.row].plant_share[plant];
    for (std::size_t m = 0; m < tiny().markets.size(); ++m) units += share * world.forecast(v, m);
  }
  return units;
}

/// The tracked plant of which most is expected.
std::size_t busiest(const World& world) {
  std::size_t most = 0;
  for (std::size_t p = 0; p < world.plants.size(); ++p)
    if (tiny().plants[p].tracked &&
        (!tiny().plants[most].tracked || expected_of(world, p) > expected_of(world, most)))
      most = p;
  return most;
}

World priced(World world, int times = 1) {
  for (int i = 0; i < times; ++i) set_prices(tiny(), world, engine::Streams{1, 0});
  return world;
}

/// What makers expect to sell of a pool, as the EU counts it.
PoolFleet fleet_of(const World& world, int pool) {
  PoolFleet fleet;
  for (std::size_t v = 0; v < tiny().vehicles.size(); ++v) {
    const auto& vehicle = tiny().vehicles[v];
    if (tiny().is_van(vehicle) || pool_of(tiny(), tiny().carmaker_of(vehicle)) != pool) continue;
    for (std::size_t m = 0; m < tiny().markets.size(); ++m)
      if (counts_for_co2(tiny(), static_cast<int>(m)))
        fleet.add(world.forecast(v, m), vehicle.co2_g_per_km, world.super_credits);
  }
  return fleet;
}

/// With a target 12 g/km below what the first maker's pool would sell without one.
World bound_by_a_target() {
  World world = first_world(tiny());
  world.co2_target_g_per_km = 1000;  // bends nothing
  world.co2_premium_eur_per_g = 1000;
  world.co2_target_g_per_km = fleet_of(priced(world), 0).average_g_per_km() - 12;
  return world;
}

// A year's few rounds find the shadow price at which what is expected meets the target.
TEST(Co2ShadowPrice, MeetsATargetWithinAYear) {
  const int casa = 0;
  const World world = bound_by_a_target();
  const World after = priced(world);
  EXPECT_NEAR(fleet_of(after, casa).average_g_per_km(), world.co2_target_g_per_km, 0.5);
  EXPECT_GT(after.co2_shadow_price_eur[casa], 0);
}

// Where the shadow price of a gram is neither nothing nor the premium, the average that counts is
// the target; and the target is cheaper to meet.
TEST(SuperCredits, LetTheAverageThatCountsMeetTheTarget) {
  const int casa = 0;
  const World plain = bound_by_a_target();
  World credited = plain;
  credited.super_credits.cars = 2;
  credited.super_credits.below_g_per_km = 50;
  for (const double cap : {100.0, 1.0}) {
    credited.super_credits.cap_g_per_km = cap;
    const World without = priced(plain, 40), with = priced(credited, 40);
    const auto fleet = fleet_of(with, casa);
    const double credit = super_credit_g_per_km(with.super_credits, casa, fleet);
    EXPECT_GT(with.co2_shadow_price_eur[casa], 0);
    EXPECT_LT(with.co2_shadow_price_eur[casa], without.co2_shadow_price_eur[casa]);
    EXPECT_NEAR(fleet_of(without, casa).average_g_per_km(), plain.co2_target_g_per_km, 0.05);
    EXPECT_NEAR(fleet.average_g_per_km() - credit, plain.co2_target_g_per_km, 0.05);
    EXPECT_LE(credit, cap);
    EXPECT_GT(credit, 0);
  }
}

TEST(CapacityPrice, IsZeroWhereThereIsRoom) {
  World world = first_world(tiny());
  for (auto& plant : world.plants) plant.capacity_per_year = 1e7;
  for (const auto& plant : priced(world, 3).plants) EXPECT_EQ(plant.capacity_price_eur, 0);
}

TEST(CapacityPrice, BringsWhatIsAskedOfAPlantDownToWhatItCanMake) {
  World world = priced(first_world(tiny()));
  const auto plant = busiest(world);
  const double capacity = 0.8 * expected_of(world, plant);
  world.plants[plant].capacity_per_year = capacity;
  const World after = priced(world, 30);
  EXPECT_GT(after.plants[plant].capacity_price_eur, 0);
  EXPECT_NEAR(expected_of(after, plant) / capacity, 1, 0.01);
}

TEST(CapacityPrice, MakesWhatIsMadeThereDearerAndNothingElseCheaperToMake) {
  World world = priced(first_world(tiny()));
  const auto plant = busiest(world);
  const World usual = priced(world, 10);
  world.plants[plant].capacity_per_year = 0.8 * expected_of(world, plant);
  const World scarce = priced(world, 10);
  for (std::size_t v = 0; v < tiny().vehicles.size(); ++v) {
    EXPECT_EQ(scarce.marginal_cost_eur(v, 0), usual.marginal_cost_eur(v, 0)) << v;
    if (world.on_sale[v] &&
        world.programmes[tiny().vehicles[v].programme.row].plant_share[plant] > 0.99) {
      EXPECT_GT(scarce.price_eur(v, 0), usual.price_eur(v, 0)) << v;
    }
  }
}

}  // namespace
}  // namespace tavolo::agents
