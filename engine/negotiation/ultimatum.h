#pragma once

#include <memory>
#include <vector>

#include "engine/negotiation/table.h"

namespace tavolo::engine::negotiation {

/// Take it or leave it: party 0 makes one offer, the others accept it, all of them, or everybody
/// leaves. Güth, Schmittberger & Schwarze (1982).
class Ultimatum final : public Table {
 public:
  enum class Play {
    strategies,       ///< as the strategies of the parties say, in round 1 of 1
    subgame_perfect,  ///< by backward induction: a responder takes what is no worse than leaving,
                      ///< and the proposer, who knows that, puts forward what is best for itself
                      ///< (of equally good outcomes the first). Nobody has a strategy to choose.
  };

  /// As Table; the deadline is one round whatever the rules say.
  Ultimatum(std::shared_ptr<const Agenda> agenda, std::vector<Party> parties, Rules rules,
            Play play);

 private:
  void play_round() override;
  std::size_t best_that_is_taken() const;

  Play play_;
};

}  // namespace tavolo::engine::negotiation
