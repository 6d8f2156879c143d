// Calibration: calibrate, forecast; what is free is told by describe --parameters.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

#include "commands/command.h"
#include "engine/calibration/fit.h"
#include "engine/calibration/forecast.h"
#include "engine/error.h"
#include "engine/experiment/design.h"
#include "engine/experiment/sweep.h"

namespace tavolo::commands {
namespace {

struct Flags {
  std::string config, out;
  int recovery = 0;
  bool json = false, as_they_are = false;
};

engine::SweepOptions sweep_options(const Request& request) {
  return {.store = "",
          .threads = request.threads,
          .retry = false,
          .progress = true,
          .most_bytes = 0,
          .stop_requested = engine::StopOnSignal::requested};
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream out{path, std::ios::binary};
  out << text;
  if (!out.flush())
    throw engine::InputError{path + " cannot be written.", "The disk is full, or it is no place.",
                             "Free space, and give the same command again."};
}

int calibrate(const Flags& flags, const Request& request) {
  const auto calibration = engine::read_calibration(flags.config);
  const auto model = model_named(calibration.model);
  const engine::StopOnSignal signals;
  const auto fit = engine::fit(calibration, model.family, model.own,
                               {flags.out, sweep_options(request), true, flags.as_they_are},
                               static_cast<std::size_t>(flags.recovery));
  write_file(flags.out + "/posterior.csv", fit.table);
  write_file(flags.out + "/errors.csv", engine::errors_table(calibration, fit.step_sd));
  const auto report = engine::fit_markdown(calibration, fit);
  write_file(flags.out + "/report.md", report);
  std::cout << (flags.json ? engine::fit_json(calibration, fit) : report);
  return kOk;
}

int forecast(const Flags& flags, const Request& request) {
  const auto study = engine::read_forecast(flags.config);
  const auto file = engine::beside_file(flags.config, study.experiment);
  const auto model = model_named(engine::model_of(file));
  const auto experiment = engine::read_experiment(file, model.family, {}, model.own);
  std::filesystem::create_directories(flags.out);
  auto options = sweep_options(request);
  options.store = flags.out + "/forecast.sqlite";
  const engine::StopOnSignal signals;
  const auto outcome = engine::run_sweep(experiment, model.family, options);
  if (outcome.interrupted) {
    std::fprintf(stderr, "Interrupted. To go on where it stopped: %s\n", request.command.c_str());
    return kInterrupted;
  }
  const auto made = engine::make_forecast(study, options.store);
  write_file(flags.out + "/forecast.csv", engine::forecast_csv(study, made));
  const auto report = engine::forecast_markdown(study, made);
  write_file(flags.out + "/forecast.md", report);
  std::cout << report;
  return outcome.failed == 0 ? kOk : kRunsFailed;
}

}  // namespace

void add_calibration_commands(CLI::App& app, Request& request) {
  const auto flags = std::make_shared<Flags>();
  auto* command = app.add_subcommand(
      "calibrate", "free parameters on published outcomes: waves of runs, history matching, ABC");
  command->add_option("study", flags->config, "what is free and what is published")->required();
  command->add_option("-o,--out", flags->out, "folder of its runs and results, made or continued")
      ->required();
  command
      ->add_option("--recovery", flags->recovery,
                   "so many runs in turn are taken as the world: do intervals cover?")
      ->check(CLI::Range(1, 1'000'000));
  command->add_flag("--as-they-are", flags->as_they_are,
                    "read stores that are complete, also those of another version of the program");
  command->add_flag("--json", flags->json, "everything, for programs");
  command->callback([flags, &request] {
    request.action = [flags, &request] { return calibrate(*flags, request); };
  });

  const auto asked = std::make_shared<Flags>();
  auto* ahead = app.add_subcommand(
      "forecast", "runs of a posterior and the model's error: quantiles by year, chances");
  ahead->add_option("study", asked->config, "what is forecast")->required();
  ahead->add_option("-o,--out", asked->out, "folder of its runs and results, made or continued")
      ->required();
  ahead->callback([asked, &request] {
    request.action = [asked, &request] { return forecast(*asked, request); };
  });
}

}  // namespace tavolo::commands
