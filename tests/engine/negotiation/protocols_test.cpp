// Protocols other than alternating offers: ultimatum, single text, one to many.

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "engine/negotiation/catalogue.h"
#include "engine/negotiation/one_to_many.h"
#include "engine/negotiation/single_text.h"
#include "engine/negotiation/strategies.h"
#include "engine/negotiation/ultimatum.h"

namespace tavolo::engine::negotiation {
namespace {

/// A pie of ten slices: outcome x gives x to the first party, the rest to the others.
struct Pie {
  static std::shared_ptr<const Agenda> agenda() {
    Issue slices{"slices", {}};
    for (int x = 0; x <= 10; ++x) slices.levels.push_back(x);
    return std::make_shared<const Agenda>(std::vector<Issue>{slices});
  }
  static Party first(const Strategy& strategy, double reservation = 0) {
    Utilities utilities{{}, reservation};
    for (int x = 0; x <= 10; ++x) utilities.of.push_back(x / 10.0);
    return {"first", utilities, strategy};
  }
  static Party second(const Strategy& strategy, double reservation = 0) {
    Utilities utilities{{}, reservation};
    for (int x = 0; x <= 10; ++x) utilities.of.push_back(1 - x / 10.0);
    return {"second", utilities, strategy};
  }
};

TEST(Ultimatum, GivesTheResponderNoMoreThanItsAlternative) {
  for (const double reservation : {0.0, 0.3, 0.55}) {
    Ultimatum talks{Pie::agenda(),
                    {Pie::first(linear()), Pie::second(linear(), reservation)},
                    10,
                    Ultimatum::Play::subgame_perfect};
    EXPECT_EQ(talks.play(10), Status::agreed);
    EXPECT_EQ(talks.round(), 1);
    const double given = talks.payoff(1);
    EXPECT_GE(given, reservation);
    EXPECT_LT(given, reservation + 0.1);
  }
}

TEST(Ultimatum, FailsWhereNothingServesBoth) {
  Ultimatum talks{Pie::agenda(),
                  {Pie::first(linear(), 0.6), Pie::second(linear(), 0.6)},
                  1,
                  Ultimatum::Play::subgame_perfect};
  EXPECT_EQ(talks.play(1), Status::timed_out);
  EXPECT_EQ(talks.payoff(0), 0.6);
}

TEST(Ultimatum, TakesTheFirstOfEquallyGoodOffers) {
  const auto agenda = std::make_shared<const Agenda>(std::vector<Issue>{{"terms", {0, 1, 2, 3}}});
  Ultimatum talks{
      agenda,
      {{"one", {{0, 1, 1, 1}, 0}, linear()}, {"other", {{1, 0.2, 0.5, 1}, 0.4}, linear()}},
      1,
      Ultimatum::Play::subgame_perfect};
  talks.play(1);
  EXPECT_EQ(talks.agreement(), 2);
}

TEST(Ultimatum, LeavesItToTheStrategiesIfAskedTo) {
  const auto outcome = [](const Strategy& proposer, const Strategy& responder) {
    Ultimatum talks{Pie::agenda(),
                    {Pie::first(proposer), Pie::second(responder)},
                    1,
                    Ultimatum::Play::strategies};
    talks.play(1);
    return talks.agreement();
  };
  EXPECT_EQ(outcome(tough(), tough()), std::nullopt);
  auto humble = tough();
  humble.acceptance = ac_time(0);
  EXPECT_EQ(outcome(tough(), humble), 10);
  EXPECT_EQ(outcome(linear(), linear()), 5);  // t = 1/2: each asks for half
}

/// Issues on which two parties disagree by degrees, as in Klein et al.: every issue matters to
/// both, not equally, and pairs of issues interact.
struct Contract {
  static constexpr int kIssues = 8;
  static std::shared_ptr<const Agenda> agenda() {
    std::vector<Issue> issues;
    for (int i = 0; i < kIssues; ++i) issues.push_back({"clause " + std::to_string(i), {0, 1}});
    return std::make_shared<const Agenda>(issues);
  }
  enum class Taste { clause = 1, pair = 2 };
  static Utilities wishes(std::uint64_t number, std::uint64_t party, double reservation = 0) {
    const Streams luck{number, party};
    std::vector<double> worth;
    agenda()->for_each([&](std::size_t, const Offer& clauses) {
      double sum = 0;
      for (std::uint64_t i = 0; i < kIssues; ++i)
        for (std::uint64_t j = i; j < kIssues; ++j)
          if (clauses[i] == 1 && clauses[j] == 1) sum += luck(Taste::pair, i, j).uniform() - 0.5;
      worth.push_back(sum);
    });
    const auto [low, high] = std::minmax_element(worth.begin(), worth.end());
    Utilities utilities{{}, reservation};
    for (const double w : worth) utilities.of.push_back((w - *low) / (*high - *low));
    return utilities;
  }
  static SingleText talks(std::uint64_t number, const Strategy& one, const Strategy& other,
                          int rounds, double reservation = 0) {
    SingleText text{agenda(),
                    {{"one", wishes(number, 0, reservation), one},
                     {"other", wishes(number, 1, reservation), other}},
                    {rounds, Convention::negmas, Streams{number, 0}}};
    text.play(rounds);
    return text;
  }
};

TEST(SingleText, EndsWhereNoSingleChangeSuitsTwoHillClimbers) {
  const auto strides = [](std::size_t outcome, int issue) { return outcome ^ (1U << issue); };
  for (std::uint64_t number = 0; number < 20; ++number) {
    const auto text = Contract::talks(number, hill_climber(), hill_climber(), 400);
    ASSERT_TRUE(text.agreement());
    EXPECT_EQ(text.round(), 400);
    for (int issue = 0; issue < Contract::kIssues; ++issue) {
      const auto changed = strides(*text.agreement(), issue);
      EXPECT_TRUE(text.utility(0, changed) < text.utility(0, *text.agreement()) ||
                  text.utility(1, changed) < text.utility(1, *text.agreement()));
    }
  }
}

TEST(SingleText, ChangesOneIssueOfTheTextAtATime) {
  auto text = SingleText{Contract::agenda(),
                         {{"one", Contract::wishes(3, 0), annealer(0.2)},
                          {"other", Contract::wishes(3, 1), annealer(0.2)}},
                         {100, Convention::negmas, Streams{3, 0}}};
  text.play(1);
  for (int round = 2; round <= 100; ++round) {
    const auto before = text.text();
    text.play(1);
    const auto proposed = text.trace().back();
    EXPECT_EQ(proposed.party, kMediator);
    EXPECT_EQ(__builtin_popcountll(proposed.outcome ^ before), 1);
    EXPECT_TRUE(text.text() == before || text.text() == proposed.outcome);
  }
}

TEST(SingleText, ServesTwoAnnealersBetterThanTwoHillClimbers) {
  // Klein et al. (2003), table 1: with interdependent issues annealers reach higher welfare.
  double climbers = 0, annealers = 0;
  for (std::uint64_t number = 0; number < 200; ++number) {
    const auto one = Contract::talks(number, hill_climber(), hill_climber(), 400);
    const auto two = Contract::talks(number, annealer(0.1), annealer(0.1), 400);
    climbers += one.payoff(0) + one.payoff(1);
    annealers += two.payoff(0) + two.payoff(1);
  }
  EXPECT_GT(annealers, climbers + 200 * 0.02);
}

TEST(SingleText, IsNoAgreementForWhoeverWouldRatherLeave) {
  int agreed = 0;
  for (std::uint64_t number = 0; number < 50; ++number) {
    const auto text = Contract::talks(number, hill_climber(), hill_climber(), 100, 0.6);
    if (text.agreement()) ++agreed;
    for (std::size_t party = 0; party < 2; ++party) EXPECT_GE(text.payoff(party), 0.6);
  }
  EXPECT_GT(agreed, 5);
  EXPECT_LT(agreed, 50);
}

TEST(SingleText, DependsOnTheSeedAlone) {
  const auto one = Contract::talks(5, annealer(), annealer(), 100);
  const auto same = Contract::talks(5, annealer(), annealer(), 100);
  EXPECT_EQ(one.agreement(), same.agreement());
  for (std::size_t i = 0; i < one.trace().size(); ++i)
    EXPECT_EQ(one.trace()[i].outcome, same.trace()[i].outcome);
}

/// A hub that wants many slices of one pie; partners who give this or that share at most.
OneToMany hub(OneToMany::Regime regime, const std::vector<Strategy>& partners,
              const std::vector<double>& reservations, int rounds = 50,
              const Strategy& own = linear()) {
  std::vector<AlternatingOffers> tables;
  for (std::size_t i = 0; i < partners.size(); ++i)
    tables.emplace_back(Pie::agenda(),
                        std::vector{Pie::first(own), Pie::second(partners[i], reservations[i])},
                        rounds);
  OneToMany talks{std::move(tables), regime};
  talks.play(rounds);
  return talks;
}

TEST(OneToMany, EndsWithTheFirstThatAgreesOrWaitsForTheBest) {
  // The generous partner agrees early; the one who holds out would still give more in the end.
  const std::vector partners{conceder(), boulware()};
  const auto first = hub(OneToMany::Regime::first, partners, {0.5, 0});
  const auto best = hub(OneToMany::Regime::best, partners, {0.5, 0});
  ASSERT_TRUE(first.agreement() && best.agreement());
  EXPECT_EQ(first.partner(), 1);
  EXPECT_LT(first.round(), best.round());
  EXPECT_GE(best.payoff(0), first.payoff(0));
  // who is not chosen leaves
  const std::size_t left = best.partner() == 1 ? 2 : 1;
  EXPECT_EQ(best.payoff(left), left == 1 ? 0.5 : 0);
}

TEST(OneToMany, PlaysPartnersOffAgainstEachOther) {
  double alone = 0, together = 0;
  for (const double reservation : {0.0, 0.1, 0.2}) {
    const auto best =
        hub(OneToMany::Regime::best, {linear(), linear()}, {reservation, 0}, 50, conceder());
    const auto play_off =
        hub(OneToMany::Regime::play_off, {linear(), linear()}, {reservation, 0}, 50, conceder());
    alone += best.payoff(0);
    together += play_off.payoff(0);
    ASSERT_TRUE(play_off.agreement());
    EXPECT_GE(play_off.payoff(0), best.payoff(0));
  }
  EXPECT_GT(together, alone);
}

TEST(OneToMany, NeverTakesLessThanWhatStoodElsewhere) {
  auto talks = [&] {
    std::vector<AlternatingOffers> tables;
    for (const auto& strategy : {conceder(), boulware(), linear()})
      tables.emplace_back(Pie::agenda(), std::vector{Pie::first(linear()), Pie::second(strategy)},
                          40);
    return OneToMany{std::move(tables), OneToMany::Regime::play_off};
  }();
  while (talks.status() == Status::open) {
    std::vector<double> before;
    for (const auto& table : talks.tables()) before.push_back(table.reservation(0));
    talks.play(1);
    for (std::size_t t = 0; t < talks.tables().size(); ++t) {
      EXPECT_GE(talks.tables()[t].reservation(0), before[t]);
      if (const auto deal = talks.tables()[t].agreement()) {
        EXPECT_GE(talks.tables()[t].utility(0, *deal), talks.tables()[t].reservation(0));
      }
    }
  }
  EXPECT_EQ(talks.status(), Status::agreed);
}

TEST(OneToMany, LetsEveryTableHaveItsOwnAgenda) {
  const auto small = std::make_shared<const Agenda>(std::vector<Issue>{{"terms", {0, 1}}});
  std::vector<AlternatingOffers> tables;
  tables.emplace_back(Pie::agenda(), std::vector{Pie::first(linear()), Pie::second(tough())}, 30);
  tables.emplace_back(small,
                      std::vector<Party>{{"hub", {{0.2, 0.4}, 0}, linear()},
                                         {"partner", {{0.1, 0.9}, 0}, linear()}},
                      30);
  OneToMany talks{std::move(tables), OneToMany::Regime::best};
  talks.play(30);
  EXPECT_EQ(talks.partner(), 2);
  EXPECT_EQ(talks.agreement(), 1);
  EXPECT_EQ(talks.payoff(0), 0.4);
  EXPECT_EQ(talks.payoff(2), 0.9);
  for (const auto& proposal : talks.trace()) EXPECT_LE(proposal.party, 2);
}

TEST(OneToMany, IsOneTableWithOnePartner) {
  for (const auto regime :
       {OneToMany::Regime::first, OneToMany::Regime::best, OneToMany::Regime::play_off}) {
    const auto talks = hub(regime, {boulware()}, {0.2});
    AlternatingOffers table{
        Pie::agenda(), {Pie::first(linear()), Pie::second(boulware(), 0.2)}, 50};
    table.play(50);
    EXPECT_EQ(talks.agreement(), table.agreement());
    EXPECT_EQ(talks.round(), table.round());
    EXPECT_EQ(talks.trace().size(), table.trace().size());
  }
}

}  // namespace
}  // namespace tavolo::engine::negotiation
