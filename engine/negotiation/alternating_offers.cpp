#include "engine/negotiation/alternating_offers.h"

#include <utility>

namespace tavolo::engine::negotiation {

AlternatingOffers::AlternatingOffers(Agenda agenda, std::vector<Party> parties, Rules rules)
    : AlternatingOffers{std::make_shared<const Agenda>(std::move(agenda)), std::move(parties),
                        rules} {}

AlternatingOffers::AlternatingOffers(std::shared_ptr<const Agenda> agenda,
                                     std::vector<Party> parties, Rules rules)
    : Table{std::move(agenda), std::move(parties), rules} {}

void AlternatingOffers::play_round() {
  const auto seats = parties().size();
  for (std::size_t party = 0; party < seats; ++party) {
    const View self = view(party);
    const auto own = bid(self);
    if (standing_ && self.utility(*standing_) >= self.reservation() &&
        takes(self, *standing_, own)) {
      stand_behind(party, *standing_);
      if (++backers_ == seats) return agree_on(*standing_);
    } else {
      standing_ = own;
      backers_ = 1;
      put_forward(party, own);
    }
  }
}

}  // namespace tavolo::engine::negotiation
