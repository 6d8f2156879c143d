#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/experiment/database.h"
#include "engine/experiment/design.h"
#include "engine/experiment/pace.h"
#include "engine/model.h"

namespace tavolo::engine {

/// The results of one experiment, in one SQLite file that needs none of our code to be read: its
/// table `documentation` explains every table and column, its views `result`, `final` and
/// `failures` are made to be queried.
///
/// A store is equal, row for row, however often its sweep was killed and on however many threads,
/// processes or machines it ran; what depends on those is in tables whose names begin with
/// `timing`. Rows are keyed, not counted: run_id = replication x 1 000 000 + design_id, so that
/// more replications and more samples continue a store.
inline constexpr int kStoreSchema = 5;
inline constexpr std::int64_t kPointsApart = 1'000'000;

constexpr std::int64_t run_id(std::size_t point, int replication) {
  return kPointsApart * replication + static_cast<std::int64_t>(point) + 1;
}

/// What became of a run so far.
enum class RunStatus : std::uint8_t {
  kMissing,
  kDone,
  kFailed,         ///< the model threw
  kInvalidOutput,  ///< what it recorded is not finite, or not what was asked for
  kCrashed,        ///< its process ended
  kTimeout,        ///< it took longer than it was given
};
inline constexpr std::size_t kRunStatuses = 6;
/// "missing", "done", "failed", "invalid_output", "crashed", "timeout"
std::string_view name_of(RunStatus status);
/// @throws std::invalid_argument for a word that is no status.
RunStatus run_status(std::string_view name);

/// How many runs have a status, by RunStatus.
using RunCounts = std::array<std::size_t, kRunStatuses>;
std::size_t failures(const RunCounts& counts);  ///< of every kind

/// One run, as the sweep hands it over.
struct RunResult {
  std::size_t point = 0;  ///< index into Experiment::points()
  int replication = 0;
  Record record;      ///< when it went well
  std::string error;  ///< why it failed; "" when it went well
  double wall_seconds = 0;
  std::string started;  ///< UTC, ISO 8601
  RunStatus status = RunStatus::kDone;
  std::uint64_t digest = 0;  ///< of all that was recorded
};

/// What a complete stage of sequential replications came to for one strategy (stages.h).
struct StageRow {
  int stage = 0;             ///< from 0
  std::size_t strategy = 0;  ///< in the order of policies, or of design points
  std::string name;
  std::string response;    ///< of which mean and half width are
  std::size_t points = 1;  ///< design points of the strategy
  int replications = 0;    ///< of each of them, until the end of this stage
  std::size_t used = 0;    ///< observations: replications in which no run failed
  double mean = 0, half_width = 0;
  std::string state;  ///< goes on, narrow, dropped, selected, cut short
  std::string why;
  int next = 0;  ///< replications until the end of the next stage

  bool operator==(const StageRow&) const = default;
};

/// Of all that a run recorded, bit for bit.
std::uint64_t digest_of(const Record& record);

/// @throws InputError when a store cannot be written there: no directory, no permission, no file.
void require_writable(const std::string& path);

/// Writes a store. The only writer of its file: a second one is refused.
class StoreWriter {
 public:
  /// Creates the file, or continues one whose runs would be the same: equal design points, scenario
  /// texts, seed, indicators, code version and compiler. A question, responses, a number of
  /// replications, or further samples after those of before are taken over.
  /// @param most_bytes the file grows no further, as if the disk were full; 0: no such limit
  /// @throws InputError for a directory that cannot be written, a file that is no store, a damaged
  /// one, one of another experiment (naming what differs), or one that another process writes. The
  /// file is then as it was.
  StoreWriter(const std::string& path, const Experiment& experiment, std::int64_t most_bytes = 0);
  ~StoreWriter();  ///< keeps what was committed
  StoreWriter(const StoreWriter&) = delete;
  StoreWriter& operator=(const StoreWriter&) = delete;

  /// Status by replication * points + point, for the points of the experiment and its first so
  /// many replications.
  std::vector<RunStatus> statuses(int replications) const;
  /// Puts these in place of the stages that it holds.
  void set_stages(const std::vector<StageRow>& rows);
  const Database& database() const { return *database_; }
  Speed speed() const { return pace_.speed(); }  ///< of what this writer has added

  /// Takes over the runs of another store of the same experiment that are missing here, or failed
  /// here and are done there. @return how many
  /// @throws InputError for a store of another experiment, and for a run that is done in both with
  /// different digests: then the model is not deterministic.
  std::size_t merge(const std::string& other);

  /// Adds a run, or replaces a failed one, which becomes an earlier attempt. Runs are committed a
  /// hundred at a time or when the oldest has waited 200 ms, whichever is first.
  /// @throws InputError when the disk is full or fails: what was committed stays.
  void add(const RunResult& result);
  void commit_if_due();
  void commit();
  /// Commits and turns the file into a single plain one (no -wal beside it).
  void close();

 private:
  class Lock;
  void create();
  void insert_points(std::size_t first);
  void refuse_unless_same() const;
  void begin_if_needed();
  void guarded(const std::function<void()>& write);

  std::string path_;
  const Experiment& experiment_;
  std::size_t points_;
  std::vector<std::string> configurations_;
  std::unique_ptr<Lock> lock_;
  std::unique_ptr<Database> database_;
  struct Statements;
  std::unique_ptr<Statements> statements_;
  RunCounts counts_{};           ///< of the whole file
  bool holds_failures_ = false;  ///< runs may be replaced
  std::size_t waiting_ = 0;      ///< runs in the open transaction
  std::chrono::steady_clock::time_point oldest_;
  std::chrono::steady_clock::time_point opened_ = std::chrono::steady_clock::now();
  Pace pace_;
};

/// Reads a store, also while it is written.
class StoreReader {
 public:
  /// Whole: the file is checked from end to end and its points are read. Points: it is not checked.
  /// Head: neither, for what must be quick.
  enum class Read { kWhole, kPoints, kHead };
  /// @throws InputError for a file that is missing, damaged, or no store of this schema.
  explicit StoreReader(const std::string& path, Read read = Read::kWhole);

  const std::string& path() const { return path_; }
  std::string meta(std::string_view key) const;  ///< "" when there is no such row
  const std::vector<Indicator>& indicators() const { return indicators_; }
  const std::vector<std::string>& factors() const { return factors_; }
  /// In order of design_id, from 1. Levels as shown in the design table; no overrides.
  const std::vector<DesignPoint>& points() const { return points_; }
  Database& database() const { return *database_; }
  bool by_sample() const { return by_sample_; }  ///< the design is one of samples, no grid
  RunCounts counts() const;  ///< of the whole file; `missing` by what it was asked for
  /// Replications asked for so far, by design point; fewer than `replications` of meta when results
  /// decide (stages.h).
  std::vector<int> asked() const;
  std::vector<StageRow> stages() const;  ///< in order; none without a rule

 private:
  std::string path_;
  bool by_sample_ = false;
  std::unique_ptr<Database> database_;
  std::vector<Indicator> indicators_;
  std::vector<std::string> factors_;
  std::vector<DesignPoint> points_;
};

/// The experiment that a store was made for, as large as it was ever asked for.
/// @throws InputError when the scenario's file is gone or no longer fits.
Experiment stored_experiment(const StoreReader& store, const ModelFamily& family,
                             const OwnScenario& own);

}  // namespace tavolo::engine
