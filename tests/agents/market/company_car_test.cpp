#include "agents/market/company_car.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "agents/automotive_model.h"
#include "agents/fleets/fleet.h"
#include "agents/indicators.h"
#include "agents/initialise.h"
#include "agents/market/accounts.h"
#include "agents/market/demand.h"
#include "agents/market/expected_demand.h"

namespace tavolo::agents {
namespace {

/// The town with enough buyers for statistics.
const Scenario& town() {
  static const Scenario scenario =
      load_scenario(TAVOLO_SOURCE_DIR "/configs/tiny.toml",
                    std::vector<engine::Override>{{"population.buyers", "8000"}});
  return scenario;
}

TEST(YearsAsPrice, AreTheYearsOfWhoSellsForNothing) {
  DemandParameters demand;
  demand.value_loss_per_year = 0.2;
  EXPECT_DOUBLE_EQ(years_as_price(demand, 12), 1 / 0.2);
  EXPECT_DOUBLE_EQ(years_as_price(demand, 36), 3 / (1 - 0.8 * 0.8 * 0.8));
  EXPECT_NEAR(years_as_price(demand, 12 * 60), 60, 1e-3) << "nothing is left of the price";
}

TEST(YearsAsPrice, ExceedTheHoldingTimeForThePriceComesBackInPart) {
  const DemandParameters demand;
  for (const double months : {6.0, 12.0, 42.0, 120.0})
    EXPECT_GT(years_as_price(demand, months), months / 12);
}

TEST(TaxableShare, IsTheLawsByEmission) {
  const World world = first_world(town());
  const int italy = town().markets[0].country.row, france = town().markets[1].country.row;
  for (const auto& v : town().vehicles) {
    EXPECT_EQ(taxable_share(town(), world, v, italy), v.co2_g_per_km <= 60 ? 0.25 : 0.30);
    EXPECT_EQ(taxable_share(town(), world, v, france), 0) << "no law, no tax";
  }
}

TEST(TaxableShare, IsTheGovernmentsWhereItHasSetOne) {
  World world = first_world(town());
  auto& levers = world.instruments[government_of(town(), town().markets[0].country.row)];
  levers.company_bev_share = 0;
  levers.company_other_share = 0.5;
  for (const auto& v : town().vehicles)
    EXPECT_EQ(taxable_share(town(), world, v, town().markets[0].country.row),
              v.power == Powertrain::bev ? 0 : 0.5);
}

TEST(TaxedBenefit, IsTheShareOfTheOfficialCostOfTheLawsKilometres) {
  const World world = first_world(town());
  const auto offers = build_offers(town(), world, 0, false);
  const auto benefit = taxed_benefits_eur(town(), world, offers, 0);
  const auto& demand = town().parameters.demand;
  for (std::size_t j = 0; j < offers.size(); ++j) {
    const auto& v = town().vehicles[offers.vehicle[j]];
    const double per_km = offers.energy_eur_per_km[j] + demand.benefit_eur_per_km +
                          demand.benefit_price_share_per_km * v.price_eur;
    EXPECT_NEAR(benefit[j], (v.co2_g_per_km <= 60 ? 0.25 : 0.30) * 15'000 * per_km, 1e-9);
  }
}

/// A year of choices at the prices of the start, electric company cars taxed on this share.
class CompanyCars : public testing::Test {
 protected:
  static World after_a_year(double bev_share) {
    World world = first_world(town());
    auto& levers = world.instruments[government_of(town(), town().markets[0].country.row)];
    levers.company_bev_share = bev_share;
    levers.company_other_share = 0.3;
    for (int i = 0; i < 12; ++i) {
      open_books(town(), world, luck());
      choose_vehicles(town(), world, luck().at(static_cast<std::uint32_t>(world.month.index)));
      world.month = world.month + 1;
    }
    return world;
  }
  static engine::Streams luck() { return {11, 0}; }
  static constexpr auto kBev = static_cast<std::size_t>(Powertrain::bev);
};

TEST_F(CompanyCars, ThatAreTaxedMoreAreNeverChosenMore) {
  const World little = after_a_year(0.0), much = after_a_year(0.6);
  const auto fleet = static_cast<std::size_t>(Buyers::Kind::fleet);
  EXPECT_LT(much.bought_year(fleet, kBev), little.bought_year(fleet, kBev));
  for (auto b = town().buyers.market_begin[0]; b < town().buyers.market_begin[1]; ++b) {
    if (town().buyers.kind(b) != Buyers::Kind::fleet || much.garage.purchases[b] != 1) continue;
    if (much.garage.powertrain[b] == kBev) {
      EXPECT_EQ(little.garage.powertrain[b], kBev) << "buyer " << b;
    }
  }
}

TEST_F(CompanyCars, AreTaxedToNobodyElse) {
  const World little = after_a_year(0.0), much = after_a_year(0.6);
  for (auto b = town().buyers.market_begin[0]; b < town().buyers.market_begin[1]; ++b) {
    if (town().buyers.kind(b) == Buyers::Kind::fleet) continue;
    ASSERT_EQ(little.garage.powertrain[b], much.garage.powertrain[b]) << "buyer " << b;
    ASSERT_EQ(little.garage.brand[b], much.garage.brand[b]) << "buyer " << b;
  }
}

TEST_F(CompanyCars, OweTheTaxOfTheirDriversAsLongAsTheyAreHeld) {
  // where all is taxed alike and bought as in the base year, what is due stays about what it was
  const World world = first_world(town());
  const World later = after_a_year(0.3);
  EXPECT_GT(world.benefit_tax_eur_per_year, 0);
  EXPECT_NEAR(later.benefit_tax_eur_per_year / world.benefit_tax_eur_per_year, 1, 0.15);
  EXPECT_LT(after_a_year(0.0).benefit_tax_eur_per_year, later.benefit_tax_eur_per_year);
}

TEST(CompanyCarReform, PaysIntoTheBooksWhatDriversOwe) {
  // the run itself checks every month that the books balance
  const World law = play(town(), "no_intervention", 3, 0);
  const World reform = play(town(), "company_car_tax", 3, 0);
  const auto list = indicators(town());
  const auto last = [&](const World& world, std::string_view name) {
    std::size_t i = 0;
    while (list[i].name != name) ++i;
    return world.indicators[world.indicators.size() - list.size() + i];
  };
  EXPECT_GT(last(law, "benefit_tax_eur"), 0);
  EXPECT_GT(last(reform, "benefit_tax_eur"), last(law, "benefit_tax_eur"))
      << "most cars of the town burn fuel, taxed on 50 instead of 30 %";
  EXPECT_GT(last(reform, "fleet_bev_share"), last(law, "fleet_bev_share"));
}

}  // namespace
}  // namespace tavolo::agents
