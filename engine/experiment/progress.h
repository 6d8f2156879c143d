#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "engine/experiment/pace.h"

namespace tavolo::engine {

/// "00:42:07"; "--:--:--" for what is not known.
std::string clock_text(double seconds);
/// "00:42:07 left (00:38:00 .. 00:51:10)", as far as that is known.
std::string left_text(const Speed& speed, std::size_t runs);

/// How far a sweep has come, on standard error: a bar on a terminal, a line every ten seconds
/// elsewhere.
class Progress {
 public:
  explicit Progress(bool shown);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// @param runs asked for
  void update(std::size_t done, std::size_t failed, std::size_t runs, const Speed& speed);

 private:
  void show();
  bool shown_, terminal_, drawn_ = false;
  std::size_t done_ = 0, failed_ = 0, runs_ = 0, shown_made_ = 0;
  Speed speed_;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace tavolo::engine
