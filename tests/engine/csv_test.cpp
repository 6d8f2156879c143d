#include "engine/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "engine/random.h"
#include "tests/support/mutator.h"

namespace tavolo::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

CsvTable sound(std::string_view text) {
  Problems problems;
  auto table = CsvTable::parse(text, "data.csv", problems);
  EXPECT_THAT(problems.messages(), IsEmpty());
  return table;
}

std::string refused(std::string_view text) {
  Problems problems;
  const auto table = CsvTable::parse(text, "data.csv", problems);
  if (table.has("x")) table.numbers("x", {0, 10}, problems);
  EXPECT_THAT(problems.messages(), testing::SizeIs(testing::Ge(1u)));
  return problems.empty() ? "" : problems.messages().front();
}

TEST(CsvTable, ReadsFieldsAsRfc4180WritesThem) {
  const auto table = sound(
      "\xEF\xBB\xBF"
      "a, b ,\"c\"\r\n1,\"two, or\n\"\"more\"\"\", x \r\n\r\n,,\n");
  EXPECT_THAT(table.columns(), ElementsAre("a", "b", "c"));
  EXPECT_THAT(table.text("a"), ElementsAre("1", ""));
  EXPECT_THAT(table.text("b"), ElementsAre("two, or\n\"more\"", ""));
  EXPECT_THAT(table.text("c"), ElementsAre("x", ""));
  EXPECT_EQ(table.place(0).line, 2);
  EXPECT_EQ(table.place(1).line, 5);
}

TEST(CsvTable, ReadsNumbersToTheLastBit) {
  Problems problems;
  const auto numbers = sound("x\n0.1\n+2\n-3.5e-2\n1e3").numbers("x", {}, problems);
  EXPECT_THAT(problems.messages(), IsEmpty());
  EXPECT_THAT(numbers, ElementsAre(0.1, 2.0, -0.035, 1000.0));
}

TEST(CsvTable, TakesWholeNumbersForTheSameName) {
  EXPECT_THAT(sound("x\n19\n19.0\n-4.00\n007\n1.5\nC01Q1\n.0\n").identifiers("x"),
              ElementsAre("19", "19", "-4", "007", "1.5", "C01Q1", ".0"));
}

TEST(CsvTable, NamesFileAndLineOfWhatIsWrong) {
  EXPECT_THAT(refused(""), HasSubstr("data.csv: the file is empty"));
  EXPECT_THAT(refused("x,y\n1,2\n3\n"), HasSubstr("data.csv:3: the row has 1 fields"));
  EXPECT_THAT(refused("x,x\n"), HasSubstr("data.csv:1: two columns are named \"x\""));
  EXPECT_THAT(refused("x\n1\n\"2\n"), HasSubstr("data.csv:3: a quotation mark is opened"));
  EXPECT_THAT(refused("x\n\"1\"2\n"), HasSubstr("data.csv:2: text follows"));
  EXPECT_THAT(refused("x\n1\n\n1,5\n"), HasSubstr("data.csv:4"));
  EXPECT_THAT(refused("x\nten\n"), HasSubstr("data.csv:2: x = \"ten\" is not a number"));
  EXPECT_THAT(refused("x\n11\n"), HasSubstr("data.csv:2: x = \"11\" is out of range"));
  EXPECT_THAT(refused("x\nnan\n"), HasSubstr("data.csv:2: x = \"nan\" is not a number"));
  EXPECT_THAT(refused("x,y\n,1\n"), HasSubstr("data.csv:2: x is empty"));
  EXPECT_THAT(refused("x\n1\n\xFF\n"), HasSubstr("data.csv:3: this is not text in UTF-8"));
}

TEST(CsvTable, TellsAFewProblemsOfAKindAndCountsTheRest) {
  std::string text = "x\n";
  for (int i = 0; i < 1000; ++i) text += "wrong\n";
  Problems problems;
  CsvTable::parse(text, "data.csv", problems).numbers("x", {}, problems);
  EXPECT_EQ(problems.messages().size(), 6u);
  EXPECT_THAT(problems.messages().back(), HasSubstr("995 more"));
}

TEST(CsvTable, TellsWhyAFileCannotBeRead) {
  Problems problems;
  CsvTable::load("nowhere.csv", problems);
  EXPECT_THAT(problems.messages(), ElementsAre(HasSubstr("nowhere.csv: the file does not exist")));
}

TEST(CsvTable, SurvivesAnyText) {
  enum class Luck { mutant = 1 };
  constexpr std::array<std::string_view, 12> kTokens{",",  "\n", "\r", "\"",  "\"\"", "\"\n",
                                                     "\t", "1",  "-",  "1e9", "\xFF", "è"};
  const std::vector<std::string> corpus{"x,y,z\n1,2,3\n4,5,6\n", "x,\"y\"\r\n\"a,\"\"b\"\"\",2\r\n",
                                        "\xEF\xBB\xBFx\n1\n2\n3\n"};
  const Streams streams{1, 0};
  std::size_t accepted = 0;
  constexpr std::size_t kMutants = 3000;
  for (std::size_t i = 0; i < kMutants; ++i) {
    Problems problems;
    const auto table = CsvTable::parse(
        test::Mutator{streams(Luck::mutant, i), kTokens}.mutant(corpus), "fuzz.csv", problems);
    for (const auto& column : table.columns()) {
      EXPECT_EQ(table.text(column).size(), table.rows());
      EXPECT_EQ(table.numbers(column, {}, problems).size(), table.rows());
    }
    accepted += problems.empty() ? 1U : 0U;
  }
  EXPECT_GT(accepted, kMutants / 50);
  EXPECT_LT(accepted, kMutants - kMutants / 20);
}

}  // namespace
}  // namespace tavolo::engine
