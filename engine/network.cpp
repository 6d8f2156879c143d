#include "engine/network.h"

#include <algorithm>
#include <cassert>
#include <utility>
#include <vector>

namespace tavolo::engine {
namespace {

using Circles = std::vector<std::vector<std::uint32_t>>;  // by node, whom it is tied to

bool tied(const Circles& circles, std::uint32_t a, std::uint32_t b) {
  return std::ranges::find(circles[a], b) != circles[a].end();
}

void tie(Circles& circles, std::uint32_t a, std::uint32_t b) {
  circles[a].push_back(b);
  circles[b].push_back(a);
}

void untie(Circles& circles, std::uint32_t a, std::uint32_t b) {
  std::erase(circles[a], b);
  std::erase(circles[b], a);
}

/// Calls `visit(lap, node, node ahead)` once for every tie of a ring, lap by lap.
template <class Visit>
void for_each_ring_tie(std::uint32_t first, std::uint32_t size, std::uint32_t laps,
                       const Visit& visit) {
  for (std::uint32_t lap = 1; lap <= std::min(laps, size / 2); ++lap) {
    // Half-way round, the tie ahead and the tie behind are one.
    const std::uint32_t ties = 2 * lap == size ? lap : size;
    for (std::uint32_t i = 0; i < ties; ++i) visit(lap, first + i, first + (i + lap) % size);
  }
}

}  // namespace

Network small_world(std::span<const std::uint32_t> block_sizes, int k, double p,
                    const RewiringLuck& luck) {
  assert(k >= 0 && p >= 0 && p <= 1);
  const auto laps = static_cast<std::uint32_t>(k / 2);
  Circles circles;
  for (const std::uint32_t size : block_sizes) {
    const auto first = static_cast<std::uint32_t>(circles.size());
    circles.resize(first + size);
    for_each_ring_tie(
        first, size, laps,
        [&](std::uint32_t, std::uint32_t node, std::uint32_t ahead) { tie(circles, node, ahead); });
    for_each_ring_tie(first, size, laps,
                      [&](std::uint32_t lap, std::uint32_t node, std::uint32_t ahead) {
                        if (circles[node].size() + 1 == size)
                          return;  // tied to all: there is nobody to move to
                        Draws draws = luck(node, lap);
                        if (draws.uniform() >= p) return;
                        std::uint32_t other = node;
                        while (other == node || tied(circles, node, other))
                          other = first + static_cast<std::uint32_t>(draws.uniform() * size);
                        untie(circles, node, ahead);
                        tie(circles, node, other);
                      });
  }

  std::vector<std::pair<std::uint32_t, std::uint32_t>> ties;
  for (std::uint32_t node = 0; node < circles.size(); ++node) {
    std::ranges::sort(circles[node]);
    for (const std::uint32_t other : circles[node]) ties.emplace_back(node, other);
  }
  return Network{Network::Graph{boost::edges_are_sorted, ties.begin(), ties.end(),
                                static_cast<std::uint32_t>(circles.size())}};
}

}  // namespace tavolo::engine
