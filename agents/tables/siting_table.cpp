#include "agents/tables/siting_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "agents/carmakers/entrant_plant.h"
#include "agents/carmakers/investment.h"
#include "agents/carmakers/prospects.h"
#include "agents/chance.h"
#include "agents/market/accounts.h"
#include "agents/market/aid.h"
#include "agents/market/economy.h"
#include "agents/tables/bargain.h"
#include "agents/tables/obligations.h"
#include "agents/unions/workforce.h"
#include "agents/words.h"

namespace tavolo::agents {

using engine::negotiation::Agenda;
using engine::negotiation::Issue;
using engine::negotiation::kInfeasible;
using engine::negotiation::Offer;
using engine::negotiation::Party;

namespace {

using Mode = EntrantState::Mode;

/// Of the most that the rules allow.
constexpr std::array kAidSteps{0.0, 0.1, 0.25, 0.5, 0.75, 1.0};
constexpr std::array kJobsFloors{0.0, 0.5, 0.8, 1.0};
constexpr std::array kClawbacks{0.0, 0.5, 1.0};
/// A plant has its crew so many years after it opens; the jobs promised are kept two years more.
constexpr int kRampUpYears = 2, kPromiseYears = 4;

int lead_years(const SiteValue& offer) {
  return static_cast<int>(std::ceil(offer.lead_months / 12));
}

std::size_t offer_row(const SitingCase& c, Mode mode) {
  for (std::size_t i = 0; i < c.offers.size(); ++i)
    if (c.offers[i].mode == mode) return i;
  return 0;
}

/// Share of the guaranteed jobs that is expected to have no work, output being uncertain over the
/// years to the end of the promise.
double slack_share(const Scenario& scenario, const SitingCase& c, const SitingTerms& terms) {
  if (terms.jobs_floor <= 0) return 0;  // who guarantees nothing keeps nobody idle
  const double years = lead_years(c.offers[offer_row(c, terms.mode)]) + kPromiseYears;
  return expected_shortfall(terms.jobs_floor, 1,
                            scenario.parameters.tables.output_sd_per_year * std::sqrt(years));
}

double expected_clawback_eur(const Scenario& scenario, const SitingCase& c,
                             const SitingTerms& terms, double aid_eur) {
  if (terms.jobs_floor <= 0) return 0;
  return enforced_share(scenario.parameters.tables, c.pressure) * terms.clawback_share * aid_eur *
         std::min(1.0, slack_share(scenario, c, terms) / terms.jobs_floor);
}

/// Workers that a site's plant has for what it makes already, as far as that fills their days.
double jobs_beside(const Scenario& scenario, const World& world, const SiteValue& value) {
  if (!scenario.sites[value.site].host) return 0;
  const auto& plant = world.plants[plant_of_site(scenario, value.site)];
  return std::min(plant.headcount, jobs_needed(scenario, world, plant_of_site(scenario, value.site),
                                               plant.output_last_year));
}

const char* mode_name(Mode mode) { return mode == Mode::kit ? "kit assembly" : "a plant"; }

}  // namespace

std::string describe_siting_terms(const SitingCase& c, std::size_t offer,
                                  const SitingTerms& terms) {
  const double aid = terms.aid_share * c.offers[offer].capex_eur;
  return std::string{mode_name(terms.mode)} + " for " +
         words::grouped(c.offers[offer].units_per_year) + " vehicles a year, " + words::meur(aid) +
         " of aid (" + words::percent(terms.aid_share) + " of capex), " +
         words::grouped(terms.jobs_floor * c.jobs[offer]) + " jobs guaranteed" +
         (aid > 0 ? ", clawback " + words::percent(terms.clawback_share) : "");
}

AgreementState siting_agreement(const Scenario& scenario, const World& world, const SitingCase& c,
                                std::size_t offer, const SitingTerms& terms) {
  const auto& value = c.offers[offer];
  AgreementState agreement;
  agreement.kind = "siting";
  agreement.name = "The siting agreement of " + std::to_string(world.month.year()) + " (" +
                   scenario.countries[c.country].name + ", " + scenario.carmakers[c.carmaker].name +
                   ")";
  agreement.signed_on = world.month;
  agreement.government = c.government;
  agreement.carmaker = c.carmaker;
  agreement.plant = plant_of_site(scenario, value.site);
  agreement.aid_promised_eur = terms.aid_share * value.capex_eur;
  agreement.clawback_share = terms.clawback_share;
  const int opens = world.month.year() + lead_years(value);
  Obligation promise;
  promise.actor = carmaker_actor(scenario, c.carmaker);
  promise.beneficiary = government_actor(scenario, c.government);
  promise.country = c.country;
  promise.plant = agreement.plant;
  promise.kind = Obligation::Kind::investment;
  promise.amount = value.capex_eur;
  promise.due_year = opens + 1;
  agreement.obligations.push_back(promise);
  const double jobs = terms.jobs_floor * c.jobs[offer];
  if (jobs >= 1) {
    promise.kind = Obligation::Kind::jobs;
    // a host's are counted together: those that its other models take come on top
    promise.amount = jobs + c.jobs_beside[offer];
    promise.from_year = opens + kRampUpYears;
    promise.due_year = opens + kPromiseYears;
    agreement.obligations.push_back(promise);
  }
  return agreement;
}

std::span<const double> siting_jobs_floors() { return kJobsFloors; }
std::span<const double> siting_clawbacks() { return kClawbacks; }

double worth_above_trigger_eur(double operating_npv_eur, double capex_eur, double aid_eur,
                               double multiple) {
  return operating_npv_eur - multiple * (capex_eur - aid_eur);
}

SitingCase siting_case(const Scenario& scenario, const World& world, const engine::Streams& luck,
                       int government, int carmaker, const std::vector<SiteValue>& values) {
  const auto& parameters = scenario.parameters;
  const auto& levers = world.instruments[government];
  SitingCase c;
  c.government = government;
  c.carmaker = carmaker;
  c.country = scenario.governments[government].country.row;
  c.multiple = option_multiple(scenario);
  for (const auto& value : values) {
    if (value.country != c.country) {
      c.best_alternative_eur = std::max(
          c.best_alternative_eur, worth_above_trigger_eur(value.operating_npv_eur, value.capex_eur,
                                                          value.aid_eur, c.multiple));
      continue;
    }
    if (std::any_of(c.offers.begin(), c.offers.end(),
                    [&](const SiteValue& other) { return other.mode == value.mode; }))
      continue;  // a better site for the same is there already
    const int plant = plant_of_site(scenario, value.site);
    const double hours = value.mode == Mode::kit ? parameters.investment.kit_hours_per_vehicle
                                                 : scenario.plants[plant].hours_per_vehicle;
    c.offers.push_back(value);
    c.jobs_beside.push_back(jobs_beside(scenario, world, value));
    c.jobs.push_back(value.units_per_year * hours / parameters.labour.hours_per_year);
    c.aid_cap_share.push_back(
        value.capex_eur > 0
            ? aid_cap_eur(scenario, world, c.country, plant, value.capex_eur) / value.capex_eur
            : 0);
  }
  c.budget_eur = std::min(levers.entrant_budget_eur,
                          free_money_eur(scenario, world, government, world.month.year()));
  const double noise = parameters.tables.private_cost_sd;
  auto draws = luck(Chance::private_value, static_cast<std::uint64_t>(carmaker),
                    2 + static_cast<std::uint64_t>(government));
  c.private_factor = std::exp(draws.normal(-noise * noise / 2, noise));
  c.hurdle_rate = hurdle_rate(scenario, carmaker);
  c.yearly_cost_eur = parameters.labour.hours_per_year *
                      scenario.countries[c.country].labour_eur_per_hour *
                      driver_level(scenario, world, Series::wage_level);
  // nobody knows the newcomer's word yet
  const auto& tables = parameters.tables;
  c.trust_in_maker = Trust{tables.trust_prior_kept, tables.trust_prior_broken}.mean();
  c.trust_in_government = trust_in_government(world, government);
  c.pressure = levers.pressure;
  return c;
}

double entrant_worth_eur(const Scenario& scenario, const SitingCase& c, const SitingTerms& terms) {
  const std::size_t i = offer_row(c, terms.mode);
  const auto& offer = c.offers[i];
  const double aid = terms.aid_share * offer.capex_eur;
  const double idle = slack_share(scenario, c, terms) * c.jobs[i] * c.yearly_cost_eur;
  return worth_above_trigger_eur(offer.operating_npv_eur, c.private_factor * offer.capex_eur,
                                 c.trust_in_government * aid, c.multiple) -
         idle * annuity(c.hurdle_rate, kPromiseYears) -
         expected_clawback_eur(scenario, c, terms, aid);
}

double government_worth_eur(const Scenario& scenario, const SitingCase& c,
                            const SitingTerms& terms) {
  const std::size_t i = offer_row(c, terms.mode);
  const auto& offer = c.offers[i];
  const double aid = terms.aid_share * offer.capex_eur;
  if (terms.aid_share > c.aid_cap_share[i] + 1e-12 || aid > c.budget_eur) return kInfeasible;
  const auto& row = scenario.governments[c.government];
  const auto& parameters = scenario.parameters;
  const double rate = parameters.investment.risk_free_rate;
  const double years =
      annuity(rate, parameters.investment.horizon_years) * std::pow(1 + rate, -lead_years(offer));
  const double jobs = c.jobs[i] * (1 + slack_share(scenario, c, terms));
  return c.trust_in_maker * years *
             (row.value_per_job_year_eur * (1 + parameters.labour.supplier_jobs_per_job) * jobs +
              row.value_per_vehicle_eur * offer.units_per_year) -
         (1 + row.cost_of_funds) * aid + expected_clawback_eur(scenario, c, terms, aid) +
         parameters.tables.politics_eur;
}

Agenda siting_agenda(const SitingCase& c) {
  Issue mode{"mode", {}}, aid{"aid_share_of_capex", {}},
      jobs{"jobs_floor_share", {kJobsFloors.begin(), kJobsFloors.end()}},
      clawback{"clawback_share", {kClawbacks.begin(), kClawbacks.end()}};
  double cap = 0;
  for (std::size_t i = 0; i < c.offers.size(); ++i) {
    mode.levels.push_back(static_cast<double>(c.offers[i].mode));
    cap = std::max(cap, c.aid_cap_share[i]);
  }
  for (const double step : kAidSteps)
    if (step == 0 || cap > 0) aid.levels.push_back(step * cap);
  return Agenda{{mode, aid, jobs, clawback}};
}

SitingTerms siting_terms(const Offer& offer) {
  return {static_cast<Mode>(static_cast<int>(offer[0])), offer[1], offer[2], offer[3]};
}

TableState siting_table(const Scenario& scenario, const World& world, const SitingCase& c) {
  TableState table;
  table.kind = "siting";
  table.government = c.government;
  table.carmaker = c.carmaker;
  table.site = c.offers.front().site;
  table.opened = world.month;
  table.name = "the siting table of " + scenario.governments[c.government].name + " and " +
               scenario.carmakers[c.carmaker].name;
  const Agenda agenda = siting_agenda(c);
  std::vector<double> entrant(agenda.outcomes()), government(agenda.outcomes());
  agenda.for_each([&](std::size_t o, const Offer& offer) {
    const auto terms = siting_terms(offer);
    government[o] = government_worth_eur(scenario, c, terms);
    // the government courts: it puts nothing on the table that it would not sign
    if (government[o] < 0) government[o] = kInfeasible;
    entrant[o] = government[o] == kInfeasible ? kInfeasible : entrant_worth_eur(scenario, c, terms);
  });
  const std::array sides{&government, &entrant};
  sift(sides);
  const Scale of_entrant = to_utilities(entrant, c.best_alternative_eur);
  const Scale of_government = to_utilities(government, 0);
  table.carmaker_zero_eur = of_entrant.low;
  table.carmaker_span_eur = of_entrant.span;
  const auto& tables = scenario.parameters.tables;
  const auto& row = scenario.governments[c.government];
  std::vector<Party> parties;
  parties.emplace_back(
      row.name, rank(std::move(government)), of_government.utility(0),
      strategy_of(scenario.government_strategy, tables.government_concession * row.concession));
  parties.emplace_back(
      scenario.carmakers[c.carmaker].name, rank(std::move(entrant)),
      maker_reservation(world, c.carmaker, of_entrant.utility(c.best_alternative_eur)),
      maker_strategy(scenario, world, c.carmaker));
  table.session = {table.protocol, agenda, std::move(parties), rules_of(scenario, world, table)};
  return table;
}

void open_siting_tables(const Scenario& scenario, World& world, const engine::Streams& luck) {
  if (scenario.siting != SitingProtocol::bargaining) return;
  std::vector<std::vector<SiteValue>> values(scenario.carmakers.size());
  std::vector<std::uint8_t> known(scenario.carmakers.size());
  for (std::size_t g = 0; g < scenario.governments.size(); ++g) {
    const int government = static_cast<int>(g);
    const auto& row = scenario.governments[g];
    if (!courts_entrants(scenario, world, row.country.row)) continue;
    std::vector<std::string> sit, decline;
    for (std::size_t f = 0; f < scenario.carmakers.size(); ++f) {
      const int carmaker = static_cast<int>(f);
      if (!scenario.carmakers[f].entrant) continue;
      if (std::any_of(world.tables.begin(), world.tables.end(), [&](const TableState& table) {
            return table.kind == "siting" && table.government == government &&
                   table.carmaker == carmaker;
          }))
        continue;
      if (!known[f]) {
        values[f] = site_values(scenario, world, carmaker);
        known[f] = 1;
      }
      const auto c = siting_case(scenario, world, luck, government, carmaker, values[f]);
      if (c.offers.empty()) continue;
      auto table = siting_table(scenario, world, c);
      if (table.session->status() != engine::negotiation::Status::open) {
        decline.push_back(scenario.carmakers[f].name);
        continue;
      }
      sit.push_back(scenario.carmakers[f].name);
      world.tables.push_back(std::move(table));
    }
    if (sit.empty() && decline.empty()) continue;
    std::string who;
    if (!sit.empty())
      who = words::listed(sit) + (sit.size() > 1 ? " come" : " comes") + " to the table";
    if (!decline.empty())
      who += (sit.empty() ? "" : "; ") + words::listed(decline) +
             (decline.size() > 1 ? " see" : " sees") + " no terms worth the trouble";
    const std::string what = words::capitalised(row.name) + " courts a new maker with ";
    // that nobody comes is news once
    const bool known_before =
        std::any_of(world.events.begin(), world.events.end(), [&](const engine::Event& event) {
          return event.text.starts_with(what) && event.text.ends_with(": " + who);
        });
    if (sit.empty() && known_before) continue;
    tell(world, "talks", what + words::meur(world.instruments[g].entrant_budget_eur) + ": " + who);
  }
}

double agreed_worth_eur(const TableState& table) {
  const auto outcome = table.session->agreement();
  if (!outcome) return 0;
  return table.carmaker_zero_eur + table.carmaker_span_eur * table.session->utility(1, *outcome);
}

bool bind_siting_deal(const Scenario& scenario, World& world, const engine::Streams& luck,
                      const TableState& table) {
  const auto outcome = table.session->agreement();
  if (!outcome) return false;
  const auto& row = scenario.governments[table.government];
  const auto& entrant = scenario.carmakers[table.carmaker];
  const auto terms = siting_terms(*table.session->terms());
  const auto c =
      siting_case(scenario, world, luck.at(static_cast<std::uint32_t>(table.opened.index)),
                  table.government, table.carmaker, site_values(scenario, world, table.carmaker));
  const std::string parties = row.name + " and " + entrant.name;
  const auto offer = std::find_if(c.offers.begin(), c.offers.end(),
                                  [&](const SiteValue& o) { return o.mode == terms.mode; });
  if (offer == c.offers.end()) return false;  // it has settled in the meantime
  const double aid = terms.aid_share * offer->capex_eur;
  if (aid > c.budget_eur) {
    tell(world, "talks",
         "The cabinet has no money left for the site of " + entrant.name + " (" + words::meur(aid) +
             ")");
    return false;
  }

  const int agreement_row = static_cast<int>(world.agreements.size());
  const auto yardstick = judge(*table.session, *outcome);
  const auto i = static_cast<std::size_t>(offer - c.offers.begin());
  auto agreement = siting_agreement(scenario, world, c, i, terms);
  agreement.nash_distance = yardstick.distance;
  world.agreements.push_back(std::move(agreement));
  world.instruments[table.government].entrant_budget_eur -= aid;
  settle_entrant(scenario, world, table.carmaker, *offer, aid, table.government, agreement_row);
  for (auto& other : world.tables)
    if (other.kind == "siting" && other.carmaker == table.carmaker) other.withdrawn = true;

  const auto nash = siting_terms(table.session->agenda().offer(yardstick.nash));
  const double alternative =
      table.carmaker_zero_eur + table.carmaker_span_eur * table.session->parties()[1].reservation;
  tell(world, "agreement",
       "Siting agreement: " + parties + " settle on " + describe_siting_terms(c, i, terms) +
           words::beside(yardstick, describe_siting_terms(c, offer_row(c, nash.mode), nash)) +
           "; worth " + words::meur(agreed_worth_eur(table) - alternative) + " to " + entrant.name +
           " above its best alternative");
  return true;
}

void break_siting_talks(const Scenario& scenario, World& world, const engine::Streams&,
                        const TableState& table) {
  tell(world, "talks",
       words::capitalised(scenario.governments[table.government].name) + " and " +
           scenario.carmakers[table.carmaker].name + " part without a site after " +
           words::counted(table.session->round(), "round"));
}

}  // namespace tavolo::agents
