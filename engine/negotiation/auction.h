#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <vector>

/// Competition for an award that goes to one of several bidders: several principals court one
/// awarder (governments an investor, buyers a supplier) and pay it for choosing them. Everything is
/// in one unit of money, and bidders know their own values. Rows are bidders; ties go to the lowest
/// row everywhere.
namespace tavolo::engine::negotiation {

/// A bid, or a gain, without bound.
constexpr double kUnlimited = std::numeric_limits<double>::infinity();

/// One bidder for the award.
struct Bidder {
  double value = 0;         ///< of winning, to it: the payment that would leave it indifferent
  double merit = 0;         ///< what the awarder gains from choosing it, before any payment
  double cap = kUnlimited;  ///< the most it may pay (law, budget), >= 0
};

/// What bidders may do to win.
enum class AwardRule : std::uint8_t {
  open,    ///< an ascending auction, each bidder up to its own cap
  capped,  ///< the same under a common cap
  banned,  ///< nobody pays: the awarder goes where it gains most by itself
  pact     ///< bidders act as one and share with the awarder what the best choice gains
};

struct AwardTerms {
  AwardRule rule = AwardRule::open;
  double cap = kUnlimited;       ///< of capped and pact: the most that anybody may pay
  double awarder_power = 0.5;    ///< of pact: the awarder's bargaining power, in [0, 1]
  double outside = -kUnlimited;  ///< what the awarder gains from choosing nobody
};

/// Who won, at what price, and who gained. Gains are counted before the award: a bidder that does
/// not win gains nothing.
struct Award {
  std::optional<std::size_t> winner;  ///< row; nothing: the awarder is better off outside
  double payment = 0;                 ///< from the winner to the awarder
  double winner_net = 0;              ///< value less payment
  double awarder_net = 0;             ///< merit plus payment, or its gain outside
  double welfare = 0;                 ///< winner_net + awarder_net: a payment moves no welfare
  double gain_over_ban = 0;           ///< welfare less what it would be if nobody might pay
  /// Share of the rents that goes to the awarder, in [0, 1] unless values are negative; 0 where
  /// there are no rents. Rents: welfare less what the awarder gains when nobody may pay. How
  /// bidders and awarder divide them is Slattery's (2025) question; under a ban bidders keep all.
  double awarder_rent_share = 0;
};

/// The award under a regime. Let a bidder's limit be its value, at least 0, as far as its cap and,
/// where there is one, the common cap allow. Nobody knows the others' values, and staying in an
/// ascending auction up to the limit is a dominant strategy.
///
/// open, capped: the winner w has the greatest limit + merit, and pays what it takes to beat the
/// best of the others:
///
///     payment = max(0, max(outside, max_{k != w}(limit_k + merit_k)) - merit_w) <= limit_w.
///
/// A higher common cap never lowers the payment or what the awarder gains.
/// Vickrey (1961), J. Finance 16, 8-37; for jurisdictions that bid for a firm with preferences
/// over sites Black & Hoyt (1989), AER 79, 1249-1256, and Slattery (2025), JPE 133, 2563-2614.
///
/// banned: the greatest merit wins (outside if that is better) and pays nothing.
///
/// pact: if they fail to agree, the ban's outcome holds. They choose the row that gains most
/// together, value + merit, among those where the compensation that the awarder then asks,
/// merit_ban - merit_w, is within the cap (its own and the common one); values may be negative
/// here. The gain over the ban is split by the asymmetric Nash solution with awarder_power, as far
/// as the cap lets the payment go; the winner's row carries the payment. Nash (1950); Kalai
/// (1977).
///
/// @throws InputError when there is no bidder, or a number is NaN, a cap negative, the power
/// outside [0, 1], a value or merit infinite.
Award award(std::span<const Bidder> bidders, const AwardTerms& terms);

// ------------------------------------------------------------------- private values, by number

/// Where independent private values come from.
struct ValueDistribution {
  double low = 0, high = 1;           ///< the least and the greatest value, finite
  std::function<double(double)> cdf;  ///< share of values up to x: 0 at low, 1 at high, continuous

  static ValueDistribution uniform(double low, double high);
};

/// What a bidder offers in a first-price sealed-bid auction among `bidders` >= 1 whose values are
/// independent draws: its value less the expected lead over the next,
///
///     b(v) = v - integral_low^v F(x)^(N-1) dx / F(v)^(N-1),
///
/// on U[0, 1] (N-1)/N v; at the least value, and below, the value itself. The symmetric equilibrium
/// for rows of equal merit: Vickrey (1961); Krishna (2010), Auction Theory, proposition 2.2. Kim
/// (2020), Government Incentives and Firm Location Choices, has states bid so for firms, whose own
/// tastes for places they do not know; here the awarder's merits are known and equal.
double first_price_bid(const ValueDistribution&, int bidders, double value);

/// The award by sealed first-price bids. With merits that differ the bidders' odds differ too and
/// the equilibrium has no closed form; a cap below the highest equilibrium bid bends all bids. Both
/// are refused rather than approximated.
/// @throws InputError as award() does; when merits differ, a cap is below the bid of the greatest
/// value, or a value lies outside the distribution.
Award first_price_award(std::span<const Bidder> bidders, const ValueDistribution&);

/// Expected k-th highest of `bidders` independent values, k = 1 the highest. Of equal merits, k = 2
/// is the expected payment of the open auction, and of the first-price one (revenue equivalence);
/// on U[0, 1] it is (N-1)/(N+1). 1 <= k <= bidders.
double expected_order_statistic(const ValueDistribution&, int bidders, int k);

// ------------------------------------------------------------------------------ several awards

/// One bidder for several items at once; items are bits of a bundle's number.
struct MenuBidder {
  std::vector<double> value;  ///< by bundle (2^items): of winning just that; value[0] = 0
  std::vector<double>
      merit;  ///< by bundle: what the awarder gains from giving it that; merit[0] = 0
};

/// Who gets what, and for how much.
struct MenuAward {
  std::vector<std::uint32_t> bundle;  ///< by bidder
  std::vector<double> payment;        ///< by bidder, >= 0
  std::vector<double> net;            ///< by bidder: value less payment
  double awarder_net = 0;
  double welfare = 0;
  /// Whether everybody pays exactly its opportunity cost, what the others and the awarder would
  /// gain without its money. If not, such payments would not keep the awarder from dropping two
  /// bidders at once, and somebody pays more.
  bool at_opportunity_cost = true;
};

/// The largest menu auction, counted as 2^bidders x 3^items: 6 bidders for 10 items, 12 for 7.
constexpr double kMaxMenu = 1e7;

/// Every bidder offers the awarder a payment for each bundle, true to its preferences: its value
/// less a constant, never negative. The awarder chooses. In equilibrium the allocation is
/// efficient: it maximises the sum of values and merits over all ways to give each item to one
/// bidder or to nobody (exact, over all subsets: Rothkopf, Pekec & Harstad 1998). The nets n of the
/// bidders lie on the frontier of
///
///     sum_{i in J} n_i <= W(all) - W(all but J)   for every set J of bidders,
///
/// W the greatest welfare when only these may pay: Bernheim & Whinston (1986), QJE 101, 1-31,
/// theorem 2. Where singletons bind, each pays its opportunity cost; else nets rise together until
/// a set of bidders is exhausted, whose nets then stay (a symmetric choice on the frontier).
///
/// @throws InputError when there is no bidder, tables have not the same length 2^items, the empty
/// bundle is worth something, a value is negative or not finite, or the auction is larger than
/// kMaxMenu.
MenuAward menu_award(std::span<const MenuBidder> bidders);

}  // namespace tavolo::engine::negotiation
