#include "engine/experiment/sensitivity.h"

#include <cassert>
#include <cmath>

#include "engine/experiment/bootstrap.h"

namespace tavolo::engine {
namespace {

/// Outputs of whole blocks, less their mean: the estimators then cancel less.
class Blocks {
 public:
  Blocks(std::span<const double> outputs, std::size_t factors, bool second_order)
      : factors_{factors}, size_{(second_order ? 2 : 1) * factors + 2} {
    const double m = engine::mean(outputs);
    for (const double y : outputs) centred_.push_back(y - m);
  }
  std::size_t count() const { return centred_.size() / size_; }
  double a(std::size_t block) const { return at(block, 0); }
  double b(std::size_t block) const { return at(block, size_ - 1); }
  /// A with column i of B; B with column i of A.
  double ab(std::size_t block, std::size_t i) const { return at(block, 1 + i); }
  double ba(std::size_t block, std::size_t i) const { return at(block, 1 + factors_ + i); }

 private:
  double at(std::size_t block, std::size_t part) const { return centred_[block * size_ + part]; }
  std::size_t factors_, size_;
  std::vector<double> centred_;
};

struct Estimates {
  double variance, dummy;
  std::vector<double> first, total, second;
};

Estimates estimate(const Blocks& blocks, std::span<const std::size_t> chosen, std::size_t factors,
                   bool second_order) {
  const auto n = static_cast<double>(chosen.size());
  double sum = 0, squares = 0;
  for (const std::size_t k : chosen)
    for (const double y : {blocks.a(k), blocks.b(k)}) {
      sum += y;
      squares += y * y;
    }
  const double variance = squares / (2 * n) - (sum / (2 * n)) * (sum / (2 * n));
  double products = 0;
  for (const std::size_t k : chosen) products += blocks.a(k) * blocks.b(k);
  const double dummy = (products / n - (sum / (2 * n)) * (sum / (2 * n))) / variance;
  Estimates e{
      variance, dummy, std::vector<double>(factors, 0), std::vector<double>(factors, 0), {}};
  for (std::size_t i = 0; i < factors; ++i) {
    for (const std::size_t k : chosen) {
      e.first[i] += blocks.b(k) * (blocks.ab(k, i) - blocks.a(k));
      e.total[i] += (blocks.a(k) - blocks.ab(k, i)) * (blocks.a(k) - blocks.ab(k, i));
    }
    e.first[i] /= n * variance;
    e.total[i] /= 2 * n * variance;
  }
  for (std::size_t i = 0; second_order && i < factors; ++i)
    for (std::size_t j = i + 1; j < factors; ++j) {
      double pair = 0;
      for (const std::size_t k : chosen)
        pair += blocks.ba(k, i) * blocks.ab(k, j) - blocks.a(k) * blocks.b(k);
      e.second.push_back(pair / (n * variance) - e.first[i] - e.first[j]);
    }
  return e;
}

std::vector<std::size_t> all_of(std::size_t count) {
  std::vector<std::size_t> rows(count);
  for (std::size_t i = 0; i < count; ++i) rows[i] = i;
  return rows;
}

}  // namespace

SobolIndices sobol_indices(std::span<const double> outputs, std::size_t factors, bool second_order,
                           std::size_t resamples, double level) {
  const Blocks blocks{outputs, factors, second_order};
  assert(outputs.size() % ((second_order ? 2 : 1) * factors + 2) == 0);
  SobolIndices result;
  result.blocks = blocks.count();
  result.mean = mean(outputs);
  const auto whole = estimate(blocks, all_of(blocks.count()), factors, second_order);
  result.variance = whole.variance;
  const Resampler resampler{blocks.count()};
  std::vector<std::size_t> chosen;
  std::vector<Estimates> drawn;
  for (std::size_t r = 0; r < resamples; ++r) {
    resampler.draw(r, chosen);
    drawn.push_back(estimate(blocks, chosen, factors, second_order));
  }
  const auto with_intervals = [&](std::vector<double> Estimates::*member) {
    std::vector<Index> indices;
    for (std::size_t i = 0; i < (whole.*member).size(); ++i) {
      std::vector<double> values;
      for (const auto& e : drawn) values.push_back((e.*member)[i]);
      indices.push_back({(whole.*member)[i], percentile_interval(values, level)});
    }
    return indices;
  };
  std::vector<double> dummies;
  for (const auto& e : drawn) dummies.push_back(e.dummy);
  result.dummy = {whole.dummy, percentile_interval(dummies, level)};
  result.first = with_intervals(&Estimates::first);
  result.total = with_intervals(&Estimates::total);
  result.second = with_intervals(&Estimates::second);
  return result;
}

MorrisEffects morris_effects(std::span<const double> outputs,
                             const std::vector<std::vector<double>>& points, std::size_t factors,
                             std::size_t resamples, double level) {
  const std::size_t length = factors + 1;
  assert(outputs.size() == points.size() && outputs.size() % length == 0);
  MorrisEffects result;
  result.trajectories = outputs.size() / length;
  std::vector<std::vector<double>> effects(factors);  // by factor, then trajectory
  for (std::size_t t = 0; t < result.trajectories; ++t)
    for (std::size_t k = t * length; k + 1 < (t + 1) * length; ++k)
      for (std::size_t d = 0; d < factors; ++d)
        if (const double step = points[k + 1][d] - points[k][d]; std::abs(step) > 1e-9)
          effects[d].push_back((outputs[k + 1] - outputs[k]) / step);
  const Resampler resampler{result.trajectories};
  std::vector<std::size_t> chosen;
  for (std::size_t d = 0; d < factors; ++d) {
    std::vector<double> sizes;
    for (const double effect : effects[d]) sizes.push_back(std::abs(effect));
    result.mu.push_back(mean(effects[d]));
    result.sigma.push_back(standard_deviation(effects[d]));
    std::vector<double> means;
    for (std::size_t r = 0; r < resamples; ++r) {
      resampler.draw(r, chosen);
      double sum = 0;
      for (const std::size_t t : chosen) sum += sizes[t];
      means.push_back(sum / static_cast<double>(sizes.size()));
    }
    result.mu_star.push_back({mean(sizes), percentile_interval(means, level)});
  }
  return result;
}

GridIndices grid_indices(std::span<const double> values, std::span<const std::size_t> levels) {
  const double m = mean(values);
  const auto n = static_cast<double>(values.size());
  GridIndices result;
  for (const double v : values) result.variance += (v - m) * (v - m) / n;
  std::size_t inner = values.size();  // points between two levels of the factor
  for (const std::size_t count : levels) {
    const std::size_t outer = inner;
    inner /= count;
    std::vector<double> known(count, 0);                   // mean at a level of this factor
    std::vector<double> others(values.size() / count, 0);  // mean over its levels
    for (std::size_t p = 0; p < values.size(); ++p) {
      known[p % outer / inner] += (values[p] - m) * static_cast<double>(count) / n;
      others[p / outer * inner + p % inner] += (values[p] - m) / static_cast<double>(count);
    }
    double of_known = 0, of_others = 0;
    for (const double v : known) of_known += v * v / static_cast<double>(count);
    for (const double v : others) of_others += v * v / static_cast<double>(others.size());
    result.first.push_back(of_known / result.variance);
    result.total.push_back(1 - of_others / result.variance);
  }
  return result;
}

}  // namespace tavolo::engine
