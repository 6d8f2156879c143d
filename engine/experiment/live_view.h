#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/experiment/status.h"

namespace tavolo::engine {

/// What is seen of a sweep while another process makes it, from its store alone.
struct LiveView {
  Status status;
  std::vector<std::string> failures;  ///< the latest ones, each with the command that repeats it
  std::string estimates;              ///< of the responses, by strategy, with intervals
};

/// @param responses ids; the one that ranks when there are none
/// @throws InputError for a response that the experiment does not name, and as StoreReader does.
LiveView read_live_view(const std::string& store, const std::vector<std::string>& responses);

/// A page: progress, speed, time left, failures, estimates.
/// @param width of the progress bar's line, in characters
std::string live_text(const LiveView& view, std::size_t width = 100);

/// The first `height` lines, none longer than `width` characters.
std::string clipped(const std::string& page, std::size_t width, std::size_t height);

}  // namespace tavolo::engine
