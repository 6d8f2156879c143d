#include "engine/calibration/backtest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <sstream>

#include "engine/models/built_in.h"
#include "tests/support/own_folder.h"
#include "tests/support/refusal.h"

namespace tavolo::engine {
namespace {

using testing::HasSubstr;

/// A lake whose inflow is not known: six years of phosphorus, by the model's own equation without
/// luck and an inflow of 0.06 (Carpenter, Ludwig & Brock 1999).
std::string published(double inflow) {
  std::ostringstream text;
  double x = 0;
  for (int year = 1; year <= 6; ++year) {
    x += x * x / (1 + x * x) - 0.42 * x + inflow;
    text << (year > 1 ? ", " : "") << year << " = " << x;
  }
  return text.str();
}

class Backtesting : public test::InOwnFolder {
 protected:
  void SetUp() override {
    write("lake.toml", R"toml(title = "A lake"
model = "lake"
policy = "none"
from = 1
to = 6
set = ["years=6"]
points = [100]
seed = 3
ignored = 0
draws = 40
parameters = [ { id = "inflow", path = "mean", prior = "uniform(0.02, 0.1)", source = "assumed" } ]
kinds = [ { id = "level", transform = "log", observation_sd = 0.02, discrepancy_sd = 0.02, source = "the test" } ]
series = [ { id = "phosphorus", kind = "level", indicators = ["phosphorus"], by_year = { )toml" +
                           published(0.06) + " } } ]\n");
  }
  std::string study(const std::string& windows) const {
    return write("study.toml", R"toml(title = "Years ahead"
calibration = "lake.toml"
market = "phosphorus"
horizons = [1, 2]
draws = 40
seed = 9
windows = [)toml" + windows + "]\n");
  }
  std::string refusal(const std::string& windows) const {
    return test::refusal([&] { read_backtest(study(windows)); });
  }
  Backtest made(const std::string& file) const {
    const auto read = read_backtest(file);
    const auto& model = built_in_model("lake");
    WaveOptions options;
    options.folder = path("reference");
    options.report = false;
    const auto waves = make_waves(read.study, model.family(), {"lake", model.defaults()}, options);
    options.folder = path("windows");
    std::filesystem::create_directories(options.folder);
    return backtest(read, model.family(), {"lake", model.defaults()}, waves, options);
  }
};

constexpr const char* kWindows = R"toml(
  { id = "to-3", fit_to = 3, set = ["years=5"] },
  { id = "to-4", fit_to = 4, set = ["years=6"] },
)toml";

TEST_F(Backtesting, AModelThatIsRightBeatsWhoOnlySeesThePast) {
  const auto found = made(study(kWindows));
  ASSERT_EQ(found.cases.size(), 4U);
  EXPECT_EQ(found.fits[0].targets, 3U);
  EXPECT_EQ(found.fits[1].targets, 4U);
  std::vector<const Case*> all;
  for (const auto& one : found.cases) {
    all.push_back(&one);
    EXPECT_TRUE(one.scores[0].in90) << one.year;
    EXPECT_LT(one.scores[0].crps, one.scores[kFirstBaseline].crps) << one.year;
  }
  EXPECT_GT(skill_of(all).value, 0.5);
}

TEST_F(Backtesting, ErrorsAreToldByTheMissesThatAreKnownByThen) {
  const auto spreads = [](const Backtest& found) {
    std::vector<double> result;
    for (const auto& one : found.cases)
      result.push_back(std::log(one.scores[0].shown[2] / one.scores[0].shown[0]));
    return result;
  };
  const auto in_a_world_with = [&](int year, double level) {
    std::ifstream in{path("lake.toml")};
    std::stringstream text;
    text << in.rdbuf();
    const auto before = text.str();
    auto world = before;
    const auto at = world.find(std::to_string(year) + " = ", world.find("by_year"));
    world.replace(at, world.find(',', at) - at,
                  std::to_string(year) + " = " + std::to_string(level));
    write("lake.toml", world);
    std::filesystem::remove_all(path("windows"));
    std::filesystem::remove_all(path("reference"));
    auto found = made(study(kWindows));
    write("lake.toml", before);
    return found;
  };
  const auto right = made(study(kWindows));
  // Year 5 is missed by the window to 3, which the window to 4 does not know yet. There is one
  // wave, so that the runs that posteriors are made from are the same in all worlds.
  const auto later = in_a_world_with(5, 1.2);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_DOUBLE_EQ(spreads(later)[i], spreads(right)[i]) << i;
  EXPECT_GT(later.step_sd[0], 3 * right.step_sd[0]);  // what comes after knows it
  // Year 4 is missed by the first and known to the second.
  const auto earlier = in_a_world_with(4, 0.5);
  for (const std::size_t i : {0, 1}) EXPECT_DOUBLE_EQ(spreads(earlier)[i], spreads(right)[i]) << i;
  for (const std::size_t i : {2, 3}) EXPECT_GT(spreads(earlier)[i], 1.5 * spreads(right)[i]) << i;
}

TEST_F(Backtesting, AWindowThatKnowsNoFigureIsRefused) {
  const auto said = refusal("\n  { id = \"to-0\", fit_to = 0, set = [\"years=2\"] },\n");
  EXPECT_THAT(said, HasSubstr("study.toml:8"));
  EXPECT_THAT(said, HasSubstr("is fitted to no figure"));
}

TEST_F(Backtesting, WindowsStandInOrder) {
  const auto said = refusal(R"toml(
  { id = "to-4", fit_to = 4, set = ["years=6"] },
  { id = "to-3", fit_to = 3, set = ["years=5"] },
)toml");
  EXPECT_THAT(said, HasSubstr("study.toml:9"));
  EXPECT_THAT(said, HasSubstr("in the order of their years"));
}

}  // namespace
}  // namespace tavolo::engine
