#include "agents/market/expected_demand.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

#include "agents/fleets/fleet.h"
#include "agents/households/household.h"
#include "agents/market/appeal.h"
#include "agents/market/company_car.h"
#include "agents/market/economy.h"
#include "engine/elementary.h"
#include "engine/simd.h"

namespace tavolo::agents {
namespace {

/// Share of a home charger's kilometres that are charged away from home.
constexpr double kAwayShare = 0.2;
/// Range beyond which a kilometre more is worth nothing. [km]
constexpr double kAmpleRangeKm = 500;

/// Sums of all lanes, four at a time.
template <class Lanes>
void sum_each(std::span<const Lanes> all, std::span<double> sums) {
  constexpr std::size_t kParts = 4;
  engine::vectorised([&]() TAVOLO_IN_LOOP {
    for (std::size_t j = 0; j < all.size(); ++j) {
      const Lanes& lanes = all[j];
      std::array<double, kParts> part{};
      for (std::size_t first = 0; first < lanes.size(); first += kParts)
        engine::for_lanes<kParts>([&](std::size_t i)
                                      TAVOLO_IN_LOOP { part[i] += double{lanes[first + i]}; });
      sums[j] = (part[0] + part[1]) + (part[2] + part[3]);
    }
  });
}
template <class Lanes>
double sum_of(const Lanes& lanes) {
  double sum = 0;
  sum_each<Lanes>({&lanes, 1}, {&sum, 1});
  return sum;
}

}  // namespace

double outside_share(const DemandParameters& demand, Buyers::Kind kind) {
  switch (kind) {
    case Buyers::Kind::household:
      return demand.outside_share_households;
    case Buyers::Kind::fleet:
    case Buyers::Kind::rental:
      return demand.outside_share_fleets;
    default:
      return demand.outside_share_vans;
  }
}

Offers build_offers(const Scenario& scenario, const World& world, int market, bool vans) {
  const auto& demand = scenario.parameters.demand;
  const double petrol = driver_level(scenario, world, Series::petrol_eur_per_litre);
  const double diesel = driver_level(scenario, world, Series::diesel_eur_per_litre);
  const double lpg = driver_level(scenario, world, Series::lpg_eur_per_litre);
  const double home = driver_level(scenario, world, Series::home_power_eur_per_kwh);
  const double away = driver_level(scenario, world, Series::public_power_eur_per_kwh);
  // money counts less as incomes grow
  const double income_growth = driver_growth(scenario, world, Series::income_level);
  const auto bev = static_cast<std::size_t>(Powertrain::bev);
  const auto phev = static_cast<std::size_t>(Powertrain::phev);
  const double plug_ins = (world.stock_share(market, bev) + world.stock_share(market, phev)) *
                          kCarsPerHousehold * scenario.markets[market].households;
  const double density = world.charging_points[market] / std::max(plug_ins, 1.0);
  const double thinness = std::exp(-density / demand.charging_density_scale);

  std::array<double, kPowertrains> unfamiliar;
  for (std::size_t k = 0; k < kPowertrains; ++k)
    unfamiliar[k] = unfamiliarity(scenario, world, market, k);
  const auto appeal = appeal_changes(scenario, world, market);
  std::array<std::vector<std::size_t>, kSegments.size()> rows;
  for (auto& of_segment : rows) of_segment.reserve(64);
  for (std::size_t row = 0; row < scenario.vehicles.size(); ++row)
    if (world.on_sale[row] && world.price_eur(row, market) > 0)  // offered in this market
      rows[scenario.segment_of(scenario.vehicles[row])].push_back(row);

  Offers offers;
  std::size_t most = 0;
  for (int segment = 0; segment < static_cast<int>(kSegments.size()); ++segment)
    if ((segment == static_cast<int>(kVanSegment)) == vans) most += rows[segment].size();
  offers.vehicle.reserve(most);
  for (auto* column : {&offers.attraction, &offers.price_eur, &offers.energy_eur_per_km,
                       &offers.public_energy_eur_per_km, &offers.range_cost_eur,
                       &offers.charging_cost_eur, &offers.sensitivity})
    column->reserve(most);
  offers.powertrain.reserve(most);
  offers.brand.reserve(most);
  offers.nest_new = demand.nest_new;
  offers.nest_segment = std::min(demand.nest_segment, demand.nest_new);
  for (int segment = 0; segment < static_cast<int>(kSegments.size()); ++segment) {
    if ((segment == static_cast<int>(kVanSegment)) != vans) continue;
    const std::size_t first = offers.size();
    for (const std::size_t row : rows[segment]) {
      const auto& v = scenario.vehicles[row];
      const auto drives_as = static_cast<std::size_t>(v.drives_as());
      offers.vehicle.push_back(static_cast<int>(row));
      offers.attraction.push_back(world.constant(row, market) + appeal[row] +
                                  unfamiliar[drives_as]);
      offers.price_eur.push_back(world.price_eur(row, market));
      const double per_km = v.energy_per_100km / 100;
      double own = petrol * per_km, other = petrol * per_km;
      if (v.power == Powertrain::diesel) own = other = diesel * per_km;
      if (v.power == Powertrain::lpg) own = other = lpg * per_km;
      if (v.power == Powertrain::bev) {
        own = ((1 - kAwayShare) * home + kAwayShare * away) * per_km;
        other = away * per_km;
      }
      offers.energy_eur_per_km.push_back(own);
      offers.public_energy_eur_per_km.push_back(other);
      const bool electric = v.power == Powertrain::bev && v.range_km > 0;
      offers.range_cost_eur.push_back(electric
                                          ? std::max(0.0, demand.range_value_eur_per_km * 300 *
                                                              std::log(kAmpleRangeKm / v.range_km))
                                          : 0.0);
      offers.charging_cost_eur.push_back(electric ? demand.charging_value_eur * thinness : 0.0);
      offers.sensitivity.push_back(-demand.own_price_elasticity * offers.nest_segment /
                                   scenario.base.segment_price_eur[segment] / income_growth);
      offers.powertrain.push_back(static_cast<std::uint8_t>(drives_as));
      offers.brand.push_back(
          static_cast<std::int16_t>(scenario.programmes[v.programme.row].brand.row));
    }
    if (offers.size() > first) offers.segment_begin.push_back(static_cast<std::uint32_t>(first));
  }
  offers.segment_begin.push_back(static_cast<std::uint32_t>(offers.size()));
  return offers;
}

BuyerView view_of(const Scenario& scenario, const World& world, std::uint32_t buyer, int market) {
  const auto kind = scenario.buyers.kind(buyer);
  BuyerView view = kind == Buyers::Kind::household ? household_view(scenario, world, buyer, market)
                                                   : fleet_view(scenario, world, buyer);
  // in a good year fewer keep the old vehicle: new registrations move by so many log points
  const double trend = kind == Buyers::Kind::van_operator ? 0 : world.market_appeal;
  view.outside = scenario.base.outside(market, static_cast<std::size_t>(kind)) -
                 (trend + world.cycle[market]) /
                     std::max(0.1, outside_share(scenario.parameters.demand, kind));
  if (!scenario.buyers_act(market)) {
    // no garage of theirs is simulated: the habit of a powertrain spreads as the stock does
    for (std::size_t k = 0; k < kPowertrains; ++k)
      view.peer[k] += view.inertia * world.stock_share(market, k);
    view.inertia = 0;
  }
  return view;
}

void clear_forecasts(const Scenario& scenario, World& world) {
  world.forecast.fill(0);
  const double index = driver_growth(scenario, world, Series::market_index);
  for (std::size_t m = 0; m < scenario.markets.size(); ++m)
    if (scenario.markets[m].households <= 0)
      for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
        if (world.on_sale[v]) world.forecast(v, m) = scenario.base.sales(v, m) * index;
}

void post_forecast(World& world, const QuickDemand& demand, int market) {
  for (std::size_t j = 0; j < demand.offers().size(); ++j)
    world.forecast(demand.offers().vehicle[j], market) = demand.sales()[j];
}

void expect_sales(const Scenario& scenario, World& world) {
  clear_forecasts(scenario, world);
  for (std::size_t m = 0; m < scenario.markets.size(); ++m)
    for (const bool vans : {false, true}) {
      if (scenario.markets[m].households <= 0) continue;
      QuickDemand demand{scenario, world, static_cast<int>(m), vans};
      demand.evaluate(demand.offers().price_eur);
      post_forecast(world, demand, static_cast<int>(m));
    }
  world.forecast_lineup = world.on_sale;
}

std::vector<double> expected_discounts(const World& world, const Offers& offers, int market) {
  std::vector<double> discount(offers.size());
  for (std::size_t j = 0; j < offers.size(); ++j)
    discount[j] = world.expected_bonus_eur(offers.vehicle[j], market);
  return discount;
}

template <class Real>
DemandOverNodes<Real>::DemandOverNodes(const Scenario& scenario, const World& world, int market,
                                       bool vans)
    : DemandOverNodes{scenario, world, market, vans, scenario.nodes[market]} {
  std::vector<double> change(offers_.size());
  for (std::size_t j = 0; j < change.size(); ++j)
    change[j] = scenario.base.quadrature_shift(offers_.vehicle[j], market);
  shift(change);
  for (std::size_t k = 0; k < Buyers::kKinds; ++k)
    shift_outside(static_cast<Buyers::Kind>(k), scenario.base.quadrature_outside_shift(market, k));
}

template <class Real>
DemandOverNodes<Real>::DemandOverNodes(const Scenario& scenario, const World& world, int market,
                                       bool vans, const DemandNodes& sample)
    : offers_{build_offers(scenario, world, market, vans)},
      discount_eur_{expected_discounts(world, offers_, market)},
      price_eur_{offers_.price_eur},
      sales_(offers_.size()) {
  // utilities at no attraction and price zero once; a price change then costs one multiplication
  // per offer
  Offers rest = offers_;
  std::fill(rest.attraction.begin(), rest.attraction.end(), 0.0);
  std::fill(rest.price_eur.begin(), rest.price_eur.end(), 0.0);
  auto less_tax_eur = drivers_tax_as_price(scenario, world, offers_, market);
  for (std::size_t j = 0; j < less_tax_eur.size(); ++j)
    less_tax_eur[j] = discount_eur_[j] - less_tax_eur[j];
  std::vector<BuyerLanes> utils(offers_.size());
  std::vector<BuyerView> views;
  std::array<std::int64_t, kWidth> taxed{};
  const auto finish = [&] {  // the block at hand
    if (views.empty()) return;
    utilities(rest, views, discount_eur_, less_tax_eur, taxed, utils);
    auto& block = blocks_.back();
    block.utils.resize(offers_.size());
    for (std::size_t j = 0; j < utils.size(); ++j)
      for (std::size_t lane = 0; lane < kWidth; ++lane)
        block.utils[j][lane] = static_cast<Real>(utils[j][lane]);
    views.clear();
  };
  for (std::size_t i = 0; i < sample.buyer.size(); ++i) {
    const auto kind = scenario.buyers.kind(sample.buyer[i]);
    if ((kind == Buyers::Kind::van_operator) != vans) continue;
    if (blocks_.empty() || blocks_.back().nodes == kWidth) {
      finish();
      auto& block = blocks_.emplace_back();
      block.odds.resize(offers_.size());
      block.scale.resize(offers_.segments());
      block.segment.resize(offers_.segments());
    }
    auto& block = blocks_.back();
    const auto view = view_of(scenario, world, sample.buyer[i], market);
    const std::size_t lane = block.nodes++;
    taxed[lane] = kind == Buyers::Kind::fleet ? 1 : 0;
    block.kind[lane] = kind;
    block.weight[lane] = static_cast<Real>(sample.weight[i]);
    block.price_factor[lane] = static_cast<Real>(view.price_factor);
    block.outside[lane] = static_cast<Real>(view.outside);
    views.push_back(view);
  }
  finish();
}

template <class Real>
void DemandOverNodes<Real>::shift(std::span<const double> change) {
  for (std::size_t j = 0; j < offers_.size(); ++j) offers_.attraction[j] += change[j];
}

template <class Real>
void DemandOverNodes<Real>::shift_outside(Buyers::Kind kind, double change) {
  for (auto& block : blocks_)
    for (std::size_t i = 0; i < block.nodes; ++i)
      if (block.kind[i] == kind) block.outside[i] = static_cast<Real>(block.outside[i] + change);
}

template <class Real>
void DemandOverNodes<Real>::evaluate(std::span<const double> price_eur) {
  assert(price_eur.size() == offers_.size());
  price_eur_.assign(price_eur.begin(), price_eur.end());
  std::fill(sales_.begin(), sales_.end(), 0.0);
  const std::size_t n = offers_.size();
  if (n == 0) return;
  attraction_.resize(n);
  price_utils_.resize(n);  // of the median income
  for (std::size_t j = 0; j < n; ++j) {
    attraction_[j] = static_cast<Real>(offers_.attraction[j]);
    price_utils_[j] = static_cast<Real>(offers_.sensitivity[j] * price_eur_[j]);
  }
  const auto n1 = static_cast<Real>(offers_.nest_new), n2 = static_cast<Real>(offers_.nest_segment);
  const Real per_n1 = 1 / n1, per_n2 = 1 / n2;
  constexpr Real kLow = static_cast<Real>(-1e30);
  sold_.assign(n, Lanes{});
  for (auto& block : blocks_)
    engine::vectorised([&]() TAVOLO_IN_LOOP {
      using engine::for_lanes;
      Lanes best, sum, buys;
      for_lanes<kWidth>([&](std::size_t i) TAVOLO_IN_LOOP { best[i] = kLow; });
      // within segments, by log-sum-exp with the maximum taken out
      for (std::size_t s = 0; s < offers_.segments(); ++s) {
        const auto first = offers_.segment_begin[s], last = offers_.segment_begin[s + 1];
        Lanes top;
        for_lanes<kWidth>([&](std::size_t i) TAVOLO_IN_LOOP {
          top[i] = kLow;
          sum[i] = 0;
        });
        for (auto j = first; j < last; ++j) {
          const Real liked = attraction_[j], price = price_utils_[j];
          const Lanes& rest = block.utils[j];
          Lanes& odds = block.odds[j];
          for_lanes<kWidth>([&](std::size_t i) TAVOLO_IN_LOOP {
            const Real u = rest[i] + (liked - price * block.price_factor[i]);
            odds[i] = u;
            top[i] = u > top[i] ? u : top[i];
          });
        }
        for (auto j = first; j < last; ++j) {
          Lanes& odds = block.odds[j];
          for_lanes<kWidth>([&](std::size_t i) TAVOLO_IN_LOOP {
            odds[i] = engine::exp((odds[i] - top[i]) * per_n2);
            sum[i] += odds[i];
          });
        }
        Lanes& inclusive = block.segment[s];
        Lanes& scale = block.scale[s];
        for_lanes<kWidth>([&](std::size_t i) TAVOLO_IN_LOOP {
          inclusive[i] = top[i] + n2 * engine::log(sum[i]);
          best[i] = inclusive[i] > best[i] ? inclusive[i] : best[i];
          scale[i] = 1 / sum[i];
        });
      }
      for_lanes<kWidth>([&](std::size_t i) TAVOLO_IN_LOOP { sum[i] = 0; });
      for (auto& share : block.segment)
        for_lanes<kWidth>([&](std::size_t i) TAVOLO_IN_LOOP {
          share[i] = engine::exp((share[i] - best[i]) * per_n1);
          sum[i] += share[i];
        });
      for_lanes<kWidth>([&](std::size_t i) TAVOLO_IN_LOOP {
        const Real new_value = best[i] + n1 * engine::log(sum[i]);
        sum[i] = 1 / sum[i];
        const Real outside = block.outside[i];
        const Real larger = new_value > outside ? new_value : outside;
        const Real inside_weight = engine::exp(new_value - larger);
        const Real all = inside_weight + engine::exp(outside - larger);
        buys[i] = inside_weight / all;
        block.buys[i] = buys[i];
        block.log_sum[i] = larger + engine::log(all);
      });
      for (std::size_t s = 0; s < offers_.segments(); ++s) {
        Lanes& share = block.segment[s];
        const Lanes& scale = block.scale[s];
        Lanes weight;
        for_lanes<kWidth>([&](std::size_t i) TAVOLO_IN_LOOP {
          share[i] *= sum[i];
          weight[i] = block.weight[i] * (buys[i] * share[i]) * scale[i];
        });
        for (auto j = offers_.segment_begin[s]; j < offers_.segment_begin[s + 1]; ++j) {
          const Lanes& odds = block.odds[j];
          Lanes& total = sold_[j];
          for_lanes<kWidth>([&](std::size_t i) TAVOLO_IN_LOOP { total[i] += weight[i] * odds[i]; });
        }
      }
    });
  sum_each<Lanes>(sold_, sales_);
}

template <class Real>
double DemandOverNodes<Real>::buying_share(Buyers::Kind kind) const {
  double buys = 0, all = 0;
  for (const auto& block : blocks_)
    for (std::size_t i = 0; i < block.nodes; ++i)
      if (block.kind[i] == kind) {
        buys += block.weight[i] * block.buys[i];
        all += block.weight[i];
      }
  return all > 0 ? buys / all : 0;
}

template <class Real>
double DemandOverNodes<Real>::choices(Buyers::Kind kind) const {
  double all = 0;
  for (const auto& block : blocks_)
    for (std::size_t i = 0; i < block.nodes; ++i)
      if (block.kind[i] == kind) all += block.weight[i];
  return all;
}

template <class Real>
double DemandOverNodes<Real>::surplus_eur() const {
  double mean_sensitivity = 0, sales = 0;
  for (std::size_t j = 0; j < offers_.size(); ++j) {
    mean_sensitivity += sales_[j] * offers_.sensitivity[j];
    sales += sales_[j];
  }
  if (sales <= 0) return 0;
  mean_sensitivity /= sales;
  double surplus = 0;
  for (const auto& block : blocks_)
    for (std::size_t i = 0; i < block.nodes; ++i)
      surplus += block.weight[i] * (block.log_sum[i] - block.outside[i]) /
                 (mean_sensitivity * block.price_factor[i]);
  return surplus;
}

template <class Real>
void DemandOverNodes<Real>::zeta(std::span<const double> markup_eur, std::span<const int> owner,
                                 int firms, std::span<const Stake> stakes, double vat_rate,
                                 std::span<double> result) const {
  const std::size_t n = offers_.size();
  const auto given_segment = static_cast<Real>(1 / offers_.nest_new - 1 / offers_.nest_segment);
  const auto given_any = static_cast<Real>(1 - 1 / offers_.nest_new);
  std::vector<Real> markups(n);
  for (std::size_t j = 0; j < n; ++j) markups[j] = static_cast<Real>(markup_eur[j]);
  // sums over nodes of what utility loses per EUR, without the sensitivity that offers have each
  std::vector<Lanes> slope(n, Lanes{}), other(n, Lanes{});
  // profits per head of those who buy in a segment, up to the segment's scale; of all who buy new
  std::vector<Lanes> profit(firms), in_segment(firms), of_segments(offers_.segments() * firms);
  for (const auto& block : blocks_)
    engine::vectorised([&]() TAVOLO_IN_LOOP {
      using engine::for_lanes;
      const auto clear = [](std::vector<Lanes>& of_firm) TAVOLO_IN_LOOP {
        for (auto& lanes : of_firm)
          for_lanes<kWidth>([&](std::size_t i) TAVOLO_IN_LOOP { lanes[i] = 0; });
      };
      const auto add_stakes = [&](std::vector<Lanes>& of_firm) TAVOLO_IN_LOOP {
        for (const auto& stake : stakes) {
          Lanes& own = of_firm[stake.firm];
          const Lanes& theirs = of_firm[stake.in];
          const auto share = static_cast<Real>(stake.share);
          for_lanes<kWidth>([&](std::size_t i) TAVOLO_IN_LOOP { own[i] += share * theirs[i]; });
        }
      };
      clear(profit);
      clear(of_segments);
      for (std::size_t s = 0; s < offers_.segments(); ++s) {
        Lanes* here = &of_segments[s * firms];
        for (auto j = offers_.segment_begin[s]; j < offers_.segment_begin[s + 1]; ++j) {
          Lanes& own = here[owner[j]];
          const Lanes& odds = block.odds[j];
          const Real markup = markups[j];
          for_lanes<kWidth>([&](std::size_t i) TAVOLO_IN_LOOP { own[i] += markup * odds[i]; });
        }
        const Lanes& share = block.segment[s];
        const Lanes& scale = block.scale[s];
        for (int f = 0; f < firms; ++f) {
          Lanes& own = profit[f];
          for_lanes<kWidth>([&](std::size_t i)
                                TAVOLO_IN_LOOP { own[i] += share[i] * scale[i] * here[f][i]; });
        }
      }
      add_stakes(profit);
      for (std::size_t s = 0; s < offers_.segments(); ++s) {
        std::copy_n(&of_segments[s * firms], firms, in_segment.begin());
        add_stakes(in_segment);
        Lanes weight, buys, segment_weight;
        for_lanes<kWidth>([&](std::size_t i) TAVOLO_IN_LOOP {
          buys[i] = block.buys[i];
          const Real scale = block.scale[s][i];
          weight[i] =
              -block.weight[i] * block.price_factor[i] * buys[i] * block.segment[s][i] * scale;
          segment_weight[i] = given_segment * scale;
        });
        for (auto j = offers_.segment_begin[s]; j < offers_.segment_begin[s + 1]; ++j) {
          const Lanes& odds = block.odds[j];
          const Lanes& own_segment = in_segment[owner[j]];
          const Lanes& own_all = profit[owner[j]];
          Lanes& own_slope = slope[j];
          Lanes& own_other = other[j];
          for_lanes<kWidth>([&](std::size_t i) TAVOLO_IN_LOOP {
            const Real a = weight[i] * odds[i];
            own_slope[i] += a;
            own_other[i] +=
                a * (segment_weight[i] * own_segment[i] + (given_any - buys[i]) * own_all[i]);
          });
        }
      }
    });
  std::vector<double> slope_sums(n), other_sums(n);
  sum_each<Lanes>(slope, slope_sums);
  sum_each<Lanes>(other, other_sums);
  for (std::size_t j = 0; j < n; ++j) {
    const double slopes = slope_sums[j], others = other_sums[j];
    const double before_vat = offers_.sensitivity[j] * (1 + vat_rate);
    result[j] = slopes < 0 ? -(sales_[j] + before_vat * others) * offers_.nest_segment /
                                 (before_vat * slopes)
                           : 0;
  }
}

template <class Real>
std::vector<double> DemandOverNodes<Real>::own_elasticities() const {
  const std::size_t n = offers_.size();
  const auto alone = static_cast<Real>(1 / offers_.nest_segment),
             of_segment = static_cast<Real>(1 / offers_.nest_new - 1 / offers_.nest_segment),
             of_new = static_cast<Real>(1 - 1 / offers_.nest_new);
  std::vector<double> slope(n, 0.0);
  for (const auto& block : blocks_)
    for (std::size_t s = 0; s < offers_.segments(); ++s)
      for (auto j = offers_.segment_begin[s]; j < offers_.segment_begin[s + 1]; ++j) {
        Lanes lost;
        for (std::size_t i = 0; i < kWidth; ++i) {
          const Real given_segment = block.odds[j][i] * block.scale[s][i];
          const Real given_new = block.segment[s][i] * given_segment;
          const Real share = block.buys[i] * given_new;
          lost[i] = block.weight[i] * block.price_factor[i] * share *
                    (alone + of_segment * given_segment + of_new * given_new - share);
        }
        slope[j] -= offers_.sensitivity[j] * sum_of(lost);
      }
  for (std::size_t j = 0; j < n; ++j)
    slope[j] = sales_[j] > 0 ? slope[j] * price_eur_[j] / sales_[j] : 0;
  return slope;
}

template <class Real>
std::vector<double> DemandOverNodes<Real>::outside_gains() const {
  std::vector<double> gain(offers_.size(), 0.0);
  for (const auto& block : blocks_)
    for (std::size_t s = 0; s < offers_.segments(); ++s) {
      Lanes weight;
      for (std::size_t i = 0; i < kWidth; ++i)
        weight[i] = block.weight[i] * block.price_factor[i] * block.buys[i] * (1 - block.buys[i]) *
                    block.segment[s][i] * block.scale[s][i];
      for (auto j = offers_.segment_begin[s]; j < offers_.segment_begin[s + 1]; ++j) {
        Lanes lost;
        for (std::size_t i = 0; i < kWidth; ++i) lost[i] = weight[i] * block.odds[j][i];
        gain[j] += offers_.sensitivity[j] * sum_of(lost);
      }
    }
  return gain;
}

template <class Real>
std::vector<double> DemandOverNodes<Real>::sales_change(
    std::span<const double> price_change_eur) const {
  assert(price_change_eur.size() == offers_.size());
  const auto per_n1 = static_cast<Real>(1 / offers_.nest_new),
             per_n2 = static_cast<Real>(1 / offers_.nest_segment);
  std::vector<Real> utils(offers_.size());  // of the median income
  for (std::size_t j = 0; j < utils.size(); ++j)
    utils[j] = static_cast<Real>(-offers_.sensitivity[j] * price_change_eur[j]);
  std::vector<Lanes> in_segment(offers_.segments()), change(offers_.size(), Lanes{});
  for (const auto& block : blocks_) {
    Lanes in_new{};
    for (std::size_t s = 0; s < offers_.segments(); ++s) {
      Lanes& inclusive = in_segment[s];
      inclusive = {};
      for (auto j = offers_.segment_begin[s]; j < offers_.segment_begin[s + 1]; ++j)
        for (std::size_t i = 0; i < kWidth; ++i) inclusive[i] += utils[j] * block.odds[j][i];
      for (std::size_t i = 0; i < kWidth; ++i) {
        inclusive[i] *= block.scale[s][i];
        in_new[i] += block.segment[s][i] * inclusive[i];
      }
    }
    for (std::size_t s = 0; s < offers_.segments(); ++s) {
      Lanes weight, of_all;  // by offer: weight x odds x (utils / n2 + of_all)
      for (std::size_t i = 0; i < kWidth; ++i) {
        weight[i] = block.weight[i] * block.price_factor[i] * block.buys[i] * block.segment[s][i] *
                    block.scale[s][i];
        of_all[i] = (per_n1 - per_n2) * in_segment[s][i] + (1 - block.buys[i] - per_n1) * in_new[i];
      }
      for (auto j = offers_.segment_begin[s]; j < offers_.segment_begin[s + 1]; ++j)
        for (std::size_t i = 0; i < kWidth; ++i)
          change[j][i] += weight[i] * block.odds[j][i] * (utils[j] * per_n2 + of_all[i]);
    }
  }
  std::vector<double> result(offers_.size());
  for (std::size_t j = 0; j < result.size(); ++j) result[j] = sum_of(change[j]);
  return result;
}

template class DemandOverNodes<double>;
template class DemandOverNodes<float>;

}  // namespace tavolo::agents
