#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/experiment/design.h"
#include "engine/experiment/store.h"
#include "engine/experiment/supervisor.h"
#include "engine/model.h"

namespace tavolo::engine {

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
};

struct SweepOutcome {
  std::size_t points = 0;
  std::size_t runs = 0;  ///< of the whole design
  std::size_t done = 0, failed = 0;
  RunCounts counts{};        ///< of all that was asked for, by status
  std::size_t made_now = 0;  ///< by this call, done or failed
  bool interrupted = false;  ///< stopped on request before all runs were made
};

/// Makes every run that the store misses, on all cores: a grid replication by replication, samples
/// one after another, so that a store that was interrupted compares all policies. A run that throws
/// is stored as failed and the sweep goes on; with `processes` also one that crashes or hangs.
/// Killed at any moment and called again it ends with the same store.
/// @throws InputError for a store that cannot be used (store.h), a disk that is full, or design
/// points that the model refuses; every problem of them.
SweepOutcome run_sweep(const Experiment& experiment, const ModelFamily& family,
                       const SweepOptions& options);

/// The order in which runs are made: position 0, 1, … of all that an experiment asks for.
std::size_t job_count(const Experiment& experiment);
Job job_at(const Experiment& experiment, std::size_t position);

/// Prepares every design point of a grid, or the first few samples, and runs none.
/// @throws InputError with every problem of every point.
void check_points(const Experiment& experiment, const ModelFamily& family);

/// What a sweep would take.
struct Forecast {
  std::size_t points = 0, runs = 0;
  double seconds = 0;  ///< of wall time
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
