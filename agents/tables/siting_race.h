#pragma once

#include <optional>
#include <vector>

#include "agents/tables/siting_table.h"
#include "agents/world.h"
#include "engine/random.h"

/// Governments race for an entrant: which country gets it, on what terms, and what the public pays,
/// under the scenario's aid regime (economics.md, section 6).
///
/// Every government with a site and money bids terms: kits or a plant, aid, guaranteed jobs,
/// clawback. What the entrant makes of terms (entrant_worth_eur) is their score, and a government
/// may go as far as its own worth of them stays positive, within the aid regime and its budget: a
/// scoring auction (Che 1993). In money alone it is the race of Black & Hoyt (1989) and Slattery
/// (2025): highest value + profit wins, and pays what the second-highest leaves.

namespace tavolo::agents {

/// Terms with their aid left open. Worth is linear in aid:
/// entrant_eur + entrant_per_eur x aid, government_eur - government_per_eur x aid.
struct SitePackage {
  SitingTerms terms;      ///< aid_share is 0
  std::size_t offer = 0;  ///< row of SitingCase::offers
  double entrant_eur = 0, entrant_per_eur = 0;
  double government_eur = 0, government_per_eur = 0;
  double most_aid_eur = 0;  ///< by the regime, the budget and the government's own worth

  double score(double aid_eur) const { return entrant_eur + entrant_per_eur * aid_eur; }
  double government_worth(double aid_eur) const {
    return government_eur - government_per_eur * aid_eur;
  }
};

/// A country in the race. One whose government does not bid is there with what it offers unaided.
struct SiteBid {
  SitingCase c;
  bool bids = false;
  bool in_pact = false;
  std::vector<SitePackage> packages;
  double limit_eur = 0;    ///< the best score that it can offer; -infinity without packages
  double unaided_eur = 0;  ///< the best score without aid
};

/// Who gets the entrant, and on what terms.
struct SiteAward {
  std::size_t bid = 0;
  SitePackage package;
  double aid_eur = 0;
  double score_eur = 0;    ///< of the terms, to the entrant
  double to_beat_eur = 0;  ///< best score of the others, or of staying away
};

/// The race as it opens: every country where the entrant might go, in the order of governments.
std::vector<SiteBid> site_bids(const Scenario&, const World&, const engine::Streams&, int carmaker);

/// The terms of a bid that give the entrant `score_eur` and are best for the government; none if
/// it cannot go so far.
std::optional<SiteAward> cheapest_terms(const SiteBid&, double score_eur);

/// Ascending: the bid with the highest limit wins and gives what beats the second, and staying
/// away (0); without aid if that does. Sealed: each of N bidders offers its part of the way,
/// (N - 1) / N, from what is certain (its unaided score, or 0) to its limit: the equilibrium of N
/// equal bidders with values uniform on that way (Vickrey 1961; Kim 2020). Ties go to the first.
/// None if no terms are worth more to the entrant than staying away.
std::optional<SiteAward> award(const std::vector<SiteBid>&, SitingProtocol);

/// Members of a pact do not bid against one another but buy as one. The entrant's alternative is
/// the best of what non-members offer, of members' sites without aid, and of staying away. Of terms
/// that beat it within the pact's cap those are taken that are worth most to entrant and government
/// together. Aid is the asymmetric Nash solution between the two, `entrant_power` in [0, 1] being
/// the entrant's: at 0 a ring of buyers pays what keeps the seller from leaving (McAfee & McMillan
/// 1992, AER 82, 579-599). If nothing beats the alternative, the entrant takes it, as in award().
std::optional<SiteAward> award_in_pact(const std::vector<SiteBid>&, SitingProtocol,
                                       double entrant_power);

/// In January, where governments race (siting_protocol): holds the race for every entrant that
/// reviews its way into Europe; the winner's terms bind at once. Writes projects, agreements, money
/// reserved for entrants, minutes, events. Luck: Chance::private_value (carmaker, government).
void hold_site_races(const Scenario&, World&, const engine::Streams&);

}  // namespace tavolo::agents
