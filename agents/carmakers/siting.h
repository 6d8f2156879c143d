#pragma once

#include <vector>

#include "agents/world.h"
#include "engine/random.h"

/// An entrant's way into Europe: exports, kit assembly or a plant, and where. model.md section 4,
/// siting by entrants; economics.md sections 4 and 6.

namespace tavolo::agents {

/// Gives every row of sites a plant in Scenario::plants, of the same id, that opens only when an
/// entrant decides for it: tracked, with the site's capacity, the entrant's platforms, and hours
/// and fixed cost of a new plant (investment.new_plant_*). Called once, before anything is sized
/// by the plants; sites that have one are left as they are.
void add_site_plants(Scenario&);

/// What one site is worth to an entrant against going on as it does. [EUR, dated at the opening]
///
///     npv = A (units (saving + affinity) + extra units x margin - fixed cost) - capex + aid
///
/// with A = annuity(hurdle rate, investment.horizon_years). Units: sales in Europe two years after
/// the opening, as the entrant counts on (entrant_growth_per_year), up to capacity; saving: cost
/// delivered from where it builds now less cost delivered from the site (entrant_plant.h): duty and
/// ship saved, local labour, parts and energy paid. Extra units, first order in the logit: a change
/// of utility by du sells du / nest_segment more of what is there, with du = entrant_brand_growth
/// over the years of presence in the horizon (five at most), and home_made_taste in the country of
/// a plant. Kits: kit_capex_share of the capex and of the fixed cost; buyers do not see a maker
/// that settles down in them, so they sell no extra units.
struct SiteValue {
  int site = -1;  ///< row of scenario.sites; -1: exports from home
  EntrantState::Mode mode = EntrantState::Mode::exports;
  int country = -1;
  double units_per_year = 0;
  double capex_eur = 0;
  double operating_npv_eur = 0;  ///< all but capex and aid
  double aid_eur = 0;            ///< offered by rule or lever, within the cap
  double npv_eur = 0;            ///< with aid, less capex
};

/// Whether a strategic government reserves money to court makers this year: its sites are
/// bargained at a siting table.
bool courts_entrants(const Scenario&, const World&, int country);

/// Whether a country offers sites aid by its rule: where governments race (siting_protocol), what
/// they pay is settled there, and where one courts, at its table.
bool offers_by_rule(const Scenario&, const World&, int country);

/// Kit assembly and a plant at every site open to the entrant, best first: also at sites marked
/// `courted_only` while the country's government courts. Aid by lever or rule (market/aid.h) where
/// it is offered by rule. Nothing for an entrant with a plant from
/// a site or a project under way; no kits for one that has a kit line or builds whole vehicles in
/// the EU.
std::vector<SiteValue> site_values(const Scenario&, const World&, int carmaker);

/// Whether a site is worth more than the trigger of the option to wait asks: operating value of at
/// least option multiple x (capex - aid).
bool passes_trigger(const Scenario&, const SiteValue&);

/// Begins an entrant's plant or kit line: a project of plant_lead_months or kit_lead_months, which
/// opens the plant when it is done. `aid_eur` is paid as capex is spent: by `government` if it is
/// strategic, from its budget; `government` -1: by the treasury of the site's country.
/// `agreement`: row of World::agreements that it fulfils, -1: none.
void settle_entrant(const Scenario&, World&, int carmaker, const SiteValue&, double aid_eur,
                    int government, int agreement);

/// Whether an entrant reviews its way into Europe this January: every site_interval_years.
bool reviews_sites(const Scenario&, const World&);

/// Whether the maker's capex budget bears this site with this aid.
bool fits_budget(const Scenario&, const World&, int carmaker, const SiteValue&, double aid_eur);

/// Phase: entrants who are there grow with presence, and their plants take over what sales and room
/// allow. Under siting_protocol "bargaining" the others review their way into Europe: export, kit
/// assembly or a plant, where; the best site that passes the trigger and that the year's capex
/// budget bears is taken at once (otherwise governments race for them: tables/siting_race.h). Where
/// a government courts, the siting table decides: an entrant whose best site may be there (with aid
/// up to the cap) waits for it, but not for a second year in a row.
///
/// Writes projects, entrants, plants, programmes (plant_share), constant.
void site_entrants(const Scenario&, World&, const engine::Streams&);

}  // namespace tavolo::agents
