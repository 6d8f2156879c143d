#include "agents/unions/workforce.h"

#include <algorithm>

#include "agents/market/economy.h"
#include "agents/market/trade.h"

namespace tavolo::agents {

double hours_per_month(const Scenario& scenario) {
  return scenario.parameters.labour.hours_per_year / 12;
}

double hourly_cost_eur(const Scenario& scenario, const World& world, int plant) {
  const auto& country = scenario.countries[scenario.plants[plant].country.row];
  return country.labour_eur_per_hour * driver_level(scenario, world, Series::wage_level) *
         world.plants[plant].wage_factor;
}

double yearly_cost_eur(const Scenario& scenario, const World& world, int plant) {
  return scenario.parameters.labour.hours_per_year * hourly_cost_eur(scenario, world, plant);
}

double hours_per_vehicle(const Scenario& scenario, const World& world, int plant) {
  return scenario.plants[plant].hours_per_vehicle / world.plants[plant].productivity;
}

std::vector<double> expected_outputs(const Scenario& scenario, const World& world) {
  std::vector<double> outputs(scenario.plants.size(), 0.0);
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v) {
    double sales = 0;
    for (std::size_t m = 0; m < scenario.markets.size(); ++m) sales += world.forecast(v, m);
    if (sales <= 0) continue;
    for (const auto& [plant, share] :
         world.programmes[scenario.vehicles[v].programme.row].plant_share)
      outputs[plant] += share * sales;
  }
  return outputs;
}

std::vector<double> expected_margins_eur(const Scenario& scenario, const World& world) {
  std::vector<double> margins(scenario.plants.size(), 0.0);
  for (std::size_t v = 0; v < scenario.vehicles.size(); ++v) {
    double margin = 0;
    for (std::size_t m = 0; m < scenario.markets.size(); ++m)
      if (world.forecast(v, m) > 0)
        margin +=
            world.forecast(v, m) * (world.price_eur(v, m) / (1 + scenario.markets[m].vat_rate) -
                                    world.marginal_cost_eur(v, m));
    for (const auto& [plant, share] :
         world.programmes[scenario.vehicles[v].programme.row].plant_share)
      margins[plant] += share * margin;
  }
  for (auto& margin : margins) margin = std::max(0.0, margin);
  return margins;
}

double jobs_needed(const Scenario& scenario, const World& world, int plant,
                   double vehicles_per_year) {
  const auto& state = world.plants[plant];
  double beside = 0;
  for (const auto& project : world.projects)
    if (project.plant == plant && project.phase == ProjectState::Phase::done)
      beside += project.jobs;
  if (scenario.plants[plant].capacity_per_year <= 0 && state.capacity_per_year <= 0)
    return std::max(state.headcount, beside);
  return beside + vehicles_per_year * mean_hours(scenario, world, plant) / state.productivity /
                      scenario.parameters.labour.hours_per_year;
}

double surplus_share(double headcount, double needed) {
  return headcount > needed ? 1 - needed / headcount : 0;
}

double short_time_share(const Scenario& scenario, double surplus) {
  return std::min(surplus, scenario.parameters.labour.short_time_limit_share);
}

double idle_cost_eur(const Scenario& scenario, double headcount, double needed,
                     double yearly_cost_eur) {
  const double surplus = surplus_share(headcount, needed);
  const double short_time = short_time_share(scenario, surplus);
  return headcount * yearly_cost_eur *
         (surplus - short_time + scenario.parameters.labour.short_time_maker_share * short_time);
}

bool employs(const Scenario& scenario, const World& world, int plant) {
  return scenario.plants[plant].tracked && world.plants[plant].works();
}

}  // namespace tavolo::agents
