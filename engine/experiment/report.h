#pragma once

#include <string>
#include <vector>

#include "engine/experiment/comparison.h"
#include "engine/experiment/selection.h"
#include "engine/experiment/store.h"

namespace tavolo::engine {

/// Policies over futures, from a store. A future is a sample of the uncertain factors, or a
/// combination of levels, as the mean of its replications; in an experiment that varies nothing, a
/// replication. Only futures that are done under every policy count.
struct Futures {
  std::vector<std::string> policies;
  std::string baseline;             ///< "" when it is no policy
  std::vector<Response> responses;  ///< but ratios, in the experiment's order
  std::vector<Series> values;       ///< [response][policy][future]
  std::size_t ranked = 0;           ///< index of the response that ranks
  std::size_t all = 0;              ///< futures asked for
  bool replications_are_futures = false;
};

/// @throws InputError for a store without responses or with fewer than two whole futures.
Futures read_futures(const StoreReader& store, const std::string& ranked = {});

/// For people: means with bootstrap intervals, differences from the baseline with what pairing
/// gains, multiple comparisons with the best, probabilities of being best, robustness metrics with
/// ranks, and the Pareto front of all responses that say what is better.
std::string report_text(const StoreReader& store, const std::string& ranked = {});
/// A line per policy and number: policy, response, measure, value, low, high, rank.
std::string report_csv(const StoreReader& store, const std::string& ranked = {});

/// Which policy is the best, when a lead below `delta` does not matter: Kim & Nelson's procedure
/// over the futures in their order (selection.h), right in 95 % of cases also under common random
/// numbers; and, by optimal budget allocation, where more runs would help. Means over several
/// replications or many futures are near enough to normal; futures of a Sobol' design are no
/// independent draws, which the procedure takes them for.
std::string selection_text(const StoreReader& store, double delta, const std::string& ranked = {});

/// Sensitivity of every response to the factors, of a design of kind saltelli (Sobol' indices) or
/// morris (elementary effects), with 95 % intervals, under one policy; "": the first.
/// @throws InputError for other designs, and for blocks that are not whole, with the command that
/// completes them.
std::string sensitivity_text(const StoreReader& store, const std::string& policy = {});
/// response, factor, index, value, low, high.
std::string sensitivity_csv(const StoreReader& store, const std::string& policy = {});

}  // namespace tavolo::engine
