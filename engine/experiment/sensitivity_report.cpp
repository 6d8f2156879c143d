#include "engine/experiment/sensitivity_report.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "engine/experiment/bootstrap.h"
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
  std::vector<double> values;             ///< means over replications
  std::vector<std::vector<double>> runs;  ///< by sample, then replication
  double within = kNaN;                   ///< share of the variance that is luck at given factors
};

Outputs outputs_of(const StoreReader& store, const Experiment& experiment, const Response& response,
                   const std::string& policy) {
  const auto by_point = response_by_point(store, response);
  Outputs outputs;
  std::size_t incomplete = 0, first = 0;
  const auto asked = store.asked();
  double inner = 0;
  std::vector<double> all;
  for (std::size_t p = 0; p < by_point.size(); ++p) {
    if (store.points()[p].policy != policy) continue;
    if (by_point[p].size() < static_cast<std::size_t>(asked[p])) {
      if (incomplete++ == 0) first = outputs.values.size();
      outputs.values.push_back(kNaN);
      outputs.runs.emplace_back();
      continue;
    }
    std::vector<double> values;
    for (const auto& [replication, value] : by_point[p]) values.push_back(value);
    outputs.values.push_back(mean(values));
    all.insert(all.end(), values.begin(), values.end());
    if (values.size() > 1) inner += std::pow(standard_deviation(values), 2);
    outputs.runs.push_back(std::move(values));
  }
  if (incomplete > 0) {
    const std::size_t block = experiment.sampled() ? block_size(experiment.plan) : 1;
    const std::string file = shell_word(store.path());
    const bool failed = failures(store.counts()) > 0 && store.counts()[0] == 0;
    throw InputError{std::to_string(incomplete) + " of " + std::to_string(outputs.values.size()) +
                         " points lack runs; the first is " +
                         (block > 1 ? "in block " + std::to_string(first / block + 1)
                                    : "point " + std::to_string(first + 1)) +
                         ".",
                     "Indices come from whole blocks: a point that is missing spoils its block.",
                     failed ? "Make failed runs again: tavolo retry " + file + "."
                            : "Complete them: tavolo resume " + file + "."};
  }
  if (all.size() > outputs.values.size())
    outputs.within =
        inner / static_cast<double>(outputs.values.size()) / std::pow(standard_deviation(all), 2);
  return outputs;
}

struct FactorIndex {
  std::string response, factor, name;
  std::size_t blocks;  ///< that it is of
  Index index;
};

/// Halves of a design, a quarter and an eighth of it: whether indices have settled.
std::vector<std::size_t> sizes_of(std::size_t blocks) {
  constexpr std::size_t kFewest = 8;
  std::vector<std::size_t> sizes{blocks};
  while (sizes.size() < 4 && sizes.front() / 2 >= kFewest)
    sizes.insert(sizes.begin(), sizes.front() / 2);
  return sizes;
}

/// Intervals of indices on a grid: the luck of its runs, replications drawn with replacement, the
/// same ones at every point where luck is common.
std::vector<Index> with_luck(const Outputs& outputs, std::span<const std::size_t> levels,
                             std::vector<double> GridIndices::*member, bool common_luck) {
  const auto whole = grid_indices(outputs.values, levels);
  std::vector<Index> indices;
  for (const double value : whole.*member) indices.push_back({value, {kNaN, kNaN}});
  const std::size_t replications = outputs.runs.front().size();
  if (replications < 2) return indices;
  constexpr std::size_t kResamples = 400;
  std::vector<std::vector<double>> drawn(indices.size());
  std::vector<double> values(outputs.values.size());
  std::vector<std::size_t> chosen;
  for (std::size_t draw = 0; draw < kResamples; ++draw) {
    for (std::size_t p = 0; p < values.size(); ++p) {
      if (p == 0 || !common_luck)
        Resampler{replications, common_luck ? 1 : p + 1}.draw(draw, chosen);
      values[p] = 0;
      for (const std::size_t r : chosen)
        values[p] += outputs.runs[p][r] / static_cast<double>(replications);
    }
    const auto sample = grid_indices(values, levels);
    for (std::size_t i = 0; i < indices.size(); ++i) drawn[i].push_back((sample.*member)[i]);
  }
  for (std::size_t i = 0; i < indices.size(); ++i)
    indices[i].interval =
        percentile_interval(drawn[i], expanded_level(static_cast<double>(replications - 1)));
  return indices;
}

struct Sensitivity {
  std::string policy, kind;
  std::size_t blocks = 0;
  std::vector<std::string> factors;
  std::vector<FactorIndex> indices;
  std::map<std::string, double> luck;  ///< share of the variance, by response
};

Sensitivity make_sensitivity(const StoreReader& store, const std::string& policy) {
  const Experiment experiment = question_of(store);
  if (experiment.kind != "saltelli" && experiment.kind != "morris" && experiment.kind != "grid")
    throw InputError{"a design of kind \"" + experiment.kind + "\" has no sensitivity indices.",
                     "They come from blocks in which factors change one at a time.",
                     "Sweep a design of kind \"saltelli\", \"morris\" or \"grid\"."};
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
  if (d == 0)
    throw InputError{"no factor varies.", "There is nothing to which responses could be sensitive.",
                     "Give factors more than one level."};
  std::vector<std::size_t> levels;
  for (const auto& factor : experiment.factors)
    if (factor.varies()) levels.push_back(factor.levels.size());
  for (const auto& response : experiment.responses) {
    if (response.kind == "ratio") continue;
    const auto outputs = outputs_of(store, experiment, response, result.policy);
    if (!std::isnan(outputs.within)) result.luck[response.id] = outputs.within;
    std::size_t blocks = 0;
    const auto add = [&](const std::string& factor, const std::string& name, const Index& index) {
      result.indices.push_back({response.id, factor, name, blocks, index});
    };
    if (experiment.kind == "grid") {
      result.blocks = blocks = outputs.values.size();
      const bool common = experiment.crn != "none";
      const auto first = with_luck(outputs, levels, &GridIndices::first, common);
      const auto total = with_luck(outputs, levels, &GridIndices::total, common);
      for (std::size_t f = 0; f < d; ++f) {
        add(result.factors[f], "first", first[f]);
        add(result.factors[f], "total", total[f]);
      }
      continue;
    }
    const std::size_t block = block_size(experiment.plan);
    result.blocks = outputs.values.size() / block;
    for (const std::size_t size : sizes_of(result.blocks)) {
      blocks = size;
      const auto part = std::span{outputs.values}.first(size * block);
      if (experiment.kind == "saltelli") {
        const auto indices = sobol_indices(part, d, experiment.plan.second_order);
        for (std::size_t f = 0; f < d; ++f) {
          add(result.factors[f], "first", indices.first[f]);
          add(result.factors[f], "total", indices.total[f]);
        }
        std::size_t pair = 0;
        for (std::size_t i = 0; i < d && !indices.second.empty(); ++i)
          for (std::size_t j = i + 1; j < d; ++j)
            add(result.factors[i] + " x " + result.factors[j], "second", indices.second[pair++]);
        add("(a factor that does nothing)", "first", indices.dummy);
      } else {
        std::vector<std::vector<double>> points(part.size(), std::vector<double>(d));
        for (std::size_t i = 0; i < points.size(); ++i) experiment.sample->point(i, points[i]);
        const auto effects = morris_effects(part, points, d);
        for (std::size_t f = 0; f < d; ++f) {
          add(result.factors[f], "mu_star", effects.mu_star[f]);
          add(result.factors[f], "mu", {effects.mu[f], {kNaN, kNaN}});
          add(result.factors[f], "sigma", {effects.sigma[f], {kNaN, kNaN}});
        }
      }
    }
  }
  return result;
}

}  // namespace

std::string sensitivity_text(const StoreReader& store, const std::string& policy) {
  const Sensitivity found = make_sensitivity(store, policy);
  const bool grid = found.kind == "grid";
  std::string text = store.meta("question") + "\n\n" +
                     (found.kind == "morris" ? "Morris' elementary effects per unit of the cube"
                                             : "Sobol' indices (shares of the variance)") +
                     " under " + found.policy + ", " + std::to_string(found.blocks) +
                     (grid                       ? " points of a full grid"
                      : found.kind == "saltelli" ? " blocks"
                                                 : " trajectories") +
                     ", with 95 % bootstrap intervals" + (grid ? " of the runs' luck" : "") + "\n";
  std::vector<std::string> responses;
  for (const auto& index : found.indices)
    if (responses.empty() || responses.back() != index.response)
      responses.push_back(index.response);
  for (const auto& response : responses) {
    // A row is an index; beside it what the first halves of the design make of it.
    Rows rows{{"factor", "index", "value", "95 %"}};
    std::map<std::pair<std::string, std::string>, std::size_t> row_of;
    for (const auto& index : found.indices) {
      if (index.response != response || index.blocks != found.blocks) continue;
      row_of[{index.factor, index.name}] = rows.size();
      rows.push_back(
          {index.factor, index.name, human(index.index.value, 3),
           std::isnan(index.index.interval.low) ? "" : range_text(index.index.interval)});
    }
    auto sizes = grid ? std::vector<std::size_t>{} : sizes_of(found.blocks);
    for (auto size = sizes.rbegin(); size != sizes.rend(); ++size) {
      if (*size == found.blocks) continue;
      rows[0].push_back("of " + std::to_string(*size));
      for (const auto& index : found.indices)
        if (index.response == response && index.blocks == *size)
          rows[row_of.at({index.factor, index.name})].push_back(human(index.index.value, 3));
    }
    text += "\n" + response;
    if (const auto luck = found.luck.find(response); luck != found.luck.end())
      text += " (luck at given factors: " + human(luck->second, 2) +
              " of the variance of a run; indices are of means over replications)";
    text += "\n\n" + aligned(rows, 2);
  }
  return text;
}

std::string sensitivity_csv(const StoreReader& store, const std::string& policy) {
  std::string text = "response,factor,index,blocks,value,low,high\n";
  for (const auto& index : make_sensitivity(store, policy).indices)
    text += csv_field(index.response) + "," + csv_field(index.factor) + "," + index.name + "," +
            std::to_string(index.blocks) + "," + exact(index.index.value) + "," +
            exact(index.index.interval.low) + "," + exact(index.index.interval.high) + "\n";
  return text;
}

}  // namespace tavolo::engine
