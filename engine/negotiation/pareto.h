#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/negotiation/negotiator.h"

namespace tavolo::engine::negotiation {

/// Utilities that differ by no more than this are the same: rounding decides nothing.
constexpr double kTolerance = 1e-9;

/// The outcomes that no other dominates: better by more than 1e-9 for one party, worse by more
/// than 1e-9 for none (without the tolerance rounding inflates the frontier). Outcomes that give
/// everybody the same are all listed. Ascending; empty when nothing is feasible.
///
/// With n feasible outcomes, time O(n log n) for two and three parties (a sweep that keeps the
/// maxima of the remaining utilities in a staircase: Kung, Luccio & Preparata 1975); for more, up
/// to O(n f) with f outcomes that are maximal in one utility less.
std::vector<std::size_t> pareto_frontier(std::span<const Utilities> parties);

/// What each party gets.
using Point = std::vector<double>;
Point point(std::span<const Utilities> parties, std::size_t outcome);

/// The different points of some outcomes, in their order: one that is within the tolerance of an
/// earlier one in every utility is left out.
std::vector<Point> points(std::span<const Utilities> parties,
                          std::span<const std::size_t> outcomes);

}  // namespace tavolo::engine::negotiation
