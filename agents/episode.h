#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "agents/policies/policy.h"
#include "agents/scenario.h"
#include "agents/world.h"
#include "engine/random.h"

namespace tavolo::agents {

/// A run that is played year by year, the levers of some governments set from outside: what an
/// environment of reinforcement learning steps. The same levers as a strategy would set give the
/// same future as a run of that strategy, bit for bit.
class Episode {
 public:
  /// Plays to the first January, until governments have seen the year before.
  /// @param outside  rows of Scenario::governments, of those that follow a strategy
  /// @param policy   of other governments that follow a strategy and name none of their own
  /// @throws engine::RunError when the run goes wrong.
  Episode(std::shared_ptr<const Scenario> scenario, std::vector<int> outside,
          const std::string& policy, std::uint64_t seed, std::uint64_t replication);
  Episode(const Episode&) = delete;  // the world points to the strategies held here
  Episode& operator=(const Episode&) = delete;

  /// What the governments outside see now, in the order of `outside`; of the January after the
  /// last year when the run is over.
  std::vector<PolicyView> views() const;
  int year() const { return world_.month.year(); }  ///< whose levers are set next
  bool over() const;

  /// Plays a year under these levers, in the order of `outside`, to the next January.
  /// @throws engine::RunError when it goes wrong, for a lever that is negative or not a number; the
  /// episode cannot go on then.
  void step(const std::vector<Instruments>& levers);

  const World& world() const { return world_; }
  const Scenario& scenario() const { return *scenario_; }

 private:
  struct Held;
  void play_to_decision();

  std::shared_ptr<const Scenario> scenario_;
  std::vector<int> outside_;
  std::vector<std::shared_ptr<Held>> held_;
  std::vector<std::unique_ptr<const PolicyStrategy>> own_;
  engine::Streams luck_;
  World world_;
};

/// Rows of the governments that follow a strategy; the first is the one under study.
std::vector<int> strategic_governments(const Scenario&);

}  // namespace tavolo::agents
