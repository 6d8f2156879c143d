#include "engine/negotiation/protocol.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace tavolo::engine::negotiation {
namespace {

constexpr double kDemandSlack = 1e-4;

/// What a party cannot agree to is off the table for all.
void strike_out_infeasible(std::vector<Party>& parties) {
  const auto outcomes = parties.front().ranking->outcomes();
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

/// The least a party may ask for: its reservation value, or its worst outcome if that is better.
double bottom(const Party& party) { return std::max(party.ranking->least(), party.reservation); }

}  // namespace

AlternatingOffers::AlternatingOffers(Agenda agenda, std::vector<Party> parties, int rounds)
    : setting_{set_up(std::move(agenda), std::move(parties), rounds)} {
  const auto party_count = setting_->parties.size();
  records_.resize(party_count);
  if (anybody_cannot_gain()) return;
  status_ = Status::open;
  trace_.reserve(party_count * static_cast<std::size_t>(rounds));
  if (setting_->counts_distinct_offers)
    for (auto& record : records_) record.stands.resize(setting_->agenda.outcomes());
}

std::shared_ptr<const AlternatingOffers::Setting> AlternatingOffers::set_up(
    Agenda agenda, std::vector<Party> parties, int rounds) {
  assert(parties.size() >= 2 && rounds >= 1);
  for ([[maybe_unused]] const auto& party : parties)
    assert(party.ranking->outcomes() == agenda.outcomes());
  strike_out_infeasible(parties);

  auto setting = std::make_shared<Setting>(
      Setting{std::move(agenda), std::move(parties), rounds, false, {}, {}});
  for (const auto& party : setting->parties) {
    const auto& ranking = *party.ranking;
    setting->counts_distinct_offers |= party.tactic.kind == Tactic::Kind::micro;
    setting->first_rational.push_back(ranking.first_at_least(party.reservation));
    auto& demands = setting->time_demands.emplace_back();
    if (party.tactic.kind != Tactic::Kind::time_dependent ||
        setting->first_rational.back() == ranking.size())
      continue;
    const double least = bottom(party);
    const double range = ranking.greatest() - least;
    demands.reserve(static_cast<std::size_t>(rounds));
    for (int round = 1; round <= rounds; ++round) {
      const double asked = range * party.tactic.aspiration(round, rounds) + least - kDemandSlack;
      demands.push_back(std::clamp(asked, least, ranking.greatest()));
    }
  }
  return setting;
}

bool AlternatingOffers::anybody_cannot_gain() const {
  for (std::size_t party = 0; party < setting_->parties.size(); ++party)
    if (setting_->first_rational[party] == setting_->parties[party].ranking->size()) return true;
  return false;
}

Status AlternatingOffers::play(int rounds_now) {
  for (; rounds_now > 0 && status_ == Status::open; --rounds_now) play_round();
  return status_;
}

void AlternatingOffers::play_round() {
  ++round_;
  for (std::size_t party = 0; party < records_.size(); ++party) {
    const double demanded = demand(party);
    if (standing_ && utility(party, *standing_) >= demanded) {
      stand_behind(party, *standing_);
      if (++backers_ == records_.size()) {
        status_ = Status::agreed;
        return;
      }
    } else {
      standing_ = propose(party, demanded);
      backers_ = 1;
      stand_behind(party, *standing_);
      trace_.push_back({static_cast<int>(party), round_, *standing_});
    }
  }
  if (round_ == setting_->rounds) status_ = Status::timed_out;
}

/// The rank of the outcome that a MiCRO party would put forward now: one further down if no
/// partner is behind it, else the last one again.
std::size_t AlternatingOffers::micro_rank(std::size_t party) const {
  auto partner_stands = setting_->agenda.outcomes();
  for (std::size_t partner = 0; partner < records_.size(); ++partner)
    if (partner != party)
      partner_stands = std::min(partner_stands, records_[partner].distinct_stands);
  const auto best = setting_->parties[party].ranking->size() - 1;
  const auto rational = best - setting_->first_rational[party] + 1;
  const auto conceded = records_[party].conceded;
  const bool goes_on = conceded <= partner_stands && conceded < rational;
  return best - (goes_on ? conceded : conceded - 1);
}

/// The utility that a party asks for now: it accepts nothing that gives it less.
double AlternatingOffers::demand(std::size_t party) const {
  const auto& self = setting_->parties[party];
  switch (self.tactic.kind) {
    case Tactic::Kind::time_dependent:
      return setting_->time_demands[party][static_cast<std::size_t>(round_ - 1)];
    case Tactic::Kind::micro:
      return self.ranking->utility_at(micro_rank(party));
    case Tactic::Kind::tit_for_tat:
      break;
  }
  std::optional<double> received;
  for (std::size_t partner = 0; partner < records_.size(); ++partner) {
    const auto& record = records_[partner];
    if (partner == party || !record.first_stand) continue;
    const double gain =
        self.ranking->utility(*record.last_stand) - self.ranking->utility(*record.first_stand);
    received = std::min(received.value_or(gain), gain);
  }
  const double best = self.ranking->greatest();
  return std::clamp(best - received.value_or(0), bottom(self), best);
}

std::size_t AlternatingOffers::propose(std::size_t party, double demanded) {
  const auto& ranking = *setting_->parties[party].ranking;
  if (setting_->parties[party].tactic.kind != Tactic::Kind::micro)
    return ranking.outcome_at(ranking.worst_at_least(demanded, setting_->first_rational[party]));
  const auto rank = micro_rank(party);
  records_[party].conceded = ranking.size() - rank;
  return ranking.outcome_at(rank);
}

void AlternatingOffers::stand_behind(std::size_t party, std::size_t outcome) {
  auto& record = records_[party];
  if (!record.first_stand) record.first_stand = outcome;
  record.last_stand = outcome;
  if (record.stands.empty() || record.stands[outcome]) return;
  record.stands[outcome] = 1;
  ++record.distinct_stands;
}

std::optional<std::size_t> AlternatingOffers::agreement() const {
  return status_ == Status::agreed ? standing_ : std::nullopt;
}

std::optional<Offer> AlternatingOffers::terms() const {
  if (status_ != Status::agreed) return std::nullopt;
  return setting_->agenda.offer(*standing_);
}

}  // namespace tavolo::engine::negotiation
