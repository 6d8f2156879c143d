#include "engine/experiment/pace.h"

#include <algorithm>
#include <cmath>

namespace tavolo::engine {

Speed together(const Speed& a, const Speed& b) {
  const double rate = a.runs_per_second + b.runs_per_second;
  if (rate <= 0) return a;
  return {rate, a.runs + b.runs,
          (a.spread * a.runs_per_second + b.spread * b.runs_per_second) / rate,
          a.slices + b.slices};
}

std::optional<Interval> seconds_left(const Speed& speed, std::size_t runs) {
  constexpr double kFewest = 4, kLevel = 0.8;
  if (speed.slices < kFewest || speed.runs_per_second <= 0) return std::nullopt;
  const auto n = static_cast<double>(runs);
  const double time = n / speed.runs_per_second;
  const double share = runs == 0 ? 0
                                 : t_quantile(speed.slices - 1, kLevel) *
                                       std::sqrt(speed.spread * (1 / n + 1 / speed.runs));
  return Interval{time * std::max(0.0, 1 - share), time * (1 + share)};
}

void Pace::see(double seconds, std::size_t runs) {
  constexpr std::size_t kMostSlices = 32;
  seconds_ = seconds;
  runs_ = runs;
  // Runs that come in one batch end their slices together.
  while (runs >= slice_ * (ends_.size() + 1)) {
    ends_.push_back(seconds);
    if (ends_.size() < kMostSlices) continue;
    for (std::size_t i = 0; i < kMostSlices / 2; ++i) ends_[i] = ends_[2 * i + 1];
    ends_.resize(kMostSlices / 2);
    slice_ *= 2;
  }
}

Speed Pace::speed() const {
  Speed speed;
  if (seconds_ > 0) speed.runs_per_second = static_cast<double>(runs_) / seconds_;
  speed.runs = static_cast<double>(runs_);
  speed.slices = static_cast<double>(ends_.size());
  if (ends_.size() < 2) return speed;
  std::vector<double> lengths;
  double before = 0;
  for (const double end : ends_) {
    lengths.push_back(end - before);
    before = end;
  }
  const double average = mean(lengths);
  if (average > 0)
    speed.spread = std::pow(standard_deviation(lengths) / average, 2) * static_cast<double>(slice_);
  return speed;
}

}  // namespace tavolo::engine
