#include "agents/episode.h"

#include <algorithm>
#include <cassert>
#include <string_view>
#include <utility>

#include "agents/automotive_model.h"
#include "agents/calendar.h"
#include "agents/governments/treasury.h"
#include "agents/policies/catalogue.h"

namespace tavolo::agents {
namespace {

/// January up to and from the phase in which governments decide.
std::pair<std::span<const Phase>, std::span<const Phase>> january_around_decision() {
  const auto phases = january();
  const auto at = std::find_if(phases.begin(), phases.end(),
                               [](const Phase& phase) { return phase.name == "set_policy"; });
  assert(at != phases.end());
  const auto before = static_cast<std::size_t>(at - phases.begin());
  return {phases.first(before), phases.subspan(before)};
}

}  // namespace

/// A strategy that answers what it was told.
struct Episode::Held final : PolicyStrategy {
  Instruments levers;
  Instruments decide(const PolicyView&) const override { return levers; }
};

Episode::Episode(std::shared_ptr<const Scenario> scenario, std::vector<int> outside,
                 const std::string& policy, std::uint64_t seed, std::uint64_t replication)
    : scenario_{std::move(scenario)}, outside_{std::move(outside)}, luck_{seed, replication} {
  std::vector<const PolicyStrategy*> rows(scenario_->governments.size(), nullptr);
  for (const int row : outside_) {
    held_.push_back(std::make_shared<Held>());
    rows[static_cast<std::size_t>(row)] = held_.back().get();
  }
  for (std::size_t g = 0; g < rows.size(); ++g) {
    const auto& government = scenario_->governments[g];
    if (!government.strategic || rows[g] != nullptr) continue;
    own_.push_back(make_policy(government.policy.empty() ? policy : government.policy));
    rows[g] = own_.back().get();
  }
  world_ = begin_run(*scenario_, std::move(rows), luck_);
  while (world_.month.month() != 1) play_month(*scenario_, world_, luck_);
  play_to_decision();
}

std::vector<PolicyView> Episode::views() const {
  std::vector<PolicyView> views;
  for (const int row : outside_)
    views.push_back(over() ? policy_view(*scenario_, world_, row)
                           : world_.views[static_cast<std::size_t>(row)]);
  return views;
}

bool Episode::over() const { return world_.month >= Month::of(scenario_->until + 1, 1); }

void Episode::play_to_decision() {
  if (over()) return;
  engine::run<Scenario, World>(january_around_decision().first, *scenario_, world_,
                               luck_.at(static_cast<std::uint32_t>(world_.month.index)));
}

void Episode::step(const std::vector<Instruments>& levers) {
  assert(!over() && levers.size() == held_.size());
  for (std::size_t i = 0; i < held_.size(); ++i) held_[i]->levers = levers[i];
  const auto luck = luck_.at(static_cast<std::uint32_t>(world_.month.index));
  engine::run<Scenario, World>(january_around_decision().second, *scenario_, world_, luck);
  engine::run<Scenario, World>(every_month(), *scenario_, world_, luck);
  world_.month = world_.month + 1;
  while (world_.month.month() != 1) play_month(*scenario_, world_, luck_);
  play_to_decision();
}

std::vector<int> strategic_governments(const Scenario& scenario) {
  std::vector<int> rows;
  for (std::size_t g = 0; g < scenario.governments.size(); ++g)
    if (scenario.governments[g].strategic) rows.push_back(static_cast<int>(g));
  return rows;
}

}  // namespace tavolo::agents
