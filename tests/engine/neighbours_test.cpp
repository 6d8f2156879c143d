#include "engine/neighbours.h"

#include <gtest/gtest.h>

#include <array>
#include <utility>
#include <vector>

#include "engine/random.h"

namespace tavolo::engine {
namespace {

enum class Luck { network };

TEST(CountStates, IsTheCountOneByOne) {
  const auto network = small_world(std::array{500U, 3U, 1U}, 10, 0.3, Streams{1, 0}, Luck::network);
  std::vector<std::uint8_t> state(network.nodes());
  for (std::size_t i = 0; i < state.size(); ++i) state[i] = static_cast<std::uint8_t>(i * i % 7);
  for (std::uint32_t node = 0; node < network.nodes(); ++node) {
    std::array<std::uint32_t, kStates> counts{};
    for (const auto other : network.neighbours(node)) ++counts[state[other]];
    EXPECT_EQ(count_states(network, state, node), counts) << node;
  }
}

TEST(CountStates, CountsMoreThanAByteHolds) {
  constexpr std::uint32_t kNodes = 1001;  // all tied to all
  const auto network = small_world(std::array{kNodes}, kNodes - 1, 0, Streams{1, 0}, Luck::network);
  std::vector<std::uint8_t> state(kNodes, 6);
  state[3] = 0;
  EXPECT_EQ(count_states(network, state, 0)[6], 999U);
  EXPECT_EQ(count_states(network, state, 0)[0], 1U);
}

}  // namespace
}  // namespace tavolo::engine
