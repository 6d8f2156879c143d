#include "agents/market/accounts.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdio>
#include <string>
#include <type_traits>
#include <vector>

#include "agents/market/company_car.h"
#include "agents/market/economy.h"
#include "agents/market/production.h"
#include "agents/market/trade.h"
#include "engine/error.h"

namespace tavolo::agents {
namespace {

/// Two sides of an identity agree up to rounding of the sums they are made of.
/// `where` is a text, or a function that makes it when it is needed.
void require_equal(const World& world, const char* identity, const auto& where, double left,
                   double right, double scale) {
  if (std::abs(left - right) <= 1e-9) return;  // the least that is tolerated; both are finite
  const double tolerance = 1e-9 * std::max({std::abs(left), std::abs(right), scale, 1.0});
  if (std::isfinite(left) && std::isfinite(right) && std::abs(left - right) <= tolerance) return;
  char sides[96];
  std::snprintf(sides, sizeof sides, ": %.6f against %.6f", left, right);
  std::string place;
  if constexpr (std::is_invocable_v<decltype(where)>)
    place = where();
  else
    place = where;
  throw engine::RunError{std::string{"In "} + world.month.text() + " an identity broke: " +
                         identity + (place.empty() ? "" : " (" + place + ")") + sides};
}

double month_wages_eur(const Scenario& scenario, const World& world, int plant) {
  const auto& p = scenario.plants[plant];
  const auto& state = world.plants[plant];
  const double hourly = scenario.countries[p.country.row].labour_eur_per_hour *
                        driver_level(scenario, world, Series::wage_level) * state.wage_factor;
  return state.hours_paid * hourly;
}

void pay_trade(const Scenario& scenario, World& world) {
  const std::size_t markets = scenario.markets.size(), makers = scenario.carmakers.size();
  engine::Grid<double> bought_eur(makers, markets);
  std::vector<double> vat_rate, vat_eur(markets, 0.0);
  for (const auto& market : scenario.markets) vat_rate.push_back(market.vat_rate);
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v) {
    if (!world.deliveries.any(v)) continue;
    const auto bought = bought_eur.row(scenario.carmaker_of(scenario.vehicles[v]));
    const auto deliveries = world.deliveries.row(v), price = world.price_eur.row(v);
    for (std::size_t m = 0; m < markets; ++m) {
      const double before_vat = deliveries[m] * price[m] / (1 + vat_rate[m]);
      bought[m] += before_vat;
      vat_eur[m] += before_vat * vat_rate[m];
    }
  }
  for (std::size_t m = 0; m < markets; ++m) {
    for (std::size_t c = 0; c < makers; ++c)
      pay(world, kBuyers, carmaker_actor(scenario, static_cast<int>(c)), Purpose::purchase,
          bought_eur(c, m));
    pay(world, kBuyers, treasury_of(scenario, scenario.markets[m].country.row), Purpose::vat,
        vat_eur[m]);
  }
}

void pay_production(const Scenario& scenario, World& world) {
  for (std::size_t p = 0; p < scenario.plants.size(); ++p) {
    const auto& plant = scenario.plants[p];
    const int row = static_cast<int>(p);
    const int owner = carmaker_actor(scenario, plant.carmaker.row);
    if (plant.tracked) {
      pay(world, owner, kWorkers, Purpose::wages, month_wages_eur(scenario, world, row));
      if (world.plants[p].phase != PlantState::Phase::closed &&
          world.plants[p].phase != PlantState::Phase::building)
        pay(world, owner, kSuppliers, Purpose::inputs, fixed_cost_eur(scenario, world, row) / 12);
    }
  }
  const std::size_t markets = scenario.markets.size();
  std::vector<int> customs(markets);
  for (std::size_t m = 0; m < markets; ++m) {
    const int country = scenario.markets[m].country.row;
    customs[m] = scenario.countries[country].in_eu ? kEu : treasury_of(scenario, country);
  }
  std::vector<UnitCost> cost(markets);
  std::vector<double> freight(markets), duty(markets);
  std::vector<double> inputs_eur(scenario.carmakers.size(), 0.0);
  engine::Grid<double> duty_eur(scenario.carmakers.size(), markets);
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v) {
    const int vehicle = static_cast<int>(v);
    const int seller = scenario.carmaker_of(scenario.vehicles[v]);
    double made = 0, made_now = 0;
    for (const int p : world.made_in[v]) {
      made += world.made_year(v, p) + world.made(v, p);
      made_now += world.made(v, p);
    }
    if (made_now == 0 && !world.deliveries.any(v)) continue;  // nothing to pay
    std::fill(freight.begin(), freight.end(), 0.0);
    std::fill(duty.begin(), duty.end(), 0.0);
    // freight and duty on what is delivered, in the proportions in which the year was made
    const auto add_origin = [&](int plant, double part) {
      unit_costs(scenario, world, vehicle, plant, cost);
      for (std::size_t m = 0; m < markets; ++m) {
        freight[m] += part * cost[m].freight;
        duty[m] += part * cost[m].duty;
      }
    };
    if (made > 0) {
      for (const int p : world.made_in[v]) {
        add_origin(p, (world.made_year(v, p) + world.made(v, p)) / made);
        if (const double units = world.made(v, p); units > 0) {
          const bool pays_wages = scenario.plants[p].tracked;  // the plant's owner does
          inputs_eur[seller] += units * (cost[0].at_gate() - (pays_wages ? cost[0].labour : 0.0));
          // who makes it for another is paid for the labour
          if (const int owner = scenario.plants[p].carmaker.row; pays_wages && owner != seller)
            pay(world, carmaker_actor(scenario, seller), carmaker_actor(scenario, owner),
                Purpose::inputs, units * cost[0].labour);
        }
      }
    } else {
      for (const auto& [plant, share] :
           world.programmes[scenario.vehicles[v].programme.row].plant_share)
        add_origin(plant, share);
    }
    // development, distribution and overhead: what the base year's first-order conditions leave
    // (frozen in euros, as in marginal_costs_eur)
    const double overhead = std::max(0.0, scenario.base.residual_cost_eur[v]);
    const auto deliveries = world.deliveries.row(v), due_eur = duty_eur.row(seller);
    for (std::size_t m = 0; m < markets; ++m) {
      inputs_eur[seller] += deliveries[m] * (freight[m] + overhead);
      due_eur[m] += deliveries[m] * duty[m];
    }
  }
  const double prices = driver_growth(scenario, world, Series::price_level);
  const auto& central = scenario.base.central_cost_eur;
  for (std::size_t c = 0; c < scenario.carmakers.size(); ++c) {
    const int seller = carmaker_actor(scenario, static_cast<int>(c));
    pay(world, seller, kSuppliers, Purpose::inputs,
        inputs_eur[c] + (central.empty() ? 0.0 : central[c] * prices / 12));
    for (std::size_t m = 0; m < markets; ++m)
      pay(world, seller, customs[m], Purpose::duty, duty_eur(c, m));
  }
}

/// Of employees for the private use of the company cars on the road.
void pay_benefit_tax(const Scenario& scenario, World& world) {
  pay(world, kWorkers, treasury_of(scenario, scenario.markets[kHomeMarket].country.row),
      Purpose::benefit_tax, world.benefit_tax_eur_per_year / 12);
}

/// Output premium, energy relief and wage wedge of strategic governments, as far as budgets go.
void pay_premiums(const Scenario& scenario, World& world) {
  const double mwh = scenario.parameters.industry.energy_mwh_per_vehicle;
  for (std::size_t g = 0; g < scenario.governments.size(); ++g) {
    const auto& levers = world.instruments[g];
    const int government = static_cast<int>(g);
    for (std::size_t p = 0; p < scenario.plants.size(); ++p) {
      const auto& plant = scenario.plants[p];
      if (plant.country.row != scenario.governments[g].country.row || !plant.tracked) continue;
      const int owner = carmaker_actor(scenario, plant.carmaker.row);
      const auto& state = world.plants[p];
      double due = 0;
      if (levers.output_premium_eur > 0) {
        double home = 0;  // made at home this year, this month included
        for (std::size_t q = 0; q < scenario.plants.size(); ++q)
          if (scenario.plants[q].country.row == plant.country.row && scenario.plants[q].tracked)
            home += world.plants[q].output_year;
        const double floor_now = levers.output_premium_floor * world.month.month() / 12;
        if (home >= floor_now) {
          const double wanted = levers.output_premium_eur * state.output;
          due += std::min(wanted, std::max(0.0, levers.output_premium_budget_eur -
                                                    world.premium_paid_year_eur[g]));
          world.premium_paid_year_eur[g] += due;
        }
      }
      due += levers.energy_relief_eur_per_mwh * mwh * state.output;
      due += levers.wage_wedge_share * month_wages_eur(scenario, world, static_cast<int>(p));
      pay_from_budget(scenario, world, government, owner, Purpose::premium, due);
    }
  }
}

void pay_profit_tax(const Scenario& scenario, World& world) {
  for (std::size_t c = 0; c < scenario.carmakers.size(); ++c) {
    const int actor = carmaker_actor(scenario, static_cast<int>(c));
    double profit = 0;
    for (std::size_t purpose = 0; purpose < kPurposes; ++purpose)
      profit += world.books.received_eur(actor, purpose) - world.books.paid_eur(actor, purpose);
    const int country = scenario.carmakers[c].country.row;
    if (profit > 0)
      pay(world, actor, treasury_of(scenario, country), Purpose::profit_tax,
          profit * scenario.countries[country].corporate_tax_rate);
  }
}

}  // namespace

std::size_t actor_count(const Scenario& scenario) {
  return kFirstGovernment + scenario.governments.size() + scenario.carmakers.size();
}

int government_actor(const Scenario&, int government) { return kFirstGovernment + government; }

int carmaker_actor(const Scenario& scenario, int carmaker) {
  return kFirstGovernment + static_cast<int>(scenario.governments.size()) + carmaker;
}

int government_of(const Scenario& scenario, int country) {
  for (std::size_t g = 0; g < scenario.governments.size(); ++g)
    if (scenario.governments[g].country.row == country) return static_cast<int>(g);
  return -1;
}

int treasury_of(const Scenario& scenario, int country) {
  const int government = government_of(scenario, country);
  return government < 0 ? kEu : government_actor(scenario, government);
}

int decider(const Scenario& scenario, int carmaker) {
  const auto& maker = scenario.carmakers[carmaker];
  return maker.parent && maker.parent_share > 0.5 ? maker.parent.row : carmaker;
}

void pay(World& world, int payer, int payee, Purpose purpose, double eur) {
  if (!std::isfinite(eur) || eur < 0)
    throw engine::RunError{
        "In " + world.month.text() + " a payment of " + std::to_string(eur) + " EUR for " +
        std::string{kPurposeNames[static_cast<std::size_t>(purpose)]} + " is not money."};
  const auto p = static_cast<std::size_t>(purpose);
  world.books.paid_eur(payer, p) += eur;
  world.books.received_eur(payee, p) += eur;
  world.books.balance_eur[payer] -= eur;
  world.books.balance_eur[payee] += eur;
  world.books.month_eur[p] += eur;
}

double cash_eur(const Scenario& scenario, const World& world, int carmaker) {
  double cash = 0;
  for (std::size_t c = 0; c < scenario.carmakers.size(); ++c)
    if (decider(scenario, static_cast<int>(c)) == decider(scenario, carmaker))
      cash += scenario.carmakers[c].cash_eur +
              world.books.balance_eur[carmaker_actor(scenario, static_cast<int>(c))];
  return cash;
}

double pay_from_budget(const Scenario& scenario, World& world, int government, int payee,
                       Purpose purpose, double eur) {
  const double paid = std::min(eur, std::max(0.0, world.budget_left_eur[government]));
  if (paid <= 0) return 0;
  world.budget_left_eur[government] -= paid;
  pay(world, government_actor(scenario, government), payee, purpose, paid);
  return paid;
}

void check_identities(const Scenario& scenario, const World& world) {
  double sum = 0, scale = 0;
  for (const double balance : world.books.balance_eur) {
    sum += balance;
    scale += std::abs(balance);
  }
  require_equal(world, "money paid equals money received", "", sum, 0, scale);

  const auto month = [&](Purpose p) { return world.books.month_eur[static_cast<std::size_t>(p)]; };
  double purchases = 0, vat = 0, incentives = 0;
  std::vector<double> rate;
  for (const auto& market : scenario.markets) rate.push_back(market.vat_rate);
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v) {
    for (const double eur : world.incentive_eur.row(v)) incentives += eur;
    if (!world.deliveries.any(v)) continue;
    const auto deliveries = world.deliveries.row(v), price = world.price_eur.row(v);
    for (std::size_t m = 0; m < rate.size(); ++m) {
      const double paid = deliveries[m] * price[m];
      purchases += paid / (1 + rate[m]);
      vat += paid * rate[m] / (1 + rate[m]);
    }
  }
  require_equal(world, "purchases in the books equal vehicles delivered times their prices", "",
                month(Purpose::purchase), purchases, 0);
  require_equal(world, "VAT in the books equals the tax on vehicles delivered", "",
                month(Purpose::vat), vat, 0);
  require_equal(world, "drivers' tax in the books is a twelfth of what company cars owe a year", "",
                month(Purpose::benefit_tax), world.benefit_tax_eur_per_year / 12, 0);
  double left = 0;
  for (const auto& fund : world.funds) {
    if (!(fund.left_eur >= -1e-6))
      throw engine::RunError{"In " + world.month.text() + " the fund " + fund.name +
                             " fell below zero: " + std::to_string(fund.left_eur) + " EUR"};
    left += fund.left_eur;
  }
  // empty funds are empty to a millionth of a euro, as above
  require_equal(world, "incentives paid equal the fall of the funds", "", month(Purpose::incentive),
                world.opening.funds_eur - left, std::max(world.opening.funds_eur, 1e3));
  require_equal(world, "incentives paid equal those of the vehicles ordered", "",
                month(Purpose::incentive), incentives, 0);
  for (std::size_t g = 0; g < world.budget_left_eur.size(); ++g)
    if (!(world.budget_left_eur[g] >= -1e-3))
      throw engine::RunError{"In " + world.month.text() + " the budget of " +
                             scenario.governments[g].name + " fell below zero."};

  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v) {
    double made = 0, delivered = 0;
    for (const int p : world.made_in[v]) made += world.made(v, p);
    const auto before = world.opening.backlog.row(v), orders = world.orders.row(v),
               deliveries = world.deliveries.row(v), cancelled = world.cancelled.row(v),
               backlog = world.backlog.row(v);
    for (std::size_t m = 0; m < deliveries.size(); ++m) {
      delivered += deliveries[m];
      require_equal(
          world,
          "orders and old back-orders equal deliveries, cancellations and new "
          "back-orders",
          [&] { return scenario.vehicles[v].id + " in " + scenario.markets[m].id; },
          before[m] + orders[m], deliveries[m] + cancelled[m] + backlog[m], 0);
    }
    require_equal(
        world, "vehicles delivered equal vehicles made less the change of stock",
        [&] { return scenario.vehicles[v].id; }, delivered,
        made - (world.stock[v] - world.opening.stock[v]), made + world.stock[v]);
  }
  for (std::size_t p = 0; p < scenario.plants.size(); ++p) {
    const auto& state = world.plants[p];
    require_equal(
        world, "jobs change by hires and relocation less exits and attrition",
        [&] { return scenario.plants[p].id; }, state.headcount - world.opening.headcount[p],
        state.hires + state.relocated - state.exits - state.attrition, world.opening.headcount[p]);
    if (!(state.headcount >= 0))
      throw engine::RunError{"In " + world.month.text() + " the headcount of " +
                             scenario.plants[p].id + " fell below zero."};
  }
}

void open_books(const Scenario& scenario, World& world, const engine::Streams&) {
  world.opening.backlog = world.backlog;
  world.opening.stock = world.stock;
  world.opening.headcount.resize(scenario.plants.size());
  for (std::size_t p = 0; p < scenario.plants.size(); ++p) {
    auto& state = world.plants[p];
    world.opening.headcount[p] = state.headcount;
    state.hires = state.exits = state.attrition = state.relocated = 0;
  }
  world.opening.funds_eur = 0;
  for (const auto& fund : world.funds) world.opening.funds_eur += fund.left_eur;
  world.incentive_eur.fill(0);
  world.benefit_tax_eur_per_year =
      benefit_tax_after_a_month(scenario.parameters.demand, world.benefit_tax_eur_per_year);
}

void close_books(const Scenario& scenario, World& world, const engine::Streams&) {
  pay_trade(scenario, world);
  pay_production(scenario, world);
  pay_premiums(scenario, world);
  pay_benefit_tax(scenario, world);
  if (world.month.month() == 12) pay_profit_tax(scenario, world);
  check_identities(scenario, world);
  world.books.month_eur.fill(0);
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
    for (const int p : world.made_in[v]) world.made_year(v, p) += world.made(v, p);
  world.orders_year += world.orders;
  world.deliveries_year += world.deliveries;
  world.incentive_year_eur += world.incentive_eur;
}

}  // namespace tavolo::agents
