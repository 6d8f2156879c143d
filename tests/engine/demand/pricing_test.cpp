#include "engine/demand/pricing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/special_functions/lambert_w.hpp>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include "engine/demand/logit.h"
#include "engine/random.h"

namespace tavolo::engine::demand {
namespace {

constexpr double kExact = 1e-10;

enum class Luck { market = 1 };

/// A market with all there is: heterogeneous consumers whose weights do not sum to one, two nests
/// and products without, firms with several products in several nests.
struct Town {
  Consumers consumers;
  Nests nests;
  std::vector<int> firm;
  int firms;
  std::vector<double> utility, price, cost;

  explicit Town(std::uint64_t seed, std::size_t products = 13, std::size_t people = 37,
                int how_many_firms = 4)
      : firms{how_many_firms} {
    auto draws = Streams{seed, 0}(Luck::market, 0);
    consumers.taste = Grid<double>(people, products);
    for (std::size_t i = 0; i < people; ++i) {
      consumers.weight.push_back((0.5 + draws.uniform()) / static_cast<double>(people));
      consumers.price_slope.push_back(-0.3 - 2 * draws.uniform());
      for (std::size_t j = 0; j < products; ++j) consumers.taste(i, j) = draws.normal(0, 1.5);
    }
    nests.rho = {0.35, 0.7};
    for (std::size_t j = 0; j < products; ++j) {
      nests.of.push_back(static_cast<int>(j % 3) - 1);
      firm.push_back(static_cast<int>(j) % firms);
      utility.push_back(draws.normal(0, 1));
      price.push_back(2 + 3 * draws.uniform());
      cost.push_back(1 + draws.uniform());
    }
  }

  LogitMarket market() const {
    LogitMarket result{consumers, nests, firm, firms};
    result.set_mean_utility(utility);
    return result;
  }
};

/// The same shares straight from the definition.
std::vector<double> shares_by_hand(const Town& town, const std::vector<double>& price) {
  const std::size_t n = price.size();
  std::vector<double> shares(n, 0.0);
  for (std::size_t i = 0; i < town.consumers.weight.size(); ++i) {
    std::vector<double> u(n);
    for (std::size_t j = 0; j < n; ++j)
      u[j] =
          town.utility[j] + town.consumers.taste(i, j) + town.consumers.price_slope[i] * price[j];
    std::vector<double> sums(town.nests.rho.size(), 0.0);
    double all = 1;
    for (std::size_t j = 0; j < n; ++j) {
      const int h = town.nests.of[j];
      if (h < 0)
        all += std::exp(u[j]);
      else
        sums[h] += std::exp(u[j] / (1 - town.nests.rho[h]));
    }
    for (std::size_t h = 0; h < sums.size(); ++h) all += std::pow(sums[h], 1 - town.nests.rho[h]);
    for (std::size_t j = 0; j < n; ++j) {
      const int h = town.nests.of[j];
      const double p = h < 0 ? std::exp(u[j]) / all
                             : std::exp(u[j] / (1 - town.nests.rho[h])) / sums[h] *
                                   std::pow(sums[h], 1 - town.nests.rho[h]) / all;
      shares[j] += town.consumers.weight[i] * p;
    }
  }
  return shares;
}

std::vector<double> shares(LogitMarket market, const std::vector<double>& price) {
  std::vector<double> result(price.size());
  market.shares(price, result);
  return result;
}

/// A plain logit with price coefficient one.
LogitMarket plain(const std::vector<double>& utility, const std::vector<int>& owner) {
  LogitMarket market{Consumers{{1.0}, {-1.0}, Grid<double>(1, utility.size())},
                     {},
                     owner,
                     static_cast<int>(owner.size())};
  market.set_mean_utility(utility);
  return market;
}

std::vector<double> equilibrium(LogitMarket market, const std::vector<double>& cost) {
  auto price = cost;
  EXPECT_TRUE(equilibrium_prices(market, cost, price).converged);
  return price;
}

// ------------------------------------------------------------------------------------ closed forms

TEST(LogitBertrand, GivesTheSymmetricDuopoly) {
  auto market = plain({2, 2}, {0, 1});
  const auto price = equilibrium(market, {1, 1});
  const auto response = market.response(price);
  for (int j = 0; j < 2; ++j) {
    EXPECT_NEAR(price[j], 2.401058137542, kExact);
    EXPECT_NEAR(response.share[j], 0.286253744078, kExact);
    EXPECT_NEAR((price[j] - 1) * response.share[j], 0.401058137542, kExact);
  }
  EXPECT_NEAR(response.consumer_surplus, 0.8498185069108805, kExact);
}

TEST(LogitBertrand, GivesTheMonopolyByLambertsFunction) {
  for (const auto& [utility, cost] :
       {std::pair{2.0, 1.0}, std::pair{0.0, 3.0}, std::pair{9.0, 0.5}}) {
    const double expected = cost + 1 + boost::math::lambert_w0(std::exp(utility - cost - 1));
    EXPECT_NEAR(equilibrium(plain({utility}, {0}), {cost})[0], expected, kExact);
  }
  EXPECT_NEAR(equilibrium(plain({2}, {0}), {1})[0], 2.567143290409784, kExact);
}

TEST(LogitBertrand, GivesThreeProductsBeforeAndAfterTheirMerger) {
  auto market = plain({3, 2, 1}, {0, 0, 1});
  const std::vector<double> cost{1, 1, 0.5};
  const auto before = equilibrium(market, cost);
  const auto sold = shares(market, before);
  const std::vector<double> price{2.956141913296, 2.956141913296, 1.703673275568},
      share{0.357333863843, 0.131455782142, 0.169209767885},
      merged{3.245129357767, 3.245129357767, 2.745129357767};
  market.set_stakes({{0, 1, 1}, {1, 0, 1}});
  const auto after = equilibrium(market, cost);
  for (int j = 0; j < 3; ++j) {
    EXPECT_NEAR(before[j], price[j], kExact);
    EXPECT_NEAR(sold[j], share[j], kExact);
    EXPECT_NEAR(after[j], merged[j], kExact);
  }
}

TEST(LogitBertrand, MarksUpOneProductByTheInverseOfWhatOthersSell) {
  auto market = plain({1, 2, 0.5}, {0, 1, 2});
  const std::vector<double> price{1.5, 2, 1};
  const auto markup = markups(market, price);
  const auto share = shares(market, price);
  for (int j = 0; j < 3; ++j) EXPECT_NEAR(markup[j], 1 / (1 - share[j]), kExact);
}

TEST(NestedLogit, HasTheElasticitiesOfTheClosedForm) {
  // Berry (1994): e_jj = a p_j (1/(1-rho) - rho/(1-rho) s_j|h - s_j)
  const std::vector<double> price{1.2, 0.8, 1.5, 2};
  const Nests nests{{0, 0, 1, 1}, {0.6, 0.25}};
  LogitMarket market{Consumers{{1.0}, {-1.7}, Grid<double>(1, 4)}, nests, std::vector{0, 1, 2, 3},
                     4};
  market.set_mean_utility(std::vector{1.0, 0.5, 2.0, 1.5});
  const auto response = market.response(price);
  const auto& s = response.share;
  for (int j = 0; j < 4; ++j) {
    const double rho = nests.rho[nests.of[j]];
    const double within = s[j] / (j < 2 ? s[0] + s[1] : s[2] + s[3]);
    EXPECT_NEAR(response.own_slope[j] * price[j] / s[j],
                -1.7 * price[j] * (1 / (1 - rho) - rho / (1 - rho) * within - s[j]), kExact);
    const double outside = 1 - s[0] - s[1] - s[2] - s[3];
    EXPECT_NEAR(response.outside_slope[j], 1.7 * s[j] * outside, kExact);
  }
}

// ----------------------------------------------------------------------------------------- demand

TEST(LogitMarket, HasTheSharesOfTheDefinition) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const Town town{seed};
    const auto ours = shares(town.market(), town.price), theirs = shares_by_hand(town, town.price);
    for (std::size_t j = 0; j < ours.size(); ++j) EXPECT_NEAR(ours[j] / theirs[j], 1, 1e-12);
  }
}

TEST(LogitMarket, HasTheSlopesOfItsShares) {
  const Town town{7};
  auto market = town.market();
  const auto response = market.response(town.price);
  std::vector<std::size_t> all(town.price.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  const auto effects = market.price_effects(town.price, all);
  constexpr double kStep = 1e-5;
  for (std::size_t j = 0; j < all.size(); ++j) {
    auto up = town.price, down = town.price;
    up[j] += kStep;
    down[j] -= kStep;
    const auto more = shares(market, up), less = shares(market, down);
    double outside = 0;
    for (std::size_t k = 0; k < all.size(); ++k) {
      const double slope = (more[k] - less[k]) / (2 * kStep);
      EXPECT_NEAR(effects(j, k), slope, 1e-9);
      outside -= slope;
    }
    EXPECT_NEAR(response.own_slope[j], effects(j, j), 1e-14);
    EXPECT_NEAR(response.outside_slope[j], outside, 1e-8);
  }
}

TEST(LogitMarket, LosesSurplusByWhatBuyersPayMore) {
  // Roy's identity: a rise of all prices by a small amount costs each buyer that much
  const Town town{8};
  auto market = town.market();
  constexpr double kStep = 1e-5;
  auto up = town.price, down = town.price;
  for (auto& price : up) price += kStep;
  for (auto& price : down) price -= kStep;
  const double loss = market.response(down).consumer_surplus - market.response(up).consumer_surplus;
  const auto sold = shares(market, town.price);
  EXPECT_NEAR(loss / (2 * kStep), std::accumulate(sold.begin(), sold.end(), 0.0), 1e-8);
}

TEST(LogitMarket, DoesNotSeeConsumersWithoutWeight) {
  Town town{9};
  const auto before = town.market().response(town.price);
  for (int more = 0; more < 5; ++more) {
    Grid<double> taste(town.consumers.weight.size() + 1, town.price.size(), 3.0);
    for (std::size_t i = 0; i < town.consumers.weight.size(); ++i)
      std::ranges::copy(town.consumers.taste.row(i), taste.row(i).begin());
    town.consumers.taste = taste;
    town.consumers.weight.push_back(0);
    town.consumers.price_slope.push_back(more == 0 ? 0.0 : -5.0);
  }
  const auto after = town.market().response(town.price);
  EXPECT_EQ(before.share, after.share);
  EXPECT_EQ(before.own_slope, after.own_slope);
  EXPECT_EQ(before.consumer_surplus, after.consumer_surplus);
}

TEST(LogitMarket, IsThePlainLogitWithoutCorrelation) {
  Town town{10};
  town.nests.rho = {0, 0};
  const auto nested = shares(town.market(), town.price);
  town.nests = {};
  const auto logit = shares(town.market(), town.price);
  for (std::size_t j = 0; j < logit.size(); ++j) EXPECT_NEAR(nested[j], logit[j], 1e-15);
}

TEST(LogitMarket, StandsUtilitiesBeyondTheRangeOfExponentials) {
  Town town{11};
  for (std::size_t j = 0; j < town.utility.size(); ++j) town.utility[j] = j == 4 ? 4000 : -3000;
  const auto sold = shares(town.market(), town.price);
  const double all =
      std::accumulate(town.consumers.weight.begin(), town.consumers.weight.end(), 0.0);
  for (std::size_t j = 0; j < sold.size(); ++j) EXPECT_NEAR(sold[j], j == 4 ? all : 0, 1e-12);
}

// -------------------------------------------------------------------------------------- inversion

TEST(InvertShares, RecoversWhatMadeTheShares) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const Town town{seed};
    auto market = town.market();
    const auto observed = shares(market, town.price);
    auto utility = logit_utilities(town.nests, observed);
    const auto search = invert_shares(market, town.price, observed, utility);
    EXPECT_TRUE(search.converged);
    for (std::size_t j = 0; j < utility.size(); ++j)
      EXPECT_NEAR(utility[j], town.utility[j], 1e-10) << "seed " << seed;
  }
}

TEST(InvertShares, StartsAtTheAnswerOfTheNestedLogit) {
  Town town{3};
  town.consumers = {{1.0}, {-1.0}, Grid<double>(1, town.price.size())};
  auto market = town.market();
  const auto observed = shares(market, town.price);
  auto utility = logit_utilities(town.nests, observed);
  for (std::size_t j = 0; j < utility.size(); ++j)
    EXPECT_NEAR(utility[j], town.utility[j] - town.price[j], 1e-12);
}

TEST(InvertShares, SaysWhenNoUtilityExplainsTheShares) {
  Town town{4};
  auto market = town.market();
  auto more = shares(market, town.price);
  // above what all consumers weigh together
  const double all =
      std::accumulate(town.consumers.weight.begin(), town.consumers.weight.end(), 0.0);
  for (auto& share : more) share = 1.1 * all / static_cast<double>(more.size());
  auto utility = town.utility;
  EXPECT_FALSE(invert_shares(market, town.price, more, utility).converged);
}

// ---------------------------------------------------------------------------------------- pricing

TEST(EquilibriumPrices, LeaveNoFirmAnythingToGain) {
  const Town town{1};
  auto market = town.market();
  const auto price = equilibrium(market, town.cost);
  const auto profit = [&](int firm, const std::vector<double>& at) {
    const auto sold = shares(market, at);
    double sum = 0;
    for (std::size_t j = 0; j < at.size(); ++j)
      if (town.firm[j] == firm) sum += (at[j] - town.cost[j]) * sold[j];
    return sum;
  };
  for (std::size_t j = 0; j < price.size(); ++j)
    for (const double step : {-0.05, 0.05}) {
      auto other = price;
      other[j] += step;
      EXPECT_LT(profit(town.firm[j], other), profit(town.firm[j], price));
    }
}

TEST(EquilibriumPrices, AreOnesWhoseMarkupsTheFirstOrderConditionsGive) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const Town town{seed};
    auto market = town.market();
    market.set_stakes({{0, 1, 0.4}, {2, 3, 0.25}, {3, 2, 1}});
    const auto price = equilibrium(market, town.cost);
    const auto markup = markups(market, price);
    for (std::size_t j = 0; j < price.size(); ++j)
      EXPECT_NEAR(price[j] - markup[j], town.cost[j], kExact) << "seed " << seed;
  }
}

TEST(EquilibriumPrices, RiseForAllWhenAllMergeIntoOne) {
  const Town town{2};
  auto market = town.market();
  const auto before = equilibrium(market, town.cost);
  std::vector<Stake> all;
  for (int f = 0; f < town.firms; ++f)
    for (int g = 0; g < town.firms; ++g)
      if (f != g) all.push_back({f, g, 1});
  market.set_stakes(all);
  const auto stakes = equilibrium(market, town.cost);
  for (std::size_t j = 0; j < before.size(); ++j) EXPECT_GT(stakes[j], before[j]);
  // the same as one firm from the start
  Town one = town;
  std::fill(one.firm.begin(), one.firm.end(), 0);
  const auto monopoly = equilibrium(one.market(), town.cost);
  for (std::size_t j = 0; j < before.size(); ++j) EXPECT_NEAR(stakes[j], monopoly[j], 1e-9);
}

TEST(EquilibriumPrices, RiseWithTheShareOfARivalsProfit) {
  const Town town{3};
  std::vector<double> last;
  for (const double share : {0.0, 0.3, 0.7, 1.0}) {
    auto market = town.market();
    market.set_stakes({{0, 1, share}});
    const auto price = equilibrium(market, town.cost);
    if (!last.empty())
      for (std::size_t j = 0; j < price.size(); ++j) {
        if (town.firm[j] == 0) {
          EXPECT_GT(price[j], last[j]);
        }
      }
    last = price;
  }
}

TEST(EquilibriumPrices, DoNotDependOnNamesAndOrder) {
  const Town town{5};
  const std::size_t n = town.price.size();
  Town other = town;
  for (std::size_t j = 0; j < n; ++j) {
    const std::size_t from = (5 * j + 2) % n;
    other.utility[j] = town.utility[from];
    other.cost[j] = town.cost[from];
    other.nests.of[j] = town.nests.of[from] < 0 ? -1 : 1 - town.nests.of[from];
    other.firm[j] = (town.firm[from] + 3) % town.firms;
    for (std::size_t i = 0; i < town.consumers.weight.size(); ++i)
      other.consumers.taste(i, j) = town.consumers.taste(i, from);
  }
  std::swap(other.nests.rho[0], other.nests.rho[1]);
  const auto price = equilibrium(town.market(), town.cost);
  const auto permuted = equilibrium(other.market(), other.cost);
  for (std::size_t j = 0; j < n; ++j) EXPECT_NEAR(permuted[j], price[(5 * j + 2) % n], 1e-10);
}

TEST(EquilibriumPrices, AreNotClaimedWhereNobodyMindsThePrice) {
  LogitMarket market{Consumers{{1.0}, {0.0}, Grid<double>(1, 2)}, {}, std::vector{0, 1}, 2};
  const std::vector<double> cost{1, 1};
  auto price = cost;
  EXPECT_FALSE(equilibrium_prices(market, cost, price).converged);
}

TEST(Herfindahl, CountsWhatIsSoldInPoints) {
  EXPECT_DOUBLE_EQ(herfindahl(std::vector{0.1, 0.1}, std::vector{0, 1}), 5000);
  EXPECT_DOUBLE_EQ(herfindahl(std::vector{0.1, 0.1}, std::vector{1, 1}), 10000);
  EXPECT_DOUBLE_EQ(herfindahl(std::vector{0.03, 0.01}, std::vector{0, 1}), 6250);
}

}  // namespace
}  // namespace tavolo::engine::demand
