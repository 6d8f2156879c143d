// Negotiations and tournaments of strategies: negotiate, tournament.

#include <CLI/CLI.hpp>
#include <cstdio>
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
#include "engine/negotiation/catalogue.h"
#include "engine/negotiation/domain.h"
#include "engine/negotiation/one_to_many.h"
#include "engine/negotiation/tournament.h"

namespace tavolo::commands {
namespace {

namespace negotiation = engine::negotiation;
using Json = nlohmann::ordered_json;
using Rows = std::vector<std::vector<std::string>>;

/// The names that both commands know, for --help.
std::string catalogue_text() {
  Rows rows;
  const auto add = [&](const char* heading, auto entries) {
    rows.push_back({heading, ""});
    for (const auto& entry : entries) {
      std::string name = "  " + std::string{entry.name};
      if (!entry.parameter.empty()) name += ":" + std::string{entry.parameter};
      rows.push_back({name, std::string{entry.meaning}});
    }
  };
  add("Strategies", negotiation::strategy_catalogue());
  add("Opponent models, after a '+'", negotiation::opponent_model_catalogue());
  add("Acceptance conditions, after a '+'", negotiation::acceptance_catalogue());
  add("Protocols", negotiation::protocol_catalogue());
  std::size_t width = 0;
  for (const auto& row : rows)
    if (!row[1].empty()) width = std::max(width, row[0].size());
  std::string text;
  for (auto& row : rows) {
    if (!row[1].empty()) row[0].resize(width + 2, ' ');
    text += row[0] + row[1] + "\n";
  }
  return text + "\nComposed: boulware+frequency+ac_combi:0.95";
}

struct TalksFlags {
  std::vector<std::string> strategies;
  std::string protocol = "saop", convention = "negmas";
  int rounds = 100;
  std::uint64_t seed = 1;
  bool json = false;
};

void add_talks(CLI::App* command, TalksFlags& flags) {
  command->add_option("--protocol", flags.protocol, "how they talk")->capture_default_str();
  command->add_option("--convention", flags.convention, "negmas, genius or textbook")
      ->capture_default_str();
  command->add_option("--rounds", flags.rounds, "the deadline")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command->add_option("--seed", flags.seed, "of all luck")->capture_default_str();
  command->add_flag("--json", flags.json, "for programs");
  command->footer(catalogue_text());
}

// ----------------------------------------------------------------------------------------
// negotiate

struct NegotiateFlags : TalksFlags {
  std::string domain;
  bool trace = false;
};

/// What is negotiated, by whom.
struct Talks {
  negotiation::Domain domain;
  std::vector<negotiation::Utilities> wishes;
  std::vector<negotiation::Party> parties;
  std::unique_ptr<negotiation::Protocol> protocol;
};

Talks open_talks(const NegotiateFlags& flags) {
  const auto convention = negotiation::convention_named(flags.convention);
  std::vector<negotiation::Strategy> strategies;
  for (const auto& name : flags.strategies)
    strategies.push_back(negotiation::make_strategy(name, convention));
  auto domain = negotiation::read_domain(flags.domain);
  const auto seats = domain.profiles.size();
  if (strategies.size() == 1) strategies.resize(seats, strategies.front());
  if (strategies.size() != seats)
    throw engine::InputError{flags.domain + " has " + std::to_string(seats) +
                                 " parties, --strategies names " +
                                 std::to_string(strategies.size()) + ".",
                             "Every party bargains by one strategy.",
                             "Name one for each, in the order of the profiles, or one for all."};
  auto wishes = negotiation::tabulate(domain);
  std::vector<negotiation::Party> parties;
  for (std::size_t p = 0; p < seats; ++p) {
    parties.emplace_back(domain.profiles[p].name, wishes[p], strategies[p]);
    parties.back().discount = domain.profiles[p].discount;
  }
  auto protocol = negotiation::make_protocol(
      flags.protocol, std::make_shared<const negotiation::Agenda>(domain.agenda), parties,
      {flags.rounds, convention, engine::Streams{flags.seed, 0}});
  protocol->play(protocol->rounds());
  return {std::move(domain), std::move(wishes), std::move(parties), std::move(protocol)};
}

std::vector<std::string> values(const negotiation::Agenda& agenda, std::size_t outcome) {
  const auto levels = agenda.levels(outcome);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < levels.size(); ++i)
    texts.push_back(agenda.issues()[i].text(levels[i]));
  return texts;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& text : texts) all += (all.empty() ? "" : " | ") + text;
  return all;
}

/// As people count: a session that ends in no agreement has used up its rounds, even if it was
/// hopeless from the start.
int rounds_used(const negotiation::Protocol& talks) {
  return talks.agreement() ? talks.round() : talks.rounds();
}

Json talks_json(const Talks& talks, bool trace) {
  const auto& protocol = *talks.protocol;
  const auto deal = protocol.agreement();
  Json json;
  json["end"] = deal ? "agreement" : "timeout";
  json["rounds"] = rounds_used(protocol);
  json["agreement_index"] = deal ? Json(*deal) : Json();
  json["agreement"] = deal ? Json(values(talks.domain.agenda, *deal)) : Json();
  json["utilities"] = Json::array();
  for (std::size_t p = 0; p < talks.parties.size(); ++p)
    json["utilities"].push_back(protocol.payoff(p));
  if (!trace) return json;
  json["concessions"] = Json::array();
  for (std::size_t p = 0; p < talks.parties.size(); ++p) {
    auto curve = Json::array();
    for (const auto& step :
         negotiation::concessions(protocol, static_cast<int>(p), talks.wishes[p].of))
      curve.push_back(Json{{"round", step.round}, {"utility", step.utility}});
    json["concessions"].push_back(std::move(curve));
  }
  return json;
}

std::string utilities_text(const Talks& talks, std::size_t outcome) {
  std::string text;
  for (const auto& party : talks.wishes) {
    char number[32];
    std::snprintf(number, sizeof number, "%8.4f", party.of[outcome]);
    text += number;
  }
  return text;
}

void print_yardsticks(const Talks& talks, negotiation::Convention convention,
                      std::optional<std::size_t> deal) {
  const auto analysis = negotiation::analyse(talks.wishes, convention);
  std::optional<negotiation::Distances> from;
  if (deal) from = negotiation::distances(talks.wishes, analysis, *deal);
  std::printf("\nYardsticks%s\n", deal ? " and how far the agreement is from them" : "");
  const auto print = [&](const char* name, const std::vector<std::size_t>& outcomes,
                         double negotiation::Distances::*distance) {
    if (outcomes.empty()) {
      std::printf("  %-18s  none\n", name);
      return;
    }
    std::printf("  %-18s%s%s", name, utilities_text(talks, outcomes.front()).c_str(),
                outcomes.size() > 1 ? " …" : "");
    if (from) std::printf("   %.4f", (*from).*distance);
    std::printf("\n");
  };
  print("Nash", analysis.nash, &negotiation::Distances::nash);
  print("Kalai-Smorodinsky", analysis.kalai_smorodinsky,
        &negotiation::Distances::kalai_smorodinsky);
  print("egalitarian", analysis.egalitarian, &negotiation::Distances::egalitarian);
  print("utilitarian", analysis.utilitarian, &negotiation::Distances::utilitarian);
  if (from)
    std::printf("  frontier of %zu outcomes, %s\n", analysis.pareto.size(),
                from->pareto < 1e-9 ? "the agreement is on it"
                                    : ("at " + engine::human(from->pareto, 3)).c_str());
  else
    std::printf("  frontier of %zu outcomes\n", analysis.pareto.size());
}

void print_transcript(const Talks& talks, const TalksFlags& flags) {
  const auto& protocol = *talks.protocol;
  std::printf("%s: %zu outcomes, %s, %d rounds, convention %s\n", talks.domain.name.c_str(),
              talks.domain.agenda.outcomes(), flags.protocol.c_str(), protocol.rounds(),
              flags.convention.c_str());
  Rows rows{{"party", "strategy", "reservation", "discount"}};
  for (const auto& party : talks.parties)
    rows.push_back({party.name, party.strategy->name, engine::human(party.reservation),
                    engine::human(party.discount)});
  std::cout << engine::aligned(rows) << std::flush;

  std::size_t width = 8;  // the mediator's
  for (const auto& party : talks.parties) width = std::max(width, engine::shown_width(party.name));
  std::printf("\nround  who%*s  utilities, in the order of the parties; what is offered\n",
              static_cast<int>(width) - 3, "");
  for (const auto& proposal : protocol.trace()) {
    std::string name = proposal.party == negotiation::kMediator
                           ? "mediator"
                           : talks.parties[static_cast<std::size_t>(proposal.party)].name;
    name += std::string(width - engine::shown_width(name), ' ');
    std::printf("%5d  %s%s   %s\n", proposal.round, name.c_str(),
                utilities_text(talks, proposal.outcome).c_str(),
                joined(values(talks.domain.agenda, proposal.outcome)).c_str());
  }

  const auto deal = protocol.agreement();
  if (deal) {
    std::printf("\nAgreement in round %d, outcome %zu", protocol.round(), *deal);
    if (const auto* many = dynamic_cast<const negotiation::OneToMany*>(&protocol))
      std::printf(" with %s", talks.parties[*many->partner()].name.c_str());
    std::printf("\n");
    const auto texts = values(talks.domain.agenda, *deal);
    for (std::size_t i = 0; i < texts.size(); ++i)
      std::printf("  %s: %s\n", talks.domain.agenda.issues()[i].name.c_str(), texts[i].c_str());
  } else {
    std::printf("\nNo agreement%s\n",
                protocol.round() == 0 ? ": somebody would rather leave than take any outcome" : "");
  }
  for (std::size_t p = 0; p < talks.parties.size(); ++p)
    std::printf("  %s has %s\n", talks.parties[p].name.c_str(),
                engine::human(protocol.payoff(p)).c_str());
  print_yardsticks(talks, negotiation::convention_named(flags.convention), deal);
}

int negotiate(const NegotiateFlags& flags) {
  const auto talks = open_talks(flags);
  if (flags.json || flags.trace)
    std::cout << talks_json(talks, flags.trace).dump(flags.trace ? 1 : -1) << "\n";
  else
    print_transcript(talks, flags);
  return kOk;
}

// ---------------------------------------------------------------------------------------
// tournament

struct TournamentFlags : TalksFlags {
  std::vector<std::string> domains;
  int repetitions = 1;
};

Json estimate_json(const engine::Estimate& estimate) {
  return {{"n", estimate.n}, {"mean", estimate.value}, {"half_width", estimate.half_width}};
}

Json tournament_json(const negotiation::TournamentResult& result) {
  Json json;
  json["negotiations"] = result.negotiations;
  json["strategies"] = Json::array();
  for (const auto& score : result.scores)
    json["strategies"].push_back(Json{{"strategy", score.strategy},
                                      {"utility", estimate_json(score.utility)},
                                      {"std_dev", score.std_dev},
                                      {"partners_utility", score.partners},
                                      {"agreement_rate", score.agreed},
                                      {"agreement_rate_low", score.agreed_between.low},
                                      {"agreement_rate_high", score.agreed_between.high},
                                      {"rounds", score.rounds},
                                      {"nash_distance", score.nash_distance},
                                      {"pareto_distance", score.pareto_distance}});
  json["payoffs"] = result.payoffs;
  json["agreement_rates"] = result.agreed;
  json["contests"] = Json::array();
  for (const auto& contest : result.contests)
    json["contests"].push_back(Json{{"first", result.scores[contest.first].strategy},
                                    {"second", result.scores[contest.second].strategy},
                                    {"difference", estimate_json(contest.difference)},
                                    {"p", contest.p},
                                    {"p_holm", contest.p_holm}});
  return json;
}

void print_tournament(const negotiation::TournamentResult& result) {
  const auto& scores = result.scores;
  std::printf("%zu negotiations\n\n", result.negotiations);
  Rows rows{{"strategy", "utility", "partners", "agreed", "rounds", "Nash distance", "Pareto"}};
  for (const auto& score : scores)
    rows.push_back({score.strategy, engine::human(score.utility.value, score.utility.half_width),
                    engine::human(score.partners, 3), engine::human(100 * score.agreed, 3) + " %",
                    engine::human(score.rounds, 3), engine::human(score.nash_distance, 3),
                    engine::human(score.pareto_distance, 3)});
  std::cout << engine::aligned(rows) << "\nutility of the row when its partners play the column\n";
  Rows matrix{{""}};
  for (std::size_t row = 0; row < scores.size(); ++row) {
    matrix.front().push_back(scores[row].strategy);
    matrix.push_back({scores[row].strategy});
    for (const double payoff : result.payoffs[row])
      matrix.back().push_back(engine::human(payoff, 3));
  }
  std::cout << engine::aligned(matrix);
  if (result.contests.empty()) return;
  std::cout << "\ndifference in utility, paired by domain, partner and role "
               "(t-test, p corrected by Holm)\n";
  Rows contests{{"", "difference", "p"}};
  for (const auto& contest : result.contests)
    contests.push_back({scores[contest.first].strategy + " - " + scores[contest.second].strategy,
                        engine::human(contest.difference.value, contest.difference.half_width),
                        contest.p_holm < 0.001 ? "< 0.001" : engine::human(contest.p_holm, 2)});
  std::cout << engine::aligned(contests);
}

int tournament(const TournamentFlags& flags) {
  negotiation::TournamentDesign design;
  design.convention = negotiation::convention_named(flags.convention);
  design.protocol = flags.protocol;
  design.rounds = flags.rounds;
  design.repetitions = flags.repetitions;
  design.seed = flags.seed;
  for (const auto& name : flags.strategies)
    design.strategies.push_back(negotiation::make_strategy(name, design.convention));
  for (const auto& domain : flags.domains)
    design.arenas.emplace_back(negotiation::read_domain(domain));
  const auto result = negotiation::run_tournament(design);
  if (flags.json)
    std::cout << tournament_json(result).dump() << "\n";
  else
    print_tournament(result);
  return kOk;
}

void add_negotiate(CLI::App& app, Request& request) {
  const auto flags = std::make_shared<NegotiateFlags>();
  auto* command = app.add_subcommand("negotiate", "one negotiation, offer by offer");
  command->add_option("domain", flags->domain, "its folder or file")->required();
  command
      ->add_option("--strategies", flags->strategies,
                   "one for each party, with commas, or one for all")
      ->delimiter(',')
      ->required();
  add_talks(command, *flags);
  command->add_flag("--trace", flags->trace, "JSON, with what own offers were worth over time");
  command->callback([flags, &request] { request.action = [flags] { return negotiate(*flags); }; });
}

void add_tournament(CLI::App& app, Request& request) {
  const auto flags = std::make_shared<TournamentFlags>();
  auto* command = app.add_subcommand("tournament", "strategies against each other, in every role");
  command->add_option("domains", flags->domains, "their folders or files")->required();
  command->add_option("--strategies", flags->strategies, "with commas")->delimiter(',')->required();
  add_talks(command, *flags);
  command->add_option("--repetitions", flags->repetitions, "with luck of their own")
      ->check(CLI::Range(1, 10'000'000))
      ->capture_default_str();
  command->callback([flags, &request] { request.action = [flags] { return tournament(*flags); }; });
}

}  // namespace

void add_negotiation_commands(CLI::App& app, Request& request) {
  add_negotiate(app, request);
  add_tournament(app, request);
}

}  // namespace tavolo::commands
