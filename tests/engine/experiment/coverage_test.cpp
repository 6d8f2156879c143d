// Do the intervals that `compare` and `benchmark` print hold what they say? Experiments whose
// answer is known are repeated a thousand times; coverage must be within 93 .. 97 %, give or take
// the standard error of a thousand trials (0.7 %, twice).

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <vector>

#include "engine/experiment/outcomes.h"
#include "engine/experiment/robustness.h"
#include "engine/experiment/statistics.h"
#include "engine/random.h"

namespace tavolo::engine {
namespace {

constexpr int kExperiments = 1000;
const double kTwoErrors = 2 * std::sqrt(0.95 * 0.05 / kExperiments);

enum class Luck { kFuture = 1, kReplication = 2, kRest = 3 };

/// Share of experiments whose interval holds the truth.
double coverage(double truth, const std::function<Interval(std::uint64_t experiment)>& interval) {
  int covered = 0;
  for (std::uint64_t e = 0; e < kExperiments; ++e) {
    const auto found = interval(e);
    covered += found.low <= truth && truth <= found.high ? 1 : 0;
  }
  return covered / double{kExperiments};
}

void expect_honest(double coverage) {
  EXPECT_GE(coverage, 0.93 - kTwoErrors);
  EXPECT_LE(coverage, 0.97 + kTwoErrors);
}

Interval ends(const Estimate& e) { return {e.value - e.half_width, e.value + e.half_width}; }

double exponential(Draws& draws) { return -std::log(draws.uniform()); }

TEST(Coverage, OfMeansOfReplications) {
  expect_honest(coverage(2, [](std::uint64_t e) {
    auto draws = Streams{1, e}(Luck::kRest, 0);
    std::vector<double> x(20);
    for (double& value : x) value = draws.normal(2, 3);
    return ends(mean_estimate(x));
  }));
}

// As skewed as waits and outlays are.
TEST(Coverage, OfMeansOfSkewedReplications) {
  expect_honest(coverage(1, [](std::uint64_t e) {
    auto draws = Streams{2, e}(Luck::kRest, 0);
    std::vector<double> x(60);
    for (double& value : x) value = exponential(draws);
    return ends(mean_estimate(x));
  }));
}

TEST(Coverage, OfPairedDifferences) {
  expect_honest(coverage(0.5, [](std::uint64_t e) {
    auto draws = Streams{3, e}(Luck::kRest, 0);
    std::vector<double> a(30), b(30);
    for (std::size_t i = 0; i < a.size(); ++i) {
      b[i] = exponential(draws);
      a[i] = b[i] + draws.normal(0.5, 1);
    }
    return ends(paired_difference(a, b).difference);
  }));
}

TEST(Coverage, OfProbabilities) {
  expect_honest(coverage(0.3, [](std::uint64_t e) {
    auto draws = Streams{4, e}(Luck::kRest, 0);
    std::size_t hits = 0;
    for (int i = 0; i < 100; ++i) hits += draws.uniform() < 0.3 ? 1 : 0;
    return wilson_interval(hits, 100);
  }));
}

TEST(Coverage, OfRatios) {
  expect_honest(coverage(3, [](std::uint64_t e) {
    auto draws = Streams{5, e}(Luck::kRest, 0);
    std::vector<double> a(40), b(40);
    for (std::size_t i = 0; i < a.size(); ++i) {
      b[i] = draws.normal(1, 0.5);
      a[i] = 3 * b[i] + draws.normal(0, 0.5);
    }
    return ratio_of_means(a, b).interval;
  }));
}

/// Futures crossed with luck: m + F + R + E, of these standard deviations.
struct Crossed {
  std::size_t futures, replications;
  double of_futures, of_luck, of_rest;

  std::vector<double> table(const Streams& streams, double mean) const {
    std::vector<double> values;
    for (std::size_t f = 0; f < futures; ++f)
      for (std::size_t r = 0; r < replications; ++r)
        values.push_back(mean + streams(Luck::kFuture, f).normal(0, of_futures) +
                         streams(Luck::kReplication, r).normal(0, of_luck) +
                         streams(Luck::kRest, f, r).normal(0, of_rest));
    return values;
  }
};

// As in the Italian benchmark: few draws of luck, many futures, either of them the larger part.
TEST(Coverage, OfMeansOverFuturesThatShareLuck) {
  for (const Crossed& design :
       {Crossed{40, 10, 1, 0.5, 1}, Crossed{100, 5, 1, 0.3, 0.5}, Crossed{30, 30, 0.5, 1, 1}}) {
    expect_honest(coverage(1, [&](std::uint64_t e) {
      return ends(crossed_mean(design.table(Streams{6, e}, 1), design.futures, design.replications)
                      .estimate());
    }));
    // Counting futures as independent would not be honest.
    EXPECT_LT(coverage(1,
                       [&](std::uint64_t e) {
                         const Outcomes one{1, design.futures, design.replications,
                                            design.table(Streams{6, e}, 1)};
                         return ends(mean_estimate(by_future(one)[0]));
                       }),
              0.93);
  }
}

// The bootstrap of five draws of luck is expanded; as it was drawn it would cover 90 %.
TEST(Coverage, OfRobustnessMetrics) {
  const Crossed design{60, 5, 0.3, 0.3, 0.5};
  const RobustnessMetric laplace{"laplace", "Laplace", RobustnessMetric::T1::kIdentity,
                                 RobustnessMetric::T2::kAll, RobustnessMetric::T3::kMean};
  expect_honest(coverage(1, [&](std::uint64_t e) {
    const Outcomes one{1, design.futures, design.replications, design.table(Streams{9, e}, 1)};
    return robustness_of(one, Direction::kMax, std::vector{laplace}, e, 400)[0].interval[0];
  }));
}

TEST(Coverage, OfRatiosOverFuturesThatShareLuck) {
  const Crossed below{40, 10, 0.4, 0.2, 0.3}, rest{40, 10, 0.4, 0.2, 0.3};
  expect_honest(coverage(2, [&](std::uint64_t e) {
    auto b = below.table(Streams{7, e}, 1), a = rest.table(Streams{8, e}, 0);
    for (std::size_t i = 0; i < a.size(); ++i) a[i] += 2 * b[i];
    return crossed_ratio(a, b, 40, 10).interval;
  }));
}

}  // namespace
}  // namespace tavolo::engine
