#pragma once

#include <span>
#include <vector>

#include "agents/world.h"

/// Investment aid as makers meet it: what a government would pay of a capex, within state-aid
/// rules. Who bargains about more sits at a table. economics.md sections 5 and 6.

namespace tavolo::agents {

/// Most that the scenario's aid regime allows. Capped: the intensity of the plant's region, of its
/// country if the plant has none (or `plant` is -1); in the EU on the part of the capex that the
/// guidelines count, 50 MEUR in full, the next 50 by tables.aid_above_50m_share, the rest by
/// aid_above_100m_share (economics.md section 5, legal cap). Open: all of the capex, in countries
/// that give aid at all. Banned: nothing. A pact, of the scenario or one that a strategic
/// government has brought about, caps all members of the EU alike: a pact of one would be no pact.
/// [EUR]
double aid_cap_eur(const Scenario&, const World&, int country, int plant, double capex_eur);

/// Whether a country is a member of a European pact on aid that is in force.
bool is_in_pact(const Scenario&, const World&, int country);

/// Whether an agreement (-1: none) promises aid of its own: governments offer no other for what it
/// asks for, and its conditions are those of the agreement.
bool pays_aid(const World&, int agreement);

/// What a strategic government has left of this year's grant budget: grant_budget_eur less the
/// grants that it gave to projects decided this year. Aid that agreements promise is bargained
/// from other money and does not count. [EUR]
double grant_budget_left_eur(const Scenario&, const World&, int government);

/// Aid by lever or rule that a maker may ask for, within the cap, before it is known what the
/// year's grant budget bears; concave in the capex where rules scale large projects down. [EUR]
double aid_asked_eur(const Scenario&, const World&, int country, int plant, double capex_eur);

/// Aid that a government offers for a capex, by lever or rule, within the cap. Strategic
/// governments: grant_share of their instruments, as far as this year's grant budget goes; others:
/// their country's rule_aid_share. [EUR]
double aid_offer_eur(const Scenario&, const World&, int country, int plant, double capex_eur);

/// Capex at one plant of a plan.
struct PlantCapex {
  int plant = -1;
  double eur = 0;
};

/// What the countries of a plan's plants offer for it, each for its own: aid_offer_eur, by country,
/// where there is any.
std::vector<Grant> aid_offers(const Scenario&, const World&, std::span<const PlantCapex>);

/// What the levers of a strategic government in force leave with a maker for one more vehicle made
/// in a plant: output premium (where output keeps pace with its floor), energy relief, wage wedge;
/// as far as makers believe that they last, by the government's record. Marginal: it lowers prices
/// and weighs where a model goes. [EUR per vehicle]
double support_eur_per_vehicle(const Scenario&, const World&, int plant);

/// What one more vehicle made in a plant this year saves its maker of the clawback of agreements
/// whose pledge of output falls due this year and is behind: the clawback on a full shortfall over
/// the vehicles pledged. It is the price of a floor under a country's output, which the month's
/// plan of production weighs where several plants could make a vehicle. [EUR per vehicle]
double pledge_eur_per_vehicle(const Scenario&, const World&, int plant);

/// Pays investment aid now: a strategic government from this year's budget, as far as it goes;
/// another country's treasury in full.
/// @return what was paid. [EUR]
double pay_aid(const Scenario&, World&, int country, int carmaker, double eur);

}  // namespace tavolo::agents
