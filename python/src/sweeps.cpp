// Sweeps: on threads of their own, while the interpreter's thread looks after Ctrl-C and progress.

#include <nanobind/nanobind.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "agents/automotive_model.h"
#include "bindings.h"
#include "engine/experiment/design.h"
#include "engine/experiment/sweep.h"
#include "engine/models/built_in.h"

namespace tavolo::python {
namespace {

namespace nb = nanobind;

struct Counts {
  std::atomic<std::size_t> made = 0, failed = 0;
};

/// Counts the runs of a model as they end.
class CountedModel final : public engine::Model {
 public:
  CountedModel(std::unique_ptr<const engine::Model> model, Counts& counts)
      : model_{std::move(model)}, counts_{counts} {}
  engine::Record run(const std::string& policy, std::uint64_t seed,
                     std::uint64_t replication) const override {
    struct OnEnd {
      Counts& counts;
      bool failed = true;
      ~OnEnd() {
        counts.failed += failed;
        ++counts.made;
      }
    } end{counts_};
    auto record = model_->run(policy, seed, replication);
    end.failed = false;
    return record;
  }

 private:
  std::unique_ptr<const engine::Model> model_;
  Counts& counts_;
};

class CountedFamily final : public engine::ModelFamily {
 public:
  explicit CountedFamily(const engine::ModelFamily& family) : family_{family} {}
  std::vector<engine::Indicator> indicators(
      const std::string& scenario, std::span<const engine::Override> overrides) const override {
    return family_.indicators(scenario, overrides);
  }
  std::vector<engine::Indicator> monthly_indicators() const override {
    return family_.monthly_indicators();
  }
  std::vector<std::string> policies() const override { return family_.policies(); }
  std::unique_ptr<const engine::Model> prepare(
      const std::string& scenario, std::span<const engine::Override> overrides) const override {
    return std::make_unique<CountedModel>(family_.prepare(scenario, overrides), counts);
  }
  mutable Counts counts;

 private:
  const engine::ModelFamily& family_;
};

/// The industry, or a built-in model that an experiment's file or "model:NAME" asks for.
struct Chosen {
  explicit Chosen(const std::string& experiment) {
    constexpr std::string_view kModel = "model:";
    built_in = experiment.starts_with(kModel);
    const std::string name =
        built_in ? experiment.substr(kModel.size()) : engine::model_of(experiment);
    static const agents::AutomotiveFamily industry;
    if (name.empty()) {
      family = &industry;
      return;
    }
    const auto& model = engine::built_in_model(name);
    family = &model.family();
    own = {name, model.defaults()};
    text = std::string{model.experiment};
  }
  const engine::ModelFamily* family = nullptr;
  engine::OwnScenario own;
  bool built_in = false;  ///< the model's own experiment stands for a file
  std::string text;
};

struct SweepRequest {
  std::string experiment, store;
  std::vector<std::pair<std::string, std::string>> changes;
  int replications = 0, samples = 0, threads = 0;
  bool retry = false, only_create = false;
};

engine::Experiment read(const SweepRequest& request, const engine::ModelFamily& family,
                        const Chosen& chosen) {
  std::vector<engine::Override> overrides;
  for (const auto& [path, value] : request.changes) overrides.push_back({path, value});
  auto experiment =
      chosen.built_in ? engine::read_experiment_text(chosen.text, "(the model's own experiment)",
                                                     family, overrides, chosen.own)
                      : engine::read_experiment(request.experiment, family, overrides, chosen.own);
  if (request.samples > 0) experiment.resize(static_cast<std::size_t>(request.samples));
  if (request.replications > 0) experiment.replications = request.replications;
  return experiment;
}

nb::dict sweep(const SweepRequest& request, nb::object progress) {
  const Chosen chosen{request.experiment};
  const CountedFamily family{*chosen.family};
  std::atomic<bool> stop = request.only_create;
  engine::SweepOutcome outcome;
  std::exception_ptr failure;
  std::mutex mutex;
  std::condition_variable changed;
  bool ended = false;
  std::exception_ptr interruption;
  {
    const nb::gil_scoped_release released;
    std::jthread worker{[&] {
      try {
        outcome = engine::run_sweep(read(request, family, chosen), family,
                                    {.store = request.store,
                                     .threads = request.threads,
                                     .retry = request.retry,
                                     .progress = false,
                                     .most_bytes = 0,
                                     .stop_requested = [&stop] { return stop.load(); }});
      } catch (...) {
        failure = std::current_exception();
      }
      const std::lock_guard lock{mutex};
      ended = true;
      changed.notify_one();
    }};
    std::unique_lock lock{mutex};
    while (!ended) {
      changed.wait_for(lock, std::chrono::milliseconds{100}, [&] { return ended; });
      if (stop && !request.only_create) continue;  // only waits for the runs under way
      lock.unlock();
      {
        const nb::gil_scoped_acquire gil;
        try {
          if (PyErr_CheckSignals() != 0) throw nb::python_error();
          if (!progress.is_none()) progress(family.counts.made.load(), family.counts.failed.load());
        } catch (...) {
          interruption = std::current_exception();
          stop = true;
        }
      }
      lock.lock();
    }
  }
  if (failure) std::rethrow_exception(failure);
  if (interruption) std::rethrow_exception(interruption);
  nb::dict result;
  result["points"] = outcome.points;
  result["runs"] = outcome.runs;
  result["done"] = outcome.done;
  result["failed"] = outcome.failed;
  result["made_now"] = outcome.made_now;
  return result;
}

}  // namespace

void bind_sweeps(nb::module_& m) {
  m.def(
      "sweep",
      [](const std::string& experiment, const std::string& store,
         const std::vector<std::pair<std::string, std::string>>& changes, int replications,
         int samples, int threads, bool retry, bool only_create, nb::object progress) {
        return sweep(
            {experiment, store, changes, replications, samples, threads, retry, only_create},
            std::move(progress));
      },
      nb::arg("experiment"), nb::arg("store"), nb::arg("changes"), nb::arg("replications"),
      nb::arg("samples"), nb::arg("threads"), nb::arg("retry"), nb::arg("only_create"),
      nb::arg("progress").none(),
      "Makes every run that the store misses. Returns the counts of runs.");
  m.def(
      "plan",
      [](const std::string& experiment,
         const std::vector<std::pair<std::string, std::string>>& changes, int replications,
         int samples) {
        const Chosen chosen{experiment};
        const auto plan = read({experiment, "", changes, replications, samples, 0, false, false},
                               *chosen.family, chosen);
        nb::dict result;
        result["policies"] = plan.policies;
        result["merged"] = plan.merged;
        result["scenario"] = plan.scenario;
        result["points"] = plan.points().size();
        result["runs"] = plan.points().size() * static_cast<std::size_t>(plan.replications);
        return result;
      },
      nb::arg("experiment"), nb::arg("changes"), nb::arg("replications"), nb::arg("samples"),
      "Reads and checks an experiment: its policies, design points and runs.");
}

}  // namespace tavolo::python
