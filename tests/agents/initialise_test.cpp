#include "agents/initialise.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numeric>

#include "agents/automotive_model.h"
#include "agents/carmakers/pricing.h"
#include "agents/market/economy.h"
#include "agents/market/expected_demand.h"
#include "agents/population.h"
#include "engine/experiment/design.h"
#include "tests/support/town_world.h"
#include "tests/support/two_car_town.h"

namespace tavolo::agents {
namespace {

const Scenario& tiny() {
  static const Scenario scenario = load_scenario(TAVOLO_SOURCE_DIR "/configs/tiny.toml", {});
  return scenario;
}

double registrations(int market, bool vans) {
  const auto& m = tiny().markets[market];
  return (vans ? m.van_registrations : m.car_registrations).at("2023");
}

/// The state in which the base year was inverted: its prices, its drivers, what was sold in it.
World base_state(int market) {
  World world = first_world(tiny());
  for (std::size_t v = 0; v < tiny().vehicles.size(); ++v)
    world.on_sale[v] = tiny().base.sales(v, market) > 0;
  return world;
}

TEST(BaseYear, MeetsEveryPublishedMargin) {
  EXPECT_LT(tiny().base.raking_residual, 1e-5);  // it converges geometrically
  for (int m = 0; m < 2; ++m) {
    double cars = 0, vans = 0, aurora = 0;
    for (std::size_t v = 0; v < tiny().vehicles.size(); ++v) {
      const auto& vehicle = tiny().vehicles[v];
      const double sales = tiny().base.sales(v, m);
      (tiny().is_van(vehicle) ? vans : cars) += sales;
      if (tiny().brands[tiny().programmes[vehicle.programme.row].brand.row].id == "aurora")
        aurora += sales;
    }
    EXPECT_NEAR(cars / registrations(m, false), 1, 1e-6);
    EXPECT_NEAR(vans / registrations(m, true), 1, 1e-6);
    EXPECT_NEAR(aurora / cars, tiny().share_margins[2 * m].by_year.at("2023"), 1e-6);
  }
  double torre = 0;
  const int plant = row_of(tiny().plants, "torre");
  for (std::size_t v = 0; v < tiny().vehicles.size(); ++v) torre += tiny().base.sourced(v, plant);
  EXPECT_NEAR(torre / 115'000, 1, 1e-6);
}

TEST(Inversion, ReproducesTheSalesOfTheBaseYear) {
  for (int m = 0; m < 2; ++m) {
    const World world = base_state(m);
    for (const bool vans : {false, true}) {
      ExpectedDemand demand{tiny(), world, m, vans};
      demand.evaluate(demand.offers().price_eur);
      for (std::size_t j = 0; j < demand.offers().size(); ++j)
        EXPECT_NEAR(demand.sales()[j] / tiny().base.sales(demand.offers().vehicle[j], m), 1, 1e-5)
            << tiny().vehicles[demand.offers().vehicle[j]].id << " in " << tiny().markets[m].id;
    }
  }
}

TEST(Inversion, MakesThePricesOfTheBaseYearAnEquilibrium) {
  // a town of two makers: only with sharper competition do all costs come out above a quarter of
  // the price, below which none is believed
  const auto scenario =
      load_scenario(TAVOLO_SOURCE_DIR "/configs/tiny.toml",
                    std::vector<engine::Override>{{"demand.own_price_elasticity", "-14"}});
  World world = first_world(scenario);
  for (int m = 0; m < 2; ++m) {
    for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
      world.on_sale[v] = scenario.base.sales(v, m) > 0;
    ExpectedDemand demand{scenario, world, m, false};
    demand.evaluate(demand.offers().price_eur);
    double residual_eur = 0;
    const double vat = scenario.markets[m].vat_rate;
    const auto markup = equilibrium_markups(scenario, demand, vat, residual_eur);
    EXPECT_LT(residual_eur, 1e-5);
    for (std::size_t j = 0; j < markup.size(); ++j) {
      const int v = demand.offers().vehicle[j];
      EXPECT_NEAR(scenario.base.marginal_cost_eur(v, m) + markup[j],
                  scenario.base.price_eur(v, m) / (1 + vat), 1e-3);
    }
  }
}

TEST(Inversion, GivesEveryVehicleACostBelowItsPrice) {
  for (std::size_t v = 0; v < tiny().vehicles.size(); ++v)
    for (int m = 0; m < 2; ++m) {
      const double before_vat = tiny().base.price_eur(v, m) / (1 + tiny().markets[m].vat_rate);
      EXPECT_GT(tiny().base.marginal_cost_eur(v, m), 0.2 * before_vat);
      EXPECT_LT(tiny().base.marginal_cost_eur(v, m), before_vat);
    }
}

TEST(Inversion, ElectricNewcomersTakeOverTheBuyersOfElectricCarsOnly) {
  // The Cinque is electric and new; the Quattro is a hybrid, the Uno comes with either.
  const auto appeal_replacing = [](const std::string& programme) {
    std::vector<engine::Override> change;
    if (!programme.empty())
      change.push_back(engine::parse_override("programmes.cinque.replaces=" + programme));
    const auto town = load_scenario(TAVOLO_SOURCE_DIR "/configs/tiny.toml", change);
    return town.base.constant(3, 0);
  };
  ASSERT_EQ(tiny().vehicles[3].id, "cinque-bev");
  EXPECT_EQ(appeal_replacing("quattro"), appeal_replacing(""));
  EXPECT_NE(appeal_replacing("uno"), appeal_replacing(""));
}

TEST(Elasticity, OfTheAverageVehicleIsNearTheParameter) {
  const World world = base_state(0);
  ExpectedDemand demand{tiny(), world, 0, false};
  demand.evaluate(demand.offers().price_eur);
  double sum = 0, sales = 0;
  const auto elasticities = demand.own_elasticities();
  for (std::size_t j = 0; j < elasticities.size(); ++j) {
    EXPECT_LT(elasticities[j], -1);
    sum += elasticities[j] * demand.sales()[j];
    sales += demand.sales()[j];
  }
  // two makers with two cars a segment: within-segment shares are large and damp it
  EXPECT_LT(sum / sales, 0.25 * tiny().parameters.demand.own_price_elasticity);
  EXPECT_GT(sum / sales, 1.5 * tiny().parameters.demand.own_price_elasticity);
}

TEST(Elasticity, IsTheSlopeOfExpectedSales) {
  const World world = base_state(0);
  ExpectedDemand demand{tiny(), world, 0, false};
  auto price = demand.offers().price_eur;
  demand.evaluate(price);
  const auto elasticity = demand.own_elasticities();
  for (std::size_t j = 0; j < price.size(); ++j) {
    constexpr double kStep = 1e-4;
    auto up = price, down = price;
    up[j] *= 1 + kStep;
    down[j] *= 1 - kStep;
    demand.evaluate(up);
    const double high = std::log(demand.sales()[j]);
    demand.evaluate(down);
    const double low = std::log(demand.sales()[j]);
    EXPECT_NEAR((high - low) / (std::log1p(kStep) - std::log1p(-kStep)), elasticity[j], 1e-4);
  }
}

TEST(Population, StandsForEveryHouseholdOfTheHomeMarket) {
  const auto& buyers = tiny().buyers;
  double households = 0, purchases = 0;
  for (auto b = buyers.market_begin[0]; b < buyers.market_begin[1]; ++b) {
    const double outside = buyers.kind(b) == Buyers::Kind::household
                               ? tiny().parameters.demand.outside_share_households
                               : tiny().parameters.demand.outside_share_fleets;
    if (buyers.kind(b) == Buyers::Kind::household) households += buyers.group_of(b).weight;
    if (buyers.kind(b) != Buyers::Kind::van_operator)
      purchases +=
          buyers.group_of(b).weight * 12 / buyers.group_of(b).holding_months * (1 - outside);
  }
  EXPECT_NEAR(households / tiny().markets[0].households, 1, 1e-4);
  EXPECT_NEAR(purchases / registrations(0, false), 1, 1e-4);
}

TEST(Population, SplitsFleetsIntoCompaniesAndThoseWhoSellOn) {
  const auto& demand = tiny().parameters.demand;
  std::array<double, Buyers::kKinds> cars{};  // by kind: a year, new
  for (const auto& group : tiny().buyers.groups) {
    if (group.first >= tiny().buyers.market_begin[1]) continue;
    cars[static_cast<std::size_t>(group.kind)] += group.weight * (group.last - group.first) * 12 /
                                                  group.holding_months *
                                                  (1 - outside_share(demand, group.kind));
  }
  const double fleet = cars[static_cast<std::size_t>(Buyers::Kind::fleet)];
  const double rental = cars[static_cast<std::size_t>(Buyers::Kind::rental)];
  EXPECT_NEAR(rental / (fleet + rental), demand.rental_share, 1e-9);
  EXPECT_NEAR((fleet + rental) / registrations(0, false), tiny().markets[0].fleet_share, 1e-9);
}

TEST(Inversion, LetsEveryKindOfBuyerBuyAsOftenAsItShould) {
  const World world = base_state(0);
  ExpectedDemand demand{tiny(), world, 0, false};
  demand.evaluate(demand.offers().price_eur);
  for (const auto kind : {Buyers::Kind::household, Buyers::Kind::fleet, Buyers::Kind::rental})
    EXPECT_NEAR(demand.buying_share(kind), 1 - outside_share(tiny().parameters.demand, kind), 1e-4);
}

TEST(Population, IsTheSameForTheSameSeedAndAnotherForAnother) {
  const std::vector<engine::Override> other{{"population.seed", "2"}};
  const auto again = load_scenario(TAVOLO_SOURCE_DIR "/configs/tiny.toml", {});
  const auto changed = load_scenario(TAVOLO_SOURCE_DIR "/configs/tiny.toml", other);
  EXPECT_EQ(again.buyers.ln_income, tiny().buyers.ln_income);
  EXPECT_EQ(again.buyers.first.next_choice, tiny().buyers.first.next_choice);
  EXPECT_NE(changed.buyers.ln_income, tiny().buyers.ln_income);
}

TEST(Population, ChoosesEvenlyOverTheFirstMonths) {
  // equilibrium renewals: every month of the first year has about the same number of choices
  const auto scenario =
      load_scenario(TAVOLO_SOURCE_DIR "/configs/tiny.toml",
                    std::vector<engine::Override>{{"population.buyers", "20000"}});
  std::vector<double> choices(12, 0.0);
  double expected = 0;
  for (auto b = scenario.buyers.market_begin[0]; b < scenario.buyers.market_begin[1]; ++b) {
    expected += 1 / scenario.buyers.group_of(b).holding_months;
    const int month = scenario.buyers.first.next_choice[b] - scenario.start.index;
    if (month < 12) ++choices[month];
  }
  for (const double count : choices) EXPECT_NEAR(count, expected, 5 * std::sqrt(expected));
}

TEST(AtStartOf, InterpolatesBetweenTheKnownYears) {
  EXPECT_DOUBLE_EQ(at_start_of(2018, 10, 40), 10);
  EXPECT_DOUBLE_EQ(at_start_of(2021, 10, 40), 20);
  EXPECT_DOUBLE_EQ(at_start_of(2024, 10, 40), 40);
  EXPECT_DOUBLE_EQ(at_start_of(2021, 0, 40), 20);
}

}  // namespace
}  // namespace tavolo::agents
