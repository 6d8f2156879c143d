#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "engine/experiment/statistics.h"

namespace tavolo::engine {

/// Which of several alternatives is the best: the one with the largest mean. Where small is better,
/// give the negative.

/// Row i: alternative i; column j: replication or future j, the same luck for all. All rows are of
/// one length.
using Series = std::vector<std::vector<double>>;

/// Multiple comparisons with the best: simultaneous intervals, at `level`, for the mean of every
/// alternative less that of the best of the others. Upper end 0: it is not the best; lower end 0:
/// it is. Hsu (1984), Ann. Stat. 12(3), 1136-1144, with paired half-widths that share the error by
/// Bonferroni over the k - 1 comparisons with the best, so that they hold under common random
/// numbers whatever the correlations (Nelson & Matejcik 1995, Manag. Sci. 41(12), 1935-1945).
std::vector<Interval> comparisons_with_the_best(const Series& series, double level = kConfidence);

/// How often each is the best when futures (columns) are drawn anew with replacement: the
/// bootstrap's probability of being best. Ties share.
std::vector<double> probability_best(const Series& series, std::size_t resamples = 2000);

/// Rinott's (1978) constant h: two stages with n0 first replications and ceil((h s_i / delta)²) in
/// all select the best of k with probability p when it leads by delta; replications independent
/// between alternatives. Commun. Stat. A 7(8), 799-811. 3.385 for p = .95, n0 = 20, k = 5.
double rinott_constant(double p, std::size_t n0, std::size_t k);

struct Selected {
  std::size_t best = 0;
  std::size_t stages = 0;          ///< replications of the alternatives that stayed longest
  std::vector<std::size_t> taken;  ///< replications by alternative
  bool decided = false;            ///< false: `most` came first; best is then the leader
};

/// The fully sequential procedure of Kim & Nelson (2001), ACM TOMACS 11(3), 251-273: alternatives
/// that fall behind leave. Selects the best with probability 1 - alpha when it leads by `delta`,
/// also under common random numbers. `value(i, r)`: alternative i in replication r, asked in order
/// of r.
Selected select_kn(std::size_t alternatives,
                   const std::function<double(std::size_t, std::size_t)>& value, double delta,
                   double alpha = 0.05, std::size_t n0 = 10, std::size_t most = 100'000);

/// Shares of a budget of replications that make the right choice likeliest: optimal computing
/// budget allocation, Chen, Lin, Yucesan & Chick (2000), Discrete Event Dyn. Syst. 10, 251-270.
std::vector<double> ocba_shares(std::span<const double> means, std::span<const double> std_devs);

}  // namespace tavolo::engine
