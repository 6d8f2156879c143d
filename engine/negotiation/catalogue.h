#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/negotiation/negotiator.h"
#include "engine/negotiation/protocol.h"
#include "engine/negotiation/table.h"

/// Strategies, their parts and protocols by name, for commands and configs. Names are those of the
/// tables below, in upper or lower case, with '-' or '_'; a parameter follows a colon:
/// "boulware", "TIME:2.5", "one-to-many:play_off".
///
/// A strategy is composed with '+': first a strategy or a bidding rule, then, in any order, an
/// opponent model and an acceptance condition in the place of its own:
/// "boulware+frequency+ac_combi:0.95".
namespace tavolo::engine::negotiation {

struct CatalogueEntry {
  std::string_view name;
  std::string_view parameter;  ///< "exponent = 4": its name and, if it may be left out, its default
  std::string_view meaning;
};

std::span<const CatalogueEntry> strategy_catalogue();
std::span<const CatalogueEntry> opponent_model_catalogue();
std::span<const CatalogueEntry> acceptance_catalogue();
std::span<const CatalogueEntry> protocol_catalogue();

/// The strategy that `text` composes; its name is the text in upper case.
/// @throws InputError, with the nearest known name, when there is none, and when a parameter is
/// missing, not wanted, or out of its range.
Strategy make_strategy(std::string_view text, Convention convention = Convention::negmas);

/// Makes a strategy known by name, as if it stood in the catalogue, for as long as the program
/// runs: strategies written in another language come this way. Thread-safe.
/// @throws InputError when the name is taken, or is not a word of a-z, 0-9 and _.
void add_strategy(const std::string& name, const std::string& meaning, Strategy strategy);

/// Name and meaning of those that were added, in the order in which they came.
std::vector<std::pair<std::string, std::string>> added_strategies();

/// A negotiation by the protocol `name`: "saop", "single_text", "ultimatum",
/// "ultimatum:subgame_perfect", "one_to_many:first", ":best" or ":play_off". In one_to_many party 0
/// is the hub, and all tables have this agenda; each has luck of its own.
/// @throws InputError, with the nearest known name, when there is none.
std::unique_ptr<Protocol> make_protocol(std::string_view name, std::shared_ptr<const Agenda> agenda,
                                        std::vector<Party> parties, const Rules& rules);

/// "negmas", "genius" or "textbook".
/// @throws InputError.
Convention convention_named(std::string_view name);

}  // namespace tavolo::engine::negotiation
