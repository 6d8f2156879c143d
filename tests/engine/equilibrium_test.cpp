#include "engine/equilibrium.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "engine/error.h"

namespace tavolo::engine {
namespace {

TEST(Maximise, FindsSmoothPeaksBeyondTheReachOfComparingValues) {
  const auto hill = maximise([](double x) { return x * std::exp(-x / 3); }, 0, 20);
  EXPECT_NEAR(hill.argument, 3, 1e-10);
  const auto wave = maximise([](double x) { return 1e6 + std::sin(x); }, 0, 6);
  EXPECT_NEAR(wave.argument, std::numbers::pi / 2, 1e-5);  // 1e6 hides all but 1e-10 of the peak
}

TEST(Maximise, TakesTheHigherOfTwoPeaks) {
  const auto peaks = [](double x) {
    return std::exp(-8 * x * x) + 1.1 * std::exp(-8 * (x - 2) * (x - 2));
  };
  EXPECT_NEAR(maximise(peaks, -3, 5).argument, 2, 1e-6);
}

TEST(Maximise, StopsAtTheEndOfTheInterval) {
  EXPECT_EQ(maximise([](double x) { return x; }, 0, 3).argument, 3);
  EXPECT_EQ(maximise([](double x) { return -x; }, 0, 3).argument, 0);
  EXPECT_EQ(maximise([](double x) { return std::exp(x); }, 0, 3).value, std::exp(3.0));
}

TEST(Maximise, NeverReturnsLessThanItsGrid) {
  const auto kinked = [](double x) { return -std::abs(x - 0.37) + 0.2 * std::floor(4 * x); };
  const auto maximum = maximise(kinked, 0, 1);
  EXPECT_EQ(maximum.value, kinked(maximum.argument));
  for (int i = 0; i <= 64; ++i) EXPECT_GE(maximum.value, kinked(i / 64.0));
}

/// Cournot: n firms, price 1 - Q, no cost.
Game cournot(std::size_t firms) {
  return {std::vector<ActionRange>(firms, {0, 1}),
          [](std::size_t firm, std::span<const double> output) {
            double total = 0;
            for (const double q : output) total += q;
            return output[firm] * (1 - total);
          }};
}

TEST(BestResponseEquilibrium, IsCournots) {
  for (const std::size_t firms : {1, 2, 3}) {
    const std::vector<double> start(firms, 0.9);
    const auto equilibrium = best_response_equilibrium(cournot(firms), start);
    EXPECT_TRUE(equilibrium.at_rest);
    EXPECT_LT(equilibrium.most_unilateral_gain, 1e-12);
    for (std::size_t firm = 0; firm < firms; ++firm) {
      const double n = static_cast<double>(firms);
      EXPECT_NEAR(equilibrium.actions[firm], 1 / (n + 1), 1e-9);
      EXPECT_NEAR(equilibrium.payoffs[firm], 1 / ((n + 1) * (n + 1)), 1e-9);
    }
  }
}

TEST(BestResponseEquilibrium, NeedsDampingWhereResponsesOvershoot) {
  // five Cournot firms: everybody answers the others' total by half, together twice over
  const std::vector<double> start(5, 0.0);
  const auto plain = best_response_equilibrium(cournot(5), start, {.damping = 1, .rounds = 200});
  EXPECT_FALSE(plain.at_rest);
  EXPECT_GT(plain.most_unilateral_gain, 0.01);
  const auto damped = best_response_equilibrium(cournot(5), start, {.damping = 0.4});
  EXPECT_TRUE(damped.at_rest);
  EXPECT_NEAR(damped.actions[0], 1.0 / 6, 1e-9);
}

TEST(BestResponseEquilibrium, SaysWhenThereIsNone) {
  // matching pennies with a bent payoff: one wants to be near, the other far
  const Game chase{{{0, 1}, {0, 1}}, [](std::size_t player, std::span<const double> at) {
                     const double gap = (at[0] - at[1]) * (at[0] - at[1]);
                     return player == 0 ? -gap : gap;
                   }};
  const std::vector<double> start{0.2, 0.8};
  const auto search = best_response_equilibrium(chase, start, {.rounds = 100});
  EXPECT_FALSE(search.at_rest);
  EXPECT_GT(search.most_unilateral_gain, 0.1);
}

TEST(Certificate, IsTheGainFromTheBestDeviation) {
  // from (0, 0) a monopolist's quarter
  const std::vector<double> nothing{0, 0}, nash{1.0 / 3, 1.0 / 3};
  EXPECT_NEAR(most_unilateral_gain(cournot(2), nothing), 0.25, 1e-12);
  EXPECT_NEAR(most_unilateral_gain(cournot(2), nash), 0, 1e-12);
}

TEST(BestResponseEquilibrium, RefusesWhatIsNoGame) {
  const std::vector<double> one{0.5}, two{0.5, 0.5}, outside{0.5, 2};
  EXPECT_THROW(best_response_equilibrium(cournot(2), one), InputError);
  EXPECT_THROW(best_response_equilibrium(cournot(2), outside), InputError);
  EXPECT_THROW(best_response_equilibrium(cournot(2), two, {.damping = 0}), InputError);
  auto empty = cournot(2);
  empty.actions[1] = {1, 1};
  EXPECT_THROW(best_response_equilibrium(empty, two), InputError);
}

}  // namespace
}  // namespace tavolo::engine
