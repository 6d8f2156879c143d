// What it costs that a buyer chooses among all cars on sale in Italy in January 2024.

#include "agents/choice.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>
#include <utility>
#include <vector>

#include "agents/chance.h"
#include "agents/initialise.h"
#include "agents/market/expected_demand.h"
#include "bench/italy.h"
#include "bench/race.h"

namespace tavolo::bench {
namespace {

using agents::Buyers;
using agents::BuyerView;
using agents::Chance;

constexpr int kMarket = 0;
constexpr std::size_t kTimed = 256;  // buyers whose utilities stay in the cache
const engine::Streams kLuck{1, 0};

/// The cars on sale and everybody who may choose one.
struct Showroom {
  struct Buyer {
    std::uint32_t row;
    BuyerView view;
    std::vector<double> utils;
  };
  agents::Offers offers;
  agents::Shelf shelf;
  std::vector<Buyer> buyers;
};

const Showroom& showroom() {
  static const Showroom room = [] {
    const auto world = agents::first_world(italy());
    auto offers = agents::build_offers(italy(), world, kMarket, false);
    agents::Shelf shelf{offers, italy()};
    Showroom made{std::move(offers), std::move(shelf), {}};
    const auto& all = italy().buyers;
    for (auto b = all.market_begin[kMarket]; b < all.market_begin[kMarket + 1]; ++b) {
      if (all.kind(b) == Buyers::Kind::van_operator) continue;
      const auto view = agents::view_of(italy(), world, b, kMarket);
      made.buyers.push_back({b, view, std::vector<double>(made.offers.size())});
      agents::utilities(made.offers, view, {}, made.buyers.back().utils);
    }
    return made;
  }();
  return room;
}

/// A nested logit as one would first write it: utilities, a Gumbel for every offer and a shock for
/// every nest by the C library, then the best of all. One block of four draws serves four offers.
int plain_choice(const Showroom::Buyer& buyer, std::vector<double>& utils) {
  const auto& offers = showroom().offers;
  const double n1 = offers.nest_new, n2 = offers.nest_segment;
  agents::utilities(offers, buyer.view, {}, utils);
  const auto log_stable = [&](double a, std::size_t nest) {
    const auto u = kLuck(Chance::nest_taste, buyer.row, nest).block();
    const double angle = std::numbers::pi * u[0], e = -std::log(u[1]);
    return std::log(std::sin(a * angle) / std::pow(std::sin(angle), 1 / a) *
                    std::pow(std::sin((1 - a) * angle) / e, (1 - a) / a));
  };
  const double new_shock = n1 * log_stable(n1, agents::kSegments.size());
  int best = -1;
  double best_utility = buyer.view.outside + kLuck(Chance::holding_time, buyer.row).gumbel();
  auto draws = kLuck(Chance::vehicle_taste, buyer.row);
  for (std::size_t s = 0; s < offers.segments(); ++s) {
    const double segment_shock = new_shock + n2 * log_stable(n2 / n1, s);
    for (auto j = offers.segment_begin[s]; j < offers.segment_begin[s + 1]; ++j) {
      const double utility = utils[j] + (segment_shock + n2 * draws.gumbel());
      if (utility > best_utility) {
        best_utility = utility;
        best = static_cast<int>(j);
      }
    }
  }
  return best;
}

// One buyer's choice by the vectorised kernel against the plain loop.
void chooser_against_plain_choice(benchmark::State& state) {
  const auto timed = std::span{showroom().buyers}.first(std::min(kTimed, showroom().buyers.size()));
  agents::Chooser chooser{showroom().shelf, kLuck};
  std::vector<double> utils(showroom().offers.size());
  race(
      state, static_cast<std::int64_t>(timed.size()),
      [&] {
        for (const auto& buyer : timed) {
          chooser.approach(buyer.view, buyer.row, 0);
          if (!chooser.full()) continue;
          benchmark::DoNotOptimize(chooser.choose());
          chooser.clear();
        }
      },
      [&] {
        for (const auto& buyer : timed) benchmark::DoNotOptimize(plain_choice(buyer, utils));
      });
  state.counters["offers"] = static_cast<double>(showroom().offers.size());
}
BENCHMARK(chooser_against_plain_choice)->UseManualTime();

// What comes before the shocks and is the same for both: systematic utilities of one buyer.
void utilities_of_a_buyer(benchmark::State& state) {
  const auto& room = showroom();
  std::vector<double> utils(room.offers.size());
  std::size_t b = 0;
  for (auto _ : state) {
    agents::utilities(room.offers, room.buyers[b++ % kTimed].view, {}, utils);
    benchmark::ClobberMemory();
  }
}
BENCHMARK(utilities_of_a_buyer);

// Closed-form probabilities of one buyer: what pricing and the base year ask for, thousands of
// times.
void nested_shares_of_a_buyer(benchmark::State& state) {
  const auto& room = showroom();
  agents::NestedShares shares;
  std::size_t b = 0;
  for (auto _ : state) {
    const auto& buyer = room.buyers[b++ % kTimed];
    agents::nested_shares(room.offers, buyer.utils, buyer.view.outside, shares);
    benchmark::ClobberMemory();
  }
  state.counters["offers"] = static_cast<double>(room.offers.size());
}
BENCHMARK(nested_shares_of_a_buyer);

}  // namespace
}  // namespace tavolo::bench
