#include "engine/equilibrium.h"

#include <algorithm>
#include <boost/math/tools/minima.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "engine/error.h"

namespace tavolo::engine {
namespace {

/// One Newton step towards a zero of the derivative, by five-point differences.
double newton(const std::function<double(double)>& function, double at, double step) {
  const double a = function(at - 2 * step), b = function(at - step), c = function(at),
               d = function(at + step), e = function(at + 2 * step);
  const double slope = (a - 8 * b + 8 * d - e) / (12 * step);
  const double curvature = (-a + 16 * b - 30 * c + 16 * d - e) / (12 * step * step);
  return curvature < 0 ? at - slope / curvature : at;
}

Maximum best_response(const Game& game, std::span<const double> actions, std::size_t player) {
  std::vector<double> trial(actions.begin(), actions.end());
  return maximise(
      [&](double action) {
        trial[player] = action;
        return game.payoff(player, trial);
      },
      game.actions[player].low, game.actions[player].high);
}

void check(const Game& game, std::span<const double> start, const BestResponseOptions& options) {
  if (start.size() != game.actions.size())
    throw InputError{"the start has " + std::to_string(start.size()) + " actions for " +
                         std::to_string(game.actions.size()) + " players.",
                     "Every player acts.", "Give one action per player."};
  for (std::size_t player = 0; player < start.size(); ++player) {
    const auto& range = game.actions[player];
    const std::string who = "player " + std::to_string(player);
    if (!(range.low < range.high))
      throw InputError{who + " has an empty range of actions.", "It could do nothing.",
                       "Set its low below its high."};
    if (!(start[player] >= range.low && start[player] <= range.high))
      throw InputError{who + " starts outside its range of actions.",
                       "The search moves within the ranges.", "Start within them."};
  }
  if (!(options.damping > 0 && options.damping <= 1))
    throw InputError{"damping is " + std::to_string(options.damping) + ".",
                     "It is the part of the way to the best response that is gone.",
                     "Set it in (0, 1], 1 for plain best responses."};
}

}  // namespace

Maximum maximise(const std::function<double(double)>& function, double low, double high) {
  constexpr int kIntervals = 64;
  const double width = (high - low) / kIntervals;
  int best = 0;
  Maximum maximum{low, function(low)};
  for (int i = 1; i <= kIntervals; ++i) {
    const double x = i == kIntervals ? high : low + i * width;
    const double value = function(x);
    if (value > maximum.value) {
      maximum = {x, value};
      best = i;
    }
  }
  const double left = low + std::max(0, best - 1) * width;
  const double right = best >= kIntervals - 1 ? high : low + (best + 1) * width;
  const auto fall = [&](double x) { return -function(x); };
  constexpr int kBits = std::numeric_limits<double>::digits / 2;
  const auto [argument, value] = boost::math::tools::brent_find_minima(fall, left, right, kBits);
  if (-value > maximum.value) maximum = {argument, -value};

  const double step = 5e-4 * (high - low);
  if (maximum.argument - 2 * step >= low && maximum.argument + 2 * step <= high) {
    const double refined = newton(function, maximum.argument, step);
    // values near the top differ by less than their rounding: a refinement is small and costs none
    const double there = function(std::clamp(refined, low, high));
    const double rounding = 1e-14 * (std::abs(maximum.value) + std::abs(there));
    if (std::abs(refined - maximum.argument) <= 1e-4 * (high - low) &&
        there >= maximum.value - rounding)
      maximum = {refined, there};
  }
  return maximum;
}

double most_unilateral_gain(const Game& game, std::span<const double> actions) {
  double most = 0;
  for (std::size_t player = 0; player < actions.size(); ++player)
    most =
        std::max(most, best_response(game, actions, player).value - game.payoff(player, actions));
  return most;
}

Equilibrium best_response_equilibrium(const Game& game, std::span<const double> start,
                                      const BestResponseOptions& options) {
  check(game, start, options);
  double widest = 0;
  for (const auto& range : game.actions) widest = std::max(widest, range.high - range.low);
  Equilibrium equilibrium;
  equilibrium.actions.assign(start.begin(), start.end());
  std::vector<double> responses(start.size());
  while (!equilibrium.at_rest && equilibrium.rounds < options.rounds) {
    ++equilibrium.rounds;
    double farthest = 0;
    for (std::size_t player = 0; player < responses.size(); ++player) {
      responses[player] = best_response(game, equilibrium.actions, player).argument;
      farthest = std::max(farthest, std::abs(responses[player] - equilibrium.actions[player]));
    }
    equilibrium.at_rest = farthest <= options.tolerance * widest;
    for (std::size_t player = 0; player < responses.size(); ++player)
      equilibrium.actions[player] +=
          options.damping * (responses[player] - equilibrium.actions[player]);
  }
  for (std::size_t player = 0; player < responses.size(); ++player)
    equilibrium.payoffs.push_back(game.payoff(player, equilibrium.actions));
  equilibrium.most_unilateral_gain = most_unilateral_gain(game, equilibrium.actions);
  return equilibrium;
}

}  // namespace tavolo::engine
