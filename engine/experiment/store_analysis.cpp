#include "engine/experiment/store_analysis.h"

#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "engine/experiment/discovery.h"
#include "engine/experiment/outcomes.h"
#include "engine/experiment/sensitivity.h"
#include "engine/experiment/table.h"

namespace tavolo::engine {
namespace {

using Json = nlohmann::ordered_json;
using Rows = std::vector<std::vector<std::string>>;

constexpr std::uint64_t kSeed = 1;

/// The kind of design, and whether its blocks are of second order, as the experiment says.
struct DesignKind {
  std::string name;
  bool second_order = false;
};

DesignKind design_of(const StoreReader& store) {
  const auto tree = toml::parse(store.meta("experiment_merged"));
  return {tree["design"]["kind"].value_or(std::string{"grid"}),
          tree["design"]["second_order"].value_or(false)};
}

std::vector<std::size_t> varying(const Futures& futures) {
  std::vector<std::size_t> result;
  for (std::size_t f = 0; f < futures.factors.size(); ++f)
    if (std::any_of(futures.levels.begin(), futures.levels.end(),
                    [&](const auto& levels) { return levels[f] != futures.levels.front()[f]; }))
      result.push_back(f);
  return result;
}

std::optional<double> number(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// A factor's levels as numbers; nothing when some are words.
std::optional<std::vector<double>> column(const Futures& futures, std::size_t factor) {
  std::vector<double> values;
  for (const auto& levels : futures.levels) {
    const auto value = number(levels[factor]);
    if (!value) return std::nullopt;
    values.push_back(*value);
  }
  return values;
}

/// One column of a table of indices: a name, and a value by factor.
struct Column {
  std::string name;
  std::vector<Index> of;
};

struct Finding {
  Response response;
  std::string policy;
  std::optional<Index> luck;
  std::vector<Column> columns;
};

constexpr Interval kNoInterval{std::numeric_limits<double>::quiet_NaN(),
                               std::numeric_limits<double>::quiet_NaN()};

std::vector<Index> exact(const std::vector<double>& values) {
  std::vector<Index> result;
  for (const double v : values) result.push_back({v, kNoInterval});
  return result;
}

std::vector<Column> indices(const DesignKind& design, const Futures& futures,
                            const std::vector<std::size_t>& factors,
                            const std::vector<double>& outcomes) {
  if (factors.empty()) return {};
  const std::size_t d = factors.size();
  if (design.name == "grid") {
    std::vector<std::vector<std::string>> levels;
    for (const auto& all : futures.levels) {
      levels.emplace_back();
      for (const auto f : factors) levels.back().push_back(all[f]);
    }
    const auto grid = grid_indices(levels, outcomes);
    return {{"S1", exact(grid.first)}, {"ST", exact(grid.total)}};
  }
  if (design.name == "saltelli") {
    const auto sobol = sobol_indices(saltelli_blocks(outcomes, d, design.second_order), kSeed);
    std::vector<Column> columns{{"S1", sobol.first}, {"ST", sobol.total}};
    static const char* const kParts[] = {"S1 at n/8", "S1 at n/4", "S1 at n/2"};
    const std::size_t settled = sobol.convergence.front().size();
    for (std::size_t part = 0; part + 1 < settled; ++part) {
      std::vector<double> values;
      for (const auto& row : sobol.convergence) values.push_back(row[part]);
      columns.push_back({kParts[part + 4 - settled], exact(values)});
    }
    for (std::size_t i = 0; i + 1 < d && !sobol.second.empty(); ++i) {
      Column second{"S2 with " + futures.factors[factors[i]],
                    exact(std::vector<double>(d, kNoInterval.low))};
      for (std::size_t l = i + 1; l < d; ++l) second.of[l] = sobol.second[i][l - i - 1];
      columns.push_back(std::move(second));
    }
    return columns;
  }
  if (design.name != "morris") return {};
  // In the unit cube as far as levels tell: the least of them is 0, the largest 1.
  std::vector<double> points(outcomes.size() * d, 0);
  for (std::size_t j = 0; j < d; ++j) {
    const auto values = column(futures, factors[j]);
    std::set<std::string> words;
    for (const auto& levels : futures.levels) words.insert(levels[factors[j]]);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      if (values) {
        const auto [low, high] = std::minmax_element(values->begin(), values->end());
        points[i * d + j] = ((*values)[i] - *low) / (*high - *low);
      } else {
        const auto place = std::distance(words.begin(), words.find(futures.levels[i][factors[j]]));
        points[i * d + j] = static_cast<double>(place) / static_cast<double>(words.size() - 1);
      }
    }
  }
  const auto morris = morris_indices(points, outcomes, d, kSeed);
  return {{"mu", morris.mu}, {"mu*", morris.mu_star}, {"sigma", morris.sigma}};
}

std::vector<Finding> findings(const StoreReader& store, const Futures& futures) {
  const DesignKind design = design_of(store);
  const bool blocks = design.name == "saltelli" || design.name == "morris";
  if ((blocks || design.name == "grid") && futures.left_out > 0)
    throw InputError{std::to_string(futures.left_out) + " futures of " + store.path() +
                         " lack a run that is done.",
                     "Indices need every point of the design: a part of a block says nothing.",
                     "Make them: tavolo sweep EXPERIMENT -o " + store.path() +
                         " --retry; the view failures says what went wrong."};
  const auto factors = varying(futures);
  std::vector<Finding> result;
  for (const auto& response : objectives_of(store)) {
    const Outcomes outcomes = read_outcomes(store, futures, response);
    const auto table = by_future(outcomes);
    for (std::size_t s = 0; s < futures.strategies.size(); ++s) {
      Finding finding{response, futures.strategies[s], std::nullopt, {}};
      const double first = outcomes.of(s).front();
      const auto all = outcomes.of(s);
      const bool moves = std::any_of(all.begin(), all.end(), [&](double v) { return v != first; });
      if (moves && outcomes.replications > 1 && outcomes.futures > 1)
        finding.luck = stochastic_share(outcomes.of(s), outcomes.replications, kSeed);
      if (moves) finding.columns = indices(design, futures, factors, table[s]);
      result.push_back(std::move(finding));
    }
  }
  return result;
}

std::string shown(const Index& index) {
  if (std::isnan(index.value)) return "";
  if (std::isnan(index.interval.low)) return human(index.value, 3);
  return human(index.value, 3) + " (" + human(index.interval.low, 2) + " .. " +
         human(index.interval.high, 2) + ")";
}

struct Discovered {
  Response response;
  std::string policy;
  std::vector<std::string> factors;
  Prim prim;
};

Discovered discover(const StoreReader& store, const CaseOfInterest& interest) {
  const Experiment experiment = experiment_of(store);
  const Futures futures = read_futures(store);
  const std::string id = interest.response.empty() ? experiment.rank_by : interest.response;
  std::string policy = interest.policy.empty() ? experiment.baseline : interest.policy;
  if (interest.policy.empty() && std::find(futures.strategies.begin(), futures.strategies.end(),
                                           policy) == futures.strategies.end())
    policy = futures.strategies.front();
  const auto response =
      std::find_if(experiment.responses.begin(), experiment.responses.end(),
                   [&](const auto& r) { return r.id == id && r.kind != "ratio"; });
  const auto strategy = std::find(futures.strategies.begin(), futures.strategies.end(), policy);
  if (response == experiment.responses.end() || strategy == futures.strategies.end())
    throw InputError{
        "response \"" + id + "\" or policy \"" + policy + "\" is not in " + store.path() + ".",
        "Cases of interest are runs of one policy by one response.",
        "Name them with --response and --policy."};
  Discovered found{*response, policy, {}, {}};
  std::vector<std::vector<double>> columns;
  for (const auto f : varying(futures))
    if (auto values = column(futures, f)) {
      found.factors.push_back(futures.factors[f]);
      columns.push_back(std::move(*values));
    }
  const Outcomes outcomes = read_outcomes(store, futures, *response);
  const auto values = outcomes.of(static_cast<std::size_t>(strategy - futures.strategies.begin()));
  std::vector<std::vector<double>> points;
  std::vector<bool> hit;
  for (std::size_t i = 0; i < values.size(); ++i) {
    points.emplace_back();
    for (const auto& levels : columns) points.back().push_back(levels[i / outcomes.replications]);
    hit.push_back(interest.at_least ? values[i] >= interest.bound : values[i] <= interest.bound);
  }
  const auto hits = std::count(hit.begin(), hit.end(), true);
  if (columns.empty() || hits == 0 || static_cast<std::size_t>(hits) == hit.size())
    throw InputError{std::to_string(hits) + " of " + std::to_string(hit.size()) +
                         " runs are cases of interest, over " + std::to_string(columns.size()) +
                         " factors of numbers.",
                     "A box tells cases from others by factors that vary.",
                     "Choose another bound, policy or experiment."};
  found.prim = prim(points, hit);
  return found;
}

}  // namespace

std::string sensitivity_text(const StoreReader& store) {
  const Futures futures = read_futures(store);
  const auto factors = varying(futures);
  std::string text =
      "Shares of variance over " + std::to_string(futures.levels.size()) +
      " futures; indices are of means over " + std::to_string(futures.replications) +
      " replications.\nluck: E[Var(Y | factors)] / Var(Y). S1: a factor alone; ST: with all it "
      "interacts with. 95 % bootstrap.\n";
  for (const auto& finding : findings(store, futures)) {
    text += "\n" + finding.response.label + ", " + finding.policy +
            (finding.luck ? ": luck " + shown(*finding.luck) : "") +
            (finding.columns.empty() && !finding.luck ? ": does not vary" : "") + "\n";
    if (finding.columns.empty()) continue;
    Rows rows{{"factor"}};
    for (const auto& column : finding.columns) rows[0].push_back(column.name);
    for (std::size_t f = 0; f < factors.size(); ++f) {
      rows.push_back({futures.factors[factors[f]]});
      for (const auto& column : finding.columns) rows.back().push_back(shown(column.of[f]));
    }
    text += aligned(rows);
  }
  return text;
}

std::string sensitivity_json(const StoreReader& store) {
  const Futures futures = read_futures(store);
  const auto factors = varying(futures);
  Json all = Json::array();
  for (const auto& finding : findings(store, futures)) {
    Json of = Json::object();
    for (const auto& column : finding.columns)
      for (std::size_t f = 0; f < factors.size(); ++f)
        of[futures.factors[factors[f]]][column.name] = {{"value", column.of[f].value},
                                                        {"low", column.of[f].interval.low},
                                                        {"high", column.of[f].interval.high}};
    Json entry{{"response", finding.response.id}, {"policy", finding.policy}};
    if (finding.luck)
      entry["stochastic_share"] = {{"value", finding.luck->value},
                                   {"low", finding.luck->interval.low},
                                   {"high", finding.luck->interval.high}};
    entry["factors"] = std::move(of);
    all.push_back(std::move(entry));
  }
  return all.dump(2) + "\n";
}

std::string discovery_text(const StoreReader& store, const CaseOfInterest& interest) {
  const Discovered found = discover(store, interest);
  const auto& all = found.prim.trajectory.front();
  std::string text = "Runs of " + found.policy + " with " + found.response.label +
                     (interest.at_least ? " >= " : " <= ") + human(interest.bound) + ": " +
                     std::to_string(all.hits) + " of " + std::to_string(all.futures) +
                     "\n\nPeeling\n\n";
  Rows rows{{"step", "runs", "cases", "coverage", "density"}};
  for (std::size_t s = 0; s < found.prim.trajectory.size(); ++s) {
    const auto& step = found.prim.trajectory[s];
    rows.push_back({std::to_string(s) + (s == found.prim.chosen ? " <" : ""),
                    std::to_string(step.futures), std::to_string(step.hits),
                    human(100 * step.coverage, 3) + " %", human(100 * step.density, 3) + " %"});
  }
  const auto& box = found.prim.box;
  text += aligned(rows) + "\nThe box (<, after pasting): " + std::to_string(box.hits) + " of " +
          std::to_string(box.futures) + " runs, coverage " + human(100 * box.coverage, 3) +
          " %, density " + human(100 * box.density, 3) + " %\n\n";
  Rows sides{{"factor", "from", "to", "quasi-p"}};
  for (std::size_t f = 0; f < found.factors.size(); ++f) {
    const double low = box.box.low[f], high = box.box.high[f];
    if (std::isinf(low) && std::isinf(high)) continue;
    sides.push_back({found.factors[f], std::isinf(low) ? "any" : human(low),
                     std::isinf(high) ? "any" : human(high), human(found.prim.quasi_p[f], 2)});
  }
  return text + (sides.size() == 1 ? "No factor tells cases from others.\n" : aligned(sides));
}

std::string discovery_json(const StoreReader& store, const CaseOfInterest& interest) {
  const Discovered found = discover(store, interest);
  Json trajectory = Json::array(), sides = Json::object();
  const auto step_json = [](const PeelingStep& step) {
    return Json{{"runs", step.futures},
                {"cases", step.hits},
                {"coverage", step.coverage},
                {"density", step.density}};
  };
  for (const auto& step : found.prim.trajectory) trajectory.push_back(step_json(step));
  for (std::size_t f = 0; f < found.factors.size(); ++f)
    sides[found.factors[f]] = {{"low", found.prim.box.box.low[f]},
                               {"high", found.prim.box.box.high[f]},
                               {"quasi_p", found.prim.quasi_p[f]}};
  Json box = step_json(found.prim.box);
  box["factors"] = std::move(sides);
  const Json all{{"response", found.response.id},
                 {"policy", found.policy},
                 {"trajectory", std::move(trajectory)},
                 {"chosen", found.prim.chosen},
                 {"box", std::move(box)}};
  return all.dump(2) + "\n";
}

}  // namespace tavolo::engine
