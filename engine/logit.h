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

/// A number that gumbel_of_word is never above, at a fraction of its price.
///
/// G = -ln(-ln(1 - u)) <= -ln u, and a float's bits are a chord of its logarithm: log2 u >= the
/// exponent plus the mantissa's fraction. At most 0.06 too high where u is small.
TAVOLO_IN_LOOP inline float gumbel_ceiling_of_word(std::uint32_t word) {
  constexpr float kLn2 = 0x1.62e430p-1f;
  constexpr float kSlack = 1e-4f;  // for the rounding of this line and of the shock itself
  const auto bits = std::bit_cast<std::int32_t>(uniform_of_word(word));
  return (127.0f * kLn2 + kSlack) - static_cast<float>(bits) * (kLn2 * 0x1p-23f);
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
/// `utility_of(j)` gives a function of the lane, both marked TAVOLO_IN_LOOP: what does not depend
/// on the agent is looked up once. An agent's choice does not depend on its lane or on the others.
///
/// After the first alternatives few are the best so far of any agent: shocks are computed only
/// where the ceiling of one could be.
template <class UtilityOf>
TAVOLO_IN_LOOP inline void choose_by_logit(const WordLanes& luck, const std::uint32_t* agents,
                                           const std::uint32_t* occasions,
                                           std::span<const std::uint32_t> objects, float scale,
                                           float* best, std::int32_t* chosen,
                                           const UtilityOf& utility_of) {
  constexpr std::size_t kLanes = WordLanes::kLanes;
  constexpr std::size_t kCertain = 2 * kLanes;  // alternatives of which one lane's best is likely
  alignas(64) std::uint32_t words[WordLanes::kBlock * kLanes];
  alignas(64) float highest[kLanes], utils[kLanes];
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
    for_lanes<kLanes>([&](std::size_t lane) TAVOLO_IN_LOOP { utils[lane] = utility(lane); });
    if (j >= kCertain) {
      std::int32_t hopes = 0;
      for_lanes<kLanes>([&](std::size_t lane) TAVOLO_IN_LOOP {
        const float ceiling = utils[lane] + scale * gumbel_ceiling_of_word(word[lane]);
        hopes |= ceiling > highest[lane] ? 1 : 0;
      });
      if (hopes == 0) continue;
    }
    for_lanes<kLanes>([&](std::size_t lane) TAVOLO_IN_LOOP {
      const float u = utils[lane] + scale * gumbel_of_word(word[lane]);
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
