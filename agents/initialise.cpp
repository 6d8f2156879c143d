#include "agents/initialise.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "agents/carmakers/investment.h"
#include "agents/carmakers/siting.h"
#include "agents/households/beliefs.h"
#include "agents/inversion.h"
#include "agents/market/accounts.h"
#include "agents/market/company_car.h"
#include "agents/market/economy.h"
#include "agents/market/raking.h"
#include "agents/market/supply_network.h"
#include "agents/market/trade.h"
#include "agents/population.h"

namespace tavolo::agents {
namespace {

using engine::Grid;

constexpr auto kBev = static_cast<std::size_t>(Powertrain::bev);
constexpr auto kPhev = static_cast<std::size_t>(Powertrain::phev);
constexpr auto kHybrid = static_cast<std::size_t>(Powertrain::hybrid);

/// Powertrains on the road at the start, by market: electric cars as published; plug-in and other
/// hybrids, nearly as young a stock, in the same proportion to their sales; the rest as they sell.
/// Mild hybrids count as what they are to their drivers.
Grid<double> initial_stock(const Scenario& scenario) {
  Grid<double> stock(scenario.markets.size(), kPowertrains);
  for (std::size_t m = 0; m < scenario.markets.size(); ++m) {
    const auto& market = scenario.markets[m];
    std::array<double, kPowertrains> sales{};
    double all = 0;
    for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
      if (!scenario.is_van(scenario.vehicles[v])) {
        sales[static_cast<std::size_t>(scenario.vehicles[v].drives_as())] +=
            scenario.base.sales(v, m);
        all += scenario.base.sales(v, m);
      }
    if (all <= 0) {
      stock(m, 0) = 1;
      continue;
    }
    const double bev = at_start_of(scenario.start.year(), market.bev_stock_share_2018,
                                   market.bev_stock_share_2024);
    const double youth = sales[kBev] > 0 ? std::min(1.0, bev / (sales[kBev] / all)) : 0.1;
    stock(m, kBev) = bev;
    stock(m, kPhev) = youth * sales[kPhev] / all;
    stock(m, kHybrid) = std::min(1.0, 2 * youth) * sales[kHybrid] / all;
    const double young = stock(m, kBev) + stock(m, kPhev) + stock(m, kHybrid);
    const double others = all - sales[kBev] - sales[kPhev] - sales[kHybrid];
    for (std::size_t k = 0; k < kPowertrains; ++k)
      if (k != kBev && k != kPhev && k != kHybrid)
        stock(m, k) = others > 0 ? (1 - young) * sales[k] / others : (k == 0 ? 1 - young : 0.0);
  }
  return stock;
}

void set_base_prices(Scenario& scenario) {
  auto& base = scenario.base;
  const double level = driver_base(scenario, Series::price_level);
  const double home_vat = 1 + scenario.markets[0].vat_rate;
  base.price_eur = Grid<double>(scenario.vehicles.size(), scenario.markets.size());
  base.bonus_eur = Grid<double>(scenario.vehicles.size(), scenario.markets.size());
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
    for (std::size_t m = 0; m < scenario.markets.size(); ++m) {
      const auto& vehicle = scenario.vehicles[v];
      const auto& market = scenario.markets[m];
      const auto mix = vehicle.market_mix.find(market.id);
      const bool offered = mix == vehicle.market_mix.end() || mix->second > 0;
      if (offered || base.sales(v, m) > 0)
        base.price_eur(v, m) = vehicle.price_eur * level / home_vat * (1 + market.vat_rate);
    }
  for (const auto& margin : scenario.share_margins)
    set_listed_bonus(scenario, margin, scenario.base_year, base.bonus_eur);
  base.segment_price_eur.assign(kSegments.size(), 0.0);
  std::vector<double> sales(kSegments.size(), 0.0);
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
    for (std::size_t m = 0; m < scenario.markets.size(); ++m) {
      const auto s = static_cast<std::size_t>(scenario.segment_of(scenario.vehicles[v]));
      base.segment_price_eur[s] += base.sales(v, m) * base.price_eur(v, m);
      sales[s] += base.sales(v, m);
    }
  double sum = 0, all = 0;
  for (std::size_t s = 0; s < kSegments.size(); ++s) {
    sum += base.segment_price_eur[s];
    all += sales[s];
    if (sales[s] > 0) base.segment_price_eur[s] /= sales[s];
  }
  for (auto& price : base.segment_price_eur)
    if (price <= 0) price = sum / std::max(all, 1.0);  // a segment that nobody bought yet
}

/// Costs of vehicles and markets that the first-order conditions say nothing about: the mark-up
/// over price of the same vehicle elsewhere, of its maker in its segment, or of its segment.
void fill_costs(Scenario& scenario) {
  auto& base = scenario.base;
  const std::size_t vehicles = scenario.vehicles.size(), markets = scenario.markets.size();
  const auto before_vat = [&](std::size_t v, std::size_t m) {
    return base.price_eur(v, m) / (1 + scenario.markets[m].vat_rate);
  };
  struct Mean {
    double sum = 0, weight = 0;
    void add(double value, double w) {
      sum += value * w;
      weight += w;
    }
  };
  Grid<Mean> of_maker(scenario.carmakers.size(), kSegments.size());
  std::vector<Mean> of_segment(kSegments.size()), of_vehicle(vehicles);
  for (std::size_t v = 0; v < vehicles; ++v)
    for (std::size_t m = 0; m < markets; ++m) {
      if (base.marginal_cost_eur(v, m) <= 0 || base.sales(v, m) <= 0) continue;
      const double ratio = base.marginal_cost_eur(v, m) / before_vat(v, m);
      const auto segment = static_cast<std::size_t>(scenario.segment_of(scenario.vehicles[v]));
      of_vehicle[v].add(ratio, base.sales(v, m));
      of_maker(scenario.carmaker_of(scenario.vehicles[v]), segment).add(ratio, base.sales(v, m));
      of_segment[segment].add(ratio, base.sales(v, m));
    }
  constexpr double kUsualRatio = 0.8;
  base.residual_cost_eur.assign(vehicles, 0.0);
  for (std::size_t v = 0; v < vehicles; ++v) {
    const auto segment = static_cast<std::size_t>(scenario.segment_of(scenario.vehicles[v]));
    const auto& maker = of_maker(scenario.carmaker_of(scenario.vehicles[v]), segment);
    double ratio = kUsualRatio;
    for (const Mean& mean : {of_segment[segment], maker, of_vehicle[v]})
      if (mean.weight > 0) ratio = mean.sum / mean.weight;
    double sales = 0;
    for (std::size_t m = 0; m < markets; ++m) {
      if (base.marginal_cost_eur(v, m) <= 0)
        base.marginal_cost_eur(v, m) = ratio * before_vat(v, m);
      sales += base.sales(v, m);
    }
    // what the plants' bottom-up cost does not explain: development, distribution, overhead
    const auto& plants = scenario.programmes[scenario.vehicles[v].programme.row].plants;
    double weight_sum = 0, residual = 0;
    for (std::size_t m = 0; m < markets; ++m) {
      if (base.price_eur(v, m) <= 0) continue;
      const double weight = sales > 0 ? base.sales(v, m) / sales : 1.0;
      double bottom_up = 0;
      for (std::size_t p = 0; p < scenario.plants.size(); ++p) {
        const auto share = plants.find(scenario.plants[p].id);
        if (share != plants.end() && share->second > 0)
          bottom_up += share->second * base_unit_cost_eur(scenario, static_cast<int>(v),
                                                          static_cast<int>(p), static_cast<int>(m));
      }
      residual += weight * (base.marginal_cost_eur(v, m) - bottom_up);
      weight_sum += weight;
    }
    if (weight_sum > 0) base.residual_cost_eur[v] = residual / weight_sum;
  }
}

void set_unit_costs(Scenario& scenario) {
  auto& base = scenario.base;
  base.unit_cost_eur = Grid<double>(scenario.vehicles.size(), scenario.markets.size());
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v) {
    double all = 0;
    for (const double units : base.sourced.row(v)) all += units;
    for (std::size_t p = 0; p < scenario.plants.size(); ++p) {
      if (!(base.sourced(v, p) > 0)) continue;
      for (std::size_t m = 0; m < scenario.markets.size(); ++m)
        base.unit_cost_eur(v, m) += base.sourced(v, p) / all *
                                    base_unit_cost_eur(scenario, static_cast<int>(v),
                                                       static_cast<int>(p), static_cast<int>(m));
    }
  }
}

/// What makers spend whether or not they sell, plants apart.
void set_central_costs(Scenario& scenario) {
  auto& base = scenario.base;
  base.central_cost_eur.assign(scenario.carmakers.size(), 0.0);
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
    for (std::size_t m = 0; m < scenario.markets.size(); ++m)
      base.central_cost_eur[scenario.carmaker_of(scenario.vehicles[v])] +=
          scenario.parameters.industry.central_cost_share * base.sales(v, m) *
          base.price_eur(v, m) / (1 + scenario.markets[m].vat_rate);
}

std::vector<ProgrammeState> first_programmes(const Scenario& scenario) {
  std::vector<ProgrammeState> states;
  for (const auto& programme : scenario.programmes) {
    ProgrammeState state;
    for (std::size_t p = 0; p < scenario.plants.size(); ++p) {
      const auto share = programme.plants.find(scenario.plants[p].id);
      if (share != programme.plants.end())
        state.plant_share.set(static_cast<int>(p), share->second);
    }
    state.platform = programme.platform;
    state.generation_end = programme.generation_end;
    state.from = programme.from;
    state.launched = programme.launched > Month{0} ? programme.launched : programme.from;
    state.alive = !(programme.ends && programme.generation_end < scenario.start);
    states.push_back(std::move(state));
  }
  return states;
}

std::vector<PlantState> first_plants(const Scenario& scenario) {
  std::vector<PlantState> states;
  for (const auto& plant : scenario.plants) {
    PlantState state;
    state.capacity_per_year = plant.capacity_per_year;
    state.platforms = plant.platforms;
    state.headcount =
        at_start_of(scenario.start.year(), plant.headcount_2018, plant.headcount_2024);
    if (plant.opens > scenario.start)
      state.phase =
          plant.headcount_2024 > 0 ? PlantState::Phase::building : PlantState::Phase::closed;
    if (plant.closes < scenario.start) state.phase = PlantState::Phase::closed;
    states.push_back(std::move(state));
  }
  return states;
}

/// The state at the start without what the inversion adds.
World bare_world(const Scenario& scenario) {
  const std::size_t vehicles = scenario.vehicles.size(), markets = scenario.markets.size(),
                    plants = scenario.plants.size(), governments = scenario.governments.size(),
                    makers = scenario.carmakers.size();
  const int year = scenario.start.year();
  World world;
  world.month = scenario.start;
  for (const auto& driver : scenario.drivers)
    world.driver.push_back(driver_known(driver, scenario.base_year));
  world.driver_walk.assign(scenario.drivers.size(), 0.0);
  world.cycle.assign(markets, 0.0);
  world.electric_appeal.assign(markets, 0.0);
  world.brand_appeal.assign(scenario.brands.size(), 0.0);

  world.duty_rate = world.uk_duty_rate = Grid<double>(vehicles, plants);
  world.co2_shadow_price_eur.assign(makers, 0.0);
  world.co2_average_g_per_km.assign(makers, 0.0);
  world.super_credits.used_g_per_km.assign(makers, 0.0);
  for (auto* of_pool : {&world.super_credits.room, &world.super_credits.dilution})
    of_pool->assign(makers, 1.0);

  world.strategies.assign(governments, nullptr);
  world.instruments.assign(governments, {});
  world.views.assign(governments, {});
  for (auto* money : {&world.budget_left_eur, &world.committed_eur, &world.premium_paid_year_eur})
    money->assign(governments, 0.0);

  const auto& base = scenario.base;
  world.programmes = first_programmes(scenario);
  world.on_sale.assign(vehicles, 0);
  for (std::size_t v = 0; v < vehicles; ++v) {
    const auto& vehicle = scenario.vehicles[v];
    const auto& programme = world.programmes[vehicle.programme.row];
    world.on_sale[v] = programme.alive && programme.from <= scenario.start &&
                       vehicle.from <= scenario.start && vehicle.to >= scenario.start;
  }
  world.price_eur = base.price_eur;
  world.marginal_cost_eur = base.marginal_cost_eur;
  world.constant = base.constant;
  world.forecast = base.sales;
  world.expected_bonus_eur = base.bonus_eur;
  world.stock_share = base.stock_share;
  const auto& demand = scenario.parameters.demand;
  world.consideration = Grid<double>(markets, kPowertrains, 1.0);
  for (std::size_t m = 0; m < markets; ++m) {
    world.consideration(m, kBev) =
        at_start_of(year, demand.consideration_bev_2018, demand.consideration_bev_2024);
    world.consideration(m, kPhev) =
        at_start_of(year, demand.consideration_phev_2018, demand.consideration_phev_2024);
    world.consideration(m, kHybrid) =
        consideration_grown(base.stock_share(m, kHybrid), year - demand.hybrids_since, demand);
    world.charging_points.push_back(at_start_of(year, scenario.markets[m].charging_points_2018,
                                                scenario.markets[m].charging_points_2024));
  }
  for (auto* grid : {&world.orders, &world.backlog, &world.deliveries, &world.cancelled,
                     &world.orders_year, &world.deliveries_year, &world.deliveries_last_year,
                     &world.incentive_eur, &world.incentive_year_eur})
    *grid = Grid<double>(vehicles, markets);
  world.bought_year = Grid<double>(Buyers::kKinds, kPowertrains);
  world.deliveries_last_year = base.sales;
  world.stock.assign(vehicles, 0.0);
  for (std::size_t v = 0; v < vehicles; ++v)
    if (world.on_sale[v])
      for (std::size_t m = 0; m < markets; ++m)
        world.stock[v] += scenario.parameters.industry.stock_target_months * base.sales(v, m) / 12;
  world.made = world.made_year = Grid<double>(vehicles, plants);
  world.made_in.assign(vehicles, {});

  world.plants = first_plants(scenario);
  for (std::size_t p = 0; p < plants; ++p) {
    world.plants[p].output_last_year = base.output[p];
    if (scenario.plants[p].capacity_per_year > 0)
      world.plants[p].utilisation_last_year =
          world.plants[p].output_last_year / scenario.plants[p].capacity_per_year;
  }
  world.supplier_base = first_supplier_base(scenario);
  world.parts_cost.assign(scenario.countries.size(), 1.0);
  world.parts_content = base.parts_content;
  world.entrants.assign(makers, {});
  const auto& tables = scenario.parameters.tables;
  const Trust prior{tables.trust_prior_kept, tables.trust_prior_broken};
  world.trust_in_maker.assign(governments, prior);
  world.trust_in_government.assign(governments, prior);
  world.trust_of_unions.assign(makers, prior);
  world.trust_in_workers.assign(plants, prior);
  world.union_satisfaction.assign(scenario.unions.size(), 0.5);

  world.books.paid_eur = world.books.received_eur = Grid<double>(actor_count(scenario), kPurposes);
  world.books.balance_eur.assign(actor_count(scenario), 0.0);
  return world;
}

}  // namespace

void initialise(Scenario& scenario) {
  add_site_plants(scenario);
  rake_base_year(scenario, scenario.base);
  found_supply_network(scenario);
  scenario.base.stock_share = initial_stock(scenario);
  set_base_prices(scenario);
  synthesise_population(scenario);
  World world = bare_world(scenario);
  world.garage = std::move(scenario.buyers.first);  // lent: two of them would be much
  world.garage.purchases.assign(scenario.buyers.size(), 0);
  invert_base_year(scenario, world);
  scenario.buyers.first = std::move(world.garage);
  scenario.buyers.first.purchases = {};
  fill_costs(scenario);
  set_unit_costs(scenario);
  set_central_costs(scenario);
}

World first_world(const Scenario& scenario) {
  World world = bare_world(scenario);
  world.garage = scenario.buyers.first;
  world.garage.purchases.assign(scenario.buyers.size(), 0);
  world.projects = announced_projects(scenario);
  world.benefit_tax_eur_per_year = first_benefit_tax_eur(scenario, world);
  return world;
}

}  // namespace tavolo::agents
