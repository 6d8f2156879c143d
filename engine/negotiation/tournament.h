#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/experiment/statistics.h"
#include "engine/negotiation/domain.h"
#include "engine/negotiation/negotiator.h"
#include "engine/negotiation/table.h"

/// Strategies against each other over domains, in every role, as the field compares them (ANAC).
namespace tavolo::engine::negotiation {

/// Mean and spread of a stream of numbers without keeping them: Welford (1962), Technometrics 4;
/// two streams are joined as in Chan, Golub & LeVeque (1983), The American Statistician 37.
class RunningMean {
 public:
  void add(double value);
  void join(const RunningMean& other);
  std::size_t n() const { return n_; }
  double mean() const;                ///< NaN of no data
  double standard_deviation() const;  ///< with n - 1; NaN of fewer than two

 private:
  std::size_t n_ = 0;
  double mean_ = 0, squares_ = 0;
};

/// A domain made ready for many negotiations: every party has ranked every outcome, and the
/// yardsticks are known.
struct Arena {
  std::string name;
  std::shared_ptr<const Agenda> agenda;
  std::vector<std::string> parties;
  std::vector<Utilities> wishes;  ///< by party; what is infeasible for one is so for all
  std::vector<std::shared_ptr<const Ranking>> rankings;
  std::vector<double> discounts;
  std::vector<std::size_t> nash, pareto;  ///< outcomes

  explicit Arena(const Domain& domain);
  /// The parties with a strategy each, as many as there are parties.
  std::vector<Party> seat(const std::vector<std::shared_ptr<const Strategy>>& strategies) const;
};

struct TournamentDesign {
  std::vector<Strategy> strategies;
  std::vector<Arena> arenas;
  std::string protocol = "saop";  ///< as make_protocol()
  int rounds = 100;
  Convention convention = Convention::negmas;
  int repetitions = 1;     ///< with luck of their own; of use to strategies or protocols that draw
  std::uint64_t seed = 1;  ///< repetition r meets the same luck whoever plays
};

/// How a strategy did. A block is one domain, one strategy of the partners and one role, with the
/// mean of its repetitions; utilities are payoffs (Protocol::payoff()).
struct Score {
  std::string strategy;
  Estimate utility;         ///< mean over blocks, Student's t interval
  double std_dev = 0;       ///< of its utility from negotiation to negotiation
  double partners = 0;      ///< mean utility of its partners
  double agreed = 0;        ///< share of its negotiations that end in agreement
  Interval agreed_between;  ///< Wilson's score interval, as if they were drawn independently
  double rounds = 0;        ///< mean, of those that end in agreement
  double nash_distance = 0, pareto_distance = 0;  ///< mean, of those that end in agreement
};

/// Two strategies in the same blocks.
struct Contest {
  std::size_t first = 0, second = 0;  ///< rows of TournamentResult::scores
  Estimate difference;                ///< of utility, first - second, over paired blocks
  double p = 1;                       ///< of no difference: paired t-test, two-sided
  double p_holm = 1;                  ///< the same for all contests at once: Holm (1979)
};

struct TournamentResult {
  std::vector<Score> scores;  ///< in the order of the design
  /// Row's mean utility when all its partners play the column's strategy.
  std::vector<std::vector<double>> payoffs;
  std::vector<std::vector<double>> agreed;  ///< share of these negotiations
  std::vector<Contest> contests;            ///< every pair, once
  std::size_t negotiations = 0;
};

/// Every strategy in every role of every domain against partners who all play one strategy, itself
/// included. On all cores; results do not depend on how many.
///
/// The tests of `contests` pair by domain, partners' strategy and role, so that what a domain gives
/// everybody cancels out. Blocks of one domain are not independent of each other: with few domains
/// the p-values flatter.
/// @throws InputError for an unknown protocol.
TournamentResult run_tournament(const TournamentDesign& design);

}  // namespace tavolo::engine::negotiation
