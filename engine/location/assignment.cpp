#include "engine/location/assignment.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace tavolo::engine::location {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kDust = 1e-12;  // of a quantity: not there

}  // namespace

Assignment::Assignment(const Instance& instance)
    : instance_{instance}, penalty_(instance.customers, instance.highest_price) {
  const std::size_t places = instance.sites + 1, customers = instance.customers;
  unit_cost_.resize(places);
  capacity_.resize(places);
  load_.resize(places);
  rent_.resize(places);
  served_.resize(places);
  flow_ = Grid<double>{places, customers};
  way_ = Grid<Way>{places, places};
  known_.resize(places);
  distance_.resize(places);
  before_.resize(places);
  settled_.resize(places);
  cheapest_.resize(customers);
  least_.resize(customers);
  tolerance_ = kDust * instance.total_demand;
}

double Assignment::solve(std::span<const int> open, double cutoff) {
  const int customers = instance_.customers;
  places_ = static_cast<int>(open.size());
  double room = 0;
  for (int place = 0; place < places_; ++place) {
    unit_cost_[place] = instance_.unit_cost.row(open[place]).data();
    capacity_[place] = instance_.capacity[open[place]];
    room += capacity_[place];
  }
  short_ = room < instance_.total_demand - tolerance_;
  complete_ = false;
  std::fill(least_.begin(), least_.end(), kInfinity);
  for (int place = 0; place < places_; ++place) {
    const auto costs = instance_.cost.row(open[place]);
    for (int j = 0; j < customers; ++j)
      if (costs[j] < least_[j]) {
        least_[j] = costs[j];
        cheapest_[j] = place;
      }
  }
  if (short_) {
    unit_cost_[places_] = penalty_.data();
    capacity_[places_] = kInfinity;
    ++places_;
    if (open.empty())
      for (int j = 0; j < customers; ++j) {
        least_[j] = instance_.highest_price * instance_.demand[j];
        cheapest_[j] = 0;
      }
  }
  for (int place = 0; place < places_; ++place) {
    load_[place] = rent_[place] = 0;
    served_[place].clear();
    known_[place] = false;
    std::ranges::fill(flow_.row(place), 0.0);
  }
  double cost = 0;
  for (int j = 0; j < customers; ++j) {
    cost += least_[j];
    if (instance_.demand[j] > 0) put(cheapest_[j], j, instance_.demand[j]);
  }

  // Prices rise, and with them the dual value, which bounds the cost from below, until no site
  // holds too much; then it is the cost.
  while (true) {
    double too_much = 0;
    for (int place = 0; place < places_; ++place)
      if (excess(place) > tolerance_) too_much += excess(place);
    if (too_much == 0 || !find_chain()) break;
    const double rise = distance_[target_];
    for (int place = 0; place < places_; ++place)
      if (settled_[place]) rent_[place] += rise - distance_[place];
    cost += rise * too_much;
    if (cost >= cutoff) return cost;
    pass_on();
  }
  complete_ = true;
  return cost;
}

void Assignment::put(int place, int customer, double units) {
  if (flow_(place, customer) == 0) {
    served_[place].push_back(customer);
    if (known_[place])
      for (int to = 0; to < places_; ++to) {
        Way& way = way_(place, to);
        const double cost = unit_cost_[to][customer] - unit_cost_[place][customer];
        if (way.customer >= 0 && cost < way.cost) way = {cost, customer};
      }
  }
  flow_(place, customer) += units;
  load_[place] += units;
}

void Assignment::take(int place, int customer, double units) {
  load_[place] -= units;
  double& flow = flow_(place, customer);
  flow -= units;
  if (flow > kDust * instance_.demand[customer]) return;
  flow = 0;
  auto& served = served_[place];
  *std::find(served.begin(), served.end(), customer) = served.back();
  served.pop_back();
  for (int to = 0; to < places_; ++to)
    if (way_(place, to).customer == customer) way_(place, to).customer = -1;
}

Assignment::Way Assignment::cheapest_way(int from, int to) const {
  Way way{kInfinity, -1};
  const double *here = unit_cost_[from], *there = unit_cost_[to];
  for (const int customer : served_[from]) {
    const double cost = there[customer] - here[customer];
    if (cost < way.cost) way = {cost, customer};
  }
  return way;
}

void Assignment::find_ways(int place) {
  for (int to = 0; to < places_; ++to)
    if (to != place && (!known_[place] || way_(place, to).customer < 0))
      way_(place, to) = cheapest_way(place, to);
  way_(place, place) = {0, -1};
  known_[place] = true;
}

/// Dijkstra's algorithm from all sites that hold too much to the nearest with room. Rents keep the
/// reduced lengths from falling below zero.
bool Assignment::find_chain() {
  for (int place = 0; place < places_; ++place) {
    distance_[place] = excess(place) > tolerance_ ? 0 : kInfinity;
    before_[place] = -1;
    settled_[place] = false;
  }
  while (true) {
    int nearest = -1;
    for (int place = 0; place < places_; ++place)
      if (!settled_[place] && distance_[place] < kInfinity &&
          (nearest < 0 || distance_[place] < distance_[nearest]))
        nearest = place;
    if (nearest < 0) return false;
    if (excess(nearest) < -tolerance_) {
      target_ = nearest;
      return true;
    }
    settled_[nearest] = true;
    if (served_[nearest].empty()) continue;
    find_ways(nearest);
    for (int to = 0; to < places_; ++to) {
      if (settled_[to]) continue;
      const double length = std::max(0.0, way_(nearest, to).cost + rent_[to] - rent_[nearest]);
      if (distance_[nearest] + length < distance_[to]) {
        distance_[to] = distance_[nearest] + length;
        before_[to] = nearest;
      }
    }
  }
}

void Assignment::pass_on() {
  double units = -excess(target_);
  int place = target_;
  for (; before_[place] >= 0; place = before_[place])
    units = std::min(units, flow_(before_[place], way_(before_[place], place).customer));
  units = std::min(units, excess(place));
  // from the end of the chain: a way is used before what arrives changes it
  for (place = target_; before_[place] >= 0; place = before_[place]) {
    const int from = before_[place], customer = way_(from, place).customer;
    take(from, customer, units);
    put(place, customer, units);
  }
}

double Assignment::share(int place, int customer) const {
  assert(complete_);
  if (instance_.demand[customer] == 0) return place == cheapest_[customer] ? 1 : 0;
  return flow_(place, customer) / instance_.demand[customer];
}

bool Assignment::is_used(int place) const {
  if (!served_[place].empty()) return true;
  for (int j = 0; j < instance_.customers; ++j)
    if (instance_.demand[j] == 0 && cheapest_[j] == place) return true;
  return false;
}

void Assignment::prices(std::span<double> price) const {
  assert(complete_);
  std::copy(least_.begin(), least_.end(), price.begin());
  for (int place = 0; place < places_; ++place)
    for (const int customer : served_[place])
      price[customer] = (unit_cost_[place][customer] + rent_[place]) * instance_.demand[customer];
}

}  // namespace tavolo::engine::location
