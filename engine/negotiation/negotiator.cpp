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
  struct Rung {
    double utility;
    std::uint32_t outcome;
  };
  std::vector<Rung> rungs;
  rungs.reserve(utilities_.size());
  for (std::size_t outcome = 0; outcome < utilities_.size(); ++outcome) {
    assert(std::isfinite(utilities_[outcome]) || utilities_[outcome] == kInfeasible);
    if (utilities_[outcome] != kInfeasible)
      rungs.push_back({utilities_[outcome], static_cast<std::uint32_t>(outcome)});
  }
  std::stable_sort(rungs.begin(), rungs.end(),
                   [](const Rung& a, const Rung& b) { return a.utility < b.utility; });
  ascending_.reserve(rungs.size());
  ladder_.reserve(rungs.size());
  for (const auto& rung : rungs) {
    ascending_.push_back(rung.outcome);
    ladder_.push_back(rung.utility);
  }
}

std::size_t Ranking::first_at_least(double utility, std::size_t near) const {
  // ladder_[low - 1] < utility <= ladder_[high], where there are such ranks
  std::size_t low = 0, high = size();
  near = std::min(near, size());
  std::size_t stride = 1;
  if (near < size() && ladder_[near] < utility) {
    low = near + 1;
    while (low + stride <= size()) {
      const auto probe = low + stride - 1;
      if (ladder_[probe] >= utility) {
        high = probe;
        break;
      }
      low = probe + 1;
      stride *= 2;
    }
  } else {
    high = near;
    while (high > 0) {
      const auto probe = high - std::min(stride, high);
      if (ladder_[probe] < utility) {
        low = probe + 1;
        break;
      }
      high = probe;
      stride *= 2;
    }
  }
  const auto begin = ladder_.begin();
  const auto rung = std::lower_bound(begin + static_cast<std::ptrdiff_t>(low),
                                     begin + static_cast<std::ptrdiff_t>(high), utility);
  return static_cast<std::size_t>(rung - begin);
}

std::size_t Ranking::worst_at_least(double utility, std::size_t first, std::size_t near) const {
  const auto rank = std::max(first, first_at_least(utility, near));
  assert(rank < size());
  if (rank == first) return rank;
  const double shortfall = utility - utility_at(rank - 1);
  return shortfall <= kNearEnough && shortfall < utility_at(rank) - utility ? rank - 1 : rank;
}

Party::Party(std::string name_, Utilities utilities, Strategy strategy_)
    : Party{std::move(name_), std::make_shared<const Ranking>(std::move(utilities.of)),
            utilities.reservation, std::move(strategy_)} {}

Party::Party(std::string name_, std::shared_ptr<const Ranking> ranking_, double reservation_,
             Strategy strategy_)
    : Party{std::move(name_), std::move(ranking_), reservation_,
            std::make_shared<const Strategy>(std::move(strategy_))} {}

Party::Party(std::string name_, std::shared_ptr<const Ranking> ranking_, double reservation_,
             std::shared_ptr<const Strategy> strategy_, double discount_)
    : name{std::move(name_)},
      ranking{std::move(ranking_)},
      reservation{reservation_},
      strategy{std::move(strategy_)},
      discount{discount_} {
  assert(ranking && std::isfinite(reservation) && strategy && strategy->bidding &&
         strategy->exponent > 0 && discount > 0 && discount <= 1);
}

}  // namespace tavolo::engine::negotiation
