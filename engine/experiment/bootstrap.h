#pragma once

#include <cstdint>
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

/// The level at which a percentile interval of few independent values covers at `level`: bootstraps
/// of few values are too narrow by sqrt((n - 1) / n) and know no Student's t. Hesterberg (2015),
/// What Teachers Should Know About the Bootstrap, The American Statistician 69(4), 371-386,
/// sec. 5.4:
///     2 Phi(sqrt(n / (n - 1)) t) - 1,  n = degrees + 1.
double expanded_level(double degrees, double level = kConfidence);

}  // namespace tavolo::engine
