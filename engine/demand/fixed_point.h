#pragma once

#include <cmath>
#include <cstddef>
#include <deque>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

namespace tavolo::engine::demand {

/// How the search for a fixed point ended.
struct Convergence {
  bool converged = false;
  int iterations = 0;                                         ///< evaluations of the map
  double residual = std::numeric_limits<double>::infinity();  ///< of the point that was returned
};

/// When a search ends. Rounding sets a floor that depends on the data, so there are two lines: at
/// `goal` the search stops at once; from `tolerance` on it goes on only as long as it gains.
struct Stopping {
  double goal = 1e-14;
  double tolerance = 1e-11;  ///< what counts as converged
  int patience = 4;          ///< evaluations without a better point, below `tolerance`
  int most = 5000;           ///< evaluations in all
};

/// The fixed point of `map` near `x`, which becomes the best point found. `map(x, next)` fills
/// `next` and returns the residual of `x`, which is compared and reported.
///
/// Anderson acceleration: the next point is the map's, less the combination of the last few steps
/// that would have undone the present step (Anderson 1965, Journal of the ACM 12, 547-560; Walker &
/// Ni 2011, SIAM Journal on Numerical Analysis 49, 1715-1735). The memory is dropped, and the map
/// itself followed from the best point, when a point is not finite or much worse than the best.
template <class Map>
Convergence fixed_point(std::vector<double>& x, const Map& map, const Stopping& stopping) {
  constexpr std::size_t kMemory = 8;
  constexpr double kMuchWorse = 100, kDependent = 1e-10;
  struct Step {  // differences of neighbouring points, and of where the map moved them
    std::vector<double> point, move;
  };
  const auto dot = [](const std::vector<double>& a, const std::vector<double>& b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
  };
  const auto subtract = [](std::vector<double>& a, double times, const std::vector<double>& b) {
    for (std::size_t i = 0; i < a.size(); ++i) a[i] -= times * b[i];
  };
  const std::size_t n = x.size();
  Convergence result;
  std::vector<double> point = x, next(n), move(n), best_next = x, last_point, last_move;
  std::deque<Step> memory;  // newest first
  int since_best = 0;
  while (true) {
    const double residual = map(point, next);
    ++result.iterations;
    ++since_best;
    if (residual < result.residual) {
      result.residual = residual;
      x = point;
      best_next = next;
      since_best = 0;
    }
    if (result.residual <= stopping.goal || result.iterations >= stopping.most ||
        (result.residual <= stopping.tolerance && since_best >= stopping.patience))
      break;
    if (!std::isfinite(residual) || residual > kMuchWorse * result.residual) {
      if (memory.empty()) break;  // the map itself led there
      memory.clear();
      last_point.clear();
      point = best_next;
      continue;
    }
    for (std::size_t i = 0; i < n; ++i) move[i] = next[i] - point[i];
    if (!last_point.empty()) {
      memory.push_front({point, move});
      subtract(memory.front().point, 1, last_point);
      subtract(memory.front().move, 1, last_move);
      if (memory.size() > kMemory) memory.pop_back();
    }
    last_point = point;
    last_move = move;
    // Orthonormal moves, each with the point's difference that made it, newest first.
    std::vector<Step> basis;
    for (Step step : memory) {
      const double whole = std::sqrt(dot(step.move, step.move));
      for (const auto& other : basis) {
        const double times = dot(step.move, other.move);
        subtract(step.move, times, other.move);
        subtract(step.point, times, other.point);
      }
      const double length = std::sqrt(dot(step.move, step.move));
      if (!(length > kDependent * whole)) continue;
      for (auto* part : {&step.move, &step.point})
        for (double& value : *part) value /= length;
      basis.push_back(std::move(step));
    }
    point = next;
    for (const auto& step : basis) {
      const double times = dot(move, step.move);
      subtract(point, times, step.point);
      subtract(point, times, step.move);
    }
  }
  result.converged = result.residual <= stopping.tolerance;
  return result;
}

}  // namespace tavolo::engine::demand
