#include "engine/negotiation/auction.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/error.h"
#include "engine/random.h"

namespace tavolo::engine::negotiation {
namespace {

enum class Luck { bidder, terms, menu, value };

/// Made-up bidders, coarse enough for ties; values and merits in quarters.
std::vector<Bidder> made_up(std::uint64_t number, bool with_caps = true) {
  auto draws = Streams{21, number}(Luck::bidder, 0);
  std::vector<Bidder> bidders(1 + number % 6);
  for (auto& bidder : bidders) {
    bidder.value = std::round(20 * draws.uniform()) / 4;
    bidder.merit = std::round(20 * draws.uniform()) / 4 - 2;
    if (with_caps && draws.uniform() < 0.4) bidder.cap = std::round(12 * draws.uniform()) / 4;
  }
  return bidders;
}
constexpr std::uint64_t kCases = 400;

Award under(const std::vector<Bidder>& bidders, AwardRule rule, double cap = kUnlimited) {
  return award(bidders, {.rule = rule, .cap = cap});
}

struct Mean {
  double sum = 0, squares = 0;
  int number = 0;
  void add(double x) {
    sum += x;
    squares += x * x;
    ++number;
  }
  double mean() const { return sum / number; }
  double error() const { return std::sqrt((squares / number - mean() * mean()) / number); }
};

// ------------------------------------------------------------------------------------- ascending

TEST(OpenAward, TakesWhatBeatsTheBestOfTheOthers) {
  // limits + merits: 6, 7, 4: row 1 wins and pays 6 - 2
  const std::vector<Bidder> bidders{{3, 3}, {5, 2}, {4, 0}};
  const auto result = under(bidders, AwardRule::open);
  EXPECT_EQ(result.winner, 1u);
  EXPECT_DOUBLE_EQ(result.payment, 4);
  EXPECT_DOUBLE_EQ(result.winner_net, 1);
  EXPECT_DOUBLE_EQ(result.awarder_net, 6);
  EXPECT_DOUBLE_EQ(result.welfare, 7);
  EXPECT_DOUBLE_EQ(result.gain_over_ban, 7 - 6);         // the ban sends it to row 0
  EXPECT_DOUBLE_EQ(result.awarder_rent_share, 3.0 / 4);  // of 7 - 3 the awarder gains 6 - 3
}

TEST(OpenAward, CostsNothingWhereTheBestSiteIsFarAhead) {
  const auto result = under({{1, 9}, {5, 2}}, AwardRule::open);
  EXPECT_EQ(result.winner, 0u);
  EXPECT_EQ(result.payment, 0);
  EXPECT_EQ(result.awarder_rent_share, 0);
}

TEST(OpenAward, GoesToTheLowestRowOfEquals) {
  EXPECT_EQ(under({{2, 1}, {1, 2}, {3, 0}}, AwardRule::open).winner, 0u);
  EXPECT_EQ(under({{0, 1}, {4, 1}}, AwardRule::banned).winner, 0u);
}

TEST(OpenAward, IsNotMadeBelowWhatTheAwarderHasOutside) {
  const std::vector<Bidder> bidders{{3, 3}, {5, 2}};
  const auto outside = award(bidders, {.outside = 7.5});
  EXPECT_FALSE(outside.winner);
  EXPECT_EQ(outside.payment, 0);
  EXPECT_EQ(outside.awarder_net, 7.5);
  const auto pressed = award(bidders, {.outside = 6.5});
  EXPECT_EQ(pressed.winner, 1u);
  EXPECT_DOUBLE_EQ(pressed.payment, 4.5);  // the outside option bids like a rival
}

TEST(OpenAward, LosesToARicherRivalUnderItsOwnCap) {
  const auto result = under({{9, 0, 2}, {5, 0}}, AwardRule::open);
  EXPECT_EQ(result.winner, 1u);
  EXPECT_EQ(result.payment, 2);
}

TEST(OpenAward, MakesBiddingOnesValueADominantStrategy) {
  // Vickrey: no other limit, high or low, nets a bidder more, whatever the others do.
  for (std::uint64_t number = 0; number < kCases; ++number) {
    const auto bidders = made_up(number, false);
    const auto honest = under(bidders, AwardRule::open);
    for (std::size_t row = 0; row < bidders.size(); ++row) {
      const double net = honest.winner == row ? honest.winner_net : 0;
      for (double claim = 0; claim <= 6; claim += 0.25) {
        auto claimed = bidders;
        claimed[row].value = claim;
        const auto result = under(claimed, AwardRule::open);
        if (result.winner == row) {
          EXPECT_LE(bidders[row].value - result.payment, net + 1e-12);
        } else {
          EXPECT_LE(0, net + 1e-12);
        }
      }
    }
  }
}

// --------------------------------------------------------------------------------------- regimes

TEST(CappedAward, NeverCostsLessUnderAHigherCap) {
  for (std::uint64_t number = 0; number < kCases; ++number) {
    const auto bidders = made_up(number);
    // a higher cap moves the award, if at all, to a row of less merit, which must pay for that
    auto before = under(bidders, AwardRule::capped, 0);
    for (double cap = 0.25; cap <= 6; cap += 0.25) {
      const auto result = under(bidders, AwardRule::capped, cap);
      EXPECT_LE(result.payment, cap);
      EXPECT_GE(result.payment, before.payment);
      EXPECT_GE(result.awarder_net, before.awarder_net);
      before = result;
    }
  }
}

TEST(CappedAward, RunsFromTheBanToTheOpenAuction) {
  for (std::uint64_t number = 0; number < kCases; ++number) {
    const auto bidders = made_up(number);
    const auto none = under(bidders, AwardRule::capped, 0), ban = under(bidders, AwardRule::banned);
    EXPECT_EQ(none.winner, ban.winner);
    EXPECT_EQ(none.payment, 0);
    const auto all = under(bidders, AwardRule::capped, 1e9), open = under(bidders, AwardRule::open);
    EXPECT_EQ(all.winner, open.winner);
    EXPECT_EQ(all.payment, open.payment);
  }
}

TEST(BannedAward, IsUnpaidAndGoesWhereMeritIsGreatest) {
  for (std::uint64_t number = 0; number < kCases; ++number) {
    const auto bidders = made_up(number);
    const auto result = under(bidders, AwardRule::banned);
    EXPECT_EQ(result.payment, 0);
    EXPECT_EQ(result.gain_over_ban, 0);
    EXPECT_EQ(result.awarder_rent_share, 0);
    for (const auto& bidder : bidders) EXPECT_GE(result.awarder_net, bidder.merit);
  }
}

TEST(BannedAward, LeavesTheBiddersTogetherBetterOffThanARaceForTheSameSite) {
  // what a ban takes from the awarder it gives to the bidders, where it moves nothing
  int stayed = 0;
  for (std::uint64_t number = 0; number < kCases; ++number) {
    const auto bidders = made_up(number);
    const auto open = under(bidders, AwardRule::open), ban = under(bidders, AwardRule::banned);
    EXPECT_LE(ban.awarder_net, open.awarder_net);
    if (open.winner != ban.winner) continue;
    ++stayed;
    EXPECT_GE(ban.winner_net, open.winner_net);
    EXPECT_NEAR(ban.welfare, open.welfare, 1e-12);
  }
  EXPECT_GT(stayed, 50);
}

TEST(Award, IsEfficientWhenNobodyIsCapped) {
  for (std::uint64_t number = 0; number < kCases; ++number) {
    const auto bidders = made_up(number, false);
    double best = -kUnlimited;
    for (const auto& bidder : bidders) best = std::max(best, bidder.value + bidder.merit);
    for (const auto rule : {AwardRule::open, AwardRule::pact}) {
      const auto result = under(bidders, rule);
      EXPECT_NEAR(result.welfare, best, 1e-12);
      EXPECT_GE(result.gain_over_ban, -1e-12);
    }
  }
}

TEST(Award, AddsUp) {
  for (std::uint64_t number = 0; number < kCases; ++number) {
    const auto bidders = made_up(number);
    for (const auto rule :
         {AwardRule::open, AwardRule::capped, AwardRule::banned, AwardRule::pact}) {
      const auto result = under(bidders, rule, 1.5);
      EXPECT_NEAR(result.winner_net + result.awarder_net, result.welfare, 1e-12);
      EXPECT_GE(result.awarder_rent_share, -1e-12);
      EXPECT_LE(result.awarder_rent_share, 1 + 1e-12);
      EXPECT_GE(result.winner_net, -1e-12);
      EXPECT_NEAR(result.gain_over_ban, result.welfare - under(bidders, AwardRule::banned).welfare,
                  1e-12);
    }
  }
}

TEST(PactAward, SplitsItsGainOverTheBanByPower) {
  // ban: row 0, jointly 1 + 3; row 1 is worth 7 together: of the 3 gained the awarder gets a third
  const std::vector<Bidder> bidders{{1, 3}, {5, 2}};
  const auto result = award(bidders, {.rule = AwardRule::pact, .awarder_power = 1.0 / 3});
  EXPECT_EQ(result.winner, 1u);
  EXPECT_DOUBLE_EQ(result.payment, 1 + 1);  // what it forgoes, and its third
  EXPECT_DOUBLE_EQ(result.awarder_net, 4);
  EXPECT_DOUBLE_EQ(result.gain_over_ban, 3);
}

TEST(PactAward, MaximisesTheNashProductWithinItsCap) {
  for (std::uint64_t number = 0; number < kCases; ++number) {
    const auto bidders = made_up(number);
    const AwardTerms terms{.rule = AwardRule::pact, .cap = 1.5, .awarder_power = 0.3};
    const auto result = award(bidders, terms);
    const auto ban = under(bidders, AwardRule::banned);
    const auto& winner = bidders[*result.winner];
    const double cap = std::min(winner.cap, terms.cap);
    const auto product = [&](double payment) {
      const double awarder = winner.merit + payment - ban.awarder_net;
      const double bidder = winner.value - payment - ban.winner_net;
      return awarder < 0 || bidder < 0 ? -1 : std::pow(awarder, 0.3) * std::pow(bidder, 0.7);
    };
    EXPECT_LE(result.payment, cap);
    for (double payment = 0; payment <= cap; payment += 0.125)
      EXPECT_GE(product(result.payment), product(payment) - 1e-7) << number;
  }
}

TEST(PactAward, CannotMoveTheAwarderBeyondItsCap) {
  const std::vector<Bidder> bidders{{1, 3}, {9, 0}};
  EXPECT_EQ(award(bidders, {.rule = AwardRule::pact, .cap = 2.5}).winner, 0u);
  EXPECT_EQ(award(bidders, {.rule = AwardRule::pact, .cap = 3}).winner, 1u);
}

TEST(PactAward, CostsTheBiddersNoMoreThanTheRaceOfEquals) {
  // of equal merits the race hands over the second value; a pact has nothing to gain by moving
  const std::vector<Bidder> bidders{{4, 1}, {3, 1}};
  EXPECT_EQ(under(bidders, AwardRule::open).payment, 3);
  EXPECT_EQ(under(bidders, AwardRule::pact).payment, 0);
}

TEST(Award, RefusesWhatIsNoAuction) {
  EXPECT_THROW(award({}, {}), InputError);
  const std::vector<Bidder> bidders{{1, 1}};
  EXPECT_THROW(award(bidders, {.cap = -1}), InputError);
  EXPECT_THROW(award(bidders, {.awarder_power = 1.5}), InputError);
  EXPECT_THROW(award(bidders, {.outside = std::nan("")}), InputError);
  EXPECT_THROW(under({{1, 1, -1}}, AwardRule::open), InputError);
  EXPECT_THROW(under({{std::nan(""), 1}}, AwardRule::open), InputError);
}

// --------------------------------------------------------------------------------- sealed bids

/// A hump, F(x) = x^2 (3 - 2x) on [0, 1], and a long tail, F(x) = 1 - (1 + x/10)^-3 cut at 40.
ValueDistribution hump() {
  return {0, 1, [](double x) { return x <= 0 ? 0 : x >= 1 ? 1 : x * x * (3 - 2 * x); }};
}
ValueDistribution tail() {
  const auto raw = [](double x) { return 1 - std::pow(1 + x / 10, -3); };
  return {0, 40, [raw](double x) { return raw(std::clamp(x, 0.0, 40.0)) / raw(40); }};
}

TEST(FirstPriceBid, ShadesUniformValuesByOneBidderInN) {
  const auto uniform = ValueDistribution::uniform(0, 1);
  for (const int bidders : {1, 2, 3, 7, 40})
    for (const double value : {0.0, 0.05, 0.4, 1.0})
      EXPECT_NEAR(first_price_bid(uniform, bidders, value), (bidders - 1.0) / bidders * value,
                  1e-12);
  EXPECT_NEAR(first_price_bid(ValueDistribution::uniform(2, 4), 5, 3), 2 + 0.8, 1e-12);
}

TEST(FirstPriceBid, IsTheBestAnswerToItself) {
  for (const auto& values : {hump(), tail()})
    for (const double share : {0.2, 0.5, 0.9}) {
      const double value = values.high * share;
      constexpr int kBidders = 4;
      // bidding as if of type x wins against three lower types
      const auto gain = [&](double x) {
        return (value - first_price_bid(values, kBidders, x)) *
               std::pow(values.cdf(x), kBidders - 1);
      };
      for (double x = 0; x <= values.high; x += values.high / 50)
        EXPECT_LE(gain(x), gain(value) + 1e-12);
    }
}

TEST(OrderStatistics, OfUniformValuesAreKnown) {
  const auto uniform = ValueDistribution::uniform(0, 1);
  for (const int bidders : {2, 3, 5, 10, 50})
    for (int k = 1; k <= std::min(bidders, 4); ++k)
      EXPECT_NEAR(expected_order_statistic(uniform, bidders, k),
                  (bidders + 1.0 - k) / (bidders + 1), 1e-12);
}

TEST(Auctions, EarnTheSameSealedAndOpenOnAverage) {  // revenue equivalence, exact by quadrature
  for (const auto& values : {ValueDistribution::uniform(0, 1), hump(), tail()})
    for (const int bidders : {2, 5}) {
      // E[b(highest)] = b(high) - integral of F^N db, by the trapezoid rule
      constexpr int kSteps = 500;
      double expected = first_price_bid(values, bidders, values.high), before = values.low,
             before_weight = 0;
      for (int i = 1; i <= kSteps; ++i) {
        const double x = values.low + (values.high - values.low) * i / kSteps;
        const double bid = first_price_bid(values, bidders, x);
        const double weight = std::pow(values.cdf(x), bidders);
        expected -= (bid - before) * (weight + before_weight) / 2;
        before = bid;
        before_weight = weight;
      }
      EXPECT_NEAR(expected, expected_order_statistic(values, bidders, 2), 1e-5 * values.high);
    }
}

TEST(Auctions, EarnTheSameSealedAndOpenOnAverageOfManyDraws) {
  const auto uniform = ValueDistribution::uniform(0, 1);
  for (const int bidders : {2, 4}) {
    Mean open, sealed, difference;
    for (std::uint64_t draw = 0; draw < 4'000; ++draw) {
      auto draws = Streams{5, draw}(Luck::value, bidders);
      std::vector<Bidder> drawn(bidders);
      for (auto& bidder : drawn) bidder.value = draws.uniform();
      const double paid = under(drawn, AwardRule::open).payment;
      const auto envelope = first_price_award(drawn, uniform);
      EXPECT_EQ(envelope.winner, under(drawn, AwardRule::open).winner);
      open.add(paid);
      sealed.add(envelope.payment);
      difference.add(paid - envelope.payment);
    }
    const double expected = (bidders - 1.0) / (bidders + 1);
    EXPECT_LT(std::abs(open.mean() - expected), 4.5 * open.error());
    EXPECT_LT(std::abs(sealed.mean() - expected), 4.5 * sealed.error());
    EXPECT_LT(std::abs(difference.mean()), 4.5 * difference.error());
    EXPECT_LT(sealed.error(), open.error());  // sealed bids earn the same with less spread
  }
}

TEST(FirstPriceAward, RefusesWhatItCannotSolve) {
  const auto uniform = ValueDistribution::uniform(0, 1);
  const std::vector<Bidder> unequal{{0.5, 0}, {0.5, 1}}, poor{{0.5, 0, 0.2}, {0.5, 0}},
      strange{{1.5, 0}, {0.5, 0}}, enough{{0.5, 2, 0.5}, {0.7, 2}};
  EXPECT_THROW(first_price_award(unequal, uniform), InputError);
  EXPECT_THROW(first_price_award(poor, uniform), InputError);
  EXPECT_THROW(first_price_award(strange, uniform), InputError);
  EXPECT_NEAR(first_price_award(enough, uniform).payment, 0.35, 1e-12);
}

// ------------------------------------------------------------------------------------------ menu

std::vector<MenuBidder> made_up_menu(std::uint64_t number, std::size_t rows, int items) {
  auto draws = Streams{31, number}(Luck::menu, rows);
  std::vector<MenuBidder> bidders(rows);
  for (auto& bidder : bidders) {
    bidder.value.assign(1u << items, 0.0);
    bidder.merit.assign(1u << items, 0.0);
    for (std::size_t bundle = 1; bundle < bidder.value.size(); ++bundle) {
      bidder.value[bundle] = std::round(40 * draws.uniform()) / 4;
      bidder.merit[bundle] = std::round(40 * draws.uniform()) / 4 - 4;
    }
  }
  return bidders;
}

/// Every item to every bidder or to nobody, one by one; only bidders of `payers` pay.
double brute_force(const std::vector<MenuBidder>& bidders, int items, std::size_t payers) {
  const std::size_t rows = bidders.size();
  std::size_t allocations = 1;
  for (int item = 0; item < items; ++item) allocations *= rows + 1;
  double best = -kUnlimited;
  for (std::size_t allocation = 0; allocation < allocations; ++allocation) {
    std::vector<std::size_t> bundle(rows + 1, 0);
    std::size_t rest = allocation;
    for (int item = 0; item < items; ++item, rest /= rows + 1)
      bundle[rest % (rows + 1)] |= std::size_t{1} << item;
    double welfare = 0;
    for (std::size_t row = 0; row < rows; ++row)
      welfare += bidders[row].merit[bundle[row]] +
                 ((payers >> row & 1) != 0 ? bidders[row].value[bundle[row]] : 0.0);
    best = std::max(best, welfare);
  }
  return best;
}

TEST(MenuAward, IsEfficient) {
  for (std::uint64_t number = 0; number < 60; ++number) {
    const std::size_t rows = 1 + number % 4;
    const auto bidders = made_up_menu(number, rows, 3);
    const auto result = menu_award(bidders);
    EXPECT_NEAR(result.welfare, brute_force(bidders, 3, (1u << rows) - 1), 1e-12);
    double welfare = 0;
    std::uint32_t given = 0;
    for (std::size_t row = 0; row < rows; ++row) {
      EXPECT_EQ(given & result.bundle[row], 0u);  // no item twice
      given |= result.bundle[row];
      welfare += bidders[row].value[result.bundle[row]] + bidders[row].merit[result.bundle[row]];
    }
    EXPECT_NEAR(welfare, result.welfare, 1e-12);
  }
}

TEST(MenuAward, IsATruthfulEquilibrium) {
  // No set of bidders gains more than it adds, and nobody could ask for more: Bernheim & Whinston
  // (1986), theorem 2.
  int squeezed = 0;
  for (std::uint64_t number = 0; number < 60; ++number) {
    const std::size_t rows = 2 + number % 3, all = (1u << rows) - 1;
    const auto bidders = made_up_menu(number, rows, 3);
    const auto result = menu_award(bidders);
    std::vector<bool> exhausted(rows, false);
    for (std::size_t set = 1; set <= all; ++set) {
      double net = 0;
      for (std::size_t row = 0; row < rows; ++row)
        if ((set >> row & 1) != 0) net += result.net[row];
      const double left = result.welfare - brute_force(bidders, 3, all ^ set) - net;
      EXPECT_GE(left, -1e-9);
      for (std::size_t row = 0; row < rows; ++row)
        if ((set >> row & 1) != 0 && left < 1e-9) exhausted[row] = true;
    }
    EXPECT_EQ(std::count(exhausted.begin(), exhausted.end(), true), static_cast<long>(rows));
    double paid = result.awarder_net;
    for (std::size_t row = 0; row < rows; ++row) {
      EXPECT_GE(result.payment[row], 0);
      EXPECT_GE(result.net[row], 0);
      paid += result.net[row];
    }
    EXPECT_NEAR(paid, result.welfare, 1e-9);
    squeezed += result.at_opportunity_cost ? 0 : 1;
  }
  EXPECT_GT(squeezed, 0);  // both kinds of cases were met
  EXPECT_LT(squeezed, 60);
}

TEST(MenuAward, OfOneItemIsTheAscendingAuction) {
  for (std::uint64_t number = 0; number < kCases; ++number) {
    const auto bidders = made_up(number, false);
    std::vector<MenuBidder> menus;
    for (const auto& bidder : bidders) menus.push_back({{0, bidder.value}, {0, bidder.merit}});
    const auto open = award(bidders, {.outside = 0});
    const auto menu = menu_award(menus);
    EXPECT_TRUE(menu.at_opportunity_cost);
    EXPECT_NEAR(menu.welfare, open.welfare, 1e-12);
    EXPECT_NEAR(menu.awarder_net, open.awarder_net, 1e-12);
    if (open.winner) {
      EXPECT_EQ(menu.bundle[*open.winner], 1u);
      EXPECT_NEAR(menu.payment[*open.winner], open.payment, 1e-12);
    }
  }
}

TEST(MenuAward, MakesTwoBiddersWhoNeedEachOtherShare) {
  // The first two want one item each, 6 each; the third wants both, 8. Opportunity costs, 2 each,
  // would leave the awarder with 4 where the third offers 8: they must put up 8 together.
  const std::vector<MenuBidder> bidders{
      {{0, 6, 0, 6}, {0, 0, 0, 0}}, {{0, 0, 6, 6}, {0, 0, 0, 0}}, {{0, 0, 0, 8}, {0, 0, 0, 0}}};
  const auto result = menu_award(bidders);
  EXPECT_FALSE(result.at_opportunity_cost);
  EXPECT_EQ(result.bundle, (std::vector<std::uint32_t>{1, 2, 0}));
  EXPECT_NEAR(result.payment[0], 4, 1e-12);
  EXPECT_NEAR(result.payment[1], 4, 1e-12);
  EXPECT_NEAR(result.awarder_net, 8, 1e-12);
}

TEST(MenuAward, RefusesWhatIsNoMenu) {
  EXPECT_THROW(menu_award({}), InputError);
  const std::vector<MenuBidder> three{{{0, 1, 2}, {0, 0, 0}}}, uneven{{{0, 1}, {0, 0, 0, 0}}},
      free{{{1, 1}, {0, 0}}}, negative{{{0, -1}, {0, 0}}};
  for (const auto& bidders : {three, uneven, free, negative})
    EXPECT_THROW(menu_award(bidders), InputError);
  const std::vector<MenuBidder> many(24, {{0, 1}, {0, 0}});
  EXPECT_THROW(menu_award(many), InputError);
}

}  // namespace
}  // namespace tavolo::engine::negotiation
