#include "agents/carmakers/pricing.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "agents/automotive_model.h"
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
