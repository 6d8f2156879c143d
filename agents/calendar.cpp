#include "agents/calendar.h"

#include <array>

#include "agents/carmakers/compliance.h"
#include "agents/carmakers/investment.h"
#include "agents/carmakers/pricing.h"
#include "agents/carmakers/product_plan.h"
#include "agents/carmakers/siting.h"
#include "agents/carmakers/stance.h"
#include "agents/governments/treasury.h"
#include "agents/households/beliefs.h"
#include "agents/indicators.h"
#include "agents/market/accounts.h"
#include "agents/market/appeal.h"
#include "agents/market/demand.h"
#include "agents/market/economy.h"
#include "agents/market/production.h"
#include "agents/market/supply_network.h"
#include "agents/tables/negotiate.h"
#include "agents/tables/obligations.h"
#include "agents/unions/work.h"

namespace tavolo::agents {

// clang-format off
constexpr std::array kJanuary{
    Phase{"draw_drivers",         "fuel, power, battery prices, incomes and the cycle move",      draw_drivers},
    Phase{"shift_tastes",         "tastes for electric cars and for brands drift",                shift_tastes},
    Phase{"move_suppliers",       "suppliers follow assembly; parts cost what their bases allow",  move_suppliers},
    Phase{"enforce_regulation",   "CO2 targets, duties and bonuses abroad of the year come into force", enforce_regulation},
    Phase{"review_year",          "governments close last year's books and see what it brought",  review_year},
    Phase{"set_policy",           "governments set their instruments of the year",                set_policy},
    Phase{"take_postures",        "home makers take their posture towards government and workers", take_postures},
    Phase{"revise_product_plans", "carmakers source next generations, open and cancel projects",  revise_product_plans},
    Phase{"site_entrants",        "entrants weigh export, kits and a plant; governments court",   site_entrants},
    Phase{"open_tables",          "transition and plant tables are called",                       open_tables},
    Phase{"set_prices",           "carmakers price against expected demand and the CO2 account",  set_prices},
};

constexpr std::array kEveryMonth{
    Phase{"open_books",           "stocks at the start of the month are noted, for the identities", open_books},
    Phase{"meet_shocks",          "lockdowns and shortages of the month",                         meet_shocks},
    Phase{"hold_tables",          "open tables play their rounds; deals are ratified and bind",   hold_tables},
    Phase{"advance_projects",     "capex is spent, plants are tooled, vehicles are launched",     advance_projects},
    Phase{"post_incentives",      "schemes and what is left in their funds are posted",           post_incentives},
    Phase{"choose_vehicles",      "buyers in the market choose; funds run down as orders come",   choose_vehicles},
    Phase{"produce",              "orders meet capacity: flows, stocks, deliveries, imports",     produce},
    Phase{"work",                 "hours, short-time, exits, relocation, hiring, strikes",        work},
    Phase{"close_books",          "everyone is paid; the accounting identities are checked",      close_books},
    Phase{"update_beliefs",       "drivers talk, charging points are built",                      update_beliefs},
    Phase{"record_month",         "the month's indicators are recorded",                          record_month},
};

constexpr std::array kDecember{
    Phase{"settle_co2",           "fleet averages meet targets: premiums, payments within pools",  settle_co2},
    Phase{"audit_agreements",     "promises: kept, late or broken; clawback and trust",           audit_agreements},
    Phase{"record_year",          "the year's indicators are recorded",                           record_year},
};
// clang-format on

std::span<const Phase> january() { return kJanuary; }
std::span<const Phase> every_month() { return kEveryMonth; }
std::span<const Phase> december() { return kDecember; }

void play_month(const Scenario& scenario, World& world, const engine::Streams& luck) {
  const auto streams = luck.at(static_cast<std::uint32_t>(world.month.index));
  if (world.month.month() == 1) engine::run<Scenario, World>(kJanuary, scenario, world, streams);
  engine::run<Scenario, World>(kEveryMonth, scenario, world, streams);
  if (world.month.month() == 12) engine::run<Scenario, World>(kDecember, scenario, world, streams);
  world.month = world.month + 1;
}

}  // namespace tavolo::agents
