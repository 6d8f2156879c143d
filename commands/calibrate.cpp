// Calibration: calibrate, forecast; what is free is told by describe --parameters.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "commands/command.h"
#include "commands/making.h"
#include "engine/calibration/fit.h"
#include "engine/calibration/forecast.h"
#include "engine/error.h"
#include "engine/experiment/cluster.h"
#include "engine/experiment/design.h"
#include "engine/experiment/sweep.h"
#include "engine/write_file.h"

namespace tavolo::commands {
namespace {

struct Flags : StudyFlags {
  int recovery = 0;
  bool json = false;
};

int calibrate(const Flags& flags, const Request& request) {
  const auto calibration = engine::read_calibration(flags.config);
  const auto model = model_named(calibration.model);
  const engine::StopOnSignal signals;
  const auto fit = engine::fit(calibration, model.family, model.own,
                               {flags.out, flags.options(request), true, flags.as_they_are},
                               static_cast<std::size_t>(flags.recovery));
  engine::write_file(flags.out + "/posterior.csv", fit.table);
  const auto report = engine::fit_markdown(calibration, fit);
  engine::write_file(flags.out + "/report.md", report);
  std::cout << (flags.json ? engine::fit_json(calibration, fit) : report);
  return kOk;
}

int forecast(const StudyFlags& flags, const Request& request) {
  const auto study = engine::read_forecast(flags.config);
  const auto file = engine::beside_file(flags.config, study.experiment);
  const auto model = model_named(engine::model_of(file));
  const auto experiment = engine::read_experiment(file, model.family, {}, model.own);
  std::filesystem::create_directories(flags.out);
  auto options = flags.options(request);
  options.store = flags.out + "/forecast.sqlite";
  const engine::StopOnSignal signals;
  const auto outcome = engine::run_sweep(experiment, model.family, options);
  if (outcome.interrupted) {
    std::fprintf(stderr, "Interrupted. To go on where it stopped: %s\n", request.command.c_str());
    return kInterrupted;
  }
  const auto made = engine::make_forecast(study, options.store);
  engine::write_file(flags.out + "/forecast.csv", engine::forecast_csv(study, made));
  const auto report = engine::forecast_markdown(study, made);
  engine::write_file(flags.out + "/forecast.md", report);
  std::cout << report;
  return outcome.failed == 0 ? kOk : kRunsFailed;
}

}  // namespace

void StudyFlags::add_to(CLI::App* command, const std::string& study) {
  command->add_option("study", config, study)->required();
  command->add_option("-o,--out", out, "folder of its runs and results, made or continued")
      ->required();
  command->add_option("--processes", processes, "make runs in so many processes")
      ->check(CLI::Range(1, 4096));
}

void StudyFlags::add_as_they_are_to(CLI::App* command) {
  command->add_flag("--as-they-are", as_they_are,
                    "read stores that are complete, also those of another version of the program");
}

engine::SweepOptions StudyFlags::options(const Request& request) const {
  if (engine::started_together() > 1)
    throw engine::InputError{"waves are not made behind mpirun.",
                             "Each is drawn from what those before it left.",
                             "Give the command alone, with --threads or --processes."};
  MakingFlags making;
  making.processes = processes;
  return making.options("", request.threads, false);
}

void add_calibration_commands(CLI::App& app, Request& request) {
  const auto flags = std::make_shared<Flags>();
  auto* command = app.add_subcommand("calibrate",
                                     "free parameters on published outcomes: waves of runs, "
                                     "history matching, synthetic likelihood");
  flags->add_to(command, "what is free and what is published");
  command
      ->add_option("--recovery", flags->recovery,
                   "so many runs in turn are taken as the world: do intervals cover?")
      ->check(CLI::Range(1, 1'000'000));
  flags->add_as_they_are_to(command);
  command->add_flag("--json", flags->json, "everything, for programs");
  command->callback([flags, &request] {
    request.action = [flags, &request] { return calibrate(*flags, request); };
  });

  const auto asked = std::make_shared<StudyFlags>();
  auto* ahead = app.add_subcommand(
      "forecast", "runs of a posterior and the model's error: quantiles by year, chances");
  asked->add_to(ahead, "what is forecast");
  ahead->callback([asked, &request] {
    request.action = [asked, &request] { return forecast(*asked, request); };
  });
}

}  // namespace tavolo::commands
