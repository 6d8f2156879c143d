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
#include <sstream>

#include "engine/experiment/chronicle.h"
#include "engine/experiment/version.h"

namespace tavolo::engine {
namespace {

constexpr int kApplicationId = 0x5461766f;  // "Tavo", in the file's header
constexpr std::size_t kRunsPerCommit = 100;
constexpr std::chrono::milliseconds kLongestWait{200};

/// Facts without which two runs of the same name could differ.
constexpr std::array<std::string_view, 6> kIdentity{"schema_version", "code_version", "compiler",
                                                    "seed",           "events",       "policies"};

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
          {"scenario", experiment.scenario},
          {"overrides", overrides},
          {"policies", joined(experiment.policies)},
          {"seed", std::to_string(experiment.seed)},
          {"replications", std::to_string(experiment.replications)},
          {"events", experiment.events},
          {"code_version", code_version()},
          {"compiler", compiler()}};
}

void bind_level(Statement& statement, int parameter, const std::string& level) {
  const std::string text = shown_level(level);
  const char* end = text.data() + text.size();
  std::int64_t integer = 0;
  double number = 0;
  const bool quoted_text = text != level;
  if (const auto read = std::from_chars(text.data(), end, integer);
      !quoted_text && read.ec == std::errc{} && read.ptr == end)
    statement.bind(parameter, integer);
  else if (const auto real = std::from_chars(text.data(), end, number);
           !quoted_text && real.ec == std::errc{} && real.ptr == end)
    statement.bind(parameter, number);
  else
    statement.bind(parameter, std::string_view{text});
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
      {"design",
       "The design points: every policy crossed with every combination of factor levels.",
       {{"design_id", "INTEGER PRIMARY KEY", "From 1; the policy varies slowest."},
        {"policy", "TEXT NOT NULL", "The policy in force."},
        {"configuration_id", "INTEGER NOT NULL REFERENCES configuration",
         "The scenario in force."}},
       "",
       true},
      {"run",
       "One simulated future of a design point. Replication r meets the same luck at every point.",
       {{"run_id", "INTEGER PRIMARY KEY", "replication x number of design points + design_id."},
        {"design_id", "INTEGER NOT NULL REFERENCES design", "The design point."},
        {"replication", "INTEGER NOT NULL", "From 0."},
        {"seed", "INTEGER NOT NULL", "Of all luck, with the replication."},
        {"status", "TEXT NOT NULL CHECK (status IN ('done', 'failed'))",
         "Only runs that are done have rows in year and event."},
        {"error", "TEXT", "Why it failed, and the command that repeats it; NULL when done."},
        {"fingerprint", "TEXT", "Of the final state, bit for bit; NULL when failed."}},
       "",
       true},
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
         "JSON: [{name, utility, reservation}], to six decimals; utility of the deal or of "
         "leaving; in awards, money."},
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
       "The only table that depends on the machine and on interruptions.",
       {{"run_id", "INTEGER PRIMARY KEY", "The run."},
        {"wall_seconds", "REAL NOT NULL", "How long it took."},
        {"host", "TEXT NOT NULL", "Where it ran."},
        {"started", "TEXT NOT NULL", "When it began, UTC."}},
       "",
       true},
  };
  for (auto& table : tables) {
    if (table.name == "design")
      for (const auto& factor : experiment.factors)
        table.columns.push_back({factor.path, "", "Level of this factor."});
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
  return {{"result", "Every indicator of every year of every run that is done.", result},
          {"final", "The same, for the last year of each run.",
           result + " WHERE y.year = (SELECT max(year) FROM year WHERE run_id = r.run_id)"},
          {"failures", "The runs that failed, why, and how to repeat them.",
           "SELECT " + point +
               ", r.replication, r.seed, r.error FROM run r JOIN design d USING (design_id)"
               " WHERE r.status = 'failed'"},
          {"settlement", "Every negotiation with its design point.",
           "SELECT " + point +
               ", r.replication, n.* FROM run r JOIN design d USING (design_id)"
               " JOIN negotiation n USING (run_id)"}};
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

/// Sound, ours and of this schema. False: a database without any table.
bool is_store(Database& database, const std::string& path) {
  try {
    const std::string check = database.scalar("PRAGMA quick_check(1)");
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

std::vector<DesignPoint> stored_points(const Database& database) {
  std::vector<DesignPoint> points;
  Statement design{database, "SELECT * FROM design ORDER BY design_id"};
  while (design.step()) {
    DesignPoint point{design.text(1), static_cast<std::size_t>(design.integer(2) - 1), {}, {}};
    for (int column = 3; column < design.columns(); ++column)
      point.levels.push_back(design.text(column));
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

struct StoreWriter::Statements {
  explicit Statements(const Database& database, const Experiment& experiment)
      : run{database, "INSERT OR REPLACE INTO run VALUES (?, ?, ?, ?, ?, ?, ?)"},
        year{database, insertion("year", 2 + experiment.indicators.size())},
        month{database, insertion("month", 2 + experiment.monthly_indicators.size())},
        event{database, "INSERT INTO event VALUES (?, ?, ?, ?, ?)"},
        negotiation{database,
                    "INSERT INTO negotiation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
        term{database, "INSERT INTO term VALUES (?, ?, ?, ?)"},
        timing{database, "INSERT OR REPLACE INTO timing VALUES (?, ?, ?, ?)"} {}
  Statement run, year, month, event, negotiation, term, timing;
  std::string host = host_name();
};

namespace {

/// To six decimals: more digits would fill the store with rounding.
double shortened(double value) { return std::round(value * 1e6) / 1e6; }

/// NaN is NULL: SQLite knows no other.
void add_negotiation(Statement& row, Statement& term, std::int64_t run, std::int64_t position,
                     const Minutes& minutes, bool with_transcript) {
  auto parties = nlohmann::json::array();
  for (const auto& party : minutes.parties)
    parties.push_back({{"name", party.name},
                       {"utility", shortened(party.utility)},
                       {"reservation", shortened(party.reservation)}});
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
      points_{experiment.points()},
      configurations_{configuration_texts(experiment)},
      lock_{std::make_unique<Lock>(path)} {
  guarded([&] {
    database_ = std::make_unique<Database>(path, Database::Mode::kWrite);
    const bool exists = is_store(*database_, path);
    if (exists) refuse_unless_same();
    database_->execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    if (most_bytes > 0) {
      const auto page = std::stoll(database_->scalar("PRAGMA page_size"));
      database_->scalar("PRAGMA max_page_count = " + std::to_string(most_bytes / page));
    }
    database_->execute("BEGIN IMMEDIATE");
    if (!exists) create();
    Statement meta{*database_, "INSERT OR REPLACE INTO meta VALUES (?, ?)"};
    const std::string stored =
        database_->scalar("SELECT value FROM meta WHERE key = 'replications'");
    for (auto [key, value] : meta_rows(experiment_)) {
      // A store never forgets replications that it was once asked for.
      if (key == "replications" && !stored.empty())
        value = std::to_string(std::max(experiment_.replications, std::stoi(stored)));
      meta.bind(1, std::string_view{key}).bind(2, std::string_view{value}).run();
    }
    database_->execute("COMMIT");
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
  std::string marks;
  for (std::size_t i = 0; i < experiment_.factors.size(); ++i) marks += ", ?";
  Statement design{*database_, "INSERT INTO design VALUES (?, ?, ?" + marks + ")"};
  for (std::size_t i = 0; i < points_.size(); ++i) {
    design.bind(1, static_cast<std::int64_t>(i + 1))
        .bind(2, std::string_view{points_[i].policy})
        .bind(3, static_cast<std::int64_t>(points_[i].configuration + 1));
    for (std::size_t f = 0; f < points_[i].levels.size(); ++f)
      bind_level(design, static_cast<int>(f) + 4, points_[i].levels[f]);
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
    const auto described = [&](const DesignPoint& point) {
      std::string text = point.policy;
      for (const auto& level : point.levels) text += ", " + shown_level(level);
      return text;
    };
    std::string stored, wanted;
    for (const auto& point : stored_points(*database_)) stored += described(point) + "\n";
    for (const auto& point : points_) {
      // Numbers are compared as the store shows them: 0.50 and 0.5 are one level.
      DesignPoint normal = point;
      for (auto& level : normal.levels) {
        Statement statement{*database_, "SELECT ?"};
        bind_level(statement, 1, level);
        statement.step();
        level = statement.text(0);
      }
      wanted += described(normal) + "\n";
    }
    if (stored != wanted) differs("its design points differ, " + first_difference(stored, wanted));
    for (std::size_t i = 0; i < configurations_.size() && stored == wanted; ++i) {
      const std::string text = database_->scalar(
          "SELECT text FROM configuration WHERE configuration_id = " + std::to_string(i + 1));
      if (text == configurations_[i]) continue;
      differs("the scenario differs, " + first_difference(text, configurations_[i]));
      break;
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

std::vector<RunStatus> StoreWriter::statuses() const {
  std::vector<RunStatus> result(points_.size() * static_cast<std::size_t>(experiment_.replications),
                                RunStatus::kMissing);
  Statement query{*database_, "SELECT run_id, status FROM run"};
  while (query.step()) {
    const auto position = static_cast<std::size_t>(query.integer(0) - 1);
    if (position < result.size())
      result[position] = query.text(1) == "done" ? RunStatus::kDone : RunStatus::kFailed;
  }
  return result;
}

void StoreWriter::add(const RunResult& result) {
  guarded([&] {
    if (waiting_ == 0) {
      database_->execute("BEGIN IMMEDIATE");
      oldest_ = std::chrono::steady_clock::now();
    }
    ++waiting_;
    const auto id = static_cast<std::int64_t>(
        static_cast<std::size_t>(result.replication) * points_.size() + result.point + 1);
    const bool done = result.error.empty();
    auto& run = statements_->run;
    run.bind(1, id)
        .bind(2, static_cast<std::int64_t>(result.point + 1))
        .bind(3, result.replication)
        .bind(4, experiment_.seed)
        .bind(5, std::string_view{done ? "done" : "failed"});
    if (done)
      run.bind_null(6).bind(7, std::string_view{fingerprint_text(result.record.fingerprint)});
    else
      run.bind(6, std::string_view{result.error}).bind_null(7);
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
  guarded([&] { database_->execute("COMMIT"); });
  waiting_ = 0;
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

StoreReader::StoreReader(const std::string& path) : path_{path} {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored))
    throw InputError{path + " is not a file.", "Results are read from the store of a sweep.",
                     "Name the file that tavolo sweep wrote with -o."};
  try {
    database_ = std::make_unique<Database>(path, Database::Mode::kRead);
    if (!is_store(*database_, path)) refuse_foreign(path, "empty");
    Statement indicator{*database_,
                        "SELECT i.name, i.unit, i.meaning FROM indicator i JOIN "
                        "pragma_table_info('year') c ON c.name = i.name "
                        "ORDER BY c.cid"};
    while (indicator.step())
      indicators_.push_back({indicator.text(0), indicator.text(1), indicator.text(2)});
    Statement factor{*database_,
                     "SELECT name FROM pragma_table_info('design') WHERE cid > 2 ORDER BY cid"};
    while (factor.step()) factors_.push_back(factor.text(0));
    points_ = stored_points(*database_);
  } catch (const DatabaseError& error) {
    refuse_unreadable(path, error);
  }
}

std::string StoreReader::meta(std::string_view key) const {
  return database_->scalar("SELECT value FROM meta WHERE key = " + sql_text(key));
}

}  // namespace tavolo::engine
