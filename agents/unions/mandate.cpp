#include "agents/unions/mandate.h"

#include <algorithm>
#include <cmath>

#include "agents/market/economy.h"

namespace tavolo::agents {

double stone_geary(const LabourParameters& labour, double pay, double jobs) {
  const double gain = pay - labour.outside_income_share;
  const double safe = jobs - labour.protected_core_share;
  if (gain <= 0 || safe <= 0) return 0;
  return std::pow(gain, labour.union_pay_weight) * std::pow(safe, 1 - labour.union_pay_weight);
}

double exit_loss(const LabourParameters& labour, double payment_eur, double yearly_pay_eur) {
  const double income_lost =
      yearly_pay_eur * (1 - labour.outside_income_share) * labour.exit_gap_years;
  return 1 - payment_eur / income_lost;
}

double backing(const Scenario& scenario, int union_row, int plant) {
  const auto& votes = scenario.unions[union_row].backing;
  const auto at = votes.find(scenario.plants[plant].id);
  return at == votes.end() ? 0 : at->second;
}

double real_wage(const Scenario& scenario, const World& world, int plant) {
  return world.plants[plant].wage_factor * driver_level(scenario, world, Series::wage_level) /
         driver_level(scenario, world, Series::price_level);
}

double wage_erosion(const Scenario& scenario, const World& world, int plant) {
  const double agreed = world.plants[plant].real_wage_agreed;
  if (agreed <= 0) return 0;
  return std::max(0.0, 1 - real_wage(scenario, world, plant) / agreed);
}

double resolve(const Scenario& scenario, const World& world, int union_row,
               std::span<const int> plants) {
  double grievance = 0, voters = 0;
  for (const int plant : plants) {
    const double weight = backing(scenario, union_row, plant) * world.plants[plant].headcount;
    grievance +=
        weight * std::min(1.0, world.plants[plant].unrest + wage_erosion(scenario, world, plant));
    voters += weight;
  }
  const double militancy = scenario.unions[union_row].militancy;
  return voters > 0 ? militancy + (1 - militancy) * grievance / voters : militancy;
}

std::vector<Delegate> delegates(const Scenario& scenario, const World& world,
                                std::span<const int> plants) {
  std::vector<Delegate> all;
  for (std::size_t u = 0; u < scenario.unions.size(); ++u) {
    double weight = 0;
    for (const int plant : plants)
      weight += backing(scenario, static_cast<int>(u), plant) * world.plants[plant].headcount;
    if (weight > 0) all.push_back({static_cast<int>(u), weight});
  }
  std::stable_sort(all.begin(), all.end(), [&](const Delegate& a, const Delegate& b) {
    return scenario.unions[a.union_row].militancy < scenario.unions[b.union_row].militancy;
  });
  return all;
}

std::size_t smallest_majority(std::span<const Delegate> delegates) {
  double all = 0, voters = 0;
  for (const auto& delegate : delegates) all += delegate.weight;
  for (std::size_t i = 0; i < delegates.size(); ++i) {
    voters += delegates[i].weight;
    if (voters > all / 2) return i + 1;
  }
  return delegates.size();
}

void please_unions(const Scenario& scenario, World& world, std::span<const int> unions, bool good) {
  const double step = scenario.parameters.labour.grievance;
  for (const int u : unions)
    world.union_satisfaction[u] += step * ((good ? 1.0 : 0.0) - world.union_satisfaction[u]);
}

void add_unrest(World& world, int plant, double rise) {
  auto& unrest = world.plants[plant].unrest;
  unrest = std::min(1.0, unrest + rise);
}

}  // namespace tavolo::agents
