#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/experiment/statistics.h"
#include "engine/experiment/store.h"

namespace tavolo::engine {

/// One response of every strategy in every future and replication; complete, and crossed: all
/// strategies meet the same futures, and replication r the same luck in all of them.
struct Outcomes {
  std::size_t strategies = 0, futures = 0, replications = 0;
  std::vector<double> values = {};  ///< by strategy, then future, then replication

  double at(std::size_t strategy, std::size_t future, std::size_t replication) const {
    return values[(strategy * futures + future) * replications + replication];
  }
  std::span<const double> of(std::size_t strategy) const {
    return std::span{values}.subspan(strategy * futures * replications, futures * replications);
  }
};

/// A mean over futures and luck, and how well it is known.
struct CrossedMean {
  double value = 0, standard_error = 0, degrees = 0;

  /// Student's t interval. NaN half width with a single future and replication.
  Estimate estimate(double level = kConfidence) const;
  /// One-sided margin: the true mean is above value - margin with this probability.
  double margin(double level) const;
};

/// Mean of a table of `futures` rows by `replications` columns, both drawn at random: the value in
/// future f under luck r is m + F_f + R_r + E_fr. With more futures the part of R does not shrink,
/// so the replications of a future are no independent witnesses, nor are the futures. Variance of
/// the mean by the analysis of variance,
///     (MS_F + MS_R - MS_E) / (futures replications),
/// a component that is estimated below zero taken as zero; degrees of freedom by Satterthwaite
/// (1946), Biometrics Bulletin 2(6), 110-114. Searle, Casella & McCulloch (1992), "Variance
/// Components", ch. 4. With one future or one replication it is the mean of independent values.
CrossedMean crossed_mean(std::span<const double> values, std::size_t futures,
                         std::size_t replications);

/// Components of variance of such a table, estimated by the analysis of variance and none below 0.
struct CrossedVariance {
  double futures, luck, rest;  ///< of F, R and E
};
/// At least two futures and replications.
CrossedVariance crossed_variance(std::span<const double> values, std::size_t futures,
                                 std::size_t replications);

/// The mean of a - b, cell by cell.
CrossedMean crossed_difference(std::span<const double> a, std::span<const double> b,
                               std::size_t futures, std::size_t replications);

/// What common futures and luck gain: how alike two strategies are, cell by cell; how many times
/// more runs independent futures and luck would need for the same precision of the difference,
/// (SE_a^2 + SE_b^2) / SE_(a-b)^2; and how many that makes of each.
struct Pairing {
  double correlation, variance_reduction, equivalent_runs;
};
Pairing crossed_pairing(std::span<const double> a, std::span<const double> b, std::size_t futures,
                        std::size_t replications);

/// mean(a) / mean(b) with Fieller's set (statistics.h): the quotients q for which the interval of
/// mean(a - q b) holds 0. Its ends are searched for outwards from the quotient.
Ratio crossed_ratio(std::span<const double> a, std::span<const double> b, std::size_t futures,
                    std::size_t replications, double level = kConfidence);

/// Strategies by futures: means over replications.
std::vector<std::vector<double>> by_future(const Outcomes& outcomes);

/// The pigeonhole bootstrap: futures and replications are drawn with replacement, each by itself,
/// so that what a future shares and what luck shares stay together. Owen (2007), Annals of Applied
/// Statistics 1(2), 386-411. Of few futures or replications it is too narrow (expanded_level of
/// bootstrap.h makes up for it). Strategies stay paired.
/// @return the outcomes of bootstrap sample `draw`; a function of (seed, draw)
Outcomes resampled(const Outcomes& outcomes, std::uint64_t seed, std::uint64_t draw);

inline constexpr std::size_t kBootstrapDraws = 1000;

/// A store as strategies x futures. A future is one combination of factor levels.
struct Futures {
  std::vector<std::string> strategies, factors;
  std::vector<std::vector<std::string>> levels;  ///< by future, one per factor
  std::size_t replications = 0;                  ///< 0 … that are used
  std::size_t left_out = 0;                      ///< futures with a run that is not done
  /// Rows of `design`: by strategy, then future.
  std::vector<std::size_t> points;
};

/// The largest complete part: futures in which every strategy has finished replications 0 … R - 1,
/// for the R that keeps most runs.
/// @throws InputError when strategies do not meet the same futures, or no future is complete.
Futures read_futures(const StoreReader& store);

/// A response (of a kind other than ratio) over these futures.
/// @throws InputError when a year that it needs was not recorded.
Outcomes read_outcomes(const StoreReader& store, const Futures& futures, const Response& response);

/// The responses of the store's experiment that have a direction.
std::vector<Response> objectives_of(const StoreReader& store);

}  // namespace tavolo::engine
