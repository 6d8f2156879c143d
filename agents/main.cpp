#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <tbb/global_control.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "agents/automotive_model.h"
#include "agents/indicators.h"
#include "engine/config.h"
#include "engine/error.h"
#include "engine/experiment/chronicle.h"
#include "engine/experiment/comparison.h"
#include "engine/experiment/design.h"
#include "engine/experiment/export.h"
#include "engine/experiment/store.h"
#include "engine/experiment/sweep.h"
#include "engine/experiment/table.h"
#include "engine/experiment/version.h"

/// The command line: reads flags, calls the engine, prints. Everything else is in a library.

namespace tavolo::agents {
namespace {

enum Exit { kOk = 0, kOtherError = 1, kWrongInput = 2, kRunsFailed = 3, kInterrupted = 130 };

using Overrides = std::vector<engine::Override>;

Overrides parse_overrides(const std::vector<std::string>& changes) {
  Overrides overrides;
  for (const auto& change : changes) overrides.push_back(engine::parse_override(change));
  return overrides;
}

/// The policy that a scenario names for itself, for `run` without --policy.
std::string own_policy(const std::string& scenario, const Overrides& overrides) {
  struct Choice {
    std::string policy;
  };
  static const std::vector<engine::Field<Choice>> fields{{.key = "policy",
                                                          .member = &Choice::policy,
                                                          .unit = "",
                                                          .meaning = "the policy in force",
                                                          .required = false}};
  engine::Problems problems;
  auto config = engine::Config::load(scenario, problems);
  config.apply(overrides, problems);
  problems.throw_if_any();
  engine::Problems others;  // the rest of the scenario is checked when it is prepared
  return engine::read_section<Choice>(config, "", std::span{fields}, others).policy;
}

struct RunFlags {
  std::string scenario, policy;
  std::vector<std::string> changes;
  std::uint64_t seed = 1, replication = 0;
  int to = 0;
  bool quiet = false, events_only = false, json = false;
};

int run(const RunFlags& flags) {
  const AutomotiveFamily family;
  Overrides overrides = parse_overrides(flags.changes);
  if (flags.to != 0) overrides.push_back({"until", std::to_string(flags.to)});
  const std::string policy =
      flags.policy.empty() ? own_policy(flags.scenario, overrides) : flags.policy;
  engine::require_policy(family, policy);
  const auto record =
      family.prepare(flags.scenario, overrides)->run(policy, flags.seed, flags.replication);
  const auto indicators = family.indicators(flags.scenario, overrides);
  if (flags.json) {
    std::cout << engine::record_json(record, indicators);
    return kOk;
  }
  if (!flags.quiet) std::cout << engine::chronicle_text(record) << "\n";
  if (!flags.events_only)
    std::cout << engine::year_table(record, indicators, headline_indicators()) << "\n";
  std::cout << "policy " << policy << ", seed " << flags.seed << ", replication "
            << flags.replication << ", fingerprint " << engine::fingerprint_text(record.fingerprint)
            << "\n";
  return kOk;
}

struct SweepFlags {
  std::string experiment, store;
  std::vector<std::string> changes;
  int replications = 0;
  bool dry_run = false, retry = false;
};

void print(const engine::Forecast& forecast) {
  std::printf("%zu design points, %zu runs\n", forecast.points, forecast.runs);
  std::printf("about %s s of wall time (%s .. %s s)\n", engine::human(forecast.seconds, 2).c_str(),
              engine::human(forecast.least_seconds, 2).c_str(),
              engine::human(forecast.most_seconds, 2).c_str());
  std::printf("a store of about %s MB\n", engine::human(forecast.store_bytes / 1e6, 2).c_str());
}

int sweep(const SweepFlags& flags, int threads, const std::string& command) {
  const AutomotiveFamily family;
  auto experiment =
      engine::read_experiment(flags.experiment, family, parse_overrides(flags.changes));
  if (flags.replications > 0) experiment.replications = flags.replications;
  if (flags.dry_run) {
    print(engine::forecast_sweep(experiment, family, threads));
    return kOk;
  }
  if (flags.store.empty())
    throw engine::InputError{"-o is missing.", "A sweep writes its runs to a store.",
                             "Name its file: -o results.sqlite, or ask with --dry-run."};
  const engine::StopOnSignal signals;
  const auto outcome = engine::run_sweep(experiment, family,
                                         {.store = flags.store,
                                          .threads = threads,
                                          .retry = flags.retry,
                                          .progress = true,
                                          .most_bytes = 0,
                                          .stop_requested = engine::StopOnSignal::requested});
  std::printf("%s: %zu of %zu runs done, %zu failed\n", flags.store.c_str(), outcome.done,
              outcome.runs, outcome.failed);
  if (outcome.interrupted) {
    std::printf("Interrupted. To go on where it stopped: %s\n", command.c_str());
    return kInterrupted;
  }
  if (outcome.failed == 0) return kOk;
  std::printf("Why runs failed: the view failures of the store. To try them again: --retry\n");
  return kRunsFailed;
}

int compare(const std::string& store, const std::string& format, const std::string& baseline) {
  const auto comparison = engine::compare(engine::StoreReader{store}, baseline);
  if (format == "csv")
    std::cout << engine::csv_text(comparison);
  else if (format == "json")
    std::cout << engine::json_text(comparison);
  else
    std::cout << engine::table_text(comparison);
  return kOk;
}

int export_store(const std::string& store, const std::string& file) {
  const auto values = engine::export_csv(engine::StoreReader{store}, file);
  std::fprintf(stderr, "%zu values written\n", values);
  return kOk;
}

int check_file(const std::string& file) {
  engine::Problems problems;
  const auto config = engine::Config::load(file, problems);
  problems.throw_if_any();
  if (!engine::is_experiment(config)) {
    check(file);
    std::printf("%s is sound: a scenario.\n", file.c_str());
    return kOk;
  }
  const AutomotiveFamily family;
  const auto experiment = engine::read_experiment(file, family);
  engine::check_points(experiment, family);
  const std::size_t points = experiment.points().size();
  std::printf(
      "%s is sound: an experiment of %zu policies, %zu factors and %zu responses; "
      "%zu design points, %zu runs.\n",
      file.c_str(), experiment.policies.size(), experiment.factors.size(),
      experiment.responses.size(), points,
      points * static_cast<std::size_t>(experiment.replications));
  return kOk;
}

int command_line(int argc, char** argv) {
  CLI::App app{"Agent-based simulation of the car industry and its negotiating tables", "tavolo"};
  app.set_version_flag("--version",
                       "tavolo " + engine::code_version() + " (" + engine::compiler() + ")");
  app.require_subcommand(1);
  app.fallthrough();  // --threads may stand after the subcommand
  int threads = 0;
  std::string log_level = "info";
  app.add_option("--threads", threads, "threads to use; all cores when left out")
      ->check(CLI::Range(1, 4096));
  app.add_option("--log-level", log_level, "debug, info, warning, error or off")
      ->check(CLI::IsMember({"debug", "info", "warning", "error", "off"}));

  std::function<int()> action;
  const auto add_changes = [](CLI::App* command, std::vector<std::string>& changes) {
    command->add_option("--set", changes, "path=value: change the scenario; may be repeated")
        ->allow_extra_args(false);
  };

  RunFlags run_flags;
  auto* run_command = app.add_subcommand("run", "one run: its chronicle and its years");
  run_command->add_option("scenario", run_flags.scenario, "a scenario's file")->required();
  run_command->add_option("--policy", run_flags.policy, "the scenario's own when left out");
  add_changes(run_command, run_flags.changes);
  run_command->add_option("--seed", run_flags.seed, "of all luck")->capture_default_str();
  run_command->add_option("--replication", run_flags.replication, "which luck of that seed")
      ->capture_default_str();
  run_command->add_option("--to", run_flags.to, "last year")->check(CLI::Range(1, 9999));
  run_command->add_flag("--quiet", run_flags.quiet, "no chronicle");
  run_command->add_flag("--events-only", run_flags.events_only, "no table of years");
  run_command->add_flag("--json", run_flags.json, "everything, for programs");
  run_command->callback([&] { action = [&] { return run(run_flags); }; });

  SweepFlags sweep_flags;
  auto* sweep_command = app.add_subcommand("sweep", "all runs of an experiment, into a store");
  sweep_command->add_option("experiment", sweep_flags.experiment, "an experiment's file")
      ->required();
  sweep_command->add_option("-o,--out", sweep_flags.store, "the store, made or continued");
  sweep_command->add_option("--replications", sweep_flags.replications, "instead of the file's")
      ->check(CLI::Range(1, 10'000'000));
  add_changes(sweep_command, sweep_flags.changes);
  sweep_command->add_flag("--dry-run", sweep_flags.dry_run, "only say what it would take");
  sweep_command->add_flag("--retry", sweep_flags.retry, "run failed runs again");
  std::string command;
  for (int i = 0; i < argc; ++i) command += (i > 0 ? " " : "") + engine::shell_word(argv[i]);
  sweep_command->callback([&] { action = [&] { return sweep(sweep_flags, threads, command); }; });

  std::string store, format = "table", baseline, file;
  auto* compare_command = app.add_subcommand("compare", "policies side by side, from a store");
  compare_command->add_option("store", store, "the file of a sweep")->required();
  compare_command->add_option("--format", format, "table, csv or json")
      ->check(CLI::IsMember({"table", "csv", "json"}));
  compare_command->add_option("--baseline", baseline, "instead of the experiment's");
  compare_command->callback([&] { action = [&] { return compare(store, format, baseline); }; });

  auto* export_command = app.add_subcommand("export", "every value of a store, as tidy CSV");
  export_command->add_option("store", store, "the file of a sweep")->required();
  export_command->add_option("-o,--out", file, "the CSV file; standard output when left out");
  export_command->callback(
      [&] { action = [&] { return export_store(store, file.empty() ? "-" : file); }; });

  std::string topic;
  auto* describe_command = app.add_subcommand("describe", "what the model knows about a topic");
  describe_command->add_option("topic", topic, "all topics when left out");
  describe_command->callback([&] {
    action = [&] {
      std::cout << describe(topic);
      return static_cast<int>(kOk);
    };
  });

  auto* check_command = app.add_subcommand("check", "every error of a scenario or experiment");
  check_command->add_option("config", file, "its file")->required();
  check_command->callback([&] { action = [&] { return check_file(file); }; });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kOk : kWrongInput;
  }
  spdlog::set_default_logger(spdlog::stderr_color_mt("tavolo"));
  spdlog::set_level(spdlog::level::from_str(log_level));
  const auto cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  const tbb::global_control limit{tbb::global_control::max_allowed_parallelism,
                                  static_cast<std::size_t>(threads > 0 ? threads : cores)};
  return action();
}

}  // namespace
}  // namespace tavolo::agents

int main(int argc, char** argv) {
  try {
    return tavolo::agents::command_line(argc, argv);
  } catch (const tavolo::engine::InputError& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return tavolo::agents::kWrongInput;
  } catch (const tavolo::engine::RunError& error) {
    std::fprintf(stderr, "The run failed: %s\n", error.what());
    return tavolo::agents::kRunsFailed;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "tavolo ended: %s\n", error.what());
    return tavolo::agents::kOtherError;
  }
}
