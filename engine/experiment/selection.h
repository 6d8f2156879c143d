#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "engine/experiment/outcomes.h"

namespace tavolo::engine {

/// Which of k strategies is best, and how sure that is. The larger value is the better one
/// everywhere here: turn the sign of what is to be small.

/// Observation `n` (from 0) of a strategy. Under common random numbers observation n of all
/// strategies meets the same luck.
using Observe = std::function<double(std::size_t strategy, std::size_t n)>;

/// What a selection procedure came to.
struct Selection {
  std::optional<std::size_t> best;        ///< none: observations ran out before the end
  std::vector<std::size_t> observations;  ///< by strategy
  std::vector<std::size_t> survivors;     ///< not eliminated, in order
  /// By strategy, who was ahead of it when it was eliminated; none of the best one and of those
  /// that were left within the indifference zone of it.
  std::vector<std::optional<std::size_t>> eliminated_by = {};
};

/// Rinott's constant: the h with which `k` strategies, first stages of `n0` observations and second
/// stages of (h s / delta)^2 select the best with probability `sure` whenever it is better than the
/// others by delta or more. Solves
///     E_y [ E_x Phi(h / sqrt((n0 - 1) (1/x + 1/y))) ]^(k-1) = sure,  x, y ~ chi^2(n0 - 1).
/// Rinott (1978), Communications in Statistics A 7(8), 799-811. `k` >= 2, `n0` >= 2.
double rinott_constant(double sure, std::size_t k, std::size_t n0);

/// Observations that Rinott's two-stage procedure takes of a strategy whose first stage of n0 had
/// the standard deviation s: max(n0, ceil((h s / delta)^2)); the largest mean of all of them is
/// then selected. For independent strategies: under common random numbers the promise is not
/// proven.
/// @param h rinott_constant(sure, k, n0)
double rinott_size(double s, double delta, double h, std::size_t n0);

struct KimNelson {
  double delta;  ///< indifference: what is no more than this apart need not be told apart
  double sure = kConfidence;  ///< probability of correct selection
  std::size_t n0 = 10;        ///< first stage
  /// Observations that there are of every strategy; no limit when left out.
  std::optional<std::size_t> most = std::nullopt;
};

/// The fully sequential procedure of Kim & Nelson (2001), ACM TOMACS 11(3), 251-273, fig. 1, with
/// c = 1: after n0 observations of all, strategy i stays while for every l that is left
///     mean_i >= mean_l - max(0, (delta / (2 r)) (h^2 S_il^2 / delta^2 - r)),
/// h^2 = 2 eta (n0 - 1), eta = ((2 beta)^(-2/(n0-1)) - 1) / 2, beta = (1 - sure) / (k - 1), S_il^2
/// the variance of the first-stage differences. Valid under common random numbers, which make
/// S_il^2 and the work small; Kim & Nelson (2006), Handbooks in OR & MS 13, ch. 17. Observations
/// must be independent over n and normal.
Selection kim_nelson(const Observe& observe, std::size_t k, const KimNelson& plan);

/// Optimal computing budget allocation: shares of a budget, N_i / N_j = ((s_i / d_i) / (s_j /
/// d_j))^2 for those that are not best, d_i the distance of their mean from the best, and N_b = s_b
/// sqrt(sum (N_i / s_i)^2). Chen, Lin, Yucesan & Chick (2000), Discrete Event Dynamic Systems 10,
/// 251-270. Means that equal the best one's are set apart by a thousandth of the largest distance,
/// or of the standard deviation where all are equal. `standard_deviations` > 0.
std::vector<double> ocba_shares(std::span<const double> means,
                                std::span<const double> standard_deviations);

/// Estimates of all differences between strategies, and one-sided margins:
/// difference[i][l] = mean_i - mean_l, true with the probability asked for above difference -
/// margin.
struct PairedTable {
  std::vector<std::vector<double>> difference, margin;
};

/// Of a crossed design, margins at one-sided `level` each.
PairedTable paired_table(const Outcomes& outcomes, double level);

/// Simultaneous intervals of mean_i - (largest mean of the others), Hsu's multiple comparisons with
/// the best: Hsu (1984), Annals of Statistics 12(3), 1136-1144. An interval above (from) 0: this
/// one is best; below (up to) 0: it is not. With U_i = min_{l != i}(difference_il + margin_il), G
/// the i with U_i > 0:
///     upper_i = max(0, U_i),
///     lower_i = 0 when G = {i}, else min(0, min_{l in G, l != i}(difference_il - margin_il)).
/// Hsu's own margins suppose independence. Under common random numbers use paired margins at level
/// 1 - alpha / (k - 1) each, as `mcb_table` does (Bonferroni: Nakayama 1997, Annals of OR 77;
/// Yang & Nelson 1991, Operations Research 39(4)): the event that all is built on has only k - 1
/// comparisons, those with the true best. Conservative.
std::vector<Interval> multiple_comparisons_with_best(const PairedTable& table);
PairedTable mcb_table(const Outcomes& outcomes, double level = kConfidence);

/// Two-sided p values of all pairs i < l (0-1, 0-2, …, 1-2, …), of their crossed differences.
std::vector<double> pair_p_values(const Outcomes& outcomes);

/// How often each strategy has the largest mean in the pigeonhole bootstrap; ties are shared.
std::vector<double> probability_best(const Outcomes& outcomes, std::uint64_t seed,
                                     std::size_t draws = kBootstrapDraws);

/// The outcomes with all signs turned.
Outcomes negated(Outcomes outcomes);

}  // namespace tavolo::engine
