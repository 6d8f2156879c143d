#include "agents/market/appeal.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "agents/chance.h"

namespace tavolo::agents {

double ageing(const Scenario& scenario, const World& world, int programme) {
  const auto& demand = scenario.parameters.demand;
  const auto& state = world.programmes[programme];
  const bool renewed_unseen = scenario.programmes[programme].generation_end.index >= (1 << 29);
  if (state.launched == Month{0} || renewed_unseen) return 0;
  // a first generation is as old as its first sale, which may slip
  const double years = (world.month - std::max(state.launched, state.from)) / 12.0;
  const double lasting = std::max(0.0, demand.ageing_until_years - demand.ageing_from_years);
  return demand.ageing_per_year * std::clamp(years - demand.ageing_from_years, 0.0, lasting);
}

namespace {

/// A January's step of the damped trends.
void follow_trends(const DemandParameters& demand, World& world) {
  constexpr int kFirstYear = 2018;
  const double left = std::pow(demand.trend_persistence, world.month.year() - kFirstYear);
  world.market_appeal += demand.market_trend * left;
  const std::array<double, kPowertrains> trend{0,
                                               demand.diesel_trend,
                                               demand.lpg_trend,
                                               demand.hybrid_trend,
                                               demand.phev_trend,
                                               demand.bev_trend};
  for (std::size_t k = 0; k < kPowertrains; ++k) world.powertrain_appeal[k] += trend[k] * left;
}

}  // namespace

void shift_tastes(const Scenario& scenario, World& world, const engine::Streams& luck) {
  const auto& demand = scenario.parameters.demand;
  follow_trends(demand, world);
  if (world.month <= scenario.start) return;
  const double common = luck(Chance::electric_appeal, 0).normal(0, demand.electric_appeal_sd);
  for (std::size_t m = 0; m < world.electric_appeal.size(); ++m)
    world.electric_appeal[m] +=
        common + luck(Chance::electric_appeal, 1 + m).normal(0, demand.electric_appeal_market_sd);
  for (std::size_t b = 0; b < world.brand_appeal.size(); ++b)
    world.brand_appeal[b] += luck(Chance::brand_appeal, b).normal(0, demand.brand_appeal_sd);
}

void receive(const Scenario& scenario, World& world, int programme, const engine::Streams& luck) {
  auto& state = world.programmes[programme];
  if (state.launched == Month{0}) return;  // a pool of nameplates: their receptions even out
  state.reception = luck.at(0)(Chance::reception, programme, state.generation)
                        .normal(0, scenario.parameters.demand.reception_sd);
}

std::vector<double> appeal_changes(const Scenario& scenario, const World& world, int market) {
  const double nest =
      std::min(scenario.parameters.demand.nest_segment, scenario.parameters.demand.nest_new);
  engine::Grid<int> versions(scenario.programmes.size(), kPowertrains);
  const auto offered = [&](std::size_t v) {
    return world.on_sale[v] != 0 && world.price_eur(v, market) > 0;
  };
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
    if (offered(v)) {
      const auto& vehicle = scenario.vehicles[v];
      ++versions(vehicle.programme.row, static_cast<std::size_t>(vehicle.drives_as()));
    }
  std::vector<double> change(scenario.vehicles.size(), 0.0);
  for (std::size_t v = 0; v < change.size(); ++v) {
    const auto& vehicle = scenario.vehicles[v];
    const int programme = vehicle.programme.row;
    const int together = versions(programme, static_cast<std::size_t>(vehicle.drives_as()));
    const int brand = scenario.programmes[programme].brand.row;
    double log_points = world.programmes[programme].reception + world.brand_appeal[brand] -
                        ageing(scenario, world, programme) - std::log(std::max(together, 1));
    if (!scenario.is_van(vehicle))
      log_points += world.powertrain_appeal[static_cast<std::size_t>(vehicle.power)];
    if (vehicle.power == Powertrain::bev) log_points += world.electric_appeal[market];
    change[v] = nest * log_points;
  }
  return change;
}

double unfamiliarity(const Scenario& scenario, const World& world, int market,
                     std::size_t powertrain) {
  const auto& demand = scenario.parameters.demand;
  return std::min(demand.nest_segment, demand.nest_new) *
         std::log(world.consideration(market, powertrain));
}

}  // namespace tavolo::agents
