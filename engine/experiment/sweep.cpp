#include "engine/experiment/sweep.h"

#include <spdlog/spdlog.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "engine/experiment/store.h"

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

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
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
  /// The next result, or nothing after a while or at the end.
  std::optional<RunResult> take(std::chrono::milliseconds patience) {
    std::unique_lock lock{mutex_};
    not_empty_.wait_for(lock, patience, [&] { return !results_.empty() || ended_; });
    if (results_.empty()) return std::nullopt;
    std::optional<RunResult> result{std::move(results_.front())};
    results_.pop_front();
    not_full_.notify_one();
    return result;
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

/// A result that cannot be stored as numbers is a run that went wrong.
void check_record(const Record& record, std::span<const Indicator> indicators,
                  std::span<const Indicator> monthly) {
  if (record.years.empty()) throw RunError{"no year was recorded"};
  if (record.values.size() != record.years.size() * indicators.size())
    throw RunError{std::to_string(record.values.size()) + " values were recorded, not " +
                   std::to_string(record.years.size()) + " years of " +
                   std::to_string(indicators.size()) + " indicators"};
  for (std::size_t y = 1; y < record.years.size(); ++y)
    if (record.years[y] <= record.years[y - 1])
      throw RunError{"the year " + std::to_string(record.years[y]) + " was recorded after " +
                     std::to_string(record.years[y - 1])};
  for (std::size_t i = 0; i < record.values.size(); ++i)
    if (!std::isfinite(record.values[i]))
      throw RunError{"the indicator " + indicators[i % indicators.size()].name + " of " +
                     std::to_string(record.years[i / indicators.size()]) + " is not a number"};
  if (monthly.empty() ? !record.monthly.empty() : record.monthly.size() % monthly.size() != 0)
    throw RunError{std::to_string(record.monthly.size()) + " values by month were recorded, of " +
                   std::to_string(monthly.size()) + " indicators"};
  for (std::size_t i = 0; i < record.monthly.size(); ++i)
    if (!std::isfinite(record.monthly[i]))
      throw RunError{"the monthly indicator " + monthly[i % monthly.size()].name + " of " +
                     (record.first_month + static_cast<int>(i / monthly.size())).text() +
                     " is not a number"};
}

RunResult make_run(const Model& model, const Experiment& experiment, const DesignPoint& point,
                   std::size_t index, int replication) {
  RunResult result{index, replication, {}, {}, 0, utc_now()};
  const auto start = Clock::now();
  try {
    result.record = model.run(point.policy, static_cast<std::uint64_t>(experiment.seed),
                              static_cast<std::uint64_t>(replication));
    check_record(result.record, experiment.indicators, experiment.monthly_indicators);
  } catch (const std::exception& error) {
    result.error = error.what();
  } catch (...) {
    result.error = "something that is no std::exception was thrown";
  }
  result.wall_seconds = seconds_since(start);
  if (!result.error.empty()) {
    result.record = {};
    result.error += "\nTo repeat this run: " + replay_command(experiment, point, replication);
  }
  return result;
}

/// The scenarios of the points that have runs to make, ready to run, by configuration: all policies
/// share one.
std::vector<std::unique_ptr<const Model>> prepare_points(const Experiment& experiment,
                                                         const ModelFamily& family,
                                                         const std::vector<DesignPoint>& points,
                                                         const std::vector<bool>& needed) {
  std::vector<const DesignPoint*> first;  // of each configuration that is needed
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (points[i].configuration >= first.size()) first.resize(points[i].configuration + 1);
    if (needed[i] && first[points[i].configuration] == nullptr)
      first[points[i].configuration] = &points[i];
  }
  std::vector<std::unique_ptr<const Model>> models(first.size());
  std::vector<std::string> refusals(first.size());
  tbb::parallel_for(std::size_t{0}, first.size(), [&](std::size_t c) {
    if (first[c] == nullptr) return;
    try {
      models[c] = family.prepare(experiment.scenario, first[c]->overrides);
    } catch (const InputError& error) {
      refusals[c] = error.what();
    }
  });
  std::string all;
  std::set<std::string> seen;  // one mistake in the scenario is met at every point
  for (const auto& refusal : refusals)
    if (!refusal.empty() && seen.insert(refusal).second)
      all += (all.empty() ? "" : "\n\n") + refusal;
  if (!all.empty()) throw InputError{all};
  return models;
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
    if (seconds_since(last_) < every && done + failed < runs_) return;
    last_ = Clock::now();
    const std::size_t made = done + failed;
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
  std::size_t runs_, made_before_;
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

SweepOutcome run_sweep(const Experiment& experiment, const ModelFamily& family,
                       const SweepOptions& options) {
  const int threads = thread_count(options.threads);
  const tbb::global_control limit{tbb::global_control::max_allowed_parallelism,
                                  static_cast<std::size_t>(threads)};
  const auto points = experiment.points();
  tbb::task_arena arena{threads};
  const auto prepare = [&](const std::vector<bool>& needed) {
    return arena.execute([&] { return prepare_points(experiment, family, points, needed); });
  };

  // A store that does not exist yet is made only when the model accepts every point: a scenario
  // that must still be corrected leaves none behind.
  require_writable(options.store);
  std::vector<std::unique_ptr<const Model>> models;
  if (!std::filesystem::exists(options.store))
    models = prepare(std::vector<bool>(points.size(), true));
  StoreWriter store{options.store, experiment, options.most_bytes};

  SweepOutcome outcome;
  outcome.points = points.size();
  const auto statuses = store.statuses();
  outcome.runs = statuses.size();
  std::vector<std::size_t> missing;  // replication * points + point: replication by replication
  std::vector<bool> needed(points.size(), false);
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    const bool again = statuses[i] == RunStatus::kFailed && options.retry;
    if (statuses[i] == RunStatus::kDone) ++outcome.done;
    if (statuses[i] == RunStatus::kFailed && !again) ++outcome.failed;
    if (statuses[i] != RunStatus::kMissing && !again) continue;
    missing.push_back(i);
    needed[i % points.size()] = true;
  }
  if (models.empty()) models = prepare(needed);

  Mailbox mailbox;
  std::atomic<std::size_t> next{0};
  std::atomic<bool> stop{false};
  const auto work = [&](int) {
    while (!stop && !options.stop_requested()) {
      const std::size_t position = next++;
      if (position >= missing.size()) return;
      const std::size_t point = missing[position] % points.size();
      const auto replication = static_cast<int>(missing[position] / points.size());
      // Without isolation a model that waits for its own parallel loop could begin another run.
      mailbox.put(tbb::this_task_arena::isolate([&] {
        return make_run(*models[points[point].configuration], experiment, points[point], point,
                        replication);
      }));
    }
  };
  std::exception_ptr working_failed;
  std::jthread workers{[&] {
    try {
      arena.execute([&] { tbb::parallel_for(0, threads, work, tbb::simple_partitioner{}); });
    } catch (...) {  // not of a model: what runs throw is in their results
      working_failed = std::current_exception();
    }
    mailbox.end();
  }};

  Progress progress{options.progress, outcome.runs, outcome.done, outcome.failed};
  std::exception_ptr writing_failed;
  constexpr std::chrono::milliseconds kPatience{50};
  while (!mailbox.drained()) {
    const auto result = mailbox.take(kPatience);
    if (writing_failed) continue;  // only lets the workers finish
    try {
      if (result) {
        store.add(*result);
        ++(result->error.empty() ? outcome.done : outcome.failed);
        ++outcome.made_now;
      } else {
        store.commit_if_due();
      }
      progress.update(outcome.done, outcome.failed);
    } catch (...) {
      writing_failed = std::current_exception();
      stop = true;
    }
  }
  workers.join();
  if (writing_failed) std::rethrow_exception(writing_failed);
  store.close();
  if (working_failed) std::rethrow_exception(working_failed);
  outcome.interrupted = outcome.made_now < missing.size();
  return outcome;
}

void check_points(const Experiment& experiment, const ModelFamily& family) {
  const auto points = experiment.points();
  prepare_points(experiment, family, points, std::vector<bool>(points.size(), true));
}

Forecast forecast_sweep(const Experiment& experiment, const ModelFamily& family, int threads) {
  constexpr int kPilots = 2;
  constexpr double kPoorEfficiency = 0.6;
  const auto cores = static_cast<double>(thread_count(threads));
  const auto points = experiment.points();
  const std::size_t per_policy = points.size() / experiment.policies.size();
  std::vector<bool> pilot(points.size(), false);
  for (std::size_t i = 0; i < points.size(); i += per_policy) pilot[i] = true;

  Forecast forecast;
  forecast.points = points.size();
  forecast.runs = points.size() * static_cast<std::size_t>(experiment.replications);
  const double runs_of_policy = static_cast<double>(per_policy) * experiment.replications;
  tbb::task_arena{1}.execute([&] {
    const auto models = prepare_points(experiment, family, points, pilot);
    for (std::size_t i = 0; i < points.size(); i += per_policy) {
      std::vector<double> seconds;
      for (int replication = 0; replication < kPilots; ++replication) {
        const auto result =
            make_run(*models[points[i].configuration], experiment, points[i], i, replication);
        if (!result.error.empty()) throw RunError{result.error};
        seconds.push_back(result.wall_seconds);
        // SQLite stores a number in nine bytes, a row or an entry of its index in about ten more.
        double bytes = 160;
        bytes += static_cast<double>(result.record.years.size()) *
                 (9.0 * static_cast<double>(experiment.indicators.size()) + 12);
        if (experiment.events == "all") {
          bytes += 11.0 * static_cast<double>(result.record.monthly.size());
          for (const auto& event : result.record.events)
            bytes += static_cast<double>(event.text.size() + event.kind.size()) + 20;
        }
        forecast.store_bytes += runs_of_policy * bytes / kPilots;
      }
      const auto [quick, slow] = std::minmax_element(seconds.begin(), seconds.end());
      forecast.seconds += runs_of_policy * (*quick + *slow) / 2 / cores;
      forecast.least_seconds += runs_of_policy * *quick / cores;
      forecast.most_seconds += runs_of_policy * *slow / (1 + (cores - 1) * kPoorEfficiency);
    }
  });
  for (const auto& text : configuration_texts(experiment))
    forecast.store_bytes += static_cast<double>(text.size());
  return forecast;
}

}  // namespace tavolo::engine
