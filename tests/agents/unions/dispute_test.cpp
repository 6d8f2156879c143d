#include "agents/unions/dispute.h"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/random.h"

namespace tavolo::agents {
namespace {

enum class Luck { type };

/// Mean and standard error of what `value` gives over makers of all types up to `room`.
template <class Value>
std::pair<double, double> over_types(double room, const Value& value) {
  constexpr int kMakers = 20'000;
  auto draws = engine::Streams{11, 0}(Luck::type, 0);
  double sum = 0, squares = 0;
  for (int i = 0; i < kMakers; ++i) {
    const double x = value(room * draws.uniform());
    sum += x;
    squares += x * x;
  }
  const double mean = sum / kMakers;
  return {mean, std::sqrt((squares / kMakers - mean * mean) / kMakers)};
}

TEST(Screening, ReproducesTheDockingNumbers) {  // economics.md, delta = .9
  const Screening screening{0.9};
  EXPECT_NEAR(screening.lambda(), 0.7597469266, 1e-10);
  EXPECT_NEAR(screening.first_demand(), 0.2402530734, 1e-10);
  EXPECT_NEAR(screening.mean_delay(), 3.1623, 1e-4);
}

TEST(Screening, TakesItsMeanDelayOverMakersOfAllTypes) {
  for (const double discount : {0.5, 0.9}) {
    const Screening screening{discount};
    const auto [mean, error] =
        over_types(0.08, [&](double type) { return screening.refusals(type, 0.08); });
    EXPECT_LT(std::abs(mean - screening.mean_delay()), 4.5 * error) << discount;
  }
}

TEST(Screening, GivesTheUnionHalfItsFirstDemand) {
  const Screening screening{0.8};
  const auto [mean, error] = over_types(1, [&](double type) {
    return std::pow(0.8, screening.refusals(type, 1)) * screening.settlement(type, 1);
  });
  EXPECT_LT(std::abs(mean - screening.union_payoff()), 4.5 * error);
}

TEST(Screening, SettlesWithTheTypesThatItsThresholdsName) {
  const Screening screening{0.8};
  for (int refusals = 0; refusals < 8; ++refusals) {
    const double least = screening.accepting_share(refusals) * 0.08;  // lambda^(n + 1) of the room
    EXPECT_EQ(screening.refusals(least * (1 + 1e-9), 0.08), refusals);
    EXPECT_EQ(screening.refusals(least * (1 - 1e-9), 0.08), refusals + 1);
  }
}

TEST(Screening, LetsAMakerPayAClaimExactlyWhenItIsWorthIt) {
  const Screening screening{0.5};
  const double room = 0.08, claim = 0.01;
  const double indifferent = screening.room_after_refusal(claim, room);
  ASSERT_LT(indifferent, room);
  EXPECT_NEAR(screening.worth_of_peace(indifferent, claim, room), claim, 1e-12);
  EXPECT_GT(screening.worth_of_peace(1.1 * indifferent, claim, room), claim);
  EXPECT_LT(screening.worth_of_peace(0.9 * indifferent, claim, room), claim);
}

TEST(Screening, IsTheFirstDemandsOwnCutOff) {
  // the demand that is best for the union is refused by exactly the types below lambda
  const Screening screening{0.7};
  EXPECT_NEAR(screening.room_after_refusal(screening.first_demand(), 1), screening.lambda(), 1e-12);
}

TEST(Dispute, LastsAStrikesDaysOnAverage) {
  Parameters parameters;
  const double claim = 0.01, room = 0.08;
  ASSERT_EQ(choose_dispute(parameters, claim), Dispute::Kind::strike);
  const double refused =
      Screening{parameters.labour.dispute_discount}.room_after_refusal(claim, room);
  const auto [mean, error] =
      over_types(refused, [&](double type) { return fight(parameters, type, claim, room).days; });
  EXPECT_LT(std::abs(mean - parameters.labour.strike_days), 4.5 * error);
}

TEST(Dispute, FightsSmallClaimsByWorkingToRule) {
  Parameters parameters;
  EXPECT_EQ(choose_dispute(parameters, 0.0005), Dispute::Kind::holdout);
  EXPECT_EQ(choose_dispute(parameters, 0.02), Dispute::Kind::strike);
}

TEST(Dispute, HurtsAsMuchByEitherWeapon) {
  // a holdout loses less a day and takes longer in proportion
  Parameters parameters;
  const double small = 0.0005;
  const auto holdout = fight(parameters, 0.0001, small, 0.08);
  ASSERT_EQ(holdout.kind, Dispute::Kind::holdout);
  parameters.labour.attrition_per_year = 0;
  parameters.investment.risk_free_rate = 1e-6;  // members who stay for ever strike for little
  const auto strike = fight(parameters, 0.0001, small, 0.08);
  ASSERT_EQ(strike.kind, Dispute::Kind::strike);
  EXPECT_NEAR(holdout.days * parameters.labour.holdout_slowdown, strike.days, 1e-9);
  EXPECT_EQ(holdout.settled_share, strike.settled_share);
}

TEST(Dispute, EndsInLessTheLongerItTakes) {
  const Parameters parameters;
  double days = 0, settled = 1;
  for (const double type : {0.02, 0.01, 0.005, 0.0025, 0.001}) {
    const auto dispute = fight(parameters, type, 0.015, 0.08);
    EXPECT_GE(dispute.days, days);
    EXPECT_LE(dispute.settled_share, settled);
    EXPECT_LE(dispute.settled_share, type);  // nobody settles on more than it can pay
    days = dispute.days;
    settled = dispute.settled_share;
  }
}

TEST(ProtestStrikes, AddUpToTheYearlyProbability) {
  const LabourParameters labour;
  const double calm = 1 - protest_probability(labour, 1);
  EXPECT_NEAR(1 - std::pow(calm, 12), labour.strike_base_probability, 1e-12);
  EXPECT_EQ(protest_probability(labour, 0), 0);
}

}  // namespace
}  // namespace tavolo::agents
