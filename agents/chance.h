#pragma once

#include <cstdint>

namespace tavolo::agents {

/// Every use of luck in the model (ODD: stochasticity). Numbers are never reused or changed:
/// that would change the results of every published seed.
// clang-format off
enum class Chance : std::uint32_t {
  // the population: drawn once per scenario, under the population's own seed
  attributes      = 1,   // buyer: income, home charging, kilometres, tastes
  first_vehicle   = 2,   // buyer: what stands in the garage at the start, and its age
  network         = 3,   // node: which ties are rewired
  // demand
  vehicle_taste   = 10,  // buyer x vehicle, by purchase: liking beyond what utility explains
  nest_taste      = 11,  // buyer x segment, by purchase: liking for it, for new, for the old vehicle
                         // 12 was outside_taste, now under nest_taste
  holding_time    = 13,  // buyer, by purchase: months until it is in the market again
  waits           = 14,  // buyer, month: whether a closed month or an announced scheme delays it
  comes_early     = 15,  // buyer, by purchase: whether it would advance it for a scheme
  // the economy
  driver          = 20,  // driver, year: growth of an exogenous series around its drift
  cycle           = 21,  // market, year: the business cycle of new registrations
  electric_appeal = 22,  // market (0: all of them), year: how tastes for electric cars drift
  brand_appeal    = 23,  // brand, year: how its standing drifts
  reception       = 24,  // programme, generation: how buyers take to it
  // industry
  project_slip    = 30,  // project: months that a launch slips
  holdup          = 31,  // plant, month: whether a dispute is on and how hard
  private_value   = 32,  // table, party: what a party alone knows of its value of a deal
  talks           = 34,  // what names the luck of tables, for protocols and strategies that draw
  site_affinity   = 35,  // maker, site: what a site is worth to its entrant beyond what is known
  sourcing_cost   = 36,  // programme, generation, plant: what the plant saves or costs beyond its data
  audit           = 33,  // obligation: whether a shortfall is verified and enforced
  performance     = 40,  // plant, year: how far its hours per vehicle fall under a clause
  ballot          = 41,  // table: the mood of the members who vote on its deal
};
// clang-format on

}  // namespace tavolo::agents
