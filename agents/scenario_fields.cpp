#include "agents/scenario_fields.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

#include "engine/negotiation/session.h"

namespace tavolo::agents {
namespace {

using engine::Field;
using engine::Range;
template <class Row>
using Fields = std::vector<Field<Row>>;

constexpr Range kAny{};
constexpr Range kShare{0, 1};
constexpr Range kNotNegative{0, 1e15};
constexpr Range kVehicles{0, 1e9};
constexpr bool kRequired = true;
constexpr bool kOptional = false;

constexpr std::string_view kSourceMeaning = "where the row's figures come from";
constexpr std::string_view kAssumedMeaning =
    "figures without a published source, each \"key low..high reason\"";

const std::vector<std::string_view> kPowertrainWords{kPowertrainNames.begin(),
                                                     kPowertrainNames.end()};
const std::vector<std::string_view> kSegmentWords{kSegments.begin(), kSegments.end()};
const std::vector<std::string_view> kCo2PoolingWords{kCo2PoolingNames.begin(),
                                                     kCo2PoolingNames.end()};
const std::vector<std::string_view> kAidRegimeWords{kAidRegimeNames.begin(), kAidRegimeNames.end()};
const std::vector<std::string_view> kSitingProtocolWords{kSitingProtocolNames.begin(),
                                                         kSitingProtocolNames.end()};

template <class Row>
Field<Row> id() {
  return {"id", &Row::id, "", "the name by which other rows refer to this one"};
}
template <class Row>
Field<Row> name() {
  return {"name", &Row::name, "", "as written in reports; the id if left out", kAny, kOptional};
}
template <class Row>
Field<Row> source() {
  return {"source", &Row::source, "", kSourceMeaning};
}
template <class Row>
Field<Row> assumed() {
  return {"assumed", &Row::assumed, "", kAssumedMeaning, kAny, kOptional};
}

}  // namespace

template <>
std::span<const Field<Scenario>> fields() {
  using S = Scenario;
  static const Fields<S> list{
      {"title", &S::title, "", "one line, for reports"},
      {"start", &S::start, "month", "first month simulated, a January of 2018 .. 2024"},
      {"until", &S::until, "year", "last year simulated", {1900, 3000}},
      {"base_year",
       &S::base_year,
       "year",
       "whose sales, shares and prices are matched, not later than the start",
       {1900, 3000}},
      {"known_until", &S::known_until, "month",
       "last month of which drivers, shocks, duties and schemes are known, for forecasts made "
       "then: what drivers do later is drawn, shocks and duties that begin and schemes that are "
       "announced later do not come; launches are given",
       kAny, kOptional},
      {"policy", &S::policy, "", "strategy of the first strategic government"},
      {"aid_regime",
       &S::aid_regime,
       "",
       "what rules aid to plants and sites",
       kAny,
       kOptional,
       {},
       kAidRegimeWords},
      {"siting_protocol",
       &S::siting_protocol,
       "",
       "how a site is awarded that several governments want",
       kAny,
       kOptional,
       {},
       kSitingProtocolWords},
      {"co2_pooling",
       &S::co2_pooling,
       "",
       "whose cars count as one fleet for the CO2 target",
       kAny,
       kOptional,
       {},
       kCo2PoolingWords},
      {"transition_protocol",
       &S::transition_protocol,
       "",
       "how transition tables and renegotiations are held",
       kAny,
       kOptional,
       {},
       engine::negotiation::session_protocols()},
      {"plant_protocol",
       &S::plant_protocol,
       "",
       "how plant and closure tables are held",
       kAny,
       kOptional,
       {},
       engine::negotiation::session_protocols()},
      {"government_strategy", &S::government_strategy, "",
       "of governments at tables; if left out by time, with tables.government_concession", kAny,
       kOptional},
      {"carmaker_strategy", &S::carmaker_strategy, "",
       "of makers at tables; if left out by time, with tables.carmaker_concession", kAny,
       kOptional},
      {"carmaker_posture", &S::carmaker_posture, "",
       "of makers with home plants, taken every January; if left out as the parameters say", kAny,
       kOptional},
      {"union_strategy", &S::union_strategy, "",
       "of unions at tables; if left out by time, with tables.union_concession", kAny, kOptional},
  };
  return list;
}

template <>
std::span<const Field<Country>> fields() {
  using C = Country;
  static const Fields<C> list{
      id<C>(),
      name<C>(),
      {"in_eu", &C::in_eu, "", "in the customs union, under state-aid rules and CO2 targets"},
      {"overseas", &C::overseas, "", "vehicles come by ship", kAny, kOptional},
      {"labour_eur_per_hour",
       &C::labour_eur_per_hour,
       "EUR/hour",
       "labour cost of the car industry, 2023",
       {0.1, 500}},
      {"energy_eur_per_mwh",
       &C::energy_eur_per_mwh,
       "EUR/MWh",
       "industrial electricity, base year",
       {1, 2000}},
      {"supplier_cost_index",
       &C::supplier_cost_index,
       "Italy = 1",
       "cost of parts delivered to a plant there",
       {0.1, 10},
       kOptional},
      {"corporate_tax_rate", &C::corporate_tax_rate, "0..1", "on profits", {0, 0.9}},
      {"greenfield_eur_per_unit",
       &C::greenfield_eur_per_unit,
       "EUR/(vehicle/year)",
       "capex per vehicle of yearly capacity of a new plant",
       {1, 1e6}},
      {"aid_cap_share", &C::aid_cap_share, "0..1",
       "intensity of its aid map; in the EU of capex up to 50 MEUR, less of more "
       "(tables.aid_above_…)",
       kShare},
      {"rule_aid_share", &C::rule_aid_share, "0..1",
       "of capex, offered by a government that follows a rule", kShare, kOptional},
      source<C>(),
      assumed<C>(),
  };
  return list;
}

template <>
std::span<const Field<Market>> fields() {
  using M = Market;
  static const Fields<M> list{
      id<M>(),
      name<M>(),
      {"country", &M::country, "", "whose taxes and policies hold", kAny, kRequired, "countries"},
      {"vat_rate", &M::vat_rate, "0..1", "on new vehicles", kShare},
      {"households", &M::households, "households", "0: takes exports only, without agents",
       kVehicles},
      {"income_median_eur",
       &M::income_median_eur,
       "EUR/year",
       "net, per household, 2023",
       {0, 1e7},
       kOptional},
      {"income_log_sd",
       &M::income_log_sd,
       "log points",
       "standard deviation of log income",
       {0, 5},
       kOptional},
      {"home_charging_share", &M::home_charging_share, "0..1", "of households", kShare, kOptional},
      {"fleet_share", &M::fleet_share, "0..1", "of new cars, bought by companies and rental",
       kShare, kOptional},
      {"charging_points_2018", &M::charging_points_2018, "points", "public, at the start of 2018",
       kVehicles, kOptional},
      {"charging_points_2024", &M::charging_points_2024, "points", "public, at the start of 2024",
       kVehicles, kOptional},
      {"bev_stock_share_2018", &M::bev_stock_share_2018, "0..1",
       "of cars on the road, at the start of 2018", kShare, kOptional},
      {"bev_stock_share_2024", &M::bev_stock_share_2024, "0..1",
       "of cars on the road, at the start of 2024", kShare, kOptional},
      {"car_registrations", &M::car_registrations, "cars/year", "new cars, by year", kVehicles},
      {"van_registrations", &M::van_registrations, "vans/year", "new light vans, by year",
       kVehicles, kOptional},
      source<M>(),
      assumed<M>(),
  };
  return list;
}

template <>
std::span<const Field<Carmaker>> fields() {
  using C = Carmaker;
  static const Fields<C> list{
      id<C>(),
      name<C>(),
      {"country", &C::country, "", "of its headquarters", kAny, kRequired, "countries"},
      {"parent", &C::parent, "", "who decides its plants in Europe, if another maker", kAny,
       kOptional, "carmakers"},
      {"parent_share", &C::parent_share, "0..1", "of its profit, the parent's", kShare, kOptional},
      {"hurdle_rate",
       &C::hurdle_rate,
       "1/year",
       "that an investment must earn",
       {0.001, 1},
       kOptional},
      {"cash_eur", &C::cash_eur, "EUR", "at the start", {-1e13, 1e13}, kOptional},
      {"capex_budget_eur_per_year", &C::capex_budget_eur_per_year, "EUR/year", "for Europe",
       kNotNegative, kOptional},
      {"entrant", &C::entrant, "", "weighs exports, kit assembly and a plant", kAny, kOptional},
      {"export_plant", &C::export_plant, "", "where an entrant's exports come from", kAny,
       kOptional, "plants"},
      {"co2_pool", &C::co2_pool, "", "whose CO2 account it shares; its own if left out", kAny,
       kOptional, "carmakers"},
      source<C>(),
      assumed<C>(),
  };
  return list;
}

template <>
std::span<const Field<Brand>> fields() {
  using B = Brand;
  static const Fields<B> list{
      id<B>(),
      name<B>(),
      {"carmaker", &B::carmaker, "", "its owner", kAny, kRequired, "carmakers"},
      {"loyalty", &B::loyalty, "", "multiple of demand.loyalty", {0, 20}, kOptional},
      {"seed_share", &B::seed_share, "0..1",
       "by market: prior share of registrations where nothing is published", kShare, kOptional},
      source<B>(),
      assumed<B>(),
  };
  return list;
}

template <>
std::span<const Field<Plant>> fields() {
  using P = Plant;
  static const Fields<P> list{
      id<P>(),
      name<P>(),
      {"carmaker", &P::carmaker, "", "its owner", kAny, kRequired, "carmakers"},
      {"country", &P::country, "", "where it stands", kAny, kRequired, "countries"},
      {"capacity_per_year", &P::capacity_per_year, "vehicles/year",
       "technical, on two or three shifts", kVehicles},
      {"platforms", &P::platforms, "", "tooled at the start", kAny, kOptional},
      {"convertible", &P::convertible, "", "platforms that it can be tooled for at retool cost",
       kAny, kOptional},
      {"headcount_2018",
       &P::headcount_2018,
       "workers",
       "at the start of 2018",
       {0, 1e6},
       kOptional},
      {"headcount_2024",
       &P::headcount_2024,
       "workers",
       "at the start of 2024",
       {0, 1e6},
       kOptional},
      {"hours_per_vehicle",
       &P::hours_per_vehicle,
       "hours",
       "direct and indirect labour",
       {0.1, 5000},
       kOptional},
      {"fixed_cost_eur_per_year", &P::fixed_cost_eur_per_year, "EUR/year",
       "whatever is made; labour apart", kNotNegative, kOptional},
      {"aid_cap_share",
       &P::aid_cap_share,
       "0..1",
       "of the regional aid map; -1: the country's",
       {-1, 1},
       kOptional},
      {"opens", &P::opens, "month", "there at the start if left out", kAny, kOptional},
      {"closes", &P::closes, "month", "when it is planned to close", kAny, kOptional},
      {"tracked", &P::tracked, "", "labour, unions and capacity are modelled; else a supply only",
       kAny, kOptional},
      source<P>(),
      assumed<P>(),
  };
  return list;
}

template <>
std::span<const Field<Programme>> fields() {
  using P = Programme;
  static const Fields<P> list{
      id<P>(),
      name<P>(),
      {"brand", &P::brand, "", "under which it is sold", kAny, kRequired, "brands"},
      {"segment",
       &P::segment,
       "",
       "A mini, B, C, D, E upper, S sport and luxury, V van",
       kAny,
       kRequired,
       {},
       kSegmentWords},
      {"platform", &P::platform, "", "of the running generation"},
      {"plants", &P::plants, "0..1", "by plant: share of its output, base year; sums to 1", kShare},
      {"from", &P::from, "month", "first sale; after the start: a planned launch", kAny, kOptional},
      {"launched", &P::launched, "month",
       "of the running generation; from if left out; neither: it does not age", kAny, kOptional},
      {"generation_end", &P::generation_end, "month",
       "when the running generation ends: renewed, moved or dropped", kAny, kOptional},
      {"next_platform", &P::next_platform, "", "of the next generation; the same if left out", kAny,
       kOptional},
      {"next_plants", &P::next_plants, "", "that may build the next one; where it is if left out",
       kAny, kOptional, "plants"},
      {"replaces", &P::replaces, "", "whose buyers it inherits", kAny, kOptional, "programmes"},
      {"ends", &P::ends, "", "dropped at generation_end unless a table saves it", kAny, kOptional},
      {"retool_eur", &P::retool_eur, "EUR", "to tool one plant for the next generation",
       kNotNegative, kOptional},
      source<P>(),
      assumed<P>(),
  };
  return list;
}

template <>
std::span<const Field<Vehicle>> fields() {
  using V = Vehicle;
  static const Fields<V> list{
      id<V>(),
      name<V>(),
      {"programme", &V::programme, "", "of which it is one powertrain", kAny, kRequired,
       "programmes"},
      {"powertrain", &V::powertrain, "", "what drives it", kAny, kRequired, {}, kPowertrainWords},
      {"price_eur",
       &V::price_eur,
       "EUR",
       "paid in the first market with VAT before incentives, 2023 prices",
       {0, 1e7}},
      {"co2_g_per_km", &V::co2_g_per_km, "g/km", "WLTP", {0, 1000}},
      {"range_km", &V::range_km, "km", "WLTP, electric; 0 without a plug", {0, 3000}, kOptional},
      {"energy_per_100km",
       &V::energy_per_100km,
       "l or kWh/100 km",
       "litres; kWh for bev; phev: litres of a mixed use",
       {0, 200}},
      {"battery_kwh", &V::battery_kwh, "kWh", "0 without a plug", {0, 500}, kOptional},
      {"mild", &V::mild, "", "a hybrid by its starter generator alone: a petrol car to its buyer",
       kAny, kOptional},
      {"mix", &V::mix, "", "prior share within its brand, on any scale", {0, 1e9}, kOptional},
      {"from", &V::from, "month", "on sale; the programme's if later", kAny, kOptional},
      {"to", &V::to, "month", "last month on sale", kAny, kOptional},
      {"market_mix",
       &V::market_mix,
       "",
       "by market: multiple of mix, 1 if left out",
       {0, 1e6},
       kOptional},
      source<V>(),
      assumed<V>(),
  };
  return list;
}

template <>
std::span<const Field<ShareMargin>> fields() {
  using S = ShareMargin;
  static const Fields<S> list{
      id<S>(),
      {"market", &S::market, "", "where the share was observed", kAny, kRequired, "markets"},
      {"brands", &S::brands, "", "whose joint share it is; or powertrains", kAny, kOptional,
       "brands"},
      {"powertrains",
       &S::powertrains,
       "",
       "whose joint share it is; or brands",
       kAny,
       kOptional,
       {},
       kPowertrainWords},
      {"by_year", &S::by_year, "0..1", "share of car registrations", kShare},
      {"bonus_eur",
       &S::bonus_eur,
       "EUR/car",
       "average incentive paid, by year; the last one listed holds on. Abroad that of the year, at "
       "home only that of the base year is used",
       {0, 1e6},
       kOptional},
      source<S>(),
  };
  return list;
}

template <>
std::span<const Field<OutputMargin>> fields() {
  using O = OutputMargin;
  static const Fields<O> list{
      id<O>(),
      {"plant", &O::plant, "", "whose output it is", kAny, kRequired, "plants"},
      {"by_year", &O::by_year, "vehicles/year", "output", kVehicles},
      {"home_share", &O::home_share, "0..1", "sold in the plant's own country, by year", kShare,
       kOptional},
      source<O>(),
  };
  return list;
}

template <>
std::span<const Field<Driver>> fields() {
  using D = Driver;
  static const Fields<D> list{
      id<D>(),
      {"unit", &D::unit, "", "of the level"},
      {"by_year", &D::by_year, "unit", "known levels", {1e-9, 1e9}},
      {"drift_per_year",
       &D::drift_per_year,
       "1/year",
       "of the logarithm, after the last known year",
       {-1, 1},
       kOptional},
      {"std_dev_per_year",
       &D::std_dev_per_year,
       "1/sqrt(year)",
       "of the logarithm, after the last known year",
       {0, 2},
       kOptional},
      source<D>(),
      assumed<D>(),
  };
  return list;
}

template <>
std::span<const Field<Component>> fields() {
  using C = Component;
  static const Fields<C> list{
      id<C>(),
      name<C>(),
      {"value_share", &C::value_share, "0..1", "of the parts of a vehicle", kShare},
      {"europe_cost_share",
       &C::europe_cost_share,
       "of its price",
       "what it costs to buy it in another country: freight, stocks, delay",
       {0, 10}},
      {"overseas_cost_share",
       &C::overseas_cost_share,
       "of its price",
       "the same overseas, with duty",
       {0, 10}},
      source<C>(),
      assumed<C>(),
  };
  return list;
}

template <>
std::span<const Field<Shock>> fields() {
  using S = Shock;
  static const Fields<S> list{
      id<S>(),
      {"from", &S::from, "month", "first month"},
      {"to", &S::to, "month", "last month"},
      {"demand_factor", &S::demand_factor, "0..1", "share of buyers who can buy", kShare,
       kOptional},
      {"supply_factor", &S::supply_factor, "0..1", "share of capacity that can run", kShare,
       kOptional},
      source<S>(),
      assumed<S>(),
  };
  return list;
}

template <>
std::span<const Field<Duty>> fields() {
  using D = Duty;
  static const Fields<D> list{
      id<D>(),
      {"origin", &D::origin, "", "where the vehicle was made", kAny, kRequired, "countries"},
      {"powertrain", &D::powertrain, "", "all if left out", kAny, kOptional, {}, kPowertrainWords},
      {"carmaker", &D::carmaker, "", "all if left out", kAny, kOptional, "carmakers"},
      {"into_eu", &D::into_eu, "", "into the EU; false: into the United Kingdom", kAny, kOptional},
      {"rate", &D::rate, "0..5", "ad valorem, on customs value", {0, 5}},
      {"from", &D::from, "month", "first month in force", kAny, kOptional},
      {"to", &D::to, "month", "last month in force", kAny, kOptional},
      source<D>(),
  };
  return list;
}

template <>
std::span<const Field<Co2Rule>> fields() {
  using C = Co2Rule;
  static const Fields<C> list{
      id<C>(),
      {"from", &C::from, "month", "in force from here until the next rule"},
      {"target_g_per_km",
       &C::target_g_per_km,
       "g/km",
       "WLTP, average of a pool's new cars in the EU",
       {0, 500}},
      {"premium_eur_per_g",
       &C::premium_eur_per_g,
       "EUR/(g/km)",
       "per car and g/km above the target",
       {0, 10000}},
      {"super_credit",
       &C::super_credit,
       "cars",
       "as which one of low emission counts in the average",
       {1, 10},
       kOptional},
      {"super_credit_below_g_per_km",
       &C::super_credit_below_g_per_km,
       "g/km",
       "what low emission is below",
       {0, 500},
       kOptional},
      {"super_credit_cap_g_per_km",
       &C::super_credit_cap_g_per_km,
       "g/km",
       "what super-credits may take off a pool's average, over all years together",
       {0, 500},
       kOptional},
      source<C>(),
  };
  return list;
}

template <>
std::span<const Field<Fund>> fields() {
  using F = Fund;
  static const Fields<F> list{
      id<F>(),
      name<F>(),
      {"country", &F::country, "", "whose treasury pays", kAny, kRequired, "countries"},
      {"announced", &F::announced, "month", "buyers may wait from here on; `from` if left out",
       kAny, kOptional},
      {"from", &F::from, "month", "first month of applications"},
      {"to", &F::to, "month", "last month of applications"},
      {"budget_eur", &F::budget_eur, "EUR", "of the fund", kNotNegative},
      source<F>(),
  };
  return list;
}

template <>
std::span<const Field<Bonus>> fields() {
  using B = Bonus;
  static const Fields<B> list{
      id<B>(),
      {"fund", &B::fund, "", "that pays it", kAny, kRequired, "funds"},
      {"co2_min", &B::co2_min, "g/km", "lowest emission served", {0, 1000}, kOptional},
      {"co2_max", &B::co2_max, "g/km", "highest emission served", {0, 1000}},
      {"price_cap_eur",
       &B::price_cap_eur,
       "EUR",
       "list price before VAT; 0: no cap",
       {0, 1e7},
       kOptional},
      {"income_max_eur",
       &B::income_max_eur,
       "EUR/year",
       "of the household; 0: not asked",
       {0, 1e7},
       kOptional},
      {"scrapped_min_age_years",
       &B::scrapped_min_age_years,
       "years",
       "of the vehicle scrapped; 0: none asked",
       {0, 60},
       kOptional},
      {"amount_eur", &B::amount_eur, "EUR", "per vehicle", {0, 1e6}},
      {"fleets", &B::fleets, "", "whether companies may apply", kAny, kOptional},
      {"vans", &B::vans, "", "for vans instead of cars", kAny, kOptional},
      source<B>(),
  };
  return list;
}

template <>
std::span<const Field<CompanyCarTax>> fields() {
  using C = CompanyCarTax;
  static const Fields<C> list{
      id<C>(),
      {"country", &C::country, "", "whose income tax it is", kAny, kRequired, "countries"},
      {"from", &C::from, "month", "first month of orders", kAny, kOptional},
      {"to", &C::to, "month", "last month of orders", kAny, kOptional},
      {"co2_min", &C::co2_min, "g/km", "lowest emission", {0, 10000}, kOptional},
      {"co2_max", &C::co2_max, "g/km", "highest emission", {0, 10000}, kOptional},
      {"powertrains", &C::powertrains, "", "all if left out", kAny, kOptional},
      {"taxable_share", &C::taxable_share, "0..1",
       "of the official cost per kilometre, income of the driver", kShare},
      {"km_per_year", &C::km_per_year, "km/year", "that the law counts", {0, 1e5}, kOptional},
      source<C>(),
      assumed<C>(),
  };
  return list;
}

template <>
std::span<const Field<Union>> fields() {
  using U = Union;
  static const Fields<U> list{
      id<U>(),
      name<U>(),
      {"country", &U::country, "", "where it stands", kAny, kRequired, "countries"},
      {"militancy", &U::militancy, "0..1", "0 signs readily, 1 strikes readily", kShare, kOptional},
      {"backing", &U::backing, "0..1", "by plant: share of the vote", kShare},
      source<U>(),
      assumed<U>(),
  };
  return list;
}

template <>
std::span<const Field<Government>> fields() {
  using G = Government;
  static const Fields<G> list{
      id<G>(),
      name<G>(),
      {"country", &G::country, "", "that it governs", kAny, kRequired, "countries"},
      {"strategic", &G::strategic, "", "decides by a policy strategy; others follow their rule",
       kAny, kOptional},
      {"policy", &G::policy, "", "default strategy; --policy sets the first strategic one's", kAny,
       kOptional},
      {"budget_eur", &G::budget_eur, "EUR/year", "for the car industry, by year", kNotNegative,
       kOptional},
      {"target_vehicles", &G::target_vehicles, "vehicles/year", "that it wants made at home",
       kVehicles, kOptional},
      {"target_year", &G::target_year, "year", "by when", {1900, 3000}, kOptional},
      {"value_per_job_year_eur",
       &G::value_per_job_year_eur,
       "EUR",
       "that it would pay for one job-year",
       {0, 1e7},
       kOptional},
      {"value_per_vehicle_eur",
       &G::value_per_vehicle_eur,
       "EUR",
       "for one vehicle made at home, beyond jobs",
       {0, 1e6},
       kOptional},
      {"cost_of_funds",
       &G::cost_of_funds,
       "EUR/EUR",
       "deadweight loss per euro of taxes",
       {0, 5},
       kOptional},
      {"concession",
       &G::concession,
       "",
       "exponent of its time-dependent tactic",
       {0.01, 100},
       kOptional},
      source<G>(),
      assumed<G>(),
  };
  return list;
}

template <>
std::span<const Field<Project>> fields() {
  using P = Project;
  static const Fields<P> list{
      id<P>(),
      {"carmaker", &P::carmaker, "", "who has announced it", kAny, kRequired, "carmakers"},
      {"plant", &P::plant, "", "where", kAny, kRequired, "plants"},
      {"programmes", &P::programmes, "", "sourced there when it is done", kAny, kOptional,
       "programmes"},
      {"share", &P::share, "0..1", "of their output; the rest stays where it was", kShare,
       kOptional},
      {"platform", &P::platform, "", "tooled there", kAny, kOptional},
      {"start", &P::start, "month", "planned start of production"},
      {"lead_months", &P::lead_months, "months", "of construction before it", {0, 240}, kOptional},
      {"capex_eur", &P::capex_eur, "EUR", "spent over the construction", kNotNegative},
      {"firmness", &P::firmness, "0..1", "0 a wish, 1 cannot be cancelled", kShare, kOptional},
      {"capacity_per_year", &P::capacity_per_year, "vehicles/year", "added", kVehicles, kOptional},
      {"jobs", &P::jobs, "workers", "outside vehicle assembly", {0, 1e6}, kOptional},
      source<P>(),
      assumed<P>(),
  };
  return list;
}

template <>
std::span<const Field<Site>> fields() {
  using S = Site;
  static const Fields<S> list{
      id<S>(),
      {"carmaker", &S::carmaker, "", "the entrant", kAny, kRequired, "carmakers"},
      {"country", &S::country, "", "that it may choose", kAny, kRequired, "countries"},
      {"host", &S::host, "", "plant in which the line would stand; a new plant if left out", kAny,
       kOptional, "plants"},
      {"capacity_per_year",
       &S::capacity_per_year,
       "vehicles/year",
       "of the plant or the line",
       {1, 1e9}},
      {"capex_eur_per_unit",
       &S::capex_eur_per_unit,
       "EUR/(vehicle/year)",
       "of capacity; 0: the country's greenfield figure",
       {0, 1e6},
       kOptional},
      {"affinity_eur_per_vehicle",
       &S::affinity_eur_per_vehicle,
       "EUR/vehicle",
       "suppliers, partners and home market of the site",
       {-1e5, 1e5},
       kOptional},
      {"aid_cap_share",
       &S::aid_cap_share,
       "0..1",
       "of the regional aid map; -1: that of the host or country",
       {-1, 1},
       kOptional},
      {"courted_only", &S::courted_only, "", "considered only when the government courts", kAny,
       kOptional},
      source<S>(),
      assumed<S>(),
  };
  return list;
}

namespace {

constexpr std::array kTables{
    Table{"countries", "wages, energy, taxes and aid rules", "countries.toml", true},
    Table{"markets", "where vehicles are sold", "markets.toml", true},
    Table{"carmakers", "owners of brands and plants", "carmakers.toml", true},
    Table{"brands", "what buyers are loyal to", "brands.toml", true},
    Table{"plants", "capacity, tooling and headcount", "plants.toml", true},
    Table{"programmes", "nameplates: developed, sourced, renewed and ended as one",
          "programmes.toml", true},
    Table{"vehicles", "what buyers choose: a programme with one powertrain", "vehicles.toml", true},
    Table{"share_margins", "published shares of registrations", "margins.toml", true},
    Table{"output_margins", "published output of plants", "margins.toml", true},
    Table{"drivers", "exogenous series: energy, batteries, incomes, wages", "drivers.toml", true},
    Table{"components", "bought-in parts, by how far they travel", "components.toml", false},
    Table{"shocks", "disruptions that nobody foresees", "rules.toml", false},
    Table{"duties", "on imports into the EU and the United Kingdom", "rules.toml", true},
    Table{"co2_rules", "targets for the average of a maker's new cars", "rules.toml", true},
    Table{"funds", "money for purchase incentives", "incentives.toml", false},
    Table{"bonuses", "who gets how much from which fund", "incentives.toml", false},
    Table{"company_car_tax", "what drivers of company cars are taxed on", "rules.toml", false},
    Table{"unions", "who speaks for the workers of a plant", "unions.toml", false},
    Table{"governments", "budgets, targets and values", "governments.toml", true},
    Table{"projects", "what makers have announced", "projects.toml", false},
    Table{"sites", "where entrants may build", "sites.toml", false},
};

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

template <class Row>
std::string accepted(const Field<Row>& field) {
  if (!field.table.empty()) return "id of " + std::string{field.table};
  if (!field.one_of.empty()) {
    std::string words;
    for (const auto word : field.one_of) words += (words.empty() ? "" : " ") + std::string{word};
    return words;
  }
  if (std::holds_alternative<bool Row::*>(field.member)) return "true false";
  if (std::holds_alternative<Month Row::*>(field.member)) return "\"2024-03\"";
  if (std::isinf(field.range.low)) return "text";
  return number(field.range.low) + " .. " + number(field.range.high);
}

template <class Row>
void describe(std::string_view heading, std::string& text) {
  std::vector<std::array<std::string, 4>> lines;
  for (const auto& field : fields<Row>())
    lines.push_back({std::string{field.key}, field.required ? "required" : "",
                     std::string{field.unit}, accepted(field)});
  std::array<std::size_t, 4> widths{};
  for (const auto& line : lines)
    for (std::size_t c = 0; c < line.size(); ++c) widths[c] = std::max(widths[c], line[c].size());
  text += heading;
  text += '\n';
  for (std::size_t i = 0; i < lines.size(); ++i) {
    text += "  ";
    for (std::size_t c = 0; c < lines[i].size(); ++c) {
      lines[i][c].resize(widths[c] + 2, ' ');
      text += lines[i][c];
    }
    text += fields<Row>()[i].meaning;
    text += '\n';
  }
}

}  // namespace

std::span<const Table> tables() { return kTables; }

std::string describe_tables() {
  std::string text;
  const auto heading = [](std::size_t table) {
    return "\n" + std::string{kTables[table].name} + ": " + std::string{kTables[table].meaning};
  };
  describe<Scenario>("top of the file", text);
  describe<Country>(heading(0), text);
  describe<Market>(heading(1), text);
  describe<Carmaker>(heading(2), text);
  describe<Brand>(heading(3), text);
  describe<Plant>(heading(4), text);
  describe<Programme>(heading(5), text);
  describe<Vehicle>(heading(6), text);
  describe<ShareMargin>(heading(7), text);
  describe<OutputMargin>(heading(8), text);
  describe<Driver>(heading(9), text);
  describe<Component>(heading(10), text);
  describe<Shock>(heading(11), text);
  describe<Duty>(heading(12), text);
  describe<Co2Rule>(heading(13), text);
  describe<Fund>(heading(14), text);
  describe<Bonus>(heading(15), text);
  describe<CompanyCarTax>(heading(16), text);
  describe<Union>(heading(17), text);
  describe<Government>(heading(18), text);
  describe<Project>(heading(19), text);
  describe<Site>(heading(20), text);
  return text;
}

}  // namespace tavolo::agents
