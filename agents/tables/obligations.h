#pragma once

#include "agents/world.h"
#include "engine/random.h"

namespace tavolo::agents {

/// Whether an agreement of this kind binds the government now; its row in World::agreements or -1.
int agreement_in_force(const World&, int government, std::string_view kind);

/// Probability, by its record, that a maker keeps its word to a government; and the other way.
double trust_in_maker(const World&, int government);
double trust_in_government(const World&, int government);

/// Phase: obligations are measured: kept, late or broken. Aid of kept years is paid; a shortfall
/// that is verified and enforced is clawed back; trust learns; unions answer broken promises.
/// Wells of luck: Chance::audit.
void audit_agreements(const Scenario&, World&, const engine::Streams&);

}  // namespace tavolo::agents
