// What the code gives where the answer is known: validate.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>
#include <string>

#include "agents/automotive_model.h"
#include "agents/docking.h"
#include "agents/elasticities.h"
#include "commands/command.h"

namespace tavolo::commands {
namespace {

struct Flags {
  agents::DockingData data;
  std::string scenario;  // of --elasticities
  bool json = false;
};

int dock(const Flags& flags) {
  const auto cases = agents::docking_cases(flags.data);
  std::cout << (flags.json ? agents::docking_json(cases) : agents::docking_table(cases));
  const bool all =
      std::all_of(cases.begin(), cases.end(), [](const auto& docking) { return docking.is_met(); });
  return all ? kOk : kOtherError;
}

int elasticities(const Flags& flags) {
  const auto cases = agents::elasticity_cases(agents::load_scenario(flags.scenario, {}));
  std::cout << (flags.json ? agents::elasticity_json(cases) : agents::elasticity_table(cases));
  return kOk;
}

}  // namespace

void add_validation_commands(CLI::App& app, Request& request) {
  const auto flags = std::make_shared<Flags>();
  auto* command = app.add_subcommand("validate", "the code against what is known");
  const std::string meaning = "published figures and closed forms: published, ours, error";
  auto* what = command->add_option_group("what");
  what->add_flag("--docking", meaning);
  what->add_option("--elasticities", flags->scenario,
                   "how buyers of a scenario answer to prices, bonuses and peers, beside estimates")
      ->type_name("SCENARIO");
  what->require_option(1);
  command->add_option("--data", flags->data.folder, "folder of the published data sets");
  command->add_flag("--json", flags->json, "for programs");
  command->callback([flags, &request] {
    request.action = [flags] {
      return flags->scenario.empty() ? dock(*flags) : elasticities(*flags);
    };
  });
}

}  // namespace tavolo::commands
