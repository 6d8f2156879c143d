// Which warehouses to open: locate.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "commands/command.h"
#include "engine/location/problem.h"
#include "engine/location/read_problem.h"

namespace tavolo::commands {
namespace {

using nlohmann::ordered_json;
namespace location = engine::location;

struct LocateFlags {
  std::string file;
  bool uncapacitated = false, heuristic = false, exact = false, flows = false, json = false;
  std::optional<double> capacity, time_limit_s;
};

/// Calls `row(warehouse, customer, share)`, counted from 1, for all that serve one another.
template <class Row>
void for_each_flow(const location::Solution& solution, const Row& row) {
  for (std::size_t j = 0; j < solution.share.columns(); ++j)
    for (const int site : solution.open)
      if (const double share = solution.share(site, j); share > 0) row(site + 1, j + 1, share);
}

ordered_json solution_json(const location::Problem& problem, const location::Solution& solution,
                           bool flows) {
  ordered_json json{{"cost", solution.cost}, {"open", ordered_json::array()}};
  for (const int site : solution.open) json["open"].push_back(site + 1);
  json["gap"] = solution.gap();
  json["exact"] = solution.exact;
  json["bound"] = solution.bound;
  json["warehouses"] = problem.sites();
  json["customers"] = problem.customers();
  if (!flows) return json;
  json["flows"] = ordered_json::array();
  for_each_flow(solution, [&](int warehouse, std::size_t customer, double share) {
    json["flows"].push_back({{"warehouse", warehouse},
                             {"customer", customer},
                             {"share", share},
                             {"quantity", share * problem.demand[customer - 1]}});
  });
  return json;
}

void print(const location::Problem& problem, const location::Solution& solution, bool flows) {
  std::printf("cost   %.6f\nbound  %.6f\ngap    %.3g %%%s\nopen   %zu of %d warehouses:",
              solution.cost, solution.bound, 100 * solution.gap(),
              solution.exact ? ", proven optimal" : "", solution.open.size(), problem.sites());
  for (const int site : solution.open) std::printf(" %d", site + 1);
  std::printf("\n");
  if (!flows) return;
  std::printf("\nwarehouse  customer      share      quantity\n");
  for_each_flow(solution, [&](int warehouse, std::size_t customer, double share) {
    std::printf("%9d %9zu %10.6f %13.3f\n", warehouse, customer, share,
                share * problem.demand[customer - 1]);
  });
}

int locate(const LocateFlags& flags) {
  const auto problem = location::read_problem(flags.file, {flags.uncapacitated, flags.capacity});
  location::Options options;
  if (flags.heuristic) options.mode = location::Mode::heuristic;
  if (flags.exact) options.mode = location::Mode::exact;
  options.time_limit_s = flags.time_limit_s.value_or(options.time_limit_s);
  const auto solution = location::solve(problem, options);
  if (flags.json)
    std::cout << solution_json(problem, solution, flags.flows).dump(2) << "\n";
  else
    print(problem, solution, flags.flows);
  return kOk;
}

}  // namespace

void add_locate_commands(CLI::App& app, Request& request) {
  const auto flags = std::make_shared<LocateFlags>();
  auto* command = app.add_subcommand(
      "locate",
      "which warehouses to open so that opening and serving cost least (docs/location.md)");
  command->add_option("file", flags->file, "problem in the format of the OR-Library")->required();
  auto* ignored = command->add_flag("--uncapacitated", flags->uncapacitated, "ignore capacities");
  command
      ->add_option("--capacity", flags->capacity,
                   "number in place of the word `capacity` (capa, capb, capc)")
      ->check(CLI::NonNegativeNumber)
      ->excludes(ignored);
  auto* heuristic = command->add_flag("--heuristic", flags->heuristic,
                                      "a good solution and a bound; for large problems the rule");
  command->add_flag("--exact", flags->exact, "search until the optimum is proven")
      ->excludes(heuristic);
  command->add_option("--time-limit", flags->time_limit_s, "end the search after so many seconds")
      ->check(CLI::NonNegativeNumber);
  command->add_flag("--flows", flags->flows, "also who serves whom");
  command->add_flag("--json", flags->json,
                    "for programs: cost, open (warehouses counted from 1, as in the file), gap, "
                    "exact, bound");
  command->callback([flags, &request] { request.action = [flags] { return locate(*flags); }; });
}

}  // namespace tavolo::commands
