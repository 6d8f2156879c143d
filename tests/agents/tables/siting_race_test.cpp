#include "agents/tables/siting_race.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "agents/automotive_model.h"
#include "agents/tables/negotiate.h"
#include "engine/negotiation/auction.h"
#include "engine/random.h"
#include "tests/agents/tables/town.h"

namespace tavolo::agents {
namespace {

using engine::negotiation::AwardRule;
using engine::negotiation::Bidder;

constexpr int kFrance = 1, kAltro = 1;

/// A country that pays money for nothing but the site: value and merit in EUR, as in Slattery's
/// race.
SiteBid bid_of(double value, double merit, double cap, int government = 0) {
  SiteBid bid;
  bid.c.government = bid.c.country = government;
  bid.bids = cap > 0;
  SitePackage package;
  package.entrant_eur = merit;
  package.entrant_per_eur = 1;
  package.government_eur = value;
  package.government_per_eur = 1;
  package.most_aid_eur = std::min(value, cap);
  bid.packages = {package};
  bid.limit_eur = merit + package.most_aid_eur;
  bid.unaided_eur = merit;
  return bid;
}

std::vector<SiteBid> race(const std::vector<Bidder>& bidders, double cap) {
  std::vector<SiteBid> bids;
  for (const auto& b : bidders)
    bids.push_back(bid_of(b.value, b.merit, std::min(b.cap, cap), static_cast<int>(bids.size())));
  return bids;
}

std::vector<Bidder> random_bidders(std::uint64_t name) {
  enum class Luck { kValue = 1 };
  auto draws = engine::Streams{1, 0}(Luck::kValue, name);
  std::vector<Bidder> bidders(2 + static_cast<std::size_t>(5 * draws.uniform()));
  for (auto& bidder : bidders)
    bidder = {1e9 * draws.uniform(), 1e9 * (draws.uniform() - 0.3), 1e9 * draws.uniform()};
  return bidders;
}

TEST(SitingRace, InMoneyAloneIsTheAscendingAuctionOfTheEngine) {
  for (std::uint64_t name = 0; name < 300; ++name) {
    const auto bidders = random_bidders(name);
    const auto theirs =
        engine::negotiation::award(bidders, {.rule = AwardRule::open, .outside = 0});
    const auto ours = award(race(bidders, 1e18), SitingProtocol::ascending);
    ASSERT_EQ(ours.has_value(), theirs.winner.has_value());
    if (!ours) continue;
    EXPECT_EQ(ours->bid, *theirs.winner);
    EXPECT_NEAR(ours->aid_eur, theirs.payment, 1);
    EXPECT_NEAR(ours->score_eur, theirs.awarder_net, 1);
  }
}

TEST(SitingRace, WithoutAidEveryEntrantGoesWhereItEarnsMost) {
  for (std::uint64_t name = 0; name < 300; ++name) {
    const auto bidders = random_bidders(name);
    const auto ours = award(race(bidders, 0), SitingProtocol::ascending);
    const auto best =
        std::max_element(bidders.begin(), bidders.end(),
                         [](const Bidder& a, const Bidder& b) { return a.merit < b.merit; });
    if (best->merit < 0) {
      EXPECT_FALSE(ours);
      continue;
    }
    ASSERT_TRUE(ours);
    EXPECT_EQ(ours->bid, static_cast<std::size_t>(best - bidders.begin()));
    EXPECT_EQ(ours->aid_eur, 0);
  }
}

TEST(SitingRace, PaysLessUnderATighterCap) {
  for (std::uint64_t name = 0; name < 300; ++name) {
    const auto bidders = random_bidders(name);
    double before = 0;
    for (const double cap : {0.0, 1e8, 3e8, 1e9}) {
      const auto ours = award(race(bidders, cap), SitingProtocol::ascending);
      const double worth = ours ? ours->score_eur : 0;
      EXPECT_GE(worth, before - 1) << "the entrant never gains by a cap";
      before = worth;
    }
  }
}

TEST(SitingRace, SealedBiddersOfferTheirPartOfTheWay) {
  // four equal bidders with nothing certain: (N - 1) / N of the value
  std::vector<SiteBid> bids;
  for (const double value : {100e6, 80e6, 40e6, 20e6}) bids.push_back(bid_of(value, 0, 1e18));
  const auto won = award(bids, SitingProtocol::sealed);
  ASSERT_TRUE(won);
  EXPECT_EQ(won->bid, 0U);
  EXPECT_NEAR(won->aid_eur, 0.75 * 100e6, 1);
}

TEST(SitingRace, AGovernmentThatGivesNothingAsksForNothing) {
  auto bid = bid_of(100e6, 50e6, 30e6);
  auto with_jobs = bid.packages[0];
  with_jobs.terms.jobs_floor = 0.8;
  with_jobs.entrant_eur -= 5e6;
  with_jobs.government_eur += 40e6;
  bid.packages.push_back(with_jobs);
  const auto unaided = cheapest_terms(bid, 20e6);
  ASSERT_TRUE(unaided);
  EXPECT_EQ(unaided->package.terms.jobs_floor, 0);
  const auto aided = cheapest_terms(bid, 60e6);
  ASSERT_TRUE(aided);
  EXPECT_EQ(aided->package.terms.jobs_floor, 0.8);
  EXPECT_NEAR(aided->aid_eur, 15e6, 1);
  EXPECT_FALSE(cheapest_terms(bid, 81e6));
}

TEST(SitingRace, MembersOfAPactTakeTheSiteThatIsBestForAllAndSplitTheGain) {
  auto first = bid_of(300e6, 20e6, 1e18, 0), second = bid_of(100e6, 80e6, 1e18, 1);
  first.in_pact = second.in_pact = true;
  // joint gain over the entrant's best without a pact (80): 320 - 80
  for (const double power : {0.0, 0.5, 1.0}) {
    const auto won = award_in_pact({first, second}, SitingProtocol::ascending, power);
    ASSERT_TRUE(won);
    EXPECT_EQ(won->bid, 0U);
    EXPECT_NEAR(won->score_eur, 80e6 + power * 240e6, 1);
    EXPECT_NEAR(won->package.government_worth(won->aid_eur), (1 - power) * 240e6, 1);
  }
}

TEST(SitingRace, ARingOfBuyersNeverPaysMoreThanItsMembersWouldPayOneAnother) {
  for (std::uint64_t name = 0; name < 300; ++name) {
    const auto bidders = random_bidders(name);
    auto members = race(bidders, 1e18);
    const auto raced = award(members, SitingProtocol::ascending);
    for (auto& member : members) member.in_pact = true;
    const auto ring = award_in_pact(members, SitingProtocol::ascending, 0);
    ASSERT_EQ(ring.has_value(), raced.has_value());
    if (!ring) continue;
    EXPECT_LE(ring->score_eur, raced->score_eur + 1) << "the entrant's rent shrinks";
  }
}

TEST(SitingRace, ANonMemberOutbidsAPactWhoseCapIsTooLow) {
  auto member = bid_of(300e6, 20e6, 30e6, 0);
  member.in_pact = true;
  const auto outsider = bid_of(100e6, 10e6, 1e18, 1);
  const auto won = award_in_pact({member, outsider}, SitingProtocol::ascending, 0);
  ASSERT_TRUE(won);
  EXPECT_EQ(won->bid, 1U);
  EXPECT_NEAR(won->score_eur, 20e6, 1);  // the member stays in the race unaided
}

/// Two-car town where Altro may go to Italy or to France, which bids by rule.
Scenario with_two_sites(const std::string& regime) {
  Scenario scenario = two_car_town();
  scenario.sites.push_back(scenario.sites[0]);
  scenario.sites[1].id = "altro-FR";
  scenario.sites[1].country = {"FR", 1};
  scenario.sites[1].affinity_eur_per_vehicle += 98;  // both are worth nearly the same, unaided
  scenario.sites[1].affinity_low = scenario.sites[1].affinity_high =
      scenario.sites[1].affinity_eur_per_vehicle;
  scenario.aid_regime = regime;
  scenario.regime = regime == "banned" ? AidRegime::banned
                    : regime == "open" ? AidRegime::open
                    : regime == "pact" ? AidRegime::pact
                                       : AidRegime::capped;
  initialise(scenario);
  return scenario;
}

double promised_eur(const World& world) {
  double aid = 0;
  for (const auto& project : world.projects)
    if (project.site >= 0) aid += project.grants_eur();
  return aid;
}

TEST(SitingRace, UnderABanIsTheRunInWhichNobodyMayPay) {
  Scenario reference = with_two_sites("capped");
  for (auto& country : reference.countries) country.aid_cap_share = 0;
  for (auto& plant : reference.plants) plant.aid_cap_share = -1;
  for (const char* policy : {"court_entrants", "no_intervention"})
    EXPECT_EQ(fingerprint(play(with_two_sites("banned"), policy, 1, 0)),
              fingerprint(play(reference, policy, 1, 0)));
}

TEST(SitingRace, PromisesNoMoreUnderACapThanInTheOpenAndNothingUnderABan) {
  double open = 0, capped = 0;
  for (std::uint64_t replication = 0; replication < 5; ++replication) {
    open += promised_eur(play(with_two_sites("open"), "court_entrants", 1, replication));
    capped += promised_eur(play(with_two_sites("capped"), "court_entrants", 1, replication));
    EXPECT_EQ(promised_eur(play(with_two_sites("banned"), "court_entrants", 1, replication)), 0);
  }
  EXPECT_GT(capped, 0);
  EXPECT_GE(open, capped);
}

TEST(SitingRace, KeepsWhatItReserved) {
  Town town;
  town.scenario = with_two_sites("open");
  town.world = first_world(town.scenario);
  town.world.budget_left_eur[kItaly] = 200e6;
  town.world.instruments[kItaly].entrant_budget_eur = 150e6;
  open_tables(town.scenario, town.world, town.now());
  ASSERT_FALSE(town.world.minutes.empty());
  const auto& minutes = town.world.minutes.front();
  EXPECT_EQ(minutes.kind, "siting");
  EXPECT_EQ(minutes.protocol, "ascending");
  ASSERT_TRUE(minutes.agreed());
  const bool at_home = minutes.terms[0].value == kItaly;
  EXPECT_NEAR(town.world.instruments[kItaly].entrant_budget_eur,
              150e6 - (at_home ? promised_eur(town.world) : 0), 1);
  EXPECT_GE(town.world.entrants[kAltro].project, 0);
}

}  // namespace
}  // namespace tavolo::agents
