#include "engine/experiment/selection.h"

#include <gmock/gmock.h>

#include <cmath>

#include "engine/random.h"

namespace tavolo::engine {
namespace {

enum class Luck : std::uint32_t { kCommon = 1, kOwn = 2, kFuture = 3, kReplication = 4 };

constexpr int kExperiments = 1000;

/// How far a share of hits may be below what is promised, at z = 3.
double slack(double promised) { return 3 * std::sqrt(promised * (1 - promised) / kExperiments); }

/// Strategies whose means are those given, with luck of their own and luck in common.
class Contest {
 public:
  Contest(std::vector<double> means, double own, double common, std::uint64_t experiment)
      : means_{std::move(means)}, own_{own}, common_{common}, streams_{7, experiment} {}
  double operator()(std::size_t strategy, std::size_t n) const {
    return means_[strategy] + streams_(Luck::kCommon, n).normal(0, common_) +
           streams_(Luck::kOwn, n, strategy).normal(0, own_);
  }

 private:
  std::vector<double> means_;
  double own_, common_;
  Streams streams_;
};

Outcomes outcomes_of(const Contest& contest, std::size_t strategies, std::size_t n) {
  Outcomes outcomes{strategies, n, 1, {}};
  for (std::size_t s = 0; s < strategies; ++s)
    for (std::size_t i = 0; i < n; ++i) outcomes.values.push_back(contest(s, i));
  return outcomes;
}

// Of shared/design/experiments.md, "Known answers".
TEST(Rinott, ConstantIsTheTabulatedOne) { EXPECT_NEAR(rinott_constant(0.95, 5, 20), 3.385, 5e-4); }

// With very many observations it is Bechhofer's: for k = 2, sqrt(2) z(.95).
TEST(Rinott, ConstantTendsToBechhofersForLargeFirstStages) {
  EXPECT_NEAR(rinott_constant(0.95, 2, 20'000), std::sqrt(2.0) * 1.644854, 1e-3);
}

TEST(Rinott, TakesMoreOfWhatIsNoisier) {
  const double h = rinott_constant(0.95, 5, 20);
  EXPECT_EQ(rinott_size(0.1, 0.5, h, 20), 20);
  EXPECT_EQ(rinott_size(2, 0.5, h, 20), std::ceil(std::pow(3.385 * 4, 2)));
}

// Slippage configuration: all others delta below the best, the hardest case of the guarantee.
TEST(KimNelson, SelectsTheBestAsOftenAsPromisedUnderCommonRandomNumbers) {
  int right = 0;
  for (int e = 0; e < kExperiments; ++e) {
    const Contest contest{{0, 0, 0, 0, 0.5}, 1, 2, static_cast<std::uint64_t>(e)};
    right += kim_nelson(contest, 5, {.delta = 0.5}).best == 4u;
  }
  EXPECT_GE(right / double{kExperiments}, 0.95 - slack(0.95));
}

// What common luck adds drops out of every difference.
TEST(KimNelson, TakesNoNoticeOfLuckInCommon) {
  const Contest calm{{0, 0.2, 1}, 1, 0, 3}, stormy{{0, 0.2, 1}, 1, 50, 3};
  EXPECT_EQ(kim_nelson(calm, 3, {.delta = 0.3}).observations,
            kim_nelson(stormy, 3, {.delta = 0.3}).observations);
}

TEST(KimNelson, DropsWhatIsFarBehindAfterTheFirstStage) {
  const Contest contest{{-50, 0, 0.3}, 1, 1, 1};
  const auto selection = kim_nelson(contest, 3, {.delta = 0.3});
  EXPECT_EQ(selection.observations[0], 10u);
  EXPECT_EQ(selection.best, 2u);
}

TEST(KimNelson, SaysNothingWhenObservationsRunOut) {
  const Contest contest{{0, 0}, 1, 0, 1};
  const auto selection = kim_nelson(contest, 2, {.delta = 0.01, .most = 30});
  EXPECT_FALSE(selection.best);
  EXPECT_THAT(selection.survivors, testing::ElementsAre(0u, 1u));
}

TEST(KimNelson, EndsWhenStrategiesNeverDiffer) {
  const auto selection = kim_nelson([](std::size_t, std::size_t) { return 1.0; }, 3, {.delta = 1});
  EXPECT_TRUE(selection.best);
}

// Chen et al. (2000): N_1 : N_2 = (s/d)^2 : (s/d)^2, N_b = s_b sqrt(sum (N_i / s_i)^2).
TEST(Ocba, SharesFollowTheClosedForm) {
  const auto share = ocba_shares(std::vector{3.0, 2.0, 1.0}, std::vector{1.0, 1.0, 2.0});
  // N_1 = 1, N_2 = (2/2)^2 = 1, N_0 = sqrt(1 + 1/4)
  EXPECT_NEAR(share[1] / share[2], 1, 1e-12);
  EXPECT_NEAR(share[0] / share[1], std::sqrt(1.25), 1e-12);
  EXPECT_NEAR(share[0] + share[1] + share[2], 1, 1e-12);
}

TEST(Mcb, IntervalsAreHsusByHand) {
  PairedTable table{{{0, 1, 5}, {-1, 0, 4}, {-5, -4, 0}}, {{0, 2, 2}, {2, 0, 2}, {2, 2, 0}}};
  const auto intervals = multiple_comparisons_with_best(table);
  // U = 3, 1, -3; G = {0, 1}.
  EXPECT_DOUBLE_EQ(intervals[0].low, -1);  // 1 - 2, against 1
  EXPECT_DOUBLE_EQ(intervals[0].high, 3);
  EXPECT_DOUBLE_EQ(intervals[1].low, -3);
  EXPECT_DOUBLE_EQ(intervals[1].high, 1);
  EXPECT_DOUBLE_EQ(intervals[2].low, -7);
  EXPECT_DOUBLE_EQ(intervals[2].high, 0);
}

TEST(Mcb, CoversAllAtOnceUnderCommonRandomNumbers) {
  const std::vector<double> means{0, 0.1, 0.2, 0.3, 0.3};
  int covered = 0;
  for (int e = 0; e < kExperiments; ++e) {
    const Contest contest{means, 1, 2, static_cast<std::uint64_t>(e)};
    const auto intervals =
        multiple_comparisons_with_best(mcb_table(outcomes_of(contest, means.size(), 30)));
    bool all = true;
    for (std::size_t i = 0; i < means.size(); ++i) {
      double others = -1e9;
      for (std::size_t l = 0; l < means.size(); ++l)
        if (l != i) others = std::max(others, means[l]);
      const double truth = means[i] - others;
      all = all && intervals[i].low <= truth && truth <= intervals[i].high;
    }
    covered += all;
  }
  EXPECT_GE(covered / double{kExperiments}, 0.95 - slack(0.95));
}

// Holm (1979), as R's p.adjust(c(.01, .04, .03, .005), "holm").
TEST(Holm, AdjustsAsKnown) {
  const auto p = holm(std::vector{0.01, 0.04, 0.03, 0.005});
  EXPECT_THAT(
      p, testing::ElementsAre(testing::DoubleNear(0.03, 1e-12), testing::DoubleNear(0.06, 1e-12),
                              testing::DoubleNear(0.06, 1e-12), testing::DoubleNear(0.02, 1e-12)));
}

// Nothing differs: some pair is called different in no more than one experiment of twenty.
TEST(Holm, RarelyFindsADifferenceWhereThereIsNone) {
  int found = 0;
  for (int e = 0; e < kExperiments; ++e) {
    const Contest contest{{0, 0, 0, 0}, 1, 1, static_cast<std::uint64_t>(e)};
    const auto p = holm(pair_p_values(outcomes_of(contest, 4, 20)));
    found += *std::min_element(p.begin(), p.end()) < 0.05;
  }
  EXPECT_LE(found / double{kExperiments}, 0.05 + slack(0.95));
}

TEST(ProbabilityBest, IsOneForTheBestAndHalfForTwins) {
  const Contest contest{{0, 9}, 1, 1, 1};
  EXPECT_DOUBLE_EQ(probability_best(outcomes_of(contest, 2, 30), 1, 200)[1], 1);
  const Outcomes twins{2, 3, 1, {1, 2, 3, 1, 2, 3}};
  EXPECT_NEAR(probability_best(twins, 1, 200)[0], 0.5, 1e-12);
}

/// Futures and luck with effects of their own, and what only their meeting makes.
Outcomes crossed(std::uint64_t experiment, std::size_t futures, std::size_t replications,
                 double sd_luck) {
  const Streams streams{11, experiment};
  Outcomes outcomes{1, futures, replications, {}};
  for (std::size_t f = 0; f < futures; ++f)
    for (std::size_t r = 0; r < replications; ++r)
      outcomes.values.push_back(streams(Luck::kFuture, f).normal(0, 1) +
                                streams(Luck::kReplication, r).normal(0, sd_luck) +
                                streams(Luck::kOwn, f, r).normal(0, 1));
  return outcomes;
}

double coverage(std::size_t futures, std::size_t replications, double sd_luck) {
  int covered = 0;
  for (int e = 0; e < kExperiments; ++e) {
    const auto o = crossed(static_cast<std::uint64_t>(e), futures, replications, sd_luck);
    const auto d = crossed_mean(o.values, futures, replications).estimate();
    covered += std::abs(d.value) <= d.half_width;
  }
  return covered / double{kExperiments};
}

TEST(CrossedMean, IntervalsCoverWhateverLuckAndFuturesShare) {
  for (const double sd_luck : {0.0, 0.2, 1.0}) {
    EXPECT_GE(coverage(40, 5, sd_luck), 0.93) << sd_luck;
    EXPECT_LE(coverage(40, 5, sd_luck), 0.97) << sd_luck;
  }
}

// As is done where a future counts as one independent value: the luck that all futures share is
// then not in the interval.
TEST(CrossedMean, KnowsWhatMeansOfFuturesHide) {
  int covered = 0;
  for (int e = 0; e < kExperiments; ++e) {
    const auto o = crossed(static_cast<std::uint64_t>(e), 40, 5, 1);
    const auto d = mean_estimate(by_future(o)[0]);
    covered += std::abs(d.value) <= d.half_width;
  }
  EXPECT_LT(covered / double{kExperiments}, 0.8);
}

TEST(CrossedMean, OfOneReplicationIsStudents) {
  const std::vector<double> values{1, 2, 4, 7};
  EXPECT_DOUBLE_EQ(crossed_mean(values, 4, 1).estimate().half_width,
                   mean_estimate(values).half_width);
  EXPECT_DOUBLE_EQ(crossed_mean(values, 1, 4).estimate().half_width,
                   mean_estimate(values).half_width);
}

TEST(Resampled, KeepsStrategiesPaired) {
  Outcomes outcomes{2, 4, 3, {}};
  for (int i = 0; i < 12; ++i) outcomes.values.push_back(i);
  for (int i = 0; i < 12; ++i) outcomes.values.push_back(i + 100);
  const auto sample = resampled(outcomes, 5, 9);
  for (std::size_t f = 0; f < 4; ++f)
    for (std::size_t r = 0; r < 3; ++r)
      EXPECT_DOUBLE_EQ(sample.at(1, f, r) - sample.at(0, f, r), 100);
}

}  // namespace
}  // namespace tavolo::engine
