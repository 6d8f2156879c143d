#include "engine/negotiation/solution.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace tavolo::engine::negotiation {
namespace {

bool is_feasible(std::span<const Utilities> parties, std::size_t outcome) {
  return std::all_of(parties.begin(), parties.end(),
                     [&](const Utilities& party) { return party.of[outcome] != kInfeasible; });
}

double welfare(std::span<const Utilities> parties, std::size_t outcome) {
  double sum = 0;
  for (const auto& party : parties) sum += party.of[outcome];
  return sum;
}

std::vector<double> reservations(std::span<const Utilities> parties) {
  std::vector<double> values;
  for (const auto& party : parties) values.push_back(party.reservation);
  return values;
}

/// `disagreement`, or the reservation values when it is empty.
std::vector<double> starting_point(std::span<const Utilities> parties,
                                   std::span<const double> disagreement) {
  assert(disagreement.empty() || disagreement.size() == parties.size());
  return disagreement.empty() ? reservations(parties)
                              : std::vector<double>(disagreement.begin(), disagreement.end());
}

bool is_rational(std::span<const Utilities> parties, std::span<const double> disagreement,
                 std::size_t outcome) {
  for (std::size_t i = 0; i < parties.size(); ++i)
    if (parties[i].of[outcome] < disagreement[i]) return false;
  return true;
}

/// Every admissible outcome within the tolerance of the greatest score.
template <class Admits, class Score>
std::vector<std::size_t> maximisers(std::span<const Utilities> parties, Admits admits,
                                    Score score) {
  assert(parties.size() >= 2);
  std::vector<std::size_t> optima;
  std::vector<double> scores;
  double best = kInfeasible;
  for (std::size_t outcome = 0; outcome < parties.front().of.size(); ++outcome) {
    if (!is_feasible(parties, outcome) || !admits(outcome)) continue;
    const double value = score(outcome);
    if (value < best - kTolerance) continue;
    best = std::max(best, value);
    optima.push_back(outcome);
    scores.push_back(value);
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < optima.size(); ++i)
    if (scores[i] >= best - kTolerance) optima[kept++] = optima[i];
  optima.resize(kept);
  return optima;
}

}  // namespace

std::vector<std::size_t> nash(std::span<const Utilities> parties, std::span<const double> weights) {
  assert(weights.empty() || weights.size() == parties.size());
  const auto d = reservations(parties);
  return maximisers(
      parties, [&](std::size_t outcome) { return is_rational(parties, d, outcome); },
      [&](std::size_t outcome) {
        double product = 1;
        for (std::size_t i = 0; i < parties.size(); ++i) {
          const double gain = parties[i].of[outcome] - d[i];
          product *= weights.empty() ? gain : std::pow(gain, weights[i]);
        }
        return product;
      });
}

std::vector<std::size_t> egalitarian(std::span<const Utilities> parties,
                                     std::span<const double> disagreement) {
  const auto d = starting_point(parties, disagreement);
  return maximisers(
      parties, [&](std::size_t outcome) { return is_rational(parties, d, outcome); },
      [&](std::size_t outcome) {
        double least = std::numeric_limits<double>::infinity();
        for (std::size_t i = 0; i < parties.size(); ++i)
          least = std::min(least, parties[i].of[outcome] - d[i]);
        return least;
      });
}

std::vector<std::size_t> kalai_smorodinsky(std::span<const Utilities> parties,
                                           std::span<const double> disagreement) {
  const auto d = starting_point(parties, disagreement);
  std::vector<double> hope(parties.size(), 0);
  for (std::size_t outcome = 0; outcome < parties.front().of.size(); ++outcome) {
    if (!is_feasible(parties, outcome)) continue;
    for (std::size_t i = 0; i < parties.size(); ++i)
      hope[i] = std::max(hope[i], parties[i].of[outcome] - d[i]);
  }
  return maximisers(
      parties, [&](std::size_t outcome) { return is_rational(parties, d, outcome); },
      [&](std::size_t outcome) {
        double least = 1;
        for (std::size_t i = 0; i < parties.size(); ++i)
          if (hope[i] > 0) least = std::min(least, (parties[i].of[outcome] - d[i]) / hope[i]);
        return least;
      });
}

std::vector<std::size_t> utilitarian(std::span<const Utilities> parties) {
  return maximisers(
      parties, [](std::size_t) { return true; },
      [&](std::size_t outcome) { return welfare(parties, outcome); });
}

double distance(std::span<const Utilities> parties, std::size_t outcome,
                std::span<const std::size_t> points) {
  assert(!points.empty());
  double nearest = std::numeric_limits<double>::infinity();
  for (const auto point : points) {
    double squares = 0;
    for (const auto& party : parties) {
      const double gap = party.of[outcome] - party.of[point];
      squares += gap * gap;
    }
    nearest = std::min(nearest, std::sqrt(squares));
  }
  return nearest;
}

}  // namespace tavolo::engine::negotiation
