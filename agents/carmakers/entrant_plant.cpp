#include "agents/carmakers/entrant_plant.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "agents/carmakers/prospects.h"
#include "agents/market/trade.h"

namespace tavolo::agents {
namespace {

bool in_europe(const Scenario& scenario, int market) {
  return scenario.markets[market].households > 0 &&
         !scenario.countries[scenario.markets[market].country.row].overseas;
}

/// Where a programme would be built without `plant`: what this makes comes from its maker's export
/// plant, or from where most of it is made if there is none.
engine::Shares elsewhere(const Scenario& scenario, const World& world, int programme, int plant) {
  auto whole = world.programmes[programme].plant_share;
  const double back = whole[plant];
  whole.set(plant, 0);
  const auto& from = scenario.carmakers[maker_of(scenario, programme)].export_plant;
  if (back > 0 && (from || !whole.empty())) {
    const int row = from ? from.row : whole.largest();
    whole.set(row, whole[row] + back);
  }
  return whole;
}

/// Of that, what an entrant may bring to Europe: what its export plant makes. Its other plants keep
/// what they have, for their fixed cost and crews stay.
double exported_share(const Scenario& scenario, int programme, const engine::Shares& parts) {
  const auto& from = scenario.carmakers[maker_of(scenario, programme)].export_plant;
  return from ? parts[from.row] : 0;
}

/// Mean over the horizon of the years of presence that count.
double mean_presence(double horizon_years) {
  double sum = 0;
  const int years = std::max(1, static_cast<int>(std::lround(horizon_years)));
  for (int t = 1; t <= years; ++t) sum += std::min(t, kGrowingYears);
  return sum / years;
}

void add_taste(const Scenario& scenario, World& world, int programme, int country, double utils) {
  for (std::size_t m = 0; m < scenario.markets.size(); ++m)
    if (scenario.markets[m].country.row == country)
      for (const int v : scenario.programmes[programme].vehicle_rows) world.constant(v, m) += utils;
}

/// Vehicles a year of a programme that a plant is to make.
double units_at(const Scenario& scenario, const World& world, int programme, int plant) {
  const double share = world.programmes[programme].plant_share[plant];
  return share > 0 ? share * programme_sales(scenario, world, programme) : 0;
}

void tool(PlantState& plant, const std::string& platform) {
  if (std::find(plant.platforms.begin(), plant.platforms.end(), platform) == plant.platforms.end())
    plant.platforms.push_back(platform);
}

/// Gives a plant this share of a programme, of what is exported to Europe otherwise.
void source_to(const Scenario& scenario, World& world, int programme, int plant, double share) {
  auto& state = world.programmes[programme];
  const double before = state.plant_share[plant];
  auto now = elsewhere(scenario, world, programme, plant);
  share = std::min(share, exported_share(scenario, programme, now));
  if (share > 0) {
    const int from = scenario.carmakers[maker_of(scenario, programme)].export_plant.row;
    now.set(from, now[from] - share);
    now.set(plant, share);
  }
  state.plant_share = now;
  const double taste = state.kits_at == plant ? 0 : scenario.parameters.investment.home_made_taste;
  const int country = scenario.plants[plant].country.row;
  if (before <= 0 && share > 0) add_taste(scenario, world, programme, country, taste);
  if (before > 0 && share <= 0) add_taste(scenario, world, programme, country, -taste);
  if (share <= 0 && state.kits_at == plant) state.kits_at = -1;
}

}  // namespace

bool builds_in_eu(const Scenario& scenario, const World& world, int carmaker) {
  for (std::size_t p = 0; p < scenario.plants.size(); ++p)
    if (scenario.plants[p].tracked && scenario.plants[p].carmaker.row == carmaker &&
        scenario.countries[scenario.plants[p].country.row].in_eu && world.plants[p].works() &&
        std::none_of(scenario.sites.begin(), scenario.sites.end(),
                     [&](const Site& site) { return site.id == scenario.plants[p].id; }))
      return true;
  return false;
}

double presence_growth(const Scenario& scenario, const World& world, int carmaker) {
  const auto& investment = scenario.parameters.investment;
  return builds_in_eu(scenario, world, carmaker)
             ? 0  // it is there already
             : investment.entrant_brand_growth * mean_presence(investment.horizon_years) /
                   scenario.parameters.demand.nest_segment;
}

std::vector<Relocation> relocations(const Scenario& scenario, const World& world, int carmaker,
                                    int plant, bool kit, double capacity_per_year, double growth,
                                    double worth_eur) {
  std::vector<Relocation> result;
  const double more = kit ? 0 : presence_growth(scenario, world, carmaker);
  const auto& from = scenario.carmakers[carmaker].export_plant;
  for (std::size_t k = 0; k < scenario.programmes.size(); ++k) {
    const int programme = static_cast<int>(k);
    if (maker_of(scenario, programme) != carmaker || !world.programmes[k].alive) continue;
    const double exported =
        exported_share(scenario, programme, elsewhere(scenario, world, programme, plant));
    if (exported <= 0) continue;
    double all = 0, european = 0, saved = 0, margin = 0;
    for (const int vehicle : scenario.programmes[k].vehicle_rows) {
      for (std::size_t m = 0; m < scenario.markets.size(); ++m) {
        const int market = static_cast<int>(m);
        const double units = growth * expected_sales(scenario, world, vehicle, market);
        all += units;
        if (units <= 0 || !in_europe(scenario, market)) continue;
        const double there = unit_cost_eur(scenario, world, vehicle, from.row, market);
        const double here = (kit ? cost_if_assembled(scenario, world, vehicle, plant, market)
                                 : cost_if_made(scenario, world, vehicle, plant, market))
                                .total();
        european += units;
        saved += units * (there - here);
        if (more > 0) margin += units * margin_eur(scenario, world, vehicle, plant, market);
      }
    }
    if (european <= 0) continue;
    const double brought = more * std::max(0.0, margin / european);  // by presence
    if (saved / european + worth_eur + brought <= 0) continue;
    const double share = std::min(exported, european / all);
    result.push_back({programme, share, share * all, saved / european});
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
  if (scenario.sites[site].host) return scenario.sites[site].host.row;
  for (std::size_t p = 0; p < scenario.plants.size(); ++p)
    if (scenario.plants[p].id == scenario.sites[site].id) return static_cast<int>(p);
  assert(false && "a site without its reserve plant: add_site_plants comes first");
  return -1;
}

double affinity_eur(const Scenario& scenario, const World& world, int site) {
  return world.site_affinity_eur.empty() ? scenario.sites[site].affinity_eur_per_vehicle
                                         : world.site_affinity_eur[site];
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
  const auto& site = scenario.sites[project.site];
  const auto& plant = scenario.plants[project.plant];
  auto& state = world.plants[project.plant];
  if (!site.host) {
    state.phase = PlantState::Phase::running;
    state.capacity_per_year = project.capacity_per_year;
  }
  double before = 0;  // what it made already for others
  for (std::size_t k = 0; k < scenario.programmes.size(); ++k) {
    const int programme = static_cast<int>(k);
    if (maker_of(scenario, programme) != project.carmaker) {
      before += units_at(scenario, world, programme, project.plant);
      continue;
    }
    // what it assembled here from kits so far starts anew, as made here
    if (world.programmes[k].plant_share[project.plant] > 0)
      source_to(scenario, world, programme, project.plant, 0);
    if (!project.kit && world.programmes[k].alive) tool(state, world.programmes[k].platform);
  }
  auto& entrant = world.entrants[project.carmaker];
  entrant.mode = project.kit ? EntrantState::Mode::kit : EntrantState::Mode::plant;
  entrant.country = plant.country.row;
  entrant.project = -1;
  if (entrant.kit_site == project.site) entrant.kit_site = -1;
  (project.kit ? entrant.kit_site : entrant.plant_site) = project.site;
  fill_site(scenario, world, project.site, project.kit, project.capacity_per_year);

  double hours = 0;
  for (std::size_t k = 0; k < scenario.programmes.size(); ++k) {
    const int programme = static_cast<int>(k);
    if (maker_of(scenario, programme) == project.carmaker)
      hours += units_at(scenario, world, programme, project.plant) *
               hours_of(scenario, world, programme, project.plant);
  }
  const double workers = 1 / state.productivity / scenario.parameters.labour.hours_per_year;
  const double all = (before * plant.hours_per_vehicle + hours) * workers;
  hire_first_crew(world, project.plant, std::min(all, state.headcount + hours * workers));
}

void fill_site(const Scenario& scenario, World& world, int site, bool kit,
               double capacity_per_year) {
  const int carmaker = scenario.sites[site].carmaker.row, plant = plant_of_site(scenario, site);
  const auto taken = relocations(scenario, world, carmaker, plant, kit, capacity_per_year, 1,
                                 affinity_eur(scenario, world, site));
  for (std::size_t k = 0; k < scenario.programmes.size(); ++k) {
    const int programme = static_cast<int>(k);
    if (maker_of(scenario, programme) != carmaker) continue;
    double share = 0;
    for (const auto& relocation : taken)
      if (relocation.programme == programme) share = relocation.share;
    if (share <= 0 && world.programmes[k].plant_share[plant] <= 0) continue;
    if (share > 0 && kit) world.programmes[k].kits_at = plant;
    source_to(scenario, world, programme, plant, share);
  }
}

void leave_sites(const Scenario& scenario, World& world, int plant) {
  for (std::size_t c = 0; c < scenario.carmakers.size(); ++c) {
    auto& entrant = world.entrants[c];
    const auto stands_there = [&](int site) {
      return site >= 0 && plant_of_site(scenario, site) == plant;
    };
    if (!stands_there(entrant.kit_site) && !stands_there(entrant.plant_site)) continue;
    for (std::size_t k = 0; k < scenario.programmes.size(); ++k)
      if (maker_of(scenario, static_cast<int>(k)) == static_cast<int>(c) &&
          world.programmes[k].plant_share[plant] > 0)
        source_to(scenario, world, static_cast<int>(k), plant, 0);
    if (stands_there(entrant.kit_site)) entrant.kit_site = -1;
    if (stands_there(entrant.plant_site)) entrant.plant_site = -1;
    const int left = entrant.plant_site >= 0 ? entrant.plant_site : entrant.kit_site;
    using Mode = EntrantState::Mode;
    entrant.mode = left < 0 ? Mode::exports : left == entrant.kit_site ? Mode::kit : Mode::plant;
    entrant.country = left < 0 ? -1 : scenario.sites[left].country.row;
  }
}

void age_entrant(const Scenario& scenario, World& world, int carmaker) {
  auto& entrant = world.entrants[carmaker];
  ++entrant.years_present;
  if (entrant.years_present > kGrowingYears) return;
  const double growth = scenario.parameters.investment.entrant_brand_growth;
  const int plant = plant_of_site(scenario, entrant.plant_site);
  for (std::size_t k = 0; k < scenario.programmes.size(); ++k) {
    if (maker_of(scenario, static_cast<int>(k)) != carmaker ||
        world.programmes[k].plant_share[plant] <= 0)
      continue;
    for (const int v : scenario.programmes[k].vehicle_rows)
      for (std::size_t m = 0; m < scenario.markets.size(); ++m)
        if (in_europe(scenario, static_cast<int>(m))) world.constant(v, m) += growth;
  }
}

}  // namespace tavolo::agents
