#pragma once

#include "agents/world.h"
#include "engine/random.h"

/// A maker and the unions of one plant bargain about paid exits and wages; or, where a plant has
/// stood idle for years and nothing is coming, about its closure (model.md, labour; economics.md,
/// sections 7 and 8).

namespace tavolo::agents {

/// One set of terms of a plant table.
struct PlantTerms {
  double exits = 0;             ///< workers who may leave
  double payment_multiple = 1;  ///< of labour.exit_payment_eur, for each
  double wage_rise = 0;         ///< above the wage level
};

/// What a plant table is about, read off the world when it is called.
struct PlantCase {
  int plant = -1, carmaker = -1;
  double headcount = 0, needed = 0;
  double most_exits = 0;    ///< that the maker would offer this year
  bool wages_open = false;  ///< no wage agreement is in force
  double yearly_cost_eur = 0, wage_factor = 1, hurdle_rate = 0.1;
  /// Most that the maker could pay above the wage level, of the wage bill: labour.wage_room_share
  /// as far as the plant has work; nothing while a wage agreement runs.
  double room_share = 0;
  double type_share = 0;  ///< what it could pay, which it alone knows: uniform up to room_share
};

PlantCase plant_case(const Scenario&, const World&, const engine::Streams&, int plant);

/// Labour cost saved over labour.exit_saving_years, less payments to leavers, less the wage rise
/// over the term of the agreement, all at the maker's hurdle rate. [EUR]
double maker_worth_eur(const Scenario&, const PlantCase&, const PlantTerms&);
/// What it would rather pay than have its refusal of the unions' `claim` answered by a dispute; 0
/// while no wage claim is open. [EUR, negative]
double maker_reservation_eur(const Scenario&, const PlantCase&, double claim_share);
/// Stone-Geary in pay, short-time included, and jobs; an exit takes what exit_loss() says.
double members_worth(const Scenario&, const PlantCase&, const PlantTerms&);

engine::negotiation::Agenda plant_agenda(const Scenario&, const PlantCase&);
PlantTerms plant_terms(const engine::negotiation::Offer&);
TableState plant_table(const Scenario&, const World&, const PlantCase&);

/// Calls the tables of plants with unions whose surplus hours exceed labour.exit_surplus_threshold,
/// or whose wage agreement has run out; and closure tables. Where no union is modelled, the maker
/// offers exits by itself, and closes by itself. Luck: Chance::private_value (plant).
void open_plant_tables(const Scenario&, World&, const engine::Streams&);
/// The deal is put to the members and binds: exits, their payment, the wage.
/// @return whether it binds
bool bind_plant_deal(const Scenario&, World&, const engine::Streams&, const TableState& table);
/// No deal: no exits; where wages are open, a strike or a holdout, and what it ends in.
void break_plant_talks(const Scenario&, World&, const engine::Streams&, const TableState& table);

/// Whether a plant has been idle for two years and neither a programme, a project nor a promise
/// will bring it work.
bool is_without_future(const Scenario&, const World&, int plant);
/// The closure is agreed: severance for all, spread over the year.
/// @return whether it binds
bool bind_closure(const Scenario&, World&, const engine::Streams&, const TableState& table);
/// No agreement on the severance: the plant closes all the same, and strikes follow elsewhere.
void break_closure_talks(const Scenario&, World&, const engine::Streams&, const TableState& table);

}  // namespace tavolo::agents
