#pragma once

#include <span>
#include <vector>

#include "agents/world.h"

/// What unions want, how hard they stand, and who speaks for a majority.

namespace tavolo::agents {

/// Utility of pay and jobs above what members would have outside and the core that is safe anyway:
/// (pay - outside)^weight (jobs - core)^(1 - weight), nil below either. Stone-Geary, as fitted to
/// unions by Dertouzos & Pencavel (1981), JPE 89, 1162-1181. `pay` is a multiple of the wage level,
/// `jobs` a multiple of present jobs.
double stone_geary(const LabourParameters&, double pay, double jobs);

/// Jobs that a paid exit takes from the members, as they see it: one less what the payment makes up
/// of the income lost until the pension or a new job. Negative if it pays to leave.
double exit_loss(const LabourParameters&, double payment_eur, double yearly_pay_eur);

/// Share of the vote at a plant that a union has, of those that have any there.
double backing(const Scenario&, int union_row, int plant);

/// How hard a union stands at these plants, 0 signs anything … 1 asks for all that a dispute could
/// win: its militancy, and of what is left to 1 the share that members' grievance adds, unrest and
/// the real wage lost since the last agreement (Cramton & Tracy 1992: strikes follow a fall of the
/// real wage). Plants count by their headcount.
double resolve(const Scenario&, const World&, int union_row, std::span<const int> plants);

/// Share of the real wage lost since the plant's last agreement.
double wage_erosion(const Scenario&, const World&, int plant);
/// Real wage now: the plant's wage factor on wages over prices.
double real_wage(const Scenario&, const World&, int plant);

/// A union with members at some plants.
struct Delegate {
  int union_row = -1;
  double weight = 0;  ///< voters at these plants
};

/// Those with backing at the plants, the least militant first (ties by row).
std::vector<Delegate> delegates(const Scenario&, const World&, std::span<const int> plants);
/// How many of the first delegates it takes to speak for more than half of the voters.
std::size_t smallest_majority(std::span<const Delegate>);

/// Members remember: satisfaction moves towards 1 (good news) or 0 by the size of a grievance.
void please_unions(const Scenario&, World&, std::span<const int> unions, bool good);
/// Adds to the unrest of a plant, at most to 1.
void add_unrest(World&, int plant, double rise);

}  // namespace tavolo::agents
