#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/config.h"
#include "engine/model.h"

namespace tavolo::engine {

/// y = sin x1 + a sin² x2 + b x3⁴ sin x1, x uniform on (-pi, pi): Ishigami & Homma (1990), "An
/// importance quantification technique in uncertainty analysis for computer models", ISUMA. With
/// a = 7, b = 0.1: mean 3.5, first-order indices .3139 .4424 0, total .5576 .4424 .2437; Morris'
/// mu* over the unit cube, four levels: 7.704 7.875 6.249.
///
/// `noise` adds a normal deviate of that size, for a share of the variance that is luck.
struct Ishigami {
  static constexpr const char* kName = "ishigami";
  struct Parameters {
    double x1 = 0, x2 = 0, x3 = 0, a = 7, b = 0.1, noise = 0;
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
