#pragma once

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/experiment/design.h"
#include "engine/experiment/statistics.h"
#include "engine/experiment/store.h"

namespace tavolo::engine {

/// One response of one design point. Everything undefined is NaN: too few runs, or a ratio of the
/// baseline to itself.
struct Cell {
  Estimate level;     ///< mean over replications; of a ratio: its value, half_width NaN
  Interval interval;  ///< t; Wilson for a probability; Fieller for a ratio
  /// From the baseline at the same factor levels, over the replications done at both. Of a
  /// probability: the paired t interval of the difference of two 0/1 series. None for a ratio.
  PairedDifference difference;
  double equivalent_runs = std::numeric_limits<double>::quiet_NaN();  ///< that pairing is worth
};

struct ComparedPoint {
  std::string policy;
  std::vector<std::string> levels;  ///< one per factor
  std::size_t done = 0, failed = 0, missing = 0;
  std::vector<Cell> cells;  ///< one per response
  bool is_baseline = false;
  int rank = 0;  ///< from 1; equal values share it; 0: not ranked
};

/// Policies side by side: what `tavolo compare` shows.
struct Comparison {
  std::string question, baseline;
  std::vector<std::string> factors;
  std::vector<Response> responses;
  std::optional<std::size_t> ranked;  ///< index of the response that ranks
  bool over_samples = false;  ///< a row is a policy, its numbers are over samples of the factors
  bool common_luck = true;    ///< replication r meets the same luck at every point
  bool one_luck = false;      ///< over samples that all share one draw of it
  std::vector<ComparedPoint> points;  ///< best first when ranked, else in order of design
};

/// The experiment as the store's own text has it, without its scenario; as large as the store.
Experiment question_of(const StoreReader& store);

/// A response of every run that is done, by design point and replication. None for a ratio.
/// @throws InputError when it needs a year that was not recorded.
std::vector<std::map<int, double>> response_by_point(const StoreReader& store,
                                                     const Response& response);
/// The same while it is written: `points` of the design, `path` for the message.
std::vector<std::map<int, double>> response_by_point(const Database& database, std::size_t points,
                                                     const std::string& path,
                                                     const Response& response);

/// Reads the store alone; a sweep may still be writing it.
/// @param baseline another policy, or factor=level, to take differences from; "" for the
/// experiment's own
/// @param responses ids, when not all are asked for
/// @throws InputError when the baseline is not in the store, a response is unknown or needs a year
/// that was not recorded.
Comparison compare(const StoreReader& store, const std::string& baseline = {},
                   const std::vector<std::string>& responses = {});

/// Levels and differences alone.
std::string estimates_text(const Comparison& comparison);
/// For people, at most 120 columns wide.
std::string table_text(const Comparison& comparison);
/// One line per design point and response.
std::string csv_text(const Comparison& comparison);
/// @param negotiations a JSON array to be put beside the points (settlements.h)
std::string json_text(const Comparison& comparison, const std::string& negotiations = "[]");

}  // namespace tavolo::engine
