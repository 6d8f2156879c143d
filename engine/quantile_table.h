#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tavolo::engine {

/// The inverse of a discrete distribution: which of a few hundred rows a uniform number falls on,
/// in a few nanoseconds. Row i has probability weight i / sum of weights; larger numbers fall on
/// later rows, so that even numbers give an even sample. A guide table says where to start looking
/// (Chen & Asau 1974, AIIE Transactions 6, 163-166; Devroye 1986, Non-Uniform Random Variate
/// Generation, III.2.4).
class QuantileTable {
 public:
  QuantileTable() = default;
  /// `weights` >= 0. If all are 0, so is every answer.
  explicit QuantileTable(std::span<const double> weights) {
    double sum = 0, reached = 0;
    for (const double weight : weights) sum += weight;
    std::size_t last = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      reached += weights[i];
      upper_.push_back(sum > 0 ? reached / sum : 1);
      if (weights[i] > 0) last = i;
    }
    if (upper_.empty()) return;
    upper_.resize(last + 1);
    upper_.back() = 1;
    guide_.resize(4 * upper_.size());
    std::size_t row = 0;
    for (std::size_t i = 0; i < guide_.size(); ++i) {
      while (upper_[row] <= static_cast<double>(i) / static_cast<double>(guide_.size())) ++row;
      guide_[i] = static_cast<std::uint32_t>(row);
    }
  }

  bool empty() const { return upper_.empty(); }
  /// Row of the first cumulative share above `u`, which is in [0, 1]; the last for 1. The table is
  /// not empty.
  std::size_t operator()(double u) const {
    const auto place = static_cast<std::size_t>(u * static_cast<double>(guide_.size()));
    std::size_t row = guide_[std::min(place, guide_.size() - 1)];  // u near 1 may round up
    while (row + 1 < upper_.size() && upper_[row] <= u) ++row;
    return row;
  }

 private:
  std::vector<double> upper_;  // cumulative share, of row and all before
  std::vector<std::uint32_t> guide_;
};

}  // namespace tavolo::engine
