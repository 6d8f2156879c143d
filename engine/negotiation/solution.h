#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/negotiation/negotiator.h"
#include "engine/negotiation/pareto.h"

/// The solutions of axiomatic bargaining, by which the outcome of a negotiation is judged. The
/// disagreement point d is the parties' reservation values; u_i is the utility of party i.
/// Every function takes two or more parties whose tables have the same length and looks at the
/// feasible outcomes only. A solution is every outcome within 1e-9 of the optimum, in ascending
/// order: ties are common, and picking one of them silently would hide it.
namespace tavolo::engine::negotiation {

/// argmax of the product of (u_i - d_i)^weight_i over the outcomes that leave nobody below its
/// reservation value; empty when there is none. Nash (1950); with `weights`, one non-negative
/// bargaining power per party, the asymmetric solution of Kalai (1977, "Nonsymmetric Nash
/// solutions and replications of 2-person bargaining"). No weights: all 1.
std::vector<std::size_t> nash(std::span<const Utilities> parties,
                              std::span<const double> weights = {});

/// argmax of the least gain, min_i (u_i - d_i), over the same outcomes as nash(). Kalai (1977,
/// "Proportional solutions to bargaining situations"). `disagreement`: the point from which gains
/// are measured and below which nobody goes, one utility per party; when it is empty, the
/// reservation values.
std::vector<std::size_t> egalitarian(std::span<const Utilities> parties,
                                     std::span<const double> disagreement = {});

/// argmax of the least share of what a party could hope for, min_i (u_i - d_i) / (M_i - d_i),
/// over the same outcomes as nash(); M_i is the greatest u_i among all feasible outcomes (as in
/// the reference implementation). A party with M_i = d_i cannot gain and has no say. Kalai &
/// Smorodinsky (1975), as a max-min because an agenda is a finite set of outcomes. `disagreement`
/// as for egalitarian().
std::vector<std::size_t> kalai_smorodinsky(std::span<const Utilities> parties,
                                           std::span<const double> disagreement = {});

/// argmax of the sum of u_i over all feasible outcomes: no disagreement point, so somebody may be
/// worse off than without a deal. Harsanyi (1955).
std::vector<std::size_t> utilitarian(std::span<const Utilities> parties);

/// The Euclidean distance, in utilities, of `outcome` from the nearest of `points` (outcomes, at
/// least one): how far a deal fell from a solution.
double distance(std::span<const Utilities> parties, std::size_t outcome,
                std::span<const std::size_t> points);

}  // namespace tavolo::engine::negotiation
