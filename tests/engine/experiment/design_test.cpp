#include "engine/experiment/design.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/toy_experiment.h"

namespace tavolo::engine {
namespace {

using test::kToyDesign;
using test::kToyHead;
using test::kToyResponses;
using test::toy_experiment_text;
using testing::AllOf;
using testing::HasSubstr;

class Design : public test::ToyExperiment {
 protected:
  std::string refused(const std::string& from, const std::string& to) const {
    return test::refusal([&] { experiment(replaced(toy_experiment_text(), from, to)); });
  }
};

TEST_F(Design, IsReadAsWritten) {
  const auto read = experiment();
  EXPECT_EQ(read.question, "What does aid do to the purse?");
  EXPECT_EQ(read.scenario, path("town.toml"));
  EXPECT_EQ(read.text, toy_experiment_text());
  EXPECT_EQ(read.policies, (std::vector<std::string>{"none", "aid", "loan"}));
  EXPECT_EQ(read.baseline, "none");
  EXPECT_EQ(read.replications, 12);
  EXPECT_EQ(read.seed, 7);
  EXPECT_EQ(read.events, "first");
  EXPECT_EQ(read.rank_by, "purse");
  ASSERT_EQ(read.responses.size(), 5U);
  EXPECT_EQ(read.responses[0].unit, "EUR");
  EXPECT_EQ(read.responses[0].label, "purse");
  EXPECT_EQ(read.responses[3].at_least, 165);
  EXPECT_EQ(read.responses[4].denominator, "paid");
}

TEST_F(Design, CrossesPoliciesWithEveryCombinationOfLevels) {
  const auto text = toy_experiment_text() + "\"purse.growth\" = [0.0, 0.1, 0.2]\n";
  const auto points = experiment(text, std::vector<Override>{{"until", "2026"}}).points();
  ASSERT_EQ(points.size(), 3U * 2 * 3);
  std::vector<std::string> seen;
  for (const auto& point : points)
    seen.push_back(point.policy + " " + point.levels[0] + " " + point.levels[1]);
  EXPECT_THAT(std::vector(seen.begin(), seen.begin() + 7),
              testing::ElementsAre("none 10 0.0", "none 10 0.1", "none 10 0.2", "none 20 0.0",
                                   "none 20 0.1", "none 20 0.2", "aid 10 0.0"));
  EXPECT_EQ(points[8].configuration, points[2].configuration);
  ASSERT_EQ(points[5].overrides.size(), 3U);
  EXPECT_EQ(points[5].overrides[0].path, "until");
  EXPECT_EQ(points[5].overrides[1].path, "purse.aid_eur");
  EXPECT_EQ(points[5].overrides[2].value, "0.2");
}

TEST_F(Design, WithoutFactorsHasOnePointPerPolicy) {
  const auto points = experiment(std::string{kToyHead} + kToyResponses + kToyDesign).points();
  ASSERT_EQ(points.size(), 3U);
  EXPECT_EQ(points[2].policy, "loan");
  EXPECT_TRUE(points[2].overrides.empty());
}

TEST_F(Design, WritesTheScenarioOfEveryCombinationOnce) {
  const auto texts = configuration_texts(experiment());
  ASSERT_EQ(texts.size(), 2U);
  EXPECT_THAT(texts[0], HasSubstr("aid_eur = 10"));
  EXPECT_THAT(texts[1], HasSubstr("aid_eur = 20"));
}

TEST_F(Design, NamesTheCommandThatRepeatsARun) {
  const auto read = experiment(toy_experiment_text(), std::vector<Override>{{"title", "a b"}});
  EXPECT_EQ(replay_command(read, 3, 4),
            "tavolo run " + path("town.toml") +
                " --policy aid --seed 7 --replication 4 --set 'title=a b' --set purse.aid_eur=20");
}

TEST_F(Design, TakesOverridesApart) {
  EXPECT_EQ(parse_override("a.b=x=1").path, "a.b");
  EXPECT_EQ(parse_override("a.b=x=1").value, "x=1");
  EXPECT_THAT(test::refusal([] { parse_override("until"); }), HasSubstr("--set until"));
  EXPECT_THAT(test::refusal([] { parse_override("=3"); }), HasSubstr("path=value"));
}

TEST_F(Design, RefusesAnUnknownPolicyWithTheNearest) {
  EXPECT_THAT(refused("\"loan\"]", "\"laon\"]"),
              AllOf(HasSubstr("experiment.toml:"), HasSubstr("policy \"laon\" is unknown"),
                    HasSubstr("Did you mean \"loan\"?")));
  EXPECT_THAT(test::refusal([] { require_policy(test::ToyFamily{}, "adi"); }),
              HasSubstr("\"aid\""));
}

TEST_F(Design, RefusesAPolicyTwice) {
  EXPECT_THAT(refused("\"loan\"]", "\"aid\"]"), HasSubstr("policy \"aid\" is listed twice"));
}

TEST_F(Design, RefusesABaselineThatIsNotRun) {
  EXPECT_THAT(refused("baseline = \"none\"", "baseline = \"nine\""),
              AllOf(HasSubstr("baseline \"nine\" is not among the policies"),
                    HasSubstr("Did you mean \"none\"?")));
}

TEST_F(Design, RefusesNoReplications) {
  EXPECT_THAT(refused("replications = 12", "replications = 0"), HasSubstr("replications"));
}

TEST_F(Design, RefusesAnUnknownIndicator) {
  EXPECT_THAT(refused("\"purse_eur\", year", "\"purse_er\", year"),
              AllOf(HasSubstr("indicator \"purse_er\" is unknown"), HasSubstr("purse_eur")));
}

TEST_F(Design, RefusesYearsThatTheScenarioDoesNotRecord) {
  EXPECT_THAT(refused("year = 2026, better", "year = 2040, better"),
              HasSubstr("year = 2040 is outside 2024 .. 2026"));
  EXPECT_THAT(refused("from = 2024", "from = 1999"),
              HasSubstr("from = 1999 is outside 2024 .. 2026"));
}

TEST_F(Design, ReadsTheLastYearFromTheCommandLineToo) {
  EXPECT_NO_THROW(experiment(replaced(toy_experiment_text(), "year = 2026, b", "year = 2030, b"),
                             std::vector<Override>{{"until", "2030"}}));
}

TEST_F(Design, RefusesYearsInTheWrongOrder) {
  EXPECT_THAT(refused("from = 2025, to = 2026", "from = 2026, to = 2025"),
              HasSubstr("runs from 2026 to 2025"));
}

TEST_F(Design, RefusesKeysThatAKindNeedsOrDoesNotUse) {
  EXPECT_THAT(refused("indicator = \"purse_eur\", year = 2026, better",
                      "indicator = \"purse_eur\", better"),
              HasSubstr("response \"purse\" has no key year"));
  EXPECT_THAT(refused("from = 2025,", "year = 2025, from = 2025,"),
              HasSubstr("response \"average\" has a key year"));
  EXPECT_THAT(refused(", at_least = 165", ""), HasSubstr("either at_least or at_most"));
  EXPECT_THAT(refused("at_least = 165", "at_least = 165, at_most = 170"),
              HasSubstr("either at_least or at_most"));
}

TEST_F(Design, RefusesARatioOfUnknownResponses) {
  EXPECT_THAT(refused("numerator = \"purse\"", "numerator = \"prse\""),
              AllOf(HasSubstr("numerator = \"prse\""), HasSubstr("Did you mean \"purse\"?")));
  EXPECT_THAT(refused("denominator = \"paid\"", "denominator = \"gain\""),
              HasSubstr("denominator = \"gain\""));
}

TEST_F(Design, RefusesARankingWithoutResponseOrDirection) {
  EXPECT_THAT(refused("rank_by = \"purse\"", "rank_by = \"pursue\""),
              AllOf(HasSubstr("rank_by = \"pursue\""), HasSubstr("\"purse\"")));
  EXPECT_THAT(refused("rank_by = \"purse\"", "rank_by = \"average\""),
              HasSubstr("does not say what is better"));
}

TEST_F(Design, RefusesUnknownKeysEverywhere) {
  EXPECT_THAT(refused("rank_by", "rank_buy"), HasSubstr("rank_buy"));
  EXPECT_THAT(refused("seed = 7", "seed = 7\nsead = 8"), HasSubstr("sead"));
  EXPECT_THAT(refused("kind = \"mean\"", "kynd = \"mean\""), HasSubstr("kynd"));
  EXPECT_THAT(refused("kind = \"mean\"", "kind = \"median\""), HasSubstr("median"));
  EXPECT_THAT(refused("seed = 7", "seed = 7\nevents = \"some\""), HasSubstr("some"));
}

TEST_F(Design, RefusesMissingKeys) {
  EXPECT_THAT(refused("seed = 7\n", ""), HasSubstr("seed"));
  EXPECT_THAT(refused("scenario = \"town.toml\"\n", ""), HasSubstr("scenario"));
  EXPECT_THAT(test::refusal([&] { experiment(std::string{kToyHead} + kToyResponses); }),
              HasSubstr("there is no section [design]"));
}

TEST_F(Design, RefusesFactorsThatCannotBeVaried) {
  EXPECT_THAT(refused("[10, 20]", "10"), HasSubstr("has no list of levels"));
  EXPECT_THAT(refused("[10, 20]", "[]"), HasSubstr("has no level"));
  EXPECT_THAT(refused("[10, 20]", "[10, [1]]"), HasSubstr("no number, true, false or text"));
  EXPECT_THAT(refused("[10, 20]", "[10, 10]"), HasSubstr("has the level 10 twice"));
  EXPECT_THAT(refused("\"purse.aid_eur\"", "\"policy\""), HasSubstr("\"policy\""));
  EXPECT_THAT(refused("\"purse.aid_eur\"", "\"until.aid_eur\""),
              HasSubstr("until = 2026 has no keys"));
}

TEST_F(Design, RefusesAScenarioThatIsNotThere) {
  EXPECT_THAT(refused("town.toml", "village.toml"), HasSubstr("village.toml"));
}

TEST_F(Design, ReportsEveryProblemAtOnce) {
  auto text = replaced(toy_experiment_text(), "\"loan\"]", "\"laon\"]");
  text = replaced(text, "year = 2026, better", "year = 2040, better");
  text = replaced(text, "numerator = \"purse\"", "numerator = \"prse\"");
  text = replaced(text, "[10, 20]", "[]");
  EXPECT_THAT(
      test::refusal([&] { experiment(text); }),
      AllOf(HasSubstr("laon"), HasSubstr("2040"), HasSubstr("prse"), HasSubstr("has no level")));
}

TEST_F(Design, IsToldFromAScenario) {
  Problems problems;
  EXPECT_TRUE(is_experiment(Config::parse(toy_experiment_text(), "a.toml", problems)));
  EXPECT_FALSE(is_experiment(Config::parse(test::kToyScenario, "b.toml", problems)));
}

}  // namespace
}  // namespace tavolo::engine
