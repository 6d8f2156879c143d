#pragma once

#include <algorithm>

#include "agents/policies/budget.h"
#include "agents/policies/output_premium.h"
#include "agents/policies/policy.h"

namespace tavolo::agents {

/// Presses the makers as economic patriotism does and, where another government pays for plants,
/// matches it vehicle for vehicle, up to what a vehicle is worth to itself and its budget bears.
/// Last year's levers are answered, so that the answer ends a year after its cause.
///
/// Theirs, in EUR per vehicle made there, the largest of each kind among the neighbours:
///   investment = (grant_budget + transition_aid / 6) / vehicles
///   running    = min(premium, premium_budget / vehicles) + 3 MWh * energy_relief
///                + wage_wedge * labour cost per vehicle
///                + min(home_made_extra * cars made and sold at home, purchase_budget) / vehicles
/// Ours, while vehicles < target:
///   premium    = min(running, worth of a vehicle, 898 EUR) per vehicle
///   grants     = min(investment, worth of a vehicle - premium) * vehicles, up to 30 % of capex
///   both scaled to the budget; floor of the premium 0.9 of the better of two years;
///   clawback as theirs; pressure = 1.
///
/// A plant goes where support and cost are best together, so that a government loses nothing by
/// staying in up to what it is worth to it: the dominant strategy of the ascending auction (Black
/// & Hoyt 1989; Slattery 2025; economics.md, section 6). Where money moves quantities rather than
/// plants the best answer to a subsidy is a smaller one (Brander & Spencer 1985, whose reaction
/// functions fall: subsidy_race.h); this rule is for plants. It matches and never goes beyond, and
/// so does not escalate (tit for tat: Axelrod 1984). A bonus for what is made in a country is
/// answered by a premium, for its buyers are the other country's.
/// 898 EUR: output_premium.h. 30 %: budget.h; the state-aid map caps it plant by plant.
class MatchNeighbours final : public PolicyStrategy {
 public:
  /// What a government pays for plants, EUR per vehicle made there.
  struct Support {
    double investment_eur = 0, running_eur = 0;
  };
  static Support support_of(const Neighbour& neighbour) {
    if (neighbour.vehicles <= 0) return {};
    const auto& levers = neighbour.levers;
    const double vehicles = neighbour.vehicles;
    Support support;
    support.investment_eur =
        (levers.grant_budget_eur + levers.transition_aid_eur / kTransitionYears) / vehicles;
    support.running_eur =
        std::min(levers.output_premium_eur, levers.output_premium_budget_eur / vehicles) +
        kMwhPerVehicle * levers.energy_relief_eur_per_mwh +
        levers.wage_wedge_share * kJobCostEur * neighbour.plant_jobs / vehicles +
        std::min(levers.home_made_extra_eur * neighbour.home_made_cars,
                 levers.purchase_budget_eur) /
            vehicles;
    return support;
  }

  Instruments decide(const PolicyView& view) const override {
    if (view.vehicles >= view.target_vehicles) return {};
    Instruments levers{.pressure = 1};
    const double base = std::max(view.vehicles, view.vehicles_before);
    if (view.budget_eur <= 0 || view.vehicles <= 0) return levers;

    Support theirs;
    double clawback = 0;
    for (const auto& neighbour : view.neighbours) {
      const auto support = support_of(neighbour);
      theirs.running_eur = std::max(theirs.running_eur, support.running_eur);
      if (support.investment_eur <= theirs.investment_eur) continue;
      theirs.investment_eur = support.investment_eur;
      clawback = neighbour.levers.clawback_share;
    }
    const double worth = std::max(0.0, view.worth_of_vehicle_eur);
    const double premium = std::min({theirs.running_eur, worth, OutputPremium::kMostEur});
    const double grants = std::min(theirs.investment_eur, worth - premium);
    const double cost = premium * base + grants * view.vehicles;
    if (cost <= 0) return levers;
    const double scale = std::min(1.0, view.budget_eur / cost);
    if (premium > 0) {
      levers.output_premium_eur = scale * premium;
      levers.output_premium_floor = 0.9 * base;
      levers.output_premium_budget_eur = scale * premium * base;
    }
    if (grants > 0) {
      levers.grant_share = kGrantShare;
      levers.grant_budget_eur = scale * grants * view.vehicles;
      levers.clawback_share = clawback;
    }
    return levers;
  }
};

}  // namespace tavolo::agents
