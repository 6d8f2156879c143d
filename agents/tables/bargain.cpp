#include "agents/tables/bargain.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numbers>

#include "agents/carmakers/stance.h"
#include "agents/chance.h"
#include "agents/market/accounts.h"
#include "agents/unions/mandate.h"
#include "agents/unions/workforce.h"
#include "agents/words.h"
#include "engine/negotiation/catalogue.h"
#include "engine/negotiation/solution.h"
#include "engine/negotiation/strategies.h"
#include "engine/random.h"
#include "engine/recorder.h"

namespace tavolo::agents {

using engine::negotiation::kInfeasible;

namespace {

/// A claim, in utilities, that is none.
constexpr double kNothing = 1e-12;

}  // namespace

double share_below(double z) { return std::erfc(-z / std::numbers::sqrt2) / 2; }

Scale to_utilities(std::vector<double>& worth, double reservation_worth) {
  double low = std::numeric_limits<double>::infinity(), high = kInfeasible;
  for (const double w : worth)
    if (w != kInfeasible) {
      low = std::min(low, w);
      high = std::max(high, w);
    }
  if (high == kInfeasible) return {};
  if (!(high - low > 1e-9 * std::max(std::abs(low), std::abs(high)))) {
    low = std::min(low, reservation_worth);
    high = std::max(high, reservation_worth);
  }
  const Scale scale{low, high > low ? high - low : 1};
  for (auto& w : worth)
    if (w != kInfeasible) w = std::clamp(scale.utility(w), 0.0, 1.0);
  return scale;
}

void sift(std::span<std::vector<double>* const> sides) {
  std::vector<engine::negotiation::Utilities> parties;
  for (auto* side : sides) {
    auto utilities = *side;
    to_utilities(utilities, 0);
    parties.push_back({std::move(utilities), 0});
  }
  std::vector<std::uint8_t> stays(sides.front()->size(), 0);
  for (const auto outcome : engine::negotiation::pareto_frontier(parties)) stays[outcome] = 1;
  for (auto* side : sides)
    for (std::size_t o = 0; o < stays.size(); ++o)
      if (!stays[o]) (*side)[o] = kInfeasible;
}

std::shared_ptr<const Ranking> rank(std::vector<double> utilities) {
  return std::make_shared<const Ranking>(std::move(utilities));
}

engine::negotiation::Strategy strategy_of(const std::string& named, double concession) {
  return named.empty() ? engine::negotiation::faratin(concession)
                       : engine::negotiation::make_strategy(named);
}

engine::negotiation::Strategy maker_strategy(const Scenario& scenario, const World& world,
                                             int carmaker) {
  const double concession = posture_of(world, carmaker).concession;
  return concession > 0 ? engine::negotiation::faratin(concession)
                        : strategy_of(scenario.carmaker_strategy,
                                      scenario.parameters.tables.carmaker_concession);
}

double maker_reservation(const World& world, int carmaker, double walking_away) {
  return walking_away + posture_of(world, carmaker).claim * std::max(0.0, 1 - walking_away);
}

engine::negotiation::Rules rules_of(const Scenario& scenario, const World& world,
                                    const TableState& table) {
  engine::Fingerprint name;
  name.add(table.name);
  return {std::max(1, static_cast<int>(std::lround(scenario.parameters.tables.rounds))),
          engine::negotiation::Convention::negmas,
          engine::Streams{world.talk_luck, name.value(),
                          static_cast<std::uint32_t>(table.opened.index)}};
}

double reservation(const UnionChair& chair, double resolve) {
  return chair.status_quo + resolve * (chair.full_claim - chair.status_quo);
}

std::vector<UnionChair> union_chairs(const Scenario& scenario, const World& world,
                                     std::span<const int> plants) {
  const auto all = delegates(scenario, world, plants);
  const std::size_t seated = smallest_majority(all);
  std::vector<UnionChair> chairs(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    chairs[i].row = all[i].union_row;
    chairs[i].weight = all[i].weight;
    chairs[i].seated = i < seated;
  }
  return chairs;
}

Vote put_to_members(const Scenario& scenario, const World& world, const engine::Streams& luck,
                    const TableState& table, std::size_t outcome) {
  const auto& labour = scenario.parameters.labour;
  const auto plants = plants_at(scenario, world, table);
  engine::Fingerprint name;
  name.add(table.name);
  const double mood = luck(Chance::ballot, name.value()).normal(0, labour.ballot_sd);
  Vote vote;
  double voters = 0, in_favour = 0;
  for (const auto& chair : table.unions) {
    voters += chair.weight;
    const double firmness = resolve(scenario, world, chair.row, plants);
    const double utility = chair.ranking->utility(outcome);
    (utility >= reservation(chair, firmness) ? vote.signers : vote.outside).push_back(chair.row);
    const double claim = chair.full_claim - chair.status_quo;
    if (claim <= kNothing)
      in_favour += utility >= chair.status_quo ? chair.weight : 0;
    else
      in_favour +=
          chair.weight * share_below(((utility - chair.status_quo) / claim - firmness + mood) /
                                     labour.member_resolve_sd);
  }
  vote.for_share = voters > 0 ? in_favour / voters : 1;
  return vote;
}

std::vector<int> plants_at(const Scenario& scenario, const World& world, const TableState& table) {
  if (table.plant >= 0) return {table.plant};
  return plants_of(scenario, world, table.carmaker,
                   scenario.governments[table.government].country.row);
}

Yardstick judge(const engine::negotiation::Table& session, std::size_t outcome) {
  std::vector<engine::negotiation::Utilities> parties;
  for (const auto& party : session.parties()) {
    const auto of = party.ranking->utilities();
    parties.push_back({{of.begin(), of.end()}, party.reservation});
  }
  const auto points = engine::negotiation::nash(parties);
  if (points.empty()) return {outcome, 0};
  const auto away = [&](const std::size_t& point) {
    return engine::negotiation::distance(parties, outcome, {&point, 1});
  };
  const auto nearest =
      std::min_element(points.begin(), points.end(),
                       [&](const auto& a, const auto& b) { return away(a) < away(b); });
  return {*nearest, away(*nearest),
          engine::negotiation::distance(parties, outcome,
                                        engine::negotiation::kalai_smorodinsky(parties))};
}

engine::Minutes minutes_of(const TableState& table, Month closed, bool binds, double for_share) {
  const auto& session = *table.session;
  engine::Minutes minutes;
  minutes.opened = table.opened;
  minutes.closed = closed;
  minutes.kind = table.kind;
  minutes.name = table.name;
  minutes.protocol = table.protocol;
  minutes.rounds = session.round();
  const auto deal = session.agreement();
  minutes.end = binds                 ? "agreed"
                : deal                ? "not ratified"
                : session.round() > 0 ? "timed out"
                                      : "no zone of agreement";
  for (std::size_t p = 0; p < session.parties().size(); ++p) {
    const auto& party = session.parties()[p];
    minutes.parties.push_back(
        {party.name, binds ? session.utility(p, *deal) : party.reservation, party.reservation});
  }
  for (const auto& proposal : session.trace()) {
    std::vector<double> utilities;
    for (std::size_t p = 0; p < session.parties().size(); ++p)
      utilities.push_back(session.utility(p, proposal.outcome));
    minutes.transcript.push_back({proposal.party, proposal.round, std::move(utilities)});
  }
  if (!binds) return minutes;
  const auto terms = *session.terms();
  for (std::size_t i = 0; i < terms.size(); ++i)
    minutes.terms.push_back({session.agenda().issues()[i].name, terms[i]});
  if (for_share >= 0) minutes.terms.push_back({"members_for_share", for_share});
  const auto yardstick = judge(session, *deal);
  minutes.nash_distance = yardstick.distance;
  minutes.kalai_smorodinsky_distance = yardstick.kalai_smorodinsky_distance;
  for (std::size_t p = 0; p < minutes.parties.size(); ++p)
    minutes.parties[p].nash = session.utility(p, yardstick.nash);
  return minutes;
}

std::vector<int> plants_of(const Scenario& scenario, const World& world, int carmaker,
                           int country) {
  std::vector<int> plants;
  for (std::size_t p = 0; p < scenario.plants.size(); ++p)
    if (scenario.plants[p].country.row == country && !world.plants[p].closing &&
        employs(scenario, world, static_cast<int>(p)) &&
        decider(scenario, scenario.plants[p].carmaker.row) == carmaker)
      plants.push_back(static_cast<int>(p));
  return plants;
}

namespace words {

std::string union_names(const Scenario& scenario, std::span<const int> unions) {
  std::vector<std::string> names;
  for (const int u : unions) names.push_back(scenario.unions[u].name);
  return listed(names);
}

std::string voted(const Vote& vote) {
  if (vote.signers.empty() && vote.outside.empty()) return "";
  return "; " + percent(vote.for_share) + " of the members are for it";
}

std::string stays_out(const Scenario& scenario, std::span<const int> unions) {
  if (unions.empty()) return "";
  return "; " + union_names(scenario, unions) + (unions.size() > 1 ? " stay out" : " stays out");
}

std::string beside(const Yardstick& yardstick, const std::string& nash_terms) {
  if (yardstick.distance < 0.005) return " (the Nash point)";
  char distance[32];
  std::snprintf(distance, sizeof distance, "%.2f", yardstick.distance);
  return " (Nash point: " + nash_terms + "; distance " + distance + ")";
}

}  // namespace words

}  // namespace tavolo::agents
