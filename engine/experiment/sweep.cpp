#include "engine/experiment/sweep.h"

#include <spdlog/spdlog.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

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

class Progress {
 public:
  Progress(bool shown, std::size_t runs, std::size_t done, std::size_t failed)
      : shown_{shown},
        terminal_{isatty(STDERR_FILENO) == 1},
        runs_{runs},
        made_before_{done + failed},
        start_{Clock::now()},
        last_{start_} {}

  void update(std::size_t done, std::size_t failed) {
    if (!shown_) return;
    const double every = terminal_ ? 0.2 : 10.0;
    const std::size_t made = done + failed;
    if (seconds_since(last_) < every && (made < runs_ || made == shown_made_)) return;
    last_ = Clock::now();
    shown_made_ = made;
    const double rate =
        static_cast<double>(made - made_before_) / std::max(1e-3, seconds_since(start_));
    const std::string left =
        rate > 0 ? clock_text(static_cast<double>(runs_ - made) / rate) : std::string{"--:--"};
    if (!terminal_) {
      spdlog::info("{} of {} runs, {} failed, {:.1f} runs/s, {} left", made, runs_, failed, rate,
                   left);
      return;
    }
    constexpr std::size_t kWidth = 30;
    const std::size_t filled = kWidth * made / std::max<std::size_t>(1, runs_);
    std::fprintf(stderr, "\r[%s%s] %zu/%zu, %zu failed, %.1f runs/s, %s left ",
                 std::string(filled, '#').c_str(), std::string(kWidth - filled, '.').c_str(), made,
                 runs_, failed, rate, left.c_str());
  }
  ~Progress() {
    if (shown_ && terminal_) std::fputc('\n', stderr);
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

 private:
  static std::string clock_text(double seconds) {
    const auto all = static_cast<long>(seconds + 0.5);
    char text[48];
    std::snprintf(text, sizeof text, "%02ld:%02ld:%02ld", all / 3600, all / 60 % 60, all % 60);
    return text;
  }
  bool shown_, terminal_;
  std::size_t runs_, made_before_, shown_made_ = 0;
  Clock::time_point start_, last_;
};

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

std::size_t job_count(const Experiment& experiment) {
  return experiment.point_count() * static_cast<std::size_t>(experiment.replications);
}

Job job_at(const Experiment& experiment, std::size_t position) {
  const std::size_t points = experiment.point_count();
  if (!experiment.by_sample()) return {position % points, static_cast<int>(position / points)};
  const auto replications = static_cast<std::size_t>(experiment.replications);
  const std::size_t crossed = points / experiment.samples();  // points of one sample
  const std::size_t sample = position / (crossed * replications);
  return {sample * crossed + position % crossed,
          static_cast<int>(position / crossed % replications)};
}

namespace {

/// Runs that are missing, or failed and to be tried again, in order. Any number of threads may ask.
class Queue {
 public:
  Queue(const Experiment& experiment, const SweepOptions& options, std::vector<RunStatus> statuses)
      : experiment_{experiment}, options_{options}, statuses_{std::move(statuses)} {}

  bool wanted(std::size_t position) const {
    if (position % options_.shards != options_.shard) return false;
    const Job job = job_at(experiment_, position);
    const auto status =
        statuses_[static_cast<std::size_t>(job.replication) * experiment_.point_count() +
                  job.point];
    return status == RunStatus::kMissing || (options_.retry && status != RunStatus::kDone);
  }
  std::optional<Job> next() {
    while (true) {
      const std::size_t position = next_++;
      if (position >= statuses_.size()) return std::nullopt;
      if (wanted(position)) return job_at(experiment_, position);
    }
  }

 private:
  const Experiment& experiment_;
  const SweepOptions& options_;
  std::vector<RunStatus> statuses_;
  std::atomic<std::size_t> next_{0};
};

/// Threads of this process make the runs; `take` and `idle` are called by the calling one.
void make_by_threads(RunMaker& maker, Queue& queue, tbb::task_arena& arena, int threads,
                     const std::function<void(RunResult)>& take, const std::function<void()>& idle,
                     const std::function<bool()>& stop_requested) {
  Mailbox mailbox;
  std::atomic<bool> stop{false};
  const auto work = [&](int) {
    while (!stop && !stop_requested()) {
      const auto job = queue.next();
      if (!job) return;
      // Without isolation a model that waits for its own parallel loop could begin another run.
      mailbox.put(
          tbb::this_task_arena::isolate([&] { return maker.make(job->point, job->replication); }));
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
  auto statuses = store.statuses();
  outcome.runs = statuses.size();
  for (const auto status : statuses) ++outcome.counts[static_cast<std::size_t>(status)];
  const bool all_made = outcome.counts[0] == 0 && (!options.retry || failures(outcome.counts) == 0);
  if (!is_new && !experiment.by_sample() && !all_made) {
    std::vector<bool> needed(experiment.samples(), false);
    for (std::size_t i = 0; i < statuses.size(); ++i)
      if (statuses[i] == RunStatus::kMissing || (options.retry && statuses[i] != RunStatus::kDone))
        needed[experiment.configuration_of(i % outcome.points)] = true;
    prepare([&](std::size_t configuration) { return needed[configuration]; });
  }
  // A failed run that is made again is counted when it is made.
  const RunCounts before = outcome.counts;
  std::map<std::size_t, RunStatus> replaced;
  if (options.retry)
    for (std::size_t i = 0; i < statuses.size(); ++i)
      if (statuses[i] != RunStatus::kDone && statuses[i] != RunStatus::kMissing)
        replaced[i] = statuses[i];
  const std::size_t total = statuses.size();
  Queue queue{experiment, options, std::move(statuses)};
  std::size_t wanted = 0;
  for (std::size_t position = 0; position < total; ++position)
    if (queue.wanted(position)) ++wanted;

  Progress progress{options.progress, outcome.runs, before[1], failures(before)};
  const auto take = [&](RunResult result) {
    store.add(result);
    const auto was =
        replaced.find(static_cast<std::size_t>(result.replication) * outcome.points + result.point);
    --outcome.counts[static_cast<std::size_t>(was == replaced.end() ? RunStatus::kMissing
                                                                    : was->second)];
    ++outcome.counts[static_cast<std::size_t>(result.status)];
    ++outcome.made_now;
    progress.update(outcome.counts[1], failures(outcome.counts));
  };
  const auto idle = [&] {
    store.commit_if_due();
    progress.update(outcome.counts[1], failures(outcome.counts));
  };
  if (wanted == 0) {
    // the store holds everything
  } else if (options.processes > 0) {
    store.commit();
    auto worker = options.worker;
    std::replace(worker.begin(), worker.end(), std::string{"STORE"}, options.store);
    supervise(
        experiment,
        {.processes = options.processes,
         .timeout_seconds = options.timeout_seconds,
         .worker = worker},
        [&] { return queue.next(); }, take, idle, options.stop_requested);
  } else {
    make_by_threads(maker, queue, arena, threads, take, idle, options.stop_requested);
  }
  store.close();
  outcome.done = outcome.counts[1];
  outcome.failed = failures(outcome.counts);
  outcome.interrupted = outcome.made_now < wanted;
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
  forecast.runs = job_count(experiment);
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
