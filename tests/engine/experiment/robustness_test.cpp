#include "engine/experiment/robustness.h"

#include <gmock/gmock.h>

#include <cmath>
#include <map>

namespace tavolo::engine {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

// Of shared/design/experiments.md, "Known answers".
const Performance kKnown{{.99, 1, .5}, {.69, .6, .6}};

std::vector<double> metric(const std::string& id, const Performance& performance = kKnown,
                           Direction direction = Direction::kMax) {
  for (const auto& m : robustness_metrics(std::vector{0.6}))
    if (m.id == id) return robustness(m, performance, direction);
  ADD_FAILURE() << id;
  return {0, 0};
}

TEST(Robustness, MetricsAreTheKnownOnes) {
  EXPECT_THAT(metric("maximin"), ElementsAre(.5, .6));
  EXPECT_THAT(metric("maximax"), ElementsAre(1, .69));
  EXPECT_THAT(metric("hurwicz"), ElementsAre(.75, DoubleNear(.645, 1e-12)));
  EXPECT_THAT(metric("laplace"), ElementsAre(DoubleNear(.83, 1e-12), DoubleNear(.63, 1e-12)));
  EXPECT_THAT(metric("minimax_regret"), ElementsAre(DoubleNear(.1, 1e-12), DoubleNear(.4, 1e-12)));
  // Regrets 0, 0, .1 and .3, .4, 0: linear between the two largest at position 1.8.
  EXPECT_THAT(metric("regret_90"), ElementsAre(DoubleNear(.08, 1e-12), DoubleNear(.38, 1e-12)));
  EXPECT_THAT(metric("satisficing_0.6"), ElementsAre(DoubleNear(2 / 3., 1e-12), 1));
  // Below the medians .99 and .6.
  EXPECT_THAT(metric("undesirable_deviations"), ElementsAre(DoubleNear(.49, 1e-12), 0));
  const double sd = std::sqrt((.16 * .16 + .17 * .17 + .33 * .33) / 3);
  EXPECT_NEAR(metric("mean_variance")[0], 1.83 / (1 + sd), 1e-12);
}

TEST(Robustness, PercentilesAreThoseOfTheFutures) {
  Performance performance{{}};
  for (int i = 0; i <= 100; ++i) performance[0].push_back(i * i);
  // q10, q25, q50, q75, q90 are 100, 625, 2500, 5625, 8100.
  EXPECT_NEAR(metric("skewness", performance)[0], (4100. - 2500) / 4000, 1e-12);
  EXPECT_NEAR(metric("peakedness", performance)[0], 8000. / 5000, 1e-12);
}

// What is to be small is what is to be large with its sign turned.
TEST(Robustness, DirectionsMirrorOneAnother) {
  Performance turned = kKnown;
  for (auto& row : turned)
    for (double& v : row) v = -v;
  for (const std::string id : {"maximin", "maximax", "hurwicz", "laplace"})
    for (std::size_t s = 0; s < 2; ++s)
      EXPECT_NEAR(metric(id, turned, Direction::kMin)[s], -metric(id)[s], 1e-12) << id;
  for (const std::string id :
       {"minimax_regret", "regret_90", "undesirable_deviations", "skewness", "peakedness"})
    for (std::size_t s = 0; s < 2; ++s) {
      const double a = metric(id, turned, Direction::kMin)[s], b = metric(id)[s];
      if (std::isfinite(a) || std::isfinite(b)) {
        EXPECT_NEAR(a, b, 1e-12) << id;
      }
    }
}

TEST(Robustness, MetricsDisagreeAndRanksSayWhere) {
  EXPECT_THAT(ranks(metric("maximin"), true), ElementsAre(2, 1));
  EXPECT_THAT(ranks(metric("laplace"), true), ElementsAre(1, 2));
  EXPECT_THAT(ranks(std::vector{1., 3., 3., std::nan("")}, true), ElementsAre(3, 1, 1, 4));
  EXPECT_DOUBLE_EQ(kendall_tau(std::vector{1, 2, 3}, std::vector{1, 2, 3}), 1);
  EXPECT_DOUBLE_EQ(kendall_tau(std::vector{1, 2, 3}, std::vector{3, 2, 1}), -1);
}

TEST(Robustness, IntervalsHoldTheValueAndWidenWithFewerFutures) {
  const auto width = [](std::size_t futures) {
    Outcomes outcomes{2, futures, 2, {}};
    for (std::size_t s = 0; s < 2; ++s)
      for (std::size_t f = 0; f < futures; ++f)
        for (std::size_t r = 0; r < 2; ++r)
          outcomes.values.push_back(static_cast<double>((f * 37 + s) % 16 + r * s));
    const auto all = robustness_of(outcomes, Direction::kMax, robustness_metrics(), 1, 400);
    for (const auto& m : all)
      for (std::size_t s = 0; s < 2; ++s) {
        EXPECT_LE(m.interval[s].low, m.value[s] + 1e-9) << m.metric.id;
        EXPECT_GE(m.interval[s].high, m.value[s] - 1e-9) << m.metric.id;
      }
    return all[3].interval[0].high - all[3].interval[0].low;
  };
  EXPECT_NEAR(width(16) / width(256), 4, 0.8);
}

TEST(Pareto, FrontsPeelOffOneByOne) {
  EXPECT_THAT(non_dominated_fronts({{3, 1}, {1, 3}, {2, 2}, {1, 1}, {2, 1}, {3, 1}}),
              ElementsAre(1, 1, 1, 3, 2, 1));
}

TEST(Pareto, HypervolumeIsTheUnionOfBoxes) {
  EXPECT_DOUBLE_EQ(hypervolume({{3, 1}, {1, 3}, {2, 2}}, std::vector{0., 0.}), 6);
  EXPECT_DOUBLE_EQ(hypervolume({{1, 1, 1}}, std::vector{0., 0., 0.}), 1);
  // Inclusion and exclusion: 4 + 4 - 2.
  EXPECT_DOUBLE_EQ(hypervolume({{2, 2, 1}, {1, 2, 2}}, std::vector{0., 0., 0.}), 6);
  EXPECT_DOUBLE_EQ(hypervolume({{-1, 5}}, std::vector{0., 0.}), 0);
}

}  // namespace
}  // namespace tavolo::engine
