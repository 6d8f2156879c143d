#include "agents/households/beliefs.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "engine/scan.h"

namespace tavolo::agents {
namespace {

constexpr double kMonth = 1.0 / 12;  // years
constexpr auto kHybrid = static_cast<std::size_t>(Powertrain::hybrid);
constexpr auto kPhev = static_cast<std::size_t>(Powertrain::phev);
constexpr auto kBev = static_cast<std::size_t>(Powertrain::bev);

using Shares = std::array<double, kPowertrains>;

/// Of cars on the road, from what the market's own buyers drive.
Shares garage_shares(const Scenario& scenario, const std::vector<std::uint8_t>& driven,
                     std::size_t market, const Shares& before) {
  const auto& buyers = scenario.buyers;
  Shares cars{};
  double all = 0;
  for (const auto& group : buyers.groups) {
    if (group.kind == Buyers::Kind::van_operator || group.first < buyers.market_begin[market] ||
        group.first >= buyers.market_begin[market + 1])
      continue;
    const auto rows = std::span{driven}.subspan(group.first, group.last - group.first);
    const auto count = engine::count_below<kPowertrains>(rows);
    for (std::size_t k = 0; k < kPowertrains; ++k)
      cars[k] += group.weight * static_cast<double>(count[k]);
    all += group.weight * static_cast<double>(rows.size());
  }
  if (all <= 0) return before;
  for (double& share : cars) share /= all;
  return cars;
}

/// Of cars on the road, from deliveries that replace the average car.
Shares replaced_shares(const Scenario& scenario, const World& world, std::size_t market,
                       const Shares& before) {
  Shares delivered{};
  double all = 0;
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v) {
    const double units = world.deliveries(v, market);
    const auto& vehicle = scenario.vehicles[v];
    if (units == 0 || scenario.is_van(vehicle)) continue;
    delivered[static_cast<std::size_t>(vehicle.drives_as())] += units;
    all += units;
  }
  const double on_road = kCarsPerHousehold * scenario.markets[market].households;
  if (on_road <= 0) return before;
  Shares now;
  for (std::size_t k = 0; k < kPowertrains; ++k)
    now[k] = before[k] + (delivered[k] - before[k] * all) / std::max(on_road, all);
  return now;
}

}  // namespace

double consideration_after(double consideration, double driver_share, double years,
                           const DemandParameters& demand) {
  const double gained = demand.marketing_exposure + demand.contagion * driver_share;
  const double rate = gained + demand.forgetting;
  if (rate <= 0) return consideration;
  const double rest = gained / rate;
  return rest + (consideration - rest) * std::exp(-rate * years);
}

double consideration_grown(double driver_share, double years, const DemandParameters& demand) {
  double consideration = 0;
  for (double since = 0; since < years; ++since) {
    const double step = std::min(1.0, years - since);
    consideration =
        consideration_after(consideration, driver_share * (since + step / 2) / years, step, demand);
  }
  // a powertrain that is on sale is considered by somebody
  constexpr double kFewest = 1e-3;
  return std::max(consideration, kFewest);
}

double charging_points_after(double points, double share_before, double share_now,
                             const DemandParameters& demand) {
  constexpr double kFirstCars = 1e-4;
  const double growth = std::max(share_now, kFirstCars) / std::max(share_before, kFirstCars);
  return points * std::pow(growth, demand.charging_response);
}

void update_beliefs(const Scenario& scenario, World& world, const engine::Streams&) {
  const auto& demand = scenario.parameters.demand;
  for (std::size_t m = 0; m < scenario.markets.size(); ++m) {
    if (scenario.markets[m].households <= 0) continue;
    const auto share = world.stock_share.row(m);
    Shares before;
    std::copy(share.begin(), share.end(), before.begin());
    Shares now;
    if (scenario.buyers_act(static_cast<int>(m))) {
      // the garages at the start are a sample of the published stock: its noise is not growth
      if (world.month == scenario.start)
        before = garage_shares(scenario, scenario.buyers.first.powertrain, m, before);
      now = garage_shares(scenario, world.garage.powertrain, m, before);
    } else {
      now = replaced_shares(scenario, world, m, before);
    }
    std::copy(now.begin(), now.end(), share.begin());
    for (std::size_t k = 0; k < kPowertrains; ++k)
      world.consideration(m, k) =
          k == kHybrid || k == kPhev || k == kBev
              ? consideration_after(world.consideration(m, k), share[k], kMonth, demand)
              : 1.0;
    world.charging_points[m] = charging_points_after(
        world.charging_points[m], before[kPhev] + before[kBev], now[kPhev] + now[kBev], demand);
  }
}

}  // namespace tavolo::agents
