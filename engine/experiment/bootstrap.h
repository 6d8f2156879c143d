#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "engine/experiment/statistics.h"

namespace tavolo::engine {

/// Resampling with replacement: resample r draws the same rows in every process.
class Resampler {
 public:
  explicit Resampler(std::size_t rows, std::uint64_t seed = 1) : rows_{rows}, seed_{seed} {}
  /// Row numbers of resample `r`, as many as there are rows.
  void draw(std::size_t r, std::vector<std::size_t>& chosen) const;

 private:
  std::size_t rows_;
  std::uint64_t seed_;
};

/// The interval between the (1 - level)/2 and (1 + level)/2 quantiles of resampled statistics,
/// of those that are finite; NaN without any.
Interval percentile_interval(std::span<const double> resampled, double level = kConfidence);

/// Bias-corrected and accelerated bootstrap interval: Efron (1987), JASA 82(397), 171-185;
/// constants as in Efron & Tibshirani (1993), An Introduction to the Bootstrap, 14.3. NaN for fewer
/// than two values; a point when the statistic does not vary.
Interval bca_interval(std::span<const double> values,
                      const std::function<double(std::span<const double>)>& statistic,
                      double level = kConfidence, std::size_t resamples = 2000,
                      std::uint64_t seed = 1);

}  // namespace tavolo::engine
