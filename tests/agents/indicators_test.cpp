#include "agents/indicators.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "agents/carmakers/prospects.h"
#include "agents/governments/treasury.h"
#include "agents/market/accounts.h"
#include "engine/error.h"
#include "tests/support/town_world.h"
#include "tests/support/two_car_town.h"

namespace tavolo::agents {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A town after a year: casa made cars and vans at home and cars in France, altro exported.
class RecordYear : public ::testing::Test {
 protected:
  RecordYear() {
    review_year(scenario, world, luck);
    set_policy(scenario, world, luck);
    world.month = Month::of(2024, 12);
    world.co2_shadow_price_eur.assign(scenario.carmakers.size(), 0.0);
    make("uno-petrol", "torre", 60'000);
    make("uno-bev", "torre", 6'000);
    make("uno-bev", "lyonne", 2'000);
    make("furgone-diesel", "torre", 30'000);
    make("quattro-hybrid", "lyonne", 50'000);
    make("mini-bev", "altro-works", 40'000);
    deliver("uno-petrol", 50'000, 20'000);
    deliver("uno-bev", 8'000, 26'000);
    deliver("mini-bev", 22'000, 30'000);
    deliver("furgone-diesel", 9'000, 33'000);
    world.incentive_year_eur(vehicle("uno-bev"), 0) = 20e6;
    world.orders_year(vehicle("uno-bev"), 0) = 10'000;
    auto& torre = world.plants[plant("torre")];
    torre.output_year = 96'000;
    torre.contract_hours_year = 3e6;
    torre.short_time_hours_year = 6e5;
    torre.exits_year = 100;
    torre.hires_year = 20;
    torre.strike_days_year = 3;
    torre.headcount = 1'900;
    world.surplus_eur = 1e9;
    world.premium_paid_year_eur[0] = 7;
    const int italy = government_actor(scenario, 0), casa = carmaker_actor(scenario, 0);
    pay(world, italy, kBuyers, Purpose::incentive, 20e6);
    pay(world, italy, casa, Purpose::grant, 5e6);
    pay(world, kBuyers, casa, Purpose::purchase, 90e6);
    pay(world, casa, kWorkers, Purpose::wages, 40e6);
    pay(world, casa, kEu, Purpose::co2, 3e6);
    pay(world, casa, italy, Purpose::profit_tax, 10e6);
    pay(world, kBuyers, italy, Purpose::vat, 12e6);
  }

  int vehicle(const char* id) const { return row_of(scenario.vehicles, id); }
  int plant(const char* id) const { return row_of(scenario.plants, id); }
  void make(const char* what, const char* where, double units) {
    world.made_year(vehicle(what), plant(where)) += units;
  }
  void deliver(const char* what, double units, double price_eur) {
    world.deliveries_year(vehicle(what), 0) += units;
    world.price_eur(vehicle(what), 0) = price_eur;
  }
  void record() { record_year(scenario, world, luck); }
  /// Of the last recorded year.
  double value(const std::string& name) const {
    const auto list = indicators(scenario);
    for (std::size_t i = 0; i < list.size(); ++i)
      if (list[i].name == name) return world.indicators[world.indicators.size() - list.size() + i];
    ADD_FAILURE() << name << " is not recorded";
    return std::numeric_limits<double>::quiet_NaN();
  }

  Scenario scenario = two_car_town();
  World world = still_world(scenario);
  const engine::Streams luck{1, 1};
};

TEST(Indicators, AreListedOnceWithUnitAndMeaning) {
  std::set<std::string> names;
  for (const auto& indicator : indicators(two_car_town())) {
    EXPECT_TRUE(names.insert(indicator.name).second) << indicator.name << " twice";
    EXPECT_FALSE(indicator.unit.empty()) << indicator.name;
    EXPECT_FALSE(indicator.meaning.empty()) << indicator.name;
  }
  for (const auto& headline : headline_indicators()) EXPECT_THAT(names, Contains(headline));
}

TEST(Indicators, FollowTheScenariosPlantsAndBrands) {
  std::vector<std::string> of_rows;
  for (const auto& indicator : indicators(two_car_town()))
    if (indicator.name.starts_with("output_") || indicator.name.starts_with("share_"))
      of_rows.push_back(indicator.name);
  EXPECT_THAT(of_rows, ElementsAre("output_torre", "output_lyonne", "share_aurora", "share_borgo",
                                   "share_altro"));
}

// An initialised scenario has a plant for every site of an entrant.
TEST(Indicators, AreTheSameWhenEntrantsGetPlants) {
  auto scenario = two_car_town();
  const auto before = indicators(scenario).size();
  auto plant = scenario.plants[row_of(scenario.plants, "altro-works")];
  plant.id = "altro-IT";
  plant.country.row = scenario.markets[0].country.row;
  plant.tracked = true;
  scenario.plants.push_back(plant);
  EXPECT_EQ(indicators(scenario).size(), before);
}

TEST_F(RecordYear, RecordsEveryIndicatorInOrder) {
  record();
  world.month = Month::of(2025, 12);
  record();
  EXPECT_THAT(world.recorded_years, ElementsAre(2024, 2025));
  EXPECT_EQ(world.indicators.size(), 2 * indicators(scenario).size());
  for (const double recorded : world.indicators) EXPECT_TRUE(std::isfinite(recorded));
}

TEST_F(RecordYear, CountsOutputByPlace) {
  record();
  EXPECT_EQ(value("vehicles"), 96'000);
  EXPECT_EQ(value("cars"), 66'000);
  EXPECT_EQ(value("vans"), 30'000);
  EXPECT_EQ(value("output_torre"), 96'000);
  EXPECT_EQ(value("outside_output"), 52'000);
  EXPECT_EQ(value("output_lyonne"), 52'000) << "a home maker's plant elsewhere";
  EXPECT_EQ(value("entrant_output"), 0);
  EXPECT_EQ(value("capacity"), 160'000);
  EXPECT_DOUBLE_EQ(value("utilisation"), 0.6);
  EXPECT_EQ(value("models"), 2) << "uno and furgone";
}

TEST_F(RecordYear, CountsWorkersByPlant) {
  record();
  EXPECT_EQ(value("jobs_torre"), 1'900);
  EXPECT_EQ(value("plant_jobs"), 1'900);
}

// Margins grow with output and fixed cost does not: half the output, the same point of break-even.
TEST_F(RecordYear, BreaksEvenWhereMarginsPayFixedCost) {
  const int torre = plant("torre");
  double margins = 0;
  for (const auto& [what, made] :
       {std::pair{"uno-petrol", 60'000}, {"uno-bev", 6'000}, {"furgone-diesel", 30'000}})
    margins += made * margin_eur(scenario, world, vehicle(what), torre, 0);
  record();
  ASSERT_GT(margins, 0);
  EXPECT_NEAR(value("break_even"),
              scenario.plants[torre].fixed_cost_eur_per_year / margins * 96'000 / 160'000, 1e-9);
}

TEST_F(RecordYear, CountsPromisesOfMakersByTheirAudit) {
  using Status = Obligation::Status;
  AgreementState agreement;
  agreement.government = agreement.carmaker = 0;
  for (const auto status :
       {Status::kept, Status::broken, Status::broken, Status::late, Status::pending}) {
    Obligation promise;
    promise.kind = Obligation::Kind::jobs;
    promise.status = status;
    agreement.obligations.push_back(promise);
  }
  Obligation of_government;
  of_government.kind = Obligation::Kind::aid;
  of_government.status = Status::kept;
  agreement.obligations.push_back(of_government);
  world.agreements.push_back(agreement);
  agreement.government = 1;  // another country's
  world.agreements.push_back(agreement);
  record();
  EXPECT_EQ(value("promises_kept"), 1);
  EXPECT_EQ(value("promises_late"), 1);
  EXPECT_EQ(value("promises_broken"), 2);
}

TEST_F(RecordYear, CountsHomeSales) {
  record();
  EXPECT_EQ(value("registrations"), 80'000);
  EXPECT_EQ(value("van_registrations"), 9'000);
  EXPECT_DOUBLE_EQ(value("petrol_share"), 0.625);
  EXPECT_DOUBLE_EQ(value("bev_share"), 0.375);
  EXPECT_EQ(value("diesel_share"), 0) << "vans are no cars";
  EXPECT_DOUBLE_EQ(value("home_made_share"), (50'000 + 0.75 * 8'000) / 80'000)
      << "three quarters of the electric unos were made in Torre";
  EXPECT_DOUBLE_EQ(value("maker_share"), 58.0 / 80);
  EXPECT_DOUBLE_EQ(value("entrant_share"), 22.0 / 80);
  EXPECT_DOUBLE_EQ(value("share_aurora"), 58.0 / 80);
  EXPECT_EQ(value("share_borgo"), 0) << "vans only";
  EXPECT_DOUBLE_EQ(value("co2_g_per_km"), 118 * 0.625);
  EXPECT_DOUBLE_EQ(value("average_price_eur"),
                   (50'000 * 20'000.0 + 8'000 * 26'000.0 + 22'000 * 30'000.0) / 80'000);
  EXPECT_EQ(value("consumer_surplus_eur"), 1e9);
  EXPECT_DOUBLE_EQ(value("hhi"), 72.5 * 72.5 + 27.5 * 27.5);
}

TEST_F(RecordYear, ShowsHowCarsCompetedInJanuary) {
  world.competition = {-4, -5, -0.5, -3, 0.2, 0.6, 0.1, 0.3, 0.35};
  record();
  EXPECT_EQ(value("own_elasticity"), -4);
  EXPECT_EQ(value("bev_own_elasticity"), -5);
  EXPECT_EQ(value("market_elasticity"), -0.5);
  EXPECT_EQ(value("bev_elasticity"), -3);
  EXPECT_EQ(value("diversion_outside"), 0.2);
  EXPECT_EQ(value("diversion_to_rivals"), 0.6);
  EXPECT_EQ(value("diversion_to_makers"), 0.1);
  EXPECT_EQ(value("lerner"), 0.3);
  EXPECT_EQ(value("maker_lerner"), 0.35);
  EXPECT_EQ(world.competition.own_elasticity, 0) << "it starts from zero";
}

TEST_F(RecordYear, CountsTheMonth) {
  world.deliveries(vehicle("uno-petrol"), 0) = 500;
  world.deliveries(vehicle("uno-bev"), 0) = 80;
  world.deliveries(vehicle("uno-bev"), 1) = 10;
  world.deliveries(vehicle("furgone-diesel"), 0) = 90;
  world.orders(vehicle("uno-bev"), 0) = 100;
  world.orders(vehicle("uno-petrol"), 0) = 400;
  world.incentive_eur(vehicle("uno-bev"), 0) = 3e5;
  world.plants[plant("torre")].output = 700;
  world.plants[plant("lyonne")].output = 5'000;
  record_month(scenario, world, luck);
  const auto list = monthly_indicators();
  ASSERT_EQ(world.monthly.size(), list.size());
  const std::map<std::string, double> expected{
      {"vehicles", 700},         {"registrations", 580},    {"van_registrations", 90},
      {"bev_registrations", 80}, {"phev_registrations", 0}, {"car_orders", 500},
      {"bev_orders", 100},       {"plant_jobs", 1'900},     {"incentives_eur", 3e5}};
  for (std::size_t i = 0; i < list.size(); ++i)
    EXPECT_EQ(world.monthly[i], expected.at(list[i].name)) << list[i].name;
}

TEST_F(RecordYear, CountsWork) {
  record();
  EXPECT_EQ(value("plant_jobs"), 1'900);
  EXPECT_EQ(value("total_jobs"), 1'900 - 100 * scenario.parameters.labour.supplier_jobs_per_job);
  EXPECT_DOUBLE_EQ(value("short_time_share"), 0.2);
  EXPECT_EQ(value("exits"), 100);
  EXPECT_EQ(value("strike_days"), 3);
}

TEST_F(RecordYear, CountsMoney) {
  record();
  EXPECT_EQ(value("public_outlay_eur"), 25e6);
  EXPECT_EQ(value("incentives_eur"), 20e6);
  EXPECT_EQ(value("aid_eur"), 5e6);
  EXPECT_EQ(value("clawback_eur"), 0);
  EXPECT_EQ(value("vat_eur"), 12e6);
  EXPECT_EQ(value("co2_premium_eur"), 3e6);
  EXPECT_DOUBLE_EQ(value("maker_profit_eur"), 90e6 + 5e6 - 40e6 - 3e6) << "before tax";
}

TEST_F(RecordYear, StartsEverythingOfTheYearFromZero) {
  const auto deliveries = world.deliveries_year;
  const auto balances = world.books.balance_eur;
  record();
  for (const auto* grid :
       {&world.made_year, &world.orders_year, &world.deliveries_year, &world.incentive_year_eur,
        &world.books.paid_eur, &world.books.received_eur})
    EXPECT_THAT(std::vector<double>(grid->values().begin(), grid->values().end()), Each(0.0));
  for (const auto& state : world.plants)
    EXPECT_THAT(
        (std::vector{state.output_year, state.short_time_hours_year, state.contract_hours_year,
                     state.strike_days_year, state.exits_year, state.hires_year}),
        Each(0.0));
  EXPECT_THAT(world.premium_paid_year_eur, Each(0.0));
  EXPECT_EQ(world.surplus_eur, 0);
  // what is not of the year stays
  EXPECT_EQ(world.books.balance_eur, balances);
  EXPECT_EQ(world.plants[plant("torre")].headcount, 1'900);
  EXPECT_EQ(world.plants[plant("torre")].output_last_year, 96'000);
  EXPECT_DOUBLE_EQ(world.plants[plant("torre")].utilisation_last_year, 0.6);
  EXPECT_EQ(world.deliveries_last_year(vehicle("uno-petrol"), 0),
            deliveries(vehicle("uno-petrol"), 0));
}

TEST_F(RecordYear, ExpectsLastYearsBonusAtHomeAndTheBaseYearsElsewhere) {
  world.expected_bonus_eur.fill(1'500);
  record();
  EXPECT_EQ(world.expected_bonus_eur(vehicle("uno-bev"), 0), 2'000);
  EXPECT_EQ(world.expected_bonus_eur(vehicle("uno-petrol"), 0), 0) << "nobody got any";
  EXPECT_EQ(world.expected_bonus_eur(vehicle("uno-bev"), 1), 1'500);
}

TEST_F(RecordYear, IsWhatGovernmentsSeeInJanuary) {
  record();
  const double vehicles = value("vehicles"), bev_share = value("bev_share");
  world.month = Month::of(2025, 1);
  auto view = policy_view(scenario, world, 0);
  EXPECT_EQ(view.year, 2025);
  EXPECT_EQ(view.vehicles, vehicles);
  EXPECT_EQ(view.bev_share, bev_share);
  EXPECT_EQ(view.registrations, 80'000);
  EXPECT_DOUBLE_EQ(view.short_time_share, 0.2);
  EXPECT_EQ(view.outlay_eur, 25e6);
  EXPECT_EQ(policy_view(scenario, world, 1).vehicles, 52'000) << "France sees its own plants";

  review_year(scenario, world, luck);
  set_policy(scenario, world, luck);
  make("uno-petrol", "torre", 70'000);
  world.month = Month::of(2025, 12);
  record();
  view = policy_view(scenario, world, 0);
  EXPECT_EQ(view.vehicles_before, vehicles);
  EXPECT_EQ(view.vehicles, 70'000);
  EXPECT_EQ(view.outlay_eur, 0);
}

TEST_F(RecordYear, AYearWithoutSalesIsZeroNotNaN) {
  record();
  world.month = Month::of(2025, 12);
  record();
  EXPECT_EQ(value("bev_share"), 0);
  EXPECT_EQ(value("co2_g_per_km"), 0);
  EXPECT_EQ(value("share_aurora"), 0);
}

TEST_F(RecordYear, RefusesWhatIsNotANumber) {
  world.surplus_eur = std::numeric_limits<double>::quiet_NaN();
  try {
    record();
    FAIL() << "NaN was recorded";
  } catch (const engine::RunError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("2024"), HasSubstr("consumer_surplus_eur")));
  }
}

}  // namespace
}  // namespace tavolo::agents
