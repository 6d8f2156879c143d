#include "engine/negotiation/session.h"

#include <array>
#include <memory>
#include <string>
#include <utility>

#include "engine/config.h"
#include "engine/error.h"

namespace tavolo::engine::negotiation {
namespace {

constexpr std::array<std::string_view, 4> kNames{"saop", "single_text", "ultimatum",
                                                 "ultimatum:subgame_perfect"};

}  // namespace

Session::Session(std::string_view protocol, Agenda agenda, std::vector<Party> parties,
                 Rules rules) {
  auto shared = std::make_shared<const Agenda>(std::move(agenda));
  if (protocol == kNames[0])
    table_ = AlternatingOffers{std::move(shared), std::move(parties), rules};
  else if (protocol == kNames[1])
    table_ = SingleText{std::move(shared), std::move(parties), rules};
  else if (protocol == kNames[2] || protocol == kNames[3])
    table_ = Ultimatum{
        std::move(shared), std::move(parties), rules,
        protocol == kNames[2] ? Ultimatum::Play::strategies : Ultimatum::Play::subgame_perfect};
  else
    throw InputError{"'" + std::string{protocol} + "' is no protocol of a table.",
                     "A table is held around one agenda.", suggestion(protocol, kNames)};
}

std::vector<std::string_view> session_protocols() { return {kNames.begin(), kNames.end()}; }

}  // namespace tavolo::engine::negotiation
