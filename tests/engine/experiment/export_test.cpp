#include "engine/experiment/export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "engine/experiment/table.h"
#include "tests/support/toy_experiment.h"

namespace tavolo::engine {
namespace {

class Export : public test::ToyExperiment {
 protected:
  void SetUp() override {
    ToyExperiment::SetUp();
    run_sweep(experiment(), test::ToyFamily{}, {.store = path("s.sqlite"), .threads = 1});
  }
};

TEST_F(Export, WritesEveryValueOnALineOfItsOwn) {
  const auto count = export_csv(StoreReader{path("s.sqlite")}, path("s.csv"));
  EXPECT_EQ(count, 72U * 3 * 2);
  const auto csv = read("s.csv");
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 1 + 72 * 3 * 2);
  EXPECT_TRUE(csv.starts_with("policy,purse.aid_eur,replication,year,indicator,value\n"));
  const auto record =
      test::ToyFamily{}
          .prepare(path("town.toml"), std::vector<Override>{{"purse.aid_eur", "20"}})
          ->run("loan", 7, 11);
  EXPECT_THAT(csv, testing::HasSubstr("\nloan,20,11,2026,purse_eur," + exact(record.values[4]) +
                                      "\nloan,20,11,2026,aid_eur,20\n"));
}

TEST_F(Export, LeavesNoUnfinishedFile) {
  export_csv(StoreReader{path("s.sqlite")}, path("s.csv"));
  EXPECT_FALSE(std::filesystem::exists(path("s.csv.part")));
  EXPECT_THAT(
      test::refusal([&] { export_csv(StoreReader{path("s.sqlite")}, path("nowhere/s.csv")); }),
      testing::HasSubstr("nowhere/s.csv cannot be written"));
}

TEST_F(Export, KeepsTheOldFileWhenItFails) {
  std::filesystem::create_directory(path("s.csv"));
  EXPECT_THAT(test::refusal([&] { export_csv(StoreReader{path("s.sqlite")}, path("s.csv")); }),
              testing::HasSubstr("cannot be written"));
  EXPECT_TRUE(std::filesystem::is_directory(path("s.csv")));
  EXPECT_FALSE(std::filesystem::exists(path("s.csv.part")));
}

}  // namespace
}  // namespace tavolo::engine
