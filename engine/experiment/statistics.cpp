#include "engine/experiment/statistics.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace tavolo::engine {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

double covariance(std::span<const double> a, std::span<const double> b) {
  assert(a.size() == b.size());
  if (a.size() < 2) return kNaN;
  const double mean_a = mean(a), mean_b = mean(b);
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - mean_a) * (b[i] - mean_b);
  return sum / static_cast<double>(a.size() - 1);
}

std::vector<double> differences(std::span<const double> a, std::span<const double> b) {
  assert(a.size() == b.size());
  std::vector<double> result(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) result[i] = a[i] - b[i];
  return result;
}

}  // namespace

double mean(std::span<const double> values) {
  if (values.empty()) return kNaN;
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double standard_deviation(std::span<const double> values) {
  return std::sqrt(covariance(values, values));
}

double quantile(std::span<const double> values, double probability) {
  assert(probability >= 0 && probability <= 1);
  if (values.empty()) return kNaN;
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const double position = probability * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  if (below + 1 == sorted.size()) return sorted.back();
  const double weight = position - static_cast<double>(below);
  return sorted[below] + weight * (sorted[below + 1] - sorted[below]);
}

double correlation(std::span<const double> a, std::span<const double> b) {
  const double scale = standard_deviation(a) * standard_deviation(b);
  return scale > 0 ? std::clamp(covariance(a, b) / scale, -1.0, 1.0) : kNaN;
}

double normal_below(double z) { return std::erfc(-z / std::sqrt(2.0)) / 2; }

double t_quantile(double degrees, double level) {
  assert(degrees >= 1 && level > 0 && level < 1);
  return boost::math::quantile(boost::math::students_t{degrees}, (1 + level) / 2);
}

Estimate mean_estimate(std::span<const double> values, double level) {
  const auto n = static_cast<double>(values.size());
  return {values.size(), mean(values),
          values.size() < 2 ? kNaN
                            : t_quantile(n - 1, level) * standard_deviation(values) / std::sqrt(n)};
}

PairedDifference paired_difference(std::span<const double> treatment,
                                   std::span<const double> baseline, double level) {
  return {mean_estimate(differences(treatment, baseline), level), correlation(treatment, baseline),
          variance_reduction(treatment, baseline)};
}

double variance_reduction(std::span<const double> a, std::span<const double> b) {
  const auto difference = differences(a, b);
  const double independent = covariance(a, a) + covariance(b, b);
  const double paired = covariance(difference, difference);
  if (paired > 0) return independent / paired;
  return independent > 0 ? kInfinity : kNaN;
}

Interval wilson_interval(std::size_t hits, std::size_t trials, double level) {
  assert(trials > 0 && hits <= trials);
  const auto n = static_cast<double>(trials);
  const double p = static_cast<double>(hits) / n;
  const double z = boost::math::quantile(boost::math::normal{}, (1 + level) / 2);
  const double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  // At its ends the interval is exact; rounding must not push it beyond 0 or 1.
  return {hits == 0 ? 0 : centre - half, hits == trials ? 1 : centre + half};
}

Ratio ratio_of_means(std::span<const double> numerator, std::span<const double> denominator,
                     double level) {
  assert(numerator.size() == denominator.size());
  const auto n = static_cast<double>(numerator.size());
  const double y = mean(numerator), x = mean(denominator);
  Ratio ratio{numerator.size(), x == 0 ? kNaN : y / x, {-kInfinity, kInfinity}};
  if (numerator.size() < 2) return ratio;
  // The values q with (y - q x)^2 <= t^2 var(y - q x) / n: a q^2 - 2 b q + c <= 0.
  const double t = t_quantile(n - 1, level), scale = t * t / n;
  const double a = x * x - scale * covariance(denominator, denominator);
  const double b = x * y - scale * covariance(numerator, denominator);
  const double c = y * y - scale * covariance(numerator, numerator);
  if (!(a > 0)) return ratio;
  const double root = std::sqrt(std::max(0.0, b * b - a * c));
  ratio.interval = {(b - root) / a, (b + root) / a};
  return ratio;
}

std::vector<double> holm(const std::vector<double>& p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return p[a] != p[b] ? p[a] < p[b] : a < b; });
  std::vector<double> adjusted(p.size());
  double least = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    least = std::max(least, std::min(1.0, static_cast<double>(p.size() - i) * p[order[i]]));
    adjusted[order[i]] = least;
  }
  return adjusted;
}

}  // namespace tavolo::engine
