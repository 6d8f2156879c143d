#pragma once

#include <compare>
#include <string>

namespace tavolo::engine {

/// A month of the calendar. The tick of every model is one month.
struct Month {
  int index = 0;  ///< 12 * year + (month - 1)

  static constexpr Month of(int year, int month) { return {12 * year + month - 1}; }
  constexpr int year() const { return index / 12; }
  constexpr int month() const { return index % 12 + 1; }  ///< 1..12
  /// "2024-03"
  std::string text() const {
    return std::to_string(year()) + (month() < 10 ? "-0" : "-") + std::to_string(month());
  }
  friend constexpr auto operator<=>(Month, Month) = default;
  friend constexpr Month operator+(Month month, int months) { return {month.index + months}; }
  friend constexpr int operator-(Month a, Month b) { return a.index - b.index; }
};

}  // namespace tavolo::engine
