// Runs, sweeps and what is made of them: run, sites, sweep, compare, stories, export, describe,
// check.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "agents/automotive_model.h"
#include "agents/indicators.h"
#include "agents/tables/siting_report.h"
#include "commands/command.h"
#include "engine/config.h"
#include "engine/error.h"
#include "engine/experiment/chronicle.h"
#include "engine/experiment/comparison.h"
#include "engine/experiment/design.h"
#include "engine/experiment/export.h"
#include "engine/experiment/settlements.h"
#include "engine/experiment/store.h"
#include "engine/experiment/stories.h"
#include "engine/experiment/sweep.h"
#include "engine/experiment/table.h"

namespace tavolo::commands {
namespace {

using agents::AutomotiveFamily;
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
    std::cout << engine::record_json(record, indicators, family.monthly_indicators());
    return kOk;
  }
  if (!flags.quiet) std::cout << engine::chronicle_text(record) << "\n";
  if (!flags.events_only)
    std::cout << engine::year_table(record, indicators, agents::headline_indicators()) << "\n";
  std::cout << "policy " << policy << ", seed " << flags.seed << ", replication "
            << flags.replication << ", fingerprint " << engine::fingerprint_text(record.fingerprint)
            << "\n";
  return kOk;
}

struct SitesFlags {
  RunFlags run;
  int replications = 1, year = 0;
  std::string format = "table";
};

int sites(const SitesFlags& flags) {
  const AutomotiveFamily family;
  const auto overrides = parse_overrides(flags.run.changes);
  const std::string policy =
      flags.run.policy.empty() ? own_policy(flags.run.scenario, overrides) : flags.run.policy;
  engine::require_policy(family, policy);
  const auto scenario = agents::load_scenario(flags.run.scenario, overrides);
  std::vector<std::vector<agents::SiteLine>> runs;
  for (int i = 0; i < flags.replications; ++i) {
    const auto replication = flags.run.replication + static_cast<std::uint64_t>(i);
    const auto world = agents::play_to_january(scenario, policy, flags.run.seed, replication,
                                               flags.year, "site_entrants");
    const engine::Streams luck{flags.run.seed, replication};
    runs.push_back(agents::site_lines(scenario, world,
                                      luck.at(static_cast<std::uint32_t>(world.month.index))));
  }
  std::cout << (flags.format == "csv" ? agents::site_csv(runs) : agents::site_table(runs));
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
  const engine::StoreReader reader{store};
  const auto comparison = engine::compare(reader, baseline);
  if (format == "csv") {
    std::cout << engine::csv_text(comparison);
  } else if (format == "json") {
    std::cout << engine::json_text(comparison, engine::settlements_json(reader));
  } else {
    std::cout << engine::table_text(comparison);
    const std::string tables = engine::settlements_text(reader);
    if (!tables.empty())
      std::cout << "\nWhat was negotiated, and how far deals are from the Nash "
                   "and Kalai-Smorodinsky points\n\n"
                << tables;
  }
  return kOk;
}

int stories(const std::string& store, const std::string& file, const std::string& format) {
  const auto stories = engine::read_stories(file);
  const engine::StoreReader reader{store};
  std::cout << (format == "csv" ? engine::stories_csv(reader, stories)
                                : engine::stories_text(reader, stories));
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
    agents::check(file);
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

void add_changes(CLI::App* command, std::vector<std::string>& changes) {
  command->add_option("--set", changes, "path=value: change the scenario; may be repeated")
      ->allow_extra_args(false);
}

void add_run(CLI::App& app, Request& request) {
  const auto flags = std::make_shared<RunFlags>();
  auto* command = app.add_subcommand("run", "one run: its chronicle and its years");
  command->add_option("scenario", flags->scenario, "a scenario's file")->required();
  command->add_option("--policy", flags->policy, "the scenario's own when left out");
  add_changes(command, flags->changes);
  command->add_option("--seed", flags->seed, "of all luck")->capture_default_str();
  command->add_option("--replication", flags->replication, "which luck of that seed")
      ->capture_default_str();
  command->add_option("--to", flags->to, "last year")->check(CLI::Range(1, 9999));
  command->add_flag("--quiet", flags->quiet, "no chronicle");
  command->add_flag("--events-only", flags->events_only, "no table of years");
  command->add_flag("--json", flags->json, "everything, for programs");
  command->callback([flags, &request] { request.action = [flags] { return run(*flags); }; });
}

void add_sites(CLI::App& app, Request& request) {
  const auto flags = std::make_shared<SitesFlags>();
  auto* command = app.add_subcommand(
      "sites", "what entrants' sites are worth, part by part, and what aid does");
  command->add_option("scenario", flags->run.scenario, "a scenario's file")->required();
  command->add_option("--policy", flags->run.policy, "the scenario's own when left out");
  add_changes(command, flags->run.changes);
  command->add_option("--year", flags->year, "in whose January; the first when left out");
  command->add_option("--seed", flags->run.seed, "of all luck")->capture_default_str();
  command->add_option("--replication", flags->run.replication, "the first of those");
  command->add_option("--replications", flags->replications, "runs whose medians are shown")
      ->check(CLI::Range(1, 100'000));
  command->add_option("--format", flags->format, "table (MEUR) or csv (EUR)")
      ->check(CLI::IsMember({"table", "csv"}));
  command->callback([flags, &request] { request.action = [flags] { return sites(*flags); }; });
}

void add_sweep(CLI::App& app, Request& request) {
  const auto flags = std::make_shared<SweepFlags>();
  auto* command = app.add_subcommand("sweep", "all runs of an experiment, into a store");
  command->add_option("experiment", flags->experiment, "an experiment's file")->required();
  command->add_option("-o,--out", flags->store, "the store, made or continued");
  command->add_option("--replications", flags->replications, "instead of the file's")
      ->check(CLI::Range(1, 10'000'000));
  add_changes(command, flags->changes);
  command->add_flag("--dry-run", flags->dry_run, "only say what it would take");
  command->add_flag("--retry", flags->retry, "run failed runs again");
  command->callback([flags, &request] {
    request.action = [flags, &request] { return sweep(*flags, request.threads, request.command); };
  });
}

void add_compare(CLI::App& app, Request& request) {
  struct Flags {
    std::string store, format = "table", baseline;
  };
  const auto flags = std::make_shared<Flags>();
  auto* command = app.add_subcommand("compare", "policies side by side and what tables settled on");
  command->add_option("store", flags->store, "the file of a sweep")->required();
  command->add_option("--format", flags->format, "table, csv or json")
      ->check(CLI::IsMember({"table", "csv", "json"}));
  command->add_option("--baseline", flags->baseline,
                      "a policy, or factor=level, instead of the experiment's");
  command->callback([flags, &request] {
    request.action = [flags] { return compare(flags->store, flags->format, flags->baseline); };
  });
}

void add_stories(CLI::App& app, Request& request) {
  struct Flags {
    std::string store, stories, format = "table";
  };
  const auto flags = std::make_shared<Flags>();
  auto* command =
      app.add_subcommand("stories", "how often chronicles of a sweep tell what is asked");
  command->add_option("store", flags->store, "the file of a sweep")->required();
  command->add_option("stories", flags->stories, "a TOML file: names and patterns")->required();
  command->add_option("--format", flags->format, "table or csv")
      ->check(CLI::IsMember({"table", "csv"}));
  command->callback([flags, &request] {
    request.action = [flags] { return stories(flags->store, flags->stories, flags->format); };
  });
}

void add_export(CLI::App& app, Request& request) {
  struct Flags {
    std::string store, file = "-";
  };
  const auto flags = std::make_shared<Flags>();
  auto* command = app.add_subcommand("export", "every value of a store, as tidy CSV");
  command->add_option("store", flags->store, "the file of a sweep")->required();
  command->add_option("-o,--out", flags->file, "the CSV file; standard output when left out");
  command->callback([flags, &request] {
    request.action = [flags] { return export_store(flags->store, flags->file); };
  });
}

void add_describe(CLI::App& app, Request& request) {
  const auto topic = std::make_shared<std::string>();
  auto* command = app.add_subcommand("describe", "what the model knows about a topic");
  command->add_option("topic", *topic, "all topics when left out");
  command->callback([topic, &request] {
    request.action = [topic] {
      std::cout << agents::describe(*topic);
      return kOk;
    };
  });
}

void add_check(CLI::App& app, Request& request) {
  const auto file = std::make_shared<std::string>();
  auto* command = app.add_subcommand("check", "every error of a scenario or experiment");
  command->add_option("config", *file, "its file")->required();
  command->callback([file, &request] { request.action = [file] { return check_file(*file); }; });
}

}  // namespace

void add_simulation_commands(CLI::App& app, Request& request) {
  add_run(app, request);
  add_sites(app, request);
  add_sweep(app, request);
  add_compare(app, request);
  add_stories(app, request);
  add_export(app, request);
  add_describe(app, request);
  add_check(app, request);
}

}  // namespace tavolo::commands
