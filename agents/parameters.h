#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/config.h"

/// Every single-valued parameter of the model, by section. Units, defaults, accepted ranges,
/// meanings and sources are in the registry (parameters.cpp), which the reader, `--set`, sweeps'
/// factors and `tavolo describe` all follow; a value left out of a config keeps its default.

namespace tavolo::agents {

struct PopulationParameters {
  double buyers = 24000;    ///< agents of the home market; never more than there are real buyers
  bool everywhere = false;  ///< agents in every market, as many to a real buyer as at home
  double seed = 1;          ///< of the population, apart from the run's own seed
  std::string network = "small_world";  ///< how peers are tied: small_world or scale_free
  double peers = 10;                    ///< ties per buyer, even
  double rewired = 0.1;                 ///< share of ties that are moved, of the small world
  double degree_exponent = 3;           ///< of the scale-free network
  double nodes = 48;  ///< quadrature nodes per market, for pricing and foreign demand
};

struct DemandParameters {
  double own_price_elasticity = -4.0;  ///< average over vehicles, sets the price sensitivity
  double income_elasticity = 0.5;      ///< price sensitivity falls with income to this power
  double nest_new = 0.35;              ///< dissimilarity: new vehicles against the outside option
  double nest_segment = 0.25;          ///< dissimilarity within a segment, <= nest_new
  double outside_share_households = 0.60;  ///< keep or buy used, of households in the market
  double outside_share_fleets = 0.25;
  double outside_share_vans = 0.25;
  double fuel_horizon_years = 5;        ///< of running costs that a household counts
  double value_loss_per_year = 0.2;     ///< of a vehicle's value that goes each year it is held
  double range_value_eur_per_km = 40;   ///< at 300 km of range
  double charging_value_eur = 4000;     ///< of a dense public network, without home charging
  double charging_density_scale = 0.1;  ///< points per plug-in car at which most value is reached
  double loyalty = 0.6;                 ///< utils for the brand one drives
  double powertrain_inertia = 0.4;      ///< utils for the powertrain one drives
  double peer_effect = 0.8;             ///< utils per unit of peers' share with the powertrain
  double bev_taste_sd = 0.4;            ///< standard deviation of the taste for electric
  double marketing_exposure = 0.025;    ///< consideration gained per year without drivers
  double contagion = 0.6;               ///< consideration gained per year per share of drivers
  double forgetting = 0.02;             ///< consideration lost per year
  double hybrids_since = 2000;          ///< year in which they were first sold
  double ageing_per_year = 0.1;         ///< log points of sales that a generation loses a year
  double ageing_from_years = 4, ageing_until_years = 12;  ///< of its age, in between
  double charging_response = 0.6;          ///< % more public points for 1 % more plug-in cars
  double charging_point_cost_eur = 25000;  ///< of a public point that a government pays for
  double consideration_bev_2018 = 0.15, consideration_bev_2024 = 0.55;
  double consideration_phev_2018 = 0.20, consideration_phev_2024 = 0.65;
  double holding_shape = 2.5;  ///< Weibull, time between choices
  double fleet_holding_months = 42;
  double rental_holding_months = 9;
  double van_holding_months = 72;
  double scheme_waiters = 0.35;    ///< of buyers it would serve, who wait for a scheme
  double scheme_early = 0.17;      ///< of buyers it serves and whose time comes soon, who advance
  double scheme_early_months = 8;  ///< that they advance at most
  double never_again = 0.5;        ///< of buyers whom a closed month keeps away, who keep their car
  double cycle_persistence = 0.6;  ///< AR(1), per year
  double cycle_sd = 0.04;          ///< log points of new registrations, per year
  // log points of purchases, and of sales relative to petrol cars, a year, of which
  // trend_persistence is left from year to year after 2018 (market/appeal.h)
  double market_trend = 0, diesel_trend = 0, lpg_trend = 0, hybrid_trend = 0, phev_trend = 0,
         bev_trend = 0;
  double trend_persistence = 0.85;
  // random walks of what buyers like, log points of sales (market/appeal.h)
  double electric_appeal_sd = 0.12;         ///< per year, of electric cars in all markets alike
  double electric_appeal_market_sd = 0.15;  ///< and of each market by itself
  double brand_appeal_sd = 0.07;            ///< per year, of a brand, in all markets alike
  double reception_sd = 0.25;               ///< of a new generation, until the next
  double kilometres = 11000;                ///< mean per year of a household's car
  double fleet_kilometres = 25000, van_kilometres = 20000;  ///< mean per year
  double rental_share = 0.22;         ///< of fleets' new cars, bought for rental and by dealers
  double fleet_charging_share = 0.5;  ///< of fleets and van operators with a depot charger
  double driver_tax_rate = 0.4;       ///< on the next euro of a company car's driver
  double fleet_cost_deduction = 0.7;  ///< of a company car's cost, from taxed profit
  double fleet_vat_deduction = 0.4;   ///< of the VAT on it
  double benefit_eur_per_km = 0.15;   ///< of official cost per kilometre: what all cars cost, 2023
  double benefit_price_share_per_km = 1.1e-5;  ///< and what comes on top, of the price
  double parc_mean_age_years = 11.5;           ///< of households' cars at the start
};

struct PricingParameters {
  double reprice_share = 1.0;      ///< of the way to equilibrium prices each January
  double pass_through_cost = 1.0;  ///< of bottom-up cost changes into marginal cost
};

struct LabourParameters {
  double hours_per_year = 1650;  ///< contract, per worker
  double overtime_share = 0.10;  ///< above contract
  double attrition_per_year = 0.025;
  double hiring_speed_per_year = 0.30;    ///< of the gap, when hours are short
  double launch_hiring_per_year = 3;      ///< of the gap, at a plant with half its crew or less
  double relocation_per_year = 0.1;       ///< of a plant's surplus, to sister plants that are short
  double labour_demand_elasticity = 0.3;  ///< % more workers wanted for 1 % lower labour cost
  double short_time_state_share = 0.65;   ///< of lost pay that the state covers
  double short_time_maker_share = 0.25;   ///< of the cost of short-time hours, still the maker's
  double short_time_limit_share = 0.25;   ///< most of contract hours; further surplus is paid idle
  double exit_payment_eur = 90000;        ///< per paid voluntary exit
  double exit_surplus_threshold = 0.12;   ///< share of surplus hours above which exits are sought
  double exit_share_per_year = 0.25;      ///< of the surplus offered exits in a plant table
  double exit_saving_years = 10;       ///< of labour cost that a maker counts as saved by an exit
  double exit_gap_years = 4;           ///< of lower income that a leaver counts
  double supplier_jobs_per_job = 1.2;  ///< indirect jobs moved by one direct job
  double wage_term_years = 3;          ///< that a wage agreement runs
  double wage_room_share = 0.06;       ///< most that a maker could pay above the wage level
  double outside_income_share = 0.6;   ///< of pay, that a member would get outside the plant
  double union_pay_weight = 0.3;       ///< of pay against jobs in a union's utility
  double protected_core_share = 0.5;   ///< of present jobs, below which a union gains nothing
  double dispute_discount = 0.6;       ///< of the gain from a settlement, per period of dispute
  double holdout_slowdown = 0.2;       ///< of output lost while a plant works to rule
  double unrest_memory = 0.5;          ///< share of unrest that is left after a year
  double grievance = 0.2;              ///< rise of unrest by failed talks or a broken promise
  double strike_base_probability = 0.15;  ///< per year, of a protest strike at full unrest
  double strike_days = 8;                 ///< mean length
  double working_days_per_month = 20;
  double member_resolve_sd = 0.12;  ///< of members' resolve around that of their union
  double ballot_sd = 0.10;          ///< of the mood on the day of a ballot, in units of resolve
  double performance_rate = 0.05;  ///< log points a year that hours per vehicle fall under a clause
  double performance_sd = 0.04;    ///< of them from year to year
  double effort_cost = 0.3;        ///< % of pay that 1 % less time per vehicle is worth to members
  double performance_interval_years = 3;  ///< between a plant's talks about its performance
  /// What a maker could pay above the wage level: `screening` for wage_room_share, or up to the
  /// wage of a bargain over the plant's revenue (wage_bargain.h).
  std::string wage_bargain = "screening";
  double wage_power = 0.3;  ///< of a union over the wage, in that bargain
  double jobs_power = 0.1;  ///< over jobs, where the bargain is sequential
};

struct IndustryParameters {
  double utilisation_target = 0.80;
  double freight_home_eur = 150, freight_europe_eur = 450, freight_overseas_eur = 1300;
  double stock_target_months = 0.6;    ///< of sales
  double backlog_patience_months = 9;  ///< after which an order is cancelled
  double idle_cost_share = 0.5;        ///< of a plant's fixed cost, while it stands idle
  double central_cost_share = 0.15;    ///< of base-year revenue, fixed costs outside the plants
  double body_materials_share = 0.62;  ///< of the base cost that is parts and materials
  double energy_mwh_per_vehicle = 3.0;
  double kit_cost_discount = 0.04;
  double rival_supply_slack = 1.4;       ///< capacity of untracked supplies / base output
  double sourcing_flexibility = 0.25;    ///< over a plant's share of a programme, month by month
  double parts_dispersion = 8.28;        ///< theta of trade in parts: how alike suppliers are
  double supplier_speed_per_year = 0.2;  ///< of the way that suppliers follow assembly
};

struct InvestmentParameters {
  double horizon_years = 7;  ///< life of a generation
  double hurdle_premium = 0.0;
  double volatility = 0.20;  ///< of a project's value, per year
  double risk_free_rate = 0.04;
  double payout_rate = 0.04;
  double slip_mean_months = 5;        ///< launches slip by an exponential of this mean
  double cancel_threshold = 0.75;     ///< of planned value below which a project may die
  double sourcing_inertia_eur = 150;  ///< per vehicle, advantage of the incumbent plant
  double sourcing_cost_sd = 0.02;     ///< of the price, by which a plant suits a generation or not
  double kit_capex_share = 0.15;
  double plant_lead_months = 30, kit_lead_months = 12;
  double entrant_brand_growth = 0.05;  ///< utils per year of presence, at most five years
  double home_made_taste = 0.04;       ///< utils for an entrant's car made in the buyer's country
  double site_interval_years = 1;
  double sourcing_lead_months = 24;  ///< before its first vehicle a next generation is sourced
  double new_platform_capex_share = 0.25;  ///< over retool_eur where the platform is new
  double pressure_eur = 200;  ///< per vehicle, worth of giving in to full public pressure
  double planned_bev_growth_per_year = 0.20;  ///< of BEV sales that battery plants count on
  double cells_value_elasticity = 2.5;        ///< % of a battery plant's value for 1 % of BEV sales
  double entrant_growth_per_year = 0.35;      ///< of its sales that an entrant counts on
  double new_plant_hours_per_vehicle = 22, kit_hours_per_vehicle = 8;
  double new_plant_fixed_eur_per_unit = 600;  ///< a year, per vehicle of yearly capacity
  double site_affinity_spread = 1;  ///< multiple of the range that a site's affinity is drawn from
};

struct TableParameters {
  double rounds = 24;  ///< of a whole negotiation
  double rounds_per_month = 6;
  double carmaker_concession = 0.5, government_concession = 1.0, union_concession = 0.8;
  double trust_prior_kept = 3, trust_prior_broken = 2;
  double trust_memory = 0.9;           ///< of the record that is kept from year to year
  double enforcement_verified = 0.69;  ///< probability that a shortfall is verified
  double enforcement_strict = 0.53;    ///< probability that a clawback clause is enforced fully
  double transition_term_years = 6;
  double transition_interval_years = 3;
  double aid_above_50m_share = 0.5, aid_above_100m_share = 0.34;  ///< of the intensity, in the EU
  double pact_cap_share = 0.15;       ///< of capex, most that members of a European pact may pay
  double pact_entrant_power = 0;      ///< of an entrant, in its bargain with a pact's members
  double politics_eur = 5e7;          ///< worth of any agreement to a government
  double output_sd_per_year = 0.095;  ///< log points, of output around a plan, as parties see it
  double private_cost_sd = 0.15;      ///< log points, of a maker's own cost of a deal
};

struct Parameters {
  PopulationParameters population;
  DemandParameters demand;
  PricingParameters pricing;
  LabourParameters labour;
  IndustryParameters industry;
  InvestmentParameters investment;
  TableParameters tables;
};

/// Reads all sections; what is wrong or unknown goes to `problems`.
Parameters read_parameters(const engine::Config& config, engine::Problems& problems);

/// The registry as text, a line per parameter: path, default, unit, range, meaning, source.
std::string describe_parameters();

/// Names of the sections: "population", "demand", …
std::span<const std::string_view> parameter_sections();

}  // namespace tavolo::agents
