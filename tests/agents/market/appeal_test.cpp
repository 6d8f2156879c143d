#include "agents/market/appeal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "agents/initialise.h"
#include "agents/market/expected_demand.h"
#include "tests/support/town_world.h"
#include "tests/support/two_car_town.h"

namespace tavolo::agents {
namespace {

/// The town with its Uno launched in January 2015, from July 2024 a mild hybrid of the Uno that
/// costs and burns what the petrol version does, and a Mini on gas when the electric one goes.
Scenario town(const std::string& launched = "2015-01") {
  std::string text = two_car_town_text();
  const auto replace = [&](const std::string& old_text, const std::string& new_text) {
    const auto at = text.find(old_text);
    ASSERT_NE(at, std::string::npos) << old_text;
    text.replace(at, old_text.size(), new_text);
  };
  const std::string uno = R"({ id = "uno", name = "Uno",)";
  replace(uno, uno + " launched = \"" + launched + "\",");
  replace("vehicles = [\n",
          "vehicles = [\n"
          "  { id = \"uno-mild\", programme = \"uno\", powertrain = \"hybrid\", mild = true, "
          "price_eur = 19_000, co2_g_per_km = 118, energy_per_100km = 5.2, from = \"2024-07\", "
          "source = \"invented for tests and tutorials\" },\n"
          "  { id = \"mini-lpg\", programme = \"mini\", powertrain = \"lpg\", price_eur = 26_500, "
          "co2_g_per_km = 110, energy_per_100km = 6.7, from = \"2024-07\", "
          "source = \"invented for tests and tutorials\" },\n");
  replace("id = \"mini-bev\", programme = \"mini\", powertrain = \"bev\",",
          "id = \"mini-bev\", programme = \"mini\", powertrain = \"bev\", to = \"2024-07\",");
  engine::Problems problems;
  const auto config = engine::Config::parse(text, "tiny.toml", problems);
  Scenario scenario = read_scenario(config, problems);
  problems.throw_if_any();
  initialise(scenario);
  return scenario;
}

class Appeal : public testing::Test {
 protected:
  const Scenario scenario = town();
  World world = first_world(scenario);
  const int uno = row_of(scenario.programmes, "uno");
  const int petrol = row_of(scenario.vehicles, "uno-petrol");
  const int mild = row_of(scenario.vehicles, "uno-mild");

  double sales(const std::vector<int>& vehicles) const {
    return sales(vehicles, scenario.nodes[0]);
  }
  double sales(const std::vector<int>& vehicles, const DemandNodes& buyers) const {
    ExpectedDemand demand{scenario, world, 0, false, buyers};
    demand.evaluate(demand.offers().price_eur);
    double sum = 0;
    for (std::size_t j = 0; j < demand.offers().size(); ++j)
      for (const int v : vehicles)
        if (demand.offers().vehicle[j] == v) sum += demand.sales()[j];
    return sum;
  }
};

TEST_F(Appeal, FallsWithTheYearsAfterTheFourthUpToTheTwelfth) {
  const double per_year = scenario.parameters.demand.ageing_per_year;
  ASSERT_GT(per_year, 0);
  const auto in = [&](int year) {
    world.month = Month::of(year, 1);
    return ageing(scenario, world, uno);
  };
  EXPECT_EQ(in(2015), 0);
  EXPECT_EQ(in(2019), 0);
  EXPECT_DOUBLE_EQ(in(2020), per_year);
  EXPECT_DOUBLE_EQ(in(2024), 5 * per_year);
  EXPECT_DOUBLE_EQ(in(2027), 8 * per_year);
  EXPECT_DOUBLE_EQ(in(2035), 8 * per_year);
}

TEST_F(Appeal, IsRenewedByANewGeneration) {
  world.month = Month::of(2026, 7);
  ASSERT_GT(ageing(scenario, world, uno), 0);
  world.programmes[uno].launched = world.month;
  EXPECT_EQ(ageing(scenario, world, uno), 0);
}

TEST_F(Appeal, OfUnknownLaunchDoesNotAge) {
  world.month = Month::of(2035, 1);
  EXPECT_EQ(ageing(scenario, world, row_of(scenario.programmes, "quattro")), 0);
}

TEST_F(Appeal, LostToAgeIsLostSales) {
  // at given rivals' sales: one buyer's odds against another car of the segment
  DemandNodes one;
  one.buyer = {0};
  one.weight = {1};
  const auto odds = [&] {
    const double rival = sales({row_of(scenario.vehicles, "mini-petrol")}, one);
    return std::log(sales({petrol}, one) / rival);
  };
  const double before = odds();
  world.month = world.month + 12;
  EXPECT_NEAR(before - odds(), scenario.parameters.demand.ageing_per_year, 1e-9);
}

TEST_F(Appeal, DriftsByWalksThatMarketsShareInPart) {
  const auto& demand = scenario.parameters.demand;
  constexpr int kYears = 20'000;
  double squares = 0, products = 0, brand = 0;
  for (int seed = 0; seed < kYears; ++seed) {
    world.electric_appeal = {0, 0};
    world.brand_appeal = {0};
    world.month = scenario.start + 12;
    shift_tastes(scenario, world, engine::Streams{static_cast<std::uint64_t>(seed), 0}.at(1));
    squares += world.electric_appeal[0] * world.electric_appeal[0];
    products += world.electric_appeal[0] * world.electric_appeal[1];
    brand += world.brand_appeal[0] * world.brand_appeal[0];
  }
  const double common = demand.electric_appeal_sd * demand.electric_appeal_sd;
  const double own = demand.electric_appeal_market_sd * demand.electric_appeal_market_sd;
  const double of_brand = demand.brand_appeal_sd * demand.brand_appeal_sd;
  // standard errors of moments of normals: sqrt(2/n) v, sqrt((v^2 + c^2)/n); four of them
  const double v = common + own, n = kYears;
  EXPECT_NEAR(squares / n, v, 4 * v * std::sqrt(2 / n));
  EXPECT_NEAR(products / n, common, 4 * std::sqrt((v * v + common * common) / n));
  EXPECT_NEAR(brand / n, of_brand, 4 * of_brand * std::sqrt(2 / n));
}

TEST_F(Appeal, IsThatOfTheBaseYearUntilTheFirstYearIsOver) {
  world.month = scenario.start;
  shift_tastes(scenario, world, engine::Streams{1, 0}.at(1));
  for (const double drift : world.electric_appeal) EXPECT_EQ(drift, 0);
  for (const double drift : world.brand_appeal) EXPECT_EQ(drift, 0);
}

TEST_F(Appeal, OfANewGenerationIsLuckOfItsOwnWheneverItComes) {
  const engine::Streams luck{7, 0};
  auto& state = world.programmes[uno];
  receive(scenario, world, uno, luck.at(5));
  const double first = state.reception;
  EXPECT_NE(first, 0);
  receive(scenario, world, uno, luck.at(50));
  EXPECT_EQ(state.reception, first);
  ++state.generation;
  receive(scenario, world, uno, luck.at(50));
  EXPECT_NE(state.reception, first);
  receive(scenario, world, row_of(scenario.programmes, "quattro"), luck.at(5));
  EXPECT_EQ(world.programmes[row_of(scenario.programmes, "quattro")].reception, 0)
      << "a pool of nameplates";
}

TEST_F(Appeal, ThatBuyersComeToLikeIsSales) {
  DemandNodes one;
  one.buyer = {0};
  one.weight = {1};
  const int bev = row_of(scenario.vehicles, "mini-bev");
  const auto odds = [&](int vehicle) {
    const double rival = sales({row_of(scenario.vehicles, "mini-petrol")}, one);
    return std::log(sales({vehicle}, one) / rival);
  };
  const double before = odds(petrol), electric = odds(bev);
  world.programmes[uno].reception = 0.3;
  world.electric_appeal[0] = -0.2;
  EXPECT_NEAR(odds(petrol) - before, 0.3, 1e-9);
  EXPECT_NEAR(odds(bev) - electric, -0.2, 1e-9);
  world.brand_appeal[scenario.programmes[uno].brand.row] += 0.1;
  const bool one_brand = scenario.programmes[uno].brand.row ==
                         scenario.programmes[row_of(scenario.programmes, "mini")].brand.row;
  EXPECT_NEAR(odds(petrol) - before, one_brand ? 0.3 : 0.4, 1e-9);
}

TEST_F(Appeal, FollowsDampedTrendsCountedFrom2018) {
  Scenario trending = scenario;
  auto& demand = trending.parameters.demand;
  demand.market_trend = -0.04;
  demand.diesel_trend = -0.4;
  demand.bev_trend = 0.1;
  demand.trend_persistence = 0.8;
  for (const int year : {2024, 2025, 2026}) {
    world.month = Month::of(year, 1);
    shift_tastes(trending, world, engine::Streams{1, 0}.at(1));
  }
  const double steps = std::pow(0.8, 6) + std::pow(0.8, 7) + std::pow(0.8, 8);
  const auto of = [&](Powertrain power) {
    return world.powertrain_appeal[static_cast<std::size_t>(power)];
  };
  EXPECT_DOUBLE_EQ(world.market_appeal, -0.04 * steps);
  EXPECT_DOUBLE_EQ(of(Powertrain::diesel), -0.4 * steps);
  EXPECT_DOUBLE_EQ(of(Powertrain::bev), 0.1 * steps);
  EXPECT_EQ(of(Powertrain::petrol), 0);
}

TEST_F(Appeal, OfPowertrainsIsOddsAndOfTheMarketPurchasesOfCarsAlone) {
  DemandNodes one;
  one.buyer = {0};
  one.weight = {1};
  const int bev = row_of(scenario.vehicles, "mini-bev");
  const int other = row_of(scenario.vehicles, "mini-petrol");
  const auto odds = [&] { return std::log(sales({bev}, one) / sales({other}, one)); };
  const double before = odds();
  world.powertrain_appeal[static_cast<std::size_t>(Powertrain::bev)] = 0.3;
  EXPECT_NEAR(odds() - before, 0.3, 1e-9);

  std::vector<int> cars, vans;
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
    (scenario.is_van(scenario.vehicles[v]) ? vans : cars).push_back(static_cast<int>(v));
  const double all_cars = sales(cars), all_vans = sales(vans);
  world.market_appeal = -0.02;
  world.powertrain_appeal[static_cast<std::size_t>(Powertrain::diesel)] = -1;
  EXPECT_EQ(sales(vans), all_vans);
  world.powertrain_appeal[static_cast<std::size_t>(Powertrain::diesel)] = 0;
  // to first order log points of purchases, whatever share of buyers keeps its old car
  EXPECT_NEAR(std::log(sales(cars) / all_cars), -0.02, 0.002);
}

TEST_F(Appeal, OfTheBaseYearIsInvertedNetOfAge) {
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
    world.on_sale[v] = scenario.base.sales(v, 0) > 0;
  ExpectedDemand demand{scenario, world, 0, false};
  demand.evaluate(demand.offers().price_eur);
  for (std::size_t j = 0; j < demand.offers().size(); ++j)
    EXPECT_NEAR(demand.sales()[j] / scenario.base.sales(demand.offers().vehicle[j], 0), 1, 1e-5);
  // an old car that sells as well as a young one must be liked better
  const Scenario young = town("2023-01");
  EXPECT_GT(scenario.base.constant(petrol, 0), young.base.constant(petrol, 0));
}

TEST_F(Appeal, IsSharedByVersionsThatDriveAlike) {
  const double alone = sales({petrol});
  world.on_sale[mild] = 1;
  world.price_eur(mild, 0) = world.price_eur(petrol, 0);
  EXPECT_NEAR(sales({petrol, mild}) / alone, 1, 1e-9) << "a version more is not a nameplate more";
  EXPECT_NEAR(sales({mild}) / alone, 0.5, 1e-9);
  world.on_sale[petrol] = 0;
  EXPECT_NEAR(sales({mild}) / alone, 1, 1e-9) << "it takes the place of the one that goes";
}

TEST_F(Appeal, IsInheritedWithTheBuyersThatTheOtherHadNotWithThoseWhoNeverConsideredIt) {
  const int bev = row_of(scenario.vehicles, "mini-bev");
  const int heir = row_of(scenario.vehicles, "mini-lpg");
  const double before = sales({bev});
  world.on_sale[bev] = 0;
  world.on_sale[heir] = 1;
  // kilometres, charging and tastes make them differ, consideration of 55 % by e^2.4 if it counted
  EXPECT_LT(sales({heir}), 2 * before);
  EXPECT_GT(sales({heir}), before / 2);
}

TEST_F(Appeal, OfAMildHybridNeedsNoWordOfMouth) {
  world.on_sale[mild] = 1;
  world.price_eur(mild, 0) = world.price_eur(petrol, 0);
  const double before = sales({mild});
  world.consideration(0, static_cast<std::size_t>(Powertrain::hybrid)) *= 0.5;
  const double after = sales({mild});
  EXPECT_GT(after, before) << "only its full-hybrid rivals lose";
}

}  // namespace
}  // namespace tavolo::agents
