#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "agents/world.h"
#include "engine/random.h"

/// When home buyers are in the market, beyond the time that their last choice set: who waits for a
/// scheme that is announced, who hurries to one that ends, and what becomes of those whom a closed
/// month keeps away. Who does what is decided by draws that name the buyer, so policies meet the
/// same people.

namespace tavolo::agents {

/// Whether a line serves this buyer at all; vehicles are judged when they are on the shelf.
bool serves(const Scenario&, const World&, const BonusLine&, std::uint32_t buyer);

/// An announced fund that is not open yet and would serve this buyer: the month in which it opens;
/// Month{0} without one.
Month scheme_to_wait_for(const Scenario&, const World&, int country, std::uint32_t buyer);

/// Buyers who look round before their time because a scheme is open now: pull-forward.
///
/// A buyer whose next choice lies within demand.scheme_early_months may advance it when a fund
/// with money left serves it, if the fund closes before its time comes or pays for the old car
/// that it drives. It looks round once for a scheme, when that opens or when its time has come so
/// near, and buys only what the scheme pays for (demand.cpp); else its time is what it was. A
/// share demand.scheme_early of purchases is of the kind that may advance (a draw for each buyer
/// and purchase, the same in every month and under every scheme), so after a scheme as many are
/// missing as had come early: Mian & Sufi (2012), Quarterly Journal of Economics 127,
/// 1107-1142; Hoekstra, Puller & West (2017), American Economic Journal: Applied 9(3), 1-35; Li,
/// Linn & Spiller (2013), Journal of Environmental Economics and Management 65.
class EarlyBuyers {
 public:
  /// `luck` of this month; only its draws without a date are used.
  EarlyBuyers(const Scenario&, const World&, const engine::Streams& luck, int country);

  /// Whether any fund is open: if not, nobody advances.
  bool any() const { return !open_.empty(); }
  /// Next choices, as month indices from first to last, of those who may look round for the first
  /// time: all that are near enough when a fund opens, afterwards those who have come near enough.
  std::pair<std::int16_t, std::int16_t> times() const;
  bool look_round(std::uint32_t buyer) const;

 private:
  const Scenario& scenario_;
  const World& world_;
  engine::Streams luck_;
  int early_months_;
  std::vector<int> open_;  // rows of World::bonus_lines
};

/// Whether a buyer who chooses now is one of them: its own time is yet to come.
bool came_early(const World&, std::uint32_t buyer);

/// Months until buyers are in the market again: Weibull with each buyer's mean.
class HoldingTimes {
 public:
  /// `luck`: only its draws without a date are used.
  HoldingTimes(const Scenario&, const engine::Streams& luck);

  /// Of several buyers at once; `purchases`: by buyer of the scenario.
  void months(std::span<const std::uint32_t> buyers, const std::vector<std::uint16_t>& purchases,
              std::span<double> result) const;

 private:
  const Scenario& scenario_;
  engine::Streams luck_;
  double shape_, mean_;  // at a scale of 1
};

/// Sends away a buyer whom a closed month keeps from the market: a share demand.never_again keeps
/// its car for a whole holding time more, as if it had decided to, the rest come back evenly over
/// the next three years. `u`: uniform on [0, 1), names which.
void put_off(const Scenario&, World&, const HoldingTimes&, std::uint32_t buyer, double u);

}  // namespace tavolo::agents
