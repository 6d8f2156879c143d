#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/error.h"
#include "engine/minutes.h"
#include "engine/month.h"

namespace tavolo::engine {

/// One change to a scenario: the same mechanism serves files, factors, `--set` and Python.
struct Override {
  std::string path;   ///< "demand.peer_effect", "mills.north.capacity_per_year"
  std::string value;  ///< as written in TOML: 3, 0.5, true, "text", [1, 2]
};

/// What is recorded at the end of every simulated year.
struct Indicator {
  std::string name;
  std::string unit;
  std::string meaning;
};

/// Something that happened, as a line of the chronicle.
struct Event {
  Month month;
  std::string kind;  ///< one word: "agreement", "strike", "launch"
  std::string text;
};

/// What one run leaves behind.
struct Record {
  std::vector<int> years;
  std::vector<double> values;              ///< years x indicators, one year after another
  std::vector<Event> events;               ///< in order of time
  std::uint64_t fingerprint = 0;           ///< of the final state, bit for bit
  std::vector<Minutes> negotiations = {};  ///< in order of their end
  Month first_month = {};
  std::vector<double> monthly = {};  ///< months x monthly indicators, one month after another
};

/// A scenario that is ready to run: read, checked, initialised. Immutable, so that all policies,
/// replications and threads share it.
class Model {
 public:
  virtual ~Model() = default;
  /// One simulated future. The result depends on (scenario, policy, seed, replication) alone.
  /// `policy`: one of ModelFamily::policies.
  /// @throws RunError when the run goes wrong (NaN, a broken identity).
  virtual Record run(const std::string& policy, std::uint64_t seed,
                     std::uint64_t replication) const = 0;
};

/// A family of models, as the experiments see it: they know no industry.
class ModelFamily {
 public:
  virtual ~ModelFamily() = default;
  /// What is recorded of every year under `scenario` (a file) with the overrides applied: some
  /// indicators follow its rows. @throws InputError with every problem found.
  virtual std::vector<Indicator> indicators(const std::string& scenario,
                                            std::span<const Override> overrides) const = 0;
  /// What is recorded of every month, under any scenario.
  virtual std::vector<Indicator> monthly_indicators() const { return {}; }
  virtual std::vector<std::string> policies() const = 0;
  /// Reads `scenario` with the overrides applied. @throws InputError with every problem found.
  virtual std::unique_ptr<const Model> prepare(const std::string& scenario,
                                               std::span<const Override> overrides) const = 0;
};

}  // namespace tavolo::engine
