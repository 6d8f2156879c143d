#pragma once

#include <string>
#include <vector>

#include "engine/experiment/statistics.h"
#include "engine/experiment/store.h"

namespace tavolo::engine {

/// What the negotiations of one kind came to at one design point. Means are taken over the deals of
/// a run and then over runs, for deals of one run are not independent.
struct Settlement {
  std::string policy;
  std::vector<std::string> levels;  ///< one per factor
  std::string kind, protocol;
  std::size_t runs = 0;  ///< with at least one such negotiation
  std::size_t held = 0;  ///< negotiations, of all runs
  std::size_t agreed = 0;
  Estimate rounds;                                     ///< of all that were held
  Estimate nash_distance, kalai_smorodinsky_distance;  ///< of deals; in utilities
  struct Term {
    std::string issue;
    Estimate value;
  };
  std::vector<Term> terms;  ///< of deals
};

/// By kind, protocol and design point. Empty where a model keeps no negotiations.
std::vector<Settlement> settlements(const StoreReader& store);

/// For people: a block per kind, a line per design point.
std::string settlements_text(const StoreReader& store);

/// A JSON array, one object per Settlement.
std::string settlements_json(const StoreReader& store);

}  // namespace tavolo::engine
