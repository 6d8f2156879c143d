#include "engine/experiment/stories.h"

#include <algorithm>
#include <array>
#include <map>
#include <regex>
#include <set>
#include <span>
#include <utility>

#include "engine/config.h"
#include "engine/experiment/statistics.h"
#include "engine/experiment/table.h"

namespace tavolo::engine {
namespace {

constexpr std::string_view kStories = "stories";

const std::vector<Field<Story>>& story_fields() {
  static const std::vector<Field<Story>> fields{
      {.key = "id", .member = &Story::id, .unit = "", .meaning = "its name"},
      {.key = "label",
       .member = &Story::label,
       .unit = "",
       .meaning = "how a table names it",
       .required = false},
      {.key = "kind",
       .member = &Story::kind,
       .unit = "",
       .meaning = "of the lines; of any kind when left out",
       .required = false},
      {.key = "pattern",
       .member = &Story::pattern,
       .unit = "",
       .meaning = "regular expression that the text matches"},
      {.key = "unlike",
       .member = &Story::unlike,
       .unit = "",
       .meaning = "policy whose lines must be others at equal luck",
       .required = false},
  };
  return fields;
}

/// Where a run stands in its design.
struct Run {
  std::size_t point;
  std::int64_t replication;
};

/// Runs whose chronicle is kept. Every run says something, if only what its policy is.
std::map<std::int64_t, Run> chronicled(const StoreReader& store) {
  std::map<std::int64_t, Run> runs;
  Statement rows{store.database(),
                 "SELECT run_id, design_id, replication FROM run WHERE status = 'done' AND run_id "
                 "IN (SELECT run_id FROM event)"};
  while (rows.step())
    runs[rows.integer(0)] = {static_cast<std::size_t>(rows.integer(1) - 1), rows.integer(2)};
  if (runs.empty())
    throw InputError{store.path() + " keeps no chronicle.", "Stories are read in chronicles.",
                     "Sweep with events = \"all\" in [design]."};
  return runs;
}

/// What the pattern of a story matched, with its month, by run.
std::map<std::int64_t, std::vector<std::string>> lines(const StoreReader& store,
                                                       const Story& story) {
  const std::regex pattern{story.pattern};
  Statement events{store.database(),
                   "SELECT run_id, month, text FROM event WHERE ?1 = '' OR kind = ?1 ORDER BY "
                   "run_id, position"};
  events.bind(1, std::string_view{story.kind});
  std::map<std::int64_t, std::vector<std::string>> found;
  while (events.step()) {
    const auto text = events.text(2);
    if (std::smatch match; std::regex_search(text, match, pattern))
      found[events.integer(0)].push_back(events.text(1) + " " + match.str());
  }
  return found;
}

std::vector<std::string> policies_of(const StoreReader& store) {
  std::vector<std::string> policies;
  for (const auto& point : store.points())
    if (std::find(policies.begin(), policies.end(), point.policy) == policies.end())
      policies.push_back(point.policy);
  return policies;
}

std::string percent(std::size_t told, std::size_t runs) {
  if (runs == 0) return "-";
  return human(100.0 * static_cast<double>(told) / static_cast<double>(runs), 3);
}

}  // namespace

std::vector<Story> read_stories(const std::string& file) {
  Problems problems;
  const auto config = Config::load(file, problems);
  problems.throw_if_any();
  config.refuse_unknown(std::array{kStories}, problems);
  auto stories = read_rows<Story>(config, kStories, std::span{story_fields()}, problems);
  for (auto& story : stories) {
    if (story.label.empty()) story.label = story.id;
    try {
      const std::regex pattern{story.pattern};
    } catch (const std::regex_error& error) {
      problems.add(
          config.place(kStories, story.id, "pattern"),
          "The pattern of " + story.id + " is no regular expression: " + error.what() + ".",
          "Lines of the chronicle are matched with it.",
          "Put a backslash before signs that stand for themselves: ( ) [ ] . * + ?");
    }
  }
  if (stories.empty() && problems.empty())
    problems.add({file, 0}, "There are no stories.", "They are what is counted.",
                 "Add rows: stories = [ { id = \"strike\", kind = \"strike\", pattern = \".\" } ]");
  problems.throw_if_any();
  return stories;
}

std::vector<Frequency> frequencies(const StoreReader& store, const Story& story) {
  const auto runs = chronicled(store);
  const auto told = lines(store, story);
  const auto told_by = [&](std::int64_t run) {
    const auto found = told.find(run);
    return found == told.end() ? std::vector<std::string>{} : found->second;
  };
  std::vector<Frequency> result;
  for (std::size_t p = 0; p < store.points().size(); ++p) result.push_back({p});
  if (story.unlike.empty()) {
    for (const auto& [id, run] : runs) {
      ++result[run.point].runs;
      result[run.point].told += told.contains(id) ? 1 : 0;
    }
    return result;
  }
  const auto policies = policies_of(store);
  if (store.meta("crn") == "none")
    throw InputError{"The story " + story.id + " is told unlike " + story.unlike + ".",
                     "In this store every run has luck of its own (crn = \"none\"), so no two can "
                     "be compared.",
                     "Leave out unlike, or sweep under common random numbers."};
  if (std::find(policies.begin(), policies.end(), story.unlike) == policies.end())
    throw InputError{"The story " + story.id + " is told unlike " + story.unlike +
                         ", which is no policy of " + store.path() + ".",
                     "Its runs are laid beside those of that policy.",
                     "Name one that the experiment has."};
  std::map<std::pair<std::vector<std::string>, std::int64_t>, std::int64_t> counterparts;
  for (const auto& [id, run] : runs)
    if (const auto& point = store.points()[run.point]; point.policy == story.unlike)
      counterparts[{point.levels, run.replication}] = id;
  for (const auto& [id, run] : runs) {
    const auto& point = store.points()[run.point];
    const auto other = counterparts.find({point.levels, run.replication});
    if (other == counterparts.end() || point.policy == story.unlike) continue;
    ++result[run.point].runs;
    result[run.point].told += told_by(id) != told_by(other->second) ? 1 : 0;
  }
  return result;
}

std::string stories_text(const StoreReader& store, const std::vector<Story>& stories) {
  const auto policies = policies_of(store);
  std::vector<std::string> heading{"% of runs", "all", "95 %"};
  heading.insert(heading.end(), policies.begin(), policies.end());
  std::vector<std::vector<std::string>> rows{heading};
  for (const auto& story : stories) {
    std::size_t runs = 0, told = 0;
    std::map<std::string, std::pair<std::size_t, std::size_t>> by_policy;
    for (const auto& of_point : frequencies(store, story)) {
      runs += of_point.runs;
      told += of_point.told;
      auto& [all, with] = by_policy[store.points()[of_point.point].policy];
      all += of_point.runs;
      with += of_point.told;
    }
    std::string interval = "-";
    if (runs > 0) {
      const auto [low, high] = wilson_interval(told, runs);
      interval = human(100 * low, 2) + " .. " + human(100 * high, 2);
    }
    std::vector<std::string> row{story.label, percent(told, runs), interval};
    for (const auto& policy : policies)
      row.push_back(percent(by_policy[policy].second, by_policy[policy].first));
    rows.push_back(std::move(row));
  }
  return aligned(rows);
}

std::string stories_csv(const StoreReader& store, const std::vector<Story>& stories) {
  std::string text = "policy";
  for (const auto& factor : store.factors()) text += "," + csv_field(factor);
  text += ",story,runs,told,share,low,high\n";
  for (const auto& story : stories)
    for (const auto& [p, runs, told] : frequencies(store, story)) {
      text += csv_field(store.points()[p].policy);
      for (const auto& level : store.points()[p].levels) text += "," + csv_field(level);
      text += "," + csv_field(story.id) + "," + std::to_string(runs) + "," + std::to_string(told);
      if (runs == 0) {
        text += ",,,\n";
        continue;
      }
      const auto [low, high] = wilson_interval(told, runs);
      text += "," + exact(static_cast<double>(told) / static_cast<double>(runs)) + "," +
              exact(low) + "," + exact(high) + "\n";
    }
  return text;
}

}  // namespace tavolo::engine
