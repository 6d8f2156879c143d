#include "engine/experiment/strategic.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "engine/experiment/bootstrap.h"
#include "engine/experiment/comparison.h"
#include "engine/experiment/table.h"

namespace tavolo::engine {
namespace {

/// Index of the strategy that a design point has for a player.
std::size_t strategy_at(const DesignPoint& point, const std::vector<std::string>& strategies,
                        std::size_t factor) {
  const std::string& own = factor < point.levels.size() ? point.levels[factor] : point.policy;
  return static_cast<std::size_t>(std::find(strategies.begin(), strategies.end(), own) -
                                  strategies.begin());
}

/// Ranges of payoffs differ between players; the strength of selection must not.
PayoffTable scaled(PayoffTable game) {
  for (auto& payoffs : game.payoffs) {
    const auto [least, most] = std::minmax_element(payoffs.begin(), payoffs.end());
    const double range = *most - *least;
    if (range > 0)
      for (double& value : payoffs) value /= range;
  }
  return game;
}

}  // namespace

Player parse_player(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == text.size())
    throw InputError{"--player " + text + " names no choice and payoff.",
                     "A player chooses the policy or the level of a factor, for a response.",
                     "Write policy:RESPONSE or path.of.factor:RESPONSE."};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

Strategic read_game(const StoreReader& store, const std::vector<Player>& players,
                    std::size_t resamples) {
  const Experiment experiment = question_of(store);
  const auto refuse = [&](const std::string& problem, const std::string& remedy) {
    throw InputError{problem,
                     "A game has a payoff for every player in every combination of "
                     "strategies.",
                     remedy};
  };
  if (experiment.by_sample())
    refuse("the design is one of samples.", "Sweep a grid: policies and levels of factors.");
  if (players.empty()) refuse("there is no player.", "Name them: --player policy:RESPONSE ….");
  Strategic result;
  result.players = players;
  PayoffTable game;
  std::vector<std::vector<std::string>> strategies;
  std::vector<std::size_t> factor_of;
  std::vector<std::vector<std::map<int, double>>> values;  // by player, then point
  std::vector<double> sign;
  for (const auto& player : players) {
    const auto factor = static_cast<std::size_t>(
        std::find(store.factors().begin(), store.factors().end(), player.choice) -
        store.factors().begin());
    if (factor == store.factors().size() && player.choice != "policy")
      refuse("\"" + player.choice + "\" is no factor of " + store.path() + ".",
             "A player chooses \"policy\" or a factor's path.");
    factor_of.push_back(factor);
    strategies.emplace_back();
    for (const auto& point : store.points()) {
      const std::string& own = factor < point.levels.size() ? point.levels[factor] : point.policy;
      if (std::find(strategies.back().begin(), strategies.back().end(), own) ==
          strategies.back().end())
        strategies.back().push_back(own);
    }
    game.strategies.push_back(strategies.back().size());
    const auto response = std::find_if(experiment.responses.begin(), experiment.responses.end(),
                                       [&](const Response& r) { return r.id == player.response; });
    if (response == experiment.responses.end() || response->kind == "ratio")
      refuse("\"" + player.response + "\" is no response that a run has.",
             "Name a response of kind value, total, mean or probability.");
    values.push_back(response_by_point(store, *response));
    sign.push_back(response->better == "min" ? -1 : 1);
  }
  if (game.profiles() != store.points().size())
    refuse(std::to_string(store.points().size()) + " design points are no " +
               std::to_string(game.profiles()) + " profiles of these players.",
           "Name a player for every factor with several levels, and for several policies.");

  std::vector<std::size_t> point_of(game.profiles());
  for (std::size_t p = 0; p < store.points().size(); ++p) {
    std::size_t profile = 0;
    for (std::size_t k = 0; k < players.size(); ++k)
      profile = profile * game.strategies[k] +
                strategy_at(store.points()[p], strategies[k], factor_of[k]);
    point_of[profile] = p;
  }
  // [player][profile][replication], whole.
  std::vector<std::vector<std::vector<double>>> series(
      players.size(), std::vector<std::vector<double>>(game.profiles()));
  for (const auto& [replication, value] : values[0][0]) {
    const bool everywhere = std::all_of(values[0].begin(), values[0].end(),
                                        [&](const auto& of) { return of.contains(replication); });
    if (!everywhere) continue;
    ++result.replications;
    for (std::size_t k = 0; k < players.size(); ++k)
      for (std::size_t profile = 0; profile < game.profiles(); ++profile)
        series[k][profile].push_back(values[k][point_of[profile]].at(replication));
  }
  if (result.replications < 2)
    refuse("fewer than two replications are done in every profile.",
           "Complete them: tavolo resume " + store.path() + ".");

  game.payoffs.assign(players.size(), std::vector<double>(game.profiles()));
  result.profiles.resize(game.profiles());
  for (std::size_t profile = 0; profile < game.profiles(); ++profile)
    for (std::size_t k = 0; k < players.size(); ++k) {
      result.profiles[profile].strategies.push_back(strategies[k][game.strategy(profile, k)]);
      const auto estimate = mean_estimate(series[k][profile]);
      result.profiles[profile].payoffs.push_back(estimate);
      game.payoffs[k][profile] = sign[k] * estimate.value;
    }
  const auto regrets = profile_regrets(game);
  const auto ranks = alpha_rank(scaled(game), 100);
  for (std::size_t k = 0; k < players.size(); ++k)
    for (const std::size_t s : strictly_dominated(game, k))
      result.dominated.push_back(players[k].choice + ": " + strategies[k][s]);

  const Resampler resampler{result.replications};
  std::vector<std::size_t> chosen;
  std::vector<std::vector<double>> drawn(game.profiles());
  std::vector<std::size_t> settled(game.profiles(), 0);
  PayoffTable again = game;
  for (std::size_t r = 0; r < resamples; ++r) {
    resampler.draw(r, chosen);
    for (std::size_t k = 0; k < players.size(); ++k)
      for (std::size_t profile = 0; profile < game.profiles(); ++profile) {
        double sum = 0;
        for (const std::size_t column : chosen) sum += series[k][profile][column];
        again.payoffs[k][profile] = sign[k] * sum / static_cast<double>(chosen.size());
      }
    const auto now = profile_regrets(again);
    for (std::size_t profile = 0; profile < now.size(); ++profile) {
      drawn[profile].push_back(now[profile]);
      if (now[profile] == 0) ++settled[profile];
    }
  }
  for (std::size_t profile = 0; profile < game.profiles(); ++profile) {
    auto& p = result.profiles[profile];
    p.regret = regrets[profile];
    p.regret_interval = percentile_interval(drawn[profile]);
    p.equilibrium = static_cast<double>(settled[profile]) / static_cast<double>(resamples);
    p.alpha_rank = ranks[profile];
  }
  return result;
}

std::string game_text(const StoreReader& store, const Strategic& strategic) {
  std::string text = store.meta("question") + "\n\nPayoffs: means over " +
                     std::to_string(strategic.replications) +
                     " replications ± 95 %. Regret: the most that a player gains by deviating "
                     "alone.\n\n";
  std::vector<std::vector<std::string>> rows(1);
  for (const auto& player : strategic.players) rows[0].push_back(player.choice);
  for (const auto& player : strategic.players) rows[0].push_back(player.response);
  for (const char* heading : {"regret", "95 %", "P(equilibrium)", "alpha-rank"})
    rows[0].push_back(heading);
  for (const auto& profile : strategic.profiles) {
    auto row = profile.strategies;
    for (const auto& payoff : profile.payoffs)
      row.push_back(human(payoff.value, payoff.half_width));
    row.push_back(human(profile.regret, 3));
    row.push_back(human(profile.regret_interval.low, 3) + " .. " +
                  human(profile.regret_interval.high, 3));
    row.push_back(human(profile.equilibrium, 2));
    row.push_back(human(profile.alpha_rank, 2));
    rows.push_back(std::move(row));
  }
  text += aligned(rows, strategic.players.size());
  text += "\nStrictly dominated in means:";
  for (const auto& strategy : strategic.dominated) text += " " + strategy + ";";
  if (strategic.dominated.empty()) text += " none;";
  text.back() = '.';
  return text + "\n";
}

std::string game_csv(const Strategic& strategic) {
  std::string text;
  for (const auto& player : strategic.players) text += csv_field(player.choice) + ",";
  for (std::size_t k = 0; k < strategic.players.size(); ++k) {
    const std::string name = csv_field(strategic.players[k].response);
    const std::string of = "payoff_" + std::to_string(k + 1) + "_" + name;
    text += of + "," + of + "_half_width,";
  }
  text += "regret,regret_low,regret_high,equilibrium,alpha_rank\n";
  for (const auto& profile : strategic.profiles) {
    for (const auto& strategy : profile.strategies) text += csv_field(strategy) + ",";
    for (const auto& payoff : profile.payoffs)
      text += exact(payoff.value) + "," + exact(payoff.half_width) + ",";
    text += exact(profile.regret) + "," + exact(profile.regret_interval.low) + "," +
            exact(profile.regret_interval.high) + "," + exact(profile.equilibrium) + "," +
            exact(profile.alpha_rank) + "\n";
  }
  return text;
}

}  // namespace tavolo::engine
