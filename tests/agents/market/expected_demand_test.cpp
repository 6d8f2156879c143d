#include "agents/market/expected_demand.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "agents/automotive_model.h"
#include "agents/initialise.h"
#include "agents/market/company_car.h"
#include "engine/simd.h"

namespace tavolo::agents {
namespace {

const Scenario& tiny() {
  static const Scenario scenario = load_scenario(TAVOLO_SOURCE_DIR "/configs/tiny.toml", {});
  return scenario;
}

TEST(ExpectedDemand, OfOneBuyerIsItsNestedLogit) {
  const World world = first_world(tiny());
  const auto& home = tiny().buyers;
  for (auto b = home.market_begin[0]; b < home.market_begin[1]; b += 97) {
    const bool vans = home.kind(b) == Buyers::Kind::van_operator;
    DemandNodes one;
    one.buyer = {b};
    one.weight = {1};
    ExpectedDemand demand{tiny(), world, 0, vans, one};
    const auto& offers = demand.offers();
    demand.evaluate(offers.price_eur);
    const auto view = view_of(tiny(), world, b, 0);
    std::vector<double> utils(offers.size());
    auto discounts = expected_discounts(world, offers, 0);
    const auto tax = drivers_tax_as_price(tiny(), world, offers, 0);
    if (home.kind(b) == Buyers::Kind::fleet)
      for (std::size_t j = 0; j < tax.size(); ++j) discounts[j] -= tax[j];
    utilities(offers, view, discounts, utils);
    NestedShares shares;
    nested_shares(offers, utils, view.outside, shares);
    for (std::size_t j = 0; j < offers.size(); ++j)
      EXPECT_NEAR(demand.sales()[j] / shares.of[j], 1, 1e-12) << b;
    EXPECT_NEAR(demand.buying_share(home.kind(b)), shares.buys, 1e-13);
  }
}

TEST(ExpectedDemand, OfManyIsTheSumOfItsNodes) {
  const World world = first_world(tiny());
  const auto& nodes = tiny().nodes[0];
  ExpectedDemand all{tiny(), world, 0, false, nodes};
  const auto& offers = all.offers();
  all.evaluate(offers.price_eur);
  std::vector<double> sum(offers.size(), 0.0);
  for (std::size_t i = 0; i < nodes.buyer.size(); ++i) {
    DemandNodes one;
    one.buyer = {nodes.buyer[i]};
    one.weight = {nodes.weight[i]};
    ExpectedDemand demand{tiny(), world, 0, false, one};
    demand.evaluate(offers.price_eur);
    for (std::size_t j = 0; j < sum.size(); ++j) sum[j] += demand.sales()[j];
  }
  for (std::size_t j = 0; j < sum.size(); ++j) EXPECT_NEAR(all.sales()[j] / sum[j], 1, 1e-12);
}

template <class Demand>
std::vector<double> markups(const Demand& demand) {
  const std::size_t n = demand.offers().size();
  std::vector<int> owner(n);
  for (std::size_t j = 0; j < n; ++j)
    owner[j] = tiny().carmaker_of(tiny().vehicles[demand.offers().vehicle[j]]);
  const std::vector<double> before(n, 3'000.0);
  std::vector<double> result(n);
  demand.zeta(before, owner, static_cast<int>(tiny().carmakers.size()), {}, 0.2, result);
  return result;
}

TEST(QuickDemand, IsExpectedDemandInSinglePrecision) {
  const World world = first_world(tiny());
  ExpectedDemand exact{tiny(), world, 0, false};
  QuickDemand quick{tiny(), world, 0, false};
  const auto& prices = exact.offers().price_eur;
  exact.evaluate(prices);
  quick.evaluate(prices);
  const auto exact_markups = markups(exact), quick_markups = markups(quick);
  for (std::size_t j = 0; j < prices.size(); ++j) {
    EXPECT_NEAR(quick.sales()[j] / exact.sales()[j], 1, 2e-5);
    EXPECT_NEAR(quick_markups[j] / exact_markups[j], 1, 2e-5);
  }
}

TEST(QuickDemand, IsTheSameWithEveryInstructionSet) {
  const World world = first_world(tiny());
  std::vector<double> first;
  for (const auto isa : {engine::Isa::plain, engine::Isa::avx2, engine::Isa::avx512}) {
    engine::limit_isa(isa);
    QuickDemand quick{tiny(), world, 0, false};
    quick.evaluate(quick.offers().price_eur);
    auto bits = quick.sales();
    const auto more = markups(quick);
    bits.insert(bits.end(), more.begin(), more.end());
    if (first.empty()) first = bits;
    EXPECT_EQ(bits, first);
  }
}

}  // namespace
}  // namespace tavolo::agents
