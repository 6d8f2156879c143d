#pragma once

#include <span>
#include <vector>

#include "agents/market/aid.h"
#include "agents/world.h"

/// What the next generation of a programme is worth in a plant, and which plants a maker chooses
/// for several of them together: a single-source capacitated location problem with set-ups
/// (engine/location/sourcing.h). model.md section 4, plant allocation; economics.md section 3.

namespace tavolo::agents {

/// What it is worth to its maker to build the next generation of a programme in a plant, over the
/// life of a generation, discounted at the maker's hurdle rate. [EUR]
///
///     npv = A (sum of units x margin) + A f filled - capex + grant + A units (inertia + pressure)
///           + A revenue x luck
///
/// dated at the start of production, with A = annuity(hurdle rate, investment.horizon_years);
/// margin: prospects.h, with sales and prices as expected today; f: the plant's fixed cost per
/// vehicle at industry.utilisation_target, and `filled` the units that fill the plant up to that
/// target: output below it leaves fixed cost uncovered, c(u) = c + f max(0, u* - u) of economics.md
/// section 3; inertia: sourcing_inertia_eur in the plant that builds the running generation;
/// pressure: pressure_eur, times what the plant's government exerts; luck: how well the plant suits
/// this generation beyond what its data say, a normal draw by programme, generation and plant after
/// the idiosyncratic costs of plants for varieties in Head & Mayer 2019, AER 109 (World::
/// sourcing_luck). It decides, and is in no cost afterwards: what a plant's vehicles cost beyond
/// its data is in the base year's residual cost.
struct SourcingValue {
  int plant = -1;
  bool as_now = false;        ///< all present plants keep their proportions; `plant` is the largest
  double units_per_year = 0;  ///< expected sales of the programme
  double margin_npv_eur = 0;  ///< of price before VAT less delivered cost
  double capex_eur = 0;       ///< retooling; more where the platform is new to the plant
  double grant_eur = 0;       ///< aid that the plants' governments offer by rule or lever
  double inertia_eur = 0;     ///< advantage of the incumbent; pressure of governments
  double luck_eur = 0;        ///< how well plant and generation suit each other
  double utilisation_eur = 0;  ///< fixed cost of the plant that it covers
  double npv_eur = 0;          ///< the whole
};

/// The value of every plant that may build the next generation (Programme::next_plants, or where
/// it is built now), best first, beside what is planned in the plants (by plant, vehicles per year;
/// not this programme). Left out are plants that are closed or closing, that have no room, and
/// those that neither have the platform (or get it) nor can be tooled for it. A programme that is
/// built in several plants, all of which may build the next generation, may keep them and its
/// proportions: that is the value of the largest of them, at the capex of all.
std::vector<SourcingValue> sourcing_values(const Scenario&, const World&, int programme,
                                           const std::vector<double>& planned);

/// What it is worth where an agreement commits it.
SourcingValue committed_value(const Scenario&, const World&, int programme,
                              const std::vector<double>& planned);

/// Plants of a plan and their shares.
engine::Shares shares_of(const World&, int programme, const SourcingValue&);

/// What a plan costs plant by plant. [EUR]
std::vector<PlantCapex> capex_of(const Scenario&, const World&, int programme,
                                 const SourcingValue&);

const std::string& next_platform(const Scenario&, const World&, int programme);

/// What is decided about one programme.
struct Decision {
  int programme = -1;
  SourcingValue value;            ///< beside the others; plant -1: no plant can build it
  std::vector<PlantCapex> capex;  ///< its part: a platform is paid by one of those that share it
  bool renewed = false;           ///< else it would lose money there, or there is no plant
  int second = -1;                ///< plant of the next best plan; -1: none
  double advantage_eur = 0;       ///< over it, of all programmes together
  /// All plans with room, beside what the others get, best first; a platform that another one
  /// brings is there.
  std::vector<SourcingValue> plans;
};

struct JointPlan {
  std::vector<Decision> decisions;  ///< in the order of the programmes
  double gap = 0;                   ///< of the value, to the best plan; 0: proven the best
};

/// How one maker sources the next generations of programmes together, beside what is planned in the
/// plants without them: the plan of greatest value in sum, where plants have room (capacity,
/// projects under way included), fixed cost is covered up to the utilisation target by all
/// together, a platform that several bring to a plant is tooled once (at the dearest one's cost),
/// and governments give no more than their grant budgets hold. What would lose money is left out;
/// what has no plan with room stays where it is (or else goes where it is worth most). Proven the
/// best within kSourcingNodes nodes, else the best known, with its gap.
JointPlan source_jointly(const Scenario&, const World&, std::span<const int> programmes,
                         const std::vector<double>& planned);

}  // namespace tavolo::agents
