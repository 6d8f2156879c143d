#include "engine/negotiation/ultimatum.h"

#include <algorithm>
#include <utility>

namespace tavolo::engine::negotiation {
namespace {

Rules one_round(Rules rules) {
  rules.rounds = 1;
  return rules;
}

}  // namespace

Ultimatum::Ultimatum(std::shared_ptr<const Agenda> agenda, std::vector<Party> parties, Rules rules,
                     Play play)
    : Table{std::move(agenda), std::move(parties), one_round(rules)}, play_{play} {}

void Ultimatum::play_round() {
  const auto offer = play_ == Play::subgame_perfect ? best_that_is_taken() : bid(view(0));
  put_forward(0, offer);
  for (std::size_t party = 1; party < parties().size(); ++party) {
    const View self = view(party);
    if (!(self.utility(offer) >= self.reservation())) return;
    if (play_ == Play::strategies && !takes(self, offer, bid(self))) return;
    stand_behind(party, offer);
  }
  agree_on(offer);
}

/// If nothing is taken, the proposer may as well put its best outcome forward.
std::size_t Ultimatum::best_that_is_taken() const {
  const View proposer = view(0);
  const auto& ranking = proposer.ranking();
  const auto is_taken = [&](std::size_t outcome) {
    for (std::size_t party = 1; party < parties().size(); ++party)
      if (utility(party, outcome) < reservation(party)) return false;
    return true;
  };
  auto best = ranking.size();
  for (auto rank = ranking.size(); rank-- > proposer.first_rational();) {
    // the first among ties: ranks run on below the best one while the utility is the same
    if (best < ranking.size() && ranking.utility_at(rank) < ranking.utility_at(best)) break;
    if (is_taken(ranking.outcome_at(rank))) best = rank;
  }
  return ranking.outcome_at(best < ranking.size() ? best : ranking.size() - 1);
}

}  // namespace tavolo::engine::negotiation
