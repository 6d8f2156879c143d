#include "agents/carmakers/product_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "agents/carmakers/investment.h"
#include "agents/carmakers/prospects.h"
#include "agents/market/trade.h"
#include "tests/agents/carmakers/makers_world.h"

namespace tavolo::agents {
namespace {

const engine::Streams kLuck{7, 0};

struct Sourcing : testing::Test {
  Scenario scenario = makers_town();
  World world = makers_world(scenario);
  const int casa = row_of(scenario.carmakers, "casa");
  const int torre = row_of(scenario.plants, "torre"), lyonne = row_of(scenario.plants, "lyonne");
  const int italy = row_of(scenario.countries, "IT"), france = row_of(scenario.countries, "FR");
  const int uno = row_of(scenario.programmes, "uno");
  const int quattro = row_of(scenario.programmes, "quattro");
  const int furgone = row_of(scenario.programmes, "furgone");
  const int rome = row_of(scenario.governments, "government-IT");
  const double years = annuity(0.12, 7);

  void SetUp() override {
    expect(scenario, world, uno, 15'000);      // 60,000 a year: two vehicles, two markets
    expect(scenario, world, quattro, 20'000);  // 40,000 in Lyonne
    expect(scenario, world, furgone, 10'000);  // 20,000 in Torre
    scenario.parameters.investment.sourcing_cost_sd = 0;
  }
  std::vector<SourcingValue> values(int programme) const {
    const std::vector<int> except{programme};
    const Month then = world.programmes[programme].generation_end + 12;
    return sourcing_values(scenario, world, programme,
                           planned_by_plant(scenario, world, then, except));
  }
  SourcingValue value(int plant, int programme = -1) const {
    for (const auto& v : values(programme < 0 ? uno : programme))
      if (v.plant == plant) return v;
    return {};
  }
  bool is_candidate(int plant) const { return value(plant).plant == plant; }
  void play(int months) {
    for (int i = 0; i < months; ++i) {
      if (world.month.month() == 1) revise_product_plans(scenario, world, kLuck);
      advance_projects(scenario, world, kLuck);
      world.month = world.month + 1;
    }
  }
};

TEST_F(Sourcing, ValueIsTheSumOfItsParts) {
  world.instruments[rome].grant_share = 0.1;
  world.instruments[rome].grant_budget_eur = 1e9;
  for (const int plant : {torre, lyonne}) {
    const auto v = value(plant);
    EXPECT_NEAR(v.npv_eur,
                v.margin_npv_eur + v.utilisation_eur - v.capex_eur + v.grant_eur + v.inertia_eur +
                    v.luck_eur,
                1e-3);
    double margin = 0;
    for (const char* id : {"uno-petrol", "uno-bev"})
      for (int m = 0; m < 2; ++m)
        margin += 15'000 * margin_eur(scenario, world, row_of(scenario.vehicles, id), plant, m);
    EXPECT_NEAR(v.margin_npv_eur, years * margin, 1);
    EXPECT_EQ(v.units_per_year, 60'000);
  }
}

TEST_F(Sourcing, MarginIsPriceBeforeVatLessDeliveredCost) {
  const int petrol = row_of(scenario.vehicles, "uno-petrol");
  scenario.base.residual_cost_eur.assign(scenario.vehicles.size(), 700);
  world.co2_shadow_price_eur[casa] = 20;
  world.co2_target_g_per_km = 100;
  EXPECT_NEAR(margin_eur(scenario, world, petrol, torre, 0),
              19'000 / 1.22 - unit_cost_eur(scenario, world, petrol, torre, 0) - 700 - 20 * 18,
              1e-9);
}

// An hour less costs its wage: A x units x hours x change, and nothing else moves.
TEST_F(Sourcing, LowerWagesAreWorthTheirHours) {
  const auto before = value(torre);
  const double hourly = unit_cost(scenario, world, 0, torre, 0).labour / 24;
  world.plants[torre].wage_factor = 0.9;
  const auto after = value(torre);
  EXPECT_NEAR(after.npv_eur - before.npv_eur, years * 60'000 * 24 * 0.1 * hourly, 1);
}

TEST_F(Sourcing, ADearerPlantNeverWinsByRaisingItsWage) {
  for (const double start : {0.5, 0.8, 1.0, 1.2, 2.0}) {
    bool wins_before = true;
    for (const double factor : {1.0, 1.1, 1.3, 1.7, 2.5}) {
      world.plants[torre].wage_factor = start * factor;
      const bool wins = values(uno)[0].plant == torre;
      EXPECT_TRUE(wins_before || !wins) << start << " x " << factor;
      wins_before = wins;
    }
  }
}

TEST_F(Sourcing, AidCountsOneForOne) {
  const auto before = value(torre);
  world.instruments[rome].grant_share = 0.2;
  world.instruments[rome].grant_budget_eur = 1e9;
  const auto after = value(torre);
  EXPECT_NEAR(after.grant_eur, 0.2 * after.capex_eur, 1e-3);
  EXPECT_NEAR(after.npv_eur - before.npv_eur, after.grant_eur, 1e-3);
}

TEST_F(Sourcing, PressureAndHabitAreWorthSoMuchAVehicle) {
  const auto before = value(torre);
  EXPECT_NEAR(before.inertia_eur, years * 60'000 * 150, 1e-3);  // it builds the running one
  EXPECT_EQ(value(lyonne).inertia_eur, 0);
  world.instruments[rome].pressure = 0.5;
  EXPECT_NEAR(value(torre).npv_eur - before.npv_eur, years * 60'000 * 0.5 * 200, 1e-3);
}

TEST_F(Sourcing, ANewPlatformCostsMore) {
  EXPECT_NEAR(value(torre).capex_eur, 150e6, 1e-3);
  world.plants[torre].platforms.push_back("electric");
  EXPECT_NEAR(value(torre).capex_eur, 120e6, 1e-3);
}

// Fixed cost is covered up to the utilisation target, and not beyond.
TEST_F(Sourcing, FillingAHalfEmptyPlantIsWorthItsFixedCost) {
  const double target = 0.8 * 160'000;
  EXPECT_NEAR(value(torre).utilisation_eur, years * 95e6 / target * 60'000, 1);
  expect(scenario, world, furgone, 50'000);  // 100,000: room for 28,000 up to the target
  EXPECT_NEAR(value(torre).utilisation_eur, years * 95e6 / target * 28'000, 1);
}

TEST_F(Sourcing, LeavesOutPlantsWithoutRoomClosedOrNotConvertible) {
  EXPECT_TRUE(is_candidate(torre) && is_candidate(lyonne));
  expect(scenario, world, furgone, 50'001);  // 100,002 + 60,000 > 160,000
  EXPECT_FALSE(is_candidate(torre));
  world.plants[lyonne].phase = PlantState::Phase::closed;
  EXPECT_FALSE(is_candidate(lyonne));
  world.plants[lyonne].phase = PlantState::Phase::running;
  world.plants[lyonne].closing = true;
  EXPECT_FALSE(is_candidate(lyonne));
  world.plants[lyonne].closing = false;
  scenario.plants[lyonne].convertible = {"compact"};
  EXPECT_FALSE(is_candidate(lyonne));
}

TEST_F(Sourcing, TheBestPlantIsTooledAndBuildsTheNextGeneration) {
  world.plants[torre].wage_factor = 3;  // uno moves to Lyonne
  play(1);
  ASSERT_EQ(world.projects.size(), 1u);
  EXPECT_EQ(world.projects[0].plant, lyonne);
  EXPECT_EQ(world.projects[0].done, scenario.programmes[uno].generation_end);
  EXPECT_NEAR(world.projects[0].grants_eur(), 15e6, 1e-3);  // France's rule
  EXPECT_TRUE(told(world, "Casa gives the next Uno (electric) to Lyonne rather than Torre: "));
  EXPECT_TRUE(told(world, "150 MEUR of tooling, 15 MEUR of aid"));
  EXPECT_EQ(world.programmes[uno].plant_share[torre], 1);
  scenario.parameters.investment.slip_mean_months = 0;
  play(30);
  EXPECT_EQ(world.programmes[uno].plant_share[lyonne], 1);
  EXPECT_EQ(world.programmes[uno].plant_share[torre], 0);
  EXPECT_EQ(world.programmes[uno].generation, 1);
}

TEST_F(Sourcing, ACommittedPlantBuildsItWhateverItsWage) {
  world.plants[torre].wage_factor = 3;
  world.programmes[uno].committed_plant = torre;
  world.agreements.resize(5);
  world.agreements[4].aid_promised_eur = 10e6;
  world.programmes[uno].committed_agreement = 4;
  play(1);
  ASSERT_EQ(world.projects.size(), 1u);
  EXPECT_EQ(world.projects[0].plant, torre);
  EXPECT_EQ(world.projects[0].agreement, 4);
  EXPECT_EQ(world.projects[0].grants_eur(), 0) << "the agreement pays its own";
  EXPECT_TRUE(told(world, "Casa keeps the next Uno (electric) at Torre, as agreed: "));
}

TEST_F(Sourcing, AnAgreementThatPaysNothingLeavesTheAidThatIsOffered) {
  world.programmes[uno].committed_plant = lyonne;
  world.programmes[uno].committed_agreement = 0;
  world.agreements.resize(1);
  play(1);
  ASSERT_EQ(world.projects.size(), 1u);
  EXPECT_EQ(world.projects[0].plant, lyonne);
  EXPECT_GT(world.projects[0].grants_eur(), 0) << "France's rule";
}

TEST_F(Sourcing, WhatLosesMoneyEverywhereIsNotRenewed) {
  expect(scenario, world, uno, 10);
  play(24);
  EXPECT_TRUE(world.projects.empty());
  EXPECT_TRUE(world.programmes[uno].alive);
  EXPECT_FALSE(told(world, "Uno"));  // there is another January before the end
  play(7);
  EXPECT_TRUE(told(world, "Casa gives the Uno no successor: it would lose "));
  EXPECT_FALSE(world.programmes[uno].alive);
}

TEST_F(Sourcing, WhatTheBudgetDoesNotBearWaits) {
  scenario.carmakers[casa].capex_budget_eur_per_year = 40e6;  // 150 MEUR over 30 months
  play(1);
  ASSERT_EQ(world.projects.size(), 1u);
  EXPECT_EQ(world.projects[0].phase, ProjectState::Phase::waiting);
  EXPECT_TRUE(told(world, "; it waits for next year's budget"));
  EXPECT_TRUE(world.programmes[uno].next_sourced);
}

TEST_F(Sourcing, APlanOfSeveralPlantsKeepsItsProportions) {
  world.programmes[uno].plant_share.set(torre, 0.7);
  world.programmes[uno].plant_share.set(lyonne, 0.3);
  const auto v = value(torre);
  EXPECT_NEAR(v.capex_eur, 2 * 150e6, 1e-3);
  EXPECT_NEAR(v.grant_eur, 15e6, 1e-3);  // of the French one
}

TEST_F(Sourcing, EveryGovernmentPaysForItsOwnPlantOfAPlan) {
  world.programmes[uno].plant_share.set(torre, 0.7);
  world.programmes[uno].plant_share.set(lyonne, 0.3);
  world.plants[lyonne].wage_factor = 3;        // not to Lyonne alone
  world.instruments[rome].clawback_share = 1;  // would ask for conditions if it paid
  play(1);
  ASSERT_EQ(world.projects.size(), 1u);
  EXPECT_EQ(world.projects[0].plant, torre);
  EXPECT_TRUE(told(world, "at Torre and its other plants"));
  EXPECT_TRUE(told(world, "300 MEUR of tooling, 15 MEUR of aid"));
  EXPECT_EQ(world.agreements.size(), 0u);  // Italy offers nothing
  ASSERT_EQ(world.projects[0].grants.size(), 1u);
  EXPECT_EQ(world.projects[0].grants[0].country, france);
  const auto paid = [&](int country) {
    return world.books.paid_eur(treasury_of(scenario, country),
                                static_cast<std::size_t>(Purpose::grant));
  };
  EXPECT_NEAR(paid(france), 15e6 / 29, 1e-3);  // as capex is spent, until June 2026
  EXPECT_EQ(paid(italy), 0);
}

// Each with its own conditions and from its own budget.
TEST_F(Sourcing, EveryGovernmentOfAPlanAsksForItsOwnJobs) {
  world.programmes[uno].plant_share.set(torre, 0.7);
  world.programmes[uno].plant_share.set(lyonne, 0.3);
  world.plants[lyonne].wage_factor = 3;
  world.instruments[rome].clawback_share = 1;
  world.instruments[rome].grant_share = 0.2;
  world.instruments[rome].grant_budget_eur = 20e6;
  play(1);
  ASSERT_EQ(world.projects.size(), 1u);
  EXPECT_NEAR(world.projects[0].grants_eur(), 20e6 + 15e6, 1e-3);
  EXPECT_EQ(grant_budget_left_eur(scenario, world, rome), 0);
  ASSERT_EQ(world.agreements.size(), 1u);
  EXPECT_EQ(world.agreements[0].plant, torre);
  EXPECT_NEAR(world.agreements[0].aid_promised_eur, 20e6, 1e-3);
}

TEST_F(Sourcing, RivalsRenewWhereTheyAre) {
  const int mini = row_of(scenario.programmes, "mini");
  world.programmes[mini].generation_end = scenario.start + 1;
  play(3);
  EXPECT_TRUE(world.programmes[mini].alive);
  EXPECT_EQ(world.programmes[mini].generation, 1);
  EXPECT_FALSE(told(world, "Altro Mini"));
}

TEST_F(Sourcing, PlannedOutputFollowsThePlan) {
  EXPECT_EQ(planned_output(scenario, world, casa, italy, 2024), 60'000 + 20'000);
  EXPECT_EQ(planned_output(scenario, world, casa, france, 2024), 40'000);
  // the next Uno goes where it is worth most, the Cinque comes when its project is done
  world.plants[torre].wage_factor = 3;
  expect(scenario, world, row_of(scenario.programmes, "cinque"), 5'000);
  world.projects = announced_projects(scenario);
  EXPECT_EQ(planned_output(scenario, world, casa, italy, 2027), 20'000 + 10'000);
  EXPECT_EQ(planned_output(scenario, world, casa, france, 2027), 40'000 + 60'000);
}

// The supply curve: what the plan has in the country anyway wins nothing and costs nothing.
TEST_F(Sourcing, OptionsCostWhatTheBestPlantIsBetter) {
  world.plants[torre].wage_factor = 3;
  const double lead = value(lyonne).npv_eur - value(torre).npv_eur;
  const auto at_home = sourcing_options(scenario, world, casa, italy, 2030);
  ASSERT_EQ(at_home.size(), 2u);
  EXPECT_EQ(at_home[0].programme, furgone);  // planned there: a confirmation
  EXPECT_EQ(at_home[0].units_per_year, 0);
  EXPECT_EQ(at_home[0].cost_npv_eur, 0);
  EXPECT_EQ(at_home[1].programme, uno);
  EXPECT_EQ(at_home[1].units_per_year, 60'000);
  EXPECT_NEAR(at_home[1].cost_npv_eur, lead, 1);
  EXPECT_EQ(at_home[1].available, Month::of(2026, 6));
  // too late for 2028, when the Furgone is not yet renewed
  EXPECT_EQ(sourcing_options(scenario, world, casa, italy, 2028).size(), 1u);
  // settled: nothing more to promise
  world.programmes[uno].committed_plant = torre;
  EXPECT_EQ(sourcing_options(scenario, world, casa, italy, 2028).size(), 0u);
}

TEST_F(Sourcing, WhatEndsCanBeSavedAtItsLoss) {
  scenario.programmes[quattro].ends = true;
  EXPECT_EQ(planned_output(scenario, world, casa, france, 2030), 0);
  const auto options = sourcing_options(scenario, world, casa, france, 2030);
  const auto saved = std::find_if(options.begin(), options.end(),
                                  [&](const SourcingOption& o) { return o.programme == quattro; });
  ASSERT_NE(saved, options.end());
  EXPECT_EQ(saved->units_per_year, 40'000);
  world.programmes[quattro].committed_plant = lyonne;
  EXPECT_EQ(planned_output(scenario, world, casa, france, 2030), 40'000);
}

// ---------------------------------------------------------------------------- several together

/// Uno, Quattro and Furgone are due together, and each may go to Torre or Lyonne on the platform
/// "electric", which neither plant has.
struct SourcingTogether : Sourcing {
  void SetUp() override {
    Sourcing::SetUp();
    scenario.parameters.investment.sourcing_inertia_eur = 0;
    for (const int k : {uno, quattro, furgone}) {
      scenario.programmes[k].next_platform = "electric";
      scenario.programmes[k].next_plants = {{"torre", torre}, {"lyonne", lyonne}};
      scenario.programmes[k].retool_eur = 100e6;
      world.programmes[k].generation_end = scenario.start + 24;
    }
  }
  JointPlan plan(std::vector<int> programmes) const {
    return source_jointly(scenario, world, programmes,
                          planned_by_plant(scenario, world, scenario.start + 36, programmes));
  }
  double worth(const JointPlan& joint) const {
    double sum = 0;
    for (const auto& decision : joint.decisions)
      if (decision.renewed) sum += decision.value.npv_eur;
    return sum;
  }
};

TEST_F(SourcingTogether, APlatformIsTooledOnce) {
  world.plants[lyonne].phase = PlantState::Phase::closed;
  scenario.programmes[quattro].retool_eur = 140e6;
  const auto joint = plan({uno, quattro});
  double capex = 0;
  for (const auto& decision : joint.decisions) capex += decision.value.capex_eur;
  EXPECT_NEAR(capex, 100e6 + 140e6 + 0.25 * 140e6, 1e-3);  // at the dearest one's cost
  EXPECT_NEAR(joint.decisions[0].value.capex_eur, 100e6, 1e-3);
  EXPECT_EQ(joint.gap, 0);
}

// Alone each would fill the same plant; together they do not count its fixed cost twice.
TEST_F(SourcingTogether, AFixedCostIsCoveredOnce) {
  world.plants[lyonne].wage_factor = 1.02;
  world.plants[torre].wage_factor = 1;
  const double target = 0.8 * 160'000;
  expect(scenario, world, uno, 32'000);  // 128,000: all of the target
  const auto joint = plan({uno, furgone});
  double covered = 0, units = 0;
  for (const auto& decision : joint.decisions)
    if (decision.value.plant == torre) {
      covered += decision.value.utilisation_eur;
      units += decision.value.units_per_year;
    }
  EXPECT_LE(covered, years * 95e6 * std::min(1.0, units / target) + 1);
}

TEST_F(SourcingTogether, TheyFitIntoTheirPlants) {
  expect(scenario, world, uno, 22'000);      // 88,000
  expect(scenario, world, quattro, 44'000);  // 88,000
  world.plants[lyonne].wage_factor = 3;      // both want Torre, of 160,000
  const auto joint = plan({uno, quattro});
  std::vector<double> made(scenario.plants.size(), 0.0);
  for (const auto& decision : joint.decisions)
    if (decision.renewed) made[decision.value.plant] += decision.value.units_per_year;
  EXPECT_LE(made[torre], 160'000);
  EXPECT_GT(made[torre], 0);
}

TEST_F(SourcingTogether, TheyShareOneGrantBudget) {
  world.plants[lyonne].phase = PlantState::Phase::closed;
  world.instruments[rome].grant_share = 0.2;
  world.instruments[rome].grant_budget_eur = 30e6;
  play(1);
  double aid = 0;
  for (const auto& project : world.projects) aid += project.grants_eur();
  EXPECT_GE(world.projects.size(), 2u);
  EXPECT_NEAR(aid, 30e6, 1e-3);
  EXPECT_EQ(world.sourced_jointly, 3);
  EXPECT_EQ(world.sourcing_gap, 0);
}

// Properties at equal luck: wages, sales and the size of plants are drawn, the rest stays.
struct SourcingAtAnyLuck : Sourcing {
  static constexpr int kDraws = 200;
  void draw(int instance) {
    enum class Luck { town = 1 };
    auto luck = engine::Streams{3, 0}(Luck::town, static_cast<std::uint64_t>(instance));
    scenario.plants[torre].capacity_per_year = 60'000 + 200'000 * luck.uniform();
    scenario.plants[lyonne].capacity_per_year = 60'000 + 200'000 * luck.uniform();
    world = makers_world(scenario);
    expect(scenario, world, uno, 25'000 * luck.uniform());
    expect(scenario, world, quattro, 40'000 * luck.uniform());
    expect(scenario, world, furgone, 40'000 * luck.uniform());
    world.plants[torre].wage_factor = 0.6 + 2 * luck.uniform();
    world.plants[lyonne].wage_factor = 0.6 + 2 * luck.uniform();
    world.trust_in_government[rome] = {};
  }
  /// Whether the next Uno is given to Torre.
  bool wins() const {
    const auto ranked = values(uno);
    return !ranked.empty() && ranked[0].plant == torre && ranked[0].npv_eur >= 0;
  }
};

TEST_F(SourcingAtAnyLuck, MoreAidNeverTakesAProgrammeFromAPlant) {
  int won_by_aid = 0;
  std::array<int, 6> winners{};
  for (int i = 0; i < kDraws; ++i) {
    draw(i);
    bool before = false;
    for (int step = 0; step < 6; ++step) {
      world.instruments[rome].grant_share = 0.06 * step;
      world.instruments[rome].grant_budget_eur = 1e9;
      const bool now = wins();
      EXPECT_TRUE(now || !before) << "draw " << i << ", aid of " << 6 * step << " %";
      won_by_aid += now && step > 0 && !before;
      winners[step] += now;
      before = now;
    }
  }
  EXPECT_TRUE(std::is_sorted(winners.begin(), winners.end()));  // the probability at each level
  EXPECT_GT(won_by_aid, 3) << "aid decides too seldom to be a test";
}

TEST_F(SourcingAtAnyLuck, AHigherWageNeverBringsAPlantAProgramme) {
  int lost_by_wage = 0;
  for (int i = 0; i < kDraws; ++i) {
    draw(i);
    bool before = wins();
    for (int step = 0; step < 5; ++step) {
      world.plants[torre].wage_factor *= 1.15;
      const bool now = wins();
      EXPECT_TRUE(before || !now) << "draw " << i << ", step " << step;
      lost_by_wage += before && !now;
      before = now;
    }
  }
  EXPECT_GT(lost_by_wage, 10) << "wages decide too seldom to be a test";
}

/// The same of three programmes together, whose luck is drawn, too.
struct SourcingTogetherAtAnyLuck : SourcingTogether {
  static constexpr int kDraws = 150;
  void draw(int instance) {
    enum class Luck { together = 2 };
    auto luck = engine::Streams{3, 0}(Luck::together, static_cast<std::uint64_t>(instance));
    // room enough that nothing has to stay without room
    scenario.plants[torre].capacity_per_year = 200'000 + 200'000 * luck.uniform();
    scenario.plants[lyonne].capacity_per_year = 200'000 + 200'000 * luck.uniform();
    world = makers_world(scenario);
    for (const int k : {uno, quattro, furgone}) {
      world.programmes[k].generation_end = scenario.start + 24;
      expect(scenario, world, k, 20'000 * luck.uniform());
    }
    world.plants[torre].wage_factor = 0.6 + 2 * luck.uniform();
    world.plants[lyonne].wage_factor = 0.6 + 2 * luck.uniform();
    world.sourcing_luck = engine::Grid<double>(scenario.programmes.size(), scenario.plants.size());
    for (const int k : {uno, quattro, furgone})
      for (const int p : {torre, lyonne}) world.sourcing_luck(k, p) = luck.normal(0, 0.03);
    world.trust_in_government[rome] = {};
  }
  JointPlan plan_all() const { return plan({uno, quattro, furgone}); }
  /// Capex of what is tooled in Torre: what aid pays a part of.
  double tooled_at_torre(const JointPlan& joint) const {
    double eur = 0;
    for (const auto& decision : joint.decisions)
      if (decision.renewed && decision.value.plant == torre) eur += decision.value.capex_eur;
    return eur;
  }
  double built_at_torre(const JointPlan& joint) const {
    double units = 0;
    for (const auto& decision : joint.decisions)
      if (decision.renewed && decision.value.plant == torre) units += decision.value.units_per_year;
    return units;
  }
};

// Aid is paid on capex, so that it is the capex tooled at home that it cannot lower (the plan that
// is best at a higher rate has no less of what the rate multiplies); nor does it cost the maker.
TEST_F(SourcingTogetherAtAnyLuck, MoreAidNeverTakesCapexFromTheCountry) {
  int won = 0;
  for (int i = 0; i < kDraws; ++i) {
    draw(i);
    double before = 0, worth_before = -1;
    for (int step = 0; step < 6; ++step) {
      world.instruments[rome].grant_share = 0.06 * step;
      world.instruments[rome].grant_budget_eur = 1e9;
      const auto joint = plan_all();
      ASSERT_EQ(joint.gap, 0);
      const double now = tooled_at_torre(joint);
      EXPECT_GE(now, before - 1) << "draw " << i << ", aid of " << 6 * step << " %";
      EXPECT_GE(worth(joint), worth_before - 1);
      won += step > 0 && now > before + 1;
      before = now;
      worth_before = worth(joint);
    }
  }
  EXPECT_GT(won, 3) << "aid decides too seldom to be a test";
}

TEST_F(SourcingTogetherAtAnyLuck, AHigherWageNeverBringsAPlantOutput) {
  int lost = 0;
  for (int i = 0; i < kDraws; ++i) {
    draw(i);
    auto joint = plan_all();
    for (int step = 0; step < 5; ++step) {
      const double before = built_at_torre(joint), worth_before = worth(joint);
      world.plants[torre].wage_factor *= 1.15;
      joint = plan_all();
      EXPECT_LE(built_at_torre(joint), before + 1e-6) << "draw " << i << ", step " << step;
      EXPECT_LE(worth(joint), worth_before + 1);
      lost += built_at_torre(joint) < before - 1;
    }
  }
  EXPECT_GT(lost, 10) << "wages decide too seldom to be a test";
}

TEST_F(SourcingTogetherAtAnyLuck, APlantLessIsNeverWorthMore) {
  for (int i = 0; i < kDraws; ++i) {
    draw(i);
    const double before = worth(plan_all());
    for (const int plant : {torre, lyonne}) {
      world.plants[plant].phase = PlantState::Phase::closed;
      EXPECT_LE(worth(plan_all()), before + 1) << "draw " << i;
      world.plants[plant].phase = PlantState::Phase::running;
    }
  }
}

TEST_F(SourcingTogetherAtAnyLuck, WhatIsPlannedIsWhatIsDecided) {
  scenario.carmakers[casa].capex_budget_eur_per_year = 0;
  int moved = 0;
  for (int i = 0; i < kDraws; ++i) {
    draw(i);
    revise_product_plans(scenario, world, kLuck);  // without luck, and what comes of it
    const auto decided = world.projects;
    const double home = planned_output(scenario, world, casa, italy, 2027);
    const double abroad = planned_output(scenario, world, casa, france, 2027);
    world.projects.clear();  // as the year began
    for (auto& programme : world.programmes) programme.next_sourced = false;
    EXPECT_NEAR(planned_output(scenario, world, casa, italy, 2027), home, 1e-6) << "draw " << i;
    EXPECT_NEAR(planned_output(scenario, world, casa, france, 2027), abroad, 1e-6) << "draw " << i;
    for (const auto& option : sourcing_options(scenario, world, casa, italy, 2027)) {
      const bool here = std::any_of(decided.begin(), decided.end(), [&](const ProjectState& p) {
        return p.programmes[0] == option.programme && p.plant == torre;
      });
      EXPECT_EQ(option.units_per_year == 0 && option.cost_npv_eur == 0, here) << "draw " << i;
      moved += !here;
    }
  }
  EXPECT_GT(moved, 10);
}

// What one plant is luckier by never loses it the programme, whatever else is decided beside.
TEST_F(SourcingTogetherAtAnyLuck, MoreLuckNeverTakesAProgrammeFromAPlant) {
  int won = 0;
  for (int i = 0; i < kDraws; ++i) {
    draw(i);
    bool before = false;
    for (int step = 0; step < 5; ++step) {
      const auto decision = plan_all().decisions[0];  // of the Uno
      const bool now = decision.renewed && decision.value.plant == torre;
      EXPECT_TRUE(now || !before) << "draw " << i << ", step " << step;
      won += now && !before && step > 0;
      before = now;
      world.sourcing_luck(uno, torre) += 0.02;
    }
  }
  EXPECT_GT(won, 10);
}

// ------------------------------------------------------------------------------------------ luck

TEST_F(Sourcing, LuckIsAShareOfThePriceAndTheSameUnderEveryPolicy) {
  scenario.parameters.investment.sourcing_cost_sd = 0.02;
  const auto before = value(torre);
  world.programmes[uno].committed_plant = torre;  // sourced without a choice
  play(1);
  const auto drawn = world.sourcing_luck;
  EXPECT_NE(drawn(uno, torre), drawn(uno, lyonne));
  double revenue = 0;
  for (const char* id : {"uno-petrol", "uno-bev"})
    for (std::size_t m = 0; m < 2; ++m)
      revenue += 15'000 * world.price_eur(row_of(scenario.vehicles, id), m) /
                 (1 + scenario.markets[m].vat_rate);
  EXPECT_NEAR(value(torre).luck_eur, years * revenue * drawn(uno, torre), 1);
  EXPECT_EQ(before.luck_eur, 0);
  auto other = makers_world(scenario);
  other.month = scenario.start + 12;  // asked later, under another policy
  other.instruments[rome].pressure = 1;
  revise_product_plans(scenario, other, kLuck.at(99));
  EXPECT_EQ(other.sourcing_luck(uno, torre), drawn(uno, torre));
  other.programmes[uno].generation = 1;
  revise_product_plans(scenario, other, kLuck);
  EXPECT_NE(other.sourcing_luck(uno, torre), drawn(uno, torre));
}

// Home's win is elsewhere's loss when a model moves, and need not be when aid saves one that would
// have ended.
TEST_F(Sourcing, AidThatMovesAModelTakesItsOutputFromElsewhere) {
  const auto planned = [&](int country) {
    return planned_output(scenario, world, casa, country, 2027);
  };
  world.plants[torre].wage_factor = 0.5;
  while (value(torre).npv_eur > value(lyonne).npv_eur) world.plants[torre].wage_factor *= 1.01;
  const double home = planned(italy), abroad = planned(france);
  world.instruments[rome].grant_share = 0.3;
  world.instruments[rome].grant_budget_eur = 1e9;
  ASSERT_GT(value(torre).npv_eur, value(lyonne).npv_eur);
  EXPECT_EQ(planned(italy), home + 60'000);
  EXPECT_EQ(planned(france), abroad - 60'000);
}

TEST_F(Sourcing, AidThatSavesAModelTakesNothingFromElsewhere) {
  const auto planned = [&](int country) {
    return planned_output(scenario, world, casa, country, 2027);
  };
  world.plants[lyonne].phase = PlantState::Phase::running;
  scenario.plants[lyonne].convertible.clear();  // nobody else can build it
  double units = 15'000;
  while (units > 1 && value(torre).npv_eur >= 0) expect(scenario, world, uno, units *= 0.98);
  ASSERT_LT(value(torre).npv_eur, 0);
  const double home = planned(italy), abroad = planned(france);
  world.instruments[rome].grant_share = 0.3;
  world.instruments[rome].grant_budget_eur = 1e9;
  ASSERT_GE(value(torre).npv_eur, 0);
  EXPECT_NEAR(planned(italy), home + 4 * units, 1e-6);
  EXPECT_EQ(planned(france), abroad);
}

}  // namespace
}  // namespace tavolo::agents
