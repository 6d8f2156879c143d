#include "agents/governments/treasury.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

#include "agents/market/accounts.h"
#include "agents/market/raking.h"
#include "agents/policies/match_neighbours.h"
#include "engine/error.h"
#include "tests/support/town_world.h"
#include "tests/support/two_car_town.h"

namespace tavolo::agents {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr int kItaly = 0, kFrance = 1;  // rows of governments

/// Decides as the test says.
class Told final : public PolicyStrategy {
 public:
  explicit Told(std::function<Instruments(const PolicyView&)> decide)
      : decide_{std::move(decide)} {}
  Instruments decide(const PolicyView& view) const override { return decide_(view); }

 private:
  std::function<Instruments(const PolicyView&)> decide_;
};

/// The town's governments and buyers' applications; nothing else moves.
class Treasury : public ::testing::Test {
 protected:
  Scenario scenario = two_car_town();
  World world = still_world(scenario);
  const engine::Streams luck{1, 1};

  void follow(const PolicyStrategy& strategy) { world.strategies[kItaly] = &strategy; }

  /// The month's applications, as buyers make them: from each open fund, as far as it goes.
  void apply_for(double eur) {
    const int bev = row_of(scenario.vehicles, "uno-bev");
    for (auto& fund : world.funds) {
      if (world.month < fund.from || world.month > fund.to) continue;
      const double paid = std::min(eur, fund.left_eur);
      fund.left_eur -= paid;
      pay(world, treasury_of(scenario, fund.country), kBuyers, Purpose::incentive, paid);
      world.incentive_eur(bev, 0) += paid;
    }
  }

  void play_month(double applications_eur = 0) {
    if (world.month.month() == 1) {
      review_year(scenario, world, luck);
      set_policy(scenario, world, luck);
    }
    open_books(scenario, world, luck);
    post_incentives(scenario, world, luck);
    apply_for(applications_eur);
    check_identities(scenario, world);
    world.books.month_eur.fill(0);
    if (world.month.month() == 12) world.recorded_years.push_back(world.month.year());
    world.month = world.month + 1;
  }

  void play_until(Month month, double applications_eur = 0) {
    while (world.month < month) play_month(applications_eur);
  }

  double incentives_paid_eur() const {
    return world.books.paid_eur(government_actor(scenario, kItaly),
                                static_cast<std::size_t>(Purpose::incentive));
  }
  double in_funds_eur() const {
    return std::accumulate(world.funds.begin(), world.funds.end(), 0.0,
                           [](double sum, const FundState& fund) { return sum + fund.left_eur; });
  }
  std::vector<std::string> told(const std::string& kind) const {
    std::vector<std::string> lines;
    for (const auto& event : world.events)
      if (event.kind == kind) lines.push_back(event.month.text() + " " + event.text);
    return lines;
  }
};

Instruments spend_everything(const PolicyView& view) {
  return {.purchase_budget_eur = view.budget_eur, .bonus_bev_eur = 6'000};
}

TEST_F(Treasury, GivesTheLastYearsBudgetOnAndNoneBeforeTheFirst) {
  scenario.governments[kItaly].budget_eur = {{"2025", 10e6}, {"2026", 30e6}};
  const Told nothing{[](const PolicyView&) { return Instruments{}; }};
  follow(nothing);
  play_until(Month::of(2024, 12));
  EXPECT_EQ(world.budget_left_eur[kItaly], 0);
  play_until(Month::of(2026, 2));
  EXPECT_EQ(world.budget_left_eur[kItaly], 40e6) << "what is left is carried over";
  play_until(Month::of(2029, 2));
  EXPECT_EQ(world.budget_left_eur[kItaly], 30e6 + 30e6) << "no more than a year's budget is";
}

TEST_F(Treasury, WhatIsPromisedDoesNotLapse) {
  const Told nothing{[](const PolicyView&) { return Instruments{}; }};
  follow(nothing);
  world.committed_eur[kItaly] = 1e9;
  play_until(Month::of(2027, 2));
  EXPECT_EQ(world.budget_left_eur[kItaly], 4 * 120e6);
}

TEST_F(Treasury, ShowsTheBudgetLessWhatIsCommitted) {
  world.committed_eur[kItaly] = 50e6;
  double seen = -1;
  const Told observer{[&](const PolicyView& view) {
    seen = view.budget_eur;
    return Instruments{};
  }};
  follow(observer);
  play_month();
  EXPECT_EQ(seen, 70e6);
  EXPECT_EQ(world.budget_left_eur[kItaly], 120e6) << "promised money is still there to be paid";
  world.committed_eur[kItaly] = 1e9;
  EXPECT_EQ(policy_view(scenario, world, kItaly).budget_eur, 0);
}

TEST_F(Treasury, GovernmentsWithoutAStrategyReplayTheLaw) {
  play_month();
  EXPECT_TRUE(world.instruments[kItaly].replay_schemes);
  EXPECT_TRUE(world.instruments[kFrance].replay_schemes);
  EXPECT_THAT(told("policy"), IsEmpty());
}

TEST_F(Treasury, RefusesALeverThatIsNotMoney) {
  const Told careless{[](const PolicyView&) { return Instruments{.bonus_bev_eur = -500}; }};
  follow(careless);
  try {
    play_month();
    FAIL() << "a negative bonus was taken";
  } catch (const engine::RunError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("2024-01"), HasSubstr("bonus_bev_eur to -500")));
  }
}

TEST_F(Treasury, TellsLeversOnceAndAgainOnlyWhenTheyMove) {
  const Told premium{[](const PolicyView& view) {
    Instruments levers{.output_premium_eur = 500, .output_premium_budget_eur = 50e6};
    if (view.year == 2025) levers.output_premium_eur = 520;  // less than a tenth
    if (view.year >= 2026) levers.output_premium_eur = 700;
    return levers;
  }};
  follow(premium);
  play_until(Month::of(2028, 1));
  EXPECT_THAT(told("policy"),
              ElementsAre("2024-01 The Italian government: 500 EUR per vehicle above 0 a year (50 "
                          "MEUR)",
                          "2026-01 The Italian government: 700 EUR per vehicle above 0 a year (50 "
                          "MEUR)"));
}

// --- neighbours

TEST_F(Treasury, AnotherGovernmentsLeversAreSeenAYearLater) {
  const Told premium{[](const PolicyView&) {
    return Instruments{.output_premium_eur = 500, .output_premium_budget_eur = 50e6};
  }};
  std::vector<double> seen;
  const Told observer{[&](const PolicyView& view) {
    for (const auto& neighbour : view.neighbours) {
      EXPECT_EQ(neighbour.name, "Italy");
      seen.push_back(neighbour.levers.output_premium_eur);
    }
    return Instruments{};
  }};
  follow(premium);
  world.strategies[kFrance] = &observer;
  play_until(Month::of(2026, 2));
  EXPECT_THAT(seen, ElementsAre(0, 500, 500));
}

TEST_F(Treasury, TellsWhatAGovernmentAnswers) {
  const Told premium{[](const PolicyView&) {
    return Instruments{.output_premium_eur = 500, .output_premium_budget_eur = 50e6};
  }};
  const MatchNeighbours match;
  follow(premium);
  world.strategies[kFrance] = &match;
  world.views[kItaly].vehicles = 100'000;
  world.views[kFrance].vehicles = 80'000;
  scenario.governments[kFrance].target_vehicles = 90'000;
  play_until(Month::of(2025, 2));
  const auto lines = told("policy");
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[1], "2024-01 The French government: public pressure on the makers");
  EXPECT_EQ(lines[2],
            "2025-01 The French government answers Italy's output premium: 500 EUR per vehicle "
            "above 72,000 a year (40 MEUR); public pressure on the makers");
}

// --- a policy's own purchase scheme

TEST_F(Treasury, APurchaseSchemeIsSetAsideAtOnceAndNeverExceedsTheBudget) {
  const Told spender{[](const PolicyView& view) {
    return Instruments{.purchase_budget_eur = 10 * view.budget_eur, .bonus_bev_eur = 6'000};
  }};
  follow(spender);
  world.committed_eur[kItaly] = 20e6;
  play_month();
  ASSERT_THAT(world.funds, SizeIs(1));
  const auto& fund = world.funds[0];
  EXPECT_EQ(fund.name, "Italy's purchase scheme 2024");
  EXPECT_EQ(fund.budget_eur, 100e6);
  EXPECT_EQ(fund.left_eur, 100e6);
  EXPECT_EQ(fund.month_opening_eur, 100e6);
  EXPECT_EQ(fund.from, Month::of(2024, 1));
  EXPECT_EQ(fund.to, Month::of(2024, 12));
  EXPECT_EQ(world.budget_left_eur[kItaly], 20e6);
  EXPECT_EQ(world.instruments[kItaly].purchase_budget_eur, 100e6);
}

TEST_F(Treasury, WhatASchemeHasLeftGoesBackOnce) {
  const Told once{[](const PolicyView& view) {
    return view.year == 2024 ? spend_everything(view) : Instruments{};
  }};
  follow(once);
  play_until(Month::of(2025, 1), 1e6);
  EXPECT_EQ(world.budget_left_eur[kItaly], 0);
  play_month();
  EXPECT_EQ(world.budget_left_eur[kItaly], 108e6 + 120e6);
  EXPECT_THAT(world.funds, IsEmpty());
  EXPECT_THAT(world.bonus_lines, IsEmpty());
  play_until(Month::of(2026, 2));
  EXPECT_EQ(world.budget_left_eur[kItaly], 120e6 + 120e6) << "108 MEUR of it have lapsed";
  EXPECT_EQ(incentives_paid_eur(), 12e6);
  EXPECT_THAT(told("incentive"),
              ElementsAre("2024-01 The fund \"Italy's purchase scheme 2024\" opens with 120 MEUR",
                          "2025-01 The fund \"Italy's purchase scheme 2024\" closes with 108 MEUR "
                          "left"));
}

// EUR that came in: budgets and funds of the law. EUR there now: paid, in funds, in the budget.
// What is left above a year's budget lapses in January.
TEST_F(Treasury, NoEuroIsLostOrMadeOverTheYears) {
  const Told wavering{[](const PolicyView& view) {
    Instruments levers = spend_everything(view);
    levers.purchase_budget_eur *= 0.7;
    levers.replay_schemes = view.year % 2 == 0;
    return levers;
  }};
  follow(wavering);
  const Month end = Month::of(2028, 1);
  double law_eur = 0, withdrawn_or_closed_eur = 0;
  while (world.month < end) {
    const double before = in_funds_eur() + world.budget_left_eur[kItaly] + incentives_paid_eur();
    const bool january = world.month.month() == 1;
    const bool law_enters = world.month == Month::of(2024, 2);
    const bool law_closes = world.month == Month::of(2025, 1);
    const double in_law = law_closes ? world.funds.back().left_eur : 0;
    double lapses = 0;
    if (january) {
      lapses = world.budget_left_eur[kItaly] - 120e6;
      for (const auto& fund : world.funds)
        if (fund.scenario_row < 0) lapses += fund.left_eur;
    }
    play_month(1.5e6 + 1e5 * world.month.month());
    const double after = in_funds_eur() + world.budget_left_eur[kItaly] + incentives_paid_eur();
    law_eur += law_enters ? 20e6 : 0;
    withdrawn_or_closed_eur += in_law;
    EXPECT_NEAR(after - before,
                (january ? 120e6 : 0) + (law_enters ? 20e6 : 0) - in_law - std::max(0.0, lapses),
                1e-3)
        << world.month.text();
  }
  EXPECT_EQ(law_eur, 20e6);
  const double applied_eur = 7 * 1.5e6 + 1e5 * (6 + 7 + 8 + 9 + 10 + 11 + 12);
  EXPECT_NEAR(withdrawn_or_closed_eur, 20e6 - applied_eur, 1e-3);
}

TEST_F(Treasury, LinesOfASchemeFollowItsLevers) {
  const Told scheme{[](const PolicyView& view) {
    return Instruments{.purchase_budget_eur = view.budget_eur,
                       .bonus_bev_eur = 6'000,
                       .bonus_phev_eur = 4'000,
                       .scrappage_extra_eur = 3'000,
                       .low_income_extra_eur = 1'500,
                       .income_max_eur = 30'000,
                       .bonus_for_fleets = true,
                       .price_cap_eur = 35'000,
                       .local_content_floor = 0.6,
                       .home_made_extra_eur = 2'000};
  }};
  follow(scheme);
  play_month();
  struct Expected {
    double co2_min, co2_max, scrapped_age, amount;
  };
  const std::vector<Expected> expected{{0, 20, 0, 6'000},
                                       {0, 20, 10, 9'000},
                                       {21, 60, 0, 4'000},
                                       {21, 60, 10, 7'000},
                                       {61, 135, 10, 3'000}};  // nothing without an old car
  ASSERT_EQ(world.bonus_lines.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const auto& line = world.bonus_lines[i];
    EXPECT_EQ(line.fund, 0);
    EXPECT_EQ(line.co2_min, expected[i].co2_min);
    EXPECT_EQ(line.co2_max, expected[i].co2_max);
    EXPECT_EQ(line.scrapped_min_age_years, expected[i].scrapped_age);
    EXPECT_EQ(line.amount_eur, expected[i].amount);
    EXPECT_EQ(line.low_income_extra_eur, 1'500);
    EXPECT_EQ(line.low_income_max_eur, 30'000);
    EXPECT_EQ(line.income_max_eur, 0) << "richer ones get less, not nothing";
    EXPECT_EQ(line.price_cap_eur, 35'000);
    EXPECT_EQ(line.local_content_floor, 0.6);
    EXPECT_EQ(line.home_made_extra_eur, 2'000);
    EXPECT_TRUE(line.fleets);
    EXPECT_FALSE(line.vans);
  }
}

TEST_F(Treasury, AMeansTestLeavesOutRicherHouseholdsAndFleets) {
  const Told tested{[](const PolicyView& view) {
    auto levers = spend_everything(view);
    levers.means_tested = levers.bonus_for_fleets = true;
    levers.income_max_eur = 30'000;
    return levers;
  }};
  follow(tested);
  play_month();
  ASSERT_THAT(world.bonus_lines, SizeIs(1));
  EXPECT_EQ(world.bonus_lines[0].income_max_eur, 30'000);
  EXPECT_FALSE(world.bonus_lines[0].fleets);
}

TEST_F(Treasury, AbroadNoFundIsOpenedAndNoMoneyLeavesTheBudget) {
  const Told spender{spend_everything};
  world.strategies[kFrance] = &spender;
  play_month();
  EXPECT_THAT(world.funds, IsEmpty());
  EXPECT_EQ(world.budget_left_eur[kFrance], 50e6);
}

// --- funds of the law

TEST_F(Treasury, AFundOfTheLawIsAnnouncedOpensAndCloses) {
  play_until(Month::of(2024, 2));
  EXPECT_THAT(world.funds, IsEmpty());
  play_month(1e6);
  ASSERT_THAT(world.funds, SizeIs(1));
  EXPECT_EQ(world.funds[0].left_eur, 20e6) << "announced: buyers may wait, nobody is paid";
  EXPECT_THAT(world.bonus_lines, SizeIs(2));
  play_until(Month::of(2024, 6), 1e6);
  EXPECT_EQ(incentives_paid_eur(), 0);
  play_until(Month::of(2025, 1), 1e6);
  EXPECT_EQ(incentives_paid_eur(), 7e6);
  play_month(1e6);
  EXPECT_THAT(world.funds, IsEmpty());
  EXPECT_THAT(world.bonus_lines, IsEmpty());
  EXPECT_EQ(world.budget_left_eur[kItaly], 240e6) << "the law's money is not the budget's";
  EXPECT_THAT(
      told("incentive"),
      ElementsAre("2024-02 The fund \"green bonus 2024\" is announced: 20 MEUR from 2024-06",
                  "2024-06 The fund \"green bonus 2024\" opens with 20 MEUR",
                  "2025-01 The fund \"green bonus 2024\" closes with 13 MEUR left"));
}

TEST_F(Treasury, AnEmptyFundIsToldOnceWithItsLife) {
  play_until(Month::of(2025, 3), 8e6);
  EXPECT_THAT(told("incentive"),
              ElementsAre(StartsWith("2024-02"), StartsWith("2024-06"),
                          "2024-09 The fund \"green bonus 2024\" of 20 MEUR is exhausted after 3 "
                          "months"));
  EXPECT_EQ(incentives_paid_eur(), 20e6);
}

TEST_F(Treasury, AFundThatEmptiesInItsLastMonthIsExhaustedNotClosed) {
  scenario.funds[0].to = Month::of(2024, 8);
  play_until(Month::of(2025, 1), 7e6);
  EXPECT_THAT(told("incentive").back(),
              HasSubstr("2024-09 The fund \"green bonus 2024\" of 20 MEUR "
                        "is exhausted after 3 months"));
  EXPECT_THAT(world.funds, IsEmpty());
}

TEST_F(Treasury, AStrategyThatDoesNotReplayTheLawHasNoneOfItsFunds) {
  const Told nothing{[](const PolicyView&) { return Instruments{}; }};
  follow(nothing);
  play_until(Month::of(2025, 1), 1e6);
  EXPECT_EQ(incentives_paid_eur(), 0);
  EXPECT_THAT(told("incentive"), IsEmpty());
}

TEST_F(Treasury, AWithdrawnFundDoesNotComeBack) {
  scenario.funds[0].to = Month::of(2027, 12);
  const Told fickle{
      [](const PolicyView& view) { return Instruments{.replay_schemes = view.year != 2025}; }};
  follow(fickle);
  play_until(Month::of(2028, 2), 1e5);
  EXPECT_NEAR(incentives_paid_eur(), 7e5, 1e-6) << "June to December 2024";
  EXPECT_THAT(told("incentive").back(), HasSubstr("2025-01 The fund \"green bonus 2024\" is "
                                                  "withdrawn with 19 MEUR left"));
  EXPECT_THAT(world.funds, IsEmpty());
}

TEST_F(Treasury, LinesFollowTheirFundsWhenAnEarlierOneLeaves) {
  auto second = scenario.funds[0];
  second.id = second.name = "second";
  second.announced = second.from = Month::of(2024, 7);
  second.to = Month::of(2025, 6);
  scenario.funds.push_back(second);
  auto line = scenario.bonuses[0];
  line.fund.row = 1;
  line.amount_eur = 777;
  scenario.bonuses.push_back(line);
  play_until(Month::of(2024, 8));
  ASSERT_THAT(world.funds, SizeIs(2));
  ASSERT_THAT(world.bonus_lines, SizeIs(3));
  EXPECT_EQ(world.bonus_lines[2].fund, 1);
  play_until(Month::of(2025, 2));
  ASSERT_THAT(world.funds, SizeIs(1));
  EXPECT_EQ(world.funds[0].name, "second");
  ASSERT_THAT(world.bonus_lines, SizeIs(1));
  EXPECT_EQ(world.bonus_lines[0].fund, 0);
  EXPECT_EQ(world.bonus_lines[0].amount_eur, 777);
}

// --- charging points

TEST_F(Treasury, BuildsTheChargingPointsThatTheLeverPaysFor) {
  world.charging_points = {5'000, 11'000};
  const Told builder{[](const PolicyView&) { return Instruments{.charging_budget_eur = 60e6}; }};
  follow(builder);
  play_until(Month::of(2025, 1));
  const double cost = scenario.parameters.demand.charging_point_cost_eur;
  EXPECT_NEAR(world.charging_points[0], 5'000 + 60e6 / cost, 1e-8);
  EXPECT_EQ(world.charging_points[1], 11'000) << "in its own country only";
  EXPECT_NEAR(world.budget_left_eur[kItaly], 60e6, 1e-3);
  const auto charging = static_cast<std::size_t>(Purpose::charging);
  EXPECT_NEAR(world.books.paid_eur(government_actor(scenario, kItaly), charging), 60e6, 1e-3);
  EXPECT_NEAR(world.books.received_eur(kSuppliers, charging), 60e6, 1e-3);
}

TEST_F(Treasury, BuildsNoMoreChargingPointsThanTheBudgetHas) {
  const Told builder{[](const PolicyView&) { return Instruments{.charging_budget_eur = 600e6}; }};
  follow(builder);
  play_until(Month::of(2025, 1));
  EXPECT_NEAR(world.charging_points[0], 120e6 / scenario.parameters.demand.charging_point_cost_eur,
              1e-8);
  EXPECT_NEAR(world.budget_left_eur[kItaly], 0, 1e-3);
}

// --- what a government sees

TEST_F(Treasury, SeesTheBaseYearFirst) {
  rake_base_year(scenario, scenario.base);
  const auto view = policy_view(scenario, world, kItaly);
  EXPECT_EQ(view.year, 2024);
  EXPECT_EQ(view.first_year, 2024);
  EXPECT_EQ(view.target_vehicles, 150'000);
  EXPECT_NEAR(view.vehicles, 115'000, 1) << "published for 2023";
  EXPECT_NEAR(view.vehicles_before, 112'000, 1) << "published for 2022";
  EXPECT_NEAR(view.registrations, 200'000, 1'000);
  EXPECT_NEAR(view.bev_share, 0.05, 0.005);
  EXPECT_EQ(view.capacity, 160'000);
  EXPECT_EQ(view.plant_jobs, 2'000);
  EXPECT_EQ(view.outlay_eur, 0);
  EXPECT_EQ(view.trust_in_maker, 0.6);
  EXPECT_FALSE(view.agreement_in_force);

  double home_made = 0, cars = 0;
  const int torre = row_of(scenario.plants, "torre");
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v) {
    if (scenario.is_van(scenario.vehicles[v])) continue;
    cars += scenario.base.sales(v, 0);
    if (scenario.base.sourced(v, torre) > 0) home_made += scenario.base.sales(v, 0);
  }
  EXPECT_NEAR(view.home_made_share, home_made / cars, 1e-12);
  EXPECT_GT(view.home_made_share, 0.2);
}

TEST_F(Treasury, SeesWhatStandsInJanuary) {
  world.plants[row_of(scenario.plants, "torre")].phase = PlantState::Phase::closed;
  world.plants[row_of(scenario.plants, "torre")].headcount = 40;
  AgreementState agreement;
  agreement.kind = "transition";
  agreement.government = kItaly;
  world.agreements.push_back(agreement);
  world.charging_points[0] = 3'900;
  world.stock_share(0, static_cast<std::size_t>(Powertrain::bev)) = 0.01;
  auto view = policy_view(scenario, world, kItaly);
  EXPECT_EQ(view.capacity, 0);
  EXPECT_EQ(view.plant_jobs, 40);
  EXPECT_TRUE(view.agreement_in_force);
  EXPECT_FALSE(policy_view(scenario, world, kFrance).agreement_in_force);
  EXPECT_DOUBLE_EQ(view.charging_points_per_bev, 0.1) << "on 1.5 cars per household";
  world.agreements[0].active = false;
  EXPECT_FALSE(policy_view(scenario, world, kItaly).agreement_in_force);
}

TEST_F(Treasury, OutlayIsWhatWasPaidLessWhatCameBack) {
  const int italy = government_actor(scenario, kItaly), casa = carmaker_actor(scenario, 0);
  pay(world, italy, kBuyers, Purpose::incentive, 10);
  pay(world, italy, kWorkers, Purpose::short_time, 5);
  pay(world, italy, casa, Purpose::grant, 3);
  pay(world, italy, casa, Purpose::premium, 2);
  pay(world, italy, kSuppliers, Purpose::charging, 1);
  pay(world, casa, italy, Purpose::clawback, 4);
  pay(world, casa, italy, Purpose::profit_tax, 100);
  pay(world, kBuyers, italy, Purpose::vat, 100);
  EXPECT_EQ(outlay_eur(scenario, world, kItaly), 17);
}

}  // namespace
}  // namespace tavolo::agents
