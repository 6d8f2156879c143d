#include "engine/negotiation/analysis.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace tavolo::engine::negotiation {

Analysis analyse(std::span<const Utilities> parties, Convention convention) {
  assert(parties.size() >= 2);
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Analysis analysis;
  analysis.outcomes = parties.front().of.size();
  analysis.prospects.assign(parties.size(), {kInfinity, -kInfinity, 0});
  double nearest = kInfinity;  // squared
  for (std::size_t outcome = 0; outcome < analysis.outcomes; ++outcome) {
    bool feasible = true, rational = true;
    for (const auto& party : parties) feasible &= party.of[outcome] != kInfeasible;
    if (!feasible) continue;
    double squares = 0;
    for (std::size_t p = 0; p < parties.size(); ++p) {
      const double utility = parties[p].of[outcome];
      auto& prospect = analysis.prospects[p];
      prospect.least = std::min(prospect.least, utility);
      prospect.greatest = std::max(prospect.greatest, utility);
      const bool acceptable = utility >= parties[p].reservation;
      if (acceptable) ++prospect.rational;
      rational &= acceptable;
      squares += (1 - utility) * (1 - utility);
    }
    ++analysis.feasible;
    if (rational) ++analysis.rational;
    nearest = std::min(nearest, squares);
  }
  analysis.opposition =
      analysis.feasible > 0 ? std::sqrt(nearest) : std::numeric_limits<double>::quiet_NaN();

  std::vector<double> disagreement;
  for (std::size_t p = 0; p < parties.size(); ++p) {
    const double reservation = parties[p].reservation;
    disagreement.push_back(convention == Convention::negmas && analysis.feasible > 0
                               ? std::max(reservation, analysis.prospects[p].least)
                               : reservation);
  }
  analysis.pareto = pareto_frontier(parties);
  analysis.nash = nash(parties);
  analysis.egalitarian = egalitarian(parties, disagreement);
  analysis.kalai_smorodinsky = kalai_smorodinsky(parties, disagreement);
  analysis.utilitarian = utilitarian(parties);
  return analysis;
}

Distances distances(std::span<const Utilities> parties, const Analysis& analysis,
                    std::size_t outcome) {
  const auto from = [&](const std::vector<std::size_t>& outcomes) {
    return outcomes.empty() ? std::numeric_limits<double>::quiet_NaN()
                            : distance(parties, outcome, outcomes);
  };
  return {from(analysis.pareto), from(analysis.nash), from(analysis.egalitarian),
          from(analysis.kalai_smorodinsky), from(analysis.utilitarian)};
}

double advantage(double utility, double reservation, double greatest) {
  return greatest > reservation ? (utility - reservation) / (greatest - reservation) : 0;
}

}  // namespace tavolo::engine::negotiation
