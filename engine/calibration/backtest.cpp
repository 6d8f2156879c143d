#include "engine/calibration/backtest.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <sstream>

#include "engine/experiment/bootstrap.h"
#include "engine/experiment/statistics.h"
#include "engine/experiment/table.h"

namespace tavolo::engine {
namespace {

/// What is published of a series up to a year, transformed.
struct Past {
  std::vector<int> years;
  std::vector<double> values;
};

Past past_of(const Calibration& c, std::size_t s, int last) {
  Past past;
  for (const auto& [year, value] : c.series[s].published)
    if (year <= last) {
      past.years.push_back(year);
      past.values.push_back(c.kind_of(c.series[s]).transformed(value));
    }
  return past;
}

/// Intercept at `year` and slope of the least-squares line.
double line_at(const Past& past, int year) {
  const auto n = static_cast<double>(past.years.size());
  if (past.years.size() < 3) return past.values.back();
  double my = 0, mv = 0, xx = 0, xy = 0;
  for (std::size_t i = 0; i < past.years.size(); ++i) {
    my += past.years[i] / n;
    mv += past.values[i] / n;
  }
  for (std::size_t i = 0; i < past.years.size(); ++i) {
    xx += (past.years[i] - my) * (past.years[i] - my);
    xy += (past.years[i] - my) * (past.values[i] - mv);
  }
  return mv + xy / xx * (year - my);
}

double mean_step(const Past& past) {
  const int span = past.years.back() - past.years.front();
  return span > 0 ? (past.values.back() - past.values.front()) / span : 0;
}

std::string percent(double share) {
  std::ostringstream text;
  text.precision(0);
  text << std::fixed << 100 * share;
  return text.str();
}

std::string fixed(double value, int digits) {
  std::ostringstream text;
  text.precision(digits);
  text << std::fixed << value;
  return text.str();
}

}  // namespace

BacktestStudy read_backtest(const std::string& file) {
  using B = BacktestStudy;
  using W = B::Window;
  static const std::vector<Field<B>> head{
      {.key = "title", .member = &B::title, .unit = "", .meaning = "what is judged"},
      {.key = "calibration",
       .member = &B::calibration,
       .unit = "",
       .meaning = "its study, relative to this file"},
      {.key = "market",
       .member = &B::market,
       .unit = "",
       .meaning = "the series whose growth a baseline gives to all that is counted"},
      {.key = "horizons",
       .member = &B::horizons,
       .unit = "years",
       .meaning = "ahead",
       .range = {1, 50}},
      {.key = "draws",
       .member = &B::draws,
       .unit = "runs",
       .meaning = "of each window's posterior",
       .range = {2, 100000},
       .required = false},
      {.key = "copies",
       .member = &B::copies,
       .unit = "",
       .meaning = "of each run, with errors of their own",
       .range = {1, 1000},
       .required = false},
      {.key = "members",
       .member = &B::members,
       .unit = "",
       .meaning = "of a baseline's ensemble",
       .range = {10, 100000},
       .required = false},
      {.key = "seed",
       .member = &B::seed,
       .unit = "",
       .meaning = "of runs and errors",
       .range = {0, 2147483647}},
  };
  static const std::vector<Field<W>> windows{
      {.key = "id", .member = &W::id, .unit = "", .meaning = "of the row"},
      {.key = "fit_to", .member = &W::fit_to, .unit = "year", .meaning = "the last that is known"},
      {.key = "scenario",
       .member = &W::scenario,
       .unit = "",
       .meaning = "that forecasts are run from, relative to this file",
       .required = false},
      {.key = "policy", .member = &W::policy, .unit = "", .meaning = "in force", .required = false},
      {.key = "set",
       .member = &W::set,
       .unit = "",
       .meaning = "changes of the scenario, path=value",
       .required = false},
  };
  Problems problems;
  const Config config = Config::load(file, problems);
  problems.throw_if_any();
  auto study = read_head(config, file, head, {"windows"}, problems);
  study.windows = read_rows<W>(config, "windows", std::span{windows}, problems);
  problems.throw_if_any();
  study.study = read_calibration(beside_file(file, study.calibration));
  std::vector<std::string_view> ids;
  for (std::size_t s = 0; s < study.study.series.size(); ++s) {
    ids.push_back(study.study.series[s].id);
    if (study.study.series[s].id == study.market) study.market_row = s;
  }
  if (std::find(ids.begin(), ids.end(), study.market) == ids.end())
    problems.add(config.place("", {}, "market"), "there is no series \"" + study.market + "\".",
                 "A baseline lets what is counted grow as it did.", suggestion(study.market, ids));
  for (auto& window : study.windows) {
    if (window.policy.empty()) window.policy = study.study.policy;
    if (&window != &study.windows.front() && window.fit_to < (&window - 1)->fit_to)
      problems.add(config.place("windows", window.id, "fit_to"),
                   "window \"" + window.id + "\" is fitted to fewer years than the one before it.",
                   "A window's error is told by the misses of those before it.",
                   "Let windows stand in the order of their years.");
    if (study.study.targets(window.fit_to).empty())
      problems.add(config.place("windows", window.id, "fit_to"),
                   "window \"" + window.id + "\" is fitted to no figure.",
                   "Targets begin in " + std::to_string(study.study.from) + " at the earliest.",
                   "Let fit_to be a year of one, or later.");
  }
  problems.throw_if_any();
  return study;
}

Score score(const Ensemble& members, double outcome, const SeriesKind& kind) {
  Score result;
  result.crps = fair_crps(members, outcome);
  result.bias = quantile(members, 0.5) - outcome;
  result.in50 = outcome >= quantile(members, 0.25) && outcome <= quantile(members, 0.75);
  result.in90 = outcome >= quantile(members, 0.05) && outcome <= quantile(members, 0.95);
  result.rank = static_cast<double>(std::count_if(members.begin(), members.end(),
                                                  [&](double m) { return m < outcome; })) /
                static_cast<double>(members.size());
  for (const double p : {0.05, 0.5, 0.95})
    result.shown.push_back(kind.natural(quantile(members, p)));
  return result;
}

namespace {

/// Steps of the misses of runs by themselves, from the year that they start in. What their own
/// spread accounts for is told apart: the error is what comes on top.
std::vector<Step> misses_of(const Calibration& c, const Simulated& simulated, int from, int last) {
  std::vector<Step> steps;
  for (std::size_t s = 0; s < c.series.size(); ++s) {
    Ensemble before(simulated.values.size(), 0.0);
    double miss = 0;
    int year = from;
    for (const auto& [y, value] : c.series[s].published) {
      if (y <= from || y > last || y > simulated.years.back()) continue;
      const auto now = model_ensemble(c, simulated, s, y, from, nullptr, 1, 0);
      const double missed = c.kind_of(c.series[s]).transformed(value) - mean(now);
      Ensemble change;
      for (std::size_t i = 0; i < now.size(); ++i) change.push_back(now[i] - before[i]);
      // the year that runs start in is known, and of one value for all
      const double sd = standard_deviation(change);
      steps.push_back({s, missed - miss, y - year, sd * sd});
      before = now;
      miss = missed;
      year = y;
    }
  }
  return steps;
}

}  // namespace

Backtest backtest(const BacktestStudy& study, const ModelFamily& family, const OwnScenario& own,
                  const Waves& waves, const WaveOptions& options) {
  const auto& c = study.study;
  const auto seed = static_cast<std::uint64_t>(study.seed);
  const SyntheticLikelihood likelihood{waves.reference.u, waves.reference.y, rows_left(waves),
                                       c.targets(c.to), c.from};
  Backtest result;
  std::vector<Simulated> forecasts;
  // Misses that are known at the end of a year, of the forecasts that were made before it.
  const auto known_misses = [&](int year) {
    std::vector<Step> steps;
    for (std::size_t w = 0; w < forecasts.size(); ++w)
      for (const auto& step : misses_of(c, forecasts[w], study.windows[w].fit_to, year))
        steps.push_back(step);
    return steps;
  };
  for (std::size_t w = 0; w < study.windows.size(); ++w) {
    const auto& window = study.windows[w];
    const auto columns = likelihood.known(window.fit_to);
    const auto posterior = likelihood.posterior(likelihood.published(), columns, seed);
    result.fits.push_back({columns.size(), posterior.scale_reduction, posterior.agreement});
    const auto model_sd = step_deviations(c, known_misses(window.fit_to));

    const auto experiment =
        experiment_of({.title = study.title + ": " + window.id,
                       .file = study.file,
                       .scenario = window.scenario,
                       .policy = window.policy,
                       .set = window.set,
                       .seed = study.seed + static_cast<int>(w),
                       .table = posterior_table(c, posterior, study.draws, seed)},
                      family, own);
    const std::string store = options.folder + "/window-" + window.id + ".sqlite";
    if (options.report) std::fprintf(stderr, "window %s: %s\n", window.id.c_str(), store.c_str());
    make_runs(experiment, family, options, store);
    forecasts.push_back(read_simulated(store, c.series));
    const auto& simulated = forecasts.back();

    // Baselines know what was published up to then, and are as unsure as changes were.
    const auto market = past_of(c, study.market_row, window.fit_to);
    const double growth = mean_step(market);
    std::vector<double> drift(c.series.size(), 0), grown(c.series.size(), 0);
    for (std::size_t s = 0; s < c.series.size(); ++s) {
      const auto past = past_of(c, s, window.fit_to);
      if (past.values.size() > 2) drift[s] = mean_step(past);  // as the line has a slope then
      if (c.kind_of(c.series[s]).transform == "log") grown[s] = growth;
    }
    const auto last_sd = step_deviations(c, published_steps(c, window.fit_to));
    const auto trend_sd = step_deviations(c, published_steps(c, window.fit_to, drift));
    const auto grown_sd = step_deviations(c, published_steps(c, window.fit_to, grown));

    for (std::size_t s = 0; s < c.series.size(); ++s) {
      const auto& kind = c.kind_of(c.series[s]);
      const auto past = past_of(c, s, window.fit_to);
      if (past.values.empty()) continue;
      for (const double ahead : study.horizons) {
        const int horizon = static_cast<int>(ahead), year = window.fit_to + horizon;
        const auto found = c.series[s].published.find(year);
        if (found == c.series[s].published.end()) continue;
        const double outcome = kind.transformed(found->second);
        Case one{w, s, year, horizon, found->second, {}};
        const auto add = [&](const Ensemble& members) {
          one.scores.push_back(score(members, outcome, kind));
        };
        add(model_ensemble(c, simulated, s, year, window.fit_to, &model_sd, study.copies, seed));
        add(model_ensemble(c, simulated, s, year, window.fit_to, nullptr, 1, seed));
        const int steps = year - past.years.back();
        const auto walk = [&](double value, double sd, double drift_sd, std::uint64_t stream) {
          add(walk_ensemble(value, sd, steps, drift_sd, study.members, seed + 1000 * stream, s));
        };
        // A mean of n changes is known up to one over the root of n of their deviation.
        const auto doubt = [](double sd, const Past& of) {
          return of.years.size() > 1 ? sd / std::sqrt(double(of.years.size() - 1)) : 0.0;
        };
        walk(past.values.back(), last_sd[s], 0, 1);
        walk(line_at(past, year), trend_sd[s],
             past.values.size() > 2 ? doubt(trend_sd[s], past) : 0, 2);
        // A share does not grow with the market: the same futures as those of the last value.
        const bool grows = grown[s] != 0;
        walk(past.values.back() + grown[s] * steps, grown_sd[s],
             grows ? doubt(last_sd[study.market_row], market) : 0, grows ? 3 : 1);
        result.cases.push_back(std::move(one));
      }
    }
  }
  result.step_sd = step_deviations(c, known_misses(c.to));
  return result;
}

Skill skill_of(const std::vector<const Case*>& cases) {
  Skill result;
  result.cases = cases.size();
  if (cases.empty()) return result;
  const auto n = static_cast<double>(cases.size());
  // A series' scale: the mean score of the last value over its cases.
  std::map<std::size_t, std::pair<double, double>> scale;
  for (const auto* one : cases) {
    scale[one->series].first += one->scores[kFirstBaseline].crps;
    scale[one->series].second += 1;
  }
  std::vector<std::vector<double>> scaled(kMethods.size());
  result.crps.assign(kMethods.size(), 0);
  for (const auto* one : cases) {
    const auto& [sum, count] = scale[one->series];
    for (std::size_t m = 0; m < kMethods.size(); ++m) {
      scaled[m].push_back(one->scores[m].crps / std::max(sum / count, 1e-12));
      result.crps[m] += one->scores[m].crps / n;
    }
    result.cover50 += one->scores[0].in50 / n;
    result.cover90 += one->scores[0].in90 / n;
    result.cover50_alone += one->scores[1].in50 / n;
    result.cover90_alone += one->scores[1].in90 / n;
    result.bias += one->scores[0].bias / n;
  }
  result.best = kFirstBaseline;
  for (std::size_t m = kFirstBaseline; m < kMethods.size(); ++m)
    if (mean(scaled[m]) < mean(scaled[result.best])) result.best = m;
  result.value = 1 - mean(scaled[0]) / mean(scaled[result.best]);
  result.without_error = 1 - mean(scaled[1]) / mean(scaled[result.best]);
  std::vector<double> again;
  const Resampler resampler{cases.size()};
  std::vector<std::size_t> chosen;
  for (std::size_t r = 0; r < 1000; ++r) {
    resampler.draw(r, chosen);
    double ours = 0, theirs = 0;
    for (const auto i : chosen) {
      ours += scaled[0][i];
      theirs += scaled[result.best][i];
    }
    again.push_back(1 - ours / theirs);
  }
  result.interval = percentile_interval(again, 0.9);
  return result;
}

std::string backtest_markdown(const BacktestStudy& study, const Backtest& backtest) {
  const auto& c = study.study;
  std::ostringstream out;
  out << "## " << study.title
      << "\n\n| window | targets | scale reduction up to | agreement, % |\n| --- | --- | --- | --- "
         "|\n";
  for (std::size_t w = 0; w < backtest.fits.size(); ++w) {
    const auto& fit = backtest.fits[w];
    out << "| " << study.windows[w].id << " | " << fit.targets << " | "
        << fixed(fit.scale_reduction, 3) << " | " << percent(fit.agreement) << " |\n";
  }
  out << "\n### Skill\n\nMean CRPS in log points or log odds; skill against the best baseline "
         "[90 % of a paired bootstrap over cases]; coverage of 50 and 90 % intervals, in brackets "
         "of the runs alone; bias of the median.\n\n| series | cases | model | alone |";
  for (std::size_t m = kFirstBaseline; m < kMethods.size(); ++m) out << ' ' << kMethods[m] << " |";
  out << " skill | 50 % | 90 % | bias |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | "
         "--- "
         "| --- |\n";
  const auto line = [&](const std::string& label, const std::function<bool(const Case&)>& of) {
    std::vector<const Case*> chosen;
    for (const auto& one : backtest.cases)
      if (of(one)) chosen.push_back(&one);
    if (chosen.empty()) return;
    const auto skill = skill_of(chosen);
    out << "| " << label << " | " << skill.cases << " |";
    for (std::size_t m = 0; m < kMethods.size(); ++m)
      out << ' ' << (m == skill.best ? "**" : "") << fixed(skill.crps[m], 3)
          << (m == skill.best ? "**" : "") << " |";
    out << ' ' << fixed(skill.value, 2) << " [" << fixed(skill.interval.low, 2) << " .. "
        << fixed(skill.interval.high, 2) << "] | " << percent(skill.cover50) << " ("
        << percent(skill.cover50_alone) << ") | " << percent(skill.cover90) << " ("
        << percent(skill.cover90_alone) << ") | " << fixed(skill.bias, 3) << " |\n";
  };
  for (std::size_t s = 0; s < c.series.size(); ++s)
    line(c.series[s].label, [&](const Case& one) { return one.series == s; });
  for (std::size_t k = 0; k < c.kinds.size(); ++k)
    line("*" + c.kinds[k].label + "*", [&](const Case& one) {
      return static_cast<std::size_t>(c.series[one.series].kind.row) == k;
    });
  for (const double h : study.horizons)
    line("*" + fixed(h, 0) + " year(s) ahead*", [&](const Case& one) { return one.horizon == h; });
  for (std::size_t w = 0; w < study.windows.size(); ++w)
    line("*" + study.windows[w].id + "*", [&](const Case& one) { return one.window == w; });
  line("**all**", [](const Case&) { return true; });
  out << "\nCases share windows and so shocks: intervals are narrower than the truth.\n\n### "
         "Cases\n\n"
         "| window | series | year | published |";
  for (const auto* method : kMethods) out << ' ' << method << " |";
  out << "\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";
  for (const auto& one : backtest.cases) {
    out << "| " << study.windows[one.window].id << " | " << c.series[one.series].label << " | "
        << one.year << " | **" << human(one.outcome, 3) << "** |";
    for (const auto& s : one.scores)
      out << ' ' << human(s.shown[1], 3) << " [" << human(s.shown[0], 3) << " .. "
          << human(s.shown[2], 3) << "] |";
    out << '\n';
  }
  return out.str();
}

std::string backtest_csv(const BacktestStudy& study, const Backtest& backtest) {
  std::ostringstream out;
  out << "window,series,kind,year,horizon,published,method,q05,q50,q95,crps,bias,in50,in90,rank\n";
  for (const auto& one : backtest.cases)
    for (std::size_t m = 0; m < kMethods.size(); ++m) {
      const auto& s = one.scores[m];
      out << csv_field(study.windows[one.window].id) << ','
          << csv_field(study.study.series[one.series].id) << ','
          << csv_field(study.study.kind_of(study.study.series[one.series]).id) << ',' << one.year
          << ',' << one.horizon << ',' << exact(one.outcome) << ',' << csv_field(kMethods[m]);
      for (const double v : s.shown) out << ',' << exact(v);
      out << ',' << exact(s.crps) << ',' << exact(s.bias) << ',' << s.in50 << ',' << s.in90 << ','
          << exact(s.rank) << '\n';
    }
  return out.str();
}

}  // namespace tavolo::engine
