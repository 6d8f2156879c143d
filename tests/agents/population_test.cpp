#include "agents/population.h"

#include <gtest/gtest.h>
#include <tbb/global_control.h>

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "agents/automotive_model.h"
#include "agents/initialise.h"
#include "agents/market/accounts.h"
#include "agents/market/demand.h"
#include "tests/support/proportion.h"

namespace tavolo::agents {
namespace {

using Kind = Buyers::Kind;
using Overrides = std::vector<engine::Override>;

Scenario tiny_with(const Overrides& overrides) {
  return load_scenario(TAVOLO_SOURCE_DIR "/configs/tiny.toml", overrides);
}

/// With enough buyers for statistics.
const Scenario& town() {
  static const Scenario scenario = tiny_with({{"population.buyers", "20000"}});
  return scenario;
}

/// The same with agents abroad.
const Scenario& two_towns() {
  static const Scenario scenario =
      tiny_with({{"population.buyers", "20000"}, {"population.everywhere", "true"}});
  return scenario;
}

Buyers::Group group_of(const Scenario& scenario, int market, Kind kind) {
  for (const auto& group : scenario.buyers.groups)
    if (group.kind == kind && group.first >= scenario.buyers.market_begin[market] &&
        group.last <= scenario.buyers.market_begin[market + 1])
      return group;
  return {};
}

/// Of the buyers of a group, how many do what is asked.
double count(const Buyers::Group& group, const auto& does) {
  double hits = 0;
  for (auto b = group.first; b < group.last; ++b) hits += does(b);
  return hits;
}

double size(const Buyers::Group& group) { return group.last - group.first; }

// --- margins

TEST(Population, HasTheIncomesOfItsMarket) {
  const auto& buyers = town().buyers;
  const auto& market = town().markets[0];
  const auto households = group_of(town(), 0, Kind::household);
  // a log-normal: half lie below the median, Phi(1) below one standard deviation above it
  for (const auto& [z, below] : {std::pair{0.0, 0.5}, {1.0, 0.8413447}, {-2.0, 0.0227501}}) {
    const double limit = market.income_median_eur * std::exp(z * market.income_log_sd);
    EXPECT_TRUE(
        test::is_proportion(count(households, [&](auto b) { return buyers.income_eur(b) < limit; }),
                            size(households), below))
        << "z = " << z;
  }
  const auto fleets = group_of(town(), 0, Kind::fleet);
  EXPECT_EQ(count(fleets, [&](auto b) { return buyers.income_eur(b) != 0; }), 0);
}

TEST(Population, MindsPricesLessTheMoreItEarns) {
  const auto& buyers = town().buyers;
  const auto households = group_of(town(), 0, Kind::household);
  for (auto b = households.first; b < households.last; b += 101)
    EXPECT_NEAR(buyers.price_sensitivity(b),
                std::pow(buyers.income_eur(b) / town().markets[0].income_median_eur,
                         -town().parameters.demand.income_elasticity),
                1e-12);
  EXPECT_EQ(buyers.price_sensitivity(group_of(town(), 0, Kind::van_operator).first), 1);
}

TEST(Population, HasTheKilometresTastesAndChargersOfItsMarket) {
  const auto& buyers = town().buyers;
  const auto& demand = town().parameters.demand;
  for (const auto kind : {Kind::household, Kind::fleet, Kind::van_operator}) {
    const auto group = group_of(town(), 0, kind);
    const double mean = kind == Kind::household ? demand.kilometres
                        : kind == Kind::fleet   ? demand.fleet_kilometres
                                                : demand.van_kilometres;
    double km = 0, taste = 0, squares = 0;
    for (auto b = group.first; b < group.last; ++b) {
      km += buyers.annual_km(b) / size(group);
      taste += buyers.bev_taste(b) / size(group);
      squares += buyers.bev_taste(b) * buyers.bev_taste(b) / size(group);
    }
    // a log-normal's standard deviation over its mean is sqrt(e^0.16 - 1), a sample variance's
    // standard error sqrt(2 / n) of it
    const double n = size(group), variance = demand.bev_taste_sd * demand.bev_taste_sd;
    EXPECT_LT(std::abs(km / mean - 1), 4.5 * std::sqrt(std::expm1(0.16) / n));
    EXPECT_LT(std::abs(taste), 4.5 * std::sqrt(variance / n));
    EXPECT_LT(std::abs(squares / variance - 1), 4.5 * std::sqrt(2 / n));
    const double chargers = kind == Kind::household ? town().markets[0].home_charging_share
                                                    : demand.fleet_charging_share;
    EXPECT_TRUE(test::is_proportion(count(group, [&](auto b) { return buyers.home_charging(b); }),
                                    n, chargers));
  }
}

TEST(Population, DrawsWhatDecidesDifferentThingsIndependently) {
  // medians of income, kilometres and taste, garage with a charger: all pairs are coins
  const auto& buyers = town().buyers;
  const auto& demand = town().parameters.demand;
  const auto group = group_of(town(), 0, Kind::household);
  const double median_km = demand.kilometres * std::exp(-0.08);
  const auto rich = [&](auto b) {
    return buyers.income_eur(b) > town().markets[0].income_median_eur;
  };
  const auto far = [&](auto b) { return buyers.annual_km(b) > median_km; };
  const auto keen = [&](auto b) { return buyers.bev_taste(b) > 0; };
  const double n = size(group);
  EXPECT_TRUE(test::is_proportion(count(group, [&](auto b) { return rich(b) == far(b); }), n, 0.5));
  EXPECT_TRUE(
      test::is_proportion(count(group, [&](auto b) { return rich(b) == keen(b); }), n, 0.5));
  EXPECT_TRUE(test::is_proportion(count(group, [&](auto b) { return far(b) == keen(b); }), n, 0.5));
  // who comes next on the list is nobody in particular
  EXPECT_TRUE(test::is_proportion(
      count(group, [&](auto b) { return b > group.first && rich(b) == rich(b - 1); }), n - 1, 0.5));
}

TEST(Population, DrivesTheStockOfTheStart) {
  const auto& garage = town().buyers.first;
  const auto households = group_of(town(), 0, Kind::household);
  for (std::size_t k = 0; k < kPowertrains; ++k) {
    const double share = town().base.stock_share(0, k);
    const double hits = count(households, [&](auto b) { return garage.powertrain[b] == k; });
    if (share > 0) {
      EXPECT_TRUE(test::is_proportion(hits, size(households), share)) << kPowertrainNames[k];
    } else {
      EXPECT_EQ(hits, 0);
    }
  }
  // ages are exponential: e^-1 are older than the mean, in whole months
  const int mean = static_cast<int>(12 * town().parameters.demand.parc_mean_age_years);
  EXPECT_TRUE(test::is_proportion(
      count(households, [&](auto b) { return town().start.index - garage.bought[b] >= mean; }),
      size(households), std::exp(-1.0)));
}

TEST(Population, DrivesTheBrandsThatSellInItsMarket) {
  std::vector<double> sold(town().brands.size(), 0.0);
  double all = 0;
  for (std::size_t v = 0; v < town().vehicles.size(); ++v) {
    if (town().is_van(town().vehicles[v])) continue;
    sold[town().programmes[town().vehicles[v].programme.row].brand.row] += town().base.sales(v, 0);
    all += town().base.sales(v, 0);
  }
  const auto households = group_of(town(), 0, Kind::household);
  for (std::size_t brand = 0; brand < sold.size(); ++brand) {
    const double hits = count(households, [&](auto b) {
      return town().buyers.first.brand_of(b) == static_cast<int>(brand);
    });
    if (sold[brand] > 0) {
      EXPECT_TRUE(test::is_proportion(hits, size(households), sold[brand] / all));
    } else {
      EXPECT_EQ(hits, 0);
    }
  }
}

// One stratum each: by every month, as many have chosen as the residual life of a Weibull time says
// (Cox 1962), to one or two.
TEST(Population, ChoosesFirstAsTheResidualLifeSays) {
  const auto& buyers = town().buyers;
  const double shape = town().parameters.demand.holding_shape;
  for (const auto kind : {Kind::household, Kind::fleet, Kind::van_operator}) {
    const auto group = group_of(town(), 0, kind);
    const double scale = group.holding_months / std::tgamma(1 + 1 / shape);
    for (const int months : {1, 2, 12, 60, 200}) {
      const double expected =
          size(group) * boost::math::gamma_p(1 / shape, std::pow(months / scale, shape));
      EXPECT_NEAR(
          count(group,
                [&](auto b) { return buyers.first.next_choice[b] < town().start.index + months; }),
          expected, 1.5)
          << months << " months";
    }
  }
}

// --- size

TEST(Population, IsNeverLargerThanTheRealOne) {
  const auto scenario = tiny_with({{"population.buyers", "1e9"}});
  for (const auto kind : {Kind::household, Kind::fleet, Kind::van_operator})
    EXPECT_NEAR(group_of(scenario, 0, kind).weight, 1, 1e-5);
  EXPECT_EQ(size(group_of(scenario, 0, Kind::household)), scenario.markets[0].households);
}

TEST(Population, GivesToOthersWhatAKindDoesNotNeed) {
  // 0.16 x 2.5 million are more than there are fleets
  const auto scenario = tiny_with({{"population.buyers", "2.5e6"}});
  const auto& buyers = scenario.buyers;
  EXPECT_NEAR(group_of(scenario, 0, Kind::fleet).weight, 1, 1e-5);
  EXPECT_EQ(buyers.market_begin[1], 2'500'000u);
  EXPECT_NEAR(size(group_of(scenario, 0, Kind::household)) /
                  size(group_of(scenario, 0, Kind::van_operator)),
              0.78 / 0.05, 0.01);
}

TEST(Population, EverywhereHasTheProportionsOfHome) {
  for (const auto kind : {Kind::household, Kind::fleet, Kind::van_operator}) {
    const auto home = group_of(two_towns(), 0, kind), abroad = group_of(two_towns(), 1, kind);
    EXPECT_NEAR(abroad.weight / home.weight, 1, 1 / size(abroad));
    if (kind == Kind::household) {
      EXPECT_NEAR(size(abroad) * abroad.weight, two_towns().markets[1].households, 1e-3);
    }
  }
}

TEST(Population, AbroadChangesNobodyAtHome) {
  const auto& one = town().buyers;
  const auto& two = two_towns().buyers;
  const auto home = one.market_begin[1];
  ASSERT_EQ(two.market_begin[1], home);
  for (std::uint32_t b = 0; b < home; ++b) {
    ASSERT_EQ(one.ln_income[b], two.ln_income[b]);
    ASSERT_EQ(one.taste[b], two.taste[b]);
    ASSERT_EQ(one.first.next_choice[b], two.first.next_choice[b]);
    ASSERT_TRUE(std::ranges::equal(town().peers.neighbours(b), two_towns().peers.neighbours(b)));
  }
}

TEST(Population, IsTheSameOnOneThreadAndOnTwo) {
  const auto drawn = [](std::size_t threads) {
    const tbb::global_control limit{tbb::global_control::max_allowed_parallelism, threads};
    auto scenario = town();
    synthesise_population(scenario);
    return scenario.buyers;
  };
  const auto one = drawn(1), two = drawn(2);
  EXPECT_EQ(one.ln_income, two.ln_income);
  EXPECT_EQ(one.ln_km, two.ln_km);
  EXPECT_EQ(one.taste, two.taste);
  EXPECT_EQ(one.charging, two.charging);
  EXPECT_EQ(one.first.powertrain, two.first.powertrain);
  EXPECT_EQ(one.first.brand, two.first.brand);
  EXPECT_EQ(one.first.bought, two.first.bought);
  EXPECT_EQ(one.first.next_choice, two.first.next_choice);
}

TEST(Population, TiesHouseholdsOfAMarketToOneAnotherOnly) {
  const auto& scenario = two_towns();
  for (std::uint32_t b = 0; b < scenario.buyers.size(); ++b) {
    const auto& group = scenario.buyers.group_of(b);
    const auto peers = scenario.peers.neighbours(b);
    EXPECT_EQ(peers.empty(), group.kind != Kind::household);
    for (const auto peer : peers) ASSERT_TRUE(peer >= group.first && peer < group.last);
  }
}

TEST(Population, MayBeTiedWithoutAScale) {
  const auto scenario =
      tiny_with({{"population.buyers", "20000"}, {"population.network", "scale_free"}});
  std::size_t most = 0;
  for (std::uint32_t b = 0; b < scenario.buyers.market_begin[1]; ++b)
    most = std::max(most, scenario.peers.neighbours(b).size());
  EXPECT_GT(most, 100u) << "in a small world nobody has many more than ten";
}

// --- agents abroad

// As many choices as planned, each a Bernoulli trial: the standard error of the weighted sum. What
// carmakers expect at the prices of the base year is what was sold in it.
TEST(BuyersAbroad, BuyWhatIsExpectedOfThem) {
  const auto& scenario = two_towns();
  World world = first_world(scenario);
  const engine::Streams luck{11, 0};
  double cars = 0, expected = 0, variance = 0;
  for (int i = 0; i < 12; ++i) {
    open_books(scenario, world, luck);
    choose_vehicles(scenario, world, luck.at(static_cast<std::uint32_t>(world.month.index)));
    for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
      if (!scenario.is_van(scenario.vehicles[v])) {
        cars += world.orders(v, 1);
        expected += world.forecast(v, 1) / 12;
      }
    world.month = world.month + 1;
  }
  for (const auto kind : {Kind::household, Kind::fleet}) {
    const auto group = group_of(scenario, 1, kind);
    variance += size(group) * group.weight * group.weight * 12 / group.holding_months;
  }
  EXPECT_NEAR(cars, expected, 4.5 * std::sqrt(variance));
}

TEST(BuyersAbroad, DriveAwayInWhatTheyBuy) {
  const auto& scenario = two_towns();
  World world = first_world(scenario);
  std::ranges::fill(world.garage.bought, static_cast<std::int16_t>(scenario.start.index - 12));
  for (auto& bought : world.garage.bought) bought -= 1;  // nothing stands there since this month
  const engine::Streams luck{11, 0};
  open_books(scenario, world, luck);
  choose_vehicles(scenario, world, luck.at(static_cast<std::uint32_t>(world.month.index)));
  double ordered = 0, bought = 0;
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v) ordered += world.orders(v, 1);
  for (auto b = scenario.buyers.market_begin[1]; b < scenario.buyers.market_begin[2]; ++b)
    if (world.garage.purchases[b] == 1 && world.garage.bought[b] == world.month.index)
      bought += scenario.buyers.group_of(b).weight;
  EXPECT_GT(ordered, 0);
  EXPECT_NEAR(ordered, bought, 1e-6 * ordered);
}

}  // namespace
}  // namespace tavolo::agents
