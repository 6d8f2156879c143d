#pragma once

#include <limits>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/error.h"
#include "engine/model.h"
#include "engine/month.h"

namespace tavolo::engine {

/// A row of a config table that names a row of another table. `row` is set by `resolve`.
struct Link {
  std::string id;
  int row = -1;  ///< -1: names nothing (an optional link that was left out)
  explicit operator bool() const { return row >= 0; }
};

/// Values accepted for a number, both ends included.
struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};

/// As a text's unit: the name of something in a data file, which may be a whole number there. 19
/// and "19" are then the same.
inline constexpr std::string_view kIdentifier = "identifier";

/// One column of a config table: the reader, the checks and `describe` all follow this one list.
/// A number is finite and within `range`; a whole one is written without a decimal point. A month
/// is written "2024-03", a map as an inline table, { 2023 = 1, 2024 = 2 }.
template <class Row>
struct Field {
  using Member =
      std::variant<double Row::*, int Row::*, bool Row::*, std::string Row::*, Month Row::*,
                   Link Row::*, std::vector<double> Row::*, std::vector<std::string> Row::*,
                   std::vector<Link> Row::*, std::map<std::string, double> Row::*>;
  std::string_view key;         ///< as written in the file, unit in the name: "area_km2"
  Member member;                ///<
  std::string_view unit;        ///< "EUR", "people/year", "0..1"; "" for text
  std::string_view meaning;     ///< one line
  Range range = {};             ///< for numbers, and for every number of a list or map
  bool required = true;         ///< otherwise the row's default-initialised value stands
  std::string_view table = {};  ///< for links: the table that they name rows of
  std::vector<std::string_view> one_of = {};  ///< for text: the words accepted
};

/// A configuration: a TOML file, the files that its `include = ["…"]` names (relative to it, read
/// first), and overrides. Tables with rows are arrays of inline tables, each with an `id`:
///
///     towns = [
///       { id = "melfi", country = "IT", people = 17_000, source = "census.csv" },
///     ]
///
/// Sections of the same name are merged key by key, and so are rows of the same `id` in *different*
/// files; the including file wins, and a list or a map is replaced as a whole. The same id twice in
/// one file is an error. A file that is included several times is read once, at the first of them.
class Config {
 public:
  /// @throws nothing for bad content: it is added to `problems` (missing file, TOML syntax with
  /// file and line, include cycles, duplicate ids …).
  static Config load(const std::string& path, Problems& problems);
  /// The same for text; what it includes is relative to `file_name`.
  static Config parse(std::string_view text, const std::string& file_name, Problems& problems);
  Config();
  ~Config();
  Config(Config&&) noexcept;
  Config& operator=(Config&&) noexcept;

  /// `path` is key, section.key or table.id.key, with one more part for a value of a map. A key or
  /// section that is not in the file is added, and the reader refuses it later if it knows none
  /// such; a row must exist. Words that are not TOML are text: policy=no_intervention. Places of
  /// overrides read "--set path=value".
  void apply(std::span<const Override> overrides, Problems& problems);

  /// Where a value stands, for cross-checks after reading: place("towns", "melfi", "country"). What
  /// is not there has the place of its row, section or table, or else of the file as a whole.
  Place place(std::string_view table, std::string_view id = {}, std::string_view key = {}) const;
  bool has(std::string_view top_level_key) const;
  /// The merged configuration as TOML text in a canonical order, which parses to the same: goes
  /// into every store. Rows keep the order in which they were first read.
  std::string text() const;
  /// Adds a problem for every top-level key that is not in `known`, with the nearest known one.
  void refuse_unknown(std::span<const std::string_view> known, Problems& problems) const;

  // The type-erased reader beneath read_rows and read_section.
  using Slot =
      std::variant<double*, int*, bool*, std::string*, Month*, Link*, std::vector<double>*,
                   std::vector<std::string>*, std::vector<Link>*, std::map<std::string, double>*>;
  struct Column {
    std::string_view key, unit, table;
    Range range;
    bool required;
    std::span<const std::string_view> one_of;
  };
  std::size_t rows(std::string_view table, Problems& problems) const;  ///< 0 if absent
  void read_row(std::string_view table, std::size_t row, std::span<const Column> columns,
                std::span<const Slot> slots, Problems& problems) const;
  void read_section(std::string_view section, std::span<const Column> columns,
                    std::span<const Slot> slots, Problems& problems) const;

 private:
  struct Tree;
  std::unique_ptr<Tree> tree_;
};

namespace detail {
template <class Row>
std::vector<Config::Column> columns(std::span<const Field<Row>> fields) {
  std::vector<Config::Column> result;
  for (const auto& f : fields)
    result.push_back({f.key, f.unit, f.table, f.range, f.required, f.one_of});
  return result;
}
template <class Row>
std::vector<Config::Slot> slots(std::span<const Field<Row>> fields, Row& row) {
  std::vector<Config::Slot> result;
  for (const auto& f : fields)
    std::visit([&](auto member) { result.emplace_back(&(row.*member)); }, f.member);
  return result;
}
}  // namespace detail

/// Reads every row of `table`; wrong ones are reported, with file and line, and left as read.
/// `Row` has a member `id`; every row has one, unique in its table.
template <class Row>
std::vector<Row> read_rows(const Config& config, std::string_view table,
                           std::span<const Field<Row>> fields, Problems& problems) {
  std::vector<Row> rows(config.rows(table, problems));
  const auto columns = detail::columns(fields);
  for (std::size_t i = 0; i < rows.size(); ++i)
    config.read_row(table, i, columns, detail::slots(fields, rows[i]), problems);
  return rows;
}

/// Reads one section of single values, `[demand]`. What is left out keeps its default.
template <class Section>
Section read_section(const Config& config, std::string_view name,
                     std::span<const Field<Section>> fields, Problems& problems) {
  Section section;
  config.read_section(name, detail::columns(fields), detail::slots(fields, section), problems);
  return section;
}

/// The candidate nearest to `word` by edit distance, or "" when none is near.
std::string nearest(std::string_view word, std::span<const std::string_view> candidates);
/// The remedy for an unknown name: "Did you mean …?" when one is near, else the names there are.
std::string suggestion(std::string_view word, std::span<const std::string_view> known);

/// Sets `row` of every link of `fields` that names rows of `target_name`.
template <class Row, class Target>
void resolve(const Config& config, std::string_view table, std::vector<Row>& rows,
             std::span<const Field<Row>> fields, std::string_view target_name,
             const std::vector<Target>& targets, Problems& problems) {
  std::map<std::string_view, int> index;
  std::vector<std::string_view> ids;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    index.emplace(targets[i].id, static_cast<int>(i));
    ids.push_back(targets[i].id);
  }
  for (auto& row : rows)
    for (const auto& field : fields) {
      if (field.table != target_name) continue;
      const auto set = [&](Link& link) {
        if (link.id.empty()) return;
        const auto found = index.find(link.id);
        if (found != index.end()) {
          link.row = found->second;
          return;
        }
        const std::string near = nearest(link.id, ids);
        problems.add(config.place(table, row.id, field.key),
                     std::string{field.key} + " = \"" + link.id + "\" is not in the table " +
                         std::string{target_name} + ".",
                     "A row can only name a row that exists.",
                     near.empty() ? "Add a row \"" + link.id + "\" to " + std::string{target_name} +
                                        ", or name another."
                                  : "Did you mean \"" + near + "\"?");
      };
      if (const auto* one = std::get_if<Link Row::*>(&field.member)) set(row.**one);
      if (const auto* many = std::get_if<std::vector<Link> Row::*>(&field.member))
        for (auto& link : row.**many) set(link);
    }
}

}  // namespace tavolo::engine
