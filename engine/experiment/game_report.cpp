#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "engine/experiment/bootstrap.h"
#include "engine/experiment/comparison.h"
#include "engine/experiment/games.h"
#include "engine/experiment/outcomes.h"
#include "engine/experiment/table.h"

namespace tavolo::engine {
namespace {

using Json = nlohmann::ordered_json;
using Rows = std::vector<std::vector<std::string>>;

constexpr std::uint64_t kSeed = 1;

std::vector<std::string> names(const EmpiricalGame& game, std::size_t profile) {
  std::vector<std::string> result;
  for (std::size_t p = 0; p < game.players.size(); ++p)
    result.push_back(game.strategies[p][game.strategy(profile, p)]);
  return result;
}

struct Findings {
  EmpiricalGame game;
  std::vector<double>
      stability;             ///< share of bootstrap samples in which a profile is an equilibrium
  std::vector<double> rank;  ///< alpha-rank
  std::vector<double> regret;
  std::vector<Interval> interval;
  MixedProfile evolved;
  std::vector<MixedProfile> mixed;  ///< of two players
};

Findings findings(const SampledGame& sampled, std::size_t draws) {
  Findings f;
  f.game = sampled.mean();
  f.rank = alpha_rank(f.game);
  f.evolved = replicator(f.game, 4000);
  constexpr std::size_t kMostSupports = 10;
  if (f.game.players.size() == 2 && f.game.strategies[0].size() <= kMostSupports &&
      f.game.strategies[1].size() <= kMostSupports)
    f.mixed = support_enumeration(f.game);
  const std::size_t profiles = f.game.profiles();
  f.stability.assign(profiles, 0);
  std::vector<std::vector<double>> regrets(profiles);
  for (std::size_t draw = 0; draw < draws; ++draw) {
    const EmpiricalGame sample = scaled(sampled.resampled(kSeed, draw));
    for (std::size_t i = 0; i < profiles; ++i) {
      regrets[i].push_back(profile_regret(sample, i));
      if (regrets[i].back() == 0) f.stability[i] += 1 / static_cast<double>(draws);
    }
  }
  const EmpiricalGame unit = scaled(f.game);
  const double level = expanded_level(static_cast<double>(sampled.replications.size()) - 1);
  for (std::size_t i = 0; i < profiles; ++i) {
    f.regret.push_back(profile_regret(unit, i));
    f.interval.push_back(percentile_interval(regrets[i], level));
  }
  return f;
}

std::string mixture_text(const EmpiricalGame& game, const MixedProfile& profile) {
  std::string text;
  for (std::size_t p = 0; p < profile.size(); ++p) {
    text += "  " + game.players[p] + ":";
    for (std::size_t s = 0; s < profile[p].size(); ++s)
      if (profile[p][s] > 0.0005)
        text += " " + game.strategies[p][s] + " " + human(100 * profile[p][s], 3) + " %";
    text += "\n";
  }
  return text;
}

}  // namespace

PlayerSpec parse_player(const std::string& text) {
  const auto equals = text.find('='), colon = text.rfind(':');
  if (equals == std::string::npos || colon == std::string::npos || colon < equals)
    throw InputError{"--player " + text + " is not understood.",
                     "A player has a name, strategies and an aim.",
                     "Write name=factor:response, as in government=policy:jobs_2030."};
  return {text.substr(0, equals), text.substr(equals + 1, colon - equals - 1),
          text.substr(colon + 1)};
}

SampledGame read_game(const StoreReader& store, std::span<const PlayerSpec> players) {
  const Experiment experiment = question_of(store);
  const Futures futures = read_futures(store);
  EmpiricalGame empty;
  // By player, the column of a design point that is its strategy; one past the end: the policy.
  std::vector<std::size_t> column;
  for (const auto& player : players) {
    const auto factor = std::find(futures.factors.begin(), futures.factors.end(), player.factor);
    if (factor == futures.factors.end() && player.factor != "policy")
      throw InputError{"factor \"" + player.factor + "\" of player " + player.name + " is not in " +
                           store.path() + ".",
                       "A player's strategies are the policies or the levels of a factor.",
                       "Name \"policy\" or one of its factors."};
    column.push_back(static_cast<std::size_t>(factor - futures.factors.begin()));
    empty.players.push_back(player.name);
    empty.strategies.emplace_back();
    for (const auto& levels : futures.levels)
      if (column.back() < levels.size() &&
          std::find(empty.strategies.back().begin(), empty.strategies.back().end(),
                    levels[column.back()]) == empty.strategies.back().end())
        empty.strategies.back().push_back(levels[column.back()]);
    if (player.factor == "policy") empty.strategies.back() = futures.strategies;
  }
  empty.payoff.assign(players.size(), std::vector<double>(empty.profiles(), 0));
  SampledGame sampled{std::vector<EmpiricalGame>(futures.replications, empty)};
  for (std::size_t p = 0; p < players.size(); ++p) {
    const auto found =
        std::find_if(experiment.responses.begin(), experiment.responses.end(),
                     [&](const auto& response) { return response.id == players[p].response; });
    if (found == experiment.responses.end() || found->kind == "ratio" || found->better.empty())
      throw InputError{"response \"" + players[p].response + "\" of player " + players[p].name +
                           " is not in " + store.path() + ", or does not say what is better.",
                       "A player is after a response with a direction.",
                       "Add it to the experiment, with better = \"max\" or \"min\"."};
    const Outcomes outcomes = read_outcomes(store, futures, *found);
    const double sign = found->better == "max" ? 1 : -1;
    std::vector<double> counts(empty.profiles(), 0);
    for (std::size_t s = 0; s < outcomes.strategies; ++s)
      for (std::size_t f = 0; f < outcomes.futures; ++f) {
        std::size_t profile = 0;
        for (std::size_t q = 0; q < players.size(); ++q) {
          const auto& names = empty.strategies[q];
          const auto& name = column[q] < futures.factors.size() ? futures.levels[f][column[q]]
                                                                : futures.strategies[s];
          profile =
              profile * names.size() +
              static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
        }
        ++counts[profile];
        for (std::size_t r = 0; r < outcomes.replications; ++r)
          sampled.replications[r].payoff[p][profile] += sign * outcomes.at(s, f, r);
      }
    for (auto& game : sampled.replications)
      for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] == 0)
          throw InputError{store.path() + " has no run of some combination of strategies.",
                           "A game needs them all.", "Cross the players' factors (a grid)."};
        game.payoff[p][i] /= counts[i];
      }
  }
  return sampled;
}

std::string game_text(const SampledGame& sampled, std::size_t draws) {
  const Findings f = findings(sampled, draws);
  std::string text =
      "Payoffs are means over " + std::to_string(sampled.replications.size()) +
      " replications and over factors that are no player's; of what is to be small, "
      "negative.\nRegret: what some player gains at most by leaving alone, as a share of the "
      "range of what it can get, with\nits 95 % bootstrap interval.\nStable: share of bootstrap "
      "samples in which nobody "
      "wants to leave. Alpha-rank: long-run share.\n\n";
  std::vector<std::size_t> order(f.game.profiles());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return f.rank[a] > f.rank[b]; });
  Rows rows{f.game.players};
  for (const auto& player : f.game.players) rows[0].push_back(player + " gets");
  rows[0].insert(rows[0].end(), {"regret", "95 %", "stable", "alpha-rank"});
  for (const auto i : order) {
    rows.push_back(names(f.game, i));
    for (const auto& payoff : f.game.payoff) rows.back().push_back(human(payoff[i]));
    rows.back().insert(
        rows.back().end(),
        {human(f.regret[i], 3), human(f.interval[i].low, 3) + " .. " + human(f.interval[i].high, 3),
         human(100 * f.stability[i], 3) + " %",
         f.rank[i] < 5e-5 ? "0 %" : human(100 * f.rank[i], 3) + " %"});
  }
  text += aligned(rows, f.game.players.size());
  const auto gone = dominated(f.game);
  text += gone.empty() ? "\nNo strategy is strictly dominated.\n" : "\nStrictly dominated:\n";
  for (const auto& d : gone)
    text += "  " + f.game.players[d.player] + ": " + f.game.strategies[d.player][d.strategy] +
            " by " + f.game.strategies[d.player][d.by] + " (round " + std::to_string(d.round) +
            ")\n";
  const auto pure = pure_equilibria(f.game);
  text += pure.empty() ? "\nNo pure Nash equilibrium.\n" : "\nPure Nash equilibria:\n";
  for (const auto i : pure) {
    text += " ";
    for (const auto& name : names(f.game, i)) text += " " + name;
    text += ", stable in " + human(100 * f.stability[i], 3) + " %\n";
  }
  for (const auto& profile : f.mixed) {
    const bool mixed =
        std::any_of(profile[0].begin(), profile[0].end(), [](double v) { return v > 0 && v < 1; });
    if (mixed) text += "\nMixed Nash equilibrium:\n" + mixture_text(f.game, profile);
  }
  return text + "\nReplicator dynamics settle (time average) at\n" +
         mixture_text(f.game, f.evolved) + "  where somebody could still gain " +
         human(100 * profile_regret(scaled(f.game), f.evolved), 2) + " % of its range\n";
}

std::string game_json(const SampledGame& sampled, std::size_t draws) {
  const Findings f = findings(sampled, draws);
  Json profiles = Json::array(), gone = Json::array();
  const auto pure = pure_equilibria(f.game);
  for (std::size_t i = 0; i < f.game.profiles(); ++i) {
    Json payoff = Json::array();
    for (const auto& values : f.game.payoff) payoff.push_back(values[i]);
    profiles.push_back({{"strategies", names(f.game, i)},
                        {"payoffs", std::move(payoff)},
                        {"regret", f.regret[i]},
                        {"regret_low", f.interval[i].low},
                        {"regret_high", f.interval[i].high},
                        {"equilibrium", std::find(pure.begin(), pure.end(), i) != pure.end()},
                        {"stability", f.stability[i]},
                        {"alpha_rank", f.rank[i]}});
  }
  for (const auto& d : dominated(f.game))
    gone.push_back({{"player", f.game.players[d.player]},
                    {"strategy", f.game.strategies[d.player][d.strategy]},
                    {"by", f.game.strategies[d.player][d.by]},
                    {"round", d.round}});
  const Json all{{"players", f.game.players},
                 {"strategies", f.game.strategies},
                 {"profiles", std::move(profiles)},
                 {"dominated", std::move(gone)},
                 {"mixed_equilibria", f.mixed},
                 {"replicator", f.evolved},
                 {"replicator_regret", profile_regret(scaled(f.game), f.evolved)}};
  return all.dump(2) + "\n";
}

}  // namespace tavolo::engine
