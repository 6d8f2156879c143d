#include "engine/negotiation/tournament.h"

#include <gtest/gtest.h>
#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <cmath>
#include <string>
#include <vector>

#include "engine/negotiation/alternating_offers.h"
#include "engine/negotiation/catalogue.h"

namespace tavolo::engine::negotiation {
namespace {

enum class Taste { weight = 1, level = 2 };

/// A small made-up domain.
Domain made_up(std::uint64_t number, std::size_t parties) {
  std::vector<Issue> issues{{"a", {0, 1, 2, 3}}, {"b", {0, 1, 2}}, {"c", {0, 1, 2}}};
  Domain domain{"domain " + std::to_string(number), Agenda{issues}, {}, {}};
  const Streams luck{number, 0};
  for (std::size_t p = 0; p < parties; ++p) {
    Profile profile{"party " + std::to_string(p), {}, 0.2, 1};
    for (std::size_t i = 0; i < issues.size(); ++i) {
      Listed listed;
      auto draws = luck(Taste::level, p, i);
      for (std::size_t l = 0; l < issues[i].levels.size(); ++l)
        listed.evaluations.push_back(0.05 + draws.uniform());
      profile.utility.valuations.push_back(Valuation{1.0 / 3, listed});
    }
    domain.profiles.push_back(profile);
  }
  return domain;
}

TournamentDesign design(const std::vector<std::string>& names, std::size_t domains,
                        std::size_t parties, int repetitions = 1) {
  TournamentDesign design;
  for (const auto& name : names) design.strategies.push_back(make_strategy(name));
  for (std::size_t d = 0; d < domains; ++d) design.arenas.emplace_back(made_up(d + 1, parties));
  design.rounds = 40;
  design.repetitions = repetitions;
  return design;
}

std::vector<double> numbers(const TournamentResult& result) {
  std::vector<double> all;
  for (const auto& score : result.scores)
    all.insert(all.end(),
               {score.utility.value, score.utility.half_width, score.std_dev, score.partners,
                score.agreed, score.rounds, score.nash_distance, score.pareto_distance});
  for (const auto& row : result.payoffs) all.insert(all.end(), row.begin(), row.end());
  for (const auto& contest : result.contests)
    all.insert(all.end(), {contest.difference.value, contest.p, contest.p_holm});
  return all;
}

TEST(Tournament, IsTheSameOnOneThreadAndOnMany) {
  const auto names = std::vector<std::string>{"random", "boulware", "nice_tit_for_tat"};
  const auto many_repetitions = design(names, 2, 2, 150);
  const auto with_threads = [&](int threads) {
    tbb::global_control limit{tbb::global_control::max_allowed_parallelism,
                              static_cast<std::size_t>(threads)};
    tbb::task_arena arena{threads};
    TournamentResult result;
    arena.execute([&] { result = run_tournament(many_repetitions); });
    return numbers(result);
  };
  const auto one = with_threads(1);
  EXPECT_EQ(one, with_threads(2));
  EXPECT_EQ(one, with_threads(5));
}

TEST(Tournament, CountsEveryStrategyInEveryRole) {
  const auto games = design({"boulware", "conceder"}, 3, 2);
  const auto result = run_tournament(games);
  EXPECT_EQ(result.negotiations, 3 * 2 * 2);
  double sum[2][2] = {};
  for (const auto& arena : games.arenas)
    for (std::size_t row = 0; row < 2; ++row)
      for (std::size_t column = 0; column < 2; ++column) {
        const auto seated = [&](std::size_t first, std::size_t second) {
          AlternatingOffers talks{
              arena.agenda,
              arena.seat({std::make_shared<const Strategy>(games.strategies[first]),
                          std::make_shared<const Strategy>(games.strategies[second])}),
              40};
          talks.play(40);
          return talks;
        };
        sum[row][column] += seated(row, column).payoff(0) + seated(column, row).payoff(1);
      }
  for (std::size_t row = 0; row < 2; ++row) {
    for (std::size_t column = 0; column < 2; ++column)
      EXPECT_NEAR(result.payoffs[row][column], sum[row][column] / 6, 1e-12);
    EXPECT_NEAR(result.scores[row].utility.value, (sum[row][0] + sum[row][1]) / 12, 1e-12);
    EXPECT_EQ(result.scores[row].utility.n, 3 * 2 * 2);
  }
  // all that is paid to one is paid by meeting somebody
  EXPECT_NEAR(result.scores[0].utility.value + result.scores[1].utility.value,
              result.scores[0].partners + result.scores[1].partners, 1e-12);
}

TEST(Tournament, SeatsARowInEveryChairOfALargerTable) {
  const auto result = run_tournament(design({"boulware", "linear", "conceder"}, 2, 3));
  EXPECT_EQ(result.negotiations, 2 * 9 * 3);
  EXPECT_EQ(result.scores.front().utility.n, 2 * 3 * 3);
}

TEST(Tournament, ShowsThatHoldingOutPaysAgainstWhoeverConcedes) {
  const auto result = run_tournament(design({"boulware", "conceder"}, 12, 2));
  EXPECT_GT(result.payoffs[0][1], result.payoffs[1][1]);
  EXPECT_GT(result.payoffs[0][0], result.payoffs[1][0]);
  ASSERT_EQ(result.contests.size(), 1);
  EXPECT_GT(result.contests[0].difference.value, 0);
  EXPECT_LT(result.contests[0].p_holm, 0.001);
}

TEST(Tournament, FindsNoDifferenceBetweenAStrategyAndItself) {
  const auto result = run_tournament(design({"linear", "linear", "time:1"}, 3, 2));
  for (const auto& contest : result.contests) {
    EXPECT_EQ(contest.difference.value, 0);
    EXPECT_EQ(contest.p_holm, 1);
  }
}

TEST(Tournament, ReportsHowOftenTwoHardlinersFail) {
  const auto result = run_tournament(design({"tough", "linear"}, 4, 2));
  EXPECT_EQ(result.agreed[0][0], 0);
  EXPECT_GT(result.agreed[0][1], 0);
  EXPECT_GT(result.agreed[1][1], 0.7);
  EXPECT_LE(result.scores[0].agreed_between.low, result.scores[0].agreed);
}

TEST(RunningMean, IsTheMeanOfAllHoweverTheyAreJoined) {
  RunningMean whole, left, right, nothing;
  std::vector<double> values;
  const Streams luck{7, 0};
  for (std::uint64_t i = 0; i < 100; ++i) {
    values.push_back(1e6 + luck(Taste::weight, i).uniform());
    whole.add(values.back());
    (i < 37 ? left : right).add(values.back());
  }
  left.join(nothing);
  left.join(right);
  for (const auto* stream : {&whole, &left}) {
    EXPECT_EQ(stream->n(), 100);
    EXPECT_NEAR(stream->mean(), mean(values), 1e-9);
    EXPECT_NEAR(stream->standard_deviation(), standard_deviation(values), 1e-9);
  }
  EXPECT_TRUE(std::isnan(nothing.mean()));
}

TEST(Holm, StepsDownFromTheSmallestP) {
  // 4 x 0.01, 3 x 0.012, 2 x 0.03, 1 x 0.2: each at least the one before
  const auto adjusted = holm({0.03, 0.01, 0.2, 0.012});
  EXPECT_DOUBLE_EQ(adjusted[1], 0.04);
  EXPECT_DOUBLE_EQ(adjusted[3], 0.04);
  EXPECT_DOUBLE_EQ(adjusted[0], 0.06);
  EXPECT_DOUBLE_EQ(adjusted[2], 0.2);
  EXPECT_EQ(holm({0.9, 0.8}), (std::vector<double>{1, 1}));
}

}  // namespace
}  // namespace tavolo::engine::negotiation
