// Negotiation domains: analyse, convert.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "commands/command.h"
#include "engine/error.h"
#include "engine/experiment/table.h"
#include "engine/negotiation/analysis.h"
#include "engine/negotiation/domain.h"

namespace tavolo::commands {
namespace {

namespace negotiation = engine::negotiation;
using Json = nlohmann::ordered_json;
using Rows = std::vector<std::vector<std::string>>;

struct AnalyseFlags {
  std::string domain, convention = "negmas";
  std::optional<std::size_t> outcome;
  bool json = false;
};

/// What is analysed, and what was found.
struct Case {
  negotiation::Domain domain;
  std::vector<negotiation::Utilities> parties;
  negotiation::Analysis analysis;
};

struct Solution {
  const char *name, *key;
  const std::vector<std::size_t>& outcomes;
};

std::vector<Solution> solutions(const negotiation::Analysis& a) {
  return {{"Nash", "nash", a.nash},
          {"egalitarian (Kalai)", "kalai", a.egalitarian},
          {"Kalai-Smorodinsky", "kalai_smorodinsky", a.kalai_smorodinsky},
          {"utilitarian", "max_welfare", a.utilitarian}};
}

std::vector<std::pair<const char*, double>> named(const negotiation::Distances& d) {
  return {{"pareto", d.pareto},
          {"nash", d.nash},
          {"kalai", d.egalitarian},
          {"kalai_smorodinsky", d.kalai_smorodinsky},
          {"max_welfare", d.utilitarian}};
}

/// "price: 4.37; delivery: 60 days"
std::string terms_text(const negotiation::Agenda& agenda, std::size_t outcome) {
  const auto levels = agenda.levels(outcome);
  std::string text;
  for (std::size_t i = 0; i < levels.size(); ++i)
    text +=
        (i > 0 ? "; " : "") + agenda.issues()[i].name + ": " + agenda.issues()[i].text(levels[i]);
  return text;
}

double advantage(const Case& c, std::size_t party, std::size_t outcome) {
  return negotiation::advantage(c.parties[party].of[outcome], c.parties[party].reservation,
                                c.analysis.prospects[party].greatest);
}

Json outcome_json(const Case& c, std::size_t outcome) {
  Json terms = Json::object(), advantages = Json::array(), distances = Json::object();
  const auto levels = c.domain.agenda.levels(outcome);
  for (std::size_t i = 0; i < levels.size(); ++i)
    terms[c.domain.agenda.issues()[i].name] = c.domain.agenda.issues()[i].text(levels[i]);
  for (std::size_t p = 0; p < c.parties.size(); ++p) advantages.push_back(advantage(c, p, outcome));
  for (const auto& [name, value] : named(negotiation::distances(c.parties, c.analysis, outcome)))
    distances[name] = value;
  return {{"index", outcome},
          {"terms", std::move(terms)},
          {"utilities", negotiation::point(c.parties, outcome)},
          {"advantage", std::move(advantages)},
          {"distance", std::move(distances)}};
}

void print_json(const Case& c, const AnalyseFlags& flags) {
  const auto& a = c.analysis;
  Json names = Json::array(), reservations = Json::array(), prospects = Json::array();
  for (std::size_t p = 0; p < c.parties.size(); ++p) {
    names.push_back(c.domain.profiles[p].name);
    reservations.push_back(c.parties[p].reservation);
    prospects.push_back(a.prospects[p].rational);
  }
  const auto frontier = negotiation::points(c.parties, a.pareto);
  Json result{{"domain", c.domain.name},    {"convention", flags.convention},
              {"parties", names},           {"reservation", reservations},
              {"n_outcomes", a.outcomes},   {"n_feasible", a.feasible},
              {"n_rational", a.rational},   {"n_rational_by_party", prospects},
              {"opposition", a.opposition}, {"pareto_points", frontier.size()}};
  for (const auto& solution : solutions(a))
    result[solution.key] = negotiation::points(c.parties, solution.outcomes);
  result["pareto_frontier"] = frontier;
  if (flags.outcome) result["outcome"] = outcome_json(c, *flags.outcome);
  std::cout << result.dump(2) << "\n";
}

void print_table(const Case& c, const AnalyseFlags& flags) {
  const auto& a = c.analysis;
  std::printf("%s: %zu issues, %zu parties, %zu outcomes\n", c.domain.name.c_str(),
              c.domain.agenda.issues().size(), c.parties.size(), a.outcomes);
  std::printf("feasible %zu, below nobody's reservation value %zu, Pareto points %zu\n", a.feasible,
              a.rational, negotiation::points(c.parties, a.pareto).size());
  if (a.feasible == 0) return;
  std::printf("opposition %s\n\n", engine::human(a.opposition).c_str());

  Rows parties{{"party", "reservation", "discount", "least", "greatest", "outcomes it accepts"}};
  for (std::size_t p = 0; p < c.parties.size(); ++p) {
    const auto& profile = c.domain.profiles[p];
    parties.push_back({profile.name, engine::human(profile.reservation),
                       engine::human(profile.discount), engine::human(a.prospects[p].least),
                       engine::human(a.prospects[p].greatest),
                       std::to_string(a.prospects[p].rational)});
  }
  std::cout << engine::aligned(parties) << "\n";

  // Where solutions coincide the outcome says so; ties stand below one another.
  Rows rows{{"solution", "outcome"}};
  for (const auto& profile : c.domain.profiles) rows.front().push_back(profile.name);
  const auto add = [&](const std::string& name, std::size_t outcome) {
    rows.push_back({name, std::to_string(outcome)});
    for (const double utility : negotiation::point(c.parties, outcome))
      rows.back().push_back(engine::human(utility));
  };
  constexpr std::size_t kShown = 5;
  std::vector<std::size_t> shown;
  for (const auto& [name, key, outcomes] : solutions(a)) {
    if (outcomes.empty()) rows.push_back({name, "none"});
    for (std::size_t i = 0; i < outcomes.size() && i < kShown; ++i) {
      add(i == 0 ? name : "", outcomes[i]);
      shown.push_back(outcomes[i]);
    }
    if (outcomes.size() > kShown)
      rows.push_back({"", "+ " + std::to_string(outcomes.size() - kShown)});
    rows.back().resize(rows.front().size());
  }
  if (flags.outcome) {
    add("asked for", *flags.outcome);
    shown.push_back(*flags.outcome);
  }
  std::cout << engine::aligned(rows) << "\n";

  std::sort(shown.begin(), shown.end());
  shown.erase(std::unique(shown.begin(), shown.end()), shown.end());
  for (const auto outcome : shown)
    std::printf("%zu  %s\n", outcome, terms_text(c.domain.agenda, outcome).c_str());
  if (!flags.outcome) return;
  std::printf("\n%zu is away from", *flags.outcome);
  for (const auto& [name, value] :
       named(negotiation::distances(c.parties, c.analysis, *flags.outcome)))
    std::printf("  %s %s", name, engine::human(value).c_str());
  std::printf("\n%zu gives as advantage", *flags.outcome);
  for (std::size_t p = 0; p < c.parties.size(); ++p)
    std::printf("  %s %s", c.domain.profiles[p].name.c_str(),
                engine::human(advantage(c, p, *flags.outcome)).c_str());
  std::printf("\n");
}

int analyse(const AnalyseFlags& flags) {
  if (flags.domain.empty())
    throw engine::InputError{"there is nothing to analyse.",
                             "A negotiation domain is analysed, or the store of a sweep.",
                             "Name a domain, or say sa STORE or robust STORE."};
  auto domain = negotiation::read_domain(flags.domain);
  auto parties = negotiation::tabulate(domain);
  auto analysis = negotiation::analyse(parties, flags.convention == "textbook"
                                                    ? negotiation::Convention::textbook
                                                    : negotiation::Convention::negmas);
  const Case c{std::move(domain), std::move(parties), std::move(analysis)};
  if (flags.outcome && *flags.outcome >= c.analysis.outcomes)
    throw engine::InputError{
        "--outcome " + std::to_string(*flags.outcome) + " is not on the agenda.",
        "Outcomes are numbered from 0 to " + std::to_string(c.analysis.outcomes - 1) + ".",
        "Name one of these."};
  if (flags.json)
    print_json(c, flags);
  else
    print_table(c, flags);
  return kOk;
}

int convert(const std::string& from, const std::string& to) {
  const auto domain = negotiation::read_domain(from);
  if (std::filesystem::path{to}.extension() == ".toml")
    negotiation::write_toml(domain, to);
  else
    negotiation::write_genius(domain, to);
  std::fprintf(stderr, "%s: %zu outcomes, %zu parties\n", to.c_str(), domain.agenda.outcomes(),
               domain.profiles.size());
  return kOk;
}

void add_analyse(CLI::App& app, Request& request) {
  const auto flags = std::make_shared<AnalyseFlags>();
  auto* command = app.add_subcommand(
      "analyse",
      "frontier and solutions of a negotiation domain; or a sweep's sa, robust, game, discover");
  command->add_option("domain", flags->domain, "a folder of GENIUS XML, or a .toml file");
  command->add_option("--outcome", flags->outcome, "how far this outcome is from each solution");
  command
      ->add_option("--convention", flags->convention,
                   "gains of the egalitarian and Kalai-Smorodinsky solutions: negmas, from the "
                   "worst outcome where that is above the reservation value; textbook, from the "
                   "reservation value")
      ->check(CLI::IsMember({"negmas", "textbook"}))
      ->capture_default_str();
  command->add_flag("--json", flags->json, "everything, for programs");
  command->callback([flags, command, &request] {
    if (command->get_subcommands().empty())  // else the analysis of a store has its own
      request.action = [flags] { return analyse(*flags); };
  });
}

void add_convert(CLI::App& app, Request& request) {
  struct Flags {
    std::string from, to;
  };
  const auto flags = std::make_shared<Flags>();
  auto* command = app.add_subcommand("convert", "a negotiation domain into the other format");
  command->add_option("domain", flags->from, "a folder of GENIUS XML, or a .toml file")->required();
  command->add_option("out", flags->to, "a new .toml file, or a folder for GENIUS XML")->required();
  command->callback(
      [flags, &request] { request.action = [flags] { return convert(flags->from, flags->to); }; });
}

}  // namespace

void add_analysis_commands(CLI::App& app, Request& request) {
  add_analyse(app, request);
  add_convert(app, request);
}

}  // namespace tavolo::commands
