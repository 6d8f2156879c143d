#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/experiment/design.h"
#include "engine/experiment/store.h"
#include "engine/model.h"

namespace tavolo::engine {

/// Makes the runs of an experiment one by one, in any order and from any number of threads.
/// Scenarios are prepared when they are first needed; policies and replications share them.
class RunMaker {
 public:
  /// @param kept prepared scenarios that stay in memory; all of a grid's do
  RunMaker(const Experiment& experiment, const ModelFamily& family, std::size_t kept);

  /// Prepares these configurations, on all cores.
  /// @throws InputError with every refusal of the model.
  void prepare(const std::vector<std::size_t>& configurations);

  /// Never throws for what a run does: that is in the result.
  RunResult make(std::size_t point, int replication);

 private:
  struct Slot {
    std::once_flag once;
    std::shared_ptr<const Model> model;
    std::string refusal;
  };
  std::shared_ptr<Slot> slot_of(std::size_t configuration);
  void fill(Slot& slot, std::size_t configuration) const;

  const Experiment& experiment_;
  const ModelFamily& family_;
  std::size_t kept_;
  std::mutex mutex_;
  std::map<std::size_t, std::shared_ptr<Slot>> slots_;
  std::deque<std::size_t> order_;  ///< of slots, oldest first
};

}  // namespace tavolo::engine
