#pragma once

#include <span>
#include <string_view>

#include "agents/world.h"
#include "engine/random.h"

/// Agreements over time: what binds, what it reserves, whether it is kept, what a breach costs and
/// what everybody learns from it (model.md, promises; economics.md, section 10).

namespace tavolo::agents {

/// Who reaches this share of promised output when it is due is late, not in breach.
constexpr double kNearlyKept = 0.9;

/// Whether an agreement of this kind binds the government now; its row in World::agreements or -1.
int agreement_in_force(const World&, int government, std::string_view kind);

/// Probability, by its record, that a maker keeps its word to a government; and the other way.
double trust_in_maker(const World&, int government);
double trust_in_government(const World&, int government);
/// Of a maker's unions that it keeps its word; of a plant's maker that its workers do.
double trust_of_unions(const World&, int carmaker);
double trust_in_workers(const World&, int plant);

/// What is expected to be missing of `amount` when the outcome is normal with this mean and
/// standard deviation: E[max(0, amount - outcome)].
double expected_shortfall(double amount, double mean, double std_dev);

/// Share of a clawback claim that is expected to come back: a shortfall must be verified, more
/// surely under public pressure (0..1), and half is waived where the clause is not strict.
/// Good Jobs First (2012), Money-Back Guarantees for Taxpayers.
double enforced_share(const TableParameters&, double pressure);

/// What a government could still promise until December of `last_year`: what is left of this year's
/// budget and the budgets after it, less what agreements in force may still claim. [EUR]
double free_money_eur(const Scenario&, const World&, int government, int last_year);
/// Reserves of the budget, in World::committed_eur, the instalments that agreements claim in
/// December of `year`, instead of what they had reserved before. (Aid to entrants is reserved by
/// the project that it pays for.)
void reserve_instalments(const Scenario&, World&, int year);

/// In January: makers decide whether they go on keeping the jobs they have guaranteed. One does, if
/// workers it does not need, to the end of the promise, cost it less than a breach would: the
/// clawback it must expect, the aid it would forgo, and unrest in its plants (self-enforcing
/// agreements: Baker, Gibbons & Murphy 2002; Levin 2003). Writes PlantState::guaranteed_jobs.
void keep_guarantees(const Scenario&, World&);

/// What unrest of one grievance in these plants costs their maker: protest strikes to be expected
/// until it has faded, times the margin of a day. [EUR]
double grievance_cost_eur(const Scenario&, const World&, std::span<const int> plants);

/// Probability that hours per vehicle fall by `cut` (0..1) within `years` of a performance clause:
/// their logarithm falls by a normal amount a year, labour.performance_rate on average.
double chance_of_cut(const LabourParameters&, double cut, int years);

/// Phase: obligations are measured: kept, late or broken. A year's aid is paid if none is late or
/// broken; a shortfall that is verified and enforced is clawed back; trust learns (Beta posterior,
/// Josang & Ismail 2002, whose record above the prior fades by tables.trust_memory a year); unions
/// answer broken promises. Output is measured in the due year, or kept the year before; who reaches
/// nine tenths gets a year more. Models and investment under way get a year more. Jobs are measured
/// every December: one year below the guarantee is late, two are broken. When most of what was
/// promised of one kind is broken, the agreement ends. Under a performance clause hours per vehicle
/// fall by the year's luck; where they are down to the target in the due year, the maker gives the
/// plant the model that it has promised, if that is still to be had; else it is withheld.
/// Luck: Chance::audit (agreement, obligation), Chance::performance (plant).
void audit_agreements(const Scenario&, World&, const engine::Streams&);

}  // namespace tavolo::agents
