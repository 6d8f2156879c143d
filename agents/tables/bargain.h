#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "agents/world.h"
#include "engine/random.h"

/// What all tables share: worth in money or utils on the protocol's scale, who sits and who signs,
/// the yardstick beside the deal, and the words of the chronicle.

namespace tavolo::agents {

using Ranking = engine::negotiation::Ranking;

/// The linear map from what outcomes are worth to a party to utilities in [0, 1]: the worst
/// feasible outcome is 0, the best 1. A reservation worth may lie outside.
struct Scale {
  double low = 0, span = 1;
  double utility(double worth) const { return (worth - low) / span; }
  double worth(double utility) const { return low + utility * span; }
};

/// Probability that a standard normal is below z.
double share_below(double z);

/// Puts `worth` (by outcome; engine::negotiation::kInfeasible where it cannot be) on its scale.
/// Where all outcomes are worth the same, the distance to `reservation_worth` sets the scale.
Scale to_utilities(std::vector<double>& worth, double reservation_worth);

/// Takes off the table, for all, what is infeasible for one and what every seated party would
/// gladly trade for another outcome: officials of all sides sift the terms before the principals
/// meet, so that what is put forward is efficient, while how far each would go stays its own
/// secret. Without it tactics that look at their own utility alone leave gains on a table of
/// several issues. `sides`: worth by outcome of every seated party.
void sift(std::span<std::vector<double>* const> sides);

std::shared_ptr<const Ranking> rank(std::vector<double> utilities);

/// How a party bargains: the strategy that the scenario names for its role, or by time with this
/// concession (Faratin's beta).
engine::negotiation::Strategy strategy_of(const std::string& named, double concession);

/// The same of a maker, whose posture may hold out or yield in its own way (stance.h).
engine::negotiation::Strategy maker_strategy(const Scenario&, const World&, int carmaker);

/// A maker's reservation value: what walking away is worth to it and what its posture claims of the
/// rest, on a scale whose best is 1.
double maker_reservation(const World&, int carmaker, double walking_away);

/// The deadline of the scenario, and luck that is the table's own.
engine::negotiation::Rules rules_of(const Scenario&, const World&, const TableState&);

/// A union's reservation value now, given how hard it stands.
double reservation(const UnionChair&, double resolve);

/// Chairs for the unions with members at these plants, in order of militancy; the first that
/// together speak for more than half of the voters are seated. Utilities are the caller's to set.
std::vector<UnionChair> union_chairs(const Scenario&, const World&, std::span<const int> plants);

/// What unions and members say to an outcome. A union signs what is not below its reservation value
/// today. Then all members vote, and a majority of those who do binds all: a member says yes to
/// what gives at least his own resolve of what a dispute could win. Members' resolve is normal
/// around that of their union (labour.member_resolve_sd), and the mood of the day moves all of them
/// alike (labour.ballot_sd):
///
///     yes = sum over unions of backing x Phi((gain - resolve + mood) / member_resolve_sd),
///     gain = (utility - status quo) / (full claim - status quo)
///
/// Where a dispute can win nothing, all are for what is no worse than the status quo.
struct Vote {
  std::vector<int> signers, outside;  ///< rows of unions
  double for_share = 0;               ///< of the members
  bool carried() const { return for_share > 0.5; }
};
/// Luck: Chance::ballot (name of the table), of the month.
Vote put_to_members(const Scenario&, const World&, const engine::Streams&, const TableState&,
                    std::size_t outcome);

/// The plants whose members vote at a table: its own, or all of its maker in the country of its
/// government.
std::vector<int> plants_at(const Scenario&, const World&, const TableState&);

/// The Nash point of the seated parties, of several the one nearest to a deal, and how far, in
/// utilities, the deal fell from it and from the Kalai-Smorodinsky point.
struct Yardstick {
  std::size_t nash = 0;  ///< outcome
  double distance = 0;
  double kalai_smorodinsky_distance = 0;
};
Yardstick judge(const engine::negotiation::Table&, std::size_t outcome);

/// What is kept of a table that has closed. `binds`: whether its deal was ratified; `for_share`: of
/// the members who voted for it, the last of the terms; -1: there was no vote.
engine::Minutes minutes_of(const TableState& table, Month closed, bool binds, double for_share);

/// The plants that a maker decides about in a country, running or idle, not about to close.
std::vector<int> plants_of(const Scenario&, const World&, int carmaker, int country);

/// What the chronicle says of tables.
namespace words {
std::string union_names(const Scenario&, std::span<const int> unions);
/// "; 63 % of the members are for it", or nothing where none were asked.
std::string voted(const Vote&);
/// "; FIOM-CGIL stays out", or nothing.
std::string stays_out(const Scenario&, std::span<const int> unions);
/// " (the Nash point)" or " (Nash point: …; distance 0.12)".
std::string beside(const Yardstick&, const std::string& nash_terms);
}  // namespace words

}  // namespace tavolo::agents
