#include "engine/logit.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "engine/random.h"
#include "tests/support/proportion.h"

namespace tavolo::engine {
namespace {

enum class Luck { taste, nest };

const Streams kLuck{7, 0};

/// Alternatives and one agent's words for them.
struct Choice {
  explicit Choice(std::size_t n) : utils(padded(n), kImpossible), ranks(padded(n)) {
    words.resize((n + WordPages::kWords - 1) / WordPages::kWords * WordPages::kWords);
  }
  void draw(std::uint32_t agent) {
    const auto pages = kLuck.pages(Luck::taste);
    for (std::uint32_t page = 0; page < words.size() / WordPages::kWords; ++page)
      pages.fill(agent, 0, page, &words[page * WordPages::kWords]);
  }
  int choose(float scale, float floor) {
    int chosen = 0;
    vectorised([&]() TAVOLO_IN_LOOP {
      chosen =
          choose_by_logit(utils.data(), words.data(), utils.size(), scale, floor, ranks.data());
    });
    return chosen;
  }
  /// As one would first write it.
  int choose_plainly(float scale, float floor) const {
    int best = -1;
    for (std::size_t j = 0; j < utils.size(); ++j) {
      const float utility = utils[j] + scale * gumbel_of_word(words[j]);
      if (utility > floor) {
        floor = utility;
        best = static_cast<int>(j);
      }
    }
    return best;
  }

  std::vector<float> utils;
  std::vector<std::uint32_t> words;
  std::vector<std::int32_t> ranks;
};

TEST(GumbelOfWord, HasItsMeanAndVariance) {
  constexpr std::uint32_t kAgents = 20'000;
  Choice choice{64};
  double sum = 0, squares = 0;
  const double n = 64.0 * kAgents;
  for (std::uint32_t agent = 0; agent < kAgents; ++agent) {
    choice.draw(agent);
    for (const auto word : choice.words) {
      const double g = gumbel_of_word(word);
      sum += g;
      squares += g * g;
    }
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
    for (std::size_t j = 0; j < n; ++j) choice.utils[j] = 0.01f * static_cast<float>(j * 37 % 211);
    for (std::uint32_t agent = 0; agent < 3000; ++agent) {
      choice.draw(agent);
      for (const float floor : {-1e20f, 1.0f, 3.0f})
        ASSERT_EQ(choice.choose(0.25f, floor), choice.choose_plainly(0.25f, floor)) << agent;
    }
  }
}

TEST(ChooseByLogit, IsTheSameWithEveryInstructionSet) {
  Choice choice{200};
  for (std::size_t j = 0; j < 200; ++j) choice.utils[j] = 0.01f * static_cast<float>(j * 37 % 211);
  for (std::uint32_t agent = 0; agent < 3000; ++agent) {
    choice.draw(agent);
    limit_isa(Isa::avx512);
    const int chosen = choice.choose(0.25f, 1.0f);
    for (const Isa isa : {Isa::plain, Isa::avx2}) {
      limit_isa(isa);
      ASSERT_EQ(choice.choose(0.25f, 1.0f), chosen) << agent;
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
  for (std::uint32_t agent = 0; agent < kAgents; ++agent) {
    choice.draw(agent);
    ++count[static_cast<std::size_t>(choice.choose(scale, -1e20f))];
  }
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
  int won = 0;
  for (std::uint32_t agent = 0; agent < 20'000; ++agent) {
    choice.draw(agent);
    const int before = choice.choose(1.0f, 2.0f);
    choice.utils[7] += 0.5f;
    const int after = choice.choose(1.0f, 2.0f);
    choice.utils[7] = 0.35f;
    EXPECT_TRUE(after == before || after == 7) << agent;
    won += after == 7 && before != 7;
  }
  EXPECT_GT(won, 100);
}

TEST(LogPositiveStable, HasItsLaplaceTransform) {
  // E exp(-t S) = exp(-t^a), by the mean of many draws and its standard error
  constexpr float kIndex = 0.6f;
  constexpr double kT = 1.3;
  constexpr int kDraws = 100'000;
  const auto pages = kLuck.pages(Luck::nest);
  std::uint32_t words[WordPages::kWords];
  double sum = 0, squares = 0;
  for (std::uint32_t i = 0; i < kDraws; ++i) {
    pages.fill(i, 0, 0, words);
    const float log_s =
        log_positive_stable(kIndex, uniform_of_word(words[0]), exponential_of_word(words[16]));
    const double x = std::exp(-kT * std::exp(static_cast<double>(log_s)));
    sum += x;
    squares += x * x;
  }
  const double mean = sum / kDraws;
  const double error = std::sqrt((squares / kDraws - mean * mean) / kDraws);
  EXPECT_LT(std::abs(mean - std::exp(-std::pow(kT, kIndex))), 4.5 * error);
}

TEST(LogPositiveStable, OfIndexOneIsNothing) { EXPECT_EQ(log_positive_stable(1, 0.3f, 0.7f), 0); }

}  // namespace
}  // namespace tavolo::engine
