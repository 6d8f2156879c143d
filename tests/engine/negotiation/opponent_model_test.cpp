#include "engine/negotiation/opponent_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "engine/negotiation/alternating_offers.h"
#include "engine/negotiation/strategies.h"

namespace tavolo::engine::negotiation {
namespace {

Agenda agenda() {
  const std::vector<double> levels{0, 1, 2, 3, 4};
  return Agenda{{{"a", levels}, {"b", levels}, {"c", levels}}};
}

/// The partner: much a, some b, little c; high levels or low ones.
double worth(const Offer& offer, bool high) {
  const auto e = [&](double level) { return high ? level / 4 : 1 - level / 4; };
  return 0.6 * e(offer[0]) + 0.3 * e(offer[1]) + 0.1 * e(offer[2]);
}

/// Lets a model watch a partner of these wishes come down from its best offer.
void watch(OpponentModel& model, bool high, double exponent) {
  Utilities wishes, contrary{{}, 1 - 1e-9};
  agenda().for_each([&](std::size_t, const Offer& offer) {
    wishes.of.push_back(worth(offer, high));
    contrary.of.push_back(1 - wishes.of.back());
  });
  AlternatingOffers talks{
      agenda(), {{"partner", wishes, time_dependent(exponent)}, {"other", contrary, tough()}}, 60};
  talks.play(60);
  for (const auto& proposal : talks.trace())
    if (proposal.party == 0) model.observe(proposal.outcome, proposal.round / 61.0);
}

/// The share of pairs of outcomes that the model puts in the partner's order.
double agreement(const OpponentModel& model, bool high) {
  const auto space = agenda();
  int right = 0, all = 0;
  for (std::size_t a = 0; a < space.outcomes(); ++a)
    for (std::size_t b = 0; b < a; ++b) {
      const double gap = worth(space.offer(a), high) - worth(space.offer(b), high);
      if (std::abs(gap) < 1e-9) continue;
      ++all;
      if (gap * (model.utility(a) - model.utility(b)) > 0) ++right;
    }
  return static_cast<double>(right) / all;
}

TEST(BayesianModel, LearnsTheSignOfWhatThePartnerWants) {
  for (const bool high : {true, false})
    for (const double exponent : {2.0, 4.0, 8.0}) {
      const auto model = bayesian_model()(agenda());
      watch(*model, high, exponent);
      const auto space = agenda();
      const auto best = space.index(high ? Offer{4, 4, 4} : Offer{0, 0, 0});
      const auto worst = space.index(high ? Offer{0, 0, 0} : Offer{4, 4, 4});
      EXPECT_GT(model->utility(best), model->utility(worst) + 0.1) << high << " " << exponent;
      EXPECT_GT(agreement(*model, high), 0.65) << high << " " << exponent;
      EXPECT_LT(agreement(*model, !high), 0.35) << high << " " << exponent;
    }
}

TEST(BayesianModel, KnowsNothingBeforehandAndLearnsNothingFromWhatIsRepeated) {
  const auto model = bayesian_model()(agenda());
  EXPECT_DOUBLE_EQ(model->utility(agenda().index({4, 0, 0})),
                   model->utility(agenda().index({0, 4, 0})));
  model->observe(agenda().index({4, 4, 2}), 0.1);
  const double once = model->utility(agenda().index({4, 4, 2}));
  model->observe(agenda().index({4, 4, 2}), 0.9);
  EXPECT_EQ(model->utility(agenda().index({4, 4, 2})), once);
}

TEST(FrequencyModel, CountsLevelsAndWeighsWhatStaysAsItIs) {
  const auto model = frequency_model(0.3)(agenda());
  const auto space = agenda();
  model->observe(space.index({4, 4, 0}), 0.1);
  model->observe(space.index({4, 3, 1}), 0.2);  // only the first issue is unchanged
  // weights: 1/3 each; the first gains 0.3 / 3, then all are scaled by 1 / 1.1
  const double first = (1.0 / 3 + 0.1) / 1.1, other = (1.0 / 3) / 1.1;
  // times: a: level 4 offered twice; b and c: two levels once each; all start at one
  EXPECT_NEAR(model->utility(space.index({4, 4, 1})), first + other + other, 1e-12);
  EXPECT_NEAR(model->utility(space.index({0, 0, 0})), first / 3 + other / 2 + other, 1e-12);
}

TEST(FrequencyModel, LearnsTheSignOfWhatThePartnerWants) {
  for (const bool high : {true, false}) {
    const auto model = frequency_model()(agenda());
    watch(*model, high, 4);
    EXPECT_GT(agreement(*model, high), 0.7);
  }
}

TEST(OpponentModel, GoesItsOwnWayInACopyAndStaysWithinZeroAndOne) {
  for (const auto& modelling : {bayesian_model(), frequency_model()}) {
    const auto model = modelling(agenda());
    model->observe(7, 0.1);
    const auto copy = model->clone();
    for (std::size_t outcome = 0; outcome < 125; ++outcome)
      EXPECT_EQ(copy->utility(outcome), model->utility(outcome));
    for (std::size_t outcome = 0; outcome < 40; ++outcome) copy->observe(outcome, 0.5);
    bool differs = false;
    for (std::size_t outcome = 0; outcome < 125; ++outcome) {
      differs |= copy->utility(outcome) != model->utility(outcome);
      EXPECT_GE(copy->utility(outcome), 0);
      EXPECT_LE(copy->utility(outcome), 1 + 1e-12);
    }
    EXPECT_TRUE(differs);
  }
}

}  // namespace
}  // namespace tavolo::engine::negotiation
