#pragma once

#include "agents/choice.h"
#include "agents/world.h"

namespace tavolo::agents {

/// Years of running costs that weigh as much as one year's would if they were paid with the price.
///
/// Who holds a vehicle for H years and sells it bears of its price P only the loss of value
/// 1 - (1 - d)^H, d = demand.value_loss_per_year, besides what it costs each year, c:
///
///   total cost of ownership = (1 - (1 - d)^H) P + H c
///
/// (without interest, which is small against the loss; Letmathe & Suares 2017, Transportation
/// Research D 57). Utility weighs money as price paid, so c counts with
/// H / (1 - (1 - d)^H) years: more than H, for the price comes back in part.
double years_as_price(const DemandParameters&, double holding_months);

/// What others than households bring to the choice, all with a weaker habit of brand and
/// powertrain than households, and no peers. The price net of resale is what they share:
///
/// - a company (fleet) or van operator: energy over its own kilometres while it holds the vehicle,
///   charging at the depot where it has one. The tax on a company car's driver is company_car.h's;
/// - who sells on within months (rental): what the next owner, a household, counts of energy.
BuyerView fleet_view(const Scenario&, const World&, std::uint32_t buyer);

}  // namespace tavolo::agents
