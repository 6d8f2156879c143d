#include "engine/demand/fixed_point.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace tavolo::engine::demand {
namespace {

double farthest(const std::vector<double>& a, const std::vector<double>& b) {
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - b[i]));
  return most;
}

TEST(FixedPoint, IsFoundOfALinearMapInAboutItsDimension) {
  // slow modes, that the map itself would take thousands of steps to settle
  const std::vector<double> rates{0.999, 0.99, 0.9, -0.5, -0.99};
  const auto map = [&](const std::vector<double>& x, std::vector<double>& next) {
    for (std::size_t i = 0; i < x.size(); ++i) next[i] = 1 + rates[i] * x[i];
    return farthest(x, next);
  };
  std::vector<double> x(rates.size(), 0.0);
  const auto search = fixed_point(x, map, {.goal = 1e-11, .tolerance = 1e-10});
  EXPECT_TRUE(search.converged);
  EXPECT_LE(search.iterations, 12);
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(x[i] * (1 - rates[i]), 1, 1e-9);
}

TEST(FixedPoint, KeepsTheBestPointWhenRoundingSetsTheFloor) {
  const auto map = [](const std::vector<double>& x, std::vector<double>& next) {
    next[0] = std::cos(x[0]);
    return std::abs(next[0] - x[0]) + 1e-13;  // a floor above the goal
  };
  std::vector<double> x{1};
  const auto search = fixed_point(x, map, {.goal = 1e-15, .tolerance = 1e-12});
  EXPECT_TRUE(search.converged);
  EXPECT_LT(search.iterations, 40);
  EXPECT_NEAR(x[0], 0.7390851332151607, 1e-12);
}

TEST(FixedPoint, IsNotClaimedWhereThereIsNone) {
  const auto grows = [](const std::vector<double>& x, std::vector<double>& next) {
    next[0] = x[0] + 1;
    return 1.0;
  };
  std::vector<double> x{0};
  const auto search = fixed_point(x, grows, {.most = 50});
  EXPECT_FALSE(search.converged);
  EXPECT_EQ(search.residual, 1);
  const auto broken = [](const std::vector<double>&, std::vector<double>& next) {
    next[0] = std::nan("");
    return std::numeric_limits<double>::infinity();
  };
  x = {2};
  EXPECT_FALSE(fixed_point(x, broken, {}).converged);
  EXPECT_EQ(x[0], 2);
}

}  // namespace
}  // namespace tavolo::engine::demand
