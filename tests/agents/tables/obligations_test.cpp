#include "agents/tables/obligations.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "agents/unions/workforce.h"
#include "tests/agents/tables/town.h"
#include "tests/support/proportion.h"

namespace tavolo::agents {
namespace {

using Kind = Obligation::Kind;
using Status = Obligation::Status;

/// Italy and Casa have agreed on 140,000 vehicles by 2026, for 60 MEUR over three years.
struct Agreed : Town {
  Agreed() {
    AgreementState agreement;
    agreement.kind = "transition";
    agreement.name = "The agreement";
    agreement.signed_on = Month::of(2024, 4);
    agreement.government = kItaly;
    agreement.carmaker = kCasa;
    agreement.aid_promised_eur = 60e6;
    agreement.clawback_share = 0.5;
    agreement.years = 3;
    Obligation output;
    output.kind = Kind::output;
    output.actor = carmaker_actor(scenario, kCasa);
    output.beneficiary = government_actor(scenario, kItaly);
    output.country = scenario.governments[kItaly].country.row;
    output.amount = 140'000;
    output.due_year = 2026;
    agreement.obligations.push_back(output);
    Obligation aid = output;
    aid.kind = Kind::aid;
    std::swap(aid.actor, aid.beneficiary);
    aid.amount = 60e6;
    agreement.obligations.push_back(aid);
    world.agreements.push_back(agreement);
    world.budget_left_eur[kItaly] = 1e9;
  }
  AgreementState& agreement() { return world.agreements.front(); }
  /// December of a year in which Torre made `output` vehicles.
  void audit(int year, double output) {
    world.month = Month::of(year, 12);
    torre_state().output_year = output;
    audit_agreements(scenario, world, now());
  }
  double clawed_back() const { return paid(carmaker_actor(scenario, kCasa), Purpose::clawback); }
};

TEST(Audit, ClawsBackExactlyTheAgreedShareOnAFullShortfall) {
  Agreed town;
  town.scenario.parameters.tables.enforcement_verified = 1;
  town.scenario.parameters.tables.enforcement_strict = 1;
  for (const int year : {2024, 2025, 2026}) town.audit(year, 0);
  EXPECT_EQ(town.agreement().obligations[0].status, Status::broken);
  EXPECT_NEAR(town.agreement().aid_paid_eur, 40e6, 1);  // the last instalment is withheld
  EXPECT_NEAR(town.clawed_back(), 0.5 * 40e6, 1);
  EXPECT_NEAR(town.agreement().clawed_back_eur, 0.5 * 40e6, 1);
}

TEST(Audit, ClawsBackInProportionToTheShortfall) {
  Agreed town;
  town.scenario.parameters.tables.enforcement_verified = 1;
  town.scenario.parameters.tables.enforcement_strict = 1;
  for (const int year : {2024, 2025, 2026}) town.audit(year, 0.75 * 140'000);
  EXPECT_NEAR(town.clawed_back(), 0.25 * 0.5 * 40e6, 1);
}

TEST(Audit, WaivesHalfWhereTheClauseIsNotStrict) {
  Agreed town;
  town.scenario.parameters.tables.enforcement_verified = 1;
  town.scenario.parameters.tables.enforcement_strict = 0;
  for (const int year : {2024, 2025, 2026}) town.audit(year, 0);
  EXPECT_NEAR(town.clawed_back(), 0.5 * 0.5 * 40e6, 1);
}

TEST(Audit, ClawsBackNothingUnverifiedButPressureVerifies) {
  Agreed town, pressed;
  for (auto* t : {&town, &pressed}) t->scenario.parameters.tables.enforcement_verified = 0;
  pressed.world.instruments[kItaly].pressure = 1;
  for (const int year : {2024, 2025, 2026}) {
    town.audit(year, 0);
    pressed.audit(year, 0);
  }
  EXPECT_EQ(town.clawed_back(), 0);
  EXPECT_GT(pressed.clawed_back(), 0);
}

TEST(Audit, TakesOutputThatIsReachedAYearEarly) {
  Agreed town;
  town.audit(2025, 141'000);
  EXPECT_EQ(town.agreement().obligations[0].status, Status::kept);
  EXPECT_TRUE(town.told("audit"));
}

TEST(Audit, GivesAYearToWhoIsNearlyThere) {
  Agreed late, broken;
  for (auto* town : {&late, &broken}) {
    for (const int year : {2024, 2025}) town->audit(year, 100'000);
    town->audit(2026, 0.95 * 140'000);
    EXPECT_EQ(town->agreement().obligations[0].status, Status::late);
  }
  late.audit(2027, 140'000);
  EXPECT_EQ(late.agreement().obligations[0].status, Status::kept);
  broken.audit(2027, 0.95 * 140'000);
  EXPECT_EQ(broken.agreement().obligations[0].status, Status::broken);
  EXPECT_FALSE(broken.agreement().active);
}

TEST(Audit, PaysAYearsAidOutOfTheBudgetAndNoMore) {
  Agreed town;
  town.audit(2024, 100'000);
  EXPECT_NEAR(town.agreement().aid_paid_eur, 20e6, 1);
  EXPECT_NEAR(town.world.budget_left_eur[kItaly], 1e9 - 20e6, 1);
  town.world.budget_left_eur[kItaly] = 5e6;  // it has spent the rest
  town.audit(2025, 100'000);
  EXPECT_NEAR(town.agreement().aid_paid_eur, 25e6, 1);
  EXPECT_GE(town.world.budget_left_eur[kItaly], 0);
  EXPECT_EQ(town.agreement().obligations[1].status, Status::late);
}

TEST(Audit, RemembersAGovernmentThatDoesNotPay) {
  Agreed pays, owes;
  owes.world.budget_left_eur[kItaly] = 0;
  for (auto* town : {&pays, &owes})
    for (const int year : {2024, 2025, 2026}) town->audit(year, 141'000);
  EXPECT_EQ(owes.agreement().obligations[1].status, Status::broken);
  EXPECT_GT(trust_in_government(pays.world, kItaly), trust_in_government(owes.world, kItaly));
}

TEST(Trust, FallsWithABrokenPromiseAndRisesWithAKeptOne) {
  Agreed kept, broken;
  const double before = trust_in_maker(kept.world, kItaly);
  for (const int year : {2024, 2025, 2026}) {
    kept.audit(year, 141'000);
    broken.audit(year, 50'000);
  }
  EXPECT_GT(trust_in_maker(kept.world, kItaly), before);
  EXPECT_LT(trust_in_maker(broken.world, kItaly), before);
  // what is long ago counts less
  const double fresh = trust_in_maker(broken.world, kItaly);
  for (int year = 2027; year < 2040; ++year) broken.audit(year, 0);
  EXPECT_GT(trust_in_maker(broken.world, kItaly), fresh);
  EXPECT_LT(trust_in_maker(broken.world, kItaly), before);
}

TEST(Trust, IsAngryInThePlantsToo) {
  Agreed town;
  const double calm = town.world.union_satisfaction[0];
  for (const int year : {2024, 2025, 2026}) town.audit(year, 50'000);
  EXPECT_GT(town.torre_state().unrest, 0);
  EXPECT_LT(town.world.union_satisfaction[0], calm);
}

TEST(Agreement, ReservesTheInstalmentOfTheComingYear) {
  Agreed town;
  reserve_instalments(town.scenario, town.world, 2024);
  EXPECT_NEAR(town.world.committed_eur[kItaly], 20e6, 1);
  reserve_instalments(town.scenario, town.world, 2024);  // once is enough
  EXPECT_NEAR(town.world.committed_eur[kItaly], 20e6, 1);
  town.audit(2024, 0);
  EXPECT_NEAR(town.world.committed_eur[kItaly], 20e6, 1);  // the next one
  town.audit(2025, 0);
  town.audit(2026, 0);  // broken: it ends
  EXPECT_FALSE(town.agreement().active);
  EXPECT_EQ(town.world.committed_eur[kItaly], 0);
}

TEST(Agreement, LeavesTheRestOfTheMoneyToOthers) {
  Agreed town;
  const double all = free_money_eur(town.scenario, town.world, kItaly, 2027);
  town.agreement().active = false;
  EXPECT_NEAR(free_money_eur(town.scenario, town.world, kItaly, 2027) - all, 60e6, 1);
}

TEST(Agreement, ForgetsNoInstalmentThatIsOwed) {
  Agreed town;
  town.world.budget_left_eur[kItaly] = 0;
  town.audit(2024, 0);
  town.world.budget_left_eur[kItaly] = 1e9;
  town.audit(2025, 0);
  EXPECT_NEAR(town.agreement().aid_paid_eur, 40e6, 1);
}

TEST(Jobs, AreLateInOneDecemberAndBrokenInTwo) {
  Agreed town;
  auto& promise = town.agreement().obligations[0];
  promise.kind = Kind::jobs;
  promise.plant = town.torre();
  promise.amount = town.torre_state().headcount;
  town.torre_state().headcount *= 0.9;
  town.audit(2024, 0);
  EXPECT_EQ(promise.status, Status::late);
  EXPECT_EQ(town.agreement().aid_paid_eur, 0);
  EXPECT_NEAR(town.agreement().aid_withheld_eur, 20e6, 1);
  town.audit(2025, 0);
  EXPECT_EQ(promise.status, Status::broken);
}

TEST(Jobs, AreGuaranteedOnlyWhileABreachWouldCostMore) {
  Agreed dear, cheap;
  for (auto* town : {&dear, &cheap}) {
    auto& promise = town->agreement().obligations[0];
    promise.kind = Kind::jobs;
    promise.plant = town->torre();
    promise.amount = town->torre_state().headcount;
    town->world.forecast.fill(0);  // no work for anybody
  }
  dear.agreement().aid_promised_eur = 5e9;
  keep_guarantees(dear.scenario, dear.world);
  keep_guarantees(cheap.scenario, cheap.world);
  EXPECT_EQ(dear.torre_state().guaranteed_jobs, dear.torre_state().headcount);
  EXPECT_EQ(cheap.torre_state().guaranteed_jobs, 0);
}

TEST(Models, AreKeptByTheGenerationThatComesWhereItWasPromised) {
  Agreed town;
  auto& promise = town.agreement().obligations[0];
  promise.kind = Kind::models;
  promise.plant = town.torre();
  promise.programme = 0;
  promise.generation = 1;
  promise.amount = 1;
  auto& programme = town.world.programmes[0];
  programme.committed_agreement = 0;
  programme.committed_plant = town.torre();
  town.audit(2025, 0);
  EXPECT_EQ(promise.status, Status::pending);
  ProjectState project;
  project.plant = town.torre();
  project.programmes = {0};
  project.phase = ProjectState::Phase::building;
  town.world.projects.push_back(project);
  town.audit(2026, 0);
  EXPECT_EQ(promise.status, Status::late);  // it is on its way
  programme.generation = 1;
  town.audit(2027, 0);
  EXPECT_EQ(promise.status, Status::kept);
  EXPECT_EQ(programme.committed_plant, -1);  // nothing is left to commit
}

TEST(ExpectedShortfall, IsTheNormalOne) {
  EXPECT_NEAR(expected_shortfall(100, 100, 10), 10 / std::sqrt(2 * std::numbers::pi), 1e-12);
  EXPECT_NEAR(expected_shortfall(200, 100, 10), 100, 1e-9);
  EXPECT_NEAR(expected_shortfall(50, 100, 10), 0, 1e-5);
  EXPECT_EQ(expected_shortfall(120, 100, 0), 20);
}

TEST(EnforcedShare, IsThePublishedOne) {
  const TableParameters tables;
  EXPECT_NEAR(enforced_share(tables, 0), 0.69 * (0.53 + 0.47 / 2), 1e-12);
  EXPECT_NEAR(enforced_share(tables, 1), 0.53 + 0.47 / 2, 1e-12);
}

// --- performance clauses

/// Torre's workers have promised 22.8 hours per vehicle (of 24) by December 2025, for the next
/// Quattro.
struct Promised : Town {
  Promised() {
    AgreementState agreement;
    agreement.kind = "performance";
    agreement.name = "The clause";
    agreement.signed_on = Month::of(2024, 4);
    agreement.carmaker = kCasa;
    agreement.plant = torre();
    Obligation promise;
    promise.kind = Kind::performance;
    promise.actor = kWorkers;
    promise.beneficiary = carmaker_actor(scenario, kCasa);
    promise.plant = torre();
    promise.programme = 1;
    promise.generation = world.programmes[1].generation + 1;
    promise.amount = 22.8;
    promise.due_year = 2025;
    agreement.obligations.push_back(promise);
    world.agreements.push_back(agreement);
    scenario.parameters.labour.performance_sd = 0;
  }
  AgreementState& agreement() { return world.agreements.front(); }
  const ProgrammeState& quattro() const { return world.programmes[1]; }
  void audit(int year) {
    world.month = Month::of(year, 12);
    audit_agreements(scenario, world, now());
  }
  void work_faster(double rate) { scenario.parameters.labour.performance_rate = rate; }
};

TEST(PerformanceAudit, GrantsTheModelWhenHoursAreDownInTime) {
  Promised town;
  town.work_faster(0.03);
  town.audit(2024);
  EXPECT_EQ(town.quattro().committed_plant, -1);
  EXPECT_NEAR(hours_per_vehicle(town.scenario, town.world, town.torre()), 24 * std::exp(-0.03),
              1e-12);
  town.audit(2025);
  EXPECT_EQ(town.agreement().obligations[0].status, Status::kept);
  EXPECT_EQ(town.quattro().committed_plant, town.torre());
  ASSERT_EQ(town.agreement().obligations.size(), 2u);
  EXPECT_EQ(town.agreement().obligations[1].kind, Kind::models);  // now the maker owes it
  EXPECT_EQ(town.agreement().obligations[1].status, Status::pending);
  EXPECT_TRUE(town.agreement().active);
  EXPECT_NE(town.world.events.back().text.find("grants Torre the next Quattro"), std::string::npos);
  EXPECT_GT(trust_in_workers(town.world, town.torre()), 0.6);
}

TEST(PerformanceAudit, WithholdsTheModelWhenTheyAreNotAndLeavesThePlantAsFastAsItIs) {
  Promised town;
  town.work_faster(0.02);
  for (const int year : {2024, 2025, 2026}) town.audit(year);
  EXPECT_EQ(town.agreement().obligations[0].status, Status::broken);
  EXPECT_FALSE(town.agreement().active);
  EXPECT_EQ(town.quattro().committed_plant, -1);
  EXPECT_NEAR(hours_per_vehicle(town.scenario, town.world, town.torre()), 24 * std::exp(-0.04),
              1e-12);
  EXPECT_LT(trust_in_workers(town.world, town.torre()), 0.6);
  EXPECT_NE(town.world.events.back().text.find("withholds the next Quattro from Torre"),
            std::string::npos);
  EXPECT_EQ(town.torre_state().unrest, 0);  // nobody has broken its word to them
}

TEST(PerformanceAudit, IsABreachOfTheMakerWhenTheModelIsGone) {
  Promised town;
  town.work_faster(0.03);
  town.world.programmes[1].next_sourced = true;
  for (const int year : {2024, 2025}) town.audit(year);
  EXPECT_EQ(town.agreement().obligations[0].status, Status::kept);
  EXPECT_EQ(town.quattro().committed_plant, -1);
  EXPECT_FALSE(town.agreement().active);
  EXPECT_GT(town.torre_state().unrest, 0);
  EXPECT_LT(trust_of_unions(town.world, kCasa), 0.6);
}

TEST(PerformanceAudit, FindsTheTargetReachedAsOftenAsTheFormulaSays) {
  constexpr int kRuns = 2'000;
  int reached = 0;
  Promised town;
  town.work_faster(0.02);
  town.scenario.parameters.labour.performance_sd = 0.03;
  const auto fresh = town.world;
  for (int seed = 0; seed < kRuns; ++seed) {
    town.world = fresh;
    town.luck = engine::Streams{static_cast<std::uint64_t>(seed), 0};
    for (const int year : {2024, 2025}) town.audit(year);
    reached += town.agreement().obligations[0].status == Status::kept;
  }
  const double chance = chance_of_cut(town.scenario.parameters.labour, 0.05, 2);
  EXPECT_GT(chance, 0.2);
  EXPECT_LT(chance, 0.5);
  EXPECT_TRUE(test::is_proportion(reached, kRuns, chance));
}

TEST(Trust, OfTheUnionsInTheirMakerIsLearnedAndForgotten) {
  Agreed town;
  for (const int year : {2024, 2025, 2026}) town.audit(year, 0);
  const double after = trust_of_unions(town.world, kCasa);
  EXPECT_LT(after, 0.6);
  for (const int year : {2027, 2028, 2029}) town.audit(year, 0);
  EXPECT_GT(trust_of_unions(town.world, kCasa), after);
  EXPECT_LT(trust_of_unions(town.world, kCasa), 0.6);
}

}  // namespace
}  // namespace tavolo::agents
