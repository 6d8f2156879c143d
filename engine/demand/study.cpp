#include "engine/demand/study.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "engine/demand/pricing.h"
#include "engine/experiment/statistics.h"

namespace tavolo::engine::demand {
namespace {

/// The number of a firm in this market, or -1: it sells nothing here.
int firm_of(const MarketData& market, const std::string& name) {
  const auto found = std::find(market.firms.begin(), market.firms.end(), name);
  return found == market.firms.end() ? -1 : static_cast<int>(found - market.firms.begin());
}

std::vector<Stake> stakes_of(const MarketData& market, const Spec& spec) {
  std::vector<Stake> stakes;
  for (const auto& row : spec.stakes) {
    const int firm = firm_of(market, row.firm), in = firm_of(market, row.in);
    if (firm >= 0 && in >= 0) stakes.push_back({firm, in, row.share});
  }
  return stakes;
}

std::vector<int> members_of(const MarketData& market, const Merger& merger) {
  std::vector<int> members;
  for (const auto& name : merger.firms)
    if (const int firm = firm_of(market, name); firm >= 0) members.push_back(firm);
  return members;
}

bool is_in(int firm, const std::vector<int>& members) {
  return std::find(members.begin(), members.end(), firm) != members.end();
}

MergerEffect merge(LogitMarket& model, const MarketData& market, const Spec& spec,
                   const Merger& merger, const std::vector<double>& cost) {
  const auto members = members_of(market, merger);
  auto stakes = stakes_of(market, spec);
  std::erase_if(stakes, [&](const Stake& stake) {
    return is_in(stake.firm, members) && is_in(stake.in, members);
  });
  for (const int firm : members)
    for (const int in : members)
      if (firm != in) stakes.push_back({firm, in, merger.profit_share});
  model.set_stakes(std::move(stakes));
  MergerEffect effect;
  effect.price = market.price;
  effect.search = equilibrium_prices(model, cost, effect.price);
  auto response = model.response(effect.price);
  effect.share = std::move(response.share);
  effect.consumer_surplus = response.consumer_surplus;
  auto owner = market.firm;
  for (std::size_t j = 0; j < owner.size(); ++j) {
    const bool merges = is_in(owner[j], members);
    (merges ? effect.merging : effect.others)
        .push_back(100 * (effect.price[j] / market.price[j] - 1));
    if (merges && merger.profit_share == 1) owner[j] = members.front();
  }
  effect.hhi = herfindahl(effect.share, owner);
  return effect;
}

}  // namespace

Summary summary_of(std::span<const double> values) {
  std::vector<double> sorted;
  for (const double value : values)
    if (std::isfinite(value)) sorted.push_back(value);
  const double none = std::numeric_limits<double>::quiet_NaN();
  if (sorted.empty()) return {none, none, none, none};
  const double n = static_cast<double>(sorted.size());
  const double mean = std::accumulate(sorted.begin(), sorted.end(), 0.0) / n;
  std::sort(sorted.begin(), sorted.end());
  return {mean, quantile(sorted, 0.5), sorted.front(), sorted.back()};
}

bool MarketResult::converged() const {
  return inversion.converged && pricing.converged &&
         std::all_of(mergers.begin(), mergers.end(),
                     [](const MergerEffect& merger) { return merger.search.converged; });
}

MarketResult solve(const MarketData& market, const Spec& spec) {
  const std::size_t n = market.price.size();
  MarketResult result;
  LogitMarket model{market.consumers, market.nests, market.firm,
                    static_cast<int>(market.firms.size())};
  model.set_stakes(stakes_of(market, spec));

  auto utility = logit_utilities(market.nests, market.share);
  for (std::size_t j = 0; j < n; ++j) utility[j] -= market.price_slope * market.price[j];
  result.inversion = invert_shares(model, market.price, market.share, utility);

  const auto response = model.response(market.price);
  result.consumer_surplus = response.consumer_surplus;
  result.hhi = herfindahl(response.share, market.firm);
  result.markup = markups(model, market.price);
  for (std::size_t j = 0; j < n; ++j) {
    const double price = market.price[j];
    result.mean_utility.push_back(utility[j] + market.price_slope * price);
    result.own_elasticity.push_back(response.own_slope[j] * price / response.share[j]);
    result.diversion_outside.push_back(-response.outside_slope[j] / response.own_slope[j]);
    result.marginal_cost.push_back(price - result.markup[j]);
    result.lerner.push_back(result.markup[j] / price);
  }
  for (std::size_t i = 0; i < market.consumers.weight.size(); ++i)
    result.price_lovers +=
        market.consumers.weight[i] > 0 && market.consumers.price_slope[i] >= 0 ? 1 : 0;

  const auto difference = [&](const std::vector<double>& prices) {
    double largest = 0;
    for (std::size_t j = 0; j < n; ++j)
      largest = std::max(largest, std::abs(prices[j] / market.price[j] - 1));
    return largest;
  };
  result.equilibrium_price = market.price;
  result.pricing = equilibrium_prices(model, result.marginal_cost, result.equilibrium_price);
  result.price_difference = difference(result.equilibrium_price);
  auto from_costs = result.marginal_cost;
  result.pricing_from_costs = equilibrium_prices(model, result.marginal_cost, from_costs);
  result.price_difference_from_costs = difference(from_costs);

  for (const auto& merger : spec.mergers)
    result.mergers.push_back(merge(model, market, spec, merger, result.marginal_cost));
  return result;
}

std::vector<MarketResult> solve(const Study& study) {
  std::vector<MarketResult> results(study.markets.size());
  tbb::parallel_for(std::size_t{0}, results.size(), [&](std::size_t market) {
    results[market] = solve(study.markets[market], study.spec);
  });
  return results;
}

}  // namespace tavolo::engine::demand
