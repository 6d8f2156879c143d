#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/negotiation/convention.h"
#include "engine/negotiation/solution.h"

/// A domain judged as a whole, before anybody bargains, and a deal judged against it.
namespace tavolo::engine::negotiation {

/// One party of an Analysis.
struct Prospect {
  double least = 0, greatest = 0;  ///< utility among the feasible outcomes
  std::size_t rational = 0;        ///< feasible outcomes not below its reservation value
};

struct Analysis {
  std::size_t outcomes = 0;
  std::size_t feasible = 0;         ///< outcomes that everybody can agree to
  std::size_t rational = 0;         ///< of these, outcomes below nobody's reservation value
  std::vector<Prospect> prospects;  ///< by party; of no meaning when nothing is feasible

  // Outcomes, ascending (solution.h).
  std::vector<std::size_t> pareto, nash, egalitarian, kalai_smorodinsky, utilitarian;

  /// The least Euclidean distance, in utilities, of a feasible outcome from (1, …, 1), where all
  /// would have all they want: 0 when nothing has to be given up. Baarslag et al. (2013,
  /// "Evaluating practical negotiating agents", Artificial Intelligence 198). NaN when nothing is
  /// feasible.
  double opposition = 0;
};

/// `parties`: two or more, with tables of the same length.
Analysis analyse(std::span<const Utilities> parties, Convention convention = Convention::negmas);

/// How far an outcome is, by distance(), from the frontier and from every solution; NaN from one
/// that does not exist.
struct Distances {
  double pareto, nash, egalitarian, kalai_smorodinsky, utilitarian;
};
Distances distances(std::span<const Utilities> parties, const Analysis& analysis,
                    std::size_t outcome);

/// (u - r) / (M - r): what a deal is worth to a party, from 0 at its reservation value r to 1 at
/// the greatest utility M it could hope for; 0 for a party that cannot gain.
double advantage(double utility, double reservation, double greatest);

}  // namespace tavolo::engine::negotiation
