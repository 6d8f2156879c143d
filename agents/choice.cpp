#include "agents/choice.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <utility>

#include "agents/chance.h"

namespace tavolo::agents {

namespace {

/// Objects of the luck of nests: for each segment, and for new vehicles as such, a word for the
/// angle and one for the exponential of its shock; then the outside option's.
constexpr std::uint32_t kNewNest = static_cast<std::uint32_t>(kSegments.size());
constexpr std::uint32_t kOutsideWord = 2 * (kNewNest + 1);

/// How much a thin public network weighs: less for who charges at home.
double charging_weight(bool home_charging) { return home_charging ? 0.3 : 1.0; }

/// All that depends on the powertrain alone: peers, the taste for electric cars, habit. [utils]
std::array<double, kPowertrains> powertrain_utils(const BuyerView& buyer) {
  auto utils = buyer.peer;
  utils[static_cast<std::size_t>(Powertrain::bev)] += buyer.bev_taste;
  if (buyer.powertrain >= 0) utils[buyer.powertrain] += buyer.inertia;
  return utils;
}

/// Number with which vans begin: cars come before.
constexpr std::uint32_t kFirstVan = 1U << 20;

}  // namespace

void utilities(const Offers& offers, const BuyerView& buyer, std::span<const double> discount_eur,
               std::span<double> utils) {
  assert(utils.size() == offers.size());
  const double* energy =
      (buyer.home_charging ? offers.energy_eur_per_km : offers.public_energy_eur_per_km).data();
  const double weight = charging_weight(buyer.home_charging);
  const auto by_powertrain = powertrain_utils(buyer);
  const std::array<double, 2> by_brand{0, buyer.loyalty};  // another, the one driven now
  for (std::size_t j = 0; j < offers.size(); ++j) {
    double cost_eur = offers.price_eur[j] + buyer.km_horizon * energy[j] +
                      offers.range_cost_eur[j] + weight * offers.charging_cost_eur[j];
    if (!discount_eur.empty()) cost_eur -= discount_eur[j];
    utils[j] = offers.attraction[j] - offers.sensitivity[j] * buyer.price_factor * cost_eur +
               by_powertrain[offers.powertrain[j]] +
               by_brand[static_cast<std::size_t>(offers.brand[j] == buyer.brand)];
  }
}

void utilities(const Offers& offers, std::span<const BuyerView> buyers,
               std::span<const double> discount_eur, std::span<const double> second_discount_eur,
               const std::array<std::int64_t, engine::kPad>& second, std::span<BuyerLanes> utils) {
  constexpr std::size_t kLanes = engine::kPad;
  assert(buyers.size() <= kLanes && utils.size() == offers.size());
  assert(discount_eur.size() == offers.size() && second_discount_eur.size() == offers.size());
  BuyerLanes price_factor{}, km{}, weight{}, loyalty{};
  std::array<BuyerLanes, kPowertrains> by_powertrain{};
  alignas(64) std::array<std::int64_t, kLanes> home{}, brand{};
  for (std::size_t lane = 0; lane < buyers.size(); ++lane) {
    const BuyerView& buyer = buyers[lane];
    price_factor[lane] = buyer.price_factor;
    km[lane] = buyer.km_horizon;
    weight[lane] = charging_weight(buyer.home_charging);
    loyalty[lane] = buyer.loyalty;
    home[lane] = buyer.home_charging ? 1 : 0;
    brand[lane] = buyer.brand;
    const auto liked = powertrain_utils(buyer);
    for (std::size_t k = 0; k < kPowertrains; ++k) by_powertrain[k][lane] = liked[k];
  }
  engine::vectorised([&]() TAVOLO_IN_LOOP {
    for (std::size_t j = 0; j < offers.size(); ++j) {
      const double attraction = offers.attraction[j], sensitivity = offers.sensitivity[j],
                   price = offers.price_eur[j], range = offers.range_cost_eur[j],
                   charging = offers.charging_cost_eur[j], own = offers.energy_eur_per_km[j],
                   away = offers.public_energy_eur_per_km[j], first = discount_eur[j],
                   other = second_discount_eur[j];
      const std::int64_t make = offers.brand[j];
      const BuyerLanes& liked = by_powertrain[offers.powertrain[j]];
      BuyerLanes& utility = utils[j];
      engine::for_lanes<kLanes>([&](std::size_t lane) TAVOLO_IN_LOOP {
        const double energy = home[lane] != 0 ? own : away;
        const double cost_eur = price + km[lane] * energy + range + weight[lane] * charging -
                                (second[lane] != 0 ? other : first);
        utility[lane] = attraction - sensitivity * price_factor[lane] * cost_eur + liked[lane] +
                        (brand[lane] == make ? loyalty[lane] : 0.0);
      });
    }
  });
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

Shelf::Shelf(const Offers& offers, const Scenario& scenario)
    : nest_new_{static_cast<float>(offers.nest_new)},
      nest_segment_{static_cast<float>(offers.nest_segment)} {
  if (offers.size() == 0) return;
  const bool vans = scenario.is_van(scenario.vehicles[offers.vehicle.front()]);
  // numbers by segment, then by row: in the order of the offers
  std::array<std::uint32_t, kSegments.size()> next{};
  for (const auto& v : scenario.vehicles)
    if (scenario.is_van(v) == vans) ++next[scenario.segment_of(v)];
  std::uint32_t all = vans ? kFirstVan : 0;
  for (auto& first : next) all += std::exchange(first, all);
  std::vector<std::uint32_t> number(scenario.vehicles.size());
  for (std::size_t v = 0; v < number.size(); ++v)
    if (scenario.is_van(scenario.vehicles[v]) == vans)
      number[v] = next[scenario.segment_of(scenario.vehicles[v])]++;

  for (std::size_t j = 0; j < offers.size(); ++j) {
    const int vehicle = offers.vehicle[j];
    const double s = offers.sensitivity[j];
    const double paid = offers.price_eur[j] + offers.range_cost_eur[j];
    const auto money = [&](bool home) {
      return static_cast<float>(s * (paid + charging_weight(home) * offers.charging_cost_eur[j]));
    };
    offers_.push_back(
        {static_cast<float>(offers.attraction[j]),
         static_cast<float>(s),
         {money(false), money(true)},
         {static_cast<float>(s * offers.public_energy_eur_per_km[j]),
          static_cast<float>(s * offers.energy_eur_per_km[j])},
         offers.brand[j],
         offers.powertrain[j],
         static_cast<std::uint32_t>(scenario.segment_of(scenario.vehicles[vehicle]))});
    number_.push_back(number[vehicle]);
    assert(j == 0 || number_[j] > number_[j - 1]);
  }
}

Chooser::Chooser(const Shelf& shelf, const engine::Streams& luck)
    : shelf_{shelf},
      vehicle_words_{luck.at(0).words(Chance::vehicle_taste)},
      nest_words_{luck.at(0).words(Chance::nest_taste)} {}

std::size_t Chooser::approach(const BuyerView& buyer, std::uint32_t row, std::uint32_t purchase) {
  assert(!full());
  const std::size_t lane = buyers_++;
  buyer_[lane] = row;
  purchase_[lane] = purchase;
  home_charging_[lane] = buyer.home_charging ? -1 : 0;
  brand_[lane] = buyer.brand;
  price_factor_[lane] = static_cast<float>(buyer.price_factor);
  km_[lane] = static_cast<float>(buyer.km_horizon);
  loyalty_[lane] = static_cast<float>(buyer.loyalty);
  outside_[lane] = static_cast<float>(buyer.outside);
  const auto by_powertrain = powertrain_utils(buyer);
  for (std::size_t k = 0; k < kPowertrains; ++k)
    by_powertrain_[k][lane] = static_cast<float>(by_powertrain[k]);
  return lane;
}

auto Chooser::choose(std::span<const Incentive> incentives, const Charge& charge)
    -> const Lanes<std::int32_t>& {
  engine::vectorised([&]() TAVOLO_IN_LOOP {
    using engine::for_lanes;
    constexpr std::size_t kBlock = engine::WordLanes::kBlock;
    alignas(64) std::uint32_t words[(kOutsideWord / kBlock + 1) * kBlock * kLanes];
    for (std::uint32_t block = 0; block <= kOutsideWord / kBlock; ++block)
      nest_words_.fill(buyer_.data(), purchase_.data(), block, words + block * kBlock * kLanes);
    alignas(64) float best[kLanes], shock[kSegments.size()][kLanes];
    for_lanes<kLanes>([&](std::size_t lane) TAVOLO_IN_LOOP {
      best[lane] = outside_[lane] + engine::gumbel_of_word(words[kOutsideWord * kLanes + lane]);
    });
    const auto log_stable = [&words](float index, std::size_t nest,
                                     std::size_t lane) TAVOLO_IN_LOOP {
      const std::uint32_t* of = words + 2 * nest * kLanes + lane;
      return engine::log_positive_stable(index, engine::uniform_of_word(of[0]),
                                         engine::exponential_of_word(of[kLanes]));
    };
    const float n1 = shelf_.nest_new_, n2 = shelf_.nest_segment_;
    alignas(64) float of_new[kLanes];
    for_lanes<kLanes>([&](std::size_t lane)
                          TAVOLO_IN_LOOP { of_new[lane] = n1 * log_stable(n1, kNewNest, lane); });
    std::uint32_t shocked = ~0U;  // last segment with a shock
    for (const auto& offer : shelf_.offers_)
      if (offer.segment != std::exchange(shocked, offer.segment))
        for_lanes<kLanes>([&](std::size_t lane) TAVOLO_IN_LOOP {
          shock[shocked][lane] = of_new[lane] + n2 * log_stable(n2 / n1, shocked, lane);
        });

    // the largest incentive less the charge; most months have neither
    const bool money_moves = !incentives.empty() || !charge.amount_eur.empty();
    const auto discount = [incentives, &charge](std::size_t j, float* eur) TAVOLO_IN_LOOP {
      for_lanes<kLanes>([&](std::size_t lane) TAVOLO_IN_LOOP { eur[lane] = 0; });
      for (const auto& incentive : incentives) {
        const float amount = incentive.amount_eur[j];
        if (!(amount > 0)) continue;
        for_lanes<kLanes>([&](std::size_t lane) TAVOLO_IN_LOOP {
          const float here = incentive.entitled[lane] != 0 ? amount + incentive.extra_eur[lane] : 0;
          eur[lane] = here > eur[lane] ? here : eur[lane];
        });
      }
      if (charge.amount_eur.empty()) return;
      const float amount = charge.amount_eur[j];
      for_lanes<kLanes>([&](std::size_t lane)
                            TAVOLO_IN_LOOP { eur[lane] -= charge.due[lane] != 0 ? amount : 0.0f; });
    };
    alignas(64) float eur[kLanes] = {};
    engine::choose_by_logit(
        vehicle_words_, buyer_.data(), purchase_.data(), shelf_.number_, n2, best, taken_.data(),
        [&](std::size_t j) TAVOLO_IN_LOOP {
          const Shelf::Offer& offer = shelf_.offers_[j];
          if (money_moves) discount(j, eur);
          const float* liked = by_powertrain_[offer.powertrain].data();
          const float* shared = shock[offer.segment];
          return [this, &eur, offer, liked, shared](std::size_t lane) TAVOLO_IN_LOOP {
            const bool home = home_charging_[lane] != 0;
            const float money = home ? offer.money[1] : offer.money[0];
            const float energy = home ? offer.energy[1] : offer.energy[0];
            const float loyalty = brand_[lane] == offer.brand ? loyalty_[lane] : 0.0f;
            return shared[lane] + (offer.attraction -
                                   price_factor_[lane] * (money + km_[lane] * energy -
                                                          offer.sensitivity * eur[lane]) +
                                   (liked[lane] + loyalty));
          };
        });
  });
  return taken_;
}

}  // namespace tavolo::agents
