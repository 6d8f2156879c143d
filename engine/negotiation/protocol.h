#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace tavolo::engine::negotiation {

/// How a negotiation stands. Disagreement is a result, not an error.
enum class Status : std::uint8_t { open, agreed, timed_out };

constexpr int kMediator = -1;

/// An offer that was put forward. Who proposed what when is a party's concession curve.
struct Proposal {
  int party = 0;            ///< in the order of the parties; kMediator
  int round = 0;            ///< from 1
  std::size_t outcome = 0;  ///< of the agenda; with several agendas, of the one with this partner
};

/// A negotiation under way, whatever its rules: alternating_offers.h, single_text.h, one_to_many.h,
/// ultimatum.h; catalogue.h makes one by name. It is played over several calls: a model may play a
/// few rounds a month.
class Protocol {
 public:
  virtual ~Protocol() = default;

  /// Plays up to `rounds_now` further rounds; none when the talks are over.
  virtual Status play(int rounds_now) = 0;

  virtual Status status() const = 0;
  virtual int round() const = 0;   ///< rounds begun so far; at agreement, the one it fell in
  virtual int rounds() const = 0;  ///< the deadline

  /// The outcome that was agreed on.
  virtual std::optional<std::size_t> agreement() const = 0;

  /// What a party has of it when the talks are over: its utility of the agreement, or of leaving
  /// without one, discounted to the time at which they ended.
  virtual double payoff(std::size_t party) const = 0;

  /// Every offer put forward, in order; acceptances are not listed.
  virtual const std::vector<Proposal>& trace() const = 0;

 protected:
  Protocol() = default;
  Protocol(const Protocol&) = default;
  Protocol(Protocol&&) = default;
  Protocol& operator=(const Protocol&) = default;
  Protocol& operator=(Protocol&&) = default;
};

/// One step of a concession curve.
struct Concession {
  int round = 0;       ///< from 1
  double utility = 0;  ///< of its own offer to the party
};

/// What a party's own offers were worth to it, in order. `utilities`: the party's, by outcome.
std::vector<Concession> concessions(const Protocol& talks, int party,
                                    std::span<const double> utilities);

}  // namespace tavolo::engine::negotiation
