#include "agents/market/appeal.h"

#include <algorithm>
#include <cmath>

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
    change[v] = -nest * (ageing(scenario, world, programme) + std::log(std::max(together, 1)));
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
