#include "agents/market/competition.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

#include "agents/automotive_model.h"
#include "agents/carmakers/pricing.h"
#include "agents/initialise.h"

namespace tavolo::agents {
namespace {

const Scenario& tiny() {
  static const Scenario scenario = load_scenario(TAVOLO_SOURCE_DIR "/configs/tiny.toml", {});
  return scenario;
}

/// The state in which the base year was inverted: what was sold in it, at its prices.
World base_state(const Scenario& scenario = tiny()) {
  World world = first_world(scenario);
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
    world.on_sale[v] = scenario.base.sales(v, 0) > 0;
  return world;
}

ExpectedDemand cars_of(const World& world, const Scenario& scenario = tiny()) {
  ExpectedDemand cars{scenario, world, 0, false};
  cars.evaluate(cars.offers().price_eur);
  return cars;
}

double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

Competition at_base(const World& world) {
  return competition(tiny(), world, cars_of(world), home_makers(tiny()),
                     tiny().markets[0].vat_rate);
}

// --- slopes of demand

TEST(SalesChange, IsTheSlopeAlongAnyChangeOfPrices) {
  const World world = base_state();
  auto cars = cars_of(world);
  const auto price = cars.offers().price_eur;
  std::vector<double> change(price.size());
  for (std::size_t j = 0; j < change.size(); ++j)
    change[j] = price[j] * (j % 3 == 0 ? 1.0 : j % 3 == 1 ? -0.7 : 0.0);
  const auto slope = cars.sales_change(change);
  constexpr double kStep = 1e-5;
  const auto at = [&](double step) {
    auto moved = price;
    for (std::size_t j = 0; j < moved.size(); ++j) moved[j] += step * change[j];
    cars.evaluate(moved);
    return cars.sales();
  };
  const auto up = at(kStep), down = at(-kStep);
  for (std::size_t j = 0; j < slope.size(); ++j)
    EXPECT_NEAR(slope[j], (up[j] - down[j]) / (2 * kStep), 1e-6 * up[j]) << j;
}

TEST(SalesChange, AlongOnePriceIsTheOwnElasticityAndWhatIsLostToOthersAndOutside) {
  const auto cars = cars_of(base_state());
  const auto elasticity = cars.own_elasticities(), outside = cars.outside_gains();
  for (std::size_t j = 0; j < cars.offers().size(); ++j) {
    std::vector<double> dearer(cars.offers().size(), 0.0);
    dearer[j] = 1;
    const auto change = cars.sales_change(dearer);
    EXPECT_NEAR(change[j], elasticity[j] * cars.sales()[j] / cars.price_eur()[j],
                1e-9 * cars.sales()[j]);
    EXPECT_NEAR(sum(change), -outside[j], 1e-12 * cars.sales()[j]);
  }
}

// One buyer without nests: the plain logit has its answers on one line.
TEST(SalesChange, OfThePlainLogitIsItsClosedForm) {
  const std::vector<engine::Override> flat{{"demand.nest_new", "1.0"},
                                           {"demand.nest_segment", "1.0"}};
  const auto scenario = load_scenario(TAVOLO_SOURCE_DIR "/configs/tiny.toml", flat);
  const World world = base_state(scenario);
  const auto buyer = scenario.buyers.market_begin[0];
  ExpectedDemand cars{scenario, world, 0, false, DemandNodes{{buyer}, {1.0}}};
  cars.evaluate(cars.offers().price_eur);
  const double factor = scenario.buyers.price_sensitivity(buyer);
  const double keeps = 1 - sum(cars.sales());
  const auto elasticity = cars.own_elasticities(), outside = cars.outside_gains();
  for (std::size_t j = 0; j < cars.offers().size(); ++j) {
    const double share = cars.sales()[j];
    const double per_euro = cars.offers().sensitivity[j] * factor;
    EXPECT_NEAR(elasticity[j], -per_euro * cars.price_eur()[j] * (1 - share), 1e-9);
    EXPECT_NEAR(outside[j] / (per_euro * share), keeps, 1e-12);
  }
}

// All first-order conditions of a maker, each times its price, in one line: revenue at consumer
// prices + (1 + VAT) x mark-ups x what sales change by when its prices rise in proportion = 0.
TEST(SalesChange, MeetsTheFirstOrderConditionsThatMarkUpsSolve) {
  const auto cars = cars_of(base_state());
  const double vat = 1 + tiny().markets[0].vat_rate;
  double residual_eur = 0;
  const auto markup = equilibrium_markups(tiny(), cars, vat - 1, residual_eur);
  ASSERT_LT(residual_eur, 1e-5);
  for (std::size_t maker = 0; maker < tiny().carmakers.size(); ++maker) {
    ASSERT_FALSE(tiny().carmakers[maker].parent) << "it would count profits of others";
    std::vector<double> dearer(cars.offers().size(), 0.0);
    double revenue = 0;
    for (std::size_t j = 0; j < dearer.size(); ++j) {
      if (tiny().carmaker_of(tiny().vehicles[cars.offers().vehicle[j]]) != static_cast<int>(maker))
        continue;
      dearer[j] = cars.price_eur()[j];
      revenue += cars.sales()[j] * cars.price_eur()[j];
    }
    ASSERT_GT(revenue, 0);
    const auto change = cars.sales_change(dearer);
    double lost = 0;
    for (std::size_t j = 0; j < dearer.size(); ++j)
      if (dearer[j] > 0) lost += vat * markup[j] * change[j];
    EXPECT_NEAR(lost / revenue, -1, 1e-8) << tiny().carmakers[maker].id;
  }
}

// --- what carmakers take from it

TEST(Competition, IsOfTheSignAndOrderThatTheoryAsks) {
  const auto at = at_base(base_state());
  EXPECT_LT(at.own_elasticity, at.market_elasticity) << "to leave a car is easier than all cars";
  EXPECT_LT(at.bev_own_elasticity, at.bev_elasticity);
  EXPECT_LT(at.bev_elasticity, at.market_elasticity);
  EXPECT_LT(at.market_elasticity, 0);
  for (const double share : {at.diversion_outside, at.diversion_to_rivals, at.diversion_to_makers,
                             at.lerner, at.maker_lerner}) {
    EXPECT_GT(share, 0);
    EXPECT_LT(share, 1);
  }
}

TEST(Competition, OfOneOwnerHasNoRivalsToLoseTo) {
  const World world = base_state();
  const auto at =
      competition(tiny(), world, cars_of(world), std::vector<bool>(tiny().carmakers.size(), true),
                  tiny().markets[0].vat_rate);
  EXPECT_EQ(at.diversion_to_rivals, 0);
  EXPECT_EQ(at.diversion_to_makers, 0);
  EXPECT_DOUBLE_EQ(at.maker_lerner, at.lerner);
}

TEST(Competition, IsPostedForTheYearWhenPricesAre) {
  World world = base_state();
  set_prices(tiny(), world, engine::Streams{1, 0});
  const auto& quick = world.competition;
  const auto exact = at_base(world);
  EXPECT_NEAR(quick.own_elasticity, exact.own_elasticity, 1e-3);
  EXPECT_NEAR(quick.market_elasticity, exact.market_elasticity, 1e-3);
  EXPECT_NEAR(quick.diversion_outside, exact.diversion_outside, 1e-3);
  EXPECT_NEAR(quick.diversion_to_rivals, exact.diversion_to_rivals, 1e-3);
  EXPECT_NEAR(quick.lerner, exact.lerner, 1e-3);
}

TEST(HomeMakers, HavePlantsAtHomeAndAreNoEntrants) {
  const auto home = home_makers(tiny());
  ASSERT_EQ(home.size(), tiny().carmakers.size());
  for (std::size_t c = 0; c < home.size(); ++c)
    EXPECT_EQ(home[c], tiny().carmakers[c].id == "casa");
}

}  // namespace
}  // namespace tavolo::agents
