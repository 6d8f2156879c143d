#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace tavolo::engine {

/// A game of several players whose payoffs were estimated by simulation: every player has a few
/// strategies, every combination of them (a profile) gives every player a payoff.
struct PayoffTable {
  std::vector<std::size_t> strategies;       ///< how many each player has
  std::vector<std::vector<double>> payoffs;  ///< by player, then by profile

  std::size_t profiles() const;
  /// The strategy of a player in a profile; the last player's varies fastest.
  std::size_t strategy(std::size_t profile, std::size_t player) const;
  /// The profile in which this player alone plays otherwise.
  std::size_t deviation(std::size_t profile, std::size_t player, std::size_t strategy) const;
};

/// Profiles from which nobody gains by deviating alone: Nash equilibria in pure strategies.
/// @param slack a gain this small is none
std::vector<std::size_t> pure_equilibria(const PayoffTable& game, double slack = 0);

/// The largest gain of any player who deviates alone, by profile.
std::vector<double> profile_regrets(const PayoffTable& game);

/// Strategies of a player that another one of theirs beats in every profile of the others.
std::vector<std::size_t> strictly_dominated(const PayoffTable& game, std::size_t player);

/// Shares of time that evolution spends in each profile when a mutant that does better spreads
/// through a player's population: alpha-rank, Omidshafiei et al. (2019), Sci. Rep. 9, 9937, with
/// populations of `size` and selection of strength `alpha` on payoffs.
std::vector<double> alpha_rank(const PayoffTable& game, double alpha = 10, int size = 50);

/// The same of a symmetric game of two players from one population: payoff[i][j] of playing i
/// against j; shares of strategies.
std::vector<double> alpha_rank(const std::vector<std::vector<double>>& payoff, double alpha = 10,
                               int size = 50);

/// Long-run shares of the states of a Markov chain whose rows sum to 1 (Grassmann, Taksar & Heyman
/// 1985, Oper. Res. 33(5), 1107-1116: no subtraction, so no cancellation).
std::vector<double> stationary(std::vector<std::vector<double>> transition);

}  // namespace tavolo::engine
