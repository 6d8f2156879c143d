#pragma once

#include "agents/policies/policy.h"

namespace tavolo::agents {

/// Taxes company cars by what drives them: whoever is provided with an electric car is taxed on
/// little of it, with a car that burns fuel on much.
///
/// Taxable share of the official cost of a year's 15,000 km: 10 % electric, 20 % plug-in hybrid,
/// 50 % all others, from 2024 on. The shares are those of law 207 of 2024 (incentives.csv), which
/// came into force in 2025: here the candidate of a government that acts a year earlier. It costs
/// no budget: income tax falls where drivers follow, and rises where they do not.
class CompanyCarReform final : public PolicyStrategy {
 public:
  static constexpr int kFirstYear = 2024;

  Instruments decide(const PolicyView& view) const override {
    if (view.year < kFirstYear) return {};
    return {.company_bev_share = 0.10, .company_phev_share = 0.20, .company_other_share = 0.50};
  }
};

}  // namespace tavolo::agents
