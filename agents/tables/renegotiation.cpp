#include "agents/tables/renegotiation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "agents/carmakers/investment.h"
#include "agents/carmakers/product_plan.h"
#include "agents/carmakers/prospects.h"
#include "agents/market/accounts.h"
#include "agents/tables/bargain.h"
#include "agents/tables/obligations.h"
#include "agents/words.h"

namespace tavolo::agents {

using engine::negotiation::Agenda;
using engine::negotiation::Issue;
using engine::negotiation::Offer;
using engine::negotiation::Party;

namespace {

constexpr std::array kConceded{0.0, 1.0 / 3, 2.0 / 3, 1.0};
constexpr std::array kExtensions{0.0, 1.0, 2.0};
constexpr std::array kRepaid{0.0, 0.25, 0.5, 1.0};
constexpr std::array kAidKept{0.0, 0.5, 1.0};
/// How long before a promise falls due its maker asks for other terms. [years]
constexpr int kYearsAhead = 1;

double gap(const RenegotiationCase& c) { return std::max(0.0, c.promised - c.expected); }

/// Clawback that a shortfall of `share` of the promise would cost if the clause were enforced.
double full_claim_eur(const RenegotiationCase& c, double share) {
  return c.clawback_share * c.aid_paid_eur * share;
}

/// Share of a promise that will be missing, output being uncertain.
double missing_share(const Scenario& scenario, const RenegotiationCase& c, double promised,
                     int years) {
  if (promised <= 0) return 0;
  const double std_dev =
      c.expected * scenario.parameters.tables.output_sd_per_year * std::sqrt(std::max(1, years));
  return std::min(1.0, expected_shortfall(promised, c.expected, std_dev) / promised);
}

double expected_claim_eur(const Scenario& scenario, const RenegotiationCase& c, double promised,
                          int years) {
  return enforced_share(scenario.parameters.tables, c.pressure) *
         full_claim_eur(c, missing_share(scenario, c, promised, years));
}

double new_promise(const RenegotiationCase& c, const RenegotiationTerms& terms) {
  return c.promised - terms.conceded_share * gap(c);
}

double repaid_eur(const RenegotiationCase& c, const RenegotiationTerms& terms) {
  return c.promised > 0 ? terms.repaid_share * full_claim_eur(c, gap(c) / c.promised) : 0;
}

/// What follows the new promise, when it falls due: clawback once more, of what was not repaid.
double later_claim_eur(const Scenario& scenario, const RenegotiationCase& c,
                       const RenegotiationTerms& terms) {
  const double claim =
      expected_claim_eur(scenario, c, new_promise(c, terms), c.years + terms.extension_years);
  return std::max(0.0, claim - repaid_eur(c, terms));
}

const Obligation& promise_of(const World& world, const RenegotiationCase& c) {
  return world.agreements[c.agreement].obligations[c.obligation];
}

std::string describe(const Obligation& promise, const RenegotiationCase& c,
                     const RenegotiationTerms& terms) {
  return words::grouped(new_promise(c, terms)) + " vehicles by " +
         std::to_string(promise.due_year + terms.extension_years) + " instead of " +
         words::grouped(c.promised) + " by " + std::to_string(promise.due_year) + ", " +
         words::meur(repaid_eur(c, terms)) + " repaid, " +
         words::meur(terms.aid_kept_share * c.aid_left_eur) + " of aid still to come";
}

}  // namespace

RenegotiationCase renegotiation_case(const Scenario& scenario, const World& world, int agreement) {
  RenegotiationCase c;
  const auto& row = world.agreements[agreement];
  if (!row.active || row.kind != "transition" || row.renegotiated) return c;
  const int year = world.month.year();
  for (std::size_t i = 0; i < row.obligations.size(); ++i) {
    const auto& promise = row.obligations[i];
    if (promise.kind != Obligation::Kind::output || promise.due_year - year > kYearsAhead ||
        (promise.status != Obligation::Status::pending &&
         promise.status != Obligation::Status::late))
      continue;
    c.promised = promise.amount;
    c.obligation = i;
    c.years = std::max(0, promise.due_year - year);
    c.expected = planned_output(scenario, world, row.carmaker, promise.country,
                                std::max(year, promise.due_year));
    if (c.expected >= kNearlyKept * c.promised) continue;
    c.agreement = agreement;
    c.aid_paid_eur = row.aid_paid_eur;
    c.aid_left_eur = std::max(0.0, row.aid_promised_eur - row.aid_paid_eur - row.aid_withheld_eur);
    c.clawback_share = row.clawback_share;
    c.grievance_cost_eur = grievance_cost_eur(
        scenario, world, plants_of(scenario, world, row.carmaker, promise.country));
    c.hurdle_rate = hurdle_rate(scenario, row.carmaker);
    c.trust_in_government = trust_in_government(world, row.government);
    c.pressure = world.instruments[row.government].pressure;
    return c;
  }
  return c;
}

double breach_loss_eur(const Scenario& scenario, const RenegotiationCase& c) {
  return expected_claim_eur(scenario, c, c.promised, c.years) +
         c.trust_in_government * c.aid_left_eur + c.grievance_cost_eur;
}

double breach_gain_eur(const Scenario& scenario, const World& world, const RenegotiationCase& c) {
  const auto& row = scenario.governments[world.agreements[c.agreement].government];
  return (1 + row.cost_of_funds) *
         (expected_claim_eur(scenario, c, c.promised, c.years) + c.aid_left_eur);
}

double maker_worth_eur(const Scenario& scenario, const RenegotiationCase& c,
                       const RenegotiationTerms& terms) {
  const double wait = std::pow(1 + c.hurdle_rate, -(c.years + terms.extension_years));
  return c.trust_in_government * terms.aid_kept_share * c.aid_left_eur - repaid_eur(c, terms) -
         wait * later_claim_eur(scenario, c, terms);
}

double government_worth_eur(const Scenario& scenario, const World& world,
                            const RenegotiationCase& c, const RenegotiationTerms& terms) {
  const int government = world.agreements[c.agreement].government;
  const auto& row = scenario.governments[government];
  const auto& parameters = scenario.parameters;
  const double rate = parameters.investment.risk_free_rate;
  const double wait = std::pow(1 + rate, -(c.years + terms.extension_years));
  // vehicles that are forgiven, as far as it believed in them, or come later
  const double later = 1 - std::pow(1 + rate, -terms.extension_years);
  const double vehicles = row.value_per_vehicle_eur * gap(c) *
                          (trust_in_maker(world, government) * terms.conceded_share + later);
  return (1 + row.cost_of_funds) *
             (repaid_eur(c, terms) + wait * later_claim_eur(scenario, c, terms) +
              (1 - terms.aid_kept_share) * c.aid_left_eur) +
         parameters.tables.politics_eur - vehicles;
}

Agenda renegotiation_agenda() {
  return Agenda{{Issue{"conceded_share_of_gap", {kConceded.begin(), kConceded.end()}},
                 Issue{"extension_years", {kExtensions.begin(), kExtensions.end()}},
                 Issue{"repaid_share", {kRepaid.begin(), kRepaid.end()}},
                 Issue{"aid_kept_share", {kAidKept.begin(), kAidKept.end()}}}};
}

RenegotiationTerms renegotiation_terms(const Offer& offer) {
  return {offer[0], static_cast<int>(offer[1]), offer[2], offer[3]};
}

TableState renegotiation_table(const Scenario& scenario, const World& world,
                               const RenegotiationCase& c) {
  const auto& agreement = world.agreements[c.agreement];
  TableState table;
  table.kind = "renegotiation";
  table.government = agreement.government;
  table.carmaker = agreement.carmaker;
  table.agreement = c.agreement;
  table.expected_output = c.expected;
  table.opened = world.month;
  table.name = "the renegotiation of " + agreement.name;
  const Agenda agenda = renegotiation_agenda();
  std::vector<double> maker(agenda.outcomes()), government(agenda.outcomes());
  agenda.for_each([&](std::size_t o, const Offer& offer) {
    const auto terms = renegotiation_terms(offer);
    maker[o] = maker_worth_eur(scenario, c, terms);
    government[o] = government_worth_eur(scenario, world, c, terms);
  });
  const std::array sides{&maker, &government};
  sift(sides);
  const double maker_zero = -breach_loss_eur(scenario, c);
  const double government_zero = breach_gain_eur(scenario, world, c);
  const Scale of_maker = to_utilities(maker, maker_zero);
  const Scale of_government = to_utilities(government, government_zero);
  table.carmaker_zero_eur = of_maker.low;
  table.carmaker_span_eur = of_maker.span;
  const auto& tables = scenario.parameters.tables;
  const auto& row = scenario.governments[agreement.government];
  std::vector<Party> parties;  // who asks opens
  parties.emplace_back(scenario.carmakers[agreement.carmaker].name, rank(std::move(maker)),
                       maker_reservation(world, agreement.carmaker, of_maker.utility(maker_zero)),
                       maker_strategy(scenario, world, agreement.carmaker));
  parties.emplace_back(
      row.name, rank(std::move(government)), of_government.utility(government_zero),
      strategy_of(scenario.government_strategy, tables.government_concession * row.concession));
  table.protocol = scenario.transition_protocol;
  table.session = {table.protocol, agenda, std::move(parties), rules_of(scenario, world, table)};
  return table;
}

void open_renegotiation_tables(const Scenario& scenario, World& world, const engine::Streams&) {
  for (std::size_t a = 0; a < world.agreements.size(); ++a) {
    const auto c = renegotiation_case(scenario, world, static_cast<int>(a));
    if (c.agreement < 0) continue;
    world.agreements[a].renegotiated = true;  // once
    const auto& agreement = world.agreements[a];
    tell(world, "talks",
         scenario.carmakers[agreement.carmaker].name + " asks for other terms: " + agreement.name +
             " promises " + words::grouped(c.promised) + " vehicles by " +
             std::to_string(promise_of(world, c).due_year) + ", its plan gives " +
             words::grouped(c.expected));
    world.tables.push_back(renegotiation_table(scenario, world, c));
  }
}

bool bind_renegotiation(const Scenario& scenario, World& world, const engine::Streams&,
                        const TableState& table) {
  const auto outcome = table.session->agreement();
  auto& agreement = world.agreements[table.agreement];
  if (!outcome || !agreement.active) return false;
  const auto terms = renegotiation_terms(*table.session->terms());
  for (std::size_t i = 0; i < agreement.obligations.size(); ++i) {
    auto& promise = agreement.obligations[i];
    if (promise.kind != Obligation::Kind::output) continue;
    RenegotiationCase c;  // what the terms are shares of
    c.agreement = table.agreement;
    c.obligation = i;
    c.promised = promise.amount;
    c.expected = table.expected_output;
    c.aid_paid_eur = agreement.aid_paid_eur;
    c.aid_left_eur = std::max(
        0.0, agreement.aid_promised_eur - agreement.aid_paid_eur - agreement.aid_withheld_eur);
    c.clawback_share = agreement.clawback_share;
    const double repaid = repaid_eur(c, terms);
    const auto yardstick = judge(*table.session, *outcome);
    tell(world, "agreement",
         agreement.name + " is rewritten: " + describe(promise, c, terms) +
             words::beside(
                 yardstick,
                 describe(promise, c,
                          renegotiation_terms(table.session->agenda().offer(yardstick.nash)))));
    if (repaid > 0) {
      pay(world, carmaker_actor(scenario, agreement.carmaker),
          government_actor(scenario, agreement.government), Purpose::clawback, repaid);
      agreement.clawed_back_eur += repaid;
    }
    agreement.aid_withheld_eur += (1 - terms.aid_kept_share) * c.aid_left_eur;
    promise.amount = new_promise(c, terms);
    promise.due_year += terms.extension_years;
    promise.status = Obligation::Status::pending;
    reserve_instalments(scenario, world, world.month.year());
    return true;
  }
  return false;
}

void break_renegotiation(const Scenario& scenario, World& world, const engine::Streams&,
                         const TableState& table) {
  tell(world, "talks",
       words::capitalised(scenario.governments[table.government].name) + " and " +
           scenario.carmakers[table.carmaker].name + " find no other terms for " +
           world.agreements[table.agreement].name);
}

}  // namespace tavolo::agents
