#include "engine/calibration/forecast.h"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "engine/csv.h"
#include "engine/experiment/statistics.h"
#include "engine/experiment/table.h"
#include "engine/random.h"

namespace tavolo::engine {
namespace {

enum class Luck : std::uint32_t { kModelError = 21, kWalk = 22 };

std::size_t index_of(const Calibration& calibration, const std::string& id) {
  const auto found = std::find_if(calibration.series.begin(), calibration.series.end(),
                                  [&](const auto& s) { return s.id == id; });
  return static_cast<std::size_t>(found - calibration.series.begin());
}

Eigen::Index row_of(const Simulated& simulated, int year) {
  const auto at = std::find(simulated.years.begin(), simulated.years.end(), year);
  if (at == simulated.years.end())
    throw InputError{"the runs have no year " + std::to_string(year) + ".", "It is to be forecast.",
                     "Let until be later, or the forecast end earlier."};
  return at - simulated.years.begin();
}

std::vector<double> natural(const SeriesKind& kind, const Ensemble& members) {
  std::vector<double> result;
  for (const double m : members) result.push_back(kind.natural(m));
  return result;
}

}  // namespace

std::vector<double> step_deviations(const Calibration& calibration,
                                    const std::vector<Step>& steps) {
  const std::size_t kinds = calibration.kinds.size(), n = calibration.series.size();
  std::vector<double> of_kind(kinds, 0), of_series(n, 0), kind_count(kinds, 0), count(n, 0);
  for (const auto& step : steps) {
    const auto kind = static_cast<std::size_t>(calibration.series[step.series].kind.row);
    const double square = (step.size * step.size - step.explained) / step.years;
    of_kind[kind] += square;
    of_series[step.series] += square;
    kind_count[kind] += 1;
    count[step.series] += 1;
  }
  std::vector<double> result;
  for (std::size_t s = 0; s < n; ++s) {
    const auto kind = static_cast<std::size_t>(calibration.series[s].kind.row);
    const double stated = calibration.kinds[kind].discrepancy_sd;
    const double pooled = (kPriorSteps * stated * stated + std::max(0.0, of_kind[kind])) /
                          (kPriorSteps + kind_count[kind]);
    result.push_back(
        std::sqrt((kPriorSteps * pooled + std::max(0.0, of_series[s])) / (kPriorSteps + count[s])));
  }
  return result;
}

std::string errors_table(const Calibration& calibration, const std::vector<double>& step_sd) {
  std::string text = "series,kind,step_sd\n";
  for (std::size_t s = 0; s < calibration.series.size(); ++s) {
    std::ostringstream number;
    number.precision(4);
    number << step_sd[s];
    text += csv_field(calibration.series[s].id) + "," +
            csv_field(calibration.kind_of(calibration.series[s]).id) + "," + number.str() + "\n";
  }
  return text;
}

std::vector<Step> published_steps(const Calibration& calibration, int last,
                                  const std::vector<double>& drift) {
  std::vector<Step> steps;
  for (std::size_t s = 0; s < calibration.series.size(); ++s) {
    const auto& one = calibration.series[s];
    const auto& kind = calibration.kind_of(one);
    int year = 0;
    double before = 0;
    for (const auto& [y, value] : one.published) {
      if (y > last) break;
      const double now = kind.transformed(value);
      if (year > 0) {
        const double expected = drift.empty() ? 0 : drift[s] * (y - year);
        steps.push_back({s, now - before - expected, y - year});
      }
      before = now;
      year = y;
    }
  }
  return steps;
}

Ensemble model_ensemble(const Calibration& calibration, const Simulated& simulated,
                        std::size_t series, int year, int origin,
                        const std::vector<double>* step_sd, int copies, std::uint64_t seed) {
  const auto& kind = calibration.kind_of(calibration.series[series]);
  const auto row = row_of(simulated, year);
  Ensemble members;
  for (std::size_t run = 0; run < simulated.values.size(); ++run) {
    const double value =
        kind.transformed(simulated.values[run](row, static_cast<Eigen::Index>(series)));
    if (!step_sd) {
      members.push_back(value);
      continue;
    }
    for (int copy = 0; copy < copies; ++copy) {
      // Year by year, so that one future's errors of successive years belong together.
      auto draws = Streams{seed, static_cast<std::uint64_t>(copy)}(Luck::kModelError, run, series);
      double error = 0;
      for (int y = origin; y < year; ++y) error += draws.normal(0, (*step_sd)[series]);
      members.push_back(value + error);
    }
  }
  return members;
}

Ensemble walk_ensemble(double value, double step_sd, int steps, double drift_sd, int members,
                       std::uint64_t seed, std::uint64_t series) {
  Ensemble result;
  const double sd = std::hypot(step_sd * std::sqrt(double(steps)), drift_sd * steps);
  for (int m = 0; m < members; ++m)
    result.push_back(
        value + Streams{seed, 0}(Luck::kWalk, static_cast<std::uint64_t>(m), series).normal(0, sd));
  return result;
}

double fair_crps(const Ensemble& members, double outcome) {
  Ensemble sorted = members;
  std::sort(sorted.begin(), sorted.end());
  const auto n = static_cast<double>(sorted.size());
  double distance = 0, pairs = 0;  // sum of |x_i - x_j| over i < j, from the order
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    distance += std::abs(sorted[i] - outcome);
    pairs += sorted[i] * (2 * static_cast<double>(i) + 1 - n);
  }
  return distance / n - (sorted.size() > 1 ? pairs / (n * (n - 1)) : 0);
}

ForecastStudy read_forecast(const std::string& file) {
  using F = ForecastStudy;
  static const std::vector<Field<F>> head{
      {.key = "title", .member = &F::title, .unit = "", .meaning = "what is forecast"},
      {.key = "experiment",
       .member = &F::experiment,
       .unit = "",
       .meaning = "its runs, relative to this file"},
      {.key = "calibration",
       .member = &F::calibration,
       .unit = "",
       .meaning = "whose series are forecast, relative to this file"},
      {.key = "errors",
       .member = &F::errors,
       .unit = "",
       .meaning = "the step deviations that tavolo backtest wrote, relative to this file"},
      {.key = "origin", .member = &F::origin, .unit = "year", .meaning = "the last that is known"},
      {.key = "to", .member = &F::to, .unit = "year", .meaning = "the last that is forecast"},
      {.key = "copies",
       .member = &F::copies,
       .unit = "",
       .meaning = "of each run, with errors of their own",
       .range = {1, 1000},
       .required = false},
      {.key = "seed",
       .member = &F::seed,
       .unit = "",
       .meaning = "of the errors",
       .range = {0, 2147483647},
       .required = false},
  };
  using C = F::Chance;
  static const std::vector<Field<C>> chances{
      {.key = "id", .member = &C::id, .unit = "", .meaning = "of the row"},
      {.key = "series", .member = &C::series, .unit = "", .meaning = "of the calibration"},
      {.key = "year", .member = &C::year, .unit = "year", .meaning = "in which"},
      {.key = "at_least", .member = &C::at_least, .unit = "of the series", .meaning = "the bound"},
      {.key = "by_then",
       .member = &C::by_then,
       .unit = "",
       .meaning = "in some year up to then, not in that one",
       .required = false},
  };
  Problems problems;
  const Config config = Config::load(file, problems);
  problems.throw_if_any();
  auto study = read_head(config, file, head, {"chances"}, problems);
  study.chances = read_rows<C>(config, "chances", std::span{chances}, problems);
  problems.throw_if_any();
  study.study = read_calibration(beside_file(file, study.calibration));
  std::vector<std::string_view> ids;
  for (const auto& one : study.study.series) ids.push_back(one.id);
  for (auto& chance : study.chances) {
    chance.row = index_of(study.study, chance.series);
    if (chance.row == ids.size())
      problems.add(config.place("chances", chance.id, "series"),
                   "there is no series \"" + chance.series + "\".",
                   "A chance is one of a series that is forecast.", suggestion(chance.series, ids));
  }
  if (study.origin >= study.to)
    problems.add(config.place("", {}, "to"), "to is not after origin.",
                 "The years between are forecast.", "Write a later year.");
  const auto errors = CsvTable::load(beside_file(file, study.errors), problems);
  problems.throw_if_any();
  for (const auto* column : {"series", "step_sd"})
    if (!errors.has(column))
      problems.add(errors.place(), std::string{"there is no column "} + column + ".",
                   "It says how far the model errs in a year.",
                   "Use the file that tavolo backtest writes.");
  problems.throw_if_any();
  const auto names = errors.text("series");
  const auto sds = errors.numbers("step_sd", {0}, problems);
  for (const auto& one : study.study.series) {
    const auto at = std::find(names.begin(), names.end(), one.id);
    if (at == names.end())
      problems.add(errors.place(), "series \"" + one.id + "\" has no row.",
                   "Every series is forecast with its error.", "Give tavolo backtest again.");
    else
      study.step_sd.push_back(sds[static_cast<std::size_t>(at - names.begin())]);
  }
  problems.throw_if_any();
  return study;
}

Forecasts make_forecast(const ForecastStudy& study, const std::string& store) {
  const auto& calibration = study.study;
  const auto simulated = read_simulated(store, calibration.series);
  Forecasts result;
  result.runs = simulated.values.size();
  const auto ensemble = [&](std::size_t s, int year, bool error) {
    return model_ensemble(calibration, simulated, s, year, study.origin,
                          error ? &study.step_sd : nullptr, study.copies,
                          static_cast<std::uint64_t>(study.seed));
  };
  for (std::size_t s = 0; s < calibration.series.size(); ++s) {
    const auto& kind = calibration.kind_of(calibration.series[s]);
    for (int year = study.origin + 1; year <= study.to; ++year) {
      const auto all = natural(kind, ensemble(s, year, true));
      const auto alone = natural(kind, ensemble(s, year, false));
      Quantiles row{s, year, mean(all), {}, {}};
      for (const double p : kForecastLevels) {
        row.with_error.push_back(quantile(all, p));
        row.runs_alone.push_back(quantile(alone, p));
      }
      result.quantiles.push_back(std::move(row));
    }
  }
  for (const auto& chance : study.chances) {
    const auto& kind = calibration.kind_of(calibration.series[chance.row]);
    for (const bool error : {true, false}) {
      std::vector<bool> hit;
      for (int year = chance.by_then ? study.origin + 1 : chance.year; year <= chance.year;
           ++year) {
        const auto values = natural(kind, ensemble(chance.row, year, error));
        hit.resize(values.size(), false);
        for (std::size_t i = 0; i < values.size(); ++i)
          if (values[i] >= chance.at_least) hit[i] = true;
      }
      const double share = static_cast<double>(std::count(hit.begin(), hit.end(), true)) /
                           static_cast<double>(hit.size());
      (error ? result.chance : result.chance_runs).push_back(share);
    }
  }
  return result;
}

std::string forecast_csv(const ForecastStudy& study, const Forecasts& forecasts) {
  std::ostringstream out;
  out << "series,year,mean,q05,q25,q50,q75,q95,runs_q05,runs_q25,runs_q50,runs_q75,runs_q95\n";
  for (const auto& row : forecasts.quantiles) {
    out << csv_field(study.study.series[row.series].id) << ',' << row.year << ',';
    const auto number = [](double v) {
      std::ostringstream text;
      text.precision(6);
      text << v;
      return text.str();
    };
    out << number(row.mean);
    for (const double v : row.with_error) out << ',' << number(v);
    for (const double v : row.runs_alone) out << ',' << number(v);
    out << '\n';
  }
  return out.str();
}

std::string forecast_markdown(const ForecastStudy& study, const Forecasts& forecasts) {
  std::ostringstream out;
  out << "## " << study.title << "\n\n"
      << forecasts.runs << " runs, each with " << study.copies
      << " errors of the model. Median [5 % .. 95 %]; in brackets the runs alone.\n\n| |";
  for (int year = study.origin + 1; year <= study.to; ++year) out << ' ' << year << " |";
  out << "\n| --- |";
  for (int year = study.origin + 1; year <= study.to; ++year) out << " --- |";
  std::size_t last = static_cast<std::size_t>(-1);
  for (const auto& row : forecasts.quantiles) {
    if (row.series != last) out << "\n| " << study.study.series[row.series].label << " |";
    last = row.series;
    out << ' ' << human(row.with_error[2], 3) << " [" << human(row.with_error[0], 3) << " .. "
        << human(row.with_error[4], 3) << "] (" << human(row.runs_alone[0], 3) << " .. "
        << human(row.runs_alone[4], 3) << ") |";
  }
  out << "\n\n| chance | with error | runs alone |\n| --- | --- | --- |\n";
  for (std::size_t c = 0; c < study.chances.size(); ++c) {
    const auto& chance = study.chances[c];
    out << "| " << study.study.series[chance.row].label << " at least " << human(chance.at_least, 3)
        << (chance.by_then ? " in some year up to " : " in ") << chance.year << " | "
        << human(forecasts.chance[c], 2) << " | " << human(forecasts.chance_runs[c], 2) << " |\n";
  }
  return out.str();
}

}  // namespace tavolo::engine
