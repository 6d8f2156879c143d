#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/config.h"
#include "engine/model.h"

namespace tavolo::engine {

/// One server, Poisson arrivals, exponential service, first come first served. The wait in queue
/// follows Lindley's (1952) recursion, W' = max(0, W + S - A); Proc. Camb. Phil. Soc. 48, 277-289.
/// In the long run its mean is lambda / (mu (mu - lambda)): 9 at lambda = .9, mu = 1, and a share
/// lambda / mu waits. The queue begins empty; `warm_up` customers are not counted.
///
/// Under the policy `faster` the server works `faster_by` times as fast, on the same luck: customer
/// by customer nobody waits longer.
struct Mm1 {
  static constexpr const char* kName = "mm1";
  struct Parameters {
    double lambda = 0.9, mu = 1, faster_by = 1.05;
    int customers = 20'000, warm_up = 4'000;
  };
  static std::vector<Field<Parameters>> fields();
  static std::vector<std::string> policies();
  static std::vector<Indicator> indicators(const Parameters&);
  static void check(const Config&, const Parameters&, Problems&);
  static Record run(const Parameters&, const std::string& policy, std::uint64_t seed,
                    std::uint64_t replication);
  static const char* experiment();
};

}  // namespace tavolo::engine
