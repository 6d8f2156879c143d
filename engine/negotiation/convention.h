#pragma once

#include <cstdint>

namespace tavolo::engine::negotiation {

/// Where the literature leaves a choice, it is made by one of these, never by a mixture.
///
/// Bargaining over time (table.h, strategies.h): with m, M the least and greatest utility of the
/// feasible outcomes, b = max(m, reservation) and the aspiration a = 1 - t^exponent, a party that
/// goes by time asks for b + (M - b) a. Analysis (analysis.h): from where gains are measured in the
/// egalitarian and the Kalai-Smorodinsky solution; the Nash solution always starts from the
/// reservation values.
enum class Convention : std::uint8_t {
  /// The reference implementation NegMAS, so that runs can be compared one to one: time is
  /// t = round / (rounds + 1), so that nobody has given up everything in the last round; 1e-4 less
  /// is asked for, held within [b, M]; the worst outcome that gives it is put forward (for one that
  /// falls short by rounding see Ranking::worst_at_least), and whatever gives it is accepted.
  /// Gains are measured from a party's worst feasible outcome where that is better than its
  /// reservation value.
  negmas,
  /// Its predecessor GENIUS: t = round / rounds, so that in the last round everything is given up;
  /// the outcome nearest to what is asked for is put forward (p(t) = Pmin + (Pmax - Pmin)(1 -
  /// F(t)), F = t^(1/e)), and accepted is what is no worse than the party's own next offer. Gains
  /// are measured from the reservation values.
  genius,
  /// Faratin, Sierra & Jennings (1998), section 4.1, with kappa = 0: alpha(t) = (t / T)^(1/beta),
  /// where the first offer falls at t = 0 and the last at T: t/T = (round - 1) / (rounds - 1), and
  /// 1 in a single round. The worst outcome that gives exactly what is asked for is put forward;
  /// accepted is what is no worse than the party's own next offer (there section 3). Gains are
  /// measured from the reservation values.
  textbook
};

}  // namespace tavolo::engine::negotiation
