#pragma once

#include <string>

#include "engine/experiment/design.h"
#include "engine/experiment/sweep.h"
#include "engine/model.h"

namespace tavolo::engine {

/// How many processes mpirun (or srun) started together with this one; 1: it stands alone. Read
/// from the environment, before any MPI.
int started_together();

/// The processes that mpirun started, while it lives: MPI itself. One of it per program.
class Ranks {
 public:
  /// @throws InputError when there are several and the program was built without MPI.
  Ranks();
  ~Ranks();
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;

  /// Ends all of them: one has failed, and the others would wait for it.
  void abort() const;

  int rank() const { return rank_; }
  int count() const { return count_; }

 private:
  int rank_ = 0, count_ = 1;
};

/// The folder in which ranks keep what is not merged yet: STORE.shards.
std::string shards_of(const std::string& store);

/// A sweep by all ranks; with a single one run_sweep, after shards that a job left are merged. Rank
/// 0 holds the store and hands out runs, a few at a time, to whoever asks; every other rank writes
/// what it makes to a store of its own, STORE.shards/<rank>.sqlite, and at the end rank 0 merges
/// these. What a killed job left there is merged first, so the same command goes on. @return on
/// rank 0 the outcome, on others an empty one
/// @throws on rank 0 as run_sweep does; others then return.
SweepOutcome run_ranked_sweep(const Ranks& ranks, const Experiment& experiment,
                              const ModelFamily& family, const SweepOptions& options);

}  // namespace tavolo::engine
