#pragma once

#include "agents/policies/budget.h"
#include "agents/policies/policy.h"

namespace tavolo::agents {

/// Pays whoever buys a clean car, more if an old one is scrapped, from one fund a year, in order
/// of application.
///
/// fund = fund_share * budget; amounts by powertrain as set; price cap 35,000 EUR before VAT.
///
/// `large` has the whole budget and the amounts of the DPCM of 20 May 2024 (incentives.csv):
/// 6,000 EUR for an electric car, 4,000 for a plug-in hybrid, 3,000 more with an old car (9,000
/// with a Euro 4; 3,000 for a 61-135 g/km car, which gets nothing without one), 1,500 more
/// below 30,000 EUR. `small` has a quarter, which is the demand side's share of the DPCM 2026-30
/// (regulation.csv: 400 of 1,600 MEUR), and the amounts of the DPCM of 6 April 2022: 3,000 and
/// 2,000 EUR, 2,000 more with an old car. The extra for an old car is one amount for all bands.
class PurchaseIncentives final : public PolicyStrategy {
 public:
  struct Settings {
    double fund_share;      ///< of the budget, 0..1
    double bev_eur;         ///< per electric car
    double phev_eur;        ///< per plug-in hybrid
    double scrappage_eur;   ///< more with an old car, any car up to 135 g/km
    double low_income_eur;  ///< more below kLowIncomeEur
  };
  static constexpr Settings large{1.0, 6'000, 4'000, 3'000, 1'500};
  static constexpr Settings small{0.25, 3'000, 2'000, 2'000, 0};

  explicit PurchaseIncentives(const Settings& settings) : settings_{settings} {}

  Instruments decide(const PolicyView& view) const override {
    const double budget = view.budget_eur;
    if (budget <= 0) return {};
    return {.purchase_budget_eur = settings_.fund_share * budget,
            .bonus_bev_eur = settings_.bev_eur,
            .bonus_phev_eur = settings_.phev_eur,
            .scrappage_extra_eur = settings_.scrappage_eur,
            .low_income_extra_eur = settings_.low_income_eur,
            .income_max_eur = kLowIncomeEur,
            .price_cap_eur = kPriceCapEur};
  }

 private:
  Settings settings_;
};

}  // namespace tavolo::agents
