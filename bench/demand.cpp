// The prices after the merger of GM and Ford in 1990 (131 products, 200 consumers): the matrix-free
// zeta map over lanes of consumers, accelerated, against the same map written plainly, consumer by
// consumer, and followed step by step to the same residual. On one core. Needs the published data.

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/race.h"
#include "engine/demand/pricing.h"
#include "engine/demand/study.h"

namespace tavolo::bench {
namespace {

using namespace engine::demand;

/// A logit market without nests, as one writes it first.
struct PlainMarket {
  const MarketData& data;
  std::vector<double> utility, cost;
  std::vector<int> owner;

  double zeta(const std::vector<double>& markup, std::vector<double>& next) const {
    const std::size_t n = cost.size();
    std::vector<double> p(n), share(n), own(n), other(n), profit(data.firms.size());
    for (std::size_t i = 0; i < data.consumers.weight.size(); ++i) {
      const double w = data.consumers.weight[i], a = data.consumers.price_slope[i];
      double all = 1;
      for (std::size_t j = 0; j < n; ++j)
        all += p[j] = std::exp(utility[j] + data.consumers.taste(i, j) + a * (cost[j] + markup[j]));
      std::fill(profit.begin(), profit.end(), 0.0);
      for (std::size_t j = 0; j < n; ++j) {
        p[j] /= all;
        profit[owner[j]] += p[j] * markup[j];
      }
      for (std::size_t j = 0; j < n; ++j) {
        share[j] += w * p[j];
        own[j] += w * a * p[j];
        other[j] += w * a * p[j] * profit[owner[j]];
      }
    }
    double residual = 0;
    for (std::size_t j = 0; j < n; ++j) {
      next[j] = (other[j] - share[j]) / own[j];
      residual = std::max(residual, std::abs(next[j] - markup[j]) / (cost[j] + markup[j]));
    }
    return residual;
  }
};

void merged_prices(benchmark::State& state) {
  const std::string folder = TAVOLO_SOURCE_DIR "/../shared/data/docking";
  if (!std::filesystem::exists(folder + "/blp_products.csv")) {
    state.SkipWithError("the published data are not there");
    return;
  }
  const auto study = read_study(folder + "/blp_products.csv", folder + "/blp_agents.csv",
                                TAVOLO_SOURCE_DIR "/configs/demand/blp_automobiles.toml");
  const auto& market = *std::find_if(study.markets.begin(), study.markets.end(),
                                     [](const MarketData& m) { return m.name == "1990"; });
  LogitMarket model{market.consumers, market.nests, market.firm,
                    static_cast<int>(market.firms.size())};
  auto utility = logit_utilities(market.nests, market.share);
  invert_shares(model, market.price, market.share, utility);
  auto cost = market.price;
  const auto markup = markups(model, market.price);
  for (std::size_t j = 0; j < cost.size(); ++j) cost[j] -= markup[j];
  const auto firm = [&](const char* name) {
    return static_cast<int>(std::find(market.firms.begin(), market.firms.end(), name) -
                            market.firms.begin());
  };
  const int gm = firm("19"), ford = firm("18");
  model.set_stakes({{gm, ford, 1}, {ford, gm, 1}});
  PlainMarket plain{market, utility, cost, market.firm};
  std::replace(plain.owner.begin(), plain.owner.end(), ford, gm);

  int ours = 0, theirs = 0;
  race(
      state, 1,
      [&] {
        auto price = market.price;
        const auto search = equilibrium_prices(model, cost, price);
        ours = search.iterations;
        benchmark::DoNotOptimize(price.data());
      },
      [&] {
        auto at = markup, next = markup;
        theirs = 0;
        do {
          at.swap(next);
          ++theirs;
        } while (plain.zeta(at, next) > 1e-13);
        benchmark::DoNotOptimize(at.data());
      });
  state.counters["our_steps"] = ours;
  state.counters["yardstick_steps"] = theirs;
}
BENCHMARK(merged_prices)->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tavolo::bench
