#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "agents/scenario.h"
#include "engine/logit.h"
#include "engine/random.h"
#include "engine/simd.h"

/// The random-utility model that all buyers share: a three-level nested logit (outside option |
/// new vehicles | segment | vehicle), in two equal forms: closed-form probabilities, for what
/// carmakers expect, and realised choices by taste shocks, for what buyers do.
///
/// Train (2009), Discrete Choice Methods with Simulation, ch. 4; McFadden (1978).

namespace tavolo::agents {

/// What is on sale in one market to one class of buyer (cars or vans), sorted by segment.
/// All columns are by offer.
struct Offers {
  std::vector<int> vehicle;        ///< row of vehicles
  std::vector<double> attraction;  ///< utils for everybody: constant, age, how familiar it is
  std::vector<double> price_eur;   ///< paid before incentives, with VAT
  std::vector<double> energy_eur_per_km;         ///< with home charging, where it has a plug
  std::vector<double> public_energy_eur_per_km;  ///< without
  std::vector<double> range_cost_eur;            ///< what the range falls short of 500 km, in money
  std::vector<double> charging_cost_eur;  ///< what a thin public network costs a plug-in driver
  std::vector<double> sensitivity;        ///< utils per EUR for the median income, by segment
  std::vector<std::uint8_t> powertrain;   ///< that it is to its buyer (Vehicle::drives_as)
  std::vector<std::int16_t> brand;
  std::vector<std::uint32_t> segment_begin;  ///< first offer of each segment present, then size
  double nest_new = 1, nest_segment = 1;     ///< dissimilarity parameters, 0 < segment <= new <= 1
  std::size_t size() const { return vehicle.size(); }
  std::size_t segments() const { return segment_begin.size() - 1; }
};

/// What is particular to one buyer.
struct BuyerView {
  double price_factor = 1;  ///< on the sensitivity; falls with income
  double km_horizon = 0;    ///< kilometres whose energy is counted at purchase
  bool home_charging = false;
  double bev_taste = 0;                     ///< utils
  int brand = -1;                           ///< driven now
  int powertrain = -1;                      ///< driven now
  double loyalty = 0, inertia = 0;          ///< utils
  std::array<double, kPowertrains> peer{};  ///< utils, by powertrain
  double outside = 0;                       ///< utils of keeping the old vehicle or buying used
};

/// Systematic utility of every offer for one buyer, without taste shocks. [utils]
/// `discount_eur`: what the buyer would get from incentives, by offer; empty: nothing.
///
/// u = attraction - s (price - discount + km energy/km + range + charging) + loyalty + inertia
///     + peers + taste, with s = sensitivity x price_factor.
void utilities(const Offers&, const BuyerView&, std::span<const double> discount_eur,
               std::span<double> utils);

/// A number of each of sixteen buyers.
struct alignas(64) BuyerLanes : std::array<double, engine::kPad> {};

/// The same, bit for bit, of up to sixteen buyers at once, by offer and lane. Buyers may differ in
/// their discounts: lanes for which `second` is not zero get `second_discount_eur`.
void utilities(const Offers&, std::span<const BuyerView> buyers,
               std::span<const double> discount_eur, std::span<const double> second_discount_eur,
               const std::array<std::int64_t, engine::kPad>& second, std::span<BuyerLanes> utils);

/// Closed-form probabilities of the nested logit.
struct NestedShares {
  std::vector<double> of;              ///< by offer, unconditional
  std::vector<double> within_segment;  ///< by offer, given its segment
  std::vector<double> segment;         ///< by segment, given a new vehicle
  double buys = 0;                     ///< probability of a new vehicle
  double log_sum = 0;                  ///< expected maximum utility, outside option included
};
void nested_shares(const Offers&, std::span<const double> utils, double outside, NestedShares&);

/// The offers as buyers see them who choose one by one, in single precision. Every vehicle of the
/// class, cars or vans, on sale or not, has a number of its own, under which every buyer's taste
/// for it is drawn: so tastes stay the same whatever is on sale.
class Shelf {
 public:
  Shelf(const Offers&, const Scenario&);
  std::size_t size() const { return offers_.size(); }

 private:
  friend class Chooser;
  struct Offer {
    float attraction;   // utils
    float sensitivity;  // utils per EUR for the median income
    // without and with home charging, times the sensitivity: what is paid whatever the kilometres,
    // and per kilometre
    std::array<float, 2> money, energy;
    std::int32_t brand;
    std::uint32_t powertrain, segment;
  };
  std::vector<Offer> offers_;
  std::vector<std::uint32_t> number_;  // of the vehicle, by offer, increasing
  float nest_new_ = 1, nest_segment_ = 1;
};

/// Up to sixteen buyers at once before a shelf, a lane each: draws their tastes and takes for each
/// what it likes best. The taste shocks are drawn under the buyer's own key and the vehicle's
/// number, so they are the same whatever is on sale, at what price, under which policy, and whoever
/// else chooses: a bonus can win buyers of what it subsidises and lose none.
///
/// Shock of vehicle j in segment s: e = n2 (G_j + ln S_s) + n1 ln S, with S positive stable of
/// index n1, S_s of index n2/n1 and G_j standard Gumbel; e has the joint distribution of the
/// nested logit: Cardell (1997), Econometric Theory 13, 185-213.
///
/// Single precision, by vectors (engine/simd.h): utilities are right to 1e-5, which moves a
/// probability by less than 1e-4 of itself.
class Chooser {
 public:
  static constexpr std::size_t kLanes = engine::WordLanes::kLanes;
  template <class T>
  struct alignas(64) Lanes : std::array<T, kLanes> {};

  /// An incentive: a buyer who is entitled pays that much less; of several the largest counts.
  struct Incentive {
    std::span<const float> amount_eur;  ///< by offer; 0: not subsidised
    Lanes<float> extra_eur{};           ///< by buyer, on what is subsidised
    Lanes<std::int32_t> entitled{};     ///< by buyer: -1 yes, 0 no
  };
  /// What some buyers pay besides the price.
  struct Charge {
    std::span<const float> amount_eur;  ///< by offer; empty: nobody pays anything
    Lanes<std::int32_t> due{};          ///< by buyer: -1 yes, 0 no
  };

  /// `luck` is asked for draws without a date: a purchase that is put off meets the same tastes.
  Chooser(const Shelf&, const engine::Streams& luck);

  /// One more buyer, in the lane that is returned. `purchase`: how many choices it made before this
  /// one; names the draws.
  std::size_t approach(const BuyerView&, std::uint32_t buyer, std::uint32_t purchase);
  std::size_t buyers() const { return buyers_; }
  bool full() const { return buyers_ == kLanes; }
  /// Sends all buyers away.
  void clear() { buyers_ = 0; }
  /// By lane the offer taken, or -1 for the outside option. May be asked again with others.
  const Lanes<std::int32_t>& choose(std::span<const Incentive>, const Charge&);
  const Lanes<std::int32_t>& choose(std::span<const Incentive> incentives = {}) {
    return choose(incentives, {});
  }

 private:
  const Shelf& shelf_;
  engine::WordLanes vehicle_words_, nest_words_;
  std::size_t buyers_ = 0;
  Lanes<std::uint32_t> buyer_{}, purchase_{};
  Lanes<std::int32_t> home_charging_{}, brand_{};  // the former a mask
  Lanes<float> price_factor_{}, km_{}, loyalty_{}, outside_{};
  std::array<Lanes<float>, kPowertrains> by_powertrain_{};
  Lanes<std::int32_t> taken_{};
};

}  // namespace tavolo::agents
