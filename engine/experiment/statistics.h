#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace tavolo::engine {

/// Both ends included; infinite ends where the data do not bound it.
struct Interval {
  double low;
  double high;
};

/// What replications say about one number. Undefined parts are NaN: `value` of no data, and
/// `half_width` of fewer than two.
struct Estimate {
  std::size_t n;
  double value;
  double half_width;  ///< of the interval value ± half_width at the level asked for
};

/// Two policies under common random numbers: element i of both series met the same luck.
struct PairedDifference {
  Estimate difference;        ///< of treatment - baseline
  double correlation;         ///< between the two series
  double variance_reduction;  ///< see below
};

/// A quotient of two means.
struct Ratio {
  std::size_t n;
  double value;
  Interval interval;
};

inline constexpr double kConfidence = 0.95;

double mean(std::span<const double> values);
/// With n - 1 in the denominator; NaN for fewer than two values.
double standard_deviation(std::span<const double> values);
/// Quantile of the data at `probability` in 0..1, linear between order statistics: definition 7 of
/// Hyndman & Fan (1996), The American Statistician 50(4), 361-365.
double quantile(std::span<const double> values, double probability);
/// Pearson's correlation; NaN for fewer than two pairs or a series that does not vary.
double correlation(std::span<const double> a, std::span<const double> b);

/// The standard normal distribution below z.
double normal_below(double z);

/// The t with which mean ± t s / sqrt(n) covers at `level`; `degrees` of freedom >= 1.
double t_quantile(double degrees, double level = kConfidence);

/// Mean with Student's t interval.
Estimate mean_estimate(std::span<const double> values, double level = kConfidence);

/// Mean of treatment - baseline with the paired t interval; both series have the same length.
/// Law & Kelton, "Simulation Modeling and Analysis", 10.2.1 (paired-t) and 11.2 (common random
/// numbers).
PairedDifference paired_difference(std::span<const double> treatment,
                                   std::span<const double> baseline, double level = kConfidence);

/// How many times more replications independent luck would need for the same precision of the
/// difference: (var a + var b) / var(a - b). Law & Kelton, 11.2. Infinite when a - b never varies.
double variance_reduction(std::span<const double> a, std::span<const double> b);

/// Wilson's (1927) score interval of a proportion, JASA 22(158), 209-212. `trials` > 0.
Interval wilson_interval(std::size_t hits, std::size_t trials, double level = kConfidence);

/// mean(numerator) / mean(denominator) of pairs, with the interval of Fieller (1954), J. R. Stat.
/// Soc. B 16(2), 175-185. Unlike the delta method it does not pretend to know a quotient whose
/// denominator may be zero: the interval is then the whole line.
Ratio ratio_of_means(std::span<const double> numerator, std::span<const double> denominator,
                     double level = kConfidence);

/// Adjusted p-values of a family of tests, in the same order: Holm (1979), "A simple sequentially
/// rejective multiple test procedure", Scandinavian Journal of Statistics 6.
std::vector<double> holm(const std::vector<double>& p);

}  // namespace tavolo::engine
