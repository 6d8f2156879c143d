#include "agents/tables/siting_race.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "agents/carmakers/siting.h"
#include "agents/governments/treasury.h"
#include "agents/market/accounts.h"
#include "agents/market/aid.h"
#include "agents/tables/bargain.h"
#include "agents/words.h"

namespace tavolo::agents {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();
/// Scores are sums of hundreds of millions; what differs by less is rounding. [EUR]
constexpr double kRounding = 1e-3;

SitePackage package_of(const Scenario& scenario, const SitingCase& c, const SitingTerms& terms,
                       std::size_t offer, bool bids) {
  SitePackage package;
  package.terms = terms;
  package.offer = offer;
  package.entrant_eur = entrant_worth_eur(scenario, c, terms);
  package.government_eur = government_worth_eur(scenario, c, terms);
  const double capex = c.offers[offer].capex_eur;
  const double most = std::min(c.aid_cap_share[offer] * capex, c.budget_eur);
  if (!bids || most <= 0 || capex <= 0) return package;
  // both are linear in aid: two points tell the line
  SitingTerms aided = terms;
  aided.aid_share = most / capex;
  package.entrant_per_eur = (entrant_worth_eur(scenario, c, aided) - package.entrant_eur) / most;
  package.government_per_eur =
      (package.government_eur - government_worth_eur(scenario, c, aided)) / most;
  package.most_aid_eur = most;
  if (package.government_per_eur > 0)
    package.most_aid_eur =
        std::clamp(package.government_eur / package.government_per_eur, 0.0, most);
  return package;
}

bool asks_something(const SitePackage& package) {
  return package.terms.jobs_floor > 0 || package.terms.clawback_share > 0;
}

void add_packages(const Scenario& scenario, SiteBid& bid) {
  for (std::size_t offer = 0; offer < bid.c.offers.size(); ++offer)
    for (const double floor : siting_jobs_floors())
      for (const double clawback : siting_clawbacks()) {
        const SitingTerms terms{bid.c.offers[offer].mode, 0, floor, clawback};
        auto package = package_of(scenario, bid.c, terms, offer, bid.bids);
        if (asks_something(package) && package.most_aid_eur <= 0) continue;
        if (bid.bids && package.government_eur < 0) continue;
        bid.packages.push_back(package);
      }
  bid.limit_eur = bid.unaided_eur = kNever;
  for (const auto& package : bid.packages) {
    const double aid = package.entrant_per_eur > 0 ? package.most_aid_eur : 0;
    bid.limit_eur = std::max(bid.limit_eur, package.score(aid));
    if (!asks_something(package)) bid.unaided_eur = std::max(bid.unaided_eur, package.score(0));
  }
}

/// Sites that the entrant's own capex budget bears.
std::vector<SiteValue> affordable(const Scenario& scenario, const World& world, int carmaker) {
  auto values = site_values(scenario, world, carmaker);
  std::erase_if(values, [&](const SiteValue& value) {
    return !fits_budget(scenario, world, carmaker, value, 0);
  });
  return values;
}

std::vector<double> limits_but(const std::vector<SiteBid>& bids, std::size_t left_out) {
  std::vector<double> limits;
  for (std::size_t b = 0; b < bids.size(); ++b)
    if (b != left_out) limits.push_back(bids[b].limit_eur);
  return limits;
}

double greatest(const std::vector<double>& values, double at_least) {
  double best = at_least;
  for (const double value : values) best = std::max(best, value);
  return best;
}

std::size_t with_greatest_limit(const std::vector<SiteBid>& bids) {
  const auto best = std::max_element(
      bids.begin(), bids.end(),
      [](const SiteBid& a, const SiteBid& b) { return a.limit_eur < b.limit_eur; });
  return static_cast<std::size_t>(best - bids.begin());
}

std::optional<SiteAward> award_ascending(const std::vector<SiteBid>& bids) {
  const std::size_t winner = with_greatest_limit(bids);
  const double to_beat = greatest(limits_but(bids, winner), 0);
  if (bids[winner].limit_eur < to_beat) return std::nullopt;  // nobody beats staying away
  auto result = cheapest_terms(bids[winner], to_beat);
  if (result) {
    result->bid = winner;
    result->to_beat_eur = to_beat;
  }
  return result;
}

std::optional<SiteAward> award_sealed(const std::vector<SiteBid>& bids) {
  const auto bidders = static_cast<double>(
      std::count_if(bids.begin(), bids.end(), [](const SiteBid& bid) { return bid.bids; }));
  std::size_t winner = 0;
  std::vector<double> offers;
  for (std::size_t b = 0; b < bids.size(); ++b) {
    const double certain = std::max(0.0, bids[b].unaided_eur);
    const double way = bids[b].limit_eur - certain;
    offers.push_back(way > 0 ? certain + (bidders - 1) / std::max(1.0, bidders) * way
                             : bids[b].limit_eur);
    if (offers[b] > offers[winner]) winner = b;
  }
  if (bids[winner].limit_eur < 0) return std::nullopt;
  auto result = cheapest_terms(bids[winner], std::max(0.0, offers[winner]));
  offers.erase(offers.begin() + static_cast<std::ptrdiff_t>(winner));
  if (result) {
    result->bid = winner;
    result->to_beat_eur = greatest(offers, 0);
  }
  return result;
}

/// A government that has won writes down what was promised; what it reserved pays for it.
void settle(const Scenario& scenario, World& world, int carmaker, const SiteBid& bid,
            const SiteAward& award) {
  SitingTerms terms = award.package.terms;
  const auto& value = bid.c.offers[award.package.offer];
  terms.aid_share = award.aid_eur / value.capex_eur;
  const int government = bid.c.government;
  int agreement = -1;
  if (bid.bids && (award.aid_eur > 0 || terms.jobs_floor > 0)) {
    agreement = static_cast<int>(world.agreements.size());
    world.agreements.push_back(
        siting_agreement(scenario, world, bid.c, award.package.offer, terms));
  }
  if (scenario.governments[government].strategic)
    world.instruments[government].entrant_budget_eur -= award.aid_eur;
  settle_entrant(scenario, world, carmaker, value, award.aid_eur, agreement < 0 ? -1 : government,
                 agreement);
}

engine::Minutes minutes_of(const Scenario& scenario, const World& world, int carmaker,
                           const std::vector<SiteBid>& bids, const std::optional<SiteAward>& won,
                           const std::string& protocol) {
  engine::Minutes minutes;
  minutes.opened = minutes.closed = world.month;
  minutes.kind = "siting";
  minutes.name = "the race for " + scenario.carmakers[carmaker].name;
  minutes.protocol = protocol;
  minutes.end = won ? "agreed" : "no zone of agreement";
  minutes.parties.push_back(
      {scenario.carmakers[carmaker].name, won ? won->score_eur : 0, won ? won->to_beat_eur : 0});
  int round = 0;
  for (std::size_t b = 0; b < bids.size(); ++b) {
    const bool winner = won && won->bid == b;
    const int party = static_cast<int>(minutes.parties.size());
    minutes.parties.push_back({scenario.governments[bids[b].c.government].name,
                               winner ? won->package.government_worth(won->aid_eur) : 0, 0});
    // where each left the race, and what the winner gave
    minutes.transcript.push_back(
        {party, ++round, {winner ? won->score_eur : std::max(kNever, bids[b].limit_eur)}});
  }
  minutes.rounds = round;
  if (!won) return minutes;
  const auto& bid = bids[won->bid];
  const auto& value = bid.c.offers[won->package.offer];
  minutes.terms = {{"government", static_cast<double>(bid.c.government)},
                   {"mode", static_cast<double>(value.mode)},
                   {"units_per_year", value.units_per_year},
                   {"capex_eur", value.capex_eur},
                   {"aid_eur", won->aid_eur},
                   {"jobs_floor_share", won->package.terms.jobs_floor},
                   {"clawback_share", won->package.terms.clawback_share}};
  return minutes;
}

void tell_race(const Scenario& scenario, World& world, int carmaker,
               const std::vector<SiteBid>& bids, const std::optional<SiteAward>& won) {
  const auto& entrant = scenario.carmakers[carmaker].name;
  std::vector<std::string> lost;
  bool contested = false;
  for (std::size_t b = 0; b < bids.size(); ++b) {
    contested |= bids[b].bids;
    if (bids[b].bids && (!won || won->bid != b))
      lost.push_back(scenario.countries[bids[b].c.country].name);
  }
  if (!contested) return;
  if (!won) {
    // that nobody comes is news once
    const std::string what = "No government offers " + entrant + " enough for a site in Europe";
    if (std::none_of(world.events.begin(), world.events.end(),
                     [&](const engine::Event& event) { return event.text == what; }))
      tell(world, "talks", what);
    return;
  }
  const auto& bid = bids[won->bid];
  SitingTerms terms = won->package.terms;
  terms.aid_share = won->aid_eur / bid.c.offers[won->package.offer].capex_eur;
  tell(world, "agreement",
       scenario.countries[bid.c.country].name + " wins " + entrant +
           (lost.empty() ? "" : " against " + words::listed(lost)) + ": " +
           describe_siting_terms(bid.c, won->package.offer, terms) + "; worth " +
           words::meur(won->score_eur) + " to " + entrant + ", the next best " +
           words::meur(won->to_beat_eur) +
           // unaided, the next best would have been the better one
           (won->aid_eur > 0 && bid.unaided_eur < won->to_beat_eur - kRounding ? "; aid decides it"
                                                                               : ""));
}

}  // namespace

std::vector<SiteBid> site_bids(const Scenario& scenario, const World& world,
                               const engine::Streams& luck, int carmaker) {
  std::vector<SiteBid> bids;
  const auto values = affordable(scenario, world, carmaker);
  for (std::size_t g = 0; g < scenario.governments.size(); ++g) {
    const int government = static_cast<int>(g);
    const auto& row = scenario.governments[g];
    SiteBid bid;
    bid.c = siting_case(scenario, world, luck, government, carmaker, values);
    if (bid.c.offers.empty()) continue;
    if (!row.strategic) bid.c.budget_eur = yearly_budget_eur(row, world.month.year());
    bid.bids =
        row.strategic ? courts_entrants(scenario, world, row.country.row) : bid.c.budget_eur > 0;
    bid.in_pact = is_in_pact(scenario, world, row.country.row);
    add_packages(scenario, bid);
    bids.push_back(std::move(bid));
  }
  return bids;
}

std::optional<SiteAward> cheapest_terms(const SiteBid& bid, double score_eur) {
  std::optional<SiteAward> best;
  for (const auto& package : bid.packages) {
    const double missing = score_eur - package.score(0);
    double aid = 0;
    if (missing <= kRounding) {
      if (asks_something(package)) continue;  // who gives nothing can ask for nothing
    } else {
      if (package.entrant_per_eur <= 0) continue;
      aid = missing / package.entrant_per_eur;
      if (aid > package.most_aid_eur + kRounding) continue;
    }
    aid = std::min(aid, package.most_aid_eur);
    if (best && package.government_worth(aid) <= best->package.government_worth(best->aid_eur))
      continue;
    best = SiteAward{0, package, aid, package.score(aid), score_eur};
  }
  return best;
}

std::optional<SiteAward> award(const std::vector<SiteBid>& bids, SitingProtocol protocol) {
  if (bids.empty()) return std::nullopt;
  return protocol == SitingProtocol::sealed ? award_sealed(bids) : award_ascending(bids);
}

std::optional<SiteAward> award_in_pact(const std::vector<SiteBid>& bids, SitingProtocol protocol,
                                       double entrant_power) {
  double alternative = 0;  // what the entrant has if it refuses
  for (const auto& bid : bids)
    alternative = std::max(alternative, bid.in_pact ? bid.unaided_eur : bid.limit_eur);
  std::optional<SiteAward> best;
  double joint = kNever;
  for (std::size_t b = 0; b < bids.size(); ++b) {
    if (!bids[b].in_pact) continue;
    for (const auto& package : bids[b].packages) {
      double aid = 0;
      if (package.entrant_per_eur > 0 && package.government_per_eur > 0)
        aid = std::clamp(
            entrant_power * package.government_eur / package.government_per_eur -
                (1 - entrant_power) * (package.score(0) - alternative) / package.entrant_per_eur,
            0.0, package.most_aid_eur);
      if (package.score(aid) < alternative - kRounding || (asks_something(package) && aid <= 0))
        continue;
      const double worth = package.score(aid) + package.government_worth(aid);
      if (worth <= joint) continue;
      joint = worth;
      best = SiteAward{b, package, aid, package.score(aid), alternative};
    }
  }
  if (best) return best;
  // refused: it goes where it would go unaided, or to a non-member that offers more
  std::vector<SiteBid> refused = bids;
  for (auto& bid : refused) {
    if (!bid.in_pact) continue;
    std::erase_if(bid.packages, asks_something);
    for (auto& package : bid.packages) package.most_aid_eur = 0;
    bid.limit_eur = bid.unaided_eur;
  }
  return award(refused, protocol);
}

void hold_site_races(const Scenario& scenario, World& world, const engine::Streams& luck) {
  if (scenario.siting == SitingProtocol::bargaining || !reviews_sites(scenario, world)) return;
  for (std::size_t f = 0; f < scenario.carmakers.size(); ++f) {
    if (!scenario.carmakers[f].entrant) continue;
    const int carmaker = static_cast<int>(f);
    const auto bids = site_bids(scenario, world, luck, carmaker);
    if (bids.empty()) continue;
    const bool pact =
        std::any_of(bids.begin(), bids.end(), [](const SiteBid& bid) { return bid.in_pact; });
    const auto won =
        pact ? award_in_pact(bids, scenario.siting, scenario.parameters.tables.pact_entrant_power)
             : award(bids, scenario.siting);
    const std::string protocol = pact ? "pact" : scenario.siting_protocol;
    tell_race(scenario, world, carmaker, bids, won);
    world.minutes.push_back(minutes_of(scenario, world, carmaker, bids, won, protocol));
    if (won) settle(scenario, world, carmaker, bids[won->bid], *won);
  }
}

}  // namespace tavolo::agents
