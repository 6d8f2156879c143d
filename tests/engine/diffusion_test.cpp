#include "engine/diffusion.h"

#include <gtest/gtest.h>
#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "tests/support/proportion.h"

namespace tavolo::engine {
namespace {

enum class Luck { ties = 3, resistance = 4 };

constexpr Bass kDurables{0.03, 0.38};  // the usual durable: Sultan, Farley & Lehmann (1990)
constexpr double kMonth = 1.0 / 12;
constexpr int kYears = 12;

Adoption mixed(std::uint32_t agents, std::uint64_t replication = 0, int steps = 12 * kYears,
               double step_years = kMonth) {
  return spread(kDurables, agents, steps, step_years, Streams{7, replication}, Luck::resistance);
}

Adoption on(const Network& network, std::uint64_t replication = 0, Bass bass = kDurables) {
  return spread(bass, network, 25 * 12, kMonth, Streams{7, replication}, Luck::resistance);
}

/// Everybody tied to everybody.
Network complete(std::uint32_t agents) {
  return small_world(std::vector{agents}, static_cast<int>(agents), 0, Streams{7, 0}, Luck::ties);
}

Network ring(std::uint32_t agents, double rewired) {
  return small_world(std::vector{agents}, 10, rewired, Streams{7, 0}, Luck::ties);
}

double years_to(double share, const Adoption& adoption) {
  const auto reached = std::ranges::lower_bound(adoption.share, share);
  return kMonth * static_cast<double>(reached - adoption.share.begin());
}

// --- the closed form

TEST(Bass, MeetsItsPublishedPath) {
  EXPECT_NEAR(kDurables.peak_years(), 6.192619, 5e-7);
  EXPECT_NEAR(kDurables.share(5), 0.3311986425, 5e-11);
  EXPECT_NEAR(kDurables.share(10), 0.8128032212, 5e-11);
}

TEST(Bass, SolvesItsDifferentialEquation) {
  const double h = 1e-5;
  for (const double t : {0.5, 3.0, 8.0, 20.0}) {
    const double share = kDurables.share(t);
    EXPECT_NEAR((kDurables.share(t + h) - kDurables.share(t - h)) / (2 * h),
                (0.03 + 0.38 * share) * (1 - share), 1e-9);
  }
  EXPECT_EQ(kDurables.share(0), 0);
}

TEST(Bass, PeaksAtTheStartWhereNobodyImitates) {
  const Bass own{0.3, 0};
  EXPECT_EQ(own.peak_years(), 0);
  EXPECT_NEAR(own.share(2), 1 - std::exp(-0.6), 1e-15);
}

// --- its agents

class FullyMixed : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(FullyMixed, FollowsTheClosedForm) {
  const auto path = mixed(GetParam());
  ASSERT_EQ(path.share.size(), 12u * kYears + 1);
  for (std::size_t month = 0; month < path.share.size(); ++month)
    EXPECT_NEAR(path.share[month], kDurables.share(kMonth * static_cast<double>(month)),
                3 / std::sqrt(GetParam()))
        << month;
}

INSTANTIATE_TEST_SUITE_P(Spread, FullyMixed, ::testing::Values(10'000, 100'000, 1'000'000));

// Around the closed form lie normal fluctuations of variance F'^2 / N x the integral of 1 / F'
// (Kurtz 1970): a path that were right for another reason would not have them.
TEST(Spread, FluctuatesAsTheLimitTheoremSays) {
  constexpr std::uint32_t kAgents = 2'000;
  constexpr int kRuns = 600, kAt = 5;
  const auto slope = [](double t) {
    return (0.03 + 0.38 * kDurables.share(t)) * (1 - kDurables.share(t));
  };
  double integral = 0;
  for (int i = 0; i < 5'000; ++i) integral += 0.001 / slope(0.001 * (i + 0.5));
  const double std_dev = slope(kAt) * std::sqrt(integral / kAgents);
  double sum = 0, squares = 0;
  for (int r = 0; r < kRuns; ++r) {
    const double off =
        mixed(kAgents, static_cast<std::uint64_t>(r), 12 * kAt).share.back() - kDurables.share(kAt);
    sum += off;
    squares += off * off;
  }
  const double mean = sum / kRuns, seen = std::sqrt(squares / kRuns - mean * mean);
  EXPECT_NEAR(mean, 0, 4.5 * std_dev / std::sqrt(kRuns));
  EXPECT_NEAR(seen / std_dev, 1, 4.5 / std::sqrt(2 * kRuns));
}

// On a path without luck, for the step's error alone: the mean over agents of what they do.
TEST(Spread, IsRightToSecondOrderInItsStep) {
  const auto off = [](int steps_per_year) {
    double before = 0, share = 0, most = 0;
    for (int step = 1; step <= steps_per_year * kYears; ++step) {
      const double heard = share + 0.5 * (share - before);
      before = share;
      share = 1 - (1 - share) * std::exp(-(0.03 + 0.38 * heard) / steps_per_year);
      most = std::max(
          most, std::abs(share - kDurables.share(static_cast<double>(step) / steps_per_year)));
    }
    return most;
  };
  EXPECT_LT(off(12), 0.0003);
  EXPECT_NEAR(off(12) / off(24), 4, 0.1);
  // and agents do what this path says: a step of a year shows what half the growth is good for
  const auto coarse = mixed(1'000'000, 0, kYears, 1);
  double before = 0, share = 0;
  for (int year = 1; year <= kYears; ++year) {
    const double heard = share + 0.5 * (share - before);
    before = share;
    share = 1 - (1 - share) * std::exp(-(0.03 + 0.38 * heard));
    EXPECT_NEAR(coarse.share[static_cast<std::size_t>(year)], share, 3e-3);
  }
}

TEST(Spread, OnACompleteNetworkIsMixing) {
  constexpr std::uint32_t kAgents = 60;
  const auto network = complete(kAgents);
  for (std::uint64_t r = 0; r < 20; ++r) {
    const auto tied = on(network, r);
    const auto all = mixed(kAgents, r, 25 * 12);
    EXPECT_EQ(tied.step, all.step) << r;
    EXPECT_EQ(tied.share, all.share) << r;
  }
}

// Two that know each other: one of them adopts at 2 p, the other then at p + q.
TEST(Spread, OfTwoHasItsExactDistribution) {
  constexpr std::uint32_t kPairs = 100'000;
  constexpr int kAt = 3;
  const double both_wait = std::exp(-2 * 0.03 * kAt);
  const double one = 2 * 0.03 / (0.41 - 2 * 0.03) * (both_wait - std::exp(-0.41 * kAt));
  const auto network =
      small_world(std::vector<std::uint32_t>(kPairs, 2), 2, 0, Streams{7, 0}, Luck::ties);
  const auto step =
      spread(kDurables, network, 12 * kAt, kMonth, Streams{7, 0}, Luck::resistance).step;
  int none = 0, half = 0;
  for (std::size_t first = 0; first < step.size(); first += 2) {
    const int adopters = (step[first] != 0) + (step[first + 1] != 0);
    none += adopters == 0;
    half += adopters == 1;
  }
  EXPECT_TRUE(test::is_proportion(none, kPairs, both_wait));
  EXPECT_TRUE(test::is_proportion(half, kPairs, one));
}

// Word that must go from circle to circle is told to those who know it already; the more ties lead
// far away, the nearer to mixing (Watts & Strogatz 1998, figure 3).
TEST(Spread, IsSlowerInTightCircles) {
  constexpr std::uint32_t kAgents = 20'000;
  constexpr Bass kRumour{0.001, 1};
  const auto half = [&](double rewired) {
    return years_to(0.5, on(ring(kAgents, rewired), 0, kRumour));
  };
  const double lattice = half(0), small_world = half(0.1), random = half(1);
  const double all =
      years_to(0.5, spread(kRumour, kAgents, 25 * 12, kMonth, Streams{7, 0}, Luck::resistance));
  EXPECT_GT(lattice, small_world + 1);
  EXPECT_GT(small_world, random + 0.5);
  EXPECT_GT(random, all);
}

// The luck of each is its own: whatever makes word louder makes nobody adopt later.
TEST(Spread, LouderWordDelaysNobody) {
  const auto network = ring(3'000, 0.1);
  const auto quiet = on(network, 0, {0.03, 0.2}), loud = on(network, 0, {0.03, 0.4});
  ASSERT_EQ(quiet.step.size(), loud.step.size());
  for (std::size_t agent = 0; agent < quiet.step.size(); ++agent)
    if (quiet.step[agent] != 0) {
      EXPECT_NE(loud.step[agent], 0);
      EXPECT_LE(loud.step[agent], quiet.step[agent]);
    }
}

TEST(Spread, LeavesWhoHearsOfNobodyOnItsOwn) {
  constexpr std::uint32_t kAgents = 20'000;
  const auto alone = small_world(std::vector{kAgents}, 0, 0, Streams{7, 0}, Luck::ties);
  const double share = on(alone).share[12 * 10];
  EXPECT_TRUE(test::is_proportion(share * kAgents, kAgents, 1 - std::exp(-0.3)));
}

TEST(Spread, IsTheSameOnAnyNumberOfThreads) {
  const tbb::global_control allow{tbb::global_control::max_allowed_parallelism, 8};
  const auto network = ring(30'000, 0.1);
  const auto with = [&](int threads) {
    tbb::task_arena arena{threads};
    return arena.execute([&] { return std::pair{on(network), mixed(30'000)}; });
  };
  const auto one = with(1), two = with(2), eight = with(8);
  EXPECT_EQ(one.first.step, two.first.step);
  EXPECT_EQ(one.second.step, two.second.step);
  EXPECT_EQ(one.first.share, eight.first.share);
  EXPECT_EQ(one.second.share, eight.second.share);
}

TEST(Spread, OfNobodyIsNothing) {
  EXPECT_EQ(mixed(0).share.back(), 0);
  EXPECT_TRUE(mixed(0).step.empty());
}

}  // namespace
}  // namespace tavolo::engine
