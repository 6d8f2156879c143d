#pragma once

#include <algorithm>
#include <string>

#include "agents/initialise.h"
#include "agents/market/accounts.h"
#include "engine/random.h"
#include "tests/support/two_car_town.h"

/// Two-car town (configs/tiny.toml), initialised, in its first January: one volume maker, two
/// unions at Torre, two governments, one entrant. Tests change what they need.

namespace tavolo::agents {

struct Town {
  Scenario scenario = [] {
    static const Scenario initialised = [] {
      Scenario scenario = two_car_town();
      initialise(scenario);
      return scenario;
    }();
    return initialised;
  }();
  World world = first_world(scenario);
  engine::Streams luck{1, 0};

  int plant(const std::string& id) const {
    for (std::size_t p = 0; p < scenario.plants.size(); ++p)
      if (scenario.plants[p].id == id) return static_cast<int>(p);
    return -1;
  }
  int torre() const { return plant("torre"); }
  PlantState& torre_state() { return world.plants[torre()]; }
  engine::Streams now() const { return luck.at(static_cast<std::uint32_t>(world.month.index)); }
  bool told(const std::string& kind) const {
    return std::any_of(world.events.begin(), world.events.end(),
                       [&](const engine::Event& event) { return event.kind == kind; });
  }
  double paid(int actor, Purpose purpose) const {
    return world.books.paid_eur(actor, static_cast<std::size_t>(purpose));
  }
};

constexpr int kItaly = 0;  ///< row of the Italian government
constexpr int kCasa = 0;   ///< row of the volume maker

}  // namespace tavolo::agents
