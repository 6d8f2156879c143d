#include "engine/calibration/emulator.h"

#include <algorithm>
#include <cmath>

#include "engine/experiment/statistics.h"

namespace tavolo::engine {

Eigen::MatrixXd linear_terms(const Eigen::MatrixXd& u) {
  return std::sqrt(3.0) * (2 * u.array() - 1).matrix();
}

Eigen::MatrixXd quadratic_terms(const Eigen::MatrixXd& u) {
  const Eigen::Index n = u.rows(), d = u.cols();
  Eigen::MatrixXd terms(n, d + d * (d - 1) / 2);
  const Eigen::MatrixXd first = linear_terms(u);
  terms.leftCols(d) = std::sqrt(5.0) / 2 * (first.array().square() - 1);
  Eigen::Index at = d;
  for (Eigen::Index i = 0; i < d; ++i)
    for (Eigen::Index j = i + 1; j < d; ++j)
      terms.col(at++) = first.col(i).cwiseProduct(first.col(j));
  return terms;
}

Emulators::Emulators(const Eigen::MatrixXd& u, const Eigen::MatrixXd& y)
    : first_{fit_ridge(linear_terms(u), y)},
      second_{fit_ridge(quadratic_terms(u), first_.left_out)} {}

Eigen::MatrixXd Emulators::predict(const Eigen::MatrixXd& u) const {
  return first_.predict(linear_terms(u)) + second_.predict(quadratic_terms(u));
}

double Emulators::explained() const {
  const Eigen::ArrayXd all = 1 - (1 - first_.explained.array()) * (1 - second_.explained.array());
  return quantile({all.data(), static_cast<std::size_t>(all.size())}, 0.5);
}

LuckSize::LuckSize(const Eigen::MatrixXd& u, const Eigen::MatrixXd& left_out)
    : log_square_{fit_ridge(linear_terms(u),
                            (left_out.array().square().rowwise() +  // no logarithm of nothing
                             (1e-8 * left_out.array().square().colwise().mean()).max(1e-300))
                                .log()
                                .matrix())} {}

Eigen::MatrixXd LuckSize::at(const Eigen::MatrixXd& u) const {
  return (log_square_.predict(linear_terms(u)).array() / 2).exp();
}

Eigen::RowVectorXd LuckSize::typical() const {
  return (log_square_.response_mean.array() / 2).exp();
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
