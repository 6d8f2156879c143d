#include "agents/carmakers/stance.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "agents/market/accounts.h"
#include "agents/postures/catalogue.h"
#include "engine/error.h"
#include "engine/text.h"

namespace tavolo::agents {
namespace {

bool has_home_plants(const Scenario& scenario, int who) {
  const int home = scenario.markets[0].country.row;
  return std::any_of(scenario.plants.begin(), scenario.plants.end(), [&](const Plant& plant) {
    return plant.tracked && plant.country.row == home &&
           decider(scenario, plant.carmaker.row) == who;
  });
}

int home_government(const Scenario& scenario) {
  for (std::size_t g = 0; g < scenario.governments.size(); ++g)
    if (scenario.governments[g].country.row == scenario.markets[0].country.row)
      return static_cast<int>(g);
  return -1;
}

void require(const Scenario& scenario, const PostureView& view, const char* lever, double value,
             double most) {
  if (value >= 0 && value <= most) return;  // not NaN either
  throw engine::RunError{"the posture " + scenario.carmaker_posture + " of " + view.maker + " in " +
                         std::to_string(view.year) + " has " + lever + " = " +
                         engine::number_text(value) + ", out of 0.." + engine::number_text(most)};
}

bool differ(const Posture& a, const Posture& b) {
  return a.concession != b.concession || a.claim != b.claim || a.capex_share != b.capex_share;
}

std::string described(const Posture& posture) {
  std::string text;
  const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (posture.concession > 0) add("concedes by " + engine::number_text(posture.concession));
  if (posture.claim > 0)
    add("insists on " + std::to_string(std::lround(100 * posture.claim)) + " % of the gain");
  if (posture.capex_share < 1)
    add("commits " + std::to_string(std::lround(100 * posture.capex_share)) + " % of its budget");
  return text.empty() ? "as ever" : text;
}

}  // namespace

PostureView posture_view(const Scenario& scenario, const World& world, int who) {
  PostureView view;
  view.maker = scenario.carmakers[who].name;
  view.year = world.month.year();
  view.first_year = scenario.start.year();
  view.cash_eur = cash_eur(scenario, world, who);
  view.capex_budget_eur = scenario.carmakers[who].capex_budget_eur_per_year;
  for (std::size_t p = 0; p < scenario.plants.size(); ++p) {
    const auto& plant = scenario.plants[p];
    const auto& state = world.plants[p];
    if (!plant.tracked || plant.country.row != scenario.markets[0].country.row ||
        decider(scenario, plant.carmaker.row) != who)
      continue;
    view.vehicles += state.output_last_year;
    view.plant_jobs += state.headcount;
    if (state.works()) view.capacity += state.capacity_per_year;
  }
  const int government = home_government(scenario);
  if (government < 0) return view;
  const auto& seen = world.views[government];
  view.registrations = seen.registrations;
  view.bev_share = seen.bev_share;
  view.agreement_in_force = seen.agreement_in_force;
  view.trust_in_government = world.trust_in_government[government].mean();
  view.target_vehicles = scenario.governments[government].target_vehicles;
  view.levers = world.instruments[government];
  return view;
}

void take_postures(const Scenario& scenario, World& world, const engine::Streams&) {
  if (scenario.carmaker_posture.empty()) return;
  const auto rule = make_posture(scenario.carmaker_posture);
  if (!rule) throw engine::RunError{"there is no posture " + scenario.carmaker_posture};
  world.postures.resize(scenario.carmakers.size());
  for (std::size_t c = 0; c < scenario.carmakers.size(); ++c) {
    const int who = static_cast<int>(c);
    if (decider(scenario, who) != who || !has_home_plants(scenario, who)) continue;
    const auto view = posture_view(scenario, world, who);
    const Posture posture = rule->decide(view);
    require(scenario, view, "concession", posture.concession, 100);
    require(scenario, view, "claim", posture.claim, 1);
    require(scenario, view, "capex_share", posture.capex_share, 1);
    if (differ(posture, world.postures[c]))
      tell(world, "posture", view.maker + " " + described(posture));
    for (std::size_t other = 0; other < scenario.carmakers.size(); ++other)
      if (decider(scenario, static_cast<int>(other)) == who) world.postures[other] = posture;
  }
}

const Posture& posture_of(const World& world, int carmaker) {
  static const Posture kScenariosOwn;
  const auto row = static_cast<std::size_t>(carmaker);
  return row < world.postures.size() ? world.postures[row] : kScenariosOwn;
}

}  // namespace tavolo::agents
