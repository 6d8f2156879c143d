#include "agents/market/demand.h"

#include <gtest/gtest.h>

#include <cmath>

#include "agents/automotive_model.h"
#include "agents/initialise.h"
#include "agents/market/accounts.h"
#include "tests/support/town_world.h"

namespace tavolo::agents {
namespace {

/// The town with enough buyers for statistics.
const Scenario& town() {
  static const Scenario scenario =
      load_scenario(TAVOLO_SOURCE_DIR "/configs/tiny.toml",
                    std::vector<engine::Override>{{"population.buyers", "20000"}});
  return scenario;
}

class ChooseVehicles : public testing::Test {
 protected:
  ChooseVehicles() : world_{first_world(town())} {}

  /// A year of choices at the prices of the start.
  void play_a_year() {
    for (int i = 0; i < 12; ++i) {
      open_books(town(), world_, luck_);
      choose_vehicles(town(), world_, luck_.at(static_cast<std::uint32_t>(world_.month.index)));
      for (std::size_t v = 0; v < town().vehicles.size(); ++v) {
        world_.orders_year(v, 0) += world_.orders(v, 0);
        world_.incentive_year_eur(v, 0) += world_.incentive_eur(v, 0);
      }
      world_.month = world_.month + 1;
    }
  }
  double ordered(Powertrain power) const {
    double sum = 0;
    for (std::size_t v = 0; v < town().vehicles.size(); ++v)
      if (town().vehicles[v].power == power && !town().is_van(town().vehicles[v]))
        sum += world_.orders_year(v, 0);
    return sum;
  }
  double cars() const {
    double sum = 0;
    for (std::size_t v = 0; v < town().vehicles.size(); ++v)
      if (!town().is_van(town().vehicles[v])) sum += world_.orders_year(v, 0);
    return sum;
  }
  double bonuses_paid() const {
    return world_.books.paid_eur(treasury_of(town(), town().markets[0].country.row),
                                 static_cast<std::size_t>(Purpose::incentive));
  }
  /// A fund for electric cars, open for the whole year.
  void open_fund(double budget_eur, double bonus_eur) {
    FundState fund;
    fund.name = "test";
    fund.country = town().markets[0].country.row;
    fund.announced = fund.from = town().start;
    fund.to = Month::of(2030, 12);
    fund.budget_eur = fund.left_eur = budget_eur;
    world_.funds.push_back(fund);
    BonusLine line;
    line.fund = static_cast<int>(world_.funds.size()) - 1;
    line.co2_max = 20;
    line.amount_eur = bonus_eur;
    line.fleets = true;
    world_.bonus_lines.push_back(line);
  }

  World world_;
  engine::Streams luck_{11, 0};
};

TEST_F(ChooseVehicles, SellsAboutWhatTheBaseYearSold) {
  // as many choices as planned, each a Bernoulli trial: the standard error of the weighted sum
  play_a_year();
  double expected = 0, variance = 0;
  for (std::size_t v = 0; v < town().vehicles.size(); ++v)
    if (!town().is_van(town().vehicles[v]) && world_.on_sale[v])
      expected += town().base.sales(v, 0);
  for (auto b = town().buyers.market_begin[0]; b < town().buyers.market_begin[1]; ++b) {
    if (town().buyers.kind(b) == Buyers::Kind::van_operator) continue;
    const auto& group = town().buyers.group_of(b);
    variance += group.weight * group.weight * 12 / group.holding_months;
  }
  EXPECT_NEAR(cars(), expected, 4.5 * std::sqrt(variance));
}

TEST_F(ChooseVehicles, WithABonusNobodyLeavesTheElectricCarHeWouldHaveBought) {
  World without = world_;
  open_fund(1e12, 4'000);
  std::swap(without, world_);
  play_a_year();
  const double before = ordered(Powertrain::bev), all_before = cars();
  std::swap(without, world_);
  play_a_year();
  EXPECT_GT(ordered(Powertrain::bev), before);
  EXPECT_GE(cars(), all_before - 1e-6);
}

// Abroad there is no fund: all get the average bonus, as makers expect.
TEST(BuyersAbroad, ArePaidTheAverageBonus) {
  const auto scenario =
      load_scenario(TAVOLO_SOURCE_DIR "/configs/tiny.toml",
                    std::vector<engine::Override>{{"population.buyers", "20000"},
                                                  {"population.everywhere", "true"}});
  const int electric = row_of(scenario.vehicles, "uno-bev"), abroad = 1;
  const auto ordered = [&](double bonus_eur) {
    World world = first_world(scenario);
    world.expected_bonus_eur.fill(0);
    world.expected_bonus_eur(electric, abroad) = bonus_eur;
    double units = 0;
    for (int i = 0; i < 12; ++i) {
      open_books(scenario, world, engine::Streams{11, 0});
      choose_vehicles(scenario, world, engine::Streams{11, static_cast<std::uint32_t>(i)});
      units += world.orders(electric, abroad);
      world.month = world.month + 1;
    }
    return units;
  };
  const double without = ordered(0);
  EXPECT_GT(without, 0);
  EXPECT_GT(ordered(5'000), 1.2 * without);
}

TEST_F(ChooseVehicles, PaysExactlyWhatTheFundHolds) {
  open_fund(3e6, 4'000);
  play_a_year();
  EXPECT_EQ(world_.funds[0].left_eur, 0);
  EXPECT_NEAR(bonuses_paid(), 3e6, 1e-3);
}

TEST_F(ChooseVehicles, PaysTheBonusOfEveryElectricCarWhileTheFundLasts) {
  open_fund(1e12, 4'000);
  play_a_year();
  EXPECT_NEAR(bonuses_paid(), 4'000 * ordered(Powertrain::bev), 1);
}

TEST_F(ChooseVehicles, NobodyIsServedByAFundOfOnlyOtherPeople) {
  open_fund(1e12, 4'000);
  world_.bonus_lines[0].income_max_eur = 1;  // nobody is as poor
  play_a_year();
  EXPECT_EQ(bonuses_paid(), 0);
}

TEST_F(ChooseVehicles, AClosedMonthKeepsBuyersAway) {
  World open = world_;
  world_.demand_factor = 0;
  play_a_year();
  EXPECT_EQ(cars(), 0);
}

TEST_F(ChooseVehicles, AnAnnouncedSchemeIsWaitedFor) {
  const double patient = town().parameters.demand.scheme_waiters;
  ASSERT_GT(patient, 0);
  World impatient = world_;
  open_fund(1e12, 4'000);
  world_.funds[0].from = town().start + 5;
  open_books(town(), world_, luck_);
  choose_vehicles(town(), world_, luck_.at(static_cast<std::uint32_t>(world_.month.index)));
  double now = 0, without = 0;
  for (std::size_t v = 0; v < town().vehicles.size(); ++v) now += world_.orders(v, 0);
  std::swap(impatient, world_);
  open_books(town(), world_, luck_);
  choose_vehicles(town(), world_, luck_.at(static_cast<std::uint32_t>(world_.month.index)));
  for (std::size_t v = 0; v < town().vehicles.size(); ++v) without += world_.orders(v, 0);
  EXPECT_LT(now, without);
}

}  // namespace
}  // namespace tavolo::agents
