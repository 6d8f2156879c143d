#pragma once

#include <string>
#include <vector>

#include "engine/experiment/game.h"
#include "engine/experiment/statistics.h"
#include "engine/experiment/store.h"

namespace tavolo::engine {

/// Who chooses what in a grid, and what for.
struct Player {
  std::string choice;    ///< "policy", or the path of a factor whose levels are the strategies
  std::string response;  ///< what the player wants more of; less, when it says better = "min"
};
/// "policy:jobs_2030". @throws InputError when there is no colon.
Player parse_player(const std::string& text);

/// A profile of strategies: the game's cells.
struct Profile {
  std::vector<std::string> strategies;  ///< by player
  std::vector<Estimate> payoffs;        ///< by player: mean of the response and its half width
  double regret = 0;                    ///< largest gain of a player who deviates alone, of means
  Interval regret_interval{0, 0};       ///< bootstrap over replications
  double equilibrium = 0;               ///< share of resamples in which nobody gains by deviating
  double alpha_rank = 0;                ///< share of time in the long run of evolution
};

struct Strategic {
  std::vector<Player> players;
  std::vector<Profile> profiles;       ///< the last player's strategy varies fastest
  std::vector<std::string> dominated;  ///< "player: strategy", of means
  std::size_t replications = 0;        ///< done in every profile
};

/// The empirical game of a grid: payoffs are means over replications, which all profiles share, as
/// every replication meets the same luck everywhere. Factors that nobody plays must have one level.
/// Payoffs enter alpha-rank divided by each player's range of them.
/// @throws InputError for another design, an unknown player, or runs that are missing.
Strategic read_game(const StoreReader& store, const std::vector<Player>& players,
                    std::size_t resamples = 1000);

std::string game_text(const StoreReader& store, const Strategic& strategic);
/// A line per profile.
std::string game_csv(const Strategic& strategic);

}  // namespace tavolo::engine
