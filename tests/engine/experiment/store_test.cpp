#include "engine/experiment/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/toy_experiment.h"

namespace tavolo::engine {
namespace {

using test::toy_experiment_text;
using testing::AllOf;
using testing::HasSubstr;

class Store : public test::ToyExperiment {
 protected:
  SweepOutcome sweep(const std::string& text = toy_experiment_text()) const {
    return run_sweep(experiment(text), test::ToyFamily{},
                     {.store = path("s.sqlite"), .threads = 1});
  }
  std::string refused(const std::string& from, const std::string& to) const {
    return test::refusal([&] { sweep(replaced(toy_experiment_text(), from, to)); });
  }
  std::string value(const std::string& sql) const { return test::scalar(path("s.sqlite"), sql); }
};

TEST_F(Store, HoldsWhatTheModelRecorded) {
  sweep();
  const test::ToyFamily family;
  const auto record =
      family.prepare(path("town.toml"), std::vector<Override>{{"purse.aid_eur", "20"}})
          ->run("aid", 7, 5);
  StoreReader store{path("s.sqlite")};
  Statement query{store.database(),
                  "SELECT purse_eur, aid_eur FROM result WHERE policy = 'aid' AND "
                  "\"purse.aid_eur\" = 20 AND replication = 5 ORDER BY year"};
  for (std::size_t y = 0; y < 3; ++y) {
    ASSERT_TRUE(query.step());
    EXPECT_EQ(query.real(0), record.values[2 * y]);
    EXPECT_EQ(query.real(1), record.values[2 * y + 1]);
  }
  EXPECT_FALSE(query.step());
  EXPECT_EQ(value("SELECT count(*) FROM final"), "72");
  EXPECT_EQ(value("SELECT count(*) FROM final WHERE year = 2026"), "72");
  EXPECT_EQ(value("SELECT count(*) FROM failures"), "0");
}

TEST_F(Store, ExplainsEveryTableColumnAndView) {
  sweep();
  EXPECT_EQ(value("SELECT count(*) FROM sqlite_schema s WHERE s.type IN ('table', 'view') AND "
                  "NOT EXISTS (SELECT 1 FROM documentation WHERE table_name = s.name AND "
                  "column_name = '')"),
            "0");
  EXPECT_EQ(value("SELECT count(*) FROM sqlite_schema s, pragma_table_info(s.name) c WHERE "
                  "s.type = 'table' AND NOT EXISTS (SELECT 1 FROM documentation WHERE "
                  "table_name = s.name AND column_name = c.name AND meaning <> '')"),
            "0");
}

TEST_F(Store, SaysWhereItComesFrom) {
  sweep();
  StoreReader store{path("s.sqlite")};
  EXPECT_EQ(store.meta("experiment"), toy_experiment_text());
  EXPECT_EQ(store.meta("seed"), "7");
  EXPECT_NE(store.meta("compiler"), "");
  EXPECT_NE(store.meta("code_version"), "");
  EXPECT_THAT(value("SELECT text FROM configuration WHERE configuration_id = 2"),
              HasSubstr("aid_eur = 20"));
  ASSERT_EQ(store.points().size(), 6U);
  EXPECT_EQ(store.points()[3].policy, "aid");
  EXPECT_EQ(store.points()[3].levels[0], "20");
  EXPECT_EQ(store.indicators()[1].unit, "EUR/year");
}

TEST_F(Store, KeepsTheChronicleThatWasAskedFor) {
  sweep();
  EXPECT_EQ(value("SELECT count(*) FROM event"), "18");  // replication 0 of six points
  EXPECT_EQ(value("SELECT month FROM event WHERE run_id = 1 AND position = 2"), "2026-12");
  for (const auto& [events, count] : {std::pair{"all", "216"}, std::pair{"none", "0"}}) {
    std::filesystem::remove(path("s.sqlite"));
    sweep(replaced(toy_experiment_text(), "seed = 7",
                   "seed = 7\nevents = \"" + std::string{events} + "\""));
    EXPECT_EQ(value("SELECT count(*) FROM event"), count);
  }
}

TEST_F(Store, KeepsTheMonthsOfTheSameRuns) {
  sweep();
  EXPECT_EQ(value("SELECT count(*) FROM month"), "216");  // 36 of replication 0 of six points
  EXPECT_EQ(value("SELECT count(DISTINCT run_id) FROM month"), "6");
  EXPECT_EQ(value("SELECT min(month) || ' ' || max(month) FROM month"), "2024-01 2026-12");
  EXPECT_EQ(value("SELECT coins_eur - purse_eur FROM month JOIN year USING (run_id) WHERE "
                  "run_id = 3 AND year = 2025 AND month = '2025-12'"),
            "0.0");
  std::filesystem::remove(path("s.sqlite"));
  sweep(replaced(toy_experiment_text(), "seed = 7", "seed = 7\nevents = \"none\""));
  EXPECT_EQ(value("SELECT count(*) FROM month"), "0");
}

TEST_F(Store, IsASinglePlainFileAfterTheSweep) {
  sweep();
  EXPECT_FALSE(std::filesystem::exists(path("s.sqlite-wal")));
  EXPECT_EQ(value("PRAGMA journal_mode"), "delete");
  EXPECT_EQ(value("PRAGMA integrity_check"), "ok");
}

TEST_F(Store, RefusesAnotherSeed) {
  sweep();
  const auto before = read("s.sqlite");
  EXPECT_THAT(
      refused("seed = 7", "seed = 8"),
      AllOf(HasSubstr("s.sqlite: the store holds another experiment"),
            HasSubstr("seed is \"7\" in the store and \"8\" now"), HasSubstr("Name another file")));
  EXPECT_EQ(read("s.sqlite"), before);
}

TEST_F(Store, RefusesOtherPoliciesFactorsAndLevels) {
  sweep();
  EXPECT_THAT(refused("\"aid\", \"loan\"]", "\"aid\"]"),
              HasSubstr("policies is \"none, aid, loan\""));
  EXPECT_THAT(refused("purse.aid_eur", "purse.growth\" = [0]\n\"purse.aid_eur"),
              HasSubstr("the columns of the table design differ"));
  EXPECT_THAT(refused("[10, 20]", "[10, 30]"), AllOf(HasSubstr("its design points differ"),
                                                     HasSubstr("none, 20"), HasSubstr("none, 30")));
  EXPECT_THAT(refused("seed = 7", "seed = 7\nevents = \"all\""), HasSubstr("events is"));
}

TEST_F(Store, RefusesAnotherScenarioAndNamesTheLine) {
  sweep();
  write("town.toml", replaced(test::kToyScenario, "growth = 0.1", "growth = 0.2"));
  EXPECT_THAT(test::refusal([&] { sweep(); }),
              AllOf(HasSubstr("the scenario differs"), HasSubstr("growth = 0.1"),
                    HasSubstr("growth = 0.2")));
}

TEST_F(Store, TakesOverAnotherQuestionAndOtherResponses) {
  sweep();
  const auto outcome = sweep(replaced(toy_experiment_text(), "What does", "How much does"));
  EXPECT_EQ(outcome.made_now, 0U);
  EXPECT_THAT(StoreReader{path("s.sqlite")}.meta("question"), HasSubstr("How much"));
}

TEST_F(Store, GrowsByReplicationsAndForgetsNone) {
  sweep();
  const auto more = replaced(toy_experiment_text(), "replications = 12", "replications = 15");
  EXPECT_EQ(sweep(more).made_now, 3U * 6);
  const auto grown = test::dump(path("s.sqlite"));
  std::filesystem::remove(path("s.sqlite"));
  sweep(more);
  EXPECT_EQ(test::dump(path("s.sqlite")), grown);
  EXPECT_EQ(sweep().made_now, 0U);
  EXPECT_EQ(StoreReader{path("s.sqlite")}.meta("replications"), "15");
}

TEST_F(Store, RefusesWhatIsNoStoreAndLeavesItAlone) {
  const std::string text = "a letter that somebody wrote, longer than the header of a database";
  write("s.sqlite", text);
  EXPECT_THAT(test::refusal([&] { sweep(); }),
              AllOf(HasSubstr("s.sqlite is not an SQLite file"), HasSubstr("untouched")));
  EXPECT_THAT(test::refusal([&] { StoreReader{path("s.sqlite")}; }),
              HasSubstr("not an SQLite file"));
  EXPECT_EQ(read("s.sqlite"), text);
  write("s.sqlite", "short");
  EXPECT_THAT(test::refusal([&] { sweep(); }), HasSubstr("not an SQLite file"));
}

TEST_F(Store, RefusesTheDatabaseOfAnotherProgram) {
  {
    Database other{path("s.sqlite"), Database::Mode::kWrite};
    other.execute("CREATE TABLE addresses (name TEXT); INSERT INTO addresses VALUES ('Ada')");
  }
  const auto before = read("s.sqlite");
  EXPECT_THAT(test::refusal([&] { sweep(); }), HasSubstr("a database of another program"));
  EXPECT_THAT(test::refusal([&] { StoreReader{path("s.sqlite")}; }),
              HasSubstr("a database of another program"));
  EXPECT_EQ(read("s.sqlite"), before);
}

TEST_F(Store, RefusesAnotherSchemaVersion) {
  sweep();
  Database{path("s.sqlite"), Database::Mode::kWrite}.execute("PRAGMA user_version = 99");
  EXPECT_THAT(test::refusal([&] { sweep(); }), HasSubstr("schema version 99"));
}

TEST_F(Store, RefusesATruncatedFileAndLeavesItAlone) {
  sweep();
  const auto whole = read("s.sqlite");
  for (const std::size_t kept : {whole.size() - 4096, whole.size() / 2, std::size_t{5000}}) {
    write("s.sqlite", whole.substr(0, kept));
    EXPECT_THAT(test::refusal([&] { sweep(); }), HasSubstr("s.sqlite is damaged")) << kept;
    EXPECT_THAT(test::refusal([&] { StoreReader{path("s.sqlite")}; }), HasSubstr("is damaged"));
    EXPECT_EQ(read("s.sqlite"), whole.substr(0, kept));
  }
}

TEST_F(Store, TakesAnEmptyFileForANewOne) {
  write("s.sqlite", "");
  EXPECT_EQ(sweep().done, 72U);
}

TEST_F(Store, RefusesPlacesThatCannotBeWritten) {
  const auto refused_at = [&](const std::string& store) {
    return test::refusal(
        [&] { run_sweep(experiment(), test::ToyFamily{}, {.store = store, .threads = 1}); });
  };
  EXPECT_THAT(refused_at(path("nowhere/s.sqlite")), HasSubstr("is not a directory"));
  EXPECT_THAT(refused_at(path("town.toml/s.sqlite")), HasSubstr("is not a directory"));
  std::filesystem::create_directory(path("folder"));
  EXPECT_THAT(refused_at(path("folder")), HasSubstr("is not a file"));
  EXPECT_THAT(refused_at("/proc/s.sqlite"), HasSubstr("cannot be written"));
}

TEST_F(Store, HasOneWriter) {
  const auto read_once = experiment();
  const StoreWriter first{path("s.sqlite"), read_once};
  EXPECT_THAT(test::refusal([&] { sweep(); }), HasSubstr("is being written by another process"));
}

TEST_F(Store, CanBeReadWhileItIsWritten) {
  const auto read_once = experiment();
  StoreWriter writer{path("s.sqlite"), read_once};
  RunResult result{0, 0, {{2024}, {1, 2}, {}, 3}, "", 0, ""};
  writer.add(result);
  writer.commit();
  const StoreReader reader{path("s.sqlite")};
  EXPECT_EQ(reader.database().scalar("SELECT count(*) FROM run"), "1");
  result.point = 1;
  writer.add(result);
  EXPECT_EQ(reader.database().scalar("SELECT count(*) FROM run"), "1");  // not yet committed
  writer.commit();
  EXPECT_EQ(reader.database().scalar("SELECT count(*) FROM run"), "2");
  EXPECT_EQ(writer.statuses(12)[1], RunStatus::kDone);
  EXPECT_EQ(writer.statuses(12)[2], RunStatus::kMissing);
}

TEST_F(Store, ReadsOnlyWhatIsThere) {
  EXPECT_THAT(test::refusal([&] { StoreReader{path("none.sqlite")}; }), HasSubstr("is not a file"));
  write("empty.sqlite", "");
  EXPECT_THAT(test::refusal([&] { StoreReader{path("empty.sqlite")}; }), HasSubstr("is empty"));
}

}  // namespace
}  // namespace tavolo::engine
