#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/experiment/outcomes.h"
#include "engine/experiment/robustness.h"
#include "engine/experiment/selection.h"

namespace tavolo::engine {

/// Strategies over futures and luck, by several objectives, in the words of who has to choose one:
/// what `tavolo benchmark` shows.

/// What is asked of an experiment. In TOML:
///
///     experiment = "../experiments/futures.toml"      # relative to this file
///     objectives = [ { id = "jobs_2030", indifference = 500, thresholds = [10_000] } ]
///     stakes     = [ { id = "pay", actor = "treasury", response = "outlay", gains = "min" } ]
struct Suite {
  struct Objective {
    std::string id;           ///< a response of the experiment, with a direction
    double indifference = 0;  ///< in its unit; 0: no indifference-zone verdict
    std::vector<double> thresholds;
  };
  struct Stake {
    std::string id, actor;
    std::string response;  ///< of the experiment
    std::string gains;     ///< "max": the actor gains when it grows; "min": when it falls
  };
  std::string experiment;  ///< the file, relative to where the command was given
  std::vector<Objective> objectives;
  std::vector<Stake> stakes;
};

/// @throws InputError with every problem of the file.
Suite read_suite(const std::string& file);

/// A suite that asks for every response of a store that has a direction.
Suite suite_of(const StoreReader& store);

/// One objective of all strategies; vectors are by strategy. Differences from the best are turned
/// so that more is better, whatever the direction.
struct ObjectiveResult {
  Response response;
  Suite::Objective asked;
  Direction direction;
  std::vector<Estimate> level;       ///< over futures and luck (crossed_mean)
  std::vector<Estimate> difference;  ///< from the baseline
  std::vector<double> p_value;       ///< of that difference, Holm over the strategies; baseline NaN
  std::vector<Pairing> pairing;      ///< with the baseline, whose own is NaN
  std::vector<Interval> from_best;   ///< simultaneous, multiple comparisons with the best
  std::vector<double> probability_best;
  std::optional<Selection> selection;  ///< Kim-Nelson over futures, when an indifference is given
  std::vector<Robustness> robustness;
  std::vector<double> regret_mean, regret_most;  ///< over futures
  std::vector<std::size_t> regret_future;        ///< where it is most
  std::vector<std::vector<Estimate>> reaches;    ///< by threshold: share of runs
  int best() const;                              ///< the strategy of the best mean
};

struct StakeResult {
  Suite::Stake stake;
  Response response;
  std::vector<Estimate> difference;  ///< from the baseline, by strategy
};

/// The best strategies of the first objective, future by future.
struct Condition {
  std::string factor, level;  ///< of samples: "below 0.31", "0.31 or more": its median
  std::size_t futures = 0;
  std::vector<double> mean;  ///< by strategy
  std::size_t best = 0;
};

struct Benchmark {
  std::string question;
  Futures futures;
  std::size_t baseline = 0;
  std::vector<ObjectiveResult> objectives;
  std::vector<StakeResult> stakes;
  std::vector<Condition> conditions;
  std::vector<int> front;               ///< over the means of all objectives; 1: not dominated
  std::vector<double> chance_of_front;  ///< of front 1, in the bootstrap
  /// Of front 1, objectives scaled so that the worst mean is 0 and the best 1, above 0; and what
  /// would be lost without each strategy.
  double hypervolume = 0;
  std::vector<double> contribution;
};

/// @throws InputError when a suite names what the store does not hold.
Benchmark benchmark(const StoreReader& store, const Suite& suite,
                    std::size_t draws = kBootstrapDraws);

/// Parts of the report, each of which is also asked for alone.
enum class BenchmarkPart : std::uint8_t { kAll, kSelection, kRobustness };
std::string benchmark_text(const Benchmark& benchmark, BenchmarkPart part = BenchmarkPart::kAll);
std::string benchmark_json(const Benchmark& benchmark);

}  // namespace tavolo::engine
