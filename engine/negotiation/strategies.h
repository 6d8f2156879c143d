#pragma once

#include <functional>
#include <string>

#include "engine/negotiation/negotiator.h"
#include "engine/negotiation/table.h"

/// The published strategies, and the parts that they are made of (catalogue.h names them all). The
/// conventions of time and rounding are those of the table (table.h).
namespace tavolo::engine::negotiation {

// --------------------------------------------------------------------------------- whole
// strategies

/// Its aspiration falls with time alone: a(t) = 1 - t^exponent. Faratin, Sierra & Jennings (1998),
/// section 4.1, polynomial form with kappa = 0 (there beta = 1 / exponent; in GENIUS e = 1 /
/// exponent). With an opponent model it chooses among equal offers (View::outcome_worth()).
Strategy time_dependent(double exponent);
/// The same in the notation of Faratin, Sierra & Jennings: beta < 1 Boulware, > 1 conceder.
Strategy faratin(double beta);
/// Exponents 4, 1 and 1/4; in GENIUS 5, 1 and 1/2 (e = 0.2, 1 and 2).
Strategy boulware(Convention convention = Convention::negmas);
Strategy linear();
Strategy conceder(Convention convention = Convention::negmas);

/// Minimal concession: its next best outcome whenever it has not put forward more distinct offers
/// than its partner, else it repeats its last. De Jonge (2022), section 4. With several partners it
/// goes by the one that stood behind the fewest distinct offers; an acceptance stands behind an
/// offer as a proposal does, or a partner who agrees would block it.
Strategy micro();

/// Naive tit-for-tat: it has conceded, in its own utility, what its partner has conceded to it
/// since the partner's first offer; of several partners the least generous. Nobody begins: two of
/// the kind never move. Faratin, Sierra & Jennings (1998), section 4.3, absolute tit-for-tat.
Strategy tit_for_tat();

/// Nice tit-for-tat, after Baarslag, Hindriks & Jonker (2013), "A tit for tat negotiation strategy
/// for real-time bilateral negotiations". It measures how far its partner has come, in its own
/// utility, from the partner's worst offer towards the Nash point as it estimates it (with several
/// partners the least generous), has come as far from its best outcome itself, closes a tenth of
/// the gap that remains to the Nash point and, over the last 9 % of the time, all of it; of the
/// offers worth this it puts forward the one that seems best for its partners. Accepts by AC_next.
/// Models its partners by bayesian_model().
Strategy nice_tit_for_tat();

/// Time and behaviour: the hybrid agent of Keskin, Cakan & Aydogan (2021), "Solver agent" (AAMAS).
/// It asks for (1 - t^2) x behaviour + t^2 x time. Time is the Bezier curve (1 - t)^2 P0 +
/// 2 t (1 - t) P1 + t^2 P2 with P = 1, 0.75, 0.55, on the scale from the least it may ask for to
/// its best. Behaviour is its own last offer less (0.5 + 0.5 t) times what its partner conceded in
/// its latest moves (up to four, the latest weighing most); of several partners the least generous.
/// Until two offers of each partner are known, time alone. Accepts by AC_next.
Strategy hybrid();

/// Hardliner: its best outcome, always.
Strategy tough();

/// Any outcome that reaches its reservation value, all equally likely. Accepts by AC_next.
Strategy random_bidder();

/// For a single text (single_text.h); elsewhere a hardliner. A hill climber takes a text that is
/// better for it than the text as it is, or as good; an annealer also one that is worse by d,
/// with probability exp(-d / T), T falling from `temperature` to 0 in proportion to the time left.
/// Klein et al. (2003), section 3 (there a hill climber takes better texts only: on an agenda of
/// issues that do not matter to everybody that would end in the first text).
Strategy hill_climber();
Strategy annealer(double temperature = 0.1);

/// A strategy that asks for a utility: it puts forward what is worth as much
/// (View::outcome_worth()) and takes what gives it that (under other conventions than NegMAS's:
/// what is no worse than its own next offer).
Strategy aiming(std::string name, std::function<double(const View&)> target);

// ---------------------------------------------------------------------------- acceptance
// conditions Baarslag, Hindriks & Jonker (2013), "Acceptance conditions in automated negotiation",
// and (2014), "Effective acceptance conditions in real-time automated negotiation".

/// No worse than the offer that it would put forward: u(offer) >= u(own).
Acceptance ac_next();
/// Anything that reaches the reservation value, once `time` (0 to 1) has come; nothing before.
Acceptance ac_time(double time);
/// Whatever gives at least `utility`.
Acceptance ac_const(double utility);
/// AC_next and, once `time` has come, what is no worse than the best that was offered in a window
/// as long as the time that is left: AC_combi(T, MAX^W).
Acceptance ac_combi(double time = 0.99);

}  // namespace tavolo::engine::negotiation
