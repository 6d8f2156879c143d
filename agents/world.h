#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agents/policies/policy.h"
#include "agents/postures/posture.h"
#include "agents/scenario.h"
#include "engine/grid.h"
#include "engine/minutes.h"
#include "engine/model.h"
#include "engine/month.h"
#include "engine/negotiation/session.h"
#include "engine/shares.h"

/// Every state variable of a run, and nothing else: no constants, no luck. Rows follow the
/// scenario's tables (world.plants[i] is scenario.plants[i]). Beside each: who writes it.

namespace tavolo::agents {

using engine::Month;

/// Why money moves. Every payment has a payer and a payee (accounts.h).
enum class Purpose : std::uint8_t {
  purchase,     // buyers -> carmakers: vehicles delivered, without VAT
  vat,          // buyers -> governments
  incentive,    // governments -> buyers: purchase bonuses
  wages,        // carmakers -> workers
  short_time,   // governments -> workers: benefit for lost hours
  exits,        // carmakers -> workers: paid voluntary exits
  inputs,       // carmakers -> suppliers: parts, energy, freight, overhead; -> the carmaker whose
                // workers put the vehicle together, if it is another
  duty,         // carmakers -> the European Union, or the treasury of a market outside it
  capex,        // carmakers -> suppliers
  grant,        // governments -> carmakers: investment aid, transition aid
  premium,      // governments -> carmakers: output premium, energy relief, wage wedge
  clawback,     // carmakers -> governments
  co2,          // carmakers -> the European Union: excess emission premium
  profit_tax,   // carmakers -> governments
  charging,     // governments -> suppliers: public charging points
  benefit_tax,  // workers -> governments: income tax on the private use of company cars, at home
  pooling,      // carmakers -> carmakers: grams below the CO2 target, at the pool's price
};
constexpr std::size_t kPurposes = 17;
constexpr std::array<std::string_view, kPurposes> kPurposeNames{
    "purchase", "vat",        "incentive", "wages",       "short_time", "exits",
    "inputs",   "duty",       "capex",     "grant",       "premium",    "clawback",
    "co2",      "profit_tax", "charging",  "benefit_tax", "pooling"};

/// The books: every actor's balance and, per purpose, what it paid and received this year.
/// Actors: buyers, workers, suppliers, the EU, then governments, then carmakers.
struct Books {
  engine::Grid<double> paid_eur;              ///< actor x purpose, this year            accounts
  engine::Grid<double> received_eur;          ///< actor x purpose, this year            accounts
  std::vector<double> balance_eur;            ///< actor, since the start                accounts
  std::array<double, kPurposes> month_eur{};  ///< by purpose, since the last close
};

/// Stocks at the start of the month, for the identities.                           open_books
/// A phase that opens a fund later in the month adds it to `funds_eur`.
struct Opening {
  engine::Grid<double> backlog;   ///< vehicle x market
  std::vector<double> stock;      ///< by vehicle
  std::vector<double> headcount;  ///< by plant
  double funds_eur = 0;           ///< left in all funds, new ones of the month included
};

struct FundState {
  std::string name;
  int scenario_row = -1;  ///< of scenario.funds; -1: a policy's own, of one year
  int country = -1;
  Month announced{0}, from{0}, to{0};
  double budget_eur = 0;
  double left_eur = 0;           ///< never below zero                        choose_vehicles
  double month_opening_eur = 0;  ///< at the start of the month                post_incentives
  bool reported_exhausted = false;
};

/// A line of a fund in force: scenario rows that are replayed, or a policy's own.
struct BonusLine {
  int fund = -1;
  double co2_min = 0, co2_max = 0, price_cap_eur = 0, income_max_eur = 0;
  double scrapped_min_age_years = 0, amount_eur = 0, low_income_extra_eur = 0;
  double low_income_max_eur = 0, home_made_extra_eur = 0, local_content_floor = 0;
  bool fleets = false, vans = false;
};

struct PlantState {
  enum class Phase : std::uint8_t { building, running, idle, closed };
  Phase phase = Phase::running;
  /// Whether it has a crew and could make vehicles: neither being built nor closed.
  bool works() const { return phase == Phase::running || phase == Phase::idle; }
  double capacity_per_year = 0;
  std::vector<std::string> platforms;
  double headcount = 0;
  double wage_factor = 1;  ///< on the country's labour cost            tables
  /// Vehicles per standard hour: it takes Plant::hours_per_vehicle / productivity hours to make
  /// one. Rises under a performance clause.                                  audit_agreements
  double productivity = 1;
  int performance_talks = 0;     ///< year of the last about such a clause     plant_table
  double strike_days_left = 0;   ///< working days still to be struck           tables, work
  double holdout_days_left = 0;  ///< still to be worked to rule at the old wage  tables, work
  double unrest = 0;             ///< 0..1, grievance that feeds disputes      tables, work
  double months_idle = 0;        ///< in a row, below a tenth of capacity      work
  bool closing = false;          ///< its workers leave this year, then it shuts  plant_table
  Month wage_terms_until{0};     ///< first month without a wage agreement     plant_table
  double real_wage_agreed = 0;   ///< real wage when it was signed; 0: the start's  plant_table
  double guaranteed_jobs = 0;    ///< by agreements that the maker keeps       open_tables
  // this month
  double output = 0, hours_needed = 0, hours_paid = 0, short_time_hours = 0;  // produce, work
  double strike_loss_share = 0;  ///< of the month's capacity, by strike or holdout  work
  double struck_share = 0;       ///< of the month's hours, on strike and unpaid  work
  double hires = 0, exits = 0, attrition = 0;
  double relocated = 0;          ///< came from sister plants this month; negative: went  work
  double exits_agreed = 0;       ///< still to leave by agreement              plant_table
  double exit_payment_eur = 0;   ///< agreed for each of them                  plant_table
  double capacity_rent_eur = 0;  ///< dual of capacity, EUR per vehicle        produce
  /// What its makers add to the cost of a vehicle, for it takes the place of another; EUR:
  /// set_prices
  double capacity_price_eur = 0;
  // this year
  double output_year = 0, short_time_hours_year = 0, contract_hours_year = 0;
  double strike_days_year = 0, exits_year = 0, hires_year = 0, relocated_year = 0;
  double output_last_year = 0, utilisation_last_year = 0;
};

/// A programme as it is sourced now.
struct ProgrammeState {
  engine::Shares plant_share;  ///< of plants in its output; sums to 1            product_plan
  std::string platform;
  Month generation_end{0};
  int generation = 0;
  Month launched{0};  ///< of the running generation; 0: unknown       investment
  bool alive = true;  ///< on sale or to be launched
  Month from{0};      ///< first sale, after slips                  investment
  int kits_at = -1;   ///< plant that assembles kits of the maker's export plant; -1: none  siting
  int committed_plant = -1;      ///< where an agreement wants the next generation; -1: free
  int committed_agreement = -1;  ///< that agreement                           tables
  bool next_sourced = false;     ///< the next generation has its project      product_plan
  double reception = 0;          ///< log points of sales above what was expected  investment
};

/// Investment aid of a country for a project, paid as capex is spent.
struct Grant {
  int country = -1;
  double eur = 0, paid_eur = 0;
  double committed_eur = 0;  ///< part of World::committed_eur                  investment
  int agreement = -1;        ///< with its conditions; -1: none                 investment
};

struct ProjectState {
  enum class Phase : std::uint8_t { waiting, building, done, cancelled };
  Phase phase = Phase::waiting;
  int scenario_row = -1;  ///< of scenario.projects; -1: opened during the run
  int carmaker = -1, plant = -1;
  std::vector<int> programmes;
  std::string platform;
  std::string name;
  Month decided{0}, done{0};  ///< done: planned completion, slips included
  double capex_eur = 0, spent_eur = 0;
  std::vector<Grant> grants;  ///< of the countries of its plants
  double capacity_per_year = 0, jobs = 0;
  double planned_value_eur = 0;  ///< at the decision; falls make it die
  double firmness = 0.8;
  int agreement = -1;  ///< that it fulfils
  bool next_generation = false;
  bool kit = false;            ///< assembly of kits only
  int site = -1;               ///< of scenario.sites; -1: in a plant that is there
  engine::Shares plant_share;  ///< of its programmes when done; empty: all at `plant`
  double forecast_then = 0;    ///< what it lives from, per year, when planned  investment
  Month review{0};             ///< next decision, of what waits             investment
  int put_off = 0;             ///< times that it was put off by a year      investment
  bool slipped = false;        ///< its slip is known and in `done`          investment

  /// Whether it is still to be done.
  bool is_live() const { return phase == Phase::waiting || phase == Phase::building; }
  double grants_eur() const {
    double sum = 0;
    for (const auto& grant : grants) sum += grant.eur;
    return sum;
  }
  double grants_paid_eur() const {
    double sum = 0;
    for (const auto& grant : grants) sum += grant.paid_eur;
    return sum;
  }
};

/// A promise of an agreement, audited every December.
struct Obligation {
  enum class Kind : std::uint8_t { output, models, jobs, investment, aid, performance };
  static constexpr std::size_t kKinds = 6;
  Kind kind = Kind::output;
  int actor = -1;  ///< who must, a row of Books' actors
  int beneficiary = -1;
  int country = -1, plant = -1;        ///< where it is measured
  int programme = -1, generation = 0;  ///< `models`: which generation of what; `performance`: in
                                       ///< return for which
  double amount = 0;  ///< vehicles, models, workers, EUR; `performance`: hours per vehicle, at most
  int due_year = 0;   ///< last year; `output` may be kept the year before
  int from_year = 0;  ///< `jobs`: first December that counts
  double reached = 0;  ///< last measurement                         audit
  enum class Status : std::uint8_t { pending, kept, late, broken } status = Status::pending;
};

struct AgreementState {
  std::string name;
  std::string kind;  ///< "transition", "siting", "grant", "performance"
  Month signed_on{0};
  int government = -1, carmaker = -1, plant = -1;
  std::vector<Obligation> obligations;
  double aid_promised_eur = 0, aid_paid_eur = 0, clawback_share = 0, clawed_back_eur = 0;
  double aid_withheld_eur = 0;           ///< lapsed, for promises that were late or broken
  double reserved_eur = 0;               ///< of the budget, its part of World::committed_eur
  int years = 0;                         ///< over which aid is paid
  double energy_relief_eur_per_mwh = 0;  ///< agreed for the maker's country, besides aid
  int relief_until_year = 0;             ///< last year of it
  double nash_distance = 0;              ///< of the deal from the Nash point, in utilities
  std::vector<int> unions_outside;       ///< that did not sign
  bool renegotiated = false;             ///< other terms have been asked for
  bool active = true;
};

/// A union that a table concerns. Its reservation value is
/// status_quo + resolve x (full_claim - status_quo), on the scale of its ranking (mandate.h).
struct UnionChair {
  int row = -1;         ///< of scenario.unions
  double weight = 0;    ///< members and voters it speaks for
  bool seated = false;  ///< bargains; the others are asked when there is a deal
  std::shared_ptr<const engine::negotiation::Ranking> ranking;
  double status_quo = 0, full_claim = 0;
};

/// A next generation that the carmaker could promise to a plant.
struct Move {
  int programme = -1, plant = -1;
  double units_per_year = 0, cost_eur = 0;
  Month available{0};
};

/// A table that is open: who sits there, about what, and the session so far.
struct TableState {
  std::string kind;  ///< "transition", "siting", "plant", "closure", "renegotiation"
  std::string name;
  int government = -1, carmaker = -1, plant = -1, site = -1;
  int agreement = -1;              ///< renegotiation: row of agreements
  double expected_output = 0;      ///< renegotiation: vehicles in the due year, when it was called
  std::vector<UnionChair> unions;  ///< the most willing first
  Month opened{0};
  std::string protocol = "saop";
  engine::negotiation::Session session;
  bool withdrawn = false;       ///< the entrant has settled elsewhere
  std::vector<Move> moves;      ///< transition, plant: the models that may be promised, in order
  int due_year = 0, years = 0;  ///< of the promises; over which aid is paid
  double room_share = 0, claim_share = 0;  ///< plant: wage at stake, asked, of the wage bill
  double carmaker_zero_eur = 0, carmaker_span_eur = 0;  ///< its utility in money: 0, and 0 to 1
};

/// An entrant's way into Europe.
struct EntrantState {
  enum class Mode : std::uint8_t { absent, exports, kit, plant };
  Mode mode = Mode::exports;
  int country = -1;                    ///< of its kit or plant
  int kit_site = -1, plant_site = -1;  ///< rows of scenario.sites where these run; -1: none
  int project = -1;                    ///< under way
  int years_present = 0;               ///< with a plant
  int waited_in = 0;                   ///< year in which it left its choice to a siting table
};

/// Beta posterior of "keeps its word": mean kept / (kept + broken).
struct Trust {
  double kept = 3, broken = 2;
  double mean() const { return kept / (kept + broken); }
};

/// How the home market's cars compete at January's prices and expected sales (competition.h).
/// Elasticities: % of sales for 1 % of price; diversion: shares of the buyers lost.
struct Competition {
  double own_elasticity = 0;       ///< of a car to its own price, mean by sales
  double bev_own_elasticity = 0;   ///< the same of electric cars
  double market_elasticity = 0;    ///< of all cars to all their prices
  double bev_elasticity = 0;       ///< of all electric cars to all their prices
  double diversion_outside = 0;    ///< of a car that gets dearer to no new car, mean by sales
  double diversion_to_rivals = 0;  ///< of the home makers' line-up to their rivals'
  double diversion_to_makers = 0;  ///< of their rivals' to the home makers'
  double lerner = 0;               ///< mark-up over price, mean by revenue
  double maker_lerner = 0;         ///< the same of home makers
};

/// Cars of low emission count as several in the average of a CO2 pool, until what that takes off it
/// has come to a cap (Regulation (EU) 2019/631, Article 5).
struct SuperCredits {
  double cars = 1, below_g_per_km = 0, cap_g_per_km = 0;  ///< of the year     enforce_regulation
  std::vector<double> used_g_per_km;  ///< by pool leader, up to last year     settle_co2
  /// By pool leader, as makers expect the year: whether the cap leaves room for more, 1 to 0 about
  /// the cap; cars as they are over cars as they count.                          set_prices
  std::vector<double> room, dilution;
};

struct World {
  // In world.cpp: else every file that copies or drops one compiles it again, member by member.
  World();
  World(const World& other);
  World(World&& other) noexcept;
  World& operator=(const World& other);
  World& operator=(World&& other) noexcept;
  ~World();

  Month month{0};

  // the economy
  std::vector<double> driver;                   ///< level by scenario.drivers         draw_drivers
  std::vector<double> driver_walk;              ///< log deviation from the known path
  std::vector<double> cycle;                    ///< by market, log points
  double demand_factor = 1, supply_factor = 1;  ///< shocks of the month
  // what buyers have come to like since the start, log points of sales             shift_tastes
  double market_appeal = 0;  ///< of new cars, log points of purchases of cars
  std::array<double, kPowertrains> powertrain_appeal{};  ///< of cars, over petrol
  std::vector<double> electric_appeal;                   ///< by market, of electric cars, by luck
  std::vector<double> brand_appeal;                      ///< by brand

  // regulation
  double co2_target_g_per_km = 0, co2_premium_eur_per_g = 0;  // enforce_regulation
  SuperCredits super_credits;
  engine::Grid<double> duty_rate;            ///< vehicle x plant, on customs value into the EU
  engine::Grid<double> uk_duty_rate;         ///< the same into the United Kingdom
  std::vector<double> co2_shadow_price_eur;  ///< by carmaker, EUR per g/km      set_prices
  std::vector<double> co2_average_g_per_km;  ///< by pool leader, last year      settle_co2

  // governments, rows of scenario.governments
  std::vector<Instruments> instruments;  //                                     set_policy
  std::vector<PolicyView> views;
  std::vector<double> budget_left_eur;            ///< of the year
  std::vector<double> committed_eur;              ///< of the budget, due under agreements  tables
  std::vector<double> premium_paid_year_eur;      ///< output premium, this year     close_books
  std::vector<const PolicyStrategy*> strategies;  ///< by government; null: by rule  (start)
  std::vector<FundState> funds;  ///< of the home market's country      post_incentives
  std::vector<BonusLine> bonus_lines;

  // vehicles
  std::vector<std::uint8_t> on_sale;  ///< by vehicle                        advance_projects
  engine::Grid<double> price_eur;     ///< vehicle x market, consumer price with VAT   set_prices
  engine::Grid<double> marginal_cost_eur;  ///< vehicle x market                  set_prices
  engine::Grid<double> constant;           ///< vehicle x market, utils
  engine::Grid<double> forecast;  ///< vehicle x market, expected sales per year   set_prices
  engine::Grid<double>
      launch_forecast;  ///< vehicle x market, of what is not on sale yet  product_plan
  std::vector<std::uint8_t> forecast_lineup;  ///< on_sale when the forecasts were made
  engine::Grid<double> consideration;         ///< market x powertrain, 0..1         update_beliefs
  engine::Grid<double> stock_share;           ///< market x powertrain, of vehicles on the road
  std::vector<double> charging_points;        ///< by market
  std::vector<ProgrammeState> programmes;

  // buyers
  Garage garage;                    ///< choose_vehicles
  engine::Grid<double> orders;      ///< vehicle x market, this month      choose_vehicles
  engine::Grid<double> backlog;     ///< vehicle x market, ordered, not delivered
  engine::Grid<double> deliveries;  ///< vehicle x market, this month      produce
  engine::Grid<double> cancelled;   ///< vehicle x market, this month
  std::vector<double> stock;        ///< by vehicle, made, not sold
  engine::Grid<double> made;        ///< vehicle x plant, this month; 0 but at made_in  produce
  engine::Grid<double> made_year;   ///< vehicle x plant, this year
  std::vector<std::vector<int>> made_in;  ///< by vehicle: plants that made it this year  produce
  engine::Grid<double> orders_year;       ///< vehicle x market
  engine::Grid<double> deliveries_year;   ///< vehicle x market
  engine::Grid<double> deliveries_last_year;
  engine::Grid<double> bought_year;  ///< kind of buyer x powertrain, home cars ordered this year
  double benefit_tax_eur_per_year =
      0;  ///< due on the home company cars on the road  choose_vehicles
  engine::Grid<double> incentive_eur;       ///< vehicle x market, this month
  engine::Grid<double> incentive_year_eur;  ///< vehicle x market, this year
  engine::Grid<double>
      expected_bonus_eur;  ///< vehicle x market, an average  record_year, enforce_regulation
  double pricing_residual_eur = 0;  ///< largest miss of a first-order condition  set_prices
  double surplus_eur = 0;           ///< consumer surplus of the home market, this year
  Competition competition;          ///< of this year                      set_prices
  double home_jobs_at_start = 0;    ///< headcount of home plants          set_policy

  // industry
  std::vector<double> supplier_base;  ///< by country, vehicles per year     move_suppliers
  std::vector<double> parts_cost;     ///< by country, of the base year's     move_suppliers
  std::vector<double> parts_content;  ///< by country, share made there       move_suppliers
  std::vector<PlantState> plants;
  std::vector<ProjectState> projects;
  std::vector<EntrantState> entrants;     ///< by carmaker
  std::vector<Posture> postures;          ///< by carmaker; none: the scenario's own  take_postures
  std::vector<double> site_affinity_eur;  ///< by site, EUR/vehicle, as its entrant knows it (start)
  /// Programme x plant: by how much less the next generation would cost there than plants' data
  /// say, as a share of its price before VAT; known to its maker alone             product_plan
  engine::Grid<double> sourcing_luck;
  double sourcing_gap = 0;     ///< largest of this January's joint plans     product_plan
  double sourced_jointly = 0;  ///< programmes that shared one with others    product_plan

  // tables
  std::vector<TableState> tables;
  std::vector<AgreementState> agreements;
  std::vector<Trust> trust_in_maker;       ///< of each government in the volume maker's word
  std::vector<Trust> trust_in_government;  ///< of carmakers in each government's word
  std::vector<Trust> trust_of_unions;      ///< of the unions of each carmaker in its word
  std::vector<Trust> trust_in_workers;     ///< of each plant's maker in its workers' word
  std::vector<double> union_satisfaction;  ///< by union, 0..1
  std::vector<int> last_transition_year;   ///< by government, of its last table; sized by the first
  std::uint64_t talk_luck = 0;  ///< of tables whose protocol or strategies draw       (start)
  std::vector<engine::Minutes> minutes;  ///< of every table that has ended

  Books books;
  Opening opening;  //                                     open_books

  // observation
  std::vector<int> recorded_years;
  std::vector<double> indicators;  ///< years x indicators                record_year
  std::vector<double> monthly;     ///< months x monthly indicators       record_month
  std::vector<engine::Event> events;
};

/// Adds a line to the chronicle.
inline void tell(World& world, std::string kind, std::string text) {
  world.events.push_back({world.month, std::move(kind), std::move(text)});
}

}  // namespace tavolo::agents
