#include "engine/experiment/outcomes.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cassert>
#include <cmath>
#include <limits>
#include <map>

#include "engine/experiment/comparison.h"
#include "engine/random.h"

namespace tavolo::engine {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

enum class Resampling : std::uint32_t { kFutures = 1, kReplications = 2 };

std::vector<std::size_t> with_replacement(Draws draws, std::size_t n) {
  std::vector<std::size_t> rows(n);
  for (auto& row : rows)
    row = std::min(n - 1, static_cast<std::size_t>(draws.uniform() * static_cast<double>(n)));
  return rows;
}

CrossedMean of_independent(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  return {mean(values), standard_deviation(values) / std::sqrt(n), n - 1};
}

/// Of the analysis of variance of a table, futures by replications.
struct MeanSquares {
  double futures = 0, luck = 0, rest = 0;
};

MeanSquares mean_squares(std::span<const double> values, std::size_t futures,
                         std::size_t replications) {
  const auto F = static_cast<double>(futures), R = static_cast<double>(replications);
  const double grand = mean(values);
  std::vector<double> row(futures, 0), column(replications, 0);
  for (std::size_t f = 0; f < futures; ++f)
    for (std::size_t r = 0; r < replications; ++r) {
      row[f] += values[f * replications + r] / R;
      column[r] += values[f * replications + r] / F;
    }
  MeanSquares squares;
  for (const double m : row) squares.futures += R * (m - grand) * (m - grand) / (F - 1);
  for (const double m : column) squares.luck += F * (m - grand) * (m - grand) / (R - 1);
  for (std::size_t f = 0; f < futures; ++f)
    for (std::size_t r = 0; r < replications; ++r) {
      const double e = values[f * replications + r] - row[f] - column[r] + grand;
      squares.rest += e * e / ((F - 1) * (R - 1));
    }
  return squares;
}

}  // namespace

Estimate CrossedMean::estimate(double level) const {
  const bool known = degrees >= 1 && std::isfinite(standard_error);
  return {0, value, known ? t_quantile(degrees, level) * standard_error : kNaN};
}

double CrossedMean::margin(double level) const {
  if (!(degrees >= 1) || !std::isfinite(standard_error)) return kNaN;
  return boost::math::quantile(boost::math::students_t{degrees}, level) * standard_error;
}

CrossedMean crossed_mean(std::span<const double> values, std::size_t futures,
                         std::size_t replications) {
  assert(values.size() == futures * replications);
  if (futures < 2 || replications < 2) return of_independent(values);
  const auto F = static_cast<double>(futures), R = static_cast<double>(replications);
  const auto squares = mean_squares(values, futures, replications);
  // A component that is estimated below zero is left out, and its mean square with it.
  const bool futures_count = squares.futures > squares.rest;
  const bool luck_counts = squares.luck > squares.rest;
  struct Part {
    double weight, square, degrees;
  };
  const double rest_weight = futures_count && luck_counts   ? -1
                             : futures_count || luck_counts ? 0
                                                            : 1;
  const Part parts[] = {{futures_count ? 1.0 : 0.0, squares.futures, F - 1},
                        {luck_counts ? 1.0 : 0.0, squares.luck, R - 1},
                        {rest_weight, squares.rest, (F - 1) * (R - 1)}};
  double variance = 0, spread = 0;
  for (const auto& part : parts) {
    variance += part.weight * part.square;
    spread += part.weight * part.weight * part.square * part.square / part.degrees;
  }
  const double degrees = spread > 0 ? std::max(1.0, variance * variance / spread) : F * R - 1;
  return {mean(values), std::sqrt(variance / (F * R)), degrees};
}

CrossedVariance crossed_variance(std::span<const double> values, std::size_t futures,
                                 std::size_t replications) {
  assert(futures >= 2 && replications >= 2);
  const auto squares = mean_squares(values, futures, replications);
  return {std::max(0.0, squares.futures - squares.rest) / static_cast<double>(replications),
          std::max(0.0, squares.luck - squares.rest) / static_cast<double>(futures), squares.rest};
}

CrossedMean crossed_difference(std::span<const double> a, std::span<const double> b,
                               std::size_t futures, std::size_t replications) {
  assert(a.size() == b.size());
  std::vector<double> difference(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) difference[i] = a[i] - b[i];
  return crossed_mean(difference, futures, replications);
}

Pairing crossed_pairing(std::span<const double> a, std::span<const double> b, std::size_t futures,
                        std::size_t replications) {
  const auto square = [&](const CrossedMean& m) { return m.standard_error * m.standard_error; };
  const double apart = square(crossed_mean(a, futures, replications)) +
                       square(crossed_mean(b, futures, replications));
  const double paired = square(crossed_difference(a, b, futures, replications));
  const double reduction = apart / paired;  // infinite where differences never vary
  return {correlation(a, b), reduction, reduction * static_cast<double>(a.size())};
}

Ratio crossed_ratio(std::span<const double> a, std::span<const double> b, std::size_t futures,
                    std::size_t replications, double level) {
  const auto below = crossed_mean(b, futures, replications);
  const auto margin = [&](double q) {  // below zero where q may be the quotient
    std::vector<double> rest(a.size());
    for (std::size_t i = 0; i < a.size(); ++i) rest[i] = a[i] - q * b[i];
    const auto e = crossed_mean(rest, futures, replications).estimate(level);
    return std::abs(e.value) - e.half_width;
  };
  const double value = mean(a) / below.value;
  Ratio ratio{a.size(), value, {kNaN, kNaN}};
  const auto e = below.estimate(level);
  if (std::isnan(e.half_width)) return ratio;
  constexpr double kAll = std::numeric_limits<double>::infinity();
  ratio.interval = {-kAll, kAll};
  if (std::abs(e.value) <= e.half_width) return ratio;
  const auto end = [&](double direction) {
    double inside = value, step = std::max(std::abs(value), 1e-300) * 1e-6;
    for (int i = 0; i < 80; ++i, step *= 2) {
      if (margin(value + direction * step) <= 0) {
        inside = value + direction * step;
        continue;
      }
      double outside = value + direction * step;
      for (int bisection = 0; bisection < 60; ++bisection) {
        const double middle = (inside + outside) / 2;
        (margin(middle) <= 0 ? inside : outside) = middle;
      }
      return inside;
    }
    return direction * kAll;
  };
  ratio.interval = {end(-1), end(1)};
  return ratio;
}

std::vector<std::vector<double>> by_future(const Outcomes& outcomes) {
  std::vector<std::vector<double>> table(outcomes.strategies,
                                         std::vector<double>(outcomes.futures, 0));
  for (std::size_t s = 0; s < outcomes.strategies; ++s)
    for (std::size_t f = 0; f < outcomes.futures; ++f)
      table[s][f] = mean(outcomes.of(s).subspan(f * outcomes.replications, outcomes.replications));
  return table;
}

Outcomes resampled(const Outcomes& outcomes, std::uint64_t seed, std::uint64_t draw) {
  const Streams streams{seed, draw};
  const auto futures = with_replacement(streams(Resampling::kFutures, 0), outcomes.futures);
  const auto replications =
      with_replacement(streams(Resampling::kReplications, 0), outcomes.replications);
  Outcomes result{outcomes.strategies, outcomes.futures, outcomes.replications, {}};
  result.values.reserve(outcomes.values.size());
  for (std::size_t s = 0; s < outcomes.strategies; ++s)
    for (const std::size_t f : futures)
      for (const std::size_t r : replications) result.values.push_back(outcomes.at(s, f, r));
  return result;
}

Futures read_futures(const StoreReader& store) {
  const auto& points = store.points();
  Futures result;
  result.factors = store.factors();
  // The n-th point of a strategy with these levels is the n-th future with these levels: a design
  // may hold the same levels twice.
  using Key = std::pair<std::vector<std::string>, int>;
  std::map<std::string, std::map<std::vector<std::string>, int>> seen;
  std::map<Key, std::size_t> future_of;
  std::vector<Key> keys;
  std::vector<std::map<std::size_t, std::size_t>> point_of;  // by strategy: future to design row
  std::map<std::string, std::size_t> strategy_of;
  for (std::size_t p = 0; p < points.size(); ++p) {
    const Key key{points[p].levels, seen[points[p].policy][points[p].levels]++};
    const auto [future, new_future] = future_of.emplace(key, keys.size());
    if (new_future) keys.push_back(key);
    const auto [strategy, new_strategy] =
        strategy_of.emplace(points[p].policy, result.strategies.size());
    if (new_strategy) {
      result.strategies.push_back(points[p].policy);
      point_of.emplace_back();
    }
    point_of[strategy->second][future->second] = p;
  }
  for (std::size_t s = 0; s < point_of.size(); ++s)
    if (point_of[s].size() != keys.size())
      throw InputError{store.path() + " has no run of \"" + result.strategies[s] + "\" in " +
                           std::to_string(keys.size() - point_of[s].size()) + " futures.",
                       "Strategies are compared in the same futures, which a zipped design lacks.",
                       "Cross policies and samples: combine = \"cross\"."};

  const auto most = static_cast<std::size_t>(std::stoul(store.meta("replications")));
  std::vector<std::vector<bool>> done(points.size(), std::vector<bool>(most, false));
  Statement query{store.database(), "SELECT design_id, replication FROM run WHERE status = 'done'"};
  while (query.step()) {
    const auto replication = static_cast<std::size_t>(query.integer(1));
    if (replication < most)
      done[static_cast<std::size_t>(query.integer(0) - 1)][replication] = true;
  }
  // In which futures every strategy has its first so many replications.
  std::vector<std::size_t> finished(keys.size(), most);
  for (std::size_t f = 0; f < keys.size(); ++f)
    for (const auto& row : point_of) {
      const auto& runs = done[row.at(f)];
      finished[f] = std::min(
          finished[f],
          static_cast<std::size_t>(std::find(runs.begin(), runs.end(), false) - runs.begin()));
    }
  std::size_t kept = 0;
  for (std::size_t r = 1; r <= most; ++r) {
    const auto complete = static_cast<std::size_t>(
        std::count_if(finished.begin(), finished.end(), [&](std::size_t n) { return n >= r; }));
    if (complete * r > kept) {
      kept = complete * r;
      result.replications = r;
    }
  }
  if (kept == 0)
    throw InputError{store.path() + " has no future in which every strategy has finished a run.",
                     "Strategies are compared under the same luck in the same futures.",
                     "Give the sweep's command again; the view failures says what went wrong."};
  std::vector<std::size_t> used;
  for (std::size_t f = 0; f < keys.size(); ++f)
    if (finished[f] >= result.replications) used.push_back(f);
  result.left_out = keys.size() - used.size();
  for (const std::size_t f : used) result.levels.push_back(keys[f].first);
  for (const auto& row : point_of)
    for (const std::size_t f : used) result.points.push_back(row.at(f));
  return result;
}

Outcomes read_outcomes(const StoreReader& store, const Futures& futures, const Response& response) {
  assert(response.kind != "ratio");
  Outcomes outcomes{futures.strategies.size(), futures.levels.size(), futures.replications, {}};
  const auto by_point = response_by_point(store, response);
  for (const std::size_t point : futures.points)
    for (std::size_t r = 0; r < futures.replications; ++r)
      outcomes.values.push_back(by_point[point].at(static_cast<int>(r)));
  return outcomes;
}

std::vector<Response> objectives_of(const StoreReader& store) {
  std::vector<Response> objectives;
  for (const auto& response : question_of(store).responses)
    if (response.kind != "ratio" && !response.better.empty()) objectives.push_back(response);
  return objectives;
}

}  // namespace tavolo::engine
