#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "engine/negotiation/table.h"

namespace tavolo::engine::negotiation {

/// Mediated single text: a mediator, who knows nobody's wishes, begins with a text drawn at random
/// and each round changes one issue of it at random; the parties vote, each by the acceptance of
/// its strategy (the changed text rather than the text as it is), and what all accept becomes the
/// text. After the last round the text is the agreement, if nobody would rather leave. Klein,
/// Faratin, Sayama & Bar-Yam (2003), "Negotiating complex contracts", Group Decision and
/// Negotiation 12, whose parties are the strategies hill_climber() and annealer().
///
/// Every text that the mediator puts to the vote stands in trace() with the party kMediator. The
/// first is not voted on.
class SingleText final : public Table {
 public:
  /// As Table.
  SingleText(std::shared_ptr<const Agenda> agenda, std::vector<Party> parties, Rules rules);

  std::size_t text() const { return text_; }  ///< as it stands, from the first round on

 private:
  void play_round() override;
  std::size_t changed_text(Draws& draws) const;

  std::size_t text_ = 0;
};

}  // namespace tavolo::engine::negotiation
