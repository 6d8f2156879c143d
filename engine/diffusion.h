#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "engine/network.h"
#include "engine/random.h"

namespace tavolo::engine {

/// How something new spreads among those who do not have it yet, by what they see for themselves
/// and by what they hear from those who do. Bass (1969), Management Science 15, 215-227.
struct Bass {
  double innovation = 0;  ///< p: hazard per year of who hears of no adopter
  double imitation = 0;   ///< q: added to it where all those that one hears of have adopted

  /// Closed form of dF/dt = (p + q F)(1 - F), F(0) = 0: share of adopters after so many years,
  /// where everybody hears of everybody and they are many.
  /// F = (1 - e^-(p+q)t) / (1 + q/p e^-(p+q)t); p > 0.
  double share(double years) const;
  /// When most adopt: ln(q/p) / (p + q). At the start, 0, if q <= p.
  double peak_years() const;
};

/// What became of a population.
struct Adoption {
  std::vector<double> share;        ///< of adopters among all: at the start, then after each step
  std::vector<std::uint16_t> step;  ///< by agent: the step in which it adopted, from 1; 0: not yet
};

/// The draws of one agent.
using AdoptionLuck = std::function<Draws(std::uint32_t agent)>;

/// Word of mouth, agent by agent: who has not adopted does so with hazard p + q x the share of
/// adopters among those it hears of; `steps` steps of `step_years` each, at most 65 535.
///
/// Every agent draws once, its resistance, exponential with mean 1, and adopts when the hazard that
/// it has been under sums to it: the law is that of a draw in every step, and whatever makes a
/// hazard larger makes nobody adopt later (Sellke 1983, Journal of Applied Probability 20,
/// 390-394).
///
/// All are asked at once and hear of how others stood at the start of the step. Who adopted in the
/// step before had done so for half of it on average; so half of that step's growth is added to
/// what is heard. What remains is the word of this step's adopters in this step, of second order:
/// with (p, q) = (.03, .38) and steps of a month the mean path is right to 0.0003. The luck of N
/// agents moves a fully mixed path by some 1 / sqrt(N) (Kurtz 1970, Journal of Applied Probability
/// 7, 49-58).
///
/// The same bits on any number of threads.

/// Everybody hears of all others: fully mixed.
Adoption spread(const Bass&, std::uint32_t agents, int steps, double step_years,
                const AdoptionLuck&);
/// Everybody hears of its neighbours; who has none is on its own.
Adoption spread(const Bass&, const Network&, int steps, double step_years, const AdoptionLuck&);

/// Both on the luck of one purpose.
template <class Society, class Purpose>
Adoption spread(const Bass& bass, const Society& society, int steps, double step_years,
                const Streams& streams, Purpose purpose) {
  return spread(bass, society, steps, step_years,
                [&](std::uint32_t agent) { return streams(purpose, agent); });
}

}  // namespace tavolo::engine
