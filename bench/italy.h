#pragma once

#include <vector>

#include "agents/automotive_model.h"

namespace tavolo::bench {

inline constexpr const char* kItaly = TAVOLO_SOURCE_DIR "/configs/italy/2024.toml";

/// Italy from 2024 to 2030, read and initialised once for all benchmarks.
inline const agents::Scenario& italy() {
  static const agents::Scenario scenario =
      agents::load_scenario(kItaly, std::vector<engine::Override>{{"until", "2030"}});
  return scenario;
}

}  // namespace tavolo::bench
