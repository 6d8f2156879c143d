#include "agents/indicators.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string_view>

#include "agents/carmakers/prospects.h"
#include "agents/governments/treasury.h"
#include "agents/market/accounts.h"
#include "agents/market/competition.h"
#include "agents/market/economy.h"
#include "agents/market/production.h"
#include "agents/market/supply_network.h"
#include "engine/error.h"

namespace tavolo::agents {
namespace {

/// A year of the home country, by name. Money in EUR, before it is named in the list below.
struct HomeYear : Competition {
  // output
  double vehicles = 0, cars = 0, vans = 0, entrant_output = 0, outside_output = 0;
  double capacity = 0, outside_capacity = 0, utilisation = 0, break_even = 0, models = 0;
  // sales
  double registrations = 0, van_registrations = 0;
  double petrol_share = 0, diesel_share = 0, lpg_share = 0, hybrid_share = 0, phev_share = 0,
         bev_share = 0;
  double fleet_bev_share = 0, fleet_phev_share = 0, household_bev_share = 0,
         household_phev_share = 0;
  double home_made_share = 0, maker_share = 0, entrant_share = 0;
  double co2_g_per_km = 0, average_price_eur = 0, consumer_surplus_eur = 0;
  // competition, besides Competition
  double hhi = 0, pricing_residual_eur = 0;
  // work
  double parts_content = 0, parts_cost = 0, relocated = 0;
  double plant_jobs = 0, total_jobs = 0, short_time_share = 0, exits = 0, strike_days = 0;
  // money
  double public_outlay_eur = 0, incentives_eur = 0, aid_eur = 0, clawback_eur = 0, vat_eur = 0,
         benefit_tax_eur = 0;
  double maker_profit_eur = 0, co2_premium_eur = 0, pooling_income_eur = 0, maker_revenue_eur = 0,
         maker_cash_eur = 0;
  // the rest
  double trust_in_maker = 0, agreements_in_force = 0, bev_charging_points = 0;
  double promises_kept = 0, promises_late = 0, promises_broken = 0;
  // negotiations
  double talks = 0, deals = 0, nash_distance = 0, kalai_smorodinsky_distance = 0;
  double sites_home = 0, sites_abroad = 0, site_aid_home_eur = 0, site_aid_abroad_eur = 0,
         site_aid_eur = 0;
  double battery_eur_per_kwh = 0;
  double sourcing_gap = 0, sourced_jointly = 0;
};

template <class Of>
struct RowOf {
  std::string_view name, unit, meaning;
  double Of::*value;
};

template <class Of, std::size_t n>
std::vector<engine::Indicator> listed(const std::array<RowOf<Of>, n>& rows) {
  std::vector<engine::Indicator> list;
  for (const auto& row : rows)
    list.push_back({std::string{row.name}, std::string{row.unit}, std::string{row.meaning}});
  return list;
}

using Row = RowOf<HomeYear>;

using H = HomeYear;
// clang-format off
constexpr std::array kRows{
    Row{"vehicles",             "vehicles",      "made in the home country's plants",                          &H::vehicles},
    Row{"cars",                 "vehicles",      "cars among them",                                            &H::cars},
    Row{"vans",                 "vehicles",      "vans among them",                                            &H::vans},
    Row{"entrant_output",       "vehicles",      "of entrants, made at home in their own or others' plants",    &H::entrant_output},
    Row{"outside_output",       "vehicles",      "made by the home makers in their plants elsewhere",          &H::outside_output},
    Row{"capacity",             "vehicles/year", "technical, of home plants that are not closed, at the end",  &H::capacity},
    Row{"outside_capacity",     "vehicles/year", "of the home makers' plants elsewhere that are not closed",   &H::outside_capacity},
    Row{"utilisation",          "0..1",          "vehicles over capacity",                                     &H::utilisation},
    Row{"break_even",           "0..",           "utilisation at which margins of the year's vehicles, at "
                                                 "December's prices, pay fixed cost: of home plants, and their "
                                                 "part of their makers' central cost; 0: never", &H::break_even},
    Row{"models",               "programmes",    "made at home in the year",                                   &H::models},
    Row{"registrations",        "vehicles",      "cars delivered in the home market",                          &H::registrations},
    Row{"van_registrations",    "vehicles",      "vans delivered in the home market",                          &H::van_registrations},
    Row{"petrol_share",         "0..1",          "of home car registrations, petrol",                          &H::petrol_share},
    Row{"diesel_share",         "0..1",          "of home car registrations, diesel",                          &H::diesel_share},
    Row{"lpg_share",            "0..1",          "of home car registrations, gas",                             &H::lpg_share},
    Row{"hybrid_share",         "0..1",          "of home car registrations, without a plug",                  &H::hybrid_share},
    Row{"phev_share",           "0..1",          "of home car registrations, plug-in hybrids",                 &H::phev_share},
    Row{"bev_share",            "0..1",          "of home car registrations, battery-electric",                &H::bev_share},
    Row{"fleet_bev_share",      "0..1",          "of cars ordered by companies at home, battery-electric",     &H::fleet_bev_share},
    Row{"fleet_phev_share",     "0..1",          "of cars ordered by companies at home, plug-in hybrids",      &H::fleet_phev_share},
    Row{"household_bev_share",  "0..1",          "of cars ordered by households at home, battery-electric",    &H::household_bev_share},
    Row{"household_phev_share", "0..1",          "of cars ordered by households at home, plug-in hybrids",     &H::household_phev_share},
    Row{"home_made_share",      "0..1",          "of home car registrations, as the year's output was made",   &H::home_made_share},
    Row{"maker_share",          "0..1",          "of home car registrations: makers with home plants",         &H::maker_share},
    Row{"entrant_share",        "0..1",          "of home car registrations: entrants",                        &H::entrant_share},
    Row{"co2_g_per_km",         "g/km",          "WLTP average of new cars in the home market",                &H::co2_g_per_km},
    Row{"average_price_eur",    "EUR",           "of new cars at home, with VAT, before incentives",           &H::average_price_eur},
    Row{"consumer_surplus_eur", "EUR",           "of the home market at January's prices",                     &H::consumer_surplus_eur},
    Row{"own_elasticity",       "%/%",           "of a home car's sales to its own price, mean by sales; this "
                                                 "and the next eight at January's prices",                     &H::own_elasticity},
    Row{"bev_own_elasticity",   "%/%",           "the same of battery-electric cars",                          &H::bev_own_elasticity},
    Row{"market_elasticity",    "%/%",           "of all home car sales to all their prices",                  &H::market_elasticity},
    Row{"bev_elasticity",       "%/%",           "of all battery-electric sales to all their prices",          &H::bev_elasticity},
    Row{"diversion_outside",    "0..1",          "of buyers whom a dearer car loses, who buy no new car; "
                                                 "mean by sales",                                              &H::diversion_outside},
    Row{"diversion_to_rivals",  "0..1",          "of buyers whom makers with home plants lose when all their "
                                                 "cars get dearer, who buy from others",                       &H::diversion_to_rivals},
    Row{"diversion_to_makers",  "0..1",          "of buyers whom the others lose so, who buy from makers "
                                                 "with home plants",                                           &H::diversion_to_makers},
    Row{"lerner",               "0..1",          "mark-up over the price before VAT of home cars, mean by "
                                                 "revenue",                                                    &H::lerner},
    Row{"maker_lerner",         "0..1",          "the same of makers with home plants",                        &H::maker_lerner},
    Row{"pricing_residual_eur", "EUR",           "largest miss of a first-order condition of January's prices, "
                                                 "in all markets",                                             &H::pricing_residual_eur},
    Row{"hhi",                  "0..10000",      "Herfindahl index of home car registrations by carmaker",     &H::hhi},
    Row{"plant_jobs",           "jobs",          "headcount of home plants at the end of the year",            &H::plant_jobs},
    Row{"total_jobs",           "jobs",          "plant_jobs, and what suppliers gained or lost since the "
                                                 "start: labour.supplier_jobs_per_job for each, and more "
                                                 "or less of them as parts_content moves",     &H::total_jobs},
    Row{"parts_content",        "0..1",          "of the parts of home plants, made at home",                  &H::parts_content},
    Row{"parts_cost",           "base year = 1", "of a part delivered to home plants, for where suppliers are", &H::parts_cost},
    Row{"short_time_share",     "0..1",          "of contract hours of home plants",                           &H::short_time_share},
    Row{"exits",                "jobs",          "paid voluntary exits from home plants",                      &H::exits},
    Row{"relocated",            "jobs",          "moved between plants at home of the same maker",             &H::relocated},
    Row{"strike_days",          "days",          "on strike, summed over home plants",                         &H::strike_days},
    Row{"public_outlay_eur",    "EUR",           "bonuses, short-time work, aid and charging points, less "
                                                 "clawback; paid by the home government",                      &H::public_outlay_eur},
    Row{"incentives_eur",       "EUR",           "purchase bonuses paid by the home government",               &H::incentives_eur},
    Row{"aid_eur",              "EUR",           "grants and premiums paid by the home government",            &H::aid_eur},
    Row{"clawback_eur",         "EUR",           "aid paid back to the home government",                       &H::clawback_eur},
    Row{"vat_eur",              "EUR",           "on vehicles delivered in the home market",                   &H::vat_eur},
    Row{"benefit_tax_eur",      "EUR",           "income tax of the drivers of company cars at home",          &H::benefit_tax_eur},
    Row{"maker_profit_eur",     "EUR",           "of makers with home plants, worldwide, cash, before tax",    &H::maker_profit_eur},
    Row{"maker_revenue_eur",    "EUR",           "of makers with home plants, from all markets, before VAT",   &H::maker_revenue_eur},
    Row{"maker_cash_eur",       "EUR",           "of the same and of whom they decide for, at the end",        &H::maker_cash_eur},
    Row{"co2_premium_eur",      "EUR",           "excess emission premium of makers with home plants",         &H::co2_premium_eur},
    Row{"pooling_income_eur",   "EUR",           "of the same from other members of their CO2 pools",          &H::pooling_income_eur},
    Row{"trust_in_maker",       "0..1",          "the home government's, that the volume maker keeps its word", &H::trust_in_maker},
    Row{"agreements_in_force",  "agreements",    "of the home government or about home plants",                &H::agreements_in_force},
    Row{"promises_kept",        "promises",      "of makers to the home government, with their audit, since "
                                                 "the start",                                                  &H::promises_kept},
    Row{"promises_late",        "promises",      "late at the end of the year",                                &H::promises_late},
    Row{"promises_broken",      "promises",      "broken, since the start",                                    &H::promises_broken},
    Row{"talks",                "tables",        "that ended this year, in all countries",                     &H::talks},
    Row{"deals",                "tables",        "among them, that agreed and were ratified",                  &H::deals},
    Row{"nash_distance",        "utils",         "of a deal from the Nash point, mean of the year's; 0 "
                                                 "without one",                                                &H::nash_distance},
    Row{"kalai_smorodinsky_distance", "utils",   "the same from the Kalai-Smorodinsky point",                  &H::kalai_smorodinsky_distance},
    Row{"sites_home",           "sites",         "that entrants have decided for at home, since the start",    &H::sites_home},
    Row{"sites_abroad",         "sites",         "that entrants have decided for in other countries",          &H::sites_abroad},
    Row{"site_aid_home_eur",    "EUR",           "promised to entrants for sites at home, since the start",    &H::site_aid_home_eur},
    Row{"site_aid_abroad_eur",  "EUR",           "promised to entrants by other countries",                    &H::site_aid_abroad_eur},
    Row{"site_aid_eur",         "EUR",           "the sum of both",                                            &H::site_aid_eur},
    Row{"sourcing_gap",         "0..1",          "by which a maker's joint plan of sourcing may miss the best "
                                                 "one, largest of the year; 0: proven the best",               &H::sourcing_gap},
    Row{"sourced_jointly",      "programmes",    "that makers planned together with others this year",         &H::sourced_jointly},
    Row{"bev_charging_points",  "points",        "public, in the home market, at the end of the year",         &H::bev_charging_points},
    Row{"battery_eur_per_kwh",  "EUR/kWh",       "price of a battery pack",                                    &H::battery_eur_per_kwh},
};
// clang-format on

int home_country(const Scenario& scenario) { return scenario.markets[0].country.row; }

bool is_home_plant(const Scenario& scenario, std::size_t plant) {
  const auto& row = scenario.plants[plant];
  return row.tracked && row.country.row == home_country(scenario);
}

/// Plants that have indicators of their own: those at home, and for output the others of their
/// makers. Entrants' are left out: they arise with the sites of an initialised scenario, and the
/// list must be the same before; see entrant_output.
bool is_listed(const Scenario& scenario, std::size_t plant) {
  return is_home_plant(scenario, plant) &&
         !scenario.carmakers[scenario.plants[plant].carmaker.row].entrant;
}

std::vector<std::size_t> plants_of_home_makers(const Scenario& scenario) {
  const auto home = home_makers(scenario);
  std::vector<std::size_t> plants;
  for (std::size_t p = 0; p < scenario.plants.size(); ++p) {
    const auto& plant = scenario.plants[p];
    if (is_listed(scenario, p) ||
        (plant.tracked && !is_home_plant(scenario, p) && home[plant.carmaker.row]))
      plants.push_back(p);
  }
  return plants;
}

double plant_output(const Scenario& scenario, const World& world, std::size_t plant) {
  double units = 0;
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v) units += world.made_year(v, plant);
  return units;
}

double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

/// Of a vehicle as it was delivered this year, if all of it came from this plant. [EUR]
double mean_margin_eur(const Scenario& scenario, const World& world, int vehicle, int plant) {
  double margin = 0, units = 0;
  for (std::size_t m = 0; m < scenario.markets.size(); ++m) {
    const double delivered = world.deliveries_year(vehicle, m);
    if (delivered <= 0 || world.price_eur(vehicle, m) <= 0) continue;
    margin += delivered * margin_eur(scenario, world, vehicle, plant, static_cast<int>(m));
    units += delivered;
  }
  return ratio(margin, units);
}

/// Revenue of the base year from what a plant made then, at the home market's prices before VAT.
double base_value_eur(const Scenario& scenario, std::size_t plant) {
  double eur = 0;
  for (std::size_t v = 0; v < scenario.base.sourced.rows(); ++v)
    eur += scenario.base.sourced(v, plant) * scenario.base.price_eur(v, kHomeMarket);
  return eur / (1 + scenario.markets[kHomeMarket].vat_rate);
}

/// Fixed cost F, of the plants and their part of the makers' central cost, against the margins M
/// that the utilisation u earned: u F / M. Idle hours are none of it: they are the unions' and the
/// state's business (labour hoarding).
double break_even(const Scenario& scenario, const World& world, double utilisation) {
  const double prices = driver_growth(scenario, world, Series::price_level);
  double fixed = 0, margins = 0;
  for (std::size_t p = 0; p < scenario.plants.size(); ++p) {
    if (!is_home_plant(scenario, p) || world.plants[p].capacity_per_year <= 0 ||
        !world.plants[p].works())
      continue;
    fixed += fixed_cost_eur(scenario, world, static_cast<int>(p)) +
             scenario.parameters.industry.central_cost_share * base_value_eur(scenario, p) * prices;
    for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
      if (const double made = world.made_year(v, p); made > 0)
        margins +=
            made * mean_margin_eur(scenario, world, static_cast<int>(v), static_cast<int>(p));
  }
  return margins > 0 ? utilisation * fixed / margins : 0;
}

void count_output(const Scenario& scenario, const World& world, HomeYear& year) {
  const auto home = home_makers(scenario);
  std::vector<bool> made_at_home(scenario.programmes.size(), false);
  for (std::size_t p = 0; p < scenario.plants.size(); ++p) {
    const auto& plant = scenario.plants[p];
    if (!plant.tracked) continue;
    if (!is_home_plant(scenario, p)) {
      if (!home[plant.carmaker.row]) continue;
      year.outside_output += plant_output(scenario, world, p);
      if (world.plants[p].works()) year.outside_capacity += world.plants[p].capacity_per_year;
      continue;
    }
    for (std::size_t v = 0; v < scenario.vehicles.size(); ++v) {
      const auto& vehicle = scenario.vehicles[v];
      const double units = world.made_year(v, p);
      (scenario.is_van(vehicle) ? year.vans : year.cars) += units;
      if (scenario.carmakers[scenario.carmaker_of(vehicle)].entrant) year.entrant_output += units;
      if (units >= 1) made_at_home[vehicle.programme.row] = true;
    }
  }
  year.models = static_cast<double>(std::count(made_at_home.begin(), made_at_home.end(), true));
}

void count_sales(const Scenario& scenario, const World& world, HomeYear& year) {
  const auto home = home_makers(scenario);
  std::array<double, kPowertrains> by_power{};
  std::vector<double> by_carmaker(scenario.carmakers.size(), 0.0);
  double cars = 0, maker = 0, entrant = 0, grams = 0, spent = 0;
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v) {
    const auto& vehicle = scenario.vehicles[v];
    const double units = world.deliveries_year(v, 0);
    if (scenario.is_van(vehicle)) {
      year.van_registrations += units;
      continue;
    }
    const int carmaker = scenario.carmaker_of(vehicle);
    cars += units;
    by_power[static_cast<std::size_t>(vehicle.power)] += units;
    by_carmaker[carmaker] += units;
    if (home[carmaker]) maker += units;
    if (scenario.carmakers[carmaker].entrant) entrant += units;
    grams += units * vehicle.co2_g_per_km;
    spent += units * world.price_eur(v, 0);
  }
  const auto share = [&](Powertrain p) {
    return ratio(by_power[static_cast<std::size_t>(p)], cars);
  };
  year.petrol_share = share(Powertrain::petrol);
  year.diesel_share = share(Powertrain::diesel);
  year.lpg_share = share(Powertrain::lpg);
  year.hybrid_share = share(Powertrain::hybrid);
  year.phev_share = share(Powertrain::phev);
  year.maker_share = ratio(maker, cars);
  year.entrant_share = ratio(entrant, cars);
  year.co2_g_per_km = ratio(grams, cars);
  year.average_price_eur = ratio(spent, cars);
  year.consumer_surplus_eur = world.surplus_eur;
  for (const double units : by_carmaker) {
    const double percent = 100 * ratio(units, cars);
    year.hhi += percent * percent;
  }
}

void count_plug_ins(const World& world, HomeYear& year) {
  const auto share = [&](Buyers::Kind kind, Powertrain p) {
    const auto bought = world.bought_year.row(static_cast<std::size_t>(kind));
    return ratio(bought[static_cast<std::size_t>(p)],
                 std::accumulate(bought.begin(), bought.end(), 0.0));
  };
  year.fleet_bev_share = share(Buyers::Kind::fleet, Powertrain::bev);
  year.fleet_phev_share = share(Buyers::Kind::fleet, Powertrain::phev);
  year.household_bev_share = share(Buyers::Kind::household, Powertrain::bev);
  year.household_phev_share = share(Buyers::Kind::household, Powertrain::phev);
}

double short_time_share(const Scenario& scenario, const World& world, int country) {
  double idle = 0, contract = 0;
  for (std::size_t p = 0; p < scenario.plants.size(); ++p) {
    const auto& plant = scenario.plants[p];
    if (!plant.tracked || plant.country.row != country) continue;
    idle += world.plants[p].short_time_hours_year;
    contract += world.plants[p].contract_hours_year;
  }
  return ratio(idle, contract);
}

void count_work(const Scenario& scenario, const World& world, HomeYear& year) {
  for (std::size_t p = 0; p < scenario.plants.size(); ++p) {
    if (!is_home_plant(scenario, p)) continue;
    year.exits += world.plants[p].exits_year;
    year.relocated += std::max(0.0, world.plants[p].relocated_year);
    year.strike_days += world.plants[p].strike_days_year;
  }
  year.short_time_share = short_time_share(scenario, world, home_country(scenario));
  const int home = home_country(scenario);
  year.parts_content = world.parts_content[home];
  year.parts_cost = world.parts_cost[home];
  const auto& first = scenario.base.parts_content;
  const double nearer = first.empty() || first[home] <= 0 ? 1 : year.parts_content / first[home];
  year.total_jobs = year.plant_jobs + scenario.parameters.labour.supplier_jobs_per_job *
                                          (nearer * year.plant_jobs - world.home_jobs_at_start);
}

void count_money(const Scenario& scenario, const World& world, HomeYear& year) {
  const auto paid = [&](int actor, Purpose purpose) {
    return world.books.paid_eur(actor, static_cast<std::size_t>(purpose));
  };
  const auto received = [&](int actor, Purpose purpose) {
    return world.books.received_eur(actor, static_cast<std::size_t>(purpose));
  };
  const int government = government_of(scenario, home_country(scenario));
  if (government >= 0) {
    const int actor = government_actor(scenario, government);
    year.public_outlay_eur = outlay_eur(scenario, world, government);
    year.incentives_eur = paid(actor, Purpose::incentive);
    year.aid_eur = paid(actor, Purpose::grant) + paid(actor, Purpose::premium);
    year.clawback_eur = received(actor, Purpose::clawback);
    year.vat_eur = received(actor, Purpose::vat);
    year.benefit_tax_eur = received(actor, Purpose::benefit_tax);
  }
  const auto home = home_makers(scenario);
  for (std::size_t c = 0; c < scenario.carmakers.size(); ++c) {
    if (!home[c]) continue;
    const int actor = carmaker_actor(scenario, static_cast<int>(c));
    for (std::size_t purpose = 0; purpose < kPurposes; ++purpose)
      year.maker_profit_eur +=
          world.books.received_eur(actor, purpose) - world.books.paid_eur(actor, purpose);
    year.maker_profit_eur += paid(actor, Purpose::profit_tax);
    year.maker_revenue_eur += received(actor, Purpose::purchase);
    if (decider(scenario, static_cast<int>(c)) == static_cast<int>(c))
      year.maker_cash_eur += cash_eur(scenario, world, static_cast<int>(c));
    year.co2_premium_eur += paid(actor, Purpose::co2);
    year.pooling_income_eur += received(actor, Purpose::pooling) - paid(actor, Purpose::pooling);
  }
}

void count_agreements(const Scenario& scenario, const World& world, HomeYear& year) {
  const int government = government_of(scenario, home_country(scenario));
  if (government >= 0) year.trust_in_maker = world.trust_in_maker[government].mean();
  year.agreements_in_force = static_cast<double>(
      std::count_if(world.agreements.begin(), world.agreements.end(), [&](const auto& a) {
        return a.active && ((government >= 0 && a.government == government) ||
                            (a.plant >= 0 && is_home_plant(scenario, a.plant)));
      }));
}

void count_promises(const Scenario& scenario, const World& world, HomeYear& year) {
  const int government = government_of(scenario, home_country(scenario));
  for (const auto& agreement : world.agreements) {
    if (government < 0 || agreement.government != government || agreement.carmaker < 0) continue;
    for (const auto& promise : agreement.obligations) {
      if (promise.kind == Obligation::Kind::aid) continue;  // the government's own
      if (promise.status == Obligation::Status::kept) year.promises_kept += 1;
      if (promise.status == Obligation::Status::late) year.promises_late += 1;
      if (promise.status == Obligation::Status::broken) year.promises_broken += 1;
    }
  }
}

void count_negotiations(const World& world, HomeYear& year) {
  double measured = 0;
  for (const auto& minutes : world.minutes) {
    if (minutes.closed.year() != world.month.year()) continue;
    year.talks += 1;
    if (minutes.agreed()) year.deals += 1;
    if (std::isnan(minutes.nash_distance)) continue;
    measured += 1;
    year.nash_distance += minutes.nash_distance;
    year.kalai_smorodinsky_distance += minutes.kalai_smorodinsky_distance;
  }
  year.nash_distance = ratio(year.nash_distance, measured);
  year.kalai_smorodinsky_distance = ratio(year.kalai_smorodinsky_distance, measured);
}

void count_sites(const Scenario& scenario, const World& world, HomeYear& year) {
  for (const auto& project : world.projects) {
    if (project.site < 0) continue;
    const bool home = scenario.sites[project.site].country.row == home_country(scenario);
    (home ? year.sites_home : year.sites_abroad) += 1;
    (home ? year.site_aid_home_eur : year.site_aid_abroad_eur) += project.grants_eur();
    year.site_aid_eur += project.grants_eur();
  }
}

HomeYear home_year(const Scenario& scenario, const World& world) {
  HomeYear year;
  PolicyView seen;
  see_year(scenario, world, home_country(scenario), world.deliveries_year, world.made_year, seen);
  see_plants(scenario, world, home_country(scenario), seen);
  year.vehicles = seen.vehicles;
  year.capacity = seen.capacity;
  year.utilisation = ratio(seen.vehicles, seen.capacity);
  year.plant_jobs = seen.plant_jobs;
  count_output(scenario, world, year);
  count_sales(scenario, world, year);
  static_cast<Competition&>(year) = world.competition;
  year.pricing_residual_eur = world.pricing_residual_eur;
  count_plug_ins(world, year);
  count_work(scenario, world, year);
  count_money(scenario, world, year);
  count_agreements(scenario, world, year);
  count_promises(scenario, world, year);
  year.break_even = break_even(scenario, world, year.utilisation);
  count_negotiations(world, year);
  count_sites(scenario, world, year);
  year.registrations = seen.registrations;
  year.bev_share = seen.bev_share;
  year.home_made_share = seen.home_made_share;
  year.bev_charging_points = world.charging_points[0];
  year.sourcing_gap = world.sourcing_gap;
  year.sourced_jointly = world.sourced_jointly;
  year.battery_eur_per_kwh = driver_level(scenario, world, Series::battery_eur_per_kwh);
  return year;
}

/// Of home car registrations, by brand.
std::vector<double> brand_shares(const Scenario& scenario, const World& world) {
  std::vector<double> share(scenario.brands.size(), 0.0);
  double cars = 0;
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v) {
    const auto& vehicle = scenario.vehicles[v];
    if (scenario.is_van(vehicle)) continue;
    share[scenario.programmes[vehicle.programme.row].brand.row] += world.deliveries_year(v, 0);
    cars += world.deliveries_year(v, 0);
  }
  for (double& of_brand : share) of_brand = ratio(of_brand, cars);
  return share;
}

/// Countries where an entrant may build, in the order of the scenario.
std::vector<int> site_countries(const Scenario& scenario) {
  std::vector<int> countries;
  for (const auto& site : scenario.sites)
    if (std::find(countries.begin(), countries.end(), site.country.row) == countries.end())
      countries.push_back(site.country.row);
  std::sort(countries.begin(), countries.end());
  return countries;
}

double sites_in(const Scenario& scenario, const World& world, int country) {
  return static_cast<double>(
      std::count_if(world.projects.begin(), world.projects.end(), [&](const ProjectState& project) {
        return project.site >= 0 && scenario.sites[project.site].country.row == country;
      }));
}

/// What governments will see of this year in January; what stands then is read then.
void show_governments(const Scenario& scenario, World& world) {
  for (std::size_t g = 0; g < scenario.governments.size(); ++g) {
    const int country = scenario.governments[g].country.row;
    auto& view = world.views[g];
    view.vehicles_before = view.vehicles;
    see_year(scenario, world, country, world.deliveries_year, world.made_year, view);
    view.short_time_share = short_time_share(scenario, world, country);
    view.outlay_eur = outlay_eur(scenario, world, static_cast<int>(g));
  }
}

/// Average per order at home; abroad it is a listed one (enforce_regulation).
void expect_bonuses(const Scenario& scenario, World& world) {
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
    world.expected_bonus_eur(v, 0) = ratio(world.incentive_year_eur(v, 0), world.orders_year(v, 0));
}

void roll_year(const Scenario& scenario, World& world) {
  show_governments(scenario, world);
  expect_bonuses(scenario, world);
  for (std::size_t p = 0; p < scenario.plants.size(); ++p) {
    auto& state = world.plants[p];
    state.output_last_year = plant_output(scenario, world, p);
    state.utilisation_last_year = ratio(state.output_last_year, state.capacity_per_year);
    state.output_year = state.short_time_hours_year = state.contract_hours_year = 0;
    state.strike_days_year = state.exits_year = state.hires_year = state.relocated_year = 0;
  }
  world.deliveries_last_year = world.deliveries_year;
  for (auto* grid : {&world.made, &world.made_year, &world.orders_year, &world.deliveries_year,
                     &world.incentive_year_eur, &world.bought_year, &world.books.paid_eur,
                     &world.books.received_eur})
    grid->fill(0);
  for (auto& plants : world.made_in) plants.clear();
  std::fill(world.premium_paid_year_eur.begin(), world.premium_paid_year_eur.end(), 0.0);
  world.surplus_eur = 0;
  world.competition = {};
}

/// A month of the home country, by name.
struct HomeMonth {
  double vehicles = 0, registrations = 0, van_registrations = 0, bev_registrations = 0,
         phev_registrations = 0, car_orders = 0, bev_orders = 0, plant_jobs = 0, incentives_eur = 0;
};

using MonthlyRow = RowOf<HomeMonth>;

using M = HomeMonth;
// clang-format off
constexpr std::array kMonthlyRows{
    MonthlyRow{"vehicles",           "vehicles", "made in the home country's plants",                 &M::vehicles},
    MonthlyRow{"registrations",      "vehicles", "cars delivered in the home market",                 &M::registrations},
    MonthlyRow{"van_registrations",  "vehicles", "vans delivered in the home market",                 &M::van_registrations},
    MonthlyRow{"bev_registrations",  "vehicles", "battery-electric cars delivered in the home market", &M::bev_registrations},
    MonthlyRow{"phev_registrations", "vehicles", "plug-in hybrids delivered in the home market",      &M::phev_registrations},
    MonthlyRow{"car_orders",         "vehicles", "cars ordered by home buyers",                       &M::car_orders},
    MonthlyRow{"bev_orders",         "vehicles", "battery-electric cars ordered by home buyers",      &M::bev_orders},
    MonthlyRow{"plant_jobs",         "jobs",     "headcount of home plants at the end of the month",  &M::plant_jobs},
    MonthlyRow{"incentives_eur",     "EUR",      "purchase bonuses that the month's orders were given", &M::incentives_eur},
};
// clang-format on

HomeMonth home_month(const Scenario& scenario, const World& world) {
  HomeMonth month;
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v) {
    const auto& vehicle = scenario.vehicles[v];
    const double delivered = world.deliveries(v, kHomeMarket),
                 ordered = world.orders(v, kHomeMarket);
    month.incentives_eur += world.incentive_eur(v, kHomeMarket);
    if (scenario.is_van(vehicle)) {
      month.van_registrations += delivered;
      continue;
    }
    month.registrations += delivered;
    month.car_orders += ordered;
    if (vehicle.power == Powertrain::phev) month.phev_registrations += delivered;
    if (vehicle.power != Powertrain::bev) continue;
    month.bev_registrations += delivered;
    month.bev_orders += ordered;
  }
  for (std::size_t p = 0; p < scenario.plants.size(); ++p) {
    if (!is_home_plant(scenario, p)) continue;
    month.vehicles += world.plants[p].output;
    month.plant_jobs += world.plants[p].headcount;
  }
  return month;
}

}  // namespace

std::vector<engine::Indicator> indicators(const Scenario& scenario) {
  auto list = listed(kRows);
  for (const std::size_t p : plants_of_home_makers(scenario))
    list.push_back(
        {"output_" + scenario.plants[p].id, "vehicles", "made in " + scenario.plants[p].name});
  for (std::size_t p = 0; p < scenario.plants.size(); ++p)
    if (is_listed(scenario, p))
      list.push_back({"jobs_" + scenario.plants[p].id, "jobs",
                      "headcount at the end of the year: " + scenario.plants[p].name});
  for (const auto& brand : scenario.brands)
    list.push_back({"share_" + brand.id, "0..1", "of home car registrations: " + brand.name});
  for (const int country : site_countries(scenario))
    list.push_back({"sites_" + scenario.countries[country].id, "sites",
                    "that entrants have decided for in " + scenario.countries[country].name});
  return list;
}

std::vector<engine::Indicator> monthly_indicators() { return listed(kMonthlyRows); }

void record_month(const Scenario& scenario, World& world, const engine::Streams&) {
  const auto month = home_month(scenario, world);
  for (const auto& row : kMonthlyRows) world.monthly.push_back(month.*row.value);
}

std::vector<std::string> headline_indicators() {
  return {"vehicles",          "registrations", "bev_share",        "home_made_share",
          "co2_g_per_km",      "plant_jobs",    "short_time_share", "utilisation",
          "public_outlay_eur", "vat_eur",       "maker_profit_eur", "consumer_surplus_eur"};
}

void record_year(const Scenario& scenario, World& world, const engine::Streams&) {
  const std::size_t first = world.indicators.size();
  const auto year = home_year(scenario, world);
  for (const auto& row : kRows) world.indicators.push_back(year.*row.value);
  for (const std::size_t p : plants_of_home_makers(scenario))
    world.indicators.push_back(plant_output(scenario, world, p));
  for (std::size_t p = 0; p < scenario.plants.size(); ++p)
    if (is_listed(scenario, p)) world.indicators.push_back(world.plants[p].headcount);
  for (const double share : brand_shares(scenario, world)) world.indicators.push_back(share);
  for (const int country : site_countries(scenario))
    world.indicators.push_back(sites_in(scenario, world, country));
  for (std::size_t i = first; i < world.indicators.size(); ++i)
    if (!std::isfinite(world.indicators[i]))
      throw engine::RunError{"In " + std::to_string(world.month.year()) + " the indicator " +
                             indicators(scenario)[i - first].name + " is not a finite number."};
  world.recorded_years.push_back(world.month.year());
  roll_year(scenario, world);
}

}  // namespace tavolo::agents
