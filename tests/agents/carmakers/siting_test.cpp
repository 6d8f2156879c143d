#include "agents/carmakers/siting.h"

#include <gtest/gtest.h>

#include "agents/carmakers/entrant_plant.h"
#include "agents/carmakers/investment.h"
#include "agents/carmakers/prospects.h"
#include "agents/market/trade.h"
#include "tests/agents/carmakers/makers_world.h"

namespace tavolo::agents {
namespace {

using Mode = EntrantState::Mode;

const engine::Streams kLuck{7, 0};

/// Altro exports from China at a duty of 10 % and may build in Italy or France.
struct Siting : testing::Test {
  Scenario scenario = with_two_sites();
  World world = makers_world(scenario);
  const int altro = row_of(scenario.carmakers, "altro");
  const int works = row_of(scenario.plants, "altro-works");
  const int plant = row_of(scenario.plants, "altro-IT");
  const int rome = row_of(scenario.governments, "government-IT");
  const int italy = row_of(scenario.countries, "IT");
  const int mini = row_of(scenario.programmes, "mini");

  static Scenario with_two_sites() {
    Scenario scenario = two_car_town();
    Site other = scenario.sites[0];
    other.id = "altro-FR";
    other.country = {"FR", row_of(scenario.countries, "FR")};
    other.affinity_eur_per_vehicle = 0;
    scenario.sites.push_back(other);
    scenario.siting = SitingProtocol::bargaining;  // makers review their sites by themselves
    add_site_plants(scenario);
    scenario.parameters.investment.slip_mean_months = 0;
    return scenario;
  }
  void SetUp() override { set_duty(0.3); }
  void set_duty(double rate) {
    for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
      if (scenario.carmaker_of(scenario.vehicles[v]) == altro) world.duty_rate(v, works) = rate;
  }
  SiteValue value(std::string_view site, Mode mode) const {
    for (const auto& v : site_values(scenario, world, altro))
      if (scenario.sites[v.site].id == site && v.mode == mode) return v;
    return {};
  }
  SiteValue in_italy(Mode mode = Mode::plant) const { return value("altro-IT", mode); }
  /// The duty that makes a plant in Italy worth its trigger.
  void make_it_pay() {
    set_duty(0.6);
    for (auto& units : world.forecast.values()) units *= 2;
  }
};

TEST_F(Siting, EverySiteHasAClosedReservePlant) {
  const auto before = scenario.plants.size();
  add_site_plants(scenario);
  EXPECT_EQ(scenario.plants.size(), before);
  EXPECT_EQ(scenario.plants[plant].platforms, std::vector<std::string>{"altro"});
  EXPECT_EQ(world.plants[plant].phase, PlantState::Phase::closed);
}

TEST_F(Siting, DutyRaisesASitesValue) {
  double before = -1e18;
  for (const double rate : {0.0, 0.1, 0.2, 0.4, 0.6}) {
    set_duty(rate);
    EXPECT_GE(in_italy().operating_npv_eur, before);
    before = in_italy().operating_npv_eur;
  }
  EXPECT_GT(before, 0);
}

// Without growth, taste and idle programmes the value is A (units x (saving + affinity) - fixed).
TEST_F(Siting, ValueIsTheClosedForm) {
  auto& investment = scenario.parameters.investment;
  investment.entrant_growth_per_year = investment.entrant_brand_growth =
      investment.home_made_taste = 0;
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
    if (scenario.vehicles[v].id != "mini-petrol")
      for (int m = 0; m < 2; ++m) world.forecast(v, m) = 0;
  const int petrol = row_of(scenario.vehicles, "mini-petrol");
  double saved = 0;
  for (int m = 0; m < 2; ++m)
    saved += 10'000 * (unit_cost_eur(scenario, world, petrol, works, m) -
                       unit_cost_eur(scenario, world, petrol, plant, m));
  ASSERT_GT(saved, 0);
  const double years = annuity(0.13, 7);
  const auto v = in_italy();
  EXPECT_EQ(v.units_per_year, 20'000);
  EXPECT_NEAR(v.capex_eur, 60'000 * 3500, 1e-3);
  EXPECT_NEAR(v.operating_npv_eur, years * (saved + 20'000 * 300 - 600 * 60'000), 1);
  EXPECT_NEAR(v.npv_eur, v.operating_npv_eur - v.capex_eur + v.aid_eur, 1e-3);

  double shipped = 0;
  for (int m = 0; m < 2; ++m) shipped += 10'000 * unit_cost_eur(scenario, world, petrol, works, m);
  const double assembly = 20'000 * unit_cost(scenario, world, petrol, plant, 0).labour * 8 / 22;
  const auto kit = in_italy(Mode::kit);
  EXPECT_NEAR(kit.capex_eur, 0.15 * v.capex_eur, 1e-3);
  EXPECT_NEAR(kit.operating_npv_eur,
              years * (0.04 * shipped - assembly + 20'000 * 300 - 0.15 * 600 * 60'000), 1);
}

TEST_F(Siting, CountsOnGrowthAndPresenceUpToCapacity) {
  auto& investment = scenario.parameters.investment;
  investment.entrant_brand_growth = 0;
  investment.entrant_growth_per_year = 0;
  const double flat = in_italy().units_per_year;
  investment.entrant_growth_per_year = 0.02;
  EXPECT_NEAR(in_italy().units_per_year, std::min(60'000.0, flat * std::pow(1.02, 4.5)),
              0.05 * flat);
  investment.entrant_growth_per_year = 3;
  EXPECT_EQ(in_italy().units_per_year, 60'000);
}

TEST_F(Siting, AidCountsOneForOneAndStopsAtTheCap) {
  const auto before = in_italy();
  EXPECT_EQ(before.aid_eur, 0);
  world.instruments[rome].grant_share = 0.9;
  world.instruments[rome].grant_budget_eur = 1e9;
  const auto after = in_italy();
  EXPECT_NEAR(after.aid_eur, 0.30 * after.capex_eur, 1e-3);
  EXPECT_NEAR(after.npv_eur - before.npv_eur, after.aid_eur, 1e-3);
  EXPECT_NEAR(value("altro-FR", Mode::plant).aid_eur, 0.10 * after.capex_eur, 1e-3);
}

TEST_F(Siting, ACourtedSiteIsBargainedNotOffered) {
  world.instruments[rome].grant_share = 0.2;
  world.instruments[rome].grant_budget_eur = 1e9;
  world.instruments[rome].entrant_budget_eur = 1e8;
  EXPECT_EQ(in_italy().aid_eur, 0);
}

TEST_F(Siting, SomeSitesAreSeenOnlyWhenCourted) {
  scenario.sites[0].courted_only = true;
  EXPECT_EQ(in_italy().site, -1);
  world.instruments[rome].entrant_budget_eur = 1e8;
  EXPECT_EQ(in_italy().site, 0);
}

TEST_F(Siting, BelowTheTriggerItGoesOnExporting) {
  set_duty(0);
  scenario.parameters.industry.kit_cost_discount = 0;
  scenario.sites[0].affinity_eur_per_vehicle = 0;
  site_entrants(scenario, world, kLuck);
  EXPECT_TRUE(world.projects.empty());
  EXPECT_EQ(world.entrants[altro].mode, Mode::exports);
}

TEST_F(Siting, TheTriggerIsTheOptionMultipleOfNetCapex) {
  SiteValue v;
  v.capex_eur = 100e6;
  v.aid_eur = 20e6;
  v.operating_npv_eur = 2 * 80e6 + 1;
  EXPECT_TRUE(passes_trigger(scenario, v));
  v.operating_npv_eur -= 2;
  EXPECT_FALSE(passes_trigger(scenario, v));
}

TEST_F(Siting, APlantThatPaysIsBuiltAndTakesOverProgrammes) {
  make_it_pay();
  world.instruments[rome].entrant_budget_eur = 0;
  site_entrants(scenario, world, kLuck);
  ASSERT_EQ(world.projects.size(), 1u);
  EXPECT_TRUE(told(world, "Altro decides for a plant for 60 thousand vehicles a year in Italy"));
  EXPECT_EQ(world.plants[plant].phase, PlantState::Phase::building);
  EXPECT_TRUE(site_values(scenario, world, altro).empty());  // one project at a time

  const double duty =
      unit_cost(scenario, world, row_of(scenario.vehicles, "mini-bev"), plant, 0).duty;
  EXPECT_EQ(duty, 0);
  for (int month = 0; month <= 30; ++month) {
    advance_projects(scenario, world, kLuck);
    world.month = world.month + 1;
  }
  EXPECT_EQ(world.plants[plant].phase, PlantState::Phase::running);
  EXPECT_EQ(world.entrants[altro].mode, Mode::plant);
  EXPECT_EQ(world.entrants[altro].country, italy);
  EXPECT_EQ(world.entrants[altro].project, -1);
  double taken = 0;
  for (std::size_t k = 0; k < scenario.programmes.size(); ++k) {
    double sum = 0;
    for (const auto& part : world.programmes[k].plant_share) sum += part.share;
    EXPECT_NEAR(sum, 1, 1e-12);
    taken += world.programmes[k].plant_share[plant] *
             programme_sales(scenario, world, static_cast<int>(k));
  }
  EXPECT_NEAR(taken, 60'000, 1e-6);                                        // as much as it can make
  EXPECT_NEAR(world.plants[plant].headcount, 60'000 * 22 / 1650.0, 1e-6);  // and the crew for it
}

TEST_F(Siting, MadeInTheCountryIsLikedThereAndPresenceGrows) {
  make_it_pay();
  const auto v = in_italy();
  settle_entrant(scenario, world, altro, v, 0, -1, -1);
  world.month = world.projects[0].done;
  world.projects[0].spent_eur = world.projects[0].capex_eur;
  advance_projects(scenario, world, kLuck);
  int moved = -1;
  for (std::size_t i = 0; i < scenario.vehicles.size(); ++i)
    if (world.programmes[scenario.vehicles[i].programme.row].plant_share[plant] > 0)
      moved = static_cast<int>(i);
  ASSERT_GE(moved, 0);
  EXPECT_NEAR(world.constant(moved, 0), 0.04, 1e-12);
  EXPECT_EQ(world.constant(moved, 1), 0);
  for (int year = 0; year < 8; ++year) site_entrants(scenario, world, kLuck);
  EXPECT_NEAR(world.constant(moved, 1), 5 * 0.05, 1e-12);  // five years, no more
  EXPECT_NEAR(world.constant(moved, 0), 0.04 + 5 * 0.05, 1e-12);
}

TEST_F(Siting, WaitsForTheTableOfAGovernmentThatCourtsButNotForASecondYear) {
  make_it_pay();
  world.instruments[rome].entrant_budget_eur = 1e9;
  ASSERT_TRUE(passes_trigger(scenario, value("altro-FR", Mode::plant)));
  site_entrants(scenario, world, kLuck);
  EXPECT_TRUE(world.projects.empty());
  world.month = world.month + 12;
  site_entrants(scenario, world, kLuck);
  ASSERT_EQ(world.projects.size(), 1u);
  EXPECT_EQ(scenario.sites[world.projects[0].site].id, "altro-FR");
}

TEST_F(Siting, AKitLineComesFirstAndAPlantMayFollow) {
  SiteValue kit = in_italy(Mode::kit);
  settle_entrant(scenario, world, altro, kit, 0, -1, -1);
  world.month = world.projects[0].done;
  world.projects[0].spent_eur = world.projects[0].capex_eur;
  advance_projects(scenario, world, kLuck);
  EXPECT_EQ(world.entrants[altro].mode, Mode::kit);
  EXPECT_EQ(world.plants[plant].kits_from, works);
  EXPECT_NEAR(world.plants[plant].productivity, 22.0 / 8, 1e-12);
  for (const auto& v : site_values(scenario, world, altro)) EXPECT_EQ(v.mode, Mode::plant);
  EXPECT_FALSE(site_values(scenario, world, altro).empty());
}

TEST_F(Siting, AnAgreementsAidIsPaidAsCapexIsSpent) {
  world.budget_left_eur[rome] = 1e9;
  settle_entrant(scenario, world, altro, in_italy(), 30e6, rome, 2);
  EXPECT_EQ(world.projects[0].agreement, 2);
  for (int month = 0; month < 15; ++month) {
    advance_projects(scenario, world, kLuck);
    world.month = world.month + 1;
  }
  EXPECT_NEAR(world.projects[0].grants_paid_eur(), 15e6, 1e-3);  // half of thirty months
  EXPECT_NEAR(world.budget_left_eur[rome], 1e9 - 15e6, 1e-3);
}

}  // namespace
}  // namespace tavolo::agents
