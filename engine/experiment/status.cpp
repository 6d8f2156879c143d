#include "engine/experiment/status.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "engine/experiment/cluster.h"
#include "engine/experiment/table.h"

namespace tavolo::engine {
namespace {

/// Whether a sweep holds the store's lock. Asked before SQLite opens the file: closing a descriptor
/// drops the locks that SQLite holds on it.
bool is_being_written(const std::string& store) {
  const int file = ::open(store.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool free = flock(file, LOCK_SH | LOCK_NB) == 0;
  ::close(file);
  return !free;
}

}  // namespace

Status read_status(const std::string& path) {
  Status status;
  status.store = path;
  status.being_written = is_being_written(path);
  const StoreReader store{path, StoreReader::Read::kHead};
  status.question = store.meta("question");
  status.model = store.meta("model");
  status.kind = store.meta("kind");
  status.replications = std::stoul(store.meta("replications"));
  const std::string points = store.database().scalar("SELECT max(design_id) FROM design");
  status.points = points.empty() ? 0 : std::stoul(points);
  status.counts = store.counts();
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator{shards_of(path), none}) {
    if (entry.path().extension() != ".sqlite") continue;
    try {
      const StoreReader shard{entry.path().string(), StoreReader::Read::kHead};
      const RunCounts counts = shard.counts();
      for (std::size_t s = 1; s < kRunStatuses; ++s) {
        status.counts[s] += counts[s];
        status.in_shards += counts[s];
      }
    } catch (const InputError&) {
      // just begun, or killed at once: it holds nothing
    }
  }
  status.counts[0] -= std::min(status.counts[0], status.in_shards);
  for (const std::size_t count : status.counts) status.runs += count;
  Statement session{store.database(),
                    "SELECT session_id, latest - began, made FROM timing_session ORDER BY "
                    "session_id DESC LIMIT 1"};
  if (session.step()) {
    status.sessions = static_cast<std::size_t>(session.integer(0));
    if (session.real(1) > 0) status.runs_per_second = session.real(2) / session.real(1);
  }
  if (status.being_written && status.runs_per_second > 0)
    status.seconds_left = static_cast<double>(status.counts[0]) / status.runs_per_second;
  return status;
}

std::string status_text(const Status& s) {
  std::string text = s.store + (s.question.empty() ? "" : ": " + s.question) + "\n" +
                     human(static_cast<double>(s.runs)) +
                     " runs: " + human(static_cast<double>(s.points)) + " design points (" +
                     s.kind + ") x " + human(static_cast<double>(s.replications)) +
                     " replications\n\n";
  std::vector<std::vector<std::string>> rows{{"status", "runs", "share"}};
  for (std::size_t i = 0; i < kRunStatuses; ++i) {
    const std::size_t status = (i + 1) % kRunStatuses;  // missing last
    const auto runs = static_cast<double>(s.counts[status]);
    if (runs == 0 && status > 1) continue;
    rows.push_back({std::string{name_of(static_cast<RunStatus>(status))}, human(runs),
                    s.runs == 0 ? "-" : human(runs / static_cast<double>(s.runs), 3)});
  }
  text += aligned(rows) + "\n";
  if (s.being_written) {
    text += "Being written now";
    if (s.runs_per_second > 0)
      text += ", " + human(s.runs_per_second, 3) + " runs/s, about " +
              human(s.seconds_left.value_or(0), 2) + " s left";
    text += ".\n";
  } else if (s.counts[0] > 0) {
    text += "Nothing writes it. To go on: tavolo resume " + s.store + "\n";
  }
  if (s.in_shards > 0)
    text += human(static_cast<double>(s.in_shards)) +
            " of them are in shards of an mpirun, which its end or tavolo resume merges.\n";
  if (failures(s.counts) > 0)
    text +=
        "Why runs failed, each with the command that repeats it: the view failures of the "
        "store. To try them again: tavolo retry " +
        s.store + "\n";
  return text;
}

std::string status_json(const Status& s) {
  std::string text =
      "{\n  \"store\": " + json_string(s.store) + ",\n  \"question\": " + json_string(s.question) +
      ",\n  \"model\": " + json_string(s.model) + ",\n  \"kind\": " + json_string(s.kind) +
      ",\n  \"points\": " + std::to_string(s.points) +
      ",\n  \"replications\": " + std::to_string(s.replications) +
      ",\n  \"runs\": " + std::to_string(s.runs);
  for (std::size_t status = 0; status < kRunStatuses; ++status)
    text += ",\n  \"" + std::string{name_of(static_cast<RunStatus>(status))} +
            "\": " + std::to_string(s.counts[status]);
  return text + ",\n  \"being_written\": " + (s.being_written ? "true" : "false") +
         ",\n  \"in_shards\": " + std::to_string(s.in_shards) +
         ",\n  \"sessions\": " + std::to_string(s.sessions) +
         ",\n  \"runs_per_second\": " + json_number(s.runs_per_second) + ",\n  \"seconds_left\": " +
         (s.seconds_left ? json_number(*s.seconds_left) : std::string{"null"}) + "\n}\n";
}

}  // namespace tavolo::engine
