#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/location/problem.h"

namespace tavolo::engine::location {

/// What stands for the capacities of a file.
struct CapacityReading {
  bool ignored = false;         ///< every site holds everything
  std::optional<double> value;  ///< in place of the word `capacity`
};

/// Reads a problem in the format of the OR-Library (Beasley 1990, "OR-Library: distributing test
/// problems by electronic mail", JORS 41), files cap41 to cap134 and capa to capc: numbers between
/// blanks and line ends, wherever these are.
///
///     number of sites m, number of customers n
///     for each site: capacity (or the word "capacity"), fixed cost
///     for each customer: demand, cost of serving all of it from each of the m sites
///
/// The result has no obstacle().
/// @throws InputError with the line of the first thing that is wrong
Problem read_problem(const std::string& path, const CapacityReading& capacity = {});
Problem parse_problem(std::string_view text, const std::string& file_name,
                      const CapacityReading& capacity = {});

}  // namespace tavolo::engine::location
