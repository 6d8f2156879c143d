#include "agents/population.h"

#include <algorithm>
#include <array>
#include <bit>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "agents/chance.h"
#include "engine/elementary.h"
#include "engine/error.h"
#include "engine/parallel.h"
#include "engine/permutation.h"
#include "engine/quantile_table.h"
#include "engine/random.h"
#include "engine/simd.h"

namespace tavolo::agents {
namespace {

using Kind = Buyers::Kind;
constexpr std::array kKinds{Kind::household, Kind::fleet, Kind::rental, Kind::van_operator};

/// Of an agent population, by kind: such that an agent's choice stands for much the same number of
/// registrations whoever makes it. Rental firms choose 25 times as often as households.
constexpr std::array kShareOfAgents{0.78, 0.16, 0.01, 0.05};
/// Of a market's quadrature nodes: cars have three kinds of buyers, of which households differ
/// most; vans have one.
constexpr std::array kShareOfNodes{0.6, 0.3, 0.1, 0.25};
/// Spread of kilometres and incomes within a kind, log points.
constexpr double kKilometresSpread = 0.4;
/// No car on the road is older. [months]
constexpr double kOldest = 400;
/// Month indices end here: later than all runs.
constexpr int kEndOfTime = std::numeric_limits<std::int16_t>::max();

/// What all buyers of a kind in a market share.
struct Segment {
  Kind kind;
  int market;
  double choices_per_year = 0;
  double holding_months = 0;
  std::uint32_t agents = 0;

  double real_buyers() const { return choices_per_year * holding_months / 12; }
};

/// Of the base year, had there been no shock in it.
double registrations(const Scenario& scenario, const std::map<std::string, double>& by_year) {
  const auto found = by_year.find(std::to_string(scenario.base_year));
  return found == by_year.end() ? 0 : found->second * scenario.without_shocks;
}

std::vector<double> brand_shares(const Scenario& scenario, int market, bool vans) {
  std::vector<double> share(scenario.brands.size(), 0.0);
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
    if (scenario.is_van(scenario.vehicles[v]) == vans)
      share[scenario.programmes[scenario.vehicles[v].programme.row].brand.row] +=
          scenario.base.sales(v, market);
  return share;
}

Segment segment_of(const Scenario& scenario, int market, Kind kind) {
  const auto& m = scenario.markets[market];
  const auto& demand = scenario.parameters.demand;
  Segment segment{kind, market};
  const double cars = registrations(scenario, m.car_registrations);
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
          registrations(scenario, m.van_registrations) / (1 - demand.outside_share_vans);
      segment.holding_months = demand.van_holding_months;
      break;
  }
  return segment;
}

/// Months until the next choice of a process that has long been running: the equilibrium
/// distribution of the residual life of a Weibull holding time. Its distribution function is the
/// regularised gamma function P(1/k, (x/lambda)^k). [Cox 1962, Renewal Theory, 5.4]
engine::QuantileTable residual_months(double mean, double shape, int longest) {
  using Quick = boost::math::policies::policy<boost::math::policies::promote_double<false>>;
  constexpr double kNobody = 1e-15;
  const double scale = mean / std::tgamma(1 + 1 / shape);
  std::vector<double> within;  // this month, by month
  double before = 0;
  while (static_cast<int>(within.size()) < longest && 1 - before > kNobody) {
    const double x = (static_cast<double>(within.size()) + 1) / scale;
    const double reached = boost::math::gamma_p(1 / shape, std::pow(x, shape), Quick{});
    within.push_back(reached - before);
    before = reached;
  }
  within.push_back(1 - before);  // what lies beyond all runs is the end of time
  return engine::QuantileTable{within};
}

/// cos(2 pi u) and sin(2 pi u) for u in [0, 1].
TAVOLO_IN_LOOP inline double cos_turn(double u) {
  const double v = std::abs(2 * u - 1);
  const double size = engine::sin_pi(static_cast<float>(std::abs(v - 0.5)));
  return v > 0.5 ? size : -size;
}
TAVOLO_IN_LOOP inline double sin_turn(double u) {
  const double v = 2 * u;
  const double size = engine::sin_pi(static_cast<float>(v < 1 ? v : v - 1));
  return v < 1 ? size : -size;
}

/// A point of the packed columns' grid, not beyond its ends.
TAVOLO_IN_LOOP inline double on_grid(double value, double low, double high) {
  const double point = std::floor(Buyers::kGrid * value + 0.5);
  const double above = point > low ? point : low;
  return above < high ? above : high;
}

/// Draws the buyers of one segment, rows `first` and on.
class Synthesis {
 public:
  Synthesis(Scenario& scenario, const Segment& segment, std::uint32_t first,
            const engine::Streams& luck)
      : buyers_{scenario.buyers},
        segment_{segment},
        first_{first},
        luck_{luck},
        start_{scenario.start.index},
        stratum_{segment.agents,
                 std::bit_cast<std::uint64_t>(luck(Chance::first_vehicle, first, 1).uniform())} {
    const auto& market = scenario.markets[segment.market];
    const auto& demand = scenario.parameters.demand;
    const bool household = segment.kind == Kind::household;
    const bool van = segment.kind == Kind::van_operator;
    const bool rental = segment.kind == Kind::rental;
    charging_share_ = household ? market.home_charging_share
                      : rental  ? 0
                                : demand.fleet_charging_share;
    income_log_sd_ = market.income_log_sd;
    // the mean of a log-normal is its median times e^(variance / 2)
    ln_km_ = std::log(household || rental ? demand.kilometres
                      : van               ? demand.van_kilometres
                                          : demand.fleet_kilometres) -
             kKilometresSpread * kKilometresSpread / 2;
    if (household) {
      ln_median_income_ = std::log(market.income_median_eur);
      mean_age_months_ = 12 * demand.parc_mean_age_years;
    }
    std::vector<double> stock(kPowertrains, 0.0);
    for (std::size_t k = 0; k < kPowertrains; ++k)
      stock[k] = scenario.base.stock_share(segment.market, k);
    if (van) {
      std::fill(stock.begin(), stock.end(), 0.0);
      stock[static_cast<std::size_t>(Powertrain::diesel)] = 1;
    }
    powertrain_ = engine::QuantileTable{stock};
    const auto brands = brand_shares(scenario, segment.market, van);
    if (std::any_of(brands.begin(), brands.end(), [](double share) { return share > 0; }))
      brand_ = engine::QuantileTable{brands};
    next_choice_ =
        residual_months(segment.holding_months, demand.holding_shape, kEndOfTime - start_);
  }

  Buyers::Group group() const {
    return {segment_.kind,
            first_,
            first_ + segment_.agents,
            segment_.real_buyers() / segment_.agents,
            segment_.holding_months,
            ln_median_income_};
  }

  void draw() const {
    engine::for_each_block(
        segment_.agents, kBlock, [&](std::size_t, std::size_t first, std::size_t last) {
          Some some;
          for (std::size_t from = first; from < last; from += kSome)
            draw(static_cast<std::uint32_t>(from), std::min(kSome, last - from), some);
        });
  }

 private:
  static constexpr std::size_t kBlock = std::size_t{1} << 13, kSome = 256;

  /// Draws of some buyers, by what they decide: columns, for vectors.
  struct alignas(64) Some {
    using Column = std::array<double, kSome>;
    Column charging{}, powertrain{}, brand{}, age{}, choice{};
    // Box and Muller (1958): two normals from a radius and an angle, of which tastes use one
    Column radius{}, angle{}, taste_radius{}, taste_angle{};
    Column income{}, km{}, taste{};  // points of the packed columns' grid
  };

  void draw(std::uint32_t from, std::size_t count, Some& some) const {
    for (std::size_t i = 0; i < count; ++i) {
      const auto buyer = first_ + from + static_cast<std::uint32_t>(i);
      auto attributes = luck_(Chance::attributes, buyer);
      const auto u = attributes.block(), normal = attributes.block();
      some.charging[i] = u[0];
      some.powertrain[i] = u[1];
      some.brand[i] = u[2];
      some.age[i] = u[3];
      some.radius[i] = normal[0];
      some.angle[i] = normal[1];
      some.taste_radius[i] = normal[2];
      some.taste_angle[i] = normal[3];
      some.choice[i] = luck_(Chance::first_vehicle, buyer).block()[0];
    }
    const bool household = segment_.kind == Kind::household;
    const double ln_income = ln_median_income_, income_sd = income_log_sd_, ln_km = ln_km_;
    engine::vectorised([&]() TAVOLO_IN_LOOP {
      for (std::size_t i = 0; i < kSome; ++i) {
        const double radius = std::sqrt(-2 * engine::log(some.radius[i]));
        const double taste_radius = std::sqrt(-2 * engine::log(some.taste_radius[i]));
        const double z_income = radius * cos_turn(some.angle[i]);
        const double z_km = radius * sin_turn(some.angle[i]);
        some.income[i] = on_grid(ln_income + income_sd * z_income, 1, 65535);
        some.km[i] = on_grid(ln_km + kKilometresSpread * z_km, 1, 65535);
        some.taste[i] = on_grid(taste_radius * cos_turn(some.taste_angle[i]), -32767, 32767);
      }
      if (household)
        for (std::size_t i = 0; i < kSome; ++i) some.age[i] = -engine::log(some.age[i]);
    });
    const std::size_t row = first_ + from;
    for (std::size_t i = 0; i < count; ++i) {
      buyers_.ln_income[row + i] = static_cast<std::uint16_t>(household ? some.income[i] : 0.0);
      buyers_.ln_km[row + i] = static_cast<std::uint16_t>(some.km[i]);
      buyers_.taste[row + i] = static_cast<std::int16_t>(some.taste[i]);
      buyers_.charging[row + i] = some.charging[i] < charging_share_ ? 1 : 0;
    }
    auto& garage = buyers_.first;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t b = row + i;
      garage.powertrain[b] = static_cast<std::uint8_t>(powertrain_(some.powertrain[i]));
      garage.brand[b] =
          brand_.empty() ? Garage::kNoBrand : static_cast<std::uint8_t>(brand_(some.brand[i]));
      const double age = household ? std::min(kOldest, some.age[i] * mean_age_months_)
                                   : some.age[i] * segment_.holding_months;
      garage.bought[b] = static_cast<std::int16_t>(start_ - static_cast<int>(age));
      // one stratum each, so that a month's choices are as many as they should be
      const double u = (stratum_(from + static_cast<std::uint32_t>(i)) + some.choice[i]) /
                       static_cast<double>(segment_.agents);
      garage.next_choice[b] = static_cast<std::int16_t>(
          std::min(start_ + static_cast<int>(next_choice_(u)), kEndOfTime));
    }
  }

  Buyers& buyers_;
  const Segment segment_;
  std::uint32_t first_;
  const engine::Streams& luck_;
  int start_;
  engine::Permutation stratum_;
  double charging_share_ = 0, income_log_sd_ = 0, ln_median_income_ = 0, ln_km_ = 0;
  double mean_age_months_ = 0;
  engine::QuantileTable powertrain_, brand_, next_choice_;
};

/// How many agents each segment of the home market gets.
void share_agents(double agents, std::span<Segment> segments) {
  std::vector<Segment*> open;
  for (auto& segment : segments) open.push_back(&segment);
  const auto of_kind = [](const Segment* segment) {
    return kShareOfAgents[static_cast<std::size_t>(segment->kind)];
  };
  double shares = 0;
  for (const auto* segment : open) shares += of_kind(segment);
  // whoever needs less than its share leaves more to the others, until nobody does
  for (bool all_served = false; !all_served;) {
    all_served = true;
    const double left = agents, of = shares;
    for (auto& segment : open) {
      const double real = std::max(1.0, std::round(segment->real_buyers()));
      if (left * of_kind(segment) / of < real) continue;
      segment->agents = static_cast<std::uint32_t>(real);
      agents -= real;
      shares -= of_kind(segment);
      segment = nullptr;
      all_served = false;
    }
    std::erase(open, nullptr);
  }
  for (auto* segment : open)
    segment->agents =
        static_cast<std::uint32_t>(std::max(1.0, std::round(agents * of_kind(segment) / shares)));
}

/// Who buys in the markets, and how many agents each gets.
std::vector<Segment> segments_of(const Scenario& scenario) {
  const auto& settings = scenario.parameters.population;
  std::vector<Segment> all;
  std::array<double, kKinds.size()> agents_per_buyer{};  // at home
  for (int m = 0; m < static_cast<int>(scenario.markets.size()); ++m) {
    if (scenario.markets[m].households <= 0) continue;
    const std::size_t first = all.size();
    for (const auto kind : kKinds) {
      const auto segment = segment_of(scenario, m, kind);
      if (segment.choices_per_year > 0) all.push_back(segment);
    }
    const auto here = std::span{all}.subspan(first);
    if (m == kHomeMarket) {
      share_agents(settings.buyers, here);
      // a kind that is not at home is as many to a buyer abroad as households are
      agents_per_buyer.fill(here.front().agents / here.front().real_buyers());
      for (const auto& segment : here)
        agents_per_buyer[static_cast<std::size_t>(segment.kind)] =
            segment.agents / segment.real_buyers();
    } else {
      for (auto& segment : here)
        segment.agents = static_cast<std::uint32_t>(
            scenario.buyers_act(m)
                ? std::max(1.0,
                           std::round(segment.real_buyers() *
                                      agents_per_buyer[static_cast<std::size_t>(segment.kind)]))
                : std::max(1.0, std::round(2 * settings.nodes *
                                           kShareOfNodes[static_cast<std::size_t>(segment.kind)])));
    }
  }
  return all;
}

engine::Network peers_of(const Scenario& scenario, const engine::Streams& luck) {
  const auto& settings = scenario.parameters.population;
  const auto& buyers = scenario.buyers;
  std::vector<engine::Circle> circles;
  for (int m = 0; m < static_cast<int>(scenario.markets.size()); ++m)
    for (const auto& group : buyers.groups)
      if (scenario.buyers_act(m) && group.kind == Kind::household &&
          group.first >= buyers.market_begin[m] && group.last <= buyers.market_begin[m + 1])
        circles.push_back({group.first, group.last - group.first});
  const auto nodes = static_cast<std::uint32_t>(buyers.size());
  const int ties = static_cast<int>(settings.peers);
  const auto of_node = [&](std::uint32_t node) { return luck(Chance::network, node); };
  if (settings.network == "scale_free")
    return engine::scale_free(nodes, circles, ties, settings.degree_exponent, of_node,
                              std::bit_cast<std::uint64_t>(luck(Chance::network, 0, 1).uniform()));
  return engine::small_world(nodes, circles, ties, settings.rewired, of_node);
}

}  // namespace

double at_start_of(int year, double of_2018, double of_2024) {
  const double t = std::clamp((year - 2018) / 6.0, 0.0, 1.0);
  if (of_2018 > 0 && of_2024 > 0) return of_2018 * std::pow(of_2024 / of_2018, t);
  return of_2018 + t * (of_2024 - of_2018);
}

std::size_t agents_of_kind(double agents, Kind kind) {
  return static_cast<std::size_t>(
      std::max(1.0, std::round(agents * kShareOfAgents[static_cast<std::size_t>(kind)])));
}

void add_nodes(std::uint32_t first, std::uint32_t last, double choices, std::size_t wanted,
               DemandNodes& nodes) {
  const std::size_t all = last - first;
  const std::size_t n = std::min(wanted, all);
  for (std::size_t i = 0; i < n; ++i) {
    nodes.buyer.push_back(first + static_cast<std::uint32_t>((2 * i + 1) * all / (2 * n)));
    nodes.weight.push_back(choices / static_cast<double>(n));
  }
}

void synthesise_population(Scenario& scenario) {
  const auto& settings = scenario.parameters.population;
  const engine::Streams luck{static_cast<std::uint64_t>(settings.seed), 0};
  const auto segments = segments_of(scenario);
  std::size_t all = 0;
  for (const auto& segment : segments) all += segment.agents;
  if (all > std::numeric_limits<std::uint32_t>::max())
    throw engine::InputError{"The markets would have " + std::to_string(all) + " agents.",
                             "Buyers are numbered in 32 bits: 4 294 967 295 at most.",
                             "Set population.buyers lower."};

  auto& buyers = scenario.buyers;
  buyers = {};
  buyers.income_elasticity = scenario.parameters.demand.income_elasticity;
  buyers.bev_taste_sd = scenario.parameters.demand.bev_taste_sd;
  buyers.ln_income.resize(all);
  buyers.ln_km.resize(all);
  buyers.taste.resize(all);
  buyers.charging.resize(all);
  buyers.first.powertrain.resize(all);
  buyers.first.brand.resize(all);
  buyers.first.bought.resize(all);
  buyers.first.next_choice.resize(all);
  scenario.nodes.assign(scenario.markets.size(), {});
  auto segment = segments.begin();
  for (int m = 0; m < static_cast<int>(scenario.markets.size()); ++m) {
    buyers.market_begin.push_back(static_cast<std::uint32_t>(buyers.size()));
    for (; segment != segments.end() && segment->market == m; ++segment) {
      const Synthesis synthesis{scenario, *segment, static_cast<std::uint32_t>(buyers.size()),
                                luck};
      synthesis.draw();
      const auto group = synthesis.group();
      buyers.groups.push_back(group);
      const double share = kShareOfNodes[static_cast<std::size_t>(segment->kind)];
      add_nodes(group.first, group.last, segment->choices_per_year,
                static_cast<std::size_t>(std::max(1.0, share * settings.nodes)), scenario.nodes[m]);
    }
  }
  buyers.market_begin.push_back(static_cast<std::uint32_t>(buyers.size()));
  scenario.peers = peers_of(scenario, luck);
}

}  // namespace tavolo::agents
