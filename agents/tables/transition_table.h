#pragma once

#include <vector>

#include "agents/world.h"
#include "engine/random.h"

/// Government, volume maker and unions bargain about output, models, jobs, aid and clawback: the
/// "transition agreement" (model.md, sections 1 and 4; economics.md, sections 5, 9 and 10).

namespace tavolo::agents {

/// The maker with most output in a country, by who decides; -1 if nobody makes anything there.
int volume_maker(const Scenario&, const World&, int country);

/// One set of terms.
struct TransitionTerms {
  double output = 0;          ///< vehicles per year, by the due year
  int models = 0;             ///< the first so many of the moves: next generations for home plants
  double jobs_floor = 0;      ///< share of present jobs that is guaranteed, plant by plant
  double aid_eur = 0;         ///< in all, in equal instalments
  double clawback_share = 0;  ///< of aid paid, on a full shortfall
  double energy_relief_eur_per_mwh = 0;  ///< paid to the maker's plants until the due year
  int longer_years = 0;                  ///< that the guarantee of jobs runs beyond the due year
};

/// What a transition table is about, read off the world when it is called; everything that the
/// parties' utilities need.
struct TransitionCase {
  int government = -1, carmaker = -1, country = -1;
  int due_year = 0, years = 0;  ///< of the promises; instalments of aid
  double planned_output = 0;    ///< of the maker in the country in the due year, without a deal
  double target_output = 0;     ///< most that the government asks of this maker
  double aid_max_eur = 0;       ///< that its instruments let it promise
  double money_eur = 0;         ///< that its budgets of these years leave
  std::vector<Move> moves;      ///< confirmations and moves, cheapest per vehicle first
  double private_factor = 1;    ///< of the cost of moves, which the maker alone knows

  struct HomePlant {
    int plant = -1;
    double headcount = 0, needed = 0;  ///< workers now; that the plan takes
    double yearly_cost_eur = 0, wage_factor = 1;
    std::vector<double> needed_for;  ///< additional workers for the first n moves
  };
  std::vector<HomePlant> plants;
  double mwh_per_vehicle = 0;     ///< energy that a vehicle takes, for the relief
  double jobs_per_vehicle = 0;    ///< workers for one vehicle a year, average of these plants
  double grievance_cost_eur = 0;  ///< of failed talks, to the maker

  double hurdle_rate = 0.1;                                ///< of the maker
  double trust_in_maker = 0.5, trust_in_government = 0.5;  ///< of one in the other
  double trust_of_unions = 0.5;                            ///< in the maker
  double pressure = 0;
};

TransitionCase transition_case(const Scenario&, const World&, const engine::Streams&,
                               int government);

/// Headcount of a plant after `years` of attrition, paid exits and hiring towards what it needs,
/// never below `floor`. Path of workers at the end of each year.
std::vector<double> headcount_path(const LabourParameters&, double headcount, double needed,
                                   double floor, int years);

/// What terms are worth to the maker against no deal: aid, as far as it trusts the government; less
/// the cost of moves it would not make otherwise; less wages of guaranteed workers that it does not
/// need, net of exits it saves, or what breaking the guarantee would cost if that is less (half of
/// the aid, clawback, unrest: keep_guarantees() decides year by year); less the clawback to be
/// expected from the uncertainty of output; plus the unrest avoided. [EUR, present value at its
/// hurdle rate] Reservation: 0.
double maker_worth_eur(const Scenario&, const TransitionCase&, const TransitionTerms&);

/// How far the government believes a guarantee of jobs: by its trust in the maker and, where it
/// would cost the maker less to break it than to keep it, in proportion less (a promise is believed
/// as far as it enforces itself; Levin 2003). The unions do so by their own trust.
double guarantee_credibility(const Scenario&, const TransitionCase&, const TransitionTerms&);

/// What terms are worth to the government: vehicles won and job-years kept and won, with those of
/// suppliers, as far as it believes the maker (models by its trust, guarantees by their
/// credibility; what a pledge exceeds the models by, by its trust squared, for it needs moves that
/// nobody has named); less aid with its deadweight loss, half of it if the maker breaks its word;
/// plus the clawback to be expected; plus the politics of any agreement. [EUR, present value] Minus
/// infinity where its budgets do not have the money. Reservation: 0.
double government_worth_eur(const Scenario&, const TransitionCase&, const TransitionTerms&);

/// What terms are worth to members at one plant: Stone-Geary in pay and jobs in the due year, as
/// far as models and guarantees are believed.
double members_worth(const Scenario&, const TransitionCase&, std::size_t home_plant,
                     const TransitionTerms&);
/// The same without a deal.
double members_status_quo(const Scenario&, const TransitionCase&, std::size_t home_plant);

/// The agenda of a case: three levels of output, up to five models, six jobs floors, six amounts of
/// aid, three clawbacks, energy relief or none, two terms of the guarantee: some eight thousand
/// outcomes.
engine::negotiation::Agenda transition_agenda(const TransitionCase&);
TransitionTerms transition_terms(const engine::negotiation::Offer&);

/// The table of a case, ready to be played.
TableState transition_table(const Scenario&, const World&, const TransitionCase&);

/// Calls the table of a government whose instruments ask for it, that has no agreement in force and
/// has not talked for tables.transition_interval_years. Luck: Chance::private_value.
void open_transition_table(const Scenario&, World&, const engine::Streams&, int government);
/// Ratifies and binds the deal at `table` (session agreed): members vote, the cabinet checks the
/// money and the board that the moves are still open; then models are committed, obligations
/// written, the first instalment reserved. Otherwise as if the talks had failed.
/// @return whether it binds
bool bind_transition_deal(const Scenario&, World&, const engine::Streams&, const TableState& table);
/// What happens when the talks fail: unrest in the maker's plants; the line in the chronicle.
void break_transition_talks(const Scenario&, World&, const engine::Streams&,
                            const TableState& table);

}  // namespace tavolo::agents
