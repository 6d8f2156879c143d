#include "agents/fleets/fleet.h"

#include <cmath>

namespace tavolo::agents {

double years_as_price(const DemandParameters& demand, double holding_months) {
  const double years = holding_months / 12;
  return years / (1 - std::pow(1 - demand.value_loss_per_year, years));
}

BuyerView fleet_view(const Scenario& scenario, const World& world, std::uint32_t buyer) {
  const auto& demand = scenario.parameters.demand;
  const auto& group = scenario.buyers.group_of(buyer);
  BuyerView view;
  view.price_factor = scenario.buyers.price_sensitivity(buyer);
  view.km_horizon =
      scenario.buyers.annual_km(buyer) * (group.kind == Buyers::Kind::rental
                                              ? demand.fuel_horizon_years
                                              : years_as_price(demand, group.holding_months));
  view.home_charging = scenario.buyers.home_charging(buyer);
  view.bev_taste = scenario.buyers.bev_taste(buyer);
  view.brand = world.garage.brand_of(buyer);
  view.powertrain = world.garage.powertrain[buyer];
  view.loyalty = view.brand >= 0 ? 0.5 * demand.loyalty * scenario.brands[view.brand].loyalty : 0;
  view.inertia = 0.5 * demand.powertrain_inertia;
  return view;
}

}  // namespace tavolo::agents
