#include "engine/calibration/fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "engine/calibration/forecast.h"
#include "engine/csv.h"
#include "engine/experiment/statistics.h"
#include "engine/experiment/table.h"
#include "engine/random.h"

namespace tavolo::engine {
namespace {

constexpr std::array kShown{0.05, 0.5, 0.95};

enum class Luck : std::uint32_t { kMeasurement = 31 };

std::vector<double> values_of(const Eigen::VectorXd& v) { return {v.data(), v.data() + v.size()}; }

/// Makes the runs of a posterior table. @return their store
std::string run_posterior(const Calibration& calibration, const ModelFamily& family,
                          const OwnScenario& own, const WaveOptions& options,
                          const std::string& table, const char* name) {
  const auto experiment =
      experiment_of({.title = calibration.title,
                     .file = calibration.file,
                     .scenario = calibration.scenario,
                     .policy = calibration.policy,
                     .set = calibration.set,
                     .seed = calibration.seed + static_cast<int>(calibration.points.size()),
                     .table = table},
                    family, own);
  std::string store = options.folder + "/" + name;
  make_runs(experiment, family, options, store);
  return store;
}

/// Runs of the posterior beside the targets.
void compare_posterior(const Calibration& calibration, const std::string& store, Fit& fit) {
  const auto simulated = read_simulated(store, calibration.series);
  const auto n = static_cast<Eigen::Index>(fit.targets.size());
  fit.mean.resize(n);
  fit.sd.resize(n);
  for (std::size_t t = 0; t < fit.targets.size(); ++t) {
    const auto& target = fit.targets[t];
    const auto runs = model_ensemble(calibration, simulated, target.series, target.year,
                                     calibration.from - 1, nullptr, 1, 0);
    std::vector<double> sds(calibration.series.size(), target.discrepancy_sd);
    auto all =
        model_ensemble(calibration, simulated, target.series, target.year, calibration.from - 1,
                       &sds, 5, static_cast<std::uint64_t>(calibration.design_seed));
    auto measured = Streams{static_cast<std::uint64_t>(calibration.design_seed), 0}(
        Luck::kMeasurement, static_cast<std::uint64_t>(t));
    for (auto& value : all) value += measured.normal(0, target.observation_sd);
    const auto i = static_cast<Eigen::Index>(t);
    fit.mean[i] = mean(runs);
    fit.sd[i] = standard_deviation(runs);
    fit.low.push_back(quantile(all, 0.05));
    fit.high.push_back(quantile(all, 0.95));
    fit.implausibility.push_back(
        std::abs(target.value - fit.mean[i]) /
        std::sqrt(fit.sd[i] * fit.sd[i] + error_variance(target, calibration.from)));
  }
}

}  // namespace

Fit fit(const Calibration& calibration, const ModelFamily& family, const OwnScenario& own,
        const WaveOptions& options, std::size_t cases) {
  const auto waves = make_waves(calibration, family, own, options);
  Fit fit;
  fit.runs = static_cast<std::size_t>(waves.reference.u.rows());
  fit.failed = waves.reference.failed;
  fit.share_left = waves.left;
  fit.targets = calibration.targets(calibration.to);
  for (const auto& match : waves.matches) {
    fit.cutoffs.push_back(match.cutoff);
    fit.emulated.push_back(match.emulators().explained());
  }
  // Before anything was learned: the first wave.
  std::vector<Eigen::Index> first;
  for (std::size_t i = 0; i < waves.reference.wave.size(); ++i)
    if (waves.reference.wave[i] == 0) first.push_back(static_cast<Eigen::Index>(i));
  const Eigen::MatrixXd prior = waves.reference.y(first, Eigen::all);
  fit.prior_mean = prior.colwise().mean();

  const auto near = rows_left(waves);
  fit.left = near.size();
  const auto seed = static_cast<std::uint64_t>(calibration.design_seed);
  SyntheticLikelihood likelihood{waves.reference.u, waves.reference.y, near, fit.targets,
                                 calibration.from};
  const auto draw = [&] {
    fit.posterior =
        likelihood.posterior(likelihood.published(), likelihood.known(calibration.to), seed);
    fit.table = posterior_table(calibration, fit.posterior, calibration.draws, seed);
  };
  draw();
  Reference drawn;
  append_runs(calibration, fit.targets,
              run_posterior(calibration, family, own, options, fit.table, "posterior-1.sqlite"), 0,
              drawn);
  likelihood.correct(drawn.u, drawn.y);
  draw();
  for (std::size_t j = 0; j < calibration.parameters.size(); ++j) {
    const auto& prior_of = calibration.parameters[j].distribution;
    const auto u = values_of(fit.posterior.u.col(static_cast<Eigen::Index>(j)));
    for (const double p : kShown) {
      fit.prior_quantiles.push_back(prior_of.value(p));
      fit.quantiles.push_back(prior_of.value(quantile(u, p)));
    }
    std::vector<double> z;
    for (const double p : u) z.push_back(normal_quantile(p));
    fit.contraction.push_back(1 - standard_deviation(z) * standard_deviation(z));
  }
  compare_posterior(calibration,
                    run_posterior(calibration, family, own, options, fit.table, "posterior.sqlite"),
                    fit);
  if (cases > 0)
    fit.recovery = recover(waves.reference, near, fit.targets, calibration.from, cases, seed);
  return fit;
}

namespace {

/// Misses of the posterior's mean run, by series and by kind.
void add_misses(const Calibration& c, const Fit& fit, std::ostringstream& out) {
  out << "\n### In sample\n\nMisses of the mean of the posterior's runs, on the transformed "
         "scale.\n\n| series | years | within "
         "the "
         "90 % band | median absolute miss, % | largest, % | largest, in its unit |\n| --- | --- | "
         "--- | --- | --- | --- |\n";
  const auto line = [&](const std::string& label, const auto& of) {
    std::vector<double> relative, absolute;
    std::size_t inside = 0;
    for (std::size_t t = 0; t < fit.targets.size(); ++t) {
      const auto& target = fit.targets[t];
      if (!of(target)) continue;
      const auto& kind = c.kind_of(c.series[target.series]);
      const double truth = kind.natural(target.value);
      const double ours = kind.natural(fit.mean[static_cast<Eigen::Index>(t)]);
      relative.push_back(100 * std::abs(ours / truth - 1));
      absolute.push_back(std::abs(ours - truth));
      inside += target.value >= fit.low[t] && target.value <= fit.high[t];
    }
    if (relative.empty()) return;
    out << "| " << label << " | " << relative.size() << " | " << inside << " | "
        << human(quantile(relative, 0.5), 2) << " | " << human(quantile(relative, 1), 2) << " | "
        << human(quantile(absolute, 1), 3) << " |\n";
  };
  for (std::size_t s = 0; s < c.series.size(); ++s)
    line(c.series[s].label, [&](const Target& t) { return t.series == s; });
  for (std::size_t k = 0; k < c.kinds.size(); ++k)
    line("*" + c.kinds[k].label + "*", [&](const Target& t) {
      return static_cast<std::size_t>(c.series[t.series].kind.row) == k;
    });
}

}  // namespace

std::string fit_markdown(const Calibration& c, const Fit& fit) {
  std::ostringstream out;
  out << "## " << c.title << "\n\n"
      << fit.runs << " runs in " << c.points.size() << " waves, " << fit.failed
      << " failed; left after each wave (share of the prior, implausibility up to, "
      << "variance of a run's target that emulators explain, median): ";
  for (std::size_t w = 0; w < fit.share_left.size(); ++w)
    out << (w > 0 ? "; " : "") << human(fit.share_left[w], 2) << ", " << human(fit.cutoffs[w], 3)
        << ", " << human(fit.emulated[w], 2);
  out << ". " << fit.left << " runs lie where the last wave was drawn. " << fit.posterior.u.rows()
      << " draws of the posterior, scale reduction up to "
      << human(std::round(1000 * fit.posterior.scale_reduction) / 1000, 4) << "; "
      << human(100 * fit.posterior.agreement, 2)
      << " % of the data that it predicts lie farther from what it expects than what is "
         "published.\n\n"
      << "| parameter | prior | prior 5, 50, 95 % | posterior 5, 50, 95 % | contraction | source "
         "of "
         "the prior |\n| --- | --- | --- | --- | --- | --- |\n";
  for (std::size_t j = 0; j < c.parameters.size(); ++j) {
    out << "| `" << c.parameters[j].path << "` | " << c.parameters[j].prior << " |";
    for (const auto* q : {&fit.prior_quantiles, &fit.quantiles})
      out << ' ' << human((*q)[3 * j], 3) << ", " << human((*q)[3 * j + 1], 3) << ", "
          << human((*q)[3 * j + 2], 3) << " |";
    out << ' ' << human(std::round(100 * fit.contraction[j]) / 100, 2) << " | "
        << c.parameters[j].source << " |\n";
  }
  out << "\nContraction: one less the posterior's variance over the prior's, of normal scores.\n\n"
      << "| target | published | prior mean | posterior mean | 5 .. 95 % with errors | "
         "implausibility |\n| --- | --- | --- | --- | --- | --- |\n";
  std::size_t inside = 0;
  for (std::size_t t = 0; t < fit.targets.size(); ++t) {
    const auto& target = fit.targets[t];
    const auto& kind = c.kind_of(c.series[target.series]);
    const auto shown = [&](double v) { return human(kind.natural(v), 3); };
    const auto i = static_cast<Eigen::Index>(t);
    inside += target.value >= fit.low[t] && target.value <= fit.high[t];
    out << "| " << c.series[target.series].label << ' ' << target.year << " | **"
        << shown(target.value) << "** | " << shown(fit.prior_mean[i]) << " | " << shown(fit.mean[i])
        << " | " << shown(fit.low[t]) << " .. " << shown(fit.high[t]) << " | "
        << human(std::round(100 * fit.implausibility[t]) / 100, 3) << " |\n";
  }
  out << "\n"
      << inside << " of " << fit.targets.size()
      << " published values lie within their 90 % band. Means are of the transformed scale.\n";
  add_misses(c, fit, out);
  if (fit.recovery) {
    const auto& r = *fit.recovery;
    out << "\n### Recovery\n\n"
        << r.cases << " runs taken as the world in turn. Intervals of 50 % cover "
        << human(std::round(1000 * r.overall50) / 10, 3) << " %, of 90 % "
        << human(std::round(1000 * r.overall90) / 10, 3)
        << " % of the true values over all parameters.\n\n| parameter | 50 % cover | 90 % cover | "
           "contraction | ranks uniform, p | ranks by tenths |\n| --- | --- | --- | --- | --- | "
           "--- |\n";
    for (std::size_t j = 0; j < c.parameters.size(); ++j) {
      out << "| `" << c.parameters[j].path << "` | " << human(100 * r.cover50[j], 3) << " | "
          << human(100 * r.cover90[j], 3) << " | "
          << human(std::round(100 * r.contraction[j]) / 100, 2) << " | "
          << human(r.uniformity[j], 2) << " |";
      for (const auto b : r.ranks[j]) out << ' ' << b;
      out << " |\n";
    }
  }
  return out.str();
}

std::string fit_json(const Calibration& c, const Fit& fit) {
  nlohmann::ordered_json json{{"title", c.title},
                              {"runs", fit.runs},
                              {"failed", fit.failed},
                              {"left", fit.left},
                              {"share_left", fit.share_left},
                              {"cutoffs", fit.cutoffs},
                              {"posterior_draws", fit.posterior.u.rows()},
                              {"scale_reduction", fit.posterior.scale_reduction},
                              {"agreement", fit.posterior.agreement}};
  for (std::size_t j = 0; j < c.parameters.size(); ++j) {
    const auto three = [&](const std::vector<double>& q) {
      return std::vector<double>(q.begin() + 3 * static_cast<std::ptrdiff_t>(j),
                                 q.begin() + 3 * static_cast<std::ptrdiff_t>(j) + 3);
    };
    nlohmann::ordered_json row{{"id", c.parameters[j].path},
                               {"prior", c.parameters[j].prior},
                               {"source", c.parameters[j].source},
                               {"prior_quantiles", three(fit.prior_quantiles)},
                               {"posterior_quantiles", three(fit.quantiles)},
                               {"contraction", fit.contraction[j]}};
    if (fit.recovery)
      row.update({{"cover50", fit.recovery->cover50[j]},
                  {"cover90", fit.recovery->cover90[j]},
                  {"ranks", fit.recovery->ranks[j]},
                  {"uniformity", fit.recovery->uniformity[j]}});
    json["parameters"].push_back(std::move(row));
  }
  for (std::size_t t = 0; t < fit.targets.size(); ++t) {
    const auto& target = fit.targets[t];
    const auto& kind = c.kind_of(c.series[target.series]);
    const auto i = static_cast<Eigen::Index>(t);
    json["targets"].push_back({{"series", c.series[target.series].id},
                               {"year", target.year},
                               {"published", kind.natural(target.value)},
                               {"prior_mean", kind.natural(fit.prior_mean[i])},
                               {"posterior_mean", kind.natural(fit.mean[i])},
                               {"low", kind.natural(fit.low[t])},
                               {"high", kind.natural(fit.high[t])},
                               {"implausibility", fit.implausibility[t]}});
  }
  if (fit.recovery)
    json["recovery"] = {{"cases", fit.recovery->cases},
                        {"cover50", fit.recovery->overall50},
                        {"cover90", fit.recovery->overall90}};
  return json.dump(2) + "\n";
}

std::string parameters_text(const Calibration& c) {
  std::optional<CsvTable> kept;
  Problems problems;
  const std::string path = c.posterior.empty() ? "" : beside_file(c.file, c.posterior);
  if (!path.empty() && std::filesystem::exists(path)) kept = CsvTable::load(path, problems);
  problems.throw_if_any();
  std::vector<std::vector<std::string>> rows{{"parameter", "prior", "5 %", "50 %", "95 %",
                                              kept ? "posterior 5 %" : "", kept ? "50 %" : "",
                                              kept ? "95 %" : "", "source"}};
  for (const auto& parameter : c.parameters) {
    std::vector<std::string> row{parameter.path, parameter.prior};
    for (const double p : kShown) row.push_back(human(parameter.distribution.value(p), 3));
    const bool known = kept && kept->has(parameter.path);
    const auto draws = known ? kept->numbers(parameter.path, {}, problems) : std::vector<double>{};
    for (const double p : kShown) row.push_back(known ? human(quantile(draws, p), 3) : "");
    row.push_back(parameter.source);
    rows.push_back(std::move(row));
  }
  std::ostringstream out;
  out << c.title << "\n"
      << c.parameters.size() << " free parameters of " << c.scenario
      << (kept ? "; posterior of " + path : "; no posterior is kept") << ".\n\n";
  // The source is a sentence: at the end of the line, ragged.
  std::vector<std::vector<std::string>> columns;
  for (const auto& row : rows) columns.emplace_back(row.begin(), row.end() - 1);
  std::istringstream lines{aligned(columns, 2)};
  std::string line;
  for (std::size_t i = 0; i < rows.size() && std::getline(lines, line); ++i) {
    out << line << "  " << rows[i].back() << '\n';
    if (i == 0 && std::getline(lines, line)) out << line << '\n';  // the rule
  }
  return out.str();
}

}  // namespace tavolo::engine
