#include "engine/experiment/sweep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <thread>

#include "tests/support/toy_experiment.h"

namespace tavolo::engine {
namespace {

using test::toy_experiment_text;
using test::ToyFamily;
using testing::AllOf;
using testing::HasSubstr;

class Sweep : public test::ToyExperiment {
 protected:
  /// The store of an undisturbed sweep, as rows.
  std::string undisturbed(const std::string& text = toy_experiment_text()) const {
    std::filesystem::remove(path("undisturbed.sqlite"));
    run_sweep(experiment(text), ToyFamily{}, {.store = path("undisturbed.sqlite"), .threads = 1});
    return test::dump(path("undisturbed.sqlite"));
  }
  /// Replications from the sixth on fail under the policy loan.
  static std::string failing() {
    return replaced(toy_experiment_text(), "\"purse.aid_eur\" = [10, 20]",
                    "\"purse.aid_eur\" = [10, 20]\n\"purse.fails_from\" = [5]");
  }
  std::string store() const { return path("s.sqlite"); }
};

TEST_F(Sweep, MakesEveryRunOnce) {
  std::atomic<int> runs{0};
  const ToyFamily family{[&](const std::string&, std::uint64_t) { ++runs; }};
  const auto outcome = run_sweep(experiment(), family, {.store = store(), .threads = 2});
  EXPECT_EQ(outcome.points, 6U);
  EXPECT_EQ(outcome.runs, 72U);
  EXPECT_EQ(outcome.done, 72U);
  EXPECT_EQ(outcome.made_now, 72U);
  EXPECT_EQ(runs, 72);
  EXPECT_FALSE(outcome.interrupted);
  EXPECT_EQ(run_sweep(experiment(), family, {.store = store(), .threads = 2}).made_now, 0U);
  EXPECT_EQ(runs, 72);
}

TEST_F(Sweep, IsTheSameOnAnyNumberOfThreads) {
  const auto one = undisturbed();
  for (const int threads : {2, 8}) {
    std::filesystem::remove(store());
    run_sweep(experiment(), ToyFamily{}, {.store = store(), .threads = threads});
    EXPECT_EQ(test::dump(store()), one) << threads << " threads";
  }
}

TEST_F(Sweep, GoesReplicationByReplication) {
  std::vector<std::uint64_t> order;
  const ToyFamily family{[&](const std::string&, std::uint64_t r) { order.push_back(r); }};
  run_sweep(experiment(), family, {.store = store(), .threads = 1});
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST_F(Sweep, StoppedAnywhereAndContinuedIsTheSame) {
  const auto whole = undisturbed();
  for (const int stop_after : {0, 1, 7, 40, 60}) {
    std::filesystem::remove(store());
    std::atomic<int> runs{0};
    const ToyFamily counting{[&](const std::string&, std::uint64_t) { ++runs; }};
    const auto first = run_sweep(
        experiment(), counting,
        {.store = store(), .threads = 2, .stop_requested = [&] { return runs >= stop_after; }});
    EXPECT_TRUE(first.interrupted);
    EXPECT_GE(first.made_now, static_cast<std::size_t>(stop_after));
    EXPECT_EQ(first.made_now, first.done);
    const auto second = run_sweep(experiment(), ToyFamily{}, {.store = store(), .threads = 2});
    EXPECT_EQ(second.made_now, 72 - first.made_now);
    EXPECT_EQ(test::dump(store()), whole) << "stopped after " << stop_after;
  }
}

TEST_F(Sweep, StoresFailuresAndGoesOn) {
  const auto outcome =
      run_sweep(experiment(failing()), ToyFamily{}, {.store = store(), .threads = 2});
  EXPECT_EQ(outcome.failed, 2U * 7);
  EXPECT_EQ(outcome.done, 72U - 14);
  EXPECT_FALSE(outcome.interrupted);
  EXPECT_EQ(test::scalar(store(),
                         "SELECT error FROM failures WHERE replication = 6 AND "
                         "\"purse.aid_eur\" = 20"),
            "the books do not balance\nTo repeat this run: tavolo run " + path("town.toml") +
                " --policy loan --seed 7 --replication 6 --set purse.aid_eur=20 "
                "--set purse.fails_from=5");
  EXPECT_EQ(test::scalar(store(),
                         "SELECT count(*) FROM run WHERE status = 'failed' AND "
                         "fingerprint IS NULL AND run_id NOT IN (SELECT run_id FROM year)"),
            "14");
}

TEST_F(Sweep, TriesFailedRunsAgainOnlyWhenAsked) {
  const auto text = failing();
  run_sweep(experiment(text), ToyFamily{}, {.store = store(), .threads = 2});
  const auto rows = test::dump(store());
  std::atomic<int> runs{0};
  const ToyFamily counting{[&](const std::string&, std::uint64_t) { ++runs; }};
  EXPECT_EQ(run_sweep(experiment(text), counting, {.store = store()}).failed, 14U);
  EXPECT_EQ(runs, 0);
  run_sweep(experiment(text), counting, {.store = store(), .retry = true});
  EXPECT_EQ(runs, 14);
  EXPECT_EQ(test::dump(store()), rows);
}

TEST_F(Sweep, ReplacesAFailureThatPassed) {
  std::atomic<bool> out_of_memory{true};
  const ToyFamily family{[&](const std::string& policy, std::uint64_t replication) {
    if (policy == "aid" && replication == 3 && out_of_memory) throw std::bad_alloc{};
  }};
  EXPECT_EQ(run_sweep(experiment(), family, {.store = store(), .threads = 2}).failed, 2U);
  EXPECT_THAT(test::scalar(store(), "SELECT error FROM failures"), HasSubstr("bad_alloc"));
  out_of_memory = false;
  EXPECT_EQ(run_sweep(experiment(), family, {.store = store(), .retry = true}).failed, 0U);
  EXPECT_EQ(test::dump(store()), undisturbed());
}

/// Records what it is told to.
test::FamilyOf always(const Record& record) {
  return test::FamilyOf{[record](const std::string&, std::uint64_t) { return record; }};
}

TEST_F(Sweep, CountsARecordThatMakesNoSenseAsAFailure) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<std::pair<Record, std::string>> odd{
      {{{2024, 2025}, {1, 2, 3, nan}, {}, 0}, "the indicator aid_eur of 2025 is not a number"},
      {{{2024}, {1, 2, 3}, {}, 0}, "3 values were recorded, not 1 years of 2 indicators"},
      {{{2025, 2024}, {1, 2, 3, 4}, {}, 0}, "the year 2024 was recorded after 2025"},
      {{{}, {}, {}, 0}, "no year was recorded"}};
  for (const auto& [record, reason] : odd) {
    std::filesystem::remove(store());
    const auto outcome = run_sweep(experiment(), always(record), {.store = store()});
    EXPECT_EQ(outcome.failed, 72U);
    EXPECT_THAT(test::scalar(store(), "SELECT error FROM failures"), HasSubstr(reason));
  }
}

TEST_F(Sweep, RefusesPointsThatTheModelRefusesBeforeItRunsAny) {
  const auto text = replaced(toy_experiment_text(), "\"purse.aid_eur\" = [10, 20]",
                             "\"purse.growth\" = [0.1, 7]");
  std::atomic<int> runs{0};
  const ToyFamily counting{[&](const std::string&, std::uint64_t) { ++runs; }};
  const auto message =
      test::refusal([&] { run_sweep(experiment(text), counting, {.store = store()}); });
  EXPECT_THAT(message, HasSubstr("growth"));
  EXPECT_EQ(message.find("growth = "), message.rfind("growth = ")) << "said once, not per policy";
  EXPECT_EQ(runs, 0);
  EXPECT_FALSE(std::filesystem::exists(store())) << "the corrected scenario would be refused";
  EXPECT_THAT(test::refusal([&] { check_points(experiment(text), counting); }),
              HasSubstr("growth"));
}

TEST_F(Sweep, RefusesAFactorThatTheModelDoesNotKnow) {
  const auto text = replaced(toy_experiment_text(), "\"purse.aid_eur\"", "\"wallet.aid_eur\"");
  EXPECT_THAT(test::refusal([&] { check_points(experiment(text), ToyFamily{}); }),
              HasSubstr("wallet is not known"));
}

TEST_F(Sweep, StopsCleanlyOnAFullDiskAndContinues) {
  const auto text = replaced(toy_experiment_text(), "replications = 12", "replications = 600");
  constexpr std::int64_t kBytes = 200'000;
  EXPECT_THAT(test::refusal([&] {
                run_sweep(experiment(text), ToyFamily{},
                          {.store = store(), .threads = 2, .most_bytes = kBytes});
              }),
              AllOf(HasSubstr("s.sqlite: the disk is full"), HasSubstr("safe"),
                    HasSubstr("the same command again")));
  EXPECT_EQ(test::scalar(store(), "PRAGMA integrity_check"), "ok");
  const auto kept = std::stoul(test::scalar(store(), "SELECT count(*) FROM run"));
  EXPECT_GE(kept, 100U);
  EXPECT_LT(kept, 3600U);
  EXPECT_EQ(run_sweep(experiment(text), ToyFamily{}, {.store = store()}).made_now, 3600U - kept);
  EXPECT_EQ(test::dump(store()), undisturbed(text));
}

TEST_F(Sweep, StopsOnTheFirstSignal) {
  const StopOnSignal signals;
  EXPECT_FALSE(StopOnSignal::requested());
  std::atomic<int> runs{0};
  const ToyFamily family{[&](const std::string&, std::uint64_t) {
    if (++runs == 10) std::raise(SIGINT);
  }};
  const auto outcome =
      run_sweep(experiment(), family,
                {.store = store(), .threads = 1, .stop_requested = StopOnSignal::requested});
  EXPECT_TRUE(outcome.interrupted);
  EXPECT_EQ(outcome.done, 10U);
  EXPECT_EQ(test::scalar(store(), "SELECT count(*) FROM run"), "10");
}

TEST_F(Sweep, ForecastsTheSizeOfItsStore) {
  const auto text = replaced(toy_experiment_text(), "replications = 12", "replications = 500");
  const auto forecast = forecast_sweep(experiment(text), ToyFamily{}, 2);
  EXPECT_EQ(forecast.points, 6U);
  EXPECT_EQ(forecast.runs, 3000U);
  EXPECT_GT(forecast.least_seconds, 0);
  EXPECT_LE(forecast.least_seconds, forecast.seconds);
  EXPECT_LE(forecast.seconds, forecast.most_seconds);
  run_sweep(experiment(text), ToyFamily{}, {.store = store()});
  const auto size = static_cast<double>(std::filesystem::file_size(store()));
  EXPECT_GT(forecast.store_bytes, size / 1.5);
  EXPECT_LT(forecast.store_bytes, size * 1.5);
  EXPECT_FALSE(std::filesystem::exists(path("forecast.sqlite")));
}

constexpr const char* kVictimDirectory = "TAVOLO_TEST_VICTIM";

/// Slow enough to be killed in the middle.
ToyFamily slow_family() {
  return ToyFamily{[](const std::string&, std::uint64_t) {
    std::this_thread::sleep_for(std::chrono::microseconds{500});
  }};
}

// Not a test: the process that the next one kills.
TEST(Victim, DISABLED_Sweeps) {
  const char* directory = std::getenv(kVictimDirectory);
  if (directory == nullptr) GTEST_SKIP() << "started by Sweep.KilledAtAnyMomentAndContinued…";
  const std::string place{directory};
  run_sweep(read_experiment(place + "/experiment.toml", ToyFamily{}), slow_family(),
            {.store = place + "/s.sqlite", .threads = 2});
}

// kill -9 again and again, each time a little later, until a sweep gets through: from before the
// store exists to its end.
TEST_F(Sweep, KilledAtAnyMomentAndContinuedIsTheSame) {
  const auto text = replaced(toy_experiment_text(), "replications = 12", "replications = 400");
  const auto whole = undisturbed(text);
  std::size_t kept = 0;
  int killed_in_the_middle = 0;
  for (int attempt = 0; attempt < 60 && kept < 2400; ++attempt) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      setenv(kVictimDirectory, path("").c_str(), 1);
      execl("/proc/self/exe", "victim", "--gtest_filter=Victim.*", "--gtest_brief=1",
            "--gtest_also_run_disabled_tests", nullptr);
      _exit(127);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{10 * attempt});
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    // An early kill leaves no file, an empty one, or a database without tables.
    if (!std::filesystem::exists(store()) || std::filesystem::file_size(store()) == 0 ||
        test::scalar(store(), "SELECT count(*) FROM sqlite_schema WHERE name = 'run'") == "0")
      continue;
    const auto now = std::stoul(test::scalar(store(), "SELECT count(*) FROM run"));
    EXPECT_GE(now, kept) << "a committed run was lost";
    if (now > kept && now < 2400) ++killed_in_the_middle;
    kept = now;
  }
  EXPECT_GE(killed_in_the_middle, 1);
  run_sweep(experiment(text), ToyFamily{}, {.store = store(), .threads = 2});
  EXPECT_EQ(test::dump(store()), whole);
  EXPECT_EQ(test::scalar(store(), "PRAGMA integrity_check"), "ok");
}

TEST_F(Sweep, StopsWhenTooManyRunsFailAndGoesOn) {
  const auto text = failing();
  for (const FailureLimit limit :
       {FailureLimit{.number = 3, .share = {}}, FailureLimit{.number = {}, .share = 0.05}}) {
    std::filesystem::remove(store());
    const auto first = run_sweep(experiment(text), ToyFamily{},
                                 {.store = store(), .threads = 1, .failure_limit = limit});
    EXPECT_TRUE(first.too_many_failures);
    EXPECT_EQ(first.failed, 4U);
    EXPECT_LT(first.done + first.failed, 72U);
    // With the same limit nothing more is made; without it the rest is.
    EXPECT_EQ(run_sweep(experiment(text), ToyFamily{}, {.store = store(), .failure_limit = limit})
                  .made_now,
              0U);
    EXPECT_EQ(run_sweep(experiment(text), ToyFamily{}, {.store = store()}).done, 72U - 14);
  }
}

// What is about to be tried again has not failed yet.
TEST_F(Sweep, TriesAgainWithinTheFailureLimit) {
  const auto text = failing();
  run_sweep(experiment(text), ToyFamily{}, {.store = store()});
  const auto again = run_sweep(
      experiment(text), ToyFamily{},
      {.store = store(), .threads = 1, .retry = true, .failure_limit = {.number = 2, .share = {}}});
  EXPECT_TRUE(again.too_many_failures);
  EXPECT_EQ(again.made_now, 3U);
}

TEST_F(Sweep, KeepsEarlierAttempts) {
  const auto text = failing();
  run_sweep(experiment(text), ToyFamily{}, {.store = store()});
  for (int again = 0; again < 2; ++again)
    run_sweep(experiment(text), ToyFamily{}, {.store = store(), .retry = true});
  EXPECT_EQ(test::scalar(store(), "SELECT count(*) FROM timing_attempt"), "28");
  EXPECT_EQ(test::scalar(store(), "SELECT max(attempt) FROM timing_attempt"), "2");
  EXPECT_THAT(test::scalar(store(), "SELECT error FROM timing_attempt LIMIT 1"),
              HasSubstr("the books do not balance"));
}

// Under crn = "none" points are independent; each still is a function of seed and replication.
TEST_F(Sweep, GivesEveryPointLuckOfItsOwnWhenAsked) {
  const auto text = replaced(toy_experiment_text(), "seed = 7", "seed = 7\ncrn = \"none\"");
  run_sweep(experiment(text), ToyFamily{}, {.store = store(), .threads = 1});
  const auto rows = test::dump(store());
  // The policy none does nothing with its aid: under common luck both points are the same.
  EXPECT_EQ(test::scalar(store(),
                         "SELECT count(DISTINCT purse_eur) FROM final WHERE policy = "
                         "'none' AND replication = 3"),
            "2");
  std::filesystem::remove(store());
  run_sweep(experiment(text), ToyFamily{}, {.store = store(), .threads = 8});
  EXPECT_EQ(test::dump(store()), rows);
  // The command that repeats a run names its luck.
  EXPECT_THAT(replay_command(experiment(text), 0, 3),
              HasSubstr("--replication " + std::to_string(experiment(text).luck_of(0, 3))));
  EXPECT_NE(experiment(text).luck_of(0, 3), experiment(text).luck_of(1, 3));
  // Luck of one kind does not continue a store of the other.
  EXPECT_THAT(test::refusal([&] { run_sweep(experiment(), ToyFamily{}, {.store = store()}); }),
              HasSubstr("crn"));
}

}  // namespace
}  // namespace tavolo::engine
