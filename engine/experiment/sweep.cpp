#include "engine/experiment/sweep.h"

#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <thread>
#include <vector>

#include "engine/experiment/comparison.h"
#include "engine/experiment/progress.h"
#include "engine/experiment/run_maker.h"
#include "engine/experiment/store.h"
#include "engine/experiment/supervisor.h"

namespace tavolo::engine {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

int thread_count(int asked) {
  if (asked > 0) return asked;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

/// From the workers to the one writer. Bounded, so that memory stays flat when the disk is slow.
class Mailbox {
 public:
  void put(RunResult result) {
    std::unique_lock lock{mutex_};
    not_full_.wait(lock, [&] { return results_.size() < kMost; });
    results_.push_back(std::move(result));
    not_empty_.notify_one();
  }
  void end() {
    const std::lock_guard lock{mutex_};
    ended_ = true;
    not_empty_.notify_one();
  }
  /// All that is there, or nothing after a while or at the end. All at once, for a hand-over wakes
  /// a thread up, which takes as long as to write a run.
  std::deque<RunResult> take(std::chrono::milliseconds patience) {
    std::unique_lock lock{mutex_};
    not_empty_.wait_for(lock, patience, [&] { return !results_.empty() || ended_; });
    std::deque<RunResult> taken;
    taken.swap(results_);
    not_full_.notify_all();
    return taken;
  }
  bool drained() {
    const std::lock_guard lock{mutex_};
    return ended_ && results_.empty();
  }

 private:
  static constexpr std::size_t kMost = 256;
  std::mutex mutex_;
  std::condition_variable not_full_, not_empty_;
  std::deque<RunResult> results_;
  bool ended_ = false;
};

/// Configurations whose points have runs to make; of a design of samples the first few, for a model
/// that refuses one later makes a failed run of it.
std::vector<std::size_t> to_prepare(const Experiment& experiment,
                                    const std::function<bool(std::size_t)>& needed) {
  constexpr std::size_t kFewSamples = 16;
  const std::size_t most =
      experiment.by_sample() ? std::min(kFewSamples, experiment.samples()) : experiment.samples();
  std::vector<std::size_t> configurations;
  for (std::size_t c = 0; c < most; ++c)
    if (needed(c)) configurations.push_back(c);
  return configurations;
}

volatile std::sig_atomic_t stop_signal = 0;

extern "C" void on_stop_signal(int signal) {
  stop_signal = 1;
  std::signal(signal, SIG_DFL);
}

}  // namespace

StopOnSignal::StopOnSignal() {
  stop_signal = 0;
  std::signal(SIGINT, on_stop_signal);
  std::signal(SIGTERM, on_stop_signal);
}

StopOnSignal::~StopOnSignal() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

bool StopOnSignal::requested() { return stop_signal != 0; }

Job job_at(const Experiment& experiment, int replications, std::size_t position) {
  const std::size_t points = experiment.point_count();
  if (!experiment.by_sample()) return {position % points, static_cast<int>(position / points)};
  const auto each = static_cast<std::size_t>(replications);
  const std::size_t crossed = points / experiment.samples();  // points of one sample
  const std::size_t sample = position / (crossed * each);
  return {sample * crossed + position % crossed, static_cast<int>(position / crossed % each)};
}

Missing::Missing(const Experiment& experiment, const Stages& stages, const SweepOptions& options,
                 std::vector<RunStatus> statuses)
    : experiment_{experiment},
      stages_{stages},
      options_{options},
      statuses_{std::move(statuses)},
      replications_{stages.most_asked()} {
  for (std::size_t position = 0; position < statuses_.size(); ++position) {
    const Job job = job_at(experiment_, replications_, position);
    if (job.replication >= stages_.asked(job.point)) continue;
    ++counts_[static_cast<std::size_t>(status(job.point, job.replication))];
    if (wanted(position)) ++count_;
  }
}

RunStatus Missing::status(std::size_t point, int replication) const {
  return statuses_[static_cast<std::size_t>(replication) * experiment_.point_count() + point];
}

bool Missing::wanted(std::size_t position) const {
  if (position % options_.shards != options_.shard) return false;
  const Job job = job_at(experiment_, replications_, position);
  if (job.replication >= stages_.asked(job.point)) return false;
  const auto now = status(job.point, job.replication);
  return now == RunStatus::kMissing || (options_.retry && now != RunStatus::kDone);
}

std::optional<Job> Missing::next() {
  while (true) {
    const std::size_t position = next_++;
    if (position >= statuses_.size()) return std::nullopt;
    if (wanted(position)) return job_at(experiment_, replications_, position);
  }
}

std::size_t Missing::left() const { return statuses_.size() - std::min(statuses_.size(), +next_); }

void decide_stages(Stages& stages, const Experiment& experiment, StoreWriter& store) {
  if (experiment.rule.name.empty()) return;
  store.commit();
  const SweepOptions whole;
  while (!stages.ended() &&
         Missing{experiment, stages, whole, store.statuses(stages.most_asked())}.count() == 0) {
    std::vector<Stages::Values> values;
    for (const auto& response : stages.responses())
      values.push_back(
          response_by_point(store.database(), experiment.point_count(), "the store", response));
    stages.decide(values);
  }
  store.set_stages(stages.rows());
}

namespace {

/// Threads of this process make the runs and tell `made` at once; `take` and `idle` are called by
/// the calling one, somewhat later.
void make_by_threads(RunMaker& maker, Missing& missing, tbb::task_arena& arena, int threads,
                     const std::function<void(const RunResult&)>& made,
                     const std::function<void(RunResult)>& take, const std::function<void()>& idle,
                     const std::function<bool()>& stop_requested) {
  Mailbox mailbox;
  std::atomic<bool> stop{false};
  const auto work = [&](int) {
    while (!stop && !stop_requested()) {
      const auto job = missing.next();
      if (!job) return;
      // Without isolation a model that waits for its own parallel loop could begin another run.
      auto result =
          tbb::this_task_arena::isolate([&] { return maker.make(job->point, job->replication); });
      made(result);
      mailbox.put(std::move(result));
    }
  };
  std::exception_ptr working_failed, writing_failed;
  std::jthread workers{[&] {
    try {
      arena.execute([&] { tbb::parallel_for(0, threads, work, tbb::simple_partitioner{}); });
    } catch (...) {  // not of a model: what runs throw is in their results
      working_failed = std::current_exception();
    }
    mailbox.end();
  }};
  constexpr std::chrono::milliseconds kPatience{50};
  while (!mailbox.drained()) {
    auto results = mailbox.take(kPatience);
    if (writing_failed) continue;  // only lets the workers finish
    try {
      for (auto& result : results) take(std::move(result));
      if (results.empty()) idle();
    } catch (...) {
      writing_failed = std::current_exception();
      stop = true;
    }
  }
  workers.join();
  if (writing_failed) std::rethrow_exception(writing_failed);
  if (working_failed) std::rethrow_exception(working_failed);
}

}  // namespace

SweepOutcome run_sweep(const Experiment& experiment, const ModelFamily& family,
                       const SweepOptions& options) {
  if (options.shards > 1 && !experiment.rule.name.empty())
    throw InputError{"--shard and a section [replications] exclude one another.",
                     "Who gets more replications is decided from the runs of all shards together.",
                     "Use mpirun, or replications = N in [design]."};
  const int threads = thread_count(options.threads);
  const tbb::global_control limit{tbb::global_control::max_allowed_parallelism,
                                  static_cast<std::size_t>(threads)};
  tbb::task_arena arena{threads};
  RunMaker maker{experiment, family, 2 * static_cast<std::size_t>(threads) + 2};
  const auto prepare = [&](const std::function<bool(std::size_t)>& needed) {
    arena.execute([&] { maker.prepare(to_prepare(experiment, needed)); });
  };

  // A store that does not exist yet is made only when the model accepts every point: a scenario
  // that must still be corrected leaves none behind.
  require_writable(options.store);
  const bool is_new = !std::filesystem::exists(options.store);
  if (is_new) prepare([](std::size_t) { return true; });
  StoreWriter store{options.store, experiment, options.most_bytes};

  SweepOutcome outcome;
  outcome.points = experiment.point_count();
  std::optional<Stages> stages{experiment};
  SweepOptions now = options;  // failed runs are made again once, before anything is decided
  Progress progress{options.progress};
  bool prepared = is_new;
  while (true) {
    decide_stages(*stages, experiment, store);
    Missing missing{experiment, *stages, now, store.statuses(stages->most_asked())};
    outcome.counts = missing.counts();
    outcome.runs = std::accumulate(outcome.counts.begin(), outcome.counts.end(), std::size_t{0});
    std::size_t to_try_again = now.retry ? failures(outcome.counts) : 0;
    const auto too_many = [&] {
      return options.failure_limit.exceeded(failures(outcome.counts) - to_try_again, outcome.runs);
    };
    if (missing.count() == 0) {
      outcome.too_many_failures = false;  // it was the last run that was one too many
      break;
    }
    if (too_many()) {
      outcome.too_many_failures = true;
      break;
    }
    if (!prepared && !experiment.by_sample()) {
      std::vector<bool> needed(experiment.samples(), false);
      for (std::size_t p = 0; p < outcome.points; ++p)
        for (int r = 0; r < stages->asked(p); ++r)
          if (missing.status(p, r) == RunStatus::kMissing ||
              (now.retry && missing.status(p, r) != RunStatus::kDone))
            needed[experiment.configuration_of(p)] = true;
      prepare([&](std::size_t configuration) { return needed[configuration]; });
    }
    prepared = true;

    std::size_t made = 0;
    std::atomic<bool> stop{false};
    const auto stop_requested = [&] { return stop || options.stop_requested(); };
    const auto show = [&] {
      progress.update(outcome.counts[1], failures(outcome.counts), outcome.runs, store.speed());
    };
    const auto take = [&](RunResult result) {
      store.add(result);
      const auto was = missing.status(result.point, result.replication);
      if (was != RunStatus::kMissing) --to_try_again;
      --outcome.counts[static_cast<std::size_t>(was)];
      ++outcome.counts[static_cast<std::size_t>(result.status)];
      ++made;
      if (too_many()) stop = outcome.too_many_failures = true;
      show();
    };
    const auto idle = [&] {
      store.commit_if_due();
      show();
    };
    if (options.processes > 0) {
      store.commit();
      auto worker = options.worker;
      std::replace(worker.begin(), worker.end(), std::string{"STORE"}, options.store);
      supervise(
          experiment,
          {.processes = options.processes,
           .timeout_seconds = options.timeout_seconds,
           .worker = worker},
          [&] { return missing.next(); }, take, idle, stop_requested);
    } else {
      // The writer may be hundreds of runs behind: workers count failures themselves.
      std::atomic<std::size_t> failed{failures(outcome.counts) - to_try_again};
      const auto count = [&](const RunResult& result) {
        if (result.status != RunStatus::kDone &&
            options.failure_limit.exceeded(++failed, outcome.runs))
          stop = true;
      };
      make_by_threads(maker, missing, arena, threads, count, take, idle, stop_requested);
    }
    outcome.made_now += made;
    outcome.interrupted = made < missing.count() && !outcome.too_many_failures;
    if (made < missing.count()) break;
    if (now.retry) {
      now.retry = false;
      stages.emplace(experiment);  // decisions follow from the results that there are now
    }
  }
  outcome.stages = stages->rows();
  store.close();
  outcome.done = outcome.counts[1];
  outcome.failed = failures(outcome.counts);
  return outcome;
}

void check_points(const Experiment& experiment, const ModelFamily& family) {
  RunMaker{experiment, family, 1}.prepare(to_prepare(experiment, [](std::size_t) { return true; }));
}

Forecast forecast_sweep(const Experiment& experiment, const ModelFamily& family, int threads) {
  constexpr int kPilots = 2;
  constexpr double kPoorEfficiency = 0.6;
  const auto cores = static_cast<double>(thread_count(threads));
  Forecast forecast;
  forecast.points = experiment.point_count();
  forecast.runs = forecast.points * static_cast<std::size_t>(experiment.replications);
  if (experiment.rule.name == "ocba") {
    const std::size_t points_of_one =
        experiment.rule.among == "points" ? 1 : forecast.points / experiment.policies.size();
    forecast.runs =
        std::min(forecast.runs, points_of_one * static_cast<std::size_t>(experiment.rule.budget));
  }
  forecast.least_runs = forecast.points * static_cast<std::size_t>(Stages{experiment}.most_asked());
  // Of a grid the first combination of levels under every policy; of samples the first few points.
  std::vector<std::size_t> pilots;
  const std::size_t policies = experiment.policies.size();
  for (std::size_t p = 0; p < policies; ++p)
    pilots.push_back(experiment.by_sample() ? p % forecast.points : p * experiment.samples());
  const double runs_of_pilot =
      static_cast<double>(forecast.runs) / static_cast<double>(pilots.size());
  tbb::task_arena{1}.execute([&] {
    RunMaker maker{experiment, family, 1};
    maker.prepare({0});
    for (const std::size_t point : pilots) {
      std::vector<double> seconds;
      for (int replication = 0; replication < kPilots; ++replication) {
        const auto start = Clock::now();
        const auto result = maker.make(point, replication);
        if (!result.error.empty()) throw RunError{result.error};
        seconds.push_back(seconds_since(start));  // a sample's scenario is read for it alone
        // SQLite stores a number in nine bytes, a row or an entry of its index in about ten more.
        double bytes = 185;
        bytes += static_cast<double>(result.record.years.size()) *
                 (9.0 * static_cast<double>(experiment.indicators.size()) + 12);
        if (experiment.events == "all") {
          bytes += 11.0 * static_cast<double>(result.record.monthly.size());
          for (const auto& event : result.record.events)
            bytes += static_cast<double>(event.text.size() + event.kind.size()) + 20;
        }
        forecast.store_bytes += runs_of_pilot * bytes / kPilots;
      }
      const auto [quick, slow] = std::minmax_element(seconds.begin(), seconds.end());
      forecast.seconds += runs_of_pilot * (*quick + *slow) / 2 / cores;
      forecast.least_seconds += runs_of_pilot * *quick / cores;
      forecast.most_seconds += runs_of_pilot * *slow / (1 + (cores - 1) * kPoorEfficiency);
    }
  });
  for (const auto& text : configuration_texts(experiment))
    forecast.store_bytes += static_cast<double>(text.size());
  if (experiment.by_sample())
    forecast.store_bytes += static_cast<double>(forecast.points) *
                            (30 + 9 * static_cast<double>(experiment.factors.size()));
  return forecast;
}

}  // namespace tavolo::engine
