#include "agents/market/company_car.h"

#include <algorithm>

#include "agents/fleets/fleet.h"
#include "agents/market/accounts.h"
#include "agents/market/economy.h"
#include "agents/market/expected_demand.h"

namespace tavolo::agents {
namespace {

/// The law's row for a vehicle ordered now; null: none.
const CompanyCarTax* law_of(const Scenario& scenario, Month month, const Vehicle& v, int country) {
  for (const auto& law : scenario.company_car_tax)
    if (law.country.row == country && law.from <= month && month <= law.to &&
        law.co2_min <= v.co2_g_per_km && v.co2_g_per_km <= law.co2_max &&
        (law.powertrains.empty() || std::find(law.powertrains.begin(), law.powertrains.end(),
                                              v.powertrain) != law.powertrains.end()))
      return &law;
  return nullptr;
}

double share_by_lever(const Instruments& levers, Powertrain power) {
  switch (power) {
    case Powertrain::bev:
      return levers.company_bev_share;
    case Powertrain::phev:
      return levers.company_phev_share;
    default:
      return levers.company_other_share;
  }
}

}  // namespace

double taxable_share(const Scenario& scenario, const World& world, const Vehicle& v, int country) {
  const auto* law = law_of(scenario, world.month, v, country);
  if (law == nullptr) return 0;  // a lever changes a tax that there is
  const int government = government_of(scenario, country);
  if (government >= 0 && world.instruments[government].company_other_share > 0)
    return share_by_lever(world.instruments[government], v.power);
  return law->taxable_share;
}

std::vector<double> taxed_benefits_eur(const Scenario& scenario, const World& world,
                                       const Offers& offers, int market) {
  const auto& demand = scenario.parameters.demand;
  const int country = scenario.markets[market].country.row;
  const double level = driver_level(scenario, world, Series::price_level);
  std::vector<double> benefit(offers.size(), 0.0);
  for (std::size_t j = 0; j < offers.size(); ++j) {
    const auto& v = scenario.vehicles[offers.vehicle[j]];
    const auto* law = law_of(scenario, world.month, v, country);
    if (law == nullptr) continue;
    const double per_km =
        offers.energy_eur_per_km[j] +
        level * (demand.benefit_price_share_per_km * v.price_eur + demand.benefit_eur_per_km);
    benefit[j] = taxable_share(scenario, world, v, country) * law->km_per_year * per_km;
  }
  return benefit;
}

double benefit_as_price(const Scenario& scenario, int market) {
  const auto& demand = scenario.parameters.demand;
  const auto& row = scenario.markets[market];
  const double profit_tax = scenario.countries[row.country.row].corporate_tax_rate;
  const double net_cost = (1 - demand.fleet_cost_deduction * profit_tax) *
                          (1 - demand.fleet_vat_deduction * row.vat_rate / (1 + row.vat_rate));
  return demand.driver_tax_rate * years_as_price(demand, demand.fleet_holding_months) / net_cost;
}

std::vector<double> drivers_tax_as_price(const Scenario& scenario, const World& world,
                                         const Offers& offers, int market) {
  auto tax = taxed_benefits_eur(scenario, world, offers, market);
  const double weight = benefit_as_price(scenario, market);
  for (double& eur : tax) eur *= weight;
  return tax;
}

double first_benefit_tax_eur(const Scenario& scenario, const World& world) {
  const auto& demand = scenario.parameters.demand;
  const auto offers = build_offers(scenario, world, kHomeMarket, false);
  const auto benefit = taxed_benefits_eur(scenario, world, offers, kHomeMarket);
  double taxed = 0;
  for (std::size_t j = 0; j < offers.size(); ++j)
    taxed += scenario.base.sales(offers.vehicle[j], kHomeMarket) * benefit[j];
  return taxed * scenario.markets[kHomeMarket].fleet_share * (1 - demand.rental_share) *
         demand.driver_tax_rate * demand.fleet_holding_months / 12;
}

double benefit_tax_after_a_month(const DemandParameters& demand, double eur_per_year) {
  return eur_per_year * (1 - 1 / std::max(demand.fleet_holding_months, 1.0));
}

}  // namespace tavolo::agents
