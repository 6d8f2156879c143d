// Strategies over futures: benchmark, analyse robust, analyse game, analyse discover.

#include "engine/experiment/benchmark.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "commands/command.h"
#include "commands/making.h"
#include "engine/error.h"
#include "engine/experiment/discovery_report.h"
#include "engine/experiment/games.h"

namespace tavolo::commands {
namespace {

struct Flags {
  std::string suite, store;
  int replications = 0, samples = 0;
  bool no_sweep = false, retry = false, json = false, markdown = false;
  MakingFlags making;
};

/// A page that says how it was made.
std::string page(const Flags& flags, const std::string& version, const std::string& report) {
  return "# Policy benchmark " + std::filesystem::path{flags.suite}.stem().string() +
         "\n\nMade from [`" + flags.suite + "`](../" + flags.suite +
         "), and made anew, runs included, by one command:\n\n```console\n$ tavolo benchmark " +
         flags.suite + " -o benchmark.sqlite --markdown > docs/benchmark-" +
         std::filesystem::path{flags.suite}.stem().string() + ".md\n```\n\nRuns made by tavolo " +
         version +
         ". What the numbers are: [experiments.md](experiments.md#the-policy-benchmark)."
         "\n\n```text\n" +
         report + "```\n";
}

int report(const Flags& flags, const engine::Suite& suite) {
  const engine::StoreReader store{flags.store};
  const auto benchmark = engine::benchmark(store, suite);
  if (flags.json) {
    std::cout << engine::benchmark_json(benchmark);
  } else {
    const std::string text = engine::benchmark_text(benchmark);
    std::cout << (flags.markdown ? page(flags, store.meta("code_version"), text) : text);
  }
  return kOk;
}

int benchmark(const Flags& flags, const Request& request) {
  const auto suite = engine::read_suite(flags.suite);
  if (flags.no_sweep) return report(flags, suite);
  const ModelChoice model = model_named(engine::model_of(suite.experiment));
  auto experiment = engine::read_experiment(suite.experiment, model.family, {}, model.own);
  if (flags.replications > 0) experiment.replications = flags.replications;
  if (flags.samples > 0) experiment.resize(static_cast<std::size_t>(flags.samples));
  const auto made = make_runs(experiment, model.family,
                              flags.making.options(flags.store, request.threads, flags.retry),
                              stderr, request.command);
  if (made.may_report) report(flags, suite);
  return made.exit;
}

void add_robust(CLI::App& app, Request& request) {
  struct Flags {
    std::string store, part = "all";
    bool json = false;
  };
  const auto flags = std::make_shared<Flags>();
  auto* command = app.get_subcommand("analyse")->add_subcommand(
      "robust",
      "policies of a sweep over its futures: selection, robustness, regret, Pareto front");
  command->add_option("store", flags->store, "the file of a sweep")->required();
  command->add_option("--part", flags->part, "all, selection or robustness")
      ->check(CLI::IsMember({"all", "selection", "robustness"}));
  command->add_flag("--json", flags->json, "everything, for programs");
  command->callback([flags, &request] {
    request.action = [flags] {
      const engine::StoreReader store{flags->store};
      const auto found = engine::benchmark(store, engine::suite_of(store));
      const auto part = flags->part == "selection"    ? engine::BenchmarkPart::kSelection
                        : flags->part == "robustness" ? engine::BenchmarkPart::kRobustness
                                                      : engine::BenchmarkPart::kAll;
      std::cout << (flags->json ? engine::benchmark_json(found)
                                : engine::benchmark_text(found, part));
      return kOk;
    };
  });
}

void add_game(CLI::App& app, Request& request) {
  struct Flags {
    std::string store;
    std::vector<std::string> players;
    bool json = false;
  };
  const auto flags = std::make_shared<Flags>();
  auto* command = app.get_subcommand("analyse")->add_subcommand(
      "game", "strategies crossed in a grid: equilibria, regrets, dominated ones, alpha-rank");
  command->add_option("store", flags->store, "the file of a sweep")->required();
  command
      ->add_option("--player", flags->players,
                   "name=policy:RESPONSE or name=FACTOR:RESPONSE, once for each player")
      ->required()
      ->allow_extra_args(false);
  command->add_flag("--json", flags->json, "everything, for programs");
  command->callback([flags, &request] {
    request.action = [flags] {
      if (flags->players.size() < 2)
        throw engine::InputError{
            "a game needs two players or more.",
            "Each has strategies (policies, or levels of a factor) and an aim.",
            "Give --player government=policy:vehicles_2030 --player ..."};
      std::vector<engine::PlayerSpec> players;
      for (const auto& text : flags->players) players.push_back(engine::parse_player(text));
      const auto game = engine::read_game(engine::StoreReader{flags->store}, players);
      std::cout << (flags->json ? engine::game_json(game) : engine::game_text(game));
      return kOk;
    };
  });
}

void add_discover(CLI::App& app, Request& request) {
  struct Flags {
    std::string store;
    engine::CaseOfInterest interest;
    std::optional<double> at_least, at_most;
    bool json = false;
  };
  const auto flags = std::make_shared<Flags>();
  auto* command = app.get_subcommand("analyse")->add_subcommand(
      "discover", "the box of factors in which a response reaches a bound (PRIM)");
  command->add_option("store", flags->store, "the file of a sweep")->required();
  command->add_option("--response", flags->interest.response, "the one that ranks when left out");
  command->add_option("--policy", flags->interest.policy, "the baseline when left out");
  command->add_option("--at-least", flags->at_least, "cases of interest reach it");
  command->add_option("--at-most", flags->at_most, "cases of interest stay below it");
  command->add_flag("--json", flags->json, "everything, for programs");
  command->callback([flags, &request] {
    request.action = [flags] {
      if (flags->at_least.has_value() == flags->at_most.has_value())
        throw engine::InputError{"discover needs a bound.", "It looks for the runs that reach it.",
                                 "Give either --at-least or --at-most."};
      auto interest = flags->interest;
      interest.at_least = flags->at_least.has_value();
      interest.bound = interest.at_least ? *flags->at_least : *flags->at_most;
      const engine::StoreReader store{flags->store};
      std::cout << (flags->json ? engine::discovery_json(store, interest)
                                : engine::discovery_text(store, interest));
      return kOk;
    };
  });
}

}  // namespace

void add_benchmark_commands(CLI::App& app, Request& request) {
  const auto flags = std::make_shared<Flags>();
  auto* command =
      app.add_subcommand("benchmark", "strategies over futures and luck: which, when, how sure");
  command->add_option("suite", flags->suite, "what is asked, and of which experiment")->required();
  command->add_option("-o,--out", flags->store, "the store of its runs, made or continued")
      ->required();
  command->add_option("--replications", flags->replications, "instead of the experiment's")
      ->check(CLI::Range(1, 10'000'000));
  command->add_option("--samples", flags->samples, "n of the design, instead of the experiment's")
      ->check(CLI::Range(1, 1'000'000));
  flags->making.add_to(command);
  command->add_flag("--retry", flags->retry, "run failed runs again");
  command->add_flag("--no-sweep", flags->no_sweep, "run nothing: report what the store holds");
  command->add_flag("--markdown", flags->markdown, "as a page of docs/");
  command->add_flag("--json", flags->json, "everything, for programs");
  command->callback([flags, &request] {
    request.action = [flags, &request] { return benchmark(*flags, request); };
  });
  add_robust(app, request);
  add_game(app, request);
  add_discover(app, request);
}

}  // namespace tavolo::commands
