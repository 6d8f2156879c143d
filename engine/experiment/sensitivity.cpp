#include "engine/experiment/sensitivity.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "engine/experiment/outcomes.h"
#include "engine/random.h"

namespace tavolo::engine {
namespace {

enum class Resampling : std::uint32_t { kRows = 1 };

using Rows = std::vector<std::size_t>;

Rows all_rows(std::size_t n) {
  Rows rows(n);
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return rows;
}

Rows drawn_rows(std::size_t n, std::uint64_t seed, std::uint64_t draw) {
  Draws draws = Streams{seed, draw}(Resampling::kRows, 0);
  Rows rows(n);
  for (auto& row : rows)
    row = std::min(n - 1, static_cast<std::size_t>(draws.uniform() * static_cast<double>(n)));
  return rows;
}

/// Estimates of a whole vector of numbers with bootstrap intervals over rows.
template <class Estimator>
std::vector<Index> with_intervals(std::size_t n, std::uint64_t seed, std::size_t draws,
                                  const Estimator& estimator) {
  const auto values = estimator(all_rows(n));
  std::vector<std::vector<double>> samples(values.size());
  for (std::size_t draw = 0; draw < draws; ++draw) {
    const auto sample = estimator(drawn_rows(n, seed, draw));
    for (std::size_t i = 0; i < sample.size(); ++i) samples[i].push_back(sample[i]);
  }
  std::vector<Index> result;
  for (std::size_t i = 0; i < values.size(); ++i)
    result.push_back({values[i], percentile_interval(samples[i])});
  return result;
}

/// First order by factor, total by factor, then second order of i < l.
std::vector<double> sobol(const SaltelliOutcomes& y, const Rows& rows) {
  const auto n = static_cast<double>(rows.size());
  const std::size_t d = y.factors;
  double centre = 0, squares = 0;
  for (const auto r : rows) centre += (y.a[r] + y.b[r]) / (2 * n);
  for (const auto r : rows)
    squares += (y.a[r] - centre) * (y.a[r] - centre) + (y.b[r] - centre) * (y.b[r] - centre);
  const double variance = squares / (2 * n);
  std::vector<double> result(2 * d, 0);
  for (std::size_t i = 0; i < d; ++i) {
    for (const auto r : rows) {
      result[i] += (y.b[r] - centre) * (y.a_b[i][r] - y.a[r]);
      result[d + i] += (y.a[r] - y.a_b[i][r]) * (y.a[r] - y.a_b[i][r]) / 2;
    }
    result[i] /= n * variance;
    result[d + i] /= n * variance;
  }
  if (y.b_a.empty()) return result;
  for (std::size_t i = 0; i < d; ++i)
    for (std::size_t l = i + 1; l < d; ++l) {
      double closed = 0;
      for (const auto r : rows)
        closed +=
            (y.b_a[i][r] - centre) * (y.a_b[l][r] - centre) - (y.a[r] - centre) * (y.b[r] - centre);
      result.push_back(closed / (n * variance) - result[i] - result[l]);
    }
  return result;
}

}  // namespace

SaltelliOutcomes saltelli_blocks(std::span<const double> outcomes, std::size_t factors,
                                 bool second_order) {
  const std::size_t block = second_order ? 2 * factors + 2 : factors + 2;
  assert(outcomes.size() % block == 0);
  SaltelliOutcomes result;
  result.factors = factors;
  result.a_b.resize(factors);
  if (second_order) result.b_a.resize(factors);
  for (std::size_t start = 0; start < outcomes.size(); start += block) {
    result.a.push_back(outcomes[start]);
    for (std::size_t i = 0; i < factors; ++i) {
      result.a_b[i].push_back(outcomes[start + 1 + i]);
      if (second_order) result.b_a[i].push_back(outcomes[start + 1 + factors + i]);
    }
    result.b.push_back(outcomes[start + block - 1]);
  }
  return result;
}

SobolIndices sobol_indices(const SaltelliOutcomes& outcomes, std::uint64_t seed,
                           std::size_t draws) {
  const std::size_t n = outcomes.a.size(), d = outcomes.factors;
  const auto all =
      with_intervals(n, seed, draws, [&](const Rows& rows) { return sobol(outcomes, rows); });
  const auto part = [&](std::size_t from, std::size_t to) {
    return std::vector<Index>(all.begin() + static_cast<std::ptrdiff_t>(from),
                              all.begin() + static_cast<std::ptrdiff_t>(to));
  };
  SobolIndices result{part(0, d), part(d, 2 * d), {}, std::vector<std::vector<double>>(d)};
  if (!outcomes.b_a.empty()) {
    std::size_t next = 2 * d;
    for (std::size_t i = 0; i < d; ++i) {
      result.second.push_back(part(next, next + d - i - 1));
      next += d - i - 1;
    }
  }
  for (const std::size_t divisor : {8U, 4U, 2U, 1U}) {
    if (n / divisor < 2) continue;
    const auto early = sobol(outcomes, all_rows(n / divisor));
    for (std::size_t i = 0; i < d; ++i) result.convergence[i].push_back(early[i]);
  }
  return result;
}

MorrisIndices morris_indices(std::span<const double> points, std::span<const double> outcomes,
                             std::size_t factors, std::uint64_t seed, std::size_t draws) {
  const std::size_t length = factors + 1;
  assert(outcomes.size() % length == 0 && points.size() == outcomes.size() * factors);
  const std::size_t trajectories = outcomes.size() / length;
  // By trajectory and factor.
  std::vector<double> effect(trajectories * factors, std::numeric_limits<double>::quiet_NaN());
  for (std::size_t t = 0; t < trajectories; ++t)
    for (std::size_t step = 0; step < factors; ++step) {
      const std::size_t p = t * length + step;
      for (std::size_t f = 0; f < factors; ++f)
        if (const double moved = points[(p + 1) * factors + f] - points[p * factors + f];
            moved != 0)
          effect[t * factors + f] = (outcomes[p + 1] - outcomes[p]) / moved;
    }
  const auto all = with_intervals(trajectories, seed, draws, [&](const Rows& rows) {
    std::vector<double> result;
    for (std::size_t f = 0; f < factors; ++f) {
      std::vector<double> effects, sizes;
      for (const auto t : rows) {
        effects.push_back(effect[t * factors + f]);
        sizes.push_back(std::abs(effects.back()));
      }
      result.insert(result.end(), {mean(effects), mean(sizes), standard_deviation(effects)});
    }
    return result;
  });
  MorrisIndices result;
  for (std::size_t f = 0; f < factors; ++f) {
    result.mu.push_back(all[3 * f]);
    result.mu_star.push_back(all[3 * f + 1]);
    result.sigma.push_back(all[3 * f + 2]);
  }
  return result;
}

GridIndices grid_indices(const std::vector<std::vector<std::string>>& levels,
                         std::span<const double> outcomes) {
  assert(levels.size() == outcomes.size() && !levels.empty());
  const auto n = static_cast<double>(outcomes.size());
  const double centre = mean(outcomes);
  double variance = 0;
  for (const double y : outcomes) variance += (y - centre) * (y - centre) / n;
  // Variance of the means of points that are alike in `key`.
  const auto explained = [&](const auto& key) {
    std::map<std::vector<std::string>, std::pair<double, double>> groups;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      auto& [sum, count] = groups[key(levels[i])];
      sum += outcomes[i];
      ++count;
    }
    double result = 0;
    for (const auto& [name, group] : groups) {
      const double d = group.first / group.second - centre;
      result += group.second * d * d / n;
    }
    return result;
  };
  GridIndices indices;
  for (std::size_t f = 0; f < levels.front().size(); ++f) {
    const auto own = [f](const std::vector<std::string>& all) { return std::vector{all[f]}; };
    const auto others = [f](std::vector<std::string> all) {
      all[f].clear();
      return all;
    };
    indices.first.push_back(explained(own) / variance);
    indices.total.push_back(1 - explained(others) / variance);
  }
  return indices;
}

Index stochastic_share(std::span<const double> values, std::size_t replications, std::uint64_t seed,
                       std::size_t draws) {
  assert(replications >= 2 && values.size() % replications == 0);
  const Outcomes outcomes{
      1, values.size() / replications, replications, {values.begin(), values.end()}};
  const auto share = [](const CrossedVariance& v) {
    const double luck = v.luck + v.rest, all = v.futures + luck;
    return all > 0 ? luck / all : std::numeric_limits<double>::quiet_NaN();
  };
  const auto components = [](const Outcomes& o) {
    return crossed_variance(o.values, o.futures, o.replications);
  };
  // A sample holds some replications twice: what differs between them is (R - 1) / R of the truth,
  // and a part of the rest that this hides seems to belong to the points.
  const auto R = static_cast<double>(replications);
  std::vector<double> samples;
  for (std::size_t draw = 0; draw < draws; ++draw) {
    const auto v = components(resampled(outcomes, seed, draw));
    samples.push_back(share(
        {std::max(0.0, v.futures - v.rest / (R - 1)), v.luck * R / (R - 1), v.rest * R / (R - 1)}));
  }
  return {share(components(outcomes)), percentile_interval(samples)};
}

}  // namespace tavolo::engine
