#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/elementary.h"
#include "engine/random.h"
#include "engine/simd.h"

/// Exact draws from the logit: the alternative of the largest utility u_j + scale x G_j, G_j
/// standard Gumbel, is j with probability exp(u_j / scale) / sum exp(u_i / scale).
/// Train (2009), Discrete Choice Methods with Simulation, ch. 3; Gumbel (1954).
///
/// The shocks come from random words that belong to the alternatives, so what is said of one of
/// them changes no other: raising u_j can win j choices and lose it none.

namespace tavolo::engine {

/// Uniform on (0, 1), from the upper 31 of 32 random bits, most finely divided near 0.
TAVOLO_IN_LOOP inline float uniform_of_word(std::uint32_t word) {
  const float u = (static_cast<float>(static_cast<std::int32_t>(word >> 1)) + 0.5f) * 0x1p-31f;
  return u < 0x1.fffffep-1f ? u : 0x1.fffffep-1f;
}

/// Standard exponential, most finely divided near 0: -ln(1 - u).
TAVOLO_IN_LOOP inline float exponential_of_word(std::uint32_t word) {
  const float u = uniform_of_word(word);
  // for a small u, 1 - u has lost what matters
  const float small = u * (1.0f + u * (0.5f + u * (1.0f / 3.0f + u * 0.25f)));
  const float large = -log(1.0f - u);
  return u < 0x1p-7f ? small : large;
}

/// Standard Gumbel, most finely divided in its upper tail, which decides choices. It ends at
/// 22.2 (one draw in 4e9 would be above) and at -2.8 (one in 2e7 would be below).
TAVOLO_IN_LOOP inline float gumbel_of_word(std::uint32_t word) {
  return -log(exponential_of_word(word));
}

/// Logarithm of a positive stable variable of index `a` in (0, 1], with Laplace transform
/// exp(-t^a): the shock that a nest's alternatives share (Cardell 1997, Econometric Theory 13,
/// 185-213). From a uniform and a standard exponential; index 1 is the constant 1.
/// Kanter (1975), Annals of Probability 3, 697-707:
///
/// S = sin(a pi u) / sin(pi u)^(1/a) x (sin((1 - a) pi u) / e)^((1 - a) / a).
TAVOLO_IN_LOOP inline float log_positive_stable(float a, float u, float e) {
  const float value = log(sin_pi(a * u)) - log(sin_pi(u)) / a +
                      (1.0f - a) / a * (log(sin_pi((1.0f - a) * u)) - log(e));
  return a < 1.0f ? value : 0.0f;
}

/// The choices of sixteen agents at once, a lane each: for each of them the alternative of the
/// largest utility with its shock, or -1 where none is above the agent's `best`, the utility, shock
/// included, of what it has anyway. Leaves the largest utility in `best`. Of equals the first wins.
///
/// `objects`: by alternative, which word of the agent's luck is its shock; in increasing order.
/// `utility_of(j)` gives a function of the lane, both marked TAVOLO_IN_LOOP: what does not depend on
/// the agent is looked up once. An agent's choice does not depend on its lane or on the others.
template <class UtilityOf>
TAVOLO_IN_LOOP inline void choose_by_logit(const WordLanes& luck, const std::uint32_t* agents,
                                           const std::uint32_t* occasions,
                                           std::span<const std::uint32_t> objects, float scale,
                                           float* best, std::int32_t* chosen,
                                           const UtilityOf& utility_of) {
  constexpr std::size_t kLanes = WordLanes::kLanes;
  alignas(64) std::uint32_t words[WordLanes::kBlock * kLanes];
  alignas(64) float highest[kLanes];
  alignas(64) std::int32_t winner[kLanes];
  for_lanes<kLanes>([&](std::size_t lane) TAVOLO_IN_LOOP {
    highest[lane] = best[lane];
    winner[lane] = -1;
  });
  std::uint32_t drawn = ~0U;  // block of words at hand
  for (std::size_t j = 0; j < objects.size(); ++j) {
    const std::uint32_t block = objects[j] / WordLanes::kBlock;
    if (block != drawn) {
      luck.fill(agents, occasions, block, words);
      drawn = block;
    }
    const std::uint32_t* word = words + objects[j] % WordLanes::kBlock * kLanes;
    const auto utility = utility_of(j);
    const auto number = static_cast<std::int32_t>(j);
    for_lanes<kLanes>([&](std::size_t lane) TAVOLO_IN_LOOP {
      const float u = utility(lane) + scale * gumbel_of_word(word[lane]);
      const bool better = u > highest[lane];
      highest[lane] = better ? u : highest[lane];
      winner[lane] = better ? number : winner[lane];
    });
  }
  for_lanes<kLanes>([&](std::size_t lane) TAVOLO_IN_LOOP {
    best[lane] = highest[lane];
    chosen[lane] = winner[lane];
  });
}

}  // namespace tavolo::engine
