// Selection, robustness, games, sensitivity: known answers of the literature.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "engine/experiment/sampling.h"
#include "engine/experiment/sensitivity.h"
#include "engine/experiment/sensitivity_report.h"
#include "engine/models/built_in.h"
#include "tests/support/toy_experiment.h"

namespace tavolo::engine {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;

// ------------------------------------------------------------------------------------- sensitivity

double ishigami(const std::vector<double>& u) {
  const auto x = [](double v) { return std::numbers::pi * (2 * v - 1); };
  const double s1 = std::sin(x(u[0])), s2 = std::sin(x(u[1]));
  return s1 + 7 * s2 * s2 + 0.1 * std::pow(x(u[2]), 4) * s1;
}

std::pair<std::vector<double>, std::vector<std::vector<double>>> evaluated(
    const SamplingPlan& plan) {
  const auto sample = make_sample(plan);
  std::pair<std::vector<double>, std::vector<std::vector<double>>> result;
  for (std::size_t i = 0; i < sample->size(); ++i) {
    std::vector<double> u(plan.dimensions);
    sample->point(i, u);
    result.first.push_back(ishigami(u));
    result.second.push_back(u);
  }
  return result;
}

TEST(Sensitivity, FindsTheIndicesOfIshigami) {
  SamplingPlan plan{.kind = "saltelli", .n = 8192, .dimensions = 3, .seed = 1};
  plan.second_order = true;
  const auto indices = sobol_indices(evaluated(plan).first, 3, true, 200);
  const std::vector<double> first{.3139, .4424, 0}, total{.5576, .4424, .2437};
  EXPECT_NEAR(indices.mean, 3.5, 0.01);
  EXPECT_NEAR(indices.variance, 13.8446, 0.1);
  for (std::size_t f = 0; f < 3; ++f) {
    EXPECT_NEAR(indices.first[f].value, first[f], 0.01) << f;
    EXPECT_NEAR(indices.total[f].value, total[f], 0.01) << f;
    EXPECT_LE(indices.total[f].interval.low, total[f]);
    EXPECT_GE(indices.total[f].interval.high, total[f]);
  }
  EXPECT_NEAR(indices.second[0].value, 0, 0.02);      // x1 x2
  EXPECT_NEAR(indices.second[1].value, .2437, 0.02);  // x1 x3
}

// The noise of the blocks: its interval holds 0, and it is far below what counts.
TEST(Sensitivity, KnowsWhatAFactorThatDoesNothingLooksLike) {
  const SamplingPlan plan{.kind = "saltelli", .n = 1024, .dimensions = 3, .seed = 2};
  const auto dummy = sobol_indices(evaluated(plan).first, 3, false, 400).dummy;
  EXPECT_LE(dummy.interval.low, 0);
  EXPECT_GE(dummy.interval.high, 0);
  EXPECT_LT(std::abs(dummy.value), 0.1);
}

// On a grid of midpoints the indices are those of the function, but for the grid's step.
TEST(Sensitivity, OfAGridIsExact) {
  constexpr std::size_t kLevels = 40;
  std::vector<double> values;
  const auto middle = [](std::size_t i) { return (static_cast<double>(i) + 0.5) / kLevels; };
  for (std::size_t i = 0; i < kLevels; ++i)
    for (std::size_t j = 0; j < kLevels; ++j)
      for (std::size_t k = 0; k < kLevels; ++k)
        values.push_back(ishigami({middle(i), middle(j), middle(k)}));
  const auto indices = grid_indices(values, std::vector<std::size_t>(3, kLevels));
  const std::vector<double> first{.3139, .4424, 0}, total{.5576, .4424, .2437};
  for (std::size_t f = 0; f < 3; ++f) {
    EXPECT_NEAR(indices.first[f], first[f], 0.003) << f;
    EXPECT_NEAR(indices.total[f], total[f], 0.003) << f;
  }
  // y = 3 a + b of two levels each: shares 9/10 and 1/10, nothing together.
  const auto sum = grid_indices(std::vector<double>{0, 1, 3, 4}, std::vector<std::size_t>{2, 2});
  EXPECT_DOUBLE_EQ(sum.first[0], 0.9);
  EXPECT_DOUBLE_EQ(sum.total[1], 0.1);
}

// Campolongo's mu* over the unit cube, four levels.
TEST(Sensitivity, FindsMorrisEffectsOfIshigami) {
  const auto [outputs, points] =
      evaluated({.kind = "morris", .n = 4000, .dimensions = 3, .seed = 1});
  const auto effects = morris_effects(outputs, points, 3, 200);
  const std::vector<double> known{7.704, 7.875, 6.249};
  for (std::size_t f = 0; f < 3; ++f) {
    const auto& star = effects.mu_star[f];
    EXPECT_NEAR(star.value, known[f], 3 * (star.interval.high - star.interval.low) / 4 + 1e-3) << f;
  }
}

// ----------------------------------------------------------------------------------------- reports

class Report : public test::ToyExperiment {
 protected:
  std::string store() const { return path("s.sqlite"); }
  void sweep(const std::string& name, const std::string& from = {}, const std::string& to = {}) {
    const auto& model = built_in_model(name);
    auto text = std::string{model.experiment};
    if (!from.empty()) text = replaced(text, from, to);
    const auto experiment =
        read_experiment_text(text, name, model.family(), {}, {name, model.defaults()});
    run_sweep(experiment, model.family(), {.store = store(), .threads = 2});
  }
};

TEST_F(Report, SensitivityComesFromTheLedger) {
  sweep("ishigami");
  const auto csv = sensitivity_csv(StoreReader{store()});
  EXPECT_THAT(csv, HasSubstr("y,x1,first,1024,0.3"));
  EXPECT_THAT(csv, HasSubstr("y,x1,total,1024,0.5"));
  EXPECT_THAT(csv, HasSubstr("y,x2,first,1024,0.4"));
}

TEST_F(Report, SensitivityShowsWhetherIndicesHaveSettled) {
  sweep("ishigami");
  const auto csv = sensitivity_csv(StoreReader{store()});
  for (const char* blocks : {"128", "256", "512"})
    EXPECT_THAT(csv, HasSubstr("y,x2,total," + std::string{blocks} + ",0.4"));
  EXPECT_THAT(sensitivity_text(StoreReader{store()}),
              testing::AllOf(HasSubstr("of 512"), HasSubstr("(a factor that does nothing)")));
}

// The trivial model is a level plus luck: the variance of the levels is 2/3 x 0.01, of luck 1/12.
TEST_F(Report, SensitivityTellsLuckFromFactors) {
  sweep("trivial", "seed = 1", "seed = 1\n[factors]\nx = [0.0, 0.1, 0.2]");
  const auto text = sensitivity_text(StoreReader{store()});
  EXPECT_THAT(text, HasSubstr("luck at given factors: 0.93"));
  EXPECT_THAT(text, HasSubstr("3 points of a full grid"));
}

TEST_F(Report, RefusesBlocksThatAreNotWhole) {
  sweep("ishigami", "n = 1024", "n = 16");
  Database{store(), Database::Mode::kWrite}.execute(
      "DELETE FROM run WHERE run_id = 12; DELETE FROM year WHERE run_id = 12; UPDATE progress SET "
      "runs = 79");
  EXPECT_THAT(test::refusal([&] { sensitivity_text(StoreReader{store()}); }),
              testing::AllOf(HasSubstr("1 of 80 points lack runs; the first is in block 3"),
                             HasSubstr("tavolo resume " + shell_word(store()))));
}

}  // namespace
}  // namespace tavolo::engine
