#pragma once

#include <span>

#include "agents/carmakers/product_plan.h"
#include "agents/world.h"
#include "engine/random.h"

/// A maker and the unions of one plant bargain about paid exits and wages, and about a further
/// model in return for performance; or, where a plant has stood idle for years and nothing is
/// coming, about its closure (model.md, labour; economics.md, sections 7 and 8).

namespace tavolo::agents {

/// One set of terms of a plant table.
struct PlantTerms {
  double exits = 0;             ///< workers who may leave
  double payment_multiple = 1;  ///< of labour.exit_payment_eur, for each
  double wage_rise = 0;         ///< above the wage level
  /// Share by which hours per vehicle must fall by the due year, for the plant to be given the
  /// model that is on the table ("subject to performance improvement", product_plans.csv); 0: no
  /// clause.
  double hours_cut = 0;
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
  double kept_jobs = 0;   ///< beyond those needed, that the bargain over the plant's revenue keeps

  /// A model that the maker would else build in another country, to be sourced after `due_year`;
  /// programme -1: none.
  Move model;
  int due_year = 0, years = 0;  ///< of the performance clause: last December, Decembers
  double model_jobs = 0;        ///< that it takes at today's hours per vehicle
  double model_labour_eur = 0;  ///< what they cost over its life, at the start of production
  double wait_years = 0;        ///< until then
  double trust_of_unions = 0.5, trust_in_workers = 0.5;
};

PlantCase plant_case(const Scenario&, const World&, const engine::Streams&, int plant);
/// Puts on the table the first of `options` (of the plant's country, cheapest first) that would
/// bring the plant a further model and can wait for an audit of its performance.
void offer_model(const Scenario&, const World&, std::span<const SourcingOption> options,
                 PlantCase&);

/// What a maker could pay above the wage level by a bargain over the plant's revenue, as a share of
/// the wage bill, and the jobs beyond those that pay for themselves at that wage, as a share of
/// them: Manning's sequential bargain (wage_bargain.h) with the powers of labour.wage_bargain, a
/// union that values the rent (w - outside wage) L, and R(L) = (w/a) L^a in multiples of the jobs
/// needed, whose marginal revenue at L = 1 is the wage w of today; a, `labour_share`, is that of
/// wages in wages and margin before fixed cost. (A Stone-Geary union that puts jobs first, as
/// members_worth() does, would settle for less than plants pay, whatever its power: it is no
/// account of their wages where the firm sets jobs.)
struct BargainedTerms {
  double rise = 0, kept_share = 0;
};
BargainedTerms bargained_terms(const LabourParameters&, double wage_factor, double labour_share);

/// Labour cost saved over labour.exit_saving_years, less payments to leavers, less the wage rise
/// over the term of the agreement, all at the maker's hurdle rate. A performance clause adds, as
/// far as the maker trusts the workers, what faster work saves (idle workers are paid all the same)
/// and, by the chance that the target is reached, the model: its labour saved, less what it costs
/// to build it here rather than in the best plant. [EUR]
double maker_worth_eur(const Scenario&, const PlantCase&, const PlantTerms&);
/// What it would rather pay than have its refusal of the unions' `claim` answered by a dispute; 0
/// while no wage claim is open. [EUR, negative]
double maker_reservation_eur(const Scenario&, const PlantCase&, double claim_share);
/// Stone-Geary in pay, short-time included, and jobs; an exit takes what exit_loss() says. Under a
/// performance clause effort is worth labour.effort_cost of pay, faster work takes jobs, and the
/// model brings some: by its chance, as far as the unions trust the maker, discounted to its start.
double members_worth(const Scenario&, const PlantCase&, const PlantTerms&);

engine::negotiation::Agenda plant_agenda(const Scenario&, const PlantCase&);
PlantTerms plant_terms(const engine::negotiation::Offer&);
TableState plant_table(const Scenario&, const World&, const PlantCase&);

/// Calls the tables of plants with unions whose surplus hours exceed labour.exit_surplus_threshold,
/// whose wage agreement has run out, or to which a model could be promised for performance; and
/// closure tables. Where no union is modelled, the maker offers exits by itself, and closes by
/// itself, and wages follow the bargain over revenue if labour.wage_bargain names one. Luck:
/// Chance::private_value (plant).
void open_plant_tables(const Scenario&, World&, const engine::Streams&);
/// The deal is put to the members and binds: exits, their payment, the wage, the performance clause
/// as an agreement of its own. Voted down, it ends as talks that fail.
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
