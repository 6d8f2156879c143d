#include "engine/experiment/progress.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace tavolo::engine {

std::string clock_text(double seconds) {
  constexpr double kLongest = 9999 * 3600.0;
  if (!(seconds >= 0) || seconds > kLongest) return "--:--:--";
  const auto all = static_cast<long>(seconds + 0.5);
  char text[48];
  std::snprintf(text, sizeof text, "%02ld:%02ld:%02ld", all / 3600, all / 60 % 60, all % 60);
  return text;
}

std::string left_text(const Speed& speed, std::size_t runs) {
  if (speed.runs_per_second <= 0) return clock_text(-1) + " left";
  std::string text = clock_text(static_cast<double>(runs) / speed.runs_per_second) + " left";
  if (const auto range = seconds_left(speed, runs); range && runs > 0)
    text += " (" + clock_text(range->low) + " .. " + clock_text(range->high) + ")";
  return text;
}

Progress::Progress(bool shown)
    : shown_{shown},
      terminal_{isatty(STDERR_FILENO) == 1},
      last_{std::chrono::steady_clock::now()} {}

Progress::~Progress() {
  if (shown_ && done_ + failed_ != shown_made_) show();
  if (drawn_) std::fputc('\n', stderr);
}

void Progress::update(std::size_t done, std::size_t failed, std::size_t runs, const Speed& speed) {
  if (!shown_) return;
  done_ = done;
  failed_ = failed;
  runs_ = runs;
  speed_ = speed;
  const double every = terminal_ ? 0.2 : 10.0;
  const auto now = std::chrono::steady_clock::now();
  if (std::chrono::duration<double>(now - last_).count() < every) return;
  last_ = now;
  show();
}

void Progress::show() {
  shown_made_ = done_ + failed_;
  const std::string left = left_text(speed_, runs_ - std::min(shown_made_, runs_));
  if (!terminal_) {
    spdlog::info("{} of {} runs, {} failed, {:.1f} runs/s, {}", shown_made_, runs_, failed_,
                 speed_.runs_per_second, left);
    return;
  }
  constexpr std::size_t kWidth = 24;
  const std::size_t filled =
      kWidth * std::min(shown_made_, runs_) / std::max<std::size_t>(1, runs_);
  // The rest of the line is cleared: it may have been longer.
  std::fprintf(stderr, "\r[%s%s] %zu/%zu, %zu failed, %.1f runs/s, %s\x1b[K",
               std::string(filled, '#').c_str(), std::string(kWidth - filled, '.').c_str(),
               shown_made_, runs_, failed_, speed_.runs_per_second, left.c_str());
  std::fflush(stderr);
  drawn_ = true;
}

}  // namespace tavolo::engine
