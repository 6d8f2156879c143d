#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/network.h"

/// What the neighbours of many nodes are doing, one node after the other: the part of a step that
/// waits for memory.

namespace tavolo::engine {

inline constexpr std::size_t kStates = 8;

/// How many neighbours of a node are in each state. `state`: by node, below kStates.
inline std::array<std::uint32_t, kStates> count_states(const Network& network,
                                                       std::span<const std::uint8_t> state,
                                                       std::uint32_t node) {
  constexpr std::size_t kMost = 255;  // that a byte can count
  std::array<std::uint32_t, kStates> counts{};
  const auto all = network.neighbours(node);
  for (std::size_t first = 0; first < all.size(); first += kMost) {
    std::uint64_t packed = 0;  // a byte for each state: no store waits for a load
    for (const std::uint32_t other : all.subspan(first, std::min(kMost, all.size() - first))) {
      assert(state[other] < kStates);
      packed += std::uint64_t{1} << (8 * state[other]);
    }
    for (std::size_t k = 0; k < kStates; ++k)
      counts[k] += static_cast<std::uint32_t>((packed >> (8 * k)) & 0xff);
  }
  return counts;
}

/// Asks memory for what count_states will read of the nodes that come after `nodes[at]`: call it
/// for at = 0, 1, 2, … before the node's own turn. Changes no result.
inline void fetch_ahead(const Network& network, std::span<const std::uint8_t> state,
                        std::span<const std::uint32_t> nodes, std::size_t at) {
  constexpr std::size_t kTies = 64, kStatesAhead = 16;  // nodes ahead
  if (at + kTies < nodes.size()) {
    const auto ties = network.neighbours(nodes[at + kTies]);
    __builtin_prefetch(ties.data());
    __builtin_prefetch(ties.data() + ties.size());  // often on another cache line
  }
  if (at + kStatesAhead < nodes.size())
    for (const std::uint32_t other : network.neighbours(nodes[at + kStatesAhead]))
      __builtin_prefetch(&state[other]);
}

}  // namespace tavolo::engine
