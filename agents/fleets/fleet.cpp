#include "agents/fleets/fleet.h"

namespace tavolo::agents {

BuyerView fleet_view(const Scenario& scenario, const World& world, std::uint32_t buyer) {
  const auto& demand = scenario.parameters.demand;
  BuyerView view;
  view.price_factor = scenario.buyers.price_sensitivity(buyer);
  view.km_horizon = scenario.buyers.annual_km(buyer) * demand.fleet_horizon_years;
  view.home_charging = scenario.buyers.home_charging(buyer);
  view.bev_taste = scenario.buyers.bev_taste(buyer);
  view.brand = world.garage.brand_of(buyer);
  view.powertrain = world.garage.powertrain[buyer];
  view.loyalty = view.brand >= 0 ? 0.5 * demand.loyalty * scenario.brands[view.brand].loyalty : 0;
  view.inertia = 0.5 * demand.powertrain_inertia;
  return view;
}

}  // namespace tavolo::agents
