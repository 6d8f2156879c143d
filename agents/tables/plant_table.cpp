#include "agents/tables/plant_table.h"

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
#include "agents/tables/bargain.h"
#include "agents/tables/obligations.h"
#include "agents/unions/dispute.h"
#include "agents/unions/mandate.h"
#include "agents/unions/wage_bargain.h"
#include "agents/unions/workforce.h"
#include "agents/words.h"

namespace tavolo::agents {

using engine::negotiation::Agenda;
using engine::negotiation::Issue;
using engine::negotiation::Offer;
using engine::negotiation::Party;

namespace {

/// Of the most exits that the maker would offer.
constexpr std::array kExitSteps{0.0, 0.25, 0.5, 0.75, 1.0};
/// As makers have paid: costs.csv (separation), 70 000 .. 128 400 EUR.
constexpr std::array kPaymentMultiples{0.7, 0.8, 1.0, 1.2, 1.4};
/// Wages are bargained in tenths of a per cent.
constexpr double kWageStep = 0.001;
constexpr std::array kSeveranceMultiples{1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0};
/// Cuts of hours per vehicle that a performance clause may ask; the first is no clause.
constexpr std::array kHoursCuts{0.0, 0.05, 0.1, 0.15};
/// Longest that one runs. [years]
constexpr int kPerformanceYears = 3;
/// Furthest start of production of a model that is promised under it. [years]
constexpr int kFurthestStart = 6;
/// Labour shares at which a plant's revenue function is still well behaved.
constexpr double kLeastLabourShare = 0.05;
/// Exits that nobody would write home about.
constexpr double kFewExits = 5;
constexpr int kIdleMonths = 24;

/// Seats the maker and the unions of a table, who rank the outcomes as members do, and opens their
/// session. `status_quo` and `full_claim`: utilities from which each union's reservation follows.
void seat(const Scenario& scenario, const World& world, TableState& table, const Agenda& agenda,
          std::span<const int> plants, Party maker,
          const std::shared_ptr<const engine::negotiation::Ranking>& ranking, double status_quo,
          double full_claim) {
  const auto& tables = scenario.parameters.tables;
  std::vector<Party> parties{std::move(maker)};
  for (auto& chair : table.unions) {
    chair.ranking = ranking;
    chair.status_quo = status_quo;
    chair.full_claim = full_claim;
    if (chair.seated)
      parties.emplace_back(scenario.unions[chair.row].name, ranking,
                           reservation(chair, resolve(scenario, world, chair.row, plants)),
                           strategy_of(scenario.union_strategy, tables.union_concession));
  }
  table.protocol = scenario.plant_protocol;
  table.session = {table.protocol, agenda, std::move(parties), rules_of(scenario, world, table)};
}

/// Whether a programme is built at a plant or a project or a promise will bring it one.
bool work_is_coming(const World& world, int plant) {
  for (const auto& project : world.projects)
    if (project.plant == plant && project.is_live()) return true;
  return std::any_of(world.programmes.begin(), world.programmes.end(), [&](const auto& k) {
    return k.alive && (k.plant_share[plant] > 0 || k.committed_plant == plant);
  });
}

bool wages_are_open(const TableState& table) {
  return table.session->agenda().issues()[2].levels.size() > 1;
}

double wage_bill_eur(const PlantCase& c) { return c.headcount * c.yearly_cost_eur; }

void set_wage_terms(const Scenario& scenario, World& world, int plant) {
  auto& state = world.plants[plant];
  const double months = 12 * scenario.parameters.labour.wage_term_years;
  state.wage_terms_until = world.month + static_cast<int>(std::lround(months));
  state.real_wage_agreed = real_wage(scenario, world, plant);
}

/// Plants whose first wage agreement is not known: they run out one after another over one term.
void set_first_wage_terms(const Scenario& scenario, World& world) {
  const int years =
      std::max(1, static_cast<int>(std::lround(scenario.parameters.labour.wage_term_years)));
  for (std::size_t p = 0; p < scenario.plants.size(); ++p) {
    auto& state = world.plants[p];
    if (state.wage_terms_until.index > 0) continue;
    state.wage_terms_until =
        Month::of(world.month.year(), 1) + 12 * (1 + static_cast<int>(p) % years);
    state.real_wage_agreed = real_wage(scenario, world, static_cast<int>(p));
  }
}

/// A maker that no union faces takes what it would take at the lowest price.
void offer_exits(const Scenario& scenario, World& world, const PlantCase& c) {
  const PlantTerms offer{c.most_exits, 1, 0};
  if (offer.exits < 1 || maker_worth_eur(scenario, c, offer) <= 0) return;
  auto& state = world.plants[c.plant];
  state.exits_agreed = offer.exits;
  state.exit_payment_eur = scenario.parameters.labour.exit_payment_eur;
}

std::string plant_and_maker(const Scenario& scenario, const TableState& table) {
  return scenario.carmakers[table.carmaker].name + " and the unions of " +
         scenario.plants[table.plant].name;
}

/// "the next Tipo if a vehicle takes 25.2 hours by 2026"
std::string clause(const Scenario& scenario, const World& world, const TableState& table,
                   const PlantTerms& terms) {
  if (terms.hours_cut <= 0) return "";
  return "the next " + scenario.programmes[table.moves.front().programme].name +
         " if a vehicle takes " +
         words::hours((1 - terms.hours_cut) * hours_per_vehicle(scenario, world, table.plant)) +
         " by " + std::to_string(table.due_year);
}

std::string describe_terms(const PlantTerms& terms, double payment_eur, bool wages_open,
                           const std::string& clause) {
  std::string text;
  if (terms.exits >= 1)
    text = words::counted(terms.exits, "paid exit") + " at " +
           words::grouped(terms.payment_multiple * payment_eur) + " EUR each";
  if (wages_open)
    text += (text.empty() ? "" : ", ") +
            ("wages " + words::percent(terms.wage_rise, 1) + " above the wage level");
  if (!clause.empty()) text += (text.empty() ? "" : ", ") + clause;
  return text.empty() ? "nothing" : text;
}

void raise_unrest(const Scenario& scenario, World& world, const TableState& table,
                  const Vote& vote) {
  double all = 0, outside = 0;
  for (const auto& chair : table.unions) {
    all += chair.weight;
    if (std::find(vote.outside.begin(), vote.outside.end(), chair.row) != vote.outside.end())
      outside += chair.weight;
  }
  if (all > 0) add_unrest(world, table.plant, scenario.parameters.labour.grievance * outside / all);
  please_unions(scenario, world, vote.signers, true);
  please_unions(scenario, world, vote.outside, false);
}

/// The deal that members have voted down, in the chronicle.
void tell_refusal(const Scenario& scenario, World& world, const TableState& table,
                  const Vote& vote) {
  tell(world, "labour",
       "Members at " + scenario.plants[table.plant].name + " vote the deal with " +
           scenario.carmakers[table.carmaker].name + " down: " + words::percent(vote.for_share) +
           " are for it");
}

/// Workers promise the cut of hours; what the maker owes for it is written down when it is made.
void sign_performance_clause(const Scenario& scenario, World& world, const TableState& table,
                             const PlantTerms& terms) {
  const auto& model = table.moves.front();
  AgreementState agreement;
  agreement.kind = "performance";
  agreement.name = "The performance clause of " + std::to_string(world.month.year()) + " at " +
                   scenario.plants[table.plant].name;
  agreement.signed_on = world.month;
  agreement.carmaker = table.carmaker;
  agreement.plant = table.plant;
  Obligation promise;
  promise.kind = Obligation::Kind::performance;
  promise.actor = kWorkers;
  promise.beneficiary = carmaker_actor(scenario, table.carmaker);
  promise.country = scenario.plants[table.plant].country.row;
  promise.plant = table.plant;
  promise.programme = model.programme;
  promise.generation = world.programmes[model.programme].generation + 1;
  promise.amount = (1 - terms.hours_cut) * hours_per_vehicle(scenario, world, table.plant);
  promise.due_year = table.due_year;
  agreement.obligations.push_back(promise);
  world.agreements.push_back(std::move(agreement));
}

// ------------------------------------------------------------------------------------- closure

/// What a closure costs a member, as a share of a job: severance against the income lost.
double severance_worth(const Scenario& scenario, const World& world, int plant, double multiple) {
  return -exit_loss(scenario.parameters.labour,
                    multiple * scenario.parameters.labour.exit_payment_eur,
                    yearly_cost_eur(scenario, world, plant));
}

void close_plant(const Scenario& scenario, World& world, int plant, double multiple) {
  auto& state = world.plants[plant];
  state.closing = true;
  state.exits_agreed = state.headcount;
  state.exit_payment_eur = multiple * scenario.parameters.labour.exit_payment_eur;
  state.guaranteed_jobs = 0;
  leave_sites(scenario, world, plant);
}

void open_closure_table(const Scenario& scenario, World& world, int plant) {
  const int country = scenario.plants[plant].country.row;
  TableState table;
  table.kind = "closure";
  table.plant = plant;
  table.carmaker = decider(scenario, scenario.plants[plant].carmaker.row);
  table.opened = world.month;
  table.name = "the closure table of " + scenario.plants[plant].name;
  const std::array at{plant};
  table.unions = union_chairs(scenario, world, at);
  const std::string idle = scenario.plants[plant].name + ", idle for " +
                           words::grouped(world.plants[plant].months_idle) +
                           " months and without a model to come";
  const auto& maker = scenario.carmakers[table.carmaker].name;
  if (table.unions.empty()) {
    tell(world, "closure",
         maker + " closes " + idle + ": " + words::grouped(world.plants[plant].headcount) +
             " workers leave");
    close_plant(scenario, world, plant, 1);
    return;
  }
  // what it would save to have the unions' signature: unrest in its other plants
  auto others = plants_of(scenario, world, table.carmaker, country);
  std::erase(others, plant);
  const double peace = grievance_cost_eur(scenario, world, others);
  const double payment =
      world.plants[plant].headcount * scenario.parameters.labour.exit_payment_eur;
  const Agenda agenda{
      {{"severance_multiple", {kSeveranceMultiples.begin(), kSeveranceMultiples.end()}}}};
  std::vector<double> maker_worth, members;
  for (const double multiple : kSeveranceMultiples) {
    maker_worth.push_back(peace - (multiple - 1) * payment);
    members.push_back(severance_worth(scenario, world, plant, multiple));
  }
  const double status_quo = members.front();
  const Scale of_maker = to_utilities(maker_worth, 0),
              of_members = to_utilities(members, status_quo);
  const double content = of_members.utility(status_quo);
  const double claim = Screening{scenario.parameters.labour.dispute_discount}.first_demand();
  seat(scenario, world, table, agenda, at,
       {maker, rank(std::move(maker_worth)),
        maker_reservation(world, table.carmaker, of_maker.utility(0)),
        maker_strategy(scenario, world, table.carmaker)},
       rank(std::move(members)), content, content + claim * (1 - content));
  tell(world, "talks",
       maker + " proposes to close " + idle + ": " + words::grouped(world.plants[plant].headcount) +
           " jobs");
  world.tables.push_back(std::move(table));
}

/// What a maker could build in a country and does not plan to, looked up once a year.
class FurtherModels {
 public:
  std::span<const SourcingOption> of(const Scenario& scenario, const World& world,
                                     const PlantCase& c) {
    const int country = scenario.plants[c.plant].country.row;
    for (const auto& known : known_)
      if (known.carmaker == c.carmaker && known.country == country) return known.options;
    const int until = world.month.year() + kFurthestStart;
    known_.push_back(
        {c.carmaker, country, sourcing_options(scenario, world, c.carmaker, country, until)});
    return known_.back().options;
  }

 private:
  struct Known {
    int carmaker, country;
    std::vector<SourcingOption> options;
  };
  std::vector<Known> known_;
};

bool has_performance_clause(const World& world, int plant) {
  return std::any_of(world.agreements.begin(), world.agreements.end(), [&](const auto& agreement) {
    return agreement.active && agreement.kind == "performance" && agreement.plant == plant;
  });
}

/// Last year whose December comes before the next generation of a programme is sourced: in the
/// first January whose horizon its generation ends within (revise_product_plans).
int last_year_before_sourcing(const Scenario& scenario, const World& world, int programme) {
  const int horizon =
      12 + static_cast<int>(std::lround(scenario.parameters.investment.sourcing_lead_months));
  return (world.programmes[programme].generation_end + -horizon).year();
}

/// Share of wages in wages and margin before fixed cost, that next year's output earns.
double labour_share_at(const Scenario& scenario, const World& world, const PlantCase& c) {
  const double wages = c.needed * c.yearly_cost_eur;
  const double margin = expected_margins_eur(scenario, world)[c.plant];
  return wages > 0 ? wages / (wages + margin) : 1;
}

/// Maker's cost of a year's labour: who is needed is paid in full, who is not as idle_cost_eur().
double labour_cost_eur(const Scenario& scenario, const PlantCase& c, double headcount,
                       double needed) {
  return needed * c.yearly_cost_eur + idle_cost_eur(scenario, headcount, needed, c.yearly_cost_eur);
}

/// Share of hours that faster work is expected to save.
double expected_cut(const LabourParameters& labour, const PlantCase& c) {
  return 1 - std::exp(-labour.performance_rate * c.years);
}

/// What a performance clause is worth to the maker if workers keep to it. [EUR]
double performance_worth_eur(const Scenario& scenario, const PlantCase& c,
                             const PlantTerms& terms) {
  const auto& labour = scenario.parameters.labour;
  const double stay = c.headcount - terms.exits;
  const double saved = labour_cost_eur(scenario, c, stay, c.needed) -
                       labour_cost_eur(scenario, c, stay, c.needed * (1 - expected_cut(labour, c)));
  const double model = terms.hours_cut * c.model_labour_eur - c.model.cost_eur;
  return saved * annuity(c.hurdle_rate, labour.exit_saving_years) +
         chance_of_cut(labour, terms.hours_cut, c.years) *
             std::pow(1 + c.hurdle_rate, -c.wait_years) * model;
}

bool has_open_table(const World& world, int plant) {
  return std::any_of(world.tables.begin(), world.tables.end(), [&](const TableState& table) {
    return (table.kind == "plant" || table.kind == "closure") && table.plant == plant;
  });
}

/// Jobs that a transition table is about are not bargained away plant by plant.
bool is_on_transition_table(const Scenario& scenario, const World& world, const PlantCase& c) {
  return std::any_of(world.tables.begin(), world.tables.end(), [&](const TableState& table) {
    return table.kind == "transition" && table.carmaker == c.carmaker &&
           scenario.governments[table.government].country.row ==
               scenario.plants[c.plant].country.row;
  });
}

}  // namespace

PlantCase plant_case(const Scenario& scenario, const World& world, const engine::Streams& luck,
                     int plant) {
  const auto& labour = scenario.parameters.labour;
  const auto& state = world.plants[plant];
  PlantCase c;
  c.plant = plant;
  c.carmaker = decider(scenario, scenario.plants[plant].carmaker.row);
  c.headcount = state.headcount;
  c.needed = jobs_needed(scenario, world, plant, state.output_last_year);
  c.yearly_cost_eur = yearly_cost_eur(scenario, world, plant);
  c.wage_factor = state.wage_factor;
  c.hurdle_rate = hurdle_rate(scenario, c.carmaker);
  c.trust_of_unions = trust_of_unions(world, c.carmaker);
  c.trust_in_workers = trust_in_workers(world, plant);
  const double surplus = surplus_share(c.headcount, c.needed);
  if (surplus > labour.exit_surplus_threshold)
    c.most_exits = std::clamp(labour.exit_share_per_year * surplus * c.headcount, 0.0,
                              std::max(0.0, c.headcount - state.guaranteed_jobs));
  c.wages_open = world.month >= state.wage_terms_until;
  double room = labour.wage_room_share;
  if (labour.wage_bargain != "screening") {
    const auto terms = bargained_terms(labour, c.wage_factor, labour_share_at(scenario, world, c));
    room = terms.rise;
    c.kept_jobs = terms.kept_share * c.needed;
    c.most_exits = std::clamp(c.headcount - c.needed - c.kept_jobs, 0.0, c.most_exits);
  }
  c.room_share = c.wages_open ? room * (1 - surplus) : 0;
  c.type_share =
      c.room_share * luck(Chance::private_value, static_cast<std::uint64_t>(plant)).uniform();
  return c;
}

BargainedTerms bargained_terms(const LabourParameters& labour, double wage_factor,
                               double labour_share) {
  WageBargain bargain;
  bargain.wage_power = labour.wage_power;
  if (labour.wage_bargain == "efficient") bargain.jobs_power = std::min(0.99, labour.wage_power);
  if (labour.wage_bargain == "sequential") bargain.jobs_power = labour.jobs_power;
  bargain.outside_wage = labour.outside_income_share;
  const double a = std::clamp(labour_share, kLeastLabourShare, 1 - kLeastLabourShare);
  const Revenue revenue{[=](double jobs) { return wage_factor / a * std::pow(jobs, a); },
                        [=](double jobs) { return wage_factor * std::pow(jobs, a - 1); }};
  const auto settled = settle_wage(bargain, revenue);
  WageBargain of_firm = bargain;
  of_firm.jobs_power = 0;
  const double alone = bargained_jobs(of_firm, revenue, settled.wage);
  return {std::max(0.0, settled.wage / wage_factor - 1),
          alone > 0 ? std::max(0.0, settled.jobs / alone - 1) : 0};
}

void offer_model(const Scenario& scenario, const World& world,
                 std::span<const SourcingOption> options, PlantCase& c) {
  const auto& parameters = scenario.parameters;
  const int year = world.month.year();
  for (const auto& option : options) {
    if (option.plant != c.plant || option.units_per_year <= 0) continue;
    const int last = std::min(last_year_before_sourcing(scenario, world, option.programme),
                              year + kPerformanceYears - 1);
    const bool promised =
        std::any_of(world.agreements.begin(), world.agreements.end(), [&](const auto& agreement) {
          return agreement.active && agreement.kind == "performance" &&
                 agreement.obligations.front().programme == option.programme;
        });
    if (last < year || promised) continue;
    c.due_year = last;
    c.years = last - year + 1;
    c.model = {option.programme, option.plant, option.units_per_year, option.cost_npv_eur,
               option.available};
    c.model_jobs = option.units_per_year * hours_per_vehicle(scenario, world, c.plant) /
                   parameters.labour.hours_per_year;
    c.model_labour_eur = c.model_jobs * c.yearly_cost_eur *
                         annuity(c.hurdle_rate, parameters.investment.horizon_years);
    c.wait_years = (option.available - world.month) / 12.0;
    return;
  }
}

double maker_worth_eur(const Scenario& scenario, const PlantCase& c, const PlantTerms& terms) {
  const auto& labour = scenario.parameters.labour;
  const double saved =
      idle_cost_eur(scenario, c.headcount, c.needed, c.yearly_cost_eur) -
      idle_cost_eur(scenario, c.headcount - terms.exits, c.needed, c.yearly_cost_eur);
  const double clause =
      terms.hours_cut > 0 ? c.trust_in_workers * performance_worth_eur(scenario, c, terms) : 0;
  return saved * annuity(c.hurdle_rate, labour.exit_saving_years) -
         terms.exits * terms.payment_multiple * labour.exit_payment_eur -
         terms.wage_rise * wage_bill_eur(c) * annuity(c.hurdle_rate, labour.wage_term_years) +
         clause;
}

double maker_reservation_eur(const Scenario& scenario, const PlantCase& c, double claim_share) {
  const auto& labour = scenario.parameters.labour;
  if (c.room_share <= 0) return 0;
  return -Screening{labour.dispute_discount}.worth_of_peace(c.type_share, claim_share,
                                                            c.room_share) *
         wage_bill_eur(c) * annuity(c.hurdle_rate, labour.wage_term_years);
}

double members_worth(const Scenario& scenario, const PlantCase& c, const PlantTerms& terms) {
  const auto& labour = scenario.parameters.labour;
  const double stay = c.headcount - terms.exits;
  double effort = 0, won = 0, superfluous = 0;  // of pay; jobs
  if (terms.hours_cut > 0) {
    effort = labour.effort_cost * expected_cut(labour, c);
    superfluous = c.needed * expected_cut(labour, c);
    won = c.trust_of_unions * chance_of_cut(labour, terms.hours_cut, c.years) *
          (1 - terms.hours_cut) * c.model_jobs *
          std::pow(1 + scenario.parameters.investment.risk_free_rate, -c.wait_years);
  }
  const double short_time =
      short_time_share(scenario, surplus_share(stay, c.needed - superfluous + won));
  const double pay = c.wage_factor * (1 + terms.wage_rise) * (1 - effort) *
                     (1 - (1 - labour.short_time_state_share) * short_time);
  const double loss =
      exit_loss(labour, terms.payment_multiple * labour.exit_payment_eur, c.yearly_cost_eur);
  return stone_geary(labour, pay, 1 - (terms.exits * loss + superfluous - won) / c.headcount);
}

Agenda plant_agenda(const Scenario& scenario, const PlantCase& c) {
  const auto& labour = scenario.parameters.labour;
  Issue exits{"exits", {0}}, payment{"payment_multiple", {1}}, rise{"wage_rise", {0}};
  if (c.most_exits >= 1) {
    exits.levels.clear();
    for (const double step : kExitSteps) exits.levels.push_back(step * c.most_exits);
    payment.levels.assign(kPaymentMultiples.begin(), kPaymentMultiples.end());
  }
  // up to what the unions could ask first of a maker that has all the room there is
  const double most = Screening{labour.dispute_discount}.first_demand() * c.room_share;
  for (int step = 1; c.wages_open && (step - 1) * kWageStep < most; ++step)
    rise.levels.push_back(step * kWageStep);
  Issue cut{"hours_cut", {0}};
  if (c.model.programme >= 0) cut.levels.assign(kHoursCuts.begin(), kHoursCuts.end());
  return Agenda{{exits, payment, rise, cut}};
}

PlantTerms plant_terms(const Offer& offer) { return {offer[0], offer[1], offer[2], offer[3]}; }

TableState plant_table(const Scenario& scenario, const World& world, const PlantCase& c) {
  TableState table;
  table.kind = "plant";
  table.plant = c.plant;
  table.carmaker = c.carmaker;
  table.opened = world.month;
  table.name = "the table of " + scenario.plants[c.plant].name;
  if (c.model.programme >= 0) table.moves = {c.model};
  table.due_year = c.due_year;
  const std::array at{c.plant};
  table.unions = union_chairs(scenario, world, at);
  const Screening screening{scenario.parameters.labour.dispute_discount};

  // what the seated unions ask: of the last of them, for the majority needs it
  double hardest = 0;
  for (const auto& chair : table.unions)
    if (chair.seated) hardest = std::max(hardest, resolve(scenario, world, chair.row, at));
  table.room_share = c.room_share;
  table.claim_share = hardest * screening.first_demand() * c.room_share;

  const Agenda agenda = plant_agenda(scenario, c);
  std::vector<double> maker(agenda.outcomes()), members(agenda.outcomes());
  agenda.for_each([&](std::size_t o, const Offer& offer) {
    const auto terms = plant_terms(offer);
    maker[o] = maker_worth_eur(scenario, c, terms);
    members[o] = members_worth(scenario, c, terms);
  });
  const double walking_away = maker_reservation_eur(scenario, c, table.claim_share);
  const double status_quo = members_worth(scenario, c, {});
  const double full_claim =
      members_worth(scenario, c, {0, 1, screening.first_demand() * c.room_share});
  const std::array sides{&maker, &members};
  sift(sides);
  const Scale of_maker = to_utilities(maker, walking_away);
  const Scale of_members = to_utilities(members, status_quo);
  table.carmaker_zero_eur = of_maker.low;
  table.carmaker_span_eur = of_maker.span;
  seat(scenario, world, table, agenda, at,
       {scenario.carmakers[c.carmaker].name, rank(std::move(maker)),
        maker_reservation(world, c.carmaker, of_maker.utility(walking_away)),
        maker_strategy(scenario, world, c.carmaker)},
       rank(std::move(members)), of_members.utility(status_quo), of_members.utility(full_claim));
  return table;
}

bool is_without_future(const Scenario& scenario, const World& world, int plant) {
  const auto& state = world.plants[plant];
  if (!employs(scenario, world, plant) || state.closing || state.capacity_per_year <= 0 ||
      state.months_idle <= kIdleMonths || state.guaranteed_jobs > 0)
    return false;
  for (const auto& agreement : world.agreements)
    if (agreement.active)
      for (const auto& promise : agreement.obligations)
        if (promise.plant == plant && (promise.status == Obligation::Status::pending ||
                                       promise.status == Obligation::Status::late))
          return false;
  return !work_is_coming(world, plant);
}

void open_plant_tables(const Scenario& scenario, World& world, const engine::Streams& luck) {
  const auto& labour = scenario.parameters.labour;
  set_first_wage_terms(scenario, world);
  FurtherModels further_models;
  for (std::size_t p = 0; p < scenario.plants.size(); ++p) {
    const int plant = static_cast<int>(p);
    if (!employs(scenario, world, plant) || world.plants[p].closing ||
        world.plants[p].headcount < 1 || has_open_table(world, plant))
      continue;
    if (is_without_future(scenario, world, plant)) {
      open_closure_table(scenario, world, plant);
      continue;
    }
    auto c = plant_case(scenario, world, luck, plant);
    const bool in_larger_talks = is_on_transition_table(scenario, world, c);
    if (in_larger_talks) c.most_exits = 0;
    const std::array at{plant};
    if (delegates(scenario, world, at).empty()) {
      offer_exits(scenario, world, c);
      if (!c.wages_open) continue;
      if (labour.wage_bargain != "screening") world.plants[p].wage_factor *= 1 + c.room_share;
      set_wage_terms(scenario, world, plant);
      continue;
    }
    if (!in_larger_talks && !has_performance_clause(world, plant) &&
        world.month.year() - world.plants[p].performance_talks >= labour.performance_interval_years)
      offer_model(scenario, world, further_models.of(scenario, world, c), c);
    // nobody calls a table about exits that the maker would not pay for
    const bool exits =
        c.most_exits >= 1 &&
        maker_worth_eur(scenario, c, {kExitSteps[1] * c.most_exits, kPaymentMultiples[0], 0}) > 0;
    const bool model = c.model.programme >= 0;
    if (!exits && !c.wages_open && !model) continue;
    if (model) world.plants[p].performance_talks = world.month.year();
    world.tables.push_back(plant_table(scenario, world, c));
  }
}

bool bind_plant_deal(const Scenario& scenario, World& world, const engine::Streams& luck,
                     const TableState& table) {
  const auto outcome = table.session->agreement();
  if (!outcome) return false;
  const auto vote = put_to_members(scenario, world, luck, table, *outcome);
  if (!vote.carried()) {
    tell_refusal(scenario, world, table, vote);
    break_plant_talks(scenario, world, luck, table);
    return false;
  }
  const auto terms = plant_terms(*table.session->terms());
  auto& state = world.plants[table.plant];
  const double payment = scenario.parameters.labour.exit_payment_eur;
  const bool wages_open = wages_are_open(table);
  if (terms.exits >= 1) {
    state.exits_agreed = terms.exits;
    state.exit_payment_eur = terms.payment_multiple * payment;
  }
  state.wage_factor *= 1 + terms.wage_rise;
  if (wages_open) set_wage_terms(scenario, world, table.plant);
  raise_unrest(scenario, world, table, vote);
  const auto promised = clause(scenario, world, table, terms);
  if (terms.hours_cut > 0) sign_performance_clause(scenario, world, table, terms);
  if (terms.exits < kFewExits && terms.wage_rise <= 0 && terms.hours_cut <= 0) return true;
  const auto yardstick = judge(*table.session, *outcome);
  const auto nash = plant_terms(table.session->agenda().offer(yardstick.nash));
  tell(world, "labour",
       plant_and_maker(scenario, table) +
           " sign: " + describe_terms(terms, payment, wages_open, promised) +
           words::beside(yardstick, describe_terms(nash, payment, wages_open,
                                                   clause(scenario, world, table, nash))) +
           words::voted(vote) + words::stays_out(scenario, vote.outside));
  return true;
}

void break_plant_talks(const Scenario& scenario, World& world, const engine::Streams& luck,
                       const TableState& table) {
  if (!wages_are_open(table)) return;  // the offer is withdrawn, the old terms run on
  auto& state = world.plants[table.plant];
  const double type =
      table.room_share * luck.at(static_cast<std::uint32_t>(table.opened.index))(
                                 Chance::private_value, static_cast<std::uint64_t>(table.plant))
                             .uniform();
  const auto dispute = fight(scenario.parameters, type, table.claim_share, table.room_share);
  const bool strike = dispute.kind == Dispute::Kind::strike;
  (strike ? state.strike_days_left : state.holdout_days_left) += dispute.days;
  state.wage_factor *= 1 + dispute.settled_share;
  set_wage_terms(scenario, world, table.plant);
  add_unrest(world, table.plant, scenario.parameters.labour.grievance);
  std::vector<int> unions;
  for (const auto& chair : table.unions) unions.push_back(chair.row);
  please_unions(scenario, world, unions, false);
  const std::string days = words::counted(std::max(1.0, dispute.days), "day");
  tell(world, "strike",
       "Wage talks of " + plant_and_maker(scenario, table) + " fail over a claim of " +
           words::percent(table.claim_share, 1) + " above the wage level: " +
           (strike ? "a strike of " + days : "work to rule for " + days) + ", settled at " +
           words::percent(dispute.settled_share, 1));
}

bool bind_closure(const Scenario& scenario, World& world, const engine::Streams& luck,
                  const TableState& table) {
  const auto outcome = table.session->agreement();
  if (!outcome) return false;
  const auto vote = put_to_members(scenario, world, luck, table, *outcome);
  if (!vote.carried()) {
    tell_refusal(scenario, world, table, vote);
    break_closure_talks(scenario, world, luck, table);
    return false;
  }
  const double multiple = (*table.session->terms())[0];
  const double headcount = world.plants[table.plant].headcount;
  close_plant(scenario, world, table.plant, multiple);
  tell(world, "closure",
       plant_and_maker(scenario, table) + " agree on its closure: " + words::grouped(headcount) +
           " workers leave by the end of the year with " +
           words::grouped(multiple * scenario.parameters.labour.exit_payment_eur) + " EUR each" +
           words::voted(vote) + words::stays_out(scenario, vote.outside));
  return true;
}

void break_closure_talks(const Scenario& scenario, World& world, const engine::Streams&,
                         const TableState& table) {
  const auto& labour = scenario.parameters.labour;
  const int country = scenario.plants[table.plant].country.row;
  const double headcount = world.plants[table.plant].headcount;
  close_plant(scenario, world, table.plant, 1);
  std::vector<int> unions;
  for (const auto& chair : table.unions) unions.push_back(chair.row);
  please_unions(scenario, world, unions, false);
  // a day of solidarity everywhere, and a grievance that stays
  for (const int plant : plants_of(scenario, world, table.carmaker, country)) {
    add_unrest(world, plant, labour.grievance);
    world.plants[plant].strike_days_left += 1;
  }
  tell(world, "closure",
       scenario.carmakers[table.carmaker].name + " closes " + scenario.plants[table.plant].name +
           " without the unions: " + words::grouped(headcount) + " workers leave with " +
           words::grouped(labour.exit_payment_eur) +
           " EUR each; a day of strikes in its other plants of " +
           scenario.countries[country].name);
}

}  // namespace tavolo::agents
