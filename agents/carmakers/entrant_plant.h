#pragma once

#include <vector>

#include "agents/world.h"

/// What an entrant builds in a plant of its own in Europe, and what that does to its costs and its
/// standing. Sites that may be taken have a reserve row in Scenario::plants (siting.h).

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
/// that no ship is needed for), those that save most first, up to `capacity_per_year`. Saving: cost
/// delivered from where it is built otherwise, less cost delivered from here. Kits cost
/// kit_cost_discount less than the whole vehicle shipped from the maker's export plant, duty
/// included (parts for assembly alone do not escape it: Regulation (EU) 2016/1036, Article 13, on
/// circumvention), and kit_hours_per_vehicle of local labour. Sales are today's expectation times
/// `growth`; `worth_eur` is added to the saving of each vehicle in the choice, not in `saving_eur`.
std::vector<Relocation> relocations(const Scenario&, const World&, int carmaker, int plant,
                                    bool kit, double capacity_per_year, double growth,
                                    double worth_eur);

/// Row of scenario.plants reserved for a site.
int plant_of_site(const Scenario&, int site);

/// A plant that opens has its first crew: workers up to `workers`, hired while it was built. They
/// count as there when the month opened (Opening::headcount).
void hire_first_crew(World&, int plant, double workers);

/// Opens the plant of a project that is done, sources to it what it takes over and gives it the
/// workers for it.
void open_entrant_plant(const Scenario&, World&, const ProjectState& project);

/// Sources an entrant's programmes to its running plant anew, as sales have grown. A programme that
/// comes gains home_made_taste in the plant's country, one that leaves loses it; kits do not count
/// as made there.
void fill_entrant_plant(const Scenario&, World&, int carmaker, int plant);

/// A year of presence with a plant (kits do not count): the constants of the entrant's vehicles
/// grow by entrant_brand_growth in all European markets, kGrowingYears times in all.
void age_entrant(const Scenario&, World&, int carmaker);

}  // namespace tavolo::agents
