#pragma once

#include <functional>

/// Textbook models of a union and a firm that bargain over pay and jobs, in one: by them what
/// tables and disputes come to is judged.

namespace tavolo::agents {

/// What labour earns a firm before wages: R(L), increasing and strictly concave, R(0) = 0.
struct Revenue {
  std::function<double(double jobs)> of;
  std::function<double(double jobs)> marginal;  ///< its derivative, falling from above any wage
};

/// R(L) = L^exponent, exponent in (0, 1).
Revenue power_revenue(double exponent);

/// A union that values U(w, L) = (w - w0)^wage_weight (L - L0)^jobs_weight, nil below either, and a
/// firm that values R(L) - w L; without agreement both get nothing. They settle the wage w first
/// and then, knowing it, jobs L, each time by the asymmetric Nash solution, with a power of the
/// union for each:
///
///     L(w) = argmax U(w, L)^jobs_power (R(L) - w L)^(1 - jobs_power)
///     w    = argmax U(w, L(w))^wage_power (R(L(w)) - w L(w))^(1 - wage_power)
///
/// Manning (1987), Economica 54, 121-139. It nests right to manage (jobs_power 0: the firm sets
/// R'(L) = w; Nickell & Andrews 1983), monopoly union (besides, wage_power 1: Dunlop 1944, Oswald
/// 1985) and the efficient bargain (equal powers: on the contract curve; McDonald & Solow 1981).
/// Utility: Stone-Geary, Dertouzos & Pencavel (1981); weights 1 and no core jobs: the rent.
struct WageBargain {
  double wage_power = 0.5;    ///< of the union over the wage, in [0, 1]
  double jobs_power = 0;      ///< of the union over jobs, in [0, 1)
  double outside_wage = 1;    ///< w0 > 0: what members would have elsewhere
  double wage_weight = 1;     ///< > 0
  double jobs_weight = 1;     ///< >= 0
  double protected_jobs = 0;  ///< L0 >= 0: jobs that are safe anyway

  static WageBargain right_to_manage(double power, double outside_wage);
  static WageBargain efficient(double power, double outside_wage);
  static WageBargain monopoly_union(double outside_wage);
};

/// What they settle on.
struct WageSettlement {
  double wage = 0, jobs = 0;
  double union_utility = 0, profit = 0;
};

/// Jobs that follow at this wage.
double bargained_jobs(const WageBargain&, const Revenue&, double wage);

/// The settlement, wage and jobs to some 1e-11 of their size for smooth revenue.
/// @throws InputError when a parameter is out of its range.
WageSettlement settle_wage(const WageBargain&, const Revenue&);

/// The settlement for R(L) = L^exponent and a union that values the rent (weights 1, no protected
/// jobs), in closed form: with p the wage power, q the jobs power and a the exponent
///
///     w = w0 (1 + p (1 - a) / a),   L = ((a + q (1 - a)) / w)^(1 / (1 - a)).
///
/// The wage does not depend on q; at q = p, L = (a / w0)^(1 / (1 - a)), what would be employed at
/// the outside wage. Derived from the two first-order conditions.
WageSettlement power_revenue_settlement(const WageBargain&, double exponent);

}  // namespace tavolo::agents
