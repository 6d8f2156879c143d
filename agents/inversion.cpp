#include "agents/inversion.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "agents/carmakers/pricing.h"
#include "agents/market/appeal.h"
#include "agents/market/expected_demand.h"
#include "agents/population.h"
#include "engine/error.h"

namespace tavolo::agents {
namespace {

using Kind = Buyers::Kind;

/// Buyers of a market over which its constants are inverted, where they act.
constexpr std::size_t kSample = 3000;
constexpr int kRounds = 4000;
constexpr double kTolerance = 1e-9;  // of the logarithm of a vehicle's sales

double logit(double p) { return std::log(p / (1 - p)); }

struct Inverted {
  std::vector<double> constant;                  // by offer: what was added
  std::array<double, Buyers::kKinds> outside{};  // by kind: what was added
  double residual = 0;                           // largest log miss of a vehicle's sales
};

/// Shifts `demand` until it sells what was sold. Only differences of utilities matter: the outside
/// utility of households (of van operators for vans) stays as it is.
Inverted invert(const Scenario& scenario, ExpectedDemand& demand, int market, bool vans) {
  const auto& offers = demand.offers();
  const std::size_t n = offers.size();
  Inverted result{std::vector<double>(n, 0.0), {}, 0};
  std::vector<double> target(n), step(n);
  for (std::size_t j = 0; j < n; ++j) target[j] = scenario.base.sales(offers.vehicle[j], market);
  for (int round = 0; round < kRounds; ++round) {
    demand.evaluate(offers.price_eur);
    result.residual = 0;
    for (std::size_t j = 0; j < n; ++j) {
      const double miss = std::log(target[j] / std::max(demand.sales()[j], 1e-300));
      result.residual = std::max(result.residual, std::abs(miss));
      step[j] = offers.nest_segment * miss;
    }
    std::array<double, Buyers::kKinds> outside_step{};
    for (const auto kind : {Kind::fleet, Kind::rental}) {
      if (vans || demand.choices(kind) <= 0 || demand.choices(Kind::household) <= 0) continue;
      const double buys = std::clamp(demand.buying_share(kind), 1e-9, 1 - 1e-9);
      const double bought = 1 - outside_share(scenario.parameters.demand, kind);
      const double change = 0.5 * (logit(buys) - logit(bought));
      result.residual = std::max(result.residual, std::abs(change));
      outside_step[static_cast<std::size_t>(kind)] = change;
    }
    if (result.residual < kTolerance) break;
    demand.shift(step);
    for (std::size_t j = 0; j < n; ++j) result.constant[j] += step[j];
    for (const auto kind : {Kind::fleet, Kind::rental}) {
      const auto k = static_cast<std::size_t>(kind);
      demand.shift_outside(kind, outside_step[k]);
      result.outside[k] += outside_step[k];
    }
  }
  return result;
}

/// A systematic sample of a market's buyers, by kind as agents are (population.h), each standing
/// for its share of the year's choices.
DemandNodes sample_of(const Scenario& scenario, int market, std::size_t wanted) {
  DemandNodes sample;
  const auto& buyers = scenario.buyers;
  for (const auto& group : buyers.groups) {
    if (group.first < buyers.market_begin[market] || group.last > buyers.market_begin[market + 1])
      continue;
    const double choices =
        group.weight * 12 / group.holding_months * static_cast<double>(group.last - group.first);
    add_nodes(group.first, group.last, choices,
              agents_of_kind(static_cast<double>(wanted), group.kind), sample);
  }
  return sample;
}

/// Months of the base year in which a vehicle was sold.
double months_sold(const Scenario& scenario, const Vehicle& v) {
  const auto& programme = scenario.programmes[v.programme.row];
  const Month first = std::max({v.from, programme.from, Month::of(scenario.base_year, 1)});
  return std::clamp(Month::of(scenario.base_year, 12) - first + 1, 1, 12);
}

/// Least squares of y on effects of brand, segment and powertrain, by backfitting; effects of
/// brands that are not there are NaN.
struct Effects {
  double level = 0;
  std::vector<double> brand, segment, powertrain;

  double predict(std::size_t b, std::size_t s, std::size_t k) const {
    const auto or_lowest = [](const std::vector<double>& effect, std::size_t i) {
      if (!std::isnan(effect[i])) return effect[i];
      double lowest = 0;
      for (const double e : effect)
        if (!std::isnan(e)) lowest = std::min(lowest, e);
      return lowest;
    };
    return level + or_lowest(brand, b) + or_lowest(segment, s) + or_lowest(powertrain, k);
  }
};

struct Sample {
  double y;
  std::size_t brand, segment, powertrain;
};

Effects fit(const std::vector<Sample>& samples, std::size_t brands) {
  const double none = std::nan("");
  Effects effects{0, std::vector<double>(brands, none), std::vector<double>(kSegments.size(), none),
                  std::vector<double>(kPowertrains, none)};
  if (samples.empty()) return effects;
  for (const auto& s : samples) {
    effects.level += s.y / static_cast<double>(samples.size());
    effects.brand[s.brand] = effects.segment[s.segment] = effects.powertrain[s.powertrain] = 0;
  }
  const auto refit = [&](std::vector<double>& effect, std::size_t Sample::*key) {
    std::vector<double> sum(effect.size(), 0.0), count(effect.size(), 0.0);
    for (const auto& s : samples) {
      const double rest = s.y - effects.predict(s.brand, s.segment, s.powertrain);
      sum[s.*key] += rest + effect[s.*key];
      ++count[s.*key];
    }
    for (std::size_t i = 0; i < effect.size(); ++i)
      if (count[i] > 0) effect[i] = sum[i] / (count[i] + 0.5);  // shrunk a little towards zero
  };
  for (int round = 0; round < 60; ++round) {
    refit(effects.segment, &Sample::segment);
    refit(effects.powertrain, &Sample::powertrain);
    refit(effects.brand, &Sample::brand);
  }
  return effects;
}

/// Whether two vehicles are versions of one nameplate between which their buyers see no difference
/// but price and consumption: petrol and mild hybrid.
bool same_to_buyers(const Vehicle& a, const Vehicle& b) {
  return a.programme.row == b.programme.row && a.drives_as() == b.drives_as();
}

/// Whether a newcomer takes over the buyers of a vehicle that was sold in the base year: its
/// programme replaces the other's, or it comes when another powertrain of its own nameplate goes.
/// Who drove on fuel does not become the buyer of an electric car because the two met in the price
/// list: electric cars succeed electric cars only.
bool succeeds(const Scenario& scenario, int newcomer, int other) {
  constexpr int kHandOverMonths = 9;
  const auto& v = scenario.vehicles[newcomer];
  const auto& old = scenario.vehicles[other];
  if ((v.power == Powertrain::bev) != (old.power == Powertrain::bev)) return false;
  const auto& replaced = scenario.programmes[v.programme.row].replaces;
  if (replaced && old.programme.row == replaced.row) return true;
  return old.programme.row == v.programme.row && old.to.index < (1 << 29) &&
         std::abs(v.from - old.to) <= kHandOverMonths;
}

/// Utility of what sells as much as two vehicles of a segment together.
double either(double a, double b, double nest) {
  const double top = std::max(a, b);
  return top + nest * std::log(std::exp((a - top) / nest) + std::exp((b - top) / nest));
}

/// Money that an offer costs its buyer beyond kilometres, as utility at the median income.
double cost_utils(const Offers& offers, std::size_t j) {
  return offers.sensitivity[j] *
         (offers.price_eur[j] + offers.range_cost_eur[j] + offers.charging_cost_eur[j]);
}

/// Constants of vehicles that the market has not seen yet.
void set_newcomers(Scenario& scenario, World& world, int market, bool vans,
                   const ExpectedDemand& seen) {
  auto& base = scenario.base;
  const auto key = [&](int vehicle) {
    const auto& v = scenario.vehicles[vehicle];
    const auto& programme = scenario.programmes[v.programme.row];
    return Sample{0, static_cast<std::size_t>(programme.brand.row),
                  static_cast<std::size_t>(programme.segment_row),
                  static_cast<std::size_t>(v.drives_as())};
  };
  std::vector<Sample> samples;
  const auto& offers = seen.offers();
  for (std::size_t j = 0; j < offers.size(); ++j) {
    auto sample = key(offers.vehicle[j]);
    sample.y = base.constant(offers.vehicle[j], market) - cost_utils(offers, j);
    samples.push_back(sample);
  }
  const auto effects = fit(samples, scenario.brands.size());

  const auto familiarity = [&](int vehicle) {
    return unfamiliarity(scenario, world, market,
                         static_cast<std::size_t>(scenario.vehicles[vehicle].drives_as()));
  };
  // offer everything for a moment, to know what each newcomer costs its buyer
  const auto on_sale =
      std::exchange(world.on_sale, std::vector<std::uint8_t>(world.on_sale.size(), 1));
  const auto all = build_offers(scenario, world, market, vans);
  world.on_sale = on_sale;
  for (std::size_t j = 0; j < all.size(); ++j) {
    const int row = all.vehicle[j];
    if (base.sales(row, market) > 0) continue;
    const auto k = key(row);
    // the mean of those of a kind; the two kinds together have both their buyers
    double same = 0, sames = 0, gone = 0, goners = 0;
    for (std::size_t i = 0; i < offers.size(); ++i) {
      const int other = offers.vehicle[i];
      if (same_to_buyers(scenario.vehicles[row], scenario.vehicles[other])) {
        same += samples[i].y;
        ++sames;
      } else if (succeeds(scenario, row, other)) {
        // an heir has no buyers who never considered what goes, and must be considered itself
        gone += samples[i].y + std::min(0.0, familiarity(other) - familiarity(row));
        ++goners;
      }
    }
    double net = effects.predict(k.brand, k.segment, k.powertrain);
    if (sames > 0) net = same / sames;
    if (goners > 0) net = sames > 0 ? either(net, gone / goners, all.nest_segment) : gone / goners;
    base.constant(row, market) = net + cost_utils(all, j);
  }
}

/// Price less mark-up, by offer of the quadrature's demand at base prices.
void set_costs(Scenario& scenario, int market, const std::vector<double>& markup,
               const Offers& offers) {
  const double vat = 1 + scenario.markets[market].vat_rate;
  for (std::size_t j = 0; j < offers.size(); ++j)
    scenario.base.marginal_cost_eur(offers.vehicle[j], market) =
        std::max(0.25 * offers.price_eur[j] / vat, offers.price_eur[j] / vat - markup[j]);
}

}  // namespace

void invert_base_year(Scenario& scenario, World& world) {
  auto& base = scenario.base;
  const std::size_t vehicles = scenario.vehicles.size(), markets = scenario.markets.size();
  base.constant = engine::Grid<double>(vehicles, markets);
  base.quadrature_shift = engine::Grid<double>(vehicles, markets);
  base.outside = engine::Grid<double>(markets, Buyers::kKinds);
  base.quadrature_outside_shift = engine::Grid<double>(markets, Buyers::kKinds);
  base.marginal_cost_eur = engine::Grid<double>(vehicles, markets);
  base.inversion_residual = 0;
  world.constant = base.constant;
  const auto on_sale_at_start = world.on_sale;

  const auto require_converged = [&](const Inverted& inverted, int market, bool vans) {
    base.inversion_residual = std::max(base.inversion_residual, inverted.residual);
    if (inverted.residual < 1e-6) return;
    throw engine::InputError{
        "The base year's shares of " + std::string{vans ? "vans" : "cars"} + " in market " +
            scenario.markets[market].id + " could not be inverted: a miss of " +
            std::to_string(inverted.residual) + " log points remains.",
        "Demand must reproduce the base year before it can tell anything about other years.",
        "Look for shares near zero or one in share_margins, or a larger nest_segment."};
  };

  for (std::size_t m = 0; m < markets; ++m) {
    if (scenario.markets[m].households <= 0) continue;
    const int market = static_cast<int>(m);
    for (const bool vans : {false, true}) {
      // what was sold in the base year is what is inverted, whether or not it is sold at the start
      for (std::size_t v = 0; v < vehicles; ++v) world.on_sale[v] = base.sales(v, m) > 0;
      const auto kinds = vans ? std::vector{Kind::van_operator}
                              : std::vector{Kind::household, Kind::fleet, Kind::rental};
      const bool agents_act = scenario.buyers_act(market);
      ExpectedDemand population{
          scenario, world, market, vans,
          agents_act ? sample_of(scenario, market, kSample) : scenario.nodes[m]};
      if (population.offers().size() == 0) continue;
      const auto inverted = invert(scenario, population, market, vans);
      require_converged(inverted, market, vans);
      const auto& offers = population.offers();
      for (std::size_t j = 0; j < offers.size(); ++j)
        base.constant(offers.vehicle[j], m) = inverted.constant[j];
      for (const auto kind : kinds)
        base.outside(m, static_cast<std::size_t>(kind)) =
            inverted.outside[static_cast<std::size_t>(kind)];

      for (std::size_t j = 0; j < offers.size(); ++j)
        world.constant(offers.vehicle[j], m) = base.constant(offers.vehicle[j], m);
      ExpectedDemand quadrature{scenario, world, market, vans};
      if (agents_act) {
        const auto shift = invert(scenario, quadrature, market, vans);
        require_converged(shift, market, vans);
        for (std::size_t j = 0; j < offers.size(); ++j)
          base.quadrature_shift(offers.vehicle[j], m) = shift.constant[j];
        for (const auto kind : kinds)
          base.quadrature_outside_shift(m, static_cast<std::size_t>(kind)) =
              shift.outside[static_cast<std::size_t>(kind)];
      }
      quadrature.evaluate(offers.price_eur);
      double residual_eur = 0;
      const auto markups =
          equilibrium_markups(scenario, quadrature, scenario.markets[m].vat_rate, residual_eur);
      base.pricing_residual_eur = std::max(base.pricing_residual_eur, residual_eur);
      set_costs(scenario, market, markups, offers);

      // sold in a part of the year only: its constant is that of a whole year
      for (std::size_t j = 0; j < offers.size(); ++j) {
        const auto& v = scenario.vehicles[offers.vehicle[j]];
        base.constant(offers.vehicle[j], m) +=
            offers.nest_segment * std::log(12 / months_sold(scenario, v));
      }
      set_newcomers(scenario, world, market, vans, population);
    }
  }
  world.on_sale = on_sale_at_start;
  world.constant = base.constant;
}

}  // namespace tavolo::agents
