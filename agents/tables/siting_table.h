#pragma once

#include <span>
#include <string>
#include <vector>

#include "agents/carmakers/siting.h"
#include "agents/world.h"
#include "engine/random.h"

/// A government that courts and an entrant bargain about a site: kits or a plant, aid, jobs,
/// clawback. The entrant's best alternative is its best site elsewhere, or to go on exporting
/// (model.md, siting by entrants; economics.md, sections 4 to 6). An entrant may sit at the tables
/// of several governments; the first to agree has it, and of those that agree in one month the one
/// that is worth most to it: a procurement auction with private values, held by bargaining.

namespace tavolo::agents {

/// One set of terms.
struct SitingTerms {
  EntrantState::Mode mode = EntrantState::Mode::plant;
  double aid_share = 0;   ///< of capex
  double jobs_floor = 0;  ///< of the jobs that the planned output takes
  double clawback_share = 0;
};

/// What a siting table is about, read off the world when it is called.
struct SitingCase {
  int government = -1, carmaker = -1, country = -1;
  std::vector<SiteValue> offers;      ///< kits, a plant: the best of each in the country
  std::vector<double> jobs;           ///< that each takes
  std::vector<double> jobs_beside;    ///< in the host of each, for what it makes already
  std::vector<double> aid_cap_share;  ///< of capex, by state-aid rules and the pact
  double budget_eur = 0;              ///< of the government, for this table
  double best_alternative_eur = 0;    ///< of the entrant: worth above the trigger, at least 0
  double private_factor = 1;          ///< of capex here, which the entrant alone knows
  double multiple = 1;  ///< of cost net of aid, that value must reach (option to wait)
  double hurdle_rate = 0.13;
  double yearly_cost_eur = 0;  ///< of a worker there
  double trust_in_maker = 0.6, trust_in_government = 0.6, pressure = 0;
};

SitingCase siting_case(const Scenario&, const World&, const engine::Streams&, int government,
                       int carmaker, const std::vector<SiteValue>& values);

/// What a site is worth above the trigger of the option to wait: operating value less
/// option multiple x (capex - aid). [EUR]
double worth_above_trigger_eur(double operating_npv_eur, double capex_eur, double aid_eur,
                               double multiple);
/// The entrant's worth of terms: that, with aid as far as it trusts the government, less wages of
/// guaranteed jobs that a slack year would not need and less the clawback it must expect.
double entrant_worth_eur(const Scenario&, const SitingCase&, const SitingTerms&);
/// The government's: job-years, suppliers' included, and vehicles, as far as newcomers keep their
/// word; less aid with its deadweight loss; plus the clawback to be expected and the politics of
/// any agreement. Minus infinity above the cap of the rules or beyond the money reserved.
double government_worth_eur(const Scenario&, const SitingCase&, const SitingTerms&);

/// The levels that siting tables bargain over, as shares: of planned jobs, of aid.
std::span<const double> siting_jobs_floors();
std::span<const double> siting_clawbacks();

/// "a plant for 150,000 vehicles a year, 120 MEUR of aid (13 % of capex), …". `offer`: row of
/// SitingCase::offers.
std::string describe_siting_terms(const SitingCase&, std::size_t offer, const SitingTerms&);

/// What is written down when a site is agreed: the investment, then the jobs.
AgreementState siting_agreement(const Scenario&, const World&, const SitingCase&, std::size_t offer,
                                const SitingTerms&);

engine::negotiation::Agenda siting_agenda(const SitingCase&);
SitingTerms siting_terms(const engine::negotiation::Offer&);
TableState siting_table(const Scenario&, const World&, const SitingCase&);

/// Calls the tables of governments that court (entrant_budget_eur of their instruments) with every
/// entrant that exports or assembles kits. Luck: Chance::private_value (carmaker, government).
void open_siting_tables(const Scenario&, World&, const engine::Streams&);
/// The entrant settles: its project is begun, aid is taken from the money reserved, its other
/// tables are closed.
/// @return whether it binds
bool bind_siting_deal(const Scenario&, World&, const engine::Streams&, const TableState& table);
void break_siting_talks(const Scenario&, World&, const engine::Streams&, const TableState& table);

/// What the agreed terms of a table are worth to the entrant. [EUR]
double agreed_worth_eur(const TableState& table);

}  // namespace tavolo::agents
