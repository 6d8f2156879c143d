#pragma once

#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/experiment/selection.h"

namespace tavolo::engine {

/// How well a strategy does over futures whose likelihoods nobody knows. The eleven metrics of
/// McPhail, Maier, Kwakkel, Giuliani, Castelletti & Westra (2018), "Robustness metrics: how are
/// they calculated, when should they be used and why do they give different results?", Earth's
/// Future 6(2), 169-191, over f[strategy][future] where large is good; for small is good, give -f.
/// Futures weigh the same.
struct RobustnessMetric {
  std::string_view name;
  std::string_view meaning;
  bool larger_is_better;
  bool of_regret;  ///< needs all strategies, not one alone
  double (*value)(const Series& f, std::size_t strategy, double threshold);
};

/// maximin, maximax, hurwicz (half and half), laplace, minimax_regret, regret_90, mean_variance,
/// undesirable_deviations, skewness, peakedness, satisficing (Starr's domain criterion).
std::span<const RobustnessMetric> robustness_metrics();

struct RobustnessValue {
  double value;
  Interval interval;  ///< percentile bootstrap over futures
  int rank;           ///< from 1; equal values share it
};

/// By metric and strategy. `threshold`: what satisfies; NaN leaves satisficing out (NaN).
std::vector<std::vector<RobustnessValue>> robustness(
    const Series& f, double threshold = std::numeric_limits<double>::quiet_NaN(),
    std::size_t resamples = 1000);

/// Strategies that no other beats in one objective without losing in another; points[i][o] of
/// strategy i and objective o, large is good.
std::vector<std::size_t> pareto_front(const std::vector<std::vector<double>>& points);

}  // namespace tavolo::engine
