#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agents/policies/policy.h"
#include "agents/scenario.h"
#include "agents/world.h"
#include "engine/model.h"
#include "engine/random.h"

namespace tavolo::agents {

/// The car industry, as the experiments run it.
class AutomotiveFamily final : public engine::ModelFamily {
 public:
  std::vector<engine::Indicator> indicators(
      const std::string& scenario, std::span<const engine::Override> overrides) const override;
  std::vector<engine::Indicator> monthly_indicators() const override;
  std::vector<std::string> policies() const override;
  std::unique_ptr<const engine::Model> prepare(
      const std::string& scenario, std::span<const engine::Override> overrides) const override;
};

/// Reads a scenario with the overrides applied and computes what its base year implies.
/// @throws engine::InputError with every problem of it.
Scenario load_scenario(const std::string& file, std::span<const engine::Override> overrides);

/// The state in which a run begins, its first luck drawn. `strategies`: by government, null where
/// it goes by rule; they outlive the run.
World begin_run(const Scenario&, std::vector<const PolicyStrategy*> strategies,
                const engine::Streams& luck);

/// Plays a run to the scenario's last year. @throws engine::RunError when it goes wrong.
World play(const Scenario&, const std::string& policy, std::uint64_t seed,
           std::uint64_t replication);
/// The same under a strategy that has no name.
World play(const Scenario&, const PolicyStrategy& policy, std::uint64_t seed,
           std::uint64_t replication);

/// What a run that has ended leaves behind.
engine::Record record_of(const Scenario&, World);

/// Plays a run to the January of a year (the start's at the earliest) and in it the phases before
/// the one named (calendar.h): what actors see when they decide there.
World play_to_january(const Scenario&, const std::string& policy, std::uint64_t seed,
                      std::uint64_t replication, int year, std::string_view before);

/// The state, bit for bit, as a number.
std::uint64_t fingerprint(const World&);

/// Phases, parameters, tables, indicators and policies as text, from the code's own lists.
/// `topic`: "phases", "parameters", "tables", "indicators", "policies"; "" for all.
/// @throws engine::InputError for another topic, with the nearest one.
std::string describe(const std::string& topic);

/// Reads and initialises a scenario. @throws engine::InputError with every problem of it.
void check(const std::string& scenario);

}  // namespace tavolo::agents
