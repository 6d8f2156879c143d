#include "agents/market/competition.h"

#include <cstddef>

namespace tavolo::agents {
namespace {

double ratio(double part, double whole) { return whole != 0 ? part / whole : 0; }

}  // namespace

std::vector<bool> home_makers(const Scenario& scenario) {
  std::vector<bool> home(scenario.carmakers.size(), false);
  for (const auto& plant : scenario.plants) {
    const bool here = plant.tracked && plant.country.row == scenario.markets[0].country.row;
    if (here && !scenario.carmakers[plant.carmaker.row].entrant) home[plant.carmaker.row] = true;
  }
  return home;
}

template <class Real>
Competition competition(const Scenario& scenario, const World& world,
                        const DemandOverNodes<Real>& cars, const std::vector<bool>& home,
                        double vat_rate) {
  const auto& offers = cars.offers();
  const auto& price = cars.price_eur();
  const auto& sales = cars.sales();
  const std::size_t n = offers.size();
  const auto elasticity = cars.own_elasticities();
  const auto outside = cars.outside_gains();

  std::vector<bool> own(n);
  std::vector<double> electric_dearer(n, 0.0), makers_dearer(n, 0.0);
  double all = 0, electric = 0;
  Competition result;
  double revenue = 0, margin = 0, maker_revenue = 0, maker_margin = 0;
  for (std::size_t j = 0; j < n; ++j) {
    const int vehicle = offers.vehicle[j];
    own[j] = home[scenario.carmaker_of(scenario.vehicles[vehicle])];
    if (own[j]) makers_dearer[j] = price[j];
    all += sales[j];
    result.own_elasticity += sales[j] * elasticity[j];
    // of buyers lost by this car: sales x elasticity / price of them for a euro
    result.diversion_outside += sales[j] * ratio(-outside[j] * price[j], sales[j] * elasticity[j]);
    if (scenario.vehicles[vehicle].power == Powertrain::bev) {
      electric_dearer[j] = price[j];
      electric += sales[j];
      result.bev_own_elasticity += sales[j] * elasticity[j];
    }
    const double paid = sales[j] * price[j] / (1 + vat_rate);
    const double kept = paid - sales[j] * world.marginal_cost_eur(vehicle, kHomeMarket);
    revenue += paid;
    margin += kept;
    if (own[j]) {
      maker_revenue += paid;
      maker_margin += kept;
    }
  }
  result.own_elasticity = ratio(result.own_elasticity, all);
  result.bev_own_elasticity = ratio(result.bev_own_elasticity, electric);
  result.diversion_outside = ratio(result.diversion_outside, all);
  result.lerner = ratio(margin, revenue);
  result.maker_lerner = ratio(maker_margin, maker_revenue);

  const auto by_all = cars.sales_change(price);
  const auto by_electric = cars.sales_change(electric_dearer);
  const auto by_makers = cars.sales_change(makers_dearer);
  double market = 0, of_electric = 0, of_makers = 0, to_rivals = 0, of_rivals = 0, to_makers = 0;
  for (std::size_t j = 0; j < n; ++j) {
    market += by_all[j];
    if (electric_dearer[j] > 0) of_electric += by_electric[j];
    (own[j] ? of_makers : to_rivals) += by_makers[j];
    (own[j] ? to_makers : of_rivals) += by_all[j] - by_makers[j];  // rivals' prices alone
  }
  result.market_elasticity = ratio(market, all);
  result.bev_elasticity = ratio(of_electric, electric);
  result.diversion_to_rivals = ratio(to_rivals, -of_makers);
  result.diversion_to_makers = ratio(to_makers, -of_rivals);
  return result;
}

template Competition competition(const Scenario&, const World&, const DemandOverNodes<double>&,
                                 const std::vector<bool>&, double);
template Competition competition(const Scenario&, const World&, const DemandOverNodes<float>&,
                                 const std::vector<bool>&, double);

}  // namespace tavolo::agents
