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

#include "engine/experiment/table.h"

namespace tavolo::engine {
namespace {

constexpr std::string_view kDesign = "design", kFactors = "factors", kResponses = "responses";
constexpr std::array<std::string_view, 7> kTopLevel{"question", "scenario", "rank_by", kDesign,
                                                    kFactors,   kResponses, "include"};
constexpr double kMostReplications = 10'000'000, kMostPoints = 100'000;

struct Head {
  std::string question, scenario, rank_by;
};

const std::vector<Field<Head>>& head_fields() {
  static const std::vector<Field<Head>> fields{
      {.key = "question", .member = &Head::question, .unit = "", .meaning = "what is asked"},
      {.key = "scenario",
       .member = &Head::scenario,
       .unit = "",
       .meaning = "the scenario's file, relative to this one"},
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
  std::string events = "first";
};

const std::vector<Field<Design>>& design_fields() {
  static const std::vector<Field<Design>> fields{
      {.key = "policies", .member = &Design::policies, .unit = "", .meaning = "policies compared"},
      {.key = "baseline",
       .member = &Design::baseline,
       .unit = "",
       .meaning = "the policy, or factor=level, from which differences are taken"},
      {.key = "replications",
       .member = &Design::replications,
       .unit = "runs",
       .meaning = "per design point",
       .range = {1, kMostReplications}},
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
std::vector<Factor> read_factors(const Config& config, const toml::table& tree,
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
    const auto* levels = value.as_array();
    if (levels == nullptr || levels->empty()) {
      refuse(levels == nullptr ? "has no list of levels." : "has no level.",
             "A factor is run at every one of its levels.",
             "Write the path in quotation marks: \"" + path + "\" = [1, 2].");
      continue;
    }
    Factor factor{path, {}};
    for (const auto& level : *levels) {
      if (!level.is_number() && !level.is_boolean() && !level.is_string()) {
        refuse("has a level that is no number, true, false or text.",
               "A level takes the place of one value of the scenario.",
               "Vary single values; a list can be varied by including another file.");
        continue;
      }
      const std::string text = level_text(level);
      if (std::find(factor.levels.begin(), factor.levels.end(), text) != factor.levels.end())
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
  if (points > kMostPoints)
    problems.add(config.place(kFactors), "the full factorial has more than 100 000 points.",
                 "Every point keeps a scenario of its own in memory.",
                 "Vary fewer factors at once, or fewer levels.");

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

/// The file that an experiment's `scenario` names, relative to its own place.
std::string scenario_of(const Config& config, const std::string& file) {
  Problems problems;  // told when the experiment is parsed, but for a scenario that is not named
  const auto head = read_section<Head>(config, "", std::span{head_fields()}, problems);
  if (head.scenario.empty()) problems.throw_if_any();
  return (std::filesystem::path{file}.parent_path() / head.scenario).lexically_normal().string();
}

Config load_scenario(const Experiment& experiment, std::span<const Override> overrides,
                     Problems& problems) {
  Config scenario = Config::load(experiment.scenario, problems);
  scenario.apply(overrides, problems);
  return scenario;
}

}  // namespace

std::vector<DesignPoint> Experiment::points() const {
  std::size_t combinations = 1;
  for (const auto& factor : factors) combinations *= factor.levels.size();
  std::vector<DesignPoint> points;
  for (const auto& policy : policies)
    for (std::size_t combination = 0; combination < combinations; ++combination) {
      DesignPoint point{policy, combination, std::vector<std::string>(factors.size()), overrides};
      std::size_t rest = combination;
      for (std::size_t f = factors.size(); f-- > 0; rest /= factors[f].levels.size())
        point.levels[f] = factors[f].levels[rest % factors[f].levels.size()];
      for (std::size_t f = 0; f < factors.size(); ++f)
        point.overrides.push_back({factors[f].path, point.levels[f]});
      points.push_back(std::move(point));
    }
  return points;
}

bool is_experiment(const Config& config) {
  return config.has("scenario") || config.has(kDesign) || config.has(kResponses);
}

Experiment parse_experiment(const Config& config, std::span<const Indicator> indicators,
                            std::span<const std::string> policies, Problems& problems) {
  config.refuse_unknown(kTopLevel, problems);
  Experiment experiment;
  const auto head = read_section<Head>(config, "", std::span{head_fields()}, problems);
  experiment.question = head.question;
  experiment.scenario = head.scenario;
  if (!config.has(kDesign))
    problems.add(config.place(kDesign), "there is no section [design].",
                 "It says which policies are run, how often and with what seed.",
                 "Add [design] with policies, baseline, replications and seed.");
  else {
    const auto design = read_section<Design>(config, kDesign, std::span{design_fields()}, problems);
    experiment.policies = design.policies;
    experiment.baseline = design.baseline;
    experiment.replications = design.replications;
    experiment.seed = design.seed;
    experiment.events = design.events;
  }
  const auto tree = tree_of(config);
  experiment.factors = read_factors(config, tree, problems);
  experiment.responses = read_responses(config, indicators, problems);
  experiment.rank_by = head.rank_by;
  if (experiment.rank_by.empty() && !experiment.responses.empty())
    experiment.rank_by = experiment.responses.front().id;
  experiment.indicators.assign(indicators.begin(), indicators.end());
  experiment.merged = config.text();
  check_design(config, experiment, policies, problems);
  return experiment;
}

Experiment read_experiment(const std::string& file, const ModelFamily& family,
                           std::span<const Override> overrides) {
  Problems problems;
  const Config config = Config::load(file, problems);
  problems.throw_if_any();
  const std::string scenario = scenario_of(config, file);
  const auto indicators = family.indicators(scenario, overrides);
  const auto policies = family.policies();
  Experiment experiment = parse_experiment(config, indicators, policies, problems);
  experiment.monthly_indicators = family.monthly_indicators();
  experiment.file = file;
  experiment.text = read_text(file);
  experiment.overrides.assign(overrides.begin(), overrides.end());

  if (!experiment.scenario.empty()) {
    experiment.scenario = scenario;
    const Config loaded = load_scenario(experiment, experiment.overrides, problems);
    check_years(config, experiment, tree_of(loaded), problems);
    for (const auto& factor : experiment.factors)
      for (const auto& level : factor.levels) {
        Problems unknown;
        Config trial = Config::load(experiment.scenario, unknown);
        if (!unknown.empty()) break;  // reported above
        trial.apply(std::vector<Override>{{factor.path, level}}, unknown);
        for (const auto& message : unknown.messages())
          problems.add(config.place(kFactors, {}, factor.path),
                       "factor " + in_quotes(factor.path) + " cannot be set to " + level + ".",
                       message, "Name a value of " + experiment.scenario + ".");
        if (!unknown.empty()) break;  // the path is wrong: one message is enough
      }
  }
  problems.throw_if_any();
  return experiment;
}

std::vector<std::string> configuration_texts(const Experiment& experiment) {
  Problems problems;
  std::vector<std::string> texts;
  for (const auto& point : experiment.points()) {
    if (point.policy != experiment.policies.front()) break;
    texts.push_back(load_scenario(experiment, point.overrides, problems).text());
  }
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

std::string replay_command(const Experiment& experiment, const DesignPoint& point,
                           int replication) {
  std::string command = "tavolo run " + shell_word(experiment.scenario) + " --policy " +
                        shell_word(point.policy) + " --seed " + std::to_string(experiment.seed) +
                        " --replication " + std::to_string(replication);
  for (const auto& change : point.overrides)
    command += " --set " + shell_word(change.path + "=" + change.value);
  return command;
}

}  // namespace tavolo::engine
