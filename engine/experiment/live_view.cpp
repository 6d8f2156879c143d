#include "engine/experiment/live_view.h"

#include <algorithm>
#include <sstream>

#include "engine/experiment/comparison.h"
#include "engine/experiment/progress.h"
#include "engine/experiment/table.h"

namespace tavolo::engine {
namespace {

constexpr int kFailuresShown = 3;

/// By the highest run_id, which is found without looking at all of a million runs.
std::vector<std::string> latest_failures(const StoreReader& store) {
  std::vector<std::string> failures;
  Statement query{store.database(),
                  "SELECT run_id, status, error FROM run WHERE status <> 'done' ORDER BY run_id "
                  "DESC LIMIT " +
                      std::to_string(kFailuresShown)};
  while (query.step())
    failures.push_back("run " + query.text(0) + " " + query.text(1) + ": " + query.text(2));
  return failures;
}

}  // namespace

LiveView read_live_view(const std::string& path, const std::vector<std::string>& responses) {
  LiveView view;
  view.status = read_status(path);
  const StoreReader store{path, StoreReader::Read::kPoints};
  if (failures(view.status.counts) > 0) view.failures = latest_failures(store);
  auto asked = responses;
  if (asked.empty()) asked.push_back(question_of(store).rank_by);
  if (!asked.front().empty()) view.estimates = estimates_text(compare(store, {}, asked));
  return view;
}

std::string live_text(const LiveView& view, std::size_t width) {
  const Status& s = view.status;
  const std::size_t made = s.runs - s.counts[0];
  const std::string numbers = " " + human(static_cast<double>(made)) + " of " +
                              human(static_cast<double>(s.runs)) + " runs, " +
                              std::to_string(failures(s.counts)) + " failed";
  const std::size_t bar = width > shown_width(numbers) + 12
                              ? std::min<std::size_t>(60, width - shown_width(numbers) - 2)
                              : 10;
  const std::size_t filled = bar * made / std::max<std::size_t>(1, s.runs);
  std::string text = s.store + (s.question.empty() ? "" : ": " + s.question) + "\n[" +
                     std::string(filled, '#') + std::string(bar - filled, '.') + "]" + numbers +
                     "\n";
  if (s.being_written)
    text += human(s.speed.runs_per_second, 3) + " runs/s, " + left_text(s.speed, s.counts[0]) +
            (s.rule.empty() ? "" : " until the next decision") + "\n";
  else
    text += s.counts[0] == 0 ? "Every run is made.\n"
                             : "Nothing writes it. To go on: tavolo resume " + s.store + "\n";
  if (s.in_shards > 0)
    text += human(static_cast<double>(s.in_shards)) +
            " runs are in shards of an mpirun; estimates are without them.\n";
  if (!s.stages.empty()) text += "\n" + stages_text(s.stages);
  if (!view.failures.empty()) {
    text += "\nLatest failures\n";
    for (const auto& failure : view.failures) text += "  " + failure + "\n";
  }
  if (!view.estimates.empty()) text += "\n" + view.estimates;
  return text;
}

std::string clipped(const std::string& page, std::size_t width, std::size_t height) {
  std::istringstream lines{page};
  std::string result, line;
  for (std::size_t n = 0; n < height && std::getline(lines, line); ++n) {
    std::size_t shown = 0, bytes = 0;
    while (bytes < line.size()) {  // a character of UTF-8 begins with a byte that is no 10xxxxxx
      if ((static_cast<unsigned char>(line[bytes]) & 0xc0) != 0x80 && ++shown > width) break;
      ++bytes;
    }
    result += line.substr(0, bytes) + "\n";
  }
  return result;
}

}  // namespace tavolo::engine
