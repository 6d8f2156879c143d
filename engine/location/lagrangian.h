#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "engine/grid.h"
#include "engine/location/deadline.h"
#include "engine/location/instance.h"

namespace tavolo::engine::location {

enum class State : std::uint8_t { undecided, open, closed };

/// The problem with a price on serving each customer instead of the rule that each is served in
/// full (Lagrangian relaxation: Geoffrion & McBride 1978; Beasley 1988, EJOR 33). Each site then
/// decides by itself: it serves those that bring most per unit of capacity, and opens when that
/// exceeds its fixed cost. One rule keeps the sites together: those that open hold all demand, in
/// units of capacity, or by their number (so many of the largest it takes), whichever binds more.
/// For prices >= 0 the value is a lower bound on the cost of every solution.
class Relaxation {
 public:
  explicit Relaxation(const Instance& instance);

  /// Sets which sites may still open; closed ones never, open ones always.
  /// @return whether they can hold all demand.
  bool restrict_to(std::span<const State> state);
  /// The value at these prices, by customer.
  double evaluate(std::span<const double> price);

  /// What opening `site` adds to the value at these prices, fixed cost included; it does not ask
  /// for restrict_to(). At optimal prices of an assignment: the cost with one more open site is at
  /// least as much higher (or, below zero, at most as much lower).
  double opening_cost(int site, std::span<const double> price);

  /// Pairs of site and customer looked at so far: what a search took, on any machine.
  std::uint64_t work() const { return work_; }

  // Of the last evaluate():
  /// By site: what its opening adds to the value, less its part in holding all demand. A solution
  /// with a site whose number is positive costs at least the value plus that number; one without a
  /// site whose number is negative, the value less that number.
  const std::vector<double>& reduced_cost() const { return reduced_cost_; }
  /// By site, 0..1: a part only of the last one that it takes to hold all demand.
  const std::vector<double>& open() const { return open_; }
  /// By customer: the part that nobody serves; negative where several do. A subgradient.
  const std::vector<double>& unserved() const { return unserved_; }

 private:
  struct Candidate {
    double gain;  // < 0, per unit of demand
    int customer;
  };
  double serve(int site, std::span<const double> price);
  double hold_all_demand();
  double hold_by_number();
  double hold_by_capacity();

  const Instance& instance_;
  std::vector<State> state_;
  std::vector<int> free_;        // sites not closed
  double capacity_to_open_ = 0;  // of undecided sites, at least
  int number_to_open_ = 0;       // the same by number
  std::vector<double> reduced_cost_, open_, unserved_;
  Grid<int> served_;                // site x place: customers, whole but the last
  std::vector<int> n_served_;       // by site
  std::vector<double> last_share_;  // by site
  std::vector<Candidate> candidates_;
  std::vector<int> order_;
  std::vector<double> open_by_number_;
  std::uint64_t work_ = 0;
};

/// What a search for good prices gives.
struct Prices {
  std::vector<double> price;         ///< by customer: the best found
  double bound = 0;                  ///< their value
  std::vector<double> reduced_cost;  ///< by site, there
  /// By site, 0..1: how often the relaxation opens it, an estimate of the linear programme's
  /// answer.
  std::vector<double> open;
};

/// Prices to start from without any knowledge: dual ascent (Erlenkotter 1978, "A dual-based
/// procedure for uncapacitated facility location", section 2). They rise customer by customer until
/// every site's fixed cost is spent.
void dual_ascent(const Instance& instance, std::span<const State> state,
                 std::vector<double>& price);

struct SearchLimits {
  int iterations = 0;
  double cutoff = 0;  ///< the search ends when the bound reaches it
  const Deadline& deadline;
};

/// Raises the bound from `prices.price` on by the volume algorithm (Barahona & Anbil 2000,
/// Mathematical Programming 87). `observe` is called with the relaxation's open sites now and then
/// and returns the cost of the best solution known, which sets the steps.
void raise_bound(Relaxation& relaxation, const SearchLimits& limits, Prices& prices,
                 const std::function<double(const std::vector<double>& open)>& observe);

}  // namespace tavolo::engine::location
