#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/config.h"
#include "engine/model.h"

namespace tavolo::engine {

/// A model that fails on request: a run of luck u < `share` ends as `how` says, all others record x
/// plus luck. u depends on seed, replication and x, so that a larger share fails in more of the
/// same runs.
///
/// | how   | the run                                     |
/// | ----- | ------------------------------------------- |
/// | throw | throws an exception                         |
/// | nan   | records what is no number                   |
/// | crash | ends its process by abort()                 |
/// | exit  | ends its process in good order, with 7      |
/// | hang  | never ends                                  |
/// | mixed | does the first three or hangs, by luck      |
struct Failing {
  static constexpr const char* kName = "failing";
  struct Parameters {
    double x = 0, share = 0.2;
    std::string how = "throw";
  };
  static std::vector<Field<Parameters>> fields();
  static std::vector<std::string> policies();
  static std::vector<Indicator> indicators(const Parameters&);
  static void check(const Config&, const Parameters&, Problems&) {}
  static Record run(const Parameters&, const std::string& policy, std::uint64_t seed,
                    std::uint64_t replication);
  static const char* experiment();
};

}  // namespace tavolo::engine
