#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/experiment/store.h"

namespace tavolo::engine {

/// A run that came out otherwise when it was made again.
struct Mismatch {
  std::int64_t run_id = 0;
  int threads = 0;
  std::string stored, now;  ///< digests; `now` may be a reason instead
};

struct Verification {
  std::size_t runs = 0;  ///< made again, on every number of threads
  std::vector<Mismatch> mismatches;
};

/// Makes up to `n` runs of the store again, spread evenly over those that are done, on each of the
/// numbers of threads, and compares digests.
Verification verify(const StoreReader& store, const Experiment& experiment,
                    const ModelFamily& family, std::size_t n, const std::vector<int>& threads);

}  // namespace tavolo::engine
