#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "engine/negotiation/negotiator.h"

/// What a party can learn of a partner from its offers alone. Both models hold the partner's
/// utility to be a weighted sum over the issues; neither knows anything about it beforehand. Their
/// answers are in [0, 1] and rank outcomes; they are no measurement of the partner's utility.
namespace tavolo::engine::negotiation {

/// Frequency model of the agent HardHeaded: van Krimpen, Looije & Hajizadeh (2013), "HardHeaded",
/// section 4 (winner of ANAC 2011). A level is worth as much as it was offered often, on the scale
/// of its issue's most frequent level. An issue that the partner left as it was from one offer to
/// the next gains `learning` / number of issues in weight, before the weights are scaled to sum to
/// one.
Modelling frequency_model(double learning = 0.2);

/// Bayesian model of Hindriks & Tykhonov (2008), "Opponent modelling in automated multi-issue
/// negotiation using Bayesian learning", scalable form: a belief about the weight of each issue
/// (0, 0.1, … 1) and one about the shape of its evaluation (rising or falling over the order of its
/// levels, or highest at one level and falling linearly to both sides), each updated as if the
/// others were at their expectation. An offer is likely under a hypothesis when the hypothesis
/// gives it the utility that is expected of the partner at that time, normal with standard
/// deviation 0.25; expected is a linear concession, here from 1 to 1/2 at the deadline (the paper's
/// falls with the number of offers, whatever the deadline). A partner who gives most away early is
/// not what it expects: of such it learns little. An offer that was made before is no news.
Modelling bayesian_model();

}  // namespace tavolo::engine::negotiation
