#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace tavolo::engine {

/// Shares in a whole, of which few of many rows have any: these alone, in the order of the rows.
class Shares {
 public:
  struct Part {
    int row;
    double share;  ///< above zero
  };

  Shares() = default;
  /// One row has all.
  static Shares all_of(int row) {
    Shares shares;
    shares.set(row, 1);
    return shares;
  }

  /// 0 for a row that has none.
  double operator[](std::size_t row) const {
    for (const Part& part : parts_)
      if (part.row == static_cast<int>(row)) return part.share;
    return 0;
  }
  void set(int row, double share) {
    auto at = std::find_if(parts_.begin(), parts_.end(),
                           [row](const Part& part) { return part.row >= row; });
    if (at == parts_.end() || at->row != row) at = parts_.insert(at, {row, 0});
    at->share = share;
    if (!(share > 0)) parts_.erase(at);
  }
  /// Row with the largest share, the first of equals; 0 where nothing has any.
  int largest() const {
    const auto most =
        std::max_element(parts_.begin(), parts_.end(),
                         [](const Part& a, const Part& b) { return a.share < b.share; });
    return most == parts_.end() ? 0 : most->row;
  }
  bool empty() const { return parts_.empty(); }
  auto begin() const { return parts_.begin(); }
  auto end() const { return parts_.end(); }

 private:
  std::vector<Part> parts_;
};

}  // namespace tavolo::engine
