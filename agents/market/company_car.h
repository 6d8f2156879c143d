#pragma once

#include <vector>

#include "agents/choice.h"
#include "agents/world.h"

/// Company cars: a car that an employer provides and an employee drives in private, too, is income
/// in kind, taxed at a share of an official cost. Employer and driver choose it together, by what
/// it costs both. Where the law values one kind of car low, that kind is chosen: Gutierrez-i-
/// Puigarnau & van Ommeren (2011), International Economic Review 52, 1105-1122.

namespace tavolo::agents {

/// Share of a vehicle's official cost that is income of who drives it, of cars ordered now in a
/// country: its government's, where that has set one (Instruments), else the law's; 0 without a
/// law.
double taxable_share(const Scenario&, const World&, const Vehicle&, int country);

/// Income in kind of the driver of each offer: taxable share x the law's kilometres x official cost
/// per kilometre. [EUR/year, by offer] As the tables of the Italian automobile club do, the cost
/// is made up of energy, of what follows the price before discounts (of the start, moved by the
/// general level: the table is of last year) and of what all cars cost:
///   e + benefit_price_share_per_km x price + benefit_eur_per_km.
std::vector<double> taxed_benefits_eur(const Scenario&, const World&, const Offers&, int market);

/// What a yearly euro of taxed benefit weighs as price when a company chooses: the driver's tax
/// while the company holds the car (years_as_price). The tax is paid out of net income, while of
/// the car's cost the company deducts a part from taxed profit and a part of the VAT, so it weighs
/// 1 / [(1 - fleet_cost_deduction x profit tax) (1 - fleet_vat_deduction x VAT / (1 + VAT))] more.
double benefit_as_price(const Scenario&, int market);

/// Driver's tax of each offer as price. [EUR, by offer; 0 where no law taxes]
std::vector<double> drivers_tax_as_price(const Scenario&, const World&, const Offers&, int market);

/// Drivers' tax due a year on the home company cars on the road if all were bought as in the base
/// year, under the law of the start. [EUR/year]
double first_benefit_tax_eur(const Scenario&, const World&);

/// A month later: old company cars leave as many as their mean holding time says. [EUR/year]
double benefit_tax_after_a_month(const DemandParameters&, double eur_per_year);

}  // namespace tavolo::agents
