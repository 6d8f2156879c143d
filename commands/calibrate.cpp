// Calibration: calibrate, forecast; what is free is told by describe --parameters.

#include <CLI/CLI.hpp>
#include <algorithm>
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
#include "engine/experiment/cluster.h"
#include "engine/experiment/design.h"
#include "engine/experiment/sweep.h"

namespace tavolo::commands {
namespace {

struct Flags {
  std::string config, out;
  int recovery = 0, processes = 0;
  bool json = false, as_they_are = false;
};

int calibrate(const Flags& flags, const Request& request) {
  const auto calibration = engine::read_calibration(flags.config);
  const auto model = model_named(calibration.model);
  const engine::StopOnSignal signals;
  const auto fit =
      engine::fit(calibration, model.family, model.own,
                  {flags.out, wave_options(request, flags.processes), true, flags.as_they_are},
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
  auto options = wave_options(request, flags.processes);
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

void write_file(const std::string& path, const std::string& text) {
  std::ofstream out{path, std::ios::binary};
  out << text;
  if (!out.flush())
    throw engine::InputError{path + " cannot be written.", "The disk is full, or it is no place.",
                             "Free space, and give the same command again."};
}

engine::SweepOptions wave_options(const Request& request, int processes) {
  if (engine::started_together() > 1)
    throw engine::InputError{"waves are not made behind mpirun.",
                             "Each is drawn from what those before it left.",
                             "Give the command alone, with --threads or --processes."};
  engine::SweepOptions options;
  options.threads = request.threads;
  options.progress = true;
  options.stop_requested = engine::StopOnSignal::requested;
  options.processes = processes;
  if (processes > 0)
    options.worker = {std::filesystem::read_symlink("/proc/self/exe").string(), "worker", "STORE",
                      "--threads", std::to_string(std::max(1, request.threads / processes))};
  return options;
}

void add_processes(CLI::App* command, int& processes) {
  command->add_option("--processes", processes, "make runs in so many processes")
      ->check(CLI::Range(1, 4096));
}

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
  add_processes(command, flags->processes);
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
  add_processes(ahead, asked->processes);
  ahead->callback([asked, &request] {
    request.action = [asked, &request] { return forecast(*asked, request); };
  });
}

}  // namespace tavolo::commands
