#pragma once

#include <eigen3/Eigen/Dense>
#include <vector>

#include "engine/calibration/ridge.h"
#include "engine/calibration/study.h"

namespace tavolo::engine {

/// Terms of first and of second degree of a polynomial in parameters u of the unit cube (a row
/// each), by Legendre's polynomials, which are uncorrelated where u is uniform.
Eigen::MatrixXd linear_terms(const Eigen::MatrixXd& u);
Eigen::MatrixXd quadratic_terms(const Eigen::MatrixXd& u);

/// A fast stand-in for the simulator: the mean of every target as a polynomial of the parameters,
/// and the standard deviation with which it tells a run's value, which holds both the polynomial's
/// error and the luck of a run (of left-out runs, so neither is flattered). A polynomial with a
/// stated residual is the emulator of Craig, Goldstein, Seheult & Smith (1997), "Pressure matching
/// for hydrocarbon reservoirs", in Case Studies in Bayesian Statistics 3, 37-93. Gaussian processes
/// add a correlated residual; one luck per run leaves them little to add here
/// (docs/calibration.md). Terms of second degree are fitted to what those of first degree leave of
/// left-out runs, with a penalty of their own: they are many and mostly small, and under one
/// penalty for all they would follow luck.
class Emulators {
 public:
  /// Rows of u and y are runs; y has a column per target.
  Emulators(const Eigen::MatrixXd& u, const Eigen::MatrixXd& y);

  Eigen::MatrixXd predict(const Eigen::MatrixXd& u) const;
  Eigen::Index parameters() const { return first_.term_mean.size(); }
  const Eigen::RowVectorXd& sd() const { return second_.residual_sd; }
  /// Of the variance of a run's target, of the middle one.
  double explained() const;
  /// By run: what its values are above those of an emulator that was made without it.
  const Eigen::MatrixXd& left_out() const { return second_.left_out; }

 private:
  Ridge first_, second_;  ///< by degree
};

/// How large luck is, by target: the logarithm of the squares of what emulators leave of left-out
/// runs, regressed on parameters, so that parameters that only set the size of luck are told too.
/// The runs should be near one another, for what is left holds the emulators' own error as well.
/// A log-linear variance (Harvey 1976, Econometrica 44, 461-465); with emulators of mean and
/// variance, the heteroscedastic emulation of Andrianakis et al. (2015), PLoS Computational Biology
/// 11, e1003968.
class LuckSize {
 public:
  LuckSize(const Eigen::MatrixXd& u, const Eigen::MatrixXd& left_out);
  /// Standard deviations up to a factor of each target, by row of u.
  Eigen::MatrixXd at(const Eigen::MatrixXd& u) const;
  /// The same in the middle of the runs.
  Eigen::RowVectorXd typical() const;

 private:
  Ridge log_square_;
};

/// Variance of what lies between a target and a run's value: of the measurement and of the
/// discrepancy that a random walk has gathered by its year.
double error_variance(const Target& target, int first_year);

/// What is left of the prior after one comparison with what is published. A point's implausibility
/// of a target is |z - E| / sqrt(Var_emulator + Var_observation + Var_discrepancy); of the point,
/// the largest but `ignored`. Vernon, Goldstein & Bower (2010), Bayesian Analysis 5(4), 619-670.
class HistoryMatch {
 public:
  HistoryMatch(Emulators emulators, const std::vector<Target>& targets, int first_year,
               int ignored);
  /// By row of u.
  Eigen::VectorXd implausibility(const Eigen::MatrixXd& u) const;
  /// Of each target, by row of u.
  Eigen::MatrixXd of_targets(const Eigen::MatrixXd& u) const;

  double cutoff = 0;
  const Emulators& emulators() const { return emulators_; }

 private:
  Emulators emulators_;
  Eigen::RowVectorXd value_, sd_;
  std::size_t ignored_;
};

}  // namespace tavolo::engine
