#include "engine/calibration/forecast.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "engine/calibration/backtest.h"
#include "engine/random.h"

namespace tavolo::engine {
namespace {

enum class Luck { kMember = 1, kOutcome = 2 };

TEST(FairCrps, IsTheDoubleSumOfItsDefinition) {
  const Ensemble members{0.3, -1.2, 2.5, 0.9};
  double distance = 0, pairs = 0;
  for (const double a : members) {
    distance += std::abs(a - 0.5) / 4;
    for (const double b : members) pairs += std::abs(a - b);
  }
  EXPECT_NEAR(fair_crps(members, 0.5), distance - pairs / (2 * 4 * 3), 1e-15);
  EXPECT_DOUBLE_EQ(fair_crps({2}, 5), 3);
}

TEST(FairCrps, IsOnAverageThatOfTheNormalItWasDrawnFrom) {
  // A standard normal forecast of a standard normal outcome scores 1 / sqrt(pi), whatever the
  // number of members.
  double sum = 0, squares = 0;
  constexpr int kCases = 20'000;
  for (int c = 0; c < kCases; ++c) {
    const Streams luck{1, static_cast<std::uint64_t>(c)};
    auto draws = luck(Luck::kMember, 0);
    Ensemble members;
    for (int m = 0; m < 5; ++m) members.push_back(draws.normal(0, 1));
    const double score = fair_crps(members, luck(Luck::kOutcome, 0).normal(0, 1));
    sum += score;
    squares += score * score;
  }
  const double mean = sum / kCases;
  const double error = std::sqrt((squares / kCases - mean * mean) / kCases);
  EXPECT_NEAR(mean, 1 / std::sqrt(std::numbers::pi), 4 * error);
}

Calibration two_series() {
  Calibration c;
  c.from = 2018;
  c.to = 2023;
  c.kinds.push_back({"plant", "", "log", 0, 0.01, 0.1, ""});
  for (const auto* id : {"north", "south"}) {
    PublishedSeries s;
    s.id = s.label = id;
    s.kind = {"plant", 0};
    for (int year = 2017; year <= 2023; ++year) s.published[year] = std::exp(0.1 * (year - 2017));
    c.series.push_back(s);
  }
  return c;
}

TEST(StepDeviations, ShrinkASeriesToItsKindAndTheKindToWhatWasStated) {
  const auto c = two_series();
  EXPECT_DOUBLE_EQ(step_deviations(c, {})[0], 0.1);  // nothing seen: what was stated
  std::vector<Step> steps;
  for (int i = 0; i < 400; ++i) {
    steps.push_back({0, i % 2 ? 0.3 : -0.3, 1});
    steps.push_back({1, i % 2 ? 0.1 : -0.1, 1});
  }
  const auto many = step_deviations(c, steps);
  EXPECT_NEAR(many[0], 0.3, 0.005);
  EXPECT_NEAR(many[1], 0.1, 0.005);
  const auto few = step_deviations(c, {{0, 0.3, 1}, {1, 0.1, 1}});
  EXPECT_GT(few[0], few[1]);
  EXPECT_LT(few[0], 0.2);
  EXPECT_NEAR(step_deviations(c, {{0, 0.6, 4}})[0], step_deviations(c, {{0, 0.3, 1}})[0], 1e-12);
  // What the runs' own spread accounts for is no error, and no error is less than none.
  EXPECT_NEAR(step_deviations(c, {{0, 0.5, 1, 0.16}})[0], step_deviations(c, {{0, 0.3, 1}})[0],
              1e-12);
  EXPECT_NEAR(step_deviations(c, {{0, 0.1, 1, 0.5}})[0], step_deviations(c, {{0, 0, 1}})[0], 1e-12);
}

TEST(PublishedSteps, AboutTheirOwnTrendALineHasNone) {
  const auto c = two_series();
  for (const auto& step : published_steps(c, 2021, {0.1, 0.1})) EXPECT_NEAR(step.size, 0, 1e-12);
  const auto changes = published_steps(c, 2019);
  ASSERT_EQ(changes.size(), 4U);  // nothing after 2019
  EXPECT_NEAR(changes[0].size, 0.1, 1e-12);
}

TEST(ModelEnsemble, ErrorsGrowAsARandomWalkFromTheOrigin) {
  auto c = two_series();
  Simulated simulated;
  simulated.years = {2020, 2021, 2022, 2023};
  for (std::size_t run = 0; run < 500; ++run) {
    simulated.points.push_back(run);
    simulated.values.emplace_back(Eigen::MatrixXd::Constant(4, 2, 1.0));
  }
  const std::vector<double> sd{0.1, 0.1};
  const auto spread = [&](int year) {
    double sum = 0;
    const auto members = model_ensemble(c, simulated, 0, year, 2019, &sd, 10, 3);
    for (const double m : members) sum += m * m;
    return std::sqrt(sum / double(members.size()));
  };
  EXPECT_NEAR(spread(2020), 0.1, 0.005);
  EXPECT_NEAR(spread(2023), 0.2, 0.01);
  for (const double m : model_ensemble(c, simulated, 0, 2020, 2019, nullptr, 10, 3))
    EXPECT_DOUBLE_EQ(m, 0);
}

TEST(WalkEnsemble, GrowsWithTheWalkAndWithTheDoubtOfItsDrift) {
  const auto sd = [](int steps, double drift_sd) {
    double squares = 0;
    const auto members = walk_ensemble(2, 0.1, steps, drift_sd, 20000, 1, 0);
    for (const double m : members) squares += (m - 2) * (m - 2);
    return std::sqrt(squares / double(members.size()));
  };
  // Five standard errors of a deviation of 20,000.
  const auto tolerance = [](double expected) { return 5 * expected / std::sqrt(40000.0); };
  EXPECT_NEAR(sd(1, 0), 0.1, tolerance(0.1));
  EXPECT_NEAR(sd(4, 0), 0.2, tolerance(0.2));
  EXPECT_NEAR(sd(4, 0.1), std::hypot(0.2, 0.4), tolerance(0.45));
}

TEST(Skill, IsPositiveForWhoSeesMoreAndZeroForTheBestBaseline) {
  const SeriesKind kind{"plant", "", "none", 0, 0, 0, ""};
  const auto forecast = [](double at, double sd) { return walk_ensemble(at, sd, 1, 0, 500, 1, 0); };
  std::vector<Case> cases;
  for (std::size_t i = 0; i < 6; ++i) {
    const double outcome = double(i);
    Case one{0, i % 2, 2020, 1, outcome, {}};
    for (const double at : {outcome, outcome, outcome + 3, outcome + 1, outcome + 2})
      one.scores.push_back(score(forecast(at, 1), outcome, kind));
    cases.push_back(one);
  }
  std::vector<const Case*> all;
  for (const auto& one : cases) all.push_back(&one);
  const auto skill = skill_of(all);
  EXPECT_EQ(skill.best, 3U);  // the linear trend
  EXPECT_GT(skill.value, 0.3);
  EXPECT_GT(skill.interval.low, 0.2);
  EXPECT_DOUBLE_EQ(skill.cover50, 1);
}

}  // namespace
}  // namespace tavolo::engine
