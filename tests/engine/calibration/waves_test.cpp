#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "engine/calibration/fit.h"
#include "engine/calibration/forecast.h"
#include "engine/models/built_in.h"
#include "tests/support/own_folder.h"
#include "tests/support/refusal.h"

namespace tavolo::engine {
namespace {

using testing::HasSubstr;

/// The queue with one server: how fast customers come and are served, from how long they wait. In
/// the long run a share lambda / mu waits, lambda / (mu (mu - lambda)) on average.
constexpr const char* kQueue = R"toml(title = "A queue"
model = "mm1"
policy = "none"
from = 1
to = 1
set = ["customers=4000", "warm_up=1000"]
points = [120, 60]
seed = 5
cutoff = 3
ignored = 0
keep = 0.2
draws = 50

parameters = [
  { id = "lambda", path = "lambda", prior = "uniform(0.4, 0.85)", source = "assumed" },
  { id = "mu",     path = "mu",     prior = "uniform(0.9, 1.3)",  source = "assumed" },
]
kinds = [
  { id = "time",  transform = "log",   observation_sd = 0.02, discrepancy_sd = 0, source = "the test" },
  { id = "share", transform = "logit", observation_sd = 0.02, discrepancy_sd = 0, source = "the test" },
]
series = [
  { id = "wait",    kind = "time",  indicators = ["mean_wait"],     by_year = { 1 = 2.3333 } },
  { id = "stay",    kind = "time",  indicators = ["mean_stay"],     by_year = { 1 = 3.3333 } },
  { id = "waiting", kind = "share", indicators = ["waiting_share"], by_year = { 1 = 0.7 } },
]
)toml";

class CalibrationWaves : public test::InOwnFolder {
 protected:
  using InOwnFolder::write;
  std::string write(const std::string& text) const { return write("study.toml", text); }
  Fit fit_into(const std::string& out, int threads = 0) const {
    const auto& model = built_in_model("mm1");
    WaveOptions options;
    options.folder = path(out);
    options.report = false;
    options.sweep.threads = threads;
    return fit(read_calibration(path("study.toml")), model.family(), {"mm1", model.defaults()},
               options, 0);
  }
  std::string refusal(const std::string& text) const {
    return test::refusal([&] { read_calibration(write(text)); });
  }
};

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST_F(CalibrationWaves, FindTheQueueThatWasObserved) {
  write(kQueue);
  const auto found = fit_into("out");
  ASSERT_EQ(found.quantiles.size(), 6U);  // lambda 0.7, mu 1
  EXPECT_LT(found.quantiles[0], 0.7);
  EXPECT_GT(found.quantiles[2], 0.7);
  EXPECT_LT(found.quantiles[3], 1.0);
  EXPECT_GT(found.quantiles[5], 1.0);
  EXPECT_GT(found.contraction[0], 0.7);
  EXPECT_GT(found.contraction[1], 0.5);
  EXPECT_LT(found.share_left[0], 0.5);
  for (const double i : found.implausibility) EXPECT_LT(i, 2);
}

TEST_F(CalibrationWaves, EndAlikeWhenTheyAreInterruptedAndOnAnyNumberOfThreads) {
  write(kQueue);
  const auto once = fit_into("once", 1);
  const auto twice = fit_into("once");  // all stores are there
  EXPECT_EQ(once.table, twice.table);
  std::filesystem::remove(path("once/wave-2.sqlite"));
  std::filesystem::remove(path("once/posterior.sqlite"));
  for (const auto& entry : std::filesystem::directory_iterator{path("once")})
    if (entry.path().extension() == ".csv") std::filesystem::remove(entry.path());
  EXPECT_EQ(fit_into("once", 2).table, once.table);
}

TEST_F(CalibrationWaves, EqualPointsMeetLuckOfTheirOwn) {
  const auto study = read_calibration(write(kQueue));
  const auto& model = built_in_model("mm1");
  const auto experiment = experiment_of({.title = "twice",
                                         .file = study.file,
                                         .scenario = "",
                                         .policy = "none",
                                         .set = {},
                                         .seed = 1,
                                         .table = "lambda,mu\n0.7,1.0\n0.7,1.0\n"},
                                        model.family(), {"mm1", model.defaults()});
  WaveOptions options;
  make_runs(experiment, model.family(), options, path("twice.sqlite"));
  const auto simulated = read_simulated(path("twice.sqlite"), study.series);
  ASSERT_EQ(simulated.values.size(), 2U);
  EXPECT_NE(simulated.values[0](0, 0), simulated.values[1](0, 0));
  EXPECT_NEAR(simulated.values[0](0, 2), 0.7, 0.03);
}

TEST_F(CalibrationWaves, ErrorsNameTheLineAndTheNearestName) {
  EXPECT_THAT(refusal(replaced(kQueue, "cutoff", "cutof")), HasSubstr("study.toml:9"));
  EXPECT_THAT(refusal(replaced(kQueue, "cutoff", "cutof")), HasSubstr("cutoff"));
  EXPECT_THAT(refusal(replaced(kQueue, "uniform(0.4", "unifrm(0.4")), HasSubstr("study.toml:15"));
  EXPECT_THAT(refusal(replaced(kQueue, "kind = \"share\"", "kind = \"shar\"")),
              HasSubstr("Did you mean \"share\"?"));
  EXPECT_THAT(refusal(replaced(kQueue, "{ 1 = 0.7 }", "{ 1 = 1.7 }")), HasSubstr("has no logit"));
  EXPECT_THAT(refusal(replaced(kQueue, "by_year = { 1 = 0.7 }", "file = \"none.toml\"")),
              HasSubstr("cannot be read"));
}

TEST_F(CalibrationWaves, PublishedNumbersAreReadFromRowsAndSummed) {
  write("data.toml", R"(plants = [
  { id = "north", by_year = { 1 = 1.5, 2 = 4 } },
  { id = "south", by_year = { 1 = 0.8333 } },
  { id = "later", by_year = { 2 = 1 } },
]
)");
  write(replaced(kQueue, "by_year = { 1 = 2.3333 }",
                 "file = \"data.toml\", table = \"plants\", rows = [\"north\", \"south\"], "
                 "rows_if_known = [\"later\"]"));
  const auto study = read_calibration(path("study.toml"));
  EXPECT_EQ(study.series[0].published, (std::map<int, double>{{1, 2.3333}}));
  EXPECT_THAT(refusal(replaced(kQueue, "by_year = { 1 = 2.3333 }",
                               "file = \"data.toml\", table = \"plants\", rows = [\"nort\"]")),
              HasSubstr("Did you mean \"north\"?"));
}

TEST(PriorProbability, InvertsThePrior) {
  std::string why;
  for (const auto* text : {"uniform(-2, 3)", "triangular(-6, -4, -3)", "loguniform(0.3, 8)",
                           "normal(1, 2)", "lognormal(0, 0.5)"}) {
    const auto prior = *Distribution::parse(text, why);
    for (const double u : {0.01, 0.3, 0.5, 0.99})
      EXPECT_NEAR(prior_probability(prior, prior.value(u)), u, 1e-9) << text;
  }
  // A whole number has a step of probability, and stands in its middle.
  EXPECT_NEAR(prior_probability(*Distribution::parse("integer(1, 4)", why), 2), 0.375, 1e-9);
}

TEST(DrawLeft, IsUniformOverWhatIsLeft) {
  // One target, y = first coordinate; left is |u - 0.5| <= 0.1, a tenth on either side.
  Eigen::MatrixXd u(400, 2), y(400, 1);
  for (Eigen::Index i = 0; i < 400; ++i) {
    u(i, 0) = (double(i % 20) + 0.5) / 20;
    u(i, 1) = (double(i / 20) + 0.5) / 20;
    y(i, 0) = u(i, 0);
  }
  const std::vector<Target> targets{{0, 1, 0.5, 0.1, 0.0}};
  HistoryMatch match{Emulators{u, y}, targets, 1, 0};
  match.cutoff = 1;
  std::vector<HistoryMatch> matches;
  matches.push_back(match);
  Eigen::MatrixXd start(1, 2);
  start << 0.5, 0.5;
  const auto points = draw_left(matches, start, 2000, 3, 1);
  double low = 0, second = 0;
  for (Eigen::Index i = 0; i < points.rows(); ++i) {
    ASSERT_NEAR(points(i, 0), 0.5, 0.1001);
    low += points(i, 0) < 0.45;
    second += points(i, 1) < 0.25;
  }
  // Four standard errors of a quarter of 2000.
  EXPECT_NEAR(low / 2000, 0.25, 4 * std::sqrt(0.1875 / 2000));
  EXPECT_NEAR(second / 2000, 0.25, 4 * std::sqrt(0.1875 / 2000));
}

}  // namespace
}  // namespace tavolo::engine
