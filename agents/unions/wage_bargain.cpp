#include "agents/unions/wage_bargain.h"

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cassert>
#include <cmath>
#include <string>

#include "engine/equilibrium.h"
#include "engine/error.h"

namespace tavolo::agents {
namespace {

double union_utility(const WageBargain& bargain, double wage, double jobs) {
  if (wage < bargain.outside_wage || jobs < bargain.protected_jobs) return 0;
  return std::pow(wage - bargain.outside_wage, bargain.wage_weight) *
         std::pow(jobs - bargain.protected_jobs, bargain.jobs_weight);
}

double profit(const Revenue& revenue, double wage, double jobs) {
  return revenue.of(jobs) - wage * jobs;
}

/// Zero of a function that is positive at `low` and falls; `high` is moved out until it is not.
double falling_zero(const std::function<double(double)>& function, double low, double high) {
  while (function(high) > 0) high *= 2;
  const double at_low = function(low), at_high = function(high);
  if (at_low <= 0) return low;
  if (at_high == 0) return high;
  boost::uintmax_t steps = 200;
  const auto [left, right] = boost::math::tools::toms748_solve(
      function, low, high, at_low, at_high, boost::math::tools::eps_tolerance<double>{52}, steps);
  return left + (right - left) / 2;
}

/// Jobs that the firm would choose: R'(L) = w.
double labour_demand(const Revenue& revenue, double wage) {
  double low = 1;
  while (low > 1e-300 && revenue.marginal(low) < wage) low /= 2;
  return falling_zero([&](double jobs) { return revenue.marginal(jobs) - wage; }, low, 2 * low);
}

void check(const WageBargain& bargain) {
  const auto require = [](bool holds, const char* what, double value, const char* range) {
    if (!holds)
      throw engine::InputError{std::string{what} + " is " + std::to_string(value) + ".",
                               "The bargain has no solution there.",
                               std::string{"Set it in "} + range + "."};
  };
  const auto& b = bargain;
  require(b.wage_power >= 0 && b.wage_power <= 1, "wage_power", b.wage_power, "[0, 1]");
  require(b.jobs_power >= 0 && b.jobs_power < 1, "jobs_power", b.jobs_power, "[0, 1)");
  require(b.outside_wage > 0, "outside_wage", b.outside_wage, "(0, inf)");
  require(b.wage_weight > 0, "wage_weight", b.wage_weight, "(0, inf)");
  require(b.jobs_weight >= 0, "jobs_weight", b.jobs_weight, "[0, inf)");
  require(b.protected_jobs >= 0, "protected_jobs", b.protected_jobs, "[0, inf)");
}

}  // namespace

Revenue power_revenue(double exponent) {
  assert(exponent > 0 && exponent < 1);
  return {[exponent](double jobs) { return std::pow(jobs, exponent); },
          [exponent](double jobs) { return exponent * std::pow(jobs, exponent - 1); }};
}

WageBargain WageBargain::right_to_manage(double power, double outside_wage) {
  return {.wage_power = power, .jobs_power = 0, .outside_wage = outside_wage};
}
WageBargain WageBargain::efficient(double power, double outside_wage) {
  return {.wage_power = power, .jobs_power = power, .outside_wage = outside_wage};
}
WageBargain WageBargain::monopoly_union(double outside_wage) {
  return {.wage_power = 1, .jobs_power = 0, .outside_wage = outside_wage};
}

double bargained_jobs(const WageBargain& bargain, const Revenue& revenue, double wage) {
  // The first-order condition, times (L - L0) and profit, both positive in between: it is positive
  // where the firm would stop and negative where profit ends.
  const double least = std::max(labour_demand(revenue, wage), bargain.protected_jobs);
  const auto slope = [&](double jobs) {
    return bargain.jobs_power * bargain.jobs_weight * profit(revenue, wage, jobs) +
           (1 - bargain.jobs_power) * (revenue.marginal(jobs) - wage) *
               (jobs - bargain.protected_jobs);
  };
  if (bargain.jobs_power == 0) return least;
  return falling_zero(slope, least, 2 * least);
}

WageSettlement settle_wage(const WageBargain& bargain, const Revenue& revenue) {
  check(bargain);
  const auto product = [&](double wage) {
    const double jobs = bargained_jobs(bargain, revenue, wage);
    return std::pow(union_utility(bargain, wage, jobs), bargain.wage_power) *
           std::pow(std::max(0.0, profit(revenue, wage, jobs)), 1 - bargain.wage_power);
  };
  // the product rises to one peak and falls: past it once it no longer grows from doubling to
  // doubling
  double high = 2 * bargain.outside_wage;
  for (int doublings = 0; doublings < 40 && product(2 * high) > product(high); ++doublings)
    high *= 2;
  const auto range = engine::maximise(product, bargain.outside_wage, 2 * high);
  // again around the peak, where the grid is finer
  const double width = 2 * high - bargain.outside_wage;
  const auto peak =
      engine::maximise(product, std::max(bargain.outside_wage, range.argument - width / 32),
                       range.argument + width / 32);
  WageSettlement settlement;
  settlement.wage = peak.argument;
  settlement.jobs = bargained_jobs(bargain, revenue, settlement.wage);
  settlement.union_utility = union_utility(bargain, settlement.wage, settlement.jobs);
  settlement.profit = profit(revenue, settlement.wage, settlement.jobs);
  return settlement;
}

WageSettlement power_revenue_settlement(const WageBargain& bargain, double exponent) {
  check(bargain);
  assert(bargain.wage_weight == 1 && bargain.jobs_weight == 1 && bargain.protected_jobs == 0);
  WageSettlement settlement;
  settlement.wage = bargain.outside_wage * (1 + bargain.wage_power * (1 - exponent) / exponent);
  settlement.jobs = std::pow((exponent + bargain.jobs_power * (1 - exponent)) / settlement.wage,
                             1 / (1 - exponent));
  settlement.union_utility = union_utility(bargain, settlement.wage, settlement.jobs);
  settlement.profit = profit(power_revenue(exponent), settlement.wage, settlement.jobs);
  return settlement;
}

}  // namespace tavolo::agents
