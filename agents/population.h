#pragma once

#include "agents/scenario.h"

namespace tavolo::agents {

/// A quantity that is known at the start of 2018 and of 2024, at the start of `year`: between them
/// it grows at a constant rate (or, from nothing, in a straight line).
double at_start_of(int year, double of_2018, double of_2024);

/// Draws the buyers of every market from the published margins (income, home charging, parc) and
/// ties the home market's households in a small world. Home: population.buyers agents; elsewhere
/// the quadrature of expected demand. Reproducible: luck is the population's own seed.
///
/// How many real buyers an agent stands for follows from the base year: a kind of buyer chooses
/// base sales / (1 - outside share) times a year, and each of its members once in its mean holding
/// time. Needs BaseYear::sales and stock_share.
void synthesise_population(Scenario&);

}  // namespace tavolo::agents
