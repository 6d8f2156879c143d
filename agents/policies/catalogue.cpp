#include "agents/policies/catalogue.h"

#include <algorithm>
#include <iterator>

#include "agents/policies/adaptive.h"
#include "agents/policies/charging_buildout.h"
#include "agents/policies/company_car_tax.h"
#include "agents/policies/court_entrants.h"
#include "agents/policies/economic_patriotism.h"
#include "agents/policies/energy_relief.h"
#include "agents/policies/european_pact.h"
#include "agents/policies/historical_schemes.h"
#include "agents/policies/income_tested_bonus.h"
#include "agents/policies/investment_grants.h"
#include "agents/policies/local_content_bonus.h"
#include "agents/policies/match_neighbours.h"
#include "agents/policies/no_intervention.h"
#include "agents/policies/output_premium.h"
#include "agents/policies/purchase_incentives.h"
#include "agents/policies/scrappage_bonus.h"
#include "agents/policies/social_leasing.h"
#include "agents/policies/transition_pact.h"
#include "agents/policies/wage_wedge.h"
#include "engine/registry.h"

namespace tavolo::agents {
namespace {

using Made = std::unique_ptr<const PolicyStrategy>;

template <class Strategy>
Made make() {
  return std::make_unique<const Strategy>();
}
Made make_large() { return std::make_unique<const PurchaseIncentives>(PurchaseIncentives::large); }
Made make_small() { return std::make_unique<const PurchaseIncentives>(PurchaseIncentives::small); }
template <int ClawbackPercent>
Made make_grants() {
  return std::make_unique<const InvestmentGrants>(
      InvestmentGrants::Settings{.clawback_share = ClawbackPercent / 100.0});
}

constexpr CatalogueEntry kCatalogue[]{
    {"no_intervention", "nothing: the yardstick", make<NoIntervention>},
    {"historical_schemes", "purchase schemes and grants as the law had and announced them",
     make<HistoricalSchemes>},
    {"purchase_incentives", "generous bonus for clean cars and scrappage, from the whole budget",
     make_large},
    {"purchase_incentives_small",
     "modest bonus for clean cars and scrappage, from a quarter of the budget", make_small},
    {"income_tested_bonus", "bonus for clean cars, only below 30 000 EUR of income",
     make<IncomeTestedBonus>},
    {"scrappage_bonus", "one amount for every car up to 135 g/km, only with an old car to scrap",
     make<ScrappageBonus>},
    {"social_leasing", "13 000 EUR for an electric car, only below 30 000 EUR of income",
     make<SocialLeasing>},
    {"local_content_bonus", "bonus for electric cars with European content, more if built at home",
     make<LocalContentBonus>},
    {"grants_with_clawback", "investment grants that are paid back on a shortfall",
     make_grants<100>},
    {"grants_without_clawback", "investment grants that are kept whatever comes", make_grants<0>},
    {"output_premium", "money per vehicle made at home while output keeps up", make<OutputPremium>},
    {"energy_relief", "plants' electricity as cheap as Spain's, as far as the budget goes",
     make<EnergyRelief>},
    {"wage_wedge", "employers' contributions of plants that hire or keep", make<WageWedge>},
    {"charging_buildout", "public charging points, fewer where there are enough",
     make<ChargingBuildout>},
    {"company_car_tax",
     "company cars taxed by powertrain: 10 % electric, 20 % plug-in, 50 % others",
     make<CompanyCarReform>},
    {"court_entrants", "the whole budget reserved for a second maker", make<CourtEntrants>},
    {"economic_patriotism", "threats and public pressure, no money", make<EconomicPatriotism>},
    {"match_neighbours", "pressure, and other governments' money for plants matched by vehicle",
     make<MatchNeighbours>},
    {"european_pact", "aid at siting tables capped at 15 % of capex, by agreement",
     make<EuropeanPact>},
    {"transition_pact", "transition aid, grants with clawback and moderate purchase incentives",
     make<TransitionPact>},
    {"adaptive", "the budget steered by the distance to the target", make<Adaptive>},
};

struct Added {
  std::string meaning;
  std::function<Made()> make;
};

}  // namespace

std::span<const CatalogueEntry> catalogue() { return kCatalogue; }

void add_policy(const std::string& name, const std::string& meaning, std::function<Made()> make) {
  const bool built_in = std::any_of(std::begin(kCatalogue), std::end(kCatalogue),
                                    [&](const auto& entry) { return entry.name == name; });
  engine::add_named({"policy", "strategy", "purchase_incentives"}, name, built_in,
                    Added{meaning, std::move(make)}, name);
}

std::vector<AddedPolicy> added_policies() {
  std::vector<AddedPolicy> policies;
  for (const auto& [name, policy] : engine::registry_of<Added>().all())
    policies.push_back({name, policy.meaning});
  return policies;
}

std::vector<std::string> policy_names() {
  std::vector<std::string> names;
  for (const auto& entry : kCatalogue) names.emplace_back(entry.name);
  for (auto& policy : added_policies()) names.push_back(std::move(policy.name));
  return names;
}

std::unique_ptr<const PolicyStrategy> make_policy(std::string_view name) {
  for (const auto& entry : kCatalogue)
    if (entry.name == name) return entry.make();
  const auto policy = engine::registry_of<Added>().find(name);
  return policy ? policy->make() : nullptr;
}

}  // namespace tavolo::agents
