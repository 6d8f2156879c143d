#include "agents/choice.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cmath>

#include "agents/chance.h"

namespace tavolo::agents {

namespace {

/// Draws of one buyer beside those for vehicles, by lane of a page: segments, then these.
constexpr std::size_t kNewLane = kSegments.size(), kOutsideLane = kNewLane + 1;
static_assert(kOutsideLane < engine::kPad);
/// Words of the page that are used: blocks of kPad.
constexpr std::size_t kUniformWord = 0, kExponentialWord = engine::kPad;

/// How much a thin public network weighs: less for who charges at home.
double charging_weight(bool home_charging) { return home_charging ? 0.3 : 1.0; }

/// All that depends on the powertrain alone: peers, the taste for electric cars, habit. [utils]
std::array<double, kPowertrains> powertrain_utils(const BuyerView& buyer) {
  auto utils = buyer.peer;
  utils[static_cast<std::size_t>(Powertrain::bev)] += buyer.bev_taste;
  if (buyer.powertrain >= 0) utils[buyer.powertrain] += buyer.inertia;
  return utils;
}

/// Page of words with which the tastes for vans begin: those for cars come before.
constexpr std::uint32_t kVanPages = 1U << 16;

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
  first_page_ = vans ? kVanPages : 0;
  std::array<std::size_t, kSegments.size()> next{};  // place of the segment's next vehicle
  for (const auto& v : scenario.vehicles)
    if (scenario.is_van(v) == vans) ++next[scenario.segment_of(v)];
  std::size_t all = 0;
  for (std::size_t s = 0; s < kSegments.size(); ++s) {
    const std::size_t vehicles = next[s];
    next[s] = all;
    all += vehicles;
    segment_end_[s] = all;
  }
  std::vector<std::size_t> place(scenario.vehicles.size());
  for (std::size_t v = 0; v < place.size(); ++v)
    if (scenario.is_van(scenario.vehicles[v]) == vans)
      place[v] = next[scenario.segment_of(scenario.vehicles[v])]++;

  const std::size_t size = engine::padded(all);
  offer_.assign(size, -1);
  attraction_.assign(size, engine::kImpossible);
  for (auto* column : {&sensitivity_, &money_[0], &money_[1], &energy_[0], &energy_[1]})
    column->assign(size, 0.0f);
  powertrain_.assign(size, -1);
  brand_.assign(size, -1);
  for (std::size_t j = 0; j < offers.size(); ++j) {
    const std::size_t at = place[offers.vehicle[j]];
    offer_[at] = static_cast<int>(j);
    attraction_[at] = static_cast<float>(offers.attraction[j]);
    const double s = offers.sensitivity[j];
    sensitivity_[at] = static_cast<float>(s);
    const double paid = offers.price_eur[j] + offers.range_cost_eur[j];
    for (const std::size_t home : {0U, 1U}) {
      money_[home][at] =
          static_cast<float>(s * (paid + charging_weight(home != 0) * offers.charging_cost_eur[j]));
      energy_[home][at] = static_cast<float>(
          s * (home != 0 ? offers.energy_eur_per_km : offers.public_energy_eur_per_km)[j]);
    }
    powertrain_[at] = offers.powertrain[j];
    brand_[at] = offers.brand[j];
  }
}

Chooser::Chooser(const Shelf& shelf, const engine::Streams& luck)
    : shelf_{shelf},
      vehicle_words_{luck.at(0).pages(Chance::vehicle_taste)},
      nest_words_{luck.at(0).pages(Chance::nest_taste)},
      words_((shelf.size() + engine::WordPages::kWords - 1) / engine::WordPages::kWords *
             engine::WordPages::kWords),
      utils_(shelf.size()),
      discounted_(shelf.size()),
      ranks_(shelf.size()) {
  stable_index_.fill(shelf.nest_segment_ / shelf.nest_new_);
  stable_index_[kNewLane] = shelf.nest_new_;
}

void Chooser::approach(const BuyerView& buyer, std::uint32_t row, std::uint32_t purchase) {
  price_factor_ = static_cast<float>(buyer.price_factor);
  // as bits: picked by masks, without branches
  std::array<std::int32_t, kPowertrains> by_powertrain;
  const auto by_powertrain_utils = powertrain_utils(buyer);
  for (std::size_t k = 0; k < kPowertrains; ++k)
    by_powertrain[k] = std::bit_cast<std::int32_t>(static_cast<float>(by_powertrain_utils[k]));
  const std::size_t home = buyer.home_charging ? 1 : 0;
  const auto km_horizon = static_cast<float>(buyer.km_horizon);
  const auto loyalty_bits = std::bit_cast<std::int32_t>(static_cast<float>(buyer.loyalty));
  const std::size_t size = shelf_.size(), pages = words_.size() / engine::WordPages::kWords;
  engine::vectorised([&]() TAVOLO_IN_LOOP {
    for (std::uint32_t page = 0; page < pages; ++page)
      vehicle_words_.fill(row, purchase, shelf_.first_page_ + page,
                          &words_[page * engine::WordPages::kWords]);
    std::uint32_t nest_words[engine::WordPages::kWords];
    nest_words_.fill(row, purchase, 0, nest_words);
    float stable[engine::kPad];
    for (std::size_t i = 0; i < engine::kPad; ++i)
      stable[i] = engine::log_positive_stable(
          stable_index_[i], engine::uniform_of_word(nest_words[kUniformWord + i]),
          engine::exponential_of_word(nest_words[kExponentialWord + i]));
    outside_ = static_cast<float>(buyer.outside) + engine::gumbel_of_word(nest_words[kOutsideLane]);

    const float* attraction = shelf_.attraction_.data();
    const float* money = shelf_.money_[home].data();
    const float* energy = shelf_.energy_[home].data();
    const std::int32_t* powertrain = shelf_.powertrain_.data();
    const std::int32_t* brand = shelf_.brand_.data();
    float* utils = utils_.data();
    const float price_factor = price_factor_, km = km_horizon;
    const std::int32_t own_brand = buyer.brand, loyalty = loyalty_bits;
    const auto match = by_powertrain;
    std::size_t place = 0;
    for (std::size_t s = 0; s < kSegments.size(); ++s) {
      const float shock = shelf_.nest_new_ * stable[kNewLane] + shelf_.nest_segment_ * stable[s];
      for (; place < shelf_.segment_end_[s]; ++place) utils[place] = shock;
    }
    for (std::size_t j = 0; j < size; ++j) {
      std::int32_t matched = 0;
      for (std::size_t k = 0; k < kPowertrains; ++k)
        matched |=
            -static_cast<std::int32_t>(powertrain[j] == static_cast<std::int32_t>(k)) & match[k];
      const std::int32_t loyal = -static_cast<std::int32_t>(brand[j] == own_brand) & loyalty;
      utils[j] += attraction[j] - price_factor * (money[j] + km * energy[j]) +
                  (std::bit_cast<float>(matched) + std::bit_cast<float>(loyal));
    }
  });
}

int Chooser::choose(std::span<const float> discount_eur) {
  assert(discount_eur.empty() || discount_eur.size() == utils_.size());
  int place = -1;
  engine::vectorised([&]() TAVOLO_IN_LOOP {
    const float* utils = utils_.data();
    if (!discount_eur.empty()) {
      const float* sensitivity = shelf_.sensitivity_.data();
      const float* discount = discount_eur.data();
      float* discounted = discounted_.data();
      for (std::size_t j = 0; j < utils_.size(); ++j)
        discounted[j] = utils[j] + price_factor_ * sensitivity[j] * discount[j];
      utils = discounted;
    }
    place = engine::choose_by_logit(utils, words_.data(), utils_.size(), shelf_.nest_segment_,
                                    outside_, ranks_.data());
  });
  return place;
}

}  // namespace tavolo::agents
