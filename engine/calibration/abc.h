#pragma once

#include <cstdint>
#include <eigen3/Eigen/Dense>
#include <string>
#include <vector>

#include "engine/calibration/reference.h"
#include "engine/calibration/ridge.h"
#include "engine/calibration/study.h"

namespace tavolo::engine {

/// Approximate Bayesian computation on a reference table: no likelihood, only runs.
///
/// 1. To every run's targets an error of measurement and discrepancy is added, as study.h states
///    it: the posterior is then that of the simulator *with* its error (Wilkinson 2013, Stat. Appl.
///    Genet. Mol. Biol. 12, 129-141).
/// 2. Summaries: the posterior mean of each parameter, estimated by ridge regression of the
///    parameter on all targets over the table (semi-automatic; Fearnhead & Prangle 2012, J. R.
///    Stat. Soc. B 74, 419-474).
/// 3. Runs whose summaries are nearest to those of what is published are accepted, with
///    Epanechnikov's weights, and moved there by local-linear regression (Beaumont, Zhang & Balding
///    2002, Genetics 162, 2025-2035).
///
/// Parameters are handled as z = Phi^-1(u), u their place in the prior, so that what is moved stays
/// inside the prior's bounds.
struct Posterior {
  Eigen::MatrixXd u;              ///< accepted runs x parameters, moved; in the prior's unit cube
  Eigen::VectorXd weight;         ///< sums to one
  std::vector<std::size_t> rows;  ///< of the reference table
  double effective = 0;           ///< runs that the weights are worth, 1 / sum of squares
  std::size_t considered = 0;     ///< runs that were not ruled out
  /// Share of the runs whose summaries are farther from the middle of all than what is published:
  /// near 0 the published figures are outside of what the model can do.
  double typical = 0;
  Eigen::RowVectorXd explained;  ///< by parameter: of its variance, by its summary (left-out rows)
};

/// A table with errors added, from which posteriors of any targets are made.
class AbcTable {
 public:
  /// @param targets those of the table's columns
  AbcTable(Reference reference, std::vector<Target> targets, int first_year, std::uint64_t seed);

  /// What is known: columns of targets used, by index.
  struct Settings {
    double accept = 0.3;
    double keep = 0.1;  ///< of history matching by these targets
    double cutoff = 3;
    int ignored = 2;
    std::vector<std::size_t> columns;  ///< targets that are used
    bool match = true;                 ///< rule out runs first
  };
  Posterior posterior(const Eigen::RowVectorXd& observed, const Settings& settings) const;

  const Reference& reference() const { return reference_; }
  const std::vector<Target>& targets() const { return targets_; }
  Eigen::RowVectorXd published() const;

  /// Mean and sd of every target under a posterior, moved by the same regression, without errors.
  struct Predicted {
    Eigen::RowVectorXd mean, sd;
  };
  Predicted predict(const Posterior& posterior, const Eigen::RowVectorXd& observed,
                    const Settings& settings) const;

 private:
  friend struct RecoveryMaker;
  Reference reference_;
  std::vector<Target> targets_;
  int first_year_;
  Eigen::MatrixXd observable_;
  Eigen::MatrixXd z_;
};

/// Runs accepted around an observation, from a table of summaries. The core of AbcTable, of its own
/// so that it can be tested where the posterior is known.
struct Accepted {
  std::vector<std::size_t> rows;
  Eigen::VectorXd weight;
  Eigen::MatrixXd z;  ///< moved
};
Accepted accept_nearest(const Eigen::MatrixXd& z, const Eigen::MatrixXd& summaries,
                        const Eigen::VectorXd& weight, const Eigen::RowVectorXd& at, double share,
                        std::ptrdiff_t without = -1);

/// Weighted quantile; values need not be sorted.
double weighted_quantile(const Eigen::VectorXd& values, const Eigen::VectorXd& weight, double p);

/// Of the standard normal distribution; of 1e-9 and 1 - 1e-9 beyond.
double normal_quantile(double p);

/// Rows of the posterior table: draws with replacement, systematic (Kitagawa 1996), parameters in
/// their own units as a design of kind `file` reads them.
std::string posterior_table(const Calibration& calibration, const Posterior& posterior, int draws,
                            std::uint64_t seed);

/// Whether posteriors are what they say: each of some runs in turn is taken as the world, its
/// targets with errors as published, and the others as the table. Ranks of the true values are
/// uniform when posteriors are right (Talts et al. 2018, arXiv:1804.06788; coverage: Prangle, Blum,
/// Popovic & Sisson 2014, Aust. N. Z. J. Stat. 56, 309-329).
struct Recovery {
  std::size_t cases = 0;
  std::vector<double> cover50, cover90;  ///< by parameter
  std::vector<double> contraction;       ///< 1 - mean posterior variance over prior variance, of z
  std::vector<double> uniformity;        ///< p-value of chi-square over ten bins of ranks
  std::vector<std::vector<std::size_t>> ranks;  ///< by parameter: cases in each tenth
  double overall50 = 0, overall90 = 0;
};
Recovery recover(const AbcTable& table, const AbcTable::Settings& settings, std::size_t cases,
                 std::uint64_t seed);

}  // namespace tavolo::engine
