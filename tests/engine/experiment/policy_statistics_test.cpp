// Selection, robustness, games, sensitivity: known answers of the literature.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "engine/experiment/bootstrap.h"
#include "engine/experiment/game.h"
#include "engine/experiment/report.h"
#include "engine/experiment/robustness.h"
#include "engine/experiment/sampling.h"
#include "engine/experiment/selection.h"
#include "engine/experiment/sensitivity.h"
#include "engine/experiment/strategic.h"
#include "engine/models/built_in.h"
#include "engine/random.h"
#include "tests/support/toy_experiment.h"

namespace tavolo::engine {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;

enum class Luck { kCommon = 1, kOwn = 2 };

// --------------------------------------------------------------------------------------- bootstrap

// Efron & Tibshirani (1993), table 14.1: spatial test data A of 26 children, the variance with n in
// its denominator; BCa interval (115.8, 259.6) at 90 %, 2000 resamples. Their resamples are not
// ours.
TEST(Bootstrap, BcaIsNearThePublishedInterval) {
  const std::vector<double> a{48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6,
                              0,  33, 28, 34, 4,  32, 24, 47, 41, 24, 26, 30, 41};
  const auto variance = [](std::span<const double> x) {
    const double m = mean(x);
    double squares = 0;
    for (const double value : x) squares += (value - m) * (value - m);
    return squares / static_cast<double>(x.size());
  };
  EXPECT_NEAR(variance(a), 171.5, 0.05);
  const auto interval = bca_interval(a, variance, 0.9, 20'000);
  EXPECT_NEAR(interval.low, 115.8, 4);
  EXPECT_NEAR(interval.high, 259.6, 6);
}

// 95 % intervals of the mean of 60 normals cover in 93 to 97 % of a thousand experiments. (Of
// skewed data they cover less: a bootstrap knows no tail that it has not seen.)
TEST(Bootstrap, BcaCovers) {
  int covered = 0;
  for (std::uint64_t e = 0; e < 1000; ++e) {
    auto draws = Streams{5, e}(Luck::kOwn, 0);
    std::vector<double> x(60);
    for (double& value : x) value = draws.normal(1, 2);
    const auto interval = bca_interval(
        x, [](std::span<const double> v) { return mean(v); }, 0.95, 1000, e);
    covered += interval.low <= 1 && 1 <= interval.high ? 1 : 0;
  }
  EXPECT_GE(covered, 930);
  EXPECT_LE(covered, 970);
}

// --------------------------------------------------------------------------------------- selection

TEST(Selection, RinottsConstantIsThePublishedOne) {
  EXPECT_NEAR(rinott_constant(0.95, 20, 5), 3.385, 0.001);
  EXPECT_NEAR(rinott_constant(0.95, 20, 2), 2.453, 0.001);
}

double correlated(std::uint64_t experiment, std::size_t i, std::size_t r, double lead) {
  const Streams luck{experiment, r};
  return (i == 2 ? lead : 0.0) + 2 * luck(Luck::kCommon, 0).normal(0, 1) +
         luck(Luck::kOwn, i).normal(0, 1);
}

// Under common random numbers, the best leading by delta: at least 95 % (less 3 standard errors).
TEST(Selection, KimAndNelsonChooseTheBestAsOftenAsPromised) {
  int right = 0;
  std::size_t runs = 0;
  for (std::uint64_t e = 0; e < 400; ++e) {
    const auto selected = select_kn(
        5, [&](std::size_t i, std::size_t r) { return correlated(e, i, r, 0.5); }, 0.5);
    EXPECT_TRUE(selected.decided);
    right += selected.best == 2 ? 1 : 0;
    for (const auto taken : selected.taken) runs += taken;
  }
  EXPECT_GE(right, 0.95 * 400 - 3 * std::sqrt(400 * 0.95 * 0.05));
  EXPECT_LT(runs / 400, 5 * 200U);  // Rinott, without common luck, would take some 230 of each
}

// The intervals hold together in at least 95 % of experiments, whatever the correlations.
TEST(Selection, ComparisonsWithTheBestCoverTogether) {
  int covered = 0;
  for (std::uint64_t e = 0; e < 1000; ++e) {
    Series series(5, std::vector<double>(30));
    for (std::size_t i = 0; i < 5; ++i)
      for (std::size_t r = 0; r < 30; ++r) series[i][r] = correlated(e, i, r, 0.5);
    const auto intervals = comparisons_with_the_best(series);
    bool all = true;
    for (std::size_t i = 0; i < 5; ++i) {
      const double truth = i == 2 ? 0.5 : -0.5;
      all = all && intervals[i].low <= truth && truth <= intervals[i].high;
    }
    covered += all ? 1 : 0;
  }
  EXPECT_GE(covered, 950 - 3 * 7);
}

TEST(Selection, ProbabilityOfBeingBestIsSharedByTies) {
  const Series same{{1, 2, 3}, {1, 2, 3}, {0, 1, 2}};
  EXPECT_THAT(probability_best(same, 200),
              ElementsAre(DoubleNear(0.5, 1e-9), DoubleNear(0.5, 1e-9), 0));
}

// Chen & Lee (2011), OCBA for two alternatives: N1 / N2 = s1 / s2; close rivals get more.
TEST(Selection, OcbaSpendsOnRivalsThatAreCloseAndNoisy) {
  const auto two = ocba_shares(std::vector<double>{1, 0}, std::vector<double>{3, 1});
  EXPECT_NEAR(two[0] / two[1], 3, 1e-12);
  const auto shares = ocba_shares(std::vector<double>{5, 4, 3}, std::vector<double>{1, 1, 1});
  EXPECT_NEAR(shares[1] / shares[2], 4, 1e-12);
  EXPECT_NEAR(shares[0], std::sqrt(shares[1] * shares[1] + shares[2] * shares[2]), 1e-12);
}

// -------------------------------------------------------------------------------------- robustness

TEST(Robustness, HasTheKnownAnswers) {
  const Series f{{.99, 1, .5}, {.69, .6, .6}};
  const auto values = robustness(f, 0.6);
  const auto of = [&](const std::string& name, std::size_t s) {
    const auto metrics = robustness_metrics();
    for (std::size_t m = 0; m < metrics.size(); ++m)
      if (metrics[m].name == name) return values[m][s];
    ADD_FAILURE() << name;
    return RobustnessValue{};
  };
  EXPECT_NEAR(of("maximin", 0).value, .5, 1e-12);
  EXPECT_NEAR(of("maximin", 1).value, .6, 1e-12);
  EXPECT_NEAR(of("minimax_regret", 0).value, .1, 1e-12);
  EXPECT_NEAR(of("minimax_regret", 1).value, .4, 1e-12);
  EXPECT_NEAR(of("laplace", 0).value, .83, 1e-12);
  EXPECT_NEAR(of("laplace", 1).value, .63, 1e-12);
  EXPECT_NEAR(of("hurwicz", 0).value, .75, 1e-12);
  EXPECT_NEAR(of("satisficing", 0).value, 2.0 / 3, 1e-12);
  EXPECT_EQ(of("satisficing", 1).value, 1);
  EXPECT_EQ(of("maximin", 1).rank, 1);
  EXPECT_EQ(of("laplace", 1).rank, 2);  // metrics disagree
  EXPECT_NEAR(of("undesirable_deviations", 0).value, .49, 1e-12);
  EXPECT_LE(of("laplace", 0).interval.low, .83);
  EXPECT_GE(of("laplace", 0).interval.high, .83);
}

TEST(Robustness, ParetoFrontHoldsWhatNothingBeats) {
  EXPECT_THAT(pareto_front({{1, 5}, {2, 4}, {1, 4}, {2, 4}, {0, 6}}), ElementsAre(0, 1, 3, 4));
}

// --------------------------------------------------------------------------------------------
// games

TEST(AlphaRank, RockPaperScissorsAreAThirdEach) {
  const std::vector<std::vector<double>> payoff{{0, -1, 1}, {1, 0, -1}, {-1, 1, 0}};
  for (const double alpha : {0.01, 1.0, 100.0})
    for (const double share : alpha_rank(payoff, alpha)) EXPECT_NEAR(share, 1.0 / 3, 1e-12);
}

PayoffTable two_by_two(const std::vector<double>& row, const std::vector<double>& column) {
  return {{2, 2}, {row, column}};
}

// Cooperate (0) or defect (1): defection dominates, and evolution ends there.
TEST(Game, PrisonersDefect) {
  const auto game = two_by_two({3, 0, 5, 1}, {3, 5, 0, 1});
  EXPECT_THAT(pure_equilibria(game), ElementsAre(3));
  EXPECT_THAT(strictly_dominated(game, 0), ElementsAre(0));
  EXPECT_THAT(strictly_dominated(game, 1), ElementsAre(0));
  EXPECT_NEAR(alpha_rank(game, 100)[3], 1, 1e-6);
  EXPECT_EQ(profile_regrets(game)[0], 2);
}

// Matching pennies have no pure equilibrium and no favourite profile.
TEST(Game, PenniesNeverSettle) {
  const auto game = two_by_two({1, -1, -1, 1}, {-1, 1, 1, -1});
  EXPECT_TRUE(pure_equilibria(game).empty());
  for (const double share : alpha_rank(game)) EXPECT_NEAR(share, 0.25, 1e-12);
}

// Coordination (the two meet at either place): both are equilibria.
TEST(Game, CoordinationHasTwoEquilibria) {
  EXPECT_THAT(pure_equilibria(two_by_two({3, 0, 0, 2}, {2, 0, 0, 3})), ElementsAre(0, 3));
}

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
  EXPECT_THAT(csv, HasSubstr("y,x1,first,0.3"));
  EXPECT_THAT(csv, HasSubstr("y,x1,total,0.5"));
  EXPECT_THAT(csv, HasSubstr("y,x2,first,0.4"));
}

TEST_F(Report, RefusesBlocksThatAreNotWhole) {
  sweep("ishigami", "n = 1024", "n = 16");
  Database{store(), Database::Mode::kWrite}.execute(
      "DELETE FROM run WHERE run_id = 12; DELETE FROM year WHERE run_id = 12; UPDATE progress SET "
      "runs = 79");
  EXPECT_THAT(test::refusal([&] { sensitivity_text(StoreReader{store()}); }),
              testing::AllOf(HasSubstr("1 of 80 points lack runs; the first is in block 3"),
                             HasSubstr("tavolo resume " + store())));
}

TEST_F(Report, RanksPoliciesOverFutures) {
  sweep("lake", "n = 256", "n = 32");
  const StoreReader reader{store()};
  const auto futures = read_futures(reader);
  EXPECT_EQ(futures.values[0][0].size(), 32U);
  EXPECT_THAT(report_text(reader), HasSubstr("32 of 32 futures done under every policy"));
  EXPECT_THAT(report_csv(reader), HasSubstr("none,reliability,maximin,"));
  EXPECT_THAT(report_text(reader, "utility"), HasSubstr("Pareto front of means"));
  EXPECT_THAT(test::refusal([&] { report_text(reader, "nothing"); }), HasSubstr("nothing"));
}

// Both want m1, and both can add to it: the profile in which both do is the only equilibrium.
TEST_F(Report, FindsTheEquilibriumOfAGrid) {
  sweep("trivial", "replications = 1000\nseed = 1\n",
        "replications = 40\nseed = 1\n[factors]\nx = [0.0, 2.0]\n");
  const StoreReader reader{store()};
  const auto game = read_game(reader, {parse_player("policy:m1"), parse_player("x:m1")}, 100);
  ASSERT_EQ(game.profiles.size(), 4U);
  EXPECT_EQ(game.replications, 40U);
  EXPECT_EQ(game.profiles[3].strategies, (std::vector<std::string>{"shift", "2.0"}));
  EXPECT_EQ(game.profiles[3].equilibrium, 1);
  EXPECT_NEAR(game.profiles[3].alpha_rank, 1, 1e-6);
  EXPECT_NEAR(game.profiles[0].regret, 2, 1e-12);
  EXPECT_THAT(game.dominated, ElementsAre("policy: none", "x: 0.0"));
  EXPECT_THAT(game_text(reader, game), HasSubstr("P(equilibrium)"));
  EXPECT_THAT(test::refusal([&] { read_game(reader, {parse_player("policy:m1")}); }),
              HasSubstr("4 design points are no 2 profiles"));
  EXPECT_THAT(test::refusal([&] { parse_player("policy"); }), HasSubstr("policy:RESPONSE"));
}

TEST_F(Report, SelectsThePolicyThatLeads) {
  sweep("trivial", "replications = 1000", "replications = 40");
  const StoreReader reader{store()};
  EXPECT_THAT(selection_text(reader, 0.1),
              HasSubstr("shift is selected at 95 %, after 10 replications"));
  EXPECT_THAT(test::refusal([&] { selection_text(reader, 0.1, "m9"); }), HasSubstr("m9"));
}

TEST_F(Report, RefusesToSelectFromTooFew) {
  sweep("mm1", "replications = 100", "replications = 5");  // two levels of lambda: two futures
  EXPECT_THAT(test::refusal([&] { selection_text(StoreReader{store()}, 0.1); }),
              HasSubstr("2 futures are too few"));
}

TEST_F(Report, TakesReplicationsForFuturesWhenNothingVaries) {
  sweep("trivial", "replications = 1000", "replications = 40");
  const auto futures = read_futures(StoreReader{store()});
  EXPECT_TRUE(futures.replications_are_futures);
  EXPECT_EQ(futures.values[0][0].size(), 40U);
  for (std::size_t r = 0; r < 40; ++r)
    EXPECT_DOUBLE_EQ(futures.values[0][1][r], futures.values[0][0][r] + 1);
}

}  // namespace
}  // namespace tavolo::engine
