#pragma once

#include <functional>
#include <span>
#include <vector>

/// Nash equilibria of games in which each player sets one number, found by damped best responses
/// and certified by the most that anybody could still gain alone.
namespace tavolo::engine {

/// The greatest value of a function on an interval, and where.
struct Maximum {
  double argument = 0;
  double value = 0;
};

/// The maximum on [low, high]: the best of a grid of 64 intervals, refined by Brent's (1973) method
/// and, inside the interval, by a Newton step on five-point differences, which for a smooth
/// function finds the argument to some 1e-12 of the interval where comparing values alone ends at
/// 1e-8. Peaks narrower than a grid interval may be missed.
Maximum maximise(const std::function<double(double)>& function, double low, double high);

/// What a player may do.
struct ActionRange {
  double low = 0, high = 1;
};

/// A game of any number of players, each with one number to set.
struct Game {
  std::vector<ActionRange> actions;  ///< by player
  /// What `player` gains when everybody acts as told.
  std::function<double(std::size_t player, std::span<const double> actions)> payoff;
};

struct BestResponseOptions {
  double damping = 0.5;      ///< of the way to the best response that is gone each round, in (0, 1]
  double tolerance = 1e-11;  ///< of the widest range: below it nobody moves any more
  int rounds = 1'000;
};

struct Equilibrium {
  std::vector<double> actions;  ///< by player
  std::vector<double> payoffs;  ///< by player
  /// The certificate: no player can gain more than this by another action alone. An epsilon
  /// equilibrium of this epsilon, whether or not the search came to rest.
  double most_unilateral_gain = 0;
  int rounds = 0;
  bool at_rest = false;  ///< did actions stop moving? If not, responses cycle or more rounds help.
};

/// From `start`, everybody moves together by `damping` of the way to its best response, until
/// nobody moves. Which equilibrium is found, if there are several, depends on the start; there may
/// be none in single actions.
/// @throws InputError when a range is empty, the start lies outside or has another length, or
/// damping is not in (0, 1].
Equilibrium best_response_equilibrium(const Game&, std::span<const double> start,
                                      const BestResponseOptions& = {});

/// The most that any player could gain alone from these actions: at least 0.
double most_unilateral_gain(const Game&, std::span<const double> actions);

}  // namespace tavolo::engine
