#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "engine/experiment/statistics.h"

namespace tavolo::engine {

/// How fast runs come, as a ledger keeps it.
struct Speed {
  double runs_per_second = 0;
  double runs = 0;    ///< that it was seen of
  double spread = 0;  ///< squared coefficient of variation of the time between two runs
  double slices = 0;  ///< independent observations behind `spread`
};

/// Of several who work side by side.
Speed together(const Speed& a, const Speed& b);

/// Seconds until `runs` more are there: a prediction interval that holds the truth eight times out
/// of ten as long as runs come as they came; with Student's t, for the future and the pace so far
/// are both uncertain: T (1 ± t sqrt(spread (1/runs + 1/seen))). None before four slices.
std::optional<Interval> seconds_left(const Speed& speed, std::size_t runs);

/// Watches runs come, in a bounded memory: time is cut into slices of equally many runs, and when
/// there are too many slices two by two become one. Slices, not single runs, because the times of
/// runs that share processors or a parameter are no independent observations.
class Pace {
 public:
  /// @param seconds since the work began @param runs made since then
  void see(double seconds, std::size_t runs);
  Speed speed() const;

 private:
  std::size_t slice_ = 1;     ///< runs in a slice
  std::vector<double> ends_;  ///< when slices ended
  double seconds_ = 0;
  std::size_t runs_ = 0;
};

}  // namespace tavolo::engine
