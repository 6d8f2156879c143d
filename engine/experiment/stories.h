#pragma once

#include <string>
#include <vector>

#include "engine/experiment/store.h"

namespace tavolo::engine {

/// A story is something that the chronicle of a run may tell: lines of a kind whose text matches a
/// pattern. How often it comes about is counted over the runs whose chronicles a store keeps
/// (`events = "all"` in the experiment keeps them all).
struct Story {
  std::string id, label;
  std::string kind;     ///< of the lines; "": of any kind
  std::string pattern;  ///< ECMAScript regular expression, found anywhere in the text
  /// A policy; "": none. Then a run tells the story when what the pattern matched, with the months,
  /// is not what it matched in that policy's run of the same luck and levels: it answers what is
  /// different. Amounts that always differ are left out of the pattern.
  std::string unlike;
};

/// The table `stories` of a TOML file.
/// @throws InputError for what cannot be read, a pattern that is none, or a table without rows.
std::vector<Story> read_stories(const std::string& file);

/// How many runs of one design point tell a story.
struct Frequency {
  std::size_t point;     ///< index into StoreReader::points()
  std::size_t runs = 0;  ///< whose chronicle is kept; with `unlike`, that have their counterpart
  std::size_t told = 0;
};

/// Of one story, by design point.
/// @throws InputError when the store keeps no chronicle, or `unlike` is no policy of it.
std::vector<Frequency> frequencies(const StoreReader& store, const Story& story);

/// For people: a line per story; the share of all runs with its Wilson interval, and that of every
/// policy, over all levels of the factors.
std::string stories_text(const StoreReader& store, const std::vector<Story>& stories);
/// policy, factors, story, runs, told, share, low, high: a line per story and design point.
std::string stories_csv(const StoreReader& store, const std::vector<Story>& stories);

}  // namespace tavolo::engine
