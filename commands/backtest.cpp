// Backtest: what would have been forecast, scored.

#include "engine/calibration/backtest.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "commands/command.h"
#include "engine/write_file.h"

namespace tavolo::commands {

void add_backtest_commands(CLI::App& app, Request& request) {
  struct Flags : StudyFlags {
    std::string reference;
    bool csv = false;
  };
  const auto flags = std::make_shared<Flags>();
  auto* command = app.add_subcommand(
      "backtest", "expanding windows: fitted to the years before, scored on the years after");
  flags->add_to(command, "windows and their scenarios");
  command
      ->add_option("--reference", flags->reference,
                   "folder of the calibration, whose runs are used; made when it is missing")
      ->required();
  flags->add_as_they_are_to(command);
  command->add_flag("--csv", flags->csv, "a line per case and method");
  command->callback([flags, &request] {
    request.action = [flags, &request] {
      const auto study = engine::read_backtest(flags->config);
      const auto model = model_named(study.study.model);
      const engine::StopOnSignal signals;
      engine::WaveOptions options;
      options.folder = flags->reference;
      options.as_they_are = flags->as_they_are;
      options.sweep = flags->options(request);
      const auto waves = engine::make_waves(study.study, model.family, model.own, options);
      options.folder = flags->out;
      std::filesystem::create_directories(flags->out);
      const auto found = engine::backtest(study, model.family, model.own, waves, options);
      const auto report = engine::backtest_markdown(study, found);
      const auto csv = engine::backtest_csv(study, found);
      engine::write_file(flags->out + "/report.md", report);
      engine::write_file(flags->out + "/cases.csv", csv);
      engine::write_file(flags->out + "/errors.csv",
                         engine::errors_table(study.study, found.step_sd));
      std::cout << (flags->csv ? csv : report);
      return kOk;
    };
  });
}

}  // namespace tavolo::commands
