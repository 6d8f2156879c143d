#include "engine/experiment/design.h"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "engine/csv.h"
#include "engine/experiment/table.h"
#include "engine/random.h"

namespace tavolo::engine {
namespace {

constexpr std::string_view kDesign = "design", kFactors = "factors", kResponses = "responses",
                           kReplications = "replications";
constexpr std::array<std::string_view, 9> kTopLevel{"question", "model",    "scenario",
                                                    "rank_by",  kDesign,    kReplications,
                                                    kFactors,   kResponses, "include"};
constexpr double kMostReplications = 10'000'000, kMostPoints = 100'000, kMostSamples = 1'000'000;
constexpr std::array<std::string_view, 8> kKinds{"grid", "list",  "file",     "random",
                                                 "lhs",  "sobol", "saltelli", "morris"};

struct Head {
  std::string question, model, scenario, rank_by;
};

const std::vector<Field<Head>>& head_fields() {
  static const std::vector<Field<Head>> fields{
      {.key = "question", .member = &Head::question, .unit = "", .meaning = "what is asked"},
      {.key = "model",
       .member = &Head::model,
       .unit = "",
       .meaning = "a built-in model, with a scenario of its own",
       .required = false},
      {.key = "scenario",
       .member = &Head::scenario,
       .unit = "",
       .meaning = "the scenario's file, relative to this one",
       .required = false},
      {.key = "rank_by",
       .member = &Head::rank_by,
       .unit = "",
       .meaning = "the response by which policies are ranked",
       .required = false},
  };
  return fields;
}

struct Design {
  std::vector<std::string> policies;
  std::string baseline;
  int replications = 0;
  int seed = 0;
  std::string events = "first", crn = "sync";
  std::string kind = "grid", scramble, combine = "cross", file;
  int n = 0, design_seed = -1, levels = 0;
  bool second_order = false;
};

const std::vector<Field<Design>>& design_fields() {
  static const std::vector<Field<Design>> fields{
      {.key = "kind",
       .member = &Design::kind,
       .unit = "",
       .meaning = "how design points are laid out",
       .required = false,
       .one_of = {kKinds.begin(), kKinds.end()}},
      {.key = "n",
       .member = &Design::n,
       .unit = "samples",
       .meaning = "of saltelli blocks, of morris trajectories",
       .range = {1, kMostSamples},
       .required = false},
      {.key = "design_seed",
       .member = &Design::design_seed,
       .unit = "",
       .meaning = "of the samples; the seed of all luck when left out",
       .range = {0, std::numeric_limits<int>::max()},
       .required = false},
      {.key = "scramble",
       .member = &Design::scramble,
       .unit = "",
       .meaning = "of sobol and saltelli",
       .required = false,
       .one_of = {"owen", "shift", "none"}},
      {.key = "levels",
       .member = &Design::levels,
       .unit = "levels",
       .meaning = "of morris, an even number",
       .range = {2, 1000},
       .required = false},
      {.key = "second_order",
       .member = &Design::second_order,
       .unit = "",
       .meaning = "of saltelli: blocks that tell pairs of factors apart",
       .required = false},
      {.key = "combine",
       .member = &Design::combine,
       .unit = "",
       .meaning = "every policy with every sample, or one after another",
       .required = false,
       .one_of = {"cross", "zip"}},
      {.key = "file",
       .member = &Design::file,
       .unit = "",
       .meaning = "CSV of the points, relative to this file",
       .required = false},
      {.key = "policies", .member = &Design::policies, .unit = "", .meaning = "policies compared"},
      {.key = "baseline",
       .member = &Design::baseline,
       .unit = "",
       .meaning = "the policy, or factor=level, from which differences are taken"},
      {.key = "replications",
       .member = &Design::replications,
       .unit = "runs",
       .meaning = "per design point",
       .range = {1, kMostReplications},
       .required = false},
      {.key = "seed",
       .member = &Design::seed,
       .unit = "",
       .meaning = "of all luck",
       .range = {0, std::numeric_limits<int>::max()}},
      {.key = "events",
       .member = &Design::events,
       .unit = "",
       .meaning = "whose chronicle is kept",
       .required = false,
       .one_of = {"first", "all", "none"}},
      {.key = "crn",
       .member = &Design::crn,
       .unit = "",
       .meaning = "common random numbers: at every point, among the policies of a sample, or none",
       .required = false,
       .one_of = {"sync", "policies", "none"}},
  };
  return fields;
}

const std::vector<Field<ReplicationRule>>& rule_fields() {
  using R = ReplicationRule;
  constexpr Range kRuns{2, kMostReplications};
  static const std::vector<Field<R>> fields{
      {.key = "rule",
       .member = &R::name,
       .unit = "",
       .meaning = "by which results decide who is run again",
       .one_of = {"precision", "kim_nelson", "rinott", "ocba"}},
      {.key = "among",
       .member = &R::among,
       .unit = "",
       .meaning = "strategies are policies, each over all factor levels, or design points",
       .required = false,
       .one_of = {"policies", "points"}},
      {.key = "response",
       .member = &R::response,
       .unit = "",
       .meaning = "by which kim_nelson, rinott and ocba select; rank_by when left out",
       .required = false},
      {.key = "of",
       .member = &R::of,
       .unit = "",
       .meaning = "whose intervals precision narrows",
       .required = false,
       .one_of = {"level", "difference"}},
      {.key = "indifference",
       .member = &R::indifference,
       .unit = "the response's",
       .meaning = "what kim_nelson and rinott need not tell apart",
       .range = {1e-300, 1e300},
       .required = false},
      {.key = "confidence",
       .member = &R::confidence,
       .unit = "0..1",
       .meaning = "of intervals, or that the best one is selected",
       .range = {0.5, 0.9999},
       .required = false},
      {.key = "first",
       .member = &R::first,
       .unit = "runs",
       .meaning = "per design point, before anything is decided",
       .range = kRuns,
       .required = false},
      {.key = "step",
       .member = &R::step,
       .unit = "runs",
       .meaning = "at least so many more of a design point before the next decision",
       .range = {1, kMostReplications},
       .required = false},
      {.key = "most",
       .member = &R::most,
       .unit = "runs",
       .meaning = "per design point",
       .range = kRuns,
       .required = false},
      {.key = "budget",
       .member = &R::budget,
       .unit = "replications",
       .meaning = "of all strategies together, which ocba shares out",
       .range = kRuns,
       .required = false},
  };
  return fields;
}

const std::vector<Field<Response>>& response_fields() {
  constexpr Range kYears{1, 9999};
  static const std::vector<Field<Response>> fields{
      {.key = "id", .member = &Response::id, .unit = "", .meaning = "its name"},
      {.key = "kind",
       .member = &Response::kind,
       .unit = "",
       .meaning = "how it is computed",
       .required = false,
       .one_of = {"value", "total", "mean", "probability", "ratio"}},
      {.key = "indicator",
       .member = &Response::indicator,
       .unit = "",
       .meaning = "what is recorded every year",
       .required = false},
      {.key = "year",
       .member = &Response::year,
       .unit = "year",
       .meaning = "of value and probability",
       .range = kYears,
       .required = false},
      {.key = "from",
       .member = &Response::from,
       .unit = "year",
       .meaning = "first year of total and mean",
       .range = kYears,
       .required = false},
      {.key = "to",
       .member = &Response::to,
       .unit = "year",
       .meaning = "last year of total and mean",
       .range = kYears,
       .required = false},
      {.key = "at_least",
       .member = &Response::at_least,
       .unit = "the indicator's",
       .meaning = "lower bound of probability",
       .required = false},
      {.key = "at_most",
       .member = &Response::at_most,
       .unit = "the indicator's",
       .meaning = "upper bound of probability",
       .required = false},
      {.key = "numerator",
       .member = &Response::numerator,
       .unit = "",
       .meaning = "response above the line of a ratio",
       .required = false},
      {.key = "denominator",
       .member = &Response::denominator,
       .unit = "",
       .meaning = "response below the line of a ratio",
       .required = false},
      {.key = "better",
       .member = &Response::better,
       .unit = "",
       .meaning = "the direction that is wished for",
       .required = false,
       .one_of = {"max", "min", ""}},
      {.key = "label",
       .member = &Response::label,
       .unit = "",
       .meaning = "its name in tables",
       .required = false},
      {.key = "unit",
       .member = &Response::unit,
       .unit = "",
       .meaning = "its unit in tables",
       .required = false},
      {.key = "half_width",
       .member = &Response::half_width,
       .unit = "the response's",
       .meaning = "as narrow as the rule precision is to make its interval",
       .range = {1e-300, 1e300},
       .required = false},
      {.key = "relative_half_width",
       .member = &Response::relative_half_width,
       .unit = "0..1",
       .meaning = "the same, as a share of its mean",
       .range = {1e-9, 1},
       .required = false},
  };
  return fields;
}

std::string in_quotes(std::string_view word) { return "\"" + std::string{word} + "\""; }

std::vector<std::string_view> views(std::span<const std::string> words) {
  return {words.begin(), words.end()};
}

bool contains(std::span<const std::string_view> words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// The keys that a response of one kind uses, beyond those of every response.
std::vector<std::string_view> keys_of(std::string_view kind) {
  if (kind == "value") return {"indicator", "year"};
  if (kind == "total" || kind == "mean") return {"indicator", "from", "to"};
  if (kind == "probability") return {"indicator", "year", "at_least", "at_most"};
  return {"numerator", "denominator"};
}

void check_response(const Config& config, Response& response, std::span<const Indicator> indicators,
                    std::span<const Response> all, Problems& problems) {
  const auto place = [&](std::string_view key) {
    return config.place(kResponses, response.id, key);
  };
  const std::vector<std::string_view> known{"value", "total", "mean", "probability", "ratio"};
  if (!contains(known, response.kind)) return;  // reported by the reader

  const std::array<std::pair<std::string_view, bool>, 8> given{{
      {"indicator", !response.indicator.empty()},
      {"year", response.year != 0},
      {"from", response.from != 0},
      {"to", response.to != 0},
      {"at_least", !std::isnan(response.at_least)},
      {"at_most", !std::isnan(response.at_most)},
      {"numerator", !response.numerator.empty()},
      {"denominator", !response.denominator.empty()},
  }};
  const auto used = keys_of(response.kind);
  for (const auto& [key, is_given] : given) {
    const bool bound = key == "at_least" || key == "at_most";
    if (is_given && !contains(used, key))
      problems.add(place(key),
                   "response " + in_quotes(response.id) + " has a key " + std::string{key} + ".",
                   "A response of kind " + in_quotes(response.kind) + " does not use it.",
                   "Leave it out, or choose another kind.");
    if (!is_given && !bound && contains(used, key))
      problems.add(place({}),
                   "response " + in_quotes(response.id) + " has no key " + std::string{key} + ".",
                   "A response of kind " + in_quotes(response.kind) + " needs it.",
                   "Add " + std::string{key} + " = … to the row.");
  }
  if (response.kind == "probability" &&
      std::isnan(response.at_least) == std::isnan(response.at_most))
    problems.add(
        place({}), "response " + in_quotes(response.id) + " needs either at_least or at_most.",
        "A probability counts the runs on one side of a bound.", "Give exactly one of the two.");
  if (response.from != 0 && response.to != 0 && response.from > response.to)
    problems.add(place("from"),
                 "response " + in_quotes(response.id) + " runs from " +
                     std::to_string(response.from) + " to " + std::to_string(response.to) + ".",
                 "Both years are included, so the first may not be after the last.",
                 "Exchange from and to.");

  if (!response.indicator.empty()) {
    std::vector<std::string_view> names;
    for (const auto& indicator : indicators) names.push_back(indicator.name);
    const auto found = std::find(names.begin(), names.end(), response.indicator);
    if (found == names.end())
      problems.add(place("indicator"),
                   "indicator " + in_quotes(response.indicator) + " is unknown.",
                   "Responses are computed from what the model records every year.",
                   suggestion(response.indicator, names));
    else if (response.unit.empty() && response.kind != "probability")
      response.unit = indicators[static_cast<std::size_t>(found - names.begin())].unit;
  }
  if (response.narrowed() &&
      (response.kind == "ratio" ||
       std::isnan(response.half_width) == std::isnan(response.relative_half_width)))
    problems.add(place({}),
                 "response " + in_quotes(response.id) + " cannot be made as narrow as it says.",
                 "A half width is one number, absolute or relative, and of a mean: a ratio's "
                 "interval may have no ends.",
                 "Give half_width or relative_half_width, to a response of another kind.");
  if (response.kind == "ratio") {
    std::vector<std::string_view> usable;
    for (const auto& other : all)
      if (other.kind != "ratio" && other.kind != "probability") usable.push_back(other.id);
    for (const auto& [key, id] : {std::pair{"numerator", response.numerator},
                                  std::pair{"denominator", response.denominator}})
      if (!id.empty() && !contains(usable, id))
        problems.add(place(key),
                     std::string{key} + " = " + in_quotes(id) +
                         " is no response of kind value, total or mean.",
                     "A ratio divides the paired differences of two such responses.",
                     usable.empty() ? "Add one to responses." : suggestion(id, usable));
  }
  if (response.label.empty()) response.label = response.id;
}

std::vector<Response> read_responses(const Config& config, std::span<const Indicator> indicators,
                                     Problems& problems) {
  auto responses = read_rows<Response>(config, kResponses, std::span{response_fields()}, problems);
  const auto all = responses;
  for (auto& response : responses) check_response(config, response, indicators, all, problems);
  return responses;
}

/// As TOML writes it; a decimal in the fewest digits that read back as the same number.
std::string level_text(const toml::node& level) {
  if (const auto* number = level.as_floating_point()) {
    const std::string text = exact(number->get());
    return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
  }
  std::ostringstream text;
  level.visit([&](const auto& value) { text << value; });
  return text.str();
}

/// A factor's keys are the experimenter's own, so they are read from the tree itself.
std::vector<Factor> read_factors(const Config& config, const toml::table& tree, bool repeats,
                                 Problems& problems) {
  std::vector<Factor> factors;
  const auto* node = tree.get(kFactors);
  if (node == nullptr) return factors;
  const auto* table = node->as_table();
  if (table == nullptr) {
    problems.add(config.place(kFactors), "factors is not a section.",
                 "Every key of it is a path into the scenario.",
                 "Write [factors], and below it \"path.into.scenario\" = [levels].");
    return factors;
  }
  for (const auto& [key, value] : *table) {
    const std::string path{key.str()};
    const Place place = config.place(kFactors, {}, path);
    const auto refuse = [&](const std::string& problem, std::string_view reason,
                            std::string_view remedy) {
      problems.add(place, "factor " + in_quotes(path) + " " + problem, reason, remedy);
    };
    if (path.empty() || path == "policy") {
      refuse("is not a path into the scenario.", "Policies are crossed with factors by themselves.",
             "List policies in [design].");
      continue;
    }
    Factor factor{path, {}};
    if (const auto* uncertain = value.as_table()) {
      for (const auto& [word, node] : *uncertain)
        if (word.str() != "dist" && word.str() != "unit")
          refuse("has a key " + std::string{word.str()} + ".",
                 "An uncertain factor is a distribution and its unit.",
                 "Write { dist = \"uniform(0, 1)\", unit = \"…\" }.");
      factor.unit = uncertain->get("unit") != nullptr
                        ? uncertain->get("unit")->value_or(std::string{})
                        : std::string{};
      const auto* text = uncertain->get_as<std::string>("dist");
      std::string why = "there is none.";
      if (text != nullptr) factor.distribution = Distribution::parse(text->get(), why);
      if (!factor.distribution)
        refuse("has no distribution that can be drawn from: " + why,
               "Distributions are uniform, triangular, normal, lognormal, loguniform, integer and "
               "categorical.",
               "Write { dist = \"uniform(0, 1)\", unit = \"…\" }.");
      factors.push_back(std::move(factor));
      continue;
    }
    const auto* levels = value.as_array();
    if (levels == nullptr || levels->empty()) {
      refuse(levels == nullptr ? "has no list of levels." : "has no level.",
             "A factor is run at every one of its levels.",
             "Write the path in quotation marks: \"" + path + "\" = [1, 2].");
      continue;
    }
    for (const auto& level : *levels) {
      if (!level.is_number() && !level.is_boolean() && !level.is_string()) {
        refuse("has a level that is no number, true, false or text.",
               "A level takes the place of one value of the scenario.",
               "Vary single values; a list can be varied by including another file.");
        continue;
      }
      const std::string text = level_text(level);
      if (!repeats &&
          std::find(factor.levels.begin(), factor.levels.end(), text) != factor.levels.end())
        refuse("has the level " + text + " twice.", "Both would be the same runs, counted twice.",
               "Leave one of them out.");
      factor.levels.push_back(text);
    }
    factors.push_back(std::move(factor));
  }
  return factors;
}

/// A policy, or one level of a factor.
void check_baseline(const Config& config, const Experiment& experiment, Problems& problems) {
  const Place place = config.place(kDesign, {}, "baseline");
  const auto level = split_baseline(experiment.baseline);
  if (level.path.empty()) {
    if (!contains(views(experiment.policies), experiment.baseline))
      problems.add(place,
                   "baseline " + in_quotes(experiment.baseline) + " is not among the policies.",
                   "Differences are taken from runs of this experiment.",
                   suggestion(experiment.baseline, views(experiment.policies)));
    return;
  }
  std::vector<std::string> known;
  for (const auto& factor : experiment.factors)
    for (const auto& of_factor : factor.levels)
      known.push_back(factor.path + "=" + shown_level(of_factor));
  if (!contains(views(known), experiment.baseline))
    problems.add(place, "baseline " + in_quotes(experiment.baseline) + " is no level of a factor.",
                 "Differences are taken from runs of this experiment.",
                 suggestion(experiment.baseline, views(known)));
}

/// The keys of [design] that one kind uses, beyond those of every kind.
bool uses(std::string_view kind, std::string_view key) {
  if (key == "n" || key == "design_seed") return kind != "grid" && kind != "list" && kind != "file";
  if (key == "scramble") return kind == "sobol" || kind == "saltelli";
  if (key == "levels") return kind == "morris";
  if (key == "second_order") return kind == "saltelli";
  if (key == "file") return kind == "file";
  return kind != "grid";  // combine
}

/// What the kind of design asks of its keys and factors.
void check_kind(const Config& config, const Design& design, Experiment& experiment,
                Problems& problems) {
  const auto& kind = design.kind;
  if (std::find(kKinds.begin(), kKinds.end(), kind) == kKinds.end()) return;  // reported
  const std::array<std::pair<std::string_view, bool>, 7> given{{
      {"n", design.n != 0},
      {"design_seed", design.design_seed >= 0},
      {"scramble", !design.scramble.empty()},
      {"levels", design.levels != 0},
      {"second_order", design.second_order},
      {"file", !design.file.empty()},
      {"combine", design.combine != "cross"},
  }};
  for (const auto& [key, is_given] : given) {
    if (is_given && !uses(kind, key))
      problems.add(config.place(kDesign, {}, key),
                   "a design of kind " + in_quotes(kind) + " has a key " + std::string{key} + ".",
                   "It does not use it.", "Leave it out, or choose another kind.");
    if (!is_given && uses(kind, key) && (key == "n" || key == "file"))
      problems.add(config.place(kDesign),
                   "a design of kind " + in_quotes(kind) + " has no key " + std::string{key} + ".",
                   "It says how many points there are, or which.",
                   "Add " + std::string{key} + " = … to [design].");
  }
  if (kind == "grid" && design.crn == "policies")
    problems.add(config.place(kDesign, {}, "crn"), "crn is policies in a design of kind \"grid\".",
                 "Levels of a factor are compared at the same luck.",
                 "Write crn = \"sync\" or \"none\", or choose a design of samples.");
  if (design.levels % 2 != 0)
    problems.add(config.place(kDesign, {}, "levels"), "levels is odd.",
                 "Morris' steps reach every level equally often when there is an even number.",
                 "Choose 4, 6 or 8.");
  std::size_t varied = 0, longest = 1;
  for (auto& factor : experiment.factors) {
    const Place place = config.place(kFactors, {}, factor.path);
    if (factor.distribution && !experiment.sampled())
      problems.add(place, "factor " + in_quotes(factor.path) + " has a distribution.",
                   "A design of kind " + in_quotes(kind) + " runs given levels.",
                   "List levels, or choose kind = \"sobol\" or another that samples.");
    if (factor.distribution && !factor.distribution->bounded() && kind == "morris")
      problems.add(place, "factor " + in_quotes(factor.path) + " has no bounds.",
                   "Morris' steps reach the ends of every factor.",
                   "Choose a distribution with ends, such as uniform or triangular.");
    if (factor.levels.size() > 1 && experiment.sampled())
      factor.distribution = Distribution::categorical(factor.levels);
    if (factor.varies()) ++varied;
    longest = std::max(longest, factor.levels.size());
  }
  if (kind == "list")
    for (const auto& factor : experiment.factors)
      if (factor.levels.size() != longest && factor.levels.size() != 1)
        problems.add(config.place(kFactors, {}, factor.path),
                     "factor " + in_quotes(factor.path) + " has " +
                         std::to_string(factor.levels.size()) + " levels, another has " +
                         std::to_string(longest) + ".",
                     "In a list, point i takes level i of every factor.",
                     "Give every factor as many levels, or a single one for all points.");
  if (kind == "file" && !experiment.factors.empty())
    problems.add(config.place(kFactors), "a design of kind \"file\" has factors.",
                 "Its factors are the columns of the file.", "Leave [factors] out.");
  if (!experiment.sampled()) return;
  if (varied == 0) {
    problems.add(config.place(kFactors), "no factor varies.",
                 "Every sample would be the same point.",
                 "Add a factor: \"path\" = { dist = \"uniform(0, 1)\" }.");
    return;
  }
  experiment.plan = {
      kind,
      static_cast<std::size_t>(design.n),
      varied,
      static_cast<std::uint64_t>(design.design_seed >= 0 ? design.design_seed : experiment.seed),
      design.scramble.empty() ? "owen" : design.scramble,
      design.levels == 0 ? 4 : design.levels,
      design.second_order};
  constexpr std::size_t kMostDimensions = 3667;  // of the Sobol' sequence
  if (kind != "random" && kind != "lhs" && kind != "morris" && 2 * varied > kMostDimensions)
    problems.add(config.place(kFactors), "more than 1833 factors vary.",
                 "There are direction numbers for so many.", "Choose kind = \"lhs\".");
  if (problems.empty()) experiment.sample = make_sample(experiment.plan);
}

/// The factors of a design of kind file are the columns of its points.
std::vector<Factor> factors_of(const std::string& text, const std::string& file,
                               Problems& problems) {
  const CsvTable table = CsvTable::parse(text, file, problems);
  std::vector<Factor> factors;
  for (const auto& column : table.columns()) {
    Factor factor{column, {}};
    for (const auto& field : table.text(column)) factor.levels.push_back(as_toml(field));
    factors.push_back(std::move(factor));
  }
  if (problems.empty() && table.rows() == 0)
    problems.add({file, 0}, "the file has no points.", "Every row is a point.", "Add a row.");
  std::sort(factors.begin(), factors.end(),
            [](const Factor& a, const Factor& b) { return a.path < b.path; });
  return factors;
}

void check_design(const Config& config, const Experiment& experiment,
                  std::span<const std::string> known, Problems& problems) {
  const auto names = views(known);
  std::set<std::string_view> seen;
  for (const auto& policy : experiment.policies) {
    const Place place = config.place(kDesign, {}, "policies");
    if (!contains(names, policy))
      problems.add(place, "policy " + in_quotes(policy) + " is unknown.",
                   "A design point is a policy that the model has.", suggestion(policy, names));
    if (!seen.insert(policy).second)
      problems.add(place, "policy " + in_quotes(policy) + " is listed twice.",
                   "Both would be the same runs, counted twice.", "Leave one of them out.");
  }
  if (config.has(kDesign) && experiment.policies.empty())
    problems.add(
        config.place(kDesign, {}, "policies"), "policies is empty.",
        "Without a policy there is nothing to run.",
        "Name at least one: policies = [" + in_quotes(known.empty() ? "" : known[0]) + "].");
  if (!experiment.baseline.empty()) check_baseline(config, experiment, problems);

  double points = static_cast<double>(experiment.policies.size());
  for (const auto& factor : experiment.factors) points *= static_cast<double>(factor.levels.size());
  if (!experiment.by_sample() && points > kMostPoints)
    problems.add(config.place(kFactors), "the full factorial has more than 100 000 points.",
                 "Every point keeps a scenario of its own in memory.",
                 "Vary fewer factors at once, or fewer levels.");
  if (experiment.by_sample() && problems.empty() &&
      static_cast<double>(experiment.point_count()) > kMostSamples)
    problems.add(config.place(kDesign), "the design has more than 1 000 000 points.",
                 "Runs are numbered by a million times the replication, plus the point.",
                 "Ask for fewer samples, or split the experiment.");

  std::vector<std::string_view> ids;
  for (const auto& response : experiment.responses) ids.push_back(response.id);
  const auto ranked = std::find(ids.begin(), ids.end(), experiment.rank_by);
  const Place place = config.place("rank_by");
  if (!experiment.rank_by.empty() && ranked == ids.end())
    problems.add(place,
                 "rank_by = " + in_quotes(experiment.rank_by) + " is not in the table responses.",
                 "Policies are ranked by one of the responses.",
                 ids.empty() ? "Add it to responses." : suggestion(experiment.rank_by, ids));
  if (ranked != ids.end() && config.has("rank_by") &&
      experiment.responses[static_cast<std::size_t>(ranked - ids.begin())].better.empty())
    problems.add(
        place, "response " + in_quotes(experiment.rank_by) + " does not say what is better.",
        "A ranking needs a direction.", "Add better = \"max\" or better = \"min\" to its row.");
}

/// What a rule asks of its keys; fills what is left out.
void check_rule(const Config& config, Experiment& experiment, Problems& problems) {
  const bool given = experiment.replications > 0;
  if (!config.has(kReplications)) {
    if (!given && config.has(kDesign))
      problems.add(config.place(kDesign), "nothing says how many replications there are.",
                   "A response is a mean over runs that differ in luck alone.",
                   "Add replications = 100 to [design], or a section [replications].");
    return;
  }
  auto rule =
      read_section<ReplicationRule>(config, kReplications, std::span{rule_fields()}, problems);
  const auto refuse = [&](std::string_view key, const std::string& problem, std::string_view reason,
                          std::string_view remedy) {
    problems.add(config.place(kReplications, {}, key), problem, reason, remedy);
  };
  if (given)
    problems.add(config.place(kDesign, {}, "replications"),
                 "replications are given twice, as a number and as a rule.",
                 "Either the file says how many there are, or results do.",
                 "Leave out replications in [design], or the section [replications].");
  const bool zone = rule.name == "kim_nelson" || rule.name == "rinott";
  const bool selects = zone || rule.name == "ocba";
  if (rule.among.empty())
    rule.among = rule.name == "precision" && !experiment.by_sample() ? "points" : "policies";
  if (rule.among == "points" && experiment.by_sample())
    refuse("among", "samples are no strategies.",
           "They are futures that a strategy meets, and a sweep may have a million.",
           "Leave out among: strategies are then the policies, over all samples.");
  const auto needs = [&](std::string_view key, bool used, bool is_given) {
    if (used && !is_given)
      refuse({}, "the rule " + rule.name + " has no key " + std::string{key} + ".",
             "It has no default: it is what the experiment asks for.", "Add it to [replications].");
    if (!used && is_given)
      refuse(key, "the rule " + rule.name + " has a key " + std::string{key} + ".",
             "It does not use it.", "Leave it out, or choose another rule.");
  };
  needs("indifference", zone, rule.indifference > 0);
  needs("budget", rule.name == "ocba", rule.budget > 0);
  if (rule.name != "ocba") needs("most", true, rule.most > 0);
  if (!selects && !rule.response.empty()) needs("response", false, true);
  if (rule.name == "ocba" && rule.most == 0) rule.most = rule.budget;
  if (rule.most > 0 && rule.most < rule.first)
    refuse("most", "most is below first.", "A strategy gets its first replications in any case.",
           "Raise most, or lower first.");
  if (rule.name == "rinott" && experiment.crn != "none")
    refuse("rule", "Rinott's procedure needs independent strategies.",
           "Its promise is proven without common random numbers only.",
           "Add crn = \"none\" to [design], or use rule = \"kim_nelson\", which gains by them.");
  if (rule.of == "difference" && !split_baseline(experiment.baseline).path.empty())
    refuse("of", "differences are from a level of a factor.",
           "The rule precision narrows differences from a policy.",
           "Name a policy as the baseline, or leave out of.");
  if (selects) {
    if (rule.response.empty()) rule.response = experiment.rank_by;
    std::vector<std::string_view> usable;
    for (const auto& r : experiment.responses)
      if (r.kind != "ratio" && !r.better.empty()) usable.push_back(r.id);
    if (!contains(usable, rule.response))
      refuse("response", "response " + in_quotes(rule.response) + " cannot select.",
             "What selects is a mean of every run, and says which direction is better.",
             usable.empty() ? "Add better = \"max\" or \"min\" to a response."
                            : suggestion(rule.response, usable));
  } else if (std::none_of(experiment.responses.begin(), experiment.responses.end(),
                          [](const Response& r) { return r.narrowed(); })) {
    refuse({}, "no response says how narrow its interval is to be.",
           "The rule precision goes on until they are.",
           "Add half_width = … or relative_half_width = … to a row of responses.");
  }
  experiment.replications = rule.most;
  experiment.rule = std::move(rule);
}

/// The text after `include` and overrides, as a tree to enumerate: Config has typed access alone.
toml::table tree_of(const Config& config) {
  try {
    return toml::parse(config.text());
  } catch (const toml::parse_error&) {
    return {};  // only the tree of a file that was already refused
  }
}

/// A year at the top of a scenario: 2024, "2024-03" or a date.
std::optional<int> year_of(const toml::table& tree, std::string_view key) {
  const auto node = tree[key];
  if (const auto number = node.value<std::int64_t>()) return static_cast<int>(*number);
  if (const auto date = node.value<toml::date>()) return date->year;
  if (const auto text = node.value<std::string>(); text && text->size() >= 4)
    if (std::all_of(text->begin(), text->begin() + 4,
                    [](unsigned char c) { return std::isdigit(c) != 0; }))
      return std::stoi(text->substr(0, 4));
  return std::nullopt;
}

void check_years(const Config& config, const Experiment& experiment, const toml::table& scenario,
                 Problems& problems) {
  for (const auto& factor : experiment.factors)
    if (factor.path == "start" || factor.path == "until") return;
  const auto start = year_of(scenario, "start"), until = year_of(scenario, "until");
  if (!start || !until) return;
  for (const auto& response : experiment.responses)
    for (const auto& [key, year] : {std::pair{"year", response.year},
                                    std::pair{"from", response.from}, std::pair{"to", response.to}})
      if (year != 0 && (year < *start || year > *until))
        problems.add(config.place(kResponses, response.id, key),
                     std::string{key} + " = " + std::to_string(year) + " is outside " +
                         std::to_string(*start) + " .. " + std::to_string(*until) + ".",
                     "The scenario records no such year.",
                     "Choose a year within it, or change its start or until.");
}

std::string read_text(const std::string& file) {
  std::ifstream stream{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{stream}, {}};
}

/// A file that an experiment names, relative to its own place.
std::string beside(const std::string& file, const std::string& named) {
  return (std::filesystem::path{file}.parent_path() / named).lexically_normal().string();
}

Config load_scenario(const Experiment& experiment, std::span<const Override> overrides,
                     Problems& problems) {
  Config scenario = experiment.scenario.empty()
                        ? Config::parse(experiment.defaults, "model " + experiment.model, problems)
                        : Config::load(experiment.scenario, problems);
  scenario.apply(overrides, problems);
  return scenario;
}

}  // namespace

bool Response::narrowed() const {
  return !std::isnan(half_width) || !std::isnan(relative_half_width);
}

std::uint64_t Experiment::luck_of(std::size_t point, int replication) const {
  const auto r = static_cast<std::uint64_t>(replication);
  if (crn == "sync") return r;
  if (crn == "policies") return 1'000'000 * r + configuration_of(point);  // as runs are numbered
  constexpr std::uint64_t kOwnLuck = 0x6f776e206c75636b;
  const Draws::Generator::key_type key{{static_cast<std::uint64_t>(seed), kOwnLuck}};
  const Draws::Generator::ctr_type counter{{point, r, 0, 0}};
  return Draws::Generator{}(counter, key)[0] >> 1;  // a whole number to every reader
}

std::size_t Experiment::samples() const {
  if (sample) return sample->size();
  std::size_t count = 1;
  for (const auto& factor : factors)
    count = by_sample() ? std::max(count, factor.levels.size()) : count * factor.levels.size();
  return count;
}

std::size_t Experiment::point_count() const {
  return samples() * (combine == "zip" ? 1 : policies.size());
}

std::size_t Experiment::configuration_of(std::size_t index) const {
  if (!by_sample()) return index % samples();
  return combine == "zip" ? index : index / policies.size();
}

const std::string& Experiment::policy_of(std::size_t index) const {
  return policies[by_sample() ? index % policies.size() : index / samples()];
}

std::size_t Experiment::first_point(std::size_t configuration) const {
  return by_sample() && combine != "zip" ? configuration * policies.size() : configuration;
}

DesignPoint Experiment::point(std::size_t index) const {
  const std::size_t configuration = configuration_of(index);
  DesignPoint point{policy_of(index), configuration, std::vector<std::string>(factors.size()),
                    overrides};
  std::vector<double> u(plan.dimensions);
  if (sample) sample->point(configuration, u);
  std::size_t rest = configuration, dimension = 0;
  for (std::size_t f = factors.size(); f-- > 0;) {
    const auto& levels = factors[f].levels;
    if (factors[f].distribution) continue;
    point.levels[f] =
        levels[by_sample() ? std::min(configuration, levels.size() - 1) : rest % levels.size()];
    rest /= levels.size();
  }
  for (std::size_t f = 0; f < factors.size(); ++f) {
    if (factors[f].distribution) point.levels[f] = factors[f].distribution->level(u[dimension++]);
    point.overrides.push_back({factors[f].path, point.levels[f]});
  }
  return point;
}

std::vector<DesignPoint> Experiment::points() const {
  std::vector<DesignPoint> all;
  for (std::size_t i = 0; i < point_count(); ++i) all.push_back(point(i));
  return all;
}

void Experiment::resize(std::size_t n) {
  if (!sampled())
    throw InputError{"a design of kind \"" + kind + "\" has no number of samples.",
                     "Its points are what the experiment lists.",
                     "Add levels or points to the experiment, or ask for more replications."};
  const std::size_t least = std::min(n, plan.n), most = std::max(n, plan.n);
  std::size_t doubled = least;
  while (doubled < most) doubled *= 2;
  if (kind == "lhs" && doubled != most)
    throw InputError{"a Latin hypercube of " + std::to_string(plan.n) +
                         " points cannot be made one of " + std::to_string(n) + ".",
                     "Only doubling it keeps its points: every stratum is then halved.",
                     "Ask for " + std::to_string(2 * plan.n) +
                         " points, or use kind = \"sobol\" or \"random\" in a new store."};
  plan.n = n;
  sample = make_sample(plan);
}

bool is_experiment(const Config& config) {
  return config.has("scenario") || config.has("model") || config.has(kDesign) ||
         config.has(kResponses);
}

Experiment parse_experiment(const Config& config, std::span<const Indicator> indicators,
                            std::span<const std::string> policies, Problems& problems,
                            const std::string& points_text) {
  config.refuse_unknown(kTopLevel, problems);
  Experiment experiment;
  const auto head = read_section<Head>(config, "", std::span{head_fields()}, problems);
  experiment.question = head.question;
  experiment.model = head.model;
  experiment.scenario = head.scenario;
  Design design;
  if (!config.has(kDesign))
    problems.add(config.place(kDesign), "there is no section [design].",
                 "It says which policies are run, how often and with what seed.",
                 "Add [design] with policies, baseline, replications and seed.");
  else {
    design = read_section<Design>(config, kDesign, std::span{design_fields()}, problems);
    experiment.policies = design.policies;
    experiment.baseline = design.baseline;
    experiment.replications = design.replications;
    experiment.seed = design.seed;
    experiment.events = design.events;
    experiment.crn = design.crn;
    experiment.kind = design.kind;
    experiment.combine = design.combine;
    experiment.points_file = design.file;
  }
  const auto tree = tree_of(config);
  experiment.factors = read_factors(config, tree, design.kind == "list", problems);
  check_kind(config, design, experiment, problems);
  if (experiment.kind == "file" && !points_text.empty()) {
    experiment.points_text = points_text;
    experiment.factors = factors_of(points_text, experiment.points_file, problems);
  }
  experiment.responses = read_responses(config, indicators, problems);
  experiment.rank_by = head.rank_by;
  if (experiment.rank_by.empty() && !experiment.responses.empty())
    experiment.rank_by = experiment.responses.front().id;
  experiment.indicators.assign(indicators.begin(), indicators.end());
  experiment.merged = config.text();
  check_design(config, experiment, policies, problems);
  check_rule(config, experiment, problems);
  return experiment;
}

namespace {

/// What a file or text was read into, before it is checked against a family of models.
struct Source {
  std::string file, text;
  std::optional<std::string> scenario;  ///< instead of the one that it names
  std::string points_text;
};

Experiment read_source(const Config& config, const Source& source, const ModelFamily& family,
                       std::span<const Override> overrides, const OwnScenario& own) {
  Problems problems, again;  // heads are told about when the experiment is parsed
  const auto head = read_section<Head>(config, "", std::span{head_fields()}, again);
  std::string scenario = head.scenario.empty() ? "" : beside(source.file, head.scenario);
  if (source.scenario) scenario = *source.scenario;
  if (scenario.empty() && own.defaults.empty()) {
    problems.add(config.place({}), "the experiment has no scenario.",
                 "It is required, the scenario's file relative to this one: there is no default.",
                 "Add scenario = …, or model = … for a built-in model.");
    problems.throw_if_any();
  }
  if (!head.model.empty() && head.model != own.model)
    throw InputError{source.file + " is an experiment with the model \"" + head.model + "\".",
                     "Its factors and indicators are that model's.",
                     "Leave --model out, or name the same."};
  std::string points_text = source.points_text;
  Problems untold;
  if (const auto design = read_section<Design>(config, kDesign, std::span{design_fields()}, untold);
      design.kind == "file" && !design.file.empty() && points_text.empty()) {
    points_text = read_text(beside(source.file, design.file));
    if (points_text.empty())
      throw InputError{config.place(kDesign, {}, "file"),
                       in_quotes(design.file) + " cannot be read, or is empty.",
                       "Its rows are the points of the design.",
                       "Name a CSV file, relative to the experiment's."};
  }
  const auto indicators = family.indicators(scenario, overrides);
  const auto policies = family.policies();
  Experiment experiment = parse_experiment(config, indicators, policies, problems, points_text);
  experiment.monthly_indicators = family.monthly_indicators();
  experiment.file = source.file;
  experiment.text = source.text;
  experiment.overrides.assign(overrides.begin(), overrides.end());
  experiment.model = own.model;
  experiment.defaults = scenario.empty() ? own.defaults : std::string{};
  experiment.scenario = scenario;

  const Config loaded = load_scenario(experiment, experiment.overrides, problems);
  check_years(config, experiment, tree_of(loaded), problems);
  for (const auto& factor : experiment.factors) {
    auto levels = factor.levels;
    if (factor.distribution) levels = {factor.distribution->level(0.5)};
    for (const auto& level : levels) {
      Problems unknown;
      const Config trial =
          load_scenario(experiment, std::vector<Override>{{factor.path, level}}, unknown);
      for (const auto& message : unknown.messages())
        problems.add(
            config.place(kFactors, {}, factor.path),
            "factor " + in_quotes(factor.path) + " cannot be set to " + level + ".", message,
            "Name a value of " + (scenario.empty() ? "the model " + own.model : scenario) + ".");
      if (!unknown.empty() || experiment.by_sample()) break;  // the path is wrong: once is enough
    }
  }
  problems.throw_if_any();
  return experiment;
}

}  // namespace

Experiment read_experiment(const std::string& file, const ModelFamily& family,
                           std::span<const Override> overrides, const OwnScenario& own) {
  Problems problems;
  const Config config = Config::load(file, problems);
  problems.throw_if_any();
  return read_source(config, {file, read_text(file), {}, {}}, family, overrides, own);
}

Experiment read_experiment_text(const std::string& text, const std::string& file,
                                const ModelFamily& family, std::span<const Override> overrides,
                                const OwnScenario& own, const std::optional<std::string>& scenario,
                                const std::string& points_text) {
  Problems problems;
  const Config config = Config::parse(text, file, problems);
  problems.throw_if_any();
  return read_source(config, {file, text, scenario, points_text}, family, overrides, own);
}

std::string model_of(const std::string& file) {
  Problems problems;
  const Config config = Config::load(file, problems);
  problems.throw_if_any();
  Problems later;  // told about when the experiment is read
  return read_section<Head>(config, "", std::span{head_fields()}, later).model;
}

std::vector<std::string> configuration_texts(const Experiment& experiment) {
  Problems problems;
  std::vector<std::string> texts;
  if (experiment.by_sample())
    texts.push_back(load_scenario(experiment, experiment.overrides, problems).text());
  else
    for (std::size_t i = 0; i < experiment.samples(); ++i)  // those of the first policy
      texts.push_back(load_scenario(experiment, experiment.point(i).overrides, problems).text());
  problems.throw_if_any();
  return texts;
}

Override parse_override(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == 0 || equals == std::string::npos)
    throw InputError{"--set " + text + " is no change to a scenario.",
                     "A change names a path into the scenario and its new value.",
                     "Write it as --set path=value, for instance --set until=2030."};
  return {text.substr(0, equals), text.substr(equals + 1)};
}

std::string shown_level(const std::string& level) {
  if (level.size() >= 2 && (level.front() == '"' || level.front() == '\'') &&
      level.front() == level.back())
    return level.substr(1, level.size() - 2);
  return level;
}

Override split_baseline(const std::string& baseline) {
  const auto equals = baseline.find('=');
  if (equals == std::string::npos) return {};
  return {baseline.substr(0, equals), baseline.substr(equals + 1)};
}

void require_policy(const ModelFamily& family, const std::string& policy) {
  const auto policies = family.policies();
  const auto known = views(policies);
  if (!contains(known, policy))
    throw InputError{"policy " + in_quotes(policy) + " is unknown.",
                     "A run follows one of the policies that the model has.",
                     suggestion(policy, known)};
}

std::string shell_word(const std::string& word) {
  const auto plain = [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view{"_-./=+,:%@"}.find(static_cast<char>(c)) != std::string_view::npos;
  };
  if (!word.empty() && std::all_of(word.begin(), word.end(), plain)) return word;
  std::string result = "'";
  for (const char c : word) result += c == '\'' ? std::string{"'\\''"} : std::string{c};
  return result + "'";
}

std::string replay_command(const Experiment& experiment, std::size_t index, int replication) {
  const DesignPoint point = experiment.point(index);
  std::string command = "tavolo run";
  if (!experiment.model.empty()) command += " --model " + experiment.model;
  if (!experiment.scenario.empty()) command += " " + shell_word(experiment.scenario);
  command += " --policy " + shell_word(point.policy) + " --seed " +
             std::to_string(experiment.seed) + " --replication " +
             std::to_string(experiment.luck_of(index, replication));
  for (const auto& change : point.overrides)
    command += " --set " + shell_word(change.path + "=" + change.value);
  return command;
}

std::string how_to_repeat(const Experiment& experiment, std::size_t point, int replication) {
  return "\nTo repeat this run: " + replay_command(experiment, point, replication);
}

}  // namespace tavolo::engine
