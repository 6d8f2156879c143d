#include "agents/households/household.h"

#include "engine/neighbours.h"

namespace tavolo::agents {

BuyerView household_view(const Scenario& scenario, const World& world, std::uint32_t buyer,
                         int market) {
  const auto& demand = scenario.parameters.demand;
  BuyerView view;
  view.price_factor = scenario.buyers.price_sensitivity(buyer);
  view.km_horizon = scenario.buyers.annual_km(buyer) * demand.fuel_horizon_years;
  view.home_charging = scenario.buyers.home_charging(buyer);
  view.bev_taste = scenario.buyers.bev_taste(buyer);
  view.brand = world.garage.brand_of(buyer);
  view.powertrain = world.garage.powertrain[buyer];
  view.loyalty = view.brand >= 0 ? demand.loyalty * scenario.brands[view.brand].loyalty : 0;
  view.inertia = demand.powertrain_inertia;
  static_assert(kPowertrains <= engine::kStates);
  const std::size_t ties = scenario.peers.neighbours(buyer).size();
  const auto count = engine::count_states(scenario.peers, world.garage.powertrain, buyer);
  for (const auto p : {Powertrain::phev, Powertrain::bev}) {
    const auto k = static_cast<std::size_t>(p);
    // who has no ties stands for many (mean field) and sees what is on the road
    const double share =
        ties == 0 ? world.stock_share(market, k) : count[k] / static_cast<double>(ties);
    view.peer[k] = demand.peer_effect * (share - scenario.base.stock_share(market, k));
  }
  return view;
}

}  // namespace tavolo::agents
