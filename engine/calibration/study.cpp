#include "engine/calibration/study.h"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <limits>
#include <sstream>

namespace tavolo::engine {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr Range kNotNegative{0, kInfinity};

const std::vector<Field<Calibration>>& head_fields() {
  using C = Calibration;
  static const std::vector<Field<C>> fields{
      {.key = "title", .member = &C::title, .unit = "", .meaning = "what is calibrated on what"},
      {.key = "model",
       .member = &C::model,
       .unit = "",
       .meaning = "a built-in model; the industry when left out",
       .required = false},
      {.key = "scenario",
       .member = &C::scenario,
       .unit = "",
       .meaning = "its file, relative to this one",
       .required = false},
      {.key = "policy", .member = &C::policy, .unit = "", .meaning = "that was in force"},
      {.key = "from", .member = &C::from, .unit = "year", .meaning = "of the first target"},
      {.key = "to", .member = &C::to, .unit = "year", .meaning = "of the last target"},
      {.key = "set",
       .member = &C::set,
       .unit = "",
       .meaning = "changes of the scenario, path=value",
       .required = false},
      {.key = "points",
       .member = &C::points,
       .unit = "runs",
       .meaning = "of each wave",
       .range = {1, 1e6}},
      {.key = "seed",
       .member = &C::seed,
       .unit = "",
       .meaning = "of all luck",
       .range = {0, 2147483647}},
      {.key = "design_seed",
       .member = &C::design_seed,
       .unit = "",
       .meaning = "of designs, errors and draws",
       .range = {0, 2147483647},
       .required = false},
      {.key = "cutoff",
       .member = &C::cutoff,
       .unit = "standard deviations",
       .meaning = "an implausibility above it rules a point out",
       .range = {1e-9, kInfinity},
       .required = false},
      {.key = "ignored",
       .member = &C::ignored,
       .unit = "targets",
       .meaning = "that may exceed the cutoff at each point",
       .range = {0, 1e6},
       .required = false},
      {.key = "keep",
       .member = &C::keep,
       .unit = "0..1",
       .meaning = "the least share of runs that a wave leaves; the cutoff gives way",
       .range = {0.001, 1},
       .required = false},
      {.key = "draws",
       .member = &C::draws,
       .unit = "rows",
       .meaning = "of the posterior table",
       .range = {10, 100000},
       .required = false},
      {.key = "posterior",
       .member = &C::posterior,
       .unit = "",
       .meaning = "the table of draws that is kept, relative to this file",
       .required = false},
  };
  return fields;
}

const std::vector<Field<FreeParameter>>& parameter_fields() {
  using P = FreeParameter;
  static const std::vector<Field<P>> fields{
      {.key = "id", .member = &P::id, .unit = "", .meaning = "of the row"},
      {.key = "path", .member = &P::path, .unit = "", .meaning = "into the scenario"},
      {.key = "prior", .member = &P::prior, .unit = "", .meaning = "a distribution"},
      {.key = "source", .member = &P::source, .unit = "", .meaning = "of the prior"},
  };
  return fields;
}

const std::vector<Field<SeriesKind>>& kind_fields() {
  using K = SeriesKind;
  static const std::vector<Field<K>> fields{
      {.key = "id", .member = &K::id, .unit = "", .meaning = "of the row"},
      {.key = "label", .member = &K::label, .unit = "", .meaning = "for tables", .required = false},
      {.key = "transform",
       .member = &K::transform,
       .unit = "",
       .meaning = "in which series are compared",
       .one_of = {"log", "logit", "none"}},
      {.key = "least",
       .member = &K::least,
       .unit = "of the series",
       .meaning = "less is taken as this much",
       .range = kNotNegative,
       .required = false},
      {.key = "observation_sd",
       .member = &K::observation_sd,
       .unit = "transformed",
       .meaning = "error of measurement",
       .range = kNotNegative},
      {.key = "discrepancy_sd",
       .member = &K::discrepancy_sd,
       .unit = "transformed, a year's step",
       .meaning = "error of the model",
       .range = kNotNegative},
      {.key = "source", .member = &K::source, .unit = "", .meaning = "of the two deviations"},
  };
  return fields;
}

const std::vector<Field<PublishedSeries>>& series_fields() {
  using S = PublishedSeries;
  static const std::vector<Field<S>> fields{
      {.key = "id", .member = &S::id, .unit = "", .meaning = "of the row"},
      {.key = "label", .member = &S::label, .unit = "", .meaning = "for tables", .required = false},
      {.key = "kind",
       .member = &S::kind,
       .unit = "",
       .meaning = "how it is compared",
       .table = "kinds"},
      {.key = "indicators", .member = &S::indicators, .unit = "", .meaning = "whose sum it is"},
      {.key = "file",
       .member = &S::file,
       .unit = "",
       .meaning = "where it is published, relative to this one",
       .required = false},
      {.key = "table",
       .member = &S::table,
       .unit = "",
       .meaning = "of that file",
       .required = false},
      {.key = "rows",
       .member = &S::rows,
       .unit = "",
       .meaning = "of that table, whose sum it is: ids, or column=value",
       .required = false},
      {.key = "rows_if_known",
       .member = &S::rows_if_known,
       .unit = "",
       .meaning = "added in the years that they know",
       .required = false},
      {.key = "value",
       .member = &S::value,
       .unit = "",
       .meaning = "column: a map of years, or a number beside the column year",
       .required = false},
      {.key = "by_year",
       .member = &S::by_year,
       .unit = "of the series",
       .meaning = "what is published, instead of a file",
       .required = false},
      {.key = "years",
       .member = &S::years,
       .unit = "",
       .meaning = "that are used; all when left out",
       .required = false},
      {.key = "fit",
       .member = &S::fit,
       .unit = "",
       .meaning = "whether it is a target; else it is only forecast and scored",
       .required = false},
      {.key = "observation_sd",
       .member = &S::observation_sd,
       .unit = "transformed",
       .meaning = "instead of the kind's",
       .range = kNotNegative,
       .required = false},
      {.key = "discrepancy_sd",
       .member = &S::discrepancy_sd,
       .unit = "transformed",
       .meaning = "instead of the kind's",
       .range = kNotNegative,
       .required = false},
      {.key = "source",
       .member = &S::source,
       .unit = "",
       .meaning = "of by_year, or what must be known of the rows",
       .required = false},
  };
  return fields;
}

/// A data file, for the rows that a series names.
const toml::table* loaded(const std::string& path, std::map<std::string, toml::table>& files,
                          std::string& why) {
  if (const auto found = files.find(path); found != files.end()) return &found->second;
  try {
    return &files.emplace(path, toml::parse_file(path)).first->second;
  } catch (const toml::parse_error& error) {
    why = std::string{error.description()};
    return nullptr;
  }
}

std::string row_id(const toml::table& row) {
  const auto* id = row.get_as<std::string>("id");
  return id ? id->get() : std::string{};
}

bool named(const toml::table& row, const std::string& name) {
  const auto at = name.find('=');
  if (at == std::string::npos) return row_id(row) == name;
  const auto* value = row.get_as<std::string>(name.substr(0, at));
  return value && value->get() == name.substr(at + 1);
}

/// The years that a row's column knows.
std::map<int, double> years_of(const toml::table& row, const std::string& column) {
  std::map<int, double> result;
  const auto* value = row.get(column);
  if (!value) return result;
  if (const auto* by_year = value->as_table()) {
    for (const auto& [key, number] : *by_year)
      if (const auto v = number.value<double>()) result[std::stoi(std::string{key.str()})] = *v;
  } else if (const auto number = value->value<double>()) {
    if (const auto year = row["year"].value<int>()) result[*year] = *number;
  }
  return result;
}

class PublishedReader {
 public:
  PublishedReader(const Config& config, const std::string& file, Problems& problems)
      : config_{config}, file_{file}, problems_{problems} {}

  void read(PublishedSeries& series) {
    if (series.file.empty()) {
      for (const auto& [key, value] : series.by_year) {
        char* end = nullptr;
        const long year = std::strtol(key.c_str(), &end, 10);
        if (*end != 0)
          refuse(series, "by_year", "\"" + key + "\" is no year.", "Write { 2019 = …, 2020 = … }.");
        series.published[static_cast<int>(year)] = value;
      }
      if (series.by_year.empty())
        refuse(series, "file", "nothing says what is published.",
               "Name file, table and rows, or give by_year.");
      return;
    }
    std::string why;
    const std::string path = beside_file(file_, series.file);
    const auto* data = loaded(path, files_, why);
    if (!data) return refuse(series, "file", path + " cannot be read: " + why, "Name a TOML file.");
    const auto* table = data->get_as<toml::array>(series.table);
    if (!table) {
      std::vector<std::string> names;
      for (const auto& [key, value] : *data)
        if (value.is_array()) names.emplace_back(key.str());
      return refuse(series, "table", "there is no table \"" + series.table + "\" in " + path + ".",
                    suggestion_of(series.table, names));
    }
    bool first = true;
    for (const auto& name : series.rows) {
      const auto known = find(series, *table, name, "rows");
      if (first) series.published = known;
      for (auto it = series.published.begin(); it != series.published.end() && !first;)
        if (const auto more = known.find(it->first); more == known.end()) {
          it = series.published.erase(it);
        } else {
          it->second += more->second;
          ++it;
        }
      first = false;
    }
    for (const auto& name : series.rows_if_known)
      for (const auto& [year, value] : find(series, *table, name, "rows_if_known"))
        if (const auto it = series.published.find(year); it != series.published.end())
          it->second += value;
    if (series.rows.empty())
      refuse(series, "rows", "rows is empty.", "Name the rows whose sum is published.");
  }

 private:
  std::map<int, double> find(const PublishedSeries& series, const toml::array& table,
                             const std::string& name, std::string_view key) {
    std::map<int, double> result;
    std::vector<std::string> ids;
    bool found = false;
    for (const auto& node : table) {
      const auto* row = node.as_table();
      if (!row) continue;
      ids.push_back(row_id(*row));
      if (!named(*row, name)) continue;
      found = true;
      result.merge(years_of(*row, series.value));
    }
    if (!found)
      refuse(series, key, "no row \"" + name + "\" is in the table " + series.table + ".",
             suggestion_of(name, ids));
    else if (result.empty())
      refuse(series, "value",
             "row \"" + name + "\" has no numbers by year under \"" + series.value + "\".",
             "Name a map of years, or a number of a row that has a year.");
    return result;
  }

  static std::string suggestion_of(const std::string& word, const std::vector<std::string>& known) {
    const std::vector<std::string_view> views(known.begin(), known.end());
    return suggestion(word, views);
  }

  void refuse(const PublishedSeries& series, std::string_view key, const std::string& what,
              const std::string& remedy) {
    problems_.add(config_.place("series", series.id, key), "series \"" + series.id + "\": " + what,
                  "A series is laid beside published numbers.", remedy);
  }

  const Config& config_;
  const std::string& file_;
  Problems& problems_;
  std::map<std::string, toml::table> files_;
};

void check(const Config& config, Calibration& c, Problems& problems) {
  if (c.from > c.to)
    problems.add(config.place("", {}, "from"), "from is after to.", "Targets lie between them.",
                 "Exchange them.");
  if (c.parameters.empty())
    problems.add(config.place("parameters"), "there are no parameters.",
                 "Nothing is free, so nothing can be calibrated.", "Add a row to parameters.");
  if (c.points.empty())
    problems.add(config.place("", {}, "points"), "points is empty.",
                 "It says how many runs the waves have.", "Write points = [2000, 1000].");
  for (auto& parameter : c.parameters) {
    std::string why;
    const auto read = Distribution::parse(parameter.prior, why);
    const Place place = config.place("parameters", parameter.id, "prior");
    if (!read)
      problems.add(place, "prior of \"" + parameter.id + "\": " + why, "It is a distribution.",
                   "Write uniform(low, high), triangular(low, mode, high), normal, lognormal, …");
    else if (read->words())
      problems.add(place, "prior of \"" + parameter.id + "\" has words.",
                   "Numbers are fitted, not words.", "Give a distribution of numbers.");
    else
      parameter.distribution = *read;
  }
  for (const auto& one : c.series) {
    if (!one.kind) continue;
    const auto& kind = c.kinds[one.kind.row];
    for (const auto& [year, value] : one.published)
      if ((kind.transform == "log" && !(value > 0)) ||
          (kind.transform == "logit" && !(value > 0 && value < 1)))
        problems.add(config.place("series", one.id),
                     "series \"" + one.id + "\" is " + std::to_string(value) + " in " +
                         std::to_string(year) + ".",
                     "It has no " + kind.transform + ".",
                     "Leave the year out, or use another kind.");
  }
}

}  // namespace

std::string beside_file(const std::string& file, const std::string& name) {
  return (std::filesystem::path{file}.parent_path() / name).lexically_normal().string();
}

double SeriesKind::transformed(double value) const {
  const double v = std::max(value, least);
  if (transform == "log") return std::log(v);
  if (transform == "logit") return std::log(v / (1 - std::min(v, 1 - 1e-9)));
  return v;
}

double SeriesKind::natural(double t) const {
  if (transform == "log") return std::exp(t);
  if (transform == "logit") return 1 / (1 + std::exp(-t));
  return t;
}

double prior_probability(const Distribution& prior, double value) {
  const auto edge = [&](auto below) {  // the u at which `below` ceases to hold
    double low = 0, high = 1;
    for (int i = 0; i < 60; ++i) {
      const double middle = (low + high) / 2;
      (below(prior.value(middle)) ? low : high) = middle;
    }
    return (low + high) / 2;
  };
  const double from = edge([&](double v) { return v < value; });
  const double to = edge([&](double v) { return v <= value; });
  return (from + to) / 2;
}

std::vector<Target> Calibration::targets(int last) const {
  std::vector<Target> result;
  for (std::size_t s = 0; s < series.size(); ++s) {
    const auto& one = series[s];
    if (!one.fit) continue;
    const auto& k = kind_of(one);
    for (const auto& [year, value] : one.published)
      if (year >= from && year <= std::min(last, to))
        result.push_back({s, year, k.transformed(value),
                          one.observation_sd >= 0 ? one.observation_sd : k.observation_sd,
                          one.discrepancy_sd >= 0 ? one.discrepancy_sd : k.discrepancy_sd});
  }
  return result;
}

Calibration read_calibration(const std::string& file) {
  Problems problems;
  const Config config = Config::load(file, problems);
  problems.throw_if_any();
  auto c = read_head(config, file, head_fields(), {"parameters", "kinds", "series"}, problems);
  c.parameters =
      read_rows<FreeParameter>(config, "parameters", std::span{parameter_fields()}, problems);
  c.kinds = read_rows<SeriesKind>(config, "kinds", std::span{kind_fields()}, problems);
  for (auto& kind : c.kinds)
    if (kind.label.empty()) kind.label = kind.id;
  c.series = read_rows<PublishedSeries>(config, "series", std::span{series_fields()}, problems);
  resolve<PublishedSeries, SeriesKind>(config, "series", c.series, std::span{series_fields()},
                                       "kinds", c.kinds, problems);
  PublishedReader published{config, file, problems};
  for (auto& one : c.series) {
    published.read(one);
    if (one.label.empty()) one.label = one.id;
    if (one.years.empty()) continue;
    std::erase_if(one.published, [&](const auto& entry) {
      return std::find(one.years.begin(), one.years.end(), entry.first) == one.years.end();
    });
  }
  std::sort(c.parameters.begin(), c.parameters.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  check(config, c, problems);
  problems.throw_if_any();
  return c;
}

}  // namespace tavolo::engine
