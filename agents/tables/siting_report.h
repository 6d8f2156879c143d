#pragma once

#include <string>
#include <vector>

#include "agents/world.h"
#include "engine/random.h"

/// What entrants' sites are worth before they choose, part by part: `tavolo sites`. The figures are
/// those of the race (siting_race.h) for terms without jobs or clawback.

namespace tavolo::agents {

/// One way into Europe: of an entrant, to a country, by kits or a plant. Money in EUR, present
/// value at the opening.
struct SiteLine {
  std::string entrant, country;  ///< country: "Italy, at Melfi" for a line in a host
  bool kit = false;
  double units_per_year = 0;
  double saving = 0, affinity = 0, extra = 0, filled = 0, fixed = 0;  ///< siting.h, SiteValue
  double capex = 0;       ///< as the entrant alone knows it
  double worth = 0;       ///< above the trigger, without aid: the five less option multiple x capex
  double aid_needed = 0;  ///< so that the worth is nothing, at the trust that governments enjoy
  double aid_cap = 0;     ///< that the aid regime allows
  double aid_worth = 0;   ///< beyond which the site is not worth it to the government; 0: no bid
  double worth_with_aid = 0;  ///< with the most that cap, worth and budget of the government bear
};

/// The lines of every entrant that reviews its sites now, best first, one per country and way.
/// Luck: that of the month, Chance::private_value.
std::vector<SiteLine> site_lines(const Scenario&, const World&, const engine::Streams&);

/// The medians of several runs' lines as a table in MEUR, ways ordered by entrant and by worth with
/// aid. Ways that are open in fewer than half of the runs are left out.
std::string site_table(const std::vector<std::vector<SiteLine>>& runs);
/// The same as CSV, in EUR.
std::string site_csv(const std::vector<std::vector<SiteLine>>& runs);

}  // namespace tavolo::agents
