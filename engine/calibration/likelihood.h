#pragma once

#include <cstdint>
#include <eigen3/Eigen/Dense>
#include <string>
#include <vector>

#include "engine/calibration/emulator.h"
#include "engine/calibration/reference.h"
#include "engine/calibration/study.h"

namespace tavolo::engine {

/// Draws of the parameters given what is published.
struct Posterior {
  /// Draws x parameters, in the prior's unit cube.
  Eigen::MatrixXd u;
  /// Largest potential scale reduction of a parameter, of halves of chains: near 1 they agree
  /// (Gelman & Rubin 1992, Statistical Science 7, 457-472; Vehtari et al. 2021, Bayesian Analysis
  /// 16, 667-718).
  double scale_reduction = 0;
  /// Share of the data that the posterior predicts which lie farther from what it expects than what
  /// is published does: near 0 the model cannot do it, whatever its parameters (Gelman, Meng &
  /// Stern 1996, Statistica Sinica 6, 733-807).
  double agreement = 0;
};

/// How a posterior is drawn.
struct Sampling {
  int chains = 8, burn = 2000, thin = 60;
  int draws = 250;  ///< of each chain, after burn-in, every thin-th
};

/// The synthetic likelihood of a stochastic simulator: given its parameters the targets are taken
/// as jointly normal (Wood 2010, Nature 466, 1102-1104; Price, Drovandi, Lee & Nott 2018, J.
/// Comput. Graph. Stat. 27, 1-11), with a mean that emulators tell, a covariance from the luck of
/// runs (left-out residuals of emulators, so their own error is in it), and the error of the model
/// and of the measurement as study.h states them:
///     z ~ N(m(u), S(u) C S(u) + Cov_error),
/// S(u) diagonal, the size of each target's luck (LuckSize), and C the covariance of luck of
/// size 1. With s and t years of one series, Cov_error = discrepancy_sd² (min(s, t) - first + 1),
/// plus observation_sd² where s = t: a random walk and what it is seen through.
///
/// Parameters are handled as normal scores Phi^-1(u), which are N(0, I) a priori. Draws are by
/// elliptical slice sampling (Murray, Adams & MacKay 2010, AISTATS) about a normal approximation at
/// the mode, luck taken as in the middle of these runs (Nishihara, Murray & Adams 2014, JMLR 15,
/// 2087-2112): nothing to tune, and bounds of priors are kept.
class SyntheticLikelihood {
 public:
  /// @param near runs whose luck stands for that near the posterior; indices of rows
  /// @throws InputError when they are hardly more than the targets
  SyntheticLikelihood(const Eigen::MatrixXd& u, const Eigen::MatrixXd& y,
                      const std::vector<Eigen::Index>& near, std::vector<Target> targets,
                      int first_year);

  /// @param observed a value per target; only `columns` are looked at
  /// @throws InputError when targets neither vary nor err
  Posterior posterior(const Eigen::RowVectorXd& observed, const std::vector<Eigen::Index>& columns,
                      std::uint64_t seed, const Sampling& sampling = {}) const;

  /// Adds what runs of a posterior are above what emulators say of it to the emulators' mean: an
  /// emulator errs where the data are, for the posterior looks for what it says (Calvetti, Dunlop,
  /// Somersalo & Stuart 2018, Inverse Problems 34, 025008: iterative updating of a model's error).
  /// @param u parameters of the runs, a row each; @param y their targets
  void correct(const Eigen::MatrixXd& u, const Eigen::MatrixXd& y);

  Eigen::RowVectorXd published() const;
  /// Targets that are known at the end of a year.
  std::vector<Eigen::Index> known(int last_year) const;

 private:
  std::vector<Target> targets_;
  Emulators emulators_;
  Eigen::RowVectorXd above_;  ///< of the emulators, near the posterior
  LuckSize size_;
  Eigen::MatrixXd luck_, errors_;  ///< sums of squares of luck of size 1; covariance of errors
  double runs_;                    ///< whose luck it is
};

/// Of the standard normal distribution; of 1e-9 and 1 - 1e-9 beyond.
double normal_quantile(double p);

/// Rows of the posterior table: so many draws, spread evenly over the chains and shuffled, in their
/// own units as a design of kind `file` reads them.
std::string posterior_table(const Calibration& calibration, const Posterior& posterior, int draws,
                            std::uint64_t seed);

/// Whether posteriors are what they say: each of some runs in turn is taken as the world, its
/// targets with errors as published, and the emulators are made without it. Ranks of the true
/// values would be uniform were cases draws of the prior (Talts et al. 2018, arXiv:1804.06788;
/// Cook, Gelman & Rubin 2006, J. Comput. Graph. Stat. 15, 675-692); they are draws of what waves
/// have left of it, where the posterior is to be trusted, so posteriors under the whole prior lie a
/// little towards its mean.
struct Recovery {
  std::size_t cases = 0;
  std::vector<double> cover50, cover90;         ///< by parameter
  std::vector<double> contraction;              ///< 1 - mean posterior variance of normal scores
  std::vector<double> uniformity;               ///< p-value of chi-square over ten bins of ranks
  std::vector<std::vector<std::size_t>> ranks;  ///< by parameter: cases in each tenth
  double overall50 = 0, overall90 = 0;
};
/// @param near the runs that cases are drawn from, each at most once
Recovery recover(const Reference& reference, const std::vector<Eigen::Index>& near,
                 const std::vector<Target>& targets, int first_year, std::size_t cases,
                 std::uint64_t seed);

}  // namespace tavolo::engine
