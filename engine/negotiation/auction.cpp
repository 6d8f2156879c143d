#include "engine/negotiation/auction.h"

#include <algorithm>
#include <bit>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <cassert>
#include <cmath>
#include <string>

#include "engine/error.h"

namespace tavolo::engine::negotiation {
namespace {

std::string row_text(std::size_t row) { return "bidder " + std::to_string(row); }

void check(std::span<const Bidder> bidders) {
  if (bidders.empty())
    throw InputError{"an award has no bidder.", "Somebody must be there to be chosen.",
                     "Give it a row per bidder; what happens without one needs no auction."};
  for (std::size_t row = 0; row < bidders.size(); ++row) {
    const auto& bidder = bidders[row];
    if (!std::isfinite(bidder.value) || !std::isfinite(bidder.merit))
      throw InputError{row_text(row) + " has a value or merit that is not finite.",
                       "Gains are sums of money that are compared and added.",
                       "Leave out a bidder that cannot be chosen."};
    if (!(bidder.cap >= 0))
      throw InputError{row_text(row) + " has a cap of " + std::to_string(bidder.cap) + ".",
                       "A cap is the most that a bidder may pay, so it is 0 or more.",
                       "Set 0 for a bidder that may not pay, infinity for one without limit."};
  }
}

void check(const AwardTerms& terms) {
  if (!(terms.cap >= 0))
    throw InputError{"the common cap is " + std::to_string(terms.cap) + ".",
                     "A cap is the most that anybody may pay, so it is 0 or more.",
                     "Set 0 for a ban, infinity for no limit."};
  if (!(terms.awarder_power >= 0 && terms.awarder_power <= 1))
    throw InputError{"awarder_power is " + std::to_string(terms.awarder_power) + ".",
                     "It is the awarder's share of what an agreement gains, in [0, 1].",
                     "Set 0.5 for the symmetric Nash solution."};
  if (std::isnan(terms.outside) || terms.outside == kUnlimited)
    throw InputError{"the awarder's gain outside is not a number.",
                     "It is compared with what the bidders offer.",
                     "Set minus infinity when the award must be made."};
}

/// The lowest row with the greatest score; nothing when `outside` is greater still.
template <class Score>
std::optional<std::size_t> best(std::size_t rows, double outside, Score score) {
  std::optional<std::size_t> winner;
  double most = outside;
  for (std::size_t row = 0; row < rows; ++row) {
    const double own = score(row);
    if (own > most || (!winner && own == most)) {
      winner = row;
      most = own;
    }
  }
  return winner;
}

std::optional<std::size_t> unpaid_winner(std::span<const Bidder> bidders, double outside) {
  return best(bidders.size(), outside, [&](std::size_t row) { return bidders[row].merit; });
}

/// Everything that follows from the winner and its payment.
Award settle(std::span<const Bidder> bidders, double outside, std::optional<std::size_t> winner,
             double payment) {
  const auto unpaid = unpaid_winner(bidders, outside);
  const double unpaid_awarder = unpaid ? bidders[*unpaid].merit : outside;
  const double unpaid_welfare = unpaid_awarder + (unpaid ? bidders[*unpaid].value : 0);
  Award award;
  award.winner = winner;
  award.payment = payment;
  award.winner_net = winner ? bidders[*winner].value - payment : 0;
  award.awarder_net = winner ? bidders[*winner].merit + payment : outside;
  award.welfare = winner ? bidders[*winner].value + bidders[*winner].merit : outside;
  if (winner != unpaid) award.gain_over_ban = award.welfare - unpaid_welfare;
  const double rents = award.welfare - unpaid_awarder;
  if (rents > 0) award.awarder_rent_share = (award.awarder_net - unpaid_awarder) / rents;
  return award;
}

/// Open and capped.
Award ascend(std::span<const Bidder> bidders, double common_cap, double outside) {
  const auto limit = [&](std::size_t row) {
    return std::min({std::max(0.0, bidders[row].value), bidders[row].cap, common_cap});
  };
  const auto offer = [&](std::size_t row) { return limit(row) + bidders[row].merit; };
  const auto winner = best(bidders.size(), outside, offer);
  if (!winner) return settle(bidders, outside, winner, 0);
  double rival = outside;
  for (std::size_t row = 0; row < bidders.size(); ++row)
    if (row != *winner) rival = std::max(rival, offer(row));
  // the rounding of (limit + merit) - merit must not carry a payment above the limit
  return settle(bidders, outside, winner,
                std::clamp(rival - bidders[*winner].merit, 0.0, limit(*winner)));
}

Award agree(std::span<const Bidder> bidders, const AwardTerms& terms) {
  const auto unpaid = unpaid_winner(bidders, terms.outside);
  const double unpaid_awarder = unpaid ? bidders[*unpaid].merit : terms.outside;
  const double unpaid_joint = unpaid_awarder + (unpaid ? bidders[*unpaid].value : 0);
  const auto cap = [&](std::size_t row) { return std::min(bidders[row].cap, terms.cap); };
  const auto joint = [&](std::size_t row) {
    const bool within = unpaid_awarder - bidders[row].merit <= cap(row);
    return within ? bidders[row].value + bidders[row].merit : -kUnlimited;
  };
  const auto winner = best(bidders.size(), unpaid_joint, joint);
  if (!winner) return settle(bidders, terms.outside, unpaid, 0);
  const double gain = joint(*winner) - unpaid_joint;
  const double compensation = unpaid_awarder - bidders[*winner].merit;
  return settle(bidders, terms.outside, winner,
                std::min(compensation + terms.awarder_power * gain, cap(*winner)));
}

double integral(double low, double high, const std::function<double(double)>& integrand) {
  if (high <= low) return 0;
  using boost::math::quadrature::gauss_kronrod;
  constexpr unsigned kDepth = 15;
  constexpr double kRelative = 1e-13;
  return gauss_kronrod<double, 31>::integrate(integrand, low, high, kDepth, kRelative);
}

}  // namespace

Award award(std::span<const Bidder> bidders, const AwardTerms& terms) {
  check(bidders);
  check(terms);
  switch (terms.rule) {
    case AwardRule::open:
      return ascend(bidders, kUnlimited, terms.outside);
    case AwardRule::capped:
      return ascend(bidders, terms.cap, terms.outside);
    case AwardRule::banned:
      return settle(bidders, terms.outside, unpaid_winner(bidders, terms.outside), 0);
    case AwardRule::pact:
      return agree(bidders, terms);
  }
  assert(false && "every rule is listed");
  return {};
}

// ------------------------------------------------------------------- private values, by number

ValueDistribution ValueDistribution::uniform(double low, double high) {
  return {low, high,
          [low, high](double x) { return std::clamp((x - low) / (high - low), 0.0, 1.0); }};
}

double first_price_bid(const ValueDistribution& values, int bidders, double value) {
  assert(bidders >= 1);
  const double below = values.cdf(value);
  if (value <= values.low || below <= 0) return value;
  const double top = std::min(value, values.high);  // beyond it everybody is beaten anyway
  return top - integral(values.low, top,
                        [&](double x) { return std::pow(values.cdf(x) / below, bidders - 1); });
}

Award first_price_award(std::span<const Bidder> bidders, const ValueDistribution& values) {
  check(bidders);
  const int number = static_cast<int>(bidders.size());
  const double highest_bid = first_price_bid(values, number, values.high);
  for (std::size_t row = 0; row < bidders.size(); ++row) {
    if (bidders[row].merit != bidders.front().merit)
      throw InputError{row_text(row) + " differs in merit from bidder 0.",
                       "Sealed bids are solved for bidders with equal odds only.",
                       "Use the ascending auction, AwardRule::open, which takes any merits."};
    if (bidders[row].cap < highest_bid)
      throw InputError{row_text(row) + " has a cap below the highest bid of the equilibrium, " +
                           std::to_string(highest_bid) + ".",
                       "A cap that may bind changes everybody's bids.",
                       "Use the ascending auction, AwardRule::capped, which takes any caps."};
    if (bidders[row].value < values.low || bidders[row].value > values.high)
      throw InputError{row_text(row) + " has a value outside the distribution of values.",
                       "The others bid against that distribution.",
                       "Give the distribution from which values are drawn."};
  }
  const auto winner =
      best(bidders.size(), -kUnlimited, [&](std::size_t row) { return bidders[row].value; });
  return settle(bidders, -kUnlimited, winner,
                first_price_bid(values, number, bidders[*winner].value));
}

double expected_order_statistic(const ValueDistribution& values, int bidders, int k) {
  assert(k >= 1 && k <= bidders);
  // at least k of the draws exceed x: a binomial tail, as an incomplete beta function
  return values.low + integral(values.low, values.high, [&](double x) {
           return boost::math::ibeta(k, bidders - k + 1, 1 - values.cdf(x));
         });
}

// ------------------------------------------------------------------------------ several awards

namespace {

using Bundle = std::uint32_t;

void check(std::span<const MenuBidder> bidders) {
  const std::string many = std::to_string(bidders.size());
  if (bidders.empty())
    throw InputError{"a menu auction has no bidder.", "Somebody must be there to be chosen.",
                     "Give it a row per bidder."};
  const std::size_t bundles = bidders.front().value.size();
  if (bundles < 2 || !std::has_single_bit(bundles))
    throw InputError{"bidder 0 has values for " + std::to_string(bundles) + " bundles.",
                     "Every subset of the items is a bundle: 2, 4, 8 and so on.",
                     "Give a value for each, the empty bundle first."};
  const int items = std::countr_zero(bundles);
  if (std::pow(2.0, static_cast<double>(bidders.size())) * std::pow(3.0, items) > kMaxMenu)
    throw InputError{
        "a menu auction of " + many + " bidders for " + std::to_string(items) +
            " items is too large.",
        "Every set of bidders and every split of the items is looked at.",
        "Keep 2^bidders x 3^items within ten million: award items apart, or leave out bidders."};
  for (std::size_t row = 0; row < bidders.size(); ++row) {
    const auto& bidder = bidders[row];
    if (bidder.value.size() != bundles || bidder.merit.size() != bundles)
      throw InputError{row_text(row) + " has tables of another length than bidder 0.",
                       "All bid for the same items.", "Give every table one entry per bundle."};
    if (bidder.value[0] != 0 || bidder.merit[0] != 0)
      throw InputError{row_text(row) + " gives the empty bundle a worth.",
                       "Gains are counted from winning nothing.", "Subtract it from all bundles."};
    for (std::size_t bundle = 0; bundle < bundles; ++bundle)
      if (!(bidder.value[bundle] >= 0) || !std::isfinite(bidder.value[bundle]) ||
          !std::isfinite(bidder.merit[bundle]))
        throw InputError{row_text(row) + " has a value below 0, or a worth that is not finite.",
                         "A bidder may leave a bundle that it does not want, and gains add up.",
                         "Set the value of an unwanted bundle to 0."};
  }
}

/// The greatest welfare by set of bidders that may pay (bit = row), and who gets what if all may.
struct Welfare {
  std::vector<double> of;
  std::vector<Bundle> bundle;
};

Welfare efficient_allocations(std::span<const MenuBidder> bidders) {
  const std::size_t rows = bidders.size(), bundles = bidders.front().value.size();
  // most[payers * bundles + items]: what rows from the present one on make of these items
  std::vector<double> most(bundles, 0.0), next;
  std::vector<std::vector<Bundle>> choice(rows, std::vector<Bundle>(bundles));
  for (std::size_t row = rows; row-- > 0;) {
    const std::size_t later = most.size() / bundles;  // sets of later rows that may pay
    next.assign(2 * most.size(), 0.0);
    for (std::size_t rest = 0; rest < later; ++rest)
      for (std::size_t pays = 0; pays < 2; ++pays) {
        const std::size_t payers = 2 * rest + pays;
        for (Bundle items = 0; items < bundles; ++items) {
          double greatest = -kUnlimited;
          Bundle taken = 0;
          // every subset of the items, the largest number first: ties go to the lowest row
          for (Bundle own = items;; own = (own - 1) & items) {
            const double gain = bidders[row].merit[own] + (pays ? bidders[row].value[own] : 0.0) +
                                most[rest * bundles + (items ^ own)];
            if (gain > greatest) {
              greatest = gain;
              taken = own;
            }
            if (own == 0) break;
          }
          next[payers * bundles + items] = greatest;
          if (payers + 1 == 2 * later) choice[row][items] = taken;
        }
      }
    most.swap(next);
  }
  Welfare welfare;
  const auto all_items = static_cast<Bundle>(bundles - 1);
  for (std::size_t payers = 0; payers < most.size() / bundles; ++payers)
    welfare.of.push_back(most[payers * bundles + all_items]);
  Bundle left = all_items;
  for (std::size_t row = 0; row < rows; ++row) {
    welfare.bundle.push_back(choice[row][left]);
    left ^= choice[row][left];
  }
  return welfare;
}

/// What a set of bidders may still gain, given their nets.
double slack(const Welfare& welfare, const std::vector<double>& net, std::size_t set) {
  const std::size_t all = welfare.of.size() - 1;
  double left = welfare.of[all] - welfare.of[all ^ set];
  for (std::size_t row = 0; row < net.size(); ++row)
    if (set >> row & 1) left -= net[row];
  return left;
}

/// Nets rise together; those of a set that is exhausted stay.
std::vector<double> fill(const Welfare& welfare, std::size_t rows, double tolerance) {
  std::vector<double> net(rows, 0.0);
  std::size_t rising = welfare.of.size() - 1;
  while (rising != 0) {
    double step = kUnlimited;
    for (std::size_t set = 1; set < welfare.of.size(); ++set)
      if ((set & rising) != 0)
        step =
            std::min(step, std::max(0.0, slack(welfare, net, set)) / std::popcount(set & rising));
    for (std::size_t row = 0; row < rows; ++row)
      if (rising >> row & 1) net[row] += step;
    std::size_t exhausted = 0;
    for (std::size_t set = 1; set < welfare.of.size(); ++set)
      if ((set & rising) != 0 && slack(welfare, net, set) <= tolerance) exhausted |= set;
    rising &= ~exhausted;
  }
  return net;
}

}  // namespace

MenuAward menu_award(std::span<const MenuBidder> bidders) {
  check(bidders);
  const auto welfare = efficient_allocations(bidders);
  const std::size_t rows = bidders.size(), all = welfare.of.size() - 1;
  double scale = 0;
  for (const auto& bidder : bidders)
    for (std::size_t bundle = 0; bundle < bidder.value.size(); ++bundle)
      scale = std::max({scale, bidder.value[bundle], std::abs(bidder.merit[bundle])});
  const double tolerance = 1e-12 * scale * static_cast<double>(rows);

  MenuAward award;
  award.bundle = welfare.bundle;
  award.welfare = welfare.of[all];
  for (std::size_t row = 0; row < rows; ++row)  // at opportunity cost
    award.net.push_back(std::max(0.0, award.welfare - welfare.of[all ^ (std::size_t{1} << row)]));
  for (std::size_t set = 1; set <= all && award.at_opportunity_cost; ++set)
    award.at_opportunity_cost = slack(welfare, award.net, set) >= -tolerance;
  if (!award.at_opportunity_cost) award.net = fill(welfare, rows, tolerance);

  award.awarder_net = award.welfare;
  for (std::size_t row = 0; row < rows; ++row) {
    // clear of rounding: a loser pays 0
    award.payment.push_back(std::max(0.0, bidders[row].value[award.bundle[row]] - award.net[row]));
    award.awarder_net -= award.net[row];
  }
  return award;
}

}  // namespace tavolo::engine::negotiation
