#pragma once

#include <vector>

#include "agents/world.h"

/// What an entrant builds at a site in Europe, and what that does to its costs and its standing. A
/// site is a new plant, with a reserve row in Scenario::plants (siting.h), or a line in a plant
/// that is there (Site::host): then its vehicles are made in that plant, by its workers.

namespace tavolo::agents {

/// Years of presence over which an entrant's brand grows.
constexpr int kGrowingYears = 5;

/// A programme, or a part of it, that a plant takes over.
struct Relocation {
  int programme = -1;
  double share = 0;  ///< of the programme's output
  double units_per_year = 0;
  double saving_eur = 0;  ///< delivered cost elsewhere less here, per vehicle
};

/// The programmes of a maker that are worth building in `plant` for its European markets (those
/// that no ship is needed for), those that save most first, up to `capacity_per_year`: of what its
/// export plant makes, for its other plants keep what they have. Saving: cost delivered from the
/// export plant, less cost delivered from here: whole, or put together
/// from kits (trade.h, cost_if_assembled). Sales are today's expectation times `growth`;
/// `worth_eur` is added to the saving of each vehicle in the choice, not in `saving_eur`.
std::vector<Relocation> relocations(const Scenario&, const World&, int carmaker, int plant,
                                    bool kit, double capacity_per_year, double growth,
                                    double worth_eur);

/// Whether a maker builds whole vehicles in the EU in a plant that is none of its sites.
bool builds_in_eu(const Scenario&, const World&, int carmaker);

/// Vehicles that presence with a plant sells more, per vehicle made there: entrant_brand_growth
/// over the years of presence in the horizon, first order in the logit (siting.h). Nothing for a
/// maker that builds in the EU already.
double presence_growth(const Scenario&, const World&, int carmaker);

/// Row of scenario.plants where the vehicles of a site are made: its host, or the row reserved for
/// it.
int plant_of_site(const Scenario&, int site);

/// What a site is worth to its entrant beyond costs, as it alone knows (siting.h, draw_affinities).
/// [EUR per vehicle]
double affinity_eur(const Scenario&, const World&, int site);

/// A plant that opens has its first crew: workers up to `workers`, hired while it was built. They
/// count as there when the month opened (Opening::headcount).
void hire_first_crew(World&, int plant, double workers);

/// Opens the site of a project that is done, sources to it what it takes over and gives it the
/// workers for it: a new plant all of them, a host those that it lacks.
void open_entrant_plant(const Scenario&, World&, const ProjectState& project);

/// Sources an entrant's programmes to its site anew, as sales have grown, up to
/// `capacity_per_year`. A programme that comes gains home_made_taste in the plant's country, one
/// that leaves loses it; kits do not count as made there.
void fill_site(const Scenario&, World&, int site, bool kit, double capacity_per_year);

/// Entrants with a site in a plant that closes are back where they began: what it made comes from
/// elsewhere.
void leave_sites(const Scenario&, World&, int plant);

/// A year of presence with a plant (kits do not count): the constants of what the entrant makes
/// there grow by entrant_brand_growth in all European markets, kGrowingYears times in all.
void age_entrant(const Scenario&, World&, int carmaker);

}  // namespace tavolo::agents
