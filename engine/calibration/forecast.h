#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/calibration/reference.h"
#include "engine/calibration/study.h"

namespace tavolo::engine {

/// A forecast is a sample of futures: runs of the posterior, plus the model's error, a random walk
/// in the transformed scale that begins where the model is matched. Its step is estimated from the
/// misses of earlier forecasts (backtest.h), and shrunk: of few years per series, much of what is
/// known of one series is what is known of its kind.
///
/// With S the sum of squared yearly steps of the misses, less what the runs' own spread accounts
/// for (not below zero), and n their number,
///     s_kind² = (nu s_0² + S_kind) / (nu + n_kind),  s_series² = (nu s_kind² + S_series) / (nu +
///     n_series),
/// s_0 the kind's stated discrepancy and nu = kPriorSteps: scales of scaled inverse chi-square
/// posteriors (Gelman et al. 2013, Bayesian Data Analysis, 2.6), empirical Bayes over the series of
/// a kind.
inline constexpr double kPriorSteps = 4;

/// A step of a series' miss or change, transformed, how many years it spans, and the variance of it
/// that something else accounts for.
struct Step {
  std::size_t series;
  double size;
  int years;
  double explained = 0;
};
std::vector<double> step_deviations(const Calibration& calibration, const std::vector<Step>& steps);

/// The step deviations by series, as CSV: what a forecast reads.
std::string errors_table(const Calibration& calibration, const std::vector<double>& step_sd);

/// Published changes about `drift` (by series, per year; empty: none), up to a year.
std::vector<Step> published_steps(const Calibration& calibration, int last,
                                  const std::vector<double>& drift = {});

/// Futures of one series in one year, transformed.
using Ensemble = std::vector<double>;

/// From runs: each run `copies` times, each copy with errors of its own. A function of (seed, run,
/// series). `origin`: the year in which errors are zero. Without `step_sd` the runs alone.
Ensemble model_ensemble(const Calibration& calibration, const Simulated& simulated,
                        std::size_t series, int year, int origin,
                        const std::vector<double>* step_sd, int copies, std::uint64_t seed);

/// A value plus a normal random walk of h steps, whose drift is known up to `drift_sd`.
Ensemble walk_ensemble(double value, double step_sd, int steps, double drift_sd, int members,
                       std::uint64_t seed, std::uint64_t series);

/// Continuous ranked probability score of an ensemble, fair: unbiased for what it was drawn from
/// (Ferro 2014, Q. J. R. Meteorol. Soc. 140, 1917-1923; Gneiting & Raftery 2007, JASA 102,
/// 359-378).
double fair_crps(const Ensemble& members, double outcome);

/// A forecast to be made and kept. In TOML:
///
///     title       = "…"
///     experiment  = "../experiments/italy-2024-forecast.toml"   # draws x replications
///     calibration = "italy.toml"                                # its series and kinds
///     errors      = "italy-errors.csv"                          # of `tavolo backtest`
///     origin      = 2023
///     to          = 2030
///     copies      = 5
///     seed        = 1
///     chances     = [ { id = "large", series = "people", year = 2030, at_least = 1e6 } ]
struct ForecastStudy {
  struct Chance {
    std::string id, series;
    int year = 0;
    double at_least = 0;
    bool by_then = false;  ///< in some year up to then
    std::size_t row = 0;
  };
  std::string file, title, experiment, calibration, errors;
  int origin = 0, to = 0, copies = 5, seed = 0;
  std::vector<Chance> chances;
  Calibration study;
  std::vector<double> step_sd;  ///< by series
};
/// @throws InputError with every problem.
ForecastStudy read_forecast(const std::string& file);

struct Quantiles {
  std::size_t series;
  int year;
  double mean;
  std::vector<double> with_error, runs_alone;  ///< at kForecastLevels, natural units
};
inline constexpr std::array kForecastLevels{0.05, 0.25, 0.5, 0.75, 0.95};

struct Forecasts {
  std::size_t runs = 0;
  std::vector<Quantiles> quantiles;
  std::vector<double> chance, chance_runs;  ///< by row of chances: with error, of runs alone
};
Forecasts make_forecast(const ForecastStudy& study, const std::string& store);
/// series, year, mean, q05 … q95 with error, then of the runs alone.
std::string forecast_csv(const ForecastStudy& study, const Forecasts& forecasts);
std::string forecast_markdown(const ForecastStudy& study, const Forecasts& forecasts);

}  // namespace tavolo::engine
