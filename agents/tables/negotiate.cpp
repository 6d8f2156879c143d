#include "agents/tables/negotiate.h"

#include <algorithm>
#include <cmath>

#include "agents/tables/bargain.h"
#include "agents/tables/obligations.h"
#include "agents/tables/plant_table.h"
#include "agents/tables/renegotiation.h"
#include "agents/tables/siting_race.h"
#include "agents/tables/siting_table.h"
#include "agents/tables/transition_table.h"

namespace tavolo::agents {
namespace {

using engine::negotiation::Status;
/// How each kind of table ends. `agreed` tells whether the deal binds: it may not be ratified.
struct Ending {
  std::string_view kind;
  bool (*agreed)(const Scenario&, World&, const engine::Streams&, const TableState&);
  void (*failed)(const Scenario&, World&, const engine::Streams&, const TableState&);
};
constexpr Ending kEndings[]{{"transition", bind_transition_deal, break_transition_talks},
                            {"plant", bind_plant_deal, break_plant_talks},
                            {"closure", bind_closure, break_closure_talks},
                            {"siting", bind_siting_deal, break_siting_talks},
                            {"renegotiation", bind_renegotiation, break_renegotiation}};

}  // namespace

void open_tables(const Scenario& scenario, World& world, const engine::Streams& luck) {
  keep_guarantees(scenario, world);
  open_renegotiation_tables(scenario, world, luck);
  for (std::size_t g = 0; g < scenario.governments.size(); ++g)
    open_transition_table(scenario, world, luck, static_cast<int>(g));
  hold_site_races(scenario, world, luck);
  open_siting_tables(scenario, world, luck);
  open_plant_tables(scenario, world, luck);
}

void hold_tables(const Scenario& scenario, World& world, const engine::Streams& luck) {
  const int rounds =
      std::max(1, static_cast<int>(std::lround(scenario.parameters.tables.rounds_per_month)));
  std::vector<std::size_t> closed;
  for (std::size_t t = 0; t < world.tables.size(); ++t)
    if (world.tables[t].session->play(rounds) != Status::open) closed.push_back(t);
  // an entrant that could settle in two countries takes the better one
  const auto worth = [&](std::size_t t) {
    return world.tables[t].kind == "siting" ? agreed_worth_eur(world.tables[t]) : 0;
  };
  std::stable_sort(closed.begin(), closed.end(),
                   [&](std::size_t a, std::size_t b) { return worth(a) > worth(b); });
  for (const std::size_t t : closed) {
    if (world.tables[t].withdrawn) continue;
    const TableState table = world.tables[t];  // what it ends in may add to the world
    for (const auto& ending : kEndings) {
      if (ending.kind != table.kind) continue;
      bool binds = false;
      double for_share = -1;
      if (table.session->status() == Status::agreed) {
        if (!table.unions.empty())
          for_share =
              put_to_members(scenario, world, luck, table, *table.session->agreement()).for_share;
        binds = ending.agreed(scenario, world, luck, table);
      } else {
        ending.failed(scenario, world, luck, table);
      }
      world.minutes.push_back(minutes_of(table, world.month, binds, for_share));
    }
    world.tables[t].withdrawn = true;
  }
  std::erase_if(world.tables, [](const TableState& table) { return table.withdrawn; });
}

}  // namespace tavolo::agents
