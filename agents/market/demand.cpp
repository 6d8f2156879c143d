#include "agents/market/demand.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "agents/chance.h"
#include "agents/market/accounts.h"
#include "agents/market/expected_demand.h"
#include "engine/elementary.h"
#include "engine/parallel.h"
#include "engine/scan.h"

namespace tavolo::agents {
namespace {

/// Nobody waits longer for a scheme that is announced. [months]
constexpr int kLongestWait = 8;
/// Buyers who could not buy in a closed month are back within this time. [months]
constexpr int kComeBack = 36;
/// Who keeps buying used trades a vehicle older than this for one of this age. [months]
constexpr int kWornOut = 12 * 16, kUsed = 12 * 8;
/// Nobody's next choice lies further away. [months]
constexpr double kLongestHolding = 12 * 100;

/// Buyers are asked on all cores, so many at a time to a core; all choices in between two funds
/// that end are independent.
constexpr std::size_t kBlock = 512, kBatch = 16 * kBlock;

/// What is on sale this month to one class of home buyers, and which bonus each vehicle may carry.
struct Showroom {
  Offers offers;
  Shelf shelf;
  std::vector<int> lines;                   // rows of World::bonus_lines for this class, fund open
  std::vector<std::vector<double>> amount;  // by line, by place on the shelf: EUR; 0: not eligible
};

/// Share of a vehicle's output from plants of a kind; what is put together from kits counts for
/// nobody.
double share_of_output(const Scenario& scenario, const World& world, int vehicle,
                       const auto& plant_counts) {
  double counted = 0;
  for (const auto& [plant, share] :
       world.programmes[scenario.vehicles[vehicle].programme.row].plant_share)
    if (world.plants[plant].kits_from < 0 && plant_counts(scenario.plants[plant])) counted += share;
  return counted;
}

Showroom open_showroom(const Scenario& scenario, const World& world, int market, bool vans) {
  auto on_sale = build_offers(scenario, world, market, vans);
  Shelf shelf{on_sale, scenario};
  Showroom room{std::move(on_sale), std::move(shelf), {}, {}};
  const int home = scenario.markets[market].country.row;
  const double vat = 1 + scenario.markets[market].vat_rate;
  for (std::size_t l = 0; l < world.bonus_lines.size(); ++l) {
    const auto& line = world.bonus_lines[l];
    const auto& fund = world.funds[line.fund];
    const bool open = world.month >= fund.from && world.month <= fund.to && fund.left_eur > 0;
    if (!open || line.vans != vans || fund.country != home) continue;
    std::vector<double> amount(room.shelf.size(), 0.0);
    for (std::size_t place = 0; place < amount.size(); ++place) {
      const int j = room.shelf.offer(place);
      if (j < 0) continue;
      const int row = room.offers.vehicle[j];
      const auto& v = scenario.vehicles[row];
      if (v.co2_g_per_km < line.co2_min || v.co2_g_per_km > line.co2_max) continue;
      if (line.price_cap_eur > 0 && room.offers.price_eur[j] / vat > line.price_cap_eur) continue;
      if (line.local_content_floor > 0 &&
          share_of_output(scenario, world, row, [&](const Plant& p) {
            return !scenario.countries[p.country.row].overseas;
          }) < line.local_content_floor)
        continue;
      amount[place] = line.amount_eur;
      if (line.home_made_extra_eur > 0)
        amount[place] += line.home_made_extra_eur *
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
  const auto kind = scenario.buyers.kind(buyer);
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

/// Months until a buyer is in the market again: Weibull with the buyer's mean.
class HoldingTimes {
 public:
  HoldingTimes(const Scenario& scenario, const engine::Streams& luck)
      : scenario_{scenario}, luck_{luck.at(0)} {}

  /// Of several buyers at once; `purchases`: by buyer of the scenario.
  void months(std::span<const std::uint32_t> buyers, const std::vector<std::uint16_t>& purchases,
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

 private:
  const Scenario& scenario_;
  engine::Streams luck_;
  double shape_ = scenario_.parameters.demand.holding_shape;
  double mean_ = std::tgamma(1 + 1 / shape_);  // at a scale of 1
};

/// This month's buyers, in the order in which they apply.
class Counter {
 public:
  Counter(const Scenario& scenario, World& world, const engine::Streams& luck, int market)
      : scenario_{scenario},
        world_{world},
        luck_{luck},
        market_{market},
        rooms_{open_showroom(scenario, world, market, false),
               open_showroom(scenario, world, market, true)} {}

  void serve(std::span<const std::uint32_t> buyers) {
    taken_.assign(buyers.size(), kNothing);
    for (std::size_t first = 0; first < buyers.size(); first += kBatch) {
      const std::size_t last = std::min(first + kBatch, buyers.size());
      // all are asked at once; from a fund that ends on, those that follow are asked anew
      for (std::size_t asked = first; asked < last;) {
        ask(buyers, asked, last);
        bool fund_ended = false;
        while (asked < last && !fund_ended) {
          fund_ended = book(buyers[asked], taken_[asked]);
          ++asked;
        }
      }
    }
    const HoldingTimes holding{scenario_, luck_};
    engine::for_each_block(buyers.size(), kBlock, [&](std::size_t, std::size_t b, std::size_t end) {
      std::array<double, kBlock> months;
      const auto some = buyers.subspan(b, end - b);
      holding.months(some, world_.garage.purchases, std::span{months}.first(some.size()));
      for (std::size_t i = 0; i < some.size(); ++i)
        drive_away(some[i], taken_[b + i], static_cast<int>(months[i]));
    });
  }

 private:
  static constexpr int kNothing = -1;
  struct Bonus {
    double eur = 0;
    int line = -1;  // row of World::bonus_lines
  };

  const Showroom& room_of(std::uint32_t buyer) const {
    return rooms_[scenario_.buyers.kind(buyer) == Buyers::Kind::van_operator];
  }

  /// Calls `visit(line's row, its amounts, what is added to them)` for what serves this buyer now.
  void for_each_line(std::uint32_t buyer, const auto& visit) const {
    const auto& room = room_of(buyer);
    for (std::size_t i = 0; i < room.lines.size(); ++i) {
      const auto& line = world_.bonus_lines[room.lines[i]];
      if (!(world_.funds[line.fund].left_eur > 0) || !serves(scenario_, world_, line, buyer))
        continue;
      const double extra = line.low_income_extra_eur > 0 &&
                                   scenario_.buyers.kind(buyer) == Buyers::Kind::household &&
                                   scenario_.buyers.income_eur[buyer] <= line.low_income_max_eur
                               ? line.low_income_extra_eur
                               : 0.0;
      visit(room.lines[i], room.amount[i], extra);
    }
  }

  /// What the buyer would get at this place of its shelf.
  Bonus bonus(std::uint32_t buyer, int place) const {
    Bonus best;
    for_each_line(buyer, [&](int line, const std::vector<double>& amount, double extra) {
      if (amount[place] > 0 && amount[place] + extra > best.eur)
        best = {amount[place] + extra, line};
    });
    return best;
  }

  /// The same for the whole shelf; empty where there is nothing for it.
  std::span<const float> discounts(std::uint32_t buyer, std::vector<float>& eur) const {
    eur.clear();
    for_each_line(buyer, [&](int, const std::vector<double>& amount, double extra) {
      eur.resize(amount.size());
      for (std::size_t place = 0; place < amount.size(); ++place)
        if (amount[place] > 0)
          eur[place] = std::max(eur[place], static_cast<float>(amount[place] + extra));
    });
    return eur;
  }

  /// The places that buyers first … last - 1 would take, as funds stand.
  void ask(std::span<const std::uint32_t> buyers, std::size_t first, std::size_t last) {
    engine::for_each_block(
        last - first, kBlock, [&](std::size_t, std::size_t begin, std::size_t end) {
          std::array choosers{Chooser{rooms_[0].shelf, luck_}, Chooser{rooms_[1].shelf, luck_}};
          std::vector<float> eur;
          for (std::size_t i = first + begin; i < first + end; ++i)
            taken_[i] = ask_one(buyers[i], choosers, eur);
        });
  }

  int ask_one(std::uint32_t buyer, std::array<Chooser, 2>& choosers,
              std::vector<float>& eur) const {
    auto& chooser = choosers[scenario_.buyers.kind(buyer) == Buyers::Kind::van_operator];
    chooser.approach(view_of(scenario_, world_, buyer, market_), buyer,
                     world_.garage.purchases[buyer]);
    return chooser.choose(discounts(buyer, eur));
  }

  /// Books what the buyer takes. A fund that ends with it serves a part of those it stands for; the
  /// rest choose anew. Leaves in `place` what most of them take.
  /// @return whether a fund ended.
  bool book(std::uint32_t buyer, int& place) {
    const double all = scenario_.buyers.group_of(buyer).weight;
    double waiting = all - order(buyer, place, all);
    if (waiting < 1e-9 * all) {
      if (!fund_ended_) return false;
      fund_ended_ = false;
      return true;
    }
    std::array choosers{Chooser{rooms_[0].shelf, luck_}, Chooser{rooms_[1].shelf, luck_}};
    std::vector<float> eur;
    double largest = all - waiting;
    while (waiting >= 1e-9 * all) {
      const int other = ask_one(buyer, choosers, eur);
      const double served = order(buyer, other, waiting);
      if (served > largest) {
        largest = served;
        place = other;
      }
      waiting -= served;
    }
    fund_ended_ = false;
    return true;
  }

  /// Books what `weight` buyers take, or as many of them as the fund still serves.
  /// @return how many of them.
  double order(std::uint32_t buyer, int place, double weight) {
    if (place < 0) return weight;
    const auto& room = room_of(buyer);
    const int vehicle = room.offers.vehicle[room.shelf.offer(place)];
    if (const auto due = bonus(buyer, place); due.eur > 0) {
      auto& fund = world_.funds[world_.bonus_lines[due.line].fund];
      const double wanted = due.eur * weight;
      const bool ends = wanted >= fund.left_eur;
      const double paid = ends ? fund.left_eur : wanted;
      if (ends) weight = std::min(weight, paid / due.eur);
      fund.left_eur = ends ? 0 : fund.left_eur - paid;
      fund_ended_ |= ends;
      pay(world_, treasury_of(scenario_, fund.country), kBuyers, Purpose::incentive, paid);
      world_.incentive_eur(vehicle, market_) += paid;
    }
    world_.orders(vehicle, market_) += weight;
    return weight;
  }

  void drive_away(std::uint32_t buyer, int place, int holding_months) {
    auto& garage = world_.garage;
    if (place >= 0) {
      const auto& room = room_of(buyer);
      const int offer = room.shelf.offer(place);
      garage.powertrain[buyer] = room.offers.powertrain[offer];
      garage.brand[buyer] = room.offers.brand[offer];
      garage.bought[buyer] = month(0);
    } else if (world_.month.index - garage.bought[buyer] > kWornOut) {
      garage.bought[buyer] = month(-kUsed);
    }
    garage.next_choice[buyer] = month(holding_months);
    ++garage.purchases[buyer];
  }

  std::int16_t month(int from_now) const {
    return static_cast<std::int16_t>(world_.month.index + from_now);
  }

  const Scenario& scenario_;
  World& world_;
  const engine::Streams& luck_;
  int market_;
  std::array<Showroom, 2> rooms_;  // cars, vans
  std::vector<int> taken_;         // by buyer served: place on its shelf, or kNothing
  bool fund_ended_ = false;        // since it was last looked at
};

/// Who chooses this month, in the order in which they apply.
std::vector<std::uint32_t> applicants(const Scenario& scenario, World& world,
                                      const engine::Streams& luck, int market) {
  constexpr std::size_t kScan = 1 << 16;  // garages looked through at a time
  struct Applicant {
    double order;
    std::uint32_t buyer;
  };
  const int country = scenario.markets[market].country.row;
  const std::uint32_t begin = scenario.buyers.market_begin[market];
  const std::size_t buyers = scenario.buyers.market_begin[market + 1] - begin;
  std::vector<std::vector<Applicant>> found((buyers + kScan - 1) / kScan);
  engine::for_each_block(buyers, kScan, [&](std::size_t block, std::size_t from, std::size_t to) {
    std::vector<std::uint32_t> due;
    engine::rows_equal(std::span{world.garage.next_choice}.subspan(begin + from, to - from),
                       static_cast<std::int16_t>(world.month.index), due);
    for (const std::uint32_t i : due) {
      const auto b = begin + static_cast<std::uint32_t>(from) + i;
      const auto u = luck(Chance::waits, b).block();
      if (u[0] >= world.demand_factor) {
        // what a closed month keeps from the market comes back over the next years, not at once
        world.garage.next_choice[b] =
            static_cast<std::int16_t>(world.month.index + 1 + static_cast<int>(u[3] * kComeBack));
        continue;
      }
      if (u[1] < scenario.parameters.demand.scheme_waiters) {
        const Month opens = scheme_to_wait_for(scenario, world, country, b);
        if (opens > world.month) {
          world.garage.next_choice[b] = static_cast<std::int16_t>(opens.index);
          continue;
        }
      }
      found[block].push_back({u[2], b});
    }
  });
  std::vector<Applicant> all;
  for (const auto& some : found) all.insert(all.end(), some.begin(), some.end());
  std::sort(all.begin(), all.end(), [](const Applicant& a, const Applicant& b) {
    return a.order != b.order ? a.order < b.order : a.buyer < b.buyer;
  });
  std::vector<std::uint32_t> queue;
  queue.reserve(all.size());
  for (const auto& applicant : all) queue.push_back(applicant.buyer);
  return queue;
}

}  // namespace

void choose_vehicles(const Scenario& scenario, World& world, const engine::Streams& luck) {
  constexpr int kHome = kHomeMarket;
  if (world.forecast_lineup != world.on_sale) expect_sales(scenario, world);
  world.orders.fill(0);
  Counter counter{scenario, world, luck, kHome};
  counter.serve(applicants(scenario, world, luck, kHome));
  const double demand_factor = world.demand_factor;
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v) {
    const auto orders = world.orders.row(v), forecast = world.forecast.row(v);
    for (std::size_t m = kHome + 1; m < orders.size(); ++m)
      orders[m] = forecast[m] / 12 * demand_factor;
  }
}

}  // namespace tavolo::agents
