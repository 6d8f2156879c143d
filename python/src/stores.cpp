// Queries of a store as columns: SQLite's rows go straight into arrays.

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>
#include <sqlite3.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bindings.h"
#include "engine/error.h"
#include "engine/experiment/benchmark.h"
#include "engine/experiment/comparison.h"
#include "engine/experiment/database.h"
#include "engine/experiment/outcomes.h"
#include "engine/experiment/settlements.h"
#include "engine/experiment/store.h"

namespace tavolo::python {
namespace {

namespace nb = nanobind;

/// A column as it grows: NULLs so far, then whole numbers, numbers or words, whichever holds all
/// values met. Words are kept once each.
class Column {
 public:
  void add(sqlite3_stmt* row, int column) {
    switch (sqlite3_column_type(row, column)) {
      case SQLITE_INTEGER:
        if (kind_ == Kind::kReal)
          reals_.push_back(static_cast<double>(sqlite3_column_int64(row, column)));
        else if (kind_ == Kind::kText)
          add_word(row, column);
        else
          add_whole(sqlite3_column_int64(row, column));
        break;
      case SQLITE_FLOAT:
        if (kind_ == Kind::kText) {
          add_word(row, column);
          break;
        }
        become_real();
        reals_.push_back(sqlite3_column_double(row, column));
        break;
      case SQLITE_NULL:
        if (kind_ == Kind::kNone)
          ++nulls_;
        else if (kind_ == Kind::kText)
          codes_.push_back(-1);
        else {
          become_real();
          reals_.push_back(std::numeric_limits<double>::quiet_NaN());
        }
        break;
      default:
        add_word(row, column);
    }
  }

  /// An array of numbers, or codes and words.
  nb::object array() {
    switch (kind_) {
      case Kind::kWhole:
        return owned(std::move(wholes_));
      case Kind::kReal:
        return owned(std::move(reals_));
      case Kind::kText:
        return nb::make_tuple(owned(std::move(codes_)), nb::cast(words_));
      case Kind::kNone:
        break;
    }
    return owned(std::vector<double>(nulls_, std::numeric_limits<double>::quiet_NaN()));
  }

 private:
  enum class Kind { kNone, kWhole, kReal, kText };

  template <class T>
  static nb::object owned(std::vector<T> values) {
    auto* kept = new std::vector<T>(std::move(values));
    const nb::capsule owner(kept, [](void* p) noexcept { delete static_cast<std::vector<T>*>(p); });
    return nb::cast(nb::ndarray<nb::numpy, T, nb::ndim<1>>(kept->data(), {kept->size()}, owner));
  }
  void add_whole(std::int64_t value) {
    if (kind_ == Kind::kNone && nulls_ > 0) {
      become_real();
      reals_.push_back(static_cast<double>(value));
      return;
    }
    kind_ = Kind::kWhole;
    wholes_.push_back(value);
  }
  void become_real() {
    if (kind_ == Kind::kReal) return;
    if (kind_ == Kind::kNone) reals_.assign(nulls_, std::numeric_limits<double>::quiet_NaN());
    for (const auto whole : wholes_) reals_.push_back(static_cast<double>(whole));
    wholes_.clear();
    kind_ = Kind::kReal;
  }
  void add_word(sqlite3_stmt* row, int column) {
    if (kind_ != Kind::kText) {
      codes_.assign(nulls_, -1);
      for (const auto whole : wholes_) codes_.push_back(code(std::to_string(whole)));
      for (const auto real : reals_)
        codes_.push_back(std::isnan(real) ? -1 : code(std::to_string(real)));
      kind_ = Kind::kText;
    }
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(row, column));
    codes_.push_back(
        code(std::string{text, static_cast<std::size_t>(sqlite3_column_bytes(row, column))}));
  }
  std::int32_t code(std::string word) {
    const auto [place, is_new] =
        known_.try_emplace(std::move(word), static_cast<std::int32_t>(words_.size()));
    if (is_new) words_.push_back(place->first);
    return place->second;
  }

  Kind kind_ = Kind::kNone;
  std::size_t nulls_ = 0;
  std::vector<std::int64_t> wholes_;
  std::vector<double> reals_;
  std::vector<std::int32_t> codes_;
  std::vector<std::string> words_;
  std::unordered_map<std::string, std::int32_t> known_;
};

nb::dict query(const std::string& path, const std::string& sql) {
  std::vector<std::string> names;
  std::vector<Column> columns;
  {
    const nb::gil_scoped_release released;
    try {
      engine::Database database{path, engine::Database::Mode::kRead};
      database.execute("PRAGMA mmap_size = 68719476736");  // pages are read in place
      sqlite3_stmt* raw = nullptr;
      const int code = sqlite3_prepare_v2(database.handle(), sql.c_str(), -1, &raw, nullptr);
      if (code != SQLITE_OK) throw engine::DatabaseError{code, sqlite3_errmsg(database.handle())};
      const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> rows{raw, sqlite3_finalize};
      const int count = sqlite3_column_count(raw);
      for (int c = 0; c < count; ++c) names.emplace_back(sqlite3_column_name(raw, c));
      columns.resize(names.size());
      int step = 0;
      while ((step = sqlite3_step(raw)) == SQLITE_ROW)
        for (int c = 0; c < count; ++c) columns[static_cast<std::size_t>(c)].add(raw, c);
      if (step != SQLITE_DONE) throw engine::DatabaseError{step, sqlite3_errmsg(database.handle())};
    } catch (const engine::DatabaseError& error) {
      throw engine::InputError{path + " cannot be read: " + error.what() + ".",
                               "Its rows are what a data frame is made of.",
                               "Check that it is a store of a sweep and that the query is sound."};
    }
  }
  nb::dict result;
  for (std::size_t c = 0; c < names.size(); ++c) result[names[c].c_str()] = columns[c].array();
  return result;
}

using Stake = std::tuple<std::string, std::string, std::string>;  ///< actor, response, gains

std::string compared(const std::string& path, const std::string& baseline) {
  const nb::gil_scoped_release released;
  const engine::StoreReader store{path};
  return engine::json_text(engine::compare(store, baseline), engine::settlements_json(store));
}

/// All responses with a direction, and stakes; a threshold is a response's and a number.
std::string benchmarked(const std::string& path, const std::vector<Stake>& stakes,
                        const std::vector<std::pair<std::string, double>>& thresholds) {
  const nb::gil_scoped_release released;
  const engine::StoreReader store{path};
  auto suite = engine::suite_of(store);
  for (const auto& [id, value] : thresholds)
    for (auto& objective : suite.objectives)
      if (objective.id == id) objective.thresholds.push_back(value);
  for (const auto& [actor, response, gains] : stakes)
    suite.stakes.push_back({actor + "-" + response, actor, response, gains});
  return engine::benchmark_json(engine::benchmark(store, suite));
}

/// The mean of a table of futures by replications, with its 95 % half width.
std::pair<double, double> crossed_mean(
    const nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu>& values) {
  const auto mean =
      engine::crossed_mean({values.data(), values.size()}, values.shape(0), values.shape(1))
          .estimate();
  return {mean.value, mean.half_width};
}

nb::list responses(const std::string& path) {
  nb::list list;
  for (const auto& r : engine::question_of(engine::StoreReader{path}).responses) {
    nb::dict row;
    row["id"] = r.id;
    row["kind"] = r.kind;
    row["indicator"] = r.indicator;
    row["year"] = r.year;
    row["from"] = r.from;
    row["to"] = r.to;
    row["numerator"] = r.numerator;
    row["denominator"] = r.denominator;
    row["better"] = r.better;
    row["label"] = r.label;
    row["unit"] = r.unit;
    list.append(row);
  }
  return list;
}

}  // namespace

void bind_stores(nb::module_& m) {
  m.def("query", &query, nb::arg("path"), nb::arg("sql"),
        "The columns of a query: arrays of numbers, or (codes, words).");
  m.def("compare_json", &compared, nb::arg("path"), nb::arg("baseline") = "",
        "What `tavolo compare --format json` prints.");
  m.def("benchmark_json", &benchmarked, nb::arg("path"), nb::arg("stakes"), nb::arg("thresholds"),
        "What `tavolo benchmark --json` prints, of all responses with a direction. stakes: (actor, "
        "response, max or min); thresholds: (response, value).");
  m.def("crossed_mean", &crossed_mean, nb::arg("values"),
        "Mean over futures (rows) and luck (columns), and its 95 % half width.");
  m.def("responses", &responses, nb::arg("path"), "What the experiment asks of its runs.");
  m.attr("store_schema") = engine::kStoreSchema;
}

}  // namespace tavolo::python
