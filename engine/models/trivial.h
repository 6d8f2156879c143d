#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/config.h"
#include "engine/model.h"

namespace tavolo::engine {

/// A model that takes no time: what a sweep itself costs. Records x + u in `metrics` indicators, u
/// uniform on (0, 1) and independent; the policy `shift` adds `shift` to all of them.
struct Trivial {
  static constexpr const char* kName = "trivial";
  struct Parameters {
    double x = 0, shift = 1;
    int metrics = 30;
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
