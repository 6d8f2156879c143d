#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/experiment/design.h"
#include "engine/experiment/stages.h"
#include "engine/experiment/store.h"
#include "engine/experiment/supervisor.h"
#include "engine/model.h"

namespace tavolo::engine {

/// How many runs may fail before a sweep stops: a number, or a share of all runs asked for.
struct FailureLimit {
  std::optional<std::size_t> number;
  std::optional<double> share;  ///< 0..1

  bool exceeded(std::size_t failed, std::size_t asked) const {
    return (number && failed > *number) ||
           (share && static_cast<double>(failed) > *share * static_cast<double>(asked));
  }
};

struct SweepOptions {
  std::string store;            ///< the SQLite file, made or continued
  int threads = 0;              ///< 0: all cores
  bool retry = false;           ///< run failed runs again
  bool progress = false;        ///< a bar on a terminal, a line every ten seconds elsewhere
  std::int64_t most_bytes = 0;  ///< the store grows no further; 0: as far as the disk allows
  std::function<bool()> stop_requested = [] { return false; };  ///< asked by several threads
  int processes = 0;           ///< above 0: runs are made by so many processes (supervisor.h)
  double timeout_seconds = 0;  ///< of one run; 0: none. Needs processes
  /// What starts a process that serves this store; "STORE" is put in its place.
  std::vector<std::string> worker = {};
  std::size_t shard = 0, shards = 1;  ///< makes only the runs of this shard, every shards-th
  FailureLimit failure_limit = {};    ///< failures that are about to be tried again do not count
};

struct SweepOutcome {
  std::size_t points = 0;
  std::size_t runs = 0;  ///< asked for: of the whole design, or of its stages until now
  std::size_t done = 0, failed = 0;
  RunCounts counts{};              ///< of all that was asked for, by status
  std::size_t made_now = 0;        ///< by this call, done or failed
  bool interrupted = false;        ///< stopped on request before all runs were made
  bool too_many_failures = false;  ///< stopped at the failure limit
  std::vector<StageRow> stages{};  ///< of sequential replications, that are complete
};

/// Makes every run that the store misses, on all cores: a grid replication by replication, samples
/// one after another, so that a store that was interrupted compares all policies. Where results say
/// how many replications there are (stages.h), stage by stage. A run that throws
/// is stored as failed and the sweep goes on; with `processes` also one that crashes or hangs.
/// Killed at any moment and called again it ends with the same store.
/// @throws InputError for a store that cannot be used (store.h), a disk that is full, or design
/// points that the model refuses; every problem of them.
SweepOutcome run_sweep(const Experiment& experiment, const ModelFamily& family,
                       const SweepOptions& options);

/// The order in which runs are made: position 0, 1, … of all points and so many replications.
Job job_at(const Experiment& experiment, int replications, std::size_t position);

/// The runs that one stage of a sweep still misses.
class Missing {
 public:
  /// @param statuses as StoreWriter::statuses says, of stages.most_asked() replications
  Missing(const Experiment& experiment, const Stages& stages, const SweepOptions& options,
          std::vector<RunStatus> statuses);
  /// Any number of threads may ask; nothing after the last.
  std::optional<Job> next();
  std::size_t count() const { return count_; }         ///< at the beginning
  const RunCounts& counts() const { return counts_; }  ///< of all runs asked for, by status
  RunStatus status(std::size_t point, int replication) const;
  std::size_t left() const;  ///< positions not yet looked at, an upper bound of runs

 private:
  bool wanted(std::size_t position) const;
  const Experiment& experiment_;
  const Stages& stages_;
  const SweepOptions& options_;
  std::vector<RunStatus> statuses_;
  int replications_;
  RunCounts counts_{};
  std::size_t count_ = 0;
  std::atomic<std::size_t> next_{0};
};

/// Ends the stages whose runs are all there, as `store` has them, and keeps the decisions in it.
void decide_stages(Stages& stages, const Experiment& experiment, StoreWriter& store);

/// Prepares every design point of a grid, or the first few samples, and runs none.
/// @throws InputError with every problem of every point.
void check_points(const Experiment& experiment, const ModelFamily& family);

/// What a sweep would take.
struct Forecast {
  std::size_t points = 0, runs = 0;
  std::size_t least_runs = 0;  ///< where results decide: of the first stage
  double seconds = 0;          ///< of wall time, for `runs`
  double least_seconds = 0, most_seconds = 0;
  double store_bytes = 0;
};

/// Times two replications of every policy on one thread, at the first combination of factor levels,
/// and scales them up. The range goes from the quicker one, shared out perfectly, to the slower
/// one on threads that work at 60 %, as they do when they share memory or half a core.
/// @throws InputError for design points that the model refuses, RunError when a pilot run fails.
Forecast forecast_sweep(const Experiment& experiment, const ModelFamily& family, int threads);

/// While it lives, Ctrl-C and SIGTERM ask for a stop instead of ending the process; the second
/// signal ends it (the store loses no committed run even then).
class StopOnSignal {
 public:
  StopOnSignal();
  ~StopOnSignal();
  StopOnSignal(const StopOnSignal&) = delete;
  StopOnSignal& operator=(const StopOnSignal&) = delete;
  static bool requested();
};

}  // namespace tavolo::engine
