#pragma once

#include <set>
#include <span>
#include <vector>

#include "engine/location/assignment.h"
#include "engine/location/deadline.h"
#include "engine/location/lagrangian.h"

namespace tavolo::engine::location {

/// The best solution known, and what has been tried.
class Incumbent {
 public:
  explicit Incumbent(const Instance& instance);

  double cost() const { return cost_; }  ///< without the instance's constant; infinite: none yet
  const std::vector<int>& open() const { return open_; }  ///< sites, in order

  /// Tries a set of sites, in order, that it has not seen; free sites are always added. Sites that
  /// serve nobody are closed again. @return whether it is better than what was known
  bool offer(std::span<const int> sites);
  /// The same for those of which more than `threshold` is open, with the next ones until they hold
  /// all demand.
  bool offer(std::span<const double> open, double threshold);

  /// Goes on as long as opening, closing or exchanging a site helps (Kuehn & Hamburger 1963 called
  /// the moves "add", "drop" and "shift"). Dual prices tell which moves cannot help without trying.
  void improve(Relaxation& relaxation, const Deadline& deadline);

 private:
  bool improve_once(Relaxation& relaxation, const Deadline& deadline);
  double fixed_cost(std::span<const int> sites) const;

  const Instance& instance_;
  Assignment assignment_;
  std::vector<int> open_;
  double cost_;
  std::set<std::vector<int>> seen_;
  std::vector<int> trial_, order_;
  std::vector<double> price_;
  std::vector<std::pair<double, int>> moves_;
};

}  // namespace tavolo::engine::location
