#pragma once

#include <string>

#include "agents/world.h"

/// What makers expect of their line-up, sales and margins, and how the chronicle speaks of them.

namespace tavolo::agents {

/// Expected sales of a vehicle in a market, per year: World::forecast where the vehicle sells
/// anywhere, else the forecast of the line-up with it (launch_forecast), else last year's
/// deliveries. Nothing once the programme is dead.
double expected_sales(const Scenario&, const World&, int vehicle, int market);
/// Over all markets.
double expected_sales(const Scenario&, const World&, int vehicle);
/// Over all markets and vehicles of a programme.
double programme_sales(const Scenario&, const World&, int programme);

/// Forecasts what is to be launched within three years as if it were on sale beside today's
/// line-up, at today's prices and constants. Writes launch_forecast; leaves on_sale as it was.
void forecast_launches(const Scenario&, World&);

/// What a maker earns on a vehicle built in a plant and sold in a market, before fixed cost: price
/// before VAT less delivered cost (trade.h), less what bottom-up costs leave unexplained
/// (BaseYear::residual_cost_eur), plus the support per vehicle (aid.h) and the worth of its grams
/// below the CO2 target at the pool's shadow price (economics.md section 2). [EUR per vehicle]
double margin_eur(const Scenario&, const World&, int vehicle, int plant, int market);

/// Rate at which a maker discounts an investment: its own (its decider's, where a parent decides)
/// and investment.hurdle_premium. [1/year]
double hurdle_rate(const Scenario&, int carmaker);

/// Whether it is decided in the model where a programme is built: it is, or may be, in a tracked
/// plant. Others, rivals' most of all, renew where they are.
bool is_tracked(const Scenario&, const World&, int programme);

/// Maker of a programme.
int maker_of(const Scenario&, int programme);

/// Whether the chronicle follows a maker: it has a tracked plant in the first market's country, or
/// is an entrant, or one of these decides its plants.
bool is_followed(const Scenario&, int carmaker);

}  // namespace tavolo::agents
