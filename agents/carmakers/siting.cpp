#include "agents/carmakers/siting.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string>

#include "agents/carmakers/entrant_plant.h"
#include "agents/carmakers/investment.h"
#include "agents/carmakers/product_plan.h"
#include "agents/carmakers/prospects.h"
#include "agents/chance.h"
#include "agents/market/accounts.h"
#include "agents/market/aid.h"
#include "agents/words.h"

namespace tavolo::agents {
namespace {

using Mode = EntrantState::Mode;

/// Until when an entrant counts on growth after the opening. [years]
constexpr double kGrowthAfterOpening = 2;

/// Of a plant's or line's capacity, the least that is built at first: 50 of 150 thousand at
/// Barcelona (plants.csv). Kits take any number.
constexpr double kFirstStage = 1.0 / 3;

double lead_months(const Scenario& scenario, const Site& site, bool kit) {
  const auto& investment = scenario.parameters.investment;
  if (kit) return investment.kit_lead_months;
  return site.host ? investment.sourcing_lead_months : investment.plant_lead_months;
}

/// What is planned in the host of a site at a month, beside the entrant's own. [vehicles a year]
double planned_beside(const Scenario& scenario, const World& world, int site, Month month) {
  const int host = scenario.sites[site].host.row;
  double planned = planned_by_plant(scenario, world, month)[host];
  for (std::size_t k = 0; k < scenario.programmes.size(); ++k)
    if (maker_of(scenario, static_cast<int>(k)) == scenario.sites[site].carmaker.row)
      planned -= world.programmes[k].plant_share[host] *
                 programme_sales(scenario, world, static_cast<int>(k));
  return std::max(0.0, planned);
}

/// What a site can make: of a line in a host, no more than there is room beside what is planned.
double room_at(const Scenario& scenario, const World& world, int site, double planned) {
  const auto& row = scenario.sites[site];
  if (!row.host) return row.capacity_per_year;
  const double room = world.plants[row.host.row].capacity_per_year - planned;
  return std::clamp(room, 0.0, row.capacity_per_year);
}

/// The part of a host's gain that counts for an entrant.
double share_in_host(const Scenario& scenario, const Site& site) {
  const auto& maker = scenario.carmakers[site.carmaker.row];
  const int owner = scenario.plants[site.host.row].carmaker.row;
  if (owner == site.carmaker.row) return 1;
  return maker.parent && maker.parent.row == owner ? maker.parent_share : 0;
}

/// What a plant takes over, as it sells in Europe per year.
struct Sales {
  double units = 0, margin_eur = 0;
  double at_home = 0;  // of `units`, in the plant's country
};

Sales sales_of(const Scenario& scenario, const World& world, int plant,
               const std::vector<Relocation>& taken, double growth) {
  Sales sum;
  for (const auto& relocation : taken)
    for (const int vehicle : scenario.programmes[relocation.programme].vehicle_rows)
      for (std::size_t m = 0; m < scenario.markets.size(); ++m) {
        const auto& market = scenario.markets[m];
        if (market.households <= 0 || scenario.countries[market.country.row].overseas) continue;
        const int row = static_cast<int>(m);
        const double units =
            growth * relocation.share * expected_sales(scenario, world, vehicle, row);
        if (units <= 0) continue;
        sum.units += units;
        sum.margin_eur += units * margin_eur(scenario, world, vehicle, plant, row);
        if (market.country.row == scenario.plants[plant].country.row) sum.at_home += units;
      }
  return sum;
}

/// Vehicles that a plant sells beyond what it takes over, per year: first order in the logit.
double more_units(const Scenario& scenario, const World& world, int carmaker, const Sales& sales) {
  return std::max(0.0, sales.units * presence_growth(scenario, world, carmaker) +
                           sales.at_home * scenario.parameters.investment.home_made_taste /
                               scenario.parameters.demand.nest_segment);
}

/// Fixed cost of the host that `units` cover, per year. [EUR]
double filled_eur(const Scenario& scenario, const World& world, const Site& site, double planned,
                  double units) {
  const int host = site.host.row;
  const double target =
      scenario.parameters.industry.utilisation_target * world.plants[host].capacity_per_year;
  if (target <= 0) return 0;
  return share_in_host(scenario, site) * scenario.plants[host].fixed_cost_eur_per_year / target *
         std::clamp(target - planned, 0.0, units);
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
  value.lead_months = lead_months(scenario, row, kit);
  const double planned =
      row.host ? planned_beside(scenario, world, site,
                                world.month + static_cast<int>(std::lround(value.lead_months)))
               : 0;
  const double room = room_at(scenario, world, site, planned);
  const double growth = std::pow(1 + investment.entrant_growth_per_year,
                                 value.lead_months / 12 + kGrowthAfterOpening);
  const double affinity = affinity_eur(scenario, world, site);
  const auto taken = relocations(scenario, world, carmaker, plant, kit, room, growth, affinity);
  double saved = 0;
  for (const auto& relocation : taken) {
    value.units_per_year += relocation.units_per_year;
    saved += relocation.units_per_year * relocation.saving_eur;
  }
  const double years = annuity(hurdle_rate(scenario, carmaker), investment.horizon_years);
  value.saving_eur = years * saved;
  value.affinity_eur = years * value.units_per_year * affinity;
  if (!kit) {  // buyers do not see kits
    const auto sales = sales_of(scenario, world, plant, taken, growth);
    const double more =
        std::min(room - value.units_per_year, more_units(scenario, world, carmaker, sales));
    if (sales.units > 0)
      value.extra_eur = years * more * std::max(0.0, sales.margin_eur / sales.units);
    value.units_per_year += more;
  }
  const double least = kit ? 0 : kFirstStage * row.capacity_per_year;
  value.capacity_per_year = std::min(room, std::max(least, value.units_per_year));

  const double part = kit ? investment.kit_capex_share : 1;
  value.capex_eur =
      part * value.capacity_per_year *
      (row.capex_eur_per_unit > 0 ? row.capex_eur_per_unit
                                  : scenario.countries[value.country].greenfield_eur_per_unit);
  if (offers_by_rule(scenario, world, value.country))
    value.aid_eur = aid_offer_eur(scenario, world, value.country, plant, value.capex_eur);
  if (row.host)
    value.filled_eur = years * filled_eur(scenario, world, row, planned, value.units_per_year);
  else
    value.fixed_eur = -years * part * scenario.plants[plant].fixed_cost_eur_per_year *
                      value.capacity_per_year / row.capacity_per_year;
  value.operating_npv_eur =
      value.saving_eur + value.affinity_eur + value.extra_eur + value.filled_eur + value.fixed_eur;
  value.npv_eur = value.operating_npv_eur - value.capex_eur + value.aid_eur;
  return value;
}

ProjectState project_of(const Scenario& scenario, const World& world, int carmaker,
                        const SiteValue& value, double aid_eur) {
  const bool kit = value.mode == Mode::kit;
  ProjectState project;
  project.carmaker = carmaker;
  project.plant = plant_of_site(scenario, value.site);
  project.site = value.site;
  project.kit = kit;
  project.name = kit ? "a kit line" : scenario.sites[value.site].host ? "a line" : "a plant";
  for (std::size_t k = 0; k < scenario.programmes.size(); ++k)
    if (maker_of(scenario, static_cast<int>(k)) == carmaker && world.programmes[k].alive)
      project.programmes.push_back(static_cast<int>(k));
  project.capacity_per_year = value.capacity_per_year;
  project.capex_eur = value.capex_eur;
  project.grants = {{value.country, aid_eur}};
  project.planned_value_eur = std::max(1.0, value.operating_npv_eur);
  project.review = world.month;
  project.done = world.month + std::max(1, static_cast<int>(std::lround(value.lead_months)));
  return project;
}

/// Plants and kit lines that run grow with presence and are filled anew.
void keep_presence(const Scenario& scenario, World& world, int carmaker) {
  const auto entrant = world.entrants[carmaker];
  if (entrant.plant_site >= 0 && !builds_in_eu(scenario, world, carmaker))
    age_entrant(scenario, world, carmaker);
  for (const int site : {entrant.kit_site, entrant.plant_site}) {
    if (site < 0) continue;
    const int plant = plant_of_site(scenario, site);
    if (!world.plants[plant].works()) continue;
    double capacity = world.plants[plant].capacity_per_year;
    if (scenario.sites[site].host)  // the line is there, whatever else its host makes now
      for (const auto& project : world.projects)
        if (project.site == site && project.phase == ProjectState::Phase::done)
          capacity = project.capacity_per_year;
    fill_site(scenario, world, site, site == entrant.kit_site, capacity);
  }
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
    if (site.host || std::any_of(scenario.plants.begin(), scenario.plants.end(),
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
    plant.aid_cap_share = site.aid_cap_share;
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

void draw_affinities(const Scenario& scenario, World& world, const engine::Streams& luck) {
  const double spread = scenario.parameters.investment.site_affinity_spread;
  world.site_affinity_eur.clear();
  for (std::size_t s = 0; s < scenario.sites.size(); ++s) {
    const auto& site = scenario.sites[s];
    const double peak = site.affinity_eur_per_vehicle;
    const double below = spread * std::max(0.0, peak - site.affinity_low);
    const double above = spread * std::max(0.0, site.affinity_high - peak);
    // the inverse of the triangle's distribution, in two halves
    const double u = luck(Chance::site_affinity, site.carmaker.row, s).uniform();
    const double width = below + above;
    world.site_affinity_eur.push_back(u * width < below
                                          ? peak - below + std::sqrt(u * width * below)
                                          : peak + above - std::sqrt((1 - u) * width * above));
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
  const bool kits = entrant.mode != Mode::kit && scenario.carmakers[carmaker].export_plant &&
                    !builds_in_eu(scenario, world, carmaker);
  for (std::size_t s = 0; s < scenario.sites.size(); ++s) {
    const auto& site = scenario.sites[s];
    const int row = static_cast<int>(s);
    if (site.carmaker.row != carmaker) continue;
    if (site.courted_only && !courts_entrants(scenario, world, site.country.row)) continue;
    if (site.host && (!world.plants[site.host.row].works() || world.plants[site.host.row].closing))
      continue;
    if (kits) values.push_back(value_of(scenario, world, carmaker, row, Mode::kit));
    values.push_back(value_of(scenario, world, carmaker, row, Mode::plant));
  }
  std::erase_if(values, [](const SiteValue& value) { return value.capacity_per_year < 1; });
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
  const auto& site = scenario.sites[value.site];
  tell(world, "siting",
       scenario.carmakers[carmaker].name + " decides for " + project.name + " for " +
           words::vehicles(project.capacity_per_year) + " vehicles a year in " +
           scenario.countries[value.country].name +
           (site.host ? ", at " + scenario.plants[site.host.row].name : std::string{}) + ": " +
           words::meur(project.capex_eur) +
           (aid_eur > 0 ? ", " + words::meur(aid_eur) + " of aid" : std::string{}) +
           ", planned for " + project.done.text());
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
