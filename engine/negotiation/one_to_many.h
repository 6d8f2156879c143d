#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/negotiation/alternating_offers.h"

namespace tavolo::engine::negotiation {

/// A hub bargains with several partners, one table each, one round at all of them at a time, and
/// in the end agrees with one. Nguyen & Jennings (2004), "Coordinating multiple concurrent
/// negotiations" (AAMAS); the play-off is the competitive bargaining of a maker among sites.
///
/// The hub is party 0 at every table and of the whole; partner i of table i is party i + 1 of the
/// whole. Agendas may differ; the hub's utilities and reservation values are on one scale.
class OneToMany final : public Protocol {
 public:
  enum class Regime {
    first,    ///< the first table that agrees ends the others (of several in one round the best)
    best,     ///< an agreement is an option: the hub waits until all tables have ended, and takes
              ///< the best for itself
    play_off  ///< as best, and before each round the hub's reservation value at every table rises
              ///< to the best that stands elsewhere: another partner's latest offer, an agreement
  };

  /// One or more tables of two parties, all with the same deadline.
  OneToMany(std::vector<AlternatingOffers> tables, Regime regime);

  Status play(int rounds_now) override;
  Status status() const override { return status_; }
  int round() const override { return round_; }
  int rounds() const override { return tables_.front().rounds(); }
  /// Of the agenda of table partner() - 1.
  std::optional<std::size_t> agreement() const override;
  double payoff(std::size_t party) const override;
  const std::vector<Proposal>& trace() const override { return trace_; }

  /// The party that the hub agrees with; none without agreement.
  std::optional<std::size_t> partner() const;
  const std::vector<AlternatingOffers>& tables() const { return tables_; }

 private:
  void play_round();
  void raise_reservations();
  std::optional<std::size_t> best_agreed() const;  // table
  double stands(std::size_t table) const;

  std::vector<AlternatingOffers> tables_;
  Regime regime_;
  Status status_ = Status::open;
  int round_ = 0;
  std::optional<std::size_t> chosen_;  // table
  std::vector<std::size_t> heard_;     // proposals of each table that are in trace_
  std::vector<double> standing_;       // worth to the hub of the partner's latest offer, by table
  std::vector<Proposal> trace_;
};

}  // namespace tavolo::engine::negotiation
