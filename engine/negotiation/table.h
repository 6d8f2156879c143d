#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/negotiation/agenda.h"
#include "engine/negotiation/convention.h"
#include "engine/negotiation/negotiator.h"
#include "engine/negotiation/protocol.h"
#include "engine/random.h"

namespace tavolo::engine::negotiation {

/// Relative time of `round` of `rounds`, both counted from 1.
double relative_time(Convention, int round, int rounds);

/// a(t) = 1 - t^exponent, in [0, 1], of every round: element r - 1 belongs to round r. `pow` would
/// dominate the cost of a negotiation, so each thread keeps the curves it asked for last.
std::shared_ptr<const std::vector<double>> aspirations(Convention, double exponent, int rounds);

/// What a table's luck decides. Numbers are never reused.
enum class Luck : std::uint16_t {
  bid = 1,         ///< party x round: what it puts forward
  acceptance = 2,  ///< party x round: whether it takes an offer
  text = 3         ///< mediator x round: where it changes the text
};

/// By what rules a table is held.
struct Rules {
  int rounds;  ///< the deadline, at least 1
  Convention convention = Convention::negmas;
  Streams luck{1, 0};

  // NOLINTNEXTLINE(google-explicit-constructor): most tables only have a deadline
  Rules(int rounds_, Convention convention_ = Convention::negmas, Streams luck_ = {1, 0})
      : rounds{rounds_}, convention{convention_}, luck{luck_} {}
};

/// A protocol for parties around one agenda: who sits there, what was said, how it stands. A new
/// protocol of this kind says what happens in a round. A value: copies share what never changes
/// (agenda, rankings, aspirations), so a table that was set once is copied cheaply.
class Table : public Protocol {
 public:
  /// Where nobody sits: timed out in round 0.
  Table() = default;

  /// Two or more `parties`, each with a utility per outcome of the agenda. What is infeasible for
  /// one of them is off the table for all. If one of them would rather leave than take any feasible
  /// outcome, the talks are over before they begin: timed out in round 0.
  Table(std::shared_ptr<const Agenda> agenda, std::vector<Party> parties, Rules rules);

  Status play(int rounds_now) final;
  Status status() const final { return status_; }
  int round() const final { return round_; }
  int rounds() const final { return setting_ ? setting_->rules.rounds : 0; }
  std::optional<std::size_t> agreement() const final { return agreement_; }
  double payoff(std::size_t party) const final;
  const std::vector<Proposal>& trace() const final { return trace_; }

  /// The terms of the agreement, one value per issue.
  std::optional<Offer> terms() const;

  /// A party has found something better elsewhere: from now on it takes nothing below
  /// `reservation`. Lower values than its own change nothing. If nothing on the agenda reaches it,
  /// the talks are over.
  void raise_reservation(std::size_t party, double reservation);
  /// Now, raised or not.
  double reservation(std::size_t party) const { return seats_[party].reservation; }

  // Not of the table where nobody sits:
  const Agenda& agenda() const { return *setting_->agenda; }
  const std::vector<Party>& parties() const { return setting_->parties; }
  Convention convention() const { return setting_->rules.convention; }
  /// What an outcome is worth to a party.
  double utility(std::size_t party, std::size_t outcome) const {
    return setting_->parties[party].ranking->utility(outcome);
  }

 protected:
  /// What happens in round(). Without agreement in the last round the talks are over.
  virtual void play_round() = 0;

  View view(std::size_t party) const;
  /// What the party's strategy would put forward now.
  /// @throws std::logic_error when that is worth less than its reservation value.
  std::size_t bid(const View& view) const;
  /// Whether it takes `offer` rather than `own`, by its strategy alone.
  bool takes(const View& view, std::size_t offer, std::size_t own) const;

  void put_forward(std::size_t party, std::size_t outcome);
  void stand_behind(std::size_t party, std::size_t outcome);
  void put_text_forward(std::size_t outcome) { trace_.push_back({kMediator, round_, outcome}); }
  void agree_on(std::size_t outcome);
  void time_out() { status_ = Status::timed_out; }
  const Rules& rules() const { return setting_->rules; }

 private:
  friend class View;

  /// What never changes during the talks.
  struct Setting {
    std::shared_ptr<const Agenda> agenda;
    std::vector<Party> parties;
    Rules rules;
    bool counts_stands = false;  // does anybody look at them?
    bool anybody_models = false;
    std::vector<std::shared_ptr<const std::vector<double>>> aspirations;  // party -> round
  };

  /// A model that is copied with its table.
  struct Model {
    std::unique_ptr<OpponentModel> of_partner;               // none of the party itself
    double least = std::numeric_limits<double>::infinity();  // worth of the partner's offers
    double greatest = -least;                                // to the party

    Model() = default;
    Model(const Model& other)
        : of_partner{other.of_partner ? other.of_partner->clone() : nullptr},
          least{other.least},
          greatest{other.greatest} {}
    Model(Model&&) = default;
    Model& operator=(const Model& other) { return *this = Model{other}; }
    Model& operator=(Model&&) = default;
    ~Model() = default;
  };

  /// Where a party stands.
  struct Seat {
    double reservation = 0;
    double bottom = 0;               // the least it may ask for
    std::size_t first_rational = 0;  // rank
    mutable std::size_t near = 0;    // rank at which it last looked; no result depends on it
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
    std::size_t first_stand = kNone, last_stand = kNone;  // offers it proposed or accepted
    std::size_t distinct_stands = 0, distinct_bids = 0;
    std::vector<std::uint8_t> said;  // by outcome: 1 if it stood behind it, 2 if it proposed it
    std::vector<Model> models;       // by partner
  };

  static std::shared_ptr<const Setting> set(std::shared_ptr<const Agenda> agenda,
                                            std::vector<Party> parties, Rules rules);
  bool sit_down(std::size_t party, double reservation);

  std::shared_ptr<const Setting> setting_;
  Status status_ = Status::timed_out;
  int round_ = 0;
  std::optional<std::size_t> agreement_;
  std::vector<Seat> seats_;
  std::vector<Proposal> trace_;
};

/// What a party sees when it is its turn: its own wishes, the clock, what was said. Never what the
/// others want.
class View {
 public:
  View(const Table& table, std::size_t party)
      : table_{table},
        self_{party},
        own_{table.setting_->parties[party]},
        seat_{table.seats_[party]} {}

  std::size_t self() const { return self_; }
  std::size_t parties() const { return table_.seats_.size(); }

  // its wishes
  const Ranking& ranking() const { return *own_.ranking; }
  double utility(std::size_t outcome) const { return own_.ranking->utility(outcome); }
  double reservation() const { return seat_.reservation; }
  /// The least that it may ask for: its reservation value, or its worst outcome if that is better.
  double bottom() const { return seat_.bottom; }
  double greatest() const { return own_.ranking->greatest(); }
  /// The rank of the worst outcome that reaches its reservation value.
  std::size_t first_rational() const { return seat_.first_rational; }

  // the clock
  Convention convention() const { return table_.setting_->rules.convention; }
  int round() const { return table_.round_; }  ///< from 1
  int rounds() const { return table_.setting_->rules.rounds; }
  double time() const { return relative_time(convention(), round(), rounds()); }  ///< in [0, 1]
  /// a(t) = 1 - t^exponent with the exponent of the party's strategy.
  double aspiration() const {
    return (*table_.setting_->aspirations[self_])[static_cast<std::size_t>(table_.round_ - 1)];
  }
  /// The utility that it asks for at this aspiration, by the convention.
  double time_demand() const;

  // what was said
  const std::vector<Proposal>& trace() const { return table_.trace_; }
  /// Has the party put an offer forward or accepted one?
  bool has_spoken(std::size_t party) const { return table_.seats_[party].first_stand != kNone; }
  /// The first and the latest offer that it proposed or accepted, when it has spoken.
  std::size_t first_stand(std::size_t party) const { return table_.seats_[party].first_stand; }
  std::size_t last_stand(std::size_t party) const { return table_.seats_[party].last_stand; }
  /// How many different offers it proposed or accepted; for a strategy that counts_stands.
  std::size_t distinct_stands(std::size_t party) const {
    assert(own_.strategy->counts_stands);
    return table_.seats_[party].distinct_stands;
  }
  /// How many different offers it proposed; for a strategy that counts_stands.
  std::size_t distinct_bids(std::size_t party) const {
    assert(own_.strategy->counts_stands);
    return table_.seats_[party].distinct_bids;
  }

  // what it makes of its partners, if its strategy has an opponent model
  bool has_model() const { return !seat_.models.empty(); }
  const OpponentModel& model(std::size_t partner) const {
    return *seat_.models[partner].of_partner;
  }
  /// What `outcome` seems to be worth to the partners, on average.
  double partners_utility(std::size_t outcome) const;
  /// The least and the most that the partner's offers so far were worth to the party; before the
  /// first, infinity and its negative.
  double least_received(std::size_t partner) const { return seat_.models[partner].least; }
  double most_received(std::size_t partner) const { return seat_.models[partner].greatest; }

  /// The outcome to put forward when asking for `utility` (no more than greatest()), found as the
  /// convention has it among those that reach the reservation value. With an opponent model, the
  /// one that seems best for the partners among those that are worth as much or up to 0.02 more.
  std::size_t outcome_worth(double utility) const;

  /// Draws for this party in this round.
  Draws luck(Luck purpose) const {
    return table_.setting_->rules.luck(purpose, self_, static_cast<std::uint64_t>(round()));
  }

 private:
  static constexpr std::size_t kNone = Table::Seat::kNone;

  const Table& table_;
  std::size_t self_;
  const Party& own_;
  const Table::Seat& seat_;
};

inline View Table::view(std::size_t party) const { return {*this, party}; }

}  // namespace tavolo::engine::negotiation
