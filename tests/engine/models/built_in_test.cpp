#include "engine/models/built_in.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <numbers>
#include <string>
#include <vector>

#include "engine/experiment/run_maker.h"
#include "engine/experiment/statistics.h"
#include "engine/experiment/status.h"
#include "engine/experiment/supervisor.h"
#include "engine/experiment/sweep.h"
#include "engine/experiment/table.h"
#include "engine/experiment/verify.h"
#include "engine/models/lake.h"
#include "tests/support/toy_experiment.h"

namespace tavolo::engine {
namespace {

using testing::HasSubstr;

OwnScenario own(const BuiltInModel& model) { return {std::string{model.name}, model.defaults()}; }

Experiment own_experiment(const BuiltInModel& model, const std::vector<Override>& changes = {}) {
  return read_experiment_text(std::string{model.experiment}, "own experiment", model.family(),
                              changes, own(model));
}

double y(const std::string& model, const std::vector<Override>& changes, int replication = 0) {
  return built_in_model(model)
      .family()
      .prepare("", changes)
      ->run("none", 1, static_cast<std::uint64_t>(replication))
      .values.front();
}

class BuiltIn : public test::ToyExperiment {
 protected:
  std::string store() const { return path("s.sqlite"); }
  std::string value(const std::string& sql) const { return test::scalar(store(), sql); }
  /// Starts this program again as a worker of the store (Victim.DISABLED_Serves).
  SweepOptions by_processes(int processes, double timeout = 0) const {
    setenv("TAVOLO_TEST_STORE", store().c_str(), 1);
    SweepOptions options{.store = store(), .threads = 1};
    options.processes = processes;
    options.timeout_seconds = timeout;
    options.worker = {"/proc/self/exe", "--gtest_filter=BuiltInWorker.*", "--gtest_brief=1",
                      "--gtest_also_run_disabled_tests"};
    return options;
  }
  std::string swept(const Experiment& experiment, const BuiltInModel& model,
                    const SweepOptions& options) const {
    std::filesystem::remove(store());
    run_sweep(experiment, model.family(), options);
    return test::dump(store());
  }
};

// Not a test: the process that makes runs for others.
TEST(BuiltInWorker, DISABLED_Serves) {
  const char* path = std::getenv("TAVOLO_TEST_STORE");
  if (path == nullptr) GTEST_SKIP() << "started by tests of BuiltIn";
  const StoreReader store{path, StoreReader::Read::kHead};
  const auto& model = built_in_model(store.meta("model"));
  const auto experiment = stored_experiment(store, model.family(), own(model));
  RunMaker maker{experiment, model.family(), 2};
  serve(maker);
}

TEST_F(BuiltIn, ModelsNeedNoScenarioFile) {
  for (const auto& model : built_in_models()) {
    const auto experiment = own_experiment(model);
    EXPECT_EQ(experiment.scenario, "");
    EXPECT_NO_THROW(check_points(experiment, model.family())) << model.name;
    EXPECT_THAT(replay_command(experiment, 0, 3),
                HasSubstr("tavolo run --model " + std::string{model.name} + " --policy "));
  }
  EXPECT_THAT(test::refusal([] { built_in_model("ishigamy"); }), HasSubstr("\"ishigami\""));
}

TEST_F(BuiltIn, IshigamiIsTheFormula) {
  EXPECT_DOUBLE_EQ(y("ishigami", {}), 0);
  EXPECT_NEAR(y("ishigami", {{"x1", "1.5707963267948966"}, {"x2", "1.5707963267948966"}}), 8,
              1e-12);
  EXPECT_NEAR(y("ishigami", {{"x1", "1.5707963267948966"}, {"x3", "2"}}), 2.6, 1e-12);
}

// Sobol' points integrate the mean of 3.5 far more closely than luck would.
TEST_F(BuiltIn, IshigamiHasItsMean) {
  auto text = std::string{built_in_model("ishigami").experiment};
  text = replaced(text, "kind = \"saltelli\"", "kind = \"sobol\"");
  const auto& model = built_in_model("ishigami");
  const auto experiment = read_experiment_text(text, "ishigami", model.family(), {}, own(model));
  swept(experiment, model, {.store = store(), .threads = 2});
  EXPECT_NEAR(std::stod(value("SELECT avg(y) FROM final")), 3.5, 0.01);
  EXPECT_EQ(value("SELECT count(*) FROM final"), "1024");
}

// lambda / (mu (mu - lambda)) = 9 at lambda = .9, mu = 1; the share that waits is lambda / mu.
TEST_F(BuiltIn, Mm1WaitsAsLongAsTheoryHasIt) {
  const auto prepared = built_in_model("mm1").family().prepare(
      "", std::vector<Override>{{"customers", "50000"}, {"warm_up", "5000"}});
  std::vector<double> waits, shares;
  for (std::uint64_t replication = 0; replication < 60; ++replication) {
    const auto record = prepared->run("none", 1, replication);
    waits.push_back(record.values[0]);
    shares.push_back(record.values[2]);
  }
  const auto z = [](const std::vector<double>& x, double expected) {
    return (mean(x) - expected) / (standard_deviation(x) / std::sqrt(x.size()));
  };
  EXPECT_LT(std::abs(z(waits, 9)), 4);
  EXPECT_LT(std::abs(z(shares, 0.9)), 4);
}

TEST_F(BuiltIn, Mm1WithAFasterServerLetsNobodyWaitLonger) {
  const auto prepared = built_in_model("mm1").family().prepare("", {});
  for (std::uint64_t replication = 0; replication < 20; ++replication) {
    const auto slow = prepared->run("none", 1, replication).values;
    const auto fast = prepared->run("faster", 1, replication).values;
    for (std::size_t i = 0; i < slow.size(); ++i) EXPECT_LE(fast[i], slow[i]);
  }
}

// b = 0.42, q = 2: X^2 / (1 + X^2) = 0.42 X has the roots 0.5445 and 1.8364.
TEST_F(BuiltIn, LakeTurnsAtItsThreshold) {
  EXPECT_NEAR(Lake::threshold(0.42, 2), (1 - std::sqrt(1 - 4 * 0.42 * 0.42)) / (2 * 0.42), 1e-9);
  EXPECT_TRUE(std::isinf(Lake::threshold(0.9, 2)));
  const auto prepared = built_in_model("lake").family().prepare(
      "", std::vector<Override>{{"mean", "0.02"}, {"release", "0.1"}});
  const auto clean = prepared->run("none", 1, 0), dirty = prepared->run("constant", 1, 0);
  EXPECT_LT(clean.values[clean.values.size() - 6], 0.2);
  EXPECT_GT(dirty.values[dirty.values.size() - 6], 1.8);  // turned for good
  EXPECT_EQ(dirty.values[dirty.values.size() - 2], 0);
}

TEST_F(BuiltIn, ProcessesMakeTheStoreThatThreadsMake) {
  const auto& model = built_in_model("lake");
  auto experiment = own_experiment(model, {{"years", "100"}});
  experiment.resize(8);
  experiment.replications = 2;
  const auto threads = swept(experiment, model, {.store = store(), .threads = 2});
  for (const int processes : {1, 2, 4})
    EXPECT_EQ(swept(experiment, model, by_processes(processes)), threads) << processes;
}

TEST_F(BuiltIn, RunsThatCrashHangThrowOrRecordNonsenseAreTypedAndNoOtherSuffers) {
  const auto& model = built_in_model("failing");
  auto text = replaced(std::string{model.experiment},
                       "share = { dist = \"uniform(0.1, 0.3)\", unit = \"0..1\" }",
                       "how = [\"mixed\"]\nshare = [0.2]");
  const auto experiment = read_experiment_text(replaced(text, "n = 200", "n = 120"), "failing",
                                               model.family(), {}, own(model));
  swept(experiment, model, by_processes(2, 2));  // far longer than a good run takes
  const auto count = [&](const std::string& status) {
    return std::stoi(value("SELECT count(*) FROM run WHERE status = '" + status + "'"));
  };
  for (const char* status : {"failed", "invalid_output", "crashed", "timeout"})
    EXPECT_GT(count(status), 0) << status;
  EXPECT_GT(count("done"), 80);
  EXPECT_EQ(count("done"), std::stoi(value("SELECT count(*) FROM year")));
  EXPECT_EQ(value("SELECT sum(runs) FROM progress"), "120");
  EXPECT_EQ(value("SELECT count(*) FROM failures WHERE error LIKE '%To repeat this run: tavolo run "
                  "--model failing%'"),
            std::to_string(120 - count("done")));
  // Those that are done recorded what they record when none fails.
  Database database{store(), Database::Mode::kRead};
  Statement done{database, "SELECT x, y FROM final"};
  while (done.step())
    EXPECT_EQ(done.real(1), y("failing", {{"x", exact(done.real(0))}, {"share", "0"}}))
        << done.text(0);
}

TEST_F(BuiltIn, StatusSaysWhereASweepStands) {
  const auto& model = built_in_model("failing");
  const auto experiment = own_experiment(model);
  int asked = 0;
  std::filesystem::remove(store());
  SweepOptions options{.store = store(), .threads = 1};
  options.stop_requested = [&] { return ++asked > 100; };
  run_sweep(experiment, model.family(), options);
  auto status = read_status(store());
  EXPECT_EQ(status.runs, 200U);
  EXPECT_EQ(status.counts[0], 100U);
  EXPECT_GT(failures(status.counts), 5U);
  EXPECT_FALSE(status.being_written);
  EXPECT_THAT(status_text(status), HasSubstr("To go on: tavolo resume"));
  EXPECT_THAT(status_json(status), HasSubstr("\"missing\": 100"));
  run_sweep(experiment, model.family(), {.store = store(), .threads = 2});
  EXPECT_EQ(read_status(store()).counts[0], 0U);
}

TEST_F(BuiltIn, ShardsMergeIntoTheWholeStoreHoweverOften) {
  const auto& model = built_in_model("failing");
  const auto experiment = own_experiment(model);
  const auto whole = swept(experiment, model, {.store = store(), .threads = 2});
  std::filesystem::remove(store());
  for (const std::size_t shard : {0U, 1U, 2U}) {
    SweepOptions options{.store = path(std::to_string(shard)), .threads = 1};
    options.shard = shard;
    options.shards = 3;
    EXPECT_GE(run_sweep(experiment, model.family(), options).made_now, 66U);
  }
  StoreWriter merged{store(), experiment};
  EXPECT_EQ(merged.merge(path("0")) + merged.merge(path("1")) + merged.merge(path("2")), 200U);
  EXPECT_EQ(merged.merge(path("1")), 0U);
  merged.close();
  EXPECT_EQ(test::dump(store()), whole);
}

TEST_F(BuiltIn, MergeRefusesOtherExperimentsAndOtherResults) {
  const auto& model = built_in_model("failing");
  const auto experiment = own_experiment(model);
  for (const char* name : {"a", "b"})
    run_sweep(experiment, model.family(), {.store = path(name), .threads = 1});
  Database{path("b"), Database::Mode::kWrite}.execute(
      "UPDATE run SET digest = '0123456789abcdef' WHERE run_id = 7 OR run_id = 8");
  {
    StoreWriter into{path("a"), experiment};
    EXPECT_THAT(test::refusal([&] { into.merge(path("b")); }),
                HasSubstr("the model is not deterministic"));
  }
  const auto& other = built_in_model("trivial");
  run_sweep(own_experiment(other), other.family(), {.store = path("c"), .threads = 1});
  StoreWriter into{path("a"), experiment};
  EXPECT_THAT(test::refusal([&] { into.merge(path("c")); }), HasSubstr("of another experiment"));
}

TEST_F(BuiltIn, VerifyFindsARunThatWasTamperedWith) {
  const auto& model = built_in_model("trivial");
  auto experiment = own_experiment(model);
  experiment.replications = 10;
  swept(experiment, model, {.store = store(), .threads = 2});
  const std::vector<int> threads{1, 2};
  {
    const StoreReader reader{store()};
    const auto sound = verify(reader, experiment, model.family(), 100, threads);
    EXPECT_EQ(sound.runs, 20U);
    EXPECT_TRUE(sound.mismatches.empty());
  }
  Database{store(), Database::Mode::kWrite}.execute("UPDATE run SET digest = '0' WHERE run_id = 2");
  const StoreReader reader{store()};
  const auto found = verify(reader, experiment, model.family(), 100, threads);
  ASSERT_EQ(found.mismatches.size(), 2U);
  EXPECT_EQ(found.mismatches[0].run_id, 2);
}

TEST_F(BuiltIn, StoresAreExperimentsAgain) {
  const auto& model = built_in_model("lake");
  auto experiment = own_experiment(model);
  experiment.resize(4);
  swept(experiment, model, {.store = store(), .threads = 2});
  const auto again = stored_experiment(StoreReader{store()}, model.family(), own(model));
  EXPECT_EQ(again.merged, experiment.merged);
  EXPECT_EQ(again.point_count(), 12U);
  EXPECT_EQ(again.point(5).levels, experiment.point(5).levels);
}

}  // namespace
}  // namespace tavolo::engine
