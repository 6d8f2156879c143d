#include "agents/tables/transition_table.h"

#include <gtest/gtest.h>

#include <cmath>

#include "agents/tables/negotiate.h"
#include "agents/tables/obligations.h"
#include "tests/agents/tables/town.h"

namespace tavolo::agents {
namespace {

using engine::negotiation::kInfeasible;
using engine::negotiation::Status;

/// Italy, Casa and the unions of Torre: a third of the workers has no work; Casa could confirm its
/// van and move a car to Torre, which would cost it something.
struct Talks : Town {
  TransitionCase about;
  Talks() {
    world.budget_left_eur[kItaly] = 120e6;
    torre_state().headcount = 2'400;
    about.government = kItaly;
    about.carmaker = kCasa;
    about.country = scenario.governments[kItaly].country.row;
    about.due_year = 2030;
    about.years = 7;
    about.planned_output = 115'000;
    about.target_output = 150'000;
    about.aid_max_eur = 150e6;
    about.money_eur = 600e6;
    about.moves = {{3, torre(), 0, 0, Month::of(2029, 12)},
                   {1, torre(), 25'000, 15e6, Month::of(2028, 12)}};
    const double per_vehicle = 24.0 / 1650;
    about.plants = {
        {torre(), 2'400, 115'000 * per_vehicle, 56'000, 1, {0, 0, 25'000 * per_vehicle}}};
    about.jobs_per_vehicle = per_vehicle;
    about.grievance_cost_eur = 5e6;
    about.hurdle_rate = 0.12;
    about.trust_in_maker = about.trust_in_government = 0.7;
  }
  TableState table() const { return transition_table(scenario, world, about); }
  TableState played() const {
    auto result = table();
    result.session->play(result.session->rounds());
    return result;
  }
  /// A table that has agreed on these terms, to everybody's satisfaction.
  TableState agreed_on(const TransitionTerms& terms) const {
    auto result = table();
    const auto& agenda = result.session->agenda();
    std::vector<double> only(agenda.outcomes(), kInfeasible);
    only[agenda.index({terms.output, static_cast<double>(terms.models), terms.jobs_floor,
                       terms.aid_eur, terms.clawback_share, terms.energy_relief_eur_per_mwh,
                       static_cast<double>(terms.longer_years)})] = 1;
    const auto ranking = std::make_shared<const engine::negotiation::Ranking>(only);
    std::vector<engine::negotiation::Party> parties;
    for (const auto& party : result.session->parties())
      parties.emplace_back(party.name, ranking, 0, party.strategy);
    for (auto& chair : result.unions) {
      chair.ranking = ranking;
      chair.status_quo = chair.full_claim = 0;
    }
    result.session = {"saop", agenda, parties, 1};
    result.session->play(1);
    return result;
  }
  TableState agreed_on_much() const { return agreed_on({140'000, 2, 0.9, 75e6, 1}); }
  void bind(const TableState& table) { bind_transition_deal(scenario, world, now(), table); }
};

TEST(HeadcountPath, GoesSlowlyWhereOutputNeedsIt) {
  const LabourParameters labour;
  const auto down = headcount_path(labour, 1000, 600, 0, 30);
  EXPECT_LT(down.front(), 1000);
  EXPECT_GT(down.front(), 800);
  for (std::size_t t = 1; t < down.size(); ++t) EXPECT_LE(down[t], down[t - 1]);
  EXPECT_NEAR(down.back(), 600, 60);
  const auto up = headcount_path(labour, 600, 1000, 0, 30);
  EXPECT_NEAR(up.back(), 1000, 120);
  for (const double workers : up) EXPECT_LE(workers, 1000);
}

TEST(HeadcountPath, NeverFallsBelowAGuarantee) {
  for (const double workers : headcount_path({}, 1000, 300, 900, 12)) EXPECT_GE(workers, 900);
}

TEST(TransitionTable, LeavesNobodyWhoSignsBelowItsReservationValue) {
  int deals = 0;
  for (int i = 0; i < 40; ++i) {
    Talks talks;
    talks.about.private_factor = std::exp(0.1 * (i - 20) / 5);
    talks.about.trust_in_maker = 0.4 + 0.015 * i;
    const auto table = talks.played();
    const auto deal = table.session->agreement();
    if (!deal) continue;
    ++deals;
    for (const auto& party : table.session->parties())
      EXPECT_GE(party.ranking->utility(*deal), party.reservation) << party.name;
    const auto terms = transition_terms(*table.session->terms());
    EXPECT_GE(maker_worth_eur(talks.scenario, talks.about, terms), -1);
    EXPECT_GE(government_worth_eur(talks.scenario, talks.about, terms), -1);
  }
  EXPECT_GT(deals, 10);
}

TEST(TransitionTable, EndsAlikeForTheSameCase) {
  const Talks talks;
  const auto a = talks.played(), b = talks.played();
  EXPECT_EQ(a.session->agreement(), b.session->agreement());
  EXPECT_EQ(a.session->round(), b.session->round());
}

TEST(TransitionTable, RewardsTheTougherGovernment) {
  // not with less aid, but with utility
  Talks tough, soft;
  tough.scenario.governments[kItaly].concession = 0.25;
  soft.scenario.governments[kItaly].concession = 4;
  const auto a = tough.played(), b = soft.played();
  ASSERT_EQ(a.session->status(), Status::agreed);
  ASSERT_EQ(b.session->status(), Status::agreed);
  EXPECT_GT(a.session->utility(0, *a.session->agreement()),
            b.session->utility(0, *b.session->agreement()));
}

TEST(TransitionTable, PutsNothingOnItBeyondTheBudget) {
  Talks talks;
  talks.about.money_eur = 20e6;
  const auto table = talks.table();
  const auto& session = *table.session;
  for (std::size_t o = 0; o < session.agenda().outcomes(); ++o)
    if (session.agenda().offer(o)[3] > 20e6) {
      EXPECT_EQ(session.utility(0, o), kInfeasible);
    }
}

TEST(TransitionTable, PutsNothingOnItThatTheGovernmentWouldNotSign) {
  const Talks talks;
  const auto table = talks.table();
  for (std::size_t o = 0; o < table.session->agenda().outcomes(); ++o)
    if (table.session->utility(0, o) != kInfeasible) {
      EXPECT_GE(government_worth_eur(talks.scenario, talks.about,
                                     transition_terms(table.session->agenda().offer(o))),
                0);
    }
}

TEST(TransitionWorth, OfAidIsWhatTheMakerTrustsTheGovernmentFor) {
  Talks trusted, doubted;
  doubted.about.trust_in_government = 0.2;
  const TransitionTerms terms{115'000, 0, 0, 100e6, 0};
  EXPECT_GT(maker_worth_eur(trusted.scenario, trusted.about, terms),
            maker_worth_eur(doubted.scenario, doubted.about, terms));
}

TEST(TransitionWorth, OfAPledgeFallsWithTheMakersRecord) {
  Talks trusted, doubted;
  doubted.about.trust_in_maker = 0.3;
  const TransitionTerms pledge{140'000, 0, 0, 0, 0}, model{140'000, 2, 0, 0, 0};
  EXPECT_GT(government_worth_eur(trusted.scenario, trusted.about, pledge),
            government_worth_eur(doubted.scenario, doubted.about, pledge));
  // a model that brings the vehicles is worth more than the word alone
  EXPECT_GT(government_worth_eur(trusted.scenario, trusted.about, model),
            government_worth_eur(trusted.scenario, trusted.about, pledge));
}

TEST(TransitionWorth, OfAClawbackIsThatGuaranteesAreBelieved) {
  const Talks talks;
  const TransitionTerms word{115'000, 0, 1, 100e6, 0}, bond{115'000, 0, 1, 100e6, 1};
  EXPECT_GT(guarantee_credibility(talks.scenario, talks.about, bond),
            guarantee_credibility(talks.scenario, talks.about, word));
  EXPECT_LE(guarantee_credibility(talks.scenario, talks.about, bond), talks.about.trust_in_maker);
  EXPECT_LT(maker_worth_eur(talks.scenario, talks.about, bond),
            maker_worth_eur(talks.scenario, talks.about, word));
}

TEST(TransitionWorth, OfModelsIsJobsForTheMembersWhereTheyCome) {
  const Talks talks;
  EXPECT_GT(members_worth(talks.scenario, talks.about, 0, {115'000, 2, 0, 0, 0}),
            members_status_quo(talks.scenario, talks.about, 0));
  EXPECT_DOUBLE_EQ(members_worth(talks.scenario, talks.about, 0, {115'000, 0, 0, 0, 0}),
                   members_status_quo(talks.scenario, talks.about, 0));
}

TEST(TransitionDeal, CommitsModelsWritesPromisesAndReservesTheMoney) {
  Talks talks;
  const auto table = talks.agreed_on_much();
  ASSERT_EQ(table.session->status(), Status::agreed);
  const auto terms = transition_terms(*table.session->terms());
  talks.bind(table);
  ASSERT_EQ(talks.world.agreements.size(), 1u);
  const auto& agreement = talks.world.agreements[0];
  EXPECT_EQ(agreement_in_force(talks.world, kItaly, "transition"), 0);
  EXPECT_EQ(agreement.aid_promised_eur, terms.aid_eur);
  double output = 0, models = 0, jobs = 0, aid = 0;
  for (const auto& promise : agreement.obligations) {
    if (promise.kind == Obligation::Kind::output) output += promise.amount;
    if (promise.kind == Obligation::Kind::models) models += promise.amount;
    if (promise.kind == Obligation::Kind::jobs) jobs += promise.amount;
    if (promise.kind == Obligation::Kind::aid) aid += promise.amount;
  }
  EXPECT_EQ(output, terms.output);
  EXPECT_EQ(models, terms.models);
  EXPECT_NEAR(jobs, terms.jobs_floor * 2'400, 1e-6);
  EXPECT_EQ(aid, terms.aid_eur);
  for (int i = 0; i < terms.models; ++i) {
    const auto& programme = talks.world.programmes[table.moves[i].programme];
    EXPECT_EQ(programme.committed_plant, talks.torre());
    EXPECT_EQ(programme.committed_agreement, 0);
  }
  EXPECT_NEAR(talks.world.committed_eur[kItaly], terms.aid_eur / 7, 1);
  EXPECT_TRUE(talks.told("agreement"));
}

TEST(TransitionDeal, IsVotedDownByMembersWhoHaveLostPatience) {
  Talks talks;
  auto angry = talks.agreed_on_much();
  for (auto& chair : angry.unions) {  // nothing on the table is good enough
    chair.status_quo = 2;
    chair.full_claim = 2;
  }
  const double unrest = talks.torre_state().unrest;
  talks.bind(angry);
  EXPECT_TRUE(talks.world.agreements.empty());
  EXPECT_GT(talks.torre_state().unrest, unrest);
  EXPECT_TRUE(talks.told("talks"));
}

TEST(TransitionDeal, NeedsTheCabinetsMoney) {
  Talks talks;
  const auto table = talks.agreed_on_much();
  talks.world.budget_left_eur[kItaly] = 0;
  talks.scenario.governments[kItaly].budget_eur.clear();
  talks.bind(table);
  EXPECT_TRUE(talks.world.agreements.empty());
}

TEST(TransitionDeal, NeedsModelsThatAreStillToBePlaced) {
  Talks talks;
  const auto table = talks.agreed_on_much();
  talks.world.programmes[table.moves[0].programme].next_sourced = true;
  talks.bind(table);
  EXPECT_TRUE(talks.world.agreements.empty());
}

TEST(TransitionDeal, LeavesOutWhoWouldNotSign) {
  Talks talks;
  auto table = talks.agreed_on_much();
  ASSERT_FALSE(table.unions[1].seated);
  table.unions[1].status_quo = table.unions[1].full_claim = 2;  // 40 % of the voters
  talks.bind(table);
  ASSERT_EQ(talks.world.agreements.size(), 1u);
  EXPECT_EQ(talks.world.agreements[0].unions_outside, std::vector<int>{table.unions[1].row});
  EXPECT_GT(talks.torre_state().unrest, 0);
}

TEST(TransitionTable, IsCalledByTheInstrumentsAndNotEveryYear) {
  Town town;
  town.world.budget_left_eur[kItaly] = 120e6;
  open_transition_table(town.scenario, town.world, town.now(), kItaly);
  EXPECT_TRUE(town.world.tables.empty());
  town.world.instruments[kItaly].transition_aid_eur = 100e6;
  open_transition_table(town.scenario, town.world, town.now(), kItaly);
  ASSERT_EQ(town.world.tables.size(), 1u);
  EXPECT_EQ(town.world.tables[0].carmaker, kCasa);
  town.world.tables.clear();
  town.world.month = Month::of(2026, 1);
  open_transition_table(town.scenario, town.world, town.now(), kItaly);
  EXPECT_TRUE(town.world.tables.empty());
  town.world.month = Month::of(2027, 1);
  open_transition_table(town.scenario, town.world, town.now(), kItaly);
  EXPECT_EQ(town.world.tables.size(), 1u);
}

TEST(Tables, CloseWithinTheirRoundsAndLeaveTheWorld) {
  Town town;
  town.world.budget_left_eur[kItaly] = 120e6;
  town.world.instruments[kItaly].transition_aid_eur = 100e6;
  open_tables(town.scenario, town.world, town.now());
  EXPECT_FALSE(town.world.tables.empty());
  const auto& tables = town.scenario.parameters.tables;
  for (int month = 0; month < tables.rounds / tables.rounds_per_month; ++month)
    hold_tables(town.scenario, town.world, town.now());
  EXPECT_TRUE(town.world.tables.empty());
}

TEST(VolumeMaker, IsWhoMakesMostThere) {
  Town town;
  EXPECT_EQ(volume_maker(town.scenario, town.world, 0), kCasa);
  EXPECT_EQ(volume_maker(town.scenario, town.world, 2), -1);  // supplies are not tracked
}

}  // namespace
}  // namespace tavolo::agents
