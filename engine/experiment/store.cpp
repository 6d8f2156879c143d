#include "engine/experiment/store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "engine/experiment/chronicle.h"
#include "engine/experiment/table.h"
#include "engine/experiment/version.h"
#include "engine/recorder.h"

namespace tavolo::engine {
namespace {

constexpr int kApplicationId = 0x5461766f;  // "Tavo", in the file's header
constexpr std::size_t kRunsPerCommit = 100;
constexpr std::chrono::milliseconds kLongestWait{200};

/// Facts without which two runs of the same name could differ.
constexpr std::array<std::string_view, 9> kIdentity{"schema_version", "code_version", "compiler",
                                                    "seed",           "crn",          "events",
                                                    "policies",       "model",        "kind"};
/// Facts that a store never forgets: the most that it was asked for.
constexpr std::array<std::string_view, 2> kGrowing{"replications", "n"};
constexpr int kDesignColumns = 4;  ///< of the table design, before its factors

constexpr std::array<std::string_view, kRunStatuses> kStatusNames{
    "missing", "done", "failed", "invalid_output", "crashed", "timeout"};

std::string joined(std::span<const std::string> words) {
  std::string result;
  for (const auto& word : words) result += (result.empty() ? "" : ", ") + word;
  return result;
}

std::vector<std::pair<std::string, std::string>> meta_rows(const Experiment& experiment) {
  std::string overrides;
  for (const auto& change : experiment.overrides)
    overrides += (overrides.empty() ? "" : "\n") + change.path + "=" + change.value;
  return {{"schema_version", std::to_string(kStoreSchema)},
          {"question", experiment.question},
          {"experiment", experiment.text},
          {"experiment_merged", experiment.merged},
          {"model", experiment.model},
          {"scenario", experiment.scenario},
          {"overrides", overrides},
          {"policies", joined(experiment.policies)},
          {"kind", experiment.kind},
          {"n", std::to_string(experiment.plan.n)},
          {"block", std::to_string(experiment.sampled() ? block_size(experiment.plan) : 1)},
          {"points", experiment.points_text},
          {"seed", std::to_string(experiment.seed)},
          {"crn", experiment.crn},
          {"replications", std::to_string(experiment.replications)},
          {"rule", experiment.rule.name},
          {"among", experiment.rule.among},
          {"first_stage",
           experiment.rule.name.empty()
               ? std::string{}
               : std::to_string(std::min(experiment.rule.first, experiment.replications))},
          {"events", experiment.events},
          {"code_version", code_version()},
          {"compiler", compiler()}};
}

/// A level as the store holds it: a whole number, a number, or text.
struct Level {
  std::optional<std::int64_t> whole;
  std::optional<double> number;
  std::string text;
};

Level level_of(const std::string& level) {
  Level result;
  result.text = shown_level(level);
  if (result.text != level) return result;  // quoted
  const char* end = level.data() + level.size();
  std::int64_t whole = 0;
  double number = 0;
  if (const auto read = std::from_chars(level.data(), end, whole);
      read.ec == std::errc{} && read.ptr == end)
    result.whole = whole;
  if (const auto read = std::from_chars(level.data(), end, number);
      read.ec == std::errc{} && read.ptr == end)
    result.number = number;
  return result;
}

void bind_level(Statement& statement, int parameter, const std::string& text) {
  const Level level = level_of(text);
  if (level.whole)
    statement.bind(parameter, *level.whole);
  else if (level.number)
    statement.bind(parameter, *level.number);
  else
    statement.bind(parameter, std::string_view{level.text});
}

bool same_level(const Statement& row, int column, const std::string& text) {
  const Level level = level_of(text);
  if (row.is_integer(column) || row.is_real(column))
    return level.number && row.real(column) == *level.number;
  return !level.number && row.text(column) == level.text;
}

/// As it was written, to the last bit.
std::string stored_level(const Statement& row, int column) {
  if (!row.is_real(column)) return row.text(column);
  const std::string text = exact(row.real(column));
  return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
}

/// The type that all levels of a factor share; "" when there is none.
std::string type_of(const Factor& factor) {
  if (factor.distribution)
    return factor.distribution->words()   ? "TEXT"
           : factor.distribution->whole() ? "INTEGER"
                                          : "REAL";
  bool whole = true, number = true, decimal = true;
  for (const auto& text : factor.levels) {
    const Level level = level_of(text);
    whole = whole && level.whole;
    number = number && level.number;
    decimal = decimal && level.number && !level.whole;
  }
  if (whole) return "INTEGER";
  if (decimal) return "REAL";
  return number ? "" : "TEXT";
}

/// Every table and column, with its meaning: the schema is written from this list, and so is the
/// table `documentation`.
struct Column {
  std::string name, type, meaning;
};
struct Table {
  std::string name, meaning;
  std::vector<Column> columns;
  std::string key;  ///< of several columns
  bool rowid = true;
};

std::vector<Table> schema(const Experiment& experiment) {
  std::vector<Table> tables{
      {"documentation",
       "What every table and column means.",
       {{"table_name", "TEXT NOT NULL", "A table or view of this file."},
        {"column_name", "TEXT NOT NULL", "One of its columns; empty: the table as a whole."},
        {"meaning", "TEXT NOT NULL", "Meaning and unit."}},
       "table_name, column_name",
       false},
      {"meta",
       "Facts about the whole store: experiment (its file as written), experiment_merged (with its "
       "includes), scenario, overrides (--set), seed, replications, code_version, compiler.",
       {{"key", "TEXT PRIMARY KEY", "Which fact."}, {"value", "TEXT NOT NULL", "As text."}},
       "",
       false},
      {"indicator",
       "What is recorded at the end of every simulated year.",
       {{"name", "TEXT PRIMARY KEY", "A column of the table year."},
        {"unit", "TEXT NOT NULL", "Its unit."},
        {"meaning", "TEXT NOT NULL", "Its meaning."}},
       "",
       false},
      {"configuration",
       "The scenario of a combination of factor levels, complete.",
       {{"configuration_id", "INTEGER PRIMARY KEY", "From 1."},
        {"text", "TEXT NOT NULL", "TOML, includes and overrides merged."}},
       "",
       true},
      {"factor",
       "What the experiment varies; each is a column of the table design.",
       {{"path", "TEXT PRIMARY KEY", "Into the scenario."},
        {"unit", "TEXT NOT NULL", "As the experiment says; empty when it does not."},
        {"distribution", "TEXT NOT NULL", "Of an uncertain factor; empty for given levels."},
        {"levels", "TEXT NOT NULL", "Given levels, as a TOML list; empty with a distribution."}},
       "",
       false},
      {"design",
       "The design points: a policy and a level of every factor.",
       {{"design_id", "INTEGER PRIMARY KEY",
         "From 1; the policy varies slowest in a grid, fastest in a design of samples."},
        {"sample", "INTEGER NOT NULL", "The combination of levels, from 0; policies share it."},
        {"policy", "TEXT NOT NULL", "The policy in force."},
        {"configuration_id", "INTEGER NOT NULL REFERENCES configuration",
         "The scenario in force; in a design of samples, before the levels."}},
       "",
       true},
      {"run",
       "One simulated future of a design point. Replication r meets the same luck at every point, "
       "unless meta.crn is none.",
       {{"run_id", "INTEGER PRIMARY KEY", "replication x 1 000 000 + design_id."},
        {"design_id", "INTEGER NOT NULL REFERENCES design", "The design point."},
        {"replication", "INTEGER NOT NULL", "From 0."},
        {"seed", "INTEGER NOT NULL", "Of all luck, with the replication."},
        {"status",
         "TEXT NOT NULL CHECK (status IN ('done', 'failed', 'invalid_output', 'crashed', "
         "'timeout'))",
         "Only runs that are done have rows in year and event."},
        {"error", "TEXT", "Why it failed, and the command that repeats it; NULL when done."},
        {"fingerprint", "TEXT", "Of the final state, bit for bit; NULL when failed."},
        {"digest", "TEXT", "Of all that was recorded, bit for bit; NULL when failed."}},
       "",
       true},
      {"progress",
       "How many runs there are of each status, kept with every commit.",
       {{"status", "TEXT PRIMARY KEY", "As in the table run."},
        {"runs", "INTEGER NOT NULL", "So many."}},
       "",
       false},
      {"stage",
       "Sequential replications: what every complete stage came to, and who gets more.",
       {{"stage", "INTEGER NOT NULL", "From 0."},
        {"strategy", "INTEGER NOT NULL", "From 0: a policy, or the design point before this id."},
        {"name", "TEXT NOT NULL", "The policy, or policy and levels."},
        {"response", "TEXT NOT NULL", "Of which mean and half width are."},
        {"points", "INTEGER NOT NULL", "Design points of the strategy."},
        {"replications", "INTEGER NOT NULL", "Of each of them until the end of this stage."},
        {"used", "INTEGER NOT NULL", "Of those, the ones in which no run failed."},
        {"mean", "REAL", "Of them; of a difference from the baseline where that is asked."},
        {"half_width", "REAL", "Of its interval."},
        {"state",
         "TEXT NOT NULL CHECK (state IN ('goes on', 'narrow', 'dropped', 'selected', 'cut short'))",
         "What was decided."},
        {"why", "TEXT NOT NULL", "The reason."},
        {"next", "INTEGER NOT NULL", "Replications until the end of the next stage."}},
       "stage, strategy",
       false},
      {"year",
       "The indicators at the end of every simulated year.",
       {{"run_id", "INTEGER NOT NULL REFERENCES run", "The run."},
        {"year", "INTEGER NOT NULL", "The year."}},
       "run_id, year",
       false},
      {"month",
       "The monthly indicators. Kept for the runs that meta.events says.",
       {{"run_id", "INTEGER NOT NULL REFERENCES run", "The run."},
        {"month", "TEXT NOT NULL", "As 2030-01."}},
       "run_id, month",
       false},
      {"event",
       "The chronicle: what happened, in order. Kept for the runs that meta.events says.",
       {{"run_id", "INTEGER NOT NULL REFERENCES run", "The run."},
        {"position", "INTEGER NOT NULL", "From 0."},
        {"month", "TEXT NOT NULL", "As 2030-01."},
        {"kind", "TEXT NOT NULL", "One word."},
        {"text", "TEXT NOT NULL", "What happened."}},
       "run_id, position",
       false},
      {"negotiation",
       "Every negotiation that has ended, how, and how far its deal is from the solutions of "
       "axiomatic bargaining.",
       {{"run_id", "INTEGER NOT NULL REFERENCES run", "The run."},
        {"position", "INTEGER NOT NULL", "From 0, in order of their end."},
        {"opened", "TEXT NOT NULL", "As 2030-01."},
        {"closed", "TEXT NOT NULL", "As 2030-04."},
        {"kind", "TEXT NOT NULL", "One word: what it is about."},
        {"name", "TEXT NOT NULL", "Who negotiates."},
        {"protocol", "TEXT NOT NULL", "By which rules."},
        {"ended", "TEXT NOT NULL", "agreed, timed out, not ratified or no zone of agreement."},
        {"rounds", "INTEGER NOT NULL", "Played."},
        {"nash_distance", "REAL",
         "Euclidean, in utilities, from the nearest Nash point; NULL without a deal and for "
         "awards."},
        {"kalai_smorodinsky_distance", "REAL",
         "The same from the nearest Kalai-Smorodinsky point."},
        {"parties", "TEXT NOT NULL",
         "JSON: [{name, utility, reservation, nash}], to six decimals; utility of the deal or of "
         "leaving, and with a deal that of the nearest Nash point; in awards, money without it."},
        {"transcript", "TEXT",
         "JSON: [[party, round, utility of the offer for each party …]], party from 0. Kept for "
         "the "
         "runs that meta.events says."}},
       "run_id, position",
       false},
      {"term",
       "The terms of every deal, an issue per row.",
       {{"run_id", "INTEGER NOT NULL REFERENCES run", "The run."},
        {"position", "INTEGER NOT NULL", "Of the negotiation."},
        {"issue", "TEXT NOT NULL", "With its unit."},
        {"value", "REAL NOT NULL", "Agreed."}},
       "run_id, position, issue",
       false},
      {"timing",
       "Tables whose names begin with timing depend on the machine and on interruptions; no "
       "others.",
       {{"run_id", "INTEGER PRIMARY KEY", "The run."},
        {"wall_seconds", "REAL NOT NULL", "How long it took."},
        {"host", "TEXT NOT NULL", "Where it ran."},
        {"started", "TEXT NOT NULL", "When it began, UTC."}},
       "",
       true},
      {"timing_session",
       "A row for every time that the store was written.",
       {{"session_id", "INTEGER PRIMARY KEY", "From 1."},
        {"host", "TEXT NOT NULL", "Where."},
        {"process", "INTEGER NOT NULL", "Its number there."},
        {"began", "REAL NOT NULL", "Seconds since 1970, UTC."},
        {"latest", "REAL NOT NULL", "Of its latest commit."},
        {"made", "INTEGER NOT NULL", "Runs until then."},
        {"spread", "REAL NOT NULL",
         "Squared coefficient of variation of the time between two runs; for the time left."},
        {"slices", "REAL NOT NULL", "Of time, behind the spread."}},
       "",
       true},
      {"timing_attempt",
       "Failed runs that were made again.",
       {{"run_id", "INTEGER NOT NULL", "The run."},
        {"attempt", "INTEGER NOT NULL", "From 1; the latest one is in the table run."},
        {"status", "TEXT NOT NULL", "As in the table run."},
        {"error", "TEXT", "Why it failed."},
        {"wall_seconds", "REAL", "How long it took."},
        {"host", "TEXT", "Where it ran."},
        {"started", "TEXT", "When it began, UTC."}},
       "run_id, attempt",
       false},
  };
  for (auto& table : tables) {
    if (table.name == "design")
      for (const auto& factor : experiment.factors)
        table.columns.push_back(
            {factor.path, type_of(factor),
             (factor.unit.empty() ? "" : factor.unit + ": ") + "level of this factor."});
    const auto add = [&table](std::span<const Indicator> indicators) {
      for (const auto& indicator : indicators)
        table.columns.push_back(
            {indicator.name, "REAL NOT NULL", indicator.unit + ": " + indicator.meaning});
    };
    if (table.name == "year") add(experiment.indicators);
    if (table.name == "month") add(experiment.monthly_indicators);
  }
  return tables;
}

/// Text that may stand after `--` in SQL.
std::string one_line(std::string text) {
  for (char& c : text)
    if (c == '\n' || c == '\r') c = ' ';
  return text;
}

std::string create_statement(const Table& table) {
  std::ostringstream sql;
  sql << "CREATE TABLE " << sql_name(table.name) << " (  -- " << one_line(table.meaning) << '\n';
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const auto& column = table.columns[i];
    const bool last = i + 1 == table.columns.size() && table.key.empty();
    sql << "  " << sql_name(column.name) << (column.type.empty() ? "" : " ") << column.type
        << (last ? "" : ",") << "  -- " << one_line(column.meaning) << '\n';
  }
  if (!table.key.empty()) sql << "  PRIMARY KEY (" << table.key << ")\n";
  sql << ")" << (table.rowid ? "" : " WITHOUT ROWID");
  return sql.str();
}

struct View {
  std::string name, meaning, sql;
};

std::vector<View> views(std::span<const Factor> factors, std::span<const Indicator> indicators) {
  std::string point = "d.policy";
  for (const auto& factor : factors) point += ", d." + sql_name(factor.path);
  std::string values;
  for (const auto& indicator : indicators) values += ", y." + sql_name(indicator.name);
  const std::string result = "SELECT " + point + ", r.replication, y.year" + values +
                             " FROM run r JOIN design d USING (design_id)"
                             " JOIN year y USING (run_id)";
  return {
      {"result", "Every indicator of every year of every run that is done.", result},
      {"final", "The same, for the last year of each run.",
       result + " WHERE y.year = (SELECT max(year) FROM year WHERE run_id = r.run_id)"},
      {"failures", "The runs that failed, why, and how to repeat them.",
       "SELECT " + point +
           ", r.replication, r.seed, r.status, r.error FROM run r JOIN design d USING (design_id)"
           " WHERE r.status <> 'done'"},
      {"settlement", "Every negotiation with its design point.",
       "SELECT " + point +
           ", r.replication, n.* FROM run r JOIN design d USING (design_id)"
           " JOIN negotiation n USING (run_id)"}};
}

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

[[noreturn]] void refuse_foreign(const std::string& path, std::string_view what) {
  throw InputError{
      path + " is " + std::string{what} + ".",
      "Only a store that tavolo wrote can be continued or read; the file is untouched.",
      "Name another file."};
}

[[noreturn]] void refuse_damaged(const std::string& path, const std::string& what) {
  throw InputError{path + " is damaged: " + what + ".",
                   "It was cut short or overwritten, so its results cannot be trusted; the file is "
                   "untouched.",
                   "Restore a copy, or move it away and run the sweep again."};
}

[[noreturn]] void refuse_unreadable(const std::string& path, const DatabaseError& error) {
  if (error.not_a_database()) refuse_foreign(path, "not an SQLite file");
  if (error.damaged()) refuse_damaged(path, error.what());
  throw InputError{path + " cannot be read: " + error.what() + ".",
                   "Without the rows that it holds nothing can be added or compared.",
                   "Check the file's permissions and whether another program has it open."};
}

/// Sound (when `thorough`), ours and of this schema. False: a database without any table.
bool is_store(Database& database, const std::string& path, bool thorough = true) {
  try {
    const std::string check = thorough ? database.scalar("PRAGMA quick_check(1)") : "ok";
    if (check != "ok") refuse_damaged(path, check);
    const auto value = [&](const char* sql) { return database.scalar(sql); };
    if (value("SELECT count(*) FROM sqlite_schema") == "0" && value("PRAGMA application_id") == "0")
      return false;
    if (value("PRAGMA application_id") != std::to_string(kApplicationId))
      refuse_foreign(path, "a database of another program");
    if (value("PRAGMA user_version") != std::to_string(kStoreSchema))
      throw InputError{path + " has schema version " + value("PRAGMA user_version") + ".",
                       "This version of tavolo reads and writes version " +
                           std::to_string(kStoreSchema) + "; the file is untouched.",
                       "Use the version of tavolo that wrote it, or name another file."};
  } catch (const DatabaseError& error) {
    refuse_unreadable(path, error);
  }
  return true;
}

std::vector<StageRow> stored_stages(const Database& database) {
  std::vector<StageRow> rows;
  Statement q{database, "SELECT * FROM stage ORDER BY stage, strategy"};
  const auto number = [&q](int column) {
    return q.is_null(column) ? std::numeric_limits<double>::quiet_NaN() : q.real(column);
  };
  while (q.step())
    rows.push_back({static_cast<int>(q.integer(0)), static_cast<std::size_t>(q.integer(1)),
                    q.text(2), q.text(3), static_cast<std::size_t>(q.integer(4)),
                    static_cast<int>(q.integer(5)), static_cast<std::size_t>(q.integer(6)),
                    number(7), number(8), q.text(9), q.text(10), static_cast<int>(q.integer(11))});
  return rows;
}

std::vector<DesignPoint> stored_points(const Database& database) {
  std::vector<DesignPoint> points;
  Statement design{database, "SELECT * FROM design ORDER BY design_id"};
  while (design.step()) {
    DesignPoint point{design.text(2), static_cast<std::size_t>(design.integer(1)), {}, {}};
    for (int column = kDesignColumns; column < design.columns(); ++column)
      point.levels.push_back(stored_level(design, column));
    points.push_back(std::move(point));
  }
  return points;
}

/// The first line that two texts do not share, as "… and …".
std::string first_difference(const std::string& stored, const std::string& wanted) {
  std::istringstream a{stored}, b{wanted};
  std::string line_a, line_b;
  while (true) {
    const bool more_a = static_cast<bool>(std::getline(a, line_a));
    const bool more_b = static_cast<bool>(std::getline(b, line_b));
    if (!more_a) line_a = "nothing";
    if (!more_b) line_b = "nothing";
    if (line_a != line_b || (!more_a && !more_b)) break;
  }
  const auto shortened = [](std::string line) {
    constexpr std::size_t kMost = 160;
    return line.size() > kMost ? line.substr(0, kMost) + "…" : line;
  };
  return "\"" + shortened(line_a) + "\" in the store, \"" + shortened(line_b) +
         "\" in the experiment";
}

[[noreturn]] void refuse_unwritable(const std::string& path) {
  throw InputError{path + " cannot be written: " + std::strerror(errno) + ".",
                   "The store and its journal are written there.",
                   "Change the permissions, or name another place with -o."};
}

}  // namespace

void require_writable(const std::string& path) {
  const std::filesystem::path parent = std::filesystem::path{path}.parent_path();
  const std::string directory = parent.empty() ? "." : parent.string();
  std::error_code ignored;
  if (!std::filesystem::is_directory(directory, ignored))
    throw InputError{directory + " is not a directory.", "The store is written into it.",
                     "Create it, or name another place with -o."};
  const bool exists = std::filesystem::exists(path, ignored);
  if (exists && !std::filesystem::is_regular_file(path, ignored))
    throw InputError{path + " is not a file.", "A store is a single file.", "Name a file with -o."};
  // SQLite writes a journal beside the file, so the directory counts too.
  if (access(directory.c_str(), W_OK | X_OK) != 0 || (exists && access(path.c_str(), W_OK) != 0))
    refuse_unwritable(path);
}

/// Held as long as the file is written. It is opened before SQLite opens the file and closed after:
/// closing any descriptor of a file drops the locks that SQLite holds on it (POSIX fcntl).
class StoreWriter::Lock {
 public:
  explicit Lock(const std::string& path) {
    require_writable(path);
    file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (file_ < 0) refuse_unwritable(path);
    if (flock(file_, LOCK_EX | LOCK_NB) != 0) {
      ::close(file_);
      throw InputError{path + " is being written by another process.",
                       "Two sweeps would do the same runs twice.",
                       "Wait for the other sweep, or name another file with -o."};
    }
  }
  ~Lock() { ::close(file_); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  int file_ = -1;
};

namespace {

std::string insertion(const std::string& table, std::size_t columns) {
  std::string marks;
  for (std::size_t i = 0; i < columns; ++i) marks += i > 0 ? ", ?" : "?";
  return "INSERT INTO " + table + " VALUES (" + marks + ")";
}

}  // namespace

namespace {

/// Failed runs, about to be replaced, as earlier attempts.
constexpr std::string_view kAttempts =
    "INSERT INTO main.timing_attempt SELECT a.run_id, 1 + (SELECT count(*) FROM "
    "main.timing_attempt t WHERE t.run_id = a.run_id), a.status, a.error, t.wall_seconds, t.host, "
    "t.started FROM main.run a LEFT JOIN main.timing t USING (run_id)";

}  // namespace

struct StoreWriter::Statements {
  explicit Statements(const Database& database, const Experiment& experiment)
      : run{database, "INSERT OR REPLACE INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?)"},
        year{database, insertion("year", 2 + experiment.indicators.size())},
        month{database, insertion("month", 2 + experiment.monthly_indicators.size())},
        event{database, "INSERT INTO event VALUES (?, ?, ?, ?, ?)"},
        negotiation{database,
                    "INSERT INTO negotiation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
        term{database, "INSERT INTO term VALUES (?, ?, ?, ?)"},
        timing{database, "INSERT OR REPLACE INTO timing VALUES (?, ?, ?, ?)"},
        earlier{database, "SELECT status FROM run WHERE run_id = ?"},
        progress{database, "INSERT OR REPLACE INTO progress VALUES (?, ?)"},
        no_progress{database, "DELETE FROM progress WHERE status = ?"},
        begin_session{database,
                      "INSERT INTO timing_session (host, process, began, latest, made, spread, "
                      "slices) VALUES (?, ?, ?, ?, 0, 0, 0)"},
        session{database,
                "UPDATE timing_session SET latest = ?, made = ?, spread = ?, slices = ? WHERE "
                "session_id = ?"},
        attempt{database, std::string{kAttempts} + " WHERE a.run_id = ?"} {}
  Statement run, year, month, event, negotiation, term, timing, earlier, progress, no_progress,
      begin_session, session, attempt;
  std::int64_t session_id = 0, made = 0;  ///< of this session; 0: it has written nothing yet
  std::string host = host_name();
};

namespace {

/// To six decimals: more digits would fill the store with rounding.
double shortened(double value) { return std::round(value * 1e6) / 1e6; }

/// NaN is NULL: SQLite knows no other.
void add_negotiation(Statement& row, Statement& term, std::int64_t run, std::int64_t position,
                     const Minutes& minutes, bool with_transcript) {
  auto parties = nlohmann::json::array();
  for (const auto& party : minutes.parties) {
    parties.push_back({{"name", party.name},
                       {"utility", shortened(party.utility)},
                       {"reservation", shortened(party.reservation)}});
    if (!std::isnan(party.nash)) parties.back()["nash"] = shortened(party.nash);
  }
  auto transcript = nlohmann::json::array();
  for (const auto& move : minutes.transcript) {
    nlohmann::json line{move.party, move.round};
    for (const double utility : move.utilities) line.push_back(shortened(utility));
    transcript.push_back(std::move(line));
  }
  const std::string parties_text = parties.dump(), transcript_text = transcript.dump();
  row.bind(1, run)
      .bind(2, position)
      .bind(3, std::string_view{minutes.opened.text()})
      .bind(4, std::string_view{minutes.closed.text()})
      .bind(5, std::string_view{minutes.kind})
      .bind(6, std::string_view{minutes.name})
      .bind(7, std::string_view{minutes.protocol})
      .bind(8, std::string_view{minutes.end})
      .bind(9, minutes.rounds)
      .bind(10, minutes.nash_distance)
      .bind(11, minutes.kalai_smorodinsky_distance)
      .bind(12, std::string_view{parties_text});
  if (with_transcript)
    row.bind(13, std::string_view{transcript_text});
  else
    row.bind_null(13);
  row.run();
  for (const auto& t : minutes.terms)
    term.bind(1, run).bind(2, position).bind(3, std::string_view{t.issue}).bind(4, t.value).run();
}

}  // namespace

StoreWriter::StoreWriter(const std::string& path, const Experiment& experiment,
                         std::int64_t most_bytes)
    : path_{path},
      experiment_{experiment},
      points_{experiment.point_count()},
      configurations_{configuration_texts(experiment)},
      lock_{std::make_unique<Lock>(path)} {
  guarded([&] {
    database_ = std::make_unique<Database>(path, Database::Mode::kWrite);
    const bool exists = is_store(*database_, path);
    if (exists) refuse_unless_same();
    database_->execute(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; "
        "PRAGMA wal_autocheckpoint = 4000");
    if (most_bytes > 0) {
      const auto page = std::stoll(database_->scalar("PRAGMA page_size"));
      database_->scalar("PRAGMA max_page_count = " + std::to_string(most_bytes / page));
    }
    database_->execute("BEGIN IMMEDIATE");
    if (!exists) create();
    const std::string stored = database_->scalar("SELECT max(design_id) FROM design");
    const std::size_t held = stored.empty() ? 0 : std::stoul(stored);
    insert_points(held);
    Statement meta{*database_, "INSERT OR REPLACE INTO meta VALUES (?, ?)"};
    for (auto [key, value] : meta_rows(experiment_)) {
      const std::string before =
          database_->scalar("SELECT value FROM meta WHERE key = " + sql_text(key));
      if (std::find(kGrowing.begin(), kGrowing.end(), key) != kGrowing.end() && !before.empty())
        value = std::to_string(std::max(std::stoll(value), std::stoll(before)));
      if (key == "points" && held > points_) value = before;
      meta.bind(1, std::string_view{key}).bind(2, std::string_view{value}).run();
    }
    database_->execute("COMMIT");
    Statement progress{*database_, "SELECT status, runs FROM progress"};
    while (progress.step())
      counts_[static_cast<std::size_t>(run_status(progress.text(0)))] =
          static_cast<std::size_t>(progress.integer(1));
    holds_failures_ = failures(counts_) > 0;
    statements_ = std::make_unique<Statements>(*database_, experiment_);
  });
}

StoreWriter::~StoreWriter() = default;

void StoreWriter::create() {
  database_->execute("PRAGMA application_id = " + std::to_string(kApplicationId) +
                     "; PRAGMA user_version = " + std::to_string(kStoreSchema));
  const auto tables = schema(experiment_);
  for (const auto& table : tables) database_->execute(create_statement(table));
  Statement documentation{*database_, "INSERT INTO documentation VALUES (?, ?, ?)"};
  const auto document = [&](std::string_view table, std::string_view column,
                            std::string_view meaning) {
    documentation.bind(1, table).bind(2, column).bind(3, meaning).run();
  };
  for (const auto& table : tables) {
    document(table.name, "", table.meaning);
    for (const auto& column : table.columns) document(table.name, column.name, column.meaning);
  }
  for (const auto& view : views(experiment_.factors, experiment_.indicators)) {
    database_->execute("CREATE VIEW " + view.name + " AS " + view.sql);
    document(view.name, "", view.meaning);
  }
  Statement indicator{*database_, "INSERT INTO indicator VALUES (?, ?, ?)"};
  for (const auto& i : experiment_.indicators)
    indicator.bind(1, std::string_view{i.name})
        .bind(2, std::string_view{i.unit})
        .bind(3, std::string_view{i.meaning})
        .run();
  Statement configuration{*database_, "INSERT INTO configuration VALUES (?, ?)"};
  for (std::size_t i = 0; i < configurations_.size(); ++i)
    configuration.bind(1, static_cast<std::int64_t>(i + 1))
        .bind(2, std::string_view{configurations_[i]})
        .run();
  Statement factor{*database_, "INSERT INTO factor VALUES (?, ?, ?, ?)"};
  for (const auto& f : experiment_.factors) {
    const bool given = !f.distribution && experiment_.kind != "file" && experiment_.kind != "list";
    std::string levels;
    for (std::size_t l = 0; given && l < f.levels.size(); ++l)
      levels += (l > 0 ? ", " : "") + f.levels[l];
    factor.bind(1, std::string_view{f.path})
        .bind(2, std::string_view{f.unit})
        .bind(3, std::string_view{f.distribution ? f.distribution->text() : std::string{}})
        .bind(4, std::string_view{given ? "[" + levels + "]" : std::string{}})
        .run();
  }
}

void StoreWriter::insert_points(std::size_t first) {
  std::string marks;
  for (std::size_t i = 0; i < experiment_.factors.size(); ++i) marks += ", ?";
  Statement design{*database_, "INSERT INTO design VALUES (?, ?, ?, ?" + marks + ")"};
  for (std::size_t i = first; i < points_; ++i) {
    const DesignPoint point = experiment_.point(i);
    const std::size_t configuration = experiment_.by_sample() ? 0 : point.configuration;
    design.bind(1, static_cast<std::int64_t>(i + 1))
        .bind(2, static_cast<std::int64_t>(point.configuration))
        .bind(3, std::string_view{point.policy})
        .bind(4, static_cast<std::int64_t>(configuration + 1));
    for (std::size_t f = 0; f < point.levels.size(); ++f)
      bind_level(design, static_cast<int>(f) + 1 + kDesignColumns, point.levels[f]);
    design.run();
  }
}

void StoreWriter::refuse_unless_same() const {
  Problems problems;
  const auto differs = [&](const std::string& what) {
    problems.add({path_, 0}, "the store holds another experiment: " + what + ".",
                 "Runs of two experiments in one store could not be told apart.",
                 "Name another file with -o, or restore what the store was made with.");
  };
  const auto value = [&](std::string_view key) {
    return database_->scalar("SELECT value FROM meta WHERE key = " + sql_text(key));
  };
  for (const auto& [key, wanted] : meta_rows(experiment_)) {
    if (std::find(kIdentity.begin(), kIdentity.end(), key) == kIdentity.end()) continue;
    const std::string stored = value(key);
    if (stored != wanted)
      differs(key + " is \"" + stored + "\" in the store and \"" + wanted + "\" now");
  }

  // Indicators and factors are columns, so the statements that made the tables name them all.
  for (const auto& table : schema(experiment_)) {
    const std::string stored = database_->scalar(
        "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = " + sql_text(table.name));
    const std::string wanted = create_statement(table);
    if (stored != wanted)
      differs("the columns of the table " + table.name + " differ, " +
              first_difference(stored, wanted));
  }
  if (problems.empty()) {
    const auto levels_of = [](const DesignPoint& point) {
      std::string text = point.policy;
      for (const auto& level : point.levels) text += ", " + shown_level(level);
      return text;
    };
    Statement design{*database_, "SELECT * FROM design ORDER BY design_id"};
    std::size_t count = 0;
    for (; design.step() && (count < points_ || !experiment_.by_sample()); ++count) {
      const auto wanted =
          count < points_ ? experiment_.point(count) : DesignPoint{"nothing", 0, {}, {}};
      bool same = design.text(2) == wanted.policy;
      for (std::size_t f = 0; same && f < wanted.levels.size(); ++f)
        same = same_level(design, static_cast<int>(f) + kDesignColumns, wanted.levels[f]);
      if (same) continue;
      std::string stored = design.text(2);
      for (int column = kDesignColumns; column < design.columns(); ++column)
        stored += ", " + stored_level(design, column);
      differs("its design points differ, " + first_difference(stored, levels_of(wanted)));
      break;
    }
    if (problems.empty() && count < points_ && !experiment_.by_sample())
      differs("its design points differ, " +
              first_difference("nothing", levels_of(experiment_.point(count))));
    for (std::size_t i = 0; i < configurations_.size() && problems.empty(); ++i) {
      const std::string text = database_->scalar(
          "SELECT text FROM configuration WHERE configuration_id = " + std::to_string(i + 1));
      if (text == configurations_[i]) continue;
      differs("the scenario differs, " + first_difference(text, configurations_[i]));
    }
  }
  problems.throw_if_any();
}

/// A disk that is full or fails ends the sweep with what was committed, and a sentence about it.
void StoreWriter::guarded(const std::function<void()>& write) {
  try {
    write();
  } catch (const DatabaseError& error) {
    waiting_ = 0;
    const std::string kept =
        "Runs that were committed are safe; the last ones, not yet committed, are not counted.";
    if (error.disk_full())
      throw InputError{path_ + ": the disk is full.", kept,
                       "Free some space and give the same command again: it continues here."};
    throw InputError{path_ + " cannot be written: " + error.what() + ".", kept,
                     "Remove the cause and give the same command again: it continues here."};
  }
}

void StoreWriter::set_stages(const std::vector<StageRow>& rows) {
  commit();
  guarded([&] {
    if (stored_stages(*database_) == rows) return;
    database_->execute("BEGIN IMMEDIATE; DELETE FROM stage");
    Statement insert{*database_, insertion("stage", 12)};
    for (const auto& r : rows)
      insert.bind(1, r.stage)
          .bind(2, static_cast<std::int64_t>(r.strategy))
          .bind(3, std::string_view{r.name})
          .bind(4, std::string_view{r.response})
          .bind(5, static_cast<std::int64_t>(r.points))
          .bind(6, r.replications)
          .bind(7, static_cast<std::int64_t>(r.used))
          .bind(8, r.mean)
          .bind(9, r.half_width)
          .bind(10, std::string_view{r.state})
          .bind(11, std::string_view{r.why})
          .bind(12, r.next)
          .run();
    database_->execute("COMMIT");
  });
}

std::vector<RunStatus> StoreWriter::statuses(int most) const {
  const auto replications = static_cast<std::size_t>(most);
  std::vector<RunStatus> result(points_ * replications, RunStatus::kMissing);
  Statement query{*database_, "SELECT design_id, replication, status FROM run WHERE run_id <= ?"};
  query.bind(1, run_id(points_ - 1, most - 1));
  while (query.step()) {
    const auto point = static_cast<std::size_t>(query.integer(0) - 1);
    const auto replication = static_cast<std::size_t>(query.integer(1));
    if (point < points_ && replication < replications)
      result[replication * points_ + point] = run_status(query.text(2));
  }
  return result;
}

void StoreWriter::begin_if_needed() {
  if (waiting_ != 0) return;
  database_->execute("BEGIN IMMEDIATE");
  oldest_ = std::chrono::steady_clock::now();
  if (statements_->session_id != 0) return;
  const double now = seconds_now();
  statements_->begin_session.bind(1, std::string_view{statements_->host})
      .bind(2, static_cast<std::int64_t>(getpid()))
      .bind(3, now)
      .bind(4, now)
      .run();
  statements_->session_id = std::stoll(database_->scalar("SELECT last_insert_rowid()"));
}

void StoreWriter::add(const RunResult& result) {
  guarded([&] {
    begin_if_needed();
    ++waiting_;
    ++statements_->made;
    const std::int64_t id = run_id(result.point, result.replication);
    const bool done = result.status == RunStatus::kDone;
    if (holds_failures_) {
      statements_->earlier.bind(1, id);
      const bool again = statements_->earlier.step();
      if (again) --counts_[static_cast<std::size_t>(run_status(statements_->earlier.text(0)))];
      statements_->earlier.run();
      if (again) statements_->attempt.bind(1, id).run();
    }
    ++counts_[static_cast<std::size_t>(result.status)];
    pace_.see(std::chrono::duration<double>(std::chrono::steady_clock::now() - opened_).count(),
              static_cast<std::size_t>(statements_->made));
    auto& run = statements_->run;
    run.bind(1, id)
        .bind(2, static_cast<std::int64_t>(result.point + 1))
        .bind(3, result.replication)
        .bind(4, experiment_.seed)
        .bind(5, name_of(result.status));
    if (done)
      run.bind_null(6)
          .bind(7, std::string_view{fingerprint_text(result.record.fingerprint)})
          .bind(8, std::string_view{fingerprint_text(result.digest)});
    else
      run.bind(6, std::string_view{result.error}).bind_null(7).bind_null(8);
    run.run();

    const auto& record = result.record;
    const std::size_t width = experiment_.indicators.size();
    assert(!done || record.values.size() == record.years.size() * width);
    for (std::size_t y = 0; done && y < record.years.size(); ++y) {
      statements_->year.bind(1, id).bind(2, record.years[y]);
      for (std::size_t i = 0; i < width; ++i)
        statements_->year.bind(static_cast<int>(i) + 3, record.values[y * width + i]);
      statements_->year.run();
    }
    const bool keep =
        experiment_.events == "all" || (experiment_.events == "first" && result.replication == 0);
    const std::size_t months =
        done && keep ? record.monthly.size() /
                           std::max<std::size_t>(1, experiment_.monthly_indicators.size())
                     : 0;
    for (std::size_t m = 0; m < months; ++m) {
      const std::size_t columns = experiment_.monthly_indicators.size();
      auto& row = statements_->month;
      row.bind(1, id).bind(2, std::string_view{(record.first_month + static_cast<int>(m)).text()});
      for (std::size_t i = 0; i < columns; ++i)
        row.bind(static_cast<int>(i) + 3, record.monthly[m * columns + i]);
      row.run();
    }
    for (std::size_t e = 0; done && keep && e < record.events.size(); ++e)
      statements_->event.bind(1, id)
          .bind(2, static_cast<std::int64_t>(e))
          .bind(3, std::string_view{record.events[e].month.text()})
          .bind(4, std::string_view{record.events[e].kind})
          .bind(5, std::string_view{record.events[e].text})
          .run();
    for (std::size_t n = 0; done && n < record.negotiations.size(); ++n)
      add_negotiation(statements_->negotiation, statements_->term, id, static_cast<std::int64_t>(n),
                      record.negotiations[n], keep);
    statements_->timing.bind(1, id)
        .bind(2, result.wall_seconds)
        .bind(3, std::string_view{statements_->host})
        .bind(4, std::string_view{result.started})
        .run();
  });
  commit_if_due();
}

void StoreWriter::commit_if_due() {
  if (waiting_ == 0) return;
  if (waiting_ >= kRunsPerCommit || std::chrono::steady_clock::now() - oldest_ >= kLongestWait)
    commit();
}

void StoreWriter::commit() {
  if (waiting_ == 0) return;
  guarded([&] {
    for (std::size_t status = 1; status < kRunStatuses; ++status) {
      auto& row = counts_[status] > 0 ? statements_->progress : statements_->no_progress;
      row.bind(1, kStatusNames[status]);
      if (counts_[status] > 0) row.bind(2, static_cast<std::int64_t>(counts_[status]));
      row.run();
    }
    const Speed speed = pace_.speed();
    statements_->session.bind(1, seconds_now())
        .bind(2, statements_->made)
        .bind(3, speed.spread)
        .bind(4, speed.slices)
        .bind(5, statements_->session_id)
        .run();
    database_->execute("COMMIT");
  });
  waiting_ = 0;
}

std::size_t StoreWriter::merge(const std::string& other) {
  commit();
  const StoreReader source{other};
  Problems problems;
  for (const auto& key : kIdentity) {
    const std::string here =
        database_->scalar("SELECT value FROM meta WHERE key = " + sql_text(key));
    if (source.meta(key) != here)
      problems.add({other, 0},
                   "the store is of another experiment: " + std::string{key} + " is \"" +
                       source.meta(key) + "\", not \"" + here + "\".",
                   "Runs of two experiments in one store could not be told apart.",
                   "Merge stores that the same command made, with other shards.");
  }
  problems.throw_if_any();
  std::size_t taken = 0;
  guarded([&] {
    database_->execute("ATTACH " + sql_text(other) + " AS other");
    const auto first = [&](const std::string& sql) { return database_->scalar(sql); };
    std::string levels;
    for (const auto& f : experiment_.factors)
      levels += " OR a." + sql_name(f.path) + " IS NOT b." + sql_name(f.path);
    const std::string differs = first(
        "SELECT a.design_id FROM main.design a JOIN other.design b USING (design_id) WHERE "
        "a.policy <> b.policy OR a.sample <> b.sample" +
        levels + " LIMIT 1");
    const std::string foreign = first(
        "SELECT a.configuration_id FROM main.configuration a JOIN other.configuration b USING "
        "(configuration_id) WHERE a.text <> b.text LIMIT 1");
    const std::string torn = first(
        "SELECT run_id FROM main.run a JOIN other.run b USING (run_id) WHERE a.status = 'done' AND "
        "b.status = 'done' AND a.digest <> b.digest LIMIT 1");
    if (!differs.empty() || !foreign.empty() || !torn.empty()) {
      database_->execute("DETACH other");
      if (!torn.empty())
        throw InputError{other + ": run " + torn + " is done in both stores, with other results.",
                         "Equal seeds must give equal runs: the model is not deterministic, or one "
                         "machine computes differently.",
                         "Compare the two with tavolo verify, and merge neither before it is "
                         "known why."};
      throw InputError{other + ": the store is of another experiment: its " +
                           (differs.empty() ? "scenario differs." : "design points differ."),
                       "Runs of two experiments in one store could not be told apart.",
                       "Merge stores that the same command made, with other shards."};
    }
    database_->execute("BEGIN IMMEDIATE");
    database_->execute(
        "CREATE TEMP TABLE taken AS SELECT b.run_id FROM other.run b LEFT JOIN main.run a USING "
        "(run_id) WHERE (a.run_id IS NULL OR (a.status <> 'done' AND b.status = 'done')) AND "
        "b.design_id IN (SELECT design_id FROM main.design)");
    taken = std::stoul(first("SELECT count(*) FROM taken"));
    database_->execute(std::string{kAttempts} + " WHERE a.run_id IN (SELECT run_id FROM taken)");
    database_->execute(
        "INSERT OR IGNORE INTO main.timing_attempt SELECT * FROM other.timing_attempt WHERE run_id "
        "IN (SELECT run_id FROM taken)");
    for (const char* table : {"run", "year", "month", "event", "negotiation", "term", "timing"})
      database_->execute("INSERT OR REPLACE INTO main." + std::string{table} +
                         " SELECT * FROM other." + table +
                         " WHERE run_id IN (SELECT run_id FROM taken) ORDER BY run_id");
    database_->execute(
        "DROP TABLE taken; DELETE FROM main.progress; INSERT INTO main.progress SELECT status, "
        "count(*) FROM main.run GROUP BY status");
    for (const auto& key : {"replications"})
      database_->execute(
          "UPDATE main.meta SET value = (SELECT max(CAST(value AS INTEGER)) FROM (SELECT value "
          "FROM "
          "main.meta WHERE key = '" +
          std::string{key} + "' UNION SELECT value FROM other.meta WHERE key = '" + key +
          "')) WHERE key = '" + key + "'");
    database_->execute("COMMIT");
    database_->execute("DETACH other");
    counts_ = {};
    Statement progress{*database_, "SELECT status, runs FROM progress"};
    while (progress.step())
      counts_[static_cast<std::size_t>(run_status(progress.text(0)))] =
          static_cast<std::size_t>(progress.integer(1));
    holds_failures_ = failures(counts_) > 0;
  });
  return taken;
}

void StoreWriter::close() {
  commit();
  statements_.reset();
  try {
    database_->execute("PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE");
  } catch (const DatabaseError&) {
    // Somebody is reading: the file stays a pair with its journal, which is as good.
  }
  database_.reset();
  lock_.reset();
}

StoreReader::StoreReader(const std::string& path, Read read) : path_{path} {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored))
    throw InputError{path + " is not a file.", "Results are read from the store of a sweep.",
                     "Name the file that tavolo sweep wrote with -o."};
  try {
    database_ = std::make_unique<Database>(path, Database::Mode::kRead);
    if (!is_store(*database_, path, read == Read::kWhole)) refuse_foreign(path, "empty");
    by_sample_ = meta("kind") != "grid";
    Statement indicator{*database_,
                        "SELECT i.name, i.unit, i.meaning FROM indicator i JOIN "
                        "pragma_table_info('year') c ON c.name = i.name "
                        "ORDER BY c.cid"};
    while (indicator.step())
      indicators_.push_back({indicator.text(0), indicator.text(1), indicator.text(2)});
    Statement factor{*database_, "SELECT name FROM pragma_table_info('design') WHERE cid >= " +
                                     std::to_string(kDesignColumns) + " ORDER BY cid"};
    while (factor.step()) factors_.push_back(factor.text(0));
    if (read != Read::kHead) points_ = stored_points(*database_);
  } catch (const DatabaseError& error) {
    refuse_unreadable(path, error);
  }
}

std::string StoreReader::meta(std::string_view key) const {
  return database_->scalar("SELECT value FROM meta WHERE key = " + sql_text(key));
}

RunCounts StoreReader::counts() const {
  RunCounts counts{};
  std::size_t made = 0;
  Statement progress{*database_, "SELECT status, runs FROM progress"};
  while (progress.step()) {
    const auto runs = static_cast<std::size_t>(progress.integer(1));
    counts[static_cast<std::size_t>(run_status(progress.text(0)))] = runs;
    made += runs;
  }
  const std::string points = database_->scalar("SELECT max(design_id) FROM design");
  const std::string first = meta("first_stage");
  const std::string decided = database_->scalar(
      "SELECT sum(points * next) FROM (SELECT points, max(next) AS next FROM stage GROUP BY "
      "strategy)");
  const std::size_t asked = first.empty() || decided.empty()
                                ? (points.empty() ? 0 : std::stoul(points)) *
                                      std::stoul(first.empty() ? meta("replications") : first)
                                : std::stoul(decided);
  counts[0] = asked > made ? asked - made : 0;
  return counts;
}

std::vector<StageRow> StoreReader::stages() const { return stored_stages(*database_); }

std::vector<int> StoreReader::asked() const {
  const std::string first = meta("first_stage");
  std::vector<int> asked(points_.size(), std::stoi(first.empty() ? meta("replications") : first));
  if (first.empty()) return asked;
  const bool policies = meta("among") == "policies";
  std::map<std::string, int> of_policy;
  for (const auto& row : stages()) {
    if (policies) of_policy[row.name] = std::max(of_policy[row.name], row.next);
    if (!policies && row.strategy < asked.size())
      asked[row.strategy] = std::max(asked[row.strategy], row.next);
  }
  for (std::size_t p = 0; p < points_.size(); ++p)
    if (const auto found = of_policy.find(points_[p].policy); found != of_policy.end())
      asked[p] = found->second;
  return asked;
}

std::string_view name_of(RunStatus status) {
  return kStatusNames[static_cast<std::size_t>(status)];
}

RunStatus run_status(std::string_view name) {
  const auto found = std::find(kStatusNames.begin(), kStatusNames.end(), name);
  if (found == kStatusNames.end())
    throw std::invalid_argument{"\"" + std::string{name} + "\" is no status of a run"};
  return static_cast<RunStatus>(found - kStatusNames.begin());
}

std::size_t failures(const RunCounts& counts) {
  std::size_t sum = 0;
  for (std::size_t status = 2; status < kRunStatuses; ++status) sum += counts[status];
  return sum;
}

std::uint64_t digest_of(const Record& record) {
  Fingerprint print;
  print.add(record.fingerprint);
  print.add(record.years);
  print.add(record.values);
  print.add(record.first_month.index);
  print.add(record.monthly);
  for (const auto& event : record.events) {
    print.add(event.month.index);
    print.add(event.kind);
    print.add(event.text);
  }
  for (const auto& minutes : record.negotiations) {
    print.add(minutes.name);
    print.add(minutes.end);
    print.add(minutes.rounds);
    for (const auto& party : minutes.parties) print.add(party.utility);
    for (const auto& term : minutes.terms) print.add(term.value);
  }
  return print.value();
}

Experiment stored_experiment(const StoreReader& store, const ModelFamily& family,
                             const OwnScenario& own) {
  std::vector<Override> overrides;
  std::istringstream lines{store.meta("overrides")};
  for (std::string line; std::getline(lines, line);) overrides.push_back(parse_override(line));
  Experiment experiment =
      read_experiment_text(store.meta("experiment_merged"), store.path() + " (experiment)", family,
                           overrides, own, store.meta("scenario"), store.meta("points"));
  experiment.text = store.meta("experiment");
  experiment.replications = std::stoi(store.meta("replications"));
  if (experiment.sampled()) {
    experiment.plan.n = std::stoul(store.meta("n"));
    experiment.sample = make_sample(experiment.plan);
  }
  return experiment;
}

}  // namespace tavolo::engine
