#include "agents/carmakers/sourcing.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "agents/carmakers/investment.h"
#include "agents/carmakers/prospects.h"
#include "agents/market/accounts.h"
#include "engine/location/sourcing.h"

namespace tavolo::agents {
namespace {

using engine::Shares;
using engine::location::SourcingProblem;

/// Ten milliseconds or so at the worst; in Italy what makers decide together takes far fewer.
constexpr std::uint64_t kSourcingNodes = 500;

bool lists(const std::vector<std::string>& platforms, const std::string& platform) {
  return std::find(platforms.begin(), platforms.end(), platform) != platforms.end();
}

/// Whether the platform is on a plant's line, or will be by a project under way.
bool is_tooled(const Scenario& scenario, const World& world, int plant,
               const std::string& platform) {
  if (!scenario.plants[plant].tracked || lists(world.plants[plant].platforms, platform))
    return true;
  return std::any_of(world.projects.begin(), world.projects.end(), [&](const ProjectState& p) {
    return p.is_live() && p.platform == platform && (p.plant == plant || p.plant_share[plant] > 0);
  });
}

bool may_build(const Scenario& scenario, const World& world, int plant,
               const std::string& platform) {
  const auto& state = world.plants[plant];
  if (!state.works() || state.closing) return false;
  return is_tooled(scenario, world, plant, platform) ||
         lists(scenario.plants[plant].convertible, platform);
}

std::vector<int> present_plants(const World& world, int programme) {
  std::vector<int> plants;
  for (const auto& part : world.programmes[programme].plant_share) plants.push_back(part.row);
  return plants;
}

std::vector<int> next_plants(const Scenario& scenario, const World& world, int programme) {
  std::vector<int> plants;
  for (const auto& link : scenario.programmes[programme].next_plants) plants.push_back(link.row);
  return plants.empty() ? present_plants(world, programme) : plants;
}

/// Sales, margins and revenue per year of the next generation: of the vehicles that do not leave
/// with the running one.
struct Earnings {
  double units = 0, margin_eur = 0, revenue_eur = 0;
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
      sum.revenue_eur += units * world.price_eur(v, m) / (1 + scenario.markets[m].vat_rate);
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
    if (project.is_live() && project.plant == plant && project.site < 0)
      capacity += project.capacity_per_year;
  return capacity;
}

double target_of(const Scenario& scenario, const World& world, int plant) {
  return scenario.parameters.industry.utilisation_target * capacity_of(world, plant);
}

double factor_of(const Scenario& scenario, int programme) {
  return annuity(hurdle_rate(scenario, maker_of(scenario, programme)),
                 scenario.parameters.investment.horizon_years);
}

/// What a new platform adds to the capex of a plant. [EUR]
double platform_eur(const Scenario& scenario, int programme) {
  return scenario.programmes[programme].retool_eur *
         scenario.parameters.investment.new_platform_capex_share;
}

/// The part of a value that nothing else that is planned bears on.
SourcingValue own_value(const Scenario& scenario, const World& world, int programme, int plant,
                        bool as_now) {
  const auto& investment = scenario.parameters.investment;
  SourcingValue value;
  value.plant = plant;
  value.as_now = as_now;
  const auto shares = shares_of(world, programme, value);
  const double factor = factor_of(scenario, programme);
  const auto earned = earnings(scenario, world, programme, shares);
  value.units_per_year = earned.units;
  value.margin_npv_eur = factor * earned.margin_eur;
  for (const auto& [row, share] : shares) {
    double worth = 0;
    if (world.programmes[programme].plant_share[row] > 0) worth += investment.sourcing_inertia_eur;
    if (const int government = government_of(scenario, scenario.plants[row].country.row);
        government >= 0)
      worth += world.instruments[government].pressure * investment.pressure_eur;
    value.inertia_eur += factor * share * earned.units * worth;
    if (world.sourcing_luck.rows() > 0)
      value.luck_eur += factor * share * earned.revenue_eur * world.sourcing_luck(programme, row);
  }
  return value;
}

/// Adds the rest: what the plants are filled by, tooling and aid.
void complete(const Scenario& scenario, const World& world, int programme, SourcingValue& value,
              const std::vector<PlantCapex>& capex, const std::vector<double>& planned) {
  const double factor = factor_of(scenario, programme);
  for (const auto& [row, share] : shares_of(world, programme, value))
    if (const double target = target_of(scenario, world, row); target > 0)
      value.utilisation_eur += factor * scenario.plants[row].fixed_cost_eur_per_year / target *
                               std::clamp(target - planned[row], 0.0, share * value.units_per_year);
  for (const auto& part : capex) value.capex_eur += part.eur;
  for (const auto& grant : aid_offers(scenario, world, capex)) value.grant_eur += grant.eur;
  value.npv_eur = value.margin_npv_eur + value.utilisation_eur - value.capex_eur + value.grant_eur +
                  value.inertia_eur + value.luck_eur;
}

/// The plans that plants could build, room apart, as far as they are their own.
std::vector<SourcingValue> own_values(const Scenario& scenario, const World& world, int programme) {
  const auto& platform = next_platform(scenario, world, programme);
  const auto allowed = next_plants(scenario, world, programme);
  const auto present = present_plants(world, programme);
  const bool may_stay =
      present.size() > 1 && std::all_of(present.begin(), present.end(), [&](int p) {
        return std::find(allowed.begin(), allowed.end(), p) != allowed.end() &&
               may_build(scenario, world, p, platform);
      });
  const int largest = world.programmes[programme].plant_share.largest();
  std::vector<SourcingValue> values;
  for (const int plant : allowed)
    if (may_build(scenario, world, plant, platform))
      values.push_back(own_value(scenario, world, programme, plant, may_stay && plant == largest));
  return values;
}

bool has_room(const Scenario& scenario, const World& world, int programme,
              const SourcingValue& value, const std::vector<double>& planned) {
  for (const auto& [row, share] : shares_of(world, programme, value))
    if (scenario.plants[row].tracked &&
        planned[row] + share * value.units_per_year > capacity_of(world, row))
      return false;
  return true;
}

void rank(std::vector<SourcingValue>& values) {
  std::stable_sort(
      values.begin(), values.end(),
      [](const SourcingValue& a, const SourcingValue& b) { return a.npv_eur > b.npv_eur; });
}

/// Adds what a plan makes to what is planned, or takes it away.
void put(const World& world, int programme, const SourcingValue& value, double sign,
         std::vector<double>& planned) {
  for (const auto& [row, share] : shares_of(world, programme, value))
    planned[row] += sign * share * value.units_per_year;
}

/// The joint problem in the engine's terms. Its sites are plants, and the grant budgets of
/// strategic governments: a euro of aid that is asked for is worth a euro up to what is left.
class JointProblem {
 public:
  JointProblem(const Scenario& scenario, const World& world, std::span<const int> programmes,
               const std::vector<std::vector<SourcingValue>>& own,
               const std::vector<double>& planned)
      : scenario_{scenario}, world_{world}, planned_{planned} {
    site_.assign(scenario.plants.size(), -1);
    budget_.assign(scenario.governments.size(), -1);
    for (std::size_t i = 0; i < programmes.size(); ++i)
      for (const auto& value : own[i])
        for (const auto& part : shares_of(world, programmes[i], value))
          if (brings_platform(programmes[i], part.row))
            extras_[{part.row, next_platform(scenario, world, programmes[i])}].push_back(
                platform_eur(scenario, programmes[i]));
    for (auto& [key, extras] : extras_) add_setups(key.first, extras);
    for (std::size_t i = 0; i < programmes.size(); ++i) {
      problem_.items.emplace_back();
      for (const auto& value : own[i])
        problem_.items.back().push_back(option(programmes[i], value));
    }
  }

  const SourcingProblem& problem() const { return problem_; }

  bool brings_platform(int programme, int plant) const {
    return platform_eur(scenario_, programme) > 0 &&
           !is_tooled(scenario_, world_, plant, next_platform(scenario_, world_, programme));
  }

 private:
  using Key = std::pair<int, std::string>;  // plant, platform

  int site_of(int plant, double factor) {
    int& site = site_[plant];
    if (site >= 0) return site;
    site = static_cast<int>(problem_.sites.size());
    auto& row = problem_.sites.emplace_back();
    if (scenario_.plants[plant].tracked)
      row.capacity = std::max(0.0, capacity_of(world_, plant) - planned_[plant]);
    if (const double target = target_of(scenario_, world_, plant); target > planned_[plant]) {
      row.target = target - planned_[plant];
      row.fill_value = factor * scenario_.plants[plant].fixed_cost_eur_per_year / target;
    }
    return site;
  }

  /// What the aid for a capex is worth as such; or the load that it puts on a budget.
  double aid(int plant, double capex_eur, std::vector<SourcingProblem::Load>& loads) {
    const int country = scenario_.plants[plant].country.row;
    const double asked = aid_asked_eur(scenario_, world_, country, plant, capex_eur);
    const int government = government_of(scenario_, country);
    if (asked <= 0 || government < 0 || !scenario_.governments[government].strategic) return asked;
    int& site = budget_[government];
    if (site < 0) {
      site = static_cast<int>(problem_.sites.size());
      auto& row = problem_.sites.emplace_back();
      row.target = grant_budget_left_eur(scenario_, world_, government);
      row.fill_value = 1;
    }
    loads.push_back({site, asked});
    return 0;
  }

  /// Tooling costs the most that any of its users asks for: steps from one to the next, each paid
  /// once by those who need it.
  void add_setups(int plant, std::vector<double>& extras) {
    std::sort(extras.begin(), extras.end());
    extras.erase(std::unique(extras.begin(), extras.end()), extras.end());
    double before = 0;
    for (const double extra : extras) {
      SourcingProblem::Setup setup;
      setup.cost = extra - before - aid(plant, extra - before, setup.loads);
      problem_.setups.push_back(std::move(setup));
      before = extra;
    }
  }

  SourcingProblem::Option option(int programme, const SourcingValue& value) {
    SourcingProblem::Option option;
    option.value = value.margin_npv_eur + value.inertia_eur + value.luck_eur;
    const double factor = factor_of(scenario_, programme);
    const double retool = scenario_.programmes[programme].retool_eur;
    for (const auto& [row, share] : shares_of(world_, programme, value)) {
      option.loads.push_back({site_of(row, factor), share * value.units_per_year});
      option.value -= retool - aid(row, retool, option.loads);
      if (!brings_platform(programme, row)) continue;
      int setup = 0;  // the steps of the keys before
      const Key key{row, next_platform(scenario_, world_, programme)};
      for (const auto& [other, extras] : extras_) {
        if (other == key) {
          for (const double extra : extras)
            if (extra <= platform_eur(scenario_, programme)) option.setups.push_back(setup++);
          break;
        }
        setup += static_cast<int>(extras.size());
      }
    }
    return option;
  }

  const Scenario& scenario_;
  const World& world_;
  const std::vector<double>& planned_;
  SourcingProblem problem_;
  std::vector<int> site_, budget_;             // by plant, by government
  std::map<Key, std::vector<double>> extras_;  // in order: what its users ask for
};

}  // namespace

const std::string& next_platform(const Scenario& scenario, const World& world, int programme) {
  const auto& next = scenario.programmes[programme].next_platform;
  return next.empty() ? world.programmes[programme].platform : next;
}

engine::Shares shares_of(const World& world, int programme, const SourcingValue& value) {
  return value.as_now ? world.programmes[programme].plant_share : Shares::all_of(value.plant);
}

std::vector<PlantCapex> capex_of(const Scenario& scenario, const World& world, int programme,
                                 const SourcingValue& value) {
  std::vector<PlantCapex> capex;
  const auto& platform = next_platform(scenario, world, programme);
  for (const auto& part : shares_of(world, programme, value))
    capex.push_back({part.row, scenario.programmes[programme].retool_eur +
                                   (is_tooled(scenario, world, part.row, platform)
                                        ? 0
                                        : platform_eur(scenario, programme))});
  return capex;
}

std::vector<SourcingValue> sourcing_values(const Scenario& scenario, const World& world,
                                           int programme, const std::vector<double>& planned) {
  auto values = own_values(scenario, world, programme);
  std::erase_if(values, [&](const SourcingValue& value) {
    return !has_room(scenario, world, programme, value, planned);
  });
  for (auto& value : values)
    complete(scenario, world, programme, value, capex_of(scenario, world, programme, value),
             planned);
  rank(values);
  return values;
}

SourcingValue committed_value(const Scenario& scenario, const World& world, int programme,
                              const std::vector<double>& planned) {
  auto value =
      own_value(scenario, world, programme, world.programmes[programme].committed_plant, false);
  complete(scenario, world, programme, value, capex_of(scenario, world, programme, value), planned);
  if (pays_aid(world, world.programmes[programme].committed_agreement)) {
    value.npv_eur -= value.grant_eur;
    value.grant_eur = 0;
  }
  return value;
}

JointPlan source_jointly(const Scenario& scenario, const World& world,
                         std::span<const int> programmes, const std::vector<double>& planned) {
  JointPlan joint;
  const std::size_t n = programmes.size();
  std::vector<std::vector<SourcingValue>> own;
  for (const int k : programmes) own.push_back(own_values(scenario, world, k));
  const JointProblem formulated{scenario, world, programmes, own, planned};
  const auto& problem = formulated.problem();
  auto plan = engine::location::solve(problem, kSourcingNodes);
  joint.gap = plan.gap();

  auto all = planned;  // with everything that is decided here
  const auto chosen = [&](std::size_t i) -> const SourcingValue& { return own[i][plan.option[i]]; };
  for (std::size_t i = 0; i < n; ++i)
    if (plan.option[i] >= 0) put(world, programmes[i], chosen(i), 1, all);
  /// Whether another one that is decided brings the same platform to a plant, and is `paid` by
  /// those who pay first: the dearest, of equals the first.
  const auto brought = [&](std::size_t i, int plant, bool paid) {
    const double mine = platform_eur(scenario, programmes[i]);
    for (std::size_t j = 0; j < n; ++j) {
      if (j == i || plan.option[j] < 0 ||
          next_platform(scenario, world, programmes[j]) !=
              next_platform(scenario, world, programmes[i]) ||
          shares_of(world, programmes[j], chosen(j))[plant] <= 0)
        continue;
      const double other = platform_eur(scenario, programmes[j]);
      if (!paid || other > mine || (other == mine && j < i)) return true;
    }
    return false;
  };
  const auto capex = [&](std::size_t i, const SourcingValue& value, bool paid) {
    auto parts = capex_of(scenario, world, programmes[i], value);
    for (auto& part : parts)
      if (formulated.brings_platform(programmes[i], part.plant) && brought(i, part.plant, paid))
        part.eur -= platform_eur(scenario, programmes[i]);
    return parts;
  };

  for (std::size_t i = 0; i < n; ++i) {
    Decision decision;
    decision.programme = programmes[i];
    int pick = plan.option[i];
    auto beside = all;
    if (pick >= 0) put(world, programmes[i], chosen(i), -1, beside);
    std::vector<SourcingValue> values = own[i];
    for (auto& value : values)
      complete(scenario, world, programmes[i], value, capex(i, value, false), beside);
    for (const auto& value : values)
      if (has_room(scenario, world, programmes[i], value, beside)) decision.plans.push_back(value);
    rank(decision.plans);
    if (pick < 0) {
      // left out: it would lose money, or no plant has room; then it stays, or else goes where it
      // is worth most
      auto candidates = decision.plans;
      const bool no_room = candidates.empty();
      if (no_room) {
        candidates = values;
        rank(candidates);
        const int main = world.programmes[programmes[i]].plant_share.largest();
        const auto stays = std::find_if(candidates.begin(), candidates.end(),
                                        [&](const SourcingValue& v) { return v.plant == main; });
        if (stays != candidates.end()) std::iter_swap(candidates.begin(), stays);
        candidates.resize(std::min<std::size_t>(1, candidates.size()));
      }
      if (!candidates.empty()) {
        decision.value = candidates[0];
        decision.capex = capex(i, decision.value, false);
        decision.renewed = no_room && decision.value.npv_eur >= 0;
        if (candidates.size() > 1) {
          decision.second = candidates[1].plant;
          decision.advantage_eur = candidates[0].npv_eur - candidates[1].npv_eur;
        }
      }
      if (decision.renewed) put(world, programmes[i], decision.value, 1, all);
      joint.decisions.push_back(std::move(decision));
      continue;
    }
    decision.renewed = true;
    decision.value = chosen(i);
    decision.capex = capex(i, decision.value, true);
    complete(scenario, world, programmes[i], decision.value, decision.capex, beside);
    for (std::size_t o = 0; o < own[i].size(); ++o) {
      if (static_cast<int>(o) == pick) continue;
      plan.option[i] = static_cast<int>(o);
      const double less = plan.value - engine::location::value(problem, plan.option);
      plan.option[i] = pick;
      if (decision.second < 0 ? less < 1e18 : less < decision.advantage_eur) {
        decision.second = own[i][o].plant;
        decision.advantage_eur = less;
      }
    }
    decision.advantage_eur = std::max(0.0, decision.advantage_eur);
    joint.decisions.push_back(std::move(decision));
  }
  return joint;
}

}  // namespace tavolo::agents
