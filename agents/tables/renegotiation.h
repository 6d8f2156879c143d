#pragma once

#include "agents/world.h"
#include "engine/random.h"

/// A maker that sees that it will not reach the output it promised asks the government for other
/// terms before the promise falls due (model.md, promises; economics.md, section 10). Each would
/// rather agree than have a breach: the maker fears clawback, lost instalments and unrest, the
/// government the loss of face; what a breach would bring in is uncertain, for shortfalls must be
/// verified and clauses are not always enforced.

namespace tavolo::agents {

/// One set of terms.
struct RenegotiationTerms {
  double conceded_share = 0;  ///< of the gap between promise and forecast, that is forgiven
  int extension_years = 0;    ///< of the due year
  double repaid_share = 0;    ///< of the clawback that the gap would cost in full, paid now
  double aid_kept_share = 0;  ///< of the instalments to come
};

/// What is at stake, read off the world when the talks are called.
struct RenegotiationCase {
  int agreement = -1;                 ///< row of World::agreements
  std::size_t obligation = 0;         ///< its promise of output
  double promised = 0, expected = 0;  ///< vehicles in the due year
  int years = 0;                      ///< to the due year
  double aid_paid_eur = 0, aid_left_eur = 0, clawback_share = 0;
  double grievance_cost_eur = 0;  ///< of a breach, to the maker: unrest in its plants
  double hurdle_rate = 0.1;
  double trust_in_government = 0.6, pressure = 0;
};

/// Whether an agreement's promise of output falls due this year or next, is expected to fall short
/// by more than what counts as nearly kept, and has not been renegotiated before; `agreement` of
/// the result is -1 if not.
RenegotiationCase renegotiation_case(const Scenario&, const World&, int agreement);

/// What a breach would take from the maker, and give to the government. [EUR]
double breach_loss_eur(const Scenario&, const RenegotiationCase&);
double breach_gain_eur(const Scenario&, const World&, const RenegotiationCase&);

/// What terms are worth to the maker and to the government; without them, minus breach_loss_eur and
/// breach_gain_eur. [EUR]
double maker_worth_eur(const Scenario&, const RenegotiationCase&, const RenegotiationTerms&);
double government_worth_eur(const Scenario&, const World&, const RenegotiationCase&,
                            const RenegotiationTerms&);

engine::negotiation::Agenda renegotiation_agenda();
RenegotiationTerms renegotiation_terms(const engine::negotiation::Offer&);
TableState renegotiation_table(const Scenario&, const World&, const RenegotiationCase&);

/// Calls the table of every agreement that needs one.
void open_renegotiation_tables(const Scenario&, World&, const engine::Streams&);
/// The promise is rewritten, what is repaid is paid, instalments given up lapse.
/// @return whether it binds
bool bind_renegotiation(const Scenario&, World&, const engine::Streams&, const TableState& table);
/// The promise stands, and December will judge it.
void break_renegotiation(const Scenario&, World&, const engine::Streams&, const TableState& table);

}  // namespace tavolo::agents
