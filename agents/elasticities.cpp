#include "agents/elasticities.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "agents/carmakers/pricing.h"
#include "agents/households/beliefs.h"
#include "agents/initialise.h"
#include "agents/market/competition.h"
#include "agents/market/expected_demand.h"
#include "engine/experiment/table.h"

namespace tavolo::agents {
namespace {

constexpr int kHome = kHomeMarket;
constexpr double kQuarter = 0.25;  // years

std::string number(double value, const char* format = "%.3g") {
  std::array<char, 40> text;
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

/// Every buyer of the home market's cars, or households alone, by choices a year.
DemandNodes buyers_of_cars(const Scenario& scenario, bool households_only) {
  DemandNodes nodes;
  for (const auto& group : scenario.buyers.groups) {
    if (group.first >= scenario.buyers.market_begin[kHome + 1]) break;
    if (group.kind == Buyers::Kind::van_operator) continue;
    if (households_only && group.kind != Buyers::Kind::household) continue;
    for (auto b = group.first; b < group.last; ++b) {
      nodes.buyer.push_back(b);
      nodes.weight.push_back(group.weight * 12 / group.holding_months);
    }
  }
  return nodes;
}

/// The home market's cars at posted prices.
class Cars {
 public:
  Cars(const Scenario& scenario, const World& world, const DemandNodes& nodes)
      : scenario_{scenario}, demand_{scenario, world, kHome, false, nodes} {
    demand_.evaluate(demand_.offers().price_eur);
  }

  const ExpectedDemand& demand() const { return demand_; }

  bool is(std::size_t offer, Powertrain power) const {
    return scenario_.vehicles[demand_.offers().vehicle[offer]].power == power;
  }
  bool has_plug(std::size_t offer) const {
    return is(offer, Powertrain::bev) || is(offer, Powertrain::phev);
  }

  double sales_of(Powertrain power) const {
    double sum = 0;
    for (std::size_t j = 0; j < demand_.offers().size(); ++j)
      if (is(j, power)) sum += demand_.sales()[j];
    return sum;
  }

  /// % of the sales of one powertrain for 1 % on all prices of another.
  double elasticity(Powertrain of, Powertrain to) const {
    std::vector<double> dearer(demand_.offers().size(), 0.0);
    for (std::size_t j = 0; j < dearer.size(); ++j)
      if (is(j, to)) dearer[j] = demand_.price_eur()[j];
    const auto change = demand_.sales_change(dearer);
    double sum = 0;
    for (std::size_t j = 0; j < dearer.size(); ++j)
      if (is(j, of)) sum += change[j];
    const double sales = sales_of(of);
    return sales > 0 ? sum / sales : 0;
  }

  double plug_in_share() const {
    double with = 0, all = 0;
    for (std::size_t j = 0; j < demand_.offers().size(); ++j) {
      all += demand_.sales()[j];
      if (has_plug(j)) with += demand_.sales()[j];
    }
    return all > 0 ? with / all : 0;
  }

  /// Growth of that share, %, when what has a plug costs so much less.
  double growth_by_bonus(double eur) {
    const double before = plug_in_share();
    auto price = demand_.offers().price_eur;
    for (std::size_t j = 0; j < price.size(); ++j)
      if (has_plug(j)) price[j] -= eur;
    demand_.evaluate(price);
    const double after = plug_in_share();
    demand_.evaluate(demand_.offers().price_eur);
    return before > 0 ? 100 * (after / before - 1) : 0;
  }

  /// Electric cars a year that buyers take more for each util more of all of them.
  double electric_per_util() {
    constexpr double kStep = 1e-3;
    std::vector<double> change(demand_.offers().size(), 0.0);
    for (std::size_t j = 0; j < change.size(); ++j)
      if (is(j, Powertrain::bev)) change[j] = kStep;
    const auto after = [&] {
      demand_.shift(change);
      demand_.evaluate(demand_.offers().price_eur);
      return sales_of(Powertrain::bev);
    };
    const double more = after();
    for (double& utils : change) utils *= -2;
    const double less = after();
    for (double& utils : change) utils *= -0.5;
    after();
    return (more - less) / (2 * kStep);
  }

 private:
  const Scenario& scenario_;
  ExpectedDemand demand_;
};

/// Share of a bonus on electric cars that buyers keep once carmakers have priced for it, %.
double kept_of_bonus(const Scenario& scenario, const World& start) {
  constexpr double kBonus_eur = 1000;
  World without = start, with = start;
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
    if (scenario.vehicles[v].power == Powertrain::bev)
      with.expected_bonus_eur(v, kHome) += kBonus_eur;
  const engine::Streams no_luck{0, 0};
  set_prices(scenario, without, no_luck);
  set_prices(scenario, with, no_luck);
  double rise = 0, sales = 0;
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v) {
    if (scenario.vehicles[v].power != Powertrain::bev || !without.on_sale[v]) continue;
    const double weight = without.forecast(v, kHome);
    rise += weight * (with.price_eur(v, kHome) - without.price_eur(v, kHome));
    sales += weight;
  }
  return sales > 0 ? 100 * (1 - rise / sales / kBonus_eur) : 0;
}

/// % of electric sales for 1 % more public charging points.
double elasticity_to_points(const Scenario& scenario, World world, const DemandNodes& nodes) {
  constexpr double kStep = 0.01;
  const double before = Cars{scenario, world, nodes}.sales_of(Powertrain::bev);
  world.charging_points[kHome] *= 1 + kStep;
  const double after = Cars{scenario, world, nodes}.sales_of(Powertrain::bev);
  return before > 0 ? std::log(after / before) / std::log1p(kStep) : 0;
}

}  // namespace

std::string ElasticityCase::verdict() const {
  if (low == high) return number(ours / low, "%.2f") + " x";
  return ours < low ? "below" : ours > high ? "above" : "inside";
}

std::vector<ElasticityCase> elasticity_cases(const Scenario& scenario) {
  const World world = first_world(scenario);
  const auto everybody = buyers_of_cars(scenario, false);
  Cars cars{scenario, world, everybody};
  const auto at = competition(scenario, world, cars.demand(), home_makers(scenario),
                              scenario.markets[kHome].vat_rate);
  const std::string norway = "Fridstrom & Ostli 2021, Norway 2016";
  const std::string per_percent = "%/%";
  std::vector<ElasticityCase> cases{
      {"a car to its own price, mean by sales", per_percent, -6, -3, at.own_elasticity,
       "BLP 1995; Goldberg & Verboven 2001; Grieco et al. 2024 (as remembered)"},
      {"all cars to all prices", per_percent, -1.2, -0.3, at.market_elasticity,
       "Leard & Wu 2023 and others (as remembered)"},
      {"electric cars to all their prices", per_percent, -2.1, -2.1, at.bev_elasticity,
       "Muehlegger & Rapson 2022, California"},
  };
  using enum Powertrain;
  struct Pair {
    Powertrain of, to;
    double published;
  };
  for (const auto& [of, to, published] :
       {Pair{petrol, petrol, -1.08}, Pair{diesel, diesel, -0.99}, Pair{bev, bev, -1.27},
        Pair{phev, phev, -1.72}, Pair{petrol, diesel, 0.64}, Pair{diesel, petrol, 0.51},
        Pair{bev, petrol, 0.36}, Pair{bev, diesel, 0.48}}) {
    const auto name = [](Powertrain p) {
      return std::string{kPowertrainNames[static_cast<std::size_t>(p)]};
    };
    cases.push_back({name(of) + " cars to all " + name(to) + " prices", per_percent, published,
                     published, cars.elasticity(of, to), norway});
  }
  cases.push_back({"plug-in share to a bonus of 1,000 EUR, before carmakers reprice", "%", 5, 7,
                   cars.growth_by_bonus(1'000),
                   "Munzel, Plotz, Sprei & Gnann 2019, 32 countries of Europe, 2010-17"});
  cases.push_back({"share of a bonus on electric cars that buyers keep", "%", 73, 85,
                   kept_of_bonus(scenario, world), "Muehlegger & Rapson 2022, California"});
  cases.push_back({"electric cars to public charging points", per_percent, 0.4, 0.84,
                   elasticity_to_points(scenario, world, everybody),
                   "Li, Tong, Xing & Zhou 2017, United States (as remembered)"});

  // A household's own car raises the peer share of each of its d ties by 1 / (their number of
  // ties); summed over who may be that household, the ties cancel.
  const auto households = buyers_of_cars(scenario, true);
  const double per_util = Cars{scenario, world, households}.electric_per_util();
  const double count = scenario.markets[kHome].households;
  const double by_peers =
      scenario.parameters.demand.peer_effect * per_util * kQuarter / std::max(1.0, count);
  // and it is one more car that is seen on the road
  const auto electric = static_cast<std::size_t>(bev);
  const double share = world.stock_share(kHome, electric),
               known = world.consideration(kHome, electric);
  const double one = 1 / (kCarsPerHousehold * std::max(1.0, count));
  constexpr double kManyShare = 1e-3;  // of which one car is a part, for digits
  const auto& demand = scenario.parameters.demand;
  const double more = consideration_after(known, share + kManyShare, kQuarter, demand) -
                      consideration_after(known, share, kQuarter, demand);
  const double utils_of_one =  // d (n ln W) for one car more (appeal.h: unfamiliarity)
      std::min(demand.nest_segment, demand.nest_new) * more / known * one / kManyShare;
  const double by_word = cars.electric_per_util() * kQuarter * utils_of_one;
  cases.push_back({"electric cars next quarter for one more, by peers and word of mouth", "cars",
                   0.202, 0.202, by_peers + by_word,
                   "Tebbe 2023, Sweden: work 0.077, family 0.014, neighbours 0.111"});
  return cases;
}

std::string elasticity_table(const std::vector<ElasticityCase>& cases) {
  std::vector<std::vector<std::string>> rows{
      {"quantity", "unit", "source", "published", "ours", "verdict"}};
  for (const auto& c : cases)
    rows.push_back({c.quantity, c.unit, c.source,
                    c.low == c.high ? number(c.low) : number(c.low) + " .. " + number(c.high),
                    number(c.ours), c.verdict()});
  constexpr std::size_t kWords = 3;
  return engine::aligned(rows, kWords);
}

std::string elasticity_json(const std::vector<ElasticityCase>& cases) {
  using engine::json_number, engine::json_string;
  std::string text = "[";
  for (const auto& c : cases)
    text += std::string(text.size() > 1 ? "," : "") +
            "\n  {\"quantity\": " + json_string(c.quantity) + ", \"unit\": " + json_string(c.unit) +
            ", \"low\": " + json_number(c.low) + ", \"high\": " + json_number(c.high) +
            ", \"ours\": " + json_number(c.ours) + ", \"verdict\": " + json_string(c.verdict()) +
            ", \"source\": " + json_string(c.source) + "}";
  return text + "\n]\n";
}

}  // namespace tavolo::agents
