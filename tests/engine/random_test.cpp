#include "engine/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numbers>
#include <numeric>
#include <vector>

#include "tests/support/proportion.h"

namespace tavolo::engine {
namespace {

enum class Luck : std::uint32_t { first = 1, second = 2 };

// Every statistical claim below is one on a fixed seed, with |z| < 4.5: a fresh seed would fail
// once in 150 000.
constexpr double kLargestZ = 4.5;
constexpr int kDraws = 100'000;

/// By how many standard errors the counts of equally likely cells are off: chi-square with m - 1
/// degrees of freedom has mean m - 1 and variance 2 (m - 1), and is near normal for the 99 or more
/// degrees used here.
double chi_square_z(const std::vector<int>& counts) {
  double total = 0, chi_square = 0;
  for (const int count : counts) total += count;
  const double expected = total / static_cast<double>(counts.size());
  for (const int count : counts) chi_square += (count - expected) * (count - expected) / expected;
  const double freedom = static_cast<double>(counts.size()) - 1;
  return (chi_square - freedom) / std::sqrt(2 * freedom);
}

/// How far two sequences of uniforms, `a(i)` and `b(i)`, are from independent: chi-square over the
/// cells of a 20 x 20 grid.
double dependence_z(const std::function<double(std::uint64_t)>& a,
                    const std::function<double(std::uint64_t)>& b) {
  std::vector<int> counts(400);
  for (std::uint64_t i = 0; i < kDraws; ++i)
    ++counts[static_cast<std::size_t>(a(i) * 20) * 20 + static_cast<std::size_t>(b(i) * 20)];
  return chi_square_z(counts);
}

/// Checks the mean and the variance of `kDraws` values; `kurtosis` is that of their distribution
/// (normal: 3) and gives the variance its standard error.
void expect_moments(const std::function<double(std::uint64_t)>& value, double mean, double variance,
                    double kurtosis) {
  double sum = 0, squares = 0;
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    const double x = value(i);
    sum += x;
    squares += (x - mean) * (x - mean);
  }
  EXPECT_LT(std::abs(sum / kDraws - mean) / std::sqrt(variance / kDraws), kLargestZ);
  EXPECT_LT(std::abs(squares / kDraws - variance) / (variance * std::sqrt((kurtosis - 1) / kDraws)),
            kLargestZ);
}

// Known answers published with Random123 (kat_vectors): the digits of pi as counter and key.
TEST(Philox4x32, GivesThePublishedAnswers) {
  using Generator = r123::Philox4x32;
  const Generator::ctr_type counter{{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}};
  const Generator::key_type key{{0xa4093822, 0x299f31d0}};
  const Generator::ctr_type expected{{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}};
  EXPECT_EQ(Generator{}(counter, key), expected);
}

TEST(Philox4x64, GivesThePublishedAnswers) {
  const Draws::Generator::ctr_type counter{
      {0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89}};
  const Draws::Generator::key_type key{{0x452821e638d01377, 0xbe5466cf34e90c6c}};
  const Draws::Generator::ctr_type expected{
      {0xa528f45403e61d95, 0x38c72dbd566e9788, 0xa5a1610e72fd18b5, 0x57bd43b5e52b7fe6}};
  EXPECT_EQ(Draws::Generator{}(counter, key), expected);
}

TEST(UniformOfBits, NeverReachesEitherEnd) {
  EXPECT_GT(uniform_of_bits(0), 0);
  EXPECT_LT(uniform_of_bits(~std::uint64_t{0}), 1);
  EXPECT_EQ(uniform_of_bits(std::uint64_t{1} << 63), 0.5 + 0x1p-53);
  EXPECT_TRUE(std::isfinite(-std::log(-std::log(uniform_of_bits(0)))));
  EXPECT_TRUE(std::isfinite(-std::log(-std::log(uniform_of_bits(~std::uint64_t{0})))));
}

// Where every part of a draw's name enters the generator: to change it would change the results of
// every published seed.
TEST(Streams, NameTheirDrawsByKeyAndCounter) {
  const Streams streams{11, 12, 13};
  const auto bits = Draws::Generator{}({{14, (13 << 16) | 2, 15, 0}}, {{11, 12}});
  auto draws = streams(Luck::second, 14, 15);
  for (const auto word : bits) EXPECT_EQ(draws.uniform(), uniform_of_bits(word));
  const auto next = Draws::Generator{}({{14, (13 << 16) | 2, 15, 1}}, {{11, 12}});
  EXPECT_EQ(draws.uniform(), uniform_of_bits(next[0]));
}

TEST(Streams, AtAMonthAreThoseOfTheMonth) {
  EXPECT_EQ((Streams{1, 2, 3}.at(40)(Luck::first, 5).uniform()),
            (Streams{1, 2, 40}(Luck::first, 5).uniform()));
}

TEST(Draws, OneByOneAreTheirBlocks) {
  const Streams streams{1, 2};
  auto by_block = streams(Luck::first, 3), one_by_one = streams(Luck::first, 3);
  for (int block = 0; block < 5; ++block)
    for (const double expected : by_block.block()) EXPECT_EQ(one_by_one.uniform(), expected);
}

// Who asks first, how often others ask, and on which copy, changes nothing.
TEST(Draws, DoNotDependOnTheOrderInWhichTheyAreAskedFor) {
  const Streams streams{1, 2, 3};
  std::vector<double> forward(100), backward(100);
  for (std::uint64_t agent = 0; agent < 100; ++agent)
    forward[agent] = streams(Luck::first, agent).uniform();
  for (std::uint64_t agent = 100; agent-- > 0;) {
    auto others = streams(Luck::second, agent);
    for (std::uint64_t i = 0; i < agent; ++i) others.uniform();
    backward[agent] = Streams{streams}(Luck::first, agent).uniform();
  }
  EXPECT_EQ(forward, backward);
}

TEST(Draws, DifferWhenAnyPartOfTheirNameDiffers) {
  std::vector<double> draws;
  for (const std::uint64_t seed : {1, 2})
    for (const std::uint64_t replication : {1, 2})
      for (const std::uint32_t month : {1, 2})
        for (const auto purpose : {Luck::first, Luck::second})
          for (const std::uint64_t agent : {1, 2})
            for (const std::uint64_t object : {1, 2})
              draws.push_back(Streams{seed, replication, month}(purpose, agent, object).uniform());
  std::ranges::sort(draws);
  EXPECT_EQ(draws.size(), 64u);
  EXPECT_EQ(std::ranges::adjacent_find(draws), draws.end());
}

TEST(Draws, AreUniformOverAgents) {
  const Streams streams{2026, 0};
  std::vector<int> counts(1000);
  for (std::uint64_t agent = 0; agent < kDraws; ++agent)
    ++counts[static_cast<std::size_t>(streams(Luck::first, agent).uniform() * 1000)];
  EXPECT_LT(std::abs(chi_square_z(counts)), kLargestZ);
}

TEST(Draws, AreUniformWithinOneName) {
  auto draws = Streams{2026, 0}(Luck::first, 0);
  std::vector<int> counts(1000);
  for (int i = 0; i < kDraws; ++i) ++counts[static_cast<std::size_t>(draws.uniform() * 1000)];
  EXPECT_LT(std::abs(chi_square_z(counts)), kLargestZ);
}

TEST(Draws, AreIndependentOfTheNeighbourInEveryPartOfTheirName) {
  const auto draw = [](std::uint64_t seed, std::uint64_t replication, std::uint32_t month,
                       Luck purpose, std::uint64_t object) {
    return [=](std::uint64_t agent) {
      return Streams{seed, replication, month}(purpose, agent, object).uniform();
    };
  };
  const auto base = draw(7, 0, 24'288, Luck::first, 0);
  const auto next_agent = [&](std::uint64_t agent) { return base(agent + 1); };
  EXPECT_LT(std::abs(dependence_z(base, draw(8, 0, 24'288, Luck::first, 0))), kLargestZ) << "seed";
  EXPECT_LT(std::abs(dependence_z(base, draw(7, 1, 24'288, Luck::first, 0))), kLargestZ)
      << "replication";
  EXPECT_LT(std::abs(dependence_z(base, draw(7, 0, 24'289, Luck::first, 0))), kLargestZ) << "month";
  EXPECT_LT(std::abs(dependence_z(base, draw(7, 0, 24'288, Luck::second, 0))), kLargestZ)
      << "purpose";
  EXPECT_LT(std::abs(dependence_z(base, draw(7, 0, 24'288, Luck::first, 1))), kLargestZ)
      << "object";
  EXPECT_LT(std::abs(dependence_z(base, next_agent)), kLargestZ) << "agent";
}

TEST(Dependence, IsSeenWhereThereIsSome) {
  const auto draw = [](std::uint64_t agent) { return Streams{7, 0}(Luck::first, agent).uniform(); };
  const auto half_the_same = [&](std::uint64_t agent) {
    return agent % 2 == 0 ? draw(agent) : Streams{7, 0}(Luck::second, agent).uniform();
  };
  EXPECT_GT(dependence_z(draw, half_the_same), 100);
}

TEST(Draws, HaveTheMomentsOfTheUniform) {
  expect_moments(
      [](auto i) {
        return Streams{3, 0}(Luck::first, i).uniform();
      },
      0.5, 1.0 / 12, 1.8);
}

TEST(Draws, HaveTheMomentsOfTheGumbel) {
  expect_moments(
      [](auto i) {
        return Streams{3, 0}(Luck::first, i).gumbel();
      },
      std::numbers::egamma, std::numbers::pi * std::numbers::pi / 6, 5.4);
}

TEST(Draws, HaveTheMomentsOfTheNormal) {
  expect_moments([](auto i) { return Streams{3, 0}(Luck::first, i).normal(-2, 0.5); }, -2, 0.25, 3);
}

TEST(Draws, OfTheNormalFallWithinOneStandardDeviationAsOftenAsTheyShould) {
  double within = 0;
  for (std::uint64_t i = 0; i < kDraws; ++i)
    within += std::abs(Streams{4, 0}(Luck::first, i).normal(0, 1)) < 1 ? 1 : 0;
  EXPECT_TRUE(test::is_proportion(within, kDraws, std::erf(1 / std::numbers::sqrt2)));
}

constexpr std::size_t kLanes = WordLanes::kLanes, kBlock = WordLanes::kBlock;

/// Words of agents that differ, on the same occasion.
std::array<std::uint32_t, kLanes * kBlock> words_of(const WordLanes& luck,
                                                    std::uint32_t first_agent,
                                                    std::uint32_t occasion, std::uint32_t block) {
  std::array<std::uint32_t, kLanes> agents, occasions;
  std::iota(agents.begin(), agents.end(), first_agent);
  occasions.fill(occasion);
  std::array<std::uint32_t, kLanes * kBlock> words;
  vectorised(
      [&]() TAVOLO_IN_LOOP { luck.fill(agents.data(), occasions.data(), block, words.data()); });
  return words;
}

TEST(WordLanes, AreTheLibrarysGenerator) {
  const auto words = words_of(Streams{0x1122334455667788U, 9}.at(3).words(Luck::second), 5, 6, 7);
  const threefry4x32_key_t key = {{0x55667788U, 0x11223344U, 9, 0}};
  for (std::uint32_t lane = 0; lane < kLanes; ++lane)
    for (std::uint32_t w = 0; w < kBlock; ++w) {
      const threefry4x32_ctr_t counter = {{5 + lane, 6, (3U << 16) | 2U, 7}};
      EXPECT_EQ(words[w * kLanes + lane], threefry4x32_R(12, counter, key).v[w]) << lane;
    }
}

TEST(WordLanes, OfAnAgentAreTheSameInEveryLane) {
  const auto luck = Streams{4, 2}.words(Luck::first);
  const auto here = words_of(luck, 100, 1, 3), there = words_of(luck, 93, 1, 3);
  for (std::size_t w = 0; w < kBlock; ++w)
    for (std::size_t lane = 0; lane + 7 < kLanes; ++lane)
      EXPECT_EQ(here[w * kLanes + lane], there[w * kLanes + lane + 7]);
}

TEST(WordLanes, AreTheSameWithEveryInstructionSet) {
  const auto luck = Streams{4, 2}.words(Luck::first);
  const auto widest = words_of(luck, 1, 2, 3);
  for (const Isa isa : {Isa::plain, Isa::avx2}) {
    limit_isa(isa);
    EXPECT_EQ(words_of(luck, 1, 2, 3), widest);
  }
  limit_isa(Isa::avx512);
}

TEST(WordLanes, AreUniformAndIndependentOfTheirNeighbours) {
  const auto luck = Streams{1, 0}.words(Luck::first);
  const auto uniform = [&](std::uint64_t agent, std::uint32_t occasion, std::uint32_t block,
                           std::size_t word) {
    return words_of(luck, static_cast<std::uint32_t>(agent), occasion, block)[word * kLanes] *
           0x1p-32;
  };
  const auto of_agent = [&](std::uint64_t i) { return uniform(i, 0, 0, 1); };
  std::vector<int> counts(1000);
  for (std::uint64_t i = 0; i < kDraws; ++i) ++counts[static_cast<std::size_t>(of_agent(i) * 1000)];
  EXPECT_LT(std::abs(chi_square_z(counts)), kLargestZ);
  // the next agent, the next occasion, the next block, the next word of the block
  EXPECT_LT(dependence_z(of_agent, [&](std::uint64_t i) { return of_agent(i + 1); }), kLargestZ);
  const auto beside = [&](std::uint32_t occasion, std::uint32_t block, std::size_t word) {
    return dependence_z(of_agent, [&, occasion, block, word](std::uint64_t i) {
      return uniform(i, occasion, block, word);
    });
  };
  EXPECT_LT(beside(1, 0, 1), kLargestZ);
  EXPECT_LT(beside(0, 1, 1), kLargestZ);
  EXPECT_LT(beside(0, 0, 2), kLargestZ);
}

}  // namespace
}  // namespace tavolo::engine
