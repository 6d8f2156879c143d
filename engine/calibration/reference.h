#pragma once

#include <eigen3/Eigen/Dense>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/calibration/emulator.h"
#include "engine/calibration/study.h"
#include "engine/experiment/design.h"
#include "engine/experiment/sweep.h"

namespace tavolo::engine {

/// Somebody asked to stop. What was made stays, and the same command goes on.
class Interrupted : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The runs of a calibration, a row each: where in the prior's unit cube, and what came out.
struct Reference {
  Eigen::MatrixXd u;       ///< runs x parameters
  Eigen::MatrixXd y;       ///< runs x targets, transformed
  std::vector<int> wave;   ///< from 0
  std::size_t failed = 0;  ///< runs that are left out
};

/// Runs in waves: the first from the whole prior, every further one from what is not ruled out.
struct Waves {
  Reference reference;
  std::vector<HistoryMatch> matches;  ///< after each wave; a point is left when all keep it
  std::vector<double> left;           ///< share of the prior after each wave, an estimate
};

struct WaveOptions {
  std::string folder;  ///< wave-1.sqlite, points-2-<key>.csv, wave-2.sqlite, …: made or continued
  SweepOptions sweep;  ///< its store is set here
  bool report = true;  ///< says what is done on standard error
  /// Waves whose stores hold all runs are read as they are, whatever version made them.
  bool as_they_are = false;
};

/// One run, with luck of its own, of every row of a table of parameters.
struct TableRuns {
  std::string title, file;  ///< a scenario is relative to the file
  std::string scenario, policy;
  std::vector<std::string> set;
  int seed = 0;
  std::string table;        ///< CSV
  std::string design = {};  ///< instead of a table: [design] keys and [factors]
};
Experiment experiment_of(const TableRuns& runs, const ModelFamily& family, const OwnScenario& own);

/// Makes the runs of an experiment that its store misses. @throws RunError when interrupted.
void make_runs(const Experiment& experiment, const ModelFamily& family, const WaveOptions& options,
               const std::string& store);

/// Appends a store's runs. @throws InputError when it lacks a target's year
void append_runs(const Calibration& calibration, const std::vector<Target>& targets,
                 const std::string& store, int wave, Reference& reference);

/// The runs of all waves in what the last one was drawn from.
std::vector<Eigen::Index> rows_left(const Waves& waves);

/// Makes the runs that are missing and reads all. Killed at any moment and called again it ends
/// with the same files. All runs of a wave meet luck of their own.
/// @throws InputError as sweeps do; RunError when it was interrupted.
Waves make_waves(const Calibration& calibration, const ModelFamily& family, const OwnScenario& own,
                 const WaveOptions& options);

/// The sums of the series' indicators in a store, by run: years x series of each, NaN where a year
/// is not recorded. `points`: index of each run's design point.
struct Simulated {
  std::vector<int> years;
  std::vector<std::vector<std::string>> levels;  ///< of the factors, by design point
  std::vector<std::size_t> points;
  std::vector<Eigen::MatrixXd> values;
};
Simulated read_simulated(const std::string& store, const std::vector<PublishedSeries>& series);

/// Points that no match rules out: uniform draws over what is left of the cube, by slice sampling
/// (Neal 2003, Annals of Statistics 31, 705-767) from rows that are such draws already.
Eigen::MatrixXd draw_left(const std::vector<HistoryMatch>& matches, const Eigen::MatrixXd& start,
                          int points, std::uint64_t seed, int wave);

}  // namespace tavolo::engine
