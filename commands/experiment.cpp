// Sweeps and their stores: sweep, status, resume, retry, extend, merge, verify, show, export,
// slurm, worker.

#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "agents/automotive_model.h"
#include "commands/command.h"
#include "commands/making.h"
#include "engine/error.h"
#include "engine/experiment/cluster.h"
#include "engine/experiment/design.h"
#include "engine/experiment/export.h"
#include "engine/experiment/live_view.h"
#include "engine/experiment/sensitivity_report.h"
#include "engine/experiment/status.h"
#include "engine/experiment/store.h"
#include "engine/experiment/sweep.h"
#include "engine/experiment/table.h"
#include "engine/experiment/verify.h"
#include "engine/models/built_in.h"

namespace tavolo::commands {

ModelChoice model_named(const std::string& name) {
  static const agents::AutomotiveFamily industry;
  if (name.empty()) return {industry, {}};
  const auto& model = engine::built_in_model(name);
  return {model.family(), {name, model.defaults()}};
}

std::vector<engine::Override> parse_overrides(const std::vector<std::string>& changes) {
  std::vector<engine::Override> overrides;
  for (const auto& change : changes) overrides.push_back(engine::parse_override(change));
  return overrides;
}

void add_changes(CLI::App* command, std::vector<std::string>& changes) {
  command->add_option("--set", changes, "path=value: change the scenario; may be repeated")
      ->allow_extra_args(false);
}

namespace {

struct SweepFlags {
  std::string experiment, store, model;
  std::vector<std::string> changes;
  int replications = 0, samples = 0;
  bool dry_run = false, retry = false;
  MakingFlags making;
};

engine::Experiment experiment_of(const SweepFlags& flags, const ModelChoice& model) {
  const auto overrides = parse_overrides(flags.changes);
  auto experiment =
      flags.experiment.empty()
          ? engine::read_experiment_text(
                std::string{engine::built_in_model(flags.model).experiment},
                "(the model's own experiment)", model.family, overrides, model.own)
          : engine::read_experiment(flags.experiment, model.family, overrides, model.own);
  if (flags.replications > 0) experiment.replications = flags.replications;
  if (flags.samples > 0) experiment.resize(static_cast<std::size_t>(flags.samples));
  return experiment;
}

void print(const engine::Forecast& forecast) {
  std::printf("%zu design points, %zu runs\n", forecast.points, forecast.runs);
  if (forecast.least_runs < forecast.runs)
    std::printf("of which results decide: %zu runs at least, what follows is of all\n",
                forecast.least_runs);
  std::printf("about %s s of wall time (%s .. %s s)\n", engine::human(forecast.seconds, 2).c_str(),
              engine::human(forecast.least_seconds, 2).c_str(),
              engine::human(forecast.most_seconds, 2).c_str());
  std::printf("a store of about %s MB\n", engine::human(forecast.store_bytes / 1e6, 2).c_str());
}

int sweep(const SweepFlags& flags, int threads) {
  if (flags.experiment.empty() && flags.model.empty())
    throw engine::InputError{"there is no experiment.", "A sweep makes the runs of one.",
                             "Name its file, or a built-in model with --model."};
  const std::string named = flags.experiment.empty() ? "" : engine::model_of(flags.experiment);
  const ModelChoice model = model_named(flags.model.empty() ? named : flags.model);
  const auto experiment = experiment_of(flags, model);
  if (flags.dry_run) {
    print(engine::forecast_sweep(experiment, model.family, threads));
    return kOk;
  }
  if (flags.store.empty())
    throw engine::InputError{"-o is missing.", "A sweep writes its runs to a store.",
                             "Name its file: -o results.sqlite, or ask with --dry-run."};
  return make_runs(experiment, model.family,
                   flags.making.options(flags.store, threads, flags.retry))
      .exit;
}

/// "+20": so many more; "x2": times; "512": so many.
std::size_t grown(const std::string& text, std::size_t from, const std::string& flag) {
  const std::string digits =
      text.empty() || (text.front() != '+' && text.front() != 'x') ? text : text.substr(1);
  if (digits.empty() || digits.size() > 9 ||
      digits.find_first_not_of("0123456789") != std::string::npos)
    throw engine::InputError{flag + " " + text + " is no number to grow to.",
                             "A design grows by a number, by a factor, or to a number.",
                             "Write +20, x2 or 512."};
  const std::size_t number = std::stoul(digits);
  const std::size_t to = text.front() == '+'   ? from + number
                         : text.front() == 'x' ? from * number
                                               : number;
  if (to < from)
    throw engine::InputError{
        flag + " " + text + " is fewer than the " + std::to_string(from) + " of the store.",
        "A store never forgets what it was asked for.", "Ask for more, or begin a new store."};
  return to;
}

/// The experiment of a store, and the family that it is of.
struct Opened {
  ModelChoice model;
  engine::Experiment experiment;
};

Opened open_store(const std::string& path) {
  const engine::StoreReader store{path, engine::StoreReader::Read::kHead};
  const ModelChoice model = model_named(store.meta("model"));
  return {model, engine::stored_experiment(store, model.family, model.own)};
}

int extend(const std::string& path, const std::string& replications, const std::string& samples,
           const MakingFlags& making, int threads) {
  auto [model, experiment] = open_store(path);
  if (replications.empty() && samples.empty())
    throw engine::InputError{"nothing to extend by.", "A store grows by replications or samples.",
                             "Say --replications +20 or --samples x2."};
  if (!replications.empty())
    experiment.replications = static_cast<int>(
        grown(replications, static_cast<std::size_t>(experiment.replications), "--replications"));
  if (!samples.empty()) experiment.resize(grown(samples, experiment.plan.n, "--samples"));
  return make_runs(experiment, model.family, making.options(path, threads, false)).exit;
}

int go_on(const std::string& path, const MakingFlags& making, int threads, bool retry) {
  const auto opened = open_store(path);
  return make_runs(opened.experiment, opened.model.family, making.options(path, threads, retry))
      .exit;
}

int merge(const std::string& into, const std::vector<std::string>& shards) {
  auto opened = open_store(std::filesystem::exists(into) ? into : shards.front());
  std::size_t taken = 0;
  for (const auto& shard : shards) {
    const auto other = open_store(shard).experiment;
    opened.experiment.replications = std::max(opened.experiment.replications, other.replications);
    if (other.plan.n > opened.experiment.plan.n) opened.experiment.resize(other.plan.n);
  }
  engine::StoreWriter store{into, opened.experiment};
  for (const auto& shard : shards) taken += store.merge(shard);
  store.close();
  std::printf("%zu runs taken over\n", taken);
  std::cout << engine::status_text(engine::read_status(into));
  return kOk;
}

int verify(const std::string& path, std::size_t n, const std::vector<int>& threads) {
  const auto opened = open_store(path);
  const engine::StoreReader store{path, engine::StoreReader::Read::kHead};
  const auto found = engine::verify(store, opened.experiment, opened.model.family, n, threads);
  for (const auto& m : found.mismatches)
    std::printf("run %lld on %d threads: %s in the store, %s now\n",
                static_cast<long long>(m.run_id), m.threads, m.stored.c_str(), m.now.c_str());
  std::string on;
  for (const int count : threads) on += (on.empty() ? "" : ", ") + std::to_string(count);
  std::printf("%zu runs made again on %s threads: %zu differ\n", found.runs, on.c_str(),
              found.mismatches.size());
  return found.mismatches.empty() ? kOk : kRunsFailed;
}

int show(const std::string& path, std::int64_t id) {
  const auto opened = open_store(path);
  const engine::StoreReader store{path, engine::StoreReader::Read::kHead};
  const auto point = static_cast<std::size_t>((id - 1) % engine::kPointsApart);
  const auto replication = static_cast<int>((id - 1) / engine::kPointsApart);
  if (id < 1 || point >= opened.experiment.point_count())
    throw engine::InputError{"run " + std::to_string(id) + " is none of " + path + ".",
                             "run_id is replication x 1 000 000 + design_id.",
                             "Look it up in the table run."};
  const auto at = opened.experiment.point(point);
  std::printf("run          %lld\npolicy       %s\n", static_cast<long long>(id),
              at.policy.c_str());
  for (std::size_t f = 0; f < at.levels.size(); ++f)
    std::printf("%-12s %s\n", opened.experiment.factors[f].path.c_str(), at.levels[f].c_str());
  std::printf("replication  %d\nseed         %d\n", replication, opened.experiment.seed);
  engine::Statement run{store.database(),
                        "SELECT status, coalesce(fingerprint, ''), coalesce(digest, ''), "
                        "coalesce(error, ''), coalesce(wall_seconds, 0) FROM run LEFT JOIN timing "
                        "USING (run_id) WHERE run_id = ?"};
  run.bind(1, id);
  if (!run.step()) {
    std::printf("status       missing\n");
  } else {
    std::printf("status       %s\n", run.text(0).c_str());
    if (run.text(0) == "done")
      std::printf("fingerprint  %s\ndigest       %s\n", run.text(1).c_str(), run.text(2).c_str());
    else
      std::printf("why          %s\n", run.text(3).substr(0, run.text(3).find("\nTo ")).c_str());
    std::printf("took         %s s\n", engine::human(run.real(4), 3).c_str());
  }
  engine::Statement attempts{store.database(),
                             "SELECT attempt, status, coalesce(started, '') FROM timing_attempt "
                             "WHERE run_id = ? ORDER BY attempt"};
  attempts.bind(1, id);
  while (attempts.step())
    std::printf("attempt %-4s %s, %s\n", attempts.text(0).c_str(), attempts.text(1).c_str(),
                attempts.text(2).c_str());
  std::printf("again        %s\n",
              engine::replay_command(opened.experiment, point, replication).c_str());
  return kOk;
}

int worker(const std::string& path) {
  const auto opened = open_store(path);
  engine::RunMaker maker{opened.experiment, opened.model.family, 2};
  engine::serve(maker);
  return kOk;
}

/// The view `result` as Parquet: Arrow's own library for C++ is not in Debian, so Python's writes.
constexpr const char* kParquet = R"python(
import os, sqlite3, sys
try:
    import pyarrow as pa, pyarrow.parquet as pq
except ImportError:
    sys.exit(9)
store, out = sys.argv[1:]
database = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
cursor = database.execute("SELECT * FROM result")
names = [column[0] for column in cursor.description]
declared = {}
for table in ("design", "run", "year"):
    for _, name, kind, *_ in database.execute(f"SELECT * FROM pragma_table_info('{table}')"):
        declared[name] = {"INTEGER": pa.int64(), "REAL": pa.float64()}.get(kind, pa.string())
for name, in database.execute("SELECT path FROM factor"):
    kind, = database.execute("SELECT type FROM pragma_table_info('design') WHERE name = ?", (name,)).fetchone()
    declared[name] = {"INTEGER": pa.int64(), "TEXT": pa.string()}.get(kind, pa.float64())
schema = pa.schema([(name, declared.get(name, pa.float64())) for name in names])
unfinished, rows = out + ".unfinished", 0
with pq.ParquetWriter(unfinished, schema) as writer:
    while batch := cursor.fetchmany(100_000):
        columns = [pa.array(values, type=field.type) for values, field in zip(zip(*batch), schema)]
        writer.write_table(pa.Table.from_arrays(columns, schema=schema))
        rows += len(batch)
os.replace(unfinished, out)
print(f"{rows} rows written", file=sys.stderr)
)python";

int export_parquet(const std::string& store, const std::string& file) {
  engine::StoreReader{store, engine::StoreReader::Read::kHead};  // refuses what is none
  const std::string command =
      "python3 - " + engine::shell_word(store) + " " + engine::shell_word(file);
  FILE* python = popen(command.c_str(), "w");
  if (python != nullptr) std::fputs(kParquet, python);
  const int status = python == nullptr ? -1 : pclose(python);
  constexpr int kNoPyarrow = 9 << 8;
  if (status == kNoPyarrow)
    throw engine::InputError{"python3 has no pyarrow.", "Parquet is written by it.",
                             "Install it (pip install pyarrow), or export CSV."};
  if (status != 0)
    throw engine::InputError{file + " was not written.", "python3 failed, see above.",
                             "Check the place and its space, or export CSV."};
  return kOk;
}

/// By the package tavolo for Python, whose xarray knows netCDF (docs/python.md).
int export_netcdf(const std::string& store, const std::string& file) {
  engine::StoreReader{store, engine::StoreReader::Read::kHead};  // refuses what is none
  const std::string command = "python3 -m tavolo export " + engine::shell_word(store) +
                              " --format netcdf -o " + engine::shell_word(file);
  if (std::system("python3 -c 'import tavolo, xarray, netCDF4' 2>/dev/null") != 0)
    throw engine::InputError{
        "python3 has no package tavolo with netCDF.", "netCDF is written by it.",
        "Install it in a virtual environment (in a clone: pip install '.[netcdf]'), then: " +
            command};
  if (std::system(command.c_str()) != 0)
    throw engine::InputError{file + " was not written.", "python3 failed, see above.",
                             "Check the place and its space, or export CSV."};
  return kOk;
}

int export_store(const std::string& store, const std::string& file, const std::string& format) {
  const auto ending = std::filesystem::path{file}.extension();
  if (format == "netcdf" || (format.empty() && (ending == ".nc" || ending == ".nc4"))) {
    if (file == "-")
      throw engine::InputError{"-o is missing.", "netCDF is written to a file.",
                               "Name it: -o results.nc."};
    return export_netcdf(store, file);
  }
  const bool parquet = format == "parquet" ||
                       (format.empty() && std::filesystem::path{file}.extension() == ".parquet");
  if (parquet && file == "-")
    throw engine::InputError{"-o is missing.", "Parquet is written to a file.",
                             "Name it: -o results.parquet."};
  if (parquet) return export_parquet(store, file);
  const auto values = engine::export_csv(engine::StoreReader{store}, file);
  std::fprintf(stderr, "%zu values written\n", values);
  return kOk;
}

void add_sweep(CLI::App& app, Request& request) {
  const auto flags = std::make_shared<SweepFlags>();
  auto* command = app.add_subcommand("sweep", "all runs of an experiment, into a store");
  command->add_option("experiment", flags->experiment,
                      "an experiment's file; a built-in model has one of its own");
  command->add_option("-o,--out", flags->store, "the store, made or continued");
  command->add_option("--model", flags->model, "a built-in model: tavolo describe models");
  command->add_option("--replications", flags->replications, "instead of the file's")
      ->check(CLI::Range(1, 10'000'000));
  command->add_option("--samples", flags->samples, "n of the design, instead of the file's")
      ->check(CLI::Range(1, 1'000'000));
  add_changes(command, flags->changes);
  command->add_flag("--dry-run", flags->dry_run, "only say what it would take");
  command->add_flag("--retry", flags->retry, "run failed runs again");
  flags->making.add_to(command);
  flags->making.add_shard_to(command);
  command->callback([flags, &request] {
    request.action = [flags, &request] { return sweep(*flags, request.threads); };
  });
}

void add_going_on(CLI::App& app, Request& request) {
  struct Flags {
    std::string store, replications, samples;
    MakingFlags making;
  };
  for (const bool retry : {false, true}) {
    const auto flags = std::make_shared<Flags>();
    auto* command =
        app.add_subcommand(retry ? "retry" : "resume", retry ? "make failed runs of a store again"
                                                             : "make what a store misses");
    command->add_option("store", flags->store, "the file of a sweep")->required();
    flags->making.add_to(command);
    command->callback([flags, retry, &request] {
      request.action = [flags, retry, &request] {
        return go_on(flags->store, flags->making, request.threads, retry);
      };
    });
  }
  const auto flags = std::make_shared<Flags>();
  auto* command = app.add_subcommand("extend", "more replications or samples for a store");
  command->add_option("store", flags->store, "the file of a sweep")->required();
  command->add_option("--replications", flags->replications, "+20, x2 or 200");
  command->add_option("--samples", flags->samples, "x2, +100 or 512: n of the design");
  flags->making.add_to(command);
  command->callback([flags, &request] {
    request.action = [flags, &request] {
      return extend(flags->store, flags->replications, flags->samples, flags->making,
                    request.threads);
    };
  });
}

struct StatusFlags {
  std::string store;
  std::vector<std::string> responses;
  double every = 2;
  bool json = false, watch = false;
};

/// The view on a terminal, until nothing writes the store any more or Ctrl-C. What is drawn is on
/// the terminal's second screen, so that the first is as it was; the last view is left on it.
int watch(const StatusFlags& flags) {
  auto view = engine::read_live_view(flags.store, flags.responses);
  if (isatty(STDOUT_FILENO) != 1) {
    std::cout << engine::live_text(view);
    return kOk;
  }
  {
    const engine::StopOnSignal signals;
    struct SecondScreen {
      SecondScreen() { std::cout << "\x1b[?1049h\x1b[?25l" << std::flush; }
      ~SecondScreen() { std::cout << "\x1b[?25h\x1b[?1049l" << std::flush; }
    } const screen;
    using Clock = std::chrono::steady_clock;
    while (view.status.being_written && !engine::StopOnSignal::requested()) {
      winsize size{};
      ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
      const std::size_t width = size.ws_col > 0 ? size.ws_col : 100;
      const std::size_t height = size.ws_row > 1 ? size.ws_row - 1 : 40;
      std::cout << "\x1b[H\x1b[J" << engine::clipped(engine::live_text(view, width), width, height)
                << std::flush;
      // A store that takes long to read is read more seldom.
      const auto began = Clock::now();
      view = engine::read_live_view(flags.store, flags.responses);
      const double took = std::chrono::duration<double>(Clock::now() - began).count();
      const double pause = std::max(flags.every, 4 * took);
      while (std::chrono::duration<double>(Clock::now() - began).count() < pause &&
             !engine::StopOnSignal::requested())
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
  }
  std::cout << engine::live_text(view);
  return kOk;
}

void add_status(CLI::App& app, Request& request) {
  const auto flags = std::make_shared<StatusFlags>();
  auto* command = app.add_subcommand("status", "where a sweep stands, also while it runs");
  command->add_option("store", flags->store, "the file of a sweep")->required();
  command->add_flag("--json", flags->json, "for programs");
  command->add_flag("--watch", flags->watch,
                    "a view that follows the sweep, with its estimates; printed once when standard "
                    "output is no terminal");
  command
      ->add_option("--response", flags->responses,
                   "whose estimates --watch shows; the one that ranks when left out")
      ->allow_extra_args(false);
  command->add_option("--every", flags->every, "seconds between two looks of --watch")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  command->callback([flags, &request] {
    request.action = [flags] {
      if (flags->watch) return watch(*flags);
      const auto status = engine::read_status(flags->store);
      std::cout << (flags->json ? engine::status_json(status) : engine::status_text(status));
      return static_cast<int>(kOk);
    };
  });
}

void add_merge(CLI::App& app, Request& request) {
  struct Flags {
    std::string into;
    std::vector<std::string> shards;
  };
  const auto flags = std::make_shared<Flags>();
  auto* command = app.add_subcommand("merge", "several stores of one experiment into one");
  command->add_option("into", flags->into, "the store, made or continued")->required();
  command->add_option("stores", flags->shards, "what it takes over")->required();
  command->callback([flags, &request] {
    request.action = [flags] { return merge(flags->into, flags->shards); };
  });
}

void add_verify(CLI::App& app, Request& request) {
  struct Flags {
    std::string store;
    std::size_t n = 20;
    std::vector<int> threads{1, 2, 8};
  };
  const auto flags = std::make_shared<Flags>();
  auto* command = app.add_subcommand("verify", "make some runs of a store again and compare");
  command->add_option("store", flags->store, "the file of a sweep")->required();
  command->add_option("--n", flags->n, "how many runs")->capture_default_str();
  command->add_option("--threads", flags->threads, "on so many threads: 1,2,8")
      ->delimiter(',')
      ->check(CLI::Range(1, 4096));
  command->callback([flags, &request] {
    request.threads = *std::max_element(flags->threads.begin(), flags->threads.end());
    request.action = [flags] { return verify(flags->store, flags->n, flags->threads); };
  });
}

void add_show(CLI::App& app, Request& request) {
  struct Flags {
    std::string store;
    std::int64_t id = 0;
  };
  const auto flags = std::make_shared<Flags>();
  auto* command = app.add_subcommand("show", "a run of a store, and the command that repeats it");
  command->add_option("store", flags->store, "the file of a sweep")->required();
  command->add_option("run", flags->id, "its run_id")->required();
  command->callback(
      [flags, &request] { request.action = [flags] { return show(flags->store, flags->id); }; });
}

void add_slurm(CLI::App& app, Request& request) {
  struct Flags {
    std::string experiment, store, time = "01:00:00";
    int tasks = 100, cores = 1;
  };
  const auto flags = std::make_shared<Flags>();
  auto* command =
      app.add_subcommand("slurm", "prints a script for sbatch: the shards of a sweep as an array");
  command->add_option("experiment", flags->experiment, "an experiment's file")->required();
  command->add_option("-o,--out", flags->store, "the store in the end")->required();
  command->add_option("--tasks", flags->tasks, "of the array")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command->add_option("--cores", flags->cores, "of a task")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  command->add_option("--time", flags->time, "that a task may take")->capture_default_str();
  command->callback([flags, &request] {
    request.action = [flags] {
      engine::model_of(flags->experiment);  // refuses what is no experiment before a queue does
      const std::string store = engine::shell_word(flags->store);
      std::printf(
          "#!/bin/sh\n"
          "#SBATCH --job-name=tavolo\n"
          "#SBATCH --array=0-%d\n"
          "#SBATCH --cpus-per-task=%d\n"
          "#SBATCH --time=%s\n"
          "#SBATCH --requeue\n"
          "# A task that is killed or requeued goes on where it stopped. Submit in the directory\n"
          "# where the experiment's path holds; then put the shards together:\n"
          "#   tavolo merge %s %s.shards/*.sqlite\n"
          "mkdir -p %s.shards\n"
          "exec tavolo sweep %s --shard \"$SLURM_ARRAY_TASK_ID/%d\" --threads %d \\\n"
          "  -o %s.shards/\"$SLURM_ARRAY_TASK_ID\".sqlite\n",
          flags->tasks - 1, flags->cores, flags->time.c_str(), store.c_str(), store.c_str(),
          store.c_str(), engine::shell_word(flags->experiment).c_str(), flags->tasks, flags->cores,
          store.c_str());
      return kOk;
    };
  });
}

/// The word `analyse` is shared: a negotiation domain, or this with a store.
void add_sensitivity(CLI::App& app, Request& request) {
  struct Flags {
    std::string store, policy, format = "table";
  };
  const auto flags = std::make_shared<Flags>();
  auto* command = app.get_subcommand("analyse")->add_subcommand(
      "sa", "sensitivity of a sweep's responses to its factors");
  command->add_option("store", flags->store, "the file of a sweep")->required();
  command->add_option("--policy", flags->policy, "under which policy; the first when left out");
  command->add_option("--format", flags->format, "table or csv")
      ->check(CLI::IsMember({"table", "csv"}));
  command->callback([flags, &request] {
    request.action = [flags] {
      const engine::StoreReader store{flags->store};
      std::cout << (flags->format == "csv" ? engine::sensitivity_csv(store, flags->policy)
                                           : engine::sensitivity_text(store, flags->policy));
      return kOk;
    };
  });
}

void add_worker(CLI::App& app, Request& request) {
  const auto store = std::make_shared<std::string>();
  auto* command = app.add_subcommand("worker", "");
  command->group("");  // for sweep --processes alone
  command->add_option("store", *store)->required();
  command->callback([store, &request] { request.action = [store] { return worker(*store); }; });
}

void add_export(CLI::App& app, Request& request) {
  struct Flags {
    std::string store, file = "-", format;
  };
  const auto flags = std::make_shared<Flags>();
  auto* command = app.add_subcommand(
      "export", "a store as tidy CSV, a value per line, as Parquet, a row per year, or as netCDF");
  command->add_option("store", flags->store, "the file of a sweep")->required();
  command->add_option("-o,--out", flags->file, "the file; standard output when left out");
  command
      ->add_option("--format", flags->format,
                   "csv, parquet (by Python's pyarrow) or netcdf (by the package tavolo for "
                   "Python); by the file's ending when left out")
      ->check(CLI::IsMember({"csv", "parquet", "netcdf"}));
  command->callback([flags, &request] {
    request.action = [flags] { return export_store(flags->store, flags->file, flags->format); };
  });
}

}  // namespace

void add_experiment_commands(CLI::App& app, Request& request) {
  add_sweep(app, request);
  add_status(app, request);
  add_going_on(app, request);
  add_merge(app, request);
  add_verify(app, request);
  add_show(app, request);
  add_export(app, request);
  add_slurm(app, request);
  add_sensitivity(app, request);
  add_worker(app, request);
}

}  // namespace tavolo::commands
