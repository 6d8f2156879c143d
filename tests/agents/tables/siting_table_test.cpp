#include "agents/tables/siting_table.h"

#include <gtest/gtest.h>

#include <cmath>

#include "agents/tables/negotiate.h"
#include "agents/tables/obligations.h"
#include "tests/agents/tables/town.h"

namespace tavolo::agents {
namespace {

using engine::negotiation::kInfeasible;
using engine::negotiation::Status;
using Mode = EntrantState::Mode;

constexpr int kFrance = 1, kAltro = 1;

/// Two-car town where Altro may go to Italy or to France, and both governments court it.
struct Courted : Town {
  Courted() {
    static const Scenario with_two_sites = [] {
      Scenario scenario = two_car_town();
      scenario.sites.push_back(scenario.sites[0]);
      scenario.sites[1].id = "altro-FR";
      scenario.sites[1].country = {"FR", 1};
      scenario.governments[kFrance].strategic = true;
      initialise(scenario);
      return scenario;
    }();
    scenario = with_two_sites;
    world = first_world(scenario);
    for (const int government : {kItaly, kFrance}) {
      world.budget_left_eur[government] = 200e6;
      world.instruments[government].entrant_budget_eur = 150e6;
    }
  }
  /// A site that is worth building, just not without aid.
  SitingCase bargain(int government) const {
    SitingCase c;
    c.government = government;
    c.carmaker = kAltro;
    c.country = scenario.governments[government].country.row;
    const int site = government == kItaly ? 0 : 1;
    c.offers = {{site, Mode::kit, c.country, 30'000, 30e6, 20e6, 0, -10e6},
                {site, Mode::plant, c.country, 60'000, 210e6, 390e6, 0, 180e6}};
    c.offers[0].lead_months = 12;
    c.offers[1].lead_months = 30;
    c.jobs = {150, 870};
    c.jobs_beside = {0, 0};
    c.aid_cap_share = {0.3, 0.3};
    c.budget_eur = 150e6;
    c.multiple = 2;
    c.yearly_cost_eur = 56'000;
    c.trust_in_maker = c.trust_in_government = 0.7;
    return c;
  }
  TableState played(const SitingCase& c) const {
    auto table = siting_table(scenario, world, c);
    table.session->play(table.session->rounds());
    return table;
  }
};

TEST(SitingTable, PutsNothingOnItAboveTheCapOrTheBudget) {
  Courted town;
  auto c = town.bargain(kItaly);
  c.aid_cap_share = {0.1, 0.3};
  c.budget_eur = 40e6;
  const auto table = siting_table(town.scenario, town.world, c);
  for (std::size_t o = 0; o < table.session->agenda().outcomes(); ++o) {
    const auto terms = siting_terms(table.session->agenda().offer(o));
    const std::size_t i = terms.mode == Mode::kit ? 0 : 1;
    if (terms.aid_share > c.aid_cap_share[i] + 1e-9 ||
        terms.aid_share * c.offers[i].capex_eur > c.budget_eur) {
      EXPECT_EQ(table.session->utility(0, o), kInfeasible);
    }
  }
}

TEST(SitingTable, LeavesNobodyBelowItsBestAlternative) {
  const Courted town;
  int deals = 0;
  for (int i = 0; i <= 20; ++i) {
    auto c = town.bargain(kItaly);
    c.best_alternative_eur = 2e6 * i;
    c.private_factor = 1 + 0.01 * (i - 10);
    const auto table = town.played(c);
    const auto deal = table.session->agreement();
    if (!deal) continue;
    ++deals;
    const auto terms = siting_terms(*table.session->terms());
    EXPECT_GE(entrant_worth_eur(town.scenario, c, terms), c.best_alternative_eur - 1);
    EXPECT_GE(government_worth_eur(town.scenario, c, terms), -1);
    EXPECT_NEAR(agreed_worth_eur(table), entrant_worth_eur(town.scenario, c, terms), 1);
  }
  EXPECT_GT(deals, 5);
}

TEST(SitingTable, HasNoDealBelowTheTriggerOfTheOptionToWait) {
  const Courted town;
  auto c = town.bargain(kItaly);
  for (auto& offer : c.offers) offer.operating_npv_eur = 1.2 * offer.capex_eur;
  EXPECT_EQ(town.played(c).session->status(), Status::timed_out);
}

TEST(SitingTable, RewardsTheTougherGovernment) {
  Courted tough, soft;
  tough.scenario.governments[kItaly].concession = 0.25;
  soft.scenario.governments[kItaly].concession = 4;
  const auto a = tough.played(tough.bargain(kItaly)), b = soft.played(soft.bargain(kItaly));
  ASSERT_EQ(a.session->status(), Status::agreed);
  ASSERT_EQ(b.session->status(), Status::agreed);
  EXPECT_GT(a.session->utility(0, *a.session->agreement()),
            b.session->utility(0, *b.session->agreement()));
}

TEST(SitingDeal, BeginsTheProjectAndTakesTheMoneyReserved) {
  Courted town;
  auto table = town.played(town.bargain(kItaly));
  ASSERT_EQ(table.session->status(), Status::agreed);
  bind_siting_deal(town.scenario, town.world, town.now(), table);
  ASSERT_EQ(town.world.agreements.size(), 1u);
  const auto& agreement = town.world.agreements[0];
  EXPECT_NEAR(town.world.instruments[kItaly].entrant_budget_eur, 150e6 - agreement.aid_promised_eur,
              1);
  ASSERT_GE(town.world.entrants[kAltro].project, 0);
  const auto& project = town.world.projects[town.world.entrants[kAltro].project];
  EXPECT_EQ(project.agreement, 0);
  EXPECT_EQ(project.grants_eur(), agreement.aid_promised_eur);
  EXPECT_EQ(agreement.obligations[0].kind, Obligation::Kind::investment);
  EXPECT_EQ(agreement.obligations[0].amount, project.capex_eur);
  EXPECT_TRUE(town.told("agreement"));
}

TEST(SitingDeal, ClosesTheEntrantsOtherTables) {
  Courted town;
  town.world.tables = {town.played(town.bargain(kItaly)),
                       siting_table(town.scenario, town.world, town.bargain(kFrance))};
  ASSERT_EQ(town.world.tables[0].session->status(), Status::agreed);
  town.scenario.parameters.tables.rounds_per_month = 1;
  hold_tables(town.scenario, town.world, town.now());
  EXPECT_EQ(town.world.agreements.size(), 1u);
  EXPECT_TRUE(town.world.tables.empty());
}

TEST(SitingDeal, IsWithTheCountryThatOffersMostWhenTwoAgreeAtOnce) {
  Courted town;
  auto rich = town.bargain(kFrance);
  for (auto& offer : rich.offers) offer.operating_npv_eur += 100e6;
  const auto italy = town.played(town.bargain(kItaly)), france = town.played(rich);
  ASSERT_EQ(italy.session->status(), Status::agreed);
  ASSERT_EQ(france.session->status(), Status::agreed);
  ASSERT_GT(agreed_worth_eur(france), agreed_worth_eur(italy));
  town.world.tables = {italy, france};
  hold_tables(town.scenario, town.world, town.now());
  ASSERT_EQ(town.world.agreements.size(), 1u);
  EXPECT_EQ(town.world.agreements[0].government, kFrance);
}

TEST(SitingTables, AreCalledOnlyByGovernmentsThatCourt) {
  Courted town;
  town.world.instruments[kFrance].entrant_budget_eur = 0;
  open_siting_tables(town.scenario, town.world, town.now());
  for (const auto& table : town.world.tables) EXPECT_EQ(table.government, kItaly);
  Courted nobody;
  for (auto& levers : nobody.world.instruments) levers.entrant_budget_eur = 0;
  open_siting_tables(nobody.scenario, nobody.world, nobody.now());
  EXPECT_TRUE(nobody.world.tables.empty());
  EXPECT_TRUE(nobody.world.events.empty());
}

TEST(SitingCase, ReadsTheCapOfThePact) {
  Courted town;
  const auto values = site_values(town.scenario, town.world, kAltro);
  const auto before = siting_case(town.scenario, town.world, town.now(), kItaly, kAltro, values);
  town.world.instruments[kItaly].pact = true;
  town.world.instruments[kItaly].pact_cap_share = 0.05;
  const auto after = siting_case(town.scenario, town.world, town.now(), kItaly, kAltro, values);
  ASSERT_EQ(before.offers.size(), 2u);
  EXPECT_GT(before.aid_cap_share[0], 0.05);
  EXPECT_NEAR(after.aid_cap_share[0], 0.05, 1e-12);
}

}  // namespace
}  // namespace tavolo::agents
