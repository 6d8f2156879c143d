#pragma once

#include <string>

#include "engine/experiment/store.h"

namespace tavolo::engine {

/// Which runs are the cases of interest.
struct CaseOfInterest {
  std::string response;  ///< "": the one that ranks
  std::string policy;    ///< "": the baseline
  double bound = 0;
  bool at_least = true;  ///< else at most
};

/// The box of factor values that holds them (discovery.h); factors of words are left out.
/// @throws InputError when no run, or every run, is a case.
std::string discovery_text(const StoreReader& store, const CaseOfInterest& interest);
std::string discovery_json(const StoreReader& store, const CaseOfInterest& interest);

}  // namespace tavolo::engine
