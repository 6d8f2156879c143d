#include "agents/market/timing.h"

#include <algorithm>
#include <cmath>

#include "agents/chance.h"
#include "engine/elementary.h"
#include "engine/simd.h"

namespace tavolo::agents {
namespace {

/// Nobody waits longer for a scheme that is announced. [months]
constexpr int kLongestWait = 8;
/// Buyers who could not buy in a closed month and still want to are back within this time. [months]
constexpr int kComeBack = 36;
/// Nobody's next choice lies further away. [months]
constexpr double kLongestHolding = 12 * 100;

}  // namespace

bool serves(const Scenario& scenario, const World& world, const BonusLine& line,
            std::uint32_t buyer) {
  const auto kind = scenario.buyers.kind(buyer);
  const bool company = kind == Buyers::Kind::fleet || kind == Buyers::Kind::rental;
  if (company && !line.fleets) return false;
  if (line.income_max_eur > 0 &&
      (kind != Buyers::Kind::household || scenario.buyers.income_eur(buyer) > line.income_max_eur))
    return false;
  const int age_months = world.month.index - world.garage.bought[buyer];
  return line.scrapped_min_age_years <= 0 || age_months >= 12 * line.scrapped_min_age_years;
}

Month scheme_to_wait_for(const Scenario& scenario, const World& world, int country,
                         std::uint32_t buyer) {
  const bool van = scenario.buyers.kind(buyer) == Buyers::Kind::van_operator;
  for (const auto& line : world.bonus_lines) {
    const auto& fund = world.funds[line.fund];
    if (fund.country != country || line.vans != van || world.month < fund.announced ||
        world.month >= fund.from || fund.from - world.month > kLongestWait)
      continue;
    if (serves(scenario, world, line, buyer)) return fund.from;
  }
  return Month{0};
}

EarlyBuyers::EarlyBuyers(const Scenario& scenario, const World& world, const engine::Streams& luck,
                         int country)
    : scenario_{scenario},
      world_{world},
      luck_{luck.at(0)},
      early_months_{static_cast<int>(scenario.parameters.demand.scheme_early_months)} {
  if (scenario.parameters.demand.scheme_early <= 0) return;
  for (std::size_t l = 0; l < world.bonus_lines.size(); ++l) {
    const auto& fund = world.funds[world.bonus_lines[l].fund];
    if (fund.country == country && world.month >= fund.from && world.month <= fund.to &&
        fund.left_eur > 0)
      open_.push_back(static_cast<int>(l));
  }
}

bool came_early(const World& world, std::uint32_t buyer) {
  return world.garage.next_choice[buyer] > world.month.index;
}

std::pair<std::int16_t, std::int16_t> EarlyBuyers::times() const {
  const bool opens = std::any_of(open_.begin(), open_.end(), [&](int row) {
    return world_.funds[world_.bonus_lines[row].fund].from == world_.month;
  });
  const int now = world_.month.index;
  return {static_cast<std::int16_t>(opens ? now + 1 : now + early_months_),
          static_cast<std::int16_t>(now + early_months_)};
}

bool EarlyBuyers::look_round(std::uint32_t buyer) const {
  const int time = world_.garage.next_choice[buyer], ahead = time - world_.month.index;
  if (ahead <= 0 || ahead > early_months_) return false;
  const bool van = scenario_.buyers.kind(buyer) == Buyers::Kind::van_operator;
  const bool served = std::any_of(open_.begin(), open_.end(), [&](int row) {
    const auto& line = world_.bonus_lines[row];
    const auto& fund = world_.funds[line.fund];
    const bool for_the_first_time = fund.from == world_.month || ahead == early_months_;
    const bool ends = fund.to.index < time;
    return for_the_first_time && line.vans == van && (ends || line.scrapped_min_age_years > 0) &&
           serves(scenario_, world_, line, buyer);
  });
  return served && luck_(Chance::comes_early, buyer, world_.garage.purchases[buyer]).uniform() <
                       scenario_.parameters.demand.scheme_early;
}

HoldingTimes::HoldingTimes(const Scenario& scenario, const engine::Streams& luck)
    : scenario_{scenario},
      luck_{luck.at(0)},
      shape_{scenario.parameters.demand.holding_shape},
      mean_{std::tgamma(1 + 1 / shape_)} {}

void HoldingTimes::months(std::span<const std::uint32_t> buyers,
                          const std::vector<std::uint16_t>& purchases,
                          std::span<double> result) const {
  for (std::size_t i = 0; i < buyers.size(); ++i)
    result[i] = luck_(Chance::holding_time, buyers[i], purchases[buyers[i]]).uniform();
  const double power = 1 / shape_;
  engine::vectorised([&]() TAVOLO_IN_LOOP {
    for (std::size_t i = 0; i < result.size(); ++i)
      result[i] = engine::exp(engine::log(-engine::log(result[i])) * power);
  });
  for (std::size_t i = 0; i < buyers.size(); ++i)
    result[i] = std::clamp(
        std::round(scenario_.buyers.group_of(buyers[i]).holding_months / mean_ * result[i]), 1.0,
        kLongestHolding);
}

void put_off(const Scenario& scenario, World& world, const HoldingTimes& holding,
             std::uint32_t buyer, double u) {
  const auto& demand = scenario.parameters.demand;
  auto& garage = world.garage;
  double months = 0;
  if (u < demand.never_again) {
    holding.months({&buyer, 1}, garage.purchases, {&months, 1});
    ++garage.purchases[buyer];
  } else {
    months = 1 + std::floor((u - demand.never_again) / (1 - demand.never_again) * kComeBack);
  }
  garage.next_choice[buyer] =
      static_cast<std::int16_t>(world.month.index + static_cast<int>(months));
}

}  // namespace tavolo::agents
