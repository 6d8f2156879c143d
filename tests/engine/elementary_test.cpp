#include "engine/elementary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <numbers>
#include <vector>

#include "engine/random.h"

namespace tavolo::engine {
namespace {

enum class Luck { point };

/// The largest error over many points of an interval, relative to the value or, where that is
/// smaller than `least`, to `least`.
template <class Real>
double largest_error(double low, double high, const std::function<Real(Real)>& function,
                     const std::function<long double(long double)>& exact, double least = 0) {
  double worst = 0;
  for (std::uint64_t i = 0; i < 200'000; ++i) {
    const auto u = Streams{1, 0}(Luck::point, i).uniform();
    const auto x = static_cast<Real>(low + (high - low) * u);
    const auto want = exact(static_cast<long double>(x));
    const auto error = std::abs(static_cast<long double>(function(x)) - want);
    worst =
        std::max(worst, static_cast<double>(error / std::max<long double>(std::abs(want), least)));
  }
  return worst;
}

TEST(Elementary, DoublesAreRightToTheErrorTheyState) {
  const auto exp_of = [](double x) { return exp(x); };
  const auto log_of = [](double x) { return log(x); };
  const auto exact_exp = [](long double x) { return std::exp(x); };
  const auto exact_log = [](long double x) { return std::log(x); };
  EXPECT_LT(largest_error<double>(-1, 1, exp_of, exact_exp), 3e-16);
  EXPECT_LT(largest_error<double>(-700, 700, exp_of, exact_exp), 3e-16);
  EXPECT_LT(largest_error<double>(0.5, 2, log_of, exact_log, 1), 3e-16);
  EXPECT_LT(largest_error<double>(1e-300, 1e-290, log_of, exact_log), 3e-16);
  EXPECT_LT(largest_error<double>(1, 1e9, log_of, exact_log, 1), 3e-16);
}

TEST(Elementary, FloatsAreRightToTheErrorTheyState) {
  const auto exp_of = [](float x) { return exp(x); };
  const auto log_of = [](float x) { return log(x); };
  const auto sin_of = [](float x) { return sin_pi(x); };
  const auto exact_exp = [](long double x) { return std::exp(x); };
  const auto exact_log = [](long double x) { return std::log(x); };
  const auto exact_sin = [](long double x) {
    return std::sin(std::numbers::pi_v<long double> * x);
  };
  EXPECT_LT(largest_error<float>(-80, 80, exp_of, exact_exp), 2e-7);
  EXPECT_LT(largest_error<float>(0.5, 2, log_of, exact_log, 1), 2e-7);
  EXPECT_LT(largest_error<float>(1e-9, 100, log_of, exact_log, 1), 2e-7);
  EXPECT_LT(largest_error<float>(0, 1, sin_of, exact_sin), 3e-7);
}

TEST(Elementary, ExponentialsOfLargeNegativeNumbersAreZero) {
  EXPECT_EQ(exp(-1e30), 0.0);
  EXPECT_EQ(exp(-1e30f), 0.0f);
  EXPECT_EQ(exp(0.0), 1.0);
  EXPECT_EQ(exp(0.0f), 1.0f);
  EXPECT_EQ(log(1.0), 0.0);
  EXPECT_EQ(log(1.0f), 0.0f);
}

TEST(Vectorised, GivesTheSameBitsWithEveryInstructionSet) {
  constexpr std::size_t kPoints = 4096;
  std::vector<double> x(kPoints);
  std::vector<float> y(kPoints);
  for (std::size_t i = 0; i < kPoints; ++i) {
    const auto u = Streams{2, 0}(Luck::point, i).uniform();
    x[i] = 0.01 + 50 * u;
    y[i] = static_cast<float>(x[i]);
  }
  std::vector<std::vector<double>> doubles;
  std::vector<std::vector<float>> floats;
  for (const Isa isa : {Isa::plain, Isa::avx2, Isa::avx512}) {
    limit_isa(isa);
    auto& d = doubles.emplace_back(3 * kPoints);
    auto& f = floats.emplace_back(3 * kPoints);
    vectorised([&]() TAVOLO_IN_LOOP {
      for (std::size_t i = 0; i < kPoints; ++i) {
        d[i] = exp(x[i]);
        d[kPoints + i] = exp(-x[i]);
        d[2 * kPoints + i] = log(x[i]);
        f[i] = exp(-y[i]);
        f[kPoints + i] = log(y[i]);
        f[2 * kPoints + i] = sin_pi(y[i] * 0.01f);
      }
    });
  }
  limit_isa(Isa::avx512);
  for (std::size_t i = 1; i < doubles.size(); ++i) {
    EXPECT_EQ(doubles[i], doubles[0]);
    EXPECT_EQ(floats[i], floats[0]);
  }
}

}  // namespace
}  // namespace tavolo::engine
