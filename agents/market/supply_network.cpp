#include "agents/market/supply_network.h"

#include <algorithm>
#include <cmath>

#include "agents/market/trade.h"

namespace tavolo::agents {
namespace {

/// Of a country that assembles nothing: what it takes to have a supplier at all. [vehicles/year]
constexpr double kLeastBase = 1;

double distance(const Scenario& scenario, const Component& component, int from, int to) {
  if (from == to) return 1;
  return 1 + (scenario.countries[from].overseas || scenario.countries[to].overseas
                  ? component.overseas_cost_share
                  : component.europe_cost_share);
}

}  // namespace

PartsTrade parts_trade(const Scenario& scenario, int component, const std::vector<double>& base) {
  const auto& affinity = scenario.base.parts_affinity[component];
  const std::size_t countries = scenario.countries.size();
  PartsTrade trade{engine::Grid<double>(countries, countries), std::vector<double>(countries, 0.0)};
  for (std::size_t s = 0; s < countries; ++s)
    for (std::size_t n = 0; n < countries; ++n)
      trade.cost[n] += trade.share(s, n) = std::max(base[s], kLeastBase) * affinity(s, n);
  for (std::size_t s = 0; s < countries; ++s)
    for (std::size_t n = 0; n < countries; ++n) trade.share(s, n) /= trade.cost[n];
  for (double& cost : trade.cost)
    cost = std::pow(cost, -1 / scenario.parameters.industry.parts_dispersion);
  return trade;
}

std::vector<double> first_supplier_base(const Scenario& scenario) {
  std::vector<double> vehicles(scenario.countries.size(), 0.0);
  for (std::size_t p = 0; p < scenario.plants.size(); ++p)
    vehicles[scenario.plants[p].country.row] += scenario.base.output[p];
  return vehicles;
}

void found_supply_network(Scenario& scenario) {
  const double theta = scenario.parameters.industry.parts_dispersion;
  const int countries = static_cast<int>(scenario.countries.size());
  const auto base = first_supplier_base(scenario);
  scenario.base.parts_affinity.clear();
  scenario.base.parts_cost = engine::Grid<double>(scenario.components.size(), countries);
  for (std::size_t c = 0; c < scenario.components.size(); ++c) {
    auto& affinity = scenario.base.parts_affinity.emplace_back(countries, countries);
    for (int s = 0; s < countries; ++s)
      for (int n = 0; n < countries; ++n)
        affinity(s, n) = std::pow(scenario.countries[s].supplier_cost_index *
                                      distance(scenario, scenario.components[c], s, n),
                                  -theta);
    const auto trade = parts_trade(scenario, static_cast<int>(c), base);
    std::copy(trade.cost.begin(), trade.cost.end(), scenario.base.parts_cost.row(c).begin());
  }
  scenario.base.parts_content = parts(scenario, base).content;
}

Parts parts(const Scenario& scenario, const std::vector<double>& base) {
  const std::size_t countries = scenario.countries.size();
  if (scenario.components.empty())
    return {std::vector<double>(countries, 1.0), std::vector<double>(countries, 0.0)};
  Parts result{std::vector<double>(countries, 0.0), std::vector<double>(countries, 0.0)};
  double value = 0;
  for (std::size_t c = 0; c < scenario.components.size(); ++c) {
    const auto now = parts_trade(scenario, static_cast<int>(c), base);
    const double share = scenario.components[c].value_share;
    value += share;
    for (std::size_t n = 0; n < countries; ++n) {
      result.cost[n] += share * now.cost[n] / scenario.base.parts_cost(c, n);
      result.content[n] += share * now.share(n, n);
    }
  }
  for (std::size_t n = 0; n < countries; ++n) {
    result.cost[n] /= value;
    result.content[n] /= value;
  }
  return result;
}

void move_suppliers(const Scenario& scenario, World& world, const engine::Streams&) {
  if (world.month > scenario.start) {
    const double speed = scenario.parameters.industry.supplier_speed_per_year;
    for (double& size : world.supplier_base) size *= 1 - speed;
    for (std::size_t p = 0; p < scenario.plants.size(); ++p)  // the parts of kits come with them
      world.supplier_base[scenario.plants[p].country.row] +=
          speed * (1 - kit_share(scenario, world, static_cast<int>(p))) *
          world.plants[p].output_last_year;
  }
  auto [cost, content] = parts(scenario, world.supplier_base);
  world.parts_cost = std::move(cost);
  world.parts_content = std::move(content);
}

}  // namespace tavolo::agents
