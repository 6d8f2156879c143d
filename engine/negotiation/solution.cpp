#include "engine/negotiation/solution.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace tavolo::engine::negotiation {
namespace {

constexpr double kTolerance = 1e-9;

bool is_feasible(std::span<const Utilities> parties, std::size_t outcome) {
  return std::all_of(parties.begin(), parties.end(),
                     [&](const Utilities& party) { return party.of[outcome] != kInfeasible; });
}

double welfare(std::span<const Utilities> parties, std::size_t outcome) {
  double sum = 0;
  for (const auto& party : parties) sum += party.of[outcome];
  return sum;
}

bool is_individually_rational(std::span<const Utilities> parties, std::size_t outcome) {
  return std::all_of(parties.begin(), parties.end(), [&](const Utilities& party) {
    return party.of[outcome] >= party.reservation;
  });
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

/// Is `a` at least as good as `b` for all, and better for one, beyond the tolerance?
bool dominates(std::span<const Utilities> parties, std::size_t a, std::size_t b, double tolerance) {
  bool better = false;
  for (const auto& party : parties) {
    if (party.of[a] < party.of[b] - tolerance) return false;
    better |= party.of[a] > party.of[b] + tolerance;
  }
  return better;
}

}  // namespace

std::vector<std::size_t> pareto_frontier(std::span<const Utilities> parties) {
  assert(parties.size() >= 2);
  struct Candidate {
    std::size_t outcome;
    double welfare;
  };
  std::vector<Candidate> candidates;
  for (std::size_t outcome = 0; outcome < parties.front().of.size(); ++outcome)
    if (is_feasible(parties, outcome)) candidates.push_back({outcome, welfare(parties, outcome)});

  // Nobody is dominated by an outcome that sorts after it; equal outcomes are neighbours.
  const auto equal = [&](std::size_t a, std::size_t b) {
    return std::all_of(parties.begin(), parties.end(),
                       [&](const Utilities& party) { return party.of[a] == party.of[b]; });
  };
  std::sort(candidates.begin(), candidates.end(), [&](const Candidate& a, const Candidate& b) {
    if (a.welfare != b.welfare) return a.welfare > b.welfare;
    for (const auto& party : parties)
      if (party.of[a.outcome] != party.of[b.outcome])
        return party.of[a.outcome] > party.of[b.outcome];
    return a.outcome < b.outcome;
  });

  // First without tolerance, where dominance is transitive and one pass is enough.
  std::vector<std::vector<std::size_t>> groups;  // undominated outcomes, equal ones together
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const auto outcome = candidates[i].outcome;
    if (!groups.empty() && equal(groups.back().front(), outcome)) {
      groups.back().push_back(outcome);
      continue;
    }
    if (std::none_of(groups.begin(), groups.end(), [&](const auto& group) {
          return dominates(parties, group.front(), outcome, 0);
        }))
      groups.push_back({outcome});
  }

  // Then drop those that owe their place to rounding: whoever dominates one of them within the
  // tolerance is itself matched or beaten by an outcome of the groups.
  std::vector<std::uint8_t> dropped(groups.size(), 0);
  std::vector<std::size_t> frontier;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (std::size_t rival = 0; rival < groups.size() && !dropped[g]; ++rival)
      dropped[g] = !dropped[rival] &&
                   dominates(parties, groups[rival].front(), groups[g].front(), kTolerance);
    if (!dropped[g]) frontier.insert(frontier.end(), groups[g].begin(), groups[g].end());
  }
  std::sort(frontier.begin(), frontier.end());
  return frontier;
}

std::vector<std::size_t> nash(std::span<const Utilities> parties, std::span<const double> weights) {
  assert(weights.empty() || weights.size() == parties.size());
  return maximisers(
      parties, [&](std::size_t outcome) { return is_individually_rational(parties, outcome); },
      [&](std::size_t outcome) {
        double product = 1;
        for (std::size_t i = 0; i < parties.size(); ++i) {
          const double gain = parties[i].of[outcome] - parties[i].reservation;
          product *= weights.empty() ? gain : std::pow(gain, weights[i]);
        }
        return product;
      });
}

std::vector<std::size_t> egalitarian(std::span<const Utilities> parties) {
  return maximisers(
      parties, [&](std::size_t outcome) { return is_individually_rational(parties, outcome); },
      [&](std::size_t outcome) {
        double least = std::numeric_limits<double>::infinity();
        for (const auto& party : parties)
          least = std::min(least, party.of[outcome] - party.reservation);
        return least;
      });
}

std::vector<std::size_t> kalai_smorodinsky(std::span<const Utilities> parties) {
  std::vector<double> hope(parties.size(), 0);
  for (std::size_t outcome = 0; outcome < parties.front().of.size(); ++outcome) {
    if (!is_feasible(parties, outcome)) continue;
    for (std::size_t i = 0; i < parties.size(); ++i)
      hope[i] = std::max(hope[i], parties[i].of[outcome] - parties[i].reservation);
  }
  return maximisers(
      parties, [&](std::size_t outcome) { return is_individually_rational(parties, outcome); },
      [&](std::size_t outcome) {
        double least = 1;
        for (std::size_t i = 0; i < parties.size(); ++i)
          if (hope[i] > 0)
            least = std::min(least, (parties[i].of[outcome] - parties[i].reservation) / hope[i]);
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
