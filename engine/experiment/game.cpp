#include "engine/experiment/game.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace tavolo::engine {
namespace {

/// The chance that one mutant, whose payoff is `gain` above the others', takes over a population.
double fixation(double gain, double alpha, int size) {
  const double x = alpha * gain;
  if (x == 0) return 1.0 / size;
  if (x > 0) return -std::expm1(-x) / -std::expm1(-size * x);
  // (1 - e^-x) / (1 - e^-mx) with both exponentials large
  return std::exp((size - 1) * x) * std::expm1(x) / std::expm1(size * x);
}

/// No row of the chain without a way out, however strong the selection.
constexpr double kLeast = 1e-100;

}  // namespace

std::size_t PayoffTable::profiles() const {
  std::size_t count = 1;
  for (const std::size_t own : strategies) count *= own;
  return count;
}

std::size_t PayoffTable::strategy(std::size_t profile, std::size_t player) const {
  for (std::size_t p = strategies.size(); --p > player;) profile /= strategies[p];
  return profile % strategies[player];
}

std::size_t PayoffTable::deviation(std::size_t profile, std::size_t player, std::size_t to) const {
  std::size_t stride = 1;
  for (std::size_t p = strategies.size(); --p > player;) stride *= strategies[p];
  return profile - strategy(profile, player) * stride + to * stride;
}

std::vector<double> profile_regrets(const PayoffTable& game) {
  std::vector<double> regrets(game.profiles(), 0);
  for (std::size_t profile = 0; profile < regrets.size(); ++profile)
    for (std::size_t p = 0; p < game.strategies.size(); ++p)
      for (std::size_t s = 0; s < game.strategies[p]; ++s)
        regrets[profile] =
            std::max(regrets[profile],
                     game.payoffs[p][game.deviation(profile, p, s)] - game.payoffs[p][profile]);
  return regrets;
}

std::vector<std::size_t> pure_equilibria(const PayoffTable& game, double slack) {
  const auto regrets = profile_regrets(game);
  std::vector<std::size_t> result;
  for (std::size_t profile = 0; profile < regrets.size(); ++profile)
    if (regrets[profile] <= slack) result.push_back(profile);
  return result;
}

std::vector<std::size_t> strictly_dominated(const PayoffTable& game, std::size_t player) {
  std::vector<std::size_t> result;
  for (std::size_t s = 0; s < game.strategies[player]; ++s)
    for (std::size_t other = 0; other < game.strategies[player]; ++other) {
      bool beats = other != s;
      for (std::size_t profile = 0; beats && profile < game.profiles(); ++profile)
        if (game.strategy(profile, player) == s)
          beats = game.payoffs[player][game.deviation(profile, player, other)] >
                  game.payoffs[player][profile];
      if (!beats) continue;
      result.push_back(s);
      break;
    }
  return result;
}

std::vector<double> alpha_rank(const PayoffTable& game, double alpha, int size) {
  const std::size_t n = game.profiles();
  std::size_t mutants = 0;
  for (const std::size_t own : game.strategies) mutants += own - 1;
  std::vector<std::vector<double>> chain(n, std::vector<double>(n, 0));
  for (std::size_t profile = 0; profile < n; ++profile) {
    for (std::size_t p = 0; p < game.strategies.size(); ++p)
      for (std::size_t s = 0; s < game.strategies[p]; ++s) {
        const std::size_t to = game.deviation(profile, p, s);
        if (to == profile) continue;
        const double gain = game.payoffs[p][to] - game.payoffs[p][profile];
        chain[profile][to] =
            std::max(kLeast, fixation(gain, alpha, size)) / static_cast<double>(mutants);
      }
  }
  return stationary(std::move(chain));
}

std::vector<double> alpha_rank(const std::vector<std::vector<double>>& payoff, double alpha,
                               int size) {
  const std::size_t n = payoff.size();
  std::vector<std::vector<double>> chain(n, std::vector<double>(n, 0));
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      if (i != j)
        chain[i][j] = std::max(kLeast, fixation(payoff[j][i] - payoff[i][j], alpha, size)) /
                      static_cast<double>(n - 1);
  return stationary(std::move(chain));
}

std::vector<double> stationary(std::vector<std::vector<double>> t) {
  const std::size_t n = t.size();
  assert(n > 0);
  for (std::size_t k = n; --k > 0;) {
    double out = 0;
    for (std::size_t j = 0; j < k; ++j) out += t[k][j];
    for (std::size_t i = 0; i < k; ++i) t[i][k] /= out;
    for (std::size_t i = 0; i < k; ++i)
      for (std::size_t j = 0; j < k; ++j)
        if (i != j) t[i][j] += t[i][k] * t[k][j];
  }
  std::vector<double> share(n, 0);
  share[0] = 1;
  for (std::size_t k = 1; k < n; ++k) {
    double sum = 1;
    for (std::size_t i = 0; i < k; ++i) share[k] += share[i] * t[i][k];
    sum += share[k];
    for (std::size_t i = 0; i <= k; ++i)
      share[i] /= sum;  // the first k sum to 1: nothing overflows
  }
  return share;
}

}  // namespace tavolo::engine
