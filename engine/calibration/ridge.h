#pragma once

#include <eigen3/Eigen/Dense>

namespace tavolo::engine {

/// Linear regressions of many responses on the same terms, each with the penalty that predicts best
/// left-out rows: ridge regression (Hoerl & Kennard 1970, Technometrics 12, 55-67), the penalty by
/// leave-one-out in closed form, residual over one minus leverage (Allen 1974; Golub, Heath & Wahba
/// 1979, Technometrics 21, 215-223). The intercept is not penalised.
struct Ridge {
  Eigen::RowVectorXd term_mean, response_mean;
  Eigen::MatrixXd slope;           ///< terms x responses
  Eigen::MatrixXd left_out;        ///< rows x responses: residuals, each of a fit without its row
  Eigen::RowVectorXd residual_sd;  ///< of these
  Eigen::RowVectorXd explained;    ///< 1 - left-out residual variance over variance

  Eigen::MatrixXd predict(const Eigen::MatrixXd& terms) const {
    return ((terms.rowwise() - term_mean) * slope).rowwise() + response_mean;
  }
};

/// Rows are observations.
Ridge fit_ridge(const Eigen::MatrixXd& terms, const Eigen::MatrixXd& responses);

}  // namespace tavolo::engine
