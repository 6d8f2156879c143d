#include "engine/negotiation/single_text.h"

#include <algorithm>
#include <utility>

namespace tavolo::engine::negotiation {
namespace {

/// A change may be one that somebody cannot do; then the mediator thinks again, but not for ever.
constexpr int kAttempts = 64;

std::size_t one_of(std::size_t many, Draws& draws) {
  const auto drawn = static_cast<std::size_t>(draws.uniform() * static_cast<double>(many));
  return std::min(drawn, many - 1);
}

}  // namespace

SingleText::SingleText(std::shared_ptr<const Agenda> agenda, std::vector<Party> parties,
                       Rules rules)
    : Table{std::move(agenda), std::move(parties), rules} {}

void SingleText::play_round() {
  auto draws = rules().luck(Luck::text, 0, static_cast<std::uint64_t>(round()));
  if (round() == 1) {
    const auto& feasible = *parties().front().ranking;
    text_ = feasible.outcome_at(one_of(feasible.size(), draws));
    put_text_forward(text_);
  } else {
    const auto changed = changed_text(draws);
    put_text_forward(changed);
    bool all = true;
    for (std::size_t party = 0; party < parties().size() && all; ++party)
      all = takes(view(party), changed, text_);
    if (all) text_ = changed;
  }
  if (round() < rounds()) return;
  for (std::size_t party = 0; party < parties().size(); ++party)
    if (!(utility(party, text_) >= reservation(party))) return;
  agree_on(text_);
}

std::size_t SingleText::changed_text(Draws& draws) const {
  const auto& issues = agenda().issues();
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const auto issue = one_of(issues.size(), draws);
    std::size_t stride = 1;  // outcomes are numbered with the last issue turning fastest
    for (auto later = issue + 1; later < issues.size(); ++later)
      stride *= issues[later].levels.size();
    const auto levels = issues[issue].levels.size();
    if (levels == 1) continue;
    const auto level = text_ / stride % levels;
    auto other = one_of(levels - 1, draws);
    if (other >= level) ++other;
    const auto changed = text_ - level * stride + other * stride;
    if (utility(0, changed) != kInfeasible) return changed;
  }
  return text_;
}

}  // namespace tavolo::engine::negotiation
