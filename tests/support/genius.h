#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/negotiation/agenda.h"
#include "engine/negotiation/negotiator.h"

namespace tavolo::test {

/// A published negotiation domain in the XML format of GENIUS (domain and profiles), with linear
/// additive utilities over discrete issues.
struct GeniusDomain {
  engine::negotiation::Agenda agenda;                   ///< levels are 0, 1, 2, … of each issue
  std::vector<std::vector<std::string>> values;         ///< issue x level: the value's name
  std::vector<engine::negotiation::Utilities> parties;  ///< in the order of the profiles

  /// The names of an outcome's values, joined by '|'.
  std::string outcome_text(std::size_t outcome) const;
};

/// The folder with the published domains and the reference runs; it may be absent.
std::filesystem::path genius_folder();

/// The five domains of the folder: "acquisition_a", "camera_c", "itex_cypress", "laptop_c",
/// "smart_grid_3p".
std::vector<std::string> genius_domains();

/// @throws std::exception when a file is missing or malformed.
GeniusDomain read_genius_domain(const std::string& name);

}  // namespace tavolo::test
