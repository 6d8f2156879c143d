#include "agents/parameters.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace tavolo::agents {
namespace {

using engine::Field;
using engine::Range;

template <class Section>
Field<Section> parameter(std::string_view key, double Section::*member, std::string_view unit,
                         Range range, std::string_view meaning) {
  return {key, member, unit, meaning, range, false};
}

template <class Section>
Field<Section> parameter(std::string_view key, bool Section::*member, std::string_view meaning) {
  return {key, member, "", meaning, {}, false};
}

/// One of some words.
template <class Section>
Field<Section> parameter(std::string_view key, std::string Section::*member,
                         std::vector<std::string_view> words, std::string_view meaning) {
  return {key, member, "", meaning, {}, false, {}, std::move(words)};
}

constexpr Range kShare{0, 1};

using P = PopulationParameters;
const std::array kPopulation{
    parameter("buyers", &P::buyers, "agents", {1, 1e10},
              "weighted buyers of the home market; more of them, less sampling noise; beyond the "
              "real number there is one for each real buyer"),
    parameter("everywhere", &P::everywhere,
              "the buyers of other markets are agents as well, as many to a real buyer as at home; "
              "else their expected demand"),
    parameter("seed", &P::seed, "", {0, 4294967295},
              "of the population, apart from the seed of a run"),
    parameter("network", &P::network, {"small_world", "scale_free"},
              "how peers are tied: Watts and Strogatz 1998, or Goh, Kahng and Kim 2001"),
    parameter("peers", &P::peers, "ties", {0, 1000}, "ties per buyer, even"),
    parameter("rewired", &P::rewired, "0..1", kShare,
              "share of ties that lead anywhere, of the small world (Watts and Strogatz 1998)"),
    parameter("degree_exponent", &P::degree_exponent, "", {2.05, 100},
              "with which ties per buyer fall off in the scale-free network; 3 is that of "
              "preferential attachment (Barabasi and Albert 1999); assumed"),
    parameter("nodes", &P::nodes, "nodes", {1, 1e6},
              "quadrature nodes per market, for the pricing of carmakers and for foreign demand"),
};

using D = DemandParameters;
const std::array kDemand{
    parameter("own_price_elasticity", &D::own_price_elasticity, "", {-15, -1.05},
              "average over vehicles; behaviour.csv: -6 .. -3, central -4 (BLP 1995, Goldberg and "
              "Verboven 2001, quoted from memory)"),
    parameter("income_elasticity", &D::income_elasticity, "", {0, 2},
              "price sensitivity falls with income to this power; 1 is BLP 1999; assumed"),
    parameter("nest_new", &D::nest_new, "0..1", {0.01, 1},
              "dissimilarity of new vehicles against the outside option (McFadden 1978); "
              "assumed, bears on the market elasticity of behaviour.csv, -1.2 .. -0.3"),
    parameter("nest_segment", &D::nest_segment, "0..1", {0.01, 1},
              "dissimilarity within a segment, at most nest_new; assumed"),
    parameter("outside_share_households", &D::outside_share_households, "0..1", {0, 0.999},
              "keep their car or buy used, of households in the market; assumed"),
    parameter("outside_share_fleets", &D::outside_share_fleets, "0..1", {0, 0.999},
              "keep or buy used, of company fleets in the market; assumed"),
    parameter("outside_share_vans", &D::outside_share_vans, "0..1", {0, 0.999},
              "keep or buy used, of van operators in the market; assumed"),
    parameter("fuel_horizon_years", &D::fuel_horizon_years, "years", {0, 20},
              "of running costs that a household counts; behaviour.csv: 5 (Hidrue et al. 2011)"),
    parameter("value_loss_per_year", &D::value_loss_per_year, "1/year", {0.01, 0.9},
              "of a vehicle's value that goes each year a fleet holds it; assumed 0.15 .. 0.25: "
              "about half is left after three years (Letmathe and Suares 2017, from memory)"),
    parameter("range_value_eur_per_km", &D::range_value_eur_per_km, "EUR/km", {0, 200},
              "at 300 km of range; behaviour.csv: Italy 20 .. 70, central 40 (Danielis et al., "
              "quoted from memory), meta-analysis 29 .. 40 USD (Dimitropoulos et al. 2013)"),
    parameter("charging_value_eur", &D::charging_value_eur, "EUR", {0, 30000},
              "of a dense public network to who cannot charge at home; behaviour.csv: typically "
              "thousands of dollars (Greene et al. 2020)"),
    parameter("charging_density_scale", &D::charging_density_scale, "points/plug-in car",
              {0.001, 10},
              "density at which 1 - 1/e of that value is reached; PTTMAM: more than one point per "
              "ten cars brings little"),
    parameter("loyalty", &D::loyalty, "utils", {0, 5}, "for the brand one drives; assumed"),
    parameter("powertrain_inertia", &D::powertrain_inertia, "utils", {0, 5},
              "for the powertrain one drives; assumed"),
    parameter("peer_effect", &D::peer_effect, "utils", {0, 20},
              "per unit of peers' share with the powertrain (Brock and Durlauf 2001); assumed; "
              "published: 0.20 more electric cars per quarter for one more (Tebbe 2023)"),
    parameter("bev_taste_sd", &D::bev_taste_sd, "utils", {0, 10},
              "standard deviation of the taste for electric; assumed"),
    parameter("marketing_exposure", &D::marketing_exposure, "1/year", {0, 1},
              "consideration gained without drivers (Struben and Sterman 2008); assumed, "
              "Bass p of durables in behaviour.csv: 0.01 .. 0.03"),
    parameter("contagion", &D::contagion, "1/year", {0, 10},
              "consideration gained per share of drivers (Struben and Sterman 2008); assumed, "
              "Bass q of durables in behaviour.csv: 0.3 .. 0.5"),
    parameter("forgetting", &D::forgetting, "1/year", {0, 1},
              "consideration lost (Struben and Sterman 2008); assumed"),
    parameter("hybrids_since", &D::hybrids_since, "year", {1990, 2030},
              "first sales of hybrids without a plug, whose consideration has grown since "
              "(Toyota Prius in Europe, from memory)"),
    parameter("ageing_per_year", &D::ageing_per_year, "1/year", {0, 1},
              "log points of sales that a generation loses per year of age, of nameplates whose "
              "launch is known; assumed 0.05 .. 0.2. Moral and Jaumandreu 2007 find demand to "
              "rise to the fourth year of a model's life and to fall from then on"),
    parameter("ageing_from_years", &D::ageing_from_years, "years", {0, 40},
              "age from which it loses them; Moral and Jaumandreu 2007: the fourth year"),
    parameter("ageing_until_years", &D::ageing_until_years, "years", {0, 80},
              "age from which it loses no more; assumed"),
    parameter("charging_response", &D::charging_response, "", {0, 2},
              "elasticity of public charging points to the plug-in stock; Li, Tong, Xing and Zhou "
              "2017: 0.6, from memory; assumed 0.4 .. 1.0"),
    parameter("charging_point_cost_eur", &D::charging_point_cost_eur, "EUR/point", {100, 1e6},
              "of a public charging point that a government pays for; assumed 10 000 .. 60 000, "
              "slow to fast (policies: the PNRR set aside 639 MEUR for 21 255)"),
    parameter("consideration_bev_2018", &D::consideration_bev_2018, "0..1", {0.001, 1},
              "of electric cars at the start of 2018; assumed"),
    parameter("consideration_bev_2024", &D::consideration_bev_2024, "0..1", {0.001, 1},
              "of electric cars at the start of 2024; assumed"),
    parameter("consideration_phev_2018", &D::consideration_phev_2018, "0..1", {0.001, 1},
              "of plug-in hybrids at the start of 2018; assumed"),
    parameter("consideration_phev_2024", &D::consideration_phev_2024, "0..1", {0.001, 1},
              "of plug-in hybrids at the start of 2024; assumed"),
    parameter("holding_shape", &D::holding_shape, "", {0.5, 20},
              "Weibull shape of the time between choices; 1 has no memory; assumed"),
    parameter("fleet_holding_months", &D::fleet_holding_months, "months", {1, 240},
              "for which a company holds a car; assumed, three to four years"),
    parameter("rental_holding_months", &D::rental_holding_months, "months", {1, 240},
              "mean time for which a car is rented out or stands with a dealer; assumed 6 .. 12"),
    parameter("van_holding_months", &D::van_holding_months, "months", {1, 360},
              "mean time between a van operator's purchases; assumed"),
    parameter("scheme_waiters", &D::scheme_waiters, "0..1", kShare,
              "of the buyers that an announced scheme would serve, who wait for it; assumed"),
    parameter("scheme_early", &D::scheme_early, "0..1", kShare,
              "of the buyers whom an open scheme serves and whose time comes within "
              "scheme_early_months, who choose at once; from Hoekstra, Puller and West 2017: of a "
              "scheme of two months 40 % of the buyers had advanced by at most eight, 60 % would "
              "have bought in its two months: 40 of 240"),
    parameter("scheme_early_months", &D::scheme_early_months, "months", {0, 60},
              "that a scheme advances a choice at most; Hoekstra, Puller and West 2017: eight, "
              "Mian and Sufi 2012: seven to ten"),
    parameter("never_again", &D::never_again, "0..1", kShare,
              "of the buyers whom a shock keeps from the market, who keep their car for a whole "
              "holding time more; the rest come back within three years; assumed 0.2 .. 0.8"),
    parameter("cycle_persistence", &D::cycle_persistence, "", {0, 0.999},
              "of the business cycle from year to year, AR(1); assumed"),
    parameter("cycle_sd", &D::cycle_sd, "log points", {0, 1},
              "of new registrations from year to year, without shocks; assumed"),
    parameter("market_trend", &D::market_trend, "log points/year", {-0.5, 0.5},
              "of purchases of cars at given cars and prices, as of 2018, all markets alike: "
              "people, cars "
              "that last, nearly new cars and credit, which no driver holds; calibrated, see "
              "docs/calibration.md"),
    parameter(
        "diesel_trend", &D::diesel_trend, "log points/year", {-2, 2},
        "of diesel cars' sales at given cars and prices, relative to petrol cars, as of 2018, all "
        "markets alike; calibrated, see docs/calibration.md"),
    parameter(
        "lpg_trend", &D::lpg_trend, "log points/year", {-2, 2},
        "of gas cars' sales at given cars and prices, relative to petrol cars, as of 2018, all "
        "markets alike; calibrated, see docs/calibration.md"),
    parameter("hybrid_trend", &D::hybrid_trend, "log points/year", {-2, 2},
              "of hybrids', mild and full, sales at given cars and prices, relative to petrol "
              "cars, as of 2018, all "
              "markets alike; calibrated, see docs/calibration.md"),
    parameter("phev_trend", &D::phev_trend, "log points/year", {-2, 2},
              "of plug-in hybrids' sales at given cars and prices, relative to petrol cars, as of "
              "2018, all "
              "markets alike; calibrated, see docs/calibration.md"),
    parameter("bev_trend", &D::bev_trend, "log points/year", {-2, 2},
              "of electric cars' sales at given cars and prices, relative to petrol cars, as of "
              "2018, all "
              "markets alike; calibrated, see docs/calibration.md"),
    parameter(
        "trend_persistence", &D::trend_persistence, "0..1", {0, 1},
        "of those trends that is left a year later: damped trends (Gardner and McKenzie 1985); "
        "calibrated, see docs/calibration.md"),
    parameter("electric_appeal_sd", &D::electric_appeal_sd, "log points/year", {0, 1},
              "random walk of electric cars' sales at given cars and prices, in all markets alike; "
              "assumed 0.05..0.2: from 2021 to 2023 log odds of their share rose by 0.2 to 0.6 a "
              "year in the mean of five markets (powertrain_share.csv), most of it expected"),
    parameter(
        "electric_appeal_market_sd", &D::electric_appeal_market_sd, "log points/year", {0, 1},
        "the same of each market by itself; assumed 0.1..0.21: 0.21 is the deviation of yearly "
        "changes from the mean of six markets, 2021-23 (powertrain_share.csv), of which "
        "schemes explain a part"),
    parameter(
        "brand_appeal_sd", &D::brand_appeal_sd, "log points/year", {0, 1},
        "random walk of a brand's sales at given cars and prices; assumed 0.03..0.1: yearly "
        "changes of the log share of brands deviate by 0.10 in the median of 26 in Italy, 0.07 "
        "to 0.09 in Germany, France and Spain, 2017-23 (brand_share.csv), of which launches and "
        "ageing explain a part"),
    parameter(
        "reception_sd", &D::reception_sd, "log points", {0, 1},
        "how much better or worse than expected a new nameplate or generation sells, until the "
        "next; assumed 0.1..0.4"),
    parameter("kilometres", &D::kilometres, "km/year", {100, 100000},
              "mean of a household's car; assumed"),
    parameter("fleet_kilometres", &D::fleet_kilometres, "km/year", {100, 200000},
              "mean of a company car; assumed"),
    parameter("van_kilometres", &D::van_kilometres, "km/year", {100, 200000},
              "mean of a van; assumed"),
    parameter("rental_share", &D::rental_share, "0..1", kShare,
              "of fleets' new cars, bought to be sold on within months: short-term rental and "
              "half of what dealers register (as in markets' fleet_share), (3.9 + 4.25) of 37.45 % "
              "in 2022 (registrations.csv, UNRAE); assumed for other years and countries"),
    parameter("fleet_charging_share", &D::fleet_charging_share, "0..1", kShare,
              "of companies and van operators that charge at a depot; assumed"),
    parameter("driver_tax_rate", &D::driver_tax_rate, "0..1", kShare,
              "income tax and contributions on the next euro of who drives a company car; assumed "
              "0.35 .. 0.48: brackets of 35 to 43 % above 28 000 EUR, from memory"),
    parameter("fleet_cost_deduction", &D::fleet_cost_deduction, "0..1", kShare,
              "of the cost of a company car that is deducted from taxed profit; Italy 0.7 (art. "
              "164 TUIR); assumed elsewhere"),
    parameter("fleet_vat_deduction", &D::fleet_vat_deduction, "0..1", kShare,
              "of its VAT that is deducted; Italy 0.4 (tg24.sky.it, 2 September 2023); assumed "
              "elsewhere"),
    parameter("benefit_eur_per_km", &D::benefit_eur_per_km, "EUR/km", {0, 2},
              "of a car's official cost per kilometre (ACI), beyond energy and what follows its "
              "price: tyres, upkeep, insurance, at 2023 prices; assumed 0.10 .. 0.20"),
    parameter("benefit_price_share_per_km", &D::benefit_price_share_per_km, "1/km", {0, 1e-3},
              "of its price in that cost: loss of value and interest over 15 000 km a year; "
              "assumed 0.8e-5 .. 1.4e-5"),
    parameter("parc_mean_age_years", &D::parc_mean_age_years, "years", {0.5, 40},
              "mean age of households' cars at the start; assumed, press figures 11 .. 13"),
};

using R = PricingParameters;
const std::array kPricing{
    parameter("reprice_share", &R::reprice_share, "0..1", kShare,
              "of the way to equilibrium prices that carmakers go each January"),
    parameter("pass_through_cost", &R::pass_through_cost, "0..2", {0, 2},
              "of bottom-up cost changes into marginal cost"),
};

using L = LabourParameters;
const std::array kLabour{
    parameter("hours_per_year", &L::hours_per_year, "hours", {500, 3000},
              "contract, per worker; assumed"),
    parameter("overtime_share", &L::overtime_share, "0..1", kShare,
              "of hours that can be worked above contract; assumed"),
    parameter("attrition_per_year", &L::attrition_per_year, "1/year", kShare,
              "share of workers who retire or leave; assumed"),
    parameter("hiring_speed_per_year", &L::hiring_speed_per_year, "1/year", {0, 12},
              "share of the gap that is hired when hours are short; assumed"),
    parameter("launch_hiring_per_year", &L::launch_hiring_per_year, "1/year", {0, 12},
              "share of the gap that is hired at a plant with half its crew or less; assumed"),
    parameter(
        "relocation_per_year", &L::relocation_per_year, "1/year", kShare,
        "share of a plant's surplus workers who move to plants of the same maker in the country "
        "that are short of workers; assumed 0.05..0.2"),
    parameter("labour_demand_elasticity", &L::labour_demand_elasticity, "", {0, 2},
              "% more workers wanted where the state bears 1 % of labour cost (Hamermesh 1993: "
              "0.15 .. 0.75, quoted from memory)"),
    parameter("short_time_state_share", &L::short_time_state_share, "0..1", kShare,
              "of pay lost in short-time work that the state covers; assumed"),
    parameter(
        "short_time_maker_share", &L::short_time_maker_share, "0..1", kShare,
        "of the cost of short-time hours that the maker still bears, accruals and "
        "contributions; assumed, of which contributions are 9 .. 15 % in Italy (from memory)"),
    parameter("short_time_limit_share", &L::short_time_limit_share, "0..1", kShare,
              "most of contract hours that may be short-time work; further surplus is paid idle; "
              "assumed, below the 24 months in five years of Italian law (from memory)"),
    parameter("exit_payment_eur", &L::exit_payment_eur, "EUR", {0, 1e6},
              "per paid voluntary exit; costs.csv: 70 000 .. 128 400 (separation)"),
    parameter("exit_surplus_threshold", &L::exit_surplus_threshold, "0..1", kShare,
              "share of surplus hours above which exits are offered; assumed"),
    parameter("exit_share_per_year", &L::exit_share_per_year, "1/year", kShare,
              "of the surplus that is offered exits; assumed"),
    parameter(
        "exit_saving_years", &L::exit_saving_years, "years", {0, 40},
        "of labour cost that a maker counts as saved by a paid exit, to the leaver's pension; "
        "assumed, consistent with what makers pay (exit_payment_eur)"),
    parameter("exit_gap_years", &L::exit_gap_years, "years", {0.1, 40},
              "of lower income that a leaver counts, to the pension or a new job; assumed, "
              "employment.csv (exit_offer) pays 24 months and more from age 50"),
    parameter("supplier_jobs_per_job", &L::supplier_jobs_per_job, "jobs/job", {0, 10},
              "indirect jobs moved by one direct job; Moretti 2010: 1.6, quoted from memory"),
    parameter("wage_term_years", &L::wage_term_years, "years", {1, 10},
              "that a wage agreement runs; agreements.csv: 2023-26 (group contract)"),
    parameter("wage_room_share", &L::wage_room_share, "0..1", kShare,
              "most that a maker could pay above the wage level for a plant at work, of its wage "
              "bill; how much of it, the maker alone knows; assumed"),
    parameter(
        "outside_income_share", &L::outside_income_share, "0..1", {0, 0.99},
        "of pay, that a member would get outside: benefits and chances of a new job; assumed"),
    parameter("union_pay_weight", &L::union_pay_weight, "0..1", kShare,
              "of pay against jobs in a union's Stone-Geary utility (Dertouzos and Pencavel 1981); "
              "assumed, jobs count more"),
    parameter("protected_core_share", &L::protected_core_share, "0..1", {0, 0.99},
              "of present jobs, the core below which a union's utility is nil; assumed"),
    parameter("dispute_discount", &L::dispute_discount, "0..1", {0.01, 0.999},
              "of the gain from a settlement that is left after one more period of dispute "
              "(screening, Kennan and Wilson 1989); set for 13 % of talks with a strike (Gramm "
              "1987)"),
    parameter("holdout_slowdown", &L::holdout_slowdown, "0..1", {0.01, 1},
              "of output lost while a plant works to rule (Cramton and Tracy 1992); assumed"),
    parameter("unrest_memory", &L::unrest_memory, "0..1", kShare,
              "share of unrest that is left after a year; assumed"),
    parameter("grievance", &L::grievance, "0..1", kShare,
              "rise of unrest by failed talks, a broken promise or members left outside; assumed"),
    parameter("strike_base_probability", &L::strike_base_probability, "1/year", kShare,
              "of a protest strike at a plant in full unrest; behaviour.csv: 0.10 .. 0.30 at the "
              "end of a contract (Kennan and Wilson, from memory)"),
    parameter("strike_days", &L::strike_days, "days", {0, 250}, "mean length; assumed"),
    parameter("working_days_per_month", &L::working_days_per_month, "days", {1, 31},
              "on which a plant runs; 235 a year is Harbour's capacity"),
    parameter("member_resolve_sd", &L::member_resolve_sd, "0..1", {0.001, 10},
              "how far members' resolve differs from that of their union, standard deviation; "
              "assumed 0.05 .. 0.25"),
    parameter("ballot_sd", &L::ballot_sd, "0..1", {0, 10},
              "mood on the day of a ballot, in units of resolve, standard deviation; assumed "
              "0 .. 0.2"),
    parameter("performance_rate", &L::performance_rate, "1/year", {-1, 1},
              "log points by which hours per vehicle fall a year while a performance clause runs; "
              "assumed 0.02 .. 0.08: Harbour's plants have gained some 3 % a year (from memory)"),
    parameter("performance_sd", &L::performance_sd, "1/year", {0, 1},
              "standard deviation of that, year by year; assumed 0.02 .. 0.08"),
    parameter("effort_cost", &L::effort_cost, "", {0, 5},
              "% of pay that it is worth to members not to work 1 % faster; assumed 0.1 .. 0.6"),
    parameter("performance_interval_years", &L::performance_interval_years, "years", {1, 100},
              "between a plant's talks about its performance; assumed, a wage term"),
    parameter("wage_bargain", &L::wage_bargain,
              {"screening", "right_to_manage", "efficient", "sequential"},
              "what a maker could pay above the wage level: wage_room_share, or up to the wage of "
              "a bargain over the plant's revenue (Manning 1987)"),
    parameter("wage_power", &L::wage_power, "0..1", kShare,
              "of a union over the wage in that bargain; assumed 0.1 .. 0.5"),
    parameter("jobs_power", &L::jobs_power, "0..1", {0, 0.99},
              "of a union over jobs where the bargain is sequential (right to manage: 0; "
              "efficient: wage_power); assumed 0 .. 0.3"),
};

using I = IndustryParameters;
const std::array kIndustry{
    parameter("utilisation_target", &I::utilisation_target, "0..1", {0.05, 1.5},
              "below it a plant costs more than it earns; behaviour.csv: 0.70 .. 0.80 break-even"),
    parameter("freight_home_eur", &I::freight_home_eur, "EUR/vehicle", {0, 20000},
              "within a country; assumed"),
    parameter("freight_europe_eur", &I::freight_europe_eur, "EUR/vehicle", {0, 20000},
              "between European countries; assumed"),
    parameter("freight_overseas_eur", &I::freight_overseas_eur, "EUR/vehicle", {0, 20000},
              "by ship; costs.csv: 1081 .. 1428 USD (shipping)"),
    parameter("stock_target_months", &I::stock_target_months, "months of sales", {0, 12},
              "that makers keep made and unsold; assumed"),
    parameter("backlog_patience_months", &I::backlog_patience_months, "months", {0.1, 60},
              "after which an undelivered order is cancelled; assumed"),
    parameter(
        "body_materials_share", &I::body_materials_share, "0..1", kShare,
        "of the base price before VAT that is parts and materials, battery included; assumed"),
    parameter("energy_mwh_per_vehicle", &I::energy_mwh_per_vehicle, "MWh/vehicle", {0, 100},
              "electricity of a plant; costs.csv: 516 .. 1414 EUR per vehicle in all (energy)"),
    parameter("kit_cost_discount", &I::kit_cost_discount, "0..1", kShare,
              "what assembly of kits saves on delivered cost; assumed"),
    parameter(
        "idle_cost_share", &I::idle_cost_share, "0..1", kShare,
        "of a plant's fixed cost that is left while it stands idle: depreciation, guards, heat; "
        "assumed 0.3..0.8"),
    parameter(
        "central_cost_share", &I::central_cost_share, "0..1", kShare,
        "fixed cost outside the plants, of base-year revenue: development, administration, "
        "depreciation; assumed 0.1..0.2: mark-ups of 25 to 30 % of the price at the elasticities "
        "of demand, less operating margins of some 10 to 13 % (Stellantis 2023, as remembered)"),
    parameter("rival_supply_slack", &I::rival_supply_slack, "", {1, 10},
              "capacity of supplies that are not tracked, over their base output; assumed"),
    parameter("sourcing_flexibility", &I::sourcing_flexibility, "0..1", kShare,
              "how far a month's output may exceed a plant's share of a programme that several "
              "plants build; assumed"),
    parameter("parts_dispersion", &I::parts_dispersion, "", {1, 50},
              "theta of trade in parts: the larger, the more alike suppliers are and the less it "
              "costs to lose those next door; Eaton & Kortum 2002, their first estimate; assumed "
              "3.6..12.9, their others"),
    parameter("supplier_speed_per_year", &I::supplier_speed_per_year, "1/year", kShare,
              "how fast suppliers follow assembly into and out of a country; assumed 0.1..0.4"),
};

using V = InvestmentParameters;
const std::array kInvestment{
    parameter("horizon_years", &V::horizon_years, "years", {1, 40},
              "life of a generation, over which a project earns; assumed"),
    parameter("hurdle_premium", &V::hurdle_premium, "1/year", {-0.2, 0.5},
              "added to every carmaker's hurdle rate; behaviour.csv: rates of 0.10 .. 0.15"),
    parameter("volatility", &V::volatility, "1/sqrt(year)", {0.001, 2},
              "of a project's value (Dixit and Pindyck 1994); assumed"),
    parameter("risk_free_rate", &V::risk_free_rate, "1/year", {0.001, 0.5},
              "in the option to wait (McDonald and Siegel 1986); assumed"),
    parameter("payout_rate", &V::payout_rate, "1/year", {0.001, 0.5},
              "what waiting forgoes (McDonald and Siegel 1986); assumed"),
    parameter("slip_mean_months", &V::slip_mean_months, "months", {0, 60},
              "launches slip by an exponential of this mean; assumed, see product_plans.csv"),
    parameter("cancel_threshold", &V::cancel_threshold, "0..1", {0, 1},
              "share of the planned value below which a project may die; assumed"),
    parameter("sourcing_inertia_eur", &V::sourcing_inertia_eur, "EUR/vehicle", {0, 10000},
              "advantage of the plant that builds the running generation; assumed"),
    parameter(
        "sourcing_cost_sd", &V::sourcing_cost_sd, "of the price", {0, 0.3},
        "standard deviation, over plants and generations, of what a vehicle costs in a plant "
        "beyond what the plant's data say, known to its maker alone when it sources; after the "
        "cost draws of Head and Mayer 2019; assumed, 0 .. 0.05"),
    parameter("kit_capex_share", &V::kit_capex_share, "0..1", kShare,
              "capex of kit assembly over that of a plant; assumed"),
    parameter("plant_lead_months", &V::plant_lead_months, "months", {1, 120},
              "from the decision to the first vehicle of a new plant; assumed, 2 .. 4 years"),
    parameter("kit_lead_months", &V::kit_lead_months, "months", {1, 120},
              "from the decision to the first vehicle of kit assembly; assumed"),
    parameter(
        "entrant_brand_growth", &V::entrant_brand_growth, "utils/year", {-1, 2},
        "of what an entrant makes in Europe, per year of presence, at most five years; 0.05 is "
        "22 % more sales a year at a nest_segment of 0.25; assumed"),
    parameter(
        "home_made_taste", &V::home_made_taste, "utils", {-2, 5},
        "for an entrant's vehicle made in the buyer's country; 0.04 is worth about 1000 EUR of a "
        "car of 25 000; assumed"),
    parameter("site_interval_years", &V::site_interval_years, "years", {1, 20},
              "between an entrant's reviews of its way into Europe; assumed"),
    parameter("sourcing_lead_months", &V::sourcing_lead_months, "months", {0, 120},
              "before its first vehicle at which a next generation is sourced; assumed, announced "
              "lines take 12 .. 36 (projects.toml)"),
    parameter("new_platform_capex_share", &V::new_platform_capex_share, "0..5", {0, 5},
              "capex over retool_eur where the platform is new to the plant; assumed, costs.csv: "
              "57 MEUR for a further model on a line, 98 .. 200 MEUR for a first one (retool)"),
    parameter("pressure_eur", &V::pressure_eur, "EUR/vehicle", {0, 10000},
              "what full public pressure is worth to a maker that gives in; assumed"),
    parameter("planned_bev_growth_per_year", &V::planned_bev_growth_per_year, "1/year", {-0.5, 2},
              "growth of electric sales that announced battery plants count on; assumed, EU plans "
              "of 2021: 0.15 of sales in 2023, 0.6 in 2030"),
    parameter("cells_value_elasticity", &V::cells_value_elasticity, "", {0, 20},
              "percent of a battery plant's value lost with 1 % of electric sales against plan: "
              "most of its costs are fixed; assumed"),
    parameter("entrant_growth_per_year", &V::entrant_growth_per_year, "1/year", {-0.5, 5},
              "growth of its European sales that an entrant counts on until two years after the "
              "opening of a plant; assumed, brand_share.csv: Chinese makers doubled in 2023"),
    parameter("new_plant_hours_per_vehicle", &V::new_plant_hours_per_vehicle, "hours", {1, 1000},
              "of an entrant's new plant; plants.toml: 18 .. 30 for volume cars; assumed"),
    parameter("kit_hours_per_vehicle", &V::kit_hours_per_vehicle, "hours", {0.1, 1000},
              "of the assembly of kits; plants.toml: 6 .. 10 (Macchia d'Isernia); assumed"),
    parameter("new_plant_fixed_eur_per_unit", &V::new_plant_fixed_eur_per_unit,
              "EUR/(vehicle/year)", {0, 10000},
              "fixed cost of an entrant's plant a year; plants.toml: 500 .. 900, judgement"),
    parameter("site_affinity_spread", &V::site_affinity_spread, "", {0, 10},
              "multiple of the stated range of a site's affinity (sites.toml, assumed) from which "
              "what its entrant alone knows is drawn, run by run; 0: nothing is drawn; assumed"),
};

using T = TableParameters;
const std::array kTables{
    parameter("rounds", &T::rounds, "rounds", {1, 1000}, "of a whole negotiation"),
    parameter("rounds_per_month", &T::rounds_per_month, "rounds/month", {1, 1000},
              "that a table plays, so that talking takes time"),
    parameter("carmaker_concession", &T::carmaker_concession, "", {0.01, 100},
              "exponent of its time-dependent tactic: below 1 Boulware, above 1 Conceder "
              "(Faratin et al. 1998)"),
    parameter("government_concession", &T::government_concession, "", {0.01, 100},
              "as for carmakers, times the government's own"),
    parameter("union_concession", &T::union_concession, "", {0.01, 100}, "as for carmakers"),
    parameter("trust_prior_kept", &T::trust_prior_kept, "promises", {0.01, 1000},
              "kept, in the Beta prior (Josang and Ismail 2002); assumed, see agreements.csv"),
    parameter("trust_prior_broken", &T::trust_prior_broken, "promises", {0.01, 1000},
              "broken, in the Beta prior (Josang and Ismail 2002); assumed, see agreements.csv"),
    parameter("trust_memory", &T::trust_memory, "0..1", kShare,
              "of the record of promises that is kept from year to year; assumed"),
    parameter("enforcement_verified", &T::enforcement_verified, "0..1", kShare,
              "probability that a shortfall is verified (Good Jobs First 2012: 0.69)"),
    parameter(
        "enforcement_strict", &T::enforcement_strict, "0..1", kShare,
        "probability that a clawback clause is enforced in full (Good Jobs First 2012: 0.53)"),
    parameter("transition_term_years", &T::transition_term_years, "years", {1, 30},
              "that a transition agreement binds; assumed"),
    parameter("transition_interval_years", &T::transition_interval_years, "years", {1, 30},
              "before a transition table is called again; assumed"),
    parameter("aid_above_50m_share", &T::aid_above_50m_share, "0..1", {0, 1},
              "of the regional intensity that the EU allows on capex between 50 and 100 MEUR "
              "(regional aid guidelines; costs.csv, aid_cap)"),
    parameter("aid_above_100m_share", &T::aid_above_100m_share, "0..1", {0, 1},
              "the same above 100 MEUR; costs.csv: with 60 % these give the 267 of 1200 MEUR that "
              "the Commission let Slovakia pay for Valaliky in 2024 (state_aid)"),
    parameter(
        "pact_cap_share", &T::pact_cap_share, "0..1", {0, 1},
        "of capex, most that members of a European pact may pay; intensity of the EU's crisis "
        "framework outside assisted areas (regulation.csv, TCTF 2.8, from memory)"),
    parameter(
        "pact_entrant_power", &T::pact_entrant_power, "0..1", {0, 1},
        "bargaining power of an entrant against the members of a pact; 0: they buy as one ring "
        "(McAfee & McMillan 1992)"),
    parameter("politics_eur", &T::politics_eur, "EUR", {0, 1e10},
              "worth of any agreement to a government; assumed"),
    parameter("output_sd_per_year", &T::output_sd_per_year, "log points", {0, 1},
              "of a country's output around its plan, as the parties see it; standard deviation of "
              "Italy's yearly changes in 2017-2023 (plant_output.csv)"),
    parameter("private_cost_sd", &T::private_cost_sd, "log points", {0, 2},
              "of a maker's own cost of a deal, which it alone knows; assumed"),
};

constexpr std::array<std::string_view, 7> kSections{"population", "demand",     "pricing", "labour",
                                                    "industry",   "investment", "tables"};

// A parameter that the registry forgot could not be set; most sections hold nothing but doubles,
// [population] also a flag and a word, [labour] a word.
static_assert((std::tuple_size_v<decltype(kPopulation)> - 1) * sizeof(double) +
                  sizeof(P::network) ==
              sizeof(P));
static_assert(std::tuple_size_v<decltype(kDemand)> * sizeof(double) == sizeof(D));
static_assert(std::tuple_size_v<decltype(kPricing)> * sizeof(double) == sizeof(R));
static_assert((std::tuple_size_v<decltype(kLabour)> - 1) * sizeof(double) +
                  sizeof(L::wage_bargain) ==
              sizeof(L));
static_assert(std::tuple_size_v<decltype(kInvestment)> * sizeof(double) == sizeof(V));
static_assert(std::tuple_size_v<decltype(kTables)> * sizeof(double) == sizeof(T));

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}

struct Line {
  std::string path, value, unit, range;
  std::string_view meaning;
};

template <class Section, std::size_t n>
void describe(std::string_view section, const std::array<Field<Section>, n>& fields,
              std::vector<Line>& lines) {
  static const Section defaults{};
  for (const auto& field : fields) {
    Line line{std::string{section} + "." + std::string{field.key}, "", std::string{field.unit}, "",
              field.meaning};
    if (const auto* value = std::get_if<double Section::*>(&field.member)) {
      line.value = number(defaults.**value);
      line.range = number(field.range.low) + " .. " + number(field.range.high);
    } else if (const auto* flag = std::get_if<bool Section::*>(&field.member)) {
      line.value = defaults.**flag ? "true" : "false";
      line.range = "true, false";
    } else if (const auto* word = std::get_if<std::string Section::*>(&field.member)) {
      line.value = '"' + defaults.**word + '"';  // as TOML writes it
      for (const auto known : field.one_of)
        line.range += (line.range.empty() ? "" : ", ") + std::string{known};
    }
    lines.push_back(std::move(line));
  }
}

}  // namespace

Parameters read_parameters(const engine::Config& config, engine::Problems& problems) {
  const auto read = [&]<class Section, std::size_t n>(std::string_view section,
                                                      const std::array<Field<Section>, n>& fields) {
    return engine::read_section<Section>(config, section, fields, problems);
  };
  return {read("population", kPopulation), read("demand", kDemand),
          read("pricing", kPricing),       read("labour", kLabour),
          read("industry", kIndustry),     read("investment", kInvestment),
          read("tables", kTables)};
}

std::string describe_parameters() {
  std::vector<Line> lines{{"parameter", "default", "unit", "accepted", "meaning and source"}};
  describe("population", kPopulation, lines);
  describe("demand", kDemand, lines);
  describe("pricing", kPricing, lines);
  describe("labour", kLabour, lines);
  describe("industry", kIndustry, lines);
  describe("investment", kInvestment, lines);
  describe("tables", kTables, lines);

  const auto width = [&](std::string Line::*column) {
    std::size_t widest = 0;
    for (const auto& line : lines) widest = std::max(widest, (line.*column).size());
    return widest;
  };
  const std::array columns{&Line::path, &Line::value, &Line::unit, &Line::range};
  std::array<std::size_t, 4> widths{};
  for (std::size_t c = 0; c < columns.size(); ++c) widths[c] = width(columns[c]);
  std::string text;
  for (const auto& line : lines) {
    for (std::size_t c = 0; c < columns.size(); ++c) {
      std::string cell = line.*columns[c];
      cell.resize(widths[c] + 2, ' ');
      text += cell;
    }
    text += line.meaning;
    text += '\n';
  }
  return text;
}

std::span<const std::string_view> parameter_sections() { return kSections; }

}  // namespace tavolo::agents
