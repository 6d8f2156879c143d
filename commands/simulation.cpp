// Single runs, and what is made of sweeps: run, sites, compare, stories, describe, check.

#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "agents/automotive_model.h"
#include "agents/indicators.h"
#include "agents/tables/siting_report.h"
#include "commands/command.h"
#include "engine/calibration/backtest.h"
#include "engine/calibration/fit.h"
#include "engine/calibration/forecast.h"
#include "engine/config.h"
#include "engine/error.h"
#include "engine/experiment/benchmark.h"
#include "engine/experiment/chronicle.h"
#include "engine/experiment/comparison.h"
#include "engine/experiment/design.h"
#include "engine/experiment/settlements.h"
#include "engine/experiment/store.h"
#include "engine/experiment/stories.h"
#include "engine/experiment/sweep.h"
#include "engine/models/built_in.h"
#include "engine/negotiation/domain.h"

namespace tavolo::commands {
namespace {

using agents::AutomotiveFamily;
using Overrides = std::vector<engine::Override>;

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
  std::string scenario, policy, model;
  std::vector<std::string> changes;
  std::uint64_t seed = 1, replication = 0;
  int to = 0;
  bool quiet = false, events_only = false, json = false;
};

int run(const RunFlags& flags) {
  const ModelChoice model = model_named(flags.model);
  const auto& family = model.family;
  if (flags.scenario.empty() && flags.model.empty())
    throw engine::InputError{"there is no scenario.", "The industry is what a scenario says.",
                             "Name a file, as configs/italy/2024.toml, or a --model."};
  Overrides overrides = parse_overrides(flags.changes);
  if (flags.to != 0) overrides.push_back({"until", std::to_string(flags.to)});
  std::string policy = flags.policy;
  if (policy.empty())
    policy =
        flags.model.empty() ? own_policy(flags.scenario, overrides) : family.policies().front();
  engine::require_policy(family, policy);
  const auto record =
      family.prepare(flags.scenario, overrides)->run(policy, flags.seed, flags.replication);
  const auto indicators = family.indicators(flags.scenario, overrides);
  if (flags.json) {
    std::cout << engine::record_json(record, indicators, family.monthly_indicators());
    return kOk;
  }
  if (!flags.quiet) std::cout << engine::chronicle_text(record) << "\n";
  if (!flags.events_only) {
    auto shown = agents::headline_indicators();
    if (!flags.model.empty()) {
      shown.clear();
      for (const auto& indicator : indicators) shown.push_back(indicator.name);
    }
    std::cout << engine::year_table(record, indicators, shown) << "\n";
  }
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

int check_file(const std::string& file) {
  engine::Problems problems;
  const auto config = engine::Config::load(file, problems);
  problems.throw_if_any();
  const auto sound = [&](const char* what) {
    std::printf("%s is sound: %s.\n", file.c_str(), what);
    return kOk;
  };
  struct Kind {
    const char* table;  ///< that no other kind of file has
    const char* what;
    void (*read)(const std::string& file);
  };
  constexpr std::array kKinds{
      Kind{"search", "a search",
           [](auto& f) {
             throw engine::InputError{f + " is a search.", "Searches are the package's for Python.",
                                      "Check it by python -m tavolo search, which reads all of it "
                                      "before the first run."};
           }},
      Kind{"characteristics", "a specification of demand",
           [](auto& f) {
             throw engine::InputError{
                 f + " is a specification of demand.",
                 "What it says is checked beside the products it is for.",
                 "Check it by tavolo demand --products FILE --spec " + f + "."};
           }},
      Kind{"objectives", "a suite of the benchmark", [](auto& f) { engine::read_suite(f); }},
      Kind{"stories", "stories of chronicles", [](auto& f) { engine::read_stories(f); }},
      Kind{"evaluations", "a negotiation domain",
           [](auto& f) { engine::negotiation::read_domain(f); }},
      Kind{"horizons", "a backtest", [](auto& f) { engine::read_backtest(f); }},
      Kind{"calibration", "a forecast", [](auto& f) { engine::read_forecast(f); }},
      Kind{"kinds", "a calibration", [](auto& f) { engine::read_calibration(f); }},
  };
  for (const Kind& kind : kKinds)
    if (config.has(kind.table)) {
      kind.read(file);
      return sound(kind.what);
    }
  if (!engine::is_experiment(config)) {
    agents::check(file);
    return sound("a scenario");
  }
  const ModelChoice model = model_named(engine::model_of(file));
  const auto experiment = engine::read_experiment(file, model.family, {}, model.own);
  engine::check_points(experiment, model.family);
  const std::size_t points = experiment.point_count();
  std::printf(
      "%s is sound: an experiment of %zu policies, %zu factors and %zu responses; "
      "%zu design points, %s%zu runs.\n",
      file.c_str(), experiment.policies.size(), experiment.factors.size(),
      experiment.responses.size(), points, experiment.rule.name.empty() ? "" : "up to ",
      points * static_cast<std::size_t>(experiment.replications));
  return kOk;
}

void add_run(CLI::App& app, Request& request) {
  const auto flags = std::make_shared<RunFlags>();
  auto* command = app.add_subcommand("run", "one run: its chronicle and its years");
  command->add_option("scenario", flags->scenario,
                      "a scenario's file; a built-in model has its own");
  command->add_option("--model", flags->model, "a built-in model: tavolo describe models");
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

void add_describe(CLI::App& app, Request& request) {
  const auto topic = std::make_shared<std::string>();
  auto* command = app.add_subcommand("describe", "what the model knows about a topic");
  command->add_option("topic", *topic, "all topics when left out");
  const auto study = std::make_shared<std::string>();
  command->add_option("--parameters", *study,
                      "of a calibration: what is free, with prior, posterior and source");
  command->callback([topic, study, &request] {
    request.action = [topic, study] {
      if (!study->empty()) {
        std::cout << engine::parameters_text(engine::read_calibration(*study));
        return kOk;
      }
      if (*topic != "models") std::cout << agents::describe(*topic);
      if (topic->empty()) std::cout << "\nmodels\n";
      if (topic->empty() || *topic == "models") std::cout << engine::describe_built_in_models();
      return kOk;
    };
  });
}

void add_check(CLI::App& app, Request& request) {
  const auto file = std::make_shared<std::string>();
  auto* command = app.add_subcommand(
      "check", "every error of a scenario, experiment, study or file of stories");
  command->add_option("config", *file, "its file")->required();
  command->callback([file, &request] { request.action = [file] { return check_file(*file); }; });
}

}  // namespace

void add_simulation_commands(CLI::App& app, Request& request) {
  add_run(app, request);
  add_sites(app, request);
  add_compare(app, request);
  add_stories(app, request);
  add_describe(app, request);
  add_check(app, request);
}

}  // namespace tavolo::commands
