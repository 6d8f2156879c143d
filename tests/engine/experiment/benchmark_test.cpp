#include "engine/experiment/benchmark.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "engine/experiment/discovery_report.h"
#include "engine/experiment/games.h"
#include "tests/support/toy_experiment.h"

namespace tavolo::engine {
namespace {

using testing::Each;
using testing::HasSubstr;

constexpr const char* kSuite = R"(experiment = "experiment.toml"
objectives = [ { id = "purse", indifference = 5, thresholds = [100, 165] }, { id = "paid" } ]
stakes = [ { id = "payer", actor = "treasury", response = "paid", gains = "min" } ]
)";

class BenchmarkOfToys : public test::ToyExperiment {
 protected:
  std::string swept(const std::string& text = test::toy_experiment_text(),
                    const ModelFamily& family = test::ToyFamily{}) const {
    run_sweep(experiment(text), family, {.store = path("toy.sqlite"), .threads = 1});
    return path("toy.sqlite");
  }
  Suite suite(const std::string& text = kSuite) const {
    return read_suite(write("suite.toml", text));
  }
};

TEST_F(BenchmarkOfToys, SaysWhatAidIsWorthAndWhoPays) {
  const StoreReader store{swept()};
  const auto b = benchmark(store, suite(), 200);
  EXPECT_EQ(b.futures.levels.size(), 2u);
  EXPECT_EQ(b.futures.replications, 12u);
  // Three years of 10 or 20 euros that grow by a tenth: 33.1 and 66.2, whatever the luck.
  const auto& purse = b.objectives[0];
  EXPECT_NEAR(purse.difference[1].value, 1.5 * 33.1, 1e-9);
  // Two futures say next to nothing of others that might have been drawn.
  EXPECT_GT(purse.from_best[0].high, 0);
  EXPECT_GT(purse.probability_best[1], 0);
  EXPECT_EQ(purse.probability_best[0], 0);
  EXPECT_NEAR(purse.regret_most[0], 66.2, 1e-9);
  EXPECT_DOUBLE_EQ(purse.reaches[0][1].value, 1);
  // Nobody is better in both: aid costs.
  EXPECT_THAT(b.front, Each(1));
  EXPECT_DOUBLE_EQ(b.stakes[0].difference[1].value, 45);
  EXPECT_THAT(benchmark_text(b), HasSubstr("Who pays, who gains"));
  EXPECT_EQ(nlohmann::json::parse(benchmark_json(b))["objectives"].size(), 2u);
}

TEST_F(BenchmarkOfToys, LeavesOutFuturesThatAreNotComplete) {
  const auto family = test::ToyFamily{};
  const auto text = replaced(test::toy_experiment_text(), "\"purse.aid_eur\" = [10, 20]",
                             "\"purse.fails_from\" = [0, 99]");
  const StoreReader store{swept(text, family)};
  const auto b = benchmark(store, suite(), 50);
  EXPECT_EQ(b.futures.left_out, 1u);
  EXPECT_EQ(b.futures.levels.size(), 1u);
  EXPECT_THAT(benchmark_text(b), HasSubstr("1 futures left out"));
}

TEST_F(BenchmarkOfToys, RefusesWhatTheStoreDoesNotHold) {
  const StoreReader store{swept()};
  const auto wrong =
      suite("experiment = \"experiment.toml\"\nobjectives = [ { id = \"purs\" } ]\n");
  EXPECT_THAT(test::refusal([&] { benchmark(store, wrong); }),
              HasSubstr("Did you mean \"purse\"?"));
  const auto aimless =
      suite("experiment = \"experiment.toml\"\nobjectives = [ { id = \"average\" } ]\n");
  EXPECT_THAT(test::refusal([&] { benchmark(store, aimless); }),
              HasSubstr("does not say what is better"));
  EXPECT_THAT(test::refusal([&] { suite("experiment = \"x.toml\"\nobjectivs = []\n"); }),
              HasSubstr("objectives"));
}

TEST_F(BenchmarkOfToys, StoresTellWhereCasesAre) {
  const StoreReader store{swept()};
  // Under aid the purse is over 180 only at the upper level.
  const auto box = nlohmann::json::parse(
      discovery_json(store, {.response = "paid", .policy = "aid", .bound = 50, .at_least = true}));
  EXPECT_EQ(box["box"]["density"], 1);
  EXPECT_EQ(box["box"]["coverage"], 1);
  EXPECT_EQ(box["box"]["factors"]["purse.aid_eur"]["low"], 20);
}

TEST_F(BenchmarkOfToys, SweepsAreGames) {
  const StoreReader store{swept()};
  const auto players = {parse_player("town=policy:purse"),
                        parse_player("treasury=purse.aid_eur:paid")};
  const auto game = read_game(store, std::vector<PlayerSpec>(players)).mean();
  // The town wants aid or a loan, which are the same; the treasury pays as little as it can.
  EXPECT_NEAR(game.payoff[0][2] - game.payoff[0][0], 33.1, 1e-9);
  EXPECT_DOUBLE_EQ(game.payoff[1][2], -30);
  EXPECT_THAT(pure_equilibria(game, 1e-9), testing::ElementsAre(2u, 4u));
  EXPECT_THAT(test::refusal([] { parse_player("town"); }), HasSubstr("name=factor:response"));
}

TEST(Suites, OfTheRepositoryAreSound) {
  const auto suite = read_suite(TAVOLO_SOURCE_DIR "/configs/benchmarks/italy-2030.toml");
  EXPECT_EQ(suite.objectives.size(), 5u);
  EXPECT_GE(suite.stakes.size(), 10u);
}

}  // namespace
}  // namespace tavolo::engine
