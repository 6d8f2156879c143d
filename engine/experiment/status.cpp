#include "engine/experiment/status.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "engine/experiment/cluster.h"
#include "engine/experiment/progress.h"
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

/// Of the session that wrote last.
Speed speed_of(const StoreReader& store) {
  Statement session{store.database(),
                    "SELECT latest - began, made, spread, slices FROM timing_session ORDER BY "
                    "session_id DESC LIMIT 1"};
  if (!session.step() || session.real(0) <= 0) return {};
  return {session.real(1) / session.real(0), session.real(1), session.real(2), session.real(3)};
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
  status.rule = store.meta("rule");
  if (!status.rule.empty()) status.stages = store.stages();
  status.speed = speed_of(store);
  Speed of_shards;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator{shards_of(path), none}) {
    if (entry.path().extension() != ".sqlite") continue;
    try {
      const StoreReader shard{entry.path().string(), StoreReader::Read::kHead};
      const RunCounts counts = shard.counts();
      of_shards = together(of_shards, speed_of(shard));
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
  if (of_shards.runs_per_second > 0) status.speed = of_shards;
  const std::string sessions =
      store.database().scalar("SELECT max(session_id) FROM timing_session");
  if (!sessions.empty()) status.sessions = std::stoul(sessions);
  if (status.being_written && status.speed.runs_per_second > 0) {
    status.seconds_left = static_cast<double>(status.counts[0]) / status.speed.runs_per_second;
    status.range = seconds_left(status.speed, status.counts[0]);
  }
  return status;
}

std::string stages_text(const std::vector<StageRow>& stages) {
  if (stages.empty()) return {};
  std::map<std::size_t, const StageRow*> latest;
  for (const auto& row : stages) latest[row.strategy] = &row;
  std::vector<std::vector<std::string>> rows{
      {"strategy", "state", "replications", "mean", "stage", "why"}};
  for (const auto& [strategy, row] : latest)
    rows.push_back({row->name, row->state, human(row->next), human(row->mean, row->half_width),
                    std::to_string(row->stage), row->why});
  return aligned(rows, 2);
}

std::string status_text(const Status& s) {
  std::string text = s.store + (s.question.empty() ? "" : ": " + s.question) + "\n" +
                     human(static_cast<double>(s.runs)) +
                     " runs: " + human(static_cast<double>(s.points)) + " design points (" +
                     s.kind + ") x " + (s.rule.empty() ? "" : "up to ") +
                     human(static_cast<double>(s.replications)) + " replications" +
                     (s.rule.empty() ? "" : ", until now (" + s.rule + ")") + "\n\n";
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
    if (s.speed.runs_per_second > 0)
      text += ", " + human(s.speed.runs_per_second, 3) + " runs/s, " +
              left_text(s.speed, s.counts[0]) + (s.rule.empty() ? "" : " until the next decision");
    text += ".\n";
  } else if (s.counts[0] > 0) {
    text += "Nothing writes it. To go on: tavolo resume " + s.store + "\n";
  }
  if (!s.stages.empty()) text += "\n" + stages_text(s.stages);
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
  const auto number = [](const std::optional<double>& value) {
    return value ? json_number(*value) : std::string{"null"};
  };
  std::string stages;
  for (const auto& row : s.stages)
    stages += (stages.empty() ? "" : ",") + std::string{"\n    {\"stage\": "} +
              std::to_string(row.stage) + ", \"name\": " + json_string(row.name) +
              ", \"response\": " + json_string(row.response) +
              ", \"replications\": " + std::to_string(row.replications) +
              ", \"mean\": " + json_number(row.mean) +
              ", \"half_width\": " + json_number(row.half_width) +
              ", \"state\": " + json_string(row.state) + ", \"why\": " + json_string(row.why) +
              ", \"next\": " + std::to_string(row.next) + "}";
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
         ",\n  \"runs_per_second\": " + json_number(s.speed.runs_per_second) +
         ",\n  \"seconds_left\": " + number(s.seconds_left) + ",\n  \"seconds_left_low\": " +
         number(s.range ? std::optional{s.range->low} : std::nullopt) +
         ",\n  \"seconds_left_high\": " +
         number(s.range ? std::optional{s.range->high} : std::nullopt) +
         ",\n  \"rule\": " + json_string(s.rule) + ",\n  \"stages\": [" + stages + "]\n}\n";
}

}  // namespace tavolo::engine
