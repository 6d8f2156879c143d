#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/negotiation/agenda.h"
#include "engine/negotiation/negotiator.h"

namespace tavolo::engine::negotiation {

/// How a negotiation stands. Disagreement is a result, not an error.
enum class Status : std::uint8_t { open, agreed, timed_out };

/// An offer that was put forward. Who proposed what when is a party's concession curve.
struct Proposal {
  int party = 0;            ///< in the order of the parties
  int round = 0;            ///< from 1
  std::size_t outcome = 0;  ///< of the agenda
};

/// Stacked alternating offers for two or more parties, over several calls: a model may play a few
/// rounds a month. In turn, in a fixed order, each party accepts the standing offer or puts its
/// own in its place; when all back the same offer, its author included, they agree. Aydogan,
/// Festen, Hindriks & Jonker (2017), section 3. Without agreement after the last round everybody
/// gets its reservation value.
///
/// Conventions, where the literature leaves a choice, are those of the reference implementation
/// NegMAS, so that runs can be compared one to one: party 0 opens every round; time is
/// t = round / (rounds + 1); with m, M the least and greatest utility of the feasible outcomes and
/// b = max(m, reservation) a time-dependent party asks for (M - b) a(t) + b - 1e-4, held within
/// [b, M], accepts what gives it that and proposes the worst outcome that does.
/// Nobody proposes or accepts less than its reservation value.
///
/// A value: copies share what never changes (rankings, aspirations), so a session that was set up
/// once is copied cheaply to be played again.
class AlternatingOffers {
 public:
  /// A table where nobody sits: timed out in round 0.
  AlternatingOffers() = default;

  /// Two or more `parties`, each with a utility per outcome of the agenda, and at least one
  /// round. If one of them would rather leave than take any feasible outcome, the talks are over
  /// before they begin: timed out in round 0.
  AlternatingOffers(Agenda agenda, std::vector<Party> parties, int rounds);

  /// Plays up to `rounds_now` further rounds; none when the talks are over.
  Status play(int rounds_now);

  Status status() const { return status_; }
  int round() const { return round_; }  ///< rounds begun so far; at agreement, the one it fell in
  int rounds() const { return setting_ ? setting_->rounds : 0; }  ///< the deadline

  /// The outcome that all accepted.
  std::optional<std::size_t> agreement() const;
  /// Its terms, one value per issue.
  std::optional<Offer> terms() const;

  /// Every offer put forward, in order; acceptances are not listed.
  const std::vector<Proposal>& trace() const { return trace_; }

  // Not of the table where nobody sits:
  const Agenda& agenda() const { return setting_->agenda; }
  const std::vector<Party>& parties() const { return setting_->parties; }
  /// What an outcome is worth to a party.
  double utility(std::size_t party, std::size_t outcome) const {
    return setting_->parties[party].ranking->utility(outcome);
  }

 private:
  /// What never changes during the talks.
  struct Setting {
    Agenda agenda;
    std::vector<Party> parties;
    int rounds = 0;
    bool counts_distinct_offers = false;            // does anybody play MiCRO?
    std::vector<std::size_t> first_rational;        // party -> rank that reaches its reservation
    std::vector<std::vector<double>> time_demands;  // party -> round -> utility it asks for
  };

  /// What the others have seen of a party.
  struct Record {
    std::optional<std::size_t> first_stand, last_stand;  // offers it proposed or accepted
    std::size_t distinct_stands = 0;
    std::size_t conceded = 0;          // MiCRO: ranks below its best that it has offered, plus one
    std::vector<std::uint8_t> stands;  // by outcome: 1 if it stood behind it; MiCRO only
  };

  static std::shared_ptr<const Setting> set_up(Agenda agenda, std::vector<Party> parties,
                                               int rounds);
  bool anybody_cannot_gain() const;
  void play_round();
  std::size_t micro_rank(std::size_t party) const;
  double demand(std::size_t party) const;
  std::size_t propose(std::size_t party, double demand);
  void stand_behind(std::size_t party, std::size_t outcome);

  std::shared_ptr<const Setting> setting_;
  Status status_ = Status::timed_out;
  int round_ = 0;
  std::optional<std::size_t> standing_;
  std::size_t backers_ = 0;  // of the standing offer, its author included
  std::vector<Record> records_;
  std::vector<Proposal> trace_;
};

}  // namespace tavolo::engine::negotiation
