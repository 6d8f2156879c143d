#include "agents/market/production.h"

#include <gtest/gtest.h>

#include <numeric>

#include "agents/automotive_model.h"
#include "agents/initialise.h"
#include "agents/market/accounts.h"
#include "agents/market/aid.h"
#include "tests/support/town_world.h"

namespace tavolo::agents {
namespace {

const Scenario& tiny() {
  static const Scenario scenario = load_scenario(TAVOLO_SOURCE_DIR "/configs/tiny.toml", {});
  return scenario;
}

class Produce : public testing::Test {
 protected:
  Produce() : world_{first_world(tiny())} {
    world_.stock.assign(tiny().vehicles.size(), 0.0);
    order(1.0 / 12);
  }
  /// Every market orders this share of a year's sales.
  void order(double share) {
    for (std::size_t v = 0; v < tiny().vehicles.size(); ++v)
      for (std::size_t m = 0; m < tiny().markets.size(); ++m)
        world_.orders(v, m) = share * tiny().base.sales(v, m);
  }
  void produce_a_month() {
    open_books(tiny(), world_, luck_);
    produce(tiny(), world_, luck_);
  }
  double delivered(std::size_t v) const {
    const auto row = world_.deliveries.row(v);
    return std::accumulate(row.begin(), row.end(), 0.0);
  }
  double made(std::size_t v) const {
    const auto row = world_.made.row(v);
    return std::accumulate(row.begin(), row.end(), 0.0);
  }

  World world_;
  engine::Streams luck_{1, 0};
  const int torre_ = row_of(tiny().plants, "torre");
};

TEST_F(Produce, DeliversWhatIsMadeLessTheChangeOfStock) {
  const auto before = world_.stock;
  produce_a_month();
  for (std::size_t v = 0; v < tiny().vehicles.size(); ++v)
    EXPECT_NEAR(delivered(v), made(v) - (world_.stock[v] - before[v]), 1e-6);
}

TEST_F(Produce, KeepsEveryPlantWithinItsCapacity) {
  order(1.0);  // a year's orders in one month
  produce_a_month();
  for (std::size_t p = 0; p < tiny().plants.size(); ++p) {
    if (!tiny().plants[p].tracked) continue;
    EXPECT_LE(world_.plants[p].output,
              monthly_capacity(tiny(), world_, static_cast<int>(p)) + 1e-9);
  }
  EXPECT_GT(world_.plants[torre_].capacity_rent_eur, 0);
}

TEST_F(Produce, LetsOrdersWaitThatCapacityCannotServe) {
  order(1.0);
  produce_a_month();
  double waits = 0;
  for (const double b : world_.backlog.values()) waits += b;
  EXPECT_GT(waits, 0);
  // a quiet month later fewer wait
  order(0);
  produce_a_month();
  double later = 0;
  for (const double b : world_.backlog.values()) later += b;
  EXPECT_LT(later, waits);
}

TEST_F(Produce, BuildsTheStockThatIsWanted) {
  const int uno = row_of(tiny().vehicles, "uno-petrol");
  double sales = 0;
  for (std::size_t m = 0; m < tiny().markets.size(); ++m) sales += world_.forecast(uno, m);
  const double target = tiny().parameters.industry.stock_target_months * sales / 12;
  for (int month = 0; month < 24; ++month) produce_a_month();
  EXPECT_NEAR(world_.stock[uno], target, 0.01 * target);
}

/// The Uno comes in equal parts from Torre and from Lyonne, which both have room for more.
TEST_F(Produce, APledgeOfOutputMovesWhatSeveralPlantsShare) {
  const int uno = row_of(tiny().programmes, "uno"), lyonne = row_of(tiny().plants, "lyonne");
  engine::Shares halves;
  halves.set(torre_, 0.5);
  halves.set(lyonne, 0.5);
  world_.programmes[uno].plant_share = halves;
  for (auto& plant : world_.plants) {
    plant.headcount *= 4;
    plant.capacity_per_year *= 4;
  }
  AgreementState agreement;
  agreement.carmaker = decider(tiny(), tiny().plants[torre_].carmaker.row);
  agreement.clawback_share = 1;
  agreement.aid_paid_eur = 1e9;
  Obligation promise;
  promise.amount = 100'000;  // 10,000 EUR a vehicle are at stake
  promise.due_year = world_.month.year();
  agreement.obligations.push_back(promise);
  world_.agreements.push_back(agreement);
  auto& pledge = world_.agreements[0].obligations[0];
  const auto at_torre = [&](int pledged_to) {
    pledge.country = tiny().plants[pledged_to].country.row;
    EXPECT_NEAR(pledge_eur_per_vehicle(tiny(), world_, pledged_to), 10'000, 1e-9);
    World month = world_;
    open_books(tiny(), month, luck_);
    produce(tiny(), month, luck_);
    return month.plants[torre_].output;
  };
  EXPECT_GT(at_torre(torre_), at_torre(lyonne));
  ++pledge.due_year;
  EXPECT_EQ(pledge_eur_per_vehicle(tiny(), world_, lyonne), 0) << "it is not due yet";
}

TEST_F(Produce, AStrikeStopsThePlant) {
  world_.plants[torre_].strike_loss_share = 1;
  produce_a_month();
  EXPECT_EQ(world_.plants[torre_].output, 0);
}

TEST_F(Produce, WithHalfTheWorkersMakesHalfOfWhatTheyCould) {
  const double all = monthly_capacity(tiny(), world_, torre_);
  world_.plants[torre_].headcount = 100;
  const double few = monthly_capacity(tiny(), world_, torre_);
  world_.plants[torre_].headcount = 50;
  EXPECT_LT(few, all);
  EXPECT_DOUBLE_EQ(monthly_capacity(tiny(), world_, torre_), few / 2);
}

TEST_F(Produce, ClosedPlantsMakeNothing) {
  world_.plants[torre_].phase = PlantState::Phase::closed;
  produce_a_month();
  EXPECT_EQ(world_.plants[torre_].output, 0);
}

TEST_F(Produce, CancelsWhatIsNoLongerOnSale) {
  for (std::size_t p = 0; p < tiny().plants.size(); ++p)
    world_.plants[p].phase = PlantState::Phase::closed;
  for (auto& on_sale : world_.on_sale) on_sale = 0;
  const int uno = row_of(tiny().vehicles, "uno-petrol");
  produce_a_month();
  EXPECT_EQ(world_.backlog(uno, 0), 0);
  EXPECT_EQ(world_.cancelled(uno, 0), world_.orders(uno, 0));
}

}  // namespace
}  // namespace tavolo::agents
