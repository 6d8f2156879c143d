#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "engine/experiment/design.h"
#include "engine/model.h"

namespace tavolo::engine {

struct SweepOptions {
  std::string store;            ///< the SQLite file, made or continued
  int threads = 0;              ///< 0: all cores
  bool retry = false;           ///< run failed runs again
  bool progress = false;        ///< a bar on a terminal, a line every ten seconds elsewhere
  std::int64_t most_bytes = 0;  ///< the store grows no further; 0: as far as the disk allows
  std::function<bool()> stop_requested = [] { return false; };  ///< asked by several threads
};

struct SweepOutcome {
  std::size_t points = 0;
  std::size_t runs = 0;  ///< of the whole design
  std::size_t done = 0, failed = 0;
  std::size_t made_now = 0;  ///< by this call, done or failed
  bool interrupted = false;  ///< stopped on request before all runs were made
};

/// Makes every run that the store misses, on all cores, replication by replication, so that a
/// store that was interrupted compares all design points. A run that throws is stored as failed and
/// the sweep goes on. Killed at any moment and called again it ends with the same store.
/// @throws InputError for a store that cannot be used (store.h), a disk that is full, or design
/// points that the model refuses; every problem of them.
SweepOutcome run_sweep(const Experiment& experiment, const ModelFamily& family,
                       const SweepOptions& options);

/// Prepares every design point and runs none.
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
