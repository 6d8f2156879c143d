#include "engine/experiment/bootstrap.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <iterator>
#include <limits>

#include "engine/random.h"

namespace tavolo::engine {

void Resampler::draw(std::size_t r, std::vector<std::size_t>& chosen) const {
  enum class Luck { kRow = 1 };
  auto draws = Streams{seed_, 0xb007'0000'0000'0000}(Luck::kRow, r);
  chosen.resize(rows_);
  for (auto& row : chosen)
    row =
        std::min(static_cast<std::size_t>(draws.uniform() * static_cast<double>(rows_)), rows_ - 1);
}

Interval percentile_interval(std::span<const double> resampled, double level) {
  std::vector<double> finite;
  std::copy_if(resampled.begin(), resampled.end(), std::back_inserter(finite),
               [](double value) { return std::isfinite(value); });
  if (finite.empty())
    return {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};
  return {quantile(finite, (1 - level) / 2), quantile(finite, (1 + level) / 2)};
}

Interval bca_interval(std::span<const double> values,
                      const std::function<double(std::span<const double>)>& statistic, double level,
                      std::size_t resamples, std::uint64_t seed) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  const std::size_t n = values.size();
  if (n < 2) return {kNaN, kNaN};
  const double estimate = statistic(values);
  const Resampler resampler{n, seed};
  std::vector<std::size_t> chosen;
  std::vector<double> sample(n), resampled(resamples);
  double below = 0;
  for (std::size_t r = 0; r < resamples; ++r) {
    resampler.draw(r, chosen);
    for (std::size_t i = 0; i < n; ++i) sample[i] = values[chosen[i]];
    resampled[r] = statistic(sample);
    below += resampled[r] < estimate ? 1 : resampled[r] == estimate ? 0.5 : 0;
  }
  const auto [least, most] = std::minmax_element(resampled.begin(), resampled.end());
  if (*least == *most) return {estimate, estimate};

  // Acceleration, from the jackknife.
  std::vector<double> without(n);
  std::vector<double> rest(n - 1);
  for (std::size_t i = 0; i < n; ++i) {
    std::copy(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(i), rest.begin());
    std::copy(values.begin() + static_cast<std::ptrdiff_t>(i) + 1, values.end(),
              rest.begin() + static_cast<std::ptrdiff_t>(i));
    without[i] = statistic(rest);
  }
  const double centre = mean(without);
  double squares = 0, cubes = 0;
  for (const double value : without) {
    squares += (centre - value) * (centre - value);
    cubes += (centre - value) * (centre - value) * (centre - value);
  }
  const double acceleration = squares > 0 ? cubes / (6 * std::pow(squares, 1.5)) : 0;

  const boost::math::normal standard;
  const auto count = static_cast<double>(resamples);
  const double share = std::clamp(below / count, 0.5 / count, 1 - 0.5 / count);
  const double bias = boost::math::quantile(standard, share);
  const auto at = [&](double probability) {
    const double z = bias + boost::math::quantile(standard, probability);
    return quantile(resampled, boost::math::cdf(standard, bias + z / (1 - acceleration * z)));
  };
  return {at((1 - level) / 2), at((1 + level) / 2)};
}

}  // namespace tavolo::engine
