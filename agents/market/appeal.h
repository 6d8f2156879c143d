#pragma once

#include <vector>

#include "agents/world.h"
#include "engine/random.h"

namespace tavolo::agents {

/// Log points of sales that a programme has lost to its age now: none up to
/// demand.ageing_from_years after the launch of the running generation, then demand.ageing_per_year
/// for each year, up to demand.ageing_until_years. 0 where the launch or the end of the generation
/// is unknown: such rows are pools of several nameplates, of which one is renewed as another ages.
///
/// That demand for a model rises to its fourth year and falls from then on is what Moral &
/// Jaumandreu (2007), Spanish Economic Review 9, 193-218, find; that restyling renews it, Korenok,
/// Hoffer & Millner (2010), Journal of Business Research 63, 1282-1289.
double ageing(const Scenario&, const World&, int programme);

/// Phase: tastes drift. Of powertrains relative to petrol, and of new vehicles at all, by damped
/// trends (demand.diesel_trend and its neighbours): from year to year trend_persistence of the step
/// is left, counted from 2018 whenever the run starts (Gardner & McKenzie 1985, Management Science
/// 31, 1237-1246); vans have none. And as nobody foresees: those for electric cars by a random walk
/// that all markets share (demand.electric_appeal_sd) and one of each market, those for a brand by
/// a walk of its own.
void shift_tastes(const Scenario&, World&, const engine::Streams&);

/// Buyers meet a new nameplate, or a new generation of one: until the next they buy it by
/// demand.reception_sd more or less than was expected. The same luck whenever it comes. Nothing for
/// rows that pool several nameplates (no launch is known), whose receptions even out.
void receive(const Scenario&, World&, int programme, const engine::Streams&);

/// What is added to the constant of every vehicle now. [utils, by vehicle]
///
/// n (reception + appeal of its brand and powertrain and, where it is electric, of electric cars -
/// ageing), n = demand.nest_segment, so that sales at given rivals' rise by that many log points;
/// and - n ln(versions) for versions of one nameplate between which buyers see no difference
/// (Vehicle::drives_as) that are offered in the market together: they share its appeal, for a mild
/// hybrid beside a petrol car is not a second nameplate (the red and the blue bus of the logit:
/// Train 2009, 3.3.2).
std::vector<double> appeal_changes(const Scenario&, const World&, int market);

/// What it costs a powertrain in a market that only a share W of buyers considers it. [utils, <= 0]
///
/// n ln W, n = demand.nest_segment, so that the odds of a vehicle in its segment are W exp(u / n),
/// as they would be if a share W of its buyers had it in mind: Struben & Sterman (2008),
/// Environment and Planning B 35, 1070-1097.
double unfamiliarity(const Scenario&, const World&, int market, std::size_t powertrain);

}  // namespace tavolo::agents
