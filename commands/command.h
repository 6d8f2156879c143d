#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/experiment/design.h"
#include "engine/experiment/sweep.h"
#include "engine/model.h"

/// The command line: one file for each family of subcommands, which reads flags, calls a library
/// and prints. Nothing is computed here.

namespace CLI {
class App;
}

namespace tavolo::commands {

enum Exit {
  kOk = 0,
  kOtherError = 1,
  kWrongInput = 2,
  kRunsFailed = 3,
  kTooManyFailures = 4,
  kInterrupted = 130
};

/// What the command line asked for. A subcommand that was given leaves its work in `action`, which
/// is called when everything has been read.
struct Request {
  std::function<int()> action;  ///< @return an Exit
  int threads = 0;              ///< 0: all cores
  std::string command;          ///< the whole line, as a shell takes it
};

/// A family of models and the scenario that it has of its own.
struct ModelChoice {
  const engine::ModelFamily& family;
  engine::OwnScenario own;
};
/// "": the industry's. @throws InputError for a name that is no built-in model.
ModelChoice model_named(const std::string& name);

std::vector<engine::Override> parse_overrides(const std::vector<std::string>& changes);
/// The flag --set, which fills them.
void add_changes(CLI::App* command, std::vector<std::string>& changes);

/// What calibrate, backtest and forecast ask for alike.
struct StudyFlags {
  std::string config, out;
  int processes = 0;
  bool as_they_are = false;

  void add_to(CLI::App* command, const std::string& study);
  void add_as_they_are_to(CLI::App* command);
  /// How runs are made: with a bar, until Ctrl-C. The store is the caller's.
  /// @throws InputError behind mpirun.
  engine::SweepOptions options(const Request& request) const;
};

/// Each adds its subcommands to `app`; `request` outlives the call.
void add_simulation_commands(CLI::App& app, Request& request);  // run, compare, describe, …
void add_experiment_commands(CLI::App& app, Request& request);  // sweep, status, resume, export, …
void add_validation_commands(CLI::App& app, Request& request);   // validate
void add_analysis_commands(CLI::App& app, Request& request);     // analyse, convert
void add_negotiation_commands(CLI::App& app, Request& request);  // negotiate, tournament
void add_benchmark_commands(CLI::App& app, Request& request);    // benchmark
void add_demand_commands(CLI::App& app, Request& request);       // demand
void add_locate_commands(CLI::App& app, Request& request);       // locate
void add_calibration_commands(CLI::App& app, Request& request);  // calibrate, forecast
void add_backtest_commands(CLI::App& app, Request& request);     // backtest

}  // namespace tavolo::commands
