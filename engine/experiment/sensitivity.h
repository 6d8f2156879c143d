#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/experiment/statistics.h"

namespace tavolo::engine {

/// What an outcome owes to which factor: estimators on plain arrays, made for the blocks of the
/// designs `saltelli` and `morris`.

/// A number and its bootstrap interval at 95 %.
struct Index {
  double value;
  Interval interval;
};

/// Outcomes of a Saltelli design of n blocks and d factors.
struct SaltelliOutcomes {
  std::size_t factors = 0;
  std::vector<double> a, b;              ///< n each: of the two independent samples
  std::vector<std::vector<double>> a_b;  ///< by factor: A with that column of B
  std::vector<std::vector<double>> b_a;  ///< by factor: B with that column of A; may be empty
};

/// From outcomes block by block: A, A with column 1 of B, …, (B with column 1 of A, …,) B.
SaltelliOutcomes saltelli_blocks(std::span<const double> outcomes, std::size_t factors,
                                 bool second_order);

struct SobolIndices {
  std::vector<Index> first, total;         ///< by factor
  std::vector<std::vector<Index>> second;  ///< i < l; with B_A outcomes only
  /// By factor, first-order indices of the first n/8, n/4, n/2 and all blocks: how far they have
  /// settled.
  std::vector<std::vector<double>> convergence;
};

/// First order V_i / V = mean(f_B (f_ABi - f_A)) / V: Saltelli et al. (2010), Comput. Phys. Commun.
/// 181, 259-270, table 2 (b); total mean((f_A - f_ABi)^2) / (2 V): Jansen (1999), ibid. 117, 35-43;
/// second order mean(f_BAi f_ABl - f_A f_B) / V - S_i - S_l: Saltelli (2002), ibid. 145, 280-297.
/// Outcomes are centred first, which leaves the true indices as they are and the estimates less
/// noisy; V is the variance of f_A and f_B together. Intervals: percentiles over bootstrapped
/// blocks (Archer, Saltelli & Sobol' 1997, J. Stat. Comput. Simul. 58, 99-120).
SobolIndices sobol_indices(const SaltelliOutcomes& outcomes, std::uint64_t seed,
                           std::size_t draws = 1000);

struct MorrisIndices {
  /// By factor: mean of elementary effects, of their sizes, and their standard deviation.
  std::vector<Index> mu, mu_star, sigma;
};

/// Elementary effects of trajectories of `factors` + 1 points, one factor moved between neighbours:
/// Morris (1991), Technometrics 33(2), 161-174; mu*: Campolongo, Cariboni & Saltelli (2007),
/// Environ. Model. Softw. 22, 1509-1518. Effects are per unit of the factor's whole range.
/// @param points by trajectory, point and factor; coordinates in the unit cube
MorrisIndices morris_indices(std::span<const double> points, std::span<const double> outcomes,
                             std::size_t factors, std::uint64_t seed, std::size_t draws = 1000);

/// Of a full factorial of equally likely levels: S_i = Var(E[Y | X_i]) / Var(Y) and
/// ST_i = E[Var(Y | all but X_i)] / Var(Y), exact for the grid (nothing is sampled).
struct GridIndices {
  std::vector<double> first, total;  ///< by factor
};
/// @param levels by point, then factor; every combination once
GridIndices grid_indices(const std::vector<std::vector<std::string>>& levels,
                         std::span<const double> outcomes);

/// E[Var(Y | X)] / Var(Y): how much of an outcome's variance is luck, from several replications at
/// each design point. Components of variance of a two-way table (points by replications),
///     (V_R + V_E) / (V_X + V_R + V_E), V_X = (MS_X - MS_E) / R, V_R = (MS_R - MS_E) / N, V_E =
///     MS_E,
/// none below zero; Searle, Casella & McCulloch (1992), "Variance Components", ch. 4. Replication r
/// meets the same luck at every point, so that the nested estimator, which takes V_R for luck of
/// every point by itself, finds too much of it; with independent luck V_R is nil and both agree.
/// Interval: pigeonhole bootstrap (outcomes.h), rough with few replications.
/// @param values by point, then replication; at least two of both
Index stochastic_share(std::span<const double> values, std::size_t replications, std::uint64_t seed,
                       std::size_t draws = 1000);

}  // namespace tavolo::engine
