#include "engine/location/sourcing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include "engine/random.h"
#include "tests/support/glpk.h"

namespace tavolo::engine::location {
namespace {

using Load = SourcingProblem::Load;
using Option = SourcingProblem::Option;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

enum class Luck { anything = 1 };

/// Of any kind: options on one site or two, shared set-ups, some of which load a site too, sites
/// without capacity or without limit, with and without a target; ties.
SourcingProblem any_problem(std::uint64_t instance, int most_items, int most_options,
                            int most_sites) {
  auto draws = Streams{4, 0}(Luck::anything, instance);
  const auto below = [&](int bound) { return static_cast<int>(draws.uniform() * bound); };
  SourcingProblem problem;
  const int items = 1 + below(most_items), sites = 1 + below(most_sites);
  for (int s = 0; s < sites; ++s) {
    SourcingProblem::Site site;
    site.capacity = below(4) == 0 ? kInfinity : below(1 + 60 * items / sites);
    site.target = below(4) == 0 ? 0 : below(1 + 50 * items / sites);
    site.fill_value = below(3) == 0 ? 0 : 0.1 * below(20);
    problem.sites.push_back(site);
  }
  for (int k = below(1 + 2 * sites); k > 0; --k) {
    problem.setups.push_back({static_cast<double>(below(60)) - 3, {}});
    if (below(4) == 0) problem.setups.back().loads.push_back({below(sites), 1.0 * below(15)});
  }
  const int setups = static_cast<int>(problem.setups.size());
  for (int i = 0; i < items; ++i) {
    problem.items.emplace_back();
    for (int o = below(most_options + 1); o > 0; --o) {
      Option option;
      option.value = below(100) - 30;
      option.loads.push_back({below(sites), 1.0 * below(50)});
      if (below(3) == 0) option.loads.push_back({below(sites), 1.0 * below(30)});
      for (int k = 0; k < setups; ++k)
        if (below(setups) < 1) option.setups.push_back(k);
      problem.items.back().push_back(option);
    }
  }
  return problem;
}

double best_of_all(const SourcingProblem& problem) {
  std::vector<int> option(problem.items.size(), -1);
  double most = 0;
  for (;;) {
    most = std::max(most, value(problem, option));
    std::size_t i = 0;
    while (i < option.size() && ++option[i] == static_cast<int>(problem.items[i].size()))
      option[i++] = -1;
    if (i == option.size()) return most;
  }
}

TEST(SingleSource, IsWorthAsMuchAsTheBestOfAllPlans) {
  int with_setups = 0, chosen = 0;
  for (std::uint64_t instance = 0; instance < 600; ++instance) {
    const auto problem = any_problem(instance, 7, 3, 4);
    ASSERT_EQ(obstacle(problem), "");
    const auto plan = solve(problem);
    const double most = best_of_all(problem);
    ASSERT_TRUE(plan.exact) << "instance " << instance;
    ASSERT_NEAR(plan.value, most, 1e-6) << "instance " << instance;
    ASSERT_EQ(plan.value, value(problem, plan.option));
    ASSERT_EQ(plan.gap(), 0);
    with_setups += !problem.setups.empty();
    chosen += static_cast<int>(
        std::count_if(plan.option.begin(), plan.option.end(), [](int o) { return o >= 0; }));
  }
  EXPECT_GT(with_setups, 300);
  EXPECT_GT(chosen, 1000);
}

TEST(SingleSource, HasABoundThatHoldsHoweverShortTheSearch) {
  int open = 0;
  for (std::uint64_t instance = 0; instance < 300; ++instance) {
    const auto problem = any_problem(instance, 7, 3, 4);
    const auto plan = solve(problem, 1);
    const double most = best_of_all(problem);
    ASSERT_GE(plan.bound, most - 1e-6) << "instance " << instance;
    ASSERT_LE(plan.value, most + 1e-6);
    ASSERT_NEAR(plan.gap() * plan.bound, plan.bound - plan.value, 1e-6);
    if (plan.exact) {
      ASSERT_NEAR(plan.value, most, 1e-6) << "instance " << instance;
    }
    open += !plan.exact;
  }
  EXPECT_GT(open, 10) << "the search is never too short to be a test";
}

/// As a mixed-integer programme, with the sign turned.
std::string programme(const SourcingProblem& problem) {
  std::ostringstream text;
  text.precision(17);
  const auto x = [](std::size_t i, std::size_t o) {
    return " x" + std::to_string(i) + "_" + std::to_string(o);
  };
  const auto term = [&](double factor, const std::string& variable) {
    text << (factor < 0 ? " - " : " + ") << std::abs(factor) << variable << "\n";
  };
  text << "Minimize\n cost:";
  for (std::size_t i = 0; i < problem.items.size(); ++i)
    for (std::size_t o = 0; o < problem.items[i].size(); ++o)
      term(-problem.items[i][o].value, x(i, o));
  for (std::size_t k = 0; k < problem.setups.size(); ++k)
    term(problem.setups[k].cost, " y" + std::to_string(k));
  for (std::size_t s = 0; s < problem.sites.size(); ++s)
    term(-problem.sites[s].fill_value, " w" + std::to_string(s));
  text << "Subject To\n";
  for (std::size_t i = 0; i < problem.items.size(); ++i) {
    if (problem.items[i].empty()) continue;
    for (std::size_t o = 0; o < problem.items[i].size(); ++o) term(1, x(i, o));
    text << " <= 1\n";
  }
  for (std::size_t k = 0; k < problem.setups.size(); ++k) {
    const std::string y = " y" + std::to_string(k);
    std::ostringstream all;
    for (std::size_t i = 0; i < problem.items.size(); ++i) {
      std::ostringstream any;
      for (std::size_t o = 0; o < problem.items[i].size(); ++o)
        if (std::ranges::count(problem.items[i][o].setups, static_cast<int>(k)) > 0)
          any << " + 1" << x(i, o) << "\n";
      if (any.str().empty()) continue;
      text << any.str() << " -" << y << " <= 0\n";
      all << any.str();
    }
    text << all.str() << " -" << y << " >= 0\n";
  }
  for (std::size_t s = 0; s < problem.sites.size(); ++s) {
    std::ostringstream load;
    load.precision(17);
    const auto put = [&](const std::vector<Load>& loads, const std::string& variable) {
      double units = 0;
      for (const auto& part : loads)
        if (part.site == static_cast<int>(s)) units += part.units;
      if (units > 0) load << " + " << units << variable << "\n";
    };
    for (std::size_t i = 0; i < problem.items.size(); ++i)
      for (std::size_t o = 0; o < problem.items[i].size(); ++o)
        put(problem.items[i][o].loads, x(i, o));
    for (std::size_t k = 0; k < problem.setups.size(); ++k)
      put(problem.setups[k].loads, " y" + std::to_string(k));
    if (problem.sites[s].capacity < kInfinity && !load.str().empty())
      text << load.str() << " <= " << problem.sites[s].capacity << "\n";
    text << load.str() << " - w" << s << " >= 0\n";
  }
  text << "Bounds\n";
  for (std::size_t s = 0; s < problem.sites.size(); ++s)
    text << " 0 <= w" << s << " <= " << problem.sites[s].target << "\n";
  text << "Binary\n";
  for (std::size_t i = 0; i < problem.items.size(); ++i)
    for (std::size_t o = 0; o < problem.items[i].size(); ++o) text << x(i, o) << "\n";
  for (std::size_t k = 0; k < problem.setups.size(); ++k) text << " y" << k << "\n";
  text << "End\n";
  return text.str();
}

TEST(SingleSource, IsWorthWhatAMixedIntegerProgrammeIsWorth) {
  if (!test::has_glpk()) GTEST_SKIP() << "glpsol is not installed: ./dev test installs glpk-utils";
  int compared = 0, exact = 0;
  for (std::uint64_t instance = 0; instance < 60; ++instance) {
    const auto problem = any_problem(1000 + instance, 22, 4, 7);
    const auto optimum = test::glpk_optimum(programme(problem));
    if (!optimum) continue;  // e.g. no item has an option
    const double most = -*optimum;
    const auto plan = solve(problem);
    ++compared;
    exact += plan.exact;
    // GLPK takes a number within 1e-5 of a whole one for whole
    ASSERT_LE(plan.value, most + 1e-4 * (1 + most)) << "instance " << instance;
    ASSERT_GE(plan.bound, most - 1e-4 * (1 + most)) << "instance " << instance;
    if (plan.exact) {
      ASSERT_NEAR(plan.value, most, 1e-4 * (1 + most)) << "instance " << instance;
    }
  }
  EXPECT_GE(compared, 50);
  EXPECT_GE(exact, compared - 3);
}

TEST(SingleSource, ASiteOrAnOptionLessNeverRaisesTheValue) {
  for (std::uint64_t instance = 0; instance < 200; ++instance) {
    const auto problem = any_problem(instance, 12, 4, 5);
    const double before = solve(problem).value;
    for (std::size_t s = 0; s < problem.sites.size(); ++s) {
      auto without = problem;
      for (auto& item : without.items)
        std::erase_if(item, [&](const Option& option) {
          return std::ranges::any_of(
              option.loads, [&](const Load& load) { return load.site == static_cast<int>(s); });
        });
      ASSERT_LE(solve(without).value, before + 1e-6) << "instance " << instance << ", site " << s;
    }
    for (std::size_t i = 0; i < problem.items.size(); ++i)
      for (std::size_t o = 0; o < problem.items[i].size(); ++o) {
        auto without = problem;
        without.items[i].erase(without.items[i].begin() + static_cast<std::ptrdiff_t>(o));
        ASSERT_LE(solve(without).value, before + 1e-6) << "instance " << instance;
      }
  }
}

// What is worth more is never given up for it, and the plan is worth no less.
TEST(SingleSource, AnOptionThatIsWorthMoreIsNotGivenUp) {
  int won = 0;
  for (std::uint64_t instance = 0; instance < 200; ++instance) {
    auto problem = any_problem(instance, 10, 3, 4);
    const auto before = solve(problem);
    for (std::size_t i = 0; i < problem.items.size(); ++i)
      for (std::size_t o = 0; o < problem.items[i].size(); ++o) {
        auto& worth = problem.items[i][o].value;
        worth += 7.3;
        const auto after = solve(problem);
        const bool chosen = before.option[i] == static_cast<int>(o);
        const bool still = after.option[i] == static_cast<int>(o);
        ASSERT_TRUE(still || !chosen) << "instance " << instance << ", item " << i;
        ASSERT_GE(after.value, before.value - 1e-6);
        won += still && !chosen;
        worth -= 7.3;
      }
  }
  EXPECT_GT(won, 50);
}

TEST(SingleSource, ASetupIsPaidOnce) {
  SourcingProblem problem;
  problem.sites.resize(1);
  problem.setups.push_back({15, {}});
  problem.items = {{{10, {{0, 1}}, {0}}}, {{10, {{0, 1}}, {0}}}};
  EXPECT_EQ(solve(problem).value, 5);
  problem.items.pop_back();  // alone it does not pay
  EXPECT_EQ(solve(problem).value, 0);
}

// The fixed cost of a site is a set-up that all its options need: it is saved where nothing comes.
TEST(SingleSource, ASiteThatDoesNotPayStaysEmpty) {
  SourcingProblem problem;
  problem.sites = {{100, 0, 0}, {100, 0, 0}};
  problem.setups = {{20, {}}, {20, {}}};
  for (int i = 0; i < 3; ++i) problem.items.push_back({{12, {{0, 30}}, {0}}, {13, {{1, 30}}, {1}}});
  const auto plan = solve(problem);
  EXPECT_EQ(plan.value, 3 * 13 - 20);
  EXPECT_EQ(plan.option, (std::vector<int>{1, 1, 1}));
}

TEST(SingleSource, FillingASiteIsWorthItUpToTheTarget) {
  SourcingProblem problem;
  problem.sites = {{100, 50, 1}, {100, 50, 1}};
  problem.items = {{{0, {{0, 40}}, {}}, {-5, {{1, 40}}, {}}},
                   {{0, {{0, 40}}, {}}, {-5, {{1, 40}}, {}}}};
  // both on the first: 50; one on each: 80 - 5
  EXPECT_EQ(solve(problem).value, 75);
}

TEST(SingleSource, NamesWhatStandsInItsWay) {
  SourcingProblem problem;
  problem.sites.resize(1);
  problem.items = {{{1, {{0, 1}}, {}}}};
  EXPECT_EQ(obstacle(problem), "");
  problem.items[0][0].loads[0].site = 1;
  EXPECT_EQ(obstacle(problem), "a load is on a site that is not there.");
  problem.items[0][0].loads[0] = {0, -1};
  EXPECT_EQ(obstacle(problem), "a load is below zero or no number.");
  problem.items[0][0].loads.clear();
  problem.items[0][0].setups = {0};
  EXPECT_EQ(obstacle(problem), "an option needs a set-up that is not there.");
}

}  // namespace
}  // namespace tavolo::engine::location
