#include "agents/market/demand.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "agents/chance.h"
#include "agents/market/accounts.h"
#include "agents/market/expected_demand.h"

namespace tavolo::agents {
namespace {

/// Nobody waits longer for a scheme that is announced. [months]
constexpr int kLongestWait = 8;
/// Buyers who could not buy in a closed month are back within this time. [months]
constexpr int kComeBack = 36;
/// Who keeps buying used trades a vehicle older than this for one of this age. [months]
constexpr int kWornOut = 12 * 16, kUsed = 12 * 8;

/// What is on sale this month to one class of home buyers, and which bonus each vehicle may carry.
struct Showroom {
  Offers offers;
  std::vector<int> lines;                   // rows of World::bonus_lines for this class, fund open
  std::vector<std::vector<double>> amount;  // by line, by offer: EUR; 0: not eligible
};

/// Share of a vehicle's output from plants of a kind; what is put together from kits counts for
/// nobody.
double share_of_output(const Scenario& scenario, const World& world, int vehicle,
                       const auto& plant_counts) {
  const auto& share = world.programmes[scenario.vehicles[vehicle].programme.row].plant_share;
  double counted = 0;
  for (std::size_t p = 0; p < share.size(); ++p)
    if (share[p] > 0 && world.plants[p].kits_from < 0 && plant_counts(scenario.plants[p]))
      counted += share[p];
  return counted;
}

Showroom open_showroom(const Scenario& scenario, const World& world, int market, bool vans) {
  Showroom room;
  room.offers = build_offers(scenario, world, market, vans);
  const int home = scenario.markets[market].country.row;
  const double vat = 1 + scenario.markets[market].vat_rate;
  for (std::size_t l = 0; l < world.bonus_lines.size(); ++l) {
    const auto& line = world.bonus_lines[l];
    const auto& fund = world.funds[line.fund];
    const bool open = world.month >= fund.from && world.month <= fund.to && fund.left_eur > 0;
    if (!open || line.vans != vans || fund.country != home) continue;
    std::vector<double> amount(room.offers.size(), 0.0);
    for (std::size_t j = 0; j < amount.size(); ++j) {
      const int row = room.offers.vehicle[j];
      const auto& v = scenario.vehicles[row];
      if (v.co2_g_per_km < line.co2_min || v.co2_g_per_km > line.co2_max) continue;
      if (line.price_cap_eur > 0 && room.offers.price_eur[j] / vat > line.price_cap_eur) continue;
      if (line.local_content_floor > 0 &&
          share_of_output(scenario, world, row, [&](const Plant& p) {
            return !scenario.countries[p.country.row].overseas;
          }) < line.local_content_floor)
        continue;
      amount[j] = line.amount_eur;
      if (line.home_made_extra_eur > 0)
        amount[j] += line.home_made_extra_eur *
                     share_of_output(scenario, world, row,
                                     [&](const Plant& p) { return p.country.row == home; });
    }
    room.lines.push_back(static_cast<int>(l));
    room.amount.push_back(std::move(amount));
  }
  return room;
}

/// Whether a line serves this buyer at all; vehicles are judged in open_showroom.
bool serves(const Scenario& scenario, const World& world, const BonusLine& line,
            std::uint32_t buyer) {
  const auto kind = scenario.buyers.kind[buyer];
  if (kind == Buyers::Kind::fleet && !line.fleets) return false;
  if (line.income_max_eur > 0 &&
      (kind != Buyers::Kind::household || scenario.buyers.income_eur[buyer] > line.income_max_eur))
    return false;
  const int age_months = world.month.index - world.garage.bought[buyer];
  return line.scrapped_min_age_years <= 0 || age_months >= 12 * line.scrapped_min_age_years;
}

/// An announced fund that is not open yet and would serve this buyer: the month in which it opens.
Month scheme_to_wait_for(const Scenario& scenario, const World& world, int country,
                         std::uint32_t buyer) {
  const bool van = scenario.buyers.kind[buyer] == Buyers::Kind::van_operator;
  for (const auto& line : world.bonus_lines) {
    const auto& fund = world.funds[line.fund];
    if (fund.country != country || line.vans != van || world.month < fund.announced ||
        world.month >= fund.from || fund.from - world.month > kLongestWait)
      continue;
    if (serves(scenario, world, line, buyer)) return fund.from;
  }
  return Month{0};
}

/// Months until the buyer is in the market again: Weibull with the buyer's mean.
int holding_months(const Scenario& scenario, const engine::Streams& luck, std::uint32_t buyer,
                   std::uint32_t purchase) {
  const double shape = scenario.parameters.demand.holding_shape;
  const double scale = scenario.buyers.holding_months[buyer] / std::tgamma(1 + 1 / shape);
  const double u = luck.at(0)(Chance::holding_time, buyer, purchase).uniform();
  return std::max(1, static_cast<int>(std::lround(scale * std::pow(-std::log(u), 1 / shape))));
}

/// The buyers of one class, one after another.
class Counter {
 public:
  Counter(const Scenario& scenario, World& world, const engine::Streams& luck, int market,
          bool vans)
      : scenario_{scenario},
        world_{world},
        luck_{luck},
        market_{market},
        room_{open_showroom(scenario, world, market, vans)},
        utils_(room_.offers.size()),
        discount_(room_.offers.size()),
        line_(room_.offers.size()) {}

  void serve(std::uint32_t buyer) {
    const auto view = view_of(scenario_, world_, buyer, market_);
    const std::uint32_t purchase = world_.garage.purchases[buyer];
    tastes_.draw(luck_, room_.offers, scenario_, buyer, purchase);
    double waiting = scenario_.buyers.weight[buyer];
    const double all = waiting;
    Choice largest{-1, 0};
    // a fund that ends with this buyer serves a part of those it stands for; the rest choose anew
    while (waiting > 0) {
      offer_bonuses(buyer);
      utilities(room_.offers, view, discount_, utils_);
      const int choice = tastes_.choose(utils_, view.outside);
      const double served = order(choice, waiting);
      if (served > largest.weight) largest = {choice, served};
      waiting -= served;
      if (waiting < 1e-9 * all) waiting = 0;
    }
    drive_away(buyer, largest.offer);
  }

 private:
  struct Choice {
    int offer;
    double weight;
  };

  void offer_bonuses(std::uint32_t buyer) {
    std::fill(discount_.begin(), discount_.end(), 0.0);
    for (std::size_t i = 0; i < room_.lines.size(); ++i) {
      const auto& line = world_.bonus_lines[room_.lines[i]];
      if (!(world_.funds[line.fund].left_eur > 0) || !serves(scenario_, world_, line, buyer))
        continue;
      const double extra = line.low_income_extra_eur > 0 &&
                                   scenario_.buyers.kind[buyer] == Buyers::Kind::household &&
                                   scenario_.buyers.income_eur[buyer] <= line.low_income_max_eur
                               ? line.low_income_extra_eur
                               : 0.0;
      for (std::size_t j = 0; j < discount_.size(); ++j) {
        const double amount = room_.amount[i][j];
        if (amount <= 0 || amount + extra <= discount_[j]) continue;
        discount_[j] = amount + extra;
        line_[j] = room_.lines[i];
      }
    }
  }

  /// Books what `weight` buyers take, or as many of them as the fund still serves.
  /// @return how many of them.
  double order(int offer, double weight) {
    if (offer < 0) return weight;
    const int vehicle = room_.offers.vehicle[offer];
    if (discount_[offer] > 0) {
      auto& fund = world_.funds[world_.bonus_lines[line_[offer]].fund];
      const double wanted = discount_[offer] * weight;
      const bool ends = wanted >= fund.left_eur;
      const double paid = ends ? fund.left_eur : wanted;
      if (ends) weight = std::min(weight, paid / discount_[offer]);
      fund.left_eur = ends ? 0 : fund.left_eur - paid;
      pay(world_, treasury_of(scenario_, fund.country), kBuyers, Purpose::incentive, paid);
      world_.incentive_eur(vehicle, market_) += paid;
    }
    world_.orders(vehicle, market_) += weight;
    return weight;
  }

  void drive_away(std::uint32_t buyer, int offer) {
    auto& garage = world_.garage;
    if (offer >= 0) {
      garage.powertrain[buyer] = room_.offers.powertrain[offer];
      garage.brand[buyer] = room_.offers.brand[offer];
      garage.bought[buyer] = world_.month.index;
    } else if (world_.month.index - garage.bought[buyer] > kWornOut) {
      garage.bought[buyer] = world_.month.index - kUsed;
    }
    garage.next_choice[buyer] =
        world_.month.index + holding_months(scenario_, luck_, buyer, garage.purchases[buyer]);
    ++garage.purchases[buyer];
  }

  const Scenario& scenario_;
  World& world_;
  const engine::Streams& luck_;
  int market_;
  Showroom room_;
  TasteShocks tastes_;
  std::vector<double> utils_, discount_;
  std::vector<int> line_;  // by offer: row of World::bonus_lines that pays the discount
};

/// Who chooses this month, in the order in which they apply.
std::vector<std::uint32_t> applicants(const Scenario& scenario, World& world,
                                      const engine::Streams& luck, int market) {
  struct Applicant {
    double order;
    std::uint32_t buyer;
  };
  std::vector<Applicant> found;
  const int country = scenario.markets[market].country.row;
  for (auto b = scenario.buyers.market_begin[market]; b < scenario.buyers.market_begin[market + 1];
       ++b) {
    if (world.garage.next_choice[b] != world.month.index) continue;
    const auto u = luck(Chance::waits, b).block();
    if (u[0] >= world.demand_factor) {
      // what a closed month keeps from the market comes back over the next years, not at once
      world.garage.next_choice[b] += 1 + static_cast<int>(u[3] * kComeBack);
      continue;
    }
    if (u[1] < scenario.parameters.demand.scheme_waiters) {
      const Month opens = scheme_to_wait_for(scenario, world, country, b);
      if (opens > world.month) {
        world.garage.next_choice[b] = opens.index;
        continue;
      }
    }
    found.push_back({u[2], b});
  }
  std::sort(found.begin(), found.end(), [](const Applicant& a, const Applicant& b) {
    return a.order != b.order ? a.order < b.order : a.buyer < b.buyer;
  });
  std::vector<std::uint32_t> buyers;
  buyers.reserve(found.size());
  for (const auto& applicant : found) buyers.push_back(applicant.buyer);
  return buyers;
}

}  // namespace

void choose_vehicles(const Scenario& scenario, World& world, const engine::Streams& luck) {
  constexpr int kHome = kHomeMarket;
  if (world.forecast_lineup != world.on_sale) expect_sales(scenario, world);
  world.orders.fill(0);
  Counter cars{scenario, world, luck, kHome, false};
  Counter vans{scenario, world, luck, kHome, true};
  for (const auto buyer : applicants(scenario, world, luck, kHome))
    (scenario.buyers.kind[buyer] == Buyers::Kind::van_operator ? vans : cars).serve(buyer);
  for (std::size_t m = kHome + 1; m < scenario.markets.size(); ++m)
    for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
      world.orders(v, m) = world.forecast(v, m) / 12 * world.demand_factor;
}

}  // namespace tavolo::agents
