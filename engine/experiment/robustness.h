#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/experiment/outcomes.h"

namespace tavolo::engine {

/// How well strategies hold up over futures that nobody can weigh: the metrics of McPhail, Maier,
/// Kwakkel, Giuliani, Castelletti & Westra (2018), "Robustness metrics: how are they calculated,
/// when should they be used and why do they give different results?", Earth's Future 6, 169-191;
/// each of three transformations of a strategy's performance in every future.

enum class Direction : std::uint8_t { kMax, kMin };  ///< of what is good

/// Performance: by strategy, then by future; futures are taken as equally likely where it matters.
using Performance = std::vector<std::vector<double>>;

struct RobustnessMetric {
  /// Of values.
  enum class T1 : std::uint8_t {
    kIdentity,
    kRegretFromBest,    ///< what the best strategy of this future has more; 0 or more
    kRegretFromMedian,  ///< what the strategy's own median has more
    kSatisficing        ///< 1 when the threshold is reached, else 0
  };
  /// Which futures count.
  enum class T2 : std::uint8_t { kAll, kWorst, kBest, kWorstAndBest, kWorstHalf, kPercentiles };
  /// How they become one number.
  enum class T3 : std::uint8_t {
    kOne,
    kMean,
    kSum,
    kHurwicz,       ///< optimism x best + (1 - optimism) x worst
    kMeanVariance,  ///< (mean + 1) / (sd + 1); of what is to be small (mean + 1) (sd + 1)
    kSkewness,      ///< ((q90 + q10) / 2 - q50) / ((q90 - q10) / 2), the long tail to the good side
    kPeakedness     ///< (q90 - q10) / (q75 - q25)
  };

  std::string id, name;
  T1 t1;
  T2 t2;
  T3 t3;
  std::vector<double> percentiles = {};  ///< in 0..1, from the bad to the good side
  double optimism = 0.5;                 ///< of Hurwicz
  double threshold = 0;                  ///< of satisficing

  /// Whether more of the metric is better.
  bool larger_is_better(Direction direction) const;
};

/// maximin, maximax, Hurwicz, Laplace (the principle of insufficient reason), minimax regret, 90th
/// percentile minimax regret, mean-variance, undesirable deviations, percentile-based skewness and
/// peakedness; and Starr's domain criterion for every threshold.
///
/// Standard deviations are those of the futures at hand (n in the denominator), quantiles linear
/// between order statistics (statistics.h). Mean-variance depends on the unit, for its + 1 does.
std::vector<RobustnessMetric> robustness_metrics(std::span<const double> thresholds = {});

/// One value per strategy. NaN where a metric is undefined (no spread).
std::vector<double> robustness(const RobustnessMetric& metric, const Performance& performance,
                               Direction direction);

/// What each strategy misses of the best one in every future; 0 or more.
Performance regret(const Performance& performance, Direction direction);

/// From 1; equal values share the better rank; NaN last.
std::vector<int> ranks(std::span<const double> values, bool larger_is_better);

/// Kendall's tau-b between two rankings: 1 the same, -1 reversed; NaN when one ties all. Kendall
/// (1945), Biometrika 33(3), 239-251.
double kendall_tau(std::span<const int> a, std::span<const int> b);

/// A metric of all strategies.
struct Robustness {
  RobustnessMetric metric;
  std::vector<double> value;
  /// 95 % percentile intervals of the pigeonhole bootstrap over futures and luck, expanded for as
  /// few degrees of freedom as the mean has (bootstrap.h, crossed_mean). Of the extremes
  /// (maximin, maximax, minimax regret) they do not reach beyond the worst future at hand: they say
  /// how much hangs on single futures, not what worse ones may come.
  std::vector<Interval> interval;
  std::vector<int> rank;
  std::vector<double> chance_of_first;  ///< share of bootstrap samples in which it ranks first
};

std::vector<Robustness> robustness_of(const Outcomes& outcomes, Direction direction,
                                      std::span<const RobustnessMetric> metrics, std::uint64_t seed,
                                      std::size_t draws = kBootstrapDraws);

/// Fronts of points (by point, then objective; more is better in all): 1 for those that no other
/// point matches in all objectives and beats in one, 2 for those left when front 1 is taken away, …
/// Deb, Pratap, Agarwal & Meyarivan (2002), IEEE Trans. Evolutionary Computation 6(2), 182-197.
std::vector<int> non_dominated_fronts(const Performance& points);

/// Volume that the points dominate above `reference`; points that are not above it in all
/// objectives add nothing. Zitzler & Thiele (1998), PPSN V; by slicing the last objective, for the
/// few points and objectives of a policy table.
double hypervolume(const Performance& points, std::span<const double> reference);

}  // namespace tavolo::engine
