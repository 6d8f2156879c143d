#pragma once

#include "agents/world.h"
#include "engine/random.h"

namespace tavolo::agents {

/// Consideration of a powertrain a while later, as its share of drivers stands. [0..1]
///
/// dW/dt = (a + c s)(1 - W) - f W: marketing `a` and word of mouth `c` per share of drivers `s` win
/// those who do not consider it, forgetting `f` loses those who do; all per year. The step is the
/// closed form of that line, so it is right for any `years`: W tends to (a + c s)/(a + c s + f).
/// Struben & Sterman (2008), Environment and Planning B 35, 1070-1097, with one source of word of
/// mouth, drivers, and a constant rate of forgetting. Where nobody forgets and whoever considers
/// drives, s = W, it is Bass (engine/diffusion.h) with p = a and q = c.
double consideration_after(double consideration, double driver_share, double years,
                           const DemandParameters&);

/// Consideration of a powertrain that nobody considered `years` ago, when its share of drivers has
/// grown from nothing to `driver_share` in a straight line since: what the stock on the road says
/// of how familiar it is. Yearly steps of consideration_after.
double consideration_grown(double driver_share, double years, const DemandParameters&);

/// Public charging points when the plug-in stock has moved from one share of the vehicles on the
/// road to another: ln points grow with demand.charging_response times the growth of ln stock.
/// Li, Tong, Xing & Zhou (2017), JAERE 4, 89-133. Stocks below 0.01 % count as that: the first cars
/// do not multiply the network.
double charging_points_after(double points, double share_before, double share_now,
                             const DemandParameters&);

/// Phase: the stock on the road by powertrain; consideration of plug-in cars and of hybrids grows
/// by word of mouth and marketing and fades (mild hybrids are petrol cars: Vehicle::drives_as);
/// public charging follows the plug-in stock (what governments pay for comes on top:
/// post_incentives).
///
/// Where buyers act the stock is what households and fleets drive; vans are left out. Elsewhere it
/// moves with car deliveries, each of which replaces a car of the average stock:
/// share += (deliveries with the powertrain - share x deliveries) / cars on the road.
///
/// Reads the garage, deliveries. Writes stock_share, consideration, charging_points.
void update_beliefs(const Scenario&, World&, const engine::Streams&);

}  // namespace tavolo::agents
