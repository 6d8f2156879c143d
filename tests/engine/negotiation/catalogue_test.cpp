#include "engine/negotiation/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/error.h"
#include "engine/negotiation/alternating_offers.h"
#include "engine/negotiation/one_to_many.h"
#include "engine/negotiation/single_text.h"
#include "engine/negotiation/strategies.h"
#include "engine/negotiation/ultimatum.h"
#include "tests/support/refusal.h"

namespace tavolo::engine::negotiation {
namespace {

using test::refusal;
using testing::HasSubstr;

/// A name of the catalogue with a parameter where it wants one.
std::string complete(const CatalogueEntry& entry) {
  return std::string{entry.name} + (entry.parameter.empty() ? "" : ":0.5");
}

std::shared_ptr<const Agenda> agenda() {
  return std::make_shared<const Agenda>(std::vector<Issue>{{"terms", {0, 1, 2, 3, 4}}});
}

std::vector<Party> parties(std::size_t count, const std::string& strategy) {
  std::vector<Party> seated;
  for (std::size_t p = 0; p < count; ++p) {
    Utilities utilities;
    for (int x = 0; x < 5; ++x) utilities.of.push_back(p % 2 == 0 ? x / 4.0 : 1 - x / 4.0);
    seated.emplace_back("party", utilities, make_strategy(strategy));
  }
  return seated;
}

TEST(Catalogue, MakesEveryStrategyThatItListsWithEveryPart) {
  std::vector<std::string> parts{""};
  for (const auto& entry : opponent_model_catalogue()) parts.push_back("+" + complete(entry));
  for (const auto& entry : acceptance_catalogue()) parts.push_back("+" + complete(entry));
  for (const auto& entry : strategy_catalogue())
    for (const auto& part : parts) {
      const auto text = complete(entry) + part;
      AlternatingOffers talks{agenda(), parties(2, text), 30};
      EXPECT_NE(talks.play(30), Status::open) << text;
      EXPECT_EQ(make_strategy(text).name, text);
    }
}

TEST(Catalogue, MakesEveryProtocolThatItLists) {
  for (const auto& entry : protocol_catalogue()) {
    const auto talks = make_protocol(entry.name, agenda(), parties(3, "linear"), 30);
    EXPECT_NE(talks->play(30), Status::open) << entry.name;
  }
  EXPECT_TRUE(dynamic_cast<AlternatingOffers*>(
      make_protocol("SAOP", agenda(), parties(2, "linear"), 30).get()));
  EXPECT_TRUE(dynamic_cast<SingleText*>(
      make_protocol("single-text", agenda(), parties(2, "linear"), 30).get()));
}

TEST(Catalogue, TakesNamesInAnyCase) {
  for (const auto* text : {"BOULWARE", "Boulware", "boulware"}) {
    EXPECT_EQ(make_strategy(text).exponent, 4);
    EXPECT_EQ(make_strategy(text).name, "BOULWARE");
  }
  EXPECT_EQ(make_strategy("Tit-For-Tat").name, "TIT_FOR_TAT");
  EXPECT_EQ(make_strategy("time:2.5").exponent, 2.5);
  EXPECT_EQ(make_strategy("faratin:4").exponent, 0.25);
  EXPECT_EQ(make_strategy("boulware", Convention::genius).exponent, 5);
}

TEST(Catalogue, ComposesThePartsThatAreNamed) {
  const auto composed = make_strategy("boulware+frequency+ac_combi:0.95");
  EXPECT_TRUE(composed.bidding && composed.opponent_model && composed.acceptance);
  EXPECT_EQ(composed.exponent, 4);
  EXPECT_EQ(composed.name, "BOULWARE+FREQUENCY+AC_COMBI:0.95");
  EXPECT_FALSE(make_strategy("boulware").opponent_model);
  // in any order
  EXPECT_TRUE(make_strategy("boulware+ac_time:0.5+bayesian").opponent_model);
}

TEST(Catalogue, NamesTheNearestStrategyWhenThereIsNone) {
  EXPECT_THAT(refusal([] { make_strategy("BOULWAR"); }), HasSubstr("BOULWARE"));
  EXPECT_THAT(refusal([] { make_strategy("hardlinr"); }), HasSubstr("HARDLINER"));
  EXPECT_THAT(refusal([] { make_strategy("linear+frequenzy"); }), HasSubstr("FREQUENCY"));
  EXPECT_THAT(refusal([] { make_strategy("linear+"); }), HasSubstr("AC_NEXT"));
  EXPECT_THAT(refusal([] { make_strategy(""); }), HasSubstr("BOULWARE"));
  EXPECT_THAT(refusal([] { make_protocol("soap", agenda(), parties(2, "linear"), 3); }),
              HasSubstr("saop"));
  EXPECT_THAT(refusal([] { convention_named("negmass"); }), HasSubstr("negmas"));
}

TEST(Catalogue, RefusesParametersThatMakeNoSense) {
  for (const auto* text :
       {"TIME", "TIME:", "TIME:0", "TIME:-1", "TIME:x", "TIME:nan", "TIME:1e9", "TIME:2x",
        "LINEAR:2", "MICRO:1", "AC_TIME", "LINEAR+AC_TIME:1.5", "LINEAR+AC_CONST",
        "LINEAR+FREQUENCY+BAYESIAN", "LINEAR+AC_NEXT+AC_TIME"})
    EXPECT_NE(refusal([&] { make_strategy(text); }), "") << text;
}

TEST(Catalogue, KnowsAStrategyThatWasAdded) {
  add_strategy("test_half", "asks for a half",
               aiming("test_half", [](const View&) { return 0.5; }));
  EXPECT_EQ(make_strategy("Test-Half").name, "TEST_HALF");
  EXPECT_TRUE(make_strategy("test_half+frequency").opponent_model);
  EXPECT_EQ(added_strategies().back().second, "asks for a half");
  for (const auto* name : {"test_half", "linear", "hardliner", "", "No", "a-b"})
    EXPECT_NE(refusal([&] { add_strategy(name, "", linear()); }), "") << name;
}

}  // namespace
}  // namespace tavolo::engine::negotiation
