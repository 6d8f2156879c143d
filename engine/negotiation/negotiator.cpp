#include "engine/negotiation/negotiator.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace tavolo::engine::negotiation {
namespace {

constexpr double kNearEnough = 1e-6;

}  // namespace

Ranking::Ranking(std::vector<double> utilities) : utilities_{std::move(utilities)} {
  assert(utilities_.size() <= std::numeric_limits<std::uint32_t>::max());
  for (std::size_t outcome = 0; outcome < utilities_.size(); ++outcome) {
    assert(std::isfinite(utilities_[outcome]) || utilities_[outcome] == kInfeasible);
    if (utilities_[outcome] != kInfeasible)
      ascending_.push_back(static_cast<std::uint32_t>(outcome));
  }
  std::stable_sort(ascending_.begin(), ascending_.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return utilities_[a] < utilities_[b]; });
  ladder_.reserve(ascending_.size());
  for (const auto outcome : ascending_) ladder_.push_back(utilities_[outcome]);
}

std::size_t Ranking::first_at_least(double utility) const {
  const auto rung = std::lower_bound(ladder_.begin(), ladder_.end(), utility);
  return static_cast<std::size_t>(rung - ladder_.begin());
}

std::size_t Ranking::worst_at_least(double utility, std::size_t first) const {
  const auto rank = std::max(first, first_at_least(utility));
  assert(rank < size());
  if (rank == first) return rank;
  const double shortfall = utility - utility_at(rank - 1);
  return shortfall <= kNearEnough && shortfall < utility_at(rank) - utility ? rank - 1 : rank;
}

double Tactic::aspiration(int round, int rounds) const {
  const double time = static_cast<double>(round) / (rounds + 1);
  return 1 - std::pow(time, exponent);
}

Party::Party(std::string name_, Utilities utilities, Tactic tactic_)
    : Party{std::move(name_), std::make_shared<const Ranking>(std::move(utilities.of)),
            utilities.reservation, tactic_} {}

Party::Party(std::string name_, std::shared_ptr<const Ranking> ranking_, double reservation_,
             Tactic tactic_)
    : name{std::move(name_)},
      ranking{std::move(ranking_)},
      reservation{reservation_},
      tactic{tactic_} {
  assert(ranking && std::isfinite(reservation) && tactic.exponent > 0);
}

}  // namespace tavolo::engine::negotiation
