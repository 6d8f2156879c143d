#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config.h"
#include "engine/error.h"

namespace tavolo::engine {

/// A data file: comma-separated values (RFC 4180) in UTF-8, the first row naming the columns.
/// Blanks around a field and empty lines do not count. Every row has a field for each column.
class CsvTable {
 public:
  /// @throws nothing for bad content: it is added to `problems` (missing file, ragged row, open
  /// quotation mark, two columns of one name …).
  static CsvTable load(const std::string& path, Problems& problems);
  static CsvTable parse(std::string_view text, const std::string& file_name, Problems& problems);

  std::size_t rows() const { return lines_.size(); }
  const std::vector<std::string>& columns() const { return columns_; }
  bool has(std::string_view column) const { return index(column) < columns_.size(); }
  /// The file, for what concerns no row; the line of a row.
  Place place() const { return {file_, 0}; }
  Place place(std::size_t row) const { return {file_, lines_[row]}; }

  /// A column that exists, by row.
  std::vector<std::string> text(std::string_view column) const;
  /// The same as finite numbers within `range`; what is none is reported, line by line up to a few,
  /// and is zero.
  std::vector<double> numbers(std::string_view column, const Range& range,
                              Problems& problems) const;
  /// The same as names: "19" for 19.0, as some programs write whole numbers.
  std::vector<std::string> identifiers(std::string_view column) const;

 private:
  std::size_t index(std::string_view column) const;

  std::string file_;
  std::vector<std::string> columns_;
  std::vector<std::string> fields_;  // row by row
  std::vector<int> lines_;           // by row
};

}  // namespace tavolo::engine
