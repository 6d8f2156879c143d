#include "engine/negotiation/strategies.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "engine/negotiation/alternating_offers.h"
#include "engine/negotiation/catalogue.h"
#include "engine/negotiation/opponent_model.h"

namespace tavolo::engine::negotiation {
namespace {

/// Two issues that the parties weigh differently; the first wants high levels, the second low ones.
struct Trade {
  int levels = 11;

  Agenda agenda() const {
    std::vector<Issue> issues{{"first", {}}, {"second", {}}};
    for (int level = 0; level < levels; ++level)
      for (auto& issue : issues) issue.levels.push_back(level);
    return Agenda{issues};
  }
  /// u = scale (weight x + (1 - weight) y) + shift, x and y from 0 to 1.
  Utilities wishes(std::size_t party, double reservation = 0, double scale = 1,
                   double shift = 0) const {
    Utilities utilities{{}, scale * reservation + shift};
    agenda().for_each([&](std::size_t, const Offer& offer) {
      double x = offer[0] / (levels - 1), y = offer[1] / (levels - 1);
      if (party > 0) x = 1 - x, y = 1 - y;
      const double weight = party == 0 ? 0.75 : 0.25;
      utilities.of.push_back(scale * (weight * x + (1 - weight) * y) + shift);
    });
    return utilities;
  }
  AlternatingOffers table(const Strategy& one, const Strategy& other, const Rules& rules,
                          double reservation = 0) const {
    AlternatingOffers talks{
        agenda(), {{"one", wishes(0, reservation), one}, {"other", wishes(1), other}}, rules};
    talks.play(rules.rounds);
    return talks;
  }
};

/// What a party's own offers were worth to it, in order.
std::vector<double> demands(const AlternatingOffers& talks, std::size_t party) {
  std::vector<double> worth;
  for (const auto& step :
       concessions(talks, static_cast<int>(party), talks.parties()[party].ranking->utilities()))
    worth.push_back(step.utility);
  return worth;
}

/// A pie of 1000 slices: what one party gains the other loses.
AlternatingOffers pie(const Strategy& one, const Strategy& other, const Rules& rules,
                      double reservation_of_other = 0) {
  Issue slices{"slices", {}};
  Utilities first, second{{}, reservation_of_other};
  for (int x = 0; x <= 1000; ++x) {
    slices.levels.push_back(x);
    first.of.push_back(x / 1000.0);
    second.of.push_back(1 - x / 1000.0);
  }
  AlternatingOffers talks{Agenda{{slices}}, {{"one", first, one}, {"other", second, other}}, rules};
  talks.play(rules.rounds);
  return talks;
}

/// With a partner who takes nothing but the whole pie.
AlternatingOffers alone(const Strategy& strategy, const Rules& rules) {
  return pie(strategy, tough(), rules, 1);
}

TEST(TimeDependent, FollowsItsCurveUnderEveryConvention) {
  const int rounds = 20;
  for (const double exponent : {0.25, 1.0, 2.5, 4.0}) {
    const auto strategy = time_dependent(exponent);
    for (const auto convention : {Convention::negmas, Convention::genius, Convention::textbook}) {
      const auto asked = demands(alone(strategy, {rounds, convention}), 0);
      // where everything is given up in the last round the partner takes it
      for (int round = 1; round < rounds; ++round) {
        const double t = convention == Convention::negmas   ? round / 21.0
                         : convention == Convention::genius ? round / 20.0
                                                            : (round - 1) / 19.0;
        const double a = 1 - std::pow(t, exponent), offered = asked[round - 1];
        if (convention == Convention::genius) {
          EXPECT_LE(std::abs(offered - a), 0.0005 + 1e-9);
        } else {
          const double least = convention == Convention::negmas ? a - 1e-4 : a;
          EXPECT_GE(offered, least - 1e-6);
          EXPECT_LT(offered, least + 0.001 + 1e-9);
        }
      }
    }
  }
}

TEST(TimeDependent, GivesEverythingUpAtTheDeadlineExceptUnderNegmas) {
  EXPECT_EQ(alone(linear(), {10, Convention::negmas}).status(), Status::timed_out);
  EXPECT_EQ(alone(linear(), {10, Convention::genius}).agreement(), 0);
  EXPECT_EQ(alone(linear(), {10, Convention::textbook}).agreement(), 0);
  EXPECT_EQ(alone(linear(), {1, Convention::textbook}).agreement(), 0);
}

TEST(TimeDependent, HasTheExponentsThatItsConventionGivesTheNames) {
  EXPECT_EQ(boulware().exponent, 4);
  EXPECT_EQ(boulware(Convention::genius).exponent, 5);
  EXPECT_EQ(conceder().exponent, 0.25);
  EXPECT_EQ(conceder(Convention::genius).exponent, 0.5);
  EXPECT_EQ(linear().exponent, 1);
}

TEST(TimeDependent, HasTheInverseExponentInTheNotationOfFaratin) {
  EXPECT_EQ(faratin(0.25).exponent, boulware().exponent);
  EXPECT_EQ(faratin(4).exponent, conceder().exponent);
}

TEST(Aspirations, AreOneMinusTimeToTheExponent) {
  EXPECT_DOUBLE_EQ((*aspirations(Convention::negmas, 1, 99))[24], 0.75);
  EXPECT_DOUBLE_EQ((*aspirations(Convention::negmas, 4, 99))[49], 1 - 1.0 / 16);
  EXPECT_DOUBLE_EQ((*aspirations(Convention::negmas, 0.25, 9999))[0], 1 - 0.1);
  EXPECT_DOUBLE_EQ((*aspirations(Convention::genius, 2, 10))[9], 0);
  EXPECT_DOUBLE_EQ((*aspirations(Convention::textbook, 2, 11))[0], 1);
}

TEST(Tough, NeverConcedes) {
  const auto talks = Trade{}.table(tough(), conceder(), 50);
  for (const double demand : demands(talks, 0)) EXPECT_EQ(demand, 1);
  const auto two = Trade{}.table(tough(), tough(), 50);
  EXPECT_EQ(two.status(), Status::timed_out);
  EXPECT_EQ(two.trace().size(), 100);
}

TEST(NiceTitForTat, ReciprocatesAndGoesNoFurtherThanTheNashPoint) {
  const auto against_generous = Trade{}.table(nice_tit_for_tat(), linear(), 100);
  const auto against_tough = Trade{}.table(nice_tit_for_tat(), tough(), 100);
  const auto generous = demands(against_generous, 0), stubborn = demands(against_tough, 0);
  // until the hurry begins a stubborn partner gets a tenth of the gap and no more
  ASSERT_GT(stubborn.size(), 80);
  for (std::size_t i = 0; i < 80; ++i) EXPECT_GE(stubborn[i], 0.9);
  ASSERT_GT(generous.size(), 10);
  EXPECT_LT(generous.back(), stubborn[generous.size() - 1] - 0.05);
  ASSERT_TRUE(against_generous.agreement());
  EXPECT_GT(against_generous.utility(0, *against_generous.agreement()), 0.7);
}

TEST(NiceTitForTat, OffersWhatIsBestForItsPartnerAmongEqualOffers) {
  // The second issue is nothing to the first party and all to the other.
  const Trade trade;
  Utilities own{{}, 0}, partner{{}, 0};
  trade.agenda().for_each([&](std::size_t, const Offer& offer) {
    own.of.push_back(offer[0] / 10);
    partner.of.push_back(0.2 * (1 - offer[0] / 10) + 0.8 * offer[1] / 10);
  });
  for (const auto* name : {"nice_tit_for_tat", "boulware+bayesian", "boulware+frequency"}) {
    AlternatingOffers talks{
        trade.agenda(),
        {{"own", own, make_strategy(name)}, {"partner", partner, make_strategy("boulware")}},
        100};
    talks.play(12);
    EXPECT_EQ(talks.agenda().offer(talks.trace()[20].outcome)[1], 10) << name;
  }
  AlternatingOffers blind{
      trade.agenda(), {{"own", own, boulware()}, {"partner", partner, boulware()}}, 100};
  blind.play(12);
  EXPECT_EQ(blind.agenda().offer(blind.trace()[20].outcome)[1], 0);
}

TEST(Hybrid, AsksForLessWhenItsPartnerConcedes) {
  const auto generous = demands(pie(hybrid(), linear(), 100), 0);
  const auto stubborn = demands(pie(hybrid(), tough(), 100), 0);
  ASSERT_GT(generous.size(), 20);
  ASSERT_GE(stubborn.size(), generous.size());
  for (std::size_t i = 5; i < generous.size(); ++i) EXPECT_LT(generous[i], stubborn[i]);
}

TEST(Hybrid, WeighsItsPartnersLatestMovesAndTime) {
  // Its partner comes down by 100 slices a round from its second offer on.
  const auto steps = aiming("steps", [](const View& view) { return 1.1 - 0.1 * view.round(); });
  const int rounds = 99;
  const auto talks = pie(hybrid(), steps, rounds);
  const auto own = demands(talks, 0);
  const auto time = [](double t) { return (1 - t) * (1 - t) + 1.5 * t * (1 - t) + 0.55 * t * t; };
  const auto next = [&](int round, double last, double conceded) {
    const double t = round / 100.0;
    return (1 - t * t) * (last - 0.5 * (1 + t) * conceded) + t * t * time(t);
  };
  ASSERT_GE(own.size(), 4);
  const double slice = 0.001 + 1e-4;
  EXPECT_NEAR(own[0], time(0.01), slice);
  EXPECT_NEAR(own[1], time(0.02), slice);  // one offer of the partner is no concession yet
  EXPECT_NEAR(own[2], next(3, own[1], 0.1), slice);
  EXPECT_NEAR(own[3], next(4, own[2], 0.1), slice);
}

TEST(Random, OffersWhatItCanLiveWithAndDependsOnTheSeedAlone) {
  std::set<std::size_t> all;
  const auto offers = [&](std::uint64_t seed) {
    const auto talks =
        Trade{}.table(random_bidder(), tough(), {60, Convention::negmas, Streams{seed, 0}}, 0.4);
    std::vector<std::size_t> outcomes;
    for (const auto& proposal : talks.trace())
      if (proposal.party == 0) outcomes.push_back(proposal.outcome);
    for (const auto outcome : outcomes) EXPECT_GE(talks.utility(0, outcome), 0.4);
    all.insert(outcomes.begin(), outcomes.end());
    return outcomes;
  };
  EXPECT_EQ(offers(1), offers(1));
  EXPECT_NE(offers(1), offers(2));
  EXPECT_GT(all.size(), 30);
}

TEST(AcNext, TakesWhatIsNoWorseThanTheNextOffer) {
  // Under NegMAS's convention a linear party takes what it asks for; by AC_next what it would get
  // by its own next offer, which on a coarse agenda is more.
  auto strategy = linear();
  strategy.acceptance = ac_next();
  const auto by_demand = Trade{3}.table(linear(), conceder(), 40);
  const auto by_next = Trade{3}.table(strategy, conceder(), 40);
  ASSERT_TRUE(by_demand.agreement() && by_next.agreement());
  EXPECT_GE(by_next.utility(0, *by_next.agreement()), by_demand.utility(0, *by_demand.agreement()));
}

TEST(AcTime, AcceptsWhenItsTimeHasCome) {
  for (const double time : {0.2, 0.5, 0.9}) {
    auto patient = tough();
    patient.acceptance = ac_time(time);
    const auto talks = Trade{}.table(tough(), patient, 99);
    ASSERT_TRUE(talks.agreement());
    EXPECT_EQ(talks.round(), std::lround(100 * time));
    EXPECT_EQ(talks.utility(0, *talks.agreement()), 1);
  }
}

TEST(AcTime, NeverAcceptsLessThanTheReservationValue) {
  auto patient = tough();
  patient.acceptance = ac_time(0);
  EXPECT_EQ(Trade{}.table(patient, tough(), 30, 0.1).status(), Status::timed_out);
  EXPECT_EQ(Trade{}.table(patient, tough(), 30, 0).status(), Status::agreed);
}

TEST(AcConst, AcceptsWhateverGivesItsConstant) {
  auto modest = tough();
  modest.acceptance = ac_const(0.6);
  const auto talks = Trade{}.table(linear(), modest, 100);
  ASSERT_TRUE(talks.agreement());
  EXPECT_GE(talks.utility(1, *talks.agreement()), 0.6);
  for (std::size_t i = 0; i + 1 < talks.trace().size(); ++i)
    if (talks.trace()[i].party == 0) {
      EXPECT_TRUE(i + 2 >= talks.trace().size() ||
                  talks.utility(1, talks.trace()[i].outcome) < 0.6);
    }
}

TEST(AcCombi, TakesTheBestOfLateWhenTimeRunsOut) {
  auto patient = tough();
  patient.acceptance = ac_combi(0.9);
  const auto talks = pie(boulware(), patient, 99);
  ASSERT_TRUE(talks.agreement());
  EXPECT_EQ(talks.round(), 90);  // a conceding partner's latest offer is its best
  EXPECT_EQ(pie(boulware(), tough(), 99).status(), Status::timed_out);
}

TEST(AcCombi, WaitsWhileSomethingBetterWasOfferedOfLate) {
  // A lapse of generosity in round 85 is within the window of the last tenth of the time until
  // round 92: as many rounds back as are left to play.
  const auto fickle = aiming("fickle", [](const View& view) {
    return view.round() == 85 ? 0.2 : view.round() == 95 ? 0.5 : 0.6;
  });
  auto patient = tough();
  patient.acceptance = ac_combi(0.9);
  EXPECT_EQ(pie(fickle, patient, 99).round(), 93);
}

TEST(Aiming, MakesAStrategyOfATargetUtility) {
  const auto stubborn = aiming("seven tenths", [](const View&) { return 0.7; });
  const auto talks = Trade{}.table(stubborn, linear(), 100);
  for (const double demand : demands(talks, 0)) EXPECT_NEAR(demand, 0.7, 0.03);
  ASSERT_TRUE(talks.agreement());
  EXPECT_GE(talks.utility(0, *talks.agreement()), 0.7 - 1e-9);
}

TEST(Strategies, AskForTheSameOnAnotherScale) {
  // Powers of two change no digit of a double. NegMAS's convention has constants on the scale of
  // utilities, so it is left out; so are those parts whose parameter is a utility.
  const Trade trade{9};
  for (const auto convention : {Convention::genius, Convention::textbook})
    for (const auto& one : strategy_catalogue())
      for (const auto* other : {"BOULWARE", "MICRO", "CONCEDER"}) {
        if (one.name == "ANNEALER" || one.name == "HILL_CLIMBER") continue;
        std::string name{one.name};
        if (!one.parameter.empty()) name += ":2";
        const auto deal = [&](double scale, double shift) {
          AlternatingOffers talks{
              trade.agenda(),
              {{"one", trade.wishes(0, 0.25, scale, shift), make_strategy(name, convention)},
               {"other", trade.wishes(1, 0.25), make_strategy(other)}},
              {40, convention}};
          talks.play(40);
          return std::pair{talks.agreement(), talks.round()};
        };
        if (one.name == "NICE_TIT_FOR_TAT") continue;  // 0.02 of its scale decides what is equal
        EXPECT_EQ(deal(1, 0), deal(4, 0)) << name << " " << other;
        EXPECT_EQ(deal(1, 0), deal(0.5, 0)) << name << " " << other;
      }
}

TEST(Strategies, NeverLoseByTheirReservationValue) {
  for (const auto& entry : strategy_catalogue()) {
    std::string name{entry.name};
    if (!entry.parameter.empty()) name += ":2";
    for (const double reservation : {0.0, 0.3, 0.5, 0.7, 0.9}) {
      const auto talks =
          Trade{}.table(make_strategy(name), make_strategy("conceder"), 60, reservation);
      EXPECT_GE(talks.payoff(0), reservation) << name;
      for (const double demand : demands(talks, 0)) EXPECT_GE(demand, reservation) << name;
    }
  }
}

TEST(Discount, TakesItsShareOfWhatComesLate) {
  const Trade trade;
  const auto ranking = [&](std::size_t party) {
    return std::make_shared<const Ranking>(trade.wishes(party).of);
  };
  const auto linearly = std::make_shared<const Strategy>(linear());
  const auto stubborn = std::make_shared<const Strategy>(tough());
  const auto agenda = std::make_shared<const Agenda>(trade.agenda());
  AlternatingOffers talks{
      agenda,
      {{"one", ranking(0), 0.1, linearly, 0.5}, {"other", ranking(1), 0.2, linearly, 1}},
      99};
  talks.play(99);
  ASSERT_TRUE(talks.agreement());
  EXPECT_DOUBLE_EQ(talks.payoff(0),
                   talks.utility(0, *talks.agreement()) * std::pow(0.5, talks.round() / 100.0));
  EXPECT_EQ(talks.payoff(1), talks.utility(1, *talks.agreement()));
  AlternatingOffers failing{
      agenda,
      {{"one", ranking(0), 0.1, stubborn, 0.5}, {"other", ranking(1), 0.2, stubborn, 1}},
      99};
  failing.play(99);
  EXPECT_DOUBLE_EQ(failing.payoff(0), 0.05);
  EXPECT_EQ(failing.payoff(1), 0.2);
}

}  // namespace
}  // namespace tavolo::engine::negotiation
