#pragma once

#include "agents/postures/posture.h"
#include "agents/world.h"

namespace tavolo::agents {

/// What the maker that decides for home plants sees in January (posture.h), over those plants and
/// the makers that it decides for.
PostureView posture_view(const Scenario&, const World&, int decider);

/// Phase: makers with tracked plants at home, and those they decide for, take the posture that
/// Scenario::carmaker_posture names, once governments have set policy; without a name everybody
/// stays with the scenario's own. Tells it when it changes.
///
/// Reads plants, views, instruments, trust, agreements, books. Writes postures.
/// @throws engine::RunError when a posture holds what is out of range or no number.
void take_postures(const Scenario&, World&, const engine::Streams&);

/// Of a maker this year; the scenario's own before the first phase.
const Posture& posture_of(const World&, int carmaker);

}  // namespace tavolo::agents
