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
  /// Of one who weighs nothing but the offers' attraction.
  int choice(std::uint32_t buyer, const std::vector<double>& utils,
             const std::vector<float>& discount_eur = {}) {
    offers_.attraction = utils;
    for (auto* column :
         {&offers_.price_eur, &offers_.energy_eur_per_km, &offers_.public_energy_eur_per_km,
          &offers_.range_cost_eur, &offers_.charging_cost_eur})
      column->assign(utils.size(), 0.0);
    offers_.sensitivity.assign(utils.size(), 1e-4);
    offers_.powertrain.assign(utils.size(), 0);
    offers_.brand.assign(utils.size(), 0);
    const Shelf shelf{offers_, scenario_};
    Chooser chooser{shelf, luck_};
    BuyerView view;
    view.outside = kOutside;
    const std::size_t lane = chooser.approach(view, buyer, 0);
    std::vector<Chooser::Incentive> incentives;
    if (!discount_eur.empty()) {
      incentives.push_back({.amount_eur = discount_eur});
      incentives[0].entitled[lane] = -1;
    }
    return chooser.choose(incentives)[lane];
  }

  static constexpr double kOutside = 0.2;
  static constexpr std::uint32_t kBuyers = 200'000;
  Scenario scenario_;
  Offers offers_;
  engine::Streams luck_{7, 0};
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
  for (std::uint32_t b = 0; b < 500; ++b) {
    const int chosen = choice(b, utils);
    // raising only the chosen one keeps it chosen; lowering any other keeps it chosen
    for (int j = 0; j < 3; ++j) {
      auto changed = utils;
      changed[j] += j == chosen ? 1 : -1;
      EXPECT_EQ(choice(b, changed), chosen);
    }
  }
}

TEST_F(Choosing, ABonusNeverLosesABuyerOfWhatItSubsidises) {
  const std::vector<double> utils{0.1, 0.3, 0.0};
  int won = 0;
  for (std::uint32_t b = 0; b < 20'000; ++b) {
    const int old_choice = choice(b, utils);
    const int new_choice = choice(b, utils, {0, 0, 5'000});
    // whoever changes, changes to it; so nobody who had chosen it leaves
    EXPECT_TRUE(new_choice == old_choice || new_choice == 2) << b;
    won += new_choice == 2 && old_choice != 2;
  }
  EXPECT_GT(won, 500);
}

TEST_F(Choosing, IsTheSameWithEveryInstructionSet) {
  const std::vector<double> utils{0.1, 0.3, 0.0};
  for (std::uint32_t b = 0; b < 2000; ++b) {
    const int chosen = choice(b, utils);
    for (const auto isa : {engine::Isa::plain, engine::Isa::avx2}) {
      engine::limit_isa(isa);
      EXPECT_EQ(choice(b, utils), chosen) << b;
    }
    engine::limit_isa(engine::Isa::avx512);
  }
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

TEST(Utilities, OfSixteenBuyersAreThoseOfEach) {
  Offers offers;
  offers.vehicle = {0, 1, 2};
  offers.segment_begin = {0, 2, 3};
  offers.attraction = {0.1, -0.3, 2};
  offers.price_eur = {20'000, 31'000, 17'500};
  offers.energy_eur_per_km = {0.09, 0.05, 0.11};
  offers.public_energy_eur_per_km = {0.09, 0.12, 0.11};
  offers.range_cost_eur = {0, 3'000, 0};
  offers.charging_cost_eur = {0, 900, 0};
  offers.sensitivity = {1e-4, 1.3e-4, 0.9e-4};
  offers.powertrain = {0, static_cast<std::uint8_t>(Powertrain::bev), 1};
  offers.brand = {4, 5, 4};
  const std::vector<double> discount{0, 2'500, 100}, second{-700, 3'000, 0};
  std::vector<BuyerView> buyers(13);
  std::array<std::int64_t, engine::kPad> gets_second{};
  for (std::size_t i = 0; i < buyers.size(); ++i) {
    buyers[i].price_factor = 0.5 + 0.1 * static_cast<double>(i);
    buyers[i].km_horizon = 9'000 * static_cast<double>(i % 7);
    buyers[i].home_charging = i % 2 == 0;
    buyers[i].bev_taste = 0.3 - 0.05 * static_cast<double>(i);
    buyers[i].brand = i % 3 == 0 ? -1 : static_cast<int>(4 + i % 2);
    buyers[i].powertrain = i % 4 == 0 ? -1 : static_cast<int>(i % kPowertrains);
    buyers[i].loyalty = 0.6;
    buyers[i].inertia = 0.2;
    gets_second[i] = i % 5 == 0 ? 1 : 0;
  }
  std::vector<BuyerLanes> together(offers.size());
  utilities(offers, buyers, discount, second, gets_second, together);
  std::vector<double> alone(offers.size());
  for (std::size_t i = 0; i < buyers.size(); ++i) {
    utilities(offers, buyers[i], gets_second[i] != 0 ? second : discount, alone);
    for (std::size_t j = 0; j < alone.size(); ++j) EXPECT_EQ(together[j][i], alone[j]) << i;
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

}  // namespace
}  // namespace tavolo::agents
