#include "agents/world.h"

namespace tavolo::agents {

World::World() = default;
World::World(const World& other) = default;
World::World(World&& other) noexcept = default;
World& World::operator=(const World& other) = default;
World& World::operator=(World&& other) noexcept = default;
World::~World() = default;

}  // namespace tavolo::agents
