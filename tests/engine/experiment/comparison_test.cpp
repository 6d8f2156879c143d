#include "engine/experiment/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/experiment/outcomes.h"
#include "engine/experiment/statistics.h"
#include "engine/experiment/sweep.h"
#include "tests/support/toy_experiment.h"

namespace tavolo::engine {
namespace {

using test::toy_experiment_text;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// purse_eur of the last year, by policy and replication; aid_eur is 2, 4 and 6 in the three years
/// under aid, 1 more in each under loan, 0 otherwise. NaN: the run fails.
const std::map<std::string, std::vector<double>> kPurses{{"none", {100, 110, 120, 130}},
                                                         {"aid", {160, 171, 179, 190}},
                                                         {"loan", {150, std::nan(""), 172, 185}}};

Record given(const std::string& policy, std::uint64_t replication) {
  const double purse = kPurses.at(policy).at(replication);
  if (std::isnan(purse)) throw RunError{"given to fail"};
  const double aid = policy == "none" ? 0 : 2, more = policy == "loan" ? 1 : 0;
  return {{2024, 2025, 2026},
          {purse - 20, aid + more, purse - 10, 2 * aid + more, purse, 3 * aid + more},
          {},
          replication};
}

class Comparing : public test::ToyExperiment {
 protected:
  static std::string text() {
    return replaced(std::string{test::kToyHead} + test::kToyResponses + test::kToyDesign,
                    "replications = 12", "replications = 4");
  }
  Comparison compared(const std::string& baseline = {}) const {
    run_sweep(experiment(text()), test::FamilyOf{given}, {.store = path("s.sqlite"), .threads = 1});
    return compare(StoreReader{path("s.sqlite")}, baseline);
  }
  static const ComparedPoint& point(const Comparison& comparison, const std::string& policy) {
    for (const auto& p : comparison.points)
      if (p.policy == policy) return p;
    throw std::out_of_range{policy};
  }
};

// 2 | purse: mean 175, deviations -15 -4 4 15, s^2 = 482/3; t(3) = 3.18245.
TEST_F(Comparing, ReportsTheLevelOfEveryPolicy) {
  const auto comparison = compared();
  const auto& aid = point(comparison, "aid");
  EXPECT_EQ(aid.done, 4U);
  EXPECT_DOUBLE_EQ(aid.cells[0].level.value, 175);
  const double half = 3.182446 * std::sqrt(482.0 / 3 / 4);
  EXPECT_NEAR(aid.cells[0].level.half_width, half, 1e-4);
  EXPECT_NEAR(aid.cells[0].interval.low, 175 - half, 1e-4);
  EXPECT_DOUBLE_EQ(aid.cells[1].level.value, 2 + 4 + 6);  // total
  EXPECT_DOUBLE_EQ(aid.cells[2].level.value, 170);        // mean of 2025 and 2026
}

// Differences of aid from none: 60 61 59 60, mean 60, s^2 = 2/3.
TEST_F(Comparing, PairsByReplication) {
  const auto comparison = compared();
  const auto& difference = point(comparison, "aid").cells[0].difference;
  EXPECT_EQ(difference.difference.n, 4U);
  EXPECT_DOUBLE_EQ(difference.difference.value, 60);
  EXPECT_NEAR(difference.difference.half_width, 3.182446 * std::sqrt(2.0 / 3 / 4), 1e-5);
  EXPECT_NEAR(difference.variance_reduction, (482.0 / 3 + 500.0 / 3) / (2.0 / 3), 1e-9);
  EXPECT_EQ(point(comparison, "none").cells[0].difference.difference.n, 0U);
  EXPECT_TRUE(point(comparison, "none").is_baseline);
}

// Loan failed in replication 1: the other three pair up, 50 52 55.
TEST_F(Comparing, LeavesFailedRunsOutOfBothSides) {
  const auto comparison = compared();
  const auto& loan = point(comparison, "loan");
  EXPECT_EQ(loan.done, 3U);
  EXPECT_EQ(loan.failed, 1U);
  EXPECT_EQ(loan.cells[0].level.n, 3U);
  EXPECT_EQ(loan.cells[0].difference.difference.n, 3U);
  EXPECT_NEAR(loan.cells[0].difference.difference.value, 157.0 / 3, 1e-9);
}

// At least 165: aid 3 of 4, loan 2 of 3, none 0 of 4.
TEST_F(Comparing, GivesProbabilitiesWilsonsInterval) {
  const auto comparison = compared();
  const auto expected = wilson_interval(3, 4);
  const Cell& cell = point(comparison, "aid").cells[3];
  EXPECT_DOUBLE_EQ(cell.level.value, 0.75);
  EXPECT_DOUBLE_EQ(cell.interval.low, expected.low);
  EXPECT_DOUBLE_EQ(cell.interval.high, expected.high);
  EXPECT_DOUBLE_EQ(point(comparison, "loan").cells[3].level.value, 2.0 / 3);
  EXPECT_DOUBLE_EQ(point(comparison, "none").cells[3].interval.low, 0);
}

// Aid gains 60 for 12, loan 157/3 for 15; the denominator never varies, so the interval is t's.
TEST_F(Comparing, DividesPairedDifferences) {
  const auto comparison = compared();
  const Cell& aid = point(comparison, "aid").cells[4];
  EXPECT_DOUBLE_EQ(aid.level.value, 5);
  EXPECT_NEAR(aid.interval.high - 5, 3.182446 * std::sqrt(2.0 / 3 / 4) / 12, 1e-6);
  EXPECT_EQ(point(comparison, "loan").cells[4].level.n, 3U);
  EXPECT_NEAR(point(comparison, "loan").cells[4].level.value, 157.0 / 3 / 15, 1e-12);
  EXPECT_EQ(point(comparison, "none").cells[4].level.n, 0U);
}

TEST_F(Comparing, PutsTheBestFirst) {
  const auto comparison = compared();
  ASSERT_EQ(comparison.points.size(), 3U);
  EXPECT_EQ(comparison.points[0].policy, "aid");
  EXPECT_EQ(comparison.points[1].policy, "loan");
  EXPECT_EQ(comparison.points[2].policy, "none");
  EXPECT_EQ(comparison.points[2].rank, 3);
}

TEST_F(Comparing, RanksByTheSmallestWhereThatIsBetter) {
  run_sweep(experiment(replaced(text(), "rank_by = \"purse\"", "rank_by = \"paid\"")),
            test::FamilyOf{given}, {.store = path("s.sqlite")});
  const auto comparison = compare(StoreReader{path("s.sqlite")});
  EXPECT_EQ(comparison.points[0].policy, "none");
  EXPECT_EQ(comparison.points[2].policy, "loan");
}

TEST_F(Comparing, TakesAnotherBaseline) {
  const auto comparison = compared("aid");
  EXPECT_DOUBLE_EQ(point(comparison, "none").cells[0].difference.difference.value, -60);
  EXPECT_TRUE(point(comparison, "aid").is_baseline);
  EXPECT_THAT(test::refusal([&] { compared("laon"); }),
              AllOf(HasSubstr("baseline \"laon\" is not in"), HasSubstr("\"loan\"")));
}

TEST_F(Comparing, PairsWithinTheSameFactorLevels) {
  run_sweep(experiment(), test::ToyFamily{}, {.store = path("s.sqlite")});
  const auto comparison = compare(StoreReader{path("s.sqlite")});
  // The aid of three years with its growth, at either level: 10 x 3.31 and 20 x 3.31.
  int compared_points = 0;
  for (const auto& p : comparison.points) {
    if (p.policy != "aid") continue;
    EXPECT_NEAR(p.cells[0].difference.difference.value, std::stod(p.levels[0]) * 3.31, 1e-9);
    ++compared_points;
  }
  EXPECT_EQ(compared_points, 2);
  EXPECT_EQ(comparison.points.front().levels[0], "20");
}

TEST_F(Comparing, CountsWhatIsMissing) {
  int runs = 0;
  run_sweep(
      experiment(text()), test::FamilyOf{given},
      {.store = path("s.sqlite"), .threads = 1, .stop_requested = [&] { return runs++ == 5; }});
  const auto comparison = compare(StoreReader{path("s.sqlite")});
  std::size_t missing = 0;
  for (const auto& p : comparison.points) missing += p.missing;
  EXPECT_EQ(missing, 12U - 5);
  EXPECT_THAT(table_text(comparison), HasSubstr("7 missing"));
}

TEST_F(Comparing, RefusesYearsThatWereNotRecorded) {
  // The scenario of the store says 2030, the model records up to 2026.
  write("town.toml", replaced(test::kToyScenario, "until = 2026", "until = 2030"));
  run_sweep(experiment(replaced(text(), "to = 2026, better", "to = 2030, better")),
            test::FamilyOf{given}, {.store = path("s.sqlite")});
  EXPECT_THAT(test::refusal([&] { compare(StoreReader{path("s.sqlite")}); }),
              HasSubstr("response \"paid\" needs the years 2024 .. 2030"));
}

TEST_F(Comparing, FitsATerminal) {
  const auto table = table_text(compared());
  EXPECT_THAT(table, AllOf(HasSubstr("purse [EUR] ↑"), HasSubstr("175 ± 20"), HasSubstr("none *"),
                           HasSubstr("60.0 ± 1.3 !"), HasSubstr("11 runs done, 1 failed")));
  std::size_t start = 0;
  while (start < table.size()) {
    const auto end = table.find('\n', start);
    std::size_t width = 0;
    for (auto i = start; i < end; ++i)
      if ((static_cast<unsigned char>(table[i]) & 0xc0) != 0x80) ++width;
    EXPECT_LE(width, 120U) << table.substr(start, end - start);
    start = end + 1;
  }
}

TEST_F(Comparing, WritesOneCsvLineForEachPointAndResponse) {
  const auto csv = csv_text(compared());
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 1 + 3 * 5);
  EXPECT_THAT(csv, HasSubstr("aid,1,4,0,0,paid,total,EUR/year,4,12,12,12,4,12,12,12,,,\n"));
  EXPECT_THAT(csv, Not(HasSubstr("nan")));
}

TEST_F(Comparing, WritesJsonWithoutWhatJsonCannotSay) {
  const auto json = json_text(compared());
  EXPECT_THAT(json, AllOf(HasSubstr("\"baseline\": \"none\""), HasSubstr("\"rank_by\": \"purse\""),
                          HasSubstr("\"correlation\": null"), Not(HasSubstr("nan")),
                          Not(HasSubstr("inf"))));
  EXPECT_EQ(std::count(json.begin(), json.end(), '{'), std::count(json.begin(), json.end(), '}'));
}

TEST_F(Comparing, ABaselineMayBeALevelOfAFactor) {
  const std::string with_factor = replaced(
      replaced(toy_experiment_text(), "baseline = \"none\"", "baseline = \"purse.aid_eur=10\""),
      "replications = 12", "replications = 3");
  const std::string store = path("levels.sqlite");
  run_sweep(experiment(with_factor), test::ToyFamily{}, {.store = store, .threads = 1});
  const auto comparison = compare(StoreReader{store});
  for (const auto& point : comparison.points) {
    EXPECT_EQ(point.is_baseline, point.levels[0] == "10") << point.policy;
    if (point.is_baseline) continue;
    // the same policy under the same luck: 10 EUR more in each of three years, growing by a tenth
    const double gain = point.policy == "none" ? 0 : 10 * (1 + 1.1 + 1.21);
    EXPECT_NEAR(point.cells[0].difference.difference.value, gain, 1e-9) << point.policy;
  }
  EXPECT_THAT(test::refusal([&] { compare(StoreReader{store}, "purse.aid_eur=30"); }),
              HasSubstr("Did you mean \"purse.aid_eur="));
  EXPECT_THAT(test::refusal([&] {
                experiment(replaced(with_factor, "purse.aid_eur=10", "purse.aid_eur=11"));
              }),
              HasSubstr("is no level of a factor"));
}

/// Samples of the toy's factor under luck that they share.
constexpr const char* kFutures = R"toml([design]
kind = "random"
n = 12
policies = ["none", "aid"]
baseline = "none"
replications = 6
seed = 7
[factors]
"purse.aid_eur" = { dist = "uniform(10, 20)" }
"purse.growth" = { dist = "uniform(0.09, 0.11)" }
)toml";

class ComparingFutures : public test::ToyExperiment {
 protected:
  Comparison compared(const std::string& design) const {
    const auto store = path("futures.sqlite");
    std::filesystem::remove(store);
    run_sweep(experiment(std::string{test::kToyHead} + test::kToyResponses + design),
              test::ToyFamily{}, {.store = store});
    return compare(StoreReader{store});
  }
  static const ComparedPoint& aid(const Comparison& comparison) {
    return *std::find_if(comparison.points.begin(), comparison.points.end(),
                         [](const auto& p) { return p.policy == "aid"; });
  }
};

// Futures that share luck are no independent witnesses: the same means as the benchmark's.
TEST_F(ComparingFutures, CountsNeitherFuturesNorLuckAsIndependent) {
  const auto comparison = compared(kFutures);
  const StoreReader store{path("futures.sqlite")};
  const auto futures = read_futures(store);
  const auto purse = read_outcomes(store, futures, question_of(store).responses[0]);
  const auto level = crossed_mean(purse.of(1), 12, 6).estimate();
  const auto difference = crossed_difference(purse.of(1), purse.of(0), 12, 6).estimate();
  const auto& cell = aid(comparison).cells[0];
  EXPECT_DOUBLE_EQ(cell.level.value, level.value);
  EXPECT_DOUBLE_EQ(cell.level.half_width, level.half_width);
  EXPECT_DOUBLE_EQ(cell.difference.difference.half_width, difference.half_width);
  // Luck moves the level of all futures together.
  const auto table = by_future(purse);
  EXPECT_GT(level.half_width, 1.3 * mean_estimate(table[1]).half_width);
  // The quotient of two differences lies within its interval, which has ends here.
  const auto& gain = aid(comparison).cells[4];
  EXPECT_LT(gain.interval.low, gain.level.value);
  EXPECT_GT(gain.interval.high, gain.level.value);
  EXPECT_TRUE(std::isfinite(gain.interval.high));
}

TEST_F(ComparingFutures, SaysThatOneDrawOfLuckIsShared) {
  auto one = replaced(kFutures, "replications = 6", "replications = 1");
  EXPECT_THAT(table_text(compared(one)), HasSubstr("share one draw of luck"));
  one = replaced(one, "seed = 7", "seed = 7\ncrn = \"none\"");
  const auto text = table_text(compared(one));
  EXPECT_THAT(text, Not(HasSubstr("share one draw of luck")));
  EXPECT_THAT(text, HasSubstr("each with luck of its own"));
}

}  // namespace
}  // namespace tavolo::engine
