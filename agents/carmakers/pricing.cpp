#include "agents/carmakers/pricing.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "agents/carmakers/compliance.h"
#include "agents/market/aid.h"
#include "agents/market/competition.h"
#include "agents/market/economy.h"
#include "agents/market/trade.h"
#include "engine/demand/fixed_point.h"

namespace tavolo::agents {
namespace {

std::vector<int> owners(const Scenario& scenario, const Offers& offers) {
  std::vector<int> owner(offers.size());
  for (std::size_t j = 0; j < offers.size(); ++j)
    owner[j] = scenario.carmaker_of(scenario.vehicles[offers.vehicle[j]]);
  return owner;
}

std::vector<Stake> stakes(const Scenario& scenario) {
  std::vector<Stake> result;
  for (std::size_t f = 0; f < scenario.carmakers.size(); ++f)
    if (scenario.carmakers[f].parent)
      result.push_back({scenario.carmakers[f].parent.row, static_cast<int>(f),
                        scenario.carmakers[f].parent_share});
  return result;
}

/// One market and class with its prices on the way to equilibrium.
struct Venue {
  int market;
  bool vans;
  QuickDemand demand;
  std::vector<int> owner;
  std::vector<double> grams;       // g/km that count for the CO2 target; empty: none do
  std::vector<double> cost_eur;    // before VAT and CO2
  std::vector<double> markup_eur;  // over cost and CO2
  std::vector<double> price_eur;   // with VAT
};

}  // namespace

std::vector<double> equilibrium_markups(const Scenario& scenario, const ExpectedDemand& demand,
                                        double vat_rate, double& residual_eur) {
  const auto owner = owners(scenario, demand.offers());
  const auto shares = stakes(scenario);
  const int firms = static_cast<int>(scenario.carmakers.size());
  std::vector<double> markup(owner.size(), 0.0), next(owner.size());
  constexpr int kRounds = 500;
  constexpr double kTolerance_eur = 1e-6;
  for (int round = 0; round < kRounds; ++round) {
    demand.zeta(markup, owner, firms, shares, vat_rate, next);
    residual_eur = 0;
    for (std::size_t j = 0; j < markup.size(); ++j)
      residual_eur = std::max(residual_eur, std::abs(next[j] - markup[j]));
    markup = next;
    if (residual_eur < kTolerance_eur) break;
  }
  return markup;
}

void marginal_costs_eur(const Scenario& scenario, const World& world, int vehicle,
                        std::span<double> by_market) {
  const std::size_t markets = by_market.size();
  std::vector<double> now(markets, 0.0), then(markets);
  std::vector<UnitCost> cost(markets);
  bool of_base = true;  // made for all markets in the base year
  for (std::size_t m = 0; m < markets; ++m) {
    then[m] = scenario.base.unit_cost_eur(vehicle, m);
    of_base = of_base && then[m] > 0;
  }
  for (const auto& [plant, share] :
       world.programmes[scenario.vehicles[vehicle].programme.row].plant_share) {
    const double support = support_eur_per_vehicle(scenario, world, plant);
    unit_costs(scenario, world, vehicle, plant, cost);
    for (std::size_t m = 0; m < markets; ++m) now[m] += share * (cost[m].total() - support);
    if (of_base) continue;
    // a vehicle that was not made in the base year is compared with its present plants then
    base_unit_costs(scenario, vehicle, plant, cost);
    for (std::size_t m = 0; m < markets; ++m)
      if (scenario.base.unit_cost_eur(vehicle, m) <= 0) then[m] += share * cost[m].total();
  }
  for (std::size_t m = 0; m < markets; ++m)
    by_market[m] = std::max(scenario.base.marginal_cost_eur(vehicle, m) +
                                scenario.parameters.pricing.pass_through_cost * (now[m] - then[m]),
                            0.2 * scenario.base.marginal_cost_eur(vehicle, m));
}

namespace {

/// Vehicles a year that are asked of tracked plants, as they share in what is asked of programmes.
class PlantLoads {
 public:
  PlantLoads(const Scenario& scenario, const World& world)
      : scenario_{scenario}, world_{world}, load_(scenario.plants.size(), 0.0) {}

  void add(int vehicle, double units) {
    for (const auto& [plant, share] : shares_of(vehicle)) load_[plant] += share * units;
  }
  /// Over the plant's technical capacity; 0 where there is none to compare with.
  double over_capacity(std::size_t plant) const {
    const auto& state = world_.plants[plant];
    const double capacity = state.capacity_per_year;  // of the year: nobody foresees shocks
    return scenario_.plants[plant].tracked && state.works() && capacity > 0
               ? load_[plant] / capacity
               : 0;
  }
  /// What the prices of the plants' capacity add to a vehicle. [EUR]
  double price_eur(int vehicle) const {
    double eur = 0;
    for (const auto& [plant, share] : shares_of(vehicle))
      eur += share * world_.plants[plant].capacity_price_eur;
    return eur;
  }

 private:
  const engine::Shares& shares_of(int vehicle) const {
    return world_.programmes[scenario_.vehicles[vehicle].programme.row].plant_share;
  }
  const Scenario& scenario_;
  const World& world_;
  std::vector<double> load_;  // by plant
};

/// The shadow price of a gram at which a pool meets its target, or a bound: by secants. What a pool
/// sells answers to its price very differently, most where electric cars count as several.
struct Co2Search {
  double step = 6;                                    // EUR per g/km above the target
  double last_price = std::nan(""), last_excess = 0;  // of the round before

  void move(double excess, double premium, double& price) {
    constexpr double kShortest = 0.05, kLongest = 20;
    if (const double rise = price - last_price; rise != 0 && !std::isnan(rise)) {
      const double secant = rise / (last_excess - excess);
      step = secant > 0 ? std::clamp(secant, kShortest, kLongest) : std::max(kShortest, step / 2);
    }
    last_price = price;
    last_excess = excess;
    price = std::clamp(price + step * excess, 0.0, premium);
  }
};

}  // namespace

void set_prices(const Scenario& scenario, World& world, const engine::Streams&) {
  const auto shares = stakes(scenario);
  const int firms = static_cast<int>(scenario.carmakers.size());
  engine::Grid<double> costs(scenario.vehicles.size(), scenario.markets.size());
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
    if (world.on_sale[v]) marginal_costs_eur(scenario, world, static_cast<int>(v), costs.row(v));
  std::vector<Venue> venues;
  for (std::size_t m = 0; m < scenario.markets.size(); ++m) {
    if (scenario.markets[m].households <= 0) continue;
    for (const bool vans : {false, true}) {
      Venue venue{static_cast<int>(m),
                  vans,
                  QuickDemand{scenario, world, static_cast<int>(m), vans},
                  {},
                  {},
                  {},
                  {},
                  {}};
      const auto& offers = venue.demand.offers();
      if (!vans && counts_for_co2(scenario, venue.market))
        for (const int vehicle : offers.vehicle)
          venue.grams.push_back(scenario.vehicles[vehicle].co2_g_per_km);
      venue.owner = owners(scenario, offers);
      venue.price_eur = offers.price_eur;
      venue.cost_eur.resize(offers.size());
      venue.markup_eur.resize(offers.size());
      const double vat = 1 + scenario.markets[m].vat_rate;
      for (std::size_t j = 0; j < offers.size(); ++j) {
        const int vehicle = offers.vehicle[j];
        venue.cost_eur[j] = costs(vehicle, m);
        world.marginal_cost_eur(vehicle, m) = venue.cost_eur[j];
        venue.markup_eur[j] = std::max(0.0, venue.price_eur[j] / vat - venue.cost_eur[j]);
      }
      venues.push_back(std::move(venue));
    }
  }

  clear_forecasts(scenario, world);
  PlantLoads of_the_rest{scenario, world};  // what markets without buyers ask for at any price
  for (std::size_t m = 0; m < scenario.markets.size(); ++m)
    if (scenario.markets[m].households <= 0)
      for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
        if (world.forecast(v, m) > 0) of_the_rest.add(static_cast<int>(v), world.forecast(v, m));

  // shadow prices, of CO2 and of capacity, and prices settle together: a few rounds of each,
  // warm-started
  constexpr int kShadowRounds = 4;
  constexpr double kNear_eur = 10, kEquilibrium_eur = 1;  // of all rounds but the last, of the last
  // step of a plant's per capacity that is asked for and not there, about what an elasticity of
  // four asks of a price of 16,000 EUR; and the largest, beyond which buyers rather wait
  constexpr double kEurPerCapacity = 4000, kDearestCapacity_eur = 5000;
  std::vector<PoolFleet> pools(scenario.carmakers.size());
  std::vector<Co2Search> searches(scenario.carmakers.size());
  for (int shadow_round = 0; shadow_round < kShadowRounds; ++shadow_round) {
    PlantLoads loads = of_the_rest;
    std::fill(pools.begin(), pools.end(), PoolFleet{});
    world.pricing_residual_eur = 0;
    for (auto& venue : venues) {
      const double vat_rate = scenario.markets[venue.market].vat_rate;
      const auto& offers = venue.demand.offers();
      std::vector<double> shadow_eur(offers.size());
      for (std::size_t j = 0; j < offers.size(); ++j)
        shadow_eur[j] = loads.price_eur(offers.vehicle[j]);
      for (std::size_t j = 0; j < venue.grams.size(); ++j)
        shadow_eur[j] += co2_cost_eur(world, pool_of(scenario, venue.owner[j]), venue.grams[j]);
      // the zeta map at these shadow prices, from the mark-ups that it led to before
      const auto zeta = [&](const std::vector<double>& markup, std::vector<double>& next) {
        for (std::size_t j = 0; j < offers.size(); ++j)
          venue.price_eur[j] =
              (1 + vat_rate) *
              std::max(0.3 * venue.cost_eur[j], venue.cost_eur[j] + shadow_eur[j] + markup[j]);
        venue.demand.evaluate(venue.price_eur);
        venue.demand.zeta(markup, venue.owner, firms, shares, vat_rate, next);
        double residual = 0;
        for (std::size_t j = 0; j < offers.size(); ++j) {
          const double miss = std::abs(next[j] - markup[j]);
          residual =
              std::isnan(miss) ? std::numeric_limits<double>::infinity() : std::max(residual, miss);
        }
        return residual;
      };
      const double goal = shadow_round + 1 < kShadowRounds ? kNear_eur : kEquilibrium_eur;
      const auto found = engine::demand::fixed_point(
          venue.markup_eur, zeta, {.goal = goal, .tolerance = goal, .patience = 3, .most = 30});
      world.pricing_residual_eur = std::max(world.pricing_residual_eur, found.residual);
      // prices and sales are those of the best point, which is the last but where the search fails
      if (std::vector<double> next(offers.size()); !found.converged) zeta(venue.markup_eur, next);
      for (std::size_t j = 0; j < offers.size(); ++j)
        loads.add(offers.vehicle[j], venue.demand.sales()[j]);
      for (std::size_t j = 0; j < venue.grams.size(); ++j)
        pools[pool_of(scenario, venue.owner[j])].add(venue.demand.sales()[j], venue.grams[j],
                                                     world.super_credits);
    }
    for (std::size_t f = 0; f < pools.size(); ++f)
      if (pools[f].cars > 0) {
        const double credit =
            super_credit_g_per_km(world.super_credits, static_cast<int>(f), pools[f]);
        const double excess = pools[f].average_g_per_km() - credit - world.co2_target_g_per_km;
        searches[f].move(excess, world.co2_premium_eur_per_g, world.co2_shadow_price_eur[f]);
        expect_super_credits(world.super_credits, static_cast<int>(f), pools[f]);
      }
    for (std::size_t p = 0; p < world.plants.size(); ++p) {
      double& price = world.plants[p].capacity_price_eur;
      price = std::clamp(price + kEurPerCapacity * (loads.over_capacity(p) - 1), 0.0,
                         kDearestCapacity_eur);
    }
  }

  const double level = driver_growth(scenario, world, Series::price_level);
  for (std::size_t m = 0; m < scenario.markets.size(); ++m)
    if (scenario.markets[m].households <= 0)
      for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
        world.price_eur(v, m) = scenario.base.price_eur(v, m) * level;
  // what is not on sale yet is priced as it was meant to be, at today's level of prices
  for (std::size_t m = 0; m < scenario.markets.size(); ++m)
    for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
      if (!world.on_sale[v] && scenario.markets[m].households > 0)
        world.price_eur(v, m) = scenario.base.price_eur(v, m) * level;
  for (auto& venue : venues) {
    const auto& offers = venue.demand.offers();
    for (std::size_t j = 0; j < offers.size(); ++j) {
      const double old_price = offers.price_eur[j];
      venue.price_eur[j] =
          old_price + scenario.parameters.pricing.reprice_share * (venue.price_eur[j] - old_price);
      world.price_eur(offers.vehicle[j], venue.market) = venue.price_eur[j];
    }
    venue.demand.evaluate(venue.price_eur);
    if (venue.market == kHomeMarket) {
      world.surplus_eur += venue.demand.surplus_eur();
      if (!venue.vans)
        world.competition = competition(scenario, world, venue.demand, home_makers(scenario),
                                        scenario.markets[venue.market].vat_rate);
    }
    post_forecast(world, venue.demand, venue.market);
  }
  world.forecast_lineup = world.on_sale;
}

}  // namespace tavolo::agents
