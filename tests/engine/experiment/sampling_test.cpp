#include "engine/experiment/sampling.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "tests/support/toy_experiment.h"

namespace tavolo::engine {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Point = std::vector<double>;

std::vector<Point> points(const SamplingPlan& plan) {
  const auto sample = make_sample(plan);
  std::vector<Point> all(sample->size(), Point(plan.dimensions));
  for (std::size_t i = 0; i < all.size(); ++i) sample->point(i, all[i]);
  return all;
}

SamplingPlan plan(const std::string& kind, std::size_t n, std::size_t dimensions) {
  return {.kind = kind, .n = n, .dimensions = dimensions, .seed = 7};
}

// Joe & Kuo's first points in three dimensions.
TEST(Sobol, HasTheKnownPoints) {
  auto unscrambled = plan("sobol", 4, 3);
  unscrambled.scramble = "none";
  EXPECT_EQ(
      points(unscrambled),
      (std::vector<Point>{{.5, .5, .5}, {.75, .25, .25}, {.25, .75, .75}, {.375, .375, .625}}));
}

// A scrambled net is a net: each of 2^k intervals of every coordinate holds one of 2^k points, and
// every pair of the first two coordinates' halves, quarters … a point of each elementary interval.
TEST(Sobol, ScrambledFillsEveryStratum) {
  for (const char* scramble : {"owen", "shift"}) {
    auto scrambled = plan("sobol", 64, 3);
    scrambled.scramble = scramble;
    const auto all = points(scrambled);
    for (std::size_t d = 0; d < 3; ++d) {
      std::set<int> strata;
      for (const auto& p : all) strata.insert(static_cast<int>(64 * p[d]));
      EXPECT_EQ(strata.size(), 64U) << scramble << " coordinate " << d;
    }
    for (const int across : {2, 4, 8, 16, 32}) {
      std::set<std::pair<int, int>> boxes;
      for (const auto& p : all)
        boxes.insert({static_cast<int>(across * p[0]), static_cast<int>(64 / across * p[1])});
      EXPECT_EQ(boxes.size(), 64U) << scramble << " " << across;
    }
  }
}

TEST(Sobol, SeedsScrambleDifferently) {
  auto other = plan("sobol", 8, 2);
  other.seed = 8;
  EXPECT_NE(points(plan("sobol", 8, 2)), points(other));
}

TEST(Sampling, LongerDesignsBeginWithTheShorterOnes) {
  for (const char* kind : {"random", "lhs", "sobol", "saltelli", "morris"}) {
    const auto shorter = points(plan(kind, 24, 3)), longer = points(plan(kind, 48, 3));
    ASSERT_EQ(longer.size(), 2 * shorter.size()) << kind;
    EXPECT_TRUE(std::equal(shorter.begin(), shorter.end(), longer.begin())) << kind;
  }
}

TEST(LatinHypercube, HasOnePointInEveryStratumOfEveryCoordinate) {
  for (const std::size_t n : {1U, 7U, 24U, 96U}) {
    const auto all = points(plan("lhs", n, 4));
    for (std::size_t d = 0; d < 4; ++d) {
      std::set<int> strata;
      for (const auto& p : all) strata.insert(static_cast<int>(static_cast<double>(n) * p[d]));
      EXPECT_EQ(strata.size(), n);
    }
  }
}

// Block: A, A with each column of B, B with each column of A, B.
TEST(Saltelli, ExchangesOneColumnAtATime) {
  auto second = plan("saltelli", 4, 3);
  second.second_order = true;
  EXPECT_EQ(block_size(second), 8U);
  const auto all = points(second);
  for (std::size_t block = 0; block < 4; ++block) {
    const auto* p = &all[8 * block];
    for (std::size_t exchanged = 0; exchanged < 3; ++exchanged)
      for (std::size_t d = 0; d < 3; ++d) {
        EXPECT_EQ(p[1 + exchanged][d], p[d == exchanged ? 7 : 0][d]);
        EXPECT_EQ(p[4 + exchanged][d], p[d == exchanged ? 0 : 7][d]);
      }
  }
}

TEST(Morris, MovesEveryFactorOnceByTheStep) {
  const auto all = points(plan("morris", 50, 3));
  for (std::size_t t = 0; t < 50; ++t) {
    std::set<std::size_t> moved;
    for (std::size_t k = 0; k < 3; ++k)
      for (std::size_t d = 0; d < 3; ++d) {
        const double step = all[4 * t + k + 1][d] - all[4 * t + k][d];
        if (step == 0) continue;
        EXPECT_NEAR(std::abs(step), 2.0 / 3, 1e-12);
        moved.insert(d);
      }
    EXPECT_EQ(moved.size(), 3U);
    for (std::size_t d = 0; d < 3; ++d) {
      const double level = 3 * all[4 * t][d];
      EXPECT_NEAR(level, std::round(level), 1e-12);
      EXPECT_TRUE(all[4 * t][d] >= 0 && all[4 * t][d] <= 1);
    }
  }
}

double level(const std::string& text, double u) {
  std::string why;
  const auto distribution = Distribution::parse(text, why);
  EXPECT_TRUE(distribution) << why;
  return std::stod(distribution->level(u));
}

TEST(Distribution, HasTheTextbooksQuantiles) {
  EXPECT_DOUBLE_EQ(level("uniform(-2.5, -0.5)", 0.25), -2);
  EXPECT_DOUBLE_EQ(level("triangular(0, 1, 4)", 0.25), 1);  // the mode has 1/4 below it
  EXPECT_DOUBLE_EQ(level("triangular(55, 70, 110)", 1), 110);
  EXPECT_NEAR(level("normal(10, 2)", 0.975), 10 + 2 * 1.959963984540054, 1e-12);
  EXPECT_NEAR(level("lognormal(0, 1)", 0.975), std::exp(1.959963984540054), 1e-12);
  EXPECT_NEAR(level("loguniform(1, 1_000)", 0.5), std::sqrt(1000), 1e-12);
  EXPECT_EQ(level("integer(1, 6)", 0.999), 6);
  EXPECT_EQ(level("integer(1, 6)", 0), 1);
  std::string why;
  EXPECT_EQ(Distribution::parse("categorical(low, true, 3)", why)->level(0.1), "\"low\"");
  EXPECT_EQ(Distribution::parse("categorical(low, true, 3)", why)->level(0.9), "3");
}

TEST(Distribution, RefusesWhatIsNone) {
  for (const char* text : {"uniform", "uniform(1)", "uniform(2, 1)", "triangular(0, 5, 4)",
                           "normal(0, 0)", "loguniform(0, 1)", "integer(1, 2.5)", "gauss(0, 1)"}) {
    std::string why;
    EXPECT_FALSE(Distribution::parse(text, why)) << text;
    EXPECT_NE(why, "") << text;
  }
}

/// An experiment of the toy with another design.
class SampledExperiment : public test::ToyExperiment {
 protected:
  static std::string text(const std::string& design, const std::string& factors) {
    auto all = replaced(test::toy_experiment_text(), "[design]", "[design]\n" + design);
    return replaced(all, "\"purse.aid_eur\" = [10, 20]", factors);
  }
  static constexpr const char* kAid = "\"purse.aid_eur\" = { dist = \"uniform(0, 20)\" }";
};

TEST_F(SampledExperiment, GivesEverySampleToEveryPolicy) {
  const auto read = experiment(text("kind = \"sobol\"\nn = 8", kAid));
  ASSERT_EQ(read.point_count(), 24U);
  for (std::size_t i = 0; i < 24; ++i) {
    EXPECT_EQ(read.point(i).policy, read.policies[i % 3]);
    EXPECT_EQ(read.point(i).levels, read.point(i - i % 3).levels);
    EXPECT_EQ(read.point(i).configuration, i / 3);
  }
}

TEST_F(SampledExperiment, ZipsPoliciesWithSamples) {
  const auto read = experiment(text("kind = \"random\"\nn = 8\ncombine = \"zip\"", kAid));
  ASSERT_EQ(read.point_count(), 8U);
  EXPECT_EQ(read.point(4).policy, "aid");
  EXPECT_NE(read.point(3).levels, read.point(4).levels);
}

TEST_F(SampledExperiment, ListsPointsLevelByLevel) {
  const auto read = experiment(
      text("kind = \"list\"", "\"purse.aid_eur\" = [1, 2, 1]\n\"purse.growth\" = [0.1, 0.1, 0.2]"));
  ASSERT_EQ(read.samples(), 3U);
  EXPECT_EQ(read.point(6).levels, (std::vector<std::string>{"1", "0.2"}));
  EXPECT_THAT(test::refusal([&] {
                experiment(text("kind = \"list\"",
                                "\"purse.aid_eur\" = [1, 2, 1]\n\"purse.growth\" = [0.1, 0.2]"));
              }),
              HasSubstr("has 2 levels, another has 3"));
}

TEST_F(SampledExperiment, ReadsPointsFromAFile) {
  write("points.csv", "purse.growth,purse.aid_eur\n0.1,5\n0.25,6\n");
  const auto all = replaced(text("kind = \"file\"\nfile = \"points.csv\"", ""), "[factors]", "");
  const auto read = experiment(all);
  ASSERT_EQ(read.samples(), 2U);
  EXPECT_EQ(read.point(3).levels, (std::vector<std::string>{"6", "0.25"}));
}

TEST_F(SampledExperiment, RefusesKeysThatItsKindDoesNotUse) {
  const auto refused = [&](const std::string& design, const std::string& factors) {
    return test::refusal([&] { experiment(text(design, factors)); });
  };
  EXPECT_THAT(refused("n = 8", "\"purse.aid_eur\" = [10, 20]"), HasSubstr("has a key n."));
  EXPECT_THAT(refused("kind = \"sobol\"", kAid), HasSubstr("has no key n."));
  EXPECT_THAT(refused("kind = \"grid\"", kAid), HasSubstr("has a distribution"));
  EXPECT_THAT(
      refused("kind = \"morris\"\nn = 4", "\"purse.aid_eur\" = { dist = \"normal(0, 1)\" }"),
      HasSubstr("has no bounds"));
  EXPECT_THAT(refused("kind = \"sobol\"\nn = 8", "\"purse.aid_eur\" = { dist = \"gauss(0, 1)\" }"),
              AllOf(HasSubstr("no distribution"), HasSubstr("gauss")));
  EXPECT_THAT(refused("kind = \"sobo\"\nn = 8", kAid), HasSubstr("sobol"));
}

TEST_F(SampledExperiment, StoresTypedLevelsBitForBit) {
  const auto read = experiment(text("kind = \"sobol\"\nn = 4", kAid));
  run_sweep(read, test::ToyFamily{}, {.store = path("s.sqlite"), .threads = 2});
  Database database{path("s.sqlite"), Database::Mode::kRead};
  EXPECT_EQ(database.scalar("SELECT DISTINCT typeof(\"purse.aid_eur\") FROM design"), "real");
  EXPECT_EQ(database.scalar("SELECT type FROM pragma_table_info('design') WHERE name = "
                            "'purse.aid_eur'"),
            "REAL");
  const StoreReader store{path("s.sqlite")};
  for (std::size_t i = 0; i < read.point_count(); ++i)
    EXPECT_EQ(store.points()[i].levels, read.point(i).levels);
  EXPECT_EQ(database.scalar("SELECT count(*) FROM configuration"), "1");
}

TEST_F(SampledExperiment, GrowsBySamplesAndKeepsTheFirstOnes) {
  const auto small = text("kind = \"sobol\"\nn = 8", kAid),
             large = replaced(small, "n = 8", "n = 16");
  const SweepOptions options{.store = path("s.sqlite"), .threads = 2};
  run_sweep(experiment(small), test::ToyFamily{}, options);
  EXPECT_EQ(run_sweep(experiment(large), test::ToyFamily{}, options).made_now, 8U * 3 * 12);
  const auto grown = test::dump(path("s.sqlite"));
  std::filesystem::remove(path("s.sqlite"));
  run_sweep(experiment(large), test::ToyFamily{}, options);
  EXPECT_EQ(test::dump(path("s.sqlite")), grown);
  // The smaller experiment still fits; the store forgets nothing.
  EXPECT_EQ(run_sweep(experiment(small), test::ToyFamily{}, options).made_now, 0U);
  EXPECT_EQ(test::scalar(path("s.sqlite"), "SELECT value FROM meta WHERE key = 'n'"), "16");
}

TEST_F(SampledExperiment, RefusesToGrowALatinHypercubeUnlessItDoubles) {
  auto read = experiment(text("kind = \"lhs\"\nn = 12", kAid));
  EXPECT_THAT(test::refusal([&] { read.resize(18); }), HasSubstr("Ask for 24 points"));
  const auto first = read.point(3).levels;
  read.resize(24);
  EXPECT_EQ(read.samples(), 24U);
  EXPECT_EQ(read.point(3).levels, first);
}

}  // namespace
}  // namespace tavolo::engine
