#include "engine/negotiation/one_to_many.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace tavolo::engine::negotiation {

OneToMany::OneToMany(std::vector<AlternatingOffers> tables, Regime regime)
    : tables_{std::move(tables)},
      regime_{regime},
      heard_(tables_.size(), 0),
      standing_(tables_.size(), kInfeasible) {
  assert(!tables_.empty());
  for ([[maybe_unused]] const auto& table : tables_)
    assert(table.parties().size() == 2 && table.rounds() == tables_.front().rounds());
  const auto over = [](const AlternatingOffers& table) { return table.status() != Status::open; };
  if (std::all_of(tables_.begin(), tables_.end(), over)) status_ = Status::timed_out;
}

Status OneToMany::play(int rounds_now) {
  for (; rounds_now > 0 && status_ == Status::open; --rounds_now) play_round();
  return status_;
}

void OneToMany::play_round() {
  if (regime_ == Regime::play_off) raise_reservations();
  ++round_;
  bool open = false;
  for (std::size_t t = 0; t < tables_.size(); ++t) {
    auto& table = tables_[t];
    open |= table.play(1) == Status::open;
    for (; heard_[t] < table.trace().size(); ++heard_[t]) {
      auto proposal = table.trace()[heard_[t]];
      if (proposal.party == 1) {
        standing_[t] = table.utility(0, proposal.outcome);
        proposal.party = static_cast<int>(t) + 1;
      }
      trace_.push_back(proposal);
    }
  }
  const auto best = best_agreed();
  if (best && (regime_ == Regime::first || !open)) {
    chosen_ = best;
    status_ = Status::agreed;
  } else if (!open) {
    status_ = Status::timed_out;
  }
}

/// Of all tables at once: what one of them learns from another this round is what stood before it.
void OneToMany::raise_reservations() {
  std::vector<double> worth;
  for (std::size_t t = 0; t < tables_.size(); ++t) worth.push_back(stands(t));
  for (std::size_t t = 0; t < tables_.size(); ++t)
    for (std::size_t other = 0; other < tables_.size(); ++other)
      if (other != t) tables_[t].raise_reservation(0, worth[other]);
}

/// What the hub could have at a table; nothing where the talks have failed.
double OneToMany::stands(std::size_t t) const {
  const auto& table = tables_[t];
  if (const auto deal = table.agreement()) return table.utility(0, *deal);
  return table.status() == Status::open ? standing_[t] : kInfeasible;
}

std::optional<std::size_t> OneToMany::best_agreed() const {
  std::optional<std::size_t> best;
  double most = kInfeasible;
  for (std::size_t t = 0; t < tables_.size(); ++t)
    if (const auto deal = tables_[t].agreement(); deal && tables_[t].utility(0, *deal) > most) {
      most = tables_[t].utility(0, *deal);
      best = t;
    }
  return best;
}

std::optional<std::size_t> OneToMany::agreement() const {
  return chosen_ ? tables_[*chosen_].agreement() : std::nullopt;
}

std::optional<std::size_t> OneToMany::partner() const {
  return chosen_ ? std::optional{*chosen_ + 1} : std::nullopt;
}

double OneToMany::payoff(std::size_t party) const {
  const auto& table = tables_[party > 0 ? party - 1 : chosen_.value_or(0)];
  const std::size_t seat = party > 0 ? 1 : 0;
  const auto& self = table.parties()[seat];
  const bool agreed = chosen_ && (party == 0 || party == *chosen_ + 1);
  const double time = chosen_ ? relative_time(table.convention(), round_, rounds()) : 1;
  const double worth = agreed ? table.utility(seat, *table.agreement()) : self.reservation;
  return self.discount == 1 ? worth : worth * std::pow(self.discount, time);
}

}  // namespace tavolo::engine::negotiation
