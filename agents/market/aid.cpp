#include "agents/market/aid.h"

#include <algorithm>

#include "agents/market/accounts.h"
#include "agents/market/economy.h"

namespace tavolo::agents {
namespace {

bool is_strategic(const Scenario& scenario, int government) {
  return government >= 0 && scenario.governments[government].strategic;
}

bool brings_pact(const Scenario& scenario, const World& world) {
  for (std::size_t g = 0; g < scenario.governments.size(); ++g)
    if (is_strategic(scenario, static_cast<int>(g)) && world.instruments[g].pact) return true;
  return false;
}

double pact_cap_share(const Scenario& scenario, const World& world) {
  double share = scenario.regime == AidRegime::pact ? scenario.parameters.tables.pact_cap_share : 1;
  for (std::size_t g = 0; g < scenario.governments.size(); ++g)
    if (is_strategic(scenario, static_cast<int>(g)) && world.instruments[g].pact)
      share = std::min(share, world.instruments[g].pact_cap_share);
  return share;
}

}  // namespace

double aid_cap_eur(const Scenario& scenario, const World& world, int country, int plant,
                   double capex_eur) {
  double share = scenario.countries[country].aid_cap_share;
  if (plant >= 0 && scenario.plants[plant].aid_cap_share >= 0)
    share = scenario.plants[plant].aid_cap_share;
  if (scenario.regime == AidRegime::banned) share = 0;
  if (scenario.regime == AidRegime::open && share > 0) share = 1;
  if (is_in_pact(scenario, world, country))
    share = std::min(share, pact_cap_share(scenario, world));
  return share * capex_eur;
}

bool is_in_pact(const Scenario& scenario, const World& world, int country) {
  return scenario.countries[country].in_eu &&
         (scenario.regime == AidRegime::pact || brings_pact(scenario, world));
}

double grant_budget_left_eur(const Scenario& scenario, const World& world, int government) {
  double left = world.instruments[government].grant_budget_eur;
  for (const auto& project : world.projects)
    if (project.agreement < 0 && project.phase != ProjectState::Phase::waiting &&
        project.phase != ProjectState::Phase::cancelled &&
        project.decided.year() == world.month.year())
      for (const auto& grant : project.grants)
        if (grant.country == scenario.governments[government].country.row) left -= grant.eur;
  return std::max(0.0, left);
}

double aid_asked_eur(const Scenario& scenario, const World& world, int country, int plant,
                     double capex_eur) {
  const int government = government_of(scenario, country);
  const double share = is_strategic(scenario, government)
                           ? world.instruments[government].grant_share
                           : scenario.countries[country].rule_aid_share;
  return std::min(aid_cap_eur(scenario, world, country, plant, capex_eur), share * capex_eur);
}

double aid_offer_eur(const Scenario& scenario, const World& world, int country, int plant,
                     double capex_eur) {
  const double asked = aid_asked_eur(scenario, world, country, plant, capex_eur);
  const int government = government_of(scenario, country);
  if (!is_strategic(scenario, government)) return asked;
  return std::min(asked, grant_budget_left_eur(scenario, world, government));
}

std::vector<Grant> aid_offers(const Scenario& scenario, const World& world,
                              std::span<const PlantCapex> plan) {
  std::vector<Grant> grants;
  for (const auto& [plant, eur] : plan) {
    const int country = scenario.plants[plant].country.row;
    const double asked = aid_asked_eur(scenario, world, country, plant, eur);
    if (asked <= 0) continue;
    auto grant = std::find_if(grants.begin(), grants.end(),
                              [&](const Grant& g) { return g.country == country; });
    if (grant == grants.end()) grant = grants.insert(grant, Grant{country});
    grant->eur += asked;
  }
  for (auto& grant : grants)
    if (const int government = government_of(scenario, grant.country);
        is_strategic(scenario, government))
      grant.eur = std::min(grant.eur, grant_budget_left_eur(scenario, world, government));
  std::erase_if(grants, [](const Grant& grant) { return grant.eur <= 0; });
  return grants;
}

double support_eur_per_vehicle(const Scenario& scenario, const World& world, int plant) {
  const auto& row = scenario.plants[plant];
  const int government = government_of(scenario, row.country.row);
  if (!row.tracked || !is_strategic(scenario, government)) return 0;
  const auto& levers = world.instruments[government];
  double home = 0;  // a year's output, as last seen
  for (std::size_t p = 0; p < scenario.plants.size(); ++p)
    if (scenario.plants[p].tracked && scenario.plants[p].country.row == row.country.row)
      home += world.plants[p].output_last_year;
  double support = 0;
  if (levers.output_premium_eur > 0 && home >= levers.output_premium_floor)
    support +=
        std::min(levers.output_premium_eur, levers.output_premium_budget_eur / std::max(1.0, home));
  support += levers.energy_relief_eur_per_mwh * scenario.parameters.industry.energy_mwh_per_vehicle;
  support += levers.wage_wedge_share * row.hours_per_vehicle *
             scenario.countries[row.country.row].labour_eur_per_hour *
             driver_level(scenario, world, Series::wage_level);
  return support * world.trust_in_government[government].mean();
}

double pay_aid(const Scenario& scenario, World& world, int country, int carmaker, double eur) {
  if (eur <= 0) return 0;
  const int payee = carmaker_actor(scenario, carmaker);
  const int government = government_of(scenario, country);
  if (is_strategic(scenario, government))
    return pay_from_budget(scenario, world, government, payee, Purpose::grant, eur);
  pay(world, treasury_of(scenario, country), payee, Purpose::grant, eur);
  return eur;
}

}  // namespace tavolo::agents
