#pragma once

#include <vector>

#include "agents/world.h"
#include "engine/random.h"

/// An entrant's way into Europe: exports, kit assembly or a plant, and where. model.md section 4,
/// siting by entrants; economics.md sections 4 and 6.

namespace tavolo::agents {

/// Gives every row of sites that names no host a plant in Scenario::plants, of the same id, that
/// opens only when an entrant decides for it: tracked, with the site's capacity and region, the
/// entrant's platforms, and hours and fixed cost of a new plant (investment.new_plant_*). Called
/// once, before anything is sized by the plants; sites that have one are left as they are.
void add_site_plants(Scenario&);

/// What every entrant alone knows of its sites, partners and land and politics: affinity, drawn for
/// the whole run from a triangle over its stated range with the row's figure as its peak (Site::
/// affinity_low, affinity_high; investment.site_affinity_spread). The same under every policy.
/// Writes site_affinity_eur. Luck: Chance::site_affinity.
void draw_affinities(const Scenario&, World&, const engine::Streams&);

/// What one site is worth to an entrant against going on as it does. [EUR, dated at the opening]
///
///     operating = A (units (saving + affinity) + extra units x margin + s f filled - fixed cost)
///     npv = operating - capex + aid
///
/// with A = annuity(hurdle rate, investment.horizon_years). Units: sales in Europe two years after
/// the opening, as the entrant counts on (entrant_growth_per_year), of what its export plant makes,
/// up to capacity; saving: cost delivered from where it comes from less cost delivered from the
/// site (entrant_plant.h): duty and ship saved, local labour, parts and energy paid. Extra units,
/// first order in the logit: a change of utility by du sells du / nest_segment more of what is
/// there. Presence lifts what is made there by entrant_brand_growth over the years of it in the
/// horizon (five at most; nothing for a maker that builds in the EU already), and home_made_taste
/// does in the country of the plant. Kits: kit_capex_share of the capex and of the fixed cost;
/// buyers do not see a maker that settles down in them, so they sell no extra units. Capacity is
/// what is planned, up to capacity_per_year of the site's row, and of a plant a third of that at
/// least; fixed cost goes with it.
///
/// A line in a host plant has no fixed cost of its own, labour takes the host's hours and wages,
/// and there is no more capacity than room beside what is planned in the host. What it makes fills
/// the host: f its fixed cost per vehicle at industry.utilisation_target, filled the units up to
/// there (as product_plan.h has it), s the part of that gain that counts: all of it for the host's
/// owner, the parent's share where the parent owns it.
struct SiteValue {
  int site = -1;  ///< row of scenario.sites; -1: exports from home
  EntrantState::Mode mode = EntrantState::Mode::exports;
  int country = -1;
  double units_per_year = 0;
  double capex_eur = 0;
  double operating_npv_eur = 0;  ///< all but capex and aid
  double aid_eur = 0;            ///< offered by rule or lever, within the cap
  double npv_eur = 0;            ///< with aid, less capex
  double capacity_per_year = 0;
  double lead_months = 0;  ///< from the decision to the first vehicle
  /// Parts of operating_npv_eur, in its order.
  double saving_eur = 0, affinity_eur = 0, extra_eur = 0, filled_eur = 0, fixed_eur = 0;
};

/// Whether a strategic government reserves money to court makers this year: its sites are
/// bargained at a siting table.
bool courts_entrants(const Scenario&, const World&, int country);

/// Whether a country offers sites aid by its rule: where governments race (siting_protocol), what
/// they pay is settled there, and where one courts, at its table.
bool offers_by_rule(const Scenario&, const World&, int country);

/// Kit assembly and a plant at every site open to the entrant, best first: also at sites marked
/// `courted_only` while the country's government courts. Aid by lever or rule (market/aid.h) where
/// it is offered by rule. Nothing for an entrant with a plant from a site or a project under way;
/// no kits for one that has a kit line, builds whole vehicles in the EU or exports from nowhere; no
/// line in a host that has closed or has no room.
std::vector<SiteValue> site_values(const Scenario&, const World&, int carmaker);

/// Whether a site is worth more than the trigger of the option to wait asks: operating value of at
/// least option multiple x (capex - aid).
bool passes_trigger(const Scenario&, const SiteValue&);

/// Begins an entrant's plant or kit line: a project that opens it after its lead time
/// (plant_lead_months, kit_lead_months; sourcing_lead_months of a line in a host). `aid_eur` is
/// paid as capex is spent: by `government` if it is strategic, from its budget; `government` -1: by
/// the treasury of the site's country. `agreement`: row of World::agreements that it fulfils, -1:
/// none.
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
/// Writes projects, entrants, plants, programmes (plant_share, kits_at), constant.
void site_entrants(const Scenario&, World&, const engine::Streams&);

}  // namespace tavolo::agents
