// Strategies over futures: benchmark.

#include "engine/experiment/benchmark.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "agents/automotive_model.h"
#include "commands/command.h"
#include "engine/error.h"
#include "engine/experiment/sweep.h"

namespace tavolo::commands {
namespace {

struct Flags {
  std::string suite, store;
  int replications = 0;
  bool no_sweep = false, json = false, markdown = false;
};

/// A page that says how it was made.
std::string page(const Flags& flags, const std::string& report) {
  return "# Policy benchmark " + std::filesystem::path{flags.suite}.stem().string() +
         "\n\nMade from [`" + flags.suite + "`](../" + flags.suite +
         "), and made anew, runs included, by one command:\n\n```console\n$ tavolo benchmark " +
         flags.suite + " -o benchmark.sqlite --markdown > docs/benchmark-" +
         std::filesystem::path{flags.suite}.stem().string() +
         ".md\n```\n\nWhat the numbers are: [experiments.md](experiments.md#the-policy-benchmark)."
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
    std::cout << (flags.markdown ? page(flags, text) : text);
  }
  return kOk;
}

int benchmark(const Flags& flags, const Request& request) {
  const auto suite = engine::read_suite(flags.suite);
  if (flags.no_sweep) return report(flags, suite);
  const agents::AutomotiveFamily family;
  auto experiment = engine::read_experiment(suite.experiment, family);
  if (flags.replications > 0) experiment.replications = flags.replications;
  const engine::StopOnSignal signals;
  const auto outcome = engine::run_sweep(experiment, family,
                                         {.store = flags.store,
                                          .threads = request.threads,
                                          .retry = false,
                                          .progress = true,
                                          .most_bytes = 0,
                                          .stop_requested = engine::StopOnSignal::requested});
  if (outcome.interrupted) {
    std::fprintf(stderr, "Interrupted. To go on where it stopped: %s\n", request.command.c_str());
    return kInterrupted;
  }
  report(flags, suite);
  return outcome.failed == 0 ? kOk : kRunsFailed;
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
  command->add_flag("--no-sweep", flags->no_sweep, "run nothing: report what the store holds");
  command->add_flag("--markdown", flags->markdown, "as a page of docs/");
  command->add_flag("--json", flags->json, "everything, for programs");
  command->callback([flags, &request] {
    request.action = [flags, &request] { return benchmark(*flags, request); };
  });
}

}  // namespace tavolo::commands
