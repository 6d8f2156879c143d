#include "agents/market/raking.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace tavolo::agents {
namespace {

/// Sales of one vehicle from one plant into one market.
struct Cell {
  int vehicle, plant, market;
  double sales;
};

/// A sum of cells that is known.
struct Margin {
  std::vector<std::size_t> cells;
  double target;
};

double value_in(const std::map<std::string, double>& by_year, int year) {
  const auto found = by_year.find(std::to_string(year));
  return found == by_year.end() ? -1 : found->second;
}

/// New cars, or vans, of the base year, had there been no shock in it; negative if not published.
double total_of(const Scenario& scenario, const Market& market, bool van) {
  const auto& by_year = van ? market.van_registrations : market.car_registrations;
  return value_in(by_year, scenario.base_year) * scenario.without_shocks;
}

/// Share of the base year in which the vehicle was on sale.
double year_share(const Scenario& scenario, const Vehicle& vehicle) {
  const auto& programme = scenario.programmes[vehicle.programme.row];
  const Month first = std::max({vehicle.from, programme.from, Month::of(scenario.base_year, 1)});
  Month last = std::min(vehicle.to, Month::of(scenario.base_year, 12));
  if (programme.ends) last = std::min(last, programme.generation_end);
  return std::clamp((last - first + 1) / 12.0, 0.0, 1.0);
}

}  // namespace

void rake_base_year(const Scenario& scenario, BaseYear& base) {
  const std::size_t vehicles = scenario.vehicles.size();
  const std::size_t markets = scenario.markets.size();

  // priors of a brand's share in a market: what is published for it alone, else the seed
  engine::Grid<double> brand_share(scenario.brands.size(), markets);
  for (std::size_t b = 0; b < scenario.brands.size(); ++b)
    for (const auto& [market, share] : scenario.brands[b].seed_share)
      for (std::size_t m = 0; m < markets; ++m)
        if (scenario.markets[m].id == market) brand_share(b, m) = share;
  for (const auto& margin : scenario.share_margins)
    if (margin.brands.size() == 1) {
      const double share = value_in(margin.by_year, scenario.base_year);
      if (share >= 0) brand_share(margin.brands[0].row, margin.market.row) = share;
    }

  std::vector<double> brand_mix(scenario.brands.size() * 2, 0.0);  // cars, vans
  for (const auto& v : scenario.vehicles)
    brand_mix[scenario.programmes[v.programme.row].brand.row * 2 + scenario.is_van(v)] +=
        v.mix * year_share(scenario, v);

  std::vector<Cell> cells;
  for (std::size_t i = 0; i < vehicles; ++i) {
    const auto& v = scenario.vehicles[i];
    const auto& programme = scenario.programmes[v.programme.row];
    const bool van = scenario.is_van(v);
    const double presence = v.mix * year_share(scenario, v);
    if (presence <= 0) continue;
    const double of_brand = presence / brand_mix[programme.brand.row * 2 + van];
    for (std::size_t m = 0; m < markets; ++m) {
      const auto& market = scenario.markets[m];
      const double total = total_of(scenario, market, van);
      const auto multiple = v.market_mix.find(market.id);
      const double prior = std::max(total, 0.0) * brand_share(programme.brand.row, m) * of_brand *
                           (multiple == v.market_mix.end() ? 1.0 : multiple->second);
      if (prior <= 0) continue;
      for (const auto& [plant_id, share] : programme.plants)
        for (std::size_t p = 0; p < scenario.plants.size(); ++p)
          if (scenario.plants[p].id == plant_id && share > 0)
            cells.push_back(
                {static_cast<int>(i), static_cast<int>(p), static_cast<int>(m), prior * share});
    }
  }

  std::vector<Margin> margins;
  const auto add_margin = [&](double target, const auto& belongs) {
    Margin margin{{}, target};
    for (std::size_t c = 0; c < cells.size(); ++c)
      if (belongs(cells[c])) margin.cells.push_back(c);
    if (!margin.cells.empty()) margins.push_back(std::move(margin));
  };
  const auto car_total = [&](int m) { return total_of(scenario, scenario.markets[m], false); };
  for (const auto& row : scenario.output_margins) {
    const double output = value_in(row.by_year, scenario.base_year) * scenario.without_shocks;
    if (output < 0) continue;
    const double home = value_in(row.home_share, scenario.base_year);
    const int country = scenario.plants[row.plant.row].country.row;
    if (home >= 0)
      add_margin(output * home, [&](const Cell& c) {
        return c.plant == row.plant.row && scenario.markets[c.market].country.row == country;
      });
    add_margin(output, [&](const Cell& c) { return c.plant == row.plant.row; });
  }
  for (const auto& row : scenario.share_margins) {
    const double share = value_in(row.by_year, scenario.base_year);
    if (share < 0 || car_total(row.market.row) < 0) continue;
    add_margin(share * car_total(row.market.row), [&](const Cell& c) {
      const auto& v = scenario.vehicles[c.vehicle];
      if (c.market != row.market.row || scenario.is_van(v)) return false;
      if (!row.brands.empty()) {
        const int brand = scenario.programmes[v.programme.row].brand.row;
        return std::any_of(row.brands.begin(), row.brands.end(),
                           [brand](const auto& link) { return link.row == brand; });
      }
      return row.counts(v);
    });
  }
  for (std::size_t m = 0; m < markets; ++m) {
    if (scenario.markets[m].households <= 0) continue;  // the rest of the world closes the table
    for (const bool van : {false, true}) {
      const auto& market = scenario.markets[m];
      const double total = total_of(scenario, market, van);
      if (total > 0)
        add_margin(total, [&](const Cell& c) {
          return c.market == static_cast<int>(m) &&
                 scenario.is_van(scenario.vehicles[c.vehicle]) == van;
        });
    }
  }

  constexpr int kRounds = 300;
  for (int round = 0; round < kRounds; ++round)
    for (const auto& margin : margins) {
      double sum = 0;
      for (const auto c : margin.cells) sum += cells[c].sales;
      if (sum <= 0) continue;
      const double factor = margin.target / sum;
      for (const auto c : margin.cells) cells[c].sales *= factor;
    }
  base.raking_residual = 0;
  for (const auto& margin : margins) {
    double sum = 0;
    for (const auto c : margin.cells) sum += cells[c].sales;
    if (margin.target > 0)
      base.raking_residual =
          std::max(base.raking_residual, std::abs(sum - margin.target) / margin.target);
  }

  base.sales = engine::Grid<double>(vehicles, markets);
  base.sourced = engine::Grid<double>(vehicles, scenario.plants.size());
  for (const auto& cell : cells) {
    base.sales(cell.vehicle, cell.market) += cell.sales;
    base.sourced(cell.vehicle, cell.plant) += cell.sales;
  }
  base.output.assign(scenario.plants.size(), 0.0);
  for (std::size_t v = 0; v < vehicles; ++v)
    for (std::size_t p = 0; p < base.output.size(); ++p) base.output[p] += base.sourced(v, p);
}

}  // namespace tavolo::agents
