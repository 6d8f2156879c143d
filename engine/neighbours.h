#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/network.h"
#include "engine/simd.h"

/// What the neighbours of many nodes are doing, one node after the other: the part of a step that
/// waits for memory.

namespace tavolo::engine {

inline constexpr std::size_t kStates = 8;

/// How many neighbours of a node are in each state. `state`: by node, below kStates.
TAVOLO_IN_LOOP inline std::array<std::uint32_t, kStates> count_states(
    const Network& network, std::span<const std::uint8_t> state, std::uint32_t node) {
  // counted in one word, a byte for each state: no store waits for a load
  const auto near = network.near(node);
  std::uint64_t packed = 0;
  for (std::uint32_t i = 0; i < Network::kNear; ++i) {
    const std::uint64_t tied = (near.ahead >> i) & 1U;
    const std::size_t other = tied ? node + 1 + i : node;
    packed += tied << (8 * state[other]);
  }
  for (std::uint32_t i = 0; i < Network::kNear; ++i) {
    const std::uint64_t tied = (near.behind >> i) & 1U;
    const std::size_t other = tied ? node + i - Network::kNear : node;
    packed += tied << (8 * state[other]);
  }
  std::array<std::uint32_t, kStates> counts;
  for (std::size_t k = 0; k < kStates; ++k)
    counts[k] = static_cast<std::uint32_t>((packed >> (8 * k)) & 0xff);
  for (const std::uint32_t other : network.far(node)) {
    assert(state[other] < kStates);
    ++counts[state[other]];
  }
  return counts;
}

/// Asks memory for what count_states will read of the nodes that come after `nodes[at]`: call it
/// for at = 0, 1, 2, … before the node's own turn. Changes no result.
TAVOLO_IN_LOOP inline void fetch_ahead(const Network& network, std::span<const std::uint8_t> state,
                                       std::span<const std::uint32_t> nodes, std::size_t at) {
  constexpr std::size_t kTies = 64, kStatesAhead = 24;  // nodes ahead
  if (at + kTies < nodes.size()) __builtin_prefetch(network.far(nodes[at + kTies]).data());
  if (at + kStatesAhead < nodes.size())
    for (const std::uint32_t other : network.far(nodes[at + kStatesAhead]))
      __builtin_prefetch(&state[other]);
}

}  // namespace tavolo::engine
