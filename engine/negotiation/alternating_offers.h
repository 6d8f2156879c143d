#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "engine/negotiation/table.h"

namespace tavolo::engine::negotiation {

/// Stacked alternating offers for two or more parties. In turn, in a fixed order, each party
/// accepts the standing offer or puts its own in its place; when all back the same offer, its
/// author included, they agree. Party 0 opens every round. Aydogan, Festen, Hindriks & Jonker
/// (2017), section 3. Without agreement after the last round everybody gets its reservation value.
/// Nobody proposes or accepts less than that.
class AlternatingOffers final : public Table {
 public:
  /// A table where nobody sits: timed out in round 0.
  AlternatingOffers() = default;
  /// As Table.
  AlternatingOffers(Agenda agenda, std::vector<Party> parties, Rules rules);
  /// Shares the agenda too.
  AlternatingOffers(std::shared_ptr<const Agenda> agenda, std::vector<Party> parties, Rules rules);

  /// The offer that is on the table.
  std::optional<std::size_t> standing() const { return standing_; }

 private:
  void play_round() override;

  std::optional<std::size_t> standing_;
  std::size_t backers_ = 0;  // of the standing offer, its author included
};

}  // namespace tavolo::engine::negotiation
