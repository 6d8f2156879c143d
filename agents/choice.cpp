#include "agents/choice.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <limits>
#include <numbers>

#include "agents/chance.h"

namespace tavolo::agents {

namespace {

/// Keeps the ceiling of a shock above it whatever rounding does.
constexpr double kSlack = 1e-9;

/// floor(log2 x) of a positive normal number, from its bits.
int exponent_of(double x) { return static_cast<int>(std::bit_cast<std::uint64_t>(x) >> 52) - 1023; }

}  // namespace

void utilities(const Offers& offers, const BuyerView& buyer, std::span<const double> discount_eur,
               std::span<double> utils) {
  assert(utils.size() == offers.size());
  const auto& energy =
      buyer.home_charging ? offers.energy_eur_per_km : offers.public_energy_eur_per_km;
  const double charging_weight = buyer.home_charging ? 0.3 : 1.0;
  for (std::size_t j = 0; j < offers.size(); ++j) {
    const double cost_eur = offers.price_eur[j] + buyer.km_horizon * energy[j] +
                            offers.range_cost_eur[j] +
                            charging_weight * offers.charging_cost_eur[j];
    utils[j] = offers.attraction[j] - offers.sensitivity[j] * buyer.price_factor * cost_eur +
               buyer.peer[offers.powertrain[j]];
  }
  constexpr auto kBev = static_cast<std::uint8_t>(Powertrain::bev);
  for (std::size_t j = 0; j < offers.size(); ++j) {
    if (offers.powertrain[j] == kBev) utils[j] += buyer.bev_taste;
    if (offers.brand[j] == buyer.brand) utils[j] += buyer.loyalty;
    if (offers.powertrain[j] == buyer.powertrain) utils[j] += buyer.inertia;
  }
  if (!discount_eur.empty())
    for (std::size_t j = 0; j < offers.size(); ++j)
      utils[j] += offers.sensitivity[j] * buyer.price_factor * discount_eur[j];
}

void nested_shares(const Offers& offers, std::span<const double> utils, double outside,
                   NestedShares& shares) {
  const std::size_t n = offers.size();
  shares.of.resize(n);
  shares.within_segment.resize(n);
  shares.segment.resize(offers.segments());
  const double n1 = offers.nest_new;
  const double n2 = offers.nest_segment;
  // within segments, by log-sum-exp with the maximum taken out
  double best_segment = -1e300;
  for (std::size_t s = 0; s < offers.segments(); ++s) {
    const auto first = offers.segment_begin[s];
    const auto last = offers.segment_begin[s + 1];
    double top = -1e300;
    for (auto j = first; j < last; ++j) top = std::max(top, utils[j]);
    double sum = 0;
    for (auto j = first; j < last; ++j)
      sum += shares.within_segment[j] = std::exp((utils[j] - top) / n2);
    for (auto j = first; j < last; ++j) shares.within_segment[j] /= sum;
    shares.segment[s] = top + n2 * std::log(sum);  // inclusive value, for now
    best_segment = std::max(best_segment, shares.segment[s]);
  }
  double sum = 0;
  for (auto& value : shares.segment) sum += value = std::exp((value - best_segment) / n1);
  for (auto& value : shares.segment) value /= sum;
  const double new_value = best_segment + n1 * std::log(sum);
  const double top = std::max(new_value, outside);
  const double inside_weight = std::exp(new_value - top);
  const double outside_weight = std::exp(outside - top);
  shares.buys = inside_weight / (inside_weight + outside_weight);
  shares.log_sum = top + std::log(inside_weight + outside_weight);
  for (std::size_t s = 0; s < offers.segments(); ++s)
    for (auto j = offers.segment_begin[s]; j < offers.segment_begin[s + 1]; ++j)
      shares.of[j] = shares.buys * shares.segment[s] * shares.within_segment[j];
}

double positive_stable(double a, double u, double e) {
  if (a >= 1) return 1;
  const double angle = std::numbers::pi * u;
  return std::sin(a * angle) / std::pow(std::sin(angle), 1 / a) *
         std::pow(std::sin((1 - a) * angle) / e, (1 - a) / a);
}

void TasteShocks::draw(const engine::Streams& luck, const Offers& offers, const Scenario& scenario,
                       std::uint32_t buyer, std::uint32_t purchase) {
  const std::size_t n = offers.size();
  for (auto* column : {&uniform_, &segment_shock_, &ceiling_}) column->resize(n);
  shock_.assign(n, std::numeric_limits<double>::quiet_NaN());
  // not dated: a purchase that is put off meets the same tastes
  const auto timeless = luck.at(0);
  const double n1 = offers.nest_new;
  const double n2 = nest_segment_ = offers.nest_segment;
  const auto object = [purchase](std::size_t row) {
    return (std::uint64_t{purchase} << 32) | static_cast<std::uint64_t>(row);
  };
  const auto log_stable = [&](double index, std::size_t nest) {
    const auto u = timeless(Chance::nest_taste, buyer, object(nest)).block();
    return std::log(positive_stable(index, u[0], -std::log(u[1])));
  };
  const double new_shock = n1 * log_stable(n1, kSegments.size());
  for (std::size_t s = 0; s < offers.segments(); ++s) {
    const auto first = offers.segment_begin[s];
    const auto segment = scenario.segment_of(scenario.vehicles[offers.vehicle[first]]);
    const double segment_shock =
        new_shock + n2 * log_stable(n2 / n1, static_cast<std::size_t>(segment));
    // one block of four draws serves four neighbouring vehicle rows
    int block_row = -1;
    std::array<double, 4> block{};
    for (auto j = first; j < offers.segment_begin[s + 1]; ++j) {
      const int row = offers.vehicle[j];
      if (row / 4 != block_row) {
        block_row = row / 4;
        block = timeless(Chance::vehicle_taste, buyer, object(static_cast<std::size_t>(block_row)))
                    .block();
      }
      const double u = uniform_[j] = block[static_cast<std::size_t>(row % 4)];
      segment_shock_[j] = segment_shock;
      // -ln(-ln u) <= -ln(1 - u) <= ln 2 times the binary zeros that 1 - u begins with
      ceiling_[j] = segment_shock - n2 * std::numbers::ln2 * exponent_of(1 - u) + kSlack;
    }
  }
  outside_shock_ = timeless(Chance::outside_taste, buyer, object(0)).gumbel();
}

double TasteShocks::shock(std::size_t offer) const {
  double& known = shock_[offer];
  if (std::isnan(known))
    known = segment_shock_[offer] - nest_segment_ * std::log(-std::log(uniform_[offer]));
  return known;
}

int TasteShocks::choose(std::span<const double> utils, double outside) const {
  int best = -1;
  double best_utility = outside + outside_shock_;
  for (std::size_t j = 0; j < utils.size(); ++j) {
    if (utils[j] + ceiling_[j] <= best_utility) continue;
    const double utility = utils[j] + shock(j);
    if (utility > best_utility) {
      best_utility = utility;
      best = static_cast<int>(j);
    }
  }
  return best;
}

}  // namespace tavolo::agents
