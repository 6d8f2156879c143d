#pragma once

#include <optional>
#include <string>

#include "engine/experiment/store.h"

namespace tavolo::engine {

/// Where a sweep stands, from the store alone: while it runs, after it was killed, at its end.
/// Takes as long for a million runs as for one.
struct Status {
  std::string store, question, model, kind;
  RunCounts counts{};
  std::size_t runs = 0, points = 0, replications = 0;
  std::size_t in_shards = 0;  ///< of the runs made, those that ranks of mpirun hold; not yet merged
  bool being_written = false;
  double runs_per_second = 0;  ///< of the latest session; 0: none yet
  std::size_t sessions = 0;
  std::optional<double> seconds_left;  ///< at that rate; none while nothing writes
};

/// @throws InputError as StoreReader does.
Status read_status(const std::string& store);

std::string status_text(const Status& status);
std::string status_json(const Status& status);

}  // namespace tavolo::engine
