#include "agents/tables/transition_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "agents/carmakers/investment.h"
#include "agents/carmakers/product_plan.h"
#include "agents/carmakers/prospects.h"
#include "agents/chance.h"
#include "agents/market/accounts.h"
#include "agents/tables/bargain.h"
#include "agents/tables/obligations.h"
#include "agents/unions/dispute.h"
#include "agents/unions/mandate.h"
#include "agents/unions/workforce.h"
#include "agents/words.h"
#include "engine/negotiation/solution.h"

namespace tavolo::agents {

using engine::negotiation::Agenda;
using engine::negotiation::Issue;
using engine::negotiation::kInfeasible;
using engine::negotiation::Offer;
using engine::negotiation::Party;

namespace {

constexpr int kOutputLevels = 3;
constexpr std::size_t kMostModels = 5;
/// The first is no guarantee.
constexpr std::array kJobsFloors{0.0, 0.6, 0.7, 0.8, 0.9, 1.0};
/// Of the most that may be promised; small sums are where tables settle.
constexpr std::array kAidSteps{0.0, 0.05, 0.1, 0.2, 0.5, 1.0};
constexpr std::array kClawbacks{0.0, 0.5, 1.0};
constexpr std::array kEnergyReliefs{0.0, 20.0};
/// Years by which the guarantee of jobs may outlast the due year.
constexpr std::array kLonger{0, 2};
/// Share of the aid that is paid when a promise is broken half-way: no more follows.
constexpr double kPaidAtBreach = 0.5;
/// Output is pledged in thousands.
constexpr double kPledgeStep = 1000;

/// Units that the first `models` moves win.
double units_won(const TransitionCase& c, int models) {
  double units = 0;
  for (int i = 0; i < models; ++i) units += c.moves[i].units_per_year;
  return units;
}

double discounted(const std::vector<double>& path, double rate) {
  double sum = 0, factor = 1;
  for (const double value : path) {
    factor /= 1 + rate;
    sum += factor * value;
  }
  return sum;
}

double sum_of_exits(const LabourParameters& labour, double headcount,
                    const std::vector<double>& path, double rate) {
  double sum = 0, factor = 1, before = headcount;
  for (const double now : path) {
    factor /= 1 + rate;
    sum += factor * std::max(0.0, before * (1 - labour.attrition_per_year) - now);
    before = now;
  }
  return sum;
}

/// Wages of workers without work and payments to those who leave, along a path. [EUR]
double labour_burden_eur(const Scenario& scenario, const TransitionCase& c,
                         const TransitionCase::HomePlant& plant, double needed,
                         const std::vector<double>& path) {
  const auto& labour = scenario.parameters.labour;
  std::vector<double> idle;
  for (const double workers : path)
    idle.push_back(idle_cost_eur(scenario, workers, needed, plant.yearly_cost_eur));
  return discounted(idle, c.hurdle_rate) +
         labour.exit_payment_eur * sum_of_exits(labour, plant.headcount, path, c.hurdle_rate);
}

double needed_with(const TransitionCase::HomePlant& plant, int models) {
  return plant.needed + plant.needed_for[models];
}

double path_end(const LabourParameters& labour, const TransitionCase::HomePlant& plant,
                double needed, double floor, int years) {
  return headcount_path(labour, plant.headcount, needed, floor, years).back();
}

/// What the maker's plants get of an energy relief over the term, before it is discounted. [EUR]
double energy_relief_eur(const TransitionCase& c, const TransitionTerms& terms, double output) {
  return terms.energy_relief_eur_per_mwh * c.mwh_per_vehicle * output * c.years;
}

/// What part of the aid is expected to come back, output being uncertain. [EUR]
double expected_clawback_eur(const Scenario& scenario, const TransitionCase& c,
                             const TransitionTerms& terms, double mean_output) {
  if (terms.clawback_share <= 0 || terms.aid_eur <= 0 || terms.output <= 0) return 0;
  const auto& tables = scenario.parameters.tables;
  const double std_dev = mean_output * tables.output_sd_per_year * std::sqrt(c.years);
  const double missing = expected_shortfall(terms.output, mean_output, std_dev) / terms.output;
  return enforced_share(tables, c.pressure) * terms.clawback_share * terms.aid_eur *
         std::min(1.0, missing);
}

/// Discounting that depends on the case alone, done once for all its outcomes.
struct Discounts {
  Discounts(const Scenario& scenario, const TransitionCase& c)
      : maker_term{annuity(c.hurdle_rate, c.years)} {
    const auto& investment = scenario.parameters.investment;
    const double rate = investment.risk_free_rate;
    public_term = annuity(rate, c.years);
    horizon = annuity(rate, investment.horizon_years);
    due = std::pow(1 + rate, -c.years);
    for (const auto& move : c.moves)
      wait.push_back(std::pow(
          1 + rate,
          -static_cast<double>(std::max(0, move.available.year() - (c.due_year - c.years + 1)))));
  }
  double maker_term, public_term = 0;  // a euro in each year of the term: at the maker's hurdle
                                       // rate, at the public rate
  double horizon = 0;                  // in each year of a generation, at the public rate
  double due = 0;                      // in the due year
  std::vector<double> wait;            // by move: when it is there
};

/// Aid that is paid over the term. `term`: of Discounts.
double present_value_of_aid(const TransitionCase& c, double aid_eur, double term) {
  return aid_eur / c.years * term;
}

double pay_of(const Scenario& scenario, const TransitionCase::HomePlant& plant, double headcount,
              double needed) {
  const auto& labour = scenario.parameters.labour;
  return plant.wage_factor * (1 - (1 - labour.short_time_state_share) *
                                      short_time_share(scenario, surplus_share(headcount, needed)));
}

double members_utility(const Scenario& scenario, const TransitionCase::HomePlant& plant,
                       double headcount, double needed) {
  if (plant.headcount <= 0) return 0;
  return stone_geary(scenario.parameters.labour, pay_of(scenario, plant, headcount, needed),
                     headcount / plant.headcount);
}

/// From jobs in the due year without a deal, with the models, and with the guarantee as well.
/// `credibility`: to the government.
double members_worth(const Scenario& scenario, const TransitionCase& c,
                     const TransitionCase::HomePlant& plant, int models, double otherwise,
                     double free, double guaranteed, double credibility) {
  const double jobs = otherwise + c.trust_of_unions * (free - otherwise) +
                      credibility * c.trust_of_unions / c.trust_in_maker * (guaranteed - free);
  return members_utility(scenario, plant, jobs,
                         plant.needed + c.trust_of_unions * plant.needed_for[models]);
}

std::vector<double> output_levels(const TransitionCase& c) {
  const double low = std::ceil(c.planned_output / kPledgeStep) * kPledgeStep;
  const double reach = c.planned_output + units_won(c, static_cast<int>(c.moves.size()));
  const double high = std::max(
      low, std::floor(std::min(reach, std::max(low, c.target_output)) / kPledgeStep) * kPledgeStep);
  std::vector<double> levels;
  for (int i = 0; i < kOutputLevels; ++i) {
    const double level =
        std::round((low + (high - low) * i / (kOutputLevels - 1)) / kPledgeStep) * kPledgeStep;
    if (levels.empty() || level > levels.back()) levels.push_back(level);
  }
  return levels;
}

/// What depends on models and jobs floor alone, and is looked up for every outcome.
struct Lookup {
  static std::size_t column(std::size_t floor, std::size_t longer) {
    return floor * kLonger.size() + longer;
  }
  engine::Grid<double> maker_burden_eur;        // models x column
  engine::Grid<double> kept_job_years;          // models x column: by the guarantee
  std::vector<double> free_job_years;           // models: without it
  std::vector<engine::Grid<double>> jobs_then;  // plant: models x column, at the end
  std::vector<double> jobs_otherwise;           // plant: without a deal
};

/// Of a guarantee that runs for `years`.
double maker_burden_eur(const Scenario& scenario, const TransitionCase& c, int models, double floor,
                        int years) {
  const auto& labour = scenario.parameters.labour;
  double burden = 0;
  for (const auto& plant : c.plants) {
    const double needed = needed_with(plant, models);
    const auto free = headcount_path(labour, plant.headcount, needed, 0, years);
    const auto held =
        headcount_path(labour, plant.headcount, needed, floor * plant.headcount, years);
    burden += labour_burden_eur(scenario, c, plant, needed, held) -
              labour_burden_eur(scenario, c, plant, needed, free);
  }
  return burden;
}

double job_years(const Scenario& scenario, const TransitionCase& c, int models, double floor,
                 int years_held) {
  const auto& labour = scenario.parameters.labour;
  const double rate = scenario.parameters.investment.risk_free_rate;
  double years = 0;
  for (const auto& plant : c.plants)
    years += discounted(headcount_path(labour, plant.headcount, needed_with(plant, models),
                                       floor * plant.headcount, years_held),
                        rate) -
             discounted(headcount_path(labour, plant.headcount, plant.needed, 0, years_held), rate);
  return years;
}

double aid_as_trusted_eur(const TransitionCase& c, const Discounts& discounts,
                          const TransitionTerms& terms) {
  return c.trust_in_government * present_value_of_aid(c, terms.aid_eur, discounts.maker_term);
}

/// What it costs the maker to break a guarantee of jobs half-way: no more aid, clawback, unrest.
double breach_cost_eur(const Scenario& scenario, const TransitionCase& c,
                       const Discounts& discounts, const TransitionTerms& terms) {
  return (1 - kPaidAtBreach) * aid_as_trusted_eur(c, discounts, terms) +
         enforced_share(scenario.parameters.tables, c.pressure) * terms.clawback_share *
             kPaidAtBreach * terms.aid_eur +
         c.grievance_cost_eur;
}

double credibility(const Scenario& scenario, const TransitionCase& c, const Discounts& discounts,
                   const TransitionTerms& terms, double burden_eur) {
  const double breach = breach_cost_eur(scenario, c, discounts, terms);
  return c.trust_in_maker * (burden_eur > breach ? breach / burden_eur : 1);
}

double maker_worth(const Scenario& scenario, const TransitionCase& c, const Discounts& discounts,
                   const TransitionTerms& terms, double burden_eur) {
  double moves = 0;
  for (int i = 0; i < terms.models; ++i) moves += c.moves[i].cost_eur;
  const double output = c.planned_output + units_won(c, terms.models);
  const double relief =
      c.trust_in_government *
      present_value_of_aid(c, energy_relief_eur(c, terms, output), discounts.maker_term);
  return aid_as_trusted_eur(c, discounts, terms) + relief - c.private_factor * moves -
         std::min(burden_eur, breach_cost_eur(scenario, c, discounts, terms)) -
         expected_clawback_eur(scenario, c, terms, output) + c.grievance_cost_eur;
}

/// `free_job_years`: that the models bring without a guarantee; `kept_job_years`: that it adds.
double government_worth(const Scenario& scenario, const TransitionCase& c,
                        const Discounts& discounts, const TransitionTerms& terms,
                        double free_job_years, double kept_job_years, double credibility) {
  const double won = units_won(c, terms.models);
  const double trust = c.trust_in_maker;
  const double mean_output = c.planned_output + trust * won;
  const double relief = energy_relief_eur(c, terms, mean_output);
  if (terms.aid_eur + relief > c.money_eur) return kInfeasible;
  const auto& row = scenario.governments[c.government];
  const auto& parameters = scenario.parameters;
  const double multiplier = 1 + parameters.labour.supplier_jobs_per_job;

  const double pledged = std::max(0.0, terms.output - c.planned_output - won);
  double vehicles = trust * trust * pledged * discounts.due;
  for (int i = 0; i < terms.models; ++i)
    vehicles += trust * c.moves[i].units_per_year * discounts.wait[i];
  const double pledged_jobs =
      trust * trust * pledged * c.jobs_per_vehicle * discounts.due * discounts.horizon;
  return row.value_per_vehicle_eur * vehicles * discounts.horizon +
         row.value_per_job_year_eur * multiplier *
             (trust * free_job_years + credibility * kept_job_years + pledged_jobs) -
         (1 + row.cost_of_funds) * present_value_of_aid(c, terms.aid_eur, discounts.public_term) *
             (trust + (1 - trust) * kPaidAtBreach) -
         (1 + row.cost_of_funds) * present_value_of_aid(c, relief, discounts.public_term) +
         expected_clawback_eur(scenario, c, terms, mean_output) + parameters.tables.politics_eur;
}

/// Moves that fit beside the plan and beside one another, cheapest per vehicle first; before them
/// as many confirmations of what is planned anyway as the agenda has room for.
std::vector<Move> moves_on_offer(const Scenario& scenario, const World& world,
                                 const TransitionCase& c, const std::vector<double>& planned) {
  std::vector<Move> confirmations, moves;
  std::vector<double> taken(scenario.plants.size(), 0.0);
  for (const auto& option : sourcing_options(scenario, world, c.carmaker, c.country, c.due_year)) {
    const Move move{option.programme, option.plant, option.units_per_year, option.cost_npv_eur,
                    option.available};
    if (move.units_per_year <= 0) {
      confirmations.push_back(move);
      continue;
    }
    const double room = world.plants[move.plant].capacity_per_year - planned[move.plant];
    if (moves.size() == kMostModels || taken[move.plant] + move.units_per_year > room) continue;
    taken[move.plant] += move.units_per_year;
    moves.push_back(move);
  }
  const std::size_t free = kMostModels - moves.size();
  confirmations.resize(std::min(confirmations.size(), free));
  confirmations.insert(confirmations.end(), moves.begin(), moves.end());
  return confirmations;
}

std::size_t floor_row(double floor) {
  return static_cast<std::size_t>(std::find(kJobsFloors.begin(), kJobsFloors.end(), floor) -
                                  kJobsFloors.begin());
}

}  // namespace

int volume_maker(const Scenario& scenario, const World& world, int country) {
  std::vector<double> output(scenario.carmakers.size(), 0.0);
  for (std::size_t p = 0; p < scenario.plants.size(); ++p)
    if (scenario.plants[p].tracked && scenario.plants[p].country.row == country)
      output[decider(scenario, scenario.plants[p].carmaker.row)] +=
          world.plants[p].output_last_year;
  const auto most = std::max_element(output.begin(), output.end());
  return most == output.end() || *most <= 0 ? -1 : static_cast<int>(most - output.begin());
}

std::vector<double> headcount_path(const LabourParameters& labour, double headcount, double needed,
                                   double floor, int years) {
  std::vector<double> path;
  for (int year = 0; year < years; ++year) {
    const double stays = headcount * (1 - labour.attrition_per_year);
    if (stays > needed) {
      const double surplus = stays - needed;
      const bool offers = surplus > labour.exit_surplus_threshold * stays;
      headcount = stays - (offers ? labour.exit_share_per_year * surplus : 0);
    } else {
      const double gap = needed - stays;
      headcount = std::min(needed, headcount + labour.hiring_speed_per_year * gap);
    }
    headcount = std::max(headcount, floor);
    path.push_back(headcount);
  }
  return path;
}

TransitionCase transition_case(const Scenario& scenario, const World& world,
                               const engine::Streams& luck, int government) {
  const auto& parameters = scenario.parameters;
  const auto& row = scenario.governments[government];
  const auto& levers = world.instruments[government];
  const int year = world.month.year();
  TransitionCase c;
  c.government = government;
  c.country = row.country.row;
  c.carmaker = volume_maker(scenario, world, c.country);
  if (c.carmaker < 0) return c;
  const int term = static_cast<int>(std::lround(parameters.tables.transition_term_years));
  // promises fall due when the government's target does, or at the end of the term
  c.due_year = row.target_year >= year + 2 && row.target_year <= year + term + 1 ? row.target_year
                                                                                 : year + term;
  c.years = c.due_year - year + 1;
  c.planned_output = planned_output(scenario, world, c.carmaker, c.country, c.due_year);
  c.target_output = row.target_vehicles;
  c.aid_max_eur = levers.transition_aid_eur;
  c.money_eur = free_money_eur(scenario, world, government, c.due_year);
  c.hurdle_rate = hurdle_rate(scenario, c.carmaker);
  c.trust_in_maker = trust_in_maker(world, government);
  c.trust_in_government = trust_in_government(world, government);
  c.trust_of_unions = trust_of_unions(world, c.carmaker);
  c.pressure = levers.pressure;
  const double noise = parameters.tables.private_cost_sd;
  auto draws = luck(Chance::private_value, static_cast<std::uint64_t>(government), 1);
  c.private_factor = std::exp(draws.normal(-noise * noise / 2, noise));

  const auto at_home = plants_of(scenario, world, c.carmaker, c.country);
  const auto planned = planned_by_plant(scenario, world, Month::of(c.due_year, 12));
  double planned_at_home = 0;
  for (const int p : at_home) planned_at_home += planned[p];
  const double growth = planned_at_home > 0 ? c.planned_output / planned_at_home : 1;

  c.moves = moves_on_offer(scenario, world, c, planned);

  double hours = 0;
  for (const int p : at_home) {
    TransitionCase::HomePlant plant;
    plant.plant = p;
    plant.headcount = world.plants[p].headcount;
    plant.needed = jobs_needed(scenario, world, p, growth * planned[p]);
    plant.yearly_cost_eur = yearly_cost_eur(scenario, world, p);
    plant.wage_factor = world.plants[p].wage_factor;
    const double per_vehicle =
        hours_per_vehicle(scenario, world, p) / parameters.labour.hours_per_year;
    double units = 0;
    plant.needed_for.push_back(0);
    for (const auto& move : c.moves) {
      if (move.plant == p) units += move.units_per_year;
      plant.needed_for.push_back(units * per_vehicle);
    }
    hours += planned[p] * per_vehicle;
    c.plants.push_back(std::move(plant));
  }
  c.mwh_per_vehicle = parameters.industry.energy_mwh_per_vehicle;
  c.jobs_per_vehicle = planned_at_home > 0 ? hours / planned_at_home : 0;
  c.grievance_cost_eur = grievance_cost_eur(scenario, world, at_home);
  return c;
}

double maker_worth_eur(const Scenario& scenario, const TransitionCase& c,
                       const TransitionTerms& terms) {
  return maker_worth(
      scenario, c, Discounts{scenario, c}, terms,
      maker_burden_eur(scenario, c, terms.models, terms.jobs_floor, c.years + terms.longer_years));
}

double government_worth_eur(const Scenario& scenario, const TransitionCase& c,
                            const TransitionTerms& terms) {
  const int years = c.years + terms.longer_years;
  const double free = job_years(scenario, c, terms.models, 0, c.years);
  const double kept = job_years(scenario, c, terms.models, terms.jobs_floor, years) -
                      job_years(scenario, c, terms.models, 0, years);
  return government_worth(scenario, c, Discounts{scenario, c}, terms, free, kept,
                          guarantee_credibility(scenario, c, terms));
}

double guarantee_credibility(const Scenario& scenario, const TransitionCase& c,
                             const TransitionTerms& terms) {
  return credibility(
      scenario, c, Discounts{scenario, c}, terms,
      maker_burden_eur(scenario, c, terms.models, terms.jobs_floor, c.years + terms.longer_years));
}

double members_status_quo(const Scenario& scenario, const TransitionCase& c,
                          std::size_t home_plant) {
  const auto& plant = c.plants[home_plant];
  return members_utility(scenario, plant,
                         path_end(scenario.parameters.labour, plant, plant.needed, 0, c.years),
                         plant.needed);
}

double members_worth(const Scenario& scenario, const TransitionCase& c, std::size_t home_plant,
                     const TransitionTerms& terms) {
  const auto& labour = scenario.parameters.labour;
  const auto& plant = c.plants[home_plant];
  const double needed = needed_with(plant, terms.models);
  return members_worth(scenario, c, plant, terms.models,
                       path_end(labour, plant, plant.needed, 0, c.years),
                       path_end(labour, plant, needed, 0, c.years),
                       path_end(labour, plant, needed, terms.jobs_floor * plant.headcount,
                                c.years + terms.longer_years),
                       guarantee_credibility(scenario, c, terms));
}

Agenda transition_agenda(const TransitionCase& c) {
  Issue output{"vehicles_per_year", output_levels(c)};
  Issue models{"models", {}}, floor{"jobs_floor_share", {kJobsFloors.begin(), kJobsFloors.end()}},
      aid{"aid_eur", {}}, clawback{"clawback_share", {kClawbacks.begin(), kClawbacks.end()}};
  // from most to none: of terms that are alike to all, those that confirm more are written down
  for (std::size_t n = c.moves.size() + 1; n-- > 0;)
    models.levels.push_back(static_cast<double>(n));
  for (const double step : kAidSteps) aid.levels.push_back(step * c.aid_max_eur);
  Issue relief{"energy_relief_eur_per_mwh", {kEnergyReliefs.begin(), kEnergyReliefs.end()}},
      longer{"longer_guarantee_years", {kLonger.begin(), kLonger.end()}};
  return Agenda{{output, models, floor, aid, clawback, relief, longer}};
}

TransitionTerms transition_terms(const Offer& offer) {
  return {offer[0], static_cast<int>(offer[1]), offer[2], offer[3], offer[4],
          offer[5], static_cast<int>(offer[6])};
}

namespace {

Lookup look_up(const Scenario& scenario, const TransitionCase& c) {
  const auto& labour = scenario.parameters.labour;
  const std::size_t models = c.moves.size() + 1, columns = kJobsFloors.size() * kLonger.size();
  Lookup lookup{
      engine::Grid<double>(models, columns),
      engine::Grid<double>(models, columns),
      {},
      std::vector<engine::Grid<double>>(c.plants.size(), engine::Grid<double>(models, columns)),
      {}};
  for (const auto& plant : c.plants)
    lookup.jobs_otherwise.push_back(path_end(labour, plant, plant.needed, 0, c.years));
  for (std::size_t n = 0; n < models; ++n) {
    const int row = static_cast<int>(n);
    lookup.free_job_years.push_back(job_years(scenario, c, row, 0, c.years));
    for (std::size_t longer = 0; longer < kLonger.size(); ++longer) {
      const int years = c.years + kLonger[longer];
      const double without = job_years(scenario, c, row, 0, years);
      for (std::size_t f = 0; f < kJobsFloors.size(); ++f) {
        const std::size_t column = Lookup::column(f, longer);
        lookup.maker_burden_eur(n, column) =
            maker_burden_eur(scenario, c, row, kJobsFloors[f], years);
        lookup.kept_job_years(n, column) =
            job_years(scenario, c, row, kJobsFloors[f], years) - without;
        for (std::size_t p = 0; p < c.plants.size(); ++p)
          lookup.jobs_then[p](n, column) =
              path_end(labour, c.plants[p], needed_with(c.plants[p], row),
                       kJobsFloors[f] * c.plants[p].headcount, years);
      }
    }
  }
  return lookup;
}

}  // namespace

TableState transition_table(const Scenario& scenario, const World& world, const TransitionCase& c) {
  TableState table;
  table.kind = "transition";
  table.government = c.government;
  table.carmaker = c.carmaker;
  table.opened = world.month;
  table.moves = c.moves;
  table.due_year = c.due_year;
  table.years = c.years;
  table.name = "the transition table of " + scenario.governments[c.government].name + " and " +
               scenario.carmakers[c.carmaker].name;

  const Agenda agenda = transition_agenda(c);
  const Lookup lookup = look_up(scenario, c);

  std::vector<int> at_home;
  for (const auto& plant : c.plants) at_home.push_back(plant.plant);
  table.unions = union_chairs(scenario, world, at_home);
  const std::size_t outcomes = agenda.outcomes();
  engine::Grid<double> member_share(table.unions.size(), c.plants.size());
  std::vector<double> union_zero(table.unions.size(), 0.0);
  for (std::size_t u = 0; u < table.unions.size(); ++u)
    for (std::size_t p = 0; p < c.plants.size(); ++p) {
      const auto& chair = table.unions[u];
      member_share(u, p) =
          backing(scenario, chair.row, c.plants[p].plant) * c.plants[p].headcount / chair.weight;
      union_zero[u] += member_share(u, p) * members_status_quo(scenario, c, p);
    }
  std::vector<double> maker(outcomes, kInfeasible), government(outcomes);
  std::vector<std::vector<double>> unions(table.unions.size(),
                                          std::vector<double>(outcomes, kInfeasible));
  const Discounts discounts{scenario, c};
  agenda.for_each([&](std::size_t o, const Offer& offer) {
    const auto terms = transition_terms(offer);
    const std::size_t column =
        Lookup::column(floor_row(terms.jobs_floor), terms.longer_years > 0 ? 1 : 0);
    const double burden = lookup.maker_burden_eur(terms.models, column);
    const double believed = credibility(scenario, c, discounts, terms, burden);
    government[o] =
        government_worth(scenario, c, discounts, terms, lookup.free_job_years[terms.models],
                         lookup.kept_job_years(terms.models, column), believed);
    // the government calls the table: it puts nothing on it that it would not sign
    if (government[o] < 0) {
      government[o] = kInfeasible;
      return;
    }
    maker[o] = maker_worth(scenario, c, discounts, terms, burden);
    for (auto& of_union : unions) of_union[o] = 0;
    for (std::size_t p = 0; p < c.plants.size(); ++p) {
      const auto& then = lookup.jobs_then[p];
      const double worth = members_worth(
          scenario, c, c.plants[p], terms.models, lookup.jobs_otherwise[p],
          then(terms.models, Lookup::column(0, 0)), then(terms.models, column), believed);
      for (std::size_t u = 0; u < unions.size(); ++u) unions[u][o] += member_share(u, p) * worth;
    }
  });
  std::vector<std::vector<double>*> sides{&government, &maker};
  for (std::size_t u = 0; u < unions.size(); ++u)
    if (table.unions[u].seated) sides.push_back(&unions[u]);
  sift(sides);

  const auto& tables = scenario.parameters.tables;
  const Scale of_maker = to_utilities(maker, 0), of_government = to_utilities(government, 0);
  table.carmaker_zero_eur = of_maker.low;
  table.carmaker_span_eur = of_maker.span;
  std::vector<Party> parties;
  parties.emplace_back(
      scenario.governments[c.government].name, rank(std::move(government)),
      of_government.utility(0),
      strategy_of(scenario.government_strategy,
                  tables.government_concession * scenario.governments[c.government].concession));
  parties.emplace_back(scenario.carmakers[c.carmaker].name, rank(std::move(maker)),
                       maker_reservation(world, c.carmaker, of_maker.utility(0)),
                       maker_strategy(scenario, world, c.carmaker));
  // a union claims what screening would ask first of all that talks could bring it
  const double claim = Screening{scenario.parameters.labour.dispute_discount}.first_demand();
  for (std::size_t u = 0; u < unions.size(); ++u) {
    auto& chair = table.unions[u];
    const Scale scale = to_utilities(unions[u], union_zero[u]);
    chair.status_quo = scale.utility(union_zero[u]);
    chair.full_claim = chair.status_quo + claim * std::max(0.0, 1 - chair.status_quo);
    chair.ranking = rank(std::move(unions[u]));
    if (!chair.seated) continue;
    parties.emplace_back(scenario.unions[chair.row].name, chair.ranking,
                         reservation(chair, resolve(scenario, world, chair.row, at_home)),
                         strategy_of(scenario.union_strategy, tables.union_concession));
  }
  table.protocol = scenario.transition_protocol;
  table.session = {table.protocol, agenda, std::move(parties), rules_of(scenario, world, table)};
  return table;
}

void open_transition_table(const Scenario& scenario, World& world, const engine::Streams& luck,
                           int government) {
  if (world.last_transition_year.size() < scenario.governments.size())
    world.last_transition_year.resize(scenario.governments.size(), 0);
  const auto& tables = scenario.parameters.tables;
  const int year = world.month.year();
  if (world.instruments[government].transition_aid_eur <= 0 ||
      agreement_in_force(world, government, "transition") >= 0 ||
      year - world.last_transition_year[government] < tables.transition_interval_years)
    return;
  for (const auto& table : world.tables)
    if (table.kind == "transition" && table.government == government) return;
  const auto c = transition_case(scenario, world, luck, government);
  if (c.carmaker < 0 || c.plants.empty()) return;
  world.last_transition_year[government] = year;
  auto table = transition_table(scenario, world, c);
  tell(world, "talks",
       words::capitalised(scenario.governments[government].name) + " calls " +
           scenario.carmakers[c.carmaker].name +
           " and the unions to a transition table: the plan gives " +
           words::grouped(c.planned_output) + " vehicles in " + std::to_string(c.due_year) +
           ", the target is " + words::grouped(c.target_output) + "; up to " +
           words::meur(std::min(c.aid_max_eur, c.money_eur)) + " of aid");
  world.tables.push_back(std::move(table));
}

namespace {

std::string describe_terms(const TransitionTerms& terms, int due_year) {
  return words::grouped(terms.output) + " vehicles by " + std::to_string(due_year) + ", " +
         words::counted(terms.models, "model") + ", " + words::percent(terms.jobs_floor) +
         " of jobs, " + words::meur(terms.aid_eur) +
         (terms.aid_eur > 0 ? ", clawback " + words::percent(terms.clawback_share) : "") +
         (terms.energy_relief_eur_per_mwh > 0
              ? ", " + words::grouped(terms.energy_relief_eur_per_mwh) + " EUR/MWh of energy relief"
              : "") +
         (terms.longer_years > 0 && terms.jobs_floor > 0
              ? ", jobs kept " + words::counted(terms.longer_years, "year") + " longer"
              : "");
}

/// The moves that were promised can no longer be made?
bool moves_are_gone(const World& world, const TableState& table, int models) {
  for (int i = 0; i < models; ++i) {
    const auto& programme = world.programmes[table.moves[i].programme];
    if (!programme.alive || programme.next_sourced || programme.committed_plant >= 0) return true;
  }
  return false;
}

/// @return false: nothing binds.
bool answer_failure(const Scenario& scenario, World& world, const TableState& table,
                    const std::string& why) {
  const int country = scenario.governments[table.government].country.row;
  for (const int plant : plants_of(scenario, world, table.carmaker, country))
    add_unrest(world, plant, scenario.parameters.labour.grievance);
  tell(world, "talks",
       "No transition agreement of " + scenario.governments[table.government].name + " and " +
           scenario.carmakers[table.carmaker].name + ": " + why);
  return false;
}

}  // namespace

bool bind_transition_deal(const Scenario& scenario, World& world, const engine::Streams& luck,
                          const TableState& table) {
  const auto outcome = table.session->agreement();
  if (!outcome) return false;
  const auto terms = transition_terms(*table.session->terms());
  const auto& row = scenario.governments[table.government];
  const int country = row.country.row;
  const auto at_home = plants_of(scenario, world, table.carmaker, country);
  const auto vote = put_to_members(scenario, world, luck, table, *outcome);
  const std::string deal = describe_terms(terms, table.due_year);
  if (!table.unions.empty() && !vote.carried())
    return answer_failure(scenario, world, table,
                          "members vote it down (" + words::percent(vote.for_share) +
                              " in favour); on the table were " + deal);
  if (terms.aid_eur > free_money_eur(scenario, world, table.government, table.due_year))
    return answer_failure(scenario, world, table,
                          "the cabinet no longer has the money for " + deal);
  if (moves_are_gone(world, table, terms.models))
    return answer_failure(scenario, world, table,
                          "the board has placed its models elsewhere; on the table were " + deal);

  const int agreement_row = static_cast<int>(world.agreements.size());
  const auto yardstick = judge(*table.session, *outcome);
  AgreementState agreement;
  agreement.kind = "transition";
  agreement.name = "The transition agreement of " + std::to_string(world.month.year()) + " (" +
                   scenario.countries[country].name + ", " +
                   scenario.carmakers[table.carmaker].name + ")";
  agreement.signed_on = world.month;
  agreement.government = table.government;
  agreement.carmaker = table.carmaker;
  agreement.aid_promised_eur = terms.aid_eur;
  agreement.clawback_share = terms.clawback_share;
  agreement.energy_relief_eur_per_mwh = terms.energy_relief_eur_per_mwh;
  agreement.relief_until_year = table.due_year;
  agreement.years = table.due_year - world.month.year() + 1;
  agreement.nash_distance = yardstick.distance;
  agreement.unions_outside = vote.outside;

  const int maker = carmaker_actor(scenario, table.carmaker);
  const int state = government_actor(scenario, table.government);
  Obligation promise;
  promise.actor = maker;
  promise.beneficiary = state;
  promise.country = country;
  promise.due_year = table.due_year;
  promise.kind = Obligation::Kind::output;
  promise.amount = terms.output;
  agreement.obligations.push_back(promise);
  promise.kind = Obligation::Kind::jobs;
  promise.due_year = table.due_year + terms.longer_years;
  double jobs = 0;
  for (const int plant : at_home) {
    auto& state = world.plants[plant];
    promise.plant = plant;
    promise.amount = terms.jobs_floor * state.headcount;
    jobs += promise.amount;
    if (promise.amount > 0) agreement.obligations.push_back(promise);
    state.guaranteed_jobs = std::max(state.guaranteed_jobs, promise.amount);
  }
  promise.kind = Obligation::Kind::models;
  promise.amount = 1;
  std::vector<std::string> models;
  for (int i = 0; i < terms.models; ++i) {
    const auto& move = table.moves[i];
    auto& programme = world.programmes[move.programme];
    programme.committed_plant = move.plant;
    programme.committed_agreement = agreement_row;
    promise.plant = move.plant;
    promise.programme = move.programme;
    promise.generation = programme.generation + 1;
    promise.due_year = std::min(table.due_year, move.available.year() + 1);
    agreement.obligations.push_back(promise);
    models.push_back(scenario.programmes[move.programme].name + " (" +
                     scenario.plants[move.plant].name + ")");
  }
  if (terms.aid_eur > 0) {
    Obligation aid;
    aid.kind = Obligation::Kind::aid;
    aid.actor = state;
    aid.beneficiary = maker;
    aid.country = country;
    aid.amount = terms.aid_eur;
    aid.due_year = table.due_year;
    agreement.obligations.push_back(aid);
  }
  world.agreements.push_back(std::move(agreement));
  reserve_instalments(scenario, world, world.month.year());
  please_unions(scenario, world, vote.signers, true);
  please_unions(scenario, world, vote.outside, false);
  for (const int plant : at_home) {
    double outside = 0, all = 0;
    for (const auto& chair : table.unions) {
      const double votes = backing(scenario, chair.row, plant);
      all += votes;
      if (std::find(vote.outside.begin(), vote.outside.end(), chair.row) != vote.outside.end())
        outside += votes;
    }
    if (all > 0) add_unrest(world, plant, scenario.parameters.labour.grievance * outside / all);
  }

  const auto nash = transition_terms(table.session->agenda().offer(yardstick.nash));
  tell(world, "agreement",
       "Transition agreement: " + scenario.countries[country].name + " and " +
           scenario.carmakers[table.carmaker].name + " settle at " + deal + " over " +
           words::counted(table.due_year - world.month.year() + 1, "year") + " (" +
           words::grouped(jobs) + " jobs guaranteed" +
           (models.empty() ? std::string{} : "; " + words::listed(models)) + ")" +
           words::beside(yardstick, describe_terms(nash, table.due_year)) + words::voted(vote) +
           words::stays_out(scenario, vote.outside));
  return true;
}

void break_transition_talks(const Scenario& scenario, World& world, const engine::Streams&,
                            const TableState& table) {
  const auto& session = *table.session;
  std::string why;
  if (session.round() == 0) {
    for (std::size_t p = 0; p < session.parties().size(); ++p) {
      const auto& party = session.parties()[p];
      if (party.ranking->empty() || party.ranking->greatest() < party.reservation) {
        why = party.name + " would rather have no deal than any that is on the table";
        break;
      }
    }
  } else {
    why = "the talks end without one after " + words::counted(session.round(), "round");
    // the last word of each side
    for (const std::size_t party : {std::size_t{0}, std::size_t{1}}) {
      for (auto last = session.trace().rbegin(); last != session.trace().rend(); ++last)
        if (last->party == static_cast<int>(party)) {
          const auto terms = transition_terms(session.agenda().offer(last->outcome));
          why += std::string{"; "} + session.parties()[party].name + " last offers " +
                 describe_terms(terms, table.due_year);
          break;
        }
    }
  }
  answer_failure(scenario, world, table, why);
}

}  // namespace tavolo::agents
