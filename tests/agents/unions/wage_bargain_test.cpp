#include "agents/unions/wage_bargain.h"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/error.h"

namespace tavolo::agents {
namespace {

TEST(WageBargain, ReproducesTheDockingNumbers) {  // economics.md: a = .7, w0 = 1, power .5
  const auto revenue = power_revenue(0.7);
  const auto managed = settle_wage(WageBargain::right_to_manage(0.5, 1), revenue);
  EXPECT_NEAR(managed.wage, 1.2142857142857, 1e-10);
  EXPECT_NEAR(managed.jobs, 0.1594375141072, 1e-10);
  const auto efficient = settle_wage(WageBargain::efficient(0.5, 1), revenue);
  EXPECT_NEAR(efficient.wage, 1.2142857142857, 1e-10);
  EXPECT_NEAR(efficient.jobs, 0.304551072597712, 1e-10);
}

TEST(WageBargain, FollowsManningsClosedFormForBothPowers) {
  for (const double exponent : {0.3, 0.7, 0.9})
    for (const double wage_power : {0.1, 0.5, 0.9})
      for (const double jobs_power : {0.0, 0.3, 0.8}) {
        const WageBargain bargain{
            .wage_power = wage_power, .jobs_power = jobs_power, .outside_wage = 2};
        const auto solved = settle_wage(bargain, power_revenue(exponent));
        const auto known = power_revenue_settlement(bargain, exponent);
        EXPECT_NEAR(solved.wage / known.wage, 1, 1e-9) << exponent << wage_power << jobs_power;
        EXPECT_NEAR(solved.jobs / known.jobs, 1, 1e-8) << exponent << wage_power << jobs_power;
      }
}

/// R(L) = 10 ln(1 + L) + L/2: no power of L.
Revenue saturating() {
  return {[](double jobs) { return 10 * std::log1p(jobs) + jobs / 2; },
          [](double jobs) { return 10 / (1 + jobs) + 0.5; }};
}

TEST(RightToManage, LeavesTheFirmOnItsLabourDemand) {
  for (const double power : {0.2, 0.6, 1.0}) {
    const auto settled = settle_wage(WageBargain::right_to_manage(power, 1), saturating());
    EXPECT_NEAR(10 / (1 + settled.jobs) + 0.5, settled.wage, 1e-9);
  }
}

TEST(EfficientBargain, EmploysAsAtTheOutsideWageAndSplitsTheRent) {
  // rent-valuing union: R'(L) = w0, and it gets its power's share of R - w0 L
  for (const double power : {0.2, 0.6, 0.95}) {
    const auto settled = settle_wage(WageBargain::efficient(power, 1), saturating());
    EXPECT_NEAR(10 / (1 + settled.jobs) + 0.5, 1, 1e-7) << power;
    const double rent = settled.union_utility + settled.profit;
    EXPECT_NEAR(settled.union_utility / rent, power, 1e-9);
  }
}

TEST(EfficientBargain, LiesOnTheContractCurveOfStoneGearyMembers) {
  // isoprofit and indifference curves touch, (w - R'(L)) / L = U_L / U_w; jobs count for more, so
  // more are kept than at the outside wage
  WageBargain bargain = WageBargain::efficient(0.5, 1);
  bargain.wage_weight = 0.3;
  bargain.jobs_weight = 0.7;
  bargain.protected_jobs = 2;
  const auto settled = settle_wage(bargain, saturating());
  const double trade =
      (bargain.jobs_weight / (settled.jobs - 2)) / (bargain.wage_weight / (settled.wage - 1));
  EXPECT_NEAR(10 / (1 + settled.jobs) + 0.5, settled.wage - settled.jobs * trade, 1e-7);
  EXPECT_GT(settled.jobs, settle_wage(WageBargain::efficient(0.5, 1), saturating()).jobs);
}

TEST(MonopolyUnion, MaximisesItsUtilityOnLabourDemand) {
  const auto bargain = WageBargain::monopoly_union(1);
  const auto settled = settle_wage(bargain, saturating());
  for (double wage = 1.05; wage < 8; wage += 0.05) {
    const double jobs = bargained_jobs(bargain, saturating(), wage);
    EXPECT_LE((wage - 1) * jobs, settled.union_utility + 1e-12);
  }
}

TEST(WageBargain, PaysMoreAndEmploysFewerTheStrongerTheUnionOverTheWage) {
  double wage = 1, jobs = 1e9;
  for (double power = 0.1; power <= 1; power += 0.1) {
    const auto settled = settle_wage(WageBargain::right_to_manage(power, 1), saturating());
    EXPECT_GT(settled.wage, wage);
    EXPECT_LT(settled.jobs, jobs);
    wage = settled.wage;
    jobs = settled.jobs;
  }
}

TEST(WageBargain, OfAPowerlessUnionPaysTheOutsideWage) {
  EXPECT_NEAR(settle_wage(WageBargain::right_to_manage(0, 1.5), power_revenue(0.6)).wage, 1.5,
              1e-9);
}

TEST(WageBargain, RefusesWhatHasNoSolution) {
  const auto revenue = power_revenue(0.7);
  EXPECT_THROW(settle_wage({.wage_power = 1.1}, revenue), engine::InputError);
  EXPECT_THROW(settle_wage({.jobs_power = 1}, revenue), engine::InputError);
  EXPECT_THROW(settle_wage({.outside_wage = 0}, revenue), engine::InputError);
  EXPECT_THROW(settle_wage({.protected_jobs = -1}, revenue), engine::InputError);
}

}  // namespace
}  // namespace tavolo::agents
