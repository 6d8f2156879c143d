#include "engine/experiment/discovery.h"

#include <gtest/gtest.h>

#include "engine/random.h"

namespace tavolo::engine {
namespace {

enum class Luck : std::uint32_t { kA = 1, kB = 2 };

// A box in two of three factors, and luck: found, with the third factor left open.
TEST(Prim, FindsTheBoxThatWasHidden) {
  std::vector<std::vector<double>> points;
  std::vector<bool> hit;
  for (std::size_t i = 0; i < 2000; ++i) {
    auto draws = Streams{9, i}(Luck::kA, 0);
    points.push_back({draws.uniform(), draws.uniform(), draws.uniform()});
    hit.push_back(points.back()[0] > 0.6 && points.back()[1] < 0.5);
  }
  const auto found = prim(points, hit);
  EXPECT_GE(found.box.coverage, 0.9);
  EXPECT_GE(found.box.density, 0.9);
  EXPECT_NEAR(found.box.box.low[0], 0.6, 0.05);
  EXPECT_NEAR(found.box.box.high[1], 0.5, 0.05);
  EXPECT_LT(found.quasi_p[0], 1e-6);
  EXPECT_LT(found.quasi_p[1], 1e-6);
  EXPECT_EQ(found.quasi_p[2], 1);
}

TEST(Prim, TrajectoryTradesCoverageForDensity) {
  std::vector<std::vector<double>> points;
  std::vector<bool> hit;
  for (std::size_t i = 0; i < 500; ++i) {
    auto draws = Streams{9, i}(Luck::kB, 0);
    points.push_back({draws.uniform(), draws.uniform()});
    hit.push_back(draws.uniform() < points.back()[0]);
  }
  const auto found = prim(points, hit);
  EXPECT_EQ(found.trajectory.front().coverage, 1);
  for (std::size_t s = 1; s < found.trajectory.size(); ++s) {
    EXPECT_LE(found.trajectory[s].coverage, found.trajectory[s - 1].coverage);
    EXPECT_LT(found.trajectory[s].futures, found.trajectory[s - 1].futures);
  }
  EXPECT_GT(found.trajectory.back().density, found.trajectory.front().density);
}

}  // namespace
}  // namespace tavolo::engine
