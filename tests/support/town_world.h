#pragma once

#include <algorithm>
#include <string_view>

#include "agents/market/accounts.h"
#include "agents/market/economy.h"
#include "agents/world.h"

/// A world in which nothing has happened yet, for tests of single phases: every table has its
/// rows, every quantity is zero. No base year, no population.

namespace tavolo::agents {

inline World still_world(const Scenario& scenario) {
  const auto vehicles = scenario.vehicles.size(), markets = scenario.markets.size();
  const auto plants = scenario.plants.size(), governments = scenario.governments.size();
  World world;
  world.month = scenario.start;
  for (const auto& driver : scenario.drivers)
    world.driver.push_back(driver_known(driver, scenario.start.year()));
  world.strategies.assign(governments, nullptr);
  world.instruments.resize(governments);
  world.views.resize(governments);
  for (auto* money : {&world.budget_left_eur, &world.committed_eur, &world.premium_paid_year_eur})
    money->assign(governments, 0.0);
  world.trust_in_maker.resize(governments);
  world.trust_in_government.resize(governments);
  world.trust_of_unions.resize(scenario.carmakers.size());
  world.trust_in_workers.resize(plants);
  for (auto* grid :
       {&world.price_eur, &world.orders, &world.backlog, &world.deliveries, &world.cancelled,
        &world.orders_year, &world.deliveries_year, &world.deliveries_last_year,
        &world.incentive_eur, &world.incentive_year_eur, &world.expected_bonus_eur})
    *grid = engine::Grid<double>(vehicles, markets);
  world.bought_year = engine::Grid<double>(Buyers::kKinds, kPowertrains);
  world.stock.assign(vehicles, 0.0);
  world.made = world.made_year = engine::Grid<double>(vehicles, plants);
  world.made_in.assign(vehicles, {});
  world.stock_share = engine::Grid<double>(markets, kPowertrains);
  world.consideration = engine::Grid<double>(markets, kPowertrains, 1.0);
  world.charging_points.assign(markets, 0.0);
  world.electric_appeal.assign(markets, 0.0);
  world.brand_appeal.assign(scenario.brands.size(), 0.0);
  world.super_credits.used_g_per_km.assign(scenario.carmakers.size(), 0.0);
  for (auto* of_pool : {&world.super_credits.room, &world.super_credits.dilution})
    of_pool->assign(scenario.carmakers.size(), 1.0);
  world.parts_cost.assign(scenario.countries.size(), 1.0);
  world.parts_content.assign(scenario.countries.size(), 0.0);
  world.programmes.resize(scenario.programmes.size());
  for (std::size_t i = 0; i < scenario.programmes.size(); ++i)
    for (std::size_t p = 0; p < plants; ++p) {
      const auto share = scenario.programmes[i].plants.find(scenario.plants[p].id);
      if (share != scenario.programmes[i].plants.end())
        world.programmes[i].plant_share.set(static_cast<int>(p), share->second);
    }
  world.plants.resize(plants);
  for (std::size_t p = 0; p < plants; ++p) {
    world.plants[p].capacity_per_year = scenario.plants[p].capacity_per_year;
    world.plants[p].headcount = scenario.plants[p].headcount_2024;
  }
  world.books.paid_eur = world.books.received_eur =
      engine::Grid<double>(actor_count(scenario), kPurposes);
  world.books.balance_eur.assign(actor_count(scenario), 0.0);
  return world;
}

/// Row of the table with this id; it is there.
template <class Row>
int row_of(const std::vector<Row>& rows, std::string_view id) {
  return static_cast<int>(
      std::find_if(rows.begin(), rows.end(), [id](const Row& row) { return row.id == id; }) -
      rows.begin());
}

}  // namespace tavolo::agents
