#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "agents/read_scenario.h"

/// The smallest complete scenario, configs/tiny.toml, for tests that need a whole one.

namespace tavolo::agents {

/// Its text, for tests that spoil it.
inline std::string two_car_town_text() {
  std::ifstream file{TAVOLO_SOURCE_DIR "/configs/tiny.toml"};
  if (!file) throw std::runtime_error{"configs/tiny.toml cannot be read"};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// As read, without what the base year implies.
inline Scenario two_car_town() {
  engine::Problems problems;
  const auto config = engine::Config::parse(two_car_town_text(), "tiny.toml", problems);
  Scenario scenario = read_scenario(config, problems);
  problems.throw_if_any();
  return scenario;
}

}  // namespace tavolo::agents
