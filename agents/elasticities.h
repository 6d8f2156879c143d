#pragma once

#include <string>
#include <vector>

#include "agents/scenario.h"

/// How demand answers at the margin at a scenario's start, beside what was published: pattern P8.
/// Over all buyers of the home market, at base-year prices and line-up, from the closed form of
/// their own choice model; no luck.

namespace tavolo::agents {

/// One published answer of buyers.
struct ElasticityCase {
  std::string quantity;  ///< "electric cars to all their prices"
  std::string unit;
  double low = 0, high = 0;  ///< published range; equal where one estimate is published
  double ours = 0;
  std::string source;  ///< paper, data, country

  /// Below, inside or above the range; of one estimate, how many times it.
  std::string verdict() const;
};

/// Prices are consumer prices with VAT before incentives; each row says what moves.
std::vector<ElasticityCase> elasticity_cases(const Scenario&);

/// As people read it: a line per case.
std::string elasticity_table(const std::vector<ElasticityCase>&);
/// As programs do: an array of objects {quantity, unit, low, high, ours, verdict, source}.
std::string elasticity_json(const std::vector<ElasticityCase>&);

}  // namespace tavolo::agents
