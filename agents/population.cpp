#include "agents/population.h"

#include <algorithm>
#include <array>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <numeric>
#include <string>

#include "agents/chance.h"
#include "engine/random.h"

namespace tavolo::agents {
namespace {

using Kind = Buyers::Kind;
constexpr std::array kKinds{Kind::household, Kind::fleet, Kind::rental, Kind::van_operator};

/// Of an agent population, by kind: in between their shares of people (households) and of new
/// registrations (fleets), so that neither is drawn too coarsely.
constexpr std::array kShareOfAgents{0.62, 0.25, 0.05, 0.08};
/// Spread of kilometres and incomes within a kind, log points.
constexpr double kKilometresSpread = 0.4;

/// What all buyers of a kind in a market share.
struct Segment {
  Kind kind;
  int market;
  std::size_t agents = 0;
  double choices_per_year = 0;
  double holding_months = 0;
  std::vector<double> brand_share;  // cumulative, of first vehicles
};

double registrations(const std::map<std::string, double>& by_year, int year) {
  const auto found = by_year.find(std::to_string(year));
  return found == by_year.end() ? 0 : found->second;
}

/// Row of the first cumulative share that exceeds u.
int pick(const std::vector<double>& cumulative, double u) {
  if (cumulative.empty() || cumulative.back() <= 0) return -1;
  const auto found = std::upper_bound(cumulative.begin(), cumulative.end(), u * cumulative.back());
  return static_cast<int>(
      std::min<std::ptrdiff_t>(found - cumulative.begin(), std::ssize(cumulative) - 1));
}

std::vector<double> brand_shares(const Scenario& scenario, int market, bool vans) {
  std::vector<double> share(scenario.brands.size(), 0.0);
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
    if (scenario.is_van(scenario.vehicles[v]) == vans)
      share[scenario.programmes[scenario.vehicles[v].programme.row].brand.row] +=
          scenario.base.sales(v, market);
  std::partial_sum(share.begin(), share.end(), share.begin());
  return share;
}

Segment segment_of(const Scenario& scenario, int market, Kind kind, std::size_t agents) {
  const auto& m = scenario.markets[market];
  const auto& demand = scenario.parameters.demand;
  Segment segment{kind, market, agents,
                  0,    0,      brand_shares(scenario, market, kind == Kind::van_operator)};
  const double cars = registrations(m.car_registrations, scenario.base_year);
  switch (kind) {
    case Kind::household:
      segment.choices_per_year = cars * (1 - m.fleet_share) / (1 - demand.outside_share_households);
      segment.holding_months = 12 * m.households / segment.choices_per_year;
      break;
    case Kind::fleet:
      segment.choices_per_year =
          cars * m.fleet_share * (1 - demand.rental_share) / (1 - demand.outside_share_fleets);
      segment.holding_months = demand.fleet_holding_months;
      break;
    case Kind::rental:
      segment.choices_per_year =
          cars * m.fleet_share * demand.rental_share / (1 - demand.outside_share_fleets);
      segment.holding_months = demand.rental_holding_months;
      break;
    case Kind::van_operator:
      segment.choices_per_year =
          registrations(m.van_registrations, scenario.base_year) / (1 - demand.outside_share_vans);
      segment.holding_months = demand.van_holding_months;
      break;
  }
  return segment;
}

/// Months until the next choice of a process that has long been running: the equilibrium
/// distribution of the residual life of a Weibull holding time. Its distribution function is the
/// regularised gamma function P(1/k, (x/lambda)^k). [Cox 1962, Renewal Theory, 5.4]
double residual_months(double mean, double shape, double u) {
  const double scale = mean / std::tgamma(1 + 1 / shape);
  return scale * std::pow(boost::math::gamma_p_inv(1 / shape, u), 1 / shape);
}

/// Month index so many months after another; what lies beyond all runs is the end of time.
std::int16_t month_after(int index, double months) {
  return static_cast<std::int16_t>(std::min(index + std::floor(months), 32767.0));
}

/// A permutation of 0 … n-1 under the population's luck: who gets which stratum.
std::vector<std::uint32_t> shuffled(std::size_t n, const engine::Streams& luck, std::size_t first) {
  std::vector<std::uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0U);
  for (std::size_t i = n; i > 1; --i) {
    const double u = luck(Chance::first_vehicle, first + i - 1, 1).uniform();
    std::swap(order[i - 1], order[static_cast<std::size_t>(u * static_cast<double>(i))]);
  }
  return order;
}

void add_buyers(Scenario& scenario, const Segment& segment, const engine::Streams& luck) {
  auto& buyers = scenario.buyers;
  const auto& market = scenario.markets[segment.market];
  const auto& demand = scenario.parameters.demand;
  const auto first = static_cast<std::uint32_t>(buyers.size());
  const auto stratum = shuffled(segment.agents, luck, first);
  std::vector<double> stock(kPowertrains);
  for (std::size_t k = 0; k < kPowertrains; ++k)
    stock[k] = scenario.base.stock_share(segment.market, k);
  if (segment.kind == Kind::van_operator) {
    std::fill(stock.begin(), stock.end(), 0.0);
    stock[static_cast<std::size_t>(Powertrain::diesel)] = 1;
  }
  std::partial_sum(stock.begin(), stock.end(), stock.begin());
  const auto last = static_cast<std::uint32_t>(first + segment.agents);
  buyers.groups.push_back(
      {segment.kind, first, last,
       segment.choices_per_year * segment.holding_months / 12 / static_cast<double>(segment.agents),
       segment.holding_months});
  for (std::size_t i = 0; i < segment.agents; ++i) {
    auto draws = luck(Chance::attributes, first + i);
    const double u_charging = draws.uniform(), u_powertrain = draws.uniform(),
                 u_brand = draws.uniform();
    const double z_income = draws.normal(0, 1), z_km = draws.normal(0, 1);
    double income = 0, factor = 1, mean_km = demand.kilometres;
    double charging = market.home_charging_share;
    if (segment.kind == Kind::household) {
      const double relative = std::exp(market.income_log_sd * z_income);
      income = market.income_median_eur * relative;
      factor = std::pow(relative, -demand.income_elasticity);
    } else if (segment.kind == Kind::rental) {
      charging = 0;
    } else {
      mean_km = segment.kind == Kind::fleet ? demand.fleet_kilometres : demand.van_kilometres;
      charging = demand.fleet_charging_share;
    }
    buyers.income_eur.push_back(static_cast<float>(income));
    buyers.price_sensitivity.push_back(static_cast<float>(factor));
    buyers.annual_km.push_back(static_cast<float>(
        mean_km * std::exp(kKilometresSpread * z_km - kKilometresSpread * kKilometresSpread / 2)));
    buyers.bev_taste.push_back(static_cast<float>(draws.normal(0, demand.bev_taste_sd)));
    buyers.home_charging.push_back(u_charging < charging ? 1 : 0);

    auto garage = luck(Chance::first_vehicle, first + i);
    const double u_age = garage.uniform(), u_choice = garage.uniform();
    buyers.first_powertrain.push_back(
        static_cast<std::uint8_t>(std::max(0, pick(stock, u_powertrain))));
    buyers.first_brand.push_back(static_cast<std::int16_t>(pick(segment.brand_share, u_brand)));
    const double age_months =
        segment.kind == Kind::household
            ? std::min(400.0, -std::log(u_age) * 12 * demand.parc_mean_age_years)
            : u_age * segment.holding_months;
    buyers.first_bought.push_back(
        static_cast<std::int16_t>(scenario.start.index - static_cast<int>(age_months)));
    // one stratum each, so that a month's choices are as many as they should be
    const double u = (stratum[i] + u_choice) / static_cast<double>(segment.agents);
    buyers.first_choice.push_back(month_after(
        scenario.start.index, residual_months(segment.holding_months, demand.holding_shape, u)));
  }
}

/// Every so many-th buyer of a kind, so that `wanted` stand for all.
void add_nodes(std::uint32_t first, std::uint32_t last, double choices, std::size_t wanted,
               DemandNodes& nodes) {
  const std::size_t all = last - first;
  const std::size_t n = std::min(wanted, all);
  for (std::size_t i = 0; i < n; ++i) {
    nodes.buyer.push_back(first + static_cast<std::uint32_t>((2 * i + 1) * all / (2 * n)));
    nodes.weight.push_back(choices / static_cast<double>(n));
  }
}

}  // namespace

double at_start_of(int year, double of_2018, double of_2024) {
  const double t = std::clamp((year - 2018) / 6.0, 0.0, 1.0);
  if (of_2018 > 0 && of_2024 > 0) return of_2018 * std::pow(of_2024 / of_2018, t);
  return of_2018 + t * (of_2024 - of_2018);
}

void synthesise_population(Scenario& scenario) {
  const auto& settings = scenario.parameters.population;
  const engine::Streams luck{static_cast<std::uint64_t>(settings.seed), 0};
  const auto nodes = static_cast<std::size_t>(settings.nodes);
  auto& buyers = scenario.buyers;
  std::vector<std::uint32_t> circles;  // of the network: home households; everybody else alone
  buyers.market_begin.assign(1, 0);
  scenario.nodes.assign(scenario.markets.size(), {});
  for (std::size_t m = 0; m < scenario.markets.size(); ++m) {
    if (scenario.markets[m].households > 0)
      for (std::size_t k = 0; k < kKinds.size(); ++k) {
        const double budget = m == 0 ? settings.buyers : 2.0 * static_cast<double>(nodes);
        const auto agents =
            static_cast<std::size_t>(std::max(1.0, std::round(budget * kShareOfAgents[k])));
        const auto segment = segment_of(scenario, static_cast<int>(m), kKinds[k], agents);
        if (segment.choices_per_year <= 0) continue;
        const auto first = static_cast<std::uint32_t>(buyers.size());
        add_buyers(scenario, segment, luck);
        const auto last = static_cast<std::uint32_t>(buyers.size());
        if (m == 0 && kKinds[k] == Kind::household)
          circles.push_back(last - first);
        else
          circles.insert(circles.end(), last - first, 1U);
        // cars have three kinds of buyers, of which households differ most; vans have one
        const std::array<double, Buyers::kKinds> share{0.6, 0.3, 0.1, 0.25};
        add_nodes(first, last, segment.choices_per_year,
                  static_cast<std::size_t>(std::max(1.0, share[k] * static_cast<double>(nodes))),
                  scenario.nodes[m]);
      }
    buyers.market_begin.push_back(static_cast<std::uint32_t>(buyers.size()));
  }
  scenario.peers = engine::small_world(circles, static_cast<int>(settings.peers), settings.rewired,
                                       luck, Chance::network);
}

}  // namespace tavolo::agents
