#include "agents/tables/renegotiation.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "agents/tables/negotiate.h"
#include "tests/agents/tables/town.h"

namespace tavolo::agents {
namespace {

using engine::negotiation::Status;

/// Casa has promised Italy more than its plan gives, due this year.
struct Promised : Town {
  explicit Promised(double amount = 400'000) {
    AgreementState agreement;
    agreement.name = "The transition agreement of 2022 (Italy, Casa)";
    agreement.kind = "transition";
    agreement.signed_on = Month::of(2022, 4);
    agreement.government = kItaly;
    agreement.carmaker = kCasa;
    agreement.aid_promised_eur = 90e6;
    agreement.aid_paid_eur = 60e6;
    agreement.clawback_share = 1;
    agreement.years = 3;
    Obligation promise;
    promise.kind = Obligation::Kind::output;
    promise.actor = carmaker_actor(scenario, kCasa);
    promise.beneficiary = government_actor(scenario, kItaly);
    promise.country = scenario.governments[kItaly].country.row;
    promise.amount = amount;
    promise.due_year = 2024;
    agreement.obligations.push_back(promise);
    world.agreements.push_back(agreement);
    world.budget_left_eur[kItaly] = 200e6;
  }
  RenegotiationCase about() const { return renegotiation_case(scenario, world, 0); }
};

TEST(Renegotiation, IsAskedForOnlyWhereThePlanFallsShortAndOnlyOnce) {
  Promised town;
  const auto c = town.about();
  ASSERT_EQ(c.agreement, 0);
  EXPECT_LT(c.expected, 0.9 * c.promised);
  EXPECT_EQ(Promised{0.95 * c.expected}.about().agreement, -1);
  open_renegotiation_tables(town.scenario, town.world, town.now());
  ASSERT_EQ(town.world.tables.size(), 1U);
  EXPECT_EQ(town.about().agreement, -1);
}

TEST(Renegotiation, LeavesNobodyWorseOffThanABreach) {
  Promised town;
  const auto c = town.about();
  auto table = renegotiation_table(town.scenario, town.world, c);
  ASSERT_EQ(table.session->play(table.session->rounds()), Status::agreed);
  const auto terms = renegotiation_terms(*table.session->terms());
  EXPECT_GE(maker_worth_eur(town.scenario, c, terms), -breach_loss_eur(town.scenario, c) - 1);
  EXPECT_GE(government_worth_eur(town.scenario, town.world, c, terms),
            breach_gain_eur(town.scenario, town.world, c) - 1);
}

TEST(Renegotiation, ASurelyEnforcedClauseBringsTheGovernmentMore) {
  Promised town;
  auto weak = town.scenario, strict = town.scenario;
  weak.parameters.tables.enforcement_verified = 0.2;
  strict.parameters.tables.enforcement_verified = 1;
  strict.parameters.tables.enforcement_strict = 1;
  const auto c = town.about();
  EXPECT_GT(breach_loss_eur(strict, c), breach_loss_eur(weak, c));
  EXPECT_GT(breach_gain_eur(strict, town.world, c), breach_gain_eur(weak, town.world, c));
}

TEST(Renegotiation, RewritesThePromiseAndMovesTheMoney) {
  Promised town;
  const auto before = town.world.agreements[0];
  open_renegotiation_tables(town.scenario, town.world, town.now());
  auto table = town.world.tables.front();
  table.session->play(table.session->rounds());
  ASSERT_TRUE(bind_renegotiation(town.scenario, town.world, town.now(), table));
  const auto terms = renegotiation_terms(*table.session->terms());
  const auto& after = town.world.agreements[0];
  EXPECT_LE(after.obligations[0].amount, before.obligations[0].amount);
  EXPECT_EQ(after.obligations[0].due_year, 2024 + terms.extension_years);
  EXPECT_NEAR(after.aid_withheld_eur, (1 - terms.aid_kept_share) * 30e6, 1);
  EXPECT_NEAR(town.paid(carmaker_actor(town.scenario, kCasa), Purpose::clawback),
              after.clawed_back_eur, 1e-3);
  EXPECT_TRUE(town.told("agreement"));
}

TEST(Renegotiation, IsHeldByTheCalendarsTables) {
  Promised town;
  open_tables(town.scenario, town.world, town.now());
  for (int month = 0; month < 6; ++month) {
    hold_tables(town.scenario, town.world, town.now());
    town.world.month = town.world.month + 1;
  }
  EXPECT_TRUE(std::any_of(town.world.minutes.begin(), town.world.minutes.end(),
                          [](const auto& minutes) { return minutes.kind == "renegotiation"; }));
}

}  // namespace
}  // namespace tavolo::agents
