#pragma once

#include "agents/world.h"

/// Strikes and holdouts as screening under one-sided private information: the maker alone knows
/// what it could pay, v uniform on [0, room]; the union asks, is refused, and asks for less, one
/// period of dispute later. Both discount a period by the same factor. Closed form for the uniform
/// case: Fudenberg & Tirole (1991), Game Theory, ch. 10; Kennan & Wilson (1989), J. Applied
/// Econometrics 4, S87-S130. All sums are shares of the wage bill.

namespace tavolo::agents {

/// The stationary solution for one discount factor.
struct Screening {
  double discount = 0.9;
  double lambda() const;        ///< a demand is accepted from this share of the posterior room up
  double first_demand() const;  ///< gamma: share of the posterior room that the union asks
  double mean_delay() const;    ///< periods until the settlement, from the first demand on
  /// Types from this share of the first room up have settled once `refusals` demands were refused
  /// and the next was made: lambda^(refusals + 1).
  double accepting_share(int refusals) const;
  /// What the union expects, discounted to the first demand: gamma/2, a share of the first room.
  double union_payoff() const;

  /// The room that a refusal of `claim` leaves: types below it refuse. At most `room`.
  double room_after_refusal(double claim, double room) const;
  /// Demands refused before a maker of type `type` accepts, from a posterior of `room` on.
  int refusals(double type, double room) const;
  /// What it then settles on.
  double settlement(double type, double room) const;
  /// The most that a maker of type `type` would pay at once rather than refuse `claim`, fight one
  /// period and be screened from then on. Never less than `claim` for those that would accept it.
  double worth_of_peace(double type, double claim, double room) const;
};

/// How a dispute is fought and what it ends in.
struct Dispute {
  enum class Kind : std::uint8_t { strike, holdout };
  Kind kind = Kind::holdout;
  double days = 0;           ///< working days
  double settled_share = 0;  ///< rise that it ends in, of the wage bill
};

/// Working days of a period in a strike: chosen so that a strike after refused talks lasts
/// labour.strike_days on average. A holdout hurts the maker less per day and takes longer in
/// proportion.
double period_days(const LabourParameters&);

/// Whether the union strikes or stays at work without an agreement, slowly, at the old wage: a
/// strike puts all output at stake, a holdout the slowdown only, but a strike costs members their
/// pay, which is set against a rise that lasts as long as they stay. Cramton & Tracy (1992), AER
/// 82, 100-121, in its simplest form. `claim` is what it asks, of the wage bill.
Dispute::Kind choose_dispute(const Parameters&, double claim);

/// The dispute that follows when a maker of this type has refused `claim`.
Dispute fight(const Parameters&, double type, double claim, double room);

/// Probability of a protest strike in a month, at this unrest.
double protest_probability(const LabourParameters&, double unrest);

}  // namespace tavolo::agents
