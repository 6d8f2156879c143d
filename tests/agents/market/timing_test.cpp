#include "agents/market/timing.h"

#include <gtest/gtest.h>

#include <numeric>
#include <utility>
#include <vector>

#include "agents/automotive_model.h"
#include "agents/initialise.h"
#include "agents/market/accounts.h"
#include "agents/market/demand.h"

namespace tavolo::agents {
namespace {

/// The town with enough buyers for statistics, and this share for demand.`parameter`.
Scenario town(const std::string& parameter = "scheme_early", const std::string& share = "0.17") {
  return load_scenario(TAVOLO_SOURCE_DIR "/configs/tiny.toml",
                       std::vector<engine::Override>{{"population.buyers", "20000"},
                                                     {"demand." + parameter, share}});
}

/// Cars ordered by the households at home in each of so many months.
std::vector<double> orders_by_month(const Scenario& scenario, World world, int months) {
  const engine::Streams luck{11, 0};
  std::vector<double> orders;
  const auto made = [&] {
    const auto bought = world.bought_year.row(static_cast<std::size_t>(Buyers::Kind::household));
    return std::accumulate(bought.begin(), bought.end(), 0.0);
  };
  for (int i = 0; i < months; ++i) {
    const double before = made();
    open_books(scenario, world, luck);
    choose_vehicles(scenario, world, luck.at(static_cast<std::uint32_t>(world.month.index)));
    orders.push_back(made() - before);
    world.month = world.month + 1;
  }
  return orders;
}

/// A fund for every household that buys a car, open from the start for so many months; one euro, so
/// that it moves nobody's choice but its time.
void open_fund(const Scenario& scenario, World& world, int months, double scrapped_years = 0) {
  FundState fund;
  fund.name = "test";
  fund.country = scenario.markets[0].country.row;
  fund.announced = fund.from = scenario.start;
  fund.to = scenario.start + (months - 1);
  fund.budget_eur = fund.left_eur = 1e12;
  world.funds.push_back(fund);
  BonusLine line;
  line.fund = static_cast<int>(world.funds.size()) - 1;
  line.co2_max = 1'000;
  line.amount_eur = 1;
  line.scrapped_min_age_years = scrapped_years;
  world.bonus_lines.push_back(line);
}

double sum(const std::vector<double>& values, int from, int to) {
  return std::accumulate(values.begin() + from, values.begin() + to, 0.0);
}

TEST(PullForward, AnEndingSchemeBringsBuyersEarlyAndLeavesATrough) {
  const auto scenario = town();
  const World world = first_world(scenario);
  World with = world;
  open_fund(scenario, with, 2);
  const auto usual = orders_by_month(scenario, world, 24);
  const auto moved = orders_by_month(scenario, with, 24);
  EXPECT_GT(sum(moved, 0, 2), 1.2 * sum(usual, 0, 2));
  EXPECT_LT(sum(moved, 2, 8), 0.95 * sum(usual, 2, 8));
  // what came early is what is missing, up to those whose next choice comes round again
  EXPECT_NEAR(sum(moved, 0, 12) / sum(usual, 0, 12), 1, 0.04);
}

TEST(PullForward, IsNotDoneByPeopleWhoseTimeComesBeforeTheEnd) {
  const auto scenario = town(), patient = town("scheme_early", "0");
  World world = first_world(scenario);
  open_fund(scenario, world, 12 * 20);
  EXPECT_EQ(orders_by_month(scenario, world, 3), orders_by_month(patient, world, 3));
}

TEST(PullForward, IsForWhatTheSchemePaysOnly) {
  const auto scenario = town(), patient = town("scheme_early", "0");
  World world = first_world(scenario);
  open_fund(scenario, world, 2);
  world.bonus_lines.back().co2_max = 1;  // electric cars
  world.bonus_lines.back().amount_eur = 15'000;
  const auto other_cars = [&](const Scenario& played) {
    World after = world;
    open_books(played, after, engine::Streams{11, 0});
    choose_vehicles(played, after, engine::Streams{11, 0}.at(after.month.index));
    const auto bought = after.bought_year.row(static_cast<std::size_t>(Buyers::Kind::household));
    const auto bev = static_cast<std::size_t>(Powertrain::bev);
    return std::pair{bought[bev], std::accumulate(bought.begin(), bought.end(), -bought[bev])};
  };
  EXPECT_GT(other_cars(scenario).first, other_cars(patient).first);
  EXPECT_NEAR(other_cars(scenario).second, other_cars(patient).second, 1e-6);
}

TEST(PullForward, ByAScrappagePremiumIsOfOldCarsOnly) {
  const auto scenario = town();
  World world = first_world(scenario);
  open_fund(scenario, world, 12 * 20, 10);
  const EarlyBuyers early{scenario, world, engine::Streams{11, 0}, world.funds[0].country};
  int advancing = 0;
  for (auto b = scenario.buyers.market_begin[0]; b < scenario.buyers.market_begin[1]; ++b)
    if (early.look_round(b)) {
      ++advancing;
      EXPECT_GE(world.month.index - world.garage.bought[b], 120) << "buyer " << b;
      EXPECT_GT(world.garage.next_choice[b], world.month.index) << "buyer " << b;
    }
  EXPECT_GT(advancing, 0);
}

TEST(PullForward, IsByTheSamePeopleUnderEveryScheme) {
  const auto scenario = town();
  World one = first_world(scenario), two = one;
  open_fund(scenario, one, 2);
  open_fund(scenario, two, 3);
  const engine::Streams luck{11, 0};
  const EarlyBuyers first{scenario, one, luck, one.funds[0].country};
  const EarlyBuyers second{scenario, two, luck.at(7), two.funds[0].country};
  int both = 0;
  for (auto b = scenario.buyers.market_begin[0]; b < scenario.buyers.market_begin[1]; ++b)
    if (second.look_round(b)) {
      EXPECT_TRUE(first.look_round(b)) << "buyer " << b;
      ++both;
    }
  EXPECT_GT(both, 0);
}

TEST(PullForward, OfNobodyLeavesTimesAlone) {
  const auto scenario = town("scheme_early", "0");
  World world = first_world(scenario);
  open_fund(scenario, world, 2);
  const EarlyBuyers early{scenario, world, engine::Streams{11, 0}, world.funds[0].country};
  EXPECT_FALSE(early.any());
}

TEST(ClosedMonth, LosesForGoodThoseWhoKeepTheirCars) {
  const auto after_three_closed_months = [](const std::string& share) {
    const auto scenario = town("never_again", share);
    World world = first_world(scenario);
    const engine::Streams luck{11, 0};
    world.demand_factor = 0;
    for (int i = 0; i < 3; ++i) {
      open_books(scenario, world, luck);
      choose_vehicles(scenario, world, luck.at(static_cast<std::uint32_t>(world.month.index)));
      world.month = world.month + 1;
    }
    world.demand_factor = 1;
    const auto orders = orders_by_month(scenario, world, 36);
    return std::accumulate(orders.begin(), orders.end(), 0.0);
  };
  const double none = after_three_closed_months("0"), half = after_three_closed_months("0.5"),
               all = after_three_closed_months("1");
  EXPECT_GT(none, half);
  EXPECT_GT(half, all);
}

}  // namespace
}  // namespace tavolo::agents
