#include "agents/policies/match_neighbours.h"

#include <gtest/gtest.h>

#include <array>

#include "agents/governments/subsidy_race.h"
#include "tests/agents/policies/views.h"

namespace tavolo::agents {
namespace {

using test::numbers;

/// France in January 2025, beside an Italy that made 500,000 vehicles.
PolicyView beside(const Instruments& italian) {
  PolicyView view;
  view.year = 2025;
  view.target_vehicles = 1'000'000;
  view.vehicles = view.vehicles_before = 600'000;
  view.budget_eur = 1e9;
  view.worth_of_vehicle_eur = 1'000;
  view.neighbours = {{.name = "Italy",
                      .levers = italian,
                      .vehicles = 500'000,
                      .vehicles_before = 500'000,
                      .plant_jobs = 25'000,
                      .home_made_cars = 250'000}};
  return view;
}
Instruments answer(const Instruments& italian) { return MatchNeighbours{}.decide(beside(italian)); }

const Instruments kGrants{.grant_share = 0.3, .grant_budget_eur = 100e6, .clawback_share = 1};

TEST(MatchNeighbours, PressesAndPaysNothingWhereNobodyElsePays) {
  EXPECT_EQ(numbers(answer({})), numbers(Instruments{.pressure = 1}));
  auto alone = beside(kGrants);
  alone.neighbours.clear();
  EXPECT_EQ(numbers(MatchNeighbours{}.decide(alone)), numbers(Instruments{.pressure = 1}));
}

// Worked by hand: 100 MEUR on 500,000 vehicles are 200 EUR each, times 600,000.
TEST(MatchNeighbours, MatchesVehicleForVehicle) {
  const auto levers = answer(kGrants);
  EXPECT_DOUBLE_EQ(levers.grant_budget_eur, 120e6);
  EXPECT_DOUBLE_EQ(levers.grant_share, 0.30);
  EXPECT_DOUBLE_EQ(levers.clawback_share, 1);
  EXPECT_EQ(levers.output_premium_eur, 0);
  // a transition agreement pays over six years
  EXPECT_DOUBLE_EQ(answer({.transition_aid_eur = 600e6}).grant_budget_eur, 120e6);
}

TEST(MatchNeighbours, AnswersWhatMakesAVehicleCheaperThereWithAPremium) {
  const Instruments premium{.output_premium_eur = 300, .output_premium_budget_eur = 100e6};
  EXPECT_DOUBLE_EQ(answer(premium).output_premium_eur, 200);  // its fund has no more
  EXPECT_DOUBLE_EQ(answer(premium).output_premium_floor, 540'000);
  EXPECT_DOUBLE_EQ(answer({.energy_relief_eur_per_mwh = 40}).output_premium_eur, 120);
  // half of what Italy makes is sold there: 2,000 EUR more for each
  const Instruments bonus{
      .purchase_budget_eur = 1e9, .bonus_bev_eur = 3'000, .home_made_extra_eur = 1'600};
  EXPECT_DOUBLE_EQ(answer(bonus).output_premium_eur, 800);
  // a bonus for all cars alike favours no plant
  EXPECT_EQ(numbers(answer({.purchase_budget_eur = 1e9, .bonus_bev_eur = 3'000})),
            numbers(Instruments{.pressure = 1}));
}

TEST(MatchNeighbours, NeverPaysMoreThanTheOtherOrThanAVehicleIsWorth) {
  for (double budget = 0; budget <= 2e9; budget += 50e6) {
    Instruments italian = kGrants;
    italian.grant_budget_eur = budget;
    italian.energy_relief_eur_per_mwh = 50;
    const auto levers = answer(italian);
    EXPECT_LE(levers.grant_budget_eur / 600'000, budget / 500'000 * (1 + 1e-12));
    EXPECT_LE(levers.grant_budget_eur / 600'000 + levers.output_premium_eur, 1'000 * (1 + 1e-12));
  }
}

TEST(MatchNeighbours, PaysMoreTheMoreTheOtherPays) {
  double before = -1;
  for (double budget = 0; budget <= 400e6; budget += 50e6) {
    Instruments italian = kGrants;
    italian.grant_budget_eur = budget;
    EXPECT_GT(answer(italian).grant_budget_eur, before);
    before = answer(italian).grant_budget_eur;
  }
}

// Why the rule is one for plants, and none for quantities.
TEST(MatchNeighbours, IsNotTheBestAnswerWhereMoneyMovesQuantities) {
  const SubsidyRace race{.margin = 1, .countries = 2};
  const auto best_answer = [&](double theirs) {
    double best = 0, most = -1;
    for (int step = 0; step <= 400; ++step) {
      const std::array subsidies{step / 1000.0, theirs};
      if (race.welfare(0, subsidies) <= most) continue;
      most = race.welfare(0, subsidies);
      best = subsidies[0];
    }
    return best;
  };
  EXPECT_NEAR(best_answer(0), 0.25, 1e-9);
  EXPECT_NEAR(best_answer(0.2), 0.2, 1e-9);  // (A - s) / 4
}

TEST(MatchNeighbours, EndsWithWhatItAnswersAndAtItsTarget) {
  EXPECT_GT(answer(kGrants).grant_budget_eur, 0);
  EXPECT_EQ(answer({}).grant_budget_eur, 0);
  auto view = beside(kGrants);
  view.vehicles = view.target_vehicles;
  EXPECT_EQ(numbers(MatchNeighbours{}.decide(view)), numbers(Instruments{}));
}

TEST(MatchNeighbours, ScalesToItsBudget) {
  auto view = beside(kGrants);
  view.neighbours[0].levers.energy_relief_eur_per_mwh = 40;  // 120 EUR: 72 MEUR, and 120 MEUR
  view.budget_eur = 96e6;
  const auto levers = MatchNeighbours{}.decide(view);
  EXPECT_DOUBLE_EQ(levers.output_premium_eur, 60);
  EXPECT_DOUBLE_EQ(levers.output_premium_budget_eur, 36e6);
  EXPECT_DOUBLE_EQ(levers.grant_budget_eur, 60e6);
}

TEST(MatchNeighbours, LooksAtTheLargestSupportOfEachKind) {
  auto view = beside(kGrants);
  view.neighbours.push_back({.name = "Spain",
                             .levers = {.grant_budget_eur = 10e6, .energy_relief_eur_per_mwh = 30},
                             .vehicles = 500'000});
  const auto levers = MatchNeighbours{}.decide(view);
  EXPECT_DOUBLE_EQ(levers.grant_budget_eur, 120e6);
  EXPECT_DOUBLE_EQ(levers.output_premium_eur, 90);
}

}  // namespace
}  // namespace tavolo::agents
