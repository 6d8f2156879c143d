#pragma once

#include <span>

#include "agents/world.h"
#include "engine/schedule.h"

namespace tavolo::agents {

using Phase = engine::Phase<Scenario, World>;

/// The phases of January before the month itself, of every month, and of December after it.
std::span<const Phase> january();
std::span<const Phase> every_month();
std::span<const Phase> december();

/// Plays one month of the calendar and moves the world to the next.
void play_month(const Scenario&, World&, const engine::Streams&);

}  // namespace tavolo::agents
