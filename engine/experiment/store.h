#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/experiment/database.h"
#include "engine/experiment/design.h"
#include "engine/model.h"

namespace tavolo::engine {

/// The results of one experiment, in one SQLite file that needs none of our code to be read: its
/// table `documentation` explains every table and column, its views `result`, `final` and
/// `failures` are made to be queried.
///
/// A store is equal, row for row, however often its sweep was killed and on however many threads it
/// ran; what depends on the machine is in the table `timing` alone. Rows are keyed, not counted:
/// run_id = replication x (number of design points) + design_id, so that more replications of the
/// same design continue a store.
inline constexpr int kStoreSchema = 3;

/// One run, as the sweep hands it over.
struct RunResult {
  std::size_t point;  ///< index into Experiment::points()
  int replication;
  Record record;      ///< when it went well
  std::string error;  ///< why it failed; "" when it went well
  double wall_seconds = 0;
  std::string started;  ///< UTC, ISO 8601
};

/// What became of a run so far.
enum class RunStatus : std::uint8_t { kMissing, kDone, kFailed };

/// @throws InputError when a store cannot be written there: no directory, no permission, no file.
void require_writable(const std::string& path);

/// Writes a store. The only writer of its file: a second one is refused.
class StoreWriter {
 public:
  /// Creates the file, or continues one whose runs would be the same: equal design points, scenario
  /// texts, seed, indicators, code version and compiler. A question, responses or a number of
  /// replications that changed are taken over.
  /// @param most_bytes the file grows no further, as if the disk were full; 0: no such limit
  /// @throws InputError for a directory that cannot be written, a file that is no store, a damaged
  /// one, one of another experiment (naming what differs), or one that another process writes. The
  /// file is then as it was.
  StoreWriter(const std::string& path, const Experiment& experiment, std::int64_t most_bytes = 0);
  ~StoreWriter();  ///< keeps what was committed
  StoreWriter(const StoreWriter&) = delete;
  StoreWriter& operator=(const StoreWriter&) = delete;

  /// Status by replication * points + point, for the replications of the experiment.
  std::vector<RunStatus> statuses() const;

  /// Adds a run, or replaces a failed one. Runs are committed a hundred at a time or when the
  /// oldest has waited 200 ms, whichever is first.
  /// @throws InputError when the disk is full or fails: what was committed stays.
  void add(const RunResult& result);
  void commit_if_due();
  void commit();
  /// Commits and turns the file into a single plain one (no -wal beside it).
  void close();

 private:
  class Lock;
  void create();
  void refuse_unless_same() const;
  void guarded(const std::function<void()>& write);

  std::string path_;
  const Experiment& experiment_;
  std::vector<DesignPoint> points_;
  std::vector<std::string> configurations_;
  std::unique_ptr<Lock> lock_;
  std::unique_ptr<Database> database_;
  struct Statements;
  std::unique_ptr<Statements> statements_;
  std::size_t waiting_ = 0;  ///< runs in the open transaction
  std::chrono::steady_clock::time_point oldest_;
};

/// Reads a store, also while it is written.
class StoreReader {
 public:
  /// @throws InputError for a file that is missing, damaged, or no store of this schema.
  explicit StoreReader(const std::string& path);

  const std::string& path() const { return path_; }
  std::string meta(std::string_view key) const;  ///< "" when there is no such row
  const std::vector<Indicator>& indicators() const { return indicators_; }
  const std::vector<std::string>& factors() const { return factors_; }
  /// In order of design_id, from 1. Levels as shown in the design table; no overrides.
  const std::vector<DesignPoint>& points() const { return points_; }
  Database& database() const { return *database_; }

 private:
  std::string path_;
  std::unique_ptr<Database> database_;
  std::vector<Indicator> indicators_;
  std::vector<std::string> factors_;
  std::vector<DesignPoint> points_;
};

}  // namespace tavolo::engine
