#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace tavolo::engine {

/// What SQLite said: `code` is its extended result code.
class DatabaseError : public std::runtime_error {
 public:
  DatabaseError(int code, const std::string& message) : std::runtime_error{message}, code_{code} {}
  int code() const { return code_; }
  bool disk_full() const;
  bool not_a_database() const;
  bool damaged() const;  ///< truncated or overwritten

 private:
  int code_;
};

/// A connection to one SQLite file. All functions throw DatabaseError.
class Database {
 public:
  enum class Mode { kRead, kWrite };
  Database(const std::string& path, Mode mode);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void execute(const std::string& sql);
  /// The first column of the first row, "" when there is none.
  std::string scalar(const std::string& sql);
  sqlite3* handle() const { return handle_; }

 private:
  sqlite3* handle_ = nullptr;
};

/// A prepared statement. Parameters and columns are counted as SQLite does: from 1 and from 0.
class Statement {
 public:
  Statement(const Database& database, const std::string& sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(int parameter, std::int64_t value);
  Statement& bind(int parameter, int value) { return bind(parameter, std::int64_t{value}); }
  Statement& bind(int parameter, double value);
  Statement& bind(int parameter, std::string_view text);
  Statement& bind_null(int parameter);

  bool step();  ///< to the next row; false after the last
  void run();   ///< to the end, and ready to be bound anew

  int columns() const;
  std::string name(int column) const;
  bool is_null(int column) const;
  bool is_real(int column) const;     ///< a number that is not stored as a whole one
  bool is_integer(int column) const;  ///< one that is
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;  ///< "" for NULL

 private:
  void check(int code) const;

  sqlite3* database_;
  sqlite3_stmt* handle_ = nullptr;
};

/// A name as SQL writes it: "demand.peer_effect".
std::string sql_name(std::string_view name);
std::string sql_text(std::string_view text);

}  // namespace tavolo::engine
