#pragma once

#include <chrono>
#include <limits>

namespace tavolo::engine::location {

/// When a search has to end. Without a limit no clock is read.
class Deadline {
 public:
  explicit Deadline(double seconds = std::numeric_limits<double>::infinity())
      : seconds_{seconds}, start_{Clock::now()} {}
  bool passed() const {
    return seconds_ < std::numeric_limits<double>::infinity() &&
           std::chrono::duration<double>(Clock::now() - start_).count() >= seconds_;
  }

 private:
  using Clock = std::chrono::steady_clock;
  double seconds_;
  Clock::time_point start_;
};

}  // namespace tavolo::engine::location
