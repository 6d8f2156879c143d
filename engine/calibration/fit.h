#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/calibration/likelihood.h"
#include "engine/calibration/reference.h"

namespace tavolo::engine {

/// What a calibration ends with.
struct Fit {
  std::size_t runs = 0, failed = 0, left = 0;  ///< of all waves; in what the last was drawn from
  std::vector<double> share_left, cutoffs;     ///< by wave
  std::vector<double> emulated;                ///< by wave: variance of targets explained, median
  Posterior posterior;
  std::string table;  ///< of the posterior, CSV
  std::vector<Target> targets;
  Eigen::RowVectorXd prior_mean;        ///< of targets over the first wave
  Eigen::RowVectorXd mean, sd;          ///< of targets over runs of the posterior table
  std::vector<double> low, high;        ///< 5 and 95 % of these runs with the stated errors
  std::vector<double> implausibility;   ///< |z - mean| / sqrt(sd² + errors)
  std::vector<double> prior_quantiles;  ///< of parameters, by parameter: 5, 50, 95 %
  std::vector<double> quantiles;        ///< the same of the posterior
  std::vector<double> contraction;      ///< 1 - variance of z over the prior's, by parameter
  std::optional<Recovery> recovery;
};

/// Waves, posterior, and runs of the posterior table beside what is published.
/// @param cases of the recovery; 0: none
Fit fit(const Calibration& calibration, const ModelFamily& family, const OwnScenario& own,
        const WaveOptions& options, std::size_t cases);

std::string fit_markdown(const Calibration& calibration, const Fit& fit);
std::string fit_json(const Calibration& calibration, const Fit& fit);
/// Free parameters with prior, source and, where the posterior is kept, its quantiles.
std::string parameters_text(const Calibration& calibration);

}  // namespace tavolo::engine
