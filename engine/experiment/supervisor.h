#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/experiment/run_maker.h"
#include "engine/experiment/store.h"

namespace tavolo::engine {

/// A run to be made.
struct Job {
  std::size_t point = 0;
  int replication = 0;
};

struct SupervisorOptions {
  int processes = 1;
  double timeout_seconds = 0;  ///< of one run, the reading of its scenario included; 0: none
  /// A program that calls `serve`, with its arguments.
  std::vector<std::string> worker;
  /// Of the runs under way when a stop is asked for; what takes longer is not waited for.
  double patience_seconds = 5;
};

/// Gives jobs to processes of their own, so that a run that crashes or hangs ends its process and
/// nothing else: the run is typed `crashed` or `timeout`, and another process goes on. A process
/// that is killed from outside (SIGKILL, SIGTERM, SIGHUP) loses nothing: its runs are made again,
/// the one that was under way once.
///
/// `next` says which run comes next, nothing after the last; `take` gets every result, in no
/// particular order, between two calls of it `idle`.
/// @throws RunError when processes end before they have begun anything.
void supervise(const Experiment& experiment, const SupervisorOptions& options,
               const std::function<std::optional<Job>()>& next,
               const std::function<void(RunResult)>& take, const std::function<void()>& idle,
               const std::function<bool()>& stop_requested);

/// The other side: makes runs as long as it is asked for any.
void serve(RunMaker& maker);

}  // namespace tavolo::engine
