#include "engine/experiment/robustness.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/experiment/bootstrap.h"

namespace tavolo::engine {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double least(std::span<const double> x) { return *std::min_element(x.begin(), x.end()); }
double most(std::span<const double> x) { return *std::max_element(x.begin(), x.end()); }

/// What the best strategy of each future has more.
std::vector<double> regrets(const Series& f, std::size_t strategy) {
  std::vector<double> result(f[strategy].size());
  for (std::size_t j = 0; j < result.size(); ++j) {
    double best = f[0][j];
    for (const auto& row : f) best = std::max(best, row[j]);
    result[j] = best - f[strategy][j];
  }
  return result;
}

double maximin(const Series& f, std::size_t s, double) { return least(f[s]); }
double maximax(const Series& f, std::size_t s, double) { return most(f[s]); }
double hurwicz(const Series& f, std::size_t s, double) { return 0.5 * (least(f[s]) + most(f[s])); }
double laplace(const Series& f, std::size_t s, double) { return mean(f[s]); }
double minimax_regret(const Series& f, std::size_t s, double) { return most(regrets(f, s)); }
double regret_90(const Series& f, std::size_t s, double) { return quantile(regrets(f, s), 0.9); }

/// (mean + 1) / (standard deviation + 1), with n in the denominator of the variance.
double mean_variance(const Series& f, std::size_t s, double) {
  const double m = mean(f[s]);
  double squares = 0;
  for (const double x : f[s]) squares += (x - m) * (x - m);
  return (m + 1) / (std::sqrt(squares / static_cast<double>(f[s].size())) + 1);
}

/// Sum of how far the worse half of futures is below the median.
double undesirable_deviations(const Series& f, std::size_t s, double) {
  const double median = quantile(f[s], 0.5);
  double sum = 0;
  for (const double x : f[s]) sum += std::max(0.0, median - x);
  return sum;
}

double skewness(const Series& f, std::size_t s, double) {
  const double q10 = quantile(f[s], 0.1), q50 = quantile(f[s], 0.5), q90 = quantile(f[s], 0.9);
  return q90 > q10 ? ((q90 + q10) / 2 - q50) / ((q90 - q10) / 2) : 0;
}

double peakedness(const Series& f, std::size_t s, double) {
  const double narrow = quantile(f[s], 0.75) - quantile(f[s], 0.25);
  return narrow > 0 ? (quantile(f[s], 0.9) - quantile(f[s], 0.1)) / narrow : kNaN;
}

double satisficing(const Series& f, std::size_t s, double threshold) {
  if (std::isnan(threshold)) return kNaN;
  const auto enough =
      std::count_if(f[s].begin(), f[s].end(), [threshold](double x) { return x >= threshold; });
  return static_cast<double>(enough) / static_cast<double>(f[s].size());
}

constexpr std::array<RobustnessMetric, 11> kMetrics{{
    {"maximin", "the worst future", true, false, maximin},
    {"maximax", "the best future", true, false, maximax},
    {"hurwicz", "half way between worst and best", true, false, hurwicz},
    {"laplace", "mean over futures", true, false, laplace},
    {"minimax_regret", "largest shortfall from the best strategy of a future", false, true,
     minimax_regret},
    {"regret_90", "shortfall that a tenth of futures exceeds", false, true, regret_90},
    {"mean_variance", "(mean + 1) / (std_dev + 1)", true, false, mean_variance},
    {"undesirable_deviations", "sum of shortfalls from the median", false, false,
     undesirable_deviations},
    {"skewness", "of the tenths' deviations from the median, -1 .. 1", true, false, skewness},
    {"peakedness", "width of the middle 80 % over that of the middle half", true, false,
     peakedness},
    {"satisficing", "share of futures at or above the threshold", true, false, satisficing},
}};

}  // namespace

std::span<const RobustnessMetric> robustness_metrics() { return kMetrics; }

std::vector<std::vector<RobustnessValue>> robustness(const Series& f, double threshold,
                                                     std::size_t resamples) {
  std::vector<std::vector<RobustnessValue>> result(
      kMetrics.size(), std::vector<RobustnessValue>(f.size(), {kNaN, {kNaN, kNaN}, 0}));
  if (f.empty() || f.front().empty()) return result;
  for (std::size_t m = 0; m < kMetrics.size(); ++m)
    for (std::size_t s = 0; s < f.size(); ++s)
      result[m][s].value = kMetrics[m].value(f, s, threshold);

  const Resampler resampler{f.front().size()};
  std::vector<std::size_t> chosen;
  Series g = f;
  std::vector<std::vector<std::vector<double>>> drawn(kMetrics.size(),
                                                      std::vector<std::vector<double>>(f.size()));
  for (std::size_t r = 0; r < resamples; ++r) {
    resampler.draw(r, chosen);
    for (std::size_t s = 0; s < f.size(); ++s)
      for (std::size_t j = 0; j < chosen.size(); ++j) g[s][j] = f[s][chosen[j]];
    for (std::size_t m = 0; m < kMetrics.size(); ++m)
      for (std::size_t s = 0; s < f.size(); ++s) {
        const double value = kMetrics[m].value(g, s, threshold);
        if (!std::isnan(value)) drawn[m][s].push_back(value);
      }
  }
  for (std::size_t m = 0; m < kMetrics.size(); ++m)
    for (std::size_t s = 0; s < f.size(); ++s) {
      auto& value = result[m][s];
      if (!drawn[m][s].empty()) value.interval = percentile_interval(drawn[m][s]);
      if (std::isnan(value.value)) continue;
      value.rank = 1;
      const double apart = 1e-12 * std::abs(value.value);  // less is rounding
      for (const auto& other : result[m])
        if (kMetrics[m].larger_is_better ? other.value > value.value + apart
                                         : other.value < value.value - apart)
          ++value.rank;
    }
  return result;
}

std::vector<std::size_t> pareto_front(const std::vector<std::vector<double>>& points) {
  std::vector<std::size_t> front;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const bool beaten = std::any_of(points.begin(), points.end(), [&](const auto& other) {
      bool better = false;
      for (std::size_t o = 0; o < other.size(); ++o) {
        if (other[o] < points[i][o]) return false;
        better = better || other[o] > points[i][o];
      }
      return better;
    });
    if (!beaten) front.push_back(i);
  }
  return front;
}

}  // namespace tavolo::engine
