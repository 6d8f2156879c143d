#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

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

  /// The first rank whose utility is at least `utility`; size() if there is none.
  std::size_t first_at_least(double utility) const;

  /// The rank of the worst outcome that still gives `utility`, among the ranks from `first` on.
  /// An outcome that falls short by no more than 1e-6 is taken when it is strictly nearer, so
  /// that rounding does not skip it. Some rank from `first` on must reach `utility`.
  std::size_t worst_at_least(double utility, std::size_t first) const;

 private:
  std::vector<double> utilities_;
  std::vector<std::uint32_t> ascending_;  // outcomes, by rank
  std::vector<double> ladder_;            // utilities, by rank
};

/// How a party concedes.
struct Tactic {
  enum class Kind : std::uint8_t {
    /// Its aspiration falls with time alone: a(t) = 1 - t^exponent, t from 0 to 1 of the deadline.
    /// Faratin, Sierra & Jennings (1998), section 4.1, polynomial form (there beta = 1 / exponent
    /// and kappa = 0).
    time_dependent,
    /// Minimal concession: its next best outcome whenever it has not put forward more distinct
    /// offers than its partner, else it repeats its last. De Jonge (2022), section 4. With several
    /// partners it goes by the one that stood behind the fewest distinct offers; an acceptance
    /// stands behind an offer as a proposal does, or a partner who agrees would block it.
    micro,
    /// Naive tit-for-tat: it has conceded, in its own utility, what its partner has conceded to
    /// it since the partner's first offer; of several partners the least generous. Nobody begins:
    /// two of the kind never move. Faratin, Sierra & Jennings (1998), section 4.3, absolute
    /// tit-for-tat.
    tit_for_tat
  };
  Kind kind = Kind::time_dependent;
  double exponent = 1;  ///< of time_dependent: > 1 holds out (Boulware), < 1 yields early

  static constexpr Tactic time_dependent(double exponent) {
    return {Kind::time_dependent, exponent};
  }
  /// The same in the notation of Faratin, Sierra & Jennings: beta < 1 Boulware, > 1 conceder.
  static constexpr Tactic faratin(double beta) { return time_dependent(1 / beta); }
  static constexpr Tactic boulware() { return time_dependent(4); }
  static constexpr Tactic linear() { return time_dependent(1); }
  static constexpr Tactic conceder() { return time_dependent(0.25); }
  static constexpr Tactic micro() { return {Kind::micro, 1}; }
  static constexpr Tactic tit_for_tat() { return {Kind::tit_for_tat, 1}; }

  /// a(t) in [0, 1] of a time-dependent tactic in round `round` of `rounds`, both counted from 1:
  /// t = round / (rounds + 1), so that nobody has given up everything in the last round.
  double aspiration(int round, int rounds) const;
};

/// One chair at the table.
struct Party {
  std::string name;
  std::shared_ptr<const Ranking> ranking;  ///< of the outcomes
  double reservation;                      ///< utility of leaving without an agreement
  Tactic tactic;

  Party(std::string name, Utilities utilities, Tactic tactic);
  Party(std::string name, std::shared_ptr<const Ranking> ranking, double reservation,
        Tactic tactic);
};

}  // namespace tavolo::engine::negotiation
