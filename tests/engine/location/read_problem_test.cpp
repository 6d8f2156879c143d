#include "engine/location/read_problem.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "engine/random.h"
#include "tests/support/mutator.h"
#include "tests/support/refusal.h"

namespace tavolo::engine::location {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

const std::string kTwoByThree = " 2 3 \n 10 7500. \n 20 .5 \n 5\n 1.5 2.5\n 6\n 3 4\n 7\n 5 6.25\n";
const std::string kNamed = "2 1\n capacity 100. \n capacity 200. \n 8\n 1 2\n";

std::string refused(const std::string& text, const CapacityReading& capacity = {}) {
  return test::refusal([&] { parse_problem(text, "cap.txt", capacity); });
}

TEST(ReadProblem, ReadsSitesThenCustomers) {
  const auto problem = parse_problem(kTwoByThree, "cap.txt");
  EXPECT_THAT(problem.capacity, ElementsAre(10, 20));
  EXPECT_THAT(problem.fixed_cost, ElementsAre(7500, 0.5));
  EXPECT_THAT(problem.demand, ElementsAre(5, 6, 7));
  EXPECT_EQ(problem.cost(0, 0), 1.5);
  EXPECT_EQ(problem.cost(1, 0), 2.5);
  EXPECT_EQ(problem.cost(1, 2), 6.25);
}

TEST(ReadProblem, TakesLineEndsAndBlanksForTheSame) {
  const auto expected = parse_problem(kTwoByThree, "cap.txt");
  for (const std::string_view between : {"\n", " ", "\r\n", "\t\t", "\n\n \r\n"}) {
    std::string text;
    for (const char c : kTwoByThree)
      if (c == ' ' || c == '\n')
        text += between;
      else
        text += c;
    const auto problem = parse_problem("\xEF\xBB\xBF" + text, "cap.txt");
    EXPECT_EQ(problem.demand, expected.demand);
    EXPECT_TRUE(std::ranges::equal(problem.cost.values(), expected.cost.values()));
  }
}

TEST(ReadProblem, PutsANumberForTheWordCapacity) {
  EXPECT_THAT(parse_problem(kNamed, "cap.txt", {.ignored = false, .value = 9}).capacity,
              ElementsAre(9, 9));
  EXPECT_THAT(parse_problem(kNamed, "cap.txt", {.ignored = true, .value = {}}).capacity,
              ElementsAre(kInfinity, kInfinity));
  EXPECT_THAT(refused(kNamed), HasSubstr("cap.txt:2: the capacity of warehouse 1 is the word"));
  EXPECT_THAT(refused(kNamed), HasSubstr("--capacity N"));
  EXPECT_THAT(refused(kTwoByThree, {.ignored = false, .value = 9}),
              HasSubstr("no capacity is the word"));
}

TEST(ReadProblem, IgnoresCapacitiesWhenAsked) {
  EXPECT_THAT(parse_problem("1 1 2 3 4 5", "cap.txt", {.ignored = true, .value = {}}).capacity,
              ElementsAre(kInfinity));
  EXPECT_THAT(refused("1 1 2 3 4 5"), HasSubstr("all sites hold 2 units of the 4 demanded"));
}

TEST(ReadProblem, NamesFileAndLineOfWhatIsWrong) {
  EXPECT_THAT(refused(""), HasSubstr("cap.txt:1: the file ends before m"));
  EXPECT_THAT(refused("0 3"), HasSubstr("m, the number of warehouses, is \"0\", below 1"));
  EXPECT_THAT(refused("2.5 3 1 1 1 1"), HasSubstr("is \"2.5\""));
  EXPECT_THAT(refused("100000000 100000000"), HasSubstr("m, the number of warehouses, is"));
  EXPECT_THAT(refused("5 5\n1 2\n"), HasSubstr("cap.txt:1: the file is too short for 5"));
  EXPECT_THAT(refused("1 1\n1\nx\n1 1"), HasSubstr("cap.txt:3: the fixed cost of warehouse 1 is "
                                                   "\"x\", which is no number"));
  EXPECT_THAT(refused("1 1\n-1 1\n1 1"), HasSubstr("the capacity of warehouse 1 is \"-1\", below"));
  EXPECT_THAT(refused("1 1\n1 1\n-2 1"), HasSubstr("the demand of customer 1 is \"-2\", below 0"));
  EXPECT_THAT(refused("1 1\n1 1\n1\n\nnan"), HasSubstr("cap.txt:5: a cost of customer 1"));
  EXPECT_THAT(refused("1 1\n100 1\n1\ninf"), HasSubstr("a cost of customer 1 is \"inf\""));
  EXPECT_THAT(refused("1 1\n100 1\n10000   "), HasSubstr("cap.txt:3: the file ends before a cost"));
  EXPECT_THAT(refused("1 1\n1 1\n1 1\n1"), HasSubstr("cap.txt:4: more follows"));
  EXPECT_THAT(refused("1 1\n1 1\n1 1\n\xFF"), HasSubstr("this is not text"));
}

TEST(ReadProblem, TellsWhyAFileCannotBeRead) {
  try {
    read_problem("nowhere.txt");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("nowhere.txt: the file does not exist"));
  }
}

// Whatever stands in a file: a problem that can be solved, or a refusal that names the file.
TEST(ReadProblem, SurvivesAnyText) {
  enum class Luck { mutant = 1 };
  constexpr std::array<std::string_view, 15> kTokens{" ",   "\n",  "\r",       "-",      ".",
                                                     "0",   "1e9", "capacity", "1e99",   "1e308",
                                                     "inf", "3",   "\xFF",     "1e-320", "9"};
  const std::vector<std::string> corpus{kTwoByThree, kNamed, "3 2 4 1 4 2 4 3 1 5 6 7 2 8 9 10\n"};
  const Streams streams{1, 0};
  std::size_t accepted = 0;
  constexpr std::size_t kMutants = 3000;
  for (std::size_t i = 0; i < kMutants; ++i) {
    const auto text = test::Mutator{streams(Luck::mutant, i), kTokens}.mutant(corpus);
    CapacityReading capacity;
    if (i % 3 == 1) capacity.ignored = true;
    if (i % 3 == 2) capacity.value = 12;
    try {
      const auto problem = parse_problem(text, "fuzz.txt", capacity);
      ++accepted;
      ASSERT_EQ(obstacle(problem), "");
      const auto solution = solve(problem);
      EXPECT_LE(solution.bound, solution.cost);
      EXPECT_TRUE(solution.exact);
      EXPECT_FALSE(solution.open.empty());
    } catch (const InputError& error) {
      EXPECT_THAT(error.what(), HasSubstr("fuzz.txt"));
    }
  }
  EXPECT_GT(accepted, kMutants / 20);
  EXPECT_LT(accepted, kMutants - kMutants / 20);
}

}  // namespace
}  // namespace tavolo::engine::location
