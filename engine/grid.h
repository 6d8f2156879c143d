#pragma once

#include <cassert>
#include <cstddef>
#include <span>
#include <vector>

namespace tavolo::engine {

/// A dense two-dimensional table, row by row: one state variable of (row, column).
template <class T>
class Grid {
 public:
  Grid() = default;
  Grid(std::size_t rows, std::size_t columns, T value = {})
      : columns_{columns}, values_(rows * columns, value) {}

  T& operator()(std::size_t row, std::size_t column) {
    assert(column < columns_ && row * columns_ + column < values_.size());
    return values_[row * columns_ + column];
  }
  const T& operator()(std::size_t row, std::size_t column) const {
    assert(column < columns_ && row * columns_ + column < values_.size());
    return values_[row * columns_ + column];
  }
  std::span<T> row(std::size_t row) { return {values_.data() + row * columns_, columns_}; }
  std::span<const T> row(std::size_t row) const {
    return {values_.data() + row * columns_, columns_};
  }
  /// Whether a value of the row is other than zero.
  bool any(std::size_t row) const {
    for (const T& value : this->row(row))
      if (value != T{}) return true;
    return false;
  }
  std::size_t rows() const { return columns_ == 0 ? 0 : values_.size() / columns_; }
  std::size_t columns() const { return columns_; }
  void fill(T value) { values_.assign(values_.size(), value); }
  /// Adds a grid of the same shape, value by value.
  Grid& operator+=(const Grid& other) {
    assert(columns_ == other.columns_ && values_.size() == other.values_.size());
    for (std::size_t i = 0; i < values_.size(); ++i) values_[i] += other.values_[i];
    return *this;
  }
  std::span<const T> values() const { return values_; }
  std::span<T> values() { return values_; }

 private:
  std::size_t columns_ = 0;
  std::vector<T> values_;
};

}  // namespace tavolo::engine
