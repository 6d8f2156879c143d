#include "engine/negotiation/utility.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "engine/random.h"

namespace tavolo::engine::negotiation {
namespace {

using Numbers = std::vector<double>;

enum class Luck { weight, evaluation };

AdditiveUtility additive(std::vector<std::optional<Valuation>> valuations) {
  return {std::move(valuations), {}};
}

TEST(Evaluations, AreMeasuredInTheLargest) {
  const auto issue = Issue::categorical("days", {"a", "b", "c"});
  EXPECT_EQ(evaluations(issue, {1, Listed{{10, 25, 5}}}), (Numbers{0.4, 1, 0.2}));
  EXPECT_EQ(evaluations(issue, {1, Listed{{0, 0, 0}}}), (Numbers{0, 0, 0}));
}

TEST(Evaluations, OfALineStartAtTheLowerBoundAndAreClipped) {
  const auto issue = Issue::integer("speed", 10, 15);
  EXPECT_EQ(evaluations(issue, {1, Linear{0.25, 0.25}}), (Numbers{0.25, 0.5, 0.75, 1, 1, 1}));
  EXPECT_EQ(evaluations(issue, {1, Linear{-0.5, 0.75}}), (Numbers{0.75, 0.25, 0, 0, 0, 0}));
}

TEST(Evaluations, OfATriangleRiseToItsTop) {
  const auto issue = Issue::real("share", 0, 6, 6);
  EXPECT_EQ(evaluations(issue, {1, Triangular{1, 3, 5}}), (Numbers{0, 0, 0.5, 1, 0.5, 0, 0}));
  EXPECT_EQ(evaluations(issue, {1, Triangular{0, 0, 4}}), (Numbers{1, 0.75, 0.5, 0.25, 0, 0, 0}));
}

// The convention is (w0 e0 + w1 e1) + w2 e2, not any other order: compared bit by bit.
TEST(AdditiveUtility, IsSummedFromTheFirstIssueOn) {
  for (std::uint64_t number = 0; number < 20; ++number) {
    const Streams luck{3, number};
    std::vector<Issue> issues;
    AdditiveUtility utility;
    for (std::size_t i = 0; i < 5; ++i) {
      auto draws = luck(Luck::evaluation, i);
      const auto levels = 1 + (i + number) % 4;
      issues.push_back(Issue::integer("issue " + std::to_string(i), 1, static_cast<int>(levels)));
      Listed listed;
      for (std::size_t level = 0; level < levels; ++level)
        listed.evaluations.push_back(draws.uniform());
      utility.valuations.push_back(Valuation{draws.uniform(), listed});
    }
    const Agenda agenda{issues};
    const auto table = tabulate(agenda, utility);
    for (std::size_t outcome = 0; outcome < agenda.outcomes(); ++outcome) {
      const auto levels = agenda.levels(outcome);
      const auto part = [&](std::size_t i) {
        return utility.valuations[i]->weight *
               evaluations(agenda.issues()[i], *utility.valuations[i])[levels[i]];
      };
      const double expected = (((part(0) + part(1)) + part(2)) + part(3)) + part(4);
      ASSERT_EQ(std::memcmp(&table[outcome], &expected, sizeof expected), 0);
    }
  }
}

TEST(AdditiveUtility, OwesNothingToAnIssueThatIsLeftOut) {
  const Agenda agenda{{Issue::integer("a", 0, 1), Issue::integer("b", 0, 1)}};
  EXPECT_EQ(tabulate(agenda, additive({std::nullopt, Valuation{0.5, Listed{{1, 2}}}})),
            (Numbers{0.25, 0.5, 0.25, 0.5}));
}

// u(a, b, c) = a / 4 + 10 a c by hand, over all outcomes, whichever issue of the pair comes first.
TEST(Interaction, IsAddedToTheOutcomesOfItsPair) {
  const Agenda agenda{
      {Issue::integer("a", 0, 1), Issue::integer("b", 0, 2), Issue::integer("c", 0, 1)}};
  auto utility = additive({Valuation{0.25, Listed{{0, 1}}}, std::nullopt, std::nullopt});
  utility.interactions.push_back({0, 2, {0, 0, 0, 10}});
  const auto table = tabulate(agenda, utility);
  agenda.for_each([&](std::size_t outcome, const Offer& terms) {
    EXPECT_EQ(table[outcome], terms[0] / 4 + 10 * terms[0] * terms[2]);
  });

  utility.interactions = {{1, 0, {1, 2, 3, 4, 5, 6}}};  // rows are b, columns are a
  const auto turned = tabulate(agenda, utility);
  agenda.for_each([&](std::size_t outcome, const Offer& terms) {
    EXPECT_EQ(turned[outcome], terms[0] / 4 + 1 + 2 * terms[1] + terms[0]);
  });
}

TEST(Model, IsAskedOnceForEveryOutcomeInOrder) {
  const Agenda agenda{{{"pay", {10, 20}}, {"days", {1, 2, 3}}}};
  std::vector<Offer> asked;
  const auto table = tabulate(agenda, [&](const Offer& terms) {
    asked.push_back(terms);
    return terms[1] > 2 ? kInfeasible : terms[0] * terms[1];
  });
  EXPECT_EQ(table, (Numbers{10, 20, kInfeasible, 20, 40, kInfeasible}));
  ASSERT_EQ(asked.size(), agenda.outcomes());
  for (std::size_t outcome = 0; outcome < asked.size(); ++outcome)
    EXPECT_EQ(asked[outcome], agenda.offer(outcome));
}

TEST(RuleOut, MakesAnOutcomeInfeasibleForAll) {
  const Agenda agenda{{{"grant", {0, 100}}, {"roads", {0, 50}}}};
  std::vector<Utilities> parties{{{1, 2, 3, 4}, 0}, {{4, 3, 2, 1}, 0}};
  rule_out(
      agenda, [](const Offer& terms) { return terms[0] + terms[1] <= 100; }, parties);
  EXPECT_EQ(parties[0].of, (Numbers{1, 2, 3, kInfeasible}));
  EXPECT_EQ(parties[1].of, (Numbers{4, 3, 2, kInfeasible}));
}

}  // namespace
}  // namespace tavolo::engine::negotiation
