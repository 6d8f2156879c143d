#include "engine/negotiation/table.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace tavolo::engine::negotiation {
namespace {

constexpr double kDemandSlack = 1e-4;
constexpr double kIndifference = 0.02;
constexpr std::size_t kCurvesKept = 256;

/// What a party cannot agree to is off the table for all.
void strike_out_infeasible(std::vector<Party>& parties) {
  const auto outcomes = parties.front().ranking->outcomes();
  if (std::all_of(parties.begin(), parties.end(),
                  [&](const Party& party) { return party.ranking->size() == outcomes; }))
    return;
  std::vector<std::uint8_t> feasible(outcomes, 1);
  for (const auto& party : parties)
    for (std::size_t outcome = 0; outcome < outcomes; ++outcome)
      if (party.ranking->utility(outcome) == kInfeasible) feasible[outcome] = 0;
  const auto left = static_cast<std::size_t>(std::count(feasible.begin(), feasible.end(), 1));
  for (auto& party : parties) {
    if (party.ranking->size() == left) continue;
    const auto all = party.ranking->utilities();
    std::vector<double> utilities(all.begin(), all.end());
    for (std::size_t outcome = 0; outcome < outcomes; ++outcome)
      if (!feasible[outcome]) utilities[outcome] = kInfeasible;
    party.ranking = std::make_shared<const Ranking>(std::move(utilities));
  }
}

}  // namespace

double relative_time(Convention convention, int round, int rounds) {
  switch (convention) {
    case Convention::negmas:
      return static_cast<double>(round) / (rounds + 1);
    case Convention::genius:
      return static_cast<double>(round) / rounds;
    case Convention::textbook:
      return rounds == 1 ? 1 : static_cast<double>(round - 1) / (rounds - 1);
  }
  return 1;
}

std::shared_ptr<const std::vector<double>> aspirations(Convention convention, double exponent,
                                                       int rounds) {
  using Curve = std::shared_ptr<const std::vector<double>>;
  thread_local std::map<std::tuple<Convention, double, int>, Curve> curves;
  const std::tuple key{convention, exponent, rounds};
  if (const auto known = curves.find(key); known != curves.end()) return known->second;
  if (curves.size() >= kCurvesKept) curves.clear();
  std::vector<double> curve;
  curve.reserve(static_cast<std::size_t>(rounds));
  for (int round = 1; round <= rounds; ++round)
    curve.push_back(1 - std::pow(relative_time(convention, round, rounds), exponent));
  return curves.emplace(key, std::make_shared<const std::vector<double>>(std::move(curve)))
      .first->second;
}

Table::Table(std::shared_ptr<const Agenda> agenda, std::vector<Party> parties, Rules rules)
    : setting_{set(std::move(agenda), std::move(parties), rules)} {
  seats_.resize(setting_->parties.size());
  bool all_can_gain = true;
  for (std::size_t party = 0; party < seats_.size(); ++party)
    all_can_gain &= sit_down(party, setting_->parties[party].reservation);
  if (!all_can_gain) return;
  status_ = Status::open;
  for (std::size_t party = 0; party < seats_.size(); ++party) {
    auto& seat = seats_[party];
    seat.near = setting_->parties[party].ranking->size();
    if (setting_->counts_stands) seat.said.resize(setting_->agenda->outcomes());
    const auto& modelling = setting_->parties[party].strategy->opponent_model;
    if (!modelling) continue;
    seat.models.resize(seats_.size());
    for (std::size_t partner = 0; partner < seats_.size(); ++partner)
      if (partner != party) seat.models[partner].of_partner = modelling(*setting_->agenda);
  }
}

std::shared_ptr<const Table::Setting> Table::set(std::shared_ptr<const Agenda> agenda,
                                                 std::vector<Party> parties, Rules rules) {
  assert(parties.size() >= 2 && rules.rounds >= 1);
  for ([[maybe_unused]] const auto& party : parties)
    assert(party.ranking->outcomes() == agenda->outcomes());
  strike_out_infeasible(parties);
  auto setting = std::make_shared<Setting>(
      Setting{std::move(agenda), std::move(parties), rules, false, false, {}});
  setting->aspirations.reserve(setting->parties.size());
  for (const auto& party : setting->parties) {
    setting->counts_stands |= party.strategy->counts_stands;
    setting->anybody_models |= static_cast<bool>(party.strategy->opponent_model);
    setting->aspirations.push_back(
        negotiation::aspirations(rules.convention, party.strategy->exponent, rules.rounds));
  }
  return setting;
}

/// @return whether anything on the agenda reaches the reservation value.
bool Table::sit_down(std::size_t party, double reservation) {
  const auto& ranking = *setting_->parties[party].ranking;
  auto& seat = seats_[party];
  seat.reservation = reservation;
  seat.first_rational = ranking.first_at_least(reservation, 0);
  if (seat.first_rational == ranking.size()) return false;
  seat.bottom = std::max(ranking.least(), reservation);
  return true;
}

Status Table::play(int rounds_now) {
  if (status_ != Status::open) return status_;
  rounds_now = std::min(rounds_now, rounds() - round_);
  const auto room = trace_.size() + seats_.size() * static_cast<std::size_t>(rounds_now);
  if (trace_.capacity() < room) trace_.reserve(std::max(room, 2 * trace_.capacity()));
  for (; rounds_now > 0 && status_ == Status::open; --rounds_now) {
    ++round_;
    play_round();
    if (status_ == Status::open && round_ == rounds()) time_out();
  }
  return status_;
}

double Table::payoff(std::size_t party) const {
  const auto& self = setting_->parties[party];
  const double undiscounted = agreement_ ? utility(party, *agreement_) : self.reservation;
  if (self.discount == 1) return undiscounted;
  const double time = agreement_ ? relative_time(convention(), round_, rounds()) : 1;
  return undiscounted * std::pow(self.discount, time);
}

std::optional<Offer> Table::terms() const {
  if (!agreement_) return std::nullopt;
  return setting_->agenda->offer(*agreement_);
}

void Table::raise_reservation(std::size_t party, double reservation) {
  if (status_ != Status::open || !(reservation > seats_[party].reservation)) return;
  if (!sit_down(party, reservation)) time_out();
}

std::size_t Table::bid(const View& view) const {
  const auto& strategy = *setting_->parties[view.self()].strategy;
  const auto outcome = strategy.bidding(view);
  if (!(view.utility(outcome) >= view.reservation()))
    throw std::logic_error{"The strategy '" + strategy.name +
                           "' puts forward what is worth less than its reservation value."};
  return outcome;
}

bool Table::takes(const View& view, std::size_t offer, std::size_t own) const {
  const auto& acceptance = setting_->parties[view.self()].strategy->acceptance;
  return acceptance ? acceptance(view, offer, own) : view.utility(offer) >= view.utility(own);
}

void Table::put_forward(std::size_t party, std::size_t outcome) {
  trace_.push_back({static_cast<int>(party), round_, outcome});
  stand_behind(party, outcome);
  auto& seat = seats_[party];
  if (!seat.said.empty() && (seat.said[outcome] & 2) == 0) {
    seat.said[outcome] |= 2;
    ++seat.distinct_bids;
  }
  if (!setting_->anybody_models) return;
  const double time = relative_time(convention(), round_, rounds());
  for (std::size_t observer = 0; observer < seats_.size(); ++observer) {
    if (observer == party || seats_[observer].models.empty()) continue;
    auto& model = seats_[observer].models[party];
    const double worth = utility(observer, outcome);
    model.least = std::min(model.least, worth);
    model.greatest = std::max(model.greatest, worth);
    model.of_partner->observe(outcome, time);
  }
}

void Table::stand_behind(std::size_t party, std::size_t outcome) {
  auto& seat = seats_[party];
  if (seat.first_stand == Seat::kNone) seat.first_stand = outcome;
  seat.last_stand = outcome;
  if (seat.said.empty() || (seat.said[outcome] & 1) != 0) return;
  seat.said[outcome] |= 1;
  ++seat.distinct_stands;
}

void Table::agree_on(std::size_t outcome) {
  agreement_ = outcome;
  status_ = Status::agreed;
}

double View::time_demand() const {
  const double least = bottom();
  const double asked = (greatest() - least) * aspiration() + least;
  if (convention() != Convention::negmas) return asked;
  return std::clamp(asked - kDemandSlack, least, greatest());
}

double View::partners_utility(std::size_t outcome) const {
  double sum = 0;
  for (std::size_t partner = 0; partner < parties(); ++partner)
    if (partner != self_) sum += model(partner).utility(outcome);
  return sum / static_cast<double>(parties() - 1);
}

std::size_t View::outcome_worth(double utility) const {
  const auto& ranking = *own_.ranking;
  const auto first = seat_.first_rational;
  utility = std::min(utility, greatest());
  std::size_t rank = 0;
  if (convention() == Convention::negmas) {
    rank = ranking.worst_at_least(utility, first, seat_.near);
  } else {
    rank = std::max(first, ranking.first_at_least(utility, seat_.near));
    if (convention() == Convention::genius && rank > first) {
      const double below = ranking.utility_at(rank - 1);
      if (utility - below < ranking.utility_at(rank) - utility)
        rank = std::max(first, ranking.first_at_least(below, rank));  // the first of its ties
    }
  }
  seat_.near = rank;
  if (!has_model()) return ranking.outcome_at(rank);
  const double ceiling = ranking.utility_at(rank) + kIndifference;
  auto chosen = rank;
  double best = partners_utility(ranking.outcome_at(rank));
  for (auto other = rank + 1; other < ranking.size() && ranking.utility_at(other) <= ceiling;
       ++other) {
    const double seems = partners_utility(ranking.outcome_at(other));
    if (seems <= best) continue;
    best = seems;
    chosen = other;
  }
  return ranking.outcome_at(chosen);
}

}  // namespace tavolo::engine::negotiation
