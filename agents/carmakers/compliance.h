#pragma once

#include <vector>

#include "agents/world.h"
#include "engine/random.h"

namespace tavolo::agents {

/// Leader of the CO2 pool that a maker belongs to; itself without a pool. Where pooling is open all
/// belong to one, led by the first row.
int pool_of(const Scenario&, int carmaker);

/// Whether cars sold in this market count for the EU's fleet averages.
bool counts_for_co2(const Scenario&, int market);

/// Cars of a pool that count for the EU.
struct PoolFleet {
  double grams = 0, cars = 0;                    ///< as they are
  double weighted_grams = 0, weighted_cars = 0;  ///< one of low emission as several
  void add(double sold, double g_per_km, const SuperCredits&);
  double average_g_per_km() const { return grams / cars; }  ///< there are cars
  /// What super-credits would take off the average, were there no cap.
  double super_credit_g_per_km() const;
};
/// What super-credits do take off the average of such cars, g/km: as far as the cap, which holds
/// over all years, has room. The law's cap is a maker's, here a pool's.
double super_credit_g_per_km(const SuperCredits&, int pool, const PoolFleet&);

/// Sets room and dilution to what makers expect of the year.
void expect_super_credits(SuperCredits&, int pool, const PoolFleet&);

/// What one car more costs its pool, at the shadow price of a gram per car: the derivative of cars
/// x (average that counts - target) where that is nothing. With N cars that count as W, one of g
/// g/km that counts as w costs w N / W (g - target) while the cap has room, and then g - target -
/// cap; within a fifth above the cap, between the two. EUR, negative for a car below the target.
/// Makers take it for lasting when they value a launch or a site.
double co2_cost_eur(const World&, int pool, double g_per_km);

/// How a pool settles its year. By member: grams above (positive) or below the target.
struct PoolSettlement {
  std::vector<double> premium_eur;  ///< due to the EU
  std::vector<double> pooling_eur;  ///< paid to the other members; negative: received. Sums to zero
};
/// What the pool as a whole misses is due by the members above their target, in proportion to what
/// each is above it: EUR per gram and car (Regulation (EU) 2019/631, Article 8). The rest of what
/// they are above, members below the target make up for at `price_eur_per_g`, each in proportion to
/// what it has to spare: the pool's shadow price of a gram, which is what complying by oneself
/// costs at the margin.
PoolSettlement settle_pool(const std::vector<double>& excess_grams, double price_eur_per_g,
                           double premium_eur_per_g);

/// Phase: the averages of the year's new cars by pool against the target; a pool that misses it
/// pays the premium, and members buy one another's grams.
///
/// Left out: vans, which have a target of their own; the shift of a maker's target with the mass
/// of its cars; the benchmark for zero-emission cars from 2025 on and eco-innovations; averaging
/// over 2025 to 2027.
///
/// Reads deliveries_year. Writes co2_average_g_per_km (by leader, super-credits off; 0 without
/// cars), super_credits.used_g_per_km, the books.
void settle_co2(const Scenario&, World&, const engine::Streams&);

}  // namespace tavolo::agents
