#include "engine/calibration/ridge.h"

#include <array>
#include <cmath>
#include <limits>

namespace tavolo::engine {

Ridge fit_ridge(const Eigen::MatrixXd& terms, const Eigen::MatrixXd& responses,
                const Eigen::VectorXd& weight) {
  // Of the mean eigenvalue; from hardly any shrinkage to nearly all.
  constexpr std::array kPenalties{1e-6, 1e-4, 1e-3, 3e-3, 1e-2, 3e-2,
                                  0.1,  0.3,  1.0,  3.0,  10.0, 100.0};
  const Eigen::VectorXd w = weight / weight.sum();
  Ridge result;
  result.term_mean = w.transpose() * terms;
  result.response_mean = w.transpose() * responses;
  const Eigen::MatrixXd x = terms.rowwise() - result.term_mean;
  const Eigen::MatrixXd y = responses.rowwise() - result.response_mean;
  const Eigen::MatrixXd weighted = x.array().colwise() * w.array();
  const Eigen::MatrixXd gram = weighted.transpose() * x;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver{gram};
  const Eigen::ArrayXd value = solver.eigenvalues().array().max(0);
  const Eigen::MatrixXd& vector = solver.eigenvectors();
  const Eigen::MatrixXd q = x * vector;  // rows in the eigenbasis
  const Eigen::MatrixXd a = vector.transpose() * (weighted.transpose() * y);
  const double scale = std::max(value.mean(), 1e-300);
  const Eigen::Index m = responses.cols();
  const Eigen::RowVectorXd variance = w.transpose() * y.cwiseAbs2();
  Eigen::RowVectorXd least =
      Eigen::RowVectorXd::Constant(m, std::numeric_limits<double>::infinity());
  Eigen::MatrixXd best = Eigen::MatrixXd::Zero(a.rows(), m);  // slopes in the eigenbasis
  const Eigen::MatrixXd q2 = q.cwiseAbs2();
  for (const double penalty : kPenalties) {
    const Eigen::ArrayXd shrunk = 1 / (value + penalty * scale);
    const Eigen::ArrayXd leverage = w.array() * (1 + (q2 * shrunk.matrix()).array());
    const Eigen::MatrixXd slope = a.array().colwise() * shrunk;
    const Eigen::MatrixXd left_out = (y - q * slope).array().colwise() / (1 - leverage).max(1e-6);
    const Eigen::RowVectorXd error = w.transpose() * left_out.cwiseAbs2();
    for (Eigen::Index j = 0; j < m; ++j)
      if (error[j] < least[j]) {
        least[j] = error[j];
        best.col(j) = slope.col(j);
      }
  }
  result.slope = vector * best;
  result.residual_sd = least.cwiseSqrt();
  result.explained = 1 - least.array() / variance.array().max(1e-300);
  return result;
}

}  // namespace tavolo::engine
