#include "engine/experiment/sensitivity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "engine/random.h"

namespace tavolo::engine {
namespace {

enum class Luck : std::uint32_t { kA = 1, kB = 2, kNoise = 3 };

constexpr double kPi = std::numbers::pi;

/// Ishigami & Homma (1990), a = 7, b = .1, of points in the unit cube.
double ishigami(const std::vector<double>& u) {
  const double x = kPi * (2 * u[0] - 1), y = kPi * (2 * u[1] - 1), z = kPi * (2 * u[2] - 1);
  return std::sin(x) + 7 * std::sin(y) * std::sin(y) + 0.1 * z * z * z * z * std::sin(x);
}

SaltelliOutcomes ishigami_blocks(std::size_t blocks) {
  std::vector<double> outcomes;
  for (std::size_t n = 0; n < blocks; ++n) {
    auto draws_a = Streams{3, n}(Luck::kA, 0), draws_b = Streams{3, n}(Luck::kB, 0);
    std::vector<double> a, b;
    for (int f = 0; f < 3; ++f) a.push_back(draws_a.uniform()), b.push_back(draws_b.uniform());
    outcomes.push_back(ishigami(a));
    for (std::size_t f = 0; f < 3; ++f) {
      auto mixed = a;
      mixed[f] = b[f];
      outcomes.push_back(ishigami(mixed));
    }
    for (std::size_t f = 0; f < 3; ++f) {
      auto mixed = b;
      mixed[f] = a[f];
      outcomes.push_back(ishigami(mixed));
    }
    outcomes.push_back(ishigami(b));
  }
  return saltelli_blocks(outcomes, 3, true);
}

// shared/design/experiments.md: S1 .3139 .4424 0, ST .5576 .4424 .2437; S13 = .2437.
TEST(Sobol, IndicesOfIshigamiAreTheKnownOnes) {
  const auto indices = sobol_indices(ishigami_blocks(40'000), 1, 20);
  const double first[] = {.3139, .4424, 0}, total[] = {.5576, .4424, .2437};
  for (std::size_t f = 0; f < 3; ++f) {
    EXPECT_NEAR(indices.first[f].value, first[f], 0.02) << f;
    EXPECT_NEAR(indices.total[f].value, total[f], 0.02) << f;
    EXPECT_EQ(indices.convergence[f].back(), indices.first[f].value);
  }
  EXPECT_NEAR(indices.second[0][0].value, 0, 0.03);      // 1, 2
  EXPECT_NEAR(indices.second[0][1].value, .2437, 0.03);  // 1, 3
}

TEST(Sobol, IntervalsCover) {
  int covered = 0;
  constexpr int kTries = 200;
  const auto all = ishigami_blocks(kTries * 128);
  for (int t = 0; t < kTries; ++t) {
    SaltelliOutcomes part;
    part.factors = 3;
    const auto cut = [&](const std::vector<double>& v) {
      return std::vector<double>(v.begin() + t * 128, v.begin() + (t + 1) * 128);
    };
    part.a = cut(all.a);
    part.b = cut(all.b);
    for (const auto& v : all.a_b) part.a_b.push_back(cut(v));
    const auto total = sobol_indices(part, 1, 200).total[0];
    covered += total.interval.low <= .5576 && .5576 <= total.interval.high;
  }
  EXPECT_GE(covered, 0.95 * kTries - 4 * std::sqrt(0.95 * 0.05 * kTries));
}

// On the grid of four levels every elementary effect can be had: trajectories over all starts and
// all orders of factors. shared/design/experiments.md: mu* 7.704, 7.875, 6.249.
TEST(Morris, IndicesOfIshigamiAreTheKnownOnes) {
  std::vector<double> points, outcomes;
  const double delta = 2.0 / 3;
  const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  for (int start = 0; start < 8; ++start)
    for (int side = 0; side < 8; ++side)
      for (const auto& order : orders) {
        std::vector<double> u(3);
        std::vector<double> move(3);
        for (int f = 0; f < 3; ++f) {
          const bool upper = (side >> f) & 1;
          u[static_cast<std::size_t>(f)] = ((start >> f) & 1) / 3.0 + (upper ? delta : 0);
          move[static_cast<std::size_t>(f)] = upper ? -delta : delta;
        }
        for (int step = 0; step <= 3; ++step) {
          points.insert(points.end(), u.begin(), u.end());
          outcomes.push_back(ishigami(u));
          if (step < 3) {
            const auto f = static_cast<std::size_t>(order[step]);
            u[f] += move[f];
          }
        }
      }
  const auto indices = morris_indices(points, outcomes, 3, 1, 20);
  EXPECT_NEAR(indices.mu_star[0].value, 7.704, 1e-3);
  EXPECT_NEAR(indices.mu_star[1].value, 7.875, 1e-3);
  EXPECT_NEAR(indices.mu_star[2].value, 6.249, 1e-3);
  EXPECT_NEAR(indices.mu[1].value, 0, 1e-9);
}

// y = x1 + 2 x2 + x1 x2 on {-1, 1}^3: parts 1, 4, 1 of 6, x3 none.
TEST(GridIndices, AreExact) {
  std::vector<std::vector<std::string>> levels;
  std::vector<double> outcomes;
  for (const int x : {-1, 1})
    for (const int y : {-1, 1})
      for (const int z : {-1, 1}) {
        levels.push_back({std::to_string(x), std::to_string(y), std::to_string(z)});
        outcomes.push_back(x + 2 * y + x * y);
      }
  const auto indices = grid_indices(levels, outcomes);
  const double first[] = {1 / 6., 4 / 6., 0}, total[] = {2 / 6., 5 / 6., 0};
  for (std::size_t f = 0; f < 3; ++f) {
    EXPECT_NEAR(indices.first[f], first[f], 1e-12);
    EXPECT_NEAR(indices.total[f], total[f], 1e-12);
  }
}

/// Futures of variance 4, luck of variance 1: each point's own, or the same at all of them.
std::vector<double> with_luck(std::size_t points, std::size_t replications, bool common) {
  std::vector<double> values;
  for (std::size_t p = 0; p < points; ++p)
    for (std::size_t r = 0; r < replications; ++r)
      values.push_back(Streams{5, p}(Luck::kA, 0).normal(0, 2) +
                       Streams{5, common ? 0 : p}(Luck::kNoise, r).normal(0, 1));
  return values;
}

TEST(StochasticShare, IsWhatWasPutIn) {
  const auto own = stochastic_share(with_luck(2000, 4, false), 4, 1, 200);
  EXPECT_NEAR(own.value, 0.2, 0.02);
  EXPECT_LE(own.interval.low, 0.2);
  EXPECT_GE(own.interval.high, 0.2);
}

// One future's luck is all futures' luck under common random numbers: it is luck all the same.
TEST(StochasticShare, CountsLuckThatAllPointsShare) {
  const auto common = stochastic_share(with_luck(300, 200, true), 200, 1, 20);
  EXPECT_NEAR(common.value, 0.2, 0.05);
}

}  // namespace
}  // namespace tavolo::engine
