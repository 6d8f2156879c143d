#pragma once

#include <cstddef>
#include <cstdint>

#include "agents/scenario.h"

namespace tavolo::agents {

/// A quantity that is known at the start of 2018 and of 2024, at the start of `year`: between them
/// it grows at a constant rate (or, from nothing, in a straight line).
double at_start_of(int year, double of_2018, double of_2024);

/// Of so many agents, those that are buyers of a kind: so many that an agent's choice stands for
/// much the same number of registrations whoever makes it. At least one.
std::size_t agents_of_kind(double agents, Buyers::Kind);

/// Every so many-th of the buyers first … last - 1, so that `wanted` of them (all, if there are
/// fewer) stand for their `choices` a year.
void add_nodes(std::uint32_t first, std::uint32_t last, double choices, std::size_t wanted,
               DemandNodes& nodes);

/// Draws the buyers of every market from the published margins (income, home charging, parc) and
/// ties the households of every market whose buyers act (Scenario::buyers_act) to peers in it.
/// Home: population.buyers agents, but never more of a kind than there are real buyers; what one
/// kind does not need goes to the others. Elsewhere the quadrature of expected demand, or, with
/// population.everywhere, as many agents to a real buyer of a kind as at home.
///
/// Every buyer is a function of its row and the population's own seed, so that all are drawn at
/// once; the home market's do not depend on what other markets have.
///
/// How many real buyers an agent stands for follows from the base year: a kind of buyer chooses
/// base sales / (1 - outside share) times a year, and each of its members once in its mean holding
/// time. Needs BaseYear::sales and stock_share. @throws InputError beyond 2^32 - 1 agents.
void synthesise_population(Scenario&);

}  // namespace tavolo::agents
