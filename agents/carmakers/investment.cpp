#include "agents/carmakers/investment.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "agents/carmakers/entrant_plant.h"
#include "agents/carmakers/prospects.h"
#include "agents/carmakers/stance.h"
#include "agents/chance.h"
#include "agents/market/accounts.h"
#include "agents/market/aid.h"
#include "agents/market/appeal.h"
#include "agents/words.h"

namespace tavolo::agents {
namespace {

/// What a grant asks for: this share of the jobs of the day it is signed, for so many years.
constexpr double kGrantJobsShare = 0.75;
constexpr int kGrantYears = 5;

using Phase = ProjectState::Phase;

/// A project is put off at most this often before it is cancelled.
constexpr int kPatience = 2;

bool is_promised(const ProjectState& project) {
  return project.agreement >= 0 || project.firmness >= 1;
}

/// Works outside vehicle assembly.
bool is_cells(const ProjectState& project) {
  return project.programmes.empty() && project.platform.empty();
}

double left_eur(const ProjectState& project) {
  return std::max(0.0, project.capex_eur - project.spent_eur);
}

/// Months over which what is left is spent, this one included.
int months_left(const ProjectState& project, Month now) {
  return std::max(1, project.done - std::max(now, project.review));
}

/// What a project costs in a year, if it is under way from now or, waiting, from its review on.
double cost_in_year(const ProjectState& project, int year, Month now) {
  const Month begin = std::max(now, project.review);
  const int months = months_left(project, now);
  const int first = std::max(begin.index, Month::of(year, 1).index);
  const int last = std::min(begin.index + months, Month::of(year + 1, 1).index);
  return left_eur(project) * std::max(0, last - first) / months;
}

std::string project_name(const Scenario& scenario, const Project& row) {
  if (!row.programmes.empty()) {
    std::string name = scenario.programmes[row.programmes[0].row].name;
    if (row.programmes.size() > 1)
      name += " and " + std::to_string(row.programmes.size() - 1) + " more";
    return name;
  }
  return row.platform.empty() ? "the works \"" + row.id + "\"" : "the line for " + row.platform;
}

const std::string& maker_name(const Scenario& scenario, const ProjectState& project) {
  return scenario.carmakers[project.carmaker].name;
}

const std::string& plant_name(const Scenario& scenario, const ProjectState& project) {
  return scenario.plants[project.plant].name;
}

double aid_left_eur(const ProjectState& project) {
  double sum = 0;
  for (const auto& grant : project.grants) sum += std::max(0.0, grant.eur - grant.paid_eur);
  return sum;
}

/// The works that were under construction when the run began.
bool is_inherited(const Scenario& scenario, const ProjectState& project, Month now) {
  if (project.scenario_row < 0 || project.put_off > 0 || now != scenario.start) return false;
  const auto& row = scenario.projects[project.scenario_row];
  return row.start + -row.lead_months < scenario.start;
}

void cancel(const Scenario& scenario, World& world, ProjectState& project) {
  project.phase = Phase::cancelled;
  for (const int k : project.programmes) {
    auto& programme = world.programmes[k];
    if (project.next_generation) programme.next_sourced = false;
    // a launch that nobody makes
    const bool sold = [&] {
      for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
        if (scenario.vehicles[v].programme.row == k && world.on_sale[v]) return true;
      return false;
    }();
    if (!sold && !project.next_generation && project.site < 0) programme.alive = false;
  }
  if (project.site >= 0) {
    world.entrants[project.carmaker].project = -1;
    if (world.plants[project.plant].phase == PlantState::Phase::building)
      world.plants[project.plant].phase = PlantState::Phase::closed;
  }
}

/// Off by a year, or for good.
void put_off_or_cancel(const Scenario& scenario, World& world, ProjectState& project) {
  const bool told = is_followed(scenario, project.carmaker);
  char share[96];
  std::snprintf(
      share, sizeof share, ": %.0f %% of the value that was planned is left",
      100 * project_value_eur(scenario, world, project) / std::max(1.0, project.planned_value_eur));
  const std::string where = maker_name(scenario, project) + " %s " + project.name + " at " +
                            plant_name(scenario, project);
  const auto say = [&](const std::string& verb, const std::string& rest) {
    std::string text = where;
    text.replace(text.find("%s"), 2, verb);
    if (told) tell(world, "project", text + rest);
  };
  if (project.put_off >= kPatience) {
    say("cancels", share + std::string{", "} + words::meur(project.spent_eur) + " are spent");
    cancel(scenario, world, project);
    return;
  }
  if (project.put_off == 0) say("puts off", std::string{" by a year"} + share);
  ++project.put_off;
  project.phase = Phase::waiting;
  project.review = world.month + 12;
  project.done = project.done + 12;
}

void begin(const Scenario& scenario, World& world, ProjectState& project) {
  const double aid_eur = aid_left_eur(project);
  const bool inherited = is_inherited(scenario, project, world.month);
  const bool again = project.decided.index > 0;
  const int delay = world.month - project.review;
  project.done = std::max(project.done + delay, world.month + (left_eur(project) > 0 ? 1 : 0));
  project.decided = world.month;
  project.review = world.month;
  project.phase = Phase::building;
  if (inherited || !is_followed(scenario, project.carmaker)) return;
  tell(world, "project",
       maker_name(scenario, project) + (again ? " resumes " : " begins ") + project.name + " at " +
           plant_name(scenario, project) + ": " + words::meur(left_eur(project)) +
           (aid_eur > 0 ? ", " + words::meur(aid_eur) + " of aid" : std::string{}) +
           ", planned for " + project.done.text());
}

/// What the countries of its plants offer for what is left, each for an equal part.
std::vector<Grant> offers(const Scenario& scenario, const World& world,
                          const ProjectState& project) {
  std::vector<PlantCapex> plan;
  for (const auto& part : project.plant_share) plan.push_back({part.row, 0});
  if (plan.empty()) plan.push_back({project.plant, 0});
  for (auto& part : plan) part.eur = left_eur(project) / static_cast<double>(plan.size());
  return aid_offers(scenario, world, plan);
}

/// Of a project's plants in a country the one that gets most.
int plant_in(const Scenario& scenario, const ProjectState& project, int country) {
  if (scenario.plants[project.plant].country.row == country) return project.plant;
  int most = project.plant;
  double share = 0;
  for (const auto& part : project.plant_share)
    if (scenario.plants[part.row].country.row == country && part.share > share) {
      most = part.row;
      share = part.share;
    }
  return most;
}

/// Grants that are added to what was paid before.
void accept(ProjectState& project, const std::vector<Grant>& grants) {
  for (auto& grant : project.grants) grant.eur = grant.paid_eur;
  for (const auto& offer : grants) {
    auto grant = std::find_if(project.grants.begin(), project.grants.end(),
                              [&](const Grant& g) { return g.country == offer.country; });
    if (grant == project.grants.end())
      project.grants.push_back(offer);
    else
      grant->eur += offer.eur;
  }
}

void decide(const Scenario& scenario, World& world, ProjectState& project) {
  const double promised = aid_left_eur(project);
  std::vector<Grant> asked;
  if (promised <= 0) asked = offers(scenario, world, project);
  double aid = promised;
  for (const auto& grant : asked) aid += grant.eur;
  const bool inherited = is_inherited(scenario, project, world.month);
  if (!inherited && !is_worthwhile(scenario, world, project, aid)) {
    put_off_or_cancel(scenario, world, project);
    return;
  }
  if (!inherited && !is_promised(project) && !fits_budget(scenario, world, project)) return;
  if (promised <= 0) accept(project, asked);
  begin(scenario, world, project);
  sign_grants(scenario, world, static_cast<int>(&project - world.projects.data()));
}

void spend(const Scenario& scenario, World& world, ProjectState& project) {
  if (project.phase == Phase::building) {
    const double eur = left_eur(project) / months_left(project, world.month);
    if (eur > 0) {
      pay(world, carmaker_actor(scenario, project.carmaker), kSuppliers, Purpose::capex, eur);
      project.spent_eur += eur;
    }
  }
  if (project.phase != Phase::building && project.phase != Phase::done) return;
  const double progress = project.capex_eur > 0 ? project.spent_eur / project.capex_eur : 1;
  for (auto& grant : project.grants)
    grant.paid_eur += pay_aid(scenario, world, grant.country, project.carmaker,
                              progress * grant.eur - grant.paid_eur);
}

/// Months by which a launch slips: the same luck whenever it is decided, under whatever policy.
int slip_months(const Scenario& scenario, const World& world, const ProjectState& project,
                const engine::Streams& luck) {
  constexpr std::uint64_t kSiteObject = 1u << 20;
  std::uint64_t agent = project.plant, object = kSiteObject;
  if (project.scenario_row >= 0) {
    agent = project.scenario_row;
    object = 0;
  } else if (!project.programmes.empty() && project.site < 0) {
    agent = project.programmes[0];
    object = 1 + world.programmes[agent].generation;
  }
  const double u = luck.at(0)(Chance::project_slip, agent, object).uniform();
  return static_cast<int>(
      std::lround(-scenario.parameters.investment.slip_mean_months * std::log(u)));
}

/// The next generation of a programme is launched.
void renew(const Scenario& scenario, World& world, int programme, const engine::Streams& luck) {
  auto& state = world.programmes[programme];
  ++state.generation;
  if (state.launched > Month{0}) state.launched = world.month;
  state.generation_end =
      world.month +
      static_cast<int>(std::lround(12 * scenario.parameters.investment.horizon_years));
  receive(scenario, world, programme, luck);
}

/// Plants that keep a part of their output, and others that take a share of all of it.
engine::Shares joined_by(const engine::Shares& now, const engine::Shares& others, double share) {
  if (share >= 1) return others;
  engine::Shares joined;
  for (const auto& [plant, part] : now) joined.set(plant, (1 - share) * part);
  for (const auto& [plant, part] : others)
    joined.set(plant, joined[static_cast<std::size_t>(plant)] + share * part);
  return joined;
}

/// Tools the plant and sources what the project brings.
void complete(const Scenario& scenario, World& world, ProjectState& project,
              const engine::Streams& luck) {
  project.phase = Phase::done;
  const bool told = is_followed(scenario, project.carmaker);
  if (project.site >= 0) {
    open_entrant_plant(scenario, world, project);
    if (told)
      tell(world, "launch",
           maker_name(scenario, project) +
               (scenario.sites[project.site].host ? " opens its line at " : " opens ") +
               plant_name(scenario, project) +
               (project.kit ? ", assembling kits: room for " : ": room for ") +
               words::vehicles(project.capacity_per_year) + " vehicles a year");
    return;
  }
  const auto shares =
      project.plant_share.empty() ? engine::Shares::all_of(project.plant) : project.plant_share;
  world.plants[project.plant].capacity_per_year += project.capacity_per_year;
  for (const auto& [plant, share] : shares) {
    auto& platforms = world.plants[plant].platforms;
    if (!project.platform.empty() &&
        std::find(platforms.begin(), platforms.end(), project.platform) == platforms.end())
      platforms.push_back(project.platform);
  }
  const double share = project.scenario_row < 0 ? 1 : scenario.projects[project.scenario_row].share;
  for (const int k : project.programmes) {
    auto& programme = world.programmes[k];
    programme.plant_share = joined_by(programme.plant_share, shares, share);
    if (!project.platform.empty()) programme.platform = project.platform;
    if (project.next_generation) {
      renew(scenario, world, k, luck);
      programme.next_sourced = false;
      programme.committed_plant = programme.committed_agreement = -1;
      if (told)
        tell(world, "launch",
             "The next " + scenario.programmes[k].name + " (" + programme.platform +
                 ") comes from " + plant_name(scenario, project));
    } else {
      programme.from = std::max(programme.from, world.month);
    }
  }
  if (project.programmes.empty() && told)
    tell(world, "project",
         maker_name(scenario, project) + " has " + project.name + " ready at " +
             plant_name(scenario, project) +
             (project.jobs > 0 ? ", with " + words::vehicles(project.jobs) + " jobs"
                               : std::string{}));
}

void finish(const Scenario& scenario, World& world, ProjectState& project,
            const engine::Streams& luck) {
  if (project.phase != Phase::building || world.month < project.done) return;
  if (!project.slipped) {
    project.slipped = true;
    const int months = slip_months(scenario, world, project, luck);
    if (months > 0) {
      project.done = world.month + months;
      constexpr int kNews = 3;  // a slip of a month or two is none
      if (months >= kNews && is_followed(scenario, project.carmaker))
        tell(world, "slip",
             maker_name(scenario, project) + ": " + project.name + " at " +
                 plant_name(scenario, project) + " slips by " + std::to_string(months) +
                 " months to " + project.done.text());
      return;
    }
  }
  complete(scenario, world, project, luck);
}

/// Grants that fall due until the end of next month's year, and those in arrears, are reserved in
/// the budgets of strategic governments: policy is made from what is left (set_policy).
void reserve_grants(const Scenario& scenario, World& world) {
  const Month next = world.month + 1;
  for (auto& project : world.projects) {
    if (project.grants.empty()) continue;
    const bool building = project.phase == Phase::building;
    const double spent =
        project.spent_eur + (building ? cost_in_year(project, next.year(), next) : 0);
    const double progress = project.capex_eur > 0 ? std::min(1.0, spent / project.capex_eur) : 1;
    for (auto& grant : project.grants) {
      const int government = government_of(scenario, grant.country);
      if (government < 0 || !scenario.governments[government].strategic) continue;
      const double reserved = building || project.phase == Phase::done
                                  ? std::max(0.0, progress * grant.eur - grant.paid_eur)
                                  : 0;
      world.committed_eur[government] =
          std::max(0.0, world.committed_eur[government] + reserved - grant.committed_eur);
      grant.committed_eur = reserved;
    }
  }
}

/// Plants that a scenario opens or closes at a known date; those that close lose their workers as
/// every plant does (unions/work.h).
void keep_plants(const Scenario& scenario, World& world) {
  for (std::size_t p = 0; p < scenario.plants.size(); ++p) {
    const auto& plant = scenario.plants[p];
    auto& state = world.plants[p];
    if (plant.opens > scenario.start && world.month == plant.opens) {
      state.phase = PlantState::Phase::running;
      hire_first_crew(world, static_cast<int>(p), plant.headcount_2024);
      tell(world, "launch",
           scenario.carmakers[plant.carmaker.row].name + " opens " + plant.name + ": room for " +
               words::vehicles(plant.capacity_per_year) + " vehicles a year");
    }
    if (plant.closes > scenario.start && world.month == plant.closes &&
        state.phase != PlantState::Phase::closed) {
      state.closing = true;
      state.exits_agreed = state.headcount;
      state.exit_payment_eur = scenario.parameters.labour.exit_payment_eur;
    }
  }
}

/// Ends of lives, launches.
void keep_line_up(const Scenario& scenario, World& world, const engine::Streams& luck) {
  const std::size_t programmes = scenario.programmes.size();
  std::vector<std::uint8_t> launching(programmes), renewing(programmes), sold(programmes);
  for (const auto& project : world.projects)
    if (project.is_live() && project.site < 0)
      for (const int k : project.programmes)
        (project.next_generation ? renewing : launching)[k] = 1;
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
    if (world.on_sale[v]) sold[scenario.vehicles[v].programme.row] = 1;
  const bool reviewed = Month::of(world.month.year(), 1) >= scenario.start;
  for (std::size_t k = 0; k < programmes; ++k) {
    auto& state = world.programmes[k];
    const auto& programme = scenario.programmes[k];
    const int row = static_cast<int>(k);
    if (!state.alive || world.month < state.generation_end || renewing[k]) continue;
    if (!is_tracked(scenario, world, row)) {
      if (!programme.ends) {
        renew(scenario, world, row, luck);
        continue;
      }
    } else if (!reviewed || state.committed_plant >= 0) {
      continue;  // the next January sources it
    }
    state.alive = false;
    const int maker = maker_of(scenario, row);
    if (sold[k] && is_followed(scenario, maker))
      tell(world, "end", scenario.carmakers[maker].name + " ends the " + programme.name);
  }
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v) {
    const auto& vehicle = scenario.vehicles[v];
    const int k = vehicle.programme.row;
    const auto& programme = scenario.programmes[k];
    const auto& state = world.programmes[k];
    // what comes with, or goes with, the change of generation follows it when it slips
    const bool comes_later = state.generation == 0 && vehicle.from > scenario.start &&
                             vehicle.from >= programme.generation_end;
    const bool stays_longer =
        state.generation == 0 && renewing[k] && vehicle.to + 1 >= programme.generation_end;
    const bool launched = !(launching[k] && programme.from > scenario.start && !sold[k]);
    const bool on = state.alive && launched && !comes_later &&
                    world.month >= std::max(vehicle.from, state.from) &&
                    (world.month < vehicle.to || stays_longer);
    if (on && !sold[k] && world.month > scenario.start) {
      sold[k] = 1;
      receive(scenario, world, k, luck);
      const int maker = maker_of(scenario, k);
      if (is_followed(scenario, maker))
        tell(world, "launch",
             scenario.carmakers[maker].name + " launches the " + programme.name + ", built at " +
                 scenario.plants[state.plant_share.largest()].name);
    }
    world.on_sale[v] = on;
  }
}

/// The positive root b of b (b - 1) variance / 2 + b (r - payout) - r = 0: by how many per cent the
/// option to begin gains when the project gains one.
double option_elasticity(double risk_free_rate, double payout_rate, double volatility) {
  const double variance = volatility * volatility;
  const double a = (risk_free_rate - payout_rate) / variance - 0.5;
  const double c = 2 * risk_free_rate / variance;
  const double root = std::sqrt(a * a + c);
  return a > 0 ? c / (a + root) : root - a;  // without cancellation
}

}  // namespace

double annuity(double rate, double years) {
  if (std::abs(rate) < 1e-12) return years;
  return -std::expm1(-years * std::log1p(rate)) / rate;
}

double option_multiple(double risk_free_rate, double payout_rate, double volatility) {
  const double b = option_elasticity(risk_free_rate, payout_rate, volatility);
  return std::max(1.0, b / (b - 1));
}

double option_value(double risk_free_rate, double payout_rate, double volatility, double value,
                    double cost) {
  const double trigger = cost * option_multiple(risk_free_rate, payout_rate, volatility);
  if (value >= trigger) return value - cost;
  const double b = option_elasticity(risk_free_rate, payout_rate, volatility);
  return (trigger - cost) * std::pow(value / trigger, b);
}

double option_multiple(const Scenario& scenario) {
  const auto& investment = scenario.parameters.investment;
  return option_multiple(investment.risk_free_rate, investment.payout_rate, investment.volatility);
}

std::vector<ProjectState> announced_projects(const Scenario& scenario) {
  std::vector<ProjectState> projects;
  for (std::size_t r = 0; r < scenario.projects.size(); ++r) {
    const auto& row = scenario.projects[r];
    if (row.start < scenario.start) continue;
    ProjectState project;
    project.scenario_row = static_cast<int>(r);
    project.carmaker = row.carmaker.row;
    project.plant = row.plant.row;
    project.platform = row.platform;
    project.name = project_name(scenario, row);
    project.firmness = row.firmness;
    project.capacity_per_year = row.capacity_per_year;
    project.jobs = row.jobs;
    project.done = row.start;
    project.review = std::max(row.start + -row.lead_months, scenario.start);
    const int left = row.start - project.review;
    project.capex_eur =
        row.lead_months > 0 ? row.capex_eur * left / row.lead_months : row.capex_eur;
    project.planned_value_eur = option_multiple(scenario) * row.capex_eur /
                                std::max(0.01, scenario.parameters.investment.cancel_threshold);
    project.next_generation = !row.programmes.empty();
    for (const auto& link : row.programmes) {
      project.programmes.push_back(link.row);
      const auto& programme = scenario.programmes[link.row];
      // a project near the end of a running generation brings the next one; else it only moves or
      // enlarges what is built
      constexpr int kNear = 24;
      if (programme.from > scenario.start || row.start + kNear < programme.generation_end)
        project.next_generation = false;
    }
    projects.push_back(std::move(project));
  }
  return projects;
}

double lives_from(const Scenario& scenario, const World& world, const ProjectState& project) {
  double units = 0;
  if (!project.programmes.empty()) {
    for (const int k : project.programmes) units += programme_sales(scenario, world, k);
    return units;
  }
  if (!project.platform.empty()) {
    for (std::size_t k = 0; k < scenario.programmes.size(); ++k) {
      const auto& programme = scenario.programmes[k];
      if (programme.next_platform != project.platform) continue;
      const auto& next = programme.next_plants;
      const bool may = next.empty() ? world.programmes[k].plant_share[project.plant] > 0
                                    : std::any_of(next.begin(), next.end(), [&](const Link& p) {
                                        return p.row == project.plant;
                                      });
      if (may) units += programme_sales(scenario, world, static_cast<int>(k));
    }
    return units;
  }
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v)
    if (scenario.vehicles[v].power == Powertrain::bev && world.on_sale[v] &&
        decider(scenario, scenario.carmaker_of(scenario.vehicles[v])) == project.carmaker)
      for (std::size_t m = 0; m < scenario.markets.size(); ++m) units += world.forecast(v, m);
  const int years = (world.month - scenario.start) / 12;  // forecasts are made in January
  return units / std::pow(1 + scenario.parameters.investment.planned_bev_growth_per_year, years);
}

double project_value_eur(const Scenario& scenario, const World& world,
                         const ProjectState& project) {
  if (project.forecast_then <= 0) return project.planned_value_eur;
  const double ratio = lives_from(scenario, world, project) / project.forecast_then;
  const double leverage =
      is_cells(project) ? scenario.parameters.investment.cells_value_elasticity : 1;
  return project.planned_value_eur * std::max(0.0, 1 - leverage * (1 - ratio));
}

bool is_worthwhile(const Scenario& scenario, const World& world, const ProjectState& project,
                   double aid_left) {
  if (is_promised(project) || project.planned_value_eur <= 0) return true;
  const double net = left_eur(project) - aid_left;
  const double value = project_value_eur(scenario, world, project);
  if (project.next_generation) return value >= net;
  const double loose =
      (1 - project.firmness) * (1 - scenario.parameters.investment.cancel_threshold);
  return value * (1 - loose) >= option_multiple(scenario) * net;
}

void sign_grants(const Scenario& scenario, World& world, int row) {
  auto& project = world.projects[row];
  if (pays_aid(world, project.agreement)) return;
  for (auto& grant : project.grants) {
    const int government = government_of(scenario, grant.country);
    if (grant.eur <= 0 || grant.agreement >= 0) continue;
    if (government < 0 || !scenario.governments[government].strategic) continue;
    const int plant = plant_in(scenario, project, grant.country);
    const double clawback = world.instruments[government].clawback_share;
    const double jobs = kGrantJobsShare * world.plants[plant].headcount;
    if (clawback <= 0 || jobs < 1) continue;
    AgreementState agreement;
    agreement.kind = "grant";
    agreement.name = "The grant of " + std::to_string(world.month.year()) + " for " + project.name +
                     " at " + scenario.plants[plant].name;
    agreement.signed_on = world.month;
    agreement.government = government;
    agreement.carmaker = project.carmaker;
    agreement.plant = plant;
    agreement.aid_promised_eur = grant.eur;
    agreement.clawback_share = clawback;
    Obligation promise;
    promise.kind = Obligation::Kind::jobs;
    promise.actor = carmaker_actor(scenario, project.carmaker);
    promise.beneficiary = government_actor(scenario, government);
    promise.country = grant.country;
    promise.plant = plant;
    promise.amount = jobs;
    promise.from_year = project.done.year();
    promise.due_year = project.done.year() + kGrantYears;
    agreement.obligations.push_back(promise);
    grant.agreement = static_cast<int>(world.agreements.size());
    world.agreements.push_back(std::move(agreement));
  }
}

int open_project(World& world, ProjectState project) {
  project.phase = Phase::building;
  project.decided = project.review = world.month;
  project.done = std::max(project.done, world.month + 1);
  if (project.next_generation)
    for (const int k : project.programmes) world.programmes[k].next_sourced = true;
  world.projects.push_back(std::move(project));
  return static_cast<int>(world.projects.size()) - 1;
}

bool fits_budget(const Scenario& scenario, const World& world, const ProjectState& project) {
  const double whole = scenario.carmakers[project.carmaker].capex_budget_eur_per_year;
  if (whole <= 0) return true;
  const double budget = whole * posture_of(world, project.carmaker).capex_share;
  ProjectState candidate = project;  // begun now: a wait shifts it as a whole
  candidate.done = candidate.done + std::max(0, world.month - candidate.review);
  candidate.review = std::min(candidate.review, world.month);
  candidate.done = std::max(candidate.done, world.month + 1);
  const int last = candidate.done.year();
  for (int year = world.month.year(); year <= last; ++year) {
    double sum = cost_in_year(candidate, year, world.month);
    const bool costs = sum > 0;
    for (const auto& other : world.projects)
      if (&other != &project && other.carmaker == project.carmaker &&
          other.phase == Phase::building)
        sum += cost_in_year(other, year, world.month);
    if (year == world.month.year()) {
      if (costs && sum > std::max(0.0, cash_eur(scenario, world, project.carmaker))) return false;
      sum += world.books.paid_eur(carmaker_actor(scenario, project.carmaker),
                                  static_cast<std::size_t>(Purpose::capex));
    }
    if (sum > budget * (1 + 1e-9)) return false;
  }
  return true;
}

void advance_projects(const Scenario& scenario, World& world, const engine::Streams& luck) {
  for (std::size_t i = 0; i < world.projects.size(); ++i) {
    auto& project = world.projects[i];
    if (project.is_live() && project.forecast_then <= 0)
      project.forecast_then = lives_from(scenario, world, project);
    if (project.phase == Phase::building && world.month.month() == 1 &&
        project.decided < world.month && !project.slipped &&
        !is_worthwhile(scenario, world, project, aid_left_eur(project)))
      put_off_or_cancel(scenario, world, project);
    else if (project.phase == Phase::waiting && world.month >= project.review)
      decide(scenario, world, project);
  }
  for (auto& project : world.projects) spend(scenario, world, project);
  for (auto& project : world.projects) finish(scenario, world, project, luck);
  keep_line_up(scenario, world, luck);
  keep_plants(scenario, world);
  reserve_grants(scenario, world);
}

}  // namespace tavolo::agents
