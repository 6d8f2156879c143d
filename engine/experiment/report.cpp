#include "engine/experiment/report.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "engine/experiment/bootstrap.h"
#include "engine/experiment/robustness.h"
#include "engine/experiment/sensitivity.h"
#include "engine/experiment/table.h"

namespace tavolo::engine {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
using Rows = std::vector<std::vector<std::string>>;

std::string range_text(const Interval& interval) {
  return human(interval.low, 3) + " .. " + human(interval.high, 3);
}

double average(const std::map<int, double>& replications) {
  double sum = 0;
  for (const auto& [replication, value] : replications) sum += value;
  return sum / static_cast<double>(replications.size());
}

/// +1 where large is good, -1 where small is.
double sign_of(const Response& response) { return response.better == "min" ? -1 : 1; }

Series with_sign(const Series& series, double sign) {
  Series result = series;
  for (auto& row : result)
    for (double& value : row) value *= sign;
  return result;
}

/// Whether a metric is a value of the response: maximin, maximax, hurwicz and laplace are.
bool in_units(std::size_t metric) { return metric < 4; }

std::string heading(const Response& response) {
  return response.label + (response.unit.empty() ? "" : " [" + response.unit + "]") +
         (response.better == "max"   ? " ↑"
          : response.better == "min" ? " ↓"
                                     : "");
}

/// What satisfies in a response: the bound of a probability of the same indicator and year.
std::optional<double> threshold_of(const Experiment& experiment, const Response& response) {
  for (const auto& other : experiment.responses)
    if (other.kind == "probability" && other.indicator == response.indicator &&
        other.year == response.year)
      return std::isnan(other.at_least) ? -other.at_most : other.at_least;
  return std::nullopt;
}

struct Measure {
  std::string policy, response, measure;
  double value;
  Interval interval;
  int rank;
};

/// All that is reported of the response that ranks.
struct Report {
  Futures futures;
  std::vector<std::size_t> order;  ///< policies, best mean first
  std::vector<Interval> bca, best;
  std::vector<double> chance;
  std::vector<PairedDifference> differences;
  std::vector<std::vector<RobustnessValue>> robustness;
  std::optional<double> threshold;
  std::vector<std::size_t> front;
  double sign = 1;
};

Report make_report(const StoreReader& store, const std::string& ranked) {
  Report report;
  report.futures = read_futures(store, ranked);
  const auto& futures = report.futures;
  const auto& response = futures.responses[futures.ranked];
  const auto& values = futures.values[futures.ranked];
  const std::size_t k = futures.policies.size();
  report.sign = sign_of(response);
  const Series good = with_sign(values, report.sign);
  for (std::size_t i = 0; i < k; ++i) {
    report.order.push_back(i);
    report.bca.push_back(
        bca_interval(values[i], [](std::span<const double> x) { return mean(x); }));
  }
  std::stable_sort(report.order.begin(), report.order.end(),
                   [&](std::size_t a, std::size_t b) { return mean(good[a]) > mean(good[b]); });
  report.best = comparisons_with_the_best(good);
  report.chance = probability_best(good);
  const auto base = std::find(futures.policies.begin(), futures.policies.end(), futures.baseline);
  for (std::size_t i = 0; i < k; ++i)
    report.differences.push_back(
        base == futures.policies.end() || futures.policies[i] == futures.baseline
            ? PairedDifference{{0, kNaN, kNaN}, kNaN, kNaN}
            : paired_difference(values[i],
                                values[static_cast<std::size_t>(base - futures.policies.begin())]));
  const auto threshold = threshold_of(question_of(store), response);
  if (threshold) report.threshold = *threshold;
  report.robustness = robustness(good, threshold.value_or(kNaN));
  std::vector<std::vector<double>> points(k);
  for (std::size_t r = 0; r < futures.responses.size(); ++r)
    if (!futures.responses[r].better.empty())
      for (std::size_t i = 0; i < k; ++i)
        points[i].push_back(sign_of(futures.responses[r]) * mean(futures.values[r][i]));
  report.front = pareto_front(points);
  return report;
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

Futures read_futures(const StoreReader& store, const std::string& ranked) {
  const Experiment experiment = question_of(store);
  Futures futures;
  futures.baseline = split_baseline(experiment.baseline).path.empty() ? experiment.baseline : "";
  futures.policies = experiment.policies;
  for (const auto& response : experiment.responses)
    if (response.kind != "ratio") futures.responses.push_back(response);
  const std::string wanted = ranked.empty() ? experiment.rank_by : ranked;
  const auto found = std::find_if(futures.responses.begin(), futures.responses.end(),
                                  [&](const auto& r) { return r.id == wanted; });
  if (found == futures.responses.end())
    throw InputError{"response \"" + wanted + "\" is none that can be compared over futures.",
                     "Each future needs a number of its own, which a ratio has not.",
                     "Name a response of kind value, total, mean or probability."};
  if (found->better.empty())
    throw InputError{"response \"" + wanted + "\" does not say what is better.",
                     "The best policy is one with a large, or a small, value.",
                     "Add better = \"max\" or \"min\" to its row and give the sweep again."};
  futures.ranked = static_cast<std::size_t>(found - futures.responses.begin());

  std::size_t samples = 0;
  for (const auto& point : store.points()) samples = std::max(samples, point.configuration + 1);
  futures.replications_are_futures = samples == 1;
  futures.all = samples == 1 ? static_cast<std::size_t>(experiment.replications) : samples;

  // [response][policy]: number of the future -> value
  std::vector<std::vector<std::map<int, double>>> known;
  for (const auto& response : futures.responses) {
    const auto by_point = response_by_point(store, response);
    known.emplace_back(futures.policies.size());
    for (std::size_t p = 0; p < by_point.size(); ++p) {
      const auto policy = static_cast<std::size_t>(
          std::find(futures.policies.begin(), futures.policies.end(), store.points()[p].policy) -
          futures.policies.begin());
      auto& of_policy = known.back()[policy];
      if (samples == 1)
        of_policy = by_point[p];
      else if (!by_point[p].empty())
        of_policy[static_cast<int>(store.points()[p].configuration)] = average(by_point[p]);
    }
  }
  futures.values.assign(futures.responses.size(), Series(futures.policies.size()));
  std::size_t whole = 0;
  for (const auto& [future, value] : known.front().front()) {
    const bool complete = std::all_of(known.begin(), known.end(), [&](const auto& of_response) {
      return std::all_of(of_response.begin(), of_response.end(),
                         [&](const auto& of_policy) { return of_policy.contains(future); });
    });
    if (!complete) continue;
    ++whole;
    for (std::size_t r = 0; r < known.size(); ++r)
      for (std::size_t i = 0; i < futures.policies.size(); ++i)
        futures.values[r][i].push_back(known[r][i].at(future));
  }
  if (whole < 2)
    throw InputError{"fewer than two futures of " + store.path() + " are done under every policy.",
                     "Intervals come from how futures differ.",
                     "Complete them: tavolo resume " + store.path() + "."};
  return futures;
}

std::string report_text(const StoreReader& store, const std::string& ranked) {
  const Report report = make_report(store, ranked);
  const auto& futures = report.futures;
  const auto& response = futures.responses[futures.ranked];
  const auto& values = futures.values[futures.ranked];
  const std::size_t n = values.front().size();
  const std::string unit = response.unit.empty() ? "" : " [" + response.unit + "]";
  const auto counts = store.counts();
  std::string text =
      store.meta("question") + "\n\n" + std::to_string(futures.policies.size()) + " policies, " +
      std::to_string(n) + " of " + std::to_string(futures.all) +
      (futures.replications_are_futures ? " replications" : " futures") +
      " done under every policy; " + std::to_string(counts[1]) + " runs done, " +
      std::to_string(failures(counts)) + " failed, " + std::to_string(counts[0]) + " missing.\n\n" +
      response.label + unit + ", " + (report.sign > 0 ? "large" : "small") +
      " is good: mean ± t half width, bootstrap (BCa) interval; all intervals 95 %\n\n";
  Rows means{{"policy", "mean", "BCa", "less the best other", "P(best)"}};
  for (const std::size_t i : report.order) {
    const auto estimate = mean_estimate(values[i]);
    const auto& best = report.best[i];
    means.push_back({futures.policies[i], human(estimate.value, estimate.half_width),
                     range_text(report.bca[i]),
                     report.sign > 0 ? range_text(best) : range_text({-best.high, -best.low}),
                     human(report.chance[i], 2)});
  }
  text +=
      aligned(means) +
      "\n\"less the best other\": simultaneous (multiple comparisons with the best); an end at 0 "
      "settles it.\n";
  if (!futures.baseline.empty() && futures.policies.size() > 1) {
    Rows rows{{"policy", "difference", "correlation", "variance ÷", "worth independent runs"}};
    for (const std::size_t i : report.order) {
      if (futures.policies[i] == futures.baseline) continue;
      const auto& d = report.differences[i];
      rows.push_back({futures.policies[i], human(d.difference.value, d.difference.half_width),
                      human(d.correlation, 2), human(d.variance_reduction, 2),
                      human(std::round(d.variance_reduction * static_cast<double>(n)), 3)});
    }
    text += "\nDifference from " + futures.baseline + ", paired by future\n\n" + aligned(rows);
  }
  text += "\nRobustness over futures (McPhail et al. 2018): value and rank";
  text += report.threshold
              ? "; satisfied at " + human(report.sign * *report.threshold) + unit + "\n\n"
              : "; no threshold: add a probability of the same indicator and year\n\n";
  const auto metrics = robustness_metrics();
  constexpr std::size_t kAcross = 6;
  for (std::size_t first = 0; first < metrics.size(); first += kAcross) {
    const std::size_t last = std::min(metrics.size(), first + kAcross);
    Rows rows{{"policy"}};
    for (std::size_t m = first; m < last; ++m) rows[0].emplace_back(metrics[m].name);
    for (const std::size_t i : report.order) {
      rows.push_back({futures.policies[i]});
      for (std::size_t m = first; m < last; ++m) {
        const auto& value = report.robustness[m][i];
        // Values in the response's own direction; regrets, deviations and shapes have none.
        const double shown = in_units(m) ? report.sign * value.value : value.value;
        rows.back().push_back(std::isnan(value.value)
                                  ? std::string{"-"}
                                  : human(shown, 3) + " (" + std::to_string(value.rank) + ")");
      }
    }
    text += aligned(rows) + "\n";
  }
  text += "All responses, mean ± 95 % over the same futures\n\n";
  constexpr std::size_t kResponsesAcross = 4;
  for (std::size_t first = 0; first < futures.responses.size(); first += kResponsesAcross) {
    Rows rows{{"policy"}};
    const std::size_t last = std::min(futures.responses.size(), first + kResponsesAcross);
    for (std::size_t r = first; r < last; ++r) rows[0].push_back(heading(futures.responses[r]));
    for (const std::size_t i : report.order) {
      rows.push_back({futures.policies[i]});
      for (std::size_t r = first; r < last; ++r) {
        const auto estimate = mean_estimate(futures.values[r][i]);
        rows.back().push_back(human(estimate.value, estimate.half_width));
      }
    }
    text += aligned(rows) + "\n";
  }
  std::string front;
  for (const std::size_t i : report.front)
    front += (front.empty() ? "" : ", ") + futures.policies[i];
  std::string objectives;
  for (const auto& r : futures.responses)
    if (!r.better.empty()) objectives += (objectives.empty() ? "" : ", ") + r.label;
  text += "Intervals of the metrics: --format csv. Not beaten in all of " + objectives +
          " (Pareto front of means): " + front + ".\n";
  return text;
}

std::string report_csv(const StoreReader& store, const std::string& ranked) {
  const Report report = make_report(store, ranked);
  const auto& futures = report.futures;
  const auto& values = futures.values[futures.ranked];
  const std::string& id = futures.responses[futures.ranked].id;
  std::vector<Measure> measures;
  for (std::size_t i = 0; i < futures.policies.size(); ++i) {
    const auto& name = futures.policies[i];
    const auto place = static_cast<int>(std::find(report.order.begin(), report.order.end(), i) -
                                        report.order.begin());
    measures.push_back({name, id, "mean", mean(values[i]), report.bca[i], place + 1});
    const auto& d = report.differences[i];
    measures.push_back({name,
                        id,
                        "difference",
                        d.difference.value,
                        {d.difference.value - d.difference.half_width,
                         d.difference.value + d.difference.half_width},
                        0});
    measures.push_back({name, id, "correlation", d.correlation, {kNaN, kNaN}, 0});
    measures.push_back({name, id, "variance_reduction", d.variance_reduction, {kNaN, kNaN}, 0});
    measures.push_back(
        {name, id, "less_the_best_other", kNaN,
         report.sign > 0 ? report.best[i] : Interval{-report.best[i].high, -report.best[i].low},
         0});
    measures.push_back({name, id, "probability_best", report.chance[i], {kNaN, kNaN}, 0});
    const auto metrics = robustness_metrics();
    for (std::size_t m = 0; m < metrics.size(); ++m) {
      const auto& value = report.robustness[m][i];
      const bool turned = in_units(m) && report.sign < 0;  // in the response's own direction
      measures.push_back(
          {name, id, std::string{metrics[m].name}, turned ? -value.value : value.value,
           turned ? Interval{-value.interval.high, -value.interval.low} : value.interval,
           value.rank});
    }
    const bool in_front =
        std::find(report.front.begin(), report.front.end(), i) != report.front.end();
    measures.push_back({name, id, "pareto", in_front ? 1.0 : 0.0, {kNaN, kNaN}, 0});
  }
  std::string text = "policy,response,measure,value,low,high,rank\n";
  for (const auto& m : measures)
    text += csv_field(m.policy) + "," + csv_field(m.response) + "," + m.measure + "," +
            exact(m.value) + "," + exact(m.interval.low) + "," + exact(m.interval.high) + "," +
            (m.rank > 0 ? std::to_string(m.rank) : std::string{}) + "\n";
  return text;
}

std::string selection_text(const StoreReader& store, double delta, const std::string& ranked) {
  const Futures futures = read_futures(store, ranked);
  const auto& response = futures.responses[futures.ranked];
  const Series good = with_sign(futures.values[futures.ranked], sign_of(response));
  const std::size_t n = good.front().size();
  constexpr std::size_t kFirst = 10;
  if (n < kFirst)
    throw InputError{
        std::to_string(n) + " futures are too few to select from.",
        "The procedure estimates variances from the first " + std::to_string(kFirst) + ".",
        "Extend the store: tavolo extend " + store.path() +
            (futures.replications_are_futures ? " --replications +" : " --samples +") +
            std::to_string(kFirst - n) + "."};
  const auto selected = select_kn(
      good.size(), [&](std::size_t i, std::size_t r) { return good[i][r]; }, delta, 0.05, kFirst,
      n);
  std::vector<double> means, spreads;
  for (const auto& row : good) {
    means.push_back(mean(row));
    spreads.push_back(standard_deviation(row));
  }
  const auto shares = ocba_shares(means, spreads);
  const std::string what = futures.replications_are_futures ? " replications" : " futures";
  std::string text =
      response.label + ", a lead below " + human(delta) +
      (response.unit.empty() ? "" : " " + response.unit) +
      " does not matter: " + futures.policies[selected.best] +
      (selected.decided ? " is selected at 95 %, after " : " leads, undecided after ") +
      std::to_string(selected.stages) + what + ".\n\n";
  Rows rows{{"policy", "stayed for", "share of further runs (OCBA)"}};
  for (std::size_t i = 0; i < good.size(); ++i)
    rows.push_back({futures.policies[i], std::to_string(selected.taken[i]), human(shares[i], 2)});
  text += aligned(rows);
  if (!selected.decided)
    text += "\nMore" + what + " decide it: tavolo extend " + store.path() +
            (futures.replications_are_futures ? " --replications x2\n" : " --samples x2\n");
  return text;
}

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
