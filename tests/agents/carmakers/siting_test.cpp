#include "agents/carmakers/siting.h"

#include <gtest/gtest.h>

#include "agents/automotive_model.h"
#include "agents/carmakers/entrant_plant.h"
#include "agents/carmakers/investment.h"
#include "agents/carmakers/prospects.h"
#include "agents/initialise.h"
#include "agents/market/production.h"
#include "agents/market/trade.h"
#include "agents/tables/siting_race.h"
#include "agents/unions/workforce.h"
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
  EXPECT_NEAR(v.capacity_per_year, 20'000, 1e-6);  // what is planned, a third of the most
  EXPECT_NEAR(v.capex_eur, 20'000 * 3500, 1e-3);
  EXPECT_NEAR(v.operating_npv_eur, years * (saved + 20'000 * 300 - 600 * 20'000), 1);
  EXPECT_NEAR(v.npv_eur, v.operating_npv_eur - v.capex_eur + v.aid_eur, 1e-3);

  double shipped = 0;
  for (int m = 0; m < 2; ++m) shipped += 10'000 * unit_cost_eur(scenario, world, petrol, works, m);
  const double assembly = 20'000 * unit_cost(scenario, world, petrol, plant, 0).labour * 8 / 22;
  const auto kit = in_italy(Mode::kit);
  EXPECT_NEAR(kit.capex_eur, 0.15 * v.capex_eur, 1e-3);
  EXPECT_NEAR(kit.operating_npv_eur,
              years * (0.04 * shipped - assembly + 20'000 * 300 - 0.15 * 600 * 20'000), 1);
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
  EXPECT_EQ(world.programmes[mini].kits_at, plant);
  EXPECT_NEAR(mean_hours(scenario, world, plant), 8, 1e-12);
  const int petrol = row_of(scenario.vehicles, "mini-petrol");
  const auto whole = unit_cost(scenario, world, petrol, works, 0),
             here = unit_cost(scenario, world, petrol, plant, 0);
  EXPECT_NEAR(here.total(), here.labour + 0.96 * whole.total(), 1e-9);
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

TEST_F(Siting, WhatAKitSiteIsWorthAsAPlantDoesNotDependOnItsKits) {
  const auto before = in_italy();
  settle_entrant(scenario, world, altro, in_italy(Mode::kit), 0, -1, -1);
  world.month = world.projects[0].done;
  world.projects[0].spent_eur = world.projects[0].capex_eur;
  advance_projects(scenario, world, kLuck);
  EXPECT_NEAR(in_italy().operating_npv_eur, before.operating_npv_eur, 1);
}

TEST_F(Siting, ReviewsItsChoiceWhenDutiesChange) {
  set_duty(0);
  scenario.parameters.industry.kit_cost_discount = 0;
  for (auto& site : scenario.sites) site.affinity_eur_per_vehicle = 0;
  for (int year = 0; year < 3; ++year) {
    site_entrants(scenario, world, kLuck);
    world.month = world.month + 12;
  }
  ASSERT_TRUE(world.projects.empty());
  make_it_pay();
  site_entrants(scenario, world, kLuck);
  EXPECT_EQ(world.projects.size(), 1u);
}

TEST_F(Siting, AffinityIsDrawnWithinItsRangeAndFromNothingButLuck) {
  scenario.sites[0].affinity_low = -100;
  scenario.sites[0].affinity_high = 900;
  scenario.sites[1].affinity_low = scenario.sites[1].affinity_high = 0;
  double sum = 0;
  constexpr int kRuns = 4000;
  for (int run = 0; run < kRuns; ++run) {
    draw_affinities(scenario, world, engine::Streams{1, static_cast<std::uint64_t>(run)});
    ASSERT_GE(world.site_affinity_eur[0], -100);
    ASSERT_LE(world.site_affinity_eur[0], 900);
    EXPECT_EQ(world.site_affinity_eur[1], 0);
    sum += world.site_affinity_eur[0];
  }
  // of a triangle: mean of its three corners, standard deviation 206
  EXPECT_NEAR(sum / kRuns, (-100 + 300 + 900) / 3.0, 4 * 206 / std::sqrt(kRuns));
  const auto one = world.site_affinity_eur;
  world.instruments[rome].grant_share = 0.5;
  world.month = world.month + 24;
  draw_affinities(scenario, world, engine::Streams{1, kRuns - 1});
  EXPECT_EQ(world.site_affinity_eur, one);
  scenario.parameters.investment.site_affinity_spread = 0;
  draw_affinities(scenario, world, kLuck);
  EXPECT_EQ(world.site_affinity_eur[0], 300);
}

/// Where governments race: who wins Altro with Italy's map of aid and wages as they are; nobody:
/// -1.
int winner(const Scenario& scenario, const World& world, int altro) {
  const auto bids = site_bids(scenario, world, kLuck, altro);
  const auto won = award(bids, SitingProtocol::ascending);
  return won ? bids[won->bid].c.country : -1;
}

struct Race : Siting {
  void SetUp() override {
    scenario.siting = SitingProtocol::ascending;
    for (auto& site : scenario.sites) {
      site.affinity_low = site.affinity_eur_per_vehicle - 1500;
      site.affinity_high = site.affinity_eur_per_vehicle + 1500;
    }
    set_duty(0.45);
    for (auto& units : world.forecast.values()) units *= 1.5;
    world.budget_left_eur[rome] = world.instruments[rome].entrant_budget_eur = 400e6;
  }
};

TEST_F(Race, MoreAidAllowedNeverLosesACountryASite) {
  int changed = 0;
  for (std::uint64_t run = 0; run < 60; ++run) {
    draw_affinities(scenario, world, engine::Streams{1, run});
    bool had = false;
    for (const double cap : {0.0, 0.1, 0.2, 0.3, 0.5}) {
      scenario.countries[italy].aid_cap_share = cap;
      const bool has = winner(scenario, world, altro) == italy;
      EXPECT_TRUE(has || !had) << "run " << run << ", cap " << cap;
      changed += has != had;
      had = has;
    }
  }
  EXPECT_GT(changed, 3);
}

TEST_F(Race, AHigherWageNeverWinsACountryASite) {
  int changed = 0;
  const double wage = scenario.countries[italy].labour_eur_per_hour;
  for (std::uint64_t run = 0; run < 60; ++run) {
    draw_affinities(scenario, world, engine::Streams{1, run});
    bool had = true;
    for (const double factor : {0.3, 0.7, 1.0, 1.5, 2.5}) {
      scenario.countries[italy].labour_eur_per_hour = factor * wage;
      const bool has = winner(scenario, world, altro) == italy;
      EXPECT_TRUE(had || !has) << "run " << run << ", wage times " << factor;
      changed += has != had;
      had = has;
    }
  }
  EXPECT_GT(changed, 3);
}

TEST_F(Race, ASitesRegionBeatsItsCountrysMap) {
  auto regional = scenario;
  regional.plants.erase(regional.plants.begin() + plant, regional.plants.end());
  regional.sites[0].aid_cap_share = 0.05;
  add_site_plants(regional);
  const auto share = [&](const Scenario& s) {
    return site_bids(s, world, kLuck, altro)[0].c.aid_cap_share[0];
  };
  EXPECT_NEAR(share(scenario), 0.30, 1e-12);
  EXPECT_NEAR(share(regional), 0.05, 1e-12);
}

/// Altro, of which Casa owns 51 %, may have its line in Casa's plant, Torre.
struct Hosted : testing::Test {
  Scenario scenario = with_a_host();
  World world = makers_world(scenario);
  const int altro = row_of(scenario.carmakers, "altro"), casa = row_of(scenario.carmakers, "casa");
  const int works = row_of(scenario.plants, "altro-works");
  const int torre = row_of(scenario.plants, "torre");
  const int mini = row_of(scenario.programmes, "mini"), uno = row_of(scenario.programmes, "uno");

  static Scenario with_a_host() {
    Scenario scenario = two_car_town();
    scenario.sites[0].host = {"torre", row_of(scenario.plants, "torre")};
    auto& altro = scenario.carmakers[row_of(scenario.carmakers, "altro")];
    altro.parent = {"casa", row_of(scenario.carmakers, "casa")};
    altro.parent_share = 0.51;
    scenario.siting = SitingProtocol::bargaining;
    scenario.parameters.investment.slip_mean_months = 0;
    add_site_plants(scenario);
    return scenario;
  }
  void SetUp() override {
    for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
      if (scenario.carmaker_of(scenario.vehicles[v]) == altro) world.duty_rate(v, works) = 0.6;
  }
  SiteValue value(Mode mode = Mode::plant) const {
    for (const auto& v : site_values(scenario, world, altro))
      if (v.mode == mode) return v;
    return {};
  }
  /// Vehicles a year that Torre is planned to make when the line opens, 2026 or later.
  double planned() const {
    return torre_units(uno) + torre_units(row_of(scenario.programmes, "cinque")) +
           torre_units(row_of(scenario.programmes, "furgone"));
  }
  double torre_units(int programme) const { return programme_sales(scenario, world, programme); }
  void build(Mode mode) {
    settle_entrant(scenario, world, altro, value(mode), 0, -1, -1);
    world.month = world.projects.back().done;
    world.projects.back().spent_eur = world.projects.back().capex_eur;
    advance_projects(scenario, world, kLuck);
  }
};

TEST_F(Hosted, HasNoPlantOfItsOwn) {
  for (const auto& plant : scenario.plants) EXPECT_NE(plant.id, "altro-IT");
  EXPECT_EQ(plant_of_site(scenario, 0), torre);
}

TEST_F(Hosted, HasNoFixedCostAndFillsItsHostForItsParent) {
  world.plants[torre].capacity_per_year = 400'000;
  const auto line = value();
  ASSERT_EQ(line.site, 0);
  EXPECT_EQ(line.fixed_eur, 0);
  const double target = scenario.parameters.industry.utilisation_target * 400'000;
  ASSERT_GT(target, planned() + line.units_per_year);
  EXPECT_NEAR(line.filled_eur, annuity(0.12, 7) * 0.51 * 95e6 / target * line.units_per_year, 1);
  EXPECT_NEAR(line.operating_npv_eur,
              line.saving_eur + line.affinity_eur + line.extra_eur + line.filled_eur, 1);
  scenario.carmakers[altro].parent = {};
  EXPECT_EQ(value().filled_eur, 0);
}

TEST_F(Hosted, MakesNoMoreThanThereIsRoomFor) {
  world.plants[torre].capacity_per_year = planned() + 5'000;
  EXPECT_NEAR(value().capacity_per_year, 5'000, 1e-6);
  EXPECT_NEAR(value().capex_eur, 5'000 * 3'500, 1e-3);
  world.plants[torre].capacity_per_year = planned();
  EXPECT_EQ(value().site, -1);
  world.plants[torre].capacity_per_year = 400'000;
  world.plants[torre].phase = PlantState::Phase::closed;
  EXPECT_EQ(value().site, -1);
}

TEST_F(Hosted, IsMadeInTheHostByItsWorkers) {
  world.plants[torre].capacity_per_year = 400'000;
  world.plants[torre].headcount = 100;  // all are busy
  build(Mode::plant);
  EXPECT_TRUE(
      told(world, "Altro decides for a line for 60 thousand vehicles a year in Italy, at "));
  EXPECT_TRUE(told(world, "Altro opens its line at Torre"));
  EXPECT_EQ(world.entrants[altro].mode, Mode::plant);
  EXPECT_EQ(world.plants[torre].capacity_per_year, 400'000);
  EXPECT_NE(std::find(world.plants[torre].platforms.begin(), world.plants[torre].platforms.end(),
                      "altro"),
            world.plants[torre].platforms.end());
  double taken = 0;
  for (std::size_t k = 0; k < scenario.programmes.size(); ++k)
    if (maker_of(scenario, static_cast<int>(k)) == altro)
      taken += world.programmes[k].plant_share[torre] *
               programme_sales(scenario, world, static_cast<int>(k));
  EXPECT_NEAR(taken, 60'000, 1e-6);
  // the crew of the line and no more: what the host lacks for its own it has to hire itself
  EXPECT_NEAR(world.plants[torre].headcount, 100 + 60'000 * 24 / 1650.0, 1e-6);
  EXPECT_EQ(world.programmes[uno].plant_share[torre], 1);  // the host's own stay
}

TEST_F(Hosted, IdleWorkersOfTheHostTakeTheLine) {
  world.plants[torre].capacity_per_year = 400'000;
  world.plants[torre].headcount = 10'000;
  build(Mode::plant);
  EXPECT_EQ(world.plants[torre].headcount, 10'000);
}

TEST_F(Hosted, KitsAreOfTheProgrammeNotOfThePlant) {
  world.plants[torre].capacity_per_year = 400'000;
  const int petrol = row_of(scenario.vehicles, "mini-petrol"),
            other = row_of(scenario.vehicles, "uno-petrol");
  const double before = unit_cost_eur(scenario, world, other, torre, 0);
  const double jobs = jobs_needed(scenario, world, torre, 100'000);
  build(Mode::kit);
  EXPECT_EQ(world.programmes[mini].kits_at, torre);
  EXPECT_EQ(unit_cost_eur(scenario, world, other, torre, 0), before);
  EXPECT_NEAR(unit_cost(scenario, world, petrol, torre, 0).labour,
              cost_if_made(scenario, world, petrol, torre, 0).labour * 8 / 24, 1e-9);
  EXPECT_LT(mean_hours(scenario, world, torre), 24);
  EXPECT_GT(mean_hours(scenario, world, torre), 8);
  EXPECT_LT(jobs_needed(scenario, world, torre, 100'000), jobs);
}

TEST_F(Hosted, WhoseHostClosesIsBackWhereItBegan) {
  world.plants[torre].capacity_per_year = 400'000;
  build(Mode::plant);
  ASSERT_GT(world.programmes[mini].plant_share[torre], 0);
  leave_sites(scenario, world, torre);
  EXPECT_EQ(world.programmes[mini].plant_share[works], 1);
  EXPECT_EQ(world.entrants[altro].mode, Mode::exports);
  EXPECT_EQ(world.entrants[altro].plant_site, -1);
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
    EXPECT_NEAR(world.constant(v, 0), 0, 1e-12);
}

// A whole run, whose books check every identity in every month.
TEST(HostedRun, OutputAndJobsAreTheHosts) {
  const auto played = [](bool hosted) {
    Scenario scenario = Hosted::with_a_host();
    scenario.siting = SitingProtocol::ascending;
    scenario.plants[row_of(scenario.plants, "torre")].capacity_per_year = 400'000;
    scenario.sites[0].affinity_eur_per_vehicle = 6'000;
    if (!hosted) scenario.sites.clear();
    initialise(scenario);
    return play(scenario, "no_intervention", 1, 0);
  };
  const Scenario scenario = Hosted::with_a_host();
  const int torre = row_of(scenario.plants, "torre");
  const auto with = played(true), without = played(false);
  double share = 0;
  for (std::size_t k = 0; k < scenario.programmes.size(); ++k)
    if (scenario.programmes[k].brand.id == "altro") share += with.programmes[k].plant_share[torre];
  EXPECT_GT(share, 0);
  EXPECT_EQ(with.plants.size(), without.plants.size());
  EXPECT_GT(with.plants[torre].output_last_year, without.plants[torre].output_last_year + 1'000);
  EXPECT_GT(with.plants[torre].headcount, without.plants[torre].headcount);
}

}  // namespace
}  // namespace tavolo::agents
