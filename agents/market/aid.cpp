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

/// What of a capex counts in full for state-aid rules of the EU: large projects are scaled down.
double eligible_eur(const Scenario& scenario, double capex_eur) {
  constexpr double kSmall = 50e6, kLarge = 100e6;
  const auto& tables = scenario.parameters.tables;
  return std::min(capex_eur, kSmall) +
         tables.aid_above_50m_share * std::clamp(capex_eur - kSmall, 0.0, kLarge - kSmall) +
         tables.aid_above_100m_share * std::max(0.0, capex_eur - kLarge);
}

}  // namespace

double aid_cap_eur(const Scenario& scenario, const World& world, int country, int plant,
                   double capex_eur) {
  double share = scenario.countries[country].aid_cap_share;
  if (plant >= 0 && scenario.plants[plant].aid_cap_share >= 0)
    share = scenario.plants[plant].aid_cap_share;
  if (scenario.regime == AidRegime::banned) return 0;
  const bool open = scenario.regime == AidRegime::open;
  double cap = open && share > 0                   ? capex_eur
               : scenario.countries[country].in_eu ? share * eligible_eur(scenario, capex_eur)
                                                   : share * capex_eur;
  if (is_in_pact(scenario, world, country))
    cap = std::min(cap, pact_cap_share(scenario, world) * capex_eur);
  return cap;
}

bool is_in_pact(const Scenario& scenario, const World& world, int country) {
  return scenario.countries[country].in_eu &&
         (scenario.regime == AidRegime::pact || brings_pact(scenario, world));
}

bool pays_aid(const World& world, int agreement) {
  return agreement >= 0 && world.agreements[agreement].aid_promised_eur > 0;
}

double grant_budget_left_eur(const Scenario& scenario, const World& world, int government) {
  double left = world.instruments[government].grant_budget_eur;
  for (const auto& project : world.projects)
    if (!pays_aid(world, project.agreement) && project.phase != ProjectState::Phase::waiting &&
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

double pledge_eur_per_vehicle(const Scenario& scenario, const World& world, int plant) {
  const auto& row = scenario.plants[plant];
  double worth = 0;
  for (const auto& agreement : world.agreements) {
    if (!agreement.active || agreement.clawback_share * agreement.aid_paid_eur <= 0) continue;
    for (const auto& promise : agreement.obligations) {
      if (promise.kind != Obligation::Kind::output || promise.country != row.country.row ||
          promise.due_year != world.month.year() || promise.status != Obligation::Status::pending ||
          agreement.carmaker != decider(scenario, row.carmaker.row) || promise.amount <= 0)
        continue;
      double made = 0;  // by the maker at home so far
      for (std::size_t p = 0; p < scenario.plants.size(); ++p)
        if (scenario.plants[p].tracked && scenario.plants[p].country.row == row.country.row &&
            decider(scenario, scenario.plants[p].carmaker.row) == agreement.carmaker)
          made += world.plants[p].output_year;
      if (made < promise.amount * (world.month.month() - 1) / 12 || world.month.month() == 1)
        worth += agreement.clawback_share * agreement.aid_paid_eur / promise.amount;
    }
  }
  return worth;
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
