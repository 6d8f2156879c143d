#include "agents/tables/siting_report.h"

#include <gtest/gtest.h>

#include "agents/automotive_model.h"
#include "agents/carmakers/investment.h"
#include "tests/agents/tables/town.h"

namespace tavolo::agents {
namespace {

std::vector<SiteLine> lines_of(const Scenario& scenario, std::uint64_t replication) {
  const engine::Streams luck{1, replication};
  const World world =
      play_to_january(scenario, "court_entrants", 1, replication, 0, "site_entrants");
  return site_lines(scenario, world, luck.at(static_cast<std::uint32_t>(world.month.index)));
}

TEST(SitingReport, PartsAddUpToTheWorth) {
  const Town town;
  const auto lines = lines_of(town.scenario, 0);
  ASSERT_EQ(lines.size(), 2U);  // kits and a plant, in Italy
  for (const auto& line : lines) {
    EXPECT_EQ(line.entrant, "Altro");
    EXPECT_NEAR(line.worth,
                line.saving + line.affinity + line.extra + line.filled + line.fixed -
                    option_multiple(town.scenario) * line.capex,
                1);
    EXPECT_GE(line.worth_with_aid, line.worth - 1);
  }
}

TEST(SitingReport, AidNeededIsWhatMakesAWorthNothing) {
  Town town;
  town.scenario.governments[kItaly].value_per_job_year_eur = 1e6;  // its worth does not bind
  town.scenario.countries[0].aid_cap_share = 1;
  const auto before = lines_of(town.scenario, 0);
  const double per_eur =
      option_multiple(town.scenario) * Trust{town.scenario.parameters.tables.trust_prior_kept,
                                             town.scenario.parameters.tables.trust_prior_broken}
                                           .mean();
  for (const auto& line : before)
    EXPECT_NEAR(std::min(0.0, line.worth) + per_eur * line.aid_needed, 0, 1);
}

TEST(SitingReport, TablesShowMediansOfRuns) {
  std::vector<std::vector<SiteLine>> runs;
  for (const double worth : {3e6, 1e6, 2e6}) {
    SiteLine line;
    line.entrant = "Altro";
    line.country = "Italy";
    line.worth = worth;
    runs.push_back({line});
  }
  EXPECT_EQ(site_csv(runs), site_csv({runs[2]}));
  runs[2][0].units_per_year = 12'345;
  const auto table = site_table({runs[2]});
  for (const char* shown : {"Altro", "12 345", "vehicles        a year, as the maker expects"})
    EXPECT_NE(table.find(shown), std::string::npos) << shown << "\n" << table;
}

}  // namespace
}  // namespace tavolo::agents
