#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <tbb/global_control.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <map>
#include <string>
#include <thread>

#include "commands/command.h"
#include "engine/calibration/reference.h"
#include "engine/error.h"
#include "engine/experiment/cluster.h"
#include "engine/experiment/design.h"
#include "engine/experiment/version.h"
#include "engine/simd.h"

namespace tavolo::commands {
namespace {

int command_line(int argc, char** argv) {
  CLI::App app{"Agent-based simulation of the car industry and its negotiating tables", "tavolo"};
  app.set_version_flag("--version",
                       "tavolo " + engine::code_version() + " (" + engine::compiler() + ")");
  app.require_subcommand(1);
  app.fallthrough();  // --threads may stand after the subcommand
  Request request;
  std::string log_level = "info";
  app.add_option("--threads", request.threads, "threads to use; all cores when left out")
      ->check(CLI::Range(1, 4096));
  app.add_option("--log-level", log_level, "debug, info, warning, error or off")
      ->check(CLI::IsMember({"debug", "info", "warning", "error", "off"}));
  const std::map<std::string, engine::Isa> isas{
      {"plain", engine::Isa::plain}, {"avx2", engine::Isa::avx2}, {"avx512", engine::Isa::avx512}};
  engine::Isa isa = engine::Isa::avx512;
  app.add_option(
         "--isa", isa,
         "widest instruction set of vector loops: plain, avx2 or avx512; results are the same")
      ->transform(CLI::CheckedTransformer(isas))
      ->option_text("TEXT:{plain,avx2,avx512}");
  for (int i = 0; i < argc; ++i)
    request.command += (i > 0 ? " " : "") + engine::shell_word(argv[i]);

  add_simulation_commands(app, request);
  add_demand_commands(app, request);
  add_locate_commands(app, request);
  add_validation_commands(app, request);
  add_analysis_commands(app, request);
  add_negotiation_commands(app, request);
  add_experiment_commands(app, request);  // these after analyse, which they add to
  add_benchmark_commands(app, request);
  add_calibration_commands(app, request);
  add_backtest_commands(app, request);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kOk : kWrongInput;
  }
  spdlog::set_default_logger(spdlog::stderr_color_mt("tavolo"));
  spdlog::set_level(spdlog::level::from_str(log_level));
  engine::limit_isa(isa);
  const auto cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  // Behind mpirun every process has a core, not all of them.
  if (request.threads == 0) request.threads = engine::started_together() > 1 ? 1 : cores;
  const tbb::global_control limit{tbb::global_control::max_allowed_parallelism,
                                  static_cast<std::size_t>(request.threads)};
  return request.action();
}

}  // namespace
}  // namespace tavolo::commands

int main(int argc, char** argv) {
  using namespace tavolo;
  try {
    return commands::command_line(argc, argv);
  } catch (const engine::InputError& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return commands::kWrongInput;
  } catch (const engine::Interrupted& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return commands::kInterrupted;
  } catch (const engine::RunError& error) {
    std::fprintf(stderr, "The run failed: %s\n", error.what());
    return commands::kRunsFailed;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "tavolo ended: %s\n", error.what());
    return commands::kOtherError;
  }
}
