#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/config.h"
#include "engine/model.h"

namespace tavolo::engine {

/// The shallow lake problem: a town chooses how much phosphorus to release into its lake, which
/// turns for good beyond a threshold. Carpenter, Ludwig & Brock (1999), Ecol. Appl. 9(3), 751-771,
/// as posed by Quinn, Reed & Keller (2017), Environ. Model. Softw. 92, 125-141:
///
///     X' = X + a + X^q / (1 + X^q) - b X + e,   e lognormal with `mean` and `stdev`
///
/// with releases a in 0 .. 0.1 each year. The threshold is the least X > 0 at which recycling
/// X^q / (1 + X^q) overtakes the loss b X.
///
/// Policies: `none` releases nothing, `constant` releases `release` every year, `adaptive` follows
/// Quinn et al.'s two cubic radial basis functions of X (c1, r1, w1, c2, r2), at least 0.01.
struct Lake {
  static constexpr const char* kName = "lake";
  struct Parameters {
    double b = 0.42, q = 2, mean = 0.02, stdev = 0.001, delta = 0.98, alpha = 0.4;
    double start = 0, release = 0.02;
    double c1 = 0.25, r1 = 0.5, w1 = 0.5, c2 = 0.25, r2 = 0.5;
    int years = 100;
  };
  static std::vector<Field<Parameters>> fields();
  static std::vector<std::string> policies();
  static std::vector<Indicator> indicators(const Parameters&);
  static void check(const Config&, const Parameters&, Problems&) {}
  static Record run(const Parameters&, const std::string& policy, std::uint64_t seed,
                    std::uint64_t replication);
  static const char* experiment();

  /// The least X > 0 with X^q / (1 + X^q) = b X; infinite when the lake always recovers.
  static double threshold(double b, double q);
};

}  // namespace tavolo::engine
