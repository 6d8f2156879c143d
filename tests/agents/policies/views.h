#pragma once

#include <array>
#include <vector>

#include "agents/policies/policy.h"

/// Views to put before a policy, and its answer as numbers.

namespace tavolo::test {

/// Italy in January 2024: 751,384 vehicles made in 2023, 1.3 million wanted in 2030.
inline agents::PolicyView italy_2024() {
  return {.year = 2024,
          .first_year = 2024,
          .target_vehicles = 1'300'000,
          .target_year = 2030,
          .budget_eur = 1e9,
          .vehicles = 751'384,
          .vehicles_before = 685'753,
          .capacity = 1'430'000,
          .plant_jobs = 27'000,
          .short_time_share = 0.1,
          .registrations = 1'570'000,
          .bev_share = 0.042,
          .home_made_share = 0.2,
          .outlay_eur = 6e8,
          .trust_in_maker = 0.6,
          .agreement_in_force = false,
          .charging_points_per_bev = 0.23,
          .worth_of_vehicle_eur = 900,
          .neighbours = {{.name = "France",
                          .levers = {.grant_share = 0.15, .grant_budget_eur = 150e6},
                          .vehicles = 750'000,
                          .vehicles_before = 750'000,
                          .plant_jobs = 22'000,
                          .home_made_cars = 300'000}}};
}

/// Every number of an answer, in the order of the declaration. A new lever that is not in the
/// binding does not compile: then it is tested, too.
inline std::array<double, 30> numbers(const agents::Instruments& instruments) {
  const auto& [replay, purchase, bev, phev, low_emission, scrappage, low_income, income_max, means,
               fleets, price_cap, content, home_made, grant_share, grants, clawback, transition,
               premium, premium_floor, premiums, energy, wedge, charging, entrants, pressure, pact,
               pact_cap, company_bev, company_phev, company_other] = instruments;
  return {double(replay), purchase,     bev,           phev,           low_emission, scrappage,
          low_income,     income_max,   double(means), double(fleets), price_cap,    content,
          home_made,      grant_share,  grants,        clawback,       transition,   premium,
          premium_floor,  premiums,     energy,        wedge,          charging,     entrants,
          pressure,       double(pact), pact_cap,      company_bev,    company_phev, company_other};
}

/// Every combination of little and much: a year without budget, targets met and out of reach,
/// a country without an industry, one without electric cars, makers trusted and not.
inline std::vector<agents::PolicyView> many_views() {
  std::vector<agents::PolicyView> views;
  for (const double budget : {0.0, 1.0, 1.2e8, 1e9, 1e13})
    for (const double vehicles : {0.0, 1.0, 380'000.0, 1'299'999.0, 1'300'000.0, 2'000'000.0})
      for (const double before : {0.0, 751'384.0, 1'300'000.0})
        for (const int year : {2018, 2024, 2030, 2040})
          for (const double share : {0.0, 0.042, 1.0})
            for (const double trust : {0.0, 0.5, 1.0})
              for (const double outlay : {0.0, 1e9}) {
                auto view = italy_2024();
                view.budget_eur = budget;
                view.vehicles = vehicles;
                view.vehicles_before = before;
                view.capacity = vehicles > 0 ? 1'430'000 : 0;
                view.plant_jobs = vehicles > 0 ? 27'000 : 0;
                view.year = year;
                view.bev_share = share;
                view.home_made_share = 1 - share;
                view.charging_points_per_bev = share;
                view.trust_in_maker = trust;
                view.agreement_in_force = trust > 0.5;
                view.outlay_eur = outlay;
                views.push_back(view);
              }
  auto no_target = italy_2024();
  no_target.target_vehicles = 0;
  no_target.target_year = 0;
  views.push_back(no_target);
  views.push_back({});
  return views;
}

}  // namespace tavolo::test
