#pragma once

#include <cstdio>
#include <string>

#include "commands/command.h"
#include "engine/experiment/sweep.h"

namespace tavolo::commands {

/// How runs are made: the flags of every command that makes any.
struct MakingFlags {
  int processes = 0;
  double timeout = 0;
  std::string shard, max_failures;

  void add_to(CLI::App* command);
  void add_shard_to(CLI::App* command);
  engine::SweepOptions options(const std::string& store, int threads, bool retry) const;
};

struct Made {
  int exit;         ///< an Exit
  bool may_report;  ///< this process is the one that speaks, and the sweep came to its end
};

/// Makes the missing runs of a store, behind mpirun by all ranks, and says what became of them.
/// @param says where to: standard output belongs to the report of a command that has one
/// @param again the command that goes on after an interruption; `tavolo resume` when left out
Made make_runs(const engine::Experiment& experiment, const engine::ModelFamily& family,
               const engine::SweepOptions& options, std::FILE* says = stdout,
               const std::string& again = {});

}  // namespace tavolo::commands
