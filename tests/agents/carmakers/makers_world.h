#pragma once

#include <algorithm>
#include <string_view>

#include "agents/carmakers/siting.h"
#include "agents/market/economy.h"
#include "tests/support/town_world.h"
#include "tests/support/two_car_town.h"

/// Two-car town as its makers see it: everything announced sells 10,000 a year in each market at
/// its list price, plants are tooled and run, duties of the first month hold.

namespace tavolo::agents {

inline Scenario makers_town() {
  Scenario scenario = two_car_town();
  add_site_plants(scenario);
  return scenario;
}

inline World makers_world(const Scenario& scenario) {
  World world = still_world(scenario);
  const auto vehicles = scenario.vehicles.size(), markets = scenario.markets.size();
  world.forecast = engine::Grid<double>(vehicles, markets);
  world.constant = engine::Grid<double>(vehicles, markets);
  world.duty_rate = engine::Grid<double>(vehicles, scenario.plants.size());
  world.on_sale.assign(vehicles, 0);
  for (std::size_t k = 0; k < scenario.programmes.size(); ++k) {
    const auto& row = scenario.programmes[k];
    world.programmes[k].platform = row.platform;
    world.programmes[k].generation_end = row.generation_end;
    world.programmes[k].from = row.from;
  }
  for (std::size_t v = 0; v < vehicles; ++v) {
    const auto& row = scenario.vehicles[v];
    const auto& programme = scenario.programmes[row.programme.row];
    world.on_sale[v] = programme.from <= scenario.start && row.from <= scenario.start;
    for (std::size_t m = 0; m < markets; ++m) {
      world.price_eur(v, m) = row.price_eur;
      if (world.on_sale[v]) world.forecast(v, m) = 10'000;
    }
    for (std::size_t p = 0; p < scenario.plants.size(); ++p)
      if (!scenario.countries[scenario.plants[p].country.row].in_eu)
        world.duty_rate(v, p) =
            duty_rate(scenario, static_cast<int>(v), static_cast<int>(p), scenario.start, true);
  }
  world.launch_forecast = engine::Grid<double>(vehicles, markets);
  world.co2_shadow_price_eur.assign(scenario.carmakers.size(), 0.0);
  world.co2_average_g_per_km.assign(scenario.carmakers.size(), 0.0);
  world.entrants.assign(scenario.carmakers.size(), {});
  for (std::size_t p = 0; p < scenario.plants.size(); ++p) {
    world.plants[p].platforms = scenario.plants[p].platforms;
    if (scenario.plants[p].opens > scenario.start)
      world.plants[p].phase = PlantState::Phase::closed;
  }
  return world;
}

/// Sales of every vehicle of a programme, per year and market.
inline void expect(const Scenario& scenario, World& world, int programme, double units) {
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
    if (scenario.vehicles[v].programme.row == programme)
      for (std::size_t m = 0; m < scenario.markets.size(); ++m)
        (world.on_sale[v] ? world.forecast : world.launch_forecast)(v, m) = units;
}

inline bool told(const World& world, std::string_view words) {
  return std::any_of(world.events.begin(), world.events.end(), [&](const engine::Event& event) {
    return event.text.find(words) != std::string::npos;
  });
}

}  // namespace tavolo::agents
