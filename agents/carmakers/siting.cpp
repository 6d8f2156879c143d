#include "agents/carmakers/siting.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string>

#include "agents/carmakers/entrant_plant.h"
#include "agents/carmakers/investment.h"
#include "agents/carmakers/prospects.h"
#include "agents/market/accounts.h"
#include "agents/market/aid.h"

namespace tavolo::agents {
namespace {

using Mode = EntrantState::Mode;

/// Until when an entrant counts on growth after the opening. [years]
constexpr double kGrowthAfterOpening = 2;

/// Mean over the horizon of the years of presence that count.
double mean_presence(double horizon_years) {
  double sum = 0;
  const int years = std::max(1, static_cast<int>(std::lround(horizon_years)));
  for (int t = 1; t <= years; ++t) sum += std::min(t, kGrowingYears);
  return sum / years;
}

/// Margin of what is relocated, per vehicle, and the share of its sales in the plant's country.
struct Sales {
  double margin_eur = 0, home_share = 0;
};

Sales sales_of(const Scenario& scenario, const World& world, int plant,
               const std::vector<Relocation>& taken) {
  Sales result;
  double all = 0;
  for (const auto& relocation : taken)
    for (std::size_t v = 0; v < scenario.vehicles.size(); ++v) {
      if (scenario.vehicles[v].programme.row != relocation.programme) continue;
      for (std::size_t m = 0; m < scenario.markets.size(); ++m) {
        const auto& market = scenario.markets[m];
        if (market.households <= 0 || scenario.countries[market.country.row].overseas) continue;
        const double units = relocation.share * expected_sales(scenario, world, static_cast<int>(v),
                                                               static_cast<int>(m));
        if (units <= 0) continue;
        all += units;
        result.margin_eur +=
            units * margin_eur(scenario, world, static_cast<int>(v), plant, static_cast<int>(m));
        if (market.country.row == scenario.plants[plant].country.row) result.home_share += units;
      }
    }
  if (all > 0) {
    result.margin_eur /= all;
    result.home_share /= all;
  }
  return result;
}

SiteValue value_of(const Scenario& scenario, const World& world, int carmaker, int site,
                   Mode mode) {
  const auto& investment = scenario.parameters.investment;
  const auto& row = scenario.sites[site];
  const int plant = plant_of_site(scenario, site);
  const bool kit = mode == Mode::kit;
  SiteValue value;
  value.site = site;
  value.mode = mode;
  value.country = row.country.row;
  const double per_unit = row.capex_eur_per_unit > 0
                              ? row.capex_eur_per_unit
                              : scenario.countries[value.country].greenfield_eur_per_unit;
  const double part = kit ? investment.kit_capex_share : 1;
  value.capex_eur = part * per_unit * row.capacity_per_year;
  if (offers_by_rule(scenario, world, value.country))
    value.aid_eur = aid_offer_eur(scenario, world, value.country, plant, value.capex_eur);

  const double lead = kit ? investment.kit_lead_months : investment.plant_lead_months;
  const double growth =
      std::pow(1 + investment.entrant_growth_per_year, lead / 12 + kGrowthAfterOpening);
  const auto taken = relocations(scenario, world, carmaker, plant, kit, row.capacity_per_year,
                                 growth, row.affinity_eur_per_vehicle);
  double saved = 0;
  for (const auto& relocation : taken) {
    value.units_per_year += relocation.units_per_year;
    saved += relocation.units_per_year * (relocation.saving_eur + row.affinity_eur_per_vehicle);
  }
  const auto sales = sales_of(scenario, world, plant, taken);
  const double utils =
      kit ? 0
          : investment.entrant_brand_growth * mean_presence(investment.horizon_years) +
                investment.home_made_taste * sales.home_share;
  const double extra = std::min(
      row.capacity_per_year - value.units_per_year,
      std::max(0.0, value.units_per_year * utils / scenario.parameters.demand.nest_segment));
  value.units_per_year += extra;
  const double fixed = part * scenario.plants[plant].fixed_cost_eur_per_year;
  value.operating_npv_eur = annuity(hurdle_rate(scenario, carmaker), investment.horizon_years) *
                            (saved + extra * std::max(0.0, sales.margin_eur) - fixed);
  value.npv_eur = value.operating_npv_eur - value.capex_eur + value.aid_eur;
  return value;
}

ProjectState project_of(const Scenario& scenario, const World& world, int carmaker,
                        const SiteValue& value, double aid_eur) {
  const auto& investment = scenario.parameters.investment;
  const auto& site = scenario.sites[value.site];
  const bool kit = value.mode == Mode::kit;
  ProjectState project;
  project.carmaker = carmaker;
  project.plant = plant_of_site(scenario, value.site);
  project.site = value.site;
  project.kit = kit;
  project.name = kit ? "a kit line" : "a plant";
  for (std::size_t k = 0; k < scenario.programmes.size(); ++k)
    if (maker_of(scenario, static_cast<int>(k)) == carmaker && world.programmes[k].alive)
      project.programmes.push_back(static_cast<int>(k));
  project.capacity_per_year = site.capacity_per_year;
  project.capex_eur = value.capex_eur;
  project.grants = {{site.country.row, aid_eur}};
  project.planned_value_eur = std::max(1.0, value.operating_npv_eur);
  project.review = world.month;
  project.done =
      world.month + std::max(1, static_cast<int>(std::lround(kit ? investment.kit_lead_months
                                                                 : investment.plant_lead_months)));
  return project;
}

/// Plants and kit lines that run grow with presence and are filled anew.
void keep_presence(const Scenario& scenario, World& world, int carmaker) {
  const auto mode = world.entrants[carmaker].mode;
  if (mode != Mode::kit && mode != Mode::plant) return;
  if (mode == Mode::plant) age_entrant(scenario, world, carmaker);
  for (std::size_t s = 0; s < scenario.sites.size(); ++s) {
    if (scenario.sites[s].carmaker.row != carmaker) continue;
    const int plant = plant_of_site(scenario, static_cast<int>(s));
    if (world.plants[plant].works()) fill_entrant_plant(scenario, world, carmaker, plant);
  }
}

/// Kits are a first step: not for a maker that builds whole vehicles in the EU already.
bool builds_in_eu(const Scenario& scenario, const World& world, int carmaker) {
  for (std::size_t p = 0; p < scenario.plants.size(); ++p)
    if (scenario.plants[p].tracked && scenario.plants[p].carmaker.row == carmaker &&
        scenario.countries[scenario.plants[p].country.row].in_eu &&
        world.plants[p].phase == PlantState::Phase::running && world.plants[p].kits_from < 0)
      return true;
  return false;
}

void review_sites(const Scenario& scenario, World& world, int carmaker) {
  auto& entrant = world.entrants[carmaker];
  const int year = world.month.year();
  const auto values = site_values(scenario, world, carmaker);
  const SiteValue* best = nullptr;  // of those that are the entrant's own to take
  double best_courted = 0;          // what may come out of a table at most
  for (const auto& value : values) {
    if (courts_entrants(scenario, world, value.country)) {
      SiteValue hoped = value;
      hoped.aid_eur = aid_cap_eur(scenario, world, value.country,
                                  plant_of_site(scenario, value.site), value.capex_eur);
      hoped.npv_eur += hoped.aid_eur;
      if (passes_trigger(scenario, hoped)) best_courted = std::max(best_courted, hoped.npv_eur);
      continue;
    }
    if (best == nullptr && passes_trigger(scenario, value) &&
        fits_budget(scenario, world, project_of(scenario, world, carmaker, value, value.aid_eur)))
      best = &value;
  }
  const bool waits =
      best_courted > (best != nullptr ? best->npv_eur : 0) && entrant.waited_in != year - 1;
  if (waits) {
    entrant.waited_in = year;
    return;
  }
  if (best != nullptr) settle_entrant(scenario, world, carmaker, *best, best->aid_eur, -1, -1);
}

}  // namespace

void add_site_plants(Scenario& scenario) {
  const auto& investment = scenario.parameters.investment;
  for (const auto& site : scenario.sites) {
    if (std::any_of(scenario.plants.begin(), scenario.plants.end(),
                    [&](const Plant& plant) { return plant.id == site.id; }))
      continue;
    Plant plant;
    plant.id = site.id;
    plant.name = scenario.carmakers[site.carmaker.row].name + " in " +
                 scenario.countries[site.country.row].name;
    plant.source = site.source;
    plant.carmaker = site.carmaker;
    plant.country = site.country;
    plant.capacity_per_year = site.capacity_per_year;
    for (std::size_t k = 0; k < scenario.programmes.size(); ++k) {
      const auto& platform = scenario.programmes[k].platform;
      if (maker_of(scenario, static_cast<int>(k)) == site.carmaker.row &&
          std::find(plant.platforms.begin(), plant.platforms.end(), platform) ==
              plant.platforms.end())
        plant.platforms.push_back(platform);
    }
    plant.hours_per_vehicle = investment.new_plant_hours_per_vehicle;
    plant.fixed_cost_eur_per_year =
        investment.new_plant_fixed_eur_per_unit * site.capacity_per_year;
    plant.opens = Month{1 << 30};
    scenario.plants.push_back(std::move(plant));
  }
}

bool offers_by_rule(const Scenario& scenario, const World& world, int country) {
  return scenario.siting == SitingProtocol::bargaining &&
         !courts_entrants(scenario, world, country);
}

bool courts_entrants(const Scenario& scenario, const World& world, int country) {
  const int government = government_of(scenario, country);
  return government >= 0 && scenario.governments[government].strategic &&
         world.instruments[government].entrant_budget_eur > 0;
}

std::vector<SiteValue> site_values(const Scenario& scenario, const World& world, int carmaker) {
  std::vector<SiteValue> values;
  const auto& entrant = world.entrants[carmaker];
  if (entrant.project >= 0 || entrant.mode == Mode::plant) return values;
  const bool kits = entrant.mode != Mode::kit && !builds_in_eu(scenario, world, carmaker);
  for (std::size_t s = 0; s < scenario.sites.size(); ++s) {
    const auto& site = scenario.sites[s];
    const int row = static_cast<int>(s);
    if (site.carmaker.row != carmaker) continue;
    if (site.courted_only && !courts_entrants(scenario, world, site.country.row)) continue;
    if (kits) values.push_back(value_of(scenario, world, carmaker, row, Mode::kit));
    values.push_back(value_of(scenario, world, carmaker, row, Mode::plant));
  }
  std::stable_sort(values.begin(), values.end(),
                   [](const SiteValue& a, const SiteValue& b) { return a.npv_eur > b.npv_eur; });
  return values;
}

bool passes_trigger(const Scenario& scenario, const SiteValue& value) {
  return value.operating_npv_eur >=
         option_multiple(scenario) * std::max(0.0, value.capex_eur - value.aid_eur);
}

void settle_entrant(const Scenario& scenario, World& world, int carmaker, const SiteValue& value,
                    double aid_eur, int government, int agreement) {
  // who pays follows from the country (market/aid.h)
  assert(government < 0 || government == government_of(scenario, value.country));
  (void)government;
  auto project = project_of(scenario, world, carmaker, value, aid_eur);
  project.agreement = agreement;
  auto& state = world.plants[project.plant];
  if (state.phase == PlantState::Phase::closed) state.phase = PlantState::Phase::building;
  const std::string what = project.kit ? " a kit line for " : " a plant for ";
  tell(world, "siting",
       scenario.carmakers[carmaker].name + " decides for" + what +
           vehicles(project.capacity_per_year) + " vehicles a year in " +
           scenario.countries[value.country].name + ": " + meur(project.capex_eur) +
           (aid_eur > 0 ? ", " + meur(aid_eur) + " of aid" : std::string{}) + ", planned for " +
           project.done.text());
  world.entrants[carmaker].project = open_project(world, std::move(project));
}

bool reviews_sites(const Scenario& scenario, const World& world) {
  const int interval = std::max(
      1, static_cast<int>(std::lround(scenario.parameters.investment.site_interval_years)));
  return (world.month.year() - scenario.start.year()) % interval == 0;
}

bool fits_budget(const Scenario& scenario, const World& world, int carmaker, const SiteValue& value,
                 double aid_eur) {
  return fits_budget(scenario, world, project_of(scenario, world, carmaker, value, aid_eur));
}

void site_entrants(const Scenario& scenario, World& world, const engine::Streams&) {
  for (std::size_t c = 0; c < scenario.carmakers.size(); ++c) {
    if (!scenario.carmakers[c].entrant) continue;
    const int carmaker = static_cast<int>(c);
    keep_presence(scenario, world, carmaker);
    if (scenario.siting == SitingProtocol::bargaining && reviews_sites(scenario, world))
      review_sites(scenario, world, carmaker);
  }
}

}  // namespace tavolo::agents
