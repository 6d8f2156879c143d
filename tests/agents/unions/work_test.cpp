#include "agents/unions/work.h"

#include <gtest/gtest.h>

#include <cmath>

#include "agents/market/production.h"
#include "agents/unions/workforce.h"
#include "tests/agents/tables/town.h"

namespace tavolo::agents {
namespace {

/// A month in which Torre makes `output` vehicles: the books open, the plant makes, the workers
/// work.
void play(Town& town, double output) {
  open_books(town.scenario, town.world, town.now());
  for (auto& plant : town.world.plants) plant.output = 0;
  town.torre_state().output = output;
  work(town.scenario, town.world, town.now());
  town.world.month = town.world.month + 1;
}

/// Vehicles that keep everybody at Torre busy for a month.
double full_output(const Town& town) {
  return town.world.plants[town.torre()].headcount * hours_per_month(town.scenario) /
         town.scenario.plants[town.torre()].hours_per_vehicle;
}

TEST(Work, ChangesJobsByHiresLessExitsAndAttrition) {
  Town town;
  town.torre_state().exits_agreed = 150;
  town.torre_state().exit_payment_eur = 90'000;
  for (int month = 0; month < 24; ++month) {
    const double output = month < 12 ? 5'000 : 12'000;
    play(town, output);
    for (std::size_t p = 0; p < town.world.plants.size(); ++p) {
      const auto& state = town.world.plants[p];
      EXPECT_NEAR(state.headcount - town.world.opening.headcount[p],
                  state.hires - state.exits - state.attrition, 1e-9)
          << town.scenario.plants[p].id;
    }
    double sum = 0;
    for (const double balance : town.world.books.balance_eur) sum += balance;
    EXPECT_NEAR(sum, 0, 1e-3);
  }
}

TEST(Work, LetsAgreedExitsLeaveByTheEndOfTheYear) {
  Town town;
  auto& torre = town.torre_state();
  torre.exits_agreed = 100;
  torre.exit_payment_eur = 90'000;
  town.world.forecast.fill(0);  // nobody is needed
  for (int month = 0; month < 12; ++month) play(town, 1'000);
  EXPECT_NEAR(torre.exits_year, 100, 1e-9);
  EXPECT_EQ(torre.exits_agreed, 0);
  EXPECT_NEAR(town.paid(carmaker_actor(town.scenario, kCasa), Purpose::exits), 100 * 90'000, 1);
}

TEST(Work, PaysNobodyToLeaveWhoseJobIsGuaranteed) {
  Town town;
  auto& torre = town.torre_state();
  torre.guaranteed_jobs = torre.headcount;
  torre.exits_agreed = 100;
  for (int month = 0; month < 12; ++month) play(town, 1'000);
  EXPECT_EQ(torre.exits_year, 0);
  EXPECT_NEAR(torre.headcount, torre.guaranteed_jobs, 1e-9);  // leavers are replaced
}

TEST(Work, CountsSurplusHoursAsShortTimeUpToTheLimit) {
  Town town;
  const auto& labour = town.scenario.parameters.labour;
  const double contract = town.torre_state().headcount * hours_per_month(town.scenario);
  play(town, 0.9 * full_output(town));
  EXPECT_NEAR(town.torre_state().short_time_hours, 0.1 * contract, 1e-6 * contract);
  Town idle;
  play(idle, 0);
  EXPECT_NEAR(idle.torre_state().short_time_hours, labour.short_time_limit_share * contract,
              1e-6 * contract);
  // what is beyond the limit is paid idle
  EXPECT_NEAR(idle.torre_state().hours_paid,
              contract - (1 - labour.short_time_maker_share) * idle.torre_state().short_time_hours,
              1e-6 * contract);
}

TEST(Work, LetsTheStatePayItsShareOfShortTime) {
  Town town;
  const double hourly = hourly_cost_eur(town.scenario, town.world, town.torre());
  town.world.plants[town.plant("lyonne")].phase = PlantState::Phase::closed;
  play(town, 0.9 * full_output(town));
  EXPECT_NEAR(town.paid(government_actor(town.scenario, kItaly), Purpose::short_time),
              town.torre_state().short_time_hours * hourly *
                  town.scenario.parameters.labour.short_time_state_share,
              1);
}

TEST(Work, PaysMissingHoursAsOvertime) {
  Town town;
  const double contract = town.torre_state().headcount * hours_per_month(town.scenario);
  play(town, 1.05 * full_output(town));
  EXPECT_NEAR(town.torre_state().hours_paid, 1.05 * contract, 1e-6 * contract);
  EXPECT_EQ(town.torre_state().short_time_hours, 0);
}

TEST(Strikes, TakeOutputAndPayFromTheNextMonthOnAndEnd) {
  Town town;
  auto& torre = town.torre_state();
  const double days = town.scenario.parameters.labour.working_days_per_month;
  torre.strike_days_left = 1.5 * days;
  const double contract = torre.headcount * hours_per_month(town.scenario);
  const double output = full_output(town);
  play(town, output);
  EXPECT_NEAR(torre.hours_paid, contract, 1e-6 * contract);  // it begins next month
  EXPECT_EQ(torre.strike_loss_share, 1);
  play(town, 0);
  EXPECT_EQ(torre.hours_paid, 0);
  EXPECT_EQ(torre.strike_loss_share, 0.5);
  play(town, output / 2);
  EXPECT_EQ(torre.strike_loss_share, 0);
  EXPECT_EQ(torre.strike_days_left, 0);
  EXPECT_NEAR(torre.strike_days_year, 1.5 * days, 1e-9);
}

TEST(Holdouts, SlowThePlantAndArePaid) {
  Town town;
  auto& torre = town.torre_state();
  const auto& labour = town.scenario.parameters.labour;
  torre.holdout_days_left = labour.working_days_per_month;
  play(town, 0);
  EXPECT_NEAR(torre.strike_loss_share, labour.holdout_slowdown, 1e-12);
  EXPECT_EQ(torre.struck_share, 0);
  play(town, 0);
  EXPECT_EQ(torre.strike_loss_share, 0);
}

TEST(Unrest, FadesWithoutNews) {
  Town town;
  town.scenario.parameters.labour.strike_base_probability = 0;
  town.torre_state().unrest = 0.8;
  for (int month = 0; month < 12; ++month) play(town, full_output(town));
  EXPECT_NEAR(town.torre_state().unrest, 0.8 * town.scenario.parameters.labour.unrest_memory, 0.01);
}

TEST(Unrest, BreaksOutInProtestStrikesThatEnd) {
  Town town;
  town.scenario.parameters.labour.strike_base_probability = 1;
  for (int month = 0; month < 24 && !town.told("strike"); ++month) {
    town.torre_state().unrest = 1;
    play(town, full_output(town));
  }
  EXPECT_TRUE(town.told("strike"));
  EXPECT_LE(town.torre_state().unrest, town.scenario.parameters.labour.unrest_memory);
  town.scenario.parameters.labour.strike_base_probability = 0;
  for (int month = 0; month < 12; ++month) play(town, full_output(town));
  EXPECT_EQ(town.torre_state().strike_loss_share, 0);
}

TEST(WageWedge, BringsMoreHires) {
  Town with, without;
  with.world.instruments[kItaly].wage_wedge_share = 0.2;
  for (Town* town : {&with, &without}) {
    town->torre_state().headcount = 1'600;  // fewer than it needs
    for (int month = 0; month < 12; ++month) play(*town, full_output(*town));
  }
  EXPECT_GT(with.torre_state().hires_year, without.torre_state().hires_year);
}

TEST(Hiring, FollowsSlowlyAndNeverOvershoots) {
  Town town;
  auto& torre = town.torre_state();
  const double wanted = jobs_needed(town.scenario, town.world, town.torre(),
                                    expected_outputs(town.scenario, town.world)[town.torre()]);
  torre.headcount = 0.9 * wanted;
  double before = torre.headcount;
  for (int month = 0; month < 36; ++month) {
    play(town, std::min(full_output(town), 9'000.0));
    EXPECT_LE(torre.headcount, wanted + 1e-9);
    EXPECT_GE(torre.headcount, before - 1e-9);
    before = torre.headcount;
  }
  EXPECT_GT(torre.headcount, 0.93 * wanted);
}

/// Lyonne stands beside Torre, which has half of its work; Lyonne has twice its own.
struct SisterPlants : testing::Test {
  Town town;
  PlantState& torre = town.torre_state();
  PlantState& lyonne = town.world.plants[town.plant("lyonne")];

  void SetUp() override {
    auto& labour = town.scenario.parameters.labour;
    labour.attrition_per_year = labour.hiring_speed_per_year = labour.launch_hiring_per_year = 0;
    town.scenario.plants[town.plant("lyonne")].country = town.scenario.plants[town.torre()].country;
    torre.headcount *= 2;
    lyonne.headcount *= 0.6;
  }
};

TEST_F(SisterPlants, GetWorkersOfThoseThatHaveTooMany) {
  const double before = torre.headcount + lyonne.headcount, at_lyonne = lyonne.headcount;
  play(town, full_output(town) / 4);
  EXPECT_GT(lyonne.relocated, 1);
  EXPECT_NEAR(torre.relocated, -lyonne.relocated, 1e-9);
  EXPECT_NEAR(lyonne.headcount, at_lyonne + lyonne.relocated, 1e-9);
  EXPECT_NEAR(torre.headcount + lyonne.headcount, before, 1e-9) << "nobody is hired or leaves";
}

TEST_F(SisterPlants, GetNobodyWhoseJobIsGuaranteed) {
  torre.guaranteed_jobs = torre.headcount;
  play(town, full_output(town) / 4);
  EXPECT_EQ(lyonne.relocated, 0);
}

TEST_F(SisterPlants, GetNobodyFromAbroad) {
  town.scenario.plants[town.plant("lyonne")].country.row = 1;
  play(town, full_output(town) / 4);
  EXPECT_EQ(lyonne.relocated, 0);
}

TEST(ClosingPlant, IsEmptyAndShutInDecember) {
  Town town;
  auto& torre = town.torre_state();
  torre.closing = true;
  torre.exits_agreed = torre.headcount;
  torre.exit_payment_eur = 100'000;
  for (int month = 0; month < 12; ++month) play(town, 0);
  EXPECT_EQ(torre.phase, PlantState::Phase::closed);
  EXPECT_EQ(torre.headcount, 0);
  EXPECT_TRUE(town.told("closure"));
}

TEST(Idleness, OfHalfAYearStopsThePlantUntilThereIsWork) {
  Town town;
  const double fixed = fixed_cost_eur(town.scenario, town.world, town.torre());
  for (int month = 0; month < 5; ++month) play(town, 0);
  EXPECT_EQ(town.torre_state().phase, PlantState::Phase::running);
  play(town, 0);
  EXPECT_EQ(town.torre_state().phase, PlantState::Phase::idle);
  EXPECT_TRUE(town.torre_state().works()) << "it has its crew";
  EXPECT_NEAR(fixed_cost_eur(town.scenario, town.world, town.torre()),
              town.scenario.parameters.industry.idle_cost_share * fixed, 1e-6);
  play(town, full_output(town));
  EXPECT_EQ(town.torre_state().phase, PlantState::Phase::running);
}

TEST(Idleness, IsCountedByMonthAndForgottenWithWork) {
  Town town;
  for (int month = 0; month < 5; ++month) play(town, 0);
  EXPECT_EQ(town.torre_state().months_idle, 5);
  play(town, full_output(town));
  EXPECT_EQ(town.torre_state().months_idle, 0);
  town.world.supply_factor = 0.3;  // a lockdown says nothing about a plant
  play(town, 0);
  EXPECT_EQ(town.torre_state().months_idle, 0);
}

}  // namespace
}  // namespace tavolo::agents
