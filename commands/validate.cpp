// What the code gives where the answer is known: validate.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>
#include <string>

#include "agents/docking.h"
#include "commands/command.h"

namespace tavolo::commands {
namespace {

int dock(bool json) {
  const auto cases = agents::docking_cases();
  std::cout << (json ? agents::docking_json(cases) : agents::docking_table(cases));
  const bool all =
      std::all_of(cases.begin(), cases.end(), [](const auto& docking) { return docking.is_met(); });
  return all ? kOk : kOtherError;
}

}  // namespace

void add_validation_commands(CLI::App& app, Request& request) {
  const auto json = std::make_shared<bool>(false);
  auto* command = app.add_subcommand("validate", "the code against what is known");
  const std::string meaning = "published figures and closed forms: published, ours, error";
  command->add_flag("--docking", meaning)->required();
  command->add_flag("--json", *json, "for programs");
  command->callback([json, &request] { request.action = [json] { return dock(*json); }; });
}

}  // namespace tavolo::commands
