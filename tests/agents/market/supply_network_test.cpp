#include "agents/market/supply_network.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "agents/initialise.h"
#include "agents/market/trade.h"
#include "tests/support/town_world.h"
#include "tests/support/two_car_town.h"

namespace tavolo::agents {
namespace {

class SupplyNetwork : public testing::Test {
 protected:
  static Scenario town() {
    Scenario scenario = two_car_town();
    initialise(scenario);
    return scenario;
  }
  const Scenario scenario = town();
  World world = first_world(scenario);
  const int seats = row_of(scenario.components, "seats");
  const int chips = row_of(scenario.components, "chips");
  const int italy = row_of(scenario.countries, "IT");
  const double theta = scenario.parameters.industry.parts_dispersion;
};

TEST_F(SupplyNetwork, SharesOutWhatThePlantsOfACountryBuy) {
  const auto trade = parts_trade(scenario, seats, world.supplier_base);
  for (std::size_t n = 0; n < scenario.countries.size(); ++n) {
    double sum = 0;
    for (std::size_t s = 0; s < scenario.countries.size(); ++s) sum += trade.share(s, n);
    EXPECT_NEAR(sum, 1, 1e-12);
  }
}

TEST_F(SupplyNetwork, IsTheClosedFormOfEatonAndKortum) {
  std::vector<double> base(scenario.countries.size(), 0.0);
  std::iota(base.begin(), base.end(), 2.0);
  const auto trade = parts_trade(scenario, seats, base);
  double sum = 0;
  const auto weight = [&](std::size_t s) {
    const auto& from = scenario.countries[s];
    const double far = from.overseas ? 2.0 : 1.3;
    return base[s] * std::pow(from.supplier_cost_index * (int(s) == italy ? 1.0 : far), -theta);
  };
  for (std::size_t s = 0; s < base.size(); ++s) sum += weight(s);
  EXPECT_NEAR(trade.share(italy, italy), weight(italy) / sum, 1e-12);
  EXPECT_NEAR(trade.cost[italy], std::pow(sum, -1 / theta), 1e-12);
}

TEST_F(SupplyNetwork, CostsOneInTheBaseYear) {
  for (const double cost : parts(scenario, first_supplier_base(scenario)).cost)
    EXPECT_NEAR(cost, 1, 1e-12);
}

TEST_F(SupplyNetwork, MakesPartsCheaperAndNearerWhereMoreIsAssembled) {
  const auto now = parts(scenario, world.supplier_base);
  world.supplier_base[italy] *= 1.5;
  const auto more = parts(scenario, world.supplier_base);
  EXPECT_LT(more.cost[italy], now.cost[italy]);
  EXPECT_GT(more.content[italy], now.content[italy]);
  // first order: d ln cost = - content / theta d ln base, at the content of each component
  world.supplier_base[italy] *= 1.001 / 1.5;
  const auto one_more = parts(scenario, world.supplier_base);
  EXPECT_NEAR(std::log(one_more.cost[italy] / now.cost[italy]) / std::log(1.001),
              -now.content[italy] / theta, 1e-4);
}

TEST_F(SupplyNetwork, OfWhatTravelsFreelyIsTheSameForAll) {
  const auto trade = parts_trade(scenario, chips, world.supplier_base);
  for (std::size_t n = 1; n < scenario.countries.size(); ++n)
    EXPECT_NEAR(trade.cost[n], trade.cost[0], 1e-12);
}

TEST_F(SupplyNetwork, FollowsAssemblyAndBearsOnTheCostOfAVehicle) {
  const int plant = [&] {
    for (std::size_t p = 0; p < scenario.plants.size(); ++p)
      if (scenario.plants[p].country.row == italy && scenario.base.output[p] > 0)
        return static_cast<int>(p);
    return -1;
  }();
  ASSERT_GE(plant, 0);
  const int vehicle = row_of(scenario.vehicles, "uno-petrol");
  const double before = unit_cost(scenario, world, vehicle, plant, 0).parts;
  const double base = world.supplier_base[italy];
  for (std::size_t p = 0; p < scenario.plants.size(); ++p)
    if (scenario.plants[p].country.row == italy) world.plants[p].output_last_year = 0;
  world.month = scenario.start + 12;
  move_suppliers(scenario, world, engine::Streams{1, 0});
  EXPECT_NEAR(world.supplier_base[italy],
              (1 - scenario.parameters.industry.supplier_speed_per_year) * base, 1e-6 * base);
  EXPECT_GT(world.parts_cost[italy], 1);
  EXPECT_GT(unit_cost(scenario, world, vehicle, plant, 0).parts, before);
}

TEST_F(SupplyNetwork, IsLeftOutWithoutComponents) {
  Scenario plain = two_car_town();
  plain.components.clear();
  const std::vector<double> base(plain.countries.size(), 0.0);
  for (const double cost : parts(plain, base).cost) EXPECT_EQ(cost, 1);
}

}  // namespace
}  // namespace tavolo::agents
