#include "agents/carmakers/investment.h"

#include <gtest/gtest.h>

#include <cmath>

#include "agents/market/aid.h"
#include "tests/agents/carmakers/makers_world.h"

namespace tavolo::agents {
namespace {

using Phase = ProjectState::Phase;

const engine::Streams kLuck{7, 0};

// economics.md, docking tests: (r, payout, volatility) = (.04, .04, .2) gives 2, .3 gives 2.763...
TEST(OptionMultiple, IsThePublishedOne) {
  EXPECT_NEAR(option_multiple(0.04, 0.04, 0.2), 2, 1e-12);
  EXPECT_NEAR(option_multiple(0.04, 0.04, 0.3), 2.7630857945, 1e-10);
}

// The value of investing at the trigger, (V* / I - 1) V*^-b, is at its largest there.
TEST(OptionMultiple, MaximisesTheValueOfTheOption) {
  for (const double sigma : {0.05, 0.2, 0.6})
    for (const double payout : {0.01, 0.05, 0.12}) {
      const double r = 0.04, v = sigma * sigma;
      const double b =
          0.5 - (r - payout) / v + std::sqrt(std::pow((r - payout) / v - 0.5, 2) + 2 * r / v);
      const auto worth = [&](double trigger) { return (trigger - 1) * std::pow(trigger, -b); };
      const double best = option_multiple(r, payout, sigma);
      EXPECT_GE(worth(best), worth(best * 1.01));
      EXPECT_GE(worth(best), worth(1 + (best - 1) * 0.99));
    }
}

TEST(OptionValue, IsThePublishedOne) {  // economics.md, docking tests
  EXPECT_NEAR(option_value(0.04, 0.04, 0.2, 1, 1), 0.25, 1e-12);
  EXPECT_NEAR(option_value(0.04, 0.04, 0.3, 1, 1), 0.3585302162, 1e-10);
}

TEST(OptionValue, MeetsTheValueOfBeginningSmoothlyAtTheTrigger) {
  const auto option = [](double value) { return option_value(0.05, 0.03, 0.25, value, 40); };
  const double trigger = 40 * option_multiple(0.05, 0.03, 0.25), step = 1e-4 * trigger;
  EXPECT_NEAR(option(trigger), trigger - 40, 1e-12);
  EXPECT_NEAR((option(trigger) - option(trigger - step)) / step, 1, 1e-3);
  for (double value = 1; value < trigger; value += 1) EXPECT_GT(option(value), value - 40);
}

TEST(OptionMultiple, WithoutUncertaintyOnlyGrowthIsWaitedFor) {
  EXPECT_NEAR(option_multiple(0.04, 0.04, 0.001), 1, 0.01);
  EXPECT_NEAR(option_multiple(0.06, 0.03, 0.001), 2, 0.01);  // r / payout
}

TEST(Annuity, IsTheSumOfDiscountedEuros) {
  double sum = 0;
  for (int year = 1; year <= 7; ++year) sum += std::pow(1.13, -year);
  EXPECT_NEAR(annuity(0.13, 7), sum, 1e-12);
  EXPECT_EQ(annuity(0, 7), 7);
}

struct Projects : testing::Test {
  Scenario scenario = makers_town();
  World world = makers_world(scenario);
  const int casa = row_of(scenario.carmakers, "casa");
  const int torre = row_of(scenario.plants, "torre");
  const int cinque = row_of(scenario.programmes, "cinque");
  const int uno = row_of(scenario.programmes, "uno");
  const int rome = row_of(scenario.governments, "government-IT");
  const int cinque_bev = row_of(scenario.vehicles, "cinque-bev");

  void SetUp() override {
    scenario.parameters.investment.slip_mean_months = 0;
    expect(scenario, world, cinque, 10'000);
    world.projects = announced_projects(scenario);
  }
  ProjectState& announced() { return world.projects[0]; }
  double capex_paid() const {
    return world.books.paid_eur(carmaker_actor(scenario, casa),
                                static_cast<std::size_t>(Purpose::capex));
  }
  double grants_received() const {
    return world.books.received_eur(carmaker_actor(scenario, casa),
                                    static_cast<std::size_t>(Purpose::grant));
  }
  void play(int months) {
    for (int i = 0; i < months; ++i) {
      advance_projects(scenario, world, kLuck);
      world.month = world.month + 1;
      if (world.month.month() == 1)
        world.books.paid_eur = world.books.received_eur =
            engine::Grid<double>(actor_count(scenario), kPurposes);
    }
  }
  ProjectState works(double capex, int months) const {
    ProjectState project;
    project.carmaker = casa;
    project.plant = torre;
    project.name = "works";
    project.capex_eur = capex;
    project.planned_value_eur = 10 * capex;
    project.review = world.month;
    project.done = world.month + months;
    return project;
  }
};

TEST_F(Projects, AnnouncedBeforeTheStartAreDone) {
  scenario.projects[0].start = scenario.start + -1;
  EXPECT_TRUE(announced_projects(scenario).empty());
}

TEST_F(Projects, UnderConstructionAtTheStartCostOnlyWhatIsLeft) {
  scenario.projects[0].start = scenario.start + 6;  // of 18 months
  const auto project = announced_projects(scenario)[0];
  EXPECT_NEAR(project.capex_eur, 50e6, 1e-3);
  EXPECT_EQ(project.review, scenario.start);
  // worth its trigger when it was announced, with the whole capex
  EXPECT_NEAR(project.planned_value_eur, 2 * 150e6 / 0.75, 1);
}

TEST_F(Projects, WhoseForecastHoldsAreBuiltInTime) {
  const Month launch = announced().done;
  play(launch - scenario.start);
  EXPECT_FALSE(world.on_sale[cinque_bev]);
  play(1);
  EXPECT_EQ(announced().phase, Phase::done);
  EXPECT_TRUE(world.on_sale[cinque_bev]);
  EXPECT_TRUE(told(world, "Casa launches the Cinque, built at Torre"));
  EXPECT_NEAR(announced().spent_eur, 150e6, 1e-3);
  const auto& platforms = world.plants[torre].platforms;
  EXPECT_NE(std::find(platforms.begin(), platforms.end(), "electric"), platforms.end());
}

TEST_F(Projects, MayTakeAPartOfWhatIsBuiltElsewhere) {
  const auto before = world.programmes[uno].plant_share;
  ASSERT_EQ(before[torre], 1);
  const int other = torre == 0 ? 1 : 0;
  scenario.projects[0].plant.row = other;
  scenario.projects[0].programmes[0].row = uno;
  scenario.projects[0].share = 0.25;
  world.projects = announced_projects(scenario);
  play(announced().done - scenario.start + 1);
  ASSERT_EQ(announced().phase, Phase::done);
  const auto& after = world.programmes[uno].plant_share;
  EXPECT_DOUBLE_EQ(after[other], 0.25);
  EXPECT_DOUBLE_EQ(after[torre], 0.75);
}

TEST_F(Projects, SpendTheirCapexEvenlyAndWhole) {
  world.projects = {works(90e6, 9)};
  play(1);
  EXPECT_NEAR(capex_paid(), 10e6, 1e-3);
  play(8);
  EXPECT_NEAR(capex_paid(), 90e6, 1e-3);
  play(2);
  EXPECT_NEAR(capex_paid(), 90e6, 1e-3);
}

TEST_F(Projects, GrantsArePaidAsCapexIsSpentFromTheYearsBudget) {
  world.budget_left_eur[rome] = 5e6;
  world.projects = {works(100e6, 10)};
  announced().grants = {{scenario.plants[announced().plant].country.row, 20e6}};
  play(2);
  EXPECT_NEAR(grants_received(), 4e6, 1e-3);
  play(3);
  EXPECT_NEAR(grants_received(), 5e6, 1e-3);  // the budget is empty
  EXPECT_NEAR(world.committed_eur[rome], 15e6, 1e-3);
  world.budget_left_eur[rome] = 1e9;
  play(6);
  EXPECT_NEAR(grants_received(), 20e6, 1e-3);  // what was in arrears, too
  EXPECT_NEAR(world.committed_eur[rome], 0, 1e-3);
}

TEST_F(Projects, WhoseForecastCollapsesArePutOffAndThenCancelled) {
  play(1);  // the forecast with which it was planned
  expect(scenario, world, cinque, 5'000);
  announced().done = scenario.start + 18 + 1;  // to be decided now
  announced().review = world.month;
  play(12);
  EXPECT_EQ(announced().phase, Phase::waiting);
  EXPECT_TRUE(told(world, "Casa puts off Cinque at Torre by a year: 50 % of the value"));
  play(24);
  EXPECT_EQ(announced().phase, Phase::cancelled);
  EXPECT_TRUE(told(world, "Casa cancels Cinque at Torre"));
  EXPECT_FALSE(world.programmes[cinque].alive);
  EXPECT_EQ(capex_paid(), 0);
  EXPECT_EQ(std::count_if(world.events.begin(), world.events.end(),
                          [](const engine::Event& event) { return event.kind == "project"; }),
            2);  // told once each
}

TEST_F(Projects, UnderWayArePutOffInJanuaryWhenTheForecastCollapses) {
  play(12);
  EXPECT_EQ(announced().phase, Phase::building);
  const double spent = announced().spent_eur;
  EXPECT_GT(spent, 0);
  expect(scenario, world, cinque, 1'000);
  play(1);
  EXPECT_EQ(announced().phase, Phase::waiting);
  EXPECT_EQ(announced().spent_eur, spent);
  expect(scenario, world, cinque, 10'000);  // it recovers, and is built with a year's delay
  play(40);
  EXPECT_EQ(announced().phase, Phase::done);
  EXPECT_NEAR(announced().spent_eur, 150e6, 1e-3);
  EXPECT_TRUE(told(world, "Casa resumes Cinque"));
}

TEST_F(Projects, ThatAnAgreementAsksForAreNotQuestioned) {
  play(1);
  world.agreements.emplace_back();
  announced().agreement = 0;
  expect(scenario, world, cinque, 0);
  play(30);
  EXPECT_EQ(announced().phase, Phase::done);
}

// The trigger is on capex less aid: aid of x lowers the value that is asked for by multiple times
// x.
TEST_F(Projects, AidLowersTheTriggerOneForOne) {
  auto project = works(100e6, 10);
  project.firmness = 0.5;
  const double heard = 0.5 + 0.5 * 0.75;  // the part that is not firm counts at cancel_threshold
  for (const double aid : {0.0, 10e6, 30e6}) {
    project.planned_value_eur = option_multiple(scenario) * (100e6 - aid) / heard;
    project.planned_value_eur *= 1 + 1e-9;
    EXPECT_TRUE(is_worthwhile(scenario, world, project, aid));
    project.planned_value_eur *= 1 - 2e-9;
    EXPECT_FALSE(is_worthwhile(scenario, world, project, aid));
  }
}

// A battery plant: electric sales that stand still fall behind the plan it was built on.
TEST_F(Projects, ABatteryPlantDiesOfElectricSalesThatStandStill) {
  auto cells = works(300e6, 48);
  cells.firmness = 0.5;
  cells.planned_value_eur = option_multiple(scenario) * 300e6 / 0.75;
  world.projects = {cells};
  play(60);
  EXPECT_EQ(world.projects[0].phase, Phase::cancelled);

  world = makers_world(scenario);
  world.programmes[uno].generation_end = Month{1 << 30};
  world.projects = {cells};
  for (int year = 0; year < 5; ++year) {
    play(12);
    for (auto& units : world.forecast.values()) units *= 1.2;  // as planned
  }
  EXPECT_EQ(world.projects[0].phase, Phase::done);
}

TEST_F(Projects, CapitalIsRationedInEveryYear) {
  scenario.carmakers[casa].capex_budget_eur_per_year = 100e6;
  world.projects = {works(160e6, 24), works(90e6, 12), works(20e6, 12)};
  double spent = 0;
  for (int month = 0; month < 48; ++month) {
    const bool december = world.month.month() == 12;
    advance_projects(scenario, world, kLuck);
    if (december) {
      EXPECT_LE(capex_paid(), 100e6 * (1 + 1e-9));
      spent += capex_paid();
      world.books.paid_eur = engine::Grid<double>(actor_count(scenario), kPurposes);
    }
    world.month = world.month + 1;
  }
  // the second waits for the first, the third finds room beside it
  EXPECT_NEAR(spent, 270e6, 1e-3);
  EXPECT_EQ(world.projects[0].decided, scenario.start);
  EXPECT_EQ(world.projects[2].decided, scenario.start);
  EXPECT_EQ(world.projects[1].decided, Month::of(2025, 11));  // when 2025 has room for its months
}

// Common random numbers: a policy that moves the decision by a year leaves the slip as it was.
TEST_F(Projects, SlipByTheSameWhenTheyAreDecidedLater) {
  scenario.parameters.investment.slip_mean_months = 12;
  int slips[2];
  for (const int later : {0, 12}) {
    world = makers_world(scenario);
    expect(scenario, world, cinque, 10'000);
    world.projects = announced_projects(scenario);
    announced().done = announced().done + later;
    announced().review = announced().review + later;
    const Month planned = announced().done;
    play(planned - scenario.start + 1);
    slips[later / 12] = announced().done - planned;
    EXPECT_TRUE(announced().slipped);
  }
  EXPECT_EQ(slips[0], slips[1]);
  EXPECT_GT(slips[0], 0);
}

TEST_F(Projects, SlipByAnExponentialOfTheGivenMean) {
  scenario.parameters.investment.slip_mean_months = 12;
  constexpr int kDraws = 2000;
  double sum = 0;
  for (int i = 0; i < kDraws; ++i) {
    const engine::Streams luck{7, static_cast<std::uint64_t>(i)};
    World once = world;
    once.projects = {works(1e6, 0)};
    once.projects[0].phase = Phase::building;
    once.projects[0].spent_eur = 1e6;
    advance_projects(scenario, once, luck);
    sum += once.projects[0].done - once.month;
  }
  // mean 12, standard error 12 / sqrt(2000) = 0.27; |z| < 4.5
  EXPECT_NEAR(sum / kDraws, 12, 4.5 * 12 / std::sqrt(kDraws));
}

TEST_F(Projects, AProgrammeThatEndsWithoutSuccessorLeavesTheMarket) {
  world.projects.clear();
  world.month = world.programmes[uno].generation_end;
  advance_projects(scenario, world, kLuck);
  EXPECT_FALSE(world.programmes[uno].alive);
  EXPECT_FALSE(world.on_sale[row_of(scenario.vehicles, "uno-petrol")]);
  EXPECT_TRUE(told(world, "Casa ends the Uno"));
}

TEST_F(Projects, TheOldGenerationIsSoldUntilTheNewOneComes) {
  const int petrol = row_of(scenario.vehicles, "uno-petrol");
  const int electric = row_of(scenario.vehicles, "uno-bev");
  const Month end = world.programmes[uno].generation_end;
  scenario.vehicles[petrol].to = end;      // leaves with the old generation
  scenario.vehicles[electric].from = end;  // comes with the new one
  world.on_sale[electric] = 0;
  world.month = end + -6;
  auto renewal = works(60e6, 10);  // four months late
  renewal.programmes = {uno};
  renewal.platform = "electric";
  renewal.next_generation = true;
  world.projects.clear();
  open_project(world, renewal);
  EXPECT_TRUE(world.programmes[uno].next_sourced);
  play(9);
  EXPECT_TRUE(world.on_sale[petrol]);
  EXPECT_FALSE(world.on_sale[electric]);
  play(2);
  EXPECT_FALSE(world.on_sale[petrol]);
  EXPECT_TRUE(world.on_sale[electric]);
  EXPECT_EQ(world.programmes[uno].generation, 1);
  EXPECT_EQ(world.programmes[uno].platform, "electric");
  EXPECT_EQ(world.programmes[uno].generation_end, end + 4 + 84);
  EXPECT_FALSE(world.programmes[uno].next_sourced);
}

}  // namespace
}  // namespace tavolo::agents
