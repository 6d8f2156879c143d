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
  std::vector<int> vehicle;               ///< row of vehicles
  std::vector<double> attraction;         ///< utils for everybody: constant + ln(consideration)
  std::vector<double> price_eur;          ///< paid before incentives, with VAT
  std::vector<double> energy_eur_per_km;  ///< with home charging, where it has a plug
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

/// Closed-form probabilities of the nested logit.
struct NestedShares {
  std::vector<double> of;              ///< by offer, unconditional
  std::vector<double> within_segment;  ///< by offer, given its segment
  std::vector<double> segment;         ///< by segment, given a new vehicle
  double buys = 0;                     ///< probability of a new vehicle
  double log_sum = 0;                  ///< expected maximum utility, outside option included
};
void nested_shares(const Offers&, std::span<const double> utils, double outside, NestedShares&);

/// The offers as buyers see them who choose one by one: single-precision columns by place. Every
/// vehicle of the class, cars or vans, on sale or not, has a place of its own, sorted by segment;
/// so it keeps its place, and under it every buyer's taste for it, whatever is on sale.
class Shelf {
 public:
  Shelf(const Offers&, const Scenario&);

  std::size_t size() const { return offer_.size(); }
  /// Row of the offers; -1 where nothing is on sale.
  int offer(std::size_t place) const { return offer_[place]; }
  const std::vector<int>& offers() const { return offer_; }

 private:
  friend class Chooser;
  template <class T>
  using Column = std::vector<T>;
  Column<int> offer_;
  Column<float> attraction_;   // utils; engine::kImpossible where nothing is on sale
  Column<float> sensitivity_;  // utils per EUR for the median income
  // without and with home charging, times the sensitivity: what is paid whatever the kilometres,
  // and per kilometre
  std::array<Column<float>, 2> money_, energy_;
  Column<std::int32_t> powertrain_, brand_;
  std::array<std::size_t, kSegments.size()> segment_end_{};  // place after its last
  std::uint32_t first_page_ = 0;                             // of random words
  float nest_new_ = 1, nest_segment_ = 1;
};

/// One buyer at a time before a shelf: draws its tastes and takes what it likes best. The taste
/// shocks are drawn under the buyer's own key and the vehicle's place, so they are the same
/// whatever is on sale, at what price, under which policy: a bonus can win buyers of what it
/// subsidises and lose none.
///
/// Shock of vehicle j in segment s: e = n2 (G_j + ln S_s) + n1 ln S, with S positive stable of
/// index n1, S_s of index n2/n1 and G_j standard Gumbel; e has the joint distribution of the
/// nested logit: Cardell (1997), Econometric Theory 13, 185-213.
///
/// Single precision, by vectors (engine/simd.h): utilities are right to 1e-5, which moves a
/// probability by less than 1e-4 of itself.
class Chooser {
 public:
  /// `luck` is asked for draws without a date: a purchase that is put off meets the same tastes.
  Chooser(const Shelf&, const engine::Streams& luck);

  /// The next buyer. `purchase`: how many choices it made before this one; names the draws.
  void approach(const BuyerView&, std::uint32_t buyer, std::uint32_t purchase);
  /// The place it takes, or -1 for the outside option. `discount_eur`: by place, from incentives;
  /// empty: none. May be asked again with other discounts.
  int choose(std::span<const float> discount_eur = {});

 private:
  const Shelf& shelf_;
  engine::WordPages vehicle_words_, nest_words_;
  std::array<float, engine::kPad> stable_index_{};
  std::vector<std::uint32_t> words_;       // by place
  std::vector<float> utils_, discounted_;  // by place, shocks of nests included
  std::vector<std::int32_t> ranks_;
  float price_factor_ = 1, outside_ = 0;
};

}  // namespace tavolo::agents
