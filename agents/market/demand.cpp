#include "agents/market/demand.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "agents/chance.h"
#include "agents/market/accounts.h"
#include "agents/market/company_car.h"
#include "agents/market/expected_demand.h"
#include "agents/market/timing.h"
#include "engine/neighbours.h"
#include "engine/parallel.h"
#include "engine/scan.h"

namespace tavolo::agents {
namespace {

/// Who keeps buying used trades a vehicle older than this for one of this age. [months]
constexpr int kWornOut = 12 * 16, kUsed = 12 * 8;

/// Buyers are asked on all cores, so many at a time to a core; all choices in between two funds
/// that end are independent.
constexpr std::size_t kBlock = 512, kBatch = 16 * kBlock;

/// What is on sale this month to one class of home buyers, and which bonus each vehicle may carry.
struct Showroom {
  Offers offers;
  Shelf shelf;
  std::vector<int> lines;                  // rows of World::bonus_lines for this class, fund open
  std::vector<std::vector<float>> amount;  // by line, by offer: EUR; 0: not eligible
  // of a company car's driver, by offer, empty where no law taxes: EUR a year, and as price
  std::vector<double> drivers_tax;
  std::vector<float> drivers_tax_as_price;
};

/// Adds what the driver of a company car will be taxed.
void add_drivers_tax(const Scenario& scenario, const World& world, int market, Showroom& room) {
  if (scenario.company_car_tax.empty()) return;
  const auto benefit = taxed_benefits_eur(scenario, world, room.offers, market);
  const double rate = scenario.parameters.demand.driver_tax_rate;
  const double as_price = benefit_as_price(scenario, market);
  for (const double eur : benefit) {
    room.drivers_tax.push_back(rate * eur);
    room.drivers_tax_as_price.push_back(static_cast<float>(as_price * eur));
  }
}

/// Share of a vehicle's output from plants of a kind; what is put together from kits counts for
/// nobody.
double share_of_output(const Scenario& scenario, const World& world, int vehicle,
                       const auto& plant_counts) {
  const auto& programme = world.programmes[scenario.vehicles[vehicle].programme.row];
  double counted = 0;
  for (const auto& [plant, share] : programme.plant_share)
    if (programme.kits_at != plant && plant_counts(scenario.plants[plant])) counted += share;
  return counted;
}

Showroom open_showroom(const Scenario& scenario, const World& world, int market, bool vans) {
  auto on_sale = build_offers(scenario, world, market, vans);
  if (market != kHomeMarket) {  // abroad no fund runs down: everybody gets the average
    const auto discount = expected_discounts(world, on_sale, market);
    for (std::size_t j = 0; j < discount.size(); ++j) on_sale.price_eur[j] -= discount[j];
  }
  Shelf shelf{on_sale, scenario};
  Showroom room{std::move(on_sale), std::move(shelf), {}, {}, {}, {}};
  if (!vans) add_drivers_tax(scenario, world, market, room);
  const int home = scenario.markets[market].country.row;
  const double vat = 1 + scenario.markets[market].vat_rate;
  for (std::size_t l = 0; l < world.bonus_lines.size(); ++l) {
    const auto& line = world.bonus_lines[l];
    const auto& fund = world.funds[line.fund];
    const bool open = world.month >= fund.from && world.month <= fund.to && fund.left_eur > 0;
    if (!open || line.vans != vans || fund.country != home) continue;
    std::vector<float> amount(room.offers.size(), 0.0f);
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
      double eur = line.amount_eur;
      if (line.home_made_extra_eur > 0)
        eur += line.home_made_extra_eur *
               share_of_output(scenario, world, row,
                               [&](const Plant& p) { return p.country.row == home; });
      amount[j] = static_cast<float>(eur);
    }
    room.lines.push_back(static_cast<int>(l));
    room.amount.push_back(std::move(amount));
  }
  return room;
}

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

  void serve(std::span<const std::uint32_t> buyers, const HoldingTimes& holding) {
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
    engine::for_each_block(buyers.size(), kBlock, [&](std::size_t, std::size_t b, std::size_t end) {
      std::array<double, kBlock> months;
      const auto some = buyers.subspan(b, end - b);
      holding.months(some, world_.garage.purchases, std::span{months}.first(some.size()));
      for (std::size_t i = 0; i < some.size(); ++i) {
        fetch_ahead(some, i);
        drive_away(some[i], taken_[b + i], static_cast<int>(months[i]));
      }
    });
  }

 private:
  static constexpr int kNothing = -1;
  struct Bonus {
    double eur = 0;
    int line = -1;  // row of World::bonus_lines
  };

  bool is_van_operator(std::uint32_t buyer) const {
    return scenario_.buyers.kind(buyer) == Buyers::Kind::van_operator;
  }
  const Showroom& room_of(std::uint32_t buyer) const { return rooms_[is_van_operator(buyer)]; }

  /// Whether a bonus line of the buyer's showroom serves it now.
  bool serves_now(std::uint32_t buyer, int row) const {
    const auto& line = world_.bonus_lines[row];
    return world_.funds[line.fund].left_eur > 0 && serves(scenario_, world_, line, buyer);
  }

  /// What the line adds for this buyer to what it pays for a vehicle. [EUR]
  float extra_eur(std::uint32_t buyer, int row) const {
    const auto& line = world_.bonus_lines[row];
    return line.low_income_extra_eur > 0 &&
                   scenario_.buyers.kind(buyer) == Buyers::Kind::household &&
                   scenario_.buyers.income_eur(buyer) <= line.low_income_max_eur
               ? static_cast<float>(line.low_income_extra_eur)
               : 0.0f;
  }

  /// What the buyer would get for this offer.
  Bonus bonus(std::uint32_t buyer, int offer) const {
    const auto& room = room_of(buyer);
    Bonus best;
    for (std::size_t i = 0; i < room.lines.size(); ++i) {
      const float amount = room.amount[i][offer];
      if (!(amount > 0) || !serves_now(buyer, room.lines[i])) continue;
      const double eur = amount + extra_eur(buyer, room.lines[i]);
      if (eur > best.eur) best = {eur, room.lines[i]};
    }
    return best;
  }

  /// What the buyer settles for: who has come before its time takes only what a bonus pays for.
  int settle(std::uint32_t buyer, int offer) const {
    const bool for_a_bonus = offer >= 0 && bonus(buyer, offer).eur > 0;
    return came_early(world_, buyer) && !for_a_bonus ? kNothing : offer;
  }

  /// Buyers of one class who are asked together.
  struct Group {
    Group(const Showroom& room, const engine::Streams& luck)
        : chooser{room.shelf, luck}, drivers_tax{.amount_eur = room.drivers_tax_as_price} {
      for (const auto& amount : room.amount) incentives.push_back({.amount_eur = amount});
    }
    Chooser chooser;
    std::vector<Chooser::Incentive> incentives;  // by line of the showroom
    Chooser::Charge drivers_tax;
    std::array<std::uint32_t, Chooser::kLanes> buyer{};
    std::array<std::size_t, Chooser::kLanes> place{};  // of each, among those who are served
  };

  /// The offers that buyers first … last - 1 would take, as funds stand.
  void ask(std::span<const std::uint32_t> buyers, std::size_t first, std::size_t last) {
    engine::for_each_block(
        last - first, kBlock, [&](std::size_t, std::size_t begin, std::size_t end) {
          std::array groups{Group{rooms_[0], luck_}, Group{rooms_[1], luck_}};
          const auto some = buyers.subspan(first + begin, end - begin);
          for (std::size_t i = 0; i < some.size(); ++i) {
            engine::fetch_ahead(scenario_.peers, world_.garage.powertrain, some, i);
            fetch_ahead(some, i);
            auto& group = groups[is_van_operator(some[i])];
            join(group, some[i], first + begin + i);
            if (group.chooser.full()) decide(group);
          }
          for (auto& group : groups) decide(group);
        });
  }

  /// What choices read and write of who comes after buyers[at]: memory is far, and rows are many.
  void fetch_ahead(std::span<const std::uint32_t> buyers, std::size_t at) const {
    constexpr std::size_t kAhead = 16;
    if (at + kAhead >= buyers.size()) return;
    const auto& all = scenario_.buyers;
    const auto& garage = world_.garage;
    engine::fetch_row(buyers[at + kAhead], all.ln_income, all.ln_km, all.taste, all.charging,
                      garage.powertrain, garage.brand, garage.bought, garage.next_choice,
                      garage.purchases);
  }

  void join(Group& group, std::uint32_t buyer, std::size_t place) const {
    const std::size_t lane = group.chooser.approach(view_of(scenario_, world_, buyer, market_),
                                                    buyer, world_.garage.purchases[buyer]);
    group.place[lane] = place;
    group.buyer[lane] = buyer;
    group.drivers_tax.due[lane] = scenario_.buyers.kind(buyer) == Buyers::Kind::fleet ? -1 : 0;
    const auto& lines = room_of(buyer).lines;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      group.incentives[i].entitled[lane] = serves_now(buyer, lines[i]) ? -1 : 0;
      group.incentives[i].extra_eur[lane] = extra_eur(buyer, lines[i]);
    }
  }

  void decide(Group& group) {
    if (group.chooser.buyers() == 0) return;
    const auto& taken = group.chooser.choose(group.incentives, group.drivers_tax);
    for (std::size_t lane = 0; lane < group.chooser.buyers(); ++lane)
      taken_[group.place[lane]] = settle(group.buyer[lane], taken[lane]);
    group.chooser.clear();
  }

  /// What this buyer would take, as funds stand.
  int ask_again(std::uint32_t buyer) const {
    Group alone{room_of(buyer), luck_};
    join(alone, buyer, 0);
    return settle(buyer, alone.chooser.choose(alone.incentives, alone.drivers_tax)[0]);
  }

  /// Books what the buyer takes. A fund that ends with it serves a part of those it stands for; the
  /// rest choose anew. Leaves in `offer` what most of them take.
  /// @return whether a fund ended.
  bool book(std::uint32_t buyer, int& offer) {
    const double all = scenario_.buyers.group_of(buyer).weight;
    double waiting = all - order(buyer, offer, all);
    if (waiting < 1e-9 * all) {
      if (!fund_ended_) return false;
      fund_ended_ = false;
      return true;
    }
    double largest = all - waiting;
    while (waiting >= 1e-9 * all) {
      const int other = ask_again(buyer);
      const double served = order(buyer, other, waiting);
      // who came early for the bonus and finds none stays with what it has of it
      if (served > largest && !(other == kNothing && came_early(world_, buyer))) {
        largest = served;
        offer = other;
      }
      waiting -= served;
    }
    fund_ended_ = false;
    return true;
  }

  /// Books what `weight` buyers take, or as many of them as the fund still serves.
  /// @return how many of them.
  double order(std::uint32_t buyer, int offer, double weight) {
    if (offer < 0) return weight;
    const int vehicle = room_of(buyer).offers.vehicle[offer];
    if (const auto due = bonus(buyer, offer); due.eur > 0) {
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
    if (market_ != kHomeMarket) return weight;
    const auto kind = scenario_.buyers.kind(buyer);
    world_.bought_year(static_cast<std::size_t>(kind),
                       static_cast<std::size_t>(scenario_.vehicles[vehicle].power)) += weight;
    if (const auto& tax = room_of(buyer).drivers_tax; kind == Buyers::Kind::fleet && !tax.empty())
      world_.benefit_tax_eur_per_year += weight * tax[offer];
    return weight;
  }

  void drive_away(std::uint32_t buyer, int offer, int holding_months) {
    auto& garage = world_.garage;
    if (offer == kNothing && came_early(world_, buyer)) return;  // comes back when it is time
    if (offer >= 0) {
      const auto& room = room_of(buyer);
      garage.powertrain[buyer] = room.offers.powertrain[offer];
      garage.brand[buyer] = static_cast<std::uint8_t>(room.offers.brand[offer]);
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
  std::vector<int> taken_;         // by buyer served: offer of its showroom, or kNothing
  bool fund_ended_ = false;        // since it was last looked at
};

/// Who chooses this month, in the order in which they apply.
std::vector<std::uint32_t> applicants(const Scenario& scenario, World& world,
                                      const engine::Streams& luck, const HoldingTimes& holding,
                                      int market) {
  constexpr std::size_t kScan = 1 << 16;  // garages looked through at a time
  struct Applicant {
    double order;
    std::uint32_t buyer;
  };
  const int country = scenario.markets[market].country.row;
  const std::uint32_t begin = scenario.buyers.market_begin[market];
  const std::size_t buyers = scenario.buyers.market_begin[market + 1] - begin;
  std::vector<std::vector<Applicant>> found((buyers + kScan - 1) / kScan);
  const EarlyBuyers early{scenario, world, luck, country};
  engine::for_each_block(buyers, kScan, [&](std::size_t block, std::size_t from, std::size_t to) {
    const auto times =
        std::span<const std::int16_t>{world.garage.next_choice}.subspan(begin + from, to - from);
    std::vector<std::uint32_t> rows;
    if (early.any()) {
      const auto [first, last] = early.times();
      engine::rows_within(times, first, last, rows);
      for (const std::uint32_t i : rows) {
        const auto b = begin + static_cast<std::uint32_t>(from) + i;
        if (!early.look_round(b)) continue;
        const auto u = luck(Chance::waits, b).block();
        if (u[0] < world.demand_factor) found[block].push_back({u[2], b});
      }
      rows.clear();
    }
    const auto now = static_cast<std::int16_t>(world.month.index);
    engine::rows_within(times, now, now, rows);
    for (const std::uint32_t i : rows) {
      const auto b = begin + static_cast<std::uint32_t>(from) + i;
      const auto u = luck(Chance::waits, b).block();
      if (u[0] >= world.demand_factor) {
        put_off(scenario, world, holding, b, u[3]);
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
  engine::sort_in_parallel(std::span{all}, [](const Applicant& a, const Applicant& b) {
    return a.order != b.order ? a.order < b.order : a.buyer < b.buyer;
  });
  std::vector<std::uint32_t> queue;
  queue.reserve(all.size());
  for (const auto& applicant : all) queue.push_back(applicant.buyer);
  return queue;
}

}  // namespace

void choose_vehicles(const Scenario& scenario, World& world, const engine::Streams& luck) {
  if (world.forecast_lineup != world.on_sale) expect_sales(scenario, world);
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v) {
    const auto forecast = std::as_const(world.forecast).row(v);
    std::transform(forecast.begin(), forecast.end(), world.orders.row(v).begin(),
                   [&](double a_year) { return a_year / 12 * world.demand_factor; });
  }
  const HoldingTimes holding{scenario, luck};
  for (int m = 0; m < static_cast<int>(scenario.markets.size()); ++m) {
    if (!scenario.buyers_act(m)) continue;
    for (std::size_t v = 0; v < scenario.vehicles.size(); ++v) world.orders(v, m) = 0;
    Counter counter{scenario, world, luck, m};
    counter.serve(applicants(scenario, world, luck, holding, m), holding);
  }
}

}  // namespace tavolo::agents
