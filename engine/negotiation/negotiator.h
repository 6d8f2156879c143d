#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/negotiation/agenda.h"

namespace tavolo::engine::negotiation {

/// The utility of an outcome that cannot be agreed on (over budget, against the law). One party
/// that says so is enough: nobody offers such an outcome, and no solution counts it.
constexpr double kInfeasible = -std::numeric_limits<double>::infinity();

/// What one party wants, written down before the talks.
struct Utilities {
  std::vector<double> of;  ///< by outcome of the agenda: in [0, 1], or kInfeasible
  double reservation = 0;  ///< of leaving without an agreement, on the same scale
};

/// The feasible outcomes of one party from worst to best, ties in the order of the agenda (the
/// order of ties is part of the specification: another one changes results). Sorted once and
/// shared by every session that needs it; it does not depend on the reservation value.
class Ranking {
 public:
  /// `utilities` by outcome; none is NaN or +infinity.
  explicit Ranking(std::vector<double> utilities);

  std::size_t outcomes() const { return utilities_.size(); }
  double utility(std::size_t outcome) const { return utilities_[outcome]; }
  std::span<const double> utilities() const { return utilities_; }  ///< by outcome

  bool empty() const { return ascending_.empty(); }  ///< is no outcome feasible?
  std::size_t size() const { return ascending_.size(); }
  std::size_t outcome_at(std::size_t rank) const { return ascending_[rank]; }  ///< 0 is the worst
  double utility_at(std::size_t rank) const { return ladder_[rank]; }
  double least() const { return ladder_.front(); }
  double greatest() const { return ladder_.back(); }

  /// The first rank whose utility is at least `utility`; size() if there is none. The search
  /// begins at rank `near`: the answer does not depend on it, the time does. What a party asks for
  /// moves little from one round to the next.
  std::size_t first_at_least(double utility, std::size_t near) const;
  std::size_t first_at_least(double utility) const { return first_at_least(utility, 0); }

  /// The rank of the worst outcome that still gives `utility`, among the ranks from `first` on.
  /// An outcome that falls short by no more than 1e-6 is taken when it is strictly nearer, so
  /// that rounding does not skip it. Some rank from `first` on must reach `utility`. `near` as
  /// above.
  std::size_t worst_at_least(double utility, std::size_t first, std::size_t near = 0) const;

 private:
  std::vector<double> utilities_;
  std::vector<std::uint32_t> ascending_;  // outcomes, by rank
  std::vector<double> ladder_;            // utilities, by rank
};

class View;  // what a party sees when it is its turn: table.h

/// What a party puts forward: an outcome that is worth at least its reservation value to it. A
/// rule has no memory and no luck but the view's: one view, one answer. What a rule must remember
/// is in the view.
using Bidding = std::function<std::size_t(const View&)>;

/// Whether a party takes `offer` rather than `own`: with alternating offers the standing offer
/// rather than the one it would put in its place. No memory and no luck of its own either.
/// Whatever it says, nobody agrees to less than its reservation value.
using Acceptance = std::function<bool(const View&, std::size_t offer, std::size_t own)>;

/// What a party makes of the wishes of one partner, offer by offer.
class OpponentModel {
 public:
  virtual ~OpponentModel() = default;
  /// The partner puts `outcome` forward at `time` in [0, 1].
  virtual void observe(std::size_t outcome, double time) = 0;
  /// What `outcome` seems to be worth to the partner, in [0, 1].
  virtual double utility(std::size_t outcome) const = 0;
  virtual std::unique_ptr<OpponentModel> clone() const = 0;
};
using Modelling = std::function<std::unique_ptr<OpponentModel>(const Agenda&)>;

/// How a party bargains, in the three parts of Baarslag, Hindriks, Hendrikx, Dirkzwager & Jonker
/// (2014), "Decoupling negotiating agents to explore the space of negotiation strategies": bidding,
/// opponent model and acceptance (BOA). strategies.h has the published ones.
struct Strategy {
  std::string name;
  Bidding bidding;
  Acceptance acceptance;       ///< none: AC_next, an offer no worse than its own
  Modelling opponent_model{};  ///< of each of its partners; none: it asks only for itself
  double exponent = 1;  ///< of View::aspiration(): > 1 holds out (Boulware), < 1 yields early
  bool counts_stands = false;  ///< does it look at View::distinct_stands() or distinct_bids()?
};

/// One chair at the table.
struct Party {
  std::string name;
  std::shared_ptr<const Ranking> ranking;  ///< of the outcomes
  double reservation;                      ///< utility of leaving without an agreement
  std::shared_ptr<const Strategy> strategy;
  double discount = 1;  ///< d in (0, 1]: an agreement at time t is worth u d^t, leaving r d

  Party(std::string name, Utilities utilities, Strategy strategy);
  Party(std::string name, std::shared_ptr<const Ranking> ranking, double reservation,
        Strategy strategy);
  /// Shares the strategy too.
  Party(std::string name, std::shared_ptr<const Ranking> ranking, double reservation,
        std::shared_ptr<const Strategy> strategy, double discount = 1);
};

}  // namespace tavolo::engine::negotiation
