#include "engine/demand/pricing.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

namespace tavolo::engine::demand {
namespace {

/// The largest, or infinity when one is not finite.
class Largest {
 public:
  void add(double value) {
    if (!std::isfinite(value)) value = std::numeric_limits<double>::infinity();
    value_ = std::max(value_, value);
  }
  double value() const { return value_; }

 private:
  double value_ = 0;
};

/// Makes of `right` the solution x of `matrix` x = `right`, by elimination with partial pivoting;
/// of NaN when the matrix is singular. Boost's uBLAS 1.74 does not compile as C++20.
void solve(Grid<double>& matrix, std::vector<double>& right) {
  const std::size_t n = right.size();
  for (std::size_t step = 0; step < n; ++step) {
    std::size_t pivot = step;
    for (std::size_t row = step + 1; row < n; ++row)
      if (std::abs(matrix(row, step)) > std::abs(matrix(pivot, step))) pivot = row;
    if (!(std::abs(matrix(pivot, step)) > 0)) {
      std::fill(right.begin(), right.end(), std::numeric_limits<double>::quiet_NaN());
      return;
    }
    std::swap_ranges(matrix.row(step).begin(), matrix.row(step).end(), matrix.row(pivot).begin());
    std::swap(right[step], right[pivot]);
    for (std::size_t row = step + 1; row < n; ++row) {
      const double factor = matrix(row, step) / matrix(step, step);
      for (std::size_t column = step + 1; column < n; ++column)
        matrix(row, column) -= factor * matrix(step, column);
      right[row] -= factor * right[step];
    }
  }
  for (std::size_t row = n; row-- > 0;) {
    for (std::size_t column = row + 1; column < n; ++column)
      right[row] -= matrix(row, column) * right[column];
    right[row] /= matrix(row, row);
  }
}

/// Firms that are joined by stakes have the same number.
std::vector<int> groups_of_firms(const LogitMarket& market) {
  std::vector<int> group(market.firms());
  std::iota(group.begin(), group.end(), 0);
  for (const auto& stake : market.stakes()) {
    const int from = group[stake.firm], to = group[stake.in];
    std::replace(group.begin(), group.end(), from, to);
  }
  return group;
}

}  // namespace

Convergence invert_shares(LogitMarket& market, std::span<const double> price,
                          std::span<const double> share, std::vector<double>& utility) {
  assert(utility.size() == market.products() && share.size() == utility.size());
  std::vector<double> log_share(share.size()), predicted(share.size());
  for (std::size_t j = 0; j < share.size(); ++j) log_share[j] = std::log(share[j]);
  const auto contraction = [&](const std::vector<double>& from, std::vector<double>& to) {
    market.set_mean_utility(from);
    market.shares(price, predicted);
    Largest miss;
    for (std::size_t j = 0; j < from.size(); ++j) {
      const double difference = log_share[j] - std::log(predicted[j]);
      miss.add(std::abs(difference));
      to[j] = from[j] + market.damping()[j] * difference;
    }
    return miss.value();
  };
  const auto result = fixed_point(utility, contraction, {.goal = 2e-15, .tolerance = 1e-11});
  market.set_mean_utility(utility);
  return result;
}

std::vector<double> logit_utilities(const Nests& nests, std::span<const double> share) {
  double outside = 1;
  for (const double s : share) outside -= s;
  std::vector<double> in_nest(nests.rho.size(), 0.0), result(share.size());
  const auto nest_of = [&](std::size_t j) { return nests.of.empty() ? -1 : nests.of[j]; };
  for (std::size_t j = 0; j < share.size(); ++j)
    if (nest_of(j) >= 0) in_nest[nest_of(j)] += share[j];
  for (std::size_t j = 0; j < share.size(); ++j) {
    result[j] = std::log(share[j] / outside);
    if (const int h = nest_of(j); h >= 0)
      result[j] -= nests.rho[h] * std::log(share[j] / in_nest[h]);
  }
  return result;
}

std::vector<double> markups(LogitMarket& market, std::span<const double> price) {
  const auto firm = market.firm();
  const auto group = groups_of_firms(market);
  Grid<double> counts(static_cast<std::size_t>(market.firms()),
                      static_cast<std::size_t>(market.firms()));
  for (int f = 0; f < market.firms(); ++f) counts(f, f) = 1;
  for (const auto& stake : market.stakes()) counts(stake.firm, stake.in) += stake.share;
  std::vector<double> share(market.products()), result(market.products());
  market.shares(price, share);
  std::map<int, std::vector<std::size_t>> products;
  for (std::size_t j = 0; j < firm.size(); ++j) products[group[firm[j]]].push_back(j);
  for (const auto& [_, which] : products) {
    auto matrix = market.price_effects(price, which);
    const std::size_t n = which.size();
    std::vector<double> right(n);
    for (std::size_t j = 0; j < n; ++j) {
      right[j] = share[which[j]];
      for (std::size_t k = 0; k < n; ++k) matrix(j, k) *= -counts(firm[which[j]], firm[which[k]]);
    }
    solve(matrix, right);
    for (std::size_t j = 0; j < n; ++j) result[which[j]] = right[j];
  }
  return result;
}

Convergence equilibrium_prices(LogitMarket& market, std::span<const double> cost,
                               std::vector<double>& price) {
  assert(price.size() == market.products() && cost.size() == price.size());
  std::vector<double> markup(price.size()), at(price.size());
  for (std::size_t j = 0; j < price.size(); ++j) markup[j] = price[j] - cost[j];
  const auto zeta = [&](const std::vector<double>& from, std::vector<double>& to) {
    for (std::size_t j = 0; j < from.size(); ++j) at[j] = cost[j] + from[j];
    market.zeta(at, from, to);
    Largest miss;
    for (std::size_t j = 0; j < from.size(); ++j)
      miss.add(std::abs(to[j] - from[j]) / std::max(std::abs(at[j]), 1e-300));
    return miss.value();
  };
  const auto result = fixed_point(markup, zeta, {.goal = 1e-13, .tolerance = 1e-11});
  for (std::size_t j = 0; j < price.size(); ++j) price[j] = cost[j] + markup[j];
  return result;
}

double herfindahl(std::span<const double> share, std::span<const int> owner) {
  std::map<int, double> sold;
  double all = 0, squares = 0;
  for (std::size_t j = 0; j < share.size(); ++j) {
    sold[owner[j]] += share[j];
    all += share[j];
  }
  for (const auto& [_, s] : sold) squares += (s / all) * (s / all);
  return 1e4 * squares;
}

}  // namespace tavolo::engine::demand
