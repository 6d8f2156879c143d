#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config.h"
#include "engine/error.h"
#include "engine/experiment/sampling.h"
#include "engine/model.h"

namespace tavolo::engine {

/// A value of the scenario that the experiment varies.
struct Factor {
  std::string path;                 ///< into the scenario: "demand.peer_effect"
  std::vector<std::string> levels;  ///< as written in TOML; none with a distribution
  std::optional<Distribution> distribution = std::nullopt;  ///< of an uncertain factor
  std::string unit = {};                                    ///< as written; may be left out

  bool varies() const { return distribution || levels.size() > 1; }
};

// clang-format off
/// A number that an experiment asks of every run (or, a ratio, of two policies).
///
/// | kind        | meaning                                                        | keys                         |
/// | ----------- | -------------------------------------------------------------- | ---------------------------- |
/// | value       | the indicator in one year                                      | indicator, year              |
/// | total, mean | over the years from..to, both included                         | indicator, from, to          |
/// | probability | of runs whose indicator is at least / at most a bound          | indicator, year, at_least or at_most |
/// | ratio       | mean difference from the baseline of one response over that of another: euros per job | numerator, denominator |
// clang-format on
struct Response {
  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

  std::string id;
  std::string kind = "value";
  std::string indicator;
  int year = 0, from = 0, to = 0;
  double at_least = kNone, at_most = kNone;
  std::string numerator, denominator;  ///< ids of other responses
  std::string better;                  ///< "max", "min" or "": neither
  std::string label;                   ///< for tables; the id when left out
  std::string unit;                    ///< the indicator's when left out
  /// How narrow its interval is to be, of [replications] rule = "precision": in its unit, or as a
  /// share of its mean.
  double half_width = kNone, relative_half_width = kNone;
  bool narrowed() const;  ///< either is given
};

/// How many replications a strategy gets when it is results that say so: `[replications]`. Rules
/// and their sources are in stages.h.
///
///     [replications]                # in place of design.replications
///     rule         = "kim_nelson"   # or precision, rinott, ocba
///     response     = "jobs_2030"    # which one selects; rank_by when left out
///     indifference = 500            # kim_nelson, rinott: what need not be told apart
///     first        = 20             # replications of everybody before anything is decided
///     step         = 10             # at least so many more before the next decision
///     most         = 1000           # of one strategy
///     confidence   = 0.95
///
///     rule         = "precision"    # until every interval of responses with a half_width is
///     narrow of           = "difference"   # of means ("level") or of differences from the
///     baseline
///
///     rule         = "ocba"         # a budget where it tells the best one apart
///     budget       = 5000           # replications of all strategies together
struct ReplicationRule {
  std::string name;      ///< "": as many as design.replications says
  std::string among;     ///< strategies are "policies" or design "points"
  std::string response;  ///< which one selects
  std::string of = "level";
  double indifference = 0, confidence = 0.95;
  int first = 10, step = 10, most = 0, budget = 0;
};

/// A policy and one level of every factor.
struct DesignPoint {
  std::string policy;
  std::size_t configuration;        ///< index of the combination of levels, from 0; of a sample
  std::vector<std::string> levels;  ///< one per factor, as written in TOML
  std::vector<Override> overrides;  ///< those of the command line, then the levels
};

/// A question, and the runs that answer it. In TOML:
///
///     question = "What does a euro of aid buy?"
///     scenario = "../town.toml"            # relative to this file
///     rank_by  = "jobs_2030"               # a response; the first when left out
///
///     responses = [
///       { id = "jobs_2030", indicator = "jobs", year = 2030, better = "max" },
///     ]
///
///     [design]
///     policies     = ["no_intervention", "aid"]
///     baseline     = "no_intervention"     # or one level of a factor: "demand.peer_effect=0.0"
///     replications = 100                   # replication r meets the same luck at every point
///     seed         = 20240101
///     events       = "first"               # keep the chronicle of replication 0; "all", "none"
///     crn          = "sync"                # common random numbers; "policies": of a sample;
///     "none"
///
///     [factors]                            # crossed with one another and with the policies
///     "demand.peer_effect" = [0.0, 0.5]
///
/// Beside the full factorial, `kind = "grid"`, there are designs of samples. A sample is a level of
/// every factor; every policy meets it (`combine = "cross"`), or sample i policy i modulo their
/// number ("zip").
///
///     kind = "list"      # sample i: level i of every factor
///     kind = "file"      # file = "points.csv": a column per factor, a row per sample
///     kind = "sobol"     # or random, lhs, saltelli, morris (sampling.h); n = 512; design_seed = 1
///
///     "demand.own_price" = { dist = "uniform(-2.5, -0.8)", unit = "%/%" }
struct Experiment {
  std::string file;
  std::string text;    ///< as written
  std::string merged;  ///< with its includes, in Config's canonical order
  std::string question;
  std::string model;     ///< of the built-in ones; "": the program's own
  std::string defaults;  ///< the scenario as TOML that stands where `scenario` is ""
  std::string scenario;  ///< the file, relative to where the command was given
  std::string rank_by;   ///< "" without responses

  std::vector<std::string> policies;
  std::string baseline;
  int replications = 0;  ///< of every design point; with a rule the most that one may get
  ReplicationRule rule;
  int seed = 0;
  std::string events = "first";
  /// Common random numbers: "sync", replication r meets the same luck at every point; "policies",
  /// only the policies of a sample share theirs, so that samples are independent draws (a reference
  /// table, a forecast); "none", every point has luck of its own.
  std::string crn = "sync";
  std::vector<Factor> factors;  ///< in alphabetical order of their paths
  std::vector<Response> responses;
  std::vector<Override> overrides;  ///< of every design point (`--set`)
  std::vector<Indicator> indicators, monthly_indicators;

  std::string kind = "grid";
  SamplingPlan plan;              ///< of sampled designs: random, lhs, sobol, saltelli, morris
  std::string combine = "cross";  ///< policies with samples: cross or zip
  std::string points_file;        ///< of kind file, as written
  std::string points_text;        ///< its content

  /// Whether points come sample by sample: every kind but grid.
  bool by_sample() const { return kind != "grid"; }
  bool sampled() const { return by_sample() && kind != "list" && kind != "file"; }
  std::size_t samples() const;  ///< of a grid: combinations of levels
  std::size_t point_count() const;
  /// Grid: the policy varies slowest, the last factor fastest. Samples: the policy varies fastest,
  /// so that a longer design begins with the shorter one.
  DesignPoint point(std::size_t index) const;
  std::vector<DesignPoint> points() const;  ///< all of them
  // Parts of a point, for those who need no more; the first point of a configuration.
  const std::string& policy_of(std::size_t index) const;
  std::size_t configuration_of(std::size_t index) const;
  std::size_t first_point(std::size_t configuration) const;
  /// The number that the model is given as the replication: it names the luck. Under crn = "none"
  /// a hash of point and replication (Philox: never by addition, sums collide).
  std::uint64_t luck_of(std::size_t point, int replication) const;
  /// Changes the number of samples (blocks, trajectories) of a sampled design.
  /// @throws InputError for other kinds, and for an lhs that is not doubled.
  void resize(std::size_t n);

  std::shared_ptr<const Sample> sample = nullptr;  ///< of a sampled design
};

/// The name of a model and the scenario that it has of its own.
struct OwnScenario {
  std::string model, defaults;
};

/// Reads an experiment and checks it against the family's policies and indicators and against the
/// scenario's months and keys.
/// @param own what stands when the experiment names no scenario
/// @throws InputError with every problem found.
Experiment read_experiment(const std::string& file, const ModelFamily& family,
                           std::span<const Override> overrides = {}, const OwnScenario& own = {});

/// The same of a text; a scenario that it names is relative to `file`, unless `scenario` is given.
Experiment read_experiment_text(const std::string& text, const std::string& file,
                                const ModelFamily& family, std::span<const Override> overrides,
                                const OwnScenario& own,
                                const std::optional<std::string>& scenario = std::nullopt,
                                const std::string& points_text = {});

/// The built-in model that an experiment's file asks for; "" when it names none.
std::string model_of(const std::string& file);

/// The same from an experiment's text, against given names: how a store is read back. Checks
/// nothing that needs the scenario.
Experiment parse_experiment(const Config& config, std::span<const Indicator> indicators,
                            std::span<const std::string> policies, Problems& problems,
                            const std::string& points_text = {});

/// Whether a file that parses is an experiment, rather than a scenario.
bool is_experiment(const Config& config);

/// The merged scenario as TOML: of a grid one text per combination of levels
/// (DesignPoint::configuration), of other designs one, to which a sample's levels are overrides.
/// @throws InputError when a path names nothing in the scenario.
std::vector<std::string> configuration_texts(const Experiment& experiment);

/// "path=value", as `--set` takes it. @throws InputError when there is no '='.
Override parse_override(const std::string& text);

/// How a level is shown: text without its quotation marks.
std::string shown_level(const std::string& level);

/// What a baseline names: a level of a factor ("aid=none": path and value), or a policy (an empty
/// path).
Override split_baseline(const std::string& baseline);

/// @throws InputError naming the nearest policy when the family has none of this name.
void require_policy(const ModelFamily& family, const std::string& policy);

/// A word as a POSIX shell reads it back.
std::string shell_word(const std::string& word);

/// The command that runs one replication of a design point alone.
std::string replay_command(const Experiment& experiment, std::size_t point, int replication);

/// The same on a line of its own, as it ends the reason of a failure.
std::string how_to_repeat(const Experiment& experiment, std::size_t point, int replication);

}  // namespace tavolo::engine
