#include "agents/governments/treasury.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <span>
#include <utility>
#include <vector>

#include "agents/market/accounts.h"
#include "agents/words.h"
#include "engine/error.h"

namespace tavolo::agents {
namespace {

/// Age of a car that counts as old in a policy's own scheme.
constexpr double kOldCarYears = 10;
/// Money in a fund that serves nobody. [EUR]
constexpr double kEmpty = 1;
/// Change of a lever that is worth telling, relative.
constexpr double kMaterial = 0.1;

using words::meur;
using words::percent;

std::string eur(double value) { return words::grouped(value) + " EUR"; }

using Lever = std::pair<const char*, double Instruments::*>;
constexpr std::array kLevers{
    Lever{"purchase_budget_eur", &Instruments::purchase_budget_eur},
    Lever{"bonus_bev_eur", &Instruments::bonus_bev_eur},
    Lever{"bonus_phev_eur", &Instruments::bonus_phev_eur},
    Lever{"bonus_low_emission_eur", &Instruments::bonus_low_emission_eur},
    Lever{"scrappage_extra_eur", &Instruments::scrappage_extra_eur},
    Lever{"low_income_extra_eur", &Instruments::low_income_extra_eur},
    Lever{"income_max_eur", &Instruments::income_max_eur},
    Lever{"price_cap_eur", &Instruments::price_cap_eur},
    Lever{"local_content_floor", &Instruments::local_content_floor},
    Lever{"home_made_extra_eur", &Instruments::home_made_extra_eur},
    Lever{"grant_share", &Instruments::grant_share},
    Lever{"grant_budget_eur", &Instruments::grant_budget_eur},
    Lever{"clawback_share", &Instruments::clawback_share},
    Lever{"transition_aid_eur", &Instruments::transition_aid_eur},
    Lever{"output_premium_eur", &Instruments::output_premium_eur},
    Lever{"output_premium_floor", &Instruments::output_premium_floor},
    Lever{"output_premium_budget_eur", &Instruments::output_premium_budget_eur},
    Lever{"energy_relief_eur_per_mwh", &Instruments::energy_relief_eur_per_mwh},
    Lever{"wage_wedge_share", &Instruments::wage_wedge_share},
    Lever{"charging_budget_eur", &Instruments::charging_budget_eur},
    Lever{"entrant_budget_eur", &Instruments::entrant_budget_eur},
    Lever{"pressure", &Instruments::pressure},
    Lever{"pact_cap_share", &Instruments::pact_cap_share},
    Lever{"company_bev_share", &Instruments::company_bev_share},
    Lever{"company_phev_share", &Instruments::company_phev_share},
    Lever{"company_other_share", &Instruments::company_other_share},
};

/// As it was given: what is refused may be anything.
std::string number(double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

void require_levers(const World& world, const Government& government, const Instruments& levers) {
  for (const auto& [name, lever] : kLevers)
    if (!std::isfinite(levers.*lever) || levers.*lever < 0)
      throw engine::RunError{"In " + world.month.text() + " the policy of " + government.name +
                             " sets " + name + " to " + number(levers.*lever) +
                             ". A lever is 0 or more."};
}

bool differ(const Instruments& a, const Instruments& b) {
  if (a.replay_schemes != b.replay_schemes || a.means_tested != b.means_tested ||
      a.bonus_for_fleets != b.bonus_for_fleets || a.pact != b.pact)
    return true;
  return std::any_of(kLevers.begin(), kLevers.end(), [&](const Lever& lever) {
    const double before = a.*lever.second, after = b.*lever.second;
    return std::abs(after - before) > kMaterial * std::max(before, after);
  });
}

/// Adds an item to a list in words.
void list(std::string& items, const char* separator, const std::string& item) {
  if (!items.empty()) items += separator;
  items += item;
}

std::string purchase_terms(const Instruments& levers) {
  std::string terms;
  const auto add = [&](double amount, const std::string& what) {
    if (amount > 0) list(terms, ", ", eur(amount) + what);
  };
  add(levers.bonus_bev_eur, " electric");
  add(levers.bonus_phev_eur, " plug-in hybrid");
  add(levers.bonus_low_emission_eur, " up to 135 g/km");
  add(levers.scrappage_extra_eur, " more for an old car");
  const std::string income = eur(levers.income_max_eur) + " of income";
  add(levers.low_income_extra_eur, " more below " + income);
  add(levers.home_made_extra_eur, " more if made at home");
  if (levers.means_tested) list(terms, ", ", "only below " + income);
  return terms;
}

/// The levers in one line: what and how much.
std::string describe(const Instruments& levers) {
  std::string text;
  const auto add = [&](bool used, const std::string& what) {
    if (used) list(text, "; ", what);
  };
  add(levers.replay_schemes, "the schemes of the law run");
  add(levers.purchase_budget_eur > 0, "a purchase scheme of " + meur(levers.purchase_budget_eur) +
                                          " (" + purchase_terms(levers) + ")");
  add(levers.grant_share > 0, "grants up to " + percent(levers.grant_share) + " of capex (" +
                                  meur(levers.grant_budget_eur) + ", clawback " +
                                  percent(levers.clawback_share) + ")");
  add(levers.transition_aid_eur > 0,
      "up to " + meur(levers.transition_aid_eur) + " for a transition agreement");
  add(levers.output_premium_eur > 0, eur(levers.output_premium_eur) + " per vehicle above " +
                                         words::grouped(levers.output_premium_floor) + " a year (" +
                                         meur(levers.output_premium_budget_eur) + ")");
  add(levers.energy_relief_eur_per_mwh > 0,
      eur(levers.energy_relief_eur_per_mwh) + "/MWh of energy relief");
  add(levers.wage_wedge_share > 0, percent(levers.wage_wedge_share) + " of labour cost");
  add(levers.charging_budget_eur > 0, meur(levers.charging_budget_eur) + " of charging points");
  add(levers.entrant_budget_eur > 0, meur(levers.entrant_budget_eur) + " to court a new maker");
  add(levers.pressure > 0, "public pressure on the makers");
  add(levers.pact, "a European pact caps aid at " + percent(levers.pact_cap_share));
  add(levers.company_other_share > 0,
      "company cars taxed on " + percent(levers.company_bev_share) + " (electric), " +
          percent(levers.company_phev_share) + " (plug-in hybrid), " +
          percent(levers.company_other_share) + " (others) of their cost");
  return text.empty() ? "no levers" : text;
}

/// What a government pays for plants, in words; nothing: "".
std::string money_for_plants(const Instruments& levers) {
  std::vector<std::string> kinds;
  if (levers.grant_budget_eur > 0) kinds.push_back("grants");
  if (levers.transition_aid_eur > 0) kinds.push_back("transition aid");
  if (levers.output_premium_eur > 0) kinds.push_back("output premium");
  if (levers.energy_relief_eur_per_mwh > 0) kinds.push_back("energy relief");
  if (levers.wage_wedge_share > 0) kinds.push_back("wage subsidy");
  if (levers.home_made_extra_eur > 0) kinds.push_back("bonus for what it makes");
  std::string text;
  for (std::size_t k = 0; k < kinds.size(); ++k)
    list(text, k + 1 == kinds.size() ? " and " : ", ", kinds[k]);
  return text;
}

/// What of the others' a strategy answers: "Italy's grants"; "" where it would have set the same
/// levers had it not seen theirs. (Rules have no memory: to ask twice changes nothing.)
std::string answered(const PolicyStrategy& strategy, const PolicyView& view,
                     const Instruments& levers) {
  PolicyView alone = view;
  alone.neighbours.clear();
  std::string theirs;
  if (!differ(strategy.decide(alone), levers)) return theirs;
  for (const auto& neighbour : view.neighbours)
    if (const auto money = money_for_plants(neighbour.levers); !money.empty())
      list(theirs, ", ", neighbour.name + "'s " + money);
  return theirs;
}

bool is_open(const FundState& fund, Month month) { return month >= fund.from && month <= fund.to; }

/// Takes what is left out of a fund. @return how much. [EUR]
double empty(World& world, FundState& fund) {
  const double left = std::max(0.0, std::exchange(fund.left_eur, 0));
  world.opening.funds_eur -= left;
  return left;
}

/// Removes an empty fund with its lines; the rows after it move up.
void remove_fund(World& world, std::size_t row) {
  const int fund = static_cast<int>(row);
  std::erase_if(world.bonus_lines, [fund](const BonusLine& line) { return line.fund == fund; });
  for (auto& line : world.bonus_lines) line.fund -= line.fund > fund;
  world.funds.erase(world.funds.begin() + fund);
}

int add_fund(World& world, FundState fund) {
  fund.left_eur = fund.month_opening_eur = fund.budget_eur;
  fund.reported_exhausted = fund.budget_eur < kEmpty;  // never had money: nothing to tell
  world.opening.funds_eur += fund.budget_eur;
  world.funds.push_back(std::move(fund));
  return static_cast<int>(world.funds.size()) - 1;
}

std::string quoted(const FundState& fund) { return "The fund \"" + fund.name + "\""; }

void tell_if_exhausted(World& world, FundState& fund) {
  if (fund.reported_exhausted || fund.left_eur >= kEmpty || world.month <= fund.from) return;
  fund.reported_exhausted = true;
  const int months = std::min(world.month, fund.to + 1) - fund.from;
  tell(world, "incentive",
       quoted(fund) + " of " + meur(fund.budget_eur) + " is exhausted after " +
           std::to_string(months) + (months == 1 ? " month" : " months"));
}

void tell_opening(World& world, const FundState& fund) {
  tell(world, "incentive", quoted(fund) + " opens with " + meur(fund.left_eur));
}

/// Closes a fund: tells how it ended. @return what it has left, no longer in it. [EUR]
double close(World& world, FundState& fund, const char* how) {
  tell_if_exhausted(world, fund);
  if (!fund.reported_exhausted)
    tell(world, "incentive", quoted(fund) + " " + how + " with " + meur(fund.left_eur) + " left");
  return empty(world, fund);
}

/// What last year's own schemes of a country have left. [EUR]
double close_own_funds(World& world, int country) {
  double left = 0;
  for (std::size_t f = world.funds.size(); f-- > 0;) {
    if (world.funds[f].scenario_row >= 0 || world.funds[f].country != country) continue;
    left += close(world, world.funds[f], "closes");
    remove_fund(world, f);
  }
  return left;
}

/// Lines of a policy's own scheme: by emissions, each without and with an old car.
std::vector<BonusLine> own_lines(const Instruments& levers) {
  struct Band {
    double co2_min, co2_max, bonus_eur;
  };
  const std::array bands{Band{0, 20, levers.bonus_bev_eur}, Band{21, 60, levers.bonus_phev_eur},
                         Band{61, 135, levers.bonus_low_emission_eur}};
  std::vector<BonusLine> lines;
  for (const auto& band : bands)
    for (const bool scrapping : {false, true}) {
      const double extra = scrapping ? levers.scrappage_extra_eur : 0;
      const double amount = band.bonus_eur + extra;
      if (amount <= 0 || (scrapping && extra <= 0)) continue;
      BonusLine line;
      line.co2_min = band.co2_min;
      line.co2_max = band.co2_max;
      line.price_cap_eur = levers.price_cap_eur;
      line.income_max_eur = levers.means_tested ? levers.income_max_eur : 0;
      line.scrapped_min_age_years = scrapping ? kOldCarYears : 0;
      line.amount_eur = amount;
      line.low_income_extra_eur = levers.income_max_eur > 0 ? levers.low_income_extra_eur : 0;
      line.low_income_max_eur = levers.income_max_eur;
      line.home_made_extra_eur = levers.home_made_extra_eur;
      line.local_content_floor = levers.local_content_floor;
      line.fleets = levers.bonus_for_fleets && !levers.means_tested;
      lines.push_back(line);
    }
  return lines;
}

/// Sets the money of the year's purchase scheme aside in a fund of its own.
void open_own_fund(const Scenario& scenario, World& world, int government) {
  const int country = scenario.governments[government].country.row;
  const auto& levers = world.instruments[government];
  auto lines = own_lines(levers);
  if (levers.purchase_budget_eur < kEmpty || lines.empty() ||
      country != scenario.markets[0].country.row)
    return;
  world.budget_left_eur[government] -= levers.purchase_budget_eur;
  FundState fund;
  const int year = world.month.year();
  fund.name = scenario.countries[country].name + "'s purchase scheme " + std::to_string(year);
  fund.country = country;
  fund.announced = fund.from = world.month;
  fund.to = Month::of(year, 12);
  fund.budget_eur = levers.purchase_budget_eur;
  const int row = add_fund(world, std::move(fund));
  for (auto& line : lines) {
    line.fund = row;
    world.bonus_lines.push_back(line);
  }
}

void add_law_fund(const Scenario& scenario, World& world, int scenario_row) {
  const auto& law = scenario.funds[scenario_row];
  FundState fund;
  fund.name = law.name.empty() ? law.id : law.name;
  fund.scenario_row = scenario_row;
  fund.country = law.country.row;
  fund.announced = law.announced;
  fund.from = law.from;
  fund.to = law.to;
  fund.budget_eur = law.budget_eur;
  const int row = add_fund(world, std::move(fund));
  for (const auto& bonus : scenario.bonuses) {
    if (bonus.fund.row != scenario_row) continue;
    BonusLine line;
    line.fund = row;
    line.co2_min = bonus.co2_min;
    line.co2_max = bonus.co2_max;
    line.price_cap_eur = bonus.price_cap_eur;
    line.income_max_eur = bonus.income_max_eur;
    line.scrapped_min_age_years = bonus.scrapped_min_age_years;
    line.amount_eur = bonus.amount_eur;
    line.fleets = bonus.fleets;
    line.vans = bonus.vans;
    world.bonus_lines.push_back(line);
  }
  if (world.month < law.from)
    tell(world, "incentive",
         quoted(world.funds[row]) + " is announced: " + meur(law.budget_eur) + " from " +
             law.from.text());
  else if (world.month > law.from)
    tell_opening(world, world.funds[row]);
}

/// Withdraws funds of the law that the government does not replay. The empty rows stay until they
/// would have closed: a fund that was withdrawn does not come back.
void withdraw_law_funds(World& world) {
  for (std::size_t f = 0; f < world.funds.size(); ++f) {
    auto& fund = world.funds[f];
    if (fund.scenario_row < 0 || fund.reported_exhausted) continue;
    close(world, fund, is_open(fund, world.month) ? "is withdrawn" : "is withdrawn unopened");
    fund.reported_exhausted = true;
    const int row = static_cast<int>(f);
    std::erase_if(world.bonus_lines, [row](const BonusLine& line) { return line.fund == row; });
  }
}

/// Points that governments pay for this month.
void build_charging_points(const Scenario& scenario, World& world) {
  const double cost_eur = scenario.parameters.demand.charging_point_cost_eur;
  for (std::size_t g = 0; g < scenario.governments.size(); ++g) {
    const auto market = std::find_if(
        scenario.markets.begin(), scenario.markets.end(),
        [&](const Market& m) { return m.country.row == scenario.governments[g].country.row; });
    if (market == scenario.markets.end()) continue;
    const double paid =
        pay_from_budget(scenario, world, static_cast<int>(g), kSuppliers, Purpose::charging,
                        world.instruments[g].charging_budget_eur / 12);
    world.charging_points[static_cast<std::size_t>(market - scenario.markets.begin())] +=
        paid / cost_eur;
  }
}

/// Share of a vehicle that was made in some plants (1 in `counts`, others 0): as it was made in the
/// year or, if none was, as it is sourced now.
double share_made_in(const std::vector<double>& counts, std::span<const double> made,
                     const engine::Shares& sourced) {
  double all = 0, there = 0;
  for (std::size_t p = 0; p < made.size(); ++p) {
    if (made[p] == 0) continue;  // as in most plants
    all += made[p];
    there += counts[p] * made[p];
  }
  if (all > 0) return there / all;
  for (const auto& [plant, share] : sourced) there += counts[plant] * share;
  return there;
}

/// The other governments that follow a strategy, with the levers that they have set last.
std::vector<Neighbour> neighbours_of(const Scenario& scenario, const World& world, int government) {
  std::vector<Neighbour> neighbours;
  for (std::size_t g = 0; g < scenario.governments.size(); ++g) {
    if (static_cast<int>(g) == government || g >= world.strategies.size() ||
        world.strategies[g] == nullptr)
      continue;
    const int country = scenario.governments[g].country.row;
    const auto& seen = world.views[g];
    PolicyView plants;
    see_plants(scenario, world, country, plants);
    neighbours.push_back({scenario.countries[country].name, world.instruments[g], seen.vehicles,
                          seen.vehicles_before, plants.plant_jobs,
                          seen.home_made_share * seen.registrations});
  }
  return neighbours;
}

/// The year before the first: what the base year implies, published figures first.
void see_base_year(const Scenario& scenario, const World& world, int country, PolicyView& view) {
  const auto& base = scenario.base;
  if (base.sales.rows() == 0 || base.sourced.rows() == 0) return;  // not initialised
  see_year(scenario, world, country, base.sales, base.sourced, view);
  const std::string last = std::to_string(view.year - 1), before = std::to_string(view.year - 2);
  view.vehicles_before = view.vehicles;
  for (const auto& margin : scenario.output_margins) {
    const auto& plant = scenario.plants[margin.plant.row];
    if (plant.country.row != country || !plant.tracked) continue;
    double of_base = 0;
    for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
      of_base += base.sourced(v, margin.plant.row);
    const auto in_last = margin.by_year.find(last), in_before = margin.by_year.find(before);
    const double output = in_last == margin.by_year.end() ? of_base : in_last->second;
    view.vehicles += output - of_base;
    view.vehicles_before +=
        (in_before == margin.by_year.end() ? output : in_before->second) - of_base;
  }
}

}  // namespace

void see_year(const Scenario& scenario, const World& world, int country,
              const engine::Grid<double>& sold, const engine::Grid<double>& made,
              PolicyView& view) {
  view.vehicles = 0;
  for (std::size_t p = 0; p < scenario.plants.size(); ++p)
    if (scenario.plants[p].country.row == country && scenario.plants[p].tracked)
      for (std::size_t v = 0; v < scenario.vehicles.size(); ++v) view.vehicles += made(v, p);

  std::vector<double> in_country;
  for (const auto& plant : scenario.plants)
    in_country.push_back(plant.country.row == country ? 1 : 0);
  double cars = 0, electric = 0, home_made = 0;
  for (std::size_t m = 0; m < scenario.markets.size(); ++m) {
    if (scenario.markets[m].country.row != country) continue;
    for (std::size_t v = 0; v < scenario.vehicles.size(); ++v) {
      const auto& vehicle = scenario.vehicles[v];
      const double units = sold(v, m);
      if (units <= 0 || scenario.is_van(vehicle)) continue;
      cars += units;
      if (vehicle.power == Powertrain::bev) electric += units;
      home_made += units * share_made_in(in_country, made.row(v),
                                         world.programmes[vehicle.programme.row].plant_share);
    }
  }
  view.registrations = cars;
  view.bev_share = cars > 0 ? electric / cars : 0;
  view.home_made_share = cars > 0 ? home_made / cars : 0;
}

void see_plants(const Scenario& scenario, const World& world, int country, PolicyView& view) {
  view.capacity = view.plant_jobs = 0;
  for (std::size_t p = 0; p < scenario.plants.size(); ++p) {
    const auto& plant = scenario.plants[p];
    const auto& state = world.plants[p];
    if (plant.country.row != country || !plant.tracked) continue;
    view.plant_jobs += state.headcount;
    if (state.works()) view.capacity += state.capacity_per_year;
  }
  double points = 0, electric = 0;
  for (std::size_t m = 0; m < scenario.markets.size(); ++m) {
    if (scenario.markets[m].country.row != country) continue;
    points += world.charging_points[m];
    electric += world.stock_share(m, static_cast<std::size_t>(Powertrain::bev)) *
                kCarsPerHousehold * scenario.markets[m].households;
  }
  view.charging_points_per_bev = points / std::max(1.0, electric);
}

double outlay_eur(const Scenario& scenario, const World& world, int government) {
  const int actor = government_actor(scenario, government);
  double paid = 0;
  for (const auto purpose : {Purpose::incentive, Purpose::short_time, Purpose::grant,
                             Purpose::premium, Purpose::charging})
    paid += world.books.paid_eur(actor, static_cast<std::size_t>(purpose));
  return paid - world.books.received_eur(actor, static_cast<std::size_t>(Purpose::clawback));
}

double yearly_budget_eur(const Government& government, int year) {
  const auto after = government.budget_eur.upper_bound(std::to_string(year));
  return after == government.budget_eur.begin() ? 0 : std::prev(after)->second;
}

namespace {

/// Without what it sees of its neighbours.
PolicyView own_view(const Scenario& scenario, const World& world, int government) {
  const auto& row = scenario.governments[government];
  PolicyView view = world.views[government];
  view.year = world.month.year();
  view.first_year = scenario.start.year();
  view.target_vehicles = row.target_vehicles;
  view.target_year = row.target_year;
  view.budget_eur =
      std::max(0.0, world.budget_left_eur[government] - world.committed_eur[government]);
  if (world.recorded_years.empty()) see_base_year(scenario, world, row.country.row, view);
  see_plants(scenario, world, row.country.row, view);
  view.trust_in_maker = world.trust_in_maker[government].mean();
  view.agreement_in_force =
      std::any_of(world.agreements.begin(), world.agreements.end(), [&](const AgreementState& a) {
        return a.active && a.kind == "transition" && a.government == government;
      });
  const double jobs = view.vehicles > 0 ? view.plant_jobs / view.vehicles : 0;
  const double multiplier = 1 + scenario.parameters.labour.supplier_jobs_per_job;
  view.worth_of_vehicle_eur =
      (row.value_per_vehicle_eur + row.value_per_job_year_eur * multiplier * jobs) /
      (1 + row.cost_of_funds);
  return view;
}

}  // namespace

PolicyView policy_view(const Scenario& scenario, const World& world, int government) {
  PolicyView view = own_view(scenario, world, government);
  view.neighbours = neighbours_of(scenario, world, government);
  return view;
}

void review_year(const Scenario& scenario, World& world, const engine::Streams&) {
  const int year = world.month.year();
  if (world.recorded_years.empty()) {
    PolicyView home;
    see_plants(scenario, world, scenario.markets[0].country.row, home);
    world.home_jobs_at_start = home.plant_jobs;
  }
  for (std::size_t g = 0; g < scenario.governments.size(); ++g) {
    const int government = static_cast<int>(g);
    const auto& row = scenario.governments[g];
    // appropriations lapse: no more is carried over than a year's budget and what is promised
    const double yearly = yearly_budget_eur(row, year);
    const double left = world.budget_left_eur[g] + close_own_funds(world, row.country.row);
    world.budget_left_eur[g] = std::min(left, yearly + world.committed_eur[g]) + yearly;
    world.views[g] = own_view(scenario, world, government);
  }
  for (std::size_t g = 0; g < scenario.governments.size(); ++g)  // now that all have been seen
    world.views[g].neighbours = neighbours_of(scenario, world, static_cast<int>(g));
}

void set_policy(const Scenario& scenario, World& world, const engine::Streams&) {
  const int year = world.month.year();
  const bool first_year = world.recorded_years.empty();
  // nobody sees what another sets this year
  for (std::size_t g = 0; g < scenario.governments.size(); ++g) {
    const int government = static_cast<int>(g);
    const auto& row = scenario.governments[g];
    const auto* strategy = g < world.strategies.size() ? world.strategies[g] : nullptr;
    Instruments levers{.replay_schemes = true};
    std::string theirs;
    if (strategy != nullptr) {
      levers = strategy->decide(world.views[g]);
      theirs = answered(*strategy, world.views[g], levers);
    }
    require_levers(world, row, levers);
    levers.purchase_budget_eur = std::min(levers.purchase_budget_eur, world.views[g].budget_eur);
    for (const auto& agreement : world.agreements)  // what it has signed binds, whatever its policy
      if (agreement.active && agreement.government == government &&
          year <= agreement.relief_until_year)
        levers.energy_relief_eur_per_mwh =
            std::max(levers.energy_relief_eur_per_mwh, agreement.energy_relief_eur_per_mwh);
    const Instruments before = std::exchange(world.instruments[g], levers);
    if (strategy != nullptr && (first_year || differ(before, levers))) {
      std::string who = words::capitalised(row.name.empty() ? row.id : row.name);
      if (!theirs.empty()) who += " answers " + theirs;
      tell(world, "policy", who + ": " + describe(levers));
    }
    open_own_fund(scenario, world, government);
  }
}

void post_incentives(const Scenario& scenario, World& world, const engine::Streams&) {
  const int home = scenario.markets[0].country.row;
  const int government = government_of(scenario, home);
  for (auto& fund : world.funds) tell_if_exhausted(world, fund);
  for (std::size_t f = world.funds.size(); f-- > 0;) {
    if (world.month <= world.funds[f].to || world.funds[f].scenario_row < 0) continue;
    close(world, world.funds[f], "closes");
    remove_fund(world, f);
  }
  if (government >= 0 && !world.instruments[government].replay_schemes) {
    withdraw_law_funds(world);
  } else {
    for (std::size_t row = 0; row < scenario.funds.size(); ++row) {
      const auto& law = scenario.funds[row];
      const bool present = std::any_of(
          world.funds.begin(), world.funds.end(),
          [row](const FundState& fund) { return fund.scenario_row == static_cast<int>(row); });
      if (!present && law.country.row == home && world.month >= std::min(law.announced, law.from) &&
          world.month <= law.to)
        add_law_fund(scenario, world, static_cast<int>(row));
    }
  }
  for (auto& fund : world.funds) {
    if (world.month == fund.from && fund.left_eur >= kEmpty) tell_opening(world, fund);
    fund.month_opening_eur = fund.left_eur;
  }
  build_charging_points(scenario, world);
}

}  // namespace tavolo::agents
