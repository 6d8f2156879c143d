#include "engine/location/lagrangian.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

namespace tavolo::engine::location {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

Relaxation::Relaxation(const Instance& instance)
    : instance_{instance},
      reduced_cost_(instance.sites),
      open_(instance.sites),
      unserved_(instance.customers),
      served_{static_cast<std::size_t>(instance.sites),
              static_cast<std::size_t>(instance.customers)},
      n_served_(instance.sites),
      last_share_(instance.sites),
      candidates_(instance.customers),
      open_by_number_(instance.sites) {
  order_.reserve(instance.sites);
  free_.reserve(instance.sites);
}

bool Relaxation::restrict_to(std::span<const State> state) {
  state_.assign(state.begin(), state.end());
  free_.clear();
  order_.clear();
  double room = 0;
  bool any_open = false;
  for (int i = 0; i < instance_.sites; ++i) {
    if (state[i] != State::closed) free_.push_back(i);
    if (state[i] == State::undecided) order_.push_back(i);
    if (state[i] != State::open) continue;
    room += instance_.capacity[i];
    any_open = true;
  }
  const double tolerance = 1e-12 * instance_.total_demand;
  capacity_to_open_ = std::max(0.0, instance_.total_demand - room - tolerance);
  std::ranges::sort(order_, [&](int a, int b) {
    return instance_.capacity[a] != instance_.capacity[b]
               ? instance_.capacity[a] > instance_.capacity[b]
               : a < b;
  });
  number_to_open_ = 0;
  double left = capacity_to_open_;
  for (; left > 0 && number_to_open_ < static_cast<int>(order_.size()); ++number_to_open_)
    left -= instance_.capacity[order_[number_to_open_]];
  const bool nobody = instance_.customers == 0;
  if (!any_open && !nobody && number_to_open_ == 0) number_to_open_ = 1;  // no demand to hold
  return left <= 0 && number_to_open_ <= static_cast<int>(order_.size());
}

double Relaxation::serve(int site, std::span<const double> price) {
  const auto cost = instance_.cost.row(site);
  work_ += cost.size();
  int n = 0;
  double value = 0, load = 0;
  int* const served = served_.row(site).data();
  for (int j = 0; j < instance_.customers; ++j) {
    served[n] = j;
    n += cost[j] < price[j];
  }
  for (int k = 0; k < n; ++k) {
    value += cost[served[k]] - price[served[k]];
    load += instance_.demand[served[k]];
  }
  last_share_[site] = 1;
  n_served_[site] = n;
  double room = instance_.capacity[site];
  if (load <= room) return value;

  // A continuous knapsack: who brings most per unit. Halves around the median until it is full.
  for (int k = 0; k < n; ++k) {
    const int j = served[k];
    const double gain = cost[j] - price[j];
    candidates_[k] = {instance_.demand[j] > 0 ? gain / instance_.demand[j] : -kInfinity, j};
  }
  const auto brings_more = [](const Candidate& a, const Candidate& b) {
    return a.gain != b.gain ? a.gain < b.gain : a.customer < b.customer;
  };
  const auto begin = candidates_.begin();
  int first = 0, last = n;
  while (last - first > 1) {
    const int middle = first + (last - first) / 2;
    std::nth_element(begin + first, begin + middle, begin + last, brings_more);
    double half = 0;
    for (int k = first; k < middle; ++k) half += instance_.demand[candidates_[k].customer];
    if (half <= room) {
      room -= half;
      first = middle;
    } else {
      last = middle;
    }
  }
  value = 0;
  for (int k = 0; k < first; ++k) {
    const int j = candidates_[k].customer;
    served[k] = j;
    value += cost[j] - price[j];
  }
  // the one that fills the rest
  const int j = candidates_[first].customer;
  served[first] = j;
  last_share_[site] = std::min(1.0, room / instance_.demand[j]);
  n_served_[site] = first + 1;
  return value + last_share_[site] * (cost[j] - price[j]);
}

double Relaxation::opening_cost(int site, std::span<const double> price) {
  return instance_.fixed_cost[site] + serve(site, price);
}

double Relaxation::evaluate(std::span<const double> price) {
  double value = 0;
  for (int j = 0; j < instance_.customers; ++j) {
    value += price[j];
    unserved_[j] = 1;
  }
  std::ranges::fill(open_, 0.0);
  std::ranges::fill(reduced_cost_, 0.0);
  for (const int i : free_) reduced_cost_[i] = opening_cost(i, price);
  value += hold_all_demand();
  for (const int i : free_) {
    if (open_[i] == 0) continue;
    const int n = n_served_[i];
    const auto served = served_.row(i);
    for (int k = 0; k < n; ++k) unserved_[served[k]] -= open_[i];
    if (n > 0) unserved_[served[n - 1]] += open_[i] * (1 - last_share_[i]);
  }
  return value;
}

/// Opens what pays and what it takes to hold all demand; both ways of counting are bounds.
double Relaxation::hold_all_demand() {
  double value = hold_by_number();
  if (number_to_open_ == 0) return value;
  bool number_binds = true;
  if (capacity_to_open_ > 0) {
    open_by_number_.assign(open_.begin(), open_.end());
    std::ranges::fill(open_, 0.0);
    const double by_capacity = hold_by_capacity();
    number_binds = value >= by_capacity;
    if (number_binds)
      open_.swap(open_by_number_);
    else
      value = by_capacity;
  }
  // the price of the rule is taken off the cost of every site that it concerns
  const auto part = [&](int site) { return number_binds ? 1 : instance_.capacity[site]; };
  double price = 0;
  for (const int i : order_)
    if (open_[i] > 0) price = std::max(price, reduced_cost_[i] / part(i));
  for (const int i : order_) reduced_cost_[i] -= price * part(i);
  return value;
}

double Relaxation::hold_by_number() {
  double value = 0;
  int missing = number_to_open_;
  for (const int i : free_) {
    if (state_[i] != State::open && reduced_cost_[i] >= 0) continue;
    open_[i] = 1;
    value += reduced_cost_[i];
    if (state_[i] == State::undecided) --missing;
  }
  if (missing <= 0) return value;
  const auto cheaper = [&](int a, int b) {
    return reduced_cost_[a] != reduced_cost_[b] ? reduced_cost_[a] < reduced_cost_[b] : a < b;
  };
  std::ranges::sort(order_, cheaper);
  for (const int i : order_) {
    if (missing == 0) break;
    if (open_[i] > 0) continue;
    open_[i] = 1;
    value += reduced_cost_[i];
    --missing;
  }
  return value;
}

double Relaxation::hold_by_capacity() {
  double value = 0, missing = capacity_to_open_;
  for (const int i : free_) {
    if (state_[i] != State::open && reduced_cost_[i] >= 0) continue;
    open_[i] = 1;
    value += reduced_cost_[i];
    if (state_[i] == State::undecided) missing -= instance_.capacity[i];
  }
  if (missing <= 0) return value;
  const auto cheaper = [&](int a, int b) {
    const double left = reduced_cost_[a] * instance_.capacity[b],
                 right = reduced_cost_[b] * instance_.capacity[a];
    return left != right ? left < right : a < b;
  };
  std::ranges::sort(order_, cheaper);
  for (const int i : order_) {
    if (missing <= 0) break;
    if (open_[i] > 0 || instance_.capacity[i] == 0) continue;
    open_[i] = std::min(1.0, missing / instance_.capacity[i]);
    value += open_[i] * reduced_cost_[i];
    missing -= instance_.capacity[i];
  }
  return value;
}

void dual_ascent(const Instance& instance, std::span<const State> state,
                 std::vector<double>& price) {
  // by customer: costs of the sites in order
  std::vector<int> sites;
  for (int i = 0; i < instance.sites; ++i)
    if (state[i] != State::closed) sites.push_back(i);
  const std::size_t n = instance.customers, m = sites.size();
  Grid<int> order{n, m};
  price.assign(n, 0);
  std::vector<std::size_t> level(n, 0);
  for (std::size_t j = 0; j < n; ++j) {
    std::ranges::copy(sites, order.row(j).begin());
    std::ranges::sort(order.row(j), [&](int a, int b) {
      return instance.cost(a, j) != instance.cost(b, j) ? instance.cost(a, j) < instance.cost(b, j)
                                                        : a < b;
    });
    price[j] = instance.cost(order(j, 0), j);
    while (level[j] < m && instance.cost(order(j, level[j]), j) <= price[j]) ++level[j];
  }
  std::vector<double> slack(instance.fixed_cost);
  for (int i = 0; i < instance.sites; ++i)
    if (state[i] == State::open) slack[i] = 0;
  for (bool rises = true; rises;) {
    rises = false;
    for (std::size_t j = 0; j < n; ++j) {
      // a customer presses on every site that it pays for already, and on those at its price
      double rise = level[j] < m ? instance.cost(order(j, level[j]), j) - price[j] : kInfinity;
      const bool to_next = rise < kInfinity;
      bool stopped = false;
      for (std::size_t k = 0; k < level[j]; ++k)
        if (slack[order(j, k)] < rise) {
          rise = slack[order(j, k)];
          stopped = true;
        }
      if (rise == kInfinity) continue;
      for (std::size_t k = 0; k < level[j]; ++k) slack[order(j, k)] -= rise;
      price[j] += rise;
      if (stopped || !to_next) continue;
      price[j] = instance.cost(order(j, level[j]), j);
      while (level[j] < m && instance.cost(order(j, level[j]), j) <= price[j]) ++level[j];
      rises = true;
    }
  }
}

void raise_bound(Relaxation& relaxation, const SearchLimits& limits, Prices& best,
                 const std::function<double(const std::vector<double>&)>& observe) {
  constexpr int kPatience = 10, kObserved = 10;
  const std::size_t customers = best.price.size();
  best.bound = relaxation.evaluate(best.price);
  best.reduced_cost = relaxation.reduced_cost();
  best.open = relaxation.open();
  double known = observe(relaxation.open());
  std::vector<double> direction = relaxation.unserved(), price(customers);
  double step = 0.25, largest_part = 0.1;
  int vain = 0;
  double bound_then = best.bound;
  for (int iteration = 1; iteration <= limits.iterations && best.bound < limits.cutoff;
       ++iteration) {
    if (iteration % kObserved == 0 && limits.deadline.passed()) break;
    double norm = 0;
    for (const double part : direction) norm += part * part;
    if (norm < 1e-18) break;
    const double length = step * std::max(known - best.bound, 1e-9 * std::abs(known)) / norm;
    for (std::size_t j = 0; j < customers; ++j)
      price[j] = std::max(0.0, best.price[j] + length * direction[j]);
    const double value = relaxation.evaluate(price);
    const auto& gradient = relaxation.unserved();
    // the mix of old direction and new gradient of least norm
    double along = 0, square = 0;
    for (std::size_t j = 0; j < customers; ++j) {
      along += gradient[j] * direction[j];
      square += gradient[j] * gradient[j];
    }
    const double spread = square - 2 * along + norm;
    double part = spread > 0 ? (norm - along) / spread : largest_part;
    part = std::clamp(part, largest_part / 10, largest_part);
    for (std::size_t j = 0; j < customers; ++j) direction[j] += part * (gradient[j] - direction[j]);
    for (std::size_t i = 0; i < best.open.size(); ++i)
      best.open[i] += part * (relaxation.open()[i] - best.open[i]);
    if (iteration % kObserved == 0) known = std::min(known, observe(relaxation.open()));
    if (value > best.bound) {
      best.bound = value;
      best.price = price;
      best.reduced_cost = relaxation.reduced_cost();
      vain = 0;
      if (along > 0) step = std::min(2.0, step * 1.1);
    } else if (++vain == kPatience) {
      vain = 0;
      step *= 0.66;
    }
    if (iteration % 50 == 0) {
      if (best.bound - bound_then < 0.01 * (known - best.bound))
        largest_part = std::max(1e-3, largest_part / 2);
      bound_then = best.bound;
    }
  }
}

}  // namespace tavolo::engine::location
