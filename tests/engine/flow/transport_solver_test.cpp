#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>
#include <string>

#include "engine/flow/transport.h"
#include "engine/random.h"
#include "tests/support/glpk.h"

/// Minimum-cost flows against a solver of linear programmes, which shares no code with ours.

namespace tavolo::engine {
namespace {

enum class Luck { instance = 3 };

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TransportProblem random_problem(std::uint64_t instance) {
  Draws draws = Streams{1, 0}(Luck::instance, instance);
  const auto below = [&](int bound) { return static_cast<int>(draws.uniform() * bound); };
  const int sources = 1 + below(12), products = 1 + below(25), lanes = 1 + below(120);
  TransportProblem problem;
  for (int i = 0; i < sources; ++i) problem.capacity.push_back(below(4) == 0 ? 0 : below(800));
  for (int i = 0; i < products; ++i) {
    problem.demand.push_back(below(400));
    problem.shortage_cost.push_back(below(3) == 0 ? below(100) : 500);
  }
  for (int i = 0; i < lanes; ++i)
    problem.lanes.push_back({below(sources), below(products), below(20'000) / 100.0 - 20,
                             below(2) == 0 ? kInfinity : below(300)});
  return problem;
}

std::string programme(const TransportProblem& problem) {
  std::ostringstream text;
  text.precision(17);
  text << std::showpos;  // the format wants "- 3", not "+ -3"
  const auto flow = [](std::size_t lane) { return " f" + std::to_string(lane); };
  const auto shortage = [](std::size_t product) { return " z" + std::to_string(product); };
  text << "Minimize\n cost:";
  for (std::size_t i = 0; i < problem.lanes.size(); ++i)
    text << " " << problem.lanes[i].unit_cost << flow(i) << "\n";
  for (std::size_t j = 0; j < problem.demand.size(); ++j)
    text << " " << problem.shortage_cost[j] << shortage(j) << "\n";
  text << "Subject To\n";
  for (std::size_t j = 0; j < problem.demand.size(); ++j) {
    text << shortage(j);
    for (std::size_t i = 0; i < problem.lanes.size(); ++i)
      if (problem.lanes[i].product == static_cast<int>(j)) text << " +" << flow(i) << "\n";
    text << " = " << problem.demand[j] << "\n";
  }
  for (std::size_t s = 0; s < problem.capacity.size(); ++s) {
    std::string sum;
    for (std::size_t i = 0; i < problem.lanes.size(); ++i)
      if (problem.lanes[i].source == static_cast<int>(s)) sum += " +" + flow(i) + "\n";
    if (!sum.empty()) text << sum << " <= " << problem.capacity[s] << "\n";
  }
  text << "Bounds\n";
  for (std::size_t i = 0; i < problem.lanes.size(); ++i)
    if (problem.lanes[i].capacity < kInfinity)
      text << flow(i) << " <= " << problem.lanes[i].capacity << "\n";
  text << "End\n";
  return text.str();
}

TEST(Transport, CostsWhatALinearProgrammeCosts) {
  if (!test::has_glpk()) GTEST_SKIP() << "glpsol is not installed: ./dev test installs glpk-utils";
  for (std::uint64_t instance = 0; instance < 300; ++instance) {
    const auto problem = random_problem(instance);
    const auto optimum = test::glpk_optimum(programme(problem));
    ASSERT_TRUE(optimum.has_value()) << "instance " << instance;
    // GLPK's tolerances are 1e-7 by default
    ASSERT_NEAR(solve(problem).cost, *optimum, 1e-7 * std::max(1.0, std::abs(*optimum)))
        << "instance " << instance;
  }
}

}  // namespace
}  // namespace tavolo::engine
