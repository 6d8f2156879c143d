#include "engine/calibration/emulator.h"

#include <algorithm>
#include <cmath>

namespace tavolo::engine {

Eigen::MatrixXd quadratic_terms(const Eigen::MatrixXd& u) {
  const Eigen::Index n = u.rows(), d = u.cols();
  Eigen::MatrixXd terms(n, 2 * d + d * (d - 1) / 2);
  const Eigen::ArrayXXd x = 2 * u.array() - 1;
  terms.leftCols(d) = std::sqrt(3.0) * x;
  terms.middleCols(d, d) = std::sqrt(5.0) / 2 * (3 * x.square() - 1);
  Eigen::Index at = 2 * d;
  for (Eigen::Index i = 0; i < d; ++i)
    for (Eigen::Index j = i + 1; j < d; ++j)
      terms.col(at++) = terms.col(i).cwiseProduct(terms.col(j));
  return terms;
}

Eigen::MatrixXd Emulators::terms(const Eigen::MatrixXd& u) const {
  if (quadratic_) return quadratic_terms(u);
  Eigen::MatrixXd linear(u.rows(), u.cols());
  linear = std::sqrt(3.0) * (2 * u.array() - 1);
  return linear;
}

Emulators::Emulators(const Eigen::MatrixXd& u, const Eigen::MatrixXd& y,
                     const Eigen::VectorXd& weight)
    : quadratic_{true} {
  fit_ = fit_ridge(terms(u), y, weight);
  quadratic_ = false;
  const Ridge linear = fit_ridge(terms(u), y, weight);
  // One form for all targets, the better one by left-out rows.
  quadratic_ = fit_.residual_sd.array().log().sum() < linear.residual_sd.array().log().sum();
  if (!quadratic_) fit_ = linear;
}

Eigen::MatrixXd Emulators::predict(const Eigen::MatrixXd& u) const {
  return fit_.predict(terms(u));
}

double error_variance(const Target& target, int first_year) {
  return target.observation_sd * target.observation_sd +
         target.discrepancy_sd * target.discrepancy_sd * (target.year - first_year + 1);
}

HistoryMatch::HistoryMatch(Emulators emulators, const std::vector<Target>& targets, int first_year,
                           int ignored)
    : emulators_{std::move(emulators)},
      value_(static_cast<Eigen::Index>(targets.size())),
      sd_(static_cast<Eigen::Index>(targets.size())),
      ignored_{std::min(static_cast<std::size_t>(ignored), targets.size() - 1)} {
  for (std::size_t t = 0; t < targets.size(); ++t) {
    const auto i = static_cast<Eigen::Index>(t);
    value_[i] = targets[t].value;
    sd_[i] =
        std::sqrt(error_variance(targets[t], first_year) + emulators_.sd()[i] * emulators_.sd()[i]);
  }
}

Eigen::MatrixXd HistoryMatch::of_targets(const Eigen::MatrixXd& u) const {
  return ((emulators_.predict(u).rowwise() - value_).array().abs().rowwise() / sd_.array())
      .matrix();
}

Eigen::VectorXd HistoryMatch::implausibility(const Eigen::MatrixXd& u) const {
  const Eigen::MatrixXd all = of_targets(u);
  Eigen::VectorXd result(u.rows());
  std::vector<double> row(static_cast<std::size_t>(all.cols()));
  for (Eigen::Index i = 0; i < all.rows(); ++i) {
    for (Eigen::Index j = 0; j < all.cols(); ++j) row[static_cast<std::size_t>(j)] = all(i, j);
    const auto at = row.begin() + static_cast<std::ptrdiff_t>(ignored_);
    std::nth_element(row.begin(), at, row.end(), std::greater<>{});
    result[i] = *at;
  }
  return result;
}

}  // namespace tavolo::engine
