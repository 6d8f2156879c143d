#pragma once

#include <span>
#include <vector>

#include "engine/equilibrium.h"

/// Countries that subsidise what their firms export to a third market: the textbook race, by which
/// races of the simulated governments are judged. Brander & Spencer (1985), J. International
/// Economics 18, 83-100.

namespace tavolo::agents {

/// One firm per country sells the same good abroad at price a - Q with unit cost c; firms choose
/// quantities (Cournot) knowing all subsidies s per unit, which governments have set before:
///
///     q_i = (A + n s_i - sum_{k != i} s_k) / (n + 1),   A = a - c, n countries.
///
/// A country's welfare is its firm's profit less the subsidy, (q_i - s_i) q_i: nobody at home
/// consumes. As long as every firm sells, which it does at equal subsidies; a firm that would sell
/// less than nothing stays out.
struct SubsidyRace {
  double margin = 1;  ///< A, > 0 [money per unit]
  int countries = 2;  ///< >= 2

  std::vector<double> quantities(std::span<const double> subsidies) const;
  double welfare(std::size_t country, std::span<const double> subsidies) const;
  /// Subsidies within [0, A] as a game of governments.
  engine::Game game() const;
  /// The best subsidy of one country while the others pay none: A/4 for two countries.
  double unilateral_optimum() const;
  /// Subsidies and welfare when all set theirs at once: A/5 and 0.08 A^2 each for two countries,
  /// against A^2/9 under a ban, so that both would gain from one.
  engine::Equilibrium equilibrium() const;
  /// A country's welfare when nobody subsidises.
  double ban_welfare() const;
};

}  // namespace tavolo::agents
