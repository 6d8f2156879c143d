#pragma once

#include <string_view>
#include <variant>
#include <vector>

#include "engine/negotiation/alternating_offers.h"
#include "engine/negotiation/single_text.h"
#include "engine/negotiation/ultimatum.h"

namespace tavolo::engine::negotiation {

/// A table around one agenda, held by the protocol that a configuration names. A value, as the
/// tables are: a model's state may hold and copy it.
class Session {
 public:
  /// Where nobody sits.
  Session() = default;

  /// `protocol`: "saop", "single_text", "ultimatum" or "ultimatum:subgame_perfect". The rest as
  /// Table. @throws InputError, with the nearest name, for another.
  Session(std::string_view protocol, Agenda agenda, std::vector<Party> parties, Rules rules);

  const Table& operator*() const {
    return std::visit([](const Table& table) -> const Table& { return table; }, table_);
  }
  Table& operator*() {
    return std::visit([](Table& table) -> Table& { return table; }, table_);
  }
  const Table* operator->() const { return &**this; }
  Table* operator->() { return &**this; }

 private:
  std::variant<AlternatingOffers, SingleText, Ultimatum> table_;
};

/// The protocols of a Session.
std::vector<std::string_view> session_protocols();

}  // namespace tavolo::engine::negotiation
