#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "agents/automotive_model.h"
#include "agents/indicators.h"
#include "agents/policies/catalogue.h"
#include "engine/experiment/chronicle.h"
#include "tests/support/options.h"

/// What `tavolo run configs/tiny.toml --policy NAME` tells, kept as text that a person can read:
/// a change of behaviour shows as a difference to review. `tavolo_tests --update-golden` writes the
/// files anew.

namespace tavolo::agents {
namespace {

const std::string kTiny = TAVOLO_SOURCE_DIR "/configs/tiny.toml";
const std::string kGolden = TAVOLO_SOURCE_DIR "/tests/golden/";

/// Read and initialised once for all policies.
const engine::Model& tiny() {
  static const auto model = AutomotiveFamily{}.prepare(kTiny, {});
  return *model;
}

std::string told(const std::string& policy) {
  static const auto indicators = AutomotiveFamily{}.indicators(kTiny, {});
  const auto record = tiny().run(policy, 1, 0);
  const auto names = headline_indicators();
  return "# tavolo run configs/tiny.toml --policy " + policy + " --seed 1\n\n" +
         engine::chronicle_text(record) + "\n" + engine::year_table(record, indicators, names);
}

std::string read(const std::string& file) {
  std::ifstream in{file};
  return {std::istreambuf_iterator<char>{in}, {}};
}

class GoldenRun : public testing::TestWithParam<std::string> {};

TEST_P(GoldenRun, TellsTheSameStory) {
  const std::string file = kGolden + GetParam() + ".txt";
  const std::string now = told(GetParam());
  if (test::update_golden()) std::ofstream{file} << now;
  ASSERT_TRUE(std::filesystem::exists(file))
      << "Every strategy in the catalogue has a golden run: tavolo_tests --update-golden";
  EXPECT_EQ(read(file), now);
}

std::vector<std::string> every_policy() { return AutomotiveFamily{}.policies(); }

INSTANTIATE_TEST_SUITE_P(Catalogue, GoldenRun, testing::ValuesIn(every_policy()),
                         [](const auto& info) { return info.param; });

TEST(GoldenRuns, BelongToStrategiesOfTheCatalogue) {
  for (const auto& file : std::filesystem::directory_iterator{kGolden})
    EXPECT_NE(make_policy(file.path().stem().string()), nullptr) << file.path();
}

}  // namespace
}  // namespace tavolo::agents
