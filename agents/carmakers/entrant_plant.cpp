#include "agents/carmakers/entrant_plant.h"

#include <algorithm>
#include <cassert>

#include "agents/carmakers/prospects.h"
#include "agents/market/trade.h"

namespace tavolo::agents {
namespace {

bool in_europe(const Scenario& scenario, int market) {
  return scenario.markets[market].households > 0 &&
         !scenario.countries[scenario.markets[market].country.row].overseas;
}

/// Where a programme is built but for `plant`; its maker's export plant if it is built only there.
engine::Shares elsewhere(const Scenario& scenario, const World& world, int programme, int plant) {
  auto now = world.programmes[programme].plant_share;
  now.set(plant, 0);
  double sum = 0;
  for (const auto& part : now) sum += part.share;
  const auto& from = scenario.carmakers[maker_of(scenario, programme)].export_plant;
  if (now.empty() && from) return engine::Shares::all_of(from.row);
  engine::Shares whole;
  for (const auto& part : now) whole.set(part.row, part.share / sum);
  return whole;
}

void add_taste(const Scenario& scenario, World& world, int programme, int country, double utils) {
  for (std::size_t m = 0; m < scenario.markets.size(); ++m)
    if (scenario.markets[m].country.row == country)
      for (const int v : scenario.programmes[programme].vehicle_rows) world.constant(v, m) += utils;
}

}  // namespace

std::vector<Relocation> relocations(const Scenario& scenario, const World& world, int carmaker,
                                    int plant, bool kit, double capacity_per_year, double growth,
                                    double worth_eur) {
  const auto& export_plant = scenario.carmakers[carmaker].export_plant;
  const auto cost_here = [&](int vehicle, int market, double shipped_eur) {
    const auto cost = unit_cost(scenario, world, vehicle, plant, market);
    if (!kit) return cost.total();
    // a kit is what is shipped otherwise, a little cheaper; assembly takes local labour
    const double hours = world.plants[plant].kits_from >= 0
                             ? 1.0  // its labour is that of assembly already
                             : scenario.parameters.investment.kit_hours_per_vehicle /
                                   scenario.plants[plant].hours_per_vehicle;
    return (1 - scenario.parameters.industry.kit_cost_discount) * shipped_eur + hours * cost.labour;
  };
  std::vector<Relocation> result;
  for (std::size_t k = 0; k < scenario.programmes.size(); ++k) {
    const int programme = static_cast<int>(k);
    if (maker_of(scenario, programme) != carmaker || !world.programmes[k].alive) continue;
    const auto other = elsewhere(scenario, world, programme, plant);
    double all = 0, european = 0, saved = 0;
    for (const int vehicle : scenario.programmes[k].vehicle_rows) {
      for (std::size_t m = 0; m < scenario.markets.size(); ++m) {
        const int market = static_cast<int>(m);
        const double units = growth * expected_sales(scenario, world, vehicle, market);
        all += units;
        if (units <= 0 || !in_europe(scenario, market)) continue;
        double there = 0;
        for (const auto& part : other)
          there += part.share * unit_cost_eur(scenario, world, vehicle, part.row, market);
        const double shipped =
            kit && export_plant ? unit_cost_eur(scenario, world, vehicle, export_plant.row, market)
                                : there;
        const double here = cost_here(vehicle, market, shipped);
        european += units;
        saved += units * (there - here);
      }
    }
    if (european <= 0 || saved / european + worth_eur <= 0) continue;
    result.push_back({programme, european / all, european, saved / european});
  }
  std::stable_sort(result.begin(), result.end(), [](const Relocation& a, const Relocation& b) {
    return a.saving_eur > b.saving_eur;
  });
  double room = capacity_per_year;
  for (auto& relocation : result) {
    const double taken = std::min(room, relocation.units_per_year);
    relocation.share *= taken / relocation.units_per_year;
    relocation.units_per_year = taken;
    room -= taken;
  }
  std::erase_if(result, [](const Relocation& r) { return r.units_per_year <= 0; });
  return result;
}

int plant_of_site(const Scenario& scenario, int site) {
  for (std::size_t p = 0; p < scenario.plants.size(); ++p)
    if (scenario.plants[p].id == scenario.sites[site].id) return static_cast<int>(p);
  assert(false && "a site without its reserve plant: add_site_plants comes first");
  return -1;
}

void hire_first_crew(World& world, int plant, double workers) {
  auto& state = world.plants[plant];
  const double hired = std::max(0.0, workers - state.headcount);
  state.headcount += hired;
  state.hires_year += hired;
  if (static_cast<std::size_t>(plant) < world.opening.headcount.size())
    world.opening.headcount[plant] += hired;
}

void open_entrant_plant(const Scenario& scenario, World& world, const ProjectState& project) {
  auto& state = world.plants[project.plant];
  const auto& plant = scenario.plants[project.plant];
  state.phase = PlantState::Phase::running;
  state.capacity_per_year = project.capacity_per_year;
  // what it assembled from kits so far starts anew, as made here
  for (std::size_t k = 0; k < scenario.programmes.size(); ++k)
    if (world.programmes[k].plant_share[project.plant] > 0)
      world.programmes[k].plant_share =
          elsewhere(scenario, world, static_cast<int>(k), project.plant);
  state.kits_from = project.kit ? scenario.carmakers[project.carmaker].export_plant.row : -1;
  state.productivity =
      project.kit ? plant.hours_per_vehicle / scenario.parameters.investment.kit_hours_per_vehicle
                  : 1.0;
  auto& entrant = world.entrants[project.carmaker];
  entrant.mode = project.kit ? EntrantState::Mode::kit : EntrantState::Mode::plant;
  entrant.country = plant.country.row;
  entrant.project = -1;
  fill_entrant_plant(scenario, world, project.carmaker, project.plant);
  double units = 0;
  for (std::size_t k = 0; k < scenario.programmes.size(); ++k) {
    const double share = world.programmes[k].plant_share[project.plant];
    if (share > 0) units += share * programme_sales(scenario, world, static_cast<int>(k));
  }
  hire_first_crew(world, project.plant,
                  units * plant.hours_per_vehicle / state.productivity /
                      scenario.parameters.labour.hours_per_year);
}

void fill_entrant_plant(const Scenario& scenario, World& world, int carmaker, int plant) {
  const auto& state = world.plants[plant];
  const bool kit = state.kits_from >= 0;
  double affinity = 0;
  for (const auto& site : scenario.sites)
    if (site.id == scenario.plants[plant].id) affinity = site.affinity_eur_per_vehicle;
  const auto taken =
      relocations(scenario, world, carmaker, plant, kit, state.capacity_per_year, 1, affinity);
  for (std::size_t k = 0; k < scenario.programmes.size(); ++k) {
    const int programme = static_cast<int>(k);
    if (maker_of(scenario, programme) != carmaker) continue;
    double share = 0;
    for (const auto& relocation : taken)
      if (relocation.programme == programme) share = relocation.share;
    const double before = world.programmes[k].plant_share[plant];
    if (share <= 0 && before <= 0) continue;
    engine::Shares now;
    for (const auto& other : elsewhere(scenario, world, programme, plant))
      now.set(other.row, (1 - share) * other.share);
    now.set(plant, share);
    world.programmes[k].plant_share = now;
    const double taste = kit ? 0 : scenario.parameters.investment.home_made_taste;
    const int country = scenario.plants[plant].country.row;
    if (before <= 0) add_taste(scenario, world, programme, country, taste);
    if (share <= 0) add_taste(scenario, world, programme, country, -taste);
  }
}

void age_entrant(const Scenario& scenario, World& world, int carmaker) {
  auto& entrant = world.entrants[carmaker];
  ++entrant.years_present;
  if (entrant.years_present > kGrowingYears) return;
  const double growth = scenario.parameters.investment.entrant_brand_growth;
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
    if (scenario.carmaker_of(scenario.vehicles[v]) == carmaker)
      for (std::size_t m = 0; m < scenario.markets.size(); ++m)
        if (in_europe(scenario, static_cast<int>(m))) world.constant(v, m) += growth;
}

}  // namespace tavolo::agents
