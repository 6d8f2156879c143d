#pragma once

#include <array>
#include <span>
#include <vector>

#include "agents/choice.h"
#include "agents/world.h"

/// What a market is expected to buy: closed-form shares over the market's quadrature nodes. This
/// is what carmakers price against and what the base-year inversion matches; what buyers then do
/// is drawn agent by agent (demand.h).

namespace tavolo::agents {

/// Share of the choices of a kind of buyer, in the base year, that end with no new vehicle.
double outside_share(const DemandParameters&, Buyers::Kind);

/// What is on sale to cars' or vans' buyers of a market, at posted prices.
Offers build_offers(const Scenario&, const World&, int market, bool vans);

/// The buyer's view by its kind, with the outside utility of its kind in this market.
BuyerView view_of(const Scenario&, const World&, std::uint32_t buyer, int market);

/// Average incentive that each offer's buyers are expected to get. [EUR]
std::vector<double> expected_discounts(const World&, const Offers&, int market);

/// A firm counts a share of another firm's profit when it prices.
struct Stake {
  int firm, in;
  double share;
};

/// Phase helper: World::forecast of every market at the prices posted now, for the line-up now.
void expect_sales(const Scenario&, World&);

template <class Real>
class DemandOverNodes;
/// Of the base year: what it implies is exact to many digits.
using ExpectedDemand = DemandOverNodes<double>;
/// Of a run: right to some 1e-6, at a third of the time.
using QuickDemand = DemandOverNodes<float>;

/// The steps of expect_sales: of the rest of the world an index of its demand, of the others
/// nothing yet; then what a market and class buys at the prices last evaluated.
void clear_forecasts(const Scenario&, World&);
void post_forecast(World&, const QuickDemand&, int market);

/// Expected demand of one market and class. Nodes are worked through in blocks of sixteen, one to
/// a vector lane (engine/simd.h); a node's probabilities are those of nested_shares (choice.h) up
/// to rounding.
template <class Real>
class DemandOverNodes {
 public:
  /// Over the market's quadrature nodes, whose constants carry BaseYear::quadrature_shift.
  DemandOverNodes(const Scenario&, const World&, int market, bool vans);
  /// Over any sample of its buyers.
  DemandOverNodes(const Scenario&, const World&, int market, bool vans, const DemandNodes& sample);

  const Offers& offers() const { return offers_; }
  /// Recomputes all probabilities at these consumer prices. [EUR, by offer]
  void evaluate(std::span<const double> price_eur);
  /// Adds `change` to the attraction of each offer (inversion); takes effect at `evaluate`.
  void shift(std::span<const double> change);
  /// Shifts the outside utility of one kind of buyer; takes effect at `evaluate`.
  void shift_outside(Buyers::Kind kind, double change);
  /// Sales per year, by offer, at the prices last evaluated.
  const std::vector<double>& sales() const { return sales_; }
  /// Share of choices of this kind that buy new, and the choices per year.
  double buying_share(Buyers::Kind kind) const;
  double choices(Buyers::Kind kind) const;
  /// Consumer surplus per year against having the outside option only, in EUR, at the average
  /// sensitivity (Small & Rosen 1981).
  double surplus_eur() const;

  /// One step of the Morrow-Skerlos zeta map: the mark-ups that the first-order conditions ask
  /// for, given the present mark-ups. [EUR before VAT, by offer] Matrix-free.
  /// Morrow & Skerlos (2011), Operations Research 59, 328-345.
  /// `owner`: firm of each offer; `stakes`: shares in other firms' profits (O'Brien & Salop 2000).
  void zeta(std::span<const double> markup_eur, std::span<const int> owner, int firms,
            std::span<const Stake> stakes, double vat_rate, std::span<double> result) const;

  /// Consumer prices last evaluated. [EUR, by offer]
  const std::vector<double>& price_eur() const { return price_eur_; }

  /// Own-price elasticity of every offer at the prices last evaluated.
  std::vector<double> own_elasticities() const;
  /// How many more buyers a year choose the outside option for each euro on the price of an offer.
  /// [vehicles/EUR, by offer]
  std::vector<double> outside_gains() const;
  /// What sales change by when prices move along `price_change_eur`, to first order.
  /// [vehicles/year, by offer] Derivative of the nested logit: with du the change of utilities, dI
  /// of a segment's and dV of new vehicles' inclusive value, dP / P = (du - dI) / nest_segment +
  /// (dI - dV) / nest_new + (1 - buys) dV.
  std::vector<double> sales_change(std::span<const double> price_change_eur) const;

 private:
  static constexpr std::size_t kWidth = 16;
  struct alignas(64) Lanes : std::array<Real, kWidth> {};  // a number of each node of a block
  struct Block {
    std::array<Buyers::Kind, kWidth> kind{};
    std::size_t nodes = 0;  // the lanes that are used; the others weigh nothing
    Lanes weight{}, price_factor{}, outside{};
    std::vector<Lanes> utils;  // by offer: without attraction and price
    // at the prices last evaluated. Share of an offer in its segment: odds by offer x scale by
    // segment; of a segment in new vehicles: segment
    std::vector<Lanes> odds, scale, segment;
    Lanes buys{}, log_sum{};
  };
  Offers offers_;
  std::vector<double> discount_eur_;
  std::vector<Block> blocks_;
  std::vector<double> price_eur_, sales_;
  // of `evaluate`, kept for the next: by offer
  std::vector<Real> attraction_, price_utils_;
  std::vector<Lanes> sold_;
};

extern template class DemandOverNodes<double>;
extern template class DemandOverNodes<float>;

}  // namespace tavolo::agents
