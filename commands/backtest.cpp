// Backtest: what would have been forecast, scored.

#include "engine/calibration/backtest.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "commands/command.h"
#include "engine/error.h"

namespace tavolo::commands {

void add_backtest_commands(CLI::App& app, Request& request) {
  struct Flags {
    std::string config, out, reference;
    int processes = 0;
    bool as_they_are = false, csv = false;
  };
  const auto flags = std::make_shared<Flags>();
  auto* command = app.add_subcommand(
      "backtest", "expanding windows: fitted to the years before, scored on the years after");
  command->add_option("study", flags->config, "windows and their scenarios")->required();
  command->add_option("-o,--out", flags->out, "folder of its runs and results, made or continued")
      ->required();
  command
      ->add_option("--reference", flags->reference,
                   "folder of the calibration, whose runs are used; made when it is missing")
      ->required();
  add_processes(command, flags->processes);
  command->add_flag("--as-they-are", flags->as_they_are,
                    "read stores that are complete, also those of another version of the program");
  command->add_flag("--csv", flags->csv, "a line per case and method");
  command->callback([flags, &request] {
    request.action = [flags, &request] {
      const auto study = engine::read_backtest(flags->config);
      const auto model = model_named(study.study.model);
      const engine::StopOnSignal signals;
      engine::WaveOptions options;
      options.folder = flags->reference;
      options.as_they_are = flags->as_they_are;
      options.sweep = wave_options(request, flags->processes);
      const auto waves = engine::make_waves(study.study, model.family, model.own, options);
      options.folder = flags->out;
      std::filesystem::create_directories(flags->out);
      const auto found = engine::backtest(study, model.family, model.own, waves, options);
      const auto report = engine::backtest_markdown(study, found);
      const auto csv = engine::backtest_csv(study, found);
      write_file(flags->out + "/report.md", report);
      write_file(flags->out + "/cases.csv", csv);
      std::cout << (flags->csv ? csv : report);
      return kOk;
    };
  });
}

}  // namespace tavolo::commands
