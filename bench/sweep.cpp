// What the experiment layer adds to every run: a model that takes a few microseconds is scheduled,
// checked and stored in SQLite, in a temporary directory. Few runs show what a sweep costs at all
// (the disk's syncs above all: TMPDIR=/dev/shm leaves them out), many what each run costs; to be
// read beside a run of Italy (phases.cpp). One thread writes the store, so a model as quick as this
// one gains nothing from a second.

#include "engine/experiment/sweep.h"

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "tests/support/toy_model.h"

namespace tavolo::bench {
namespace {

constexpr const char* kScenario = R"(start = "2024-01"
until = 2030
[purse]
growth = 0.1
aid_eur = 10
)";
constexpr const char* kExperiment = R"(question = "What does a run cost beside the model?"
scenario = "town.toml"
responses = [{ id = "purse", indicator = "purse_eur", year = 2030 }]
[design]
policies = ["none", "aid", "loan"]
baseline = "none"
seed = 1
)";

/// A directory of its own, gone at the end.
class Directory {
 public:
  Directory() {
    std::string name = std::filesystem::temp_directory_path() / "tavolo_bench_XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error{"no directory: " + name};
    path_ = name;
  }
  ~Directory() { std::filesystem::remove_all(path_); }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  std::string file(const std::string& name) const { return path_ / name; }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream{file(name)} << text;
    return file(name);
  }

 private:
  std::filesystem::path path_;
};

// The whole sweep, from the experiment to the closed store.
void sweep_toy(benchmark::State& state) {
  const Directory directory;
  directory.write("town.toml", kScenario);
  const test::ToyFamily family;
  const auto text = kExperiment + ("replications = " + std::to_string(state.range(1) / 3));
  const auto experiment = engine::read_experiment(directory.write("experiment.toml", text), family);
  engine::SweepOutcome outcome;
  int number = 0;
  for (auto _ : state) {
    const auto store = directory.file(std::to_string(number++) + ".sqlite");
    outcome = engine::run_sweep(experiment, family,
                                {.store = store, .threads = static_cast<int>(state.range(0))});
  }
  if (outcome.done != outcome.runs) return state.SkipWithError("some runs failed");
  const auto runs = static_cast<double>(outcome.runs);
  using benchmark::Counter;
  state.counters["runs"] = Counter(runs, Counter::kIsIterationInvariantRate);
  state.counters["a_run"] = Counter(runs, Counter::kIsIterationInvariantRate | Counter::kInvert);
}
BENCHMARK(sweep_toy)
    ->ArgNames({"threads", "runs"})
    ->ArgsProduct({{1, 2}, {30, 6000}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

// The model alone, to take off.
void toy_alone(benchmark::State& state) {
  const Directory directory;
  const auto model = test::ToyFamily{}.prepare(directory.write("town.toml", kScenario), {});
  std::uint64_t replication = 0;
  for (auto _ : state) benchmark::DoNotOptimize(model->run("aid", 1, replication++));
}
BENCHMARK(toy_alone)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace tavolo::bench
