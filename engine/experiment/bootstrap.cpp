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

double expanded_level(double degrees, double level) {
  if (!(degrees >= 1)) return level;
  const double reach = std::sqrt((degrees + 1) / degrees) * t_quantile(degrees, level);
  return 1 - 2 * boost::math::cdf(boost::math::normal{}, -reach);
}

}  // namespace tavolo::engine
