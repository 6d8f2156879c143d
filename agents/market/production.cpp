#include "agents/market/production.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "agents/market/aid.h"
#include "agents/market/trade.h"
#include "engine/flow/transport.h"

namespace tavolo::agents {
namespace {

/// A maker makes no stock for the last months of a generation that leaves the market.
constexpr int kRunOutMonths = 4;
/// Share of the gap to the stock target that is made up in a month.
constexpr double kRestockSpeed = 0.5;

/// By vehicle: orders and back-orders of all markets.
std::vector<double> asked_for(const World& world) {
  std::vector<double> asked(world.orders.rows(), 0.0);
  for (std::size_t v = 0; v < asked.size(); ++v) {
    const auto waiting = world.backlog.row(v), ordered = world.orders.row(v);
    for (std::size_t m = 0; m < waiting.size(); ++m) asked[v] += waiting[m] + ordered[m];
  }
  return asked;
}

/// What must be made this month, by vehicle: what is asked for and the way to the stock target.
std::vector<double> needs(const Scenario& scenario, const World& world,
                          const std::vector<double>& asked) {
  std::vector<double> need(scenario.vehicles.size(), 0.0);
  for (std::size_t v = 0; v < need.size(); ++v) {
    double sales = 0;
    for (const double expected : world.forecast.row(v)) sales += expected;
    const auto& vehicle = scenario.vehicles[v];
    const auto& programme = world.programmes[vehicle.programme.row];
    const bool leaves = scenario.programmes[vehicle.programme.row].ends &&
                        programme.generation_end - world.month < kRunOutMonths;
    const double target = world.on_sale[v] && !leaves
                              ? scenario.parameters.industry.stock_target_months * sales / 12
                              : 0;
    // orders and back-orders, and a part of the way to the stock that is wanted at the month's end
    need[v] = std::max(0.0, asked[v] + kRestockSpeed * (target - world.stock[v]));
  }
  return need;
}

/// Supplies that are not tracked make what is asked of them, up to some slack over the base year.
double untracked_capacity(const Scenario& scenario, const World& world, std::size_t plant) {
  return std::max(scenario.plants[plant].capacity_per_year,
                  scenario.parameters.industry.rival_supply_slack * scenario.base.output[plant]) /
         12 * world.supply_factor;
}

}  // namespace

double monthly_capacity(const Scenario& scenario, const World& world, int plant) {
  const auto& state = world.plants[plant];
  if (!state.works()) return 0;
  const auto& labour = scenario.parameters.labour;
  const double technical = state.capacity_per_year / 12 * world.supply_factor;
  const double hours = state.headcount * labour.hours_per_year / 12 * (1 + labour.overtime_share);
  const double by_hours = hours / mean_hours(scenario, world, plant) * state.productivity;
  return std::min(technical, by_hours) * (1 - state.strike_loss_share);
}

double fixed_cost_eur(const Scenario& scenario, const World& world, int plant) {
  const auto& row = scenario.plants[plant];
  const bool is_site = std::any_of(scenario.sites.begin(), scenario.sites.end(),
                                   [&](const Site& site) { return site.id == row.id; });
  const double part = world.plants[plant].phase == PlantState::Phase::idle
                          ? scenario.parameters.industry.idle_cost_share
                          : 1;
  if (!is_site || row.capacity_per_year <= 0) return part * row.fixed_cost_eur_per_year;
  const bool kits = std::any_of(world.entrants.begin(), world.entrants.end(), [&](const auto& e) {
    return e.kit_site >= 0 && scenario.sites[e.kit_site].id == row.id;
  });
  return part * (kits ? scenario.parameters.investment.kit_capex_share : 1) *
         row.fixed_cost_eur_per_year * world.plants[plant].capacity_per_year /
         row.capacity_per_year;
}

void produce(const Scenario& scenario, World& world, const engine::Streams&) {
  const std::size_t vehicles = scenario.vehicles.size();
  const std::size_t plants = scenario.plants.size();
  const std::size_t programmes = scenario.programmes.size();
  const auto asked = asked_for(world);
  const auto need = needs(scenario, world, asked);
  std::vector<double> programme_need(programmes, 0.0), programme_value(programmes, 0.0);
  for (std::size_t v = 0; v < vehicles; ++v) {
    if (need[v] <= 0) continue;
    const int k = scenario.vehicles[v].programme.row;
    programme_need[k] += need[v];
    programme_value[k] += need[v] * world.price_eur(v, 0) / (1 + scenario.markets[0].vat_rate);
  }

  // programmes of tracked plants compete for capacity; other supplies deliver what is asked
  engine::TransportProblem problem;
  std::vector<int> source_of(plants, -1), source_plant;
  std::vector<int> product_programme, lane_plant;
  struct Flow {
    int programme, plant;
    double units;
  };
  std::vector<Flow> flows;
  std::vector<double> untracked_need(plants, 0.0), untracked_scale(plants, -1.0);
  for (std::size_t k = 0; k < programmes; ++k)
    for (const auto& [p, share] : world.programmes[k].plant_share)
      if (!scenario.plants[p].tracked) untracked_need[p] += share * programme_need[k];
  const double flexibility = scenario.parameters.industry.sourcing_flexibility;
  std::vector<double> pledge(plants, 0.0);  // what a pledge makes a vehicle worth, by plant
  if (!world.agreements.empty())
    for (std::size_t p = 0; p < plants; ++p)
      if (scenario.plants[p].tracked)
        pledge[p] = pledge_eur_per_vehicle(scenario, world, static_cast<int>(p));
  for (std::size_t k = 0; k < programmes; ++k) {
    if (programme_need[k] < 0.5) continue;
    int product = -1;
    for (const auto& [p, share] : world.programmes[k].plant_share) {
      if (!scenario.plants[p].tracked) {
        if (untracked_scale[p] < 0) {
          const double room = untracked_capacity(scenario, world, p);
          untracked_scale[p] = untracked_need[p] > room ? room / untracked_need[p] : 1.0;
        }
        flows.push_back(
            {static_cast<int>(k), p, std::floor(share * programme_need[k] * untracked_scale[p])});
        continue;
      }
      if (!world.plants[p].works()) continue;
      if (source_of[p] < 0) {
        source_of[p] = static_cast<int>(source_plant.size());
        source_plant.push_back(p);
        problem.capacity.push_back(monthly_capacity(scenario, world, p));
      }
      if (product < 0) {
        product = static_cast<int>(product_programme.size());
        product_programme.push_back(static_cast<int>(k));
        problem.demand.push_back(0);
        problem.shortage_cost.push_back(programme_value[k] / programme_need[k]);
      }
      double cost = 0;
      for (const int v : scenario.programmes[k].vehicle_rows)
        if (need[v] > 0)
          cost += need[v] / programme_need[k] * unit_cost(scenario, world, v, p, 0).at_gate();
      cost -= pledge[p];
      // a sourcing contract gives each plant its share, with some freedom on either side
      const bool only_one = share > 1 - 1e-9;
      problem.demand[product] += share * programme_need[k];
      problem.lanes.push_back({source_of[p], product, cost,
                               only_one ? std::numeric_limits<double>::infinity()
                                        : share * programme_need[k] * (1 + flexibility)});
      lane_plant.push_back(p);
    }
  }
  const auto plan = engine::solve(problem);
  for (std::size_t lane = 0; lane < problem.lanes.size(); ++lane)
    if (plan.flow[lane] > 0)
      flows.push_back(
          {product_programme[problem.lanes[lane].product], lane_plant[lane], plan.flow[lane]});

  for (std::size_t v = 0; v < vehicles; ++v)  // it is zero elsewhere (record_year)
    for (const int p : world.made_in[v]) world.made(v, p) = 0;
  for (std::size_t p = 0; p < plants; ++p) {
    world.plants[p].output = 0;
    world.plants[p].capacity_rent_eur = 0;
  }
  for (std::size_t s = 0; s < source_plant.size(); ++s)
    world.plants[source_plant[s]].capacity_rent_eur = plan.capacity_rent[s];
  for (const auto& flow : flows) {
    auto& plant = world.plants[flow.plant];
    plant.output += flow.units;
    plant.output_year += flow.units;
    if (flow.units <= 0) continue;
    for (const int v : scenario.programmes[flow.programme].vehicle_rows) {
      if (need[v] <= 0) continue;
      world.made(v, flow.plant) += flow.units * need[v] / programme_need[flow.programme];
      auto& plants_so_far = world.made_in[v];
      const auto at = std::lower_bound(plants_so_far.begin(), plants_so_far.end(), flow.plant);
      if (at == plants_so_far.end() || *at != flow.plant) plants_so_far.insert(at, flow.plant);
    }
  }

  // deliveries: what is there is shared in proportion to what is asked; the rest waits
  const double patience = scenario.parameters.industry.backlog_patience_months;
  for (std::size_t v = 0; v < vehicles; ++v) {
    double there = world.stock[v];
    for (const int p : world.made_in[v]) there += world.made(v, p);
    const double share = asked[v] > there ? (asked[v] > 0 ? there / asked[v] : 0.0) : 1.0;
    const double loses = world.on_sale[v] ? patience : 1;  // of who waits, one in so many
    const auto orders = world.orders.row(v);
    const auto backlog = world.backlog.row(v), deliveries = world.deliveries.row(v),
               cancelled = world.cancelled.row(v);
    double delivered = 0;
    for (std::size_t m = 0; m < orders.size(); ++m) {
      const double due = backlog[m] + orders[m];
      deliveries[m] = due * share;
      const double waits = due - deliveries[m];
      cancelled[m] = waits > 0 ? waits / loses : 0;
      backlog[m] = waits - cancelled[m];
      delivered += deliveries[m];
    }
    world.stock[v] = std::max(0.0, there - delivered);
  }
}

}  // namespace tavolo::agents
