#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/calibration/forecast.h"
#include "engine/calibration/likelihood.h"
#include "engine/experiment/statistics.h"

namespace tavolo::engine {

/// What would have been forecast, had the model been fitted to the years up to then. In TOML:
///
///     title       = "…"
///     calibration = "italy.toml"
///     market      = "registrations"    # whose growth one of the baselines uses
///     draws       = 150                # of the posterior of each window
///     horizons    = [1, 2]
///     seed        = 1
///     windows = [
///       { id = "to-2019", fit_to = 2019, scenario = "../italy/2018.toml",
///         set = ["base_year=2019", "start=2020-01", "until=2021"] },
///     ]
///
/// A window's posterior is that of the targets of its years alone, with the emulators of the
/// calibration's runs: where those were drawn, which later years decided, makes them better in some
/// places and tells nothing. Its forecasts are runs of the scenario from the window's base year,
/// plus the model's error as the misses of earlier windows tell it that are known by then
/// (forecast.h); of the first, as it is stated. Windows stand in the order of their years.
struct BacktestStudy {
  struct Window {
    std::string id, scenario, policy;
    int fit_to = 0;
    std::vector<std::string> set;
  };
  std::string file, title, calibration, market;
  std::vector<double> horizons;
  int draws = 100, copies = 10, members = 1000, seed = 0;
  std::vector<Window> windows;
  Calibration study;
  std::size_t market_row = 0;
};
/// @throws InputError with every problem.
BacktestStudy read_backtest(const std::string& file);

/// How one method did in one case. Scores are of the transformed scale: log points, log odds.
struct Score {
  double crps = 0, bias = 0;  ///< bias: median less outcome
  bool in50 = false, in90 = false;
  double rank = 0;            ///< of the outcome among the members, 0..1
  std::vector<double> shown;  ///< 5, 50, 95 %, natural units
};

/// One published number, forecast by all methods.
struct Case {
  std::size_t window, series;
  int year, horizon;
  double outcome;             ///< natural
  std::vector<Score> scores;  ///< by kMethods
};
inline constexpr std::array<const char*, 5> kMethods{"model", "model without error", "last value",
                                                     "linear trend", "market growth"};
inline constexpr std::size_t kFirstBaseline = 2;

struct WindowFit {
  std::size_t targets = 0;
  double scale_reduction = 0, agreement = 0;  ///< of its posterior (likelihood.h)
};
struct Backtest {
  std::vector<WindowFit> fits;
  std::vector<Case> cases;
  std::vector<double> step_sd;  ///< by series: a year's error, by the misses of all windows
};
Backtest backtest(const BacktestStudy& study, const ModelFamily& family, const OwnScenario& own,
                  const Waves& waves, const WaveOptions& options);

Score score(const Ensemble& members, double outcome, const SeriesKind& kind);

/// 1 - mean CRPS / mean CRPS of the best of the baselines over the same cases, each divided by the
/// last value's of its series so that no series rules; with a 90 % interval of a paired bootstrap
/// over cases.
struct Skill {
  std::size_t cases = 0, best = 0;  ///< method
  double value = 0, without_error = 0;
  Interval interval{0, 0};
  double cover50 = 0, cover90 = 0, cover50_alone = 0, cover90_alone = 0, bias = 0;
  std::vector<double> crps;  ///< mean by method, not divided
};
Skill skill_of(const std::vector<const Case*>& cases);

std::string backtest_markdown(const BacktestStudy& study, const Backtest& backtest);
std::string backtest_csv(const BacktestStudy& study, const Backtest& backtest);

}  // namespace tavolo::engine
