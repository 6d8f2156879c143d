#include "agents/read_scenario.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <optional>
#include <tuple>
#include <utility>

#include "agents/market/economy.h"
#include "agents/scenario_fields.h"
#include "engine/negotiation/catalogue.h"

namespace tavolo::agents {
namespace {

using engine::Config;
using engine::Place;
using engine::Problems;

/// Years for which charging points, headcounts and consideration are given; other starts lie
/// between them.
constexpr int kFirstStart = 2018, kLastStart = 2024;
constexpr int kLastYear = 2100;
/// How far shares that must be one may miss it, and how far rounded published ones may exceed it.
constexpr double kExact = 1e-6, kRounded = 0.005;

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.7g", value);
  return text;
}

std::string quoted(std::string_view word) { return "\"" + std::string{word} + "\""; }

/// A whole number or decimal as TOML writes it, underscores included.
std::optional<double> parse_number(std::string_view text) {
  std::string digits{text};
  std::erase(digits, '_');
  const char* begin = digits.c_str() + (digits.starts_with('+') ? 1 : 0);
  const char* end = digits.c_str() + digits.size();
  double value = 0;
  const auto [rest, error] = std::from_chars(begin, end, value);
  if (error != std::errc{} || rest != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

/// "2024-03" as a number that grows with time.
std::optional<double> parse_month(std::string_view text) {
  if (text.size() != 7 || text[4] != '-') return std::nullopt;
  const auto year = parse_number(text.substr(0, 4));
  const auto month = parse_number(text.substr(5));
  if (!year || !month) return std::nullopt;
  return *year * 12 + *month;
}

bool is_year(std::string_view text) {
  return text.size() == 4 && std::all_of(text.begin(), text.end(),
                                         [](unsigned char c) { return std::isdigit(c) != 0; });
}

/// Calls `visit(name, rows)` for every table.
template <class Visit>
void each_table(Scenario& s, Visit&& visit) {
  visit("countries", s.countries);
  visit("markets", s.markets);
  visit("carmakers", s.carmakers);
  visit("brands", s.brands);
  visit("plants", s.plants);
  visit("programmes", s.programmes);
  visit("vehicles", s.vehicles);
  visit("share_margins", s.share_margins);
  visit("output_margins", s.output_margins);
  visit("drivers", s.drivers);
  visit("components", s.components);
  visit("shocks", s.shocks);
  visit("duties", s.duties);
  visit("co2_rules", s.co2_rules);
  visit("funds", s.funds);
  visit("bonuses", s.bonuses);
  visit("company_car_tax", s.company_car_tax);
  visit("unions", s.unions);
  visit("governments", s.governments);
  visit("projects", s.projects);
  visit("sites", s.sites);
}

void resolve_links(const Config& config, Scenario& s, Problems& problems) {
  const auto link = [&]<class Row>(std::string_view table, std::vector<Row>& rows,
                                   std::string_view target, const auto& targets) {
    engine::resolve(config, table, rows, fields<Row>(), target, targets, problems);
  };
  link("markets", s.markets, "countries", s.countries);
  link("carmakers", s.carmakers, "countries", s.countries);
  link("carmakers", s.carmakers, "carmakers", s.carmakers);
  link("carmakers", s.carmakers, "plants", s.plants);
  link("brands", s.brands, "carmakers", s.carmakers);
  link("plants", s.plants, "carmakers", s.carmakers);
  link("plants", s.plants, "countries", s.countries);
  link("programmes", s.programmes, "brands", s.brands);
  link("programmes", s.programmes, "plants", s.plants);
  link("programmes", s.programmes, "programmes", s.programmes);
  link("vehicles", s.vehicles, "programmes", s.programmes);
  link("share_margins", s.share_margins, "markets", s.markets);
  link("share_margins", s.share_margins, "brands", s.brands);
  link("output_margins", s.output_margins, "plants", s.plants);
  link("duties", s.duties, "countries", s.countries);
  link("duties", s.duties, "carmakers", s.carmakers);
  link("funds", s.funds, "countries", s.countries);
  link("bonuses", s.bonuses, "funds", s.funds);
  link("company_car_tax", s.company_car_tax, "countries", s.countries);
  link("unions", s.unions, "countries", s.countries);
  link("governments", s.governments, "countries", s.countries);
  link("projects", s.projects, "carmakers", s.carmakers);
  link("projects", s.projects, "plants", s.plants);
  link("projects", s.projects, "programmes", s.programmes);
  link("sites", s.sites, "carmakers", s.carmakers);
  link("sites", s.sites, "countries", s.countries);
  link("sites", s.sites, "plants", s.plants);
}

template <class Word, std::size_t size>
void resolve_word(const std::array<std::string_view, size>& names, const std::string& text,
                  Word& word) {
  const auto found = std::find(names.begin(), names.end(), text);
  if (found != names.end()) word = static_cast<Word>(found - names.begin());
}

/// Strategies are composed, so that a list of words cannot check them.
void check_strategies(const engine::Config& config, const Scenario& s, engine::Problems& problems) {
  const std::pair<std::string_view, const std::string*> all[]{
      {"government_strategy", &s.government_strategy},
      {"carmaker_strategy", &s.carmaker_strategy},
      {"union_strategy", &s.union_strategy}};
  for (const auto& [key, strategy] : all) {
    if (strategy->empty()) continue;
    try {
      engine::negotiation::make_strategy(*strategy);
    } catch (const engine::InputError& error) {
      problems.add(engine::InputError{config.place(key).text() + ": " + error.what()});
    }
  }
}

/// The range of the assumption "key low..high reason" about a figure; nothing if there is none that
/// can be read.
std::optional<std::pair<double, double>> stated_range(const std::vector<std::string>& assumed,
                                                      std::string_view key) {
  for (const std::string_view entry : assumed) {
    if (!entry.starts_with(key) || entry.substr(key.size(), 1) != " ") continue;
    const auto rest = entry.substr(key.size() + 1);
    const auto range = rest.substr(0, rest.find(' '));
    const auto dots = range.find("..");
    if (dots == std::string_view::npos) continue;
    const auto low = parse_number(range.substr(0, dots));
    const auto high = parse_number(range.substr(dots + 2));
    if (low && high && *low <= *high) return std::pair{*low, *high};
  }
  return std::nullopt;
}

/// Shocks of the base year keep buyers from the market; the table of its sales is of a year
/// without.
double without_shocks(const Scenario& s) {
  double can_buy = 0;
  for (int month = 1; month <= 12; ++month) {
    double factor = 1;
    for (const auto& shock : s.shocks) {
      const Month now = Month::of(s.base_year, month);
      if (shock.from <= now && now <= shock.to) factor *= shock.demand_factor;
    }
    can_buy += factor / 12;
  }
  return 1 / std::max(can_buy, 0.01);
}

/// Takes out what nobody knew at the end of Scenario::known_until.
void forget_what_came_later(Scenario& s) {
  const auto later = [&](int year) { return Month::of(year, 12) > s.known_until; };
  for (auto& driver : s.drivers)
    std::erase_if(driver.by_year, [&](const auto& entry) {
      return is_year(entry.first) && later(std::stoi(entry.first));
    });
  // a year's incentives abroad are taken to be known when it begins
  for (auto& margin : s.share_margins)
    std::erase_if(margin.bonus_eur, [&](const auto& entry) {
      return is_year(entry.first) && later(std::stoi(entry.first) - 1);
    });
  std::erase_if(s.shocks, [&](const Shock& shock) { return shock.from > s.known_until; });
  std::erase_if(s.duties, [&](const Duty& duty) { return duty.from > s.known_until; });
  for (auto& fund : s.funds)  // rows of bonuses refer to it, so it stays, and never opens
    if (fund.announced > s.known_until) fund.announced = fund.from = fund.to = Month{1 << 30};
}

/// What the rows say in words, as rows and enumerators. Unknown words were reported by the reader.
void resolve_words(Scenario& s) {
  resolve_word(kAidRegimeNames, s.aid_regime, s.regime);
  resolve_word(kSitingProtocolNames, s.siting_protocol, s.siting);
  resolve_word(kCo2PoolingNames, s.co2_pooling, s.pooling);
  for (auto& v : s.vehicles) {
    const auto word = std::find(kPowertrainNames.begin(), kPowertrainNames.end(), v.powertrain);
    if (word != kPowertrainNames.end())
      v.power = static_cast<Powertrain>(word - kPowertrainNames.begin());
  }
  for (std::size_t v = 0; v < s.vehicles.size(); ++v)
    if (s.vehicles[v].programme)
      s.programmes[s.vehicles[v].programme.row].vehicle_rows.push_back(static_cast<int>(v));
  for (auto& p : s.programmes) {
    const auto word = std::find(kSegments.begin(), kSegments.end(), p.segment);
    if (word != kSegments.end()) p.segment_row = static_cast<int>(word - kSegments.begin());
  }
  for (std::size_t i = 0; i < kSeriesNames.size(); ++i)
    for (std::size_t d = 0; d < s.drivers.size(); ++d)
      if (s.drivers[d].id == kSeriesNames[i] && !s.drivers[d].by_year.empty() &&
          std::all_of(s.drivers[d].by_year.begin(), s.drivers[d].by_year.end(),
                      [](const auto& entry) { return is_year(entry.first); })) {
        s.series[i] = static_cast<int>(d);
        s.series_base[i] = driver_known(s.drivers[d], s.base_year);
      }
  for (auto& site : s.sites) {
    const double affinity = site.affinity_eur_per_vehicle;
    const auto range = stated_range(site.assumed, "affinity_eur_per_vehicle");
    const auto [low, high] = range.value_or(std::pair{affinity, affinity});
    site.affinity_low = std::min(low, affinity);
    site.affinity_high = std::max(high, affinity);
  }
  for (auto& fund : s.funds)
    if (fund.announced == Month{0}) fund.announced = fund.from;
  s.without_shocks = without_shocks(s);
  each_table(s, [](std::string_view, auto& rows) {
    for (auto& row : rows)
      if constexpr (requires { row.name; })
        if (row.name.empty()) row.name = row.id;
  });
}

/// The checks that need more than one column.
class Checks {
 public:
  /// `complete`: no required value was missing. Only then is an empty one told as such, so that
  /// a missing one is not told twice.
  Checks(const Config& config, const Scenario& scenario, bool complete, Problems& problems)
      : config_{config}, s_{scenario}, complete_{complete}, problems_{problems} {}

  template <class Row>
  void rows(std::string_view table, const std::vector<Row>& rows) {
    for (const auto& row : rows) {
      if (complete_ && row.source.find_first_not_of(" \t\n") == std::string::npos)
        add(table, row.id, "source", "source is empty.",
            "A figure without a source cannot be judged.",
            "Name where the row's figures come from.");
      for (const auto& field : fields<Row>())
        if (const auto* link = std::get_if<Link Row::*>(&field.member))
          if (complete_ && field.required && (row.**link).id.empty())
            add(table, row.id, field.key, std::string{field.key} + " names nothing.",
                "It must be a row of " + std::string{field.table} + ".",
                "Write the id of that row.");
      if constexpr (requires { row.assumed; })
        for (const auto& entry : row.assumed) assumption(table, row, entry);
    }
  }

  void horizon() {
    if (s_.start == Month{0}) return;  // unreadable: already reported
    const int first = s_.start.year();
    if (s_.known_until < Month::of(s_.base_year, 12))
      add("known_until",
          "known_until = \"" + s_.known_until.text() + "\" is before the end of the base year, " +
              std::to_string(s_.base_year) + ".",
          "Sales and drivers of the base year are known.",
          "Set known_until to \"" + Month::of(s_.base_year, 12).text() + "\" or later.");
    if (first < kFirstStart || first > kLastStart || s_.start.month() != 1)
      add("start",
          "start = " + s_.start.text() + " is not a January of " + std::to_string(kFirstStart) +
              " .. " + std::to_string(kLastStart) + ".",
          "The state at the start is known for these years, and everybody plans in January.",
          "Set start to \"" + std::to_string(std::clamp(first, kFirstStart, kLastStart)) +
              "-01\".");
    if (s_.until < first)
      add("until",
          "until = " + std::to_string(s_.until) + " is before the start, " + s_.start.text() + ".",
          "There would be no month to simulate.",
          "Set until to " + std::to_string(first) + " or later.");
    if (s_.until > kLastYear)
      add("until", "until = " + std::to_string(s_.until) + " is beyond 2100.",
          "No driver or rule says anything about such a future.", "Set until to 2100 or earlier.");
    if (s_.base_year > first)
      add("base_year",
          "base_year = " + std::to_string(s_.base_year) + " is after the start, " +
              s_.start.text() + ".",
          "The run starts from the sales and prices of a year that is known.",
          "Set base_year to " + std::to_string(first) + " or earlier.");
  }

  void parameters() {
    const auto& p = s_.parameters;
    if (p.population.peers != 2 * std::floor(p.population.peers / 2))
      add("population", "", "peers", "peers = " + number(p.population.peers) + " is not even.",
          "Ties are made in pairs, to neighbours on either side.", "Use an even number.");
    if (p.demand.nest_segment > p.demand.nest_new)
      add("demand", "", "nest_segment",
          "nest_segment = " + number(p.demand.nest_segment) +
              " is above nest_new = " + number(p.demand.nest_new) + ".",
          "Vehicles of a segment are closer substitutes than vehicles in general.",
          "Lower nest_segment or raise nest_new.");
  }

  void years() {
    const auto check = [&](std::string_view table, const std::string& id, std::string_view key,
                           const std::map<std::string, double>& by_year) {
      for (const auto& [year, value] : by_year)
        if (!is_year(year))
          add(table, id, key, quoted(year) + " in " + std::string{key} + " is not a year.",
              "The values of this column are by year.", "Write them as { 2022 = 1, 2023 = 2 }.");
    };
    for (const auto& m : s_.markets) {
      check("markets", m.id, "car_registrations", m.car_registrations);
      check("markets", m.id, "van_registrations", m.van_registrations);
    }
    for (const auto& m : s_.share_margins) {
      check("share_margins", m.id, "by_year", m.by_year);
      check("share_margins", m.id, "bonus_eur", m.bonus_eur);
    }
    for (const auto& m : s_.output_margins) {
      check("output_margins", m.id, "by_year", m.by_year);
      check("output_margins", m.id, "home_share", m.home_share);
    }
    for (const auto& d : s_.drivers) check("drivers", d.id, "by_year", d.by_year);
    for (const auto& g : s_.governments) check("governments", g.id, "budget_eur", g.budget_eur);
  }

  void base_year() {
    const std::string year = std::to_string(s_.base_year);
    for (const auto& m : s_.markets) {
      registrations(m, "car_registrations", m.car_registrations, year);
      if (!m.van_registrations.empty())
        registrations(m, "van_registrations", m.van_registrations, year);
    }
    const auto covers = [&](const auto& row) { return row.by_year.contains(year); };
    if (!s_.share_margins.empty() &&
        std::none_of(s_.share_margins.begin(), s_.share_margins.end(), covers))
      no_margin("share_margins", year);
    if (!s_.output_margins.empty() &&
        std::none_of(s_.output_margins.begin(), s_.output_margins.end(), covers))
      no_margin("output_margins", year);
  }

  void population() {
    if (s_.markets.empty()) return;
    const auto peopled = std::count_if(s_.markets.begin(), s_.markets.end(),
                                       [](const Market& m) { return m.households > 0; });
    if (peopled == 0) {
      add("markets", "No market has households.", "The population would be empty: nobody buys.",
          "Set households of the markets that are to be simulated.");
      return;
    }
    if (s_.markets.front().households <= 0)
      add("markets", s_.markets.front().id, "households",
          "The first market, " + quoted(s_.markets.front().id) + ", has no households.",
          "The first market is the home market, whose buyers and surplus are reported.",
          "Put the home market first.");
    if (s_.brands.size() > Garage::kNoBrand)
      add("brands",
          std::to_string(s_.brands.size()) + " brands are more than " +
              std::to_string(Garage::kNoBrand) + ".",
          "A buyer remembers the brand that it drives in one byte.", "Join the smallest ones.");
    const double buyers = s_.parameters.population.buyers;
    if (buyers < static_cast<double>(peopled))
      add("population", "", "buyers",
          "buyers = " + number(buyers) + " is fewer than the " + std::to_string(peopled) +
              " markets with households.",
          "Every market needs a buyer.", "Use some hundreds at least.");
    for (const auto& m : s_.markets) {
      if (m.households <= 0) continue;
      if (m.income_median_eur <= 0)
        add("markets", m.id, "income_median_eur",
            "Market " + quoted(m.id) + " has households without an income.",
            "Buyers weigh prices against their income.", "Set income_median_eur.");
    }
  }

  void drivers() {
    if (s_.drivers.empty()) return;
    for (const auto name : kSeriesNames) {
      const auto found = std::find_if(s_.drivers.begin(), s_.drivers.end(),
                                      [&](const Driver& d) { return d.id == name; });
      if (found == s_.drivers.end())
        add("drivers", "The table drivers has no row " + quoted(name) + ".",
            "Costs, incomes and the use of vehicles depend on it.",
            "Add the row, with the years that are known.");
      else if (complete_ && found->by_year.empty())
        add("drivers", found->id, "by_year", "Driver " + quoted(name) + " has no known year.",
            "A series needs a level to start from.", "Give by_year at least one year.");
    }
  }

  void governments() {
    if (s_.governments.empty()) return;
    std::map<int, std::string> governs;
    for (const auto& g : s_.governments) {
      if (!g.country) continue;
      const auto [other, is_first] = governs.emplace(g.country.row, g.id);
      if (!is_first)
        add("governments", g.id, "country",
            "Country " + quoted(g.country.id) + " is already governed by " + quoted(other->second) +
                ".",
            "A country has one treasury.", "Remove one of the two rows.");
      const bool has_market = std::any_of(
          s_.markets.begin(), s_.markets.end(),
          [&](const Market& m) { return m.country.row == g.country.row && m.households > 0; });
      if (g.strategic && !has_market)
        add("governments", g.id, "strategic",
            "Country " + quoted(g.country.id) + " has no market with households.",
            "A strategic government steers by its registrations and electric share.",
            "Add a row to markets, or set strategic = false.");
    }
    if (std::none_of(s_.governments.begin(), s_.governments.end(),
                     [](const Government& g) { return g.strategic; }))
      add("governments", "No government is strategic.",
          "There is nobody to follow the policy of the scenario.",
          "Set strategic = true for the government under study.");
  }

  void ownership() {
    circles("carmakers", "parent", s_.carmakers, &Carmaker::parent, "No maker owns itself.");
    circles("carmakers", "co2_pool", s_.carmakers, &Carmaker::co2_pool,
            "A pool needs one leader, whose co2_pool is left out.");
    circles("programmes", "replaces", s_.programmes, &Programme::replaces,
            "A nameplate cannot follow itself.");
  }

  void programmes() {
    for (const auto& p : s_.programmes) {
      plant_keys("programmes", p.id, "plants", p.plants);
      const double sum =
          std::accumulate(p.plants.begin(), p.plants.end(), 0.0,
                          [](double total, const auto& entry) { return total + entry.second; });
      if (std::abs(sum - 1) > kExact && (complete_ || !p.plants.empty()))
        add("programmes", p.id, "plants",
            "The plants of " + quoted(p.id) + " have shares that sum to " + number(sum) + ".",
            "All of its output is made somewhere, once.", "Make the shares sum to 1.");
      order("programmes", p.id, "from", p.from, "generation_end", p.generation_end);
      tooling(p);
    }
    for (const auto& b : s_.brands) market_keys("brands", b.id, "seed_share", b.seed_share);
    for (const auto& v : s_.vehicles) {
      market_keys("vehicles", v.id, "market_mix", v.market_mix);
      if (complete_ && v.price_eur == 0)
        add("vehicles", v.id, "price_eur", "price_eur = 0 is not a price.",
            "Costs are backed out of prices.", "Give what buyers pay with VAT.");
      if (v.power == Powertrain::bev && v.powertrain == "bev" && v.range_km == 0)
        add("vehicles", v.id, "range_km", "Electric vehicle " + quoted(v.id) + " has no range.",
            "Buyers weigh the range.", "Set range_km, WLTP.");
      order("vehicles", v.id, "from", v.from, "to", v.to);
    }
  }

  void margins() {
    struct Sum {
      double share = 0;
      std::string last_row;
    };
    // by market, subject and year
    std::map<std::tuple<int, std::string_view, std::string>, Sum> sums;
    for (const auto& m : s_.share_margins) {
      if (m.brands.empty() == m.powertrains.empty()) {
        add("share_margins", m.id, "",
            "Row " + quoted(m.id) + " names " +
                (m.brands.empty() ? "neither brands nor powertrains."
                                  : "both brands and powertrains."),
            "A margin is the share of one or the other.", "Give one of the two columns.");
        continue;
      }
      words("share_margins", m.id, "powertrains", m.powertrains);
      for (const auto& [year, share] : m.by_year) {
        auto& sum = sums[{m.market.row, m.brands.empty() ? "powertrains" : "brands", year}];
        sum.share += share;
        sum.last_row = m.id;
      }
    }
    for (const auto& [key, sum] : sums) {
      const auto& [market, subject, year] = key;
      if (market < 0 || sum.share <= 1 + kRounded) continue;
      add("share_margins", sum.last_row, "by_year",
          "The shares of " + std::string{subject} + " in market " + quoted(s_.markets[market].id) +
              " in " + year + " sum to " + number(sum.share) + ".",
          "Shares of one whole cannot exceed 1.",
          "Check the rows for percentages, or for a group beside its members.");
    }
  }

  void timing() {
    for (const auto& x : s_.shocks) order("shocks", x.id, "from", x.from, "to", x.to);
    for (const auto& x : s_.duties) order("duties", x.id, "from", x.from, "to", x.to);
    for (const auto& x : s_.company_car_tax)
      order("company_car_tax", x.id, "from", x.from, "to", x.to);
    for (const auto& x : s_.plants) order("plants", x.id, "opens", x.opens, "closes", x.closes);
    for (const auto& x : s_.funds) {
      order("funds", x.id, "from", x.from, "to", x.to);
      order("funds", x.id, "announced", x.announced, "from", x.from);
    }
  }

  void bonuses() {
    for (const auto& b : s_.bonuses)
      if (b.co2_min > b.co2_max)
        add("bonuses", b.id, "co2_min",
            "co2_min = " + number(b.co2_min) + " is above co2_max = " + number(b.co2_max) + ".",
            "No vehicle would be served.", "Swap the two.");
  }

  /// What is taxed is taxed once: no two rules of a country serve one vehicle at one time.
  void company_cars() {
    const auto& rules = s_.company_car_tax;
    for (std::size_t i = 0; i < rules.size(); ++i) {
      const auto& rule = rules[i];
      words("company_car_tax", rule.id, "powertrains", rule.powertrains);
      if (rule.co2_min > rule.co2_max)
        add("company_car_tax", rule.id, "co2_min",
            "co2_min = " + number(rule.co2_min) + " is above co2_max = " + number(rule.co2_max) +
                ".",
            "No vehicle would be taxed.", "Swap the two.");
      const auto share_a_powertrain = [](const auto& a, const auto& b) {
        return a.empty() || b.empty() || std::any_of(a.begin(), a.end(), [&](const auto& word) {
                 return std::find(b.begin(), b.end(), word) != b.end();
               });
      };
      for (std::size_t k = 0; k < i; ++k) {
        const auto& other = rules[k];
        if (other.country.row != rule.country.row || other.from > rule.to || rule.from > other.to ||
            other.co2_min > rule.co2_max || rule.co2_min > other.co2_max ||
            !share_a_powertrain(rule.powertrains, other.powertrains))
          continue;
        add("company_car_tax", rule.id, "from",
            "Rules " + quoted(other.id) + " and " + quoted(rule.id) +
                " hold for the same cars in the same months.",
            "A car is taxed by one rule.", "Separate them by month, emission or powertrain.");
      }
    }
    for (const auto& v : s_.vehicles)
      if (v.mild && v.powertrain != "hybrid")
        add("vehicles", v.id, "mild", quoted(v.id) + " is mild, but no hybrid.",
            "Only a hybrid can be a mild one.", "Leave mild out, or correct the powertrain.");
  }

  void sites() {
    for (const auto& site : s_.sites) {
      if (!site.host) continue;
      const auto& host = s_.plants[site.host.row];
      if (host.country.row != site.country.row)
        add("sites", site.id, "host",
            "Plant " + quoted(host.id) + " is not in " + quoted(site.country.id) + ".",
            "A line stands where its plant does.", "Name a plant of that country, or correct it.");
      if (!host.tracked)
        add("sites", site.id, "host", "Plant " + quoted(host.id) + " is not tracked.",
            "A supply has neither room nor a workforce for a line.", "Name a tracked plant.");
    }
  }

  void unions() {
    std::map<std::string, double> votes;
    for (const auto& u : s_.unions) {
      plant_keys("unions", u.id, "backing", u.backing);
      for (const auto& [plant, share] : u.backing) {
        double& sum = votes[plant];
        const bool was_fine = sum <= 1 + kExact;
        sum += share;
        if (was_fine && sum > 1 + kExact)
          add("unions", u.id, "backing",
              "The unions' backing at plant " + quoted(plant) + " sums to " + number(sum) + ".",
              "Every worker has one vote.", "Make the shares of a plant sum to 1 at most.");
      }
    }
  }

 private:
  void add(std::string_view table, std::string_view id, std::string_view key,
           std::string_view problem, std::string_view reason, std::string_view remedy) {
    problems_.add(config_.place(table, id, key), problem, reason, remedy);
  }
  void add(std::string_view top_level_key, std::string_view problem, std::string_view reason,
           std::string_view remedy) {
    problems_.add(config_.place(top_level_key), problem, reason, remedy);
  }

  /// "key low..high reason": an assumption that says how far it may be wrong.
  template <class Row>
  void assumption(std::string_view table, const Row& row, std::string_view entry) {
    const auto refuse = [&](const std::string& problem) {
      add(table, row.id, "assumed", problem,
          "An assumption says of which figure it is and how far off it may be.",
          "Write \"key low..high reason\", as in \"hours_per_vehicle 22..30 press reports\".");
    };
    const auto first_space = std::min(entry.find(' '), entry.size());
    const std::string_view path = entry.substr(0, first_space);
    const std::string_view key = path.substr(0, path.find('.'));  // "seed_share.FR"
    const auto columns = fields<Row>();
    const auto column = std::find_if(columns.begin(), columns.end(),
                                     [&](const auto& field) { return field.key == key; });
    if (column == columns.end()) {
      std::vector<std::string_view> keys;
      for (const auto& field : columns) keys.push_back(field.key);
      const std::string near = engine::nearest(key, keys);
      refuse("assumed names " + quoted(key) + ", which is not a column of " + std::string{table} +
             (near.empty() ? "." : ". Did you mean " + quoted(near) + "?"));
      return;
    }
    std::string_view rest = entry.substr(first_space);
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    const std::string_view range = rest.substr(0, rest.find(' '));
    const auto dots = range.find("..");
    const bool is_month = std::holds_alternative<Month Row::*>(column->member);
    const auto bound = [&](std::string_view text) {
      return is_month ? parse_month(text) : parse_number(text);
    };
    const auto low = dots == std::string_view::npos ? std::nullopt : bound(range.substr(0, dots));
    const auto high = dots == std::string_view::npos ? std::nullopt : bound(range.substr(dots + 2));
    if (!low || !high)
      refuse("assumed = " + quoted(entry) + " has no range of two " +
             (is_month ? "months." : "numbers."));
    else if (*low > *high)
      refuse("assumed = " + quoted(entry) + " has a range from high to low.");
    else if (rest.substr(range.size()).find_first_not_of(' ') == std::string_view::npos)
      refuse("assumed = " + quoted(entry) + " gives no reason.");
  }

  void registrations(const Market& market, std::string_view key,
                     const std::map<std::string, double>& by_year, const std::string& year) {
    if (by_year.contains(year)) return;
    add("markets", market.id, key,
        "Market " + quoted(market.id) + " has no " + std::string{key} + " of " + year +
            ", the base year.",
        "The base year's sales are matched to them.",
        "Add " + year + " to " + std::string{key} + ", or choose another base_year.");
  }

  void no_margin(std::string_view table, const std::string& year) {
    add(table, "No row of " + std::string{table} + " covers " + year + ", the base year.",
        "The base year's sales are matched to these margins.",
        "Add " + year + " to by_year of its rows, or choose another base_year.");
  }

  void keys(std::string_view table, const std::string& id, std::string_view column,
            const std::map<std::string, double>& values, std::string_view target,
            std::span<const std::string_view> ids) {
    for (const auto& [key, value] : values) {
      if (std::find(ids.begin(), ids.end(), key) != ids.end()) continue;
      const std::string near = engine::nearest(key, ids);
      add(table, id, column,
          quoted(key) + " in " + std::string{column} + " of " + quoted(id) +
              " is not in the table " + std::string{target} + ".",
          "A row can only name a row that exists.",
          near.empty()
              ? "Add a row " + quoted(key) + " to " + std::string{target} + ", or name another."
              : "Did you mean " + quoted(near) + "?");
    }
  }
  void plant_keys(std::string_view table, const std::string& id, std::string_view column,
                  const std::map<std::string, double>& values) {
    std::vector<std::string_view> ids;
    for (const auto& plant : s_.plants) ids.push_back(plant.id);
    keys(table, id, column, values, "plants", ids);
  }
  void market_keys(std::string_view table, const std::string& id, std::string_view column,
                   const std::map<std::string, double>& values) {
    std::vector<std::string_view> ids;
    for (const auto& market : s_.markets) ids.push_back(market.id);
    keys(table, id, column, values, "markets", ids);
  }

  void words(std::string_view table, const std::string& id, std::string_view column,
             const std::vector<std::string>& values) {
    for (const auto& word : values)
      if (std::find(kPowertrainNames.begin(), kPowertrainNames.end(), word) ==
          kPowertrainNames.end()) {
        const std::string near = engine::nearest(word, kPowertrainNames);
        add(table, id, column, quoted(word) + " is not a powertrain.",
            "Powertrains are petrol, diesel, lpg, hybrid, phev and bev.",
            near.empty() ? "Use one of these." : "Did you mean " + quoted(near) + "?");
      }
  }

  void order(std::string_view table, const std::string& id, std::string_view first_key, Month first,
             std::string_view last_key, Month last) {
    if (first <= last) return;
    add(table, id, first_key,
        std::string{first_key} + " = " + first.text() + " is after " + std::string{last_key} +
            " = " + last.text() + ".",
        "Time runs forward.", "Swap the two months, or correct one.");
  }

  /// A programme that runs at the start must fit the lines of its plants.
  void tooling(const Programme& programme) {
    if (programme.from > s_.start) return;  // tooled by the project that launches it
    for (const auto& plant : s_.plants) {
      const auto share = programme.plants.find(plant.id);
      if (share == programme.plants.end() || share->second <= 0) continue;
      if (!plant.tracked || plant.opens > s_.start) continue;
      const auto lists = [&](const std::vector<std::string>& platforms) {
        return std::find(platforms.begin(), platforms.end(), programme.platform) != platforms.end();
      };
      if (lists(plant.platforms) || lists(plant.convertible)) continue;
      add("programmes", programme.id, "platform",
          "Plant " + quoted(plant.id) + " is not tooled for platform " +
              quoted(programme.platform) + " of " + quoted(programme.id) + ".",
          "Nothing of it could be made there.",
          "Add the platform to `platforms` of the plant, or correct it.");
    }
  }

  /// Refuses chains of links that come back to where they began; each circle is told once.
  template <class Row>
  void circles(std::string_view table, std::string_view key, const std::vector<Row>& rows,
               Link Row::*next, std::string_view reason) {
    for (int start = 0; start < static_cast<int>(rows.size()); ++start) {
      std::string chain = rows[start].id;
      int row = (rows[start].*next).row;
      for (std::size_t steps = 0; steps < rows.size() && row > start; ++steps) {
        chain += " -> " + rows[row].id;
        row = (rows[row].*next).row;
      }
      if (row == start)
        add(table, rows[start].id, key,
            std::string{key} + " runs in a circle: " + chain + " -> " + rows[start].id + ".",
            reason, "Leave " + std::string{key} + " out in one of these rows.");
    }
  }

  const Config& config_;
  const Scenario& s_;
  bool complete_;
  Problems& problems_;
};

void check_top_level(const Config& config, Problems& problems) {
  std::vector<std::string_view> known{"include"};
  for (const auto& field : fields<Scenario>()) known.push_back(field.key);
  for (const auto section : parameter_sections()) known.push_back(section);
  for (const auto& table : tables()) known.push_back(table.name);
  config.refuse_unknown(known, problems);
  for (const auto& table : tables()) {
    if (!table.required || config.rows(table.name, problems) > 0) continue;
    problems.add(config.place(table.name),
                 "The table " + std::string{table.name} +
                     (config.has(table.name) ? " is empty." : " is missing."),
                 "A scenario needs it: " + std::string{table.meaning} + ".",
                 "Add " + quoted(table.file) + " to `include`, or write " +
                     std::string{table.name} + " = [ … ].");
  }
}

}  // namespace

Scenario read_scenario(const Config& config, Problems& problems) {
  check_top_level(config, problems);
  const auto told = problems.messages().size();
  Scenario s = engine::read_section<Scenario>(config, "", fields<Scenario>(), problems);
  s.text = config.text();
  s.parameters = read_parameters(config, problems);
  each_table(s, [&]<class Row>(std::string_view table, std::vector<Row>& rows) {
    rows = engine::read_rows<Row>(config, table, fields<Row>(), problems);
  });
  const bool complete = problems.messages().size() == told;
  resolve_links(config, s, problems);
  resolve_words(s);
  check_strategies(config, s, problems);

  Checks checks{config, s, complete, problems};
  each_table(s, [&](std::string_view table, const auto& rows) { checks.rows(table, rows); });
  checks.horizon();
  checks.parameters();
  checks.years();
  checks.base_year();
  checks.population();
  checks.drivers();
  checks.governments();
  checks.ownership();
  checks.programmes();
  checks.sites();
  checks.margins();
  checks.timing();
  checks.bonuses();
  checks.company_cars();
  checks.unions();
  forget_what_came_later(s);
  return s;
}

}  // namespace tavolo::agents
