#include "commands/making.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>

#include "engine/error.h"
#include "engine/experiment/cluster.h"
#include "engine/experiment/status.h"
#include "engine/experiment/table.h"

namespace tavolo::commands {

void MakingFlags::add_to(CLI::App* command) {
  command
      ->add_option("--processes", processes,
                   "make runs in so many processes: one that crashes or hangs ends alone")
      ->check(CLI::Range(1, 4096));
  command->add_option("--timeout", timeout, "seconds that a run may take; implies --processes")
      ->check(CLI::Range(0.001, 1e9));
  command->add_option("--max-failures", max_failures,
                      "N or P%: stop when more runs fail, of all that are asked for");
}

void MakingFlags::add_shard_to(CLI::App* command) {
  command->add_option("--shard", shard, "i/n: only every n-th run, the i-th of them, from 0");
}

namespace {

struct Shard {
  std::size_t index = 0, count = 1;
};

Shard parse_shard(const std::string& text) {
  if (text.empty()) return {};
  const auto slash = text.find('/');
  const auto digits = [](const std::string& word) {
    return !word.empty() && word.size() < 10 &&
           word.find_first_not_of("0123456789") == std::string::npos;
  };
  if (slash != std::string::npos && digits(text.substr(0, slash)) &&
      digits(text.substr(slash + 1))) {
    const Shard shard{std::stoul(text.substr(0, slash)), std::stoul(text.substr(slash + 1))};
    if (shard.index < shard.count) return shard;
  }
  throw engine::InputError{"--shard " + text + " is no shard.",
                           "Runs are dealt out to n shards in turn, numbered from 0.",
                           "Write i/n with i below n: --shard 0/4 … --shard 3/4."};
}

engine::FailureLimit parse_limit(const std::string& text) {
  if (text.empty()) return {};
  const bool share = text.back() == '%';
  const char* end = text.data() + text.size() - (share ? 1 : 0);
  double number = -1;
  const auto read = std::from_chars(text.data(), end, number);
  const bool sound = read.ec == std::errc{} && read.ptr == end && number >= 0;
  if (sound && share && number <= 100) return {.number = {}, .share = number / 100};
  if (sound && !share && number == std::floor(number) && number < 1e15)
    return {.number = static_cast<std::size_t>(number), .share = {}};
  throw engine::InputError{"--max-failures " + text + " is no limit.",
                           "It is a number of runs, or a share of all that are asked for.",
                           "Write --max-failures 20 or --max-failures 5%."};
}

std::string own_program() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::string{"/proc/self/exe"} : program.string();
}

}  // namespace

engine::SweepOptions MakingFlags::options(const std::string& store, int threads, bool retry) const {
  const Shard part = parse_shard(shard);
  engine::SweepOptions options{.store = store,
                               .threads = threads,
                               .retry = retry,
                               .progress = true,
                               .most_bytes = 0,
                               .stop_requested = engine::StopOnSignal::requested};
  options.processes = processes;
  options.timeout_seconds = timeout;
  if (timeout > 0 && processes == 0) options.processes = threads;
  options.shard = part.index;
  options.shards = part.count;
  options.failure_limit = parse_limit(max_failures);
  if (options.processes > 0)
    options.worker = {own_program(), "worker", "STORE", "--threads",
                      std::to_string(std::max(1, threads / options.processes))};
  return options;
}

Made make_runs(const engine::Experiment& experiment, const engine::ModelFamily& family,
               const engine::SweepOptions& options, std::FILE* says, const std::string& again) {
  const engine::StopOnSignal signals;
  const engine::Ranks ranks;
  engine::SweepOutcome outcome;
  try {
    outcome = engine::run_ranked_sweep(ranks, experiment, family, options);
  } catch (const std::exception& error) {
    if (ranks.count() == 1 || ranks.rank() == 0) throw;
    std::fprintf(stderr, "rank %d: %s\n", ranks.rank(), error.what());
    ranks.abort();  // rank 0 would wait for its runs; the same command goes on from the shards
    return {kWrongInput, false};
  }
  if (ranks.rank() != 0) return {kOk, false};
  std::fprintf(says, "%s: %zu of %zu runs done, %zu failed\n", options.store.c_str(), outcome.done,
               outcome.runs, outcome.failed);
  if (outcome.failed > 0)
    for (std::size_t status = 2; status < engine::kRunStatuses; ++status)
      if (outcome.counts[status] > 0)
        std::fprintf(says, "  %-14s %zu\n",
                     std::string{engine::name_of(static_cast<engine::RunStatus>(status))}.c_str(),
                     outcome.counts[status]);
  const std::string text = engine::stages_text(outcome.stages);
  if (!text.empty()) std::fprintf(says, "\n%s\n", text.c_str());
  if (outcome.too_many_failures) {
    std::fprintf(
        says,
        "Stopped: more runs failed than --max-failures allows. Why: the view failures of "
        "the store.\nTo try them again: tavolo retry %s --max-failures …; to go on all the "
        "same, %s with a higher limit or none.\n",
        engine::shell_word(options.store).c_str(),
        (again.empty() ? "tavolo resume" : "the same command"));
    return {kTooManyFailures, false};
  }
  if (outcome.interrupted) {
    std::fprintf(
        says, "Interrupted. To go on where it stopped: %s\n",
        (again.empty() ? "tavolo resume " + engine::shell_word(options.store) : again).c_str());
    return {kInterrupted, false};
  }
  if (outcome.failed == 0) return {kOk, true};
  std::fprintf(says,
               "Why runs failed: the view failures of the store. To try them again: tavolo retry "
               "%s\n",
               engine::shell_word(options.store).c_str());
  return {kRunsFailed, true};
}

}  // namespace tavolo::commands
