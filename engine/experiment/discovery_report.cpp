#include "engine/experiment/discovery_report.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "engine/experiment/comparison.h"
#include "engine/experiment/discovery.h"
#include "engine/experiment/outcomes.h"
#include "engine/experiment/table.h"

namespace tavolo::engine {
namespace {

using Json = nlohmann::ordered_json;
using Rows = std::vector<std::vector<std::string>>;

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

struct Discovered {
  Response response;
  std::string policy;
  std::vector<std::string> factors;
  Prim prim;
};

Discovered discover(const StoreReader& store, const CaseOfInterest& interest) {
  const Experiment experiment = question_of(store);
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
