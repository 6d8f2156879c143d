#pragma once

#include "agents/policies/policy.h"

/// What several strategies need to keep to a budget, and facts that they share. Sources: the
/// tables of shared/data, named by file. "Assumed" marks what no table gives.

namespace tavolo::agents {

/// Years over which a transition agreement pays; as the model's default (tables section). A
/// government plans with it: the real term is in the agreement.
inline constexpr double kTransitionYears = 6;

/// Electricity of a plant, MWh per vehicle; as the model's default (industry section).
inline constexpr double kMwhPerVehicle = 3;

/// Labour cost of a plant worker, EUR per year: 34 EUR/h (assumed: costs.csv, labour_hour, has
/// 47 for French carmakers and 29.6 for all of Italy) for 1,650 paid hours (the model's default).
inline constexpr double kJobCostEur = 34.0 * 1650.0;

/// List price before VAT up to which Italian law pays a bonus; incentives.csv, DPCM 20 May 2024:
/// 0-20 and 61-135 g/km. (Plug-in hybrids may cost 45,000; a fund has one cap: the lower.)
inline constexpr double kPriceCapEur = 35'000;

/// Household income up to which Italian law pays more; incentives.csv, DPCM 20 May 2024 (there an
/// ISEE, which counts wealth and family size as well).
inline constexpr double kLowIncomeEur = 30'000;

/// Share of capex that a grant may reach; costs.csv, aid_cap: 0.30 in Basilicata, Molise and
/// Sardinia, 0.40 in Campania. The state-aid map of the scenario still caps it plant by plant.
inline constexpr double kGrantShare = 0.30;

/// Public charging points per electric car beyond which more bring little; PTTMAM (see
/// economics.md, section 1).
inline constexpr double kEnoughPointsPerBev = 0.10;

/// The most that a year's instruments can cost by their own ceilings, EUR. Not in it: schemes
/// that are replayed (they bring their own funds), energy relief and wage wedge (open-ended).
inline double ceiling_eur(const Instruments& levers) {
  return levers.purchase_budget_eur + levers.grant_budget_eur + levers.output_premium_budget_eur +
         levers.charging_budget_eur + levers.entrant_budget_eur +
         levers.transition_aid_eur / kTransitionYears;
}

}  // namespace tavolo::agents
