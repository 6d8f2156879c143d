#include "agents/choice.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "agents/chance.h"
#include "tests/support/proportion.h"

namespace tavolo::agents {
namespace {

/// Three cars in two segments and, for who wants neither, the outside option.
class Choosing : public testing::Test {
 protected:
  Choosing() {
    scenario_.programmes.resize(3);
    scenario_.vehicles.resize(3);
    for (int v = 0; v < 3; ++v) {
      scenario_.programmes[v].segment_row = v < 2 ? 1 : 2;
      scenario_.vehicles[v].programme.row = v;
    }
    offers_.vehicle = {0, 1, 2};
    offers_.segment_begin = {0, 2, 3};
    offers_.nest_new = 0.6;
    offers_.nest_segment = 0.3;
  }
  int choice(std::uint32_t buyer, const std::vector<double>& utils) {
    tastes_.draw(luck_, offers_, scenario_, buyer, 0);
    return tastes_.choose(utils, kOutside);
  }

  static constexpr double kOutside = 0.2;
  static constexpr std::uint32_t kBuyers = 200'000;
  Scenario scenario_;
  Offers offers_;
  engine::Streams luck_{7, 0};
  TasteShocks tastes_;
};

TEST_F(Choosing, FollowsTheClosedFormOfTheNestedLogit) {
  const std::vector<double> utils{0.1, 0.3, 0.0};
  NestedShares shares;
  nested_shares(offers_, utils, kOutside, shares);
  std::vector<int> count(4, 0);
  for (std::uint32_t b = 0; b < kBuyers; ++b) ++count[choice(b, utils) + 1];
  EXPECT_TRUE(test::is_proportion(count[0], kBuyers, 1 - shares.buys));
  for (int j = 0; j < 3; ++j) EXPECT_TRUE(test::is_proportion(count[j + 1], kBuyers, shares.of[j]));
}

TEST_F(Choosing, IsTheArgmaxOfUtilityAndShock) {
  // an offer that is skipped for being out of reach must not be the best one
  const std::vector<double> utils{-1, 2, 0.4};
  for (std::uint32_t b = 0; b < 2000; ++b) {
    const int chosen = choice(b, utils);
    // raising only the chosen one keeps it chosen; lowering any other keeps it chosen
    for (int j = 0; j < 3; ++j) {
      auto changed = utils;
      changed[j] += j == chosen ? 1 : -1;
      EXPECT_EQ(tastes_.choose(changed, kOutside), chosen);
    }
  }
}

TEST_F(Choosing, ABonusNeverLosesABuyerOfWhatItSubsidises) {
  const std::vector<double> before{0.1, 0.3, 0.0};
  std::vector<double> after = before;
  after[2] += 0.5;
  int won = 0;
  for (std::uint32_t b = 0; b < 20'000; ++b) {
    const int old_choice = choice(b, before), new_choice = choice(b, after);
    // whoever changes, changes to it; so nobody who had chosen it leaves
    EXPECT_TRUE(new_choice == old_choice || new_choice == 2) << b;
    won += new_choice == 2 && old_choice != 2;
  }
  EXPECT_GT(won, 500);
}

TEST_F(Choosing, OneMoreVehicleChangesNobodysTasteForTheOthers) {
  const std::vector<double> utils{0.1, 0.3, 0.0};
  std::vector<int> before;
  for (std::uint32_t b = 0; b < 5000; ++b) before.push_back(choice(b, utils));
  scenario_.programmes.resize(4);
  scenario_.vehicles.resize(4);
  scenario_.programmes[3].segment_row = 2;
  scenario_.vehicles[3].programme.row = 3;
  offers_.vehicle.push_back(3);
  offers_.segment_begin.back() = 4;
  const std::vector<double> more{0.1, 0.3, 0.0, 0.2};
  for (std::uint32_t b = 0; b < 5000; ++b) {
    const int now = choice(b, more);
    EXPECT_TRUE(now == before[b] || now == 3) << b;
  }
}

TEST(NestedShares, ArePlainLogitWhenNestsDoNotMatter) {
  Offers offers;
  offers.vehicle = {0, 1};
  offers.segment_begin = {0, 1, 2};
  const std::vector<double> utils{1, 2};
  NestedShares shares;
  nested_shares(offers, utils, 0, shares);
  const double sum = 1 + std::exp(1.0) + std::exp(2.0);
  EXPECT_NEAR(shares.of[0], std::exp(1.0) / sum, 1e-14);
  EXPECT_NEAR(shares.of[1], std::exp(2.0) / sum, 1e-14);
  EXPECT_NEAR(shares.log_sum, std::log(sum), 1e-14);
}

TEST(PositiveStable, HasItsLaplaceTransform) {
  // E exp(-t S) = exp(-t^a), by the mean of many draws and its standard error
  enum class Luck { kStable };
  constexpr double kIndex = 0.6, kT = 1.3;
  constexpr int kDraws = 100'000;
  const engine::Streams luck{3, 0};
  double sum = 0, squares = 0;
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    const auto u = luck(Luck::kStable, i).block();
    const double x = std::exp(-kT * positive_stable(kIndex, u[0], -std::log(u[1])));
    sum += x;
    squares += x * x;
  }
  const double mean = sum / kDraws;
  const double error = std::sqrt((squares / kDraws - mean * mean) / kDraws);
  EXPECT_LT(std::abs(mean - std::exp(-std::pow(kT, kIndex))), 4.5 * error);
}

}  // namespace
}  // namespace tavolo::agents
