// A negotiation allocates when it is set, not while it is played.

#include <gtest/gtest.h>

#include <string>

#include "engine/negotiation/alternating_offers.h"
#include "engine/negotiation/catalogue.h"
#include "tests/support/allocations.h"

namespace tavolo::engine::negotiation {
namespace {

/// Parties who want the contrary and cannot agree: every round is played.
AlternatingOffers talks(const std::string& strategy, int rounds) {
  Issue issue{"terms", {}};
  Utilities one{{}, 0.501}, other{{}, 0.501};
  for (int x = 0; x < 500; ++x) {
    issue.levels.push_back(x);
    one.of.push_back(x / 499.0);
    other.of.push_back(1 - x / 499.0);
  }
  return {Agenda{{issue}},
          {{"one", one, make_strategy(strategy)}, {"other", other, make_strategy(strategy)}},
          rounds};
}

std::size_t allocations_of(const std::string& strategy, int rounds) {
  auto session = talks(strategy, rounds);
  const auto before = test::allocations();
  session.play(rounds);
  EXPECT_EQ(session.status(), Status::timed_out);
  EXPECT_EQ(session.trace().size(), 2 * static_cast<std::size_t>(rounds));
  return test::allocations() - before;
}

TEST(Allocation, HappensOnceForAllRounds) {
  for (const auto& entry : strategy_catalogue())
    for (const std::string part : {"", "+frequency+ac_combi:0.5", "+bayesian"}) {
      const auto name = std::string{entry.name} + (entry.parameter.empty() ? "" : ":2") + part;
      EXPECT_EQ(allocations_of(name, 50), 1) << name;
      EXPECT_EQ(allocations_of(name, 400), 1) << name;
    }
}

TEST(Allocation, IsAHandfulForATableWithSharedProfiles) {
  const auto session = talks("boulware", 100);
  const auto parties = session.parties();
  const auto agenda = std::make_shared<const Agenda>(session.agenda());
  const auto before = test::allocations();
  AlternatingOffers another{agenda, parties, 100};
  another.play(100);
  EXPECT_LE(test::allocations() - before, 8);
}

}  // namespace
}  // namespace tavolo::engine::negotiation
