#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config.h"
#include "engine/error.h"
#include "engine/experiment/sampling.h"

namespace tavolo::engine {

/// What a calibration is: the free parameters of a scenario with their priors, the published series
/// that the model is laid beside, how well those are measured, how far the model is trusted, and
/// how many runs are made. Read from one TOML file (docs/calibration.md); knows no model.

/// A value of the scenario that is not known.
struct FreeParameter {
  std::string id;
  std::string path;    ///< into the scenario: "demand.peer_effect"
  std::string prior;   ///< a distribution of numbers (sampling.h)
  std::string source;  ///< of the prior; what is no citation begins with "assumed"
  Distribution distribution{};
};

/// The share of the prior below `value`; in the middle of a step of whole numbers.
double prior_probability(const Distribution& prior, double value);

/// How series of one kind are compared. With T the transform, published y and simulated x of year t
/// are tied by
///     T(y_t) = T(x_t) + delta_t + e_t,   delta_t = delta_(t-1) + N(0, discrepancy_sd²),
/// e_t ~ N(0, observation_sd²), delta = 0 in the year before the first, to which the model is
/// matched. The discrepancy is a random walk: what the model lacks one year it lacks the next
/// (Brynjarsdottir & O'Hagan 2014, Inverse Problems 30, 114007, on why it must be there at all).
struct SeriesKind {
  std::string id;
  std::string label;
  std::string transform = "log";  ///< log, logit or none
  double least = 0;               ///< in the series' unit: less is taken as this much
  double observation_sd = 0;      ///< transformed
  double discrepancy_sd = 0;      ///< transformed, of a year's step
  std::string source;             ///< of the two deviations

  double transformed(double value) const;
  double natural(double transformed) const;
};

/// One published series and the indicators whose sum it is of.
struct PublishedSeries {
  std::string id, label;
  Link kind;
  std::vector<std::string> indicators;
  // Where it is published: rows of a table of a file, by id or as "town=melfi"; their sum.
  std::string file, table;
  std::vector<std::string> rows;           ///< all of them must know a year
  std::vector<std::string> rows_if_known;  ///< added in the years that they know
  std::string value = "by_year";           ///< a map of years, or a number beside `year`
  std::map<std::string, double> by_year;   ///< instead of a file
  std::vector<double> years;               ///< that are used; all when left out
  bool fit = true;                         ///< a target; else only forecast and scored
  double observation_sd = -1;              ///< the kind's when left out
  double discrepancy_sd = -1;              ///< the kind's when left out
  std::string source;                      ///< where it is not the file's rows that say it

  std::map<int, double> published = {};  ///< by year, in natural units
};

/// One number to be met.
struct Target {
  std::size_t series;
  int year;
  double value;  ///< transformed
  double observation_sd;
  double discrepancy_sd;  ///< of a year's step
};

struct Calibration {
  std::string file;
  std::string title, model, scenario, policy;  ///< model: a built-in one; else the program's
  int from = 0, to = 0;  ///< first and last year of targets; the model is matched to from - 1
  std::vector<std::string> set;  ///< changes of the scenario, "path=value"

  std::vector<FreeParameter> parameters;  ///< alphabetical by path, as a design has its factors
  std::vector<SeriesKind> kinds;
  std::vector<PublishedSeries> series;

  std::vector<double> points;  ///< runs of each wave
  int seed = 0, design_seed = 1;
  double cutoff = 3;      ///< of implausibility: the three-sigma rule of Pukelsheim (1994)
  int ignored = 2;        ///< targets that may exceed it, of each point
  double keep = 0.1;      ///< the least share of the runs that a wave leaves
  int draws = 400;        ///< of the posterior table
  std::string posterior;  ///< the table that is kept, relative to the file; may be left out

  const SeriesKind& kind_of(const PublishedSeries& one) const { return kinds[one.kind.row]; }
  /// Published numbers of series that are fitted, of `from` … `last`; by series, then year.
  std::vector<Target> targets(int last) const;
};

/// @throws InputError with every problem: file and line, why, and the nearest key or row.
Calibration read_calibration(const std::string& file);

/// The values at the top of a study's file; any other key there is a problem, but for `tables`.
template <class Study>
Study read_head(const Config& config, const std::string& file,
                const std::vector<Field<Study>>& fields, std::vector<std::string_view> tables,
                Problems& problems) {
  tables.push_back("include");
  for (const auto& field : fields) tables.push_back(field.key);
  config.refuse_unknown(tables, problems);
  auto study = read_section<Study>(config, "", std::span{fields}, problems);
  study.file = file;
  return study;
}

/// A file that `name` in `file` means: relative to its folder.
std::string beside_file(const std::string& file, const std::string& name);

}  // namespace tavolo::engine
