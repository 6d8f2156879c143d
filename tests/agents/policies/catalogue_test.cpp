#include "agents/policies/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "agents/parameters.h"
#include "agents/policies/budget.h"
#include "tests/agents/policies/views.h"

namespace tavolo::agents {
namespace {

using test::italy_2024;
using test::many_views;
using test::numbers;

Instruments answer(std::string_view name, const PolicyView& view) {
  const auto policy = make_policy(name);
  EXPECT_NE(policy, nullptr) << name;
  return policy ? policy->decide(view) : Instruments{};
}

// ---------------------------------------------------------------------------------- the catalogue

TEST(Catalogue, ListsTheBenchmarkOnceEach) {
  std::vector<std::string_view> names;
  for (const auto& entry : catalogue()) names.push_back(entry.name);
  const std::vector<std::string_view> benchmark{"no_intervention",
                                                "historical_schemes",
                                                "purchase_incentives",
                                                "purchase_incentives_small",
                                                "income_tested_bonus",
                                                "scrappage_bonus",
                                                "social_leasing",
                                                "local_content_bonus",
                                                "grants_with_clawback",
                                                "grants_without_clawback",
                                                "output_premium",
                                                "energy_relief",
                                                "wage_wedge",
                                                "charging_buildout",
                                                "company_car_tax",
                                                "court_entrants",
                                                "economic_patriotism",
                                                "match_neighbours",
                                                "european_pact",
                                                "transition_pact",
                                                "adaptive"};
  EXPECT_EQ(names, benchmark);
  EXPECT_EQ(std::set<std::string_view>(names.begin(), names.end()).size(), names.size());
}

TEST(Catalogue, SaysWhatEveryPolicyMeansInOneLine) {
  for (const auto& entry : catalogue()) {
    EXPECT_FALSE(entry.meaning.empty()) << entry.name;
    EXPECT_LE(entry.meaning.size(), 80u) << entry.name;
    EXPECT_EQ(entry.meaning.find('\n'), std::string_view::npos) << entry.name;
  }
}

TEST(Catalogue, DoesNotKnowOtherNames) {
  for (const auto* name : {"", "nothing", "Adaptive", "adaptive ", "purchase", "no-intervention"})
    EXPECT_EQ(make_policy(name), nullptr) << name;
}

TEST(Catalogue, MakesTheStrategyOfTheName) {
  const auto view = italy_2024();
  for (const auto& entry : catalogue())
    EXPECT_EQ(numbers(answer(entry.name, view)), numbers(entry.make()->decide(view))) << entry.name;
}

// Two names that answered alike would be one policy, or a wrong line in the catalogue.
TEST(Catalogue, HasNoTwoPoliciesThatAnswerAlike) {
  std::map<std::array<double, 30>, std::string_view> seen;
  for (const auto& entry : catalogue()) {
    const auto [place, is_new] =
        seen.emplace(numbers(entry.make()->decide(italy_2024())), entry.name);
    EXPECT_TRUE(is_new) << entry.name << " answers as " << place->second;
  }
}

// ------------------------------------------------------------------------------------ every policy

// What the year's levers can cost, written out again: the ceilings, aid by year of the term, and
// the open-ended levers at plants that run full with last year's people.
double cost_eur(const Instruments& levers, const PolicyView& view) {
  const double mwh = 3 * std::max(view.capacity, view.vehicles);
  const double wages_eur = view.plant_jobs * 34 * 1650;
  return levers.purchase_budget_eur + levers.grant_budget_eur + levers.output_premium_budget_eur +
         levers.charging_budget_eur + levers.entrant_budget_eur + levers.transition_aid_eur / 6 +
         levers.energy_relief_eur_per_mwh * mwh + levers.wage_wedge_share * wages_eur;
}

TEST(EveryPolicy, StaysWithinTheBudget) {
  for (const auto& entry : catalogue())
    for (const auto& view : many_views()) {
      const auto levers = entry.make()->decide(view);
      ASSERT_LE(cost_eur(levers, view), view.budget_eur * (1 + 1e-12)) << entry.name;
      ASSERT_LE(ceiling_eur(levers), view.budget_eur * (1 + 1e-12)) << entry.name;
    }
}

TEST(EveryPolicy, PromisesNoMoneyInAYearWithoutBudget) {
  for (const auto& entry : catalogue())
    for (auto view : many_views())
      for (const double budget : {0.0, -1e6}) {
        view.budget_eur = budget;
        auto levers = entry.make()->decide(view);
        levers.replay_schemes = false;  // the schemes of the law bring their own funds
        levers.pact = false;            // words cost nothing
        levers.pact_cap_share = levers.pressure = 0;
        levers.company_bev_share = levers.company_phev_share = levers.company_other_share = 0;
        ASSERT_EQ(numbers(levers), numbers(Instruments{})) << entry.name;
      }
}

TEST(EveryPolicy, SpendsABudgetUnlessMoneyIsNotItsMeans) {
  for (const auto& entry : catalogue()) {
    const bool is_free = entry.name == "no_intervention" || entry.name == "economic_patriotism" ||
                         entry.name == "company_car_tax";
    const auto view = italy_2024();
    EXPECT_EQ(cost_eur(entry.make()->decide(view), view) > 0, !is_free) << entry.name;
  }
}

TEST(EveryPolicy, AnswersWithFiniteAmountsAndShares) {
  for (const auto& entry : catalogue())
    for (const auto& view : many_views()) {
      const auto levers = entry.make()->decide(view);
      for (const double number : numbers(levers)) {
        ASSERT_TRUE(std::isfinite(number)) << entry.name;
        ASSERT_GE(number, 0) << entry.name;
      }
      for (const double share :
           {levers.local_content_floor, levers.grant_share, levers.clawback_share,
            levers.wage_wedge_share, levers.pressure, levers.pact_cap_share,
            levers.company_bev_share, levers.company_phev_share, levers.company_other_share})
        ASSERT_LE(share, 1) << entry.name;
    }
}

// One view, one answer: whatever the strategy was shown in between, and whichever object answers.
TEST(EveryPolicy, HasNoMemory) {
  for (const auto& entry : catalogue()) {
    const auto policy = entry.make();
    std::vector<std::array<double, 30>> first;
    for (const auto& view : many_views()) first.push_back(numbers(policy->decide(view)));
    auto views = many_views();
    for (auto i = views.size(); i-- > 0;) {
      ASSERT_EQ(numbers(policy->decide(views[i])), first[i]) << entry.name;
      ASSERT_EQ(numbers(entry.make()->decide(views[i])), first[i]) << entry.name;
    }
  }
}

TEST(EveryPolicy, PutsABudgetBehindEveryAmount) {
  for (const auto& entry : catalogue())
    for (const auto& view : many_views()) {
      const auto levers = entry.make()->decide(view);
      const double bonus = levers.bonus_bev_eur + levers.bonus_phev_eur +
                           levers.bonus_low_emission_eur + levers.scrappage_extra_eur;
      ASSERT_EQ(bonus > 0, levers.purchase_budget_eur > 0) << entry.name;
      ASSERT_EQ(levers.output_premium_eur > 0, levers.output_premium_budget_eur > 0) << entry.name;
      const double grants =
          levers.grant_budget_eur + levers.entrant_budget_eur + levers.transition_aid_eur;
      if (levers.clawback_share > 0) {
        ASSERT_GT(grants, 0) << entry.name;
      }
    }
}

// A government plans with the model's own defaults: these are copies of them.
TEST(Budget, PlansWithTheModelsDefaults) {
  EXPECT_EQ(kTransitionYears, TableParameters{}.transition_term_years);
  EXPECT_EQ(kMwhPerVehicle, IndustryParameters{}.energy_mwh_per_vehicle);
  EXPECT_EQ(kJobCostEur, 34 * LabourParameters{}.hours_per_year);
}

TEST(Budget, CeilingCountsTransitionAidByTheYear) {
  EXPECT_DOUBLE_EQ(ceiling_eur({.purchase_budget_eur = 1,
                                .grant_budget_eur = 2,
                                .transition_aid_eur = 6,
                                .output_premium_budget_eur = 4,
                                .charging_budget_eur = 8,
                                .entrant_budget_eur = 16}),
                   32);
}

// -------------------------------------------------------------------------------------- one by one

TEST(NoIntervention, LeavesEveryLeverAtZero) {
  EXPECT_EQ(numbers(answer("no_intervention", italy_2024())), numbers(Instruments{}));
}

TEST(HistoricalSchemes, ReplaysTheLawAndAddsOnlyGrants) {
  auto levers = answer("historical_schemes", italy_2024());
  EXPECT_TRUE(levers.replay_schemes);
  EXPECT_GT(levers.grant_budget_eur, 0);
  levers.replay_schemes = false;
  levers.grant_share = levers.grant_budget_eur = levers.clawback_share = 0;
  EXPECT_EQ(numbers(levers), numbers(Instruments{}));
}

TEST(HistoricalSchemes, MovesMoneyToPlantsWithTheDecreeOf2026) {
  auto view = italy_2024();
  view.year = 2025;
  const double before = answer("historical_schemes", view).grant_budget_eur;
  view.year = 2026;
  EXPECT_DOUBLE_EQ(answer("historical_schemes", view).grant_budget_eur, 0.75 * view.budget_eur);
  EXPECT_LT(before, 0.3 * view.budget_eur);
}

TEST(HistoricalSchemes, RunOnWithoutABudgetOfTheYear) {
  auto view = italy_2024();
  view.budget_eur = 0;
  EXPECT_TRUE(answer("historical_schemes", view).replay_schemes);
}

TEST(PurchaseIncentives, AreLessInEveryAmountWhenSmall) {
  const auto large = answer("purchase_incentives", italy_2024());
  const auto small = answer("purchase_incentives_small", italy_2024());
  EXPECT_LT(small.purchase_budget_eur, large.purchase_budget_eur);
  EXPECT_LT(small.bonus_bev_eur, large.bonus_bev_eur);
  EXPECT_LT(small.bonus_phev_eur, large.bonus_phev_eur);
  EXPECT_LT(small.scrappage_extra_eur, large.scrappage_extra_eur);
  EXPECT_LT(small.low_income_extra_eur, large.low_income_extra_eur);
  EXPECT_EQ(small.price_cap_eur, large.price_cap_eur);
}

TEST(IncomeTestedBonus, IsOnlyForSmallIncomes) {
  const auto levers = answer("income_tested_bonus", italy_2024());
  EXPECT_TRUE(levers.means_tested);
  EXPECT_EQ(levers.income_max_eur, 30'000);
  EXPECT_FALSE(levers.bonus_for_fleets);
}

TEST(ScrappageBonus, PaysNothingWithoutAnOldCar) {
  const auto levers = answer("scrappage_bonus", italy_2024());
  EXPECT_EQ(levers.bonus_bev_eur + levers.bonus_phev_eur + levers.bonus_low_emission_eur, 0);
  EXPECT_GT(levers.scrappage_extra_eur, 0);
}

TEST(CompanyCarReform, TaxesByPowertrainFromItsYearOn) {
  auto view = italy_2024();
  const auto levers = answer("company_car_tax", view);
  EXPECT_EQ(levers.company_bev_share, 0.10);
  EXPECT_EQ(levers.company_phev_share, 0.20);
  EXPECT_EQ(levers.company_other_share, 0.50);
  view.year = 2023;
  EXPECT_EQ(numbers(answer("company_car_tax", view)), numbers(Instruments{}));
}

TEST(SocialLeasing, PaysOnlyElectricCarsAndOnlyFromItsFund) {
  auto view = italy_2024();
  view.budget_eur = 5e9;
  const auto levers = answer("social_leasing", view);
  EXPECT_EQ(levers.purchase_budget_eur, 650e6);
  EXPECT_EQ(levers.bonus_bev_eur, 13'000);
  EXPECT_TRUE(levers.means_tested);
  EXPECT_EQ(levers.bonus_phev_eur + levers.bonus_low_emission_eur + levers.scrappage_extra_eur, 0);
}

TEST(LocalContentBonus, AsksForEuropeanValueAndPaysMoreAtHome) {
  const auto levers = answer("local_content_bonus", italy_2024());
  EXPECT_GT(levers.local_content_floor, 0.5);
  EXPECT_GT(levers.home_made_extra_eur, 0);
}

// So that a comparison of the two is the effect of clawback and of nothing else.
TEST(InvestmentGrants, DifferInClawbackAlone) {
  auto with = answer("grants_with_clawback", italy_2024());
  const auto without = answer("grants_without_clawback", italy_2024());
  EXPECT_EQ(with.clawback_share, 1);
  EXPECT_EQ(without.clawback_share, 0);
  with.clawback_share = 0;
  EXPECT_EQ(numbers(with), numbers(without));
}

TEST(OutputPremium, KeepsItsFloorThroughABadYear) {
  auto view = italy_2024();
  const double floor = answer("output_premium", view).output_premium_floor;
  view.vehicles_before = view.vehicles;
  view.vehicles = 475'000;
  EXPECT_DOUBLE_EQ(answer("output_premium", view).output_premium_floor, floor);
  view.vehicles_before = 475'000;
  EXPECT_LT(answer("output_premium", view).output_premium_floor, floor);
}

TEST(OutputPremium, SpreadsASmallBudgetAndNeverOverpaysTheHandicap) {
  auto view = italy_2024();
  view.budget_eur = 75'138'400;
  EXPECT_DOUBLE_EQ(answer("output_premium", view).output_premium_eur, 100);
  view.budget_eur = 1e12;
  EXPECT_DOUBLE_EQ(answer("output_premium", view).output_premium_eur, 898);
}

TEST(OutputPremium, PaysNothingWithoutAYearToMeasureBy) {
  auto view = italy_2024();
  view.vehicles = view.vehicles_before = 0;
  EXPECT_EQ(numbers(answer("output_premium", view)), numbers(Instruments{}));
}

TEST(EnergyRelief, ClosesTheGapToSpainAndNoMore) {
  auto view = italy_2024();
  view.budget_eur = 1e12;
  EXPECT_NEAR(answer("energy_relief", view).energy_relief_eur_per_mwh, 39.4, 1e-9);
  view.budget_eur = 3 * view.capacity;  // one euro per MWh of plants that run full
  EXPECT_DOUBLE_EQ(answer("energy_relief", view).energy_relief_eur_per_mwh, 1);
}

TEST(WageWedge, IsAtMostTheWholeContribution) {
  auto view = italy_2024();
  view.budget_eur = 1e12;
  EXPECT_NEAR(answer("wage_wedge", view).wage_wedge_share, 0.2308, 1e-4);
  view.budget_eur = 1e8;
  const double share = answer("wage_wedge", view).wage_wedge_share;
  EXPECT_DOUBLE_EQ(share, 1e8 / (1.1 * 27'000 * 56'100));  // room for a tenth more jobs
  view.plant_jobs *= 2;
  EXPECT_DOUBLE_EQ(answer("wage_wedge", view).wage_wedge_share, share / 2);
}

TEST(ChargingBuildout, FadesWherePointsAbound) {
  auto view = italy_2024();
  view.charging_points_per_bev = 0.05;
  EXPECT_DOUBLE_EQ(answer("charging_buildout", view).charging_budget_eur, view.budget_eur);
  view.charging_points_per_bev = 0.2;
  EXPECT_DOUBLE_EQ(answer("charging_buildout", view).charging_budget_eur, view.budget_eur / 2);
}

TEST(CourtEntrants, ReservesEverythingForThem) {
  const auto levers = answer("court_entrants", italy_2024());
  EXPECT_EQ(levers.entrant_budget_eur, italy_2024().budget_eur);
  EXPECT_EQ(levers.grant_budget_eur, 0);
  EXPECT_GT(levers.grant_share, 0);
}

TEST(EconomicPatriotism, PressesUntilTheTargetIsReached) {
  auto view = italy_2024();
  EXPECT_EQ(answer("economic_patriotism", view).pressure, 1);
  view.vehicles = view.target_vehicles;
  EXPECT_EQ(answer("economic_patriotism", view).pressure, 0);
}

TEST(EuropeanPact, KeepsToItsOwnCapAndStandsWithoutMoney) {
  auto view = italy_2024();
  const auto levers = answer("european_pact", view);
  EXPECT_TRUE(levers.pact);
  EXPECT_GT(levers.pact_cap_share, 0);
  EXPECT_LE(levers.grant_share, levers.pact_cap_share);
  EXPECT_LT(levers.pact_cap_share, answer("court_entrants", view).grant_share);
  view.budget_eur = 0;
  EXPECT_TRUE(answer("european_pact", view).pact);
}

TEST(TransitionPact, OffersAidGrantsAndIncentivesTogether) {
  const auto levers = answer("transition_pact", italy_2024());
  EXPECT_TRUE(levers.replay_schemes);
  EXPECT_DOUBLE_EQ(levers.transition_aid_eur, 6 * 0.40 * italy_2024().budget_eur);
  EXPECT_GT(levers.grant_budget_eur, 0);
  EXPECT_EQ(levers.clawback_share, 1);
  EXPECT_LT(levers.bonus_bev_eur, answer("purchase_incentives", italy_2024()).bonus_bev_eur);
  EXPECT_LT(levers.purchase_budget_eur, 0.5 * italy_2024().budget_eur);
}

}  // namespace
}  // namespace tavolo::agents
