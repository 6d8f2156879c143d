#include "agents/carmakers/product_plan.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>

#include "agents/carmakers/investment.h"
#include "agents/carmakers/prospects.h"
#include "agents/market/accounts.h"
#include "agents/market/aid.h"

namespace tavolo::agents {
namespace {

using engine::Shares;

/// Month in which the plan of a year is read.
constexpr int kMidYear = 7;

bool lists(const std::vector<std::string>& platforms, const std::string& platform) {
  return std::find(platforms.begin(), platforms.end(), platform) != platforms.end();
}

bool is_live(const ProjectState& project) {
  return project.phase == ProjectState::Phase::waiting ||
         project.phase == ProjectState::Phase::building;
}

/// The project under way that brings a programme or its next generation; null: none.
const ProjectState* project_of(const World& world, int programme) {
  for (const auto& project : world.projects)
    if (is_live(project) && project.site < 0 &&
        std::find(project.programmes.begin(), project.programmes.end(), programme) !=
            project.programmes.end())
      return &project;
  return nullptr;
}

/// Whether the next generation of a programme still has no plant.
bool is_open(const World& world, int programme, const ProjectState* project) {
  return !world.programmes[programme].next_sourced &&
         (project == nullptr || !project->next_generation);
}
bool is_open(const World& world, int programme) {
  return is_open(world, programme, project_of(world, programme));
}

const std::string& next_platform(const Scenario& scenario, const World& world, int programme) {
  const auto& next = scenario.programmes[programme].next_platform;
  return next.empty() ? world.programmes[programme].platform : next;
}

/// Whether the platform is on a plant's line, or will be by a project under way.
bool is_tooled(const Scenario& scenario, const World& world, int plant,
               const std::string& platform) {
  if (!scenario.plants[plant].tracked || lists(world.plants[plant].platforms, platform))
    return true;
  return std::any_of(world.projects.begin(), world.projects.end(), [&](const ProjectState& p) {
    return is_live(p) && p.plant == plant && p.platform == platform;
  });
}

bool may_build(const Scenario& scenario, const World& world, int plant,
               const std::string& platform) {
  const auto phase = world.plants[plant].phase;
  if (phase == PlantState::Phase::closed || phase == PlantState::Phase::building) return false;
  return is_tooled(scenario, world, plant, platform) ||
         lists(scenario.plants[plant].convertible, platform);
}

std::vector<int> present_plants(const World& world, int programme) {
  std::vector<int> plants;
  for (const auto& part : world.programmes[programme].plant_share) plants.push_back(part.row);
  return plants;
}

int main_plant(const World& world, int programme) {
  return world.programmes[programme].plant_share.largest();
}

std::vector<int> next_plants(const Scenario& scenario, const World& world, int programme) {
  std::vector<int> plants;
  for (const auto& link : scenario.programmes[programme].next_plants) plants.push_back(link.row);
  return plants.empty() ? present_plants(world, programme) : plants;
}

/// Shares of plants in a plan: one plant, or as they are.
Shares shares_of(const World& world, int programme, int plant, bool as_now) {
  return as_now ? world.programmes[programme].plant_share : Shares::all_of(plant);
}

/// Sales and margins per year of the next generation: of the vehicles that do not leave with the
/// running one.
struct Earnings {
  double units = 0, margin_eur = 0;
};

Earnings earnings(const Scenario& scenario, const World& world, int programme,
                  const Shares& shares) {
  Earnings sum;
  const Month end = world.programmes[programme].generation_end;
  for (const int v : scenario.programmes[programme].vehicle_rows) {
    if (scenario.vehicles[v].to <= end + 1) continue;
    for (std::size_t m = 0; m < scenario.markets.size(); ++m) {
      const double units = expected_sales(scenario, world, v, static_cast<int>(m));
      if (units <= 0 || world.price_eur(v, m) <= 0) continue;
      sum.units += units;
      for (const auto& [plant, share] : shares)
        sum.margin_eur +=
            units * share * margin_eur(scenario, world, v, plant, static_cast<int>(m));
    }
  }
  return sum;
}

/// Capacity that a plant will have, projects under way included.
double capacity_of(const World& world, int plant) {
  double capacity = world.plants[plant].capacity_per_year;
  for (const auto& project : world.projects)
    if (is_live(project) && project.plant == plant && project.site < 0)
      capacity += project.capacity_per_year;
  return capacity;
}

/// Of a plant for the next generation; more where the platform is new to it. [EUR]
double retooling_eur(const Scenario& scenario, const World& world, int programme, int plant) {
  const double eur = scenario.programmes[programme].retool_eur;
  if (is_tooled(scenario, world, plant, next_platform(scenario, world, programme))) return eur;
  return eur * (1 + scenario.parameters.investment.new_platform_capex_share);
}

/// What the government of a plant offers for that.
double retooling_aid_eur(const Scenario& scenario, const World& world, int programme, int plant) {
  return aid_offer_eur(scenario, world, scenario.plants[plant].country.row, plant,
                       retooling_eur(scenario, world, programme, plant));
}

/// The value of building the next generation by these shares; `plant` names the plan.
SourcingValue value_of(const Scenario& scenario, const World& world, int programme, int plant,
                       bool as_now, const std::vector<double>& planned) {
  const auto& parameters = scenario.parameters;
  const auto shares = shares_of(world, programme, plant, as_now);
  const double factor = annuity(hurdle_rate(scenario, maker_of(scenario, programme)),
                                parameters.investment.horizon_years);
  const auto earned = earnings(scenario, world, programme, shares);
  SourcingValue value;
  value.plant = plant;
  value.units_per_year = earned.units;
  value.margin_npv_eur = factor * earned.margin_eur;
  for (const auto& [row, share] : shares) {
    const auto& site = scenario.plants[row];
    const double units = share * earned.units;
    value.capex_eur += retooling_eur(scenario, world, programme, row);
    value.grant_eur += retooling_aid_eur(scenario, world, programme, row);
    const double target = parameters.industry.utilisation_target * capacity_of(world, row);
    if (target > 0)
      value.utilisation_eur += factor * site.fixed_cost_eur_per_year / target *
                               std::clamp(target - planned[row], 0.0, units);
    double worth = 0;
    if (world.programmes[programme].plant_share[row] > 0)
      worth += parameters.investment.sourcing_inertia_eur;
    if (const int government = government_of(scenario, site.country.row); government >= 0)
      worth += world.instruments[government].pressure * parameters.investment.pressure_eur;
    value.inertia_eur += factor * units * worth;
  }
  value.npv_eur = value.margin_npv_eur + value.utilisation_eur - value.capex_eur + value.grant_eur +
                  value.inertia_eur;
  return value;
}

/// A plan for the next generation: its value and its plants.
struct Plan {
  SourcingValue value;
  bool as_now = false;  // several plants, in the present proportions
};

/// Vehicles a year by plant that the plan of other programmes moves, beyond what is sourced.
using Moved = std::vector<double>;

std::vector<double> planned_beside(const Scenario& scenario, const World& world, int programme,
                                   const Moved& moved) {
  const auto end = world.programmes[programme].generation_end;
  auto planned = planned_by_plant(scenario, world, end + 12, programme);
  for (std::size_t p = 0; p < moved.size(); ++p) planned[p] = std::max(0.0, planned[p] + moved[p]);
  return planned;
}

std::vector<Plan> plans(const Scenario& scenario, const World& world, int programme,
                        bool room_matters, const Moved& moved) {
  const auto& platform = next_platform(scenario, world, programme);
  const auto planned = planned_beside(scenario, world, programme, moved);
  const auto allowed = next_plants(scenario, world, programme);
  const auto present = present_plants(world, programme);
  const bool may_stay =
      present.size() > 1 && std::all_of(present.begin(), present.end(), [&](int p) {
        return std::find(allowed.begin(), allowed.end(), p) != allowed.end() &&
               may_build(scenario, world, p, platform);
      });
  std::vector<Plan> result;
  for (const int plant : allowed) {
    if (!may_build(scenario, world, plant, platform)) continue;
    const bool as_now = may_stay && plant == main_plant(world, programme);
    Plan plan{value_of(scenario, world, programme, plant, as_now, planned), as_now};
    bool room = true;
    for (const auto& [row, share] : shares_of(world, programme, plant, as_now))
      if (scenario.plants[row].tracked &&
          planned[row] + share * plan.value.units_per_year > capacity_of(world, row))
        room = false;
    if (room || !room_matters) result.push_back(plan);
  }
  std::stable_sort(result.begin(), result.end(),
                   [](const Plan& a, const Plan& b) { return a.value.npv_eur > b.value.npv_eur; });
  return result;
}

/// The plan that a maker chooses today; plant -1: none.
struct Choice {
  Plan plan;
  int second = -1;           // next best plant
  double advantage_eur = 0;  // over it
  bool committed = false;
};

Choice choose(const Scenario& scenario, const World& world, int programme,
              const Moved& moved = {}) {
  const auto& state = world.programmes[programme];
  Choice choice;
  if (state.committed_plant >= 0) {
    const auto planned = planned_beside(scenario, world, programme, moved);
    choice.plan.value = value_of(scenario, world, programme, state.committed_plant, false, planned);
    // the agreement's own aid is all there is
    choice.plan.value.npv_eur -= choice.plan.value.grant_eur;
    choice.plan.value.grant_eur = 0;
    choice.committed = true;
    return choice;
  }
  if (scenario.programmes[programme].ends) return choice;
  auto options = plans(scenario, world, programme, true, moved);
  if (options.empty()) {  // no room anywhere: it stays, or goes where it is worth most
    options = plans(scenario, world, programme, false, moved);
    const auto stays = std::find_if(options.begin(), options.end(), [&](const Plan& plan) {
      return plan.value.plant == main_plant(world, programme);
    });
    if (stays != options.end()) std::iter_swap(options.begin(), stays);
    options.resize(std::min<std::size_t>(1, options.size()));
  }
  if (options.empty()) return choice;
  choice.plan = options[0];
  if (options.size() > 1) {
    choice.second = options[1].value.plant;
    choice.advantage_eur = options[0].value.npv_eur - options[1].value.npv_eur;
  }
  return choice;
}

/// First month of the next generation as planned. A maker that starts late takes its lead time,
/// except at the start of a run: what was due then had been prepared.
Month first_month(const Scenario& scenario, const World& world, int programme) {
  const Month end = world.programmes[programme].generation_end;
  const int lead =
      static_cast<int>(std::lround(scenario.parameters.investment.sourcing_lead_months));
  if (world.month.year() == scenario.start.year()) return std::max(end, world.month + 1);
  return std::max(end, world.month + lead);
}

void tell_sourcing(const Scenario& scenario, World& world, int programme, const Choice& choice,
                   bool waits) {
  const int maker = maker_of(scenario, programme);
  if (!is_followed(scenario, maker)) return;
  const auto& value = choice.plan.value;
  const auto& name = scenario.plants[value.plant].name;
  std::string text = scenario.carmakers[decider(scenario, maker)].name;
  const bool stays = world.programmes[programme].plant_share[value.plant] > 0;
  text += (stays ? " keeps the next " : " gives the next ") + scenario.programmes[programme].name +
          " (" + next_platform(scenario, world, programme) + (stays ? ") at " : ") to ") + name;
  if (choice.plan.as_now) text += " and its other plants";
  if (choice.committed) {
    text += ", as agreed: ";
  } else if (choice.second >= 0) {
    char years[32];
    std::snprintf(years, sizeof years, "%.3g", scenario.parameters.investment.horizon_years);
    text += " rather than " + scenario.plants[choice.second].name + ": " +
            meur(choice.advantage_eur) + " better over " + years + " years, ";
  } else {
    text += ": ";
  }
  text += meur(value.capex_eur) + " of tooling";
  if (value.grant_eur > 0) text += ", " + meur(value.grant_eur) + " of aid";
  if (waits) text += "; it waits for next year's budget";
  tell(world, "sourcing", text);
}

/// A project has one plant, whose government pays its grant as capex is spent. Where the plan keeps
/// several plants, the governments of the others pay their own part at once.
/// @return that part, as offered. [EUR]
double pay_aid_of_other_plants(const Scenario& scenario, World& world, int programme,
                               const ProjectState& project) {
  if (project.grant_eur <= 0) return 0;
  double offered = 0;
  for (const auto& [plant, share] : project.plant_share) {
    const int country = scenario.plants[plant].country.row;
    if (country == scenario.plants[project.plant].country.row) continue;
    const double aid = retooling_aid_eur(scenario, world, programme, plant);
    pay_aid(scenario, world, country, project.carmaker, aid);
    offered += aid;
  }
  return std::min(offered, project.grant_eur);
}

void source(const Scenario& scenario, World& world, int programme, const Choice& choice) {
  const auto& value = choice.plan.value;
  auto& state = world.programmes[programme];
  ProjectState project;
  project.carmaker = decider(scenario, maker_of(scenario, programme));
  project.plant = value.plant;
  project.programmes = {programme};
  project.platform = next_platform(scenario, world, programme);
  project.name = "the next " + scenario.programmes[programme].name;
  project.review = world.month;
  project.done = first_month(scenario, world, programme);
  project.capex_eur = value.capex_eur;
  project.grant_eur = value.grant_eur;
  project.planned_value_eur = std::max(1.0, value.npv_eur + value.capex_eur - value.grant_eur);
  project.agreement = choice.committed ? state.committed_agreement : -1;
  project.next_generation = true;
  project.plant_share = shares_of(world, programme, value.plant, choice.plan.as_now);
  const bool fits = choice.committed || fits_budget(scenario, world, project);
  tell_sourcing(scenario, world, programme, choice, !fits);
  if (fits) {
    project.grant_eur -= pay_aid_of_other_plants(scenario, world, programme, project);
    sign_grant(scenario, world, open_project(world, std::move(project)));
    return;
  }
  project.grant_eur = 0;  // asked for again when it is begun
  state.next_sourced = true;
  world.projects.push_back(std::move(project));
}

/// Where a programme will be built at a month; empty: not at all. `one` holds the answer where it
/// is a plant of which no table has the share.
const Shares& shares_at(const Scenario& scenario, const World& world, int programme,
                        const ProjectState* project, Month month, Shares& one) {
  static const Shares kNowhere;
  const auto& state = world.programmes[programme];
  const auto only = [&one](int plant) -> const Shares& { return one = Shares::all_of(plant); };
  if (!state.alive) return kNowhere;
  if (project != nullptr) {
    const bool launch = !project->next_generation && state.from > world.month;
    if (launch && project->done > month) return kNowhere;
    if (project->done <= month)
      return project->plant_share.empty() ? only(project->plant) : project->plant_share;
    return state.plant_share;
  }
  if (state.from > month) return kNowhere;
  if (scenario.programmes[programme].ends && state.generation_end <= month &&
      state.committed_plant < 0)
    return kNowhere;
  if (state.committed_plant >= 0 && state.generation_end <= month)
    return only(state.committed_plant);
  return state.plant_share;
}

}  // namespace

std::vector<double> planned_by_plant(const Scenario& scenario, const World& world, Month month,
                                     int except) {
  std::vector<double> units(scenario.programmes.size(), 0.0);
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
    if (scenario.vehicles[v].to > month)
      units[scenario.vehicles[v].programme.row] +=
          expected_sales(scenario, world, static_cast<int>(v));
  std::vector<const ProjectState*> project(units.size(), nullptr);
  for (const auto& p : world.projects)
    if (is_live(p) && p.site < 0)
      for (const int k : p.programmes)
        if (project[k] == nullptr) project[k] = &p;
  std::vector<double> planned(scenario.plants.size(), 0.0);
  for (std::size_t k = 0; k < units.size(); ++k) {
    const int programme = static_cast<int>(k);
    if (programme == except || units[k] <= 0) continue;
    Shares one;
    for (const auto& [plant, share] : shares_at(scenario, world, programme, project[k], month, one))
      planned[plant] += share * units[k];
  }
  return planned;
}

std::vector<SourcingValue> sourcing_values(const Scenario& scenario, const World& world,
                                           int programme) {
  std::vector<SourcingValue> values;
  for (const auto& plan : plans(scenario, world, programme, true, {})) values.push_back(plan.value);
  return values;
}

std::vector<SourcingOption> sourcing_options(const Scenario& scenario, const World& world,
                                             int carmaker, int country, int until_year) {
  std::vector<SourcingOption> options;
  for (std::size_t k = 0; k < scenario.programmes.size(); ++k) {
    const int programme = static_cast<int>(k);
    const auto& row = scenario.programmes[k];
    const auto& state = world.programmes[k];
    if (decider(scenario, maker_of(scenario, programme)) != carmaker || !state.alive ||
        state.committed_plant >= 0 || !is_open(world, programme) ||
        (row.ends && row.retool_eur <= 0) || !is_tracked(scenario, world, programme))
      continue;
    const int lead =
        static_cast<int>(std::lround(scenario.parameters.investment.sourcing_lead_months));
    const Month available = std::max(state.generation_end, world.month + lead);
    if (available > Month::of(until_year, kMidYear)) continue;
    const auto ranked = plans(scenario, world, programme, true, {});
    const auto here = std::find_if(ranked.begin(), ranked.end(), [&](const Plan& plan) {
      return scenario.plants[plan.value.plant].country.row == country;
    });
    if (here == ranked.end() || here->value.units_per_year <= 0) continue;
    // the best alternative: the best plant, or to let it end
    const double alternative = row.ends ? 0 : std::max(0.0, ranked[0].value.npv_eur);
    const bool in_plan = !row.ends && here == ranked.begin() && here->value.npv_eur >= 0;
    double wins = 0;
    if (!in_plan) {
      const auto then = shares_of(world, programme, here->value.plant, here->as_now);
      const bool elsewhere_renewed = !row.ends && ranked[0].value.npv_eur >= 0;
      const auto otherwise = shares_of(world, programme, ranked[0].value.plant, ranked[0].as_now);
      for (std::size_t p = 0; p < scenario.plants.size(); ++p)
        if (scenario.plants[p].country.row == country)
          wins += here->value.units_per_year * (then[p] - (elsewhere_renewed ? otherwise[p] : 0.0));
    }
    options.push_back({programme, here->value.plant, std::max(0.0, wins),
                       std::max(0.0, alternative - here->value.npv_eur), available});
  }
  const auto per_vehicle = [](const SourcingOption& option) {
    if (option.units_per_year > 0) return option.cost_npv_eur / option.units_per_year;
    return option.cost_npv_eur > 0 ? std::numeric_limits<double>::infinity() : -1.0;
  };
  std::stable_sort(options.begin(), options.end(),
                   [&](const SourcingOption& a, const SourcingOption& b) {
                     return per_vehicle(a) < per_vehicle(b);
                   });
  return options;
}

double planned_output(const Scenario& scenario, const World& world, int carmaker, int country,
                      int year) {
  const Month then = Month::of(year, kMidYear);
  std::vector<int> programmes;
  for (std::size_t k = 0; k < scenario.programmes.size(); ++k)
    if (decider(scenario, maker_of(scenario, static_cast<int>(k))) == carmaker)
      programmes.push_back(static_cast<int>(k));
  // in the order in which they will be sourced, for each takes room that the next does not have
  std::stable_sort(programmes.begin(), programmes.end(), [&](int a, int b) {
    return world.programmes[a].generation_end < world.programmes[b].generation_end;
  });
  Moved moved(scenario.plants.size(), 0.0);
  double output = 0;
  for (const int programme : programmes) {
    const auto* project = project_of(world, programme);
    Shares one;
    Shares shares = shares_at(scenario, world, programme, project, then, one);
    if (shares.empty()) continue;
    double units = 0;
    for (const int v : scenario.programmes[programme].vehicle_rows)
      if (scenario.vehicles[v].to > then) units += expected_sales(scenario, world, v);
    if (world.programmes[programme].generation_end <= then && is_open(world, programme, project) &&
        is_tracked(scenario, world, programme)) {
      const auto choice = choose(scenario, world, programme, moved);
      if (choice.plan.value.plant < 0 || (choice.plan.value.npv_eur < 0 && !choice.committed)) {
        for (const auto& [plant, share] : shares) moved[plant] -= share * units;
        continue;
      }
      const auto next = shares_of(world, programme, choice.plan.value.plant, choice.plan.as_now);
      for (std::size_t p = 0; p < moved.size(); ++p) moved[p] += (next[p] - shares[p]) * units;
      shares = next;
    }
    for (const auto& [plant, share] : shares)
      if (scenario.plants[plant].country.row == country && scenario.plants[plant].tracked)
        output += share * units;
  }
  return output;
}

void revise_product_plans(const Scenario& scenario, World& world, const engine::Streams&) {
  forecast_launches(scenario, world);
  const int horizon =
      12 + static_cast<int>(std::lround(scenario.parameters.investment.sourcing_lead_months));
  struct Due {
    int programme;
    double yield;
  };
  std::vector<Due> due;
  for (std::size_t k = 0; k < scenario.programmes.size(); ++k) {
    const int programme = static_cast<int>(k);
    const auto& state = world.programmes[k];
    if (!state.alive || state.generation_end >= world.month + horizon ||
        !is_open(world, programme) || !is_tracked(scenario, world, programme))
      continue;
    const auto choice = choose(scenario, world, programme);
    const auto& value = choice.plan.value;
    due.push_back({programme, choice.committed ? std::numeric_limits<double>::infinity()
                                               : value.npv_eur / std::max(1.0, value.capex_eur)});
  }
  std::stable_sort(due.begin(), due.end(),
                   [](const Due& a, const Due& b) { return a.yield > b.yield; });
  for (const auto& [programme, yield] : due) {
    // anew: what those before have taken of a plant's room and of a government's money is gone
    const auto choice = choose(scenario, world, programme);
    const auto& value = choice.plan.value;
    if (choice.committed || (value.plant >= 0 && value.npv_eur >= 0)) {
      source(scenario, world, programme, choice);
      continue;
    }
    const auto& row = scenario.programmes[programme];
    const int maker = maker_of(scenario, programme);
    const bool last_chance = world.programmes[programme].generation_end < world.month + 12;
    if (last_chance && !row.ends && is_followed(scenario, maker))
      tell(world, "sourcing",
           scenario.carmakers[maker].name + " gives the " + row.name + " no successor: " +
               (value.plant < 0 ? std::string{"no plant can build it"}
                                : "it would lose " + meur(-value.npv_eur) + " at " +
                                      scenario.plants[value.plant].name));
  }
}

}  // namespace tavolo::agents
