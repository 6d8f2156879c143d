#include "engine/experiment/stages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <filesystem>
#include <optional>
#include <string>

#include "engine/experiment/comparison.h"
#include "engine/experiment/status.h"
#include "engine/experiment/sweep.h"
#include "engine/models/built_in.h"
#include "tests/support/toy_experiment.h"

namespace tavolo::engine {
namespace {

using test::toy_experiment_text;
using test::ToyFamily;
using testing::AllOf;
using testing::HasSubstr;

/// The slack of a share of `n` hits below what is promised, at z = 3.
double slack(double promised, int n) { return 3 * std::sqrt(promised * (1 - promised) / n); }

class SequentialReplications : public test::ToyExperiment {
 protected:
  std::string store() const { return in_memory_ ? in_memory_->path("s.sqlite") : path("s.sqlite"); }

  /// The toy without factors, its replications by this rule.
  static std::string toy(const std::string& rule) {
    auto text = replaced(toy_experiment_text(), "replications = 12\n", "");
    text = replaced(text, test::kToyFactors, "");
    return text + "\n[replications]\n" + rule;
  }
  static std::string selection() {
    return toy("rule = \"kim_nelson\"\nindifference = 1\nfirst = 10\nstep = 5\nmost = 400\n");
  }
  /// Of the built-in model, every time under another seed.
  SweepOutcome sweep(const std::string& model, const std::string& text, int seed) {
    // Hundreds of stores: what a disk takes to sync them is not what is tested.
    if (!in_memory_ && std::filesystem::exists("/dev/shm")) in_memory_.emplace("/dev/shm/");
    std::filesystem::remove(store());
    const auto& built_in = built_in_model(model);
    const auto experiment =
        read_experiment_text(replaced(text, "seed = 1\n", "seed = " + std::to_string(seed) + "\n"),
                             "(test)", built_in.family(), {}, {model, built_in.defaults()});
    return run_sweep(experiment, built_in.family(), {.store = store(), .threads = 1});
  }
  std::string selected() const {
    return test::scalar(store(), "SELECT name FROM stage WHERE state = 'selected'");
  }

 private:
  std::optional<test::OwnFolder> in_memory_;
};

TEST_F(SequentialReplications, SelectsAndSaysWhoWasDroppedWhenAndWhy) {
  const auto outcome = run_sweep(experiment(selection()), ToyFamily{}, {.store = store()});
  EXPECT_EQ(outcome.failed, 0u);
  // Under common luck both aids are a constant above none, and equal to one another.
  const std::string dropped = "SELECT why FROM stage WHERE name = 'none' AND state = 'dropped'";
  EXPECT_THAT(test::scalar(store(), dropped), HasSubstr("behind aid after 10 observations"));
  EXPECT_THAT(selected(), testing::AnyOf("aid", "loan"));
  EXPECT_THAT(status_text(read_status(store())),
              AllOf(HasSubstr("kim_nelson"), HasSubstr("dropped"), HasSubstr("selected")));
}

// Decisions fall on complete stages alone.
TEST_F(SequentialReplications, AreTheSameOnAnyNumberOfThreadsAndStoppedAnywhere) {
  auto text = selection();
  text =
      replaced(text, "policies = [\"none\", \"aid\", \"loan\"]", "policies = [\"none\", \"aid\"]");
  text = replaced(text, "seed = 7", "seed = 7\ncrn = \"none\"");
  text = replaced(text, "indifference = 1\n", "indifference = 2\n");
  text = replaced(text, "[replications]", "[factors]\n\"purse.aid_eur\" = [1]\n[replications]");
  std::atomic<int> runs{0};
  const ToyFamily counting{[&](const std::string&, std::uint64_t) { ++runs; }};
  run_sweep(experiment(text), counting, {.store = store(), .threads = 1});
  const auto whole = test::dump(store());
  const int all = runs;
  EXPECT_GT(all, 40);
  for (const int stop_after : {1, 19, 20, 33, all - 1}) {
    std::filesystem::remove(store());
    runs = 0;
    const auto first = run_sweep(
        experiment(text), counting,
        {.store = store(), .threads = 2, .stop_requested = [&] { return runs >= stop_after; }});
    EXPECT_EQ(first.made_now, first.done);
    run_sweep(experiment(text), ToyFamily{}, {.store = store(), .threads = 8});
    EXPECT_EQ(test::dump(store()), whole) << "stopped after " << stop_after;
  }
}

TEST_F(SequentialReplications, GoOnFromTheStoreAlone) {
  run_sweep(experiment(selection()), ToyFamily{}, {.store = store(), .threads = 2});
  const auto rows = test::dump(store());
  const StoreReader reader{store()};
  const auto read_back = stored_experiment(reader, ToyFamily{}, {});
  EXPECT_EQ(read_back.rule.name, "kim_nelson");
  const auto again = run_sweep(read_back, ToyFamily{}, {.store = store(), .threads = 2});
  EXPECT_EQ(again.made_now, 0u);
  EXPECT_EQ(test::dump(store()), rows);
  EXPECT_EQ(reader.counts()[0], 0u);
}

// A strategy that always fails is dropped by nothing, and what others are worth is still found.
TEST_F(SequentialReplications, LeaveFailedRunsOut) {
  auto text = selection();
  text = replaced(text, "[replications]", "[factors]\n\"purse.fails_from\" = [12]\n[replications]");
  const auto outcome = run_sweep(experiment(text), ToyFamily{}, {.store = store()});
  EXPECT_THAT(
      test::scalar(store(), "SELECT why FROM stage WHERE name = 'none' AND state = 'dropped'"),
      HasSubstr("behind"));
  EXPECT_FALSE(outcome.stages.empty());
}

TEST_F(SequentialReplications, NarrowEveryIntervalAndStopThere) {
  auto text = toy("rule = \"precision\"\nfirst = 10\nstep = 5\nmost = 5000\n");
  text = replaced(text, "year = 2026, better = \"max\" }",
                  "year = 2026, better = \"max\", half_width = 1.5 }");
  const auto outcome = run_sweep(experiment(text), ToyFamily{}, {.store = store()});
  for (const auto& row : outcome.stages)
    if (row.state != "goes on") {
      EXPECT_EQ(row.state, "narrow");
      EXPECT_LE(row.half_width, 1.5);
      EXPECT_LT(row.replications, 5000);
    }
  const auto comparison = compare(StoreReader{store()});
  for (const auto& point : comparison.points) {
    EXPECT_LE(point.cells[0].level.half_width, 1.5);
    EXPECT_EQ(point.missing, 0u);
  }
}

// With common luck the differences of the toy do not vary: the first stage is enough.
TEST_F(SequentialReplications, NarrowDifferencesInFewerRuns) {
  auto text = toy("rule = \"precision\"\nof = \"difference\"\nfirst = 10\nstep = 5\nmost = 5000\n");
  text = replaced(text, "year = 2026, better = \"max\" }",
                  "year = 2026, better = \"max\", half_width = 0.1 }");
  EXPECT_EQ(run_sweep(experiment(text), ToyFamily{}, {.store = store()}).done, 30u);
}

TEST_F(SequentialReplications, SpendTheBudgetOnWhoMayBeBest) {
  const std::string text = R"toml(question = "Which x is largest?"
model = "trivial"
responses = [{ id = "m1", indicator = "m1", year = 1, better = "max" }]
[design]
policies = ["none"]
baseline = "none"
seed = 1
crn = "none"
[factors]
x = [0.0, 0.45, 0.5]
[replications]
rule = "ocba"
among = "points"
first = 10
step = 10
budget = 300
)toml";
  const auto outcome = sweep("trivial", text, 1);
  EXPECT_EQ(outcome.done, 300u);
  const auto runs = [&](const std::string& x) {
    return std::stoi(test::scalar(
        store(), "SELECT count(*) FROM run JOIN design USING (design_id) WHERE x = " + x));
  };
  EXPECT_LT(runs("0.0"), 20);
  EXPECT_GT(runs("0.45"), 90);
  EXPECT_GT(runs("0.5"), 90);
  EXPECT_EQ(selected(), "none x=0.5");
}

TEST_F(SequentialReplications, StopAtTheMostAndSayThatNothingIsPromised) {
  const std::string text = toy("rule = \"precision\"\nfirst = 10\nmost = 20\n");
  const auto narrow = replaced(text, "year = 2026, better = \"max\" }",
                               "year = 2026, better = \"max\", relative_half_width = 1e-6 }");
  const auto outcome = run_sweep(experiment(narrow), ToyFamily{}, {.store = store()});
  EXPECT_EQ(outcome.done, 60u);
  EXPECT_EQ(outcome.stages.back().state, "cut short");
}

TEST_F(SequentialReplications, RefuseWhatCannotBeKept) {
  const auto refused = [&](const std::string& rule) {
    return test::refusal([&] { experiment(toy(rule)); });
  };
  EXPECT_THAT(refused("rule = \"rinott\"\nindifference = 1\nmost = 100\n"),
              HasSubstr("Rinott's procedure needs independent strategies"));
  EXPECT_THAT(refused("rule = \"precision\"\nmost = 100\n"),
              HasSubstr("no response says how narrow"));
  EXPECT_THAT(refused("rule = \"kim_nelson\"\n"),
              AllOf(HasSubstr("no key indifference"), HasSubstr("no key most")));
  EXPECT_THAT(refused("rule = \"ocba\"\nbudget = 100\nresponse = \"average\"\n"),
              HasSubstr("cannot select"));
  EXPECT_THAT(test::refusal([&] {
                run_sweep(experiment(selection()), ToyFamily{}, {.store = store(), .shards = 2});
              }),
              HasSubstr("--shard"));
}

// Slippage: all others just an indifference behind. Independent strategies of one built-in model.
constexpr const char* kSlippage = R"toml(question = "Which x is largest?"
model = "trivial"
responses = [{ id = "m1", indicator = "m1", year = 1, better = "max" }]
[design]
policies = ["none"]
baseline = "none"
seed = 1
crn = "none"
events = "none"
[factors]
x = [0.0, 1e-9, 2e-9, 0.2]
[replications]
rule = "RULE"
among = "points"
indifference = 0.2
first = 10
most = 2000
)toml";

TEST_F(SequentialReplications, SelectTheBestAsOftenAsPromised) {
  constexpr int kExperiments = 200;
  for (const std::string rule : {"kim_nelson", "rinott"}) {
    int right = 0;
    for (int seed = 1; seed <= kExperiments; ++seed) {
      sweep("trivial", replaced(kSlippage, "RULE", rule), seed);
      right += selected() == "none x=0.2" ? 1 : 0;
    }
    EXPECT_GE(right / double{kExperiments}, 0.95 - slack(0.95, kExperiments)) << rule;
  }
}

// Servers of a queue under common luck: the fastest one has the shortest wait. Lambda .5 and mu 1
// make one wait 1 on average, mu 1.1 makes it .76, beyond the indifference.
TEST_F(SequentialReplications, SelectTheBestUnderCommonRandomNumbers) {
  const std::string text = R"toml(question = "Which server?"
model = "mm1"
responses = [{ id = "wait", indicator = "mean_wait", year = 1, better = "min" }]
[design]
policies = ["none"]
baseline = "none"
seed = 1
events = "none"
[factors]
lambda = [0.5]
mu = [0.9, 1.0, 1.1]
customers = [200]
[replications]
rule = "kim_nelson"
among = "points"
indifference = 0.2
first = 10
most = 2000
)toml";
  constexpr int kExperiments = 100;
  int right = 0;
  for (int seed = 1; seed <= kExperiments; ++seed) {
    sweep("mm1", text, seed);
    right += selected().find("mu=1.1") != std::string::npos ? 1 : 0;
  }
  EXPECT_GE(right / double{kExperiments}, 0.95 - slack(0.95, kExperiments));
}

// Looking at intervals as they shrink costs a little coverage; with a first stage of 30 not more
// than the test could see.
TEST_F(SequentialReplications, NarrowIntervalsStillCover) {
  const std::string text = R"toml(question = "What is the mean of a uniform?"
model = "trivial"
responses = [{ id = "m1", indicator = "m1", year = 1, half_width = 0.05 }]
[design]
policies = ["none"]
baseline = "none"
seed = 1
events = "none"
[replications]
rule = "precision"
first = 30
most = 5000
)toml";
  constexpr int kExperiments = 400;
  int covered = 0;
  for (int seed = 1; seed <= kExperiments; ++seed) {
    const auto last = sweep("trivial", text, seed).stages.back();
    covered += std::abs(last.mean - 0.5) <= last.half_width ? 1 : 0;
  }
  EXPECT_GE(covered / double{kExperiments}, 0.95 - slack(0.95, kExperiments));
}

}  // namespace
}  // namespace tavolo::engine
