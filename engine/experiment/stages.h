#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/experiment/design.h"
#include "engine/experiment/store.h"

namespace tavolo::engine {

/// Sequential replications: the results of a stage say which strategies get more runs.
///
/// A strategy is a design point, or a policy over all of its design points
/// (ReplicationRule::among). Observation n of a strategy is the mean of a response over its points
/// in replication n, so that observations are independent, given the factor levels at hand.
/// Decisions fall when every run of a stage is there, and follow from results alone: neither from
/// the order in which they came nor from who made them. A run that failed gives no observation.
///
/// A stage ends, by rule, with
/// - `precision`: Student's (of a probability: Wilson's) intervals; those that are as narrow as
///   asked end. A relative half width g is met by half width / |mean| <= g / (1 + g): Law (2015),
///   Simulation Modeling and Analysis, 9.4.1. Looking at intervals as they shrink costs some
///   coverage: `first` should not be small.
/// - `kim_nelson`: the sequential screening of selection.h, at the next stage for those that are
///   left. With common random numbers, observations are the replications in which all runs went
///   well.
/// - `rinott`: after the first stage the sizes of the second (rinott_size), then the largest mean.
/// - `ocba`: the budget so far plus a tenth, shared out by ocba_shares (Chen & Lee 2011, Stochastic
///   Simulation Optimization, 3.4); in the end the largest mean, with the Bonferroni bound of the
///   approximate probability of correct selection, Chen et al. (2000), eq. 5.
///
/// Without a rule there is a single stage.
class Stages {
 public:
  explicit Stages(const Experiment& experiment);

  /// Replications of a design point until the end of this stage.
  int asked(std::size_t point) const;
  int most_asked() const;
  bool ended() const { return ended_; }

  /// The responses on which decisions rest; none without a rule.
  const std::vector<Response>& responses() const { return responses_; }
  /// A response by design point and replication; of runs that are done.
  using Values = std::vector<std::map<int, double>>;
  /// Ends this stage, of which every run is there, and begins the next one.
  /// @param values one for each of responses()
  void decide(std::span<const Values> values);

  const std::vector<StageRow>& rows() const { return rows_; }  ///< of all stages so far

 private:
  struct Strategy {
    std::string name;
    std::vector<std::size_t> points;
    int asked = 0;
    bool open = true;
  };
  /// By strategy, a value for each of its replications; NaN without one.
  using Observations = std::vector<std::vector<double>>;
  Observations observations(const Values& values) const;
  int grown(int replications) const;
  StageRow& row(std::size_t strategy, const Response& response, std::span<const double> used);
  void go_on(std::size_t strategy, int replications, StageRow& row);

  void narrow(std::span<const Values> values);
  void screen(const Observations& seen);
  void two_stages(const Observations& seen);
  void allocate(const Observations& seen);
  void select(std::size_t best, const Observations& seen, const std::string& why);

  const Experiment& experiment_;
  std::vector<Response> responses_;
  std::vector<Strategy> strategies_;
  std::vector<std::size_t> strategy_of_;  ///< by design point; empty: each its own
  int stage_ = 0;
  bool ended_ = false;
  std::vector<StageRow> rows_;
};

}  // namespace tavolo::engine
