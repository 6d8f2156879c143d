#include "engine/negotiation/protocol.h"

namespace tavolo::engine::negotiation {

std::vector<Concession> concessions(const Protocol& talks, int party,
                                    std::span<const double> utilities) {
  std::vector<Concession> curve;
  for (const auto& proposal : talks.trace())
    if (proposal.party == party) curve.push_back({proposal.round, utilities[proposal.outcome]});
  return curve;
}

}  // namespace tavolo::engine::negotiation
