#include "engine/negotiation/alternating_offers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "engine/negotiation/strategies.h"
#include "engine/random.h"

namespace tavolo::engine::negotiation {
namespace {

/// A pie of `slices` to share: outcome x gives x slices to the first party, the rest to the second.
struct Pie {
  explicit Pie(int slices_) : slices{slices_} {}

  Agenda agenda() const {
    Issue issue{"slices", {}};
    for (int x = 0; x <= slices; ++x) issue.levels.push_back(x);
    return Agenda{{issue}};
  }
  Party first(const Strategy& strategy, double reservation = 0) const {
    Utilities utilities{{}, reservation};
    for (int x = 0; x <= slices; ++x) utilities.of.push_back(static_cast<double>(x) / slices);
    return {"first", utilities, strategy};
  }
  Party second(const Strategy& strategy, double reservation = 0) const {
    Utilities utilities{{}, reservation};
    for (int x = 0; x <= slices; ++x)
      utilities.of.push_back(static_cast<double>(slices - x) / slices);
    return {"second", utilities, strategy};
  }
  AlternatingOffers table(const Strategy& one, const Strategy& other, int rounds) const {
    return {agenda(), {first(one), second(other)}, rounds};
  }

  int slices;
};

AlternatingOffers played(AlternatingOffers session) {
  session.play(session.rounds());
  return session;
}

/// Utility of a party when the talks are over, with or without a deal.
double result(const AlternatingOffers& session, std::size_t party) {
  const auto deal = session.agreement();
  return deal ? session.utility(party, *deal) : session.parties()[party].reservation;
}

std::vector<std::tuple<int, int, std::size_t>> moves(const AlternatingOffers& session) {
  std::vector<std::tuple<int, int, std::size_t>> all;
  for (const auto& proposal : session.trace())
    all.emplace_back(proposal.party, proposal.round, proposal.outcome);
  return all;
}

const std::vector<Strategy> kStrategies{boulware(), linear(), conceder(), micro(), tit_for_tat()};

enum class Draw { utility, reservation, strategy };

/// Made-up negotiations of two to four parties, with ties, infeasible outcomes and reservation
/// values that sometimes leave no room for a deal.
AlternatingOffers made_up(std::uint64_t number, int rounds = 60) {
  const Streams luck{2024, 0};
  const std::size_t parties = 2 + number % 3;
  const Agenda agenda{{{"a", {0, 1, 2, 3}}, {"b", {0, 1, 2}}, {"c", {0, 1, 2}}}};
  std::vector<Party> chairs;
  for (std::size_t p = 0; p < parties; ++p) {
    auto worth = luck(Draw::utility, number, p);
    Utilities utilities{{}, 0.5 * luck(Draw::reservation, number, p).uniform()};
    for (std::size_t outcome = 0; outcome < agenda.outcomes(); ++outcome) {
      const double draw = worth.uniform();
      utilities.of.push_back(draw < 0.04 ? kInfeasible : std::round(20 * draw) / 20);
    }
    const double choice = luck(Draw::strategy, number, p).uniform();
    const auto strategy =
        static_cast<std::size_t>(choice * static_cast<double>(kStrategies.size()));
    chairs.emplace_back("party " + std::to_string(p), utilities, kStrategies[strategy]);
  }
  return {agenda, chairs, rounds};
}

constexpr std::uint64_t kMadeUp = 300;

TEST(AlternatingOffers, SplitsAPieEvenlyAmongEqualLinearConceders) {
  // Both ask for 1 - t, t = round / 100: the demands first fit the pie in round 50.
  const auto session = played(Pie{100}.table(linear(), linear(), 99));
  ASSERT_EQ(session.status(), Status::agreed);
  EXPECT_EQ(session.round(), 50);
  EXPECT_EQ(session.terms(), (Offer{50}));
}

TEST(AlternatingOffers, EndsWhenTheDemandsFirstFitThePie) {
  // Both ask for 1 - t^2: 2 t^2 >= 1 from round 100 sqrt(1/2) = 70.7 on.
  const auto curve = time_dependent(2);
  const auto session = played(Pie{1000}.table(curve, curve, 99));
  ASSERT_EQ(session.status(), Status::agreed);
  EXPECT_EQ(session.round(), 71);
  EXPECT_NEAR(result(session, 0), 1 - 0.71 * 0.71, 0.001);
}

TEST(AlternatingOffers, LetsTwoMicroPartiesMeetInTheMiddle) {
  // In round r the first asks for 11 - r slices; the second takes what is left from round 6 on.
  const auto session = played(Pie{10}.table(micro(), micro(), 100));
  ASSERT_EQ(session.status(), Status::agreed);
  EXPECT_EQ(session.round(), 6);
  EXPECT_EQ(session.terms(), (Offer{5}));
  EXPECT_EQ(session.trace().size(), 11);
}

TEST(AlternatingOffers, LetsTitForTatMatchALinearConceder) {
  // The first gives r slices in round r, so the second has given r - 1: they meet in round 51.
  const auto session = played(Pie{100}.table(linear(), tit_for_tat(), 99));
  ASSERT_EQ(session.status(), Status::agreed);
  EXPECT_EQ(session.round(), 51);
  EXPECT_EQ(session.terms(), (Offer{49}));
}

TEST(AlternatingOffers, LeavesTwoTitForTatPartiesWhereTheyBegan) {
  const auto session = played(Pie{10}.table(tit_for_tat(), tit_for_tat(), 20));
  EXPECT_EQ(session.status(), Status::timed_out);
  EXPECT_EQ(session.round(), 20);
  EXPECT_EQ(session.agreement(), std::nullopt);
  ASSERT_EQ(session.trace().size(), 40);
  for (const auto& proposal : session.trace())
    EXPECT_EQ(proposal.outcome, proposal.party == 0 ? 10 : 0);
}

TEST(AlternatingOffers, LetsTitForTatGoByItsLeastGenerousPartner) {
  // One partner concedes all the way, the other never moves: so neither does tit-for-tat.
  const Pie pie{20};
  const auto session = played(
      {pie.agenda(), {pie.first(linear()), pie.first(linear(), 1), pie.second(tit_for_tat())}, 30});
  EXPECT_EQ(session.status(), Status::timed_out);
  int offers = 0;
  for (const auto& proposal : session.trace()) {
    if (proposal.party != 2) continue;
    EXPECT_EQ(proposal.outcome, 0);
    ++offers;
  }
  EXPECT_EQ(offers, 30);
}

TEST(AlternatingOffers, LetsMicroNeverRunAheadOfItsPartner) {
  const auto session = played(Pie{50}.table(micro(), boulware(), 80));
  std::set<std::size_t> own, received;
  for (const auto& proposal : session.trace()) {
    (proposal.party == 0 ? own : received).insert(proposal.outcome);
    EXPECT_LE(own.size(), received.size() + 1);
  }
  EXPECT_GT(own.size(), 5);
}

TEST(AlternatingOffers, LetsMicroRepeatItsLastOfferWhileItsPartnerStandsStill) {
  const Pie pie{10};
  const auto session = played({pie.agenda(), {pie.first(boulware(), 1), pie.second(micro())}, 4});
  std::vector<std::size_t> offers;  // one step ahead is as far as MiCRO goes
  for (const auto& proposal : session.trace())
    if (proposal.party == 1) offers.push_back(proposal.outcome);
  EXPECT_EQ(offers, (std::vector<std::size_t>{0, 1, 1, 1}));
}

TEST(AlternatingOffers, LetsMicroStopAtItsReservationValue) {
  // The first lives with 8 slices or more, the second, who gives 5 in the end, with 5.
  const Pie pie{10};
  const auto session =
      played({pie.agenda(), {pie.first(micro(), 0.8), pie.second(linear(), 0.5)}, 60});
  EXPECT_EQ(session.status(), Status::timed_out);
  std::set<std::size_t> own, received;
  for (const auto& proposal : session.trace())
    (proposal.party == 0 ? own : received).insert(proposal.outcome);
  EXPECT_EQ(own, (std::set<std::size_t>{8, 9, 10}));
  EXPECT_GT(received.size(), own.size());
}

TEST(AlternatingOffers, OffersTiesInTheOrderThatTheConventionsFix) {
  // Three outcomes are equally good for the first party. A time-dependent party begins with the
  // first of them, a MiCRO party goes down its ascending order, so with the last.
  const Agenda agenda{{{"terms", {0, 1, 2, 3}}}};
  const Party stubborn{"stubborn", {{1, 0, 0, 0}, 0.5}, boulware()};
  const auto opening = [&](const Strategy& strategy) {
    AlternatingOffers session{agenda, {{"tied", {{0, 1, 1, 1}, 0}, strategy}, stubborn}, 10};
    session.play(1);
    return session.trace().front().outcome;
  };
  EXPECT_EQ(opening(boulware()), 1);
  EXPECT_EQ(opening(micro()), 3);
}

TEST(AlternatingOffers, RewardsTheTougherParty) {
  for (const auto& opponent : {boulware(), linear(), conceder()}) {
    double first = 0, second = 0;
    for (const double exponent : {0.25, 0.5, 1.0, 2.0, 4.0, 8.0}) {
      const auto strategy = time_dependent(exponent);
      const auto as_first = played(Pie{100}.table(strategy, opponent, 200));
      const auto as_second = played(Pie{100}.table(opponent, strategy, 200));
      ASSERT_EQ(as_first.status(), Status::agreed);
      ASSERT_EQ(as_second.status(), Status::agreed);
      EXPECT_GE(result(as_first, 0), first) << "exponent " << exponent;
      EXPECT_GE(result(as_second, 1), second) << "exponent " << exponent;
      first = result(as_first, 0);
      second = result(as_second, 1);
    }
    EXPECT_GT(first, 0.5);
    EXPECT_GT(second, 0.5);
  }
}

TEST(AlternatingOffers, RewardsABetterAlternative) {
  const Pie pie{100};
  double before = 0;
  for (const double reservation : {0.0, 0.2, 0.4, 0.6}) {
    const auto session =
        played({pie.agenda(), {pie.first(linear(), reservation), pie.second(linear())}, 200});
    ASSERT_EQ(session.status(), Status::agreed);
    EXPECT_GT(result(session, 0), before);
    before = result(session, 0);
  }
}

TEST(AlternatingOffers, NeedsEveryPartyToAgree) {
  // Two of three want outcome 0 or 1 and hold out; the third may only live with outcome 2.
  const Agenda agenda{{{"terms", {0, 1, 2, 3}}}};
  const Utilities majority{{1, 0.9, 0.3, 0}, 0};
  const auto terms = [&](double minority_reservation) {
    return played({agenda,
                   {{"one", majority, boulware()},
                    {"two", majority, boulware()},
                    {"three", {{0, 0.3, 1, 0}, minority_reservation}, linear()}},
                   50})
        .terms();
  };
  EXPECT_EQ(terms(0.5), (Offer{2}));
  EXPECT_EQ(terms(0.1), (Offer{1}));
}

TEST(AlternatingOffers, SeatsManyParties) {
  // Eight parties, each with its own favourite; the compromise is everybody's second best.
  const std::size_t seats = 8;
  Issue issue{"terms", {}};
  for (std::size_t i = 0; i <= seats; ++i) issue.levels.push_back(static_cast<double>(i));
  std::vector<Party> parties;
  for (std::size_t p = 0; p < seats; ++p) {
    Utilities utilities{std::vector<double>(seats + 1, 0.0), 0.1};
    utilities.of[p] = 1;
    utilities.of[seats] = 0.6;
    parties.emplace_back("party", utilities, kStrategies[p % 3]);
  }
  const auto session = played({Agenda{{issue}}, parties, 100});
  EXPECT_EQ(session.terms(), (Offer{static_cast<double>(seats)}));
}

TEST(AlternatingOffers, LetsMicroPartiesOfAThreeSidedTableAgree) {
  // The first two see things alike, so one of them only ever accepts what the other proposes.
  const Agenda agenda{{{"terms", {0, 1, 2, 3, 4}}}};
  const Utilities rising{{0, 0.25, 0.5, 0.75, 1}, 0}, falling{{1, 0.75, 0.5, 0.25, 0}, 0};
  const auto session =
      played({agenda,
              {{"one", rising, micro()}, {"two", rising, micro()}, {"three", falling, micro()}},
              50});
  EXPECT_EQ(session.terms(), (Offer{2}));
}

TEST(AlternatingOffers, LeavesNobodyBelowItsReservationValue) {
  int deals = 0, failures = 0;
  for (std::uint64_t number = 0; number < kMadeUp; ++number) {
    const auto session = played(made_up(number));
    session.agreement() ? ++deals : ++failures;
    for (std::size_t party = 0; party < session.parties().size(); ++party)
      EXPECT_GE(result(session, party), session.parties()[party].reservation) << number;
    for (const auto& proposal : session.trace()) {
      const auto author = static_cast<std::size_t>(proposal.party);
      EXPECT_GE(session.utility(author, proposal.outcome), session.parties()[author].reservation);
    }
  }
  EXPECT_GT(deals, 50);  // the battery has both kinds
  EXPECT_GT(failures, 50);
}

TEST(AlternatingOffers, NeverPutsAnInfeasibleOutcomeForward) {
  for (std::uint64_t number = 0; number < kMadeUp; ++number) {
    const auto session = played(made_up(number));
    for (const auto& proposal : session.trace())
      for (std::size_t party = 0; party < session.parties().size(); ++party)
        EXPECT_NE(session.utility(party, proposal.outcome), kInfeasible) << number;
  }
}

TEST(AlternatingOffers, TreatsWhatOnePartyCannotDoAsIfItWereNotOnTheAgenda) {
  const Agenda full{{{"terms", {0, 1, 2, 3}}}};
  const Agenda reduced{{{"terms", {0, 2, 3}}}};
  for (const auto& one : kStrategies)
    for (const auto& other : kStrategies) {
      const auto with = played({full,
                                {{"one", {{0.2, 1, 0.6, 0.8}, 0.1}, one},
                                 {"two", {{1, kInfeasible, 0.5, 0}, 0.1}, other}},
                                40});
      const auto without =
          played({reduced,
                  {{"one", {{0.2, 0.6, 0.8}, 0.1}, one}, {"two", {{1, 0.5, 0}, 0.1}, other}},
                  40});
      EXPECT_EQ(with.round(), without.round());
      EXPECT_EQ(with.terms(), without.terms());
    }
}

TEST(AlternatingOffers, GivesTheSameWhenPlayedInParts) {
  for (std::uint64_t number = 0; number < kMadeUp; ++number) {
    const auto whole = played(made_up(number));
    auto parts = made_up(number);
    for (int i = 0; i < parts.rounds() && parts.status() == Status::open; ++i) {
      EXPECT_EQ(parts.round(), i);
      parts.play(1);
    }
    EXPECT_EQ(parts.status(), whole.status());
    EXPECT_EQ(parts.round(), whole.round());
    EXPECT_EQ(parts.agreement(), whole.agreement());
    EXPECT_EQ(moves(parts), moves(whole));
  }
}

TEST(AlternatingOffers, StopsWhenItIsOver) {
  auto session = Pie{10}.table(micro(), micro(), 100);
  EXPECT_EQ(session.play(3), Status::open);
  EXPECT_EQ(session.agreement(), std::nullopt);
  EXPECT_EQ(session.terms(), std::nullopt);
  EXPECT_EQ(session.play(1000), Status::agreed);
  const auto trace = moves(session);
  EXPECT_EQ(session.play(10), Status::agreed);
  EXPECT_EQ(session.round(), 6);
  EXPECT_EQ(moves(session), trace);
}

TEST(AlternatingOffers, GoesItsOwnWayInACopy) {
  for (std::uint64_t number = 0; number < kMadeUp; number += 7) {
    auto session = made_up(number);
    session.play(4);
    const auto before = moves(session);
    auto copy = session;
    copy.play(copy.rounds());
    EXPECT_EQ(moves(session), before);
    session.play(session.rounds());
    EXPECT_EQ(moves(session), moves(copy));
    EXPECT_EQ(session.agreement(), copy.agreement());
  }
}

TEST(AlternatingOffers, SharesARankingAmongSessions) {
  const Pie pie{20};
  const auto ranking = pie.second(linear()).ranking;
  for (const double reservation : {0.0, 0.3, 0.7}) {
    const auto own =
        played({pie.agenda(), {pie.first(linear()), pie.second(boulware(), reservation)}, 30});
    const auto shared = played(
        {pie.agenda(), {pie.first(linear()), {"second", ranking, reservation, boulware()}}, 30});
    EXPECT_EQ(shared.parties()[1].ranking, ranking);
    EXPECT_EQ(moves(own), moves(shared));
  }
}

TEST(AlternatingOffers, EndsBeforeItBeginsWhenSomebodyWouldRatherLeave) {
  const Pie pie{10};
  AlternatingOffers hopeless{pie.agenda(), {pie.first(linear()), pie.second(linear(), 1.5)}, 10};
  EXPECT_EQ(hopeless.status(), Status::timed_out);
  EXPECT_EQ(hopeless.play(10), Status::timed_out);
  EXPECT_EQ(hopeless.round(), 0);
  EXPECT_TRUE(hopeless.trace().empty());

  const Agenda agenda{{{"terms", {0, 1}}}};
  AlternatingOffers impossible{
      agenda,
      {{"one", {{1, kInfeasible}, 0}, micro()}, {"two", {{kInfeasible, 1}, 0}, linear()}},
      10};
  EXPECT_EQ(impossible.play(10), Status::timed_out);
  EXPECT_EQ(impossible.round(), 0);
}

TEST(AlternatingOffers, IsOverWhereNobodySits) {
  AlternatingOffers nobody;
  EXPECT_EQ(nobody.play(5), Status::timed_out);
  EXPECT_EQ(nobody.round(), 0);
  EXPECT_EQ(nobody.rounds(), 0);
  EXPECT_EQ(nobody.agreement(), std::nullopt);
}

}  // namespace
}  // namespace tavolo::engine::negotiation
