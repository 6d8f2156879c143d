#include "engine/negotiation/agenda.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "engine/error.h"
#include "tests/support/refusal.h"

namespace tavolo::engine::negotiation {
namespace {

using test::refusal;
using testing::AllOf;
using testing::HasSubstr;

std::string complaint_about(std::vector<Issue> issues) {
  try {
    Agenda agenda{std::move(issues)};
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

std::vector<double> levels(int count) {
  std::vector<double> values;
  for (int i = 0; i < count; ++i) values.push_back(i);
  return values;
}

TEST(Agenda, TurnsTheLastIssueFastest) {
  const Agenda agenda{{{"pay_eur", {10, 20}}, {"days", {1, 2, 3}}}};
  ASSERT_EQ(agenda.outcomes(), 6);
  EXPECT_EQ(agenda.offer(0), (Offer{10, 1}));
  EXPECT_EQ(agenda.offer(1), (Offer{10, 2}));
  EXPECT_EQ(agenda.offer(2), (Offer{10, 3}));
  EXPECT_EQ(agenda.offer(3), (Offer{20, 1}));
  EXPECT_EQ(agenda.offer(5), (Offer{20, 3}));
}

TEST(Agenda, FindsEveryOutcomeByItsTerms) {
  const Agenda agenda{{{"a", {3, 1}}, {"b", {0.1, 0.2, 0.7}}, {"c", {5}}, {"d", {0, 2, 4, 8}}}};
  ASSERT_EQ(agenda.outcomes(), 24);
  for (std::size_t outcome = 0; outcome < agenda.outcomes(); ++outcome)
    EXPECT_EQ(agenda.index(agenda.offer(outcome)), outcome);
}

TEST(Agenda, RefusesTermsThatItDoesNotKnow) {
  const Agenda agenda{{{"pay_eur", {10, 20}}, {"days", {1, 2, 3}}}};
  EXPECT_THROW(agenda.index({10, 4}), InputError);
  EXPECT_THROW(agenda.index({10}), InputError);
  EXPECT_THROW(agenda.index({10, 1, 1}), InputError);
}

TEST(Agenda, NamesTheCountAndTheLimitWhenItIsTooLarge) {
  EXPECT_THAT(complaint_about(std::vector<Issue>(8, {"level", levels(7)})),
              AllOf(HasSubstr("5764801 outcomes"), HasSubstr("1000000")));
  EXPECT_EQ(complaint_about(std::vector<Issue>(2, {"level", levels(1000)})), "");
  // More than any integer can count.
  EXPECT_THAT(complaint_about(std::vector<Issue>(100, {"level", levels(10)})),
              HasSubstr("1e+100 outcomes"));
}

TEST(Agenda, RefusesIssuesWithoutDistinctFiniteLevels) {
  EXPECT_THAT(complaint_about({}), HasSubstr("no issue"));
  EXPECT_THAT(complaint_about({{"pay_eur", {1, 2}}, {"days", {}}}), HasSubstr("'days'"));
  EXPECT_THAT(complaint_about({{"days", {1, 2, 1}}}), HasSubstr("'days'"));
  EXPECT_THAT(complaint_about({{"days", {1, std::numeric_limits<double>::quiet_NaN()}}}),
              HasSubstr("'days'"));
}

TEST(Issue, IsLabelsWholeNumbersOrAGrid) {
  const auto payment = Issue::categorical("payment", {"on delivery", "30 days"});
  EXPECT_EQ(payment.levels, (std::vector<double>{0, 1}));
  EXPECT_EQ(payment.text(1), "30 days");
  EXPECT_EQ(Issue::integer("days", -1, 2).levels, (std::vector<double>{-1, 0, 1, 2}));
  EXPECT_EQ(Issue::integer("days", 3, 3).levels, (std::vector<double>{3}));
  const auto share = Issue::real("share", 0.1, 0.7, 3);
  ASSERT_EQ(share.levels.size(), 4);
  EXPECT_EQ(share.levels.front(), 0.1);
  EXPECT_DOUBLE_EQ(share.levels[1], 0.3);
  EXPECT_EQ(share.levels.back(), 0.7);
  EXPECT_EQ(share.text(3), "0.7");
}

TEST(Issue, RefusesRangesThatCannotBeListed) {
  EXPECT_THAT(refusal([] { Issue::integer("days", 3, 2); }), HasSubstr("from 3 to 2"));
  EXPECT_THAT(refusal([] { Issue::integer("days", 0, 2'000'000'000'000); }),
              HasSubstr("more than 1000000 values"));
  EXPECT_THAT(refusal([] { Issue::real("share", 1, 1, 3); }), HasSubstr("from 1 to 1"));
  EXPECT_THAT(refusal([] { Issue::real("share", 0, 1, 0); }), HasSubstr("0 steps"));
  EXPECT_THAT(refusal([] { Issue::real("share", 0, 1, 1'000'000); }),
              HasSubstr("more than 1000000 values"));
}

TEST(Agenda, RefusesLabelsThatAreNotOnePerLevel) {
  EXPECT_THAT(complaint_about({Issue::categorical("payment", {"a", "b", "a"})}),
              HasSubstr("the label 'a' twice"));
  EXPECT_THAT(complaint_about({{"payment", {0, 1}, {"a"}, Issue::Kind::categorical}}),
              HasSubstr("1 labels for 2 levels"));
}

TEST(Agenda, WalksThroughItsOutcomes) {
  const Agenda agenda{{{"a", {3, 1}}, Issue::integer("b", 1, 3), {"c", {5}}}};
  std::size_t next = 0;
  agenda.for_each([&](std::size_t outcome, const Offer& terms) {
    EXPECT_EQ(outcome, next++);
    EXPECT_EQ(terms, agenda.offer(outcome));
    const auto levels = agenda.levels(outcome);
    for (std::size_t i = 0; i < levels.size(); ++i)
      EXPECT_EQ(agenda.issues()[i].levels[levels[i]], terms[i]);
  });
  EXPECT_EQ(next, agenda.outcomes());
}

}  // namespace
}  // namespace tavolo::engine::negotiation
