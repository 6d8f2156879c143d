#include "engine/experiment/database.h"

#include <sqlite3.h>

namespace tavolo::engine {
namespace {

/// Another process may hold the file for the length of a commit; that is worth waiting for.
constexpr int kBusyMilliseconds = 10'000;

std::string doubled(std::string_view text, char quote) {
  std::string result{quote};
  for (const char c : text) {
    if (c == quote) result += quote;
    result += c;
  }
  return result + quote;
}

}  // namespace

bool DatabaseError::disk_full() const { return (code_ & 0xff) == SQLITE_FULL; }

bool DatabaseError::not_a_database() const { return (code_ & 0xff) == SQLITE_NOTADB; }

bool DatabaseError::damaged() const {
  return (code_ & 0xff) == SQLITE_CORRUPT || code_ == SQLITE_IOERR_SHORT_READ;
}

Database::Database(const std::string& path, Mode mode) {
  // A reader, too, must roll back what a killed process has left half written, so it opens the file
  // for writing where it may; query_only keeps it from writing anything else.
  const int flags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (mode == Mode::kRead ? 0 : SQLITE_OPEN_CREATE);
  const int code = sqlite3_open_v2(path.c_str(), &handle_, flags, nullptr);
  if (code != SQLITE_OK) {
    const std::string message = handle_ != nullptr ? sqlite3_errmsg(handle_) : "out of memory";
    sqlite3_close(handle_);
    throw DatabaseError{code, message};
  }
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_timeout(handle_, kBusyMilliseconds);
  if (mode == Mode::kRead)
    sqlite3_exec(handle_, "PRAGMA query_only = 1", nullptr, nullptr, nullptr);
}

Database::~Database() { sqlite3_close(handle_); }

void Database::execute(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK)
    throw DatabaseError{sqlite3_extended_errcode(handle_), sqlite3_errmsg(handle_)};
}

std::string Database::scalar(const std::string& sql) {
  Statement statement{*this, sql};
  return statement.step() ? statement.text(0) : "";
}

Statement::Statement(const Database& database, const std::string& sql)
    : database_{database.handle()} {
  check(sqlite3_prepare_v2(database_, sql.c_str(), -1, &handle_, nullptr));
}

Statement::~Statement() { sqlite3_finalize(handle_); }

void Statement::check(int code) const {
  if (code != SQLITE_OK)
    throw DatabaseError{sqlite3_extended_errcode(database_), sqlite3_errmsg(database_)};
}

Statement& Statement::bind(int parameter, std::int64_t value) {
  check(sqlite3_bind_int64(handle_, parameter, value));
  return *this;
}

Statement& Statement::bind(int parameter, double value) {
  check(sqlite3_bind_double(handle_, parameter, value));
  return *this;
}

Statement& Statement::bind(int parameter, std::string_view text) {
  check(sqlite3_bind_text64(handle_, parameter, text.data(), text.size(), SQLITE_TRANSIENT,
                            SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind_null(int parameter) {
  check(sqlite3_bind_null(handle_, parameter));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  const DatabaseError error{sqlite3_extended_errcode(database_), sqlite3_errmsg(database_)};
  sqlite3_reset(handle_);
  throw error;
}

void Statement::run() {
  while (step()) {
  }
  check(sqlite3_reset(handle_));
}

int Statement::columns() const { return sqlite3_column_count(handle_); }

std::string Statement::name(int column) const { return sqlite3_column_name(handle_, column); }

bool Statement::is_null(int column) const {
  return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

bool Statement::is_real(int column) const {
  return sqlite3_column_type(handle_, column) == SQLITE_FLOAT;
}

bool Statement::is_integer(int column) const {
  return sqlite3_column_type(handle_, column) == SQLITE_INTEGER;
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(handle_, column); }

double Statement::real(int column) const { return sqlite3_column_double(handle_, column); }

std::string Statement::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  if (text == nullptr) return "";
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

std::string sql_name(std::string_view name) { return doubled(name, '"'); }

std::string sql_text(std::string_view text) { return doubled(text, '\''); }

}  // namespace tavolo::engine
