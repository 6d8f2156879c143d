#pragma once

#include <vector>

#include "agents/world.h"
#include "engine/random.h"

namespace tavolo::agents {

/// What one site is worth to an entrant against going on as it does. [EUR, present values]
struct SiteValue {
  int site = -1;                   ///< row of scenario.sites; -1: exports from home
  EntrantState::Mode mode = EntrantState::Mode::exports;
  int country = -1;
  double units_per_year = 0;
  double capex_eur = 0;
  double operating_npv_eur = 0;    ///< margins over the horizon: duty and freight saved, labour,
                                   ///< home-made taste, affinity
  double aid_eur = 0;              ///< offered by rule or lever, within the cap
  double npv_eur = 0;              ///< with aid, less capex
};

/// Kit assembly and a plant at every site open to the entrant, best first; `courted`: also the
/// sites that it only considers when the government of that country courts it. Without aid from
/// the governments in `tables_decide` countries, whose aid is bargained.
std::vector<SiteValue> site_values(const Scenario&, const World&, int carmaker);

/// Builds an entrant's plant or kit line: makes the project (and, when it is done, the plant).
/// `aid_eur` is paid as capex is spent by `government` (-1: by a state outside the model).
void settle_entrant(const Scenario&, World&, int carmaker, const SiteValue&, double aid_eur,
                    int government, int agreement);

/// Phase: entrants review their way into Europe: export, kit assembly or a plant, where; a site
/// that no strategic government must be asked for is taken at once when its value passes the
/// trigger of the option to wait. Sites of strategic governments are left to the siting tables.
void site_entrants(const Scenario&, World&, const engine::Streams&);

}  // namespace tavolo::agents
