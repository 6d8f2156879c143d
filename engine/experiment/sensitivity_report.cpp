#include "engine/experiment/sensitivity_report.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "engine/experiment/comparison.h"
#include "engine/experiment/sensitivity.h"
#include "engine/experiment/table.h"

namespace tavolo::engine {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
using Rows = std::vector<std::vector<std::string>>;

std::string range_text(const Interval& interval) {
  return human(interval.low, 3) + " .. " + human(interval.high, 3);
}

/// Outputs of one response under one policy, sample by sample, whole.
struct Outputs {
  std::vector<double> values;
  double within = kNaN;  ///< share of the variance that is luck at given factors
};

Outputs outputs_of(const StoreReader& store, const Experiment& experiment, const Response& response,
                   const std::string& policy) {
  const auto by_point = response_by_point(store, response);
  Outputs outputs;
  std::size_t incomplete = 0, first = 0;
  const auto replications = static_cast<std::size_t>(experiment.replications);
  double inner = 0;
  std::vector<double> all;
  for (std::size_t p = 0; p < by_point.size(); ++p) {
    if (store.points()[p].policy != policy) continue;
    if (by_point[p].size() < replications) {
      if (incomplete++ == 0) first = outputs.values.size();
      outputs.values.push_back(kNaN);
      continue;
    }
    std::vector<double> values;
    for (const auto& [replication, value] : by_point[p]) values.push_back(value);
    outputs.values.push_back(mean(values));
    all.insert(all.end(), values.begin(), values.end());
    if (values.size() > 1) inner += std::pow(standard_deviation(values), 2);
  }
  if (incomplete > 0) {
    const std::size_t block = block_size(experiment.plan);
    const bool failed = failures(store.counts()) > 0 && store.counts()[0] == 0;
    throw InputError{std::to_string(incomplete) + " of " + std::to_string(outputs.values.size()) +
                         " points lack runs; the first is in block " +
                         std::to_string(first / block + 1) + ".",
                     "Indices come from whole blocks: a point that is missing spoils its block.",
                     failed ? "Make failed runs again: tavolo retry " + store.path() + "."
                            : "Complete them: tavolo resume " + store.path() + "."};
  }
  if (replications > 1)
    outputs.within =
        inner / static_cast<double>(outputs.values.size()) / std::pow(standard_deviation(all), 2);
  return outputs;
}

struct FactorIndex {
  std::string response, factor, name;
  Index index;
};

struct Sensitivity {
  std::string policy, kind;
  std::size_t blocks = 0;
  std::vector<std::string> factors;
  std::vector<FactorIndex> indices;
  std::map<std::string, double> luck;  ///< share of the variance, by response
};

Sensitivity make_sensitivity(const StoreReader& store, const std::string& policy) {
  const Experiment experiment = question_of(store);
  if (experiment.kind != "saltelli" && experiment.kind != "morris")
    throw InputError{"a design of kind \"" + experiment.kind + "\" has no sensitivity indices.",
                     "They come from blocks in which factors change one at a time.",
                     "Sweep a design of kind \"saltelli\" or \"morris\"."};
  if (experiment.combine == "zip")
    throw InputError{"policies were dealt out to samples in turn.",
                     "Indices come from blocks under one policy.", "Use combine = \"cross\"."};
  Sensitivity result;
  result.kind = experiment.kind;
  result.policy = policy.empty() ? experiment.policies.front() : policy;
  if (std::find(experiment.policies.begin(), experiment.policies.end(), result.policy) ==
      experiment.policies.end())
    throw InputError{"policy \"" + policy + "\" is not in " + store.path() + ".",
                     "Indices come from blocks under one policy.",
                     "Name one of its policies: " + experiment.policies.front() + "."};
  for (const auto& factor : experiment.factors)
    if (factor.varies()) result.factors.push_back(factor.path);
  const std::size_t d = result.factors.size();
  for (const auto& response : experiment.responses) {
    if (response.kind == "ratio") continue;
    const auto outputs = outputs_of(store, experiment, response, result.policy);
    if (!std::isnan(outputs.within)) result.luck[response.id] = outputs.within;
    const auto add = [&](const std::string& factor, const std::string& name, const Index& index) {
      result.indices.push_back({response.id, factor, name, index});
    };
    if (experiment.kind == "saltelli") {
      const auto indices = sobol_indices(outputs.values, d, experiment.plan.second_order);
      result.blocks = indices.blocks;
      for (std::size_t f = 0; f < d; ++f) {
        add(result.factors[f], "first", indices.first[f]);
        add(result.factors[f], "total", indices.total[f]);
      }
      std::size_t pair = 0;
      for (std::size_t i = 0; i < d && !indices.second.empty(); ++i)
        for (std::size_t j = i + 1; j < d; ++j)
          add(result.factors[i] + " x " + result.factors[j], "second", indices.second[pair++]);
    } else {
      std::vector<std::vector<double>> points(outputs.values.size(), std::vector<double>(d));
      for (std::size_t i = 0; i < points.size(); ++i) experiment.sample->point(i, points[i]);
      const auto effects = morris_effects(outputs.values, points, d);
      result.blocks = effects.trajectories;
      for (std::size_t f = 0; f < d; ++f) {
        add(result.factors[f], "mu_star", effects.mu_star[f]);
        add(result.factors[f], "mu", {effects.mu[f], {kNaN, kNaN}});
        add(result.factors[f], "sigma", {effects.sigma[f], {kNaN, kNaN}});
      }
    }
  }
  return result;
}

}  // namespace

std::string sensitivity_text(const StoreReader& store, const std::string& policy) {
  const Sensitivity found = make_sensitivity(store, policy);
  std::string text =
      store.meta("question") + "\n\n" +
      (found.kind == "saltelli" ? "Sobol' indices (shares of the variance)"
                                : "Morris' elementary effects per unit of the cube") +
      " under " + found.policy + ", " + std::to_string(found.blocks) +
      (found.kind == "saltelli" ? " blocks" : " trajectories") +
      ", with 95 % bootstrap intervals\n";
  std::string response;
  Rows rows;
  const auto flush = [&] {
    if (rows.empty()) return;
    text += "\n" + response;
    if (const auto luck = found.luck.find(response); luck != found.luck.end())
      text += " (luck at given factors: " + human(luck->second, 2) +
              " of the variance of a run; indices are of means over replications)";
    text += "\n\n" + aligned(rows, 2);
  };
  for (const auto& index : found.indices) {
    if (index.response != response) {
      flush();
      response = index.response;
      rows = {{"factor", "index", "value", "95 %"}};
    }
    rows.push_back({index.factor, index.name, human(index.index.value, 3),
                    std::isnan(index.index.interval.low) ? "" : range_text(index.index.interval)});
  }
  flush();
  return text;
}

std::string sensitivity_csv(const StoreReader& store, const std::string& policy) {
  std::string text = "response,factor,index,value,low,high\n";
  for (const auto& index : make_sensitivity(store, policy).indices)
    text += csv_field(index.response) + "," + csv_field(index.factor) + "," + index.name + "," +
            exact(index.index.value) + "," + exact(index.index.interval.low) + "," +
            exact(index.index.interval.high) + "\n";
  return text;
}

}  // namespace tavolo::engine
