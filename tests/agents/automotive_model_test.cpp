#include "agents/automotive_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "agents/calendar.h"
#include "agents/initialise.h"
#include "agents/market/accounts.h"
#include "engine/error.h"
#include "engine/experiment/design.h"
#include "engine/experiment/sweep.h"
#include "engine/simd.h"
#include "tests/support/toy_experiment.h"
#include "tests/support/two_car_town.h"

namespace tavolo::agents {
namespace {

using testing::HasSubstr;

const std::string kTiny = TAVOLO_SOURCE_DIR "/configs/tiny.toml";

/// Read and initialised once for all tests.
const Scenario& tiny() {
  static const Scenario scenario = load_scenario(kTiny, {});
  return scenario;
}

/// Without any policy.
World after_months(const Scenario& scenario, int months) {
  World world = first_world(scenario);
  const engine::Streams luck{5, 0};
  for (int i = 0; i < months; ++i) play_month(scenario, world, luck);
  return world;
}

TEST(Run, IsTheSameForTheSameSeed) {
  EXPECT_EQ(fingerprint(play(tiny(), "transition_pact", 3, 1)),
            fingerprint(play(tiny(), "transition_pact", 3, 1)));
}

TEST(Run, IsTheSameWithEveryInstructionSet) {
  std::vector<std::uint64_t> prints;
  for (const auto isa : {engine::Isa::plain, engine::Isa::avx2, engine::Isa::avx512}) {
    engine::limit_isa(isa);
    // the base year too is inverted by vectors
    const Scenario scenario = load_scenario(kTiny, {});
    prints.push_back(fingerprint(play(scenario, "purchase_incentives", 3, 1)));
  }
  EXPECT_EQ(prints[1], prints[0]);
  EXPECT_EQ(prints[2], prints[0]);
}

TEST(Run, DiffersBetweenSeedsReplicationsAndPolicies) {
  const auto print = fingerprint(play(tiny(), "no_intervention", 3, 1));
  EXPECT_NE(print, fingerprint(play(tiny(), "no_intervention", 4, 1)));
  EXPECT_NE(print, fingerprint(play(tiny(), "no_intervention", 3, 2)));
  EXPECT_NE(print, fingerprint(play(tiny(), "purchase_incentives", 3, 1)));
}

TEST(Run, MeetsTheSameDriversAndCyclesUnderEveryPolicy) {
  const World without = play(tiny(), "no_intervention", 3, 1);
  const World with = play(tiny(), "adaptive", 3, 1);
  EXPECT_EQ(without.driver, with.driver);
  EXPECT_EQ(without.cycle, with.cycle);
}

/// Output of the last year at home and in the makers' plants elsewhere.
struct Outputs {
  double home = 0, elsewhere = 0;
};
Outputs outputs(const std::string& policy, const std::vector<engine::Override>& changes) {
  const AutomotiveFamily family;
  const auto names = family.indicators(kTiny, changes);
  const auto record = family.prepare(kTiny, changes)->run(policy, 1, 0);
  Outputs last;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const double value = record.values[record.values.size() - names.size() + i];
    if (names[i].name == "vehicles") last.home = value;
    if (names[i].name == "outside_output") last.elsewhere = value;
  }
  return last;
}

// Where Lyonne has room and a wage just low enough to win the next Uno, a grant keeps it at Torre;
// luck aside, which is more than the grant.
TEST(Run, ShowsWhatASubsidyThatMovesAModelTakesFromElsewhere) {
  const std::vector<engine::Override> rivals{{"plants.lyonne.capacity_per_year", "400000"},
                                             {"countries.FR.labour_eur_per_hour", "15"},
                                             {"investment.sourcing_cost_sd", "0"}};
  const auto without = outputs("no_intervention", rivals);
  const auto with = outputs("grants_without_clawback", rivals);
  EXPECT_GT(with.home, without.home + 10'000);
  EXPECT_LT(with.elsewhere, without.elsewhere - 10'000);
}

// Where it stays at Torre anyway, the same grant moves nothing.
TEST(Run, ShowsThatASubsidyNeedTakeNothingFromElsewhere) {
  const auto without = outputs("no_intervention", {});
  const auto with = outputs("grants_without_clawback", {});
  EXPECT_EQ(with.home, without.home);
  EXPECT_EQ(with.elsewhere, without.elsewhere);
}

TEST(Run, RecordsEveryYearInTheOrderOfTheIndicators) {
  const AutomotiveFamily family;
  const auto names = family.indicators(kTiny, {});
  const auto record = family.prepare(kTiny, {})->run("no_intervention", 1, 0);
  EXPECT_EQ(record.years, (std::vector<int>{2024, 2025, 2026, 2027}));
  EXPECT_EQ(record.values.size(), 4 * names.size());
  for (std::size_t i = 0; i < record.values.size(); ++i)
    EXPECT_TRUE(std::isfinite(record.values[i])) << names[i % names.size()].name;
}

TEST(Run, RecordsWhatTheOverriddenScenarioRecords) {
  const std::vector<engine::Override> changed{{"plants.torre.tracked", "false"}, {"until", "2024"}};
  const AutomotiveFamily family;
  const auto names = family.indicators(kTiny, changed);
  // Torre's output and jobs; and Lyonne's output, for its maker has no plant at home any more.
  EXPECT_EQ(names.size() + 3, family.indicators(kTiny, {}).size());
  EXPECT_EQ(family.prepare(kTiny, changed)->run("no_intervention", 1, 0).values.size(),
            names.size());
}

TEST(Run, EndsWithMoneyThatSumsToNothing) {
  const World world = play(tiny(), "transition_pact", 3, 1);
  double sum = 0, scale = 0;
  for (const double balance : world.books.balance_eur) {
    sum += balance;
    scale += std::abs(balance);
  }
  EXPECT_LT(std::abs(sum), 1e-9 * scale);
  EXPECT_GT(scale, 1e9);
}

/// What breaks an identity, and the words that name it.
struct Break {
  std::string words;
  void (*spoil)(World&);
};
void PrintTo(const Break& broken, std::ostream* out) { *out << broken.words; }
class Identity : public testing::TestWithParam<Break> {};

TEST_P(Identity, IsNoticedWhenItBreaks) {
  World world = after_months(tiny(), 3);
  open_books(tiny(), world, engine::Streams{5, 0});
  world.deliveries.fill(0);
  world.cancelled.fill(0);
  world.orders.fill(0);
  world.made.fill(0);
  world.benefit_tax_eur_per_year = 0;
  ASSERT_NO_THROW(check_identities(tiny(), world));
  GetParam().spoil(world);
  try {
    check_identities(tiny(), world);
    FAIL() << "nobody noticed";
  } catch (const engine::RunError& error) {
    EXPECT_THAT(error.what(), HasSubstr(GetParam().words));
    EXPECT_THAT(error.what(), HasSubstr("2024-04"));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Books, Identity,
    testing::Values(
        Break{"money paid equals money received", [](World& w) { w.books.balance_eur[0] += 1e6; }},
        Break{"purchases in the books", [](World& w) { w.books.month_eur[0] += 1e6; }},
        Break{"VAT in the books", [](World& w) { w.books.month_eur[1] += 1e6; }},
        Break{"incentives paid equal the fall of the funds",
              [](World& w) { w.books.month_eur[2] += 1e6; }},
        Break{"drivers' tax in the books", [](World& w) { w.books.month_eur[15] += 1e6; }},
        Break{"back-orders", [](World& w) { w.backlog(0, 0) += 1; }},
        Break{"vehicles delivered equal vehicles made", [](World& w) { w.stock[0] += 1; }},
        Break{"jobs change", [](World& w) { w.plants[0].headcount += 1; }},
        Break{"an identity broke", [](World& w) { w.stock[0] = std::nan(""); }}));

class IndustrySweep : public test::ToyExperiment {};

TEST_F(IndustrySweep, IsTheSameOnOneThreadAndOnMany) {
  const auto file = write("town.experiment.toml", "question = \"?\"\nscenario = \"" + kTiny + R"("
responses = [{ id = "v", indicator = "vehicles", year = 2025 }]
[design]
policies = ["no_intervention", "transition_pact"]
baseline = "no_intervention"
replications = 4
seed = 2
[factors]
"until" = [2025]
)");
  const AutomotiveFamily family;
  const auto experiment = engine::read_experiment(file, family);
  std::string first;
  for (const int threads : {1, 2, 8}) {
    const auto store = path("s" + std::to_string(threads) + ".sqlite");
    const auto outcome =
        engine::run_sweep(experiment, family, {.store = store, .threads = threads});
    EXPECT_EQ(outcome.done, 8U);
    const auto rows = test::dump(store);
    if (first.empty()) first = rows;
    EXPECT_EQ(rows, first) << threads << " threads";
  }
}

TEST(Scenario, RefusesAPolicyThatNobodyKnows) {
  const std::vector<engine::Override> wrong{{"policy", "\"output_premum\""}};
  EXPECT_THAT(test::refusal([&] { load_scenario(kTiny, wrong); }),
              testing::AllOf(HasSubstr("output_premum"), HasSubstr("output_premium")));
}

TEST(Describe, KnowsEveryTopicAndRefusesOthers) {
  for (const auto* topic : {"phases", "parameters", "tables", "indicators", "policies", "postures"})
    EXPECT_FALSE(describe(topic).empty());
  EXPECT_THAT(describe("phases"), HasSubstr("choose_vehicles"));
  EXPECT_THAT(test::refusal([] { describe("phase"); }), HasSubstr("\"phases\""));
}

}  // namespace
}  // namespace tavolo::agents
