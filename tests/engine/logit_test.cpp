#include "engine/logit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <numeric>
#include <vector>

#include "engine/random.h"
#include "tests/support/proportion.h"

namespace tavolo::engine {
namespace {

enum class Luck { taste, nest };

const Streams kLuck{7, 0};

constexpr std::size_t kLanes = WordLanes::kLanes, kBlock = WordLanes::kBlock;
using Lanes = std::array<std::uint32_t, kLanes>;

Lanes agents_from(std::uint32_t first) {
  Lanes agents;
  std::iota(agents.begin(), agents.end(), first);
  return agents;
}

/// A word of every lane's agent for one object.
Lanes words_for(const WordLanes& luck, const Lanes& agents, std::uint32_t object) {
  std::array<std::uint32_t, kLanes * kBlock> block;
  const Lanes occasions{};
  luck.fill(agents.data(), occasions.data(), object / WordLanes::kBlock, block.data());
  Lanes words;
  std::copy_n(block.begin() + object % kBlock * kLanes, kLanes, words.begin());
  return words;
}

/// Alternatives that sixteen agents choose among.
struct Choice {
  explicit Choice(std::size_t n) : utils(n), objects(n) {
    std::iota(objects.begin(), objects.end(), 0U);
  }
  using Chosen = std::array<std::int32_t, kLanes>;
  Chosen choose(std::uint32_t first_agent, float scale, float floor) const {
    Chosen chosen;
    std::array<float, kLanes> best;
    best.fill(floor);
    const auto agents = agents_from(first_agent);
    const Lanes occasions{};
    vectorised([&]() TAVOLO_IN_LOOP {
      choose_by_logit(kLuck.words(Luck::taste), agents.data(), occasions.data(), objects, scale,
                      best.data(), chosen.data(), [&](std::size_t j) TAVOLO_IN_LOOP {
                        const float utility = utils[j];
                        return [utility](std::size_t) TAVOLO_IN_LOOP { return utility; };
                      });
    });
    return chosen;
  }
  /// As one would first write it.
  Chosen choose_plainly(std::uint32_t first_agent, float scale, float floor) const {
    Chosen chosen;
    chosen.fill(-1);
    std::array<float, kLanes> best;
    best.fill(floor);
    for (std::size_t j = 0; j < utils.size(); ++j) {
      const auto words = words_for(kLuck.words(Luck::taste), agents_from(first_agent), objects[j]);
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        const float utility = utils[j] + scale * gumbel_of_word(words[lane]);
        if (utility > best[lane]) {
          best[lane] = utility;
          chosen[lane] = static_cast<std::int32_t>(j);
        }
      }
    }
    return chosen;
  }

  std::vector<float> utils;
  std::vector<std::uint32_t> objects;
};

TEST(GumbelOfWord, HasItsMeanAndVariance) {
  constexpr std::uint32_t kAgents = 80'000, kObjects = 16;
  double sum = 0, squares = 0;
  const double n = 1.0 * kObjects * kAgents;
  for (std::uint32_t agent = 0; agent < kAgents; agent += kLanes)
    for (std::uint32_t object = 0; object < kObjects; ++object)
      for (const auto word : words_for(kLuck.words(Luck::taste), agents_from(agent), object)) {
        const double g = gumbel_of_word(word);
        sum += g;
        squares += g * g;
      }
  const double mean = sum / n, variance = squares / n - mean * mean;
  const double pi = std::numbers::pi;
  // the Gumbel distribution has kurtosis 5.4
  EXPECT_LT(std::abs(mean - std::numbers::egamma), 4.5 * pi / std::sqrt(6 * n));
  EXPECT_LT(std::abs(variance - pi * pi / 6), 4.5 * (pi * pi / 6) * std::sqrt(4.4 / n));
}

TEST(GumbelOfWord, IsTheClosedFormOfItsUniform) {
  for (std::uint32_t i = 0; i < 100'000; ++i) {
    const std::uint32_t word = i < 1000 ? i : i * 42'949U;
    const double u = (static_cast<double>(word >> 1) + 0.5) * 0x1p-31;
    const double exact = -std::log(-std::log1p(-u));
    // near 1 the uniform itself is rounded to single precision
    const double rounded = 1e-7 / ((1 - u) * -std::log1p(-u));
    EXPECT_NEAR(gumbel_of_word(word), exact, 2e-6 + rounded) << word;
  }
}

TEST(GumbelOfWord, IsNeverAboveItsCeiling) {
  for (std::uint32_t i = 0; i < 5'000'000; ++i) {
    const std::uint32_t word = i < 100'000 ? i : i * 859U;
    ASSERT_LE(gumbel_of_word(word), gumbel_ceiling_of_word(word)) << word;
  }
  EXPECT_LE(gumbel_of_word(~0U), gumbel_ceiling_of_word(~0U));
}

TEST(ChooseByLogit, IsThePlainChoiceDrawByDraw) {
  for (const std::size_t n : {1U, 16U, 24U, 200U, 1100U}) {
    Choice choice{n};
    for (std::size_t j = 0; j < n; ++j) {
      choice.utils[j] = 0.01f * static_cast<float>(j * 37 % 211);
      choice.objects[j] = static_cast<std::uint32_t>(j + j / 3);  // some are not to be had
    }
    for (std::uint32_t agent = 0; agent < 3000; agent += kLanes)
      for (const float floor : {-1e20f, 1.0f, 3.0f})
        ASSERT_EQ(choice.choose(agent, 0.25f, floor), choice.choose_plainly(agent, 0.25f, floor));
  }
}

TEST(ChooseByLogit, DoesNotDependOnTheLane) {
  Choice choice{40};
  for (std::size_t j = 0; j < 40; ++j) choice.utils[j] = 0.01f * static_cast<float>(j * 37 % 211);
  const auto here = choice.choose(50, 0.25f, 1.0f), there = choice.choose(45, 0.25f, 1.0f);
  for (std::size_t lane = 0; lane + 5 < kLanes; ++lane) EXPECT_EQ(here[lane], there[lane + 5]);
}

TEST(ChooseByLogit, IsTheSameWithEveryInstructionSet) {
  Choice choice{200};
  for (std::size_t j = 0; j < 200; ++j) choice.utils[j] = 0.01f * static_cast<float>(j * 37 % 211);
  for (std::uint32_t agent = 0; agent < 3000; agent += kLanes) {
    limit_isa(Isa::avx512);
    const auto chosen = choice.choose(agent, 0.25f, 1.0f);
    for (const Isa isa : {Isa::plain, Isa::avx2}) {
      limit_isa(isa);
      ASSERT_EQ(choice.choose(agent, 0.25f, 1.0f), chosen) << agent;
    }
  }
  limit_isa(Isa::avx512);
}

TEST(ChooseByLogit, FollowsTheLogit) {
  constexpr std::uint32_t kAgents = 400'000;
  constexpr std::size_t kN = 24;
  const float scale = 0.5f;
  Choice choice{kN};
  double sum = 0;
  std::vector<double> weight(kN);
  for (std::size_t j = 0; j < kN; ++j) {
    choice.utils[j] = 0.1f * static_cast<float>(j * 5 % 24);
    sum += weight[j] = std::exp(choice.utils[j] / scale);
  }
  std::vector<double> count(kN);
  for (std::uint32_t agent = 0; agent < kAgents; agent += kLanes)
    for (const int chosen : choice.choose(agent, scale, -1e20f))
      ++count[static_cast<std::size_t>(chosen)];
  double chi_square = 0;
  for (std::size_t j = 0; j < kN; ++j) {
    const double expected = kAgents * weight[j] / sum;
    EXPECT_TRUE(test::is_proportion(count[j], kAgents, weight[j] / sum)) << j;
    chi_square += (count[j] - expected) * (count[j] - expected) / expected;
  }
  EXPECT_LT((chi_square - (kN - 1)) / std::sqrt(2.0 * (kN - 1)), 4.5);
}

TEST(ChooseByLogit, WhatIsRaisedLosesNobody) {
  Choice choice{24};
  for (std::size_t j = 0; j < 24; ++j) choice.utils[j] = 0.05f * static_cast<float>(j);
  auto raised = choice;
  raised.utils[7] += 0.5f;
  int won = 0;
  for (std::uint32_t agent = 0; agent < 20'000; agent += kLanes) {
    const auto before = choice.choose(agent, 1.0f, 2.0f), after = raised.choose(agent, 1.0f, 2.0f);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      EXPECT_TRUE(after[lane] == before[lane] || after[lane] == 7) << agent;
      won += after[lane] == 7 && before[lane] != 7;
    }
  }
  EXPECT_GT(won, 100);
}

TEST(LogPositiveStable, HasItsLaplaceTransform) {
  // E exp(-t S) = exp(-t^a), by the mean of many draws and its standard error
  constexpr float kIndex = 0.6f;
  constexpr double kT = 1.3;
  constexpr int kDraws = 100'000;
  double sum = 0, squares = 0;
  for (std::uint32_t agent = 0; agent < kDraws; agent += kLanes) {
    const auto angle = words_for(kLuck.words(Luck::nest), agents_from(agent), 0);
    const auto length = words_for(kLuck.words(Luck::nest), agents_from(agent), 1);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const float log_s = log_positive_stable(kIndex, uniform_of_word(angle[lane]),
                                              exponential_of_word(length[lane]));
      const double x = std::exp(-kT * std::exp(static_cast<double>(log_s)));
      sum += x;
      squares += x * x;
    }
  }
  const double mean = sum / kDraws;
  const double error = std::sqrt((squares / kDraws - mean * mean) / kDraws);
  EXPECT_LT(std::abs(mean - std::exp(-std::pow(kT, kIndex))), 4.5 * error);
}

TEST(LogPositiveStable, OfIndexOneIsNothing) { EXPECT_EQ(log_positive_stable(1, 0.3f, 0.7f), 0); }

}  // namespace
}  // namespace tavolo::engine
