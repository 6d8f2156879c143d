#include "engine/demand/study.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/random.h"
#include "tests/support/mutator.h"

namespace tavolo::engine::demand {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kProducts =
    "market_ids,product_ids,firm_ids,shares,prices,sugar,group\n"
    "north,a,1,0.1,2,0.5,x\n"
    "north,b,1,0.2,3,1,x\n"
    "north,c,2,0.15,2.5,0,y\n"
    "south,a,1,0.3,2,0.5,x\n"
    "south,d,acme,0.1,1.5,2,\n";

constexpr std::string_view kAgents =
    "market_ids,weights,nodes0,nodes1,income,age\n"
    "north,0.6,0.5,-1,10,0.2\n"
    "north,0.4,-0.7,0.3,30,-0.1\n"
    "south,0.5,1.1,0.4,20,0.5\n"
    "south,0.5,-1,0,40,0\n"
    "elsewhere,1,0,0,1,0\n";

constexpr std::string_view kSpec = R"(
characteristics = [
  { id = "constant", sigma = 0.8 },
  { id = "sugar", sigma = 0.5, interactions = { age = 0.3 } },
  { id = "prices", interactions = { age = -0.1 } },
]
mergers = [ { id = "both", firms = [1, 2] } ]
stakes = [ { id = "part", firm = "acme", in = 1, share = 0.25 } ]
[price]
coefficient = -20
divided_by = "income"
[nests]
column = "group"
rho = 0.3
rho_of = { y = 0.1 }
)";

constexpr std::string_view kLogit = "[price]\ncoefficient = -1\n";

Study read(std::string_view products, std::string_view agents, std::string_view spec,
           Problems& problems) {
  const auto config = Config::parse(spec, "spec.toml", problems);
  const auto product_table = CsvTable::parse(products, "products.csv", problems);
  if (agents.empty()) return read_study(product_table, nullptr, config, problems);
  const auto agent_table = CsvTable::parse(agents, "agents.csv", problems);
  return read_study(product_table, &agent_table, config, problems);
}

Study sound(std::string_view products, std::string_view agents, std::string_view spec) {
  Problems problems;
  auto study = read(products, agents, spec, problems);
  EXPECT_THAT(problems.messages(), IsEmpty());
  return study;
}

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string result{text};
  const auto at = result.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? result : result.replace(at, from.size(), to);
}

/// All problems of the sound study with one change to its specification, or to its data.
std::string with_spec(std::string_view from, std::string_view to) {
  Problems problems;
  read(kProducts, kAgents, replaced(kSpec, from, to), problems);
  EXPECT_FALSE(problems.empty());
  std::string all;
  for (const auto& message : problems.messages()) all += message + "\n";
  return all;
}

std::string with_data(std::string_view from, std::string_view to) {
  Problems problems;
  const bool in_products = kProducts.find(from) != std::string_view::npos;
  read(in_products ? replaced(kProducts, from, to) : std::string{kProducts},
       in_products ? std::string{kAgents} : replaced(kAgents, from, to), kSpec, problems);
  EXPECT_FALSE(problems.empty());
  std::string all;
  for (const auto& message : problems.messages()) all += message + "\n";
  return all;
}

TEST(ReadStudy, MakesConsumersOfAgents) {
  const auto study = sound(kProducts, kAgents, kSpec);
  ASSERT_EQ(study.markets.size(), 2u);
  const auto& north = study.markets[0];
  EXPECT_EQ(north.name, "north");
  EXPECT_THAT(north.product, ElementsAre("a", "b", "c"));
  EXPECT_THAT(north.firms, ElementsAre("1", "2"));
  EXPECT_THAT(north.firm, ElementsAre(0, 0, 1));
  EXPECT_THAT(north.nests.of, ElementsAre(0, 0, 1));
  EXPECT_THAT(north.nests.rho, ElementsAre(0.3, 0.1));
  EXPECT_THAT(north.consumers.weight, ElementsAre(0.6, 0.4));
  EXPECT_DOUBLE_EQ(north.consumers.price_slope[0], -20.0 / 10 - 0.1 * 0.2);
  EXPECT_DOUBLE_EQ(north.consumers.taste(0, 1), 0.8 * 0.5 + (0.5 * -1 + 0.3 * 0.2) * 1);
  EXPECT_DOUBLE_EQ(north.consumers.taste(1, 2), 0.8 * -0.7);
  EXPECT_EQ(north.price_slope, 0);  // nothing of the price is common to all
  const auto& south = study.markets[1];
  EXPECT_THAT(south.nests.of, ElementsAre(0, -1));
  EXPECT_THAT(south.row, ElementsAre(3u, 4u));
}

TEST(ReadStudy, NeedsNoAgentsForAPlainLogit) {
  const auto study = sound(kProducts, "", kLogit);
  EXPECT_THAT(study.markets[1].consumers.weight, ElementsAre(1.0));
  EXPECT_THAT(study.markets[1].consumers.price_slope, ElementsAre(-1.0));
  EXPECT_EQ(study.markets[1].price_slope, -1);
}

TEST(ReadStudy, TakesOneMarketAndNumbersWhereColumnsAreMissing) {
  const auto study = sound("firm_ids,shares,prices\n1,0.1,2\n2,0.3,1\n", "", kLogit);
  ASSERT_EQ(study.markets.size(), 1u);
  EXPECT_THAT(study.markets[0].product, ElementsAre("2", "3"));  // their lines
}

TEST(ReadStudy, TakesAnAgentsColumnForAnother) {
  const auto named = sound(kProducts, kAgents,
                           replaced(kSpec, "sigma = 0.8 }", "sigma = 0.8, node = \"nodes1\" }"));
  EXPECT_DOUBLE_EQ(named.markets[0].consumers.taste(0, 2), 0.8 * -1);
  const auto correlated =
      sound(kProducts, kAgents,
            replaced(kSpec, "sigma = 0.8 }", "sigma = 0.8, interactions = { nodes1 = 0.25 } }"));
  EXPECT_DOUBLE_EQ(correlated.markets[0].consumers.taste(0, 2), 0.8 * 0.5 + 0.25 * -1);
}

TEST(ReadStudy, TreatsAgentsAlikeWithoutWeights) {
  const auto study = sound(kProducts, replaced(kAgents, "weights", "other"), kSpec);
  EXPECT_THAT(study.markets[0].consumers.weight, ElementsAre(0.5, 0.5));
}

TEST(ReadStudy, NamesFileAndLineOfWhatIsWrongInTheSpecification) {
  EXPECT_THAT(with_spec("stakes =", "steaks ="),
              AllOf(HasSubstr("spec.toml:8: steaks"), HasSubstr("Did you mean \"stakes\"?")));
  EXPECT_THAT(with_spec("divided_by", "divide_by"),
              AllOf(HasSubstr("spec.toml:11"), HasSubstr("Did you mean \"divided_by\"?")));
  EXPECT_THAT(with_spec("= \"income\"", "= \"incme\""),
              AllOf(HasSubstr("spec.toml:11: agents.csv has no column \"incme\""),
                    HasSubstr("Did you mean \"income\"?")));
  EXPECT_THAT(with_spec("id = \"sugar\"", "id = \"suger\""),
              AllOf(HasSubstr("spec.toml:4: products.csv has no column \"suger\""),
                    HasSubstr("Did you mean \"sugar\"?")));
  EXPECT_THAT(with_spec("{ age = 0.3 }", "{ aged = 0.3 }"),
              HasSubstr("spec.toml:4: agents.csv has no column \"aged\""));
  EXPECT_THAT(with_spec("[1, 2]", "[1, 3]"), HasSubstr("spec.toml:7: there is no firm \"3\""));
  EXPECT_THAT(with_spec("[1, 2]", "[1, 1]"), HasSubstr("spec.toml:7: the merger both"));
  EXPECT_THAT(with_spec("in = 1", "in = \"acme\""), HasSubstr("spec.toml:8: the firm acme"));
  EXPECT_THAT(with_spec("share = 0.25", "share = 2"), HasSubstr("spec.toml:8: share = 2"));
  EXPECT_THAT(with_spec("= -20", "= 20"), HasSubstr("spec.toml:10: coefficient = 20 is above 0"));
  EXPECT_THAT(with_spec("rho = 0.3", "rho = 1"), HasSubstr("spec.toml:14: rho = 1"));
  EXPECT_THAT(with_spec("y = 0.1", "z = 0.1"), HasSubstr("spec.toml:15: there is no nest \"z\""));
  EXPECT_THAT(with_spec("\"group\"", "\"groups\""), HasSubstr("spec.toml:13: products.csv"));
  EXPECT_THAT(with_spec("\"sugar\", sigma = 0.5", "\"sugar\", sigma = 0.5, node = \"nodes7\""),
              HasSubstr("spec.toml:4: agents.csv has no column \"nodes7\""));
  EXPECT_THAT(with_spec("sigma = 0.5, ", "node = \"nodes1\", "), HasSubstr("no sigma"));
}

TEST(ReadStudy, NamesFileAndLineOfWhatIsWrongInTheData) {
  EXPECT_THAT(with_data("0.2,3", "0,3"), HasSubstr("products.csv:3: shares = \"0\""));
  EXPECT_THAT(with_data("0.2,3", "0.9,3"),
              HasSubstr("products.csv:2: the shares of market north add up to 1.15"));
  EXPECT_THAT(with_data("0.1,1.5,2", "0.1,-1,2"), HasSubstr("products.csv:6: prices"));
  EXPECT_THAT(with_data("0.5,x", "sweet,x"), HasSubstr("products.csv:2: sugar = \"sweet\""));
  EXPECT_THAT(with_data("firm_ids", "firms"),
              AllOf(HasSubstr("products.csv: there is no column \"firm_ids\""),
                    HasSubstr("[columns] firm")));
  EXPECT_THAT(with_data("20,0.5", "0,0.5"), HasSubstr("agents.csv:4: income = \"0\""));
  EXPECT_THAT(with_data("north,0.6", "north,-1"), HasSubstr("agents.csv:2: weights"));
  EXPECT_THAT(with_data("nodes1", "node1"), HasSubstr("no column \"nodes1\""));
  Problems problems;
  read(kProducts, "market_ids,nodes0,nodes1,income,age\nnorth,1,1,1,1\n", kSpec, problems);
  EXPECT_THAT(problems.messages(), ElementsAre(HasSubstr("no agents of market south")));
  Problems missing;
  read(kProducts, "", kSpec, missing);
  EXPECT_THAT(missing.messages(), testing::Contains(HasSubstr("there is no file of agents")));
}

TEST(ReadStudy, SurvivesAnySpecificationAndData) {
  enum class Luck { spec = 1, products = 2, agents = 3 };
  constexpr std::array<std::string_view, 16> kTokens{"=",     "[",   "]",     "{",  "}",  ",",
                                                     "\n",    "\"",  "1",     "-1", "id", "1e300",
                                                     "sigma", "rho", "\"1\"", "nan"};
  const Streams streams{1, 0};
  std::size_t accepted = 0;
  constexpr std::size_t kMutants = 3000;
  for (std::size_t i = 0; i < kMutants; ++i) {
    const auto mutant = [&](Luck luck, std::string_view text) {
      return test::Mutator{streams(luck, i), kTokens}.mutant({std::string{text}});
    };
    Problems problems;
    const auto study = read(i % 3 == 0 ? mutant(Luck::products, kProducts) : kProducts,
                            i % 3 == 1 ? mutant(Luck::agents, kAgents) : kAgents,
                            i % 3 == 2 ? mutant(Luck::spec, kSpec) : kSpec, problems);
    if (!problems.empty()) continue;
    ++accepted;
    const auto results = solve(study);
    EXPECT_FALSE(study_text(study, results).empty());
    EXPECT_FALSE(product_table(study, results).empty());
  }
  EXPECT_GT(accepted, kMutants / 50);  // both sides are met
  EXPECT_LT(accepted, kMutants - kMutants / 20);
}

TEST(SolveStudy, ExplainsWhatIsObserved) {
  const auto study = sound(kProducts, kAgents, kSpec);
  for (const auto& result : solve(study)) {
    EXPECT_TRUE(result.converged());
    EXPECT_LT(result.price_difference, 1e-12);
    EXPECT_LT(result.price_difference_from_costs, 1e-10);
    for (std::size_t j = 0; j < result.markup.size(); ++j) {
      EXPECT_LT(result.own_elasticity[j], 0);
      EXPECT_GT(result.markup[j], 0);
      EXPECT_GT(result.diversion_outside[j], 0);
      EXPECT_LT(result.diversion_outside[j], 1);
    }
  }
}

TEST(SolveStudy, HasThePlainLogitsClosedForms) {
  const auto study = sound(kProducts, "", kLogit);
  const auto results = solve(study);
  const auto& market = study.markets[0];
  const auto& result = results[0];
  const double outside = 1 - 0.1 - 0.2 - 0.15;
  for (std::size_t j = 0; j < 3; ++j) {
    const double share = market.share[j], price = market.price[j];
    EXPECT_NEAR(result.mean_utility[j], std::log(share / outside), 1e-12);
    EXPECT_NEAR(result.own_elasticity[j], -price * (1 - share), 1e-12);
    EXPECT_NEAR(result.diversion_outside[j], outside / (1 - share), 1e-12);
    // a firm of several products has one markup: 1 / (1 - all that it sells)
    EXPECT_NEAR(result.markup[j], 1 / (1 - (j < 2 ? 0.3 : 0.15)), 1e-12);
    EXPECT_NEAR(result.lerner[j], result.markup[j] / price, 1e-15);
  }
  EXPECT_NEAR(result.consumer_surplus, -std::log(outside), 1e-12);
  EXPECT_NEAR(result.hhi, 1e4 * (0.3 * 0.3 + 0.15 * 0.15) / (0.45 * 0.45), 1e-9);
}

TEST(SolveStudy, LeavesMarketsAloneWhereAMergerJoinsNobody) {
  const auto study = sound(kProducts, kAgents, kSpec);
  const auto results = solve(study);
  const auto& south = results[1].mergers[0];  // one of the two firms sells nothing there
  for (const double change : south.merging) EXPECT_NEAR(change, 0, 1e-9);
  EXPECT_NEAR(south.hhi, results[1].hhi, 1e-8);
  const auto& north = results[0].mergers[0];
  EXPECT_EQ(north.merging.size(), 3u);
  EXPECT_NEAR(north.hhi, 1e4, 1e-8);
  EXPECT_LT(north.consumer_surplus, results[0].consumer_surplus);
  for (const double change : north.merging) EXPECT_GT(change, 0);
}

TEST(SolveStudy, TakesAMergerInPartForLess) {
  const auto whole = solve(sound(kProducts, kAgents, kSpec));
  const auto part = solve(sound(
      kProducts, kAgents, replaced(kSpec, "firms = [1, 2]", "firms = [1, 2], profit_share = 0.5")));
  for (std::size_t j = 0; j < 3; ++j) {
    EXPECT_GT(part[0].mergers[0].merging[j], 0);
    EXPECT_LT(part[0].mergers[0].merging[j], whole[0].mergers[0].merging[j]);
  }
  EXPECT_LT(part[0].mergers[0].hhi, 1e4);  // still two firms
}

TEST(SolveStudy, WritesEveryProductInItsOrder) {
  const auto study = sound(kProducts, kAgents, kSpec);
  const auto results = solve(study);
  Problems problems;
  const auto table = CsvTable::parse(product_table(study, results), "table.csv", problems);
  EXPECT_THAT(problems.messages(), IsEmpty());
  EXPECT_THAT(table.text("product"), ElementsAre("a", "b", "c", "a", "d"));
  EXPECT_THAT(table.numbers("price", {}, problems), ElementsAre(2, 3, 2.5, 2, 1.5));
  EXPECT_THAT(table.numbers("price_both", {}, problems)[1], results[0].mergers[0].price[1]);
  EXPECT_THAT(table.numbers("marginal_cost", {}, problems)[3], results[1].marginal_cost[0]);
  EXPECT_THAT(study_text(study, results), AllOf(HasSubstr("north"), HasSubstr("merger both")));
}

TEST(SolveStudy, SaysWhichSearchFailed) {
  // nobody there wants as much as is sold
  const auto study =
      sound(kProducts, replaced(replaced(kAgents, "0.6", "0.1"), "0.4,-0.7", "0.1,-0.7"), kSpec);
  const auto results = solve(study);
  EXPECT_FALSE(results[0].inversion.converged);
  EXPECT_FALSE(results[0].converged());
  EXPECT_TRUE(results[1].converged());
}

/// Berry, Levinsohn & Pakes (1995) with the published parameters; figures of pyblp's data.
class BlpAutomobiles : public testing::Test {
 protected:
  void SetUp() override {
    const std::string folder = TAVOLO_SOURCE_DIR "/../shared/data/docking";
    if (!std::filesystem::exists(folder + "/blp_products.csv"))
      GTEST_SKIP() << "the published data are not at " << folder;
    study = read_study(folder + "/blp_products.csv", folder + "/blp_agents.csv",
                       TAVOLO_SOURCE_DIR "/configs/demand/blp_automobiles.toml");
    for (const auto& market : study.markets)
      if (market.name == "1990") {
        market_1990 = market;
        result = solve(market, study.spec);
      }
  }

  double price_after(const std::string& product) const {
    for (std::size_t j = 0; j < market_1990.product.size(); ++j)
      if (market_1990.product[j] == product) return result.mergers[0].price[j];
    return std::nan("");
  }

  Study study;
  MarketData market_1990;
  MarketResult result;
};

#define EXPECT_DIGITS(ours, published) EXPECT_NEAR((ours) / (published), 1, 1e-8)

TEST_F(BlpAutomobiles, HaveThePublishedElasticitiesAndCosts) {
  ASSERT_EQ(market_1990.product.size(), 131u);
  const auto own = summary_of(result.own_elasticity);
  EXPECT_DIGITS(own.mean, -3.93925917481);
  EXPECT_DIGITS(own.median, -3.99686939113);
  EXPECT_DIGITS(own.min, -6.08632744728);
  EXPECT_DIGITS(own.max, -2.4298935975);
  const auto cost = summary_of(result.marginal_cost);
  EXPECT_DIGITS(cost.mean, 9.38972800899);
  EXPECT_DIGITS(cost.median, 7.57509011926);
  EXPECT_DIGITS(summary_of(result.lerner).mean, 0.302668715955);
  EXPECT_DIGITS(summary_of(result.diversion_outside).mean, 0.166914735799);
  EXPECT_DIGITS(result.hhi, 2160.79938645);
  EXPECT_DIGITS(result.consumer_surplus, 2.5818327676);
  EXPECT_TRUE(result.converged());
  EXPECT_LT(result.price_difference, 1e-12);
  EXPECT_LT(result.price_difference_from_costs, 1e-12);
}

TEST_F(BlpAutomobiles, HaveThePublishedEffectsOfTheGmFordMerger) {
  const auto& merger = result.mergers.at(0);
  EXPECT_DIGITS(summary_of(merger.merging).mean, 13.40931908);
  EXPECT_DIGITS(summary_of(merger.merging).max, 26.52854867);
  EXPECT_DIGITS(summary_of(merger.others).mean, -1.347615418);
  EXPECT_DIGITS(merger.hhi, 2689.764163);
  EXPECT_DIGITS(merger.consumer_surplus, 2.518074731);
  EXPECT_DIGITS(price_after("CVCAVA84"), 6.1548162818);
  EXPECT_DIGITS(price_after("FDESCO87"), 6.5672573852);
  EXPECT_DIGITS(price_after("FDTAUR86"), 11.5726727932);
  EXPECT_DIGITS(price_after("HDACCO90"), 9.2295287858);
}

TEST_F(BlpAutomobiles, HaveThePublishedMeansOverAllYears) {
  std::vector<double> elasticity, cost, utility;
  for (const auto& year : solve(study)) {
    EXPECT_TRUE(year.converged());
    elasticity.insert(elasticity.end(), year.own_elasticity.begin(), year.own_elasticity.end());
    cost.insert(cost.end(), year.marginal_cost.begin(), year.marginal_cost.end());
    utility.insert(utility.end(), year.mean_utility.begin(), year.mean_utility.end());
  }
  ASSERT_EQ(elasticity.size(), 2217u);
  EXPECT_DIGITS(summary_of(elasticity).mean, -3.91963971825);
  EXPECT_DIGITS(summary_of(cost).mean, 7.63632669648);
  EXPECT_DIGITS(summary_of(utility).mean, -0.424362802217);
}

}  // namespace
}  // namespace tavolo::engine::demand
