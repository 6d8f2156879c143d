#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/experiment/statistics.h"
#include "engine/experiment/store.h"

namespace tavolo::engine {

/// The game that a crossed sweep is: players whose strategies are its policies and the levels of
/// its factors, and what each gets in every combination. Empirical game-theoretic analysis: Wellman
/// (2006), AAAI-06, 1552-1555.
struct EmpiricalGame {
  std::vector<std::string> players = {};
  std::vector<std::vector<std::string>> strategies = {};  ///< by player
  std::vector<std::vector<double>> payoff = {};           ///< by player, then profile

  std::size_t profiles() const;
  /// A profile is a number whose last digit, that of the last player, runs fastest.
  std::size_t strategy(std::size_t profile, std::size_t player) const;
  std::size_t with(std::size_t profile, std::size_t player, std::size_t strategy) const;
};

/// Each player's payoffs from 0 to 1, so that players' regrets can be laid side by side; what never
/// varies becomes 0.
EmpiricalGame scaled(EmpiricalGame game);

/// A probability for every strategy of every player.
using MixedProfile = std::vector<std::vector<double>>;

/// Strictly dominated: another pure strategy is better against whatever the others do.
struct Dominance {
  std::size_t player, strategy, by;
  int round;  ///< of elimination, from 1: those of round 2 are dominated once round 1's are gone
};
std::vector<Dominance> dominated(const EmpiricalGame& game);

/// Profiles from which no player gains more than `epsilon` alone.
std::vector<std::size_t> pure_equilibria(const EmpiricalGame& game, double epsilon = 0);

/// What a player gains at most by leaving a pure profile alone; the largest over players.
double profile_regret(const EmpiricalGame& game, std::size_t profile);
/// The same of a mixed one: 0 in a Nash equilibrium.
double profile_regret(const EmpiricalGame& game, const MixedProfile& profile);
/// A player's expected payoff of each strategy against the others' mixtures.
std::vector<double> payoffs_against(const EmpiricalGame& game, const MixedProfile& profile,
                                    std::size_t player);

/// All equilibria of a nondegenerate game of two players, pure ones too, by support enumeration:
/// supports of equal size, each indifferent over its own. Nisan, Roughgarden, Tardos & Vazirani
/// (2007), "Algorithmic EmpiricalGame Theory", algorithm 3.4. Exponential: for up to some ten
/// strategies.
std::vector<MixedProfile> support_enumeration(const EmpiricalGame& game);

/// Where replicator dynamics from even mixtures come to after `steps`, averaged over the second
/// half of the way (the time average, which is what settles where play cycles); any number of
/// players. Payoffs are scaled to a range of 1. Taylor & Jonker (1978), Math. Biosciences 40,
/// 145-156; in the discrete, exponential form of multiplicative weights. Look at profile_regret
/// before calling it an equilibrium.
MixedProfile replicator(const EmpiricalGame& game, std::size_t steps = 20'000, double speed = 0.05);

/// Long-run share of every profile when now and then one player tries another strategy and
/// keeps it with the fixation probability of a population of `m`,
///     rho = (1 - exp(-alpha d)) / (1 - exp(-m alpha d)), 1/m for d = 0,
/// d what the player gains: alpha-rank, Omidshafiei et al. (2019), Scientific Reports 9, 9937.
/// Payoffs are scaled to a range of 1 for each player. Probabilities below 1e-15 count as that, so
/// that the chain has one stationary distribution.
std::vector<double> alpha_rank(const EmpiricalGame& game, double alpha = 50, int m = 50);
/// The same of one population: strategies of a symmetric game, payoff[i][j] of i against j.
std::vector<double> alpha_rank(const std::vector<std::vector<double>>& payoff, double alpha = 50,
                               int m = 50);

/// A player and where a sweep has it.
struct PlayerSpec {
  std::string name;
  std::string factor;    ///< a factor's path; "policy": the policies
  std::string response;  ///< what it is after, with a direction; not a ratio
};

/// "government=policy:jobs_2030". @throws InputError
PlayerSpec parse_player(const std::string& text);

/// A game by replication: payoffs that share luck stay together when they are resampled. Where a
/// response is to be small its payoff is the negative. Factors that are no player's are averaged
/// over.
struct SampledGame {
  std::vector<EmpiricalGame> replications;  ///< with equal players and strategies
  EmpiricalGame mean() const;
  /// Mean of replications drawn with replacement; a function of (seed, draw).
  EmpiricalGame resampled(std::uint64_t seed, std::uint64_t draw) const;
};
/// @throws InputError when the store lacks a factor, a response, or runs of a profile.
SampledGame read_game(const StoreReader& store, std::span<const PlayerSpec> players);

/// What `tavolo analyse game STORE` says: payoffs, dominated strategies, equilibria, how often each
/// profile is one in the bootstrap, its regret with an interval, alpha-rank.
std::string game_text(const SampledGame& sampled, std::size_t draws = 1000);
std::string game_json(const SampledGame& sampled, std::size_t draws = 1000);

}  // namespace tavolo::engine
