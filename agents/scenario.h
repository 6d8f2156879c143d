#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agents/parameters.h"
#include "engine/config.h"
#include "engine/elementary.h"
#include "engine/grid.h"
#include "engine/month.h"
#include "engine/network.h"

/// Everything that stays fixed during a run: the rows of the config tables, the parameters and
/// what the base year implies (sales, constants, costs, the population). Immutable once read;
/// shared by all replications. The columns' units, ranges and meanings are in scenario_fields.h,
/// the one list that the reader, the checks and `tavolo describe` follow.

namespace tavolo::agents {

using engine::Link;
using engine::Month;

enum class Powertrain : std::uint8_t { petrol, diesel, lpg, hybrid, phev, bev };
constexpr std::size_t kPowertrains = 6;
constexpr std::array<std::string_view, kPowertrains> kPowertrainNames{"petrol", "diesel", "lpg",
                                                                      "hybrid", "phev",   "bev"};

/// Segments, the nests of demand: A mini … E upper, S sport and luxury, V van.
constexpr std::array<std::string_view, 7> kSegments{"A", "B", "C", "D", "E", "S", "V"};
constexpr std::size_t kVanSegment = 6;

struct Country {
  std::string id, name, source;
  std::vector<std::string> assumed;
  bool in_eu = false;              ///< customs union and state-aid rules
  bool overseas = false;           ///< cars come by ship
  double labour_eur_per_hour = 0;  ///< car industry, 2023
  double energy_eur_per_mwh = 0;   ///< industrial electricity, base year
  double supplier_cost_index = 1;  ///< parts delivered to a plant there; Italy = 1
  double corporate_tax_rate = 0;
  double greenfield_eur_per_unit = 0;  ///< capex per vehicle of yearly capacity of a new plant
  double aid_cap_share = 0;            ///< intensity of its aid map, for small projects (aid.h)
  double rule_aid_share = 0;           ///< what a government that follows a rule offers
};

/// Cars on the road per household: 40 million in Italy on 26 million households (prices.csv).
constexpr double kCarsPerHousehold = 1.5;

/// Where vehicles are sold. Buyers are agents where `households` > 0; the rest of the world only
/// takes exports, by an exogenous index.
struct Market {
  std::string id, name, source;
  std::vector<std::string> assumed;
  Link country;  ///< whose taxes and policies hold
  double vat_rate = 0;
  double households = 0;         ///< 0: exports only, no agents
  double income_median_eur = 0;  ///< net, per household and year, 2023
  double income_log_sd = 0;      ///< standard deviation of log income
  double home_charging_share = 0;
  double fleet_share = 0;  ///< of new cars bought by companies and rental
  double charging_points_2018 = 0, charging_points_2024 = 0;  ///< at the start of that year
  double bev_stock_share_2018 = 0, bev_stock_share_2024 = 0;  ///< of cars on the road
  std::map<std::string, double> car_registrations;            ///< by year, vehicles
  std::map<std::string, double> van_registrations;            ///< by year, vehicles
};

struct Carmaker {
  std::string id, name, source;
  std::vector<std::string> assumed;
  Link country;
  Link parent;                ///< who decides its plants in Europe, if another maker
  double parent_share = 0;    ///< of its profit, 0..1
  double hurdle_rate = 0.13;  ///< per year
  double cash_eur = 0;
  double capex_budget_eur_per_year = 0;  ///< for Europe
  bool entrant = false;                  ///< weighs export, kit assembly and a plant
  Link export_plant;                     ///< where an entrant's exports come from
  Link co2_pool;                         ///< whose CO2 account it shares; itself if left out
};

struct Brand {
  std::string id, name, source;
  std::vector<std::string> assumed;
  Link carmaker;
  double loyalty = 1;                        ///< multiple of demand.loyalty
  std::map<std::string, double> seed_share;  ///< by market: prior where nothing is published
};

struct Plant {
  std::string id, name, source;
  std::vector<std::string> assumed;
  Link carmaker;
  Link country;
  double capacity_per_year = 0;          ///< vehicles, technical, two or three shifts
  std::vector<std::string> platforms;    ///< tooled at the start, or toolable for `convertible`
  std::vector<std::string> convertible;  ///< platforms it can be tooled for at retool cost
  double headcount_2018 = 0, headcount_2024 = 0;  ///< at the start of that year
  double hours_per_vehicle = 25;                  ///< direct and indirect labour
  double fixed_cost_eur_per_year = 0;
  double aid_cap_share = -1;  ///< intensity of the regional aid map; country's if left out
  Month opens{0};             ///< 0: there at the start
  Month closes{1 << 30};
  bool tracked = true;  ///< labour, unions and capacity modelled; else a supply only
};

/// A nameplate: what is developed, sourced to plants, renewed and ended as one.
struct Programme {
  std::string id, name, source;
  std::vector<std::string> assumed;
  Link brand;
  std::string segment;  ///< one of kSegments
  std::string platform;
  std::map<std::string, double> plants;  ///< plant = share of its output, at the base year
  Month from{0};                         ///< first sale; later than the start: a planned launch
  Month launched{
      0};  ///< of the running generation; `from` if left out, 0: unknown, it does not age
  Month generation_end{1 << 30};  ///< when the running generation ends: renewed, moved or dropped
  std::string next_platform;      ///< of the next generation; the same if left out
  std::vector<Link> next_plants;  ///< plants that may build it; empty: it stays where it is
  Link replaces;                  ///< programme whose buyers it inherits
  bool ends = false;              ///< true: dropped at generation_end unless a table saves it
  double retool_eur = 0;          ///< to tool one plant for the next generation
  int segment_row = -1;           // resolved from `segment`
  std::vector<int> vehicle_rows;  // resolved: its rows of vehicles
};

/// A vehicle on sale: a programme with one powertrain. What buyers choose.
struct Vehicle {
  std::string id, name, source;
  std::vector<std::string> assumed;
  Link programme;
  std::string powertrain;       ///< one of kPowertrainNames
  double price_eur = 0;         ///< paid in Italy with VAT before incentives, 2023 prices
  double co2_g_per_km = 0;      ///< WLTP
  double range_km = 0;          ///< WLTP electric; 0 without a plug
  double energy_per_100km = 0;  ///< litres, or kWh for bev; phev: litres of a mixed use
  double battery_kwh = 0;
  bool mild = false;  ///< a hybrid by its starter generator alone: a petrol car to its buyer
  double mix = 1;     ///< prior share within its brand, before raking
  Month from{0};      ///< on sale; the programme's if later
  Month to{1 << 30};
  std::map<std::string, double> market_mix;  ///< by market: multiple of `mix`, 1 if left out
  Powertrain power = Powertrain::petrol;     // resolved
  /// What it is to its buyer, in tastes, habits and familiarity.
  Powertrain drives_as() const { return mild ? Powertrain::petrol : power; }
};

/// A published margin of the base-year sales table, matched by raking.
struct ShareMargin {
  std::string id, source;
  Link market;
  std::vector<Link> brands;                 ///< their joint share of cars; empty: see powertrains
  std::vector<std::string> powertrains;     ///< their joint share of cars
  std::map<std::string, double> by_year;    ///< share of car registrations, 0..1
  std::map<std::string, double> bonus_eur;  ///< average paid per car, by year: listed_bonus_eur
  bool counts(const Vehicle&) const;        ///< whether a car is of one of its powertrains
};

/// Published output of a plant, by year; `home_share` of it is sold in its own country.
struct OutputMargin {
  std::string id, source;
  Link plant;
  std::map<std::string, double> by_year;     ///< vehicles
  std::map<std::string, double> home_share;  ///< 0..1, by year
};

/// The exogenous series that phases read; each must have a row in `drivers`.
enum class Series : std::uint8_t {
  petrol_eur_per_litre,
  diesel_eur_per_litre,
  lpg_eur_per_litre,
  home_power_eur_per_kwh,
  public_power_eur_per_kwh,
  battery_eur_per_kwh,
  price_level,
  income_level,
  wage_level,
  market_index,
};
constexpr std::array<std::string_view, 10> kSeriesNames{"petrol_eur_per_litre",
                                                        "diesel_eur_per_litre",
                                                        "lpg_eur_per_litre",
                                                        "home_power_eur_per_kwh",
                                                        "public_power_eur_per_kwh",
                                                        "battery_eur_per_kwh",
                                                        "price_level",
                                                        "income_level",
                                                        "wage_level",
                                                        "market_index"};

/// An exogenous series: known years, then a random walk in logs around its drift.
struct Driver {
  std::string id, unit, source;
  std::vector<std::string> assumed;
  std::map<std::string, double> by_year;
  double drift_per_year = 0;  ///< of the logarithm, after the last known year
  double std_dev_per_year = 0;
};

/// A kind of bought-in part, and what it costs to buy it from afar.
struct Component {
  std::string id, name, source;
  std::vector<std::string> assumed;
  double value_share = 0;          ///< of the parts of a vehicle
  double europe_cost_share = 0;    ///< of its price, what it costs to buy it in another country
  double overseas_cost_share = 0;  ///< the same by ship
};

/// A disruption that no actor foresees: a lockdown, a shortage of chips.
struct Shock {
  std::string id, source;
  std::vector<std::string> assumed;
  Month from{0}, to{0};      ///< both included
  double demand_factor = 1;  ///< share of buyers who can buy
  double supply_factor = 1;  ///< share of capacity that can run
};

/// A rule on imports: an ad-valorem rate on the customs value.
struct Duty {
  std::string id, source;
  Link origin;             ///< country
  std::string powertrain;  ///< "" for all
  Link carmaker;           ///< left out: all makers
  bool into_eu = true;     ///< else into the United Kingdom
  double rate = 0;
  Month from{0}, to{1 << 30};
};

struct Co2Rule {
  std::string id, source;
  Month from{0};
  double target_g_per_km = 0;    ///< WLTP, average of a pool's new cars in the EU
  double premium_eur_per_g = 0;  ///< per car and g/km above the target
  double super_credit = 1;       ///< cars as which one of low emission counts in the average
  double super_credit_below_g_per_km = 50;
  double super_credit_cap_g_per_km = 7.5;  ///< of a pool, over all years with such credits
};

/// A fund for purchase incentives and the months in which it takes applications.
struct Fund {
  std::string id, name, source;
  Link country;
  Month announced{0};    ///< buyers may wait from here on
  Month from{0}, to{0};  ///< both included
  double budget_eur = 0;
};

/// One line of a scheme: who gets how much from which fund.
struct Bonus {
  std::string id, source;
  Link fund;
  double co2_min = 0, co2_max = 0;    ///< g/km, both included
  double price_cap_eur = 0;           ///< list price before VAT; 0: none
  double income_max_eur = 0;          ///< of the household; 0: none
  double scrapped_min_age_years = 0;  ///< 0: no scrappage asked
  double amount_eur = 0;
  bool fleets = false;  ///< whether companies may apply
  bool vans = false;    ///< for vans instead of cars
};

/// A law on the private use of a company car: this share of its official cost per kilometre times
/// `km_per_year` is income of the employee who drives it. It holds for cars ordered while in force.
struct CompanyCarTax {
  std::string id, source;
  std::vector<std::string> assumed;
  Link country;
  Month from{0}, to{1 << 30};            ///< both included
  double co2_min = 0, co2_max = 10000;   ///< g/km, both included
  std::vector<std::string> powertrains;  ///< empty: all
  double taxable_share = 0;              ///< 0..1
  double km_per_year = 15000;
};

struct Union {
  std::string id, name, source;
  std::vector<std::string> assumed;
  Link country;
  double militancy = 0.5;                 ///< 0 signs readily … 1 strikes readily
  std::map<std::string, double> backing;  ///< plant = share of the vote, 0..1
};

struct Government {
  std::string id, name, source;  ///< id: "government-IT"
  std::vector<std::string> assumed;
  Link country;
  bool strategic = false;  ///< decides by a policy strategy; others follow their rule
  std::string policy;      ///< default strategy; `--policy` sets the first one's
  std::map<std::string, double> budget_eur;  ///< for the car industry, by year
  double target_vehicles = 0;                ///< per year
  int target_year = 2030;
  double value_per_job_year_eur = 0;  ///< what it would pay for one job-year
  double value_per_vehicle_eur = 0;   ///< for one vehicle made at home, beyond jobs
  double cost_of_funds = 0.25;        ///< deadweight loss per euro of taxes
  double concession = 1;              ///< exponent of its time-dependent tactic
};

/// A product or plant that a maker has announced: built unless the forecast falls.
struct Project {
  std::string id, source;
  std::vector<std::string> assumed;
  Link carmaker;
  Link plant;
  std::vector<Link> programmes;  ///< sourced there when it is done
  std::string platform;          ///< tooled there
  double share = 1;              ///< of their output; the rest stays where it was
  Month start{0};                ///< planned start of production
  int lead_months = 24;          ///< of construction before it
  double capex_eur = 0;
  double firmness = 0.8;         ///< 0 a wish … 1 cannot be cancelled
  double capacity_per_year = 0;  ///< added; 0: none
  double jobs = 0;               ///< outside vehicle assembly (cells)
};

/// An offer of a site that an entrant may take up: ground for a plant of its own, or room for a
/// line in a plant that is there (`host`).
struct Site {
  std::string id, source;
  std::vector<std::string> assumed;
  Link carmaker;
  Link country;
  Link host;                            ///< plant in which the line would stand; none: a new one
  double capacity_per_year = 0;         ///< of the plant or the line
  double capex_eur_per_unit = 0;        ///< of yearly capacity; country's greenfield figure if 0
  double affinity_eur_per_vehicle = 0;  ///< suppliers, partners, home market of the site
  double aid_cap_share = -1;            ///< of the region; the host's or country's if left out
  bool courted_only = false;            ///< considered only when the government courts
  /// Resolved: the range of affinity that `assumed` states; affinity itself if it states none.
  double affinity_low = 0, affinity_high = 0;
};

/// What the base year implies: computed once per scenario (initialise.h), shared by all runs.
struct BaseYear {
  engine::Grid<double> sales;    ///< vehicle x market, vehicles in the base year
  engine::Grid<double> sourced;  ///< vehicle x plant, vehicles
  std::vector<double> output;    ///< by plant, vehicles: columns of `sourced` summed
  /// By component: (price x distance)^-theta, countries of suppliers x of plants (supply_network.h)
  std::vector<engine::Grid<double>> parts_affinity;
  engine::Grid<double> parts_cost;    ///< component x country of the plant, in the base year
  std::vector<double> parts_content;  ///< by country, share of parts made there, in the base year
  double raking_residual = 0;         ///< largest relative miss of a published margin
  engine::Grid<double> constant;      ///< vehicle x market, utils: inverted from shares
  /// What the constants of the small quadrature differ by from those of the population, so that
  /// both give the base year's sales; vehicle x market, utils, and market x kind of buyer.
  engine::Grid<double> quadrature_shift, quadrature_outside_shift;
  engine::Grid<double> price_eur;          ///< vehicle x market, consumer price with VAT
  engine::Grid<double> marginal_cost_eur;  ///< vehicle x market, from the first-order conditions
  /// vehicle x market: bottom-up cost as sourced then, EUR; 0 for what was not made
  engine::Grid<double> unit_cost_eur;
  std::vector<double> central_cost_eur;   ///< by carmaker: a year's fixed cost outside its plants
  std::vector<double> residual_cost_eur;  ///< vehicle: marginal cost less the bottom-up cost
  double inversion_residual = 0;          ///< largest relative miss of a vehicle's sales
  double pricing_residual_eur = 0;        ///< largest miss of a first-order condition
  engine::Grid<double> outside;           ///< market x kind of buyer, utils of the outside option
  engine::Grid<double> bonus_eur;         ///< vehicle x market, average incentive paid per vehicle
  std::vector<double> segment_price_eur;  ///< mean price by segment, sets price sensitivities
  engine::Grid<double> stock_share;  ///< market x powertrain, of vehicles on the road at the start
};

/// The market whose buyers always act one by one: the first.
constexpr int kHomeMarket = 0;

/// What stands in the garages of the buyers, one row per buyer.                8 bytes a buyer
struct Garage {
  static constexpr std::uint8_t kNoBrand = 255;

  std::vector<std::uint8_t> powertrain;   ///< of the vehicle driven             choose_vehicles
  std::vector<std::uint8_t> brand;        ///< row of brands; kNoBrand: none
  std::vector<std::int16_t> bought;       ///< month index
  std::vector<std::int16_t> next_choice;  ///< month index
  std::vector<std::uint16_t> purchases;   ///< choices made so far: names the taste draws

  /// Row of brands; -1: none.
  int brand_of(std::uint32_t buyer) const {
    return brand[buyer] == kNoBrand ? -1 : static_cast<int>(brand[buyer]);
  }
};

/// Buyers: what never changes about them. One row per agent, blocks by market and in them by kind:
/// households, company fleets (a driver is taxed on the car), rental firms and dealers, who sell on
/// within months, van operators. The buyers of some markets act one by one (Scenario::buyers_act);
/// those of the others are the quadrature of their expected demand (mean field).
///
/// Columns are packed, on grids far finer than what is known of people: 7 bytes a buyer, and 6 for
/// the garage at the start. Read them through the functions below.
struct Buyers {
  enum class Kind : std::uint8_t { household, fleet, rental, van_operator };
  static constexpr std::size_t kKinds = 4;
  /// The buyers of one kind in one market, and what they have in common.
  struct Group {
    Kind kind = Kind::household;
    std::uint32_t first = 0, last = 0;  // rows from first up to, not including, last
    double weight = 0;                  // real buyers that each stands for
    double holding_months = 0;          // mean time between purchases
    double ln_median_income = 0;        // of EUR per year; households
  };
  std::vector<Group> groups;                       // in order of their rows
  std::vector<std::uint32_t> market_begin;         // first row of each market, then the total
  double income_elasticity = 0, bev_taste_sd = 0;  // as the parameters were

  static constexpr double kGrid = 4096;  // steps of packed columns in one
  std::vector<std::uint16_t> ln_income;  // of EUR per year, from 1 EUR to 8.9 million; 0: none
  std::vector<std::uint16_t> ln_km;      // of km per year, from 1 km to 8.9 million
  std::vector<std::int16_t> taste;       // for electric, in standard deviations, to 8 of them
  std::vector<std::uint8_t> charging;    // 1: at home or at the depot
  Garage first;                          // at the start; no column of purchases

  std::size_t size() const { return groups.empty() ? 0 : groups.back().last; }
  const Group& group_of(std::uint32_t buyer) const {
    std::size_t g = 0;  // there are few, and those of the home market come first
    while (buyer >= groups[g].last) ++g;
    return groups[g];
  }
  Kind kind(std::uint32_t buyer) const { return group_of(buyer).kind; }
  /// Per year; 0 of who is no household.
  double income_eur(std::uint32_t buyer) const {
    return ln_income[buyer] == 0 ? 0 : engine::exp(ln_income[buyer] / kGrid);
  }
  /// Multiple of the median income's; falls with income. 1 of who is no household.
  double price_sensitivity(std::uint32_t buyer) const {
    if (ln_income[buyer] == 0) return 1;
    const double relative = ln_income[buyer] / kGrid - group_of(buyer).ln_median_income;
    return engine::exp(-income_elasticity * relative);
  }
  double annual_km(std::uint32_t buyer) const { return engine::exp(ln_km[buyer] / kGrid); }
  /// Utils, mean 0.
  double bev_taste(std::uint32_t buyer) const { return bev_taste_sd * (taste[buyer] / kGrid); }
  bool home_charging(std::uint32_t buyer) const { return charging[buyer] != 0; }
};

/// What rules the aid that governments may give to plants and sites (economics.md, section 6).
enum class AidRegime : std::uint8_t {
  open,    ///< a race without rules: up to the whole capex
  capped,  ///< a race under the state-aid caps of countries and regions
  banned,  ///< no aid to anybody
  pact  ///< members of the EU do not bid against one another: the site that is best for maker and
        ///< members together, with aid of at most tables.pact_cap_share
};
constexpr std::array<std::string_view, 4> kAidRegimeNames{"open", "capped", "banned", "pact"};

/// Whose cars count as one fleet for the CO2 target.
enum class Co2Pooling : std::uint8_t {
  own,   ///< a maker's, with those that name it as their `co2_pool`
  open,  ///< everybody's: grams are traded until all who comply do so at one price
};
constexpr std::array<std::string_view, 2> kCo2PoolingNames{"own", "open"};

/// How a site is awarded when several governments want the same maker.
enum class SitingProtocol : std::uint8_t {
  ascending,   ///< bids rise until one government is left; it pays what beats the second
  sealed,      ///< one sealed bid each, the best is taken and paid
  bargaining,  ///< alternating offers with each government that courts; others offer by rule
};
constexpr std::array<std::string_view, 3> kSitingProtocolNames{"ascending", "sealed", "bargaining"};

/// Quadrature nodes of a market's demand, a systematic sample of its buyers: what carmakers know
/// of demand.
struct DemandNodes {
  std::vector<std::uint32_t> buyer;
  std::vector<double> weight;  ///< purchases per year that the node stands for
};

struct Scenario {
  // In scenario.cpp: else every file that copies or drops one compiles it again, member by member.
  Scenario();
  Scenario(const Scenario& other);
  Scenario(Scenario&& other) noexcept;
  Scenario& operator=(const Scenario& other);
  Scenario& operator=(Scenario&& other) noexcept;
  ~Scenario();

  std::string title;
  std::string text;  ///< the merged configuration, canonical TOML
  Month start{0};
  int until = 2035;      ///< last year simulated
  int base_year = 2023;  ///< whose sales, shares and prices are matched
  /// Last month of which drivers, shocks and schemes are known: what drivers do later is drawn, and
  /// shocks that begin and schemes that are announced later do not come. Launches are given.
  Month known_until{1 << 30};
  std::string policy;                         ///< of the first strategic government
  std::string aid_regime = "capped";          ///< one of kAidRegimeNames
  std::string siting_protocol = "ascending";  ///< one of kSitingProtocolNames
  std::string co2_pooling = "own";            ///< one of kCo2PoolingNames
  // how other tables are held: names of engine/negotiation/session.h
  std::string transition_protocol = "saop", plant_protocol = "saop";
  /// How parties bargain: a strategy of engine/negotiation/catalogue.h; "": by time, with the
  /// concession of [tables].
  std::string government_strategy, carmaker_strategy, union_strategy;
  std::string carmaker_posture;  ///< of home makers (agents/postures); "": as the parameters say
  // resolved
  AidRegime regime = AidRegime::capped;
  SitingProtocol siting = SitingProtocol::ascending;
  Co2Pooling pooling = Co2Pooling::own;

  Parameters parameters;
  std::vector<Country> countries;
  std::vector<Market> markets;
  std::vector<Carmaker> carmakers;
  std::vector<Brand> brands;
  std::vector<Plant> plants;
  std::vector<Programme> programmes;
  std::vector<Vehicle> vehicles;
  std::vector<ShareMargin> share_margins;
  std::vector<OutputMargin> output_margins;
  std::vector<Driver> drivers;
  // resolved: by Series, its row of drivers and its level in the base year
  std::array<int, kSeriesNames.size()> series{};
  std::array<double, kSeriesNames.size()> series_base{};
  double without_shocks = 1;  ///< what the base year would have sold without its shocks, over sales
  std::vector<Component> components;
  std::vector<Shock> shocks;
  std::vector<Duty> duties;
  std::vector<Co2Rule> co2_rules;
  std::vector<Fund> funds;
  std::vector<Bonus> bonuses;
  std::vector<CompanyCarTax> company_car_tax;
  std::vector<Union> unions;
  std::vector<Government> governments;
  std::vector<Project> projects;
  std::vector<Site> sites;

  BaseYear base;
  Buyers buyers;
  std::vector<DemandNodes> nodes;  ///< by market
  engine::Network peers;           ///< nodes are buyers

  /// Whether the buyers of a market act one by one.
  bool buyers_act(int market) const {
    return markets[market].households > 0 &&
           (market == kHomeMarket || parameters.population.everywhere);
  }
  int carmaker_of(const Vehicle& v) const {
    return brands[programmes[v.programme.row].brand.row].carmaker.row;
  }
  int segment_of(const Vehicle& v) const { return programmes[v.programme.row].segment_row; }
  bool is_van(const Vehicle& v) const { return segment_of(v) == static_cast<int>(kVanSegment); }
};

}  // namespace tavolo::agents
