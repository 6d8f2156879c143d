#include "engine/negotiation/rubinstein.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tavolo::engine::negotiation {
namespace {

TEST(Rubinstein, ReproducesTheDockingNumbers) {  // economics.md
  EXPECT_NEAR(rubinstein_share(0.9, 0.9), 0.526315789474, 1e-12);
  EXPECT_NEAR(rubinstein_share(0.9, 0.8), 0.714285714286, 1e-12);
  EXPECT_NEAR(rubinstein_share(0.95, 0.99), 0.168067226891, 1e-12);
  EXPECT_NEAR(rubinstein_limit(0.05, 0.10), 2.0 / 3, 1e-15);
}

TEST(Rubinstein, IsWhereBackwardInductionEnds) {
  for (const double first : {0.5, 0.9, 0.99})
    for (const double second : {0.0, 0.6, 0.95})
      EXPECT_NEAR(first_share(first, second, 5'000), rubinstein_share(first, second), 1e-12);
}

TEST(FirstShare, OfAFewRoundsIsWhatTheyLeave) {
  EXPECT_EQ(first_share(0.9, 0.8, 1), 1);                       // an ultimatum
  EXPECT_NEAR(first_share(0.9, 0.8, 2), 1 - 0.8, 1e-15);        // the other has the last word
  EXPECT_NEAR(first_share(0.9, 0.8, 3), 1 - 0.8 * 0.1, 1e-15);  // 1 - d2 (1 - d1)
}

TEST(FirstShare, ComesToTheLimitFromBothSides) {
  // who has the last word gains by it, ever less
  const double limit = rubinstein_share(0.9, 0.8);
  for (int rounds = 1; rounds < 30; rounds += 2) {
    EXPECT_GT(first_share(0.9, 0.8, rounds), limit);
    EXPECT_LT(first_share(0.9, 0.8, rounds + 1), limit);
    EXPECT_LT(first_share(0.9, 0.8, rounds + 2), first_share(0.9, 0.8, rounds));
  }
}

TEST(Rubinstein, RewardsPatience) {
  for (double discount = 0.1; discount < 0.95; discount += 0.1) {
    EXPECT_LT(rubinstein_share(discount, 0.7), rubinstein_share(discount + 0.05, 0.7));
    EXPECT_GT(rubinstein_share(0.7, discount), rubinstein_share(0.7, discount + 0.05));
  }
}

TEST(Rubinstein, LosesTheFirstMoversAdvantageAsOffersFollowFaster) {
  double before = 1;
  for (const double delay : {1.0, 0.1, 0.01, 0.001}) {
    const double share = rubinstein_share(std::exp(-0.05 * delay), std::exp(-0.10 * delay));
    const double off = share - rubinstein_limit(0.05, 0.10);
    EXPECT_GT(off, 0);
    EXPECT_LT(off, 0.2 * before);  // first order in the delay
    before = off;
  }
  EXPECT_LT(before, 1e-4);
}

}  // namespace
}  // namespace tavolo::engine::negotiation
