#include "engine/location/local_search.h"

#include <algorithm>
#include <limits>

namespace tavolo::engine::location {

Incumbent::Incumbent(const Instance& instance)
    : instance_{instance},
      assignment_{instance},
      cost_{std::numeric_limits<double>::infinity()},
      price_(instance.customers) {}

double Incumbent::fixed_cost(std::span<const int> sites) const {
  double cost = 0;
  for (const int site : sites) cost += instance_.fixed_cost[site];
  return cost;
}

bool Incumbent::offer(std::span<const int> sites) {
  trial_.clear();
  auto next = sites.begin();
  for (int i = 0; i < instance_.sites; ++i) {
    const bool offered = next != sites.end() && *next == i;
    if (offered) ++next;
    if (offered || instance_.fixed_cost[i] == 0) trial_.push_back(i);
  }
  constexpr std::size_t kRemembered = 100'000;
  if (seen_.size() == kRemembered) seen_.clear();
  if (!seen_.insert(trial_).second) return false;
  const double opening = fixed_cost(trial_);
  const double service = assignment_.solve(trial_, cost_ - opening);
  if (!assignment_.complete() || assignment_.short_of_capacity()) return false;
  if (opening + service >= cost_) return false;
  open_.clear();
  for (std::size_t place = 0; place < trial_.size(); ++place) {
    const int site = trial_[place];
    if (instance_.fixed_cost[site] == 0 || assignment_.is_used(static_cast<int>(place)))
      open_.push_back(site);
  }
  cost_ = fixed_cost(open_) + service;
  return true;
}

bool Incumbent::offer(std::span<const double> open, double threshold) {
  order_.clear();
  for (int i = 0; i < instance_.sites; ++i) order_.push_back(i);
  std::ranges::sort(order_,
                    [&](int a, int b) { return open[a] != open[b] ? open[a] > open[b] : a < b; });
  double room = 0;
  std::size_t n = 0;
  for (; n < order_.size(); ++n) {
    if (open[order_[n]] <= threshold && room >= instance_.total_demand) break;
    room += instance_.capacity[order_[n]];
  }
  order_.resize(n);
  std::ranges::sort(order_);
  return offer(order_);
}

void Incumbent::improve(Relaxation& relaxation, const Deadline& deadline) {
  while (improve_once(relaxation, deadline)) {
  }
}

bool Incumbent::improve_once(Relaxation& relaxation, const Deadline& deadline) {
  constexpr std::size_t kTried = 4;  // exchanges of one site that are tried at most
  const std::vector<int> open = open_;
  std::vector<int> sites;
  const auto is_open = [&](int site) { return std::binary_search(open.begin(), open.end(), site); };
  const auto with = [&](int site) {
    auto all = sites;
    all.insert(std::upper_bound(all.begin(), all.end(), site), site);
    return all;
  };
  // sites that may help when they join `sites`, by what they may bring
  const auto try_to_add = [&](double cost, int left_out, std::size_t tried) {
    assignment_.prices(price_);
    moves_.clear();
    for (int i = 0; i < instance_.sites; ++i) {
      if (i == left_out || is_open(i)) continue;
      const double at_least = cost + relaxation.opening_cost(i, price_);
      if (at_least < cost_ - instance_.rounding(cost_)) moves_.push_back({at_least, i});
    }
    std::ranges::sort(moves_);
    for (std::size_t k = 0; k < std::min(tried, moves_.size()); ++k)
      if (offer(with(moves_[k].second))) return true;
    return false;
  };

  sites = open;
  const double service = assignment_.solve(sites);
  if (try_to_add(fixed_cost(sites) + service, -1, moves_.max_size())) return true;
  for (const int site : open) {
    if (deadline.passed()) return false;
    if (instance_.fixed_cost[site] == 0) continue;
    sites = open;
    std::erase(sites, site);
    if (offer(sites)) return true;
    const double without = assignment_.solve(sites);
    if (try_to_add(fixed_cost(sites) + without, site, kTried)) return true;
  }
  return false;
}

}  // namespace tavolo::engine::location
