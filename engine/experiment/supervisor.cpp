#include "engine/experiment/supervisor.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <deque>
#include <list>
#include <map>

#include "engine/experiment/packing.h"
#include "engine/experiment/table.h"

namespace tavolo::engine {
namespace {

using Clock = std::chrono::steady_clock;

/// Where a worker finds its pipes; standard output is left to whoever prints.
constexpr int kJobs = 3, kResults = 4;
constexpr std::size_t kReady = 0;  ///< the length of a message that only says: I have begun

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

bool write_all(int file, const void* data, std::size_t size) {
  const char* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t written = ::write(file, at, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    at += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

bool read_all(int file, void* data, std::size_t size) {
  char* at = static_cast<char*>(data);
  while (size > 0) {
    const ssize_t got = ::read(file, at, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

struct Leased {
  Job job;
  bool again = false;  ///< its process was killed once already
};

/// One process and what it was given.
class Worker {
 public:
  explicit Worker(const std::vector<std::string>& command) {
    int jobs[2], results[2];
    if (pipe2(jobs, O_CLOEXEC) != 0 || pipe2(results, O_CLOEXEC) != 0)
      throw RunError{std::string{"no pipe to a worker process: "} + std::strerror(errno)};
    std::vector<char*> arguments;
    for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    process_ = fork();
    if (process_ < 0) throw RunError{std::string{"no worker process: "} + std::strerror(errno)};
    if (process_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);  // a hanging run does not outlive its supervisor
      std::signal(SIGINT, SIG_IGN);      // Ctrl-C is the supervisor's to answer
      // Out of the way of 3 and 4 first, for the pipes themselves may lie there.
      const int in = fcntl(jobs[0], F_DUPFD, 16), out = fcntl(results[1], F_DUPFD, 16);
      dup2(in, kJobs);
      dup2(out, kResults);
      dup2(STDERR_FILENO, STDOUT_FILENO);
      close(in);
      close(out);
      execv(arguments[0], arguments.data());
      _exit(127);
    }
    close(jobs[0]);
    close(results[1]);
    jobs_ = jobs[1];
    results_ = results[0];
    since_ = Clock::now();
  }
  ~Worker() {
    if (process_ > 0) {
      kill(process_, SIGKILL);
      waitpid(process_, nullptr, 0);
    }
    close(jobs_);
    close(results_);
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  int results() const { return results_; }
  bool ready() const { return ready_; }
  bool timed_out() const { return timed_out_; }
  std::deque<Leased>& leased() { return leased_; }

  void give(const Leased& lease) {
    if (leased_.empty()) since_ = Clock::now();
    leased_.push_back(lease);
    // A worker that has just died is noticed when its results end.
    write_all(jobs_, &lease.job, sizeof lease.job);
  }

  /// Reads what there is; false at the end. Complete results go to `take`.
  bool receive(const std::function<void(RunResult)>& take) {
    char chunk[1 << 16];
    const ssize_t got = ::read(results_, chunk, sizeof chunk);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) return true;
    if (got <= 0) return false;
    buffer_.append(chunk, static_cast<std::size_t>(got));
    std::size_t at = 0, length = 0;
    while (buffer_.size() - at >= sizeof length) {
      std::memcpy(&length, buffer_.data() + at, sizeof length);
      if (buffer_.size() - at - sizeof length < length) break;
      at += sizeof length;
      if (length == kReady) {
        ready_ = true;
      } else {
        auto result = unpacked(std::string_view{buffer_}.substr(at, length));
        assert(!leased_.empty() && leased_.front().job.point == result.point);
        leased_.pop_front();
        take(std::move(result));
      }
      at += length;
      since_ = Clock::now();
    }
    buffer_.erase(0, at);
    return true;
  }

  void end_when_late(double timeout) {
    if (timeout <= 0 || timed_out_ || !ready_ || leased_.empty()) return;
    if (seconds_since(since_) < timeout) return;
    timed_out_ = true;
    kill(process_, SIGKILL);
  }

  /// How the process ended, as waitpid says; to be called after its results have ended.
  int ended() {
    int status = 0;
    waitpid(process_, &status, 0);
    process_ = -1;
    return status;
  }

 private:
  pid_t process_ = -1;
  int jobs_ = -1, results_ = -1;
  bool ready_ = false, timed_out_ = false;
  std::deque<Leased> leased_;
  std::string buffer_;
  Clock::time_point since_;  ///< the first of `leased` is under way
};

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status))
    return "its process ended by signal " + std::to_string(WTERMSIG(status)) + " (" +
           strsignal(WTERMSIG(status)) + ")";
  return "its process ended with exit status " + std::to_string(WEXITSTATUS(status));
}

bool from_outside(int status) {
  if (!WIFSIGNALED(status)) return false;
  const int signal = WTERMSIG(status);
  return signal == SIGKILL || signal == SIGTERM || signal == SIGHUP;
}

}  // namespace

void supervise(const Experiment& experiment, const SupervisorOptions& options,
               const std::function<std::optional<Job>()>& next,
               const std::function<void(RunResult)>& take, const std::function<void()>& idle,
               const std::function<bool()>& stop_requested) {
  struct sigaction ignore {
  }, before{};
  ignore.sa_handler = SIG_IGN;  // a write to a worker that has died fails instead
  sigaction(SIGPIPE, &ignore, &before);
  struct Restore {
    const struct sigaction& action;
    ~Restore() { sigaction(SIGPIPE, &action, nullptr); }
  } const restore{before};

  std::deque<Leased> again;  // runs whose process ended before it came to them
  bool exhausted = false;
  const auto next_lease = [&]() -> std::optional<Leased> {
    if (!again.empty()) {
      const Leased lease = again.front();
      again.pop_front();
      return lease;
    }
    if (exhausted) return std::nullopt;
    const auto job = next();
    exhausted = !job;
    return job ? std::optional<Leased>{{*job, false}} : std::nullopt;
  };

  // As many runs wait at a worker as it makes in a twentieth of a second, so that short ones do not
  // wait for the supervisor and long ones are shared out evenly.
  constexpr double kAhead = 0.05;
  constexpr std::size_t kMostAhead = 64;
  double mean_seconds = 0;
  std::size_t results = 0, failed_starts = 0;
  const auto window = [&] {
    if (results == 0) return std::size_t{1};
    return std::clamp(static_cast<std::size_t>(kAhead / std::max(mean_seconds, 1e-6)),
                      std::size_t{1}, kMostAhead);
  };
  const auto record = [&](RunResult result) {
    ++results;
    mean_seconds += (result.wall_seconds - mean_seconds) /
                    static_cast<double>(std::min<std::size_t>(results, 100));
    take(std::move(result));
  };

  std::list<Worker> workers;
  std::optional<Clock::time_point> stopping;
  while (true) {
    if (!stopping && stop_requested()) stopping = Clock::now();
    if (stopping) {
      const bool busy = std::any_of(workers.begin(), workers.end(),
                                    [](Worker& w) { return !w.leased().empty(); });
      if (!busy || seconds_since(*stopping) > options.patience_seconds) return;
    } else {
      // Only as many processes as there is work for.
      while (workers.size() < static_cast<std::size_t>(options.processes)) {
        auto lease = next_lease();
        if (!lease) break;
        workers.emplace_back(options.worker).give(*lease);
      }
      for (auto& worker : workers)
        while (worker.ready() && worker.leased().size() < window()) {
          const auto lease = next_lease();
          if (!lease) break;
          worker.give(*lease);
        }
      const bool busy = std::any_of(workers.begin(), workers.end(),
                                    [](Worker& w) { return !w.leased().empty(); });
      if (!busy) return;
    }
    std::vector<pollfd> files;
    for (const auto& worker : workers) files.push_back({worker.results(), POLLIN, 0});
    constexpr int kMilliseconds = 50;
    if (poll(files.data(), files.size(), kMilliseconds) < 0 && errno != EINTR)
      throw RunError{std::string{"poll: "} + std::strerror(errno)};
    std::size_t i = 0;
    for (auto at = workers.begin(); at != workers.end(); ++i) {
      auto& worker = *at;
      if (files[i].revents == 0 || worker.receive(record)) {
        worker.end_when_late(options.timeout_seconds);  // what it has sent by now was in time
        ++at;
        continue;
      }
      const bool was_ready = worker.ready(), timed_out = worker.timed_out();
      auto left = std::move(worker.leased());
      const int status = worker.ended();
      at = workers.erase(at);
      constexpr std::size_t kMostFailedStarts = 3;
      if (!was_ready && ++failed_starts >= kMostFailedStarts)
        throw RunError{"worker processes end before they begin: " + how_it_ended(status)};
      if (left.empty()) continue;
      if (was_ready) {
        failed_starts = 0;
        auto& culprit = left.front();
        if (!timed_out && from_outside(status) && !culprit.again) {
          culprit.again = true;
        } else {
          RunResult result;
          result.point = culprit.job.point;
          result.replication = culprit.job.replication;
          result.status = timed_out ? RunStatus::kTimeout : RunStatus::kCrashed;
          result.wall_seconds = timed_out ? options.timeout_seconds : 0;
          result.error = timed_out ? "it took longer than " + human(options.timeout_seconds) + " s"
                                   : how_it_ended(status);
          result.error += how_to_repeat(experiment, result.point, result.replication);
          left.pop_front();
          take(std::move(result));
        }
      }
      again.insert(again.begin(), left.begin(), left.end());
    }
    idle();
  }
}

void serve(RunMaker& maker) {
  const auto send = [](const std::string& bytes) {
    std::string message(sizeof(std::size_t), '\0');
    const std::size_t length = bytes.size();
    std::memcpy(message.data(), &length, sizeof length);
    message += bytes;
    return write_all(kResults, message.data(), message.size());
  };
  if (!send({})) return;
  Job job;
  while (read_all(kJobs, &job, sizeof job))
    if (!send(packed(maker.make(job.point, job.replication)))) return;
}

}  // namespace tavolo::engine
