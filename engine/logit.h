#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/elementary.h"
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

/// What pads a column of utilities, and what cannot be had.
inline constexpr float kImpossible = -1e30f;

/// Whole numbers in the order of the floats: their largest is found without branches.
TAVOLO_IN_LOOP inline std::int32_t rank_of(float x) {
  const auto bits = std::bit_cast<std::int32_t>(x);
  return bits ^ ((bits >> 31) & 0x7fffffff);
}

/// The alternative of the largest utility with its shock, or -1 where none is above `floor`: the
/// utility, shock included, of what is there anyway.
///
/// Columns are `size` long, a multiple of kPad, with kImpossible where there is nothing. Shocks are
/// computed for few: all alternatives are ranked by the ceiling of theirs; while the first in rank
/// has no shock yet, its block of kPad is given its shocks. `ranks` is scratch, as long as the
/// columns.
TAVOLO_IN_LOOP inline int choose_by_logit(const float* utils, const std::uint32_t* words,
                                          std::size_t size, float scale, float floor,
                                          std::int32_t* ranks) {
  const auto n = static_cast<std::int32_t>(size);
  constexpr auto kBlock = static_cast<std::int32_t>(kPad);
  const std::int32_t floor_rank = rank_of(floor);
  std::int32_t highest = floor_rank;
  for (std::int32_t j = 0; j < n; ++j) {
    ranks[j] = rank_of(utils[j] + scale * gumbel_ceiling_of_word(words[j]));
    highest = ranks[j] > highest ? ranks[j] : highest;
  }
  std::int32_t winner = -1;  // the best with a shock
  std::int32_t winner_rank = floor_rank;
  while (highest > winner_rank) {
    std::int32_t first = n;
    for (std::int32_t j = 0; j < n; ++j) {
      const std::int32_t here = ranks[j] == highest ? j : n;
      first = here < first ? here : first;
    }
    const std::int32_t block = first / kBlock * kBlock;
    std::int32_t shocked[kPad];
    std::int32_t top = floor_rank;
    for (std::int32_t i = 0; i < kBlock; ++i) {
      shocked[i] = rank_of(utils[block + i] + scale * gumbel_of_word(words[block + i]));
      top = shocked[i] > top ? shocked[i] : top;
      ranks[block + i] = INT32_MIN;  // done with
    }
    std::int32_t at = kBlock;
    for (std::int32_t i = 0; i < kBlock; ++i) {
      const std::int32_t here = shocked[i] == top ? i : kBlock;
      at = here < at ? here : at;
    }
    // of equals the first, whichever block was looked into before
    const bool better = top > winner_rank || (top == winner_rank && block + at < winner);
    winner = better ? block + at : winner;
    winner_rank = better ? top : winner_rank;
    highest = INT32_MIN;
    for (std::int32_t j = 0; j < n; ++j) highest = ranks[j] > highest ? ranks[j] : highest;
    // what equals the winner with its ceiling has less with its shock: no tie is missed
  }
  return winner;
}

}  // namespace tavolo::engine
