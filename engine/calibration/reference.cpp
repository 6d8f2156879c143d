#include "engine/calibration/reference.h"

#include <spdlog/spdlog.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <map>
#include <sstream>

#include "engine/experiment/statistics.h"
#include "engine/random.h"
#include "engine/text.h"
#include "engine/write_file.h"

namespace tavolo::engine {
namespace {

constexpr int kSweeps = 4;  ///< of slices through all coordinates, from one point to a new one

enum class Luck : std::uint32_t { kLeft = 1 };

bool kept_by(const std::vector<HistoryMatch>& matches, const Eigen::MatrixXd& u) {
  for (const auto& match : matches)
    if (match.implausibility(u)[0] > match.cutoff) return false;
  return true;
}

/// Which rows are left after the first `count` matches.
std::vector<bool> left_of(const std::vector<HistoryMatch>& matches, std::size_t count,
                          const Eigen::MatrixXd& u) {
  std::vector<bool> left(static_cast<std::size_t>(u.rows()), true);
  for (std::size_t m = 0; m < count; ++m) {
    const auto implausibility = matches[m].implausibility(u);
    for (Eigen::Index i = 0; i < u.rows(); ++i)
      if (implausibility[i] > matches[m].cutoff) left[static_cast<std::size_t>(i)] = false;
  }
  return left;
}

std::vector<Eigen::Index> where(const std::vector<bool>& chosen) {
  std::vector<Eigen::Index> rows;
  for (std::size_t i = 0; i < chosen.size(); ++i)
    if (chosen[i]) rows.push_back(static_cast<Eigen::Index>(i));
  return rows;
}

std::string table_of(const Calibration& calibration, const Eigen::MatrixXd& u) {
  std::string text;
  for (std::size_t j = 0; j < calibration.parameters.size(); ++j)
    text += (j > 0 ? "," : "") + calibration.parameters[j].path;
  text += '\n';
  for (Eigen::Index i = 0; i < u.rows(); ++i) {
    for (std::size_t j = 0; j < calibration.parameters.size(); ++j)
      text += (j > 0 ? "," : "") +
              calibration.parameters[j].distribution.level(u(i, static_cast<Eigen::Index>(j)));
    text += '\n';
  }
  return text;
}

/// A digest of numbers, bit for bit (FNV-1a).
class Digest {
 public:
  void add(const double* values, Eigen::Index n) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(values);
    for (std::size_t i = 0; i < static_cast<std::size_t>(n) * sizeof(double); ++i)
      hash_ = (hash_ ^ bytes[i]) * 0x100000001b3ULL;
  }
  std::string text() const {
    char buffer[17];
    std::snprintf(buffer, sizeof buffer, "%016llx", static_cast<unsigned long long>(hash_));
    return buffer;
  }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325ULL;
};

std::string key_of(const std::vector<HistoryMatch>& matches, const Eigen::MatrixXd& start,
                   int points) {
  Digest digest;
  digest.add(start.data(), start.size());
  const double n = points;
  digest.add(&n, 1);
  for (const auto& match : matches) {
    const Eigen::MatrixXd seen = match.of_targets(start);
    digest.add(seen.data(), seen.size());
    digest.add(&match.cutoff, 1);
  }
  return digest.text();
}

}  // namespace

Experiment experiment_of(const TableRuns& runs, const ModelFamily& family, const OwnScenario& own) {
  std::ostringstream text;
  text << "question = " << in_quotes(runs.title) << "\n\n[design]\npolicies = ["
       << in_quotes(runs.policy) << "]\nbaseline = " << in_quotes(runs.policy)
       << "\nreplications = 1\nseed = " << runs.seed << "\nevents = \"none\"\ncrn = \"policies\"\n";
  if (runs.table.empty())
    text << runs.design;
  else
    text << "kind = \"file\"\nfile = \"points.csv\"\n";
  std::vector<Override> overrides;
  for (const auto& change : runs.set) overrides.push_back(parse_override(change));
  return read_experiment_text(
      text.str(), runs.file, family, overrides, own,
      runs.scenario.empty() ? std::string{} : beside_file(runs.file, runs.scenario), runs.table);
}

namespace {

/// A wave: a sample of the prior, or given points. Every wave has its own seed, so that no two
/// runs of a calibration meet the same luck.
Experiment wave_experiment(const Calibration& calibration, const ModelFamily& family,
                           const OwnScenario& own, std::size_t wave, const std::string& table) {
  std::ostringstream design;
  design << "kind = \"sobol\"\nn = " << static_cast<int>(calibration.points[wave])
         << "\ndesign_seed = " << calibration.design_seed << "\n\n[factors]\n";
  for (const auto& parameter : calibration.parameters)
    design << in_quotes(parameter.path) << " = { dist = " << in_quotes(parameter.prior) << " }\n";
  return experiment_of({.title = calibration.title,
                        .file = calibration.file,
                        .scenario = calibration.scenario,
                        .policy = calibration.policy,
                        .set = calibration.set,
                        .seed = calibration.seed + static_cast<int>(wave),
                        .table = table,
                        .design = design.str()},
                       family, own);
}

}  // namespace

void make_runs(const Experiment& experiment, const ModelFamily& family, const WaveOptions& options,
               const std::string& store) {
  if (options.as_they_are && std::filesystem::exists(store)) {
    const auto counts = StoreReader{store, StoreReader::Read::kHead}.counts();
    if (counts[static_cast<std::size_t>(RunStatus::kDone)] + failures(counts) >=
        experiment.point_count() * static_cast<std::size_t>(experiment.replications))
      return;
  }
  auto sweep = options.sweep;
  sweep.store = store;
  const auto outcome = run_sweep(experiment, family, sweep);
  if (outcome.interrupted) throw Interrupted{"Interrupted. The same command goes on."};
  if (outcome.failed > 0)
    spdlog::warn("{} runs of {} failed and are left out: tavolo status {} says why", outcome.failed,
                 store, store);
}

std::vector<Eigen::Index> rows_left(const Waves& waves) {
  return where(left_of(waves.matches, waves.matches.size() - 1, waves.reference.u));
}

Simulated read_simulated(const std::string& store, const std::vector<PublishedSeries>& series) {
  const StoreReader reader{store};
  std::map<std::string, std::size_t> column;
  std::vector<std::string_view> known;
  for (const auto& indicator : reader.indicators()) known.push_back(indicator.name);
  std::string columns;
  Problems problems;
  for (const auto& one : series)
    for (const auto& name : one.indicators) {
      if (std::find(known.begin(), known.end(), name) == known.end())
        problems.add(Place{},
                     "series \"" + one.id + "\": indicator \"" + name + "\" is not recorded.",
                     "A series is laid beside what the model says of it.", suggestion(name, known));
      if (column.emplace(name, column.size()).second) columns += ", y." + sql_name(name);
    }
  problems.throw_if_any();
  Simulated result;
  for (const auto& point : reader.points()) result.levels.push_back(point.levels);
  Statement years{reader.database(), "SELECT DISTINCT year FROM year ORDER BY year"};
  while (years.step()) result.years.push_back(static_cast<int>(years.integer(0)));
  Statement query{reader.database(), "SELECT r.run_id, r.design_id, y.year" + columns +
                                         " FROM run r JOIN year y USING (run_id) WHERE r.status = "
                                         "'done' ORDER BY r.run_id, y.year"};
  std::int64_t last = -1;
  const auto rows = static_cast<Eigen::Index>(result.years.size());
  std::vector<std::vector<int>> at(series.size());
  for (std::size_t s = 0; s < series.size(); ++s)
    for (const auto& name : series[s].indicators)
      at[s].push_back(static_cast<int>(column[name]) + 3);
  while (query.step()) {
    if (query.integer(0) != last) {
      last = query.integer(0);
      result.points.push_back(static_cast<std::size_t>(query.integer(1) - 1));
      result.values.emplace_back(
          Eigen::MatrixXd::Constant(rows, static_cast<Eigen::Index>(series.size()),
                                    std::numeric_limits<double>::quiet_NaN()));
    }
    const auto y = std::lower_bound(result.years.begin(), result.years.end(), query.integer(2)) -
                   result.years.begin();
    for (std::size_t s = 0; s < series.size(); ++s) {
      double sum = 0;
      for (const int c : at[s]) sum += query.real(c);
      result.values.back()(y, static_cast<Eigen::Index>(s)) = sum;
    }
  }
  return result;
}

Eigen::MatrixXd draw_left(const std::vector<HistoryMatch>& matches, const Eigen::MatrixXd& start,
                          int points, std::uint64_t seed, int wave) {
  const Eigen::Index d = start.cols();
  Eigen::MatrixXd result(points, d);
  tbb::parallel_for(0, points, [&](int p) {
    auto draws =
        Streams{seed, static_cast<std::uint64_t>(wave)}(Luck::kLeft, static_cast<std::uint64_t>(p));
    const auto from = static_cast<Eigen::Index>(draws.uniform() * double(start.rows()));
    Eigen::MatrixXd u = start.row(from);
    for (int sweep = 0; sweep < kSweeps; ++sweep)
      for (Eigen::Index j = 0; j < d; ++j) {
        const double here = u(0, j);
        double low = 0, high = 1;
        for (int shrink = 0; shrink < 60; ++shrink) {
          u(0, j) = low + (high - low) * draws.uniform();
          if (kept_by(matches, u)) break;
          (u(0, j) < here ? low : high) = u(0, j);
          u(0, j) = here;
        }
      }
    result.row(p) = u.row(0);
  });
  return result;
}

void append_runs(const Calibration& calibration, const std::vector<Target>& targets,
                 const std::string& store, int wave, Reference& reference) {
  const auto simulated = read_simulated(store, calibration.series);
  std::map<int, std::size_t> year_of;
  for (std::size_t y = 0; y < simulated.years.size(); ++y) year_of[simulated.years[y]] = y;
  for (const auto& target : targets)
    if (!year_of.contains(target.year))
      throw InputError{
          store + " has no year " + std::to_string(target.year) + ".",
          "Series \"" + calibration.series[target.series].id + "\" is published then.",
          "Let the scenario's until be " + std::to_string(calibration.to) + " or later."};
  const auto n = static_cast<Eigen::Index>(simulated.points.size());
  const auto before = reference.u.rows();
  const auto d = static_cast<Eigen::Index>(calibration.parameters.size());
  reference.u.conservativeResize(before + n, d);
  reference.y.conservativeResize(before + n, static_cast<Eigen::Index>(targets.size()));
  for (Eigen::Index i = 0; i < n; ++i) {
    const auto run = static_cast<std::size_t>(i);
    const auto& levels = simulated.levels[simulated.points[run]];
    for (Eigen::Index j = 0; j < d; ++j)
      reference.u(before + i, j) =
          prior_probability(calibration.parameters[static_cast<std::size_t>(j)].distribution,
                            std::stod(levels[static_cast<std::size_t>(j)]));
    for (std::size_t t = 0; t < targets.size(); ++t) {
      const auto& series = calibration.series[targets[t].series];
      reference.y(before + i, static_cast<Eigen::Index>(t)) =
          calibration.kind_of(series).transformed(
              simulated.values[run](static_cast<Eigen::Index>(year_of[targets[t].year]),
                                    static_cast<Eigen::Index>(targets[t].series)));
    }
    reference.wave.push_back(wave);
  }
  reference.failed += simulated.levels.size() - simulated.points.size();
}

Waves make_waves(const Calibration& calibration, const ModelFamily& family, const OwnScenario& own,
                 const WaveOptions& options) {
  std::filesystem::create_directories(options.folder);
  const auto targets = calibration.targets(calibration.to);
  if (targets.empty())
    throw InputError{calibration.file + " has no target.",
                     "A parameter is calibrated on what was published.",
                     "Let a series have years between from and to, and fit = true."};
  Waves waves;
  auto& reference = waves.reference;
  double volume = 1;
  for (std::size_t k = 0; k < calibration.points.size(); ++k) {
    const std::string base = options.folder + "/wave-" + std::to_string(k + 1);
    const int points = static_cast<int>(calibration.points[k]);
    std::string table;
    if (k > 0) {
      // From the runs that are left, which are draws of it: of every wave's, those inside all cuts.
      const Eigen::MatrixXd start =
          reference.u(where(left_of(waves.matches, k, reference.u)), Eigen::all);
      // Named by all that it follows from: after a change of the study others are drawn.
      const std::string file = options.folder + "/points-" + std::to_string(k + 1) + "-" +
                               key_of(waves.matches, start, points) + ".csv";
      if (const auto kept = read_file(file); kept.index() == 0) {
        table = std::get<0>(kept);
      } else {
        table = table_of(calibration, draw_left(waves.matches, start, points,
                                                static_cast<std::uint64_t>(calibration.design_seed),
                                                static_cast<int>(k)));
        write_file(file, table);
      }
    }
    const auto experiment = wave_experiment(calibration, family, own, k, table);
    const std::string store = base + ".sqlite";
    if (options.report)
      std::fprintf(stderr, "wave %zu: %zu runs, %s\n", k + 1, experiment.point_count(),
                   store.c_str());
    make_runs(experiment, family, options, store);
    append_runs(calibration, targets, store, static_cast<int>(k), reference);
    // What this wave rules out, of what it was drawn from.
    const auto rows = where(left_of(waves.matches, k, reference.u));
    const Eigen::MatrixXd u = reference.u(rows, Eigen::all);
    HistoryMatch match{Emulators{u, reference.y(rows, Eigen::all)}, targets, calibration.from,
                       calibration.ignored};
    const Eigen::VectorXd implausibility = match.implausibility(u);
    const std::vector<double> all(implausibility.data(), implausibility.data() + u.rows());
    match.cutoff = std::max(calibration.cutoff, quantile(all, calibration.keep));
    const double share = static_cast<double>(std::count_if(
                             all.begin(), all.end(), [&](double v) { return v <= match.cutoff; })) /
                         static_cast<double>(all.size());
    volume *= share;
    waves.left.push_back(volume);
    if (options.report)
      std::fprintf(
          stderr,
          "wave %zu: implausibility up to %.2f is left, %.3g of the prior; emulators explain "
          "%.0f %% of the variance of a run's target, in the middle\n",
          k + 1, match.cutoff, volume, 100 * match.emulators().explained());
    waves.matches.push_back(std::move(match));
  }
  return waves;
}

}  // namespace tavolo::engine
