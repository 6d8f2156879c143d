#include "engine/experiment/selection.h"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <cassert>
#include <cmath>
#include <limits>

#include "engine/experiment/bootstrap.h"

namespace tavolo::engine {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

std::vector<double> difference(std::span<const double> a, std::span<const double> b) {
  std::vector<double> d(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) d[i] = a[i] - b[i];
  return d;
}

}  // namespace

std::vector<Interval> comparisons_with_the_best(const Series& series, double level) {
  const std::size_t k = series.size(), n = k == 0 ? 0 : series.front().size();
  std::vector<Interval> result(k, {kNaN, kNaN});
  if (k < 2 || n < 2) return result;
  // t_quantile is two-sided; one side of (1 - level) / (k - 1) is wanted.
  const double tail = (1 - level) / static_cast<double>(k - 1);
  const double t = t_quantile(static_cast<double>(n - 1), 1 - 2 * tail);
  std::vector<std::vector<double>> d(k, std::vector<double>(k, 0)), w = d;
  for (std::size_t i = 0; i < k; ++i)
    for (std::size_t j = 0; j < k; ++j) {
      if (i == j) continue;
      const auto pairs = difference(series[i], series[j]);
      d[i][j] = mean(pairs);
      w[i][j] = t * standard_deviation(pairs) / std::sqrt(static_cast<double>(n));
    }
  for (std::size_t i = 0; i < k; ++i) {
    double upper = std::numeric_limits<double>::infinity();
    for (std::size_t j = 0; j < k; ++j)
      if (j != i) upper = std::min(upper, d[i][j] + w[i][j]);
    result[i].high = std::max(0.0, upper);
  }
  for (std::size_t i = 0; i < k; ++i) {
    // The best is one of those whose upper end is above 0.
    double lower = 0;
    for (std::size_t j = 0; j < k; ++j)
      if (j != i && result[j].high > 0) lower = std::min(lower, d[i][j] - w[i][j]);
    result[i].low = lower;
  }
  return result;
}

std::vector<double> probability_best(const Series& series, std::size_t resamples) {
  const std::size_t k = series.size(), n = k == 0 ? 0 : series.front().size();
  std::vector<double> share(k, n == 0 ? kNaN : 0.0);
  if (n == 0) return share;
  const Resampler resampler{n};
  std::vector<std::size_t> chosen;
  for (std::size_t r = 0; r < resamples; ++r) {
    resampler.draw(r, chosen);
    std::vector<double> sums(k, 0);
    for (std::size_t i = 0; i < k; ++i)
      for (const std::size_t column : chosen) sums[i] += series[i][column];
    const double most = *std::max_element(sums.begin(), sums.end());
    const auto ties = static_cast<double>(std::count(sums.begin(), sums.end(), most));
    for (std::size_t i = 0; i < k; ++i)
      if (sums[i] == most) share[i] += 1 / (ties * static_cast<double>(resamples));
  }
  return share;
}

double rinott_constant(double p, std::size_t n0, std::size_t k) {
  assert(p > 0 && p < 1 && n0 >= 2 && k >= 2);
  const auto nu = static_cast<double>(n0 - 1);
  const boost::math::chi_squared chi{nu};
  // Simpson's rule over all but the last billionth of each tail.
  constexpr int kIntervals = 160;
  constexpr double kTail = 1e-9;
  const double from = boost::math::quantile(chi, kTail);
  const double to = boost::math::quantile(boost::math::complement(chi, kTail));
  const double step = (to - from) / kIntervals;
  std::vector<double> x(kIntervals + 1), weight(kIntervals + 1);
  for (int i = 0; i <= kIntervals; ++i) {
    x[i] = from + i * step;
    const double simpson = i == 0 || i == kIntervals ? 1 : i % 2 == 1 ? 4 : 2;
    weight[i] = simpson * step / 3 * boost::math::pdf(chi, x[i]);
  }
  const auto chance = [&](double h) {
    double outer = 0;
    for (int j = 0; j <= kIntervals; ++j) {
      double inner = 0;
      for (int i = 0; i <= kIntervals; ++i)
        inner += weight[i] * normal_cdf(h / std::sqrt(nu * (1 / x[i] + 1 / x[j])));
      outer += weight[j] * std::pow(inner, static_cast<double>(k - 1));
    }
    return outer;
  };
  double low = 0, high = 4;
  while (chance(high) < p) high *= 2;
  while (high - low > 1e-7) {
    const double middle = 0.5 * (low + high);
    (chance(middle) < p ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

Selected select_kn(std::size_t alternatives,
                   const std::function<double(std::size_t, std::size_t)>& value, double delta,
                   double alpha, std::size_t n0, std::size_t most) {
  assert(alternatives >= 1 && delta > 0 && n0 >= 2);
  const auto k = static_cast<double>(alternatives);
  Selected selected;
  selected.taken.assign(alternatives, 0);
  Series x(alternatives);
  std::vector<double> sums(alternatives, 0);
  const auto take = [&](std::size_t i, std::size_t r) {
    const double v = value(i, r);
    sums[i] += v;
    ++selected.taken[i];
    return v;
  };
  for (std::size_t r = 0; r < n0; ++r)
    for (std::size_t i = 0; i < alternatives; ++i) x[i].push_back(take(i, r));
  std::vector<std::vector<double>> variance(alternatives, std::vector<double>(alternatives, 0));
  for (std::size_t i = 0; i < alternatives; ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const double s = standard_deviation(difference(x[i], x[j]));
      variance[i][j] = variance[j][i] = s * s;
    }
  const auto nu = static_cast<double>(n0 - 1);
  const double eta = alternatives < 2 ? 0 : 0.5 * (std::pow(2 * alpha / (k - 1), -2 / nu) - 1);
  const double h2 = 2 * eta * nu;
  std::vector<std::size_t> in(alternatives);
  for (std::size_t i = 0; i < alternatives; ++i) in[i] = i;
  std::size_t r = n0;
  while (true) {
    const auto now = static_cast<double>(r);
    std::vector<std::size_t> stay;
    for (const std::size_t i : in) {
      const bool leaves = std::any_of(in.begin(), in.end(), [&](std::size_t j) {
        if (j == i) return false;
        const double room =
            std::max(0.0, delta / (2 * now) * (h2 * variance[i][j] / (delta * delta) - now));
        const double behind = (sums[j] - sums[i]) / now;
        return behind > room || (behind == room && room == 0 && j < i);
      });
      if (!leaves) stay.push_back(i);
    }
    in = stay;
    if (in.size() == 1 || r >= most) break;
    for (const std::size_t i : in) take(i, r);
    ++r;
  }
  selected.decided = in.size() == 1;
  selected.best = *std::max_element(
      in.begin(), in.end(), [&](std::size_t a, std::size_t b) { return sums[a] < sums[b]; });
  selected.stages = r;
  return selected;
}

std::vector<double> ocba_shares(std::span<const double> means, std::span<const double> std_devs) {
  assert(means.size() == std_devs.size() && !means.empty());
  const auto best =
      static_cast<std::size_t>(std::max_element(means.begin(), means.end()) - means.begin());
  std::vector<double> share(means.size(), 0);
  double squares = 0;
  for (std::size_t i = 0; i < means.size(); ++i) {
    if (i == best) continue;
    const double gap = std::max(means[best] - means[i], 1e-12 * std::abs(means[best]) + 1e-300);
    share[i] = std_devs[i] * std_devs[i] / (gap * gap);
    if (std_devs[i] > 0) squares += share[i] * share[i] / (std_devs[i] * std_devs[i]);
  }
  share[best] = std_devs[best] * std::sqrt(squares);
  double sum = 0;
  for (const double s : share) sum += s;
  for (double& s : share) s = sum > 0 ? s / sum : 1 / static_cast<double>(share.size());
  return share;
}

}  // namespace tavolo::engine
