#include "engine/calibration/ridge.h"

#include <array>
#include <cmath>
#include <limits>

namespace tavolo::engine {

Ridge fit_ridge(const Eigen::MatrixXd& terms, const Eigen::MatrixXd& responses) {
  // Of the mean eigenvalue; from hardly any shrinkage to nearly all.
  constexpr std::array kPenalties{1e-6, 1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1,
                                  0.3,  1.0,  3.0,  10.0, 30.0, 100.0};
  const auto n = static_cast<double>(terms.rows());
  Ridge result;
  result.term_mean = terms.colwise().mean();
  result.response_mean = responses.colwise().mean();
  const Eigen::MatrixXd x = terms.rowwise() - result.term_mean;
  const Eigen::MatrixXd y = responses.rowwise() - result.response_mean;
  const Eigen::MatrixXd gram = x.transpose() * x / n;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver{gram};
  const Eigen::ArrayXd value = solver.eigenvalues().array().max(0);
  const Eigen::MatrixXd& vector = solver.eigenvectors();
  const Eigen::MatrixXd q = x * vector;  // rows in the eigenbasis
  const Eigen::MatrixXd a = q.transpose() * y / n;
  const double scale = std::max(value.mean(), 1e-300);
  const Eigen::Index m = responses.cols();
  const Eigen::RowVectorXd variance = y.cwiseAbs2().colwise().mean();
  Eigen::RowVectorXd least =
      Eigen::RowVectorXd::Constant(m, std::numeric_limits<double>::infinity());
  Eigen::MatrixXd best = Eigen::MatrixXd::Zero(a.rows(), m);  // slopes in the eigenbasis
  result.left_out = y;
  const Eigen::MatrixXd q2 = q.cwiseAbs2();
  for (const double penalty : kPenalties) {
    const Eigen::ArrayXd shrunk = 1 / (value + penalty * scale);
    const Eigen::ArrayXd leverage = (1 + (q2 * shrunk.matrix()).array()) / n;
    const Eigen::MatrixXd slope = a.array().colwise() * shrunk;
    const Eigen::MatrixXd left_out = (y - q * slope).array().colwise() / (1 - leverage).max(1e-6);
    const Eigen::RowVectorXd error = left_out.cwiseAbs2().colwise().mean();
    for (Eigen::Index j = 0; j < m; ++j)
      if (error[j] < least[j]) {
        least[j] = error[j];
        best.col(j) = slope.col(j);
        result.left_out.col(j) = left_out.col(j);
      }
  }
  result.slope = vector * best;
  result.residual_sd = least.cwiseSqrt();
  result.explained = 1 - least.array() / variance.array().max(1e-300);
  return result;
}

}  // namespace tavolo::engine
