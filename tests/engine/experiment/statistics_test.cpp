#include "engine/experiment/statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "engine/random.h"
#include "tests/support/proportion.h"

namespace tavolo::engine {
namespace {

using Values = std::vector<double>;

enum class Luck { kA, kB };

Values normals(Luck luck, std::size_t n, std::uint64_t seed) {
  auto draws = Streams{seed, 0}(luck, 0);
  Values values(n);
  for (auto& value : values) value = draws.normal(0, 1);
  return values;
}

TEST(Mean, OfNoDataIsUndefined) { EXPECT_TRUE(std::isnan(mean({}))); }

TEST(StandardDeviation, DividesByOneLessThanTheCount) {
  EXPECT_DOUBLE_EQ(standard_deviation(Values{2, 4, 4, 4, 5, 5, 7, 9}), std::sqrt(32.0 / 7));
  EXPECT_TRUE(std::isnan(standard_deviation(Values{3})));
}

// Hyndman & Fan's definition 7, as R's quantile() computes it by default.
TEST(Quantile, IsLinearBetweenOrderStatistics) {
  const Values values{40, 10, 30, 20};
  EXPECT_DOUBLE_EQ(quantile(values, 0), 10);
  EXPECT_DOUBLE_EQ(quantile(values, 0.25), 17.5);
  EXPECT_DOUBLE_EQ(quantile(values, 0.5), 25);
  EXPECT_DOUBLE_EQ(quantile(values, 1), 40);
}

// Student's tables.
TEST(TQuantile, AgreesWithThePublishedTable) {
  EXPECT_NEAR(t_quantile(1), 12.706, 5e-4);
  EXPECT_NEAR(t_quantile(9), 2.262, 5e-4);
  EXPECT_NEAR(t_quantile(30, 0.99), 2.750, 5e-4);
}

TEST(MeanEstimate, HasTheTInterval) {
  const auto estimate = mean_estimate(Values{1, 2, 3, 4, 5});
  EXPECT_EQ(estimate.n, 5U);
  EXPECT_DOUBLE_EQ(estimate.value, 3);
  EXPECT_NEAR(estimate.half_width, 2.77645 * std::sqrt(2.5 / 5), 1e-4);
}

TEST(MeanEstimate, OfOneRunHasNoWidth) {
  const auto estimate = mean_estimate(Values{7});
  EXPECT_DOUBLE_EQ(estimate.value, 7);
  EXPECT_TRUE(std::isnan(estimate.half_width));
}

// 2 000 samples of ten normals: the interval contains the mean in 95 % of them.
TEST(MeanEstimate, CoversAsOftenAsItSays) {
  constexpr int kSamples = 2000;
  int covered = 0;
  for (int sample = 0; sample < kSamples; ++sample) {
    const auto estimate = mean_estimate(normals(Luck::kA, 10, static_cast<std::uint64_t>(sample)));
    if (std::abs(estimate.value) <= estimate.half_width) ++covered;
  }
  EXPECT_TRUE(test::is_proportion(covered, kSamples, 0.95));
}

// Student (1908), Biometrika 6, table of Cushny & Peebles: the paired difference of two soporifics
// over ten sleepers is 1.58 hours with standard error 0.389.
TEST(PairedDifference, GivesStudentsSleepers) {
  const Values first{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
  const Values second{1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};
  const auto paired = paired_difference(second, first);
  EXPECT_EQ(paired.difference.n, 10U);
  EXPECT_NEAR(paired.difference.value, 1.58, 1e-12);
  EXPECT_NEAR(paired.difference.half_width, 0.8801, 5e-4);  // 0.6999 .. 2.4601
  EXPECT_NEAR(paired.correlation, 0.7952, 5e-5);
}

TEST(VarianceReduction, IsOneWithoutCorrelationAndGrowsWithIt) {
  const Values a{1, -1, 1, -1}, b{1, 1, -1, -1};
  EXPECT_DOUBLE_EQ(variance_reduction(a, b), 1);
  // var(a - b) = 2 s^2 (1 - rho) for equal variances, so the factor is 1 / (1 - rho).
  const Values c{1, 2, 3, 4}, d{2, 1, 4, 3};
  EXPECT_NEAR(variance_reduction(c, d), 1 / (1 - correlation(c, d)), 1e-12);
  EXPECT_TRUE(std::isinf(variance_reduction(c, Values{2, 3, 4, 5})));
}

TEST(Correlation, OfASeriesThatDoesNotVaryIsUndefined) {
  EXPECT_TRUE(std::isnan(correlation(Values{1, 1, 1}, Values{1, 2, 3})));
  EXPECT_DOUBLE_EQ(correlation(Values{1, 2, 3}, Values{6, 4, 2}), -1);
}

// Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3.
TEST(WilsonInterval, GivesNewcombesExamples) {
  const auto many = wilson_interval(81, 263);
  EXPECT_NEAR(many.low, 0.2553, 5e-5);
  EXPECT_NEAR(many.high, 0.3662, 5e-5);
  const auto few = wilson_interval(15, 148);
  EXPECT_NEAR(few.low, 0.0624, 5e-5);
  EXPECT_NEAR(few.high, 0.1605, 5e-5);
  const auto none = wilson_interval(0, 20);
  EXPECT_EQ(none.low, 0);
  EXPECT_NEAR(none.high, 0.1611, 5e-5);
  const auto all = wilson_interval(29, 29);
  EXPECT_NEAR(all.low, 0.8830, 5e-5);
  EXPECT_EQ(all.high, 1);
}

// With a denominator that never varies the quotient is a mean, divided: so is its interval.
TEST(RatioOfMeans, OfAConstantDenominatorIsTheTInterval) {
  const Values numerator{1, 2, 3, 4, 5}, denominator(5, 2.0);
  const auto estimate = mean_estimate(numerator);
  const auto ratio = ratio_of_means(numerator, denominator);
  EXPECT_DOUBLE_EQ(ratio.value, 1.5);
  EXPECT_NEAR(ratio.interval.low, (estimate.value - estimate.half_width) / 2, 1e-12);
  EXPECT_NEAR(ratio.interval.high, (estimate.value + estimate.half_width) / 2, 1e-12);
}

// At both ends of Fieller's interval the mean of y - q x is exactly at the edge of its t interval.
TEST(RatioOfMeans, EndsWhereTheTTestBeginsToReject) {
  const Values y{10.2, 11.9, 9.1, 12.4, 10.6, 11.1}, x{4.8, 5.6, 5.1, 6.0, 4.9, 5.2};
  const auto ratio = ratio_of_means(y, x);
  EXPECT_LT(ratio.interval.low, ratio.value);
  EXPECT_GT(ratio.interval.high, ratio.value);
  for (const double q : {ratio.interval.low, ratio.interval.high}) {
    Values rest(y.size());
    for (std::size_t i = 0; i < y.size(); ++i) rest[i] = y[i] - q * x[i];
    const auto estimate = mean_estimate(rest);
    EXPECT_NEAR(std::abs(estimate.value), estimate.half_width, 1e-9);
  }
}

TEST(RatioOfMeans, KnowsNothingWhenTheDenominatorMayBeZero) {
  const auto ratio = ratio_of_means(Values{1, 2, 3}, Values{-1, 0.1, 1});
  EXPECT_TRUE(std::isinf(ratio.interval.low));
  EXPECT_TRUE(std::isinf(ratio.interval.high));
}

TEST(RatioOfMeans, CoversAsOftenAsItSays) {
  constexpr int kSamples = 2000;
  int covered = 0;
  for (int sample = 0; sample < kSamples; ++sample) {
    const auto seed = static_cast<std::uint64_t>(sample);
    Values y = normals(Luck::kA, 12, seed), x = normals(Luck::kB, 12, seed);
    for (std::size_t i = 0; i < y.size(); ++i) {
      x[i] = 5 + x[i];
      y[i] = 2 * x[i] + y[i];
    }
    const auto ratio = ratio_of_means(y, x);
    if (ratio.interval.low <= 2 && 2 <= ratio.interval.high) ++covered;
  }
  EXPECT_TRUE(test::is_proportion(covered, kSamples, 0.95));
}

}  // namespace
}  // namespace tavolo::engine
