#include "engine/experiment/games.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "engine/random.h"

namespace tavolo::engine {
namespace {

using Matrix = std::vector<std::vector<double>>;

/// Solves a x = b by elimination with pivots; nothing when a is singular.
std::optional<std::vector<double>> solve(Matrix a, std::vector<double> b) {
  const std::size_t n = b.size();
  for (std::size_t c = 0; c < n; ++c) {
    std::size_t pivot = c;
    for (std::size_t r = c + 1; r < n; ++r)
      if (std::abs(a[r][c]) > std::abs(a[pivot][c])) pivot = r;
    if (std::abs(a[pivot][c]) < 1e-12) return std::nullopt;
    std::swap(a[c], a[pivot]);
    std::swap(b[c], b[pivot]);
    for (std::size_t r = 0; r < n; ++r) {
      if (r == c) continue;
      const double factor = a[r][c] / a[c][c];
      for (std::size_t k = c; k < n; ++k) a[r][k] -= factor * a[c][k];
      b[r] -= factor * b[c];
    }
  }
  for (std::size_t i = 0; i < n; ++i) b[i] /= a[i][i];
  return b;
}

std::vector<std::size_t> members(std::size_t bits) {
  std::vector<std::size_t> result;
  for (std::size_t i = 0; bits >> i != 0; ++i)
    if (((bits >> i) & 1U) != 0) result.push_back(i);
  return result;
}

/// The mixture over `mixed` that makes all of `indifferent` worth the same; nothing when there is
/// none. worth(i, j): of i where the other plays j.
template <class Worth>
std::optional<std::vector<double>> equalising(const std::vector<std::size_t>& indifferent,
                                              const std::vector<std::size_t>& mixed,
                                              std::size_t strategies, const Worth& worth) {
  const std::size_t k = mixed.size();
  // Unknown: k probabilities and the common value.
  Matrix a(k + 1, std::vector<double>(k + 1, 0));
  std::vector<double> b(k + 1, 0);
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = 0; j < k; ++j) a[i][j] = worth(indifferent[i], mixed[j]);
    a[i][k] = -1;
    a[k][i] = 1;
  }
  b[k] = 1;
  const auto x = solve(std::move(a), std::move(b));
  if (!x) return std::nullopt;
  std::vector<double> mixture(strategies, 0);
  for (std::size_t j = 0; j < k; ++j) {
    if ((*x)[j] <= 1e-12) return std::nullopt;  // a smaller support
    mixture[mixed[j]] = (*x)[j];
  }
  return mixture;
}

double fixation(double gain, double alpha, int m) {
  const double x = alpha * gain;
  if (x == 0) return 1.0 / m;
  if (x > 0) return std::expm1(-x) / std::expm1(-m * x);
  // The same with both exponentials divided by the larger one.
  return std::exp((m - 1) * x) * std::expm1(x) / std::expm1(m * x);
}

/// Stationary distribution by the elimination of Grassmann, Taksar & Heyman (1985), Operations
/// Research 33(5), 1107-1116: no subtractions, so that small rates keep their digits. The diagonal
/// is not read.
std::vector<double> stationary(Matrix p) {
  const std::size_t n = p.size();
  for (std::size_t k = n; k-- > 1;) {
    double out = 0;
    for (std::size_t j = 0; j < k; ++j) out += p[k][j];
    for (std::size_t i = 0; i < k; ++i) p[i][k] /= out;
    for (std::size_t i = 0; i < k; ++i)
      for (std::size_t j = 0; j < k; ++j)
        if (i != j) p[i][j] += p[i][k] * p[k][j];
  }
  std::vector<double> x(n, 0);
  x[0] = 1;
  double total = 1;
  for (std::size_t k = 1; k < n; ++k) {
    for (std::size_t i = 0; i < k; ++i) x[k] += x[i] * p[i][k];
    total += x[k];
  }
  for (double& v : x) v /= total;
  return x;
}

constexpr double kLeastRate = 1e-15;

enum class Resampling : std::uint32_t { kReplications = 1 };

EmpiricalGame average(const std::vector<EmpiricalGame>& games,
                      const std::vector<std::size_t>& rows) {
  EmpiricalGame result = games.front();
  for (std::size_t p = 0; p < result.payoff.size(); ++p)
    for (std::size_t i = 0; i < result.payoff[p].size(); ++i) {
      double sum = 0;
      for (const auto row : rows) sum += games[row].payoff[p][i];
      result.payoff[p][i] = sum / static_cast<double>(rows.size());
    }
  return result;
}

}  // namespace

EmpiricalGame scaled(EmpiricalGame game) {
  for (auto& values : game.payoff) {
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    const double least = *low, range = *high - least;
    for (double& v : values) v = range > 0 ? (v - least) / range : 0;
  }
  return game;
}

std::size_t EmpiricalGame::profiles() const {
  std::size_t n = 1;
  for (const auto& s : strategies) n *= s.size();
  return n;
}

std::size_t EmpiricalGame::strategy(std::size_t profile, std::size_t player) const {
  for (std::size_t p = strategies.size() - 1; p > player; --p) profile /= strategies[p].size();
  return profile % strategies[player].size();
}

std::size_t EmpiricalGame::with(std::size_t profile, std::size_t player, std::size_t chosen) const {
  std::size_t step = 1;
  for (std::size_t p = strategies.size() - 1; p > player; --p) step *= strategies[p].size();
  return profile + step * chosen - step * strategy(profile, player);
}

std::vector<Dominance> dominated(const EmpiricalGame& game) {
  std::vector<Dominance> result;
  std::vector<std::vector<bool>> gone;
  for (const auto& s : game.strategies) gone.emplace_back(s.size(), false);
  const auto alive = [&](std::size_t profile) {
    for (std::size_t p = 0; p < game.players.size(); ++p)
      if (gone[p][game.strategy(profile, p)]) return false;
    return true;
  };
  const auto dominates = [&](std::size_t player, std::size_t by, std::size_t strategy) {
    for (std::size_t profile = 0; profile < game.profiles(); ++profile)
      if (game.strategy(profile, player) == strategy && alive(profile) &&
          game.payoff[player][game.with(profile, player, by)] <= game.payoff[player][profile])
        return false;
    return true;
  };
  for (int round = 1;; ++round) {
    std::vector<Dominance> found;
    for (std::size_t p = 0; p < game.players.size(); ++p)
      for (std::size_t s = 0; s < game.strategies[p].size(); ++s)
        for (std::size_t by = 0; by < game.strategies[p].size() && !gone[p][s]; ++by)
          if (by != s && !gone[p][by] && dominates(p, by, s)) {
            found.push_back({p, s, by, round});
            break;
          }
    if (found.empty()) return result;
    for (const auto& d : found) gone[d.player][d.strategy] = true;
    result.insert(result.end(), found.begin(), found.end());
  }
}

double profile_regret(const EmpiricalGame& game, std::size_t profile) {
  double regret = 0;
  for (std::size_t p = 0; p < game.players.size(); ++p)
    for (std::size_t s = 0; s < game.strategies[p].size(); ++s)
      regret = std::max(regret, game.payoff[p][game.with(profile, p, s)] - game.payoff[p][profile]);
  return regret;
}

std::vector<std::size_t> pure_equilibria(const EmpiricalGame& game, double epsilon) {
  std::vector<std::size_t> result;
  for (std::size_t profile = 0; profile < game.profiles(); ++profile)
    if (profile_regret(game, profile) <= epsilon) result.push_back(profile);
  return result;
}

std::vector<double> payoffs_against(const EmpiricalGame& game, const MixedProfile& profile,
                                    std::size_t player) {
  std::vector<double> worth(game.strategies[player].size(), 0);
  for (std::size_t i = 0; i < game.profiles(); ++i) {
    double probability = 1;
    for (std::size_t p = 0; p < game.players.size(); ++p)
      if (p != player) probability *= profile[p][game.strategy(i, p)];
    worth[game.strategy(i, player)] += probability * game.payoff[player][i];
  }
  return worth;
}

double profile_regret(const EmpiricalGame& game, const MixedProfile& profile) {
  double regret = 0;
  for (std::size_t p = 0; p < game.players.size(); ++p) {
    const auto worth = payoffs_against(game, profile, p);
    double got = 0;
    for (std::size_t s = 0; s < worth.size(); ++s) got += profile[p][s] * worth[s];
    regret = std::max(regret, *std::max_element(worth.begin(), worth.end()) - got);
  }
  return regret;
}

std::vector<MixedProfile> support_enumeration(const EmpiricalGame& game) {
  assert(game.players.size() == 2);
  const EmpiricalGame unit = scaled(game);
  const std::size_t rows = game.strategies[0].size(), columns = game.strategies[1].size();
  assert(rows < 20 && columns < 20);
  const auto of_row = [&](std::size_t i, std::size_t j) { return unit.payoff[0][i * columns + j]; };
  const auto of_column = [&](std::size_t j, std::size_t i) {
    return unit.payoff[1][i * columns + j];
  };
  std::vector<MixedProfile> equilibria;
  for (std::size_t a = 1; a < std::size_t{1} << rows; ++a)
    for (std::size_t b = 1; b < std::size_t{1} << columns; ++b) {
      if (std::popcount(a) != std::popcount(b)) continue;
      const auto mine = members(a), theirs = members(b);
      const auto y = equalising(mine, theirs, columns, of_row);
      if (!y) continue;
      const auto x = equalising(theirs, mine, rows, of_column);
      if (!x) continue;
      MixedProfile profile{*x, *y};
      if (profile_regret(unit, profile) <= 1e-9) equilibria.push_back(std::move(profile));
    }
  return equilibria;
}

MixedProfile replicator(const EmpiricalGame& game, std::size_t steps, double speed) {
  const EmpiricalGame unit = scaled(game);
  MixedProfile now, sum;
  for (const auto& s : game.strategies) {
    now.emplace_back(s.size(), 1 / static_cast<double>(s.size()));
    sum.emplace_back(s.size(), 0);
  }
  for (std::size_t step = 0; step < steps; ++step) {
    MixedProfile next = now;
    for (std::size_t p = 0; p < now.size(); ++p) {
      const auto worth = payoffs_against(unit, now, p);
      double total = 0;
      for (std::size_t s = 0; s < worth.size(); ++s)
        total += next[p][s] *= std::exp(speed * worth[s]);
      for (double& v : next[p]) v /= total;
    }
    now = std::move(next);
    if (step < steps / 2) continue;
    for (std::size_t p = 0; p < now.size(); ++p)
      for (std::size_t s = 0; s < now[p].size(); ++s) sum[p][s] += now[p][s];
  }
  for (auto& mixture : sum)
    for (double& v : mixture) v /= static_cast<double>(steps - steps / 2);
  return sum;
}

std::vector<double> alpha_rank(const EmpiricalGame& game, double alpha, int m) {
  const EmpiricalGame unit = scaled(game);
  double moves = 0;
  for (const auto& s : game.strategies) moves += static_cast<double>(s.size() - 1);
  Matrix rate(game.profiles(), std::vector<double>(game.profiles(), 0));
  for (std::size_t from = 0; from < rate.size(); ++from)
    for (std::size_t p = 0; p < game.players.size(); ++p)
      for (std::size_t s = 0; s < game.strategies[p].size(); ++s) {
        const std::size_t to = game.with(from, p, s);
        if (to == from) continue;
        const double gain = unit.payoff[p][to] - unit.payoff[p][from];
        rate[from][to] = std::max(kLeastRate, fixation(gain, alpha, m)) / moves;
      }
  return stationary(std::move(rate));
}

std::vector<double> alpha_rank(const Matrix& payoff, double alpha, int m) {
  double low = payoff[0][0], high = low;
  for (const auto& row : payoff)
    for (const double v : row) {
      low = std::min(low, v);
      high = std::max(high, v);
    }
  const double range = high > low ? high - low : 1;
  const std::size_t n = payoff.size();
  Matrix rate(n, std::vector<double>(n, 0));
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      // A mutant j among i: what it gets against them, less what they get against it.
      if (i != j)
        rate[i][j] =
            std::max(kLeastRate, fixation((payoff[j][i] - payoff[i][j]) / range, alpha, m)) /
            static_cast<double>(n - 1);
  return stationary(std::move(rate));
}

EmpiricalGame SampledGame::mean() const {
  std::vector<std::size_t> rows;
  for (std::size_t r = 0; r < replications.size(); ++r) rows.push_back(r);
  return average(replications, rows);
}

EmpiricalGame SampledGame::resampled(std::uint64_t seed, std::uint64_t draw) const {
  Draws draws = Streams{seed, draw}(Resampling::kReplications, 0);
  std::vector<std::size_t> rows;
  const auto n = static_cast<double>(replications.size());
  for (std::size_t r = 0; r < replications.size(); ++r)
    rows.push_back(
        std::min(replications.size() - 1, static_cast<std::size_t>(draws.uniform() * n)));
  return average(replications, rows);
}

}  // namespace tavolo::engine
