#include "engine/csv.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>
#include <iterator>
#include <set>
#include <utility>
#include <variant>

#include "engine/text.h"

namespace tavolo::engine {
namespace {

/// Problems of one kind that are told one by one; many more would bury the first.
constexpr std::size_t kTold = 5;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string shown(std::string_view text) {
  constexpr std::size_t kShown = 40;
  if (text.size() <= kShown) return in_quotes(text);
  std::size_t end = kShown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return in_quotes(std::string{text.substr(0, end)} + "…");
}

/// Cuts a text into rows of fields.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_{text} {}

  /// The next row that is not empty; false at the end. `line` is where it begins.
  bool next(std::vector<std::string>& fields, int& line) {
    do {
      if (at_ >= text_.size()) return false;
      line = line_;
      fields.clear();
      read_row(fields);
    } while (fields.size() == 1 && fields.front().empty());
    return true;
  }
  /// The line in which a quotation mark was opened and never closed, or 0.
  int open_quote() const { return open_quote_; }
  /// The line of a closing quotation mark with text behind it, or 0.
  int text_behind_quote() const { return text_behind_quote_; }

 private:
  char here() const { return at_ < text_.size() ? text_[at_] : '\n'; }

  void read_row(std::vector<std::string>& fields) {
    while (true) {
      fields.push_back(read_field());
      if (here() != ',') break;
      ++at_;
    }
    if (here() == '\r') ++at_;
    if (here() == '\n') ++at_;
    ++line_;
  }

  bool ends_field() const {
    const char c = here();
    return c == ',' || c == '\n' ||
           (c == '\r' && (at_ + 1 >= text_.size() || text_[at_ + 1] == '\n'));
  }

  std::string read_field() {
    while (here() == ' ' || here() == '\t') ++at_;
    if (here() == '"') return read_quoted();
    const std::size_t begin = at_;
    while (!ends_field()) ++at_;
    return std::string{trimmed(text_.substr(begin, at_ - begin))};
  }

  std::string read_quoted() {
    const int line = line_;
    bool closed = false;
    std::string field;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') {
        ++at_;
        closed = here() != '"';
        if (closed) break;
      }
      if (text_[at_] == '\n') ++line_;
      field += text_[at_];
    }
    if (!closed) open_quote_ = line;
    while (here() == ' ' || here() == '\t') ++at_;
    if (!ends_field() && text_behind_quote_ == 0) text_behind_quote_ = line_;
    while (!ends_field()) ++at_;
    return field;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1, open_quote_ = 0, text_behind_quote_ = 0;
};

}  // namespace

CsvTable CsvTable::load(const std::string& path, Problems& problems) {
  auto text = read_file(path);
  if (const auto* why = std::get_if<1>(&text)) {
    problems.add({path, 0}, "the file " + *why + ".", "It holds the data.", "Check the path.");
    CsvTable empty;
    empty.file_ = path;
    return empty;
  }
  return parse(std::get<0>(text), path, problems);
}

CsvTable CsvTable::parse(std::string_view text, const std::string& file_name, Problems& problems) {
  CsvTable table;
  table.file_ = file_name;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (const auto end = end_of_utf8(text); end != text.size()) {
    const auto lines =
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), '\n');
    problems.add({file_name, 1 + static_cast<int>(lines)}, "this is not text in UTF-8.",
                 "A data file is comma-separated text.",
                 "Save the file as UTF-8, or name another.");
    return table;
  }
  Scanner scanner{text};
  std::vector<std::string> fields;
  int line = 0;
  if (!scanner.next(fields, line)) {
    problems.add({file_name, 0}, "the file is empty.", "Its first row names the columns.",
                 "Check that it was written.");
    return table;
  }
  std::set<std::string> names;
  for (const auto& name : fields)
    if (!name.empty() && !names.insert(name).second)
      problems.add({file_name, line}, "two columns are named " + shown(name) + ".",
                   "A column is known by its name.", "Rename one of them.");
  table.columns_ = fields;
  std::size_t ragged = 0;
  while (scanner.next(fields, line)) {
    if (fields.size() != table.columns_.size()) {
      if (++ragged <= kTold)
        problems.add({file_name, line},
                     "the row has " + std::to_string(fields.size()) + " fields, the heading " +
                         std::to_string(table.columns_.size()) + ".",
                     "Every row has a field for each column.",
                     "Put a field that holds a comma in quotation marks.");
      continue;
    }
    table.lines_.push_back(line);
    std::move(fields.begin(), fields.end(), std::back_inserter(table.fields_));
  }
  if (ragged > kTold)
    problems.add({file_name, 0},
                 std::to_string(ragged - kTold) + " more rows are too long or short.",
                 "Every row has a field for each column.", "Mend the first ones first.");
  if (const int open = scanner.open_quote(); open != 0)
    problems.add({file_name, open}, "a quotation mark is opened and never closed.",
                 "All that follows is one field.", "Close it, or write two for one.");
  if (const int behind = scanner.text_behind_quote(); behind != 0)
    problems.add({file_name, behind}, "text follows a closing quotation mark.",
                 "A field in quotation marks ends with them.", "Write two for one within a field.");
  return table;
}

std::size_t CsvTable::index(std::string_view column) const {
  return static_cast<std::size_t>(std::find(columns_.begin(), columns_.end(), column) -
                                  columns_.begin());
}

std::vector<std::string> CsvTable::text(std::string_view column) const {
  assert(has(column));
  std::vector<std::string> result(rows());
  for (std::size_t row = 0; row < rows(); ++row)
    result[row] = fields_[row * columns_.size() + index(column)];
  return result;
}

std::vector<double> CsvTable::numbers(std::string_view column, const Range& range,
                                      Problems& problems) const {
  const auto fields = text(column);
  std::vector<double> result(rows());
  std::size_t wrong = 0;
  for (std::size_t row = 0; row < rows(); ++row) {
    std::string_view field = fields[row];
    if (field.starts_with('+')) field.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
    const bool number =
        error == std::errc{} && end == field.data() + field.size() && std::isfinite(value);
    if (number && value >= range.low && value <= range.high) {
      result[row] = value;
      continue;
    }
    if (++wrong > kTold) continue;
    std::string expected = "It is a finite number";
    if (range.low == kPositive.low)
      expected += " above 0";
    else if (std::isfinite(range.low))
      expected += ", " + number_text(range.low) + " or more";
    if (std::isfinite(range.high)) expected += ", " + number_text(range.high) + " or less";
    problems.add(place(row),
                 std::string{column} + (fields[row].empty() ? " is empty."
                                                            : " = " + shown(fields[row]) +
                                                                  (number ? " is out of range."
                                                                          : " is not a number.")),
                 expected + ".", "Correct the field, or leave out the row.");
  }
  if (wrong > kTold)
    problems.add(
        place(),
        std::to_string(wrong - kTold) + " more fields of " + std::string{column} + " are wrong.",
        "Each is a finite number.", "Mend the first ones first.");
  return result;
}

std::vector<std::string> CsvTable::identifiers(std::string_view column) const {
  auto result = text(column);
  for (auto& name : result) {
    const auto point = name.find('.');
    if (point == std::string::npos || point == 0 || point + 1 == name.size()) continue;
    const std::size_t first = name.front() == '-' ? 1 : 0;
    const bool whole = point > first && name.find_first_not_of("0123456789", first) == point &&
                       name.find_first_not_of('0', point + 1) == std::string::npos;
    if (whole) name.erase(point);
  }
  return result;
}

}  // namespace tavolo::engine
