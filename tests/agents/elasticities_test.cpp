#include "agents/elasticities.h"

#include <gmock/gmock.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "agents/automotive_model.h"
#include "engine/model.h"

namespace tavolo::agents {
namespace {

std::map<std::string, double> ours(const std::vector<engine::Override>& overrides = {}) {
  std::map<std::string, double> result;
  for (const auto& c :
       elasticity_cases(load_scenario(TAVOLO_SOURCE_DIR "/configs/tiny.toml", overrides)))
    result[c.quantity] = c.ours;
  return result;
}

const std::string kPeers = "electric cars next quarter for one more, by peers and word of mouth";
const std::string kBonus = "plug-in share to a bonus of 1,000 EUR, before carmakers reprice";

TEST(Elasticities, AreFiniteAndHaveASource) {
  for (const auto& c :
       elasticity_cases(load_scenario(TAVOLO_SOURCE_DIR "/configs/tiny.toml", {}))) {
    EXPECT_TRUE(std::isfinite(c.ours)) << c.quantity;
    EXPECT_LE(c.low, c.high);
    EXPECT_FALSE(c.source.empty());
  }
}

TEST(Elasticities, FollowTheParametersThatTheyAreMadeOf) {
  const auto now = ours();
  const auto steeper = ours({{"demand.own_price_elasticity", "-6.0"}});
  EXPECT_LT(steeper.at("a car to its own price, mean by sales"),
            now.at("a car to its own price, mean by sales"));
  EXPECT_GT(steeper.at(kBonus), now.at(kBonus));
  const auto alone = ours({{"demand.peer_effect", "0.0"}, {"demand.contagion", "0.0"}});
  EXPECT_EQ(alone.at(kPeers), 0);
  EXPECT_GT(now.at(kPeers), 0);
}

TEST(Elasticities, OfSubstitutesAreOfOppositeSign) {
  const auto now = ours();
  EXPECT_LT(now.at("bev cars to all bev prices"), 0);
  EXPECT_GT(now.at("bev cars to all petrol prices"), 0);
  EXPECT_DOUBLE_EQ(now.at("bev cars to all bev prices"),
                   now.at("electric cars to all their prices"));
  EXPECT_GT(now.at(kBonus), 0);
}

TEST(ElasticityCase, SaysWhereItLies) {
  ElasticityCase c{"q", "%", 5, 7, 6, "s"};
  EXPECT_EQ(c.verdict(), "inside");
  c.ours = 8;
  EXPECT_EQ(c.verdict(), "above");
  c.ours = -8;
  EXPECT_EQ(c.verdict(), "below");
  c.low = c.high = -4;
  EXPECT_EQ(c.verdict(), "2.00 x");
}

TEST(ElasticityTable, AndItsJsonHoldEveryCase) {
  const std::vector<ElasticityCase> cases{{"pie to bread", "%/%", 0.5, 1, 0.75, "Baker 1900"},
                                          {"pie to pie", "%/%", -2, -2, -1, "Baker 1900"}};
  const auto table = elasticity_table(cases);
  EXPECT_THAT(table, testing::HasSubstr("0.5 .. 1"));
  EXPECT_THAT(table, testing::HasSubstr("0.50 x"));
  const auto json = nlohmann::json::parse(elasticity_json(cases));
  ASSERT_EQ(json.size(), 2u);
  EXPECT_EQ(json[0]["verdict"], "inside");
  EXPECT_EQ(json[1]["ours"], -1);
}

}  // namespace
}  // namespace tavolo::agents
