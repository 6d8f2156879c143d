// What it costs that a buyer chooses among all cars on sale in Italy in January 2024.

#include "agents/choice.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
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

/// The cars on sale and everybody who may choose one, with utilities at list prices.
struct Showroom {
  struct Buyer {
    std::uint32_t row;
    BuyerView view;
    std::vector<double> utils;
  };
  agents::Offers offers;
  std::vector<Buyer> buyers;
};

const Showroom& showroom() {
  static const Showroom room = [] {
    const auto world = agents::first_world(italy());
    Showroom made{agents::build_offers(italy(), world, kMarket, false), {}};
    const auto& all = italy().buyers;
    for (auto b = all.market_begin[kMarket]; b < all.market_begin[kMarket + 1]; ++b) {
      if (all.kind[b] == Buyers::Kind::van_operator) continue;
      const auto view = agents::view_of(italy(), world, b, kMarket);
      made.buyers.push_back({b, view, std::vector<double>(made.offers.size())});
      agents::utilities(made.offers, view, {}, made.buyers.back().utils);
    }
    return made;
  }();
  return room;
}

/// The same choice as one would first write it: a Gumbel for every offer, then the best of all.
/// `kShareBlocks`: one block of four draws serves four neighbouring vehicles, as in TasteShocks;
/// else every offer draws its own block.
template <bool kShareBlocks>
int plain_choice(const Showroom::Buyer& buyer) {
  const auto& offers = showroom().offers;
  const double n1 = offers.nest_new, n2 = offers.nest_segment;
  const auto log_stable = [&](double index, std::size_t nest) {
    const auto u = kLuck(Chance::nest_taste, buyer.row, nest).block();
    return std::log(agents::positive_stable(index, u[0], -std::log(u[1])));
  };
  const double new_shock = n1 * log_stable(n1, agents::kSegments.size());
  int best = -1;
  double best_utility = buyer.view.outside + kLuck(Chance::outside_taste, buyer.row).gumbel();
  for (std::size_t s = 0; s < offers.segments(); ++s) {
    const auto first = offers.segment_begin[s];
    const auto segment = italy().segment_of(italy().vehicles[offers.vehicle[first]]);
    const double segment_shock =
        new_shock + n2 * log_stable(n2 / n1, static_cast<std::size_t>(segment));
    auto block_row = static_cast<std::size_t>(-1);
    std::array<double, 4> block{};
    for (auto j = first; j < offers.segment_begin[s + 1]; ++j) {
      const auto row = static_cast<std::size_t>(offers.vehicle[j]);
      if (!kShareBlocks || row / 4 != block_row)
        block = kLuck(Chance::vehicle_taste, buyer.row, row / 4).block();
      block_row = row / 4;
      const double utility =
          buyer.utils[j] + (segment_shock - n2 * std::log(-std::log(block[row % 4])));
      if (utility > best_utility) {
        best_utility = utility;
        best = static_cast<int>(j);
      }
    }
  }
  return best;
}

int lazy_choice(agents::TasteShocks& tastes, const Showroom::Buyer& buyer) {
  tastes.draw(kLuck, showroom().offers, italy(), buyer.row, 0);
  return tastes.choose(buyer.utils, buyer.view.outside);
}

// Taste shocks and the best offer, lazily (a shock is computed only where the offer could still
// win) against the plain loop. Before timing, everybody in Italy must choose alike both ways.
template <bool kShareBlocks>
void lazy_against_plain_choice(benchmark::State& state) {
  const auto& buyers = showroom().buyers;
  agents::TasteShocks tastes;
  for (const auto& buyer : buyers)
    if (lazy_choice(tastes, buyer) != plain_choice<kShareBlocks>(buyer))
      return state.SkipWithError("the lazy choice is not the plain one");
  const auto timed = std::span{buyers}.first(std::min(kTimed, buyers.size()));
  race(
      state, static_cast<std::int64_t>(timed.size()),
      [&] {
        for (const auto& buyer : timed) benchmark::DoNotOptimize(lazy_choice(tastes, buyer));
      },
      [&] {
        for (const auto& buyer : timed) benchmark::DoNotOptimize(plain_choice<kShareBlocks>(buyer));
      });
  state.counters["offers"] = static_cast<double>(showroom().offers.size());
  state.counters["checked"] = static_cast<double>(buyers.size());
}
BENCHMARK_TEMPLATE(lazy_against_plain_choice, true)
    ->Name("lazy_choice/vs_gumbel_per_offer")
    ->UseManualTime();
BENCHMARK_TEMPLATE(lazy_against_plain_choice, false)
    ->Name("lazy_choice/vs_gumbel_and_block_per_offer")
    ->UseManualTime();

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
