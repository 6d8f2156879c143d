#pragma once

#include <string>

#include "agents/world.h"
#include "engine/random.h"

/// Double-entry books. Every payment has a payer and a payee and is made when it is due; the
/// month's trade is booked and all identities are checked by `close_books`.

namespace tavolo::agents {

/// Actors of the books: these four, then the governments, then the carmakers. The EU's account
/// also stands for treasuries of countries that have no government row.
constexpr int kBuyers = 0, kWorkers = 1, kSuppliers = 2, kEu = 3, kFirstGovernment = 4;

std::size_t actor_count(const Scenario&);
int government_actor(const Scenario&, int government);
int carmaker_actor(const Scenario&, int carmaker);
/// Row of governments, -1 if the country has none.
int government_of(const Scenario&, int country);
/// The actor that collects a country's taxes.
int treasury_of(const Scenario&, int country);

/// Moves money now. `eur` is finite and not negative.
void pay(World&, int payer, int payee, Purpose, double eur);

/// Pays out of this year's industry budget of a government, as far as it goes.
/// @return what was paid.
double pay_from_budget(const Scenario&, World&, int government, int payee, Purpose, double eur);

/// Cash of a maker and of those that one of them decides for: what they had at the start and their
/// balance since. Below zero they are in debt.
double cash_eur(const Scenario&, const World&, int carmaker);

/// The maker that decides about a maker's plants in Europe: itself or its parent.
int decider(const Scenario&, int carmaker);

/// Phase: notes the stocks with which the month opens; what is counted by month starts from zero.
void open_books(const Scenario&, World&, const engine::Streams&);

/// Phase: the month's purchases, VAT, wages, inputs, duties, premiums and the tax on drivers of
/// company cars are paid, profit tax in December; then every accounting identity is checked.
/// @throws engine::RunError naming the identity, the month and both sides of what does not hold.
void close_books(const Scenario&, World&, const engine::Streams&);

/// The checks alone, of the month that World::opening opened.
/// @throws engine::RunError
void check_identities(const Scenario&, const World&);

}  // namespace tavolo::agents
