#include "engine/demand/lanes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/random.h"

namespace tavolo::engine::demand {
namespace {

enum class Luck { point = 1 };

TEST(ExpOfLanes, IsWithinOneUnitInTheLastPlace) {
  auto draws = Streams{1, 0}(Luck::point, 0);
  for (int i = 0; i < 100'000; ++i) {
    // half of the points where most utilities are, half anywhere
    const double x = i % 2 == 0 ? 2 * draws.uniform() - 1 : -708 + 1417 * draws.uniform();
    const double y = exp(Lanes{x})[3];
    const double exact = static_cast<double>(std::exp(static_cast<long double>(x)));
    const double unit = std::nextafter(exact, std::numeric_limits<double>::infinity()) - exact;
    ASSERT_LE(std::abs(y - exact), unit) << x;
  }
}

TEST(ExpOfLanes, IsExactAtZeroAndZeroFarBelow) {
  Lanes x{0};
  x.set(1, -0.0);
  x.set(2, -709);
  x.set(3, -1e300);
  x.set(4, -std::numeric_limits<double>::infinity());
  const auto y = exp(x);
  EXPECT_EQ(y[0], 1);
  EXPECT_EQ(y[1], 1);
  for (std::size_t lane = 2; lane < 5; ++lane) EXPECT_EQ(y[lane], 0) << lane;
}

TEST(Lanes, AreWorkedOnOneByOne) {
  Lanes a, b;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    a.set(lane, static_cast<double>(lane));
    b.set(lane, 4 - static_cast<double>(lane));
  }
  const auto most = greater(a, b), made = (a - b) * 2 / (b + 5);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    EXPECT_EQ(most[lane], std::max(a[lane], b[lane]));
    EXPECT_EQ(made[lane], (a[lane] - b[lane]) * 2 / (b[lane] + 5));
  }
  EXPECT_EQ(sum(a), 28);
}

}  // namespace
}  // namespace tavolo::engine::demand
