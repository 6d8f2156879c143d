#pragma once

#include <optional>
#include <string>
#include <vector>

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
  Speed speed;  ///< of the latest session; of shards, of all together
  std::size_t sessions = 0;
  std::string rule;                    ///< by which results decide on replications; "" without
  std::vector<StageRow> stages;        ///< that are complete
  std::optional<double> seconds_left;  ///< at that speed; none while nothing writes
  std::optional<Interval> range;       ///< of them, as seconds_left of pace.h says
};

/// @throws InputError as StoreReader does.
Status read_status(const std::string& store);

/// Who is still in it, and what became of the others; "" without stages.
std::string stages_text(const std::vector<StageRow>& stages);

std::string status_text(const Status& status);
std::string status_json(const Status& status);

}  // namespace tavolo::engine
