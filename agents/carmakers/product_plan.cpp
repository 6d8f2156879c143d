#include "agents/carmakers/product_plan.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>

#include "agents/carmakers/investment.h"
#include "agents/carmakers/prospects.h"
#include "agents/chance.h"
#include "agents/market/accounts.h"
#include "agents/words.h"

namespace tavolo::agents {
namespace {

using engine::Shares;

/// Month in which the plan of a year is read.
constexpr int kMidYear = 7;
/// Room for a generation is counted so many months after it begins.
constexpr int kRoomMonths = 12;

/// The project under way that brings a programme or its next generation; null: none.
const ProjectState* project_of(const World& world, int programme) {
  for (const auto& project : world.projects)
    if (project.is_live() && project.site < 0 &&
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

int lead_months(const Scenario& scenario) {
  return static_cast<int>(std::lround(scenario.parameters.investment.sourcing_lead_months));
}

int maker_who_decides(const Scenario& scenario, int programme) {
  return decider(scenario, maker_of(scenario, programme));
}

/// First month of the next generation as planned. A maker that starts late takes its lead time,
/// except at the start of a run: what was due then had been prepared.
Month first_month(const Scenario& scenario, const World& world, int programme) {
  const Month end = world.programmes[programme].generation_end;
  if (world.month.year() == scenario.start.year()) return std::max(end, world.month + 1);
  return std::max(end, world.month + lead_months(scenario));
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

/// When all of several next generations are built.
Month when_all_are_built(const World& world, std::span<const int> programmes) {
  Month last{0};
  for (const int k : programmes) last = std::max(last, world.programmes[k].generation_end);
  return last + kRoomMonths;
}

/// Output of the plants without a programme, when its next generation is built.
std::vector<double> planned_beside(const Scenario& scenario, const World& world, int programme) {
  const std::vector<int> except{programme};
  return planned_by_plant(scenario, world, when_all_are_built(world, except), except);
}

/// Whether a maker is to choose a plant for the next generation of a programme.
bool is_free(const Scenario& scenario, const World& world, int programme) {
  const auto& state = world.programmes[programme];
  return state.alive && state.committed_plant < 0 && !scenario.programmes[programme].ends &&
         is_open(world, programme) && is_tracked(scenario, world, programme);
}

/// What a maker would decide about the generations that end by a month and are still free, as it
/// looks today: one January after another, those of a January together.
std::vector<Decision> foresee(const Scenario& scenario, const World& world, int carmaker,
                              Month until) {
  std::vector<int> programmes;
  for (std::size_t k = 0; k < scenario.programmes.size(); ++k) {
    const int programme = static_cast<int>(k);
    if (maker_who_decides(scenario, programme) == carmaker &&
        world.programmes[k].generation_end <= until && is_free(scenario, world, programme))
      programmes.push_back(programme);
  }
  std::stable_sort(programmes.begin(), programmes.end(), [&](int a, int b) {
    return world.programmes[a].generation_end < world.programmes[b].generation_end;
  });
  std::vector<Decision> decisions;
  std::vector<double> taken(scenario.plants.size(), 0.0);
  Month horizon = Month::of(world.month.year(), 1) + 12 + lead_months(scenario);
  for (std::size_t first = 0, last = 0; first < programmes.size(); first = last) {
    while (world.programmes[programmes[first]].generation_end >= horizon) horizon = horizon + 12;
    while (last < programmes.size() && world.programmes[programmes[last]].generation_end < horizon)
      ++last;
    const std::span<const int> so_far{programmes.data(), last};
    auto planned = planned_by_plant(scenario, world, when_all_are_built(world, so_far), so_far);
    for (std::size_t p = 0; p < taken.size(); ++p) planned[p] += taken[p];
    auto joint = source_jointly(scenario, world, so_far.subspan(first), planned);
    for (auto& decision : joint.decisions) {
      if (decision.renewed)
        for (const auto& [plant, share] : shares_of(world, decision.programme, decision.value))
          taken[plant] += share * decision.value.units_per_year;
      decisions.push_back(std::move(decision));
    }
  }
  return decisions;
}

const Decision* decision_about(const std::vector<Decision>& decisions, int programme) {
  const auto at = std::find_if(decisions.begin(), decisions.end(),
                               [&](const Decision& d) { return d.programme == programme; });
  return at == decisions.end() ? nullptr : &*at;
}

void tell_sourcing(const Scenario& scenario, World& world, const Decision& decision, bool committed,
                   bool waits) {
  const int programme = decision.programme, maker = maker_of(scenario, programme);
  if (!is_followed(scenario, maker)) return;
  const auto& value = decision.value;
  const auto& name = scenario.plants[value.plant].name;
  std::string text = scenario.carmakers[decider(scenario, maker)].name;
  const bool stays = world.programmes[programme].plant_share[value.plant] > 0;
  text += (stays ? " keeps the next " : " gives the next ") + scenario.programmes[programme].name +
          " (" + next_platform(scenario, world, programme) + (stays ? ") at " : ") to ") + name;
  if (value.as_now) text += " and its other plants";
  if (committed) {
    text += ", as agreed: ";
  } else if (decision.second >= 0) {
    char years[32];
    std::snprintf(years, sizeof years, "%.3g", scenario.parameters.investment.horizon_years);
    text += " rather than " + scenario.plants[decision.second].name + ": " +
            words::meur(decision.advantage_eur) + " better over " + years + " years, ";
  } else {
    text += ": ";
  }
  text += words::meur(value.capex_eur) + " of tooling";
  if (value.grant_eur > 0) text += ", " + words::meur(value.grant_eur) + " of aid";
  if (waits) text += "; it waits for next year's budget";
  tell(world, "sourcing", text);
}

void source(const Scenario& scenario, World& world, Decision decision, bool committed) {
  const int programme = decision.programme;
  auto& value = decision.value;
  auto& state = world.programmes[programme];
  ProjectState project;
  if (!pays_aid(world, state.committed_agreement)) {
    // what those before have taken of a government's money is gone
    project.grants = aid_offers(scenario, world, decision.capex);
    value.npv_eur += project.grants_eur() - value.grant_eur;
    value.grant_eur = project.grants_eur();
  }
  project.carmaker = maker_who_decides(scenario, programme);
  project.plant = value.plant;
  project.programmes = {programme};
  project.platform = next_platform(scenario, world, programme);
  project.name = "the next " + scenario.programmes[programme].name;
  project.review = world.month;
  project.done = first_month(scenario, world, programme);
  project.capex_eur = value.capex_eur;
  // one that pays for what others share may be worth less than it costs, and all together more
  project.planned_value_eur =
      std::max(1.0, std::max(0.0, value.npv_eur) + value.capex_eur - value.grant_eur);
  project.agreement = committed ? state.committed_agreement : -1;
  project.next_generation = true;
  project.plant_share = shares_of(world, programme, value);
  const bool fits = committed || fits_budget(scenario, world, project);
  tell_sourcing(scenario, world, decision, committed, !fits);
  if (fits) {
    sign_grants(scenario, world, open_project(world, std::move(project)));
    return;
  }
  project.grants.clear();  // asked for again when it is begun
  state.next_sourced = true;
  world.projects.push_back(std::move(project));
}

/// How well plants suit the generations that come next: the same whenever and under whatever policy
/// it is asked.
void see_luck(const Scenario& scenario, World& world, const engine::Streams& luck) {
  world.sourcing_luck =
      engine::Grid<double>(scenario.programmes.size(), scenario.plants.size(), 0.0);
  const double std_dev = scenario.parameters.investment.sourcing_cost_sd;
  if (std_dev <= 0) return;
  const auto undated = luck.at(0);
  for (std::size_t k = 0; k < scenario.programmes.size(); ++k) {
    const int programme = static_cast<int>(k);
    if (!world.programmes[k].alive || !is_tracked(scenario, world, programme)) continue;
    const auto generation = static_cast<std::uint64_t>(world.programmes[k].generation);
    const auto see = [&](int plant) {
      const std::uint64_t object = generation << 32 | static_cast<std::uint64_t>(plant);
      world.sourcing_luck(k, plant) = undated(Chance::sourcing_cost, k, object).normal(0, std_dev);
    };
    for (const auto& plant : scenario.programmes[k].next_plants) see(plant.row);
    for (const auto& part : world.programmes[k].plant_share) see(part.row);
  }
}

/// The next generation of what is due gets no plant: told when there is no other January.
void tell_no_successor(const Scenario& scenario, World& world, const Decision& decision) {
  const int maker = maker_of(scenario, decision.programme);
  if (world.programmes[decision.programme].generation_end >= world.month + 12 ||
      !is_followed(scenario, maker))
    return;
  const auto& value = decision.value;
  tell(world, "sourcing",
       scenario.carmakers[maker].name + " gives the " +
           scenario.programmes[decision.programme].name + " no successor: " +
           (value.plant < 0 ? std::string{"no plant can build it"}
                            : "it would lose " + words::meur(std::max(0.0, -value.npv_eur)) +
                                  " at " + scenario.plants[value.plant].name));
}

/// What is due of one maker, together.
void source_due(const Scenario& scenario, World& world, const std::vector<int>& due) {
  const auto planned = planned_by_plant(scenario, world, when_all_are_built(world, due), due);
  auto joint = source_jointly(scenario, world, due, planned);
  world.sourcing_gap = std::max(world.sourcing_gap, joint.gap);
  if (due.size() > 1) world.sourced_jointly += static_cast<double>(due.size());
  const auto yield = [](const Decision& decision) {
    return decision.value.npv_eur / std::max(1.0, decision.value.capex_eur);
  };
  std::stable_sort(joint.decisions.begin(), joint.decisions.end(),
                   [&](const Decision& a, const Decision& b) { return yield(a) > yield(b); });
  for (auto& decision : joint.decisions) {
    if (decision.renewed)
      source(scenario, world, std::move(decision), false);
    else
      tell_no_successor(scenario, world, decision);
  }
}

}  // namespace

std::vector<double> planned_by_plant(const Scenario& scenario, const World& world, Month month,
                                     std::span<const int> except) {
  std::vector<double> units(scenario.programmes.size(), 0.0);
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
    if (scenario.vehicles[v].to > month)
      units[scenario.vehicles[v].programme.row] +=
          expected_sales(scenario, world, static_cast<int>(v));
  std::vector<const ProjectState*> project(units.size(), nullptr);
  for (const auto& p : world.projects)
    if (p.is_live() && p.site < 0)
      for (const int k : p.programmes)
        if (project[k] == nullptr) project[k] = &p;
  std::vector<double> planned(scenario.plants.size(), 0.0);
  for (std::size_t k = 0; k < units.size(); ++k) {
    const int programme = static_cast<int>(k);
    if (units[k] <= 0 || std::find(except.begin(), except.end(), programme) != except.end())
      continue;
    Shares one;
    for (const auto& [plant, share] : shares_at(scenario, world, programme, project[k], month, one))
      planned[plant] += share * units[k];
  }
  return planned;
}

std::vector<SourcingOption> sourcing_options(const Scenario& scenario, const World& world,
                                             int carmaker, int country, int until_year) {
  const Month until = Month::of(until_year, kMidYear);
  const auto plan = foresee(scenario, world, carmaker, until);
  const auto is_here = [&](const SourcingValue& value) {
    return value.plant >= 0 && scenario.plants[value.plant].country.row == country;
  };
  std::vector<SourcingOption> options;
  for (std::size_t k = 0; k < scenario.programmes.size(); ++k) {
    const int programme = static_cast<int>(k);
    const auto& row = scenario.programmes[k];
    const auto& state = world.programmes[k];
    if (maker_who_decides(scenario, programme) != carmaker || !state.alive ||
        state.committed_plant >= 0 || !is_open(world, programme) ||
        (row.ends && row.retool_eur <= 0) || !is_tracked(scenario, world, programme))
      continue;
    const Month available = std::max(state.generation_end, world.month + lead_months(scenario));
    if (available > until) continue;
    const auto* decision = decision_about(plan, programme);
    const auto ranked = decision ? decision->plans
                                 : sourcing_values(scenario, world, programme,
                                                   planned_beside(scenario, world, programme));
    const bool renewed = decision && decision->renewed;
    // the alternative: the plan, or to let it end
    double alternative = renewed ? decision->value.npv_eur : 0;
    auto here = std::find_if(ranked.begin(), ranked.end(), is_here);
    if (renewed) {
      const auto planned = std::find_if(
          ranked.begin(), ranked.end(),
          [&](const SourcingValue& value) { return value.plant == decision->value.plant; });
      if (planned != ranked.end()) alternative = planned->npv_eur;
      if (planned != ranked.end() && is_here(*planned)) here = planned;
    }
    if (here == ranked.end() || here->units_per_year <= 0) continue;
    const bool in_plan = renewed && here->plant == decision->value.plant;
    double wins = 0;
    if (!in_plan) {
      const auto then = shares_of(world, programme, *here);
      const auto otherwise =
          renewed ? shares_of(world, programme, decision->value) : engine::Shares{};
      for (std::size_t p = 0; p < scenario.plants.size(); ++p)
        if (scenario.plants[p].country.row == country)
          wins += here->units_per_year * (then[p] - otherwise[p]);
    }
    options.push_back({programme, here->plant, std::max(0.0, wins),
                       std::max(0.0, alternative - here->npv_eur), available});
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
  const auto plan = foresee(scenario, world, carmaker, then);
  double output = 0;
  for (std::size_t k = 0; k < scenario.programmes.size(); ++k) {
    const int programme = static_cast<int>(k);
    if (maker_who_decides(scenario, programme) != carmaker) continue;
    Shares one;
    Shares shares = shares_at(scenario, world, programme, project_of(world, programme), then, one);
    if (shares.empty()) continue;
    if (const auto* decision = decision_about(plan, programme)) {
      if (!decision->renewed) continue;
      shares = shares_of(world, programme, decision->value);
    }
    double units = 0;
    for (const int v : scenario.programmes[k].vehicle_rows)
      if (scenario.vehicles[v].to > then) units += expected_sales(scenario, world, v);
    for (const auto& [plant, share] : shares)
      if (scenario.plants[plant].country.row == country && scenario.plants[plant].tracked)
        output += share * units;
  }
  return output;
}

void revise_product_plans(const Scenario& scenario, World& world, const engine::Streams& luck) {
  forecast_launches(scenario, world);
  see_luck(scenario, world, luck);
  world.sourcing_gap = world.sourced_jointly = 0;
  std::vector<std::vector<int>> due(scenario.carmakers.size());
  for (std::size_t k = 0; k < scenario.programmes.size(); ++k) {
    const int programme = static_cast<int>(k);
    const auto& state = world.programmes[k];
    if (!state.alive || state.generation_end >= world.month + 12 + lead_months(scenario) ||
        !is_open(world, programme) || !is_tracked(scenario, world, programme))
      continue;
    if (state.committed_plant >= 0) {
      const auto value =
          committed_value(scenario, world, programme, planned_beside(scenario, world, programme));
      Decision decision;
      decision.programme = programme;
      decision.value = value;
      decision.capex = capex_of(scenario, world, programme, value);
      source(scenario, world, std::move(decision), true);
    } else if (is_free(scenario, world, programme)) {
      due[maker_who_decides(scenario, programme)].push_back(programme);
    }
  }
  for (const auto& of_maker : due)
    if (!of_maker.empty()) source_due(scenario, world, of_maker);
}

}  // namespace tavolo::agents
