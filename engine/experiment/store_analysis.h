#pragma once

#include <string>

#include "engine/experiment/store.h"

namespace tavolo::engine {

/// What `tavolo analyse STORE sensitivity` and `… discover` say.

/// Of every response with a direction under every policy: the share of variance that is luck, and
/// what the rest owes to each factor. A grid has exact indices, a saltelli design Sobol's, a morris
/// design elementary effects, with intervals (sensitivity.h); other designs the share of luck
/// alone.
/// @throws InputError when a block of the design is incomplete, with the command that completes it.
std::string sensitivity_text(const StoreReader& store);
std::string sensitivity_json(const StoreReader& store);

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
