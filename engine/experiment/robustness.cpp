#include "engine/experiment/robustness.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

#include "engine/experiment/bootstrap.h"

namespace tavolo::engine {
namespace {

using T1 = RobustnessMetric::T1;
using T2 = RobustnessMetric::T2;
using T3 = RobustnessMetric::T3;
using Values = std::vector<double>;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double sum(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

/// What the first transformation leaves to be made large, or small.
Direction after(T1 t1, Direction direction) {
  if (t1 == T1::kIdentity) return direction;
  return t1 == T1::kSatisficing ? Direction::kMax : Direction::kMin;
}

Performance first(const RobustnessMetric& metric, const Performance& performance,
                  Direction direction) {
  if (metric.t1 == T1::kIdentity) return performance;
  if (metric.t1 == T1::kRegretFromBest) return regret(performance, direction);
  Performance result = performance;
  const double sign = direction == Direction::kMax ? 1 : -1;
  for (Values& values : result) {
    const double median = quantile(values, 0.5);
    for (double& v : values)
      v = metric.t1 == T1::kRegretFromMedian ? sign * (median - v)
                                             : (sign * v >= sign * metric.threshold ? 1 : 0);
  }
  return result;
}

/// The values that count, from the worst to the best.
Values second(const RobustnessMetric& metric, Values values, Direction direction) {
  if (metric.t2 == T2::kPercentiles) {
    Values result;
    for (const double p : metric.percentiles)
      result.push_back(quantile(values, direction == Direction::kMax ? p : 1 - p));
    return result;
  }
  std::sort(values.begin(), values.end());
  if (direction == Direction::kMin) std::reverse(values.begin(), values.end());
  switch (metric.t2) {
    case T2::kWorst:
      return {values.front()};
    case T2::kBest:
      return {values.back()};
    case T2::kWorstAndBest:
      return {values.front(), values.back()};
    case T2::kWorstHalf:
      values.resize((values.size() + 1) / 2);
      return values;
    default:
      return values;
  }
}

double third(const RobustnessMetric& metric, const Values& v, Direction direction) {
  const double sign = direction == Direction::kMax ? 1 : -1;
  switch (metric.t3) {
    case T3::kOne:
      return v.front();
    case T3::kMean:
      return mean(v);
    case T3::kSum:
      return sum(v);
    case T3::kHurwicz:
      return metric.optimism * v.back() + (1 - metric.optimism) * v.front();
    case T3::kMeanVariance: {
      const double centre = mean(v);
      double squares = 0;
      for (const double x : v) squares += (x - centre) * (x - centre);
      const double spread = std::sqrt(squares / static_cast<double>(v.size()));
      return direction == Direction::kMax ? (centre + 1) / (spread + 1)
                                          : (centre + 1) * (spread + 1);
    }
    case T3::kSkewness: {
      const double range = (v[2] - v[0]) / 2;
      return range == 0 ? kNaN : sign * ((v[2] + v[0]) / 2 - v[1]) / std::abs(range);
    }
    case T3::kPeakedness: {
      const double middle = v[2] - v[1];
      return middle == 0 ? kNaN : (v[3] - v[0]) / middle;
    }
  }
  return kNaN;
}

bool dominates(const Values& a, const Values& b) {
  bool better = false;
  for (std::size_t o = 0; o < a.size(); ++o) {
    if (a[o] < b[o]) return false;
    better = better || a[o] > b[o];
  }
  return better;
}

double volume(Performance points, std::span<const double> reference) {
  const std::size_t last = reference.size() - 1;
  std::sort(points.begin(), points.end(),
            [last](const Values& a, const Values& b) { return a[last] > b[last]; });
  if (last == 0) return points.empty() ? 0 : points.front()[0] - reference[0];
  // Slices from the top down: what is dominated in a slice are all points above it.
  double total = 0;
  Performance above;
  for (std::size_t p = 0; p < points.size(); ++p) {
    above.push_back(points[p]);
    const double floor = p + 1 < points.size() ? points[p + 1][last] : reference[last];
    if (points[p][last] > floor)
      total += (points[p][last] - floor) * volume(above, reference.first(last));
  }
  return total;
}

}  // namespace

bool RobustnessMetric::larger_is_better(Direction direction) const {
  // A tail to the good side, and values that crowd around the middle, are wanted in both cases.
  if (t3 == T3::kSkewness || t3 == T3::kPeakedness) return true;
  return after(t1, direction) == Direction::kMax;
}

std::vector<RobustnessMetric> robustness_metrics(std::span<const double> thresholds) {
  std::vector<RobustnessMetric> metrics{
      {"maximin", "maximin: worst future", T1::kIdentity, T2::kWorst, T3::kOne},
      {"maximax", "maximax: best future", T1::kIdentity, T2::kBest, T3::kOne},
      {"hurwicz", "Hurwicz: half worst, half best", T1::kIdentity, T2::kWorstAndBest, T3::kHurwicz},
      {"laplace", "Laplace: mean of futures", T1::kIdentity, T2::kAll, T3::kMean},
      {"minimax_regret", "minimax regret", T1::kRegretFromBest, T2::kWorst, T3::kOne},
      // Regret is to be small: its 90th percentile is the 10th from the bad side.
      {"regret_90",
       "90th percentile of regret",
       T1::kRegretFromBest,
       T2::kPercentiles,
       T3::kOne,
       {0.1}},
      {"mean_variance", "mean-variance", T1::kIdentity, T2::kAll, T3::kMeanVariance},
      {"undesirable_deviations", "undesirable deviations", T1::kRegretFromMedian, T2::kWorstHalf,
       T3::kSum},
      {"skewness",
       "percentile-based skewness",
       T1::kIdentity,
       T2::kPercentiles,
       T3::kSkewness,
       {0.1, 0.5, 0.9}},
      {"peakedness",
       "percentile-based peakedness",
       T1::kIdentity,
       T2::kPercentiles,
       T3::kPeakedness,
       {0.1, 0.25, 0.75, 0.9}},
  };
  for (const double threshold : thresholds) {
    std::string id = std::to_string(threshold);
    id.erase(id.find_last_not_of('0') + 1);
    if (id.back() == '.') id.pop_back();
    metrics.push_back({"satisficing_" + id, "Starr: futures that reach " + id, T1::kSatisficing,
                       T2::kAll, T3::kMean});
    metrics.back().threshold = threshold;
  }
  return metrics;
}

std::vector<double> robustness(const RobustnessMetric& metric, const Performance& performance,
                               Direction direction) {
  std::vector<double> result;
  const Direction then = after(metric.t1, direction);
  for (Values& values : first(metric, performance, direction))
    result.push_back(third(metric, second(metric, std::move(values), then), then));
  return result;
}

Performance regret(const Performance& performance, Direction direction) {
  Performance result = performance;
  const double sign = direction == Direction::kMax ? 1 : -1;
  for (std::size_t f = 0; !performance.empty() && f < performance.front().size(); ++f) {
    double best = -std::numeric_limits<double>::infinity();
    for (const auto& values : performance) best = std::max(best, sign * values[f]);
    for (auto& values : result) values[f] = best - sign * values[f];
  }
  return result;
}

std::vector<int> ranks(std::span<const double> values, bool larger_is_better) {
  const auto key = [&](std::size_t i) {
    if (std::isnan(values[i])) return std::numeric_limits<double>::infinity();
    return larger_is_better ? -values[i] : values[i];
  };
  std::vector<int> result(values.size(), 1);
  for (std::size_t i = 0; i < values.size(); ++i)
    for (std::size_t j = 0; j < values.size(); ++j)
      if (key(j) < key(i)) ++result[i];
  return result;
}

double kendall_tau(std::span<const int> a, std::span<const int> b) {
  assert(a.size() == b.size());
  double agree = 0, a_untied = 0, b_untied = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const int x = (a[i] > a[j]) - (a[i] < a[j]), y = (b[i] > b[j]) - (b[i] < b[j]);
      agree += x * y;
      a_untied += x * x;
      b_untied += y * y;
    }
  const double scale = std::sqrt(a_untied * b_untied);
  return scale > 0 ? agree / scale : kNaN;
}

std::vector<Robustness> robustness_of(const Outcomes& outcomes, Direction direction,
                                      std::span<const RobustnessMetric> metrics, std::uint64_t seed,
                                      std::size_t draws) {
  std::vector<Robustness> results;
  const Performance performance = by_future(outcomes);
  for (const auto& metric : metrics) {
    Robustness result{metric, robustness(metric, performance, direction), {}, {}, {}};
    result.rank = ranks(result.value, metric.larger_is_better(direction));
    result.chance_of_first.assign(outcomes.strategies, 0);
    results.push_back(std::move(result));
  }
  // By metric, then strategy.
  std::vector<std::vector<Values>> drawn(metrics.size(), std::vector<Values>(outcomes.strategies));
  for (std::size_t draw = 0; draw < draws; ++draw) {
    const Performance sample = by_future(resampled(outcomes, seed, draw));
    for (std::size_t m = 0; m < metrics.size(); ++m) {
      const auto values = robustness(metrics[m], sample, direction);
      const auto order = ranks(values, metrics[m].larger_is_better(direction));
      const auto tied = static_cast<double>(std::count(order.begin(), order.end(), 1));
      for (std::size_t s = 0; s < values.size(); ++s) {
        drawn[m][s].push_back(values[s]);
        if (order[s] == 1) results[m].chance_of_first[s] += 1 / (tied * static_cast<double>(draws));
      }
    }
  }
  for (std::size_t m = 0; m < metrics.size(); ++m)
    for (std::size_t s = 0; s < outcomes.strategies; ++s) {
      const double degrees =
          crossed_mean(outcomes.of(s), outcomes.futures, outcomes.replications).degrees;
      results[m].interval.push_back(percentile_interval(drawn[m][s], expanded_level(degrees)));
    }
  return results;
}

std::vector<int> non_dominated_fronts(const Performance& points) {
  std::vector<int> front(points.size(), 0);
  std::size_t left = points.size();
  for (int rank = 1; left > 0; ++rank) {
    std::vector<std::size_t> members;
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (front[i] != 0) continue;
      bool beaten = false;
      for (std::size_t j = 0; j < points.size() && !beaten; ++j)
        beaten = front[j] == 0 && dominates(points[j], points[i]);
      if (!beaten) members.push_back(i);
    }
    for (const std::size_t i : members) front[i] = rank;
    left -= members.size();
  }
  return front;
}

double hypervolume(const Performance& points, std::span<const double> reference) {
  Performance above;
  for (const auto& point : points) {
    assert(point.size() == reference.size());
    bool inside = true;
    for (std::size_t o = 0; o < point.size(); ++o) inside = inside && point[o] > reference[o];
    if (inside) above.push_back(point);
  }
  return above.empty() ? 0 : volume(std::move(above), reference);
}

}  // namespace tavolo::engine
