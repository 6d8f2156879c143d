#include "engine/experiment/pace.h"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/random.h"

namespace tavolo::engine {
namespace {

TEST(Pace, KnowsNothingBeforeRunsHaveCome) {
  Pace pace;
  EXPECT_FALSE(seconds_left(pace.speed(), 10));
  pace.see(1, 2);
  EXPECT_FALSE(seconds_left(pace.speed(), 10));
  EXPECT_EQ(pace.speed().runs_per_second, 2);
}

TEST(Pace, IsSureWhenRunsComeEvenly) {
  Pace pace;
  for (std::size_t run = 1; run <= 1000; ++run) pace.see(0.5 * static_cast<double>(run), run);
  const auto left = seconds_left(pace.speed(), 400);
  ASSERT_TRUE(left);
  EXPECT_NEAR(left->low, 200, 1e-9);
  EXPECT_NEAR(left->high, 200, 1e-9);
}

// Runs of random length: the rest of a sweep ends within the interval eight times out of ten.
TEST(Pace, HoldsTheEndAsOftenAsItSays) {
  enum class Luck { kLength = 1 };
  constexpr int kSweeps = 2000;
  constexpr std::size_t kSeen = 300, kAll = 1000;
  int held = 0;
  for (std::uint64_t sweep = 0; sweep < kSweeps; ++sweep) {
    auto draws = Streams{1, sweep}(Luck::kLength, 0);
    Pace pace;
    double now = 0;
    Interval left{};
    for (std::size_t run = 1; run <= kAll; ++run) {
      now -= std::log(draws.uniform());
      if (run > kSeen) continue;
      pace.see(now, run);
      if (run == kSeen) {
        left = *seconds_left(pace.speed(), kAll - kSeen);
        left.low += now;
        left.high += now;
      }
    }
    held += left.low <= now && now <= left.high ? 1 : 0;
  }
  EXPECT_NEAR(held / double{kSweeps}, 0.8, 3 * std::sqrt(0.8 * 0.2 / kSweeps));
}

TEST(Pace, AddsUpThoseWhoWorkSideBySide) {
  const Speed both = together({2, 100, 1, 8}, {6, 300, 2, 16});
  EXPECT_EQ(both.runs_per_second, 8);
  EXPECT_EQ(both.runs, 400);
  EXPECT_EQ(both.spread, (2 * 1 + 6 * 2) / 8.0);
}

}  // namespace
}  // namespace tavolo::engine
