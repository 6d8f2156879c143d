#include "engine/experiment/selection.h"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cassert>
#include <cmath>
#include <numeric>

namespace tavolo::engine {
namespace {

/// Nodes and weights of E f(x), x ~ chi^2(degrees): Simpson's rule where the density counts.
struct Quadrature {
  std::vector<double> node, weight;
};

Quadrature chi_squared_rule(double degrees) {
  constexpr std::size_t kPanels = 160;  // even
  constexpr double kTail = 1e-10;
  const boost::math::chi_squared law{degrees};
  // In the logarithm the density has no singularity, also for one or two degrees of freedom.
  const double low = std::log(boost::math::quantile(law, kTail));
  const double high = std::log(boost::math::quantile(boost::math::complement(law, kTail)));
  const double step = (high - low) / kPanels;
  Quadrature rule;
  for (std::size_t i = 0; i <= kPanels; ++i) {
    const double x = std::exp(low + step * static_cast<double>(i));
    const double simpson = i == 0 || i == kPanels ? 1 : i % 2 == 1 ? 4 : 2;
    rule.node.push_back(x);
    rule.weight.push_back(simpson * step / 3 * boost::math::pdf(law, x) * x);
  }
  return rule;
}

std::size_t largest(std::span<const double> values, std::span<const std::size_t> among) {
  return *std::max_element(among.begin(), among.end(),
                           [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
}

std::vector<std::size_t> all_of(std::size_t k) {
  std::vector<std::size_t> rows(k);
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return rows;
}

}  // namespace

double rinott_constant(double sure, std::size_t k, std::size_t n0) {
  assert(sure > 0 && sure < 1 && k >= 2 && n0 >= 2);
  const double degrees = static_cast<double>(n0 - 1);
  const Quadrature rule = chi_squared_rule(degrees);
  const auto probability = [&](double h) {
    double outer = 0;
    for (std::size_t i = 0; i < rule.node.size(); ++i) {
      double inner = 0;
      for (std::size_t j = 0; j < rule.node.size(); ++j)
        inner += rule.weight[j] *
                 normal_below(h / std::sqrt(degrees * (1 / rule.node[i] + 1 / rule.node[j])));
      outer += rule.weight[i] * std::pow(inner, static_cast<double>(k - 1));
    }
    return outer;
  };
  double low = 0, high = 1;
  while (probability(high) < sure) high *= 2;
  for (int i = 0; i < 40; ++i) {
    const double middle = (low + high) / 2;
    (probability(middle) < sure ? low : high) = middle;
  }
  return (low + high) / 2;
}

double rinott_size(double s, double delta, double h, std::size_t n0) {
  return std::max(static_cast<double>(n0), std::ceil(std::pow(h * s / delta, 2)));
}

Selection kim_nelson(const Observe& observe, std::size_t k, const KimNelson& plan) {
  assert(plan.delta > 0 && plan.n0 >= 2);
  Selection selection{std::nullopt, std::vector<std::size_t>(k, 0), all_of(k),
                      std::vector<std::optional<std::size_t>>(k)};
  if (k == 1) selection.best = 0;
  if (k == 1 || (plan.most && *plan.most < plan.n0)) return selection;
  const double first = static_cast<double>(plan.n0 - 1);
  const double beta = (1 - plan.sure) / static_cast<double>(k - 1);
  const double eta = (std::pow(2 * beta, -2 / first) - 1) / 2;
  const double h_squared = 2 * eta * first;

  std::vector<std::vector<double>> start(k);
  std::vector<double> sum(k, 0);
  for (std::size_t i = 0; i < k; ++i)
    for (std::size_t n = 0; n < plan.n0; ++n) {
      start[i].push_back(observe(i, n));
      sum[i] += start[i].back();
      ++selection.observations[i];
    }
  std::vector<std::vector<double>> variance(k, std::vector<double>(k, 0));
  for (std::size_t i = 0; i < k; ++i)
    for (std::size_t l = 0; l < i; ++l) {
      std::vector<double> difference(plan.n0);
      for (std::size_t n = 0; n < plan.n0; ++n) difference[n] = start[i][n] - start[l][n];
      const double s = standard_deviation(difference);
      variance[i][l] = variance[l][i] = s * s;
    }

  auto& left = selection.survivors;
  for (std::size_t n = plan.n0;; ++n) {
    const auto r = static_cast<double>(n);
    const auto before = left;
    left.clear();
    for (const std::size_t i : before) {
      const auto ahead = std::find_if(before.begin(), before.end(), [&](std::size_t l) {
        const double room = std::max(
            0.0, plan.delta / 2 * (h_squared * variance[i][l] / (plan.delta * plan.delta) - r));
        return l != i && sum[i] < sum[l] - room;
      });
      if (ahead == before.end())
        left.push_back(i);
      else
        selection.eliminated_by[i] = *ahead;
    }
    // All room is used up and means are equal: either will do, they are within delta.
    const bool closed = std::all_of(left.begin(), left.end(), [&](std::size_t i) {
      return std::all_of(left.begin(), left.end(), [&](std::size_t l) {
        return l == i || r > h_squared * variance[i][l] / (plan.delta * plan.delta);
      });
    });
    if (left.size() == 1 || closed) {
      selection.best = largest(sum, left);
      left = {*selection.best};
      return selection;
    }
    if (plan.most && n >= *plan.most) return selection;
    for (const std::size_t i : left) {
      sum[i] += observe(i, n);
      ++selection.observations[i];
    }
  }
}

std::vector<double> ocba_shares(std::span<const double> means,
                                std::span<const double> standard_deviations) {
  assert(means.size() == standard_deviations.size() && !means.empty());
  const std::size_t k = means.size();
  const auto rows = all_of(k);
  const std::size_t best = largest(means, rows);
  if (k == 1) return {1};
  double farthest = 0;
  for (const double m : means) farthest = std::max(farthest, means[best] - m);
  const double least = farthest > 0 ? farthest / 1000 : standard_deviations[best] / 1000;
  std::vector<double> share(k, 0);
  double squares = 0;
  for (std::size_t i = 0; i < k; ++i) {
    if (i == best) continue;
    const double distance = std::max(least, means[best] - means[i]);
    share[i] = std::pow(standard_deviations[i] / distance, 2);
    squares += std::pow(share[i] / standard_deviations[i], 2);
  }
  share[best] = standard_deviations[best] * std::sqrt(squares);
  const double total = std::accumulate(share.begin(), share.end(), 0.0);
  for (double& s : share) s /= total;
  return share;
}

PairedTable paired_table(const Outcomes& outcomes, double level) {
  const std::size_t k = outcomes.strategies;
  PairedTable table{std::vector(k, std::vector<double>(k, 0)),
                    std::vector(k, std::vector<double>(k, 0))};
  for (std::size_t i = 0; i < k; ++i)
    for (std::size_t l = 0; l < i; ++l) {
      const auto d = crossed_difference(outcomes.of(i), outcomes.of(l), outcomes.futures,
                                        outcomes.replications);
      table.difference[i][l] = d.value;
      table.difference[l][i] = -d.value;
      table.margin[i][l] = table.margin[l][i] = d.margin(level);
    }
  return table;
}

PairedTable mcb_table(const Outcomes& outcomes, double level) {
  const auto others = static_cast<double>(std::max<std::size_t>(1, outcomes.strategies - 1));
  return paired_table(outcomes, 1 - (1 - level) / others);
}

std::vector<Interval> multiple_comparisons_with_best(const PairedTable& table) {
  const std::size_t k = table.difference.size();
  std::vector<double> upper(k);
  std::vector<std::size_t> candidates;
  for (std::size_t i = 0; i < k; ++i) {
    upper[i] = std::numeric_limits<double>::infinity();
    for (std::size_t l = 0; l < k; ++l)
      if (l != i) upper[i] = std::min(upper[i], table.difference[i][l] + table.margin[i][l]);
    if (upper[i] > 0) candidates.push_back(i);
  }
  // Equal strategies without any noise: no upper end is above 0, and all of them may be best.
  if (candidates.empty())
    for (std::size_t i = 0; i < k; ++i)
      if (upper[i] >= 0) candidates.push_back(i);
  std::vector<Interval> intervals;
  for (std::size_t i = 0; i < k; ++i) {
    double lower = 0;
    for (const std::size_t l : candidates)
      if (l != i) lower = std::min(lower, table.difference[i][l] - table.margin[i][l]);
    intervals.push_back({lower, std::max(0.0, upper[i])});
  }
  return intervals;
}

std::vector<double> pair_p_values(const Outcomes& outcomes) {
  std::vector<double> p;
  for (std::size_t i = 0; i < outcomes.strategies; ++i)
    for (std::size_t l = i + 1; l < outcomes.strategies; ++l) {
      const auto d = crossed_difference(outcomes.of(i), outcomes.of(l), outcomes.futures,
                                        outcomes.replications);
      if (d.standard_error > 0 && d.degrees >= 1)
        p.push_back(2 *
                    boost::math::cdf(boost::math::complement(
                        boost::math::students_t{d.degrees}, std::abs(d.value) / d.standard_error)));
      else
        p.push_back(d.value == 0 ? 1 : 0);
    }
  return p;
}

std::vector<double> probability_best(const Outcomes& outcomes, std::uint64_t seed,
                                     std::size_t draws) {
  std::vector<double> probability(outcomes.strategies, 0);
  std::vector<double> means(outcomes.strategies);
  for (std::size_t draw = 0; draw < draws; ++draw) {
    const Outcomes sample = resampled(outcomes, seed, draw);
    for (std::size_t s = 0; s < means.size(); ++s) means[s] = mean(sample.of(s));
    const double best = *std::max_element(means.begin(), means.end());
    const auto tied = static_cast<double>(std::count(means.begin(), means.end(), best));
    for (std::size_t s = 0; s < means.size(); ++s)
      if (means[s] == best) probability[s] += 1 / (tied * static_cast<double>(draws));
  }
  return probability;
}

Outcomes negated(Outcomes outcomes) {
  for (double& value : outcomes.values) value = -value;
  return outcomes;
}

}  // namespace tavolo::engine
