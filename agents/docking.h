#pragma once

#include <string>
#include <vector>

/// Docking: what the code of this model gives where the literature has an exact answer. Every
/// number in `ours` comes from a function that the simulation itself, or one of its yardsticks,
/// is made of. To add a topic: write a function that returns its cases and list it in docking.cpp.

namespace tavolo::agents {

/// One known answer.
struct DockingCase {
  std::string topic;     ///< "real option"
  std::string source;    ///< paper; "closed form" where `published` is evaluated from its formula
  std::string quantity;  ///< what is compared, with the parameters
  double published = 0;
  double ours = 0;
  double tolerance = 0;  ///< of ours - published

  double error() const { return ours - published; }
  bool is_met() const;  ///< |error| <= tolerance; not if either is NaN
};

/// Published data, which do not come with this code.
struct DockingData {
  /// With blp_products.csv, blp_agents.csv and cap71.txt; empty: no cases from data.
  std::string folder;
  std::string automobiles = "configs/demand/blp_automobiles.toml";  ///< what is asked of them
};

/// All cases, topic by topic.
/// @throws InputError when the data cannot be read
std::vector<DockingCase> docking_cases(const DockingData& data = {});

/// As people read it: a line per case, and how many of them are met.
std::string docking_table(const std::vector<DockingCase>&);
/// As programs do: an array of objects {topic, source, quantity, published, ours, error, tolerance,
/// ok}.
std::string docking_json(const std::vector<DockingCase>&);

}  // namespace tavolo::agents
