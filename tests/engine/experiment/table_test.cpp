#include "engine/experiment/table.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace tavolo::engine {
namespace {

TEST(Human, GroupsThousandsAndScalesMillions) {
  EXPECT_EQ(human(751384.0), "751 384");
  EXPECT_EQ(human(-1234567.0), "-1 234 567");
  EXPECT_EQ(human(0.04171), "0.04171");
  EXPECT_EQ(human(12'300'000.0), "12.30M");
  EXPECT_EQ(human(4.5e10), "45.00G");
  EXPECT_EQ(human(1.416e29, 2), "1.4e+29");
  EXPECT_EQ(human(5.0), "5");
  EXPECT_EQ(human(0.0), "0");
  EXPECT_EQ(human(std::nan("")), "-");
}

TEST(Human, ShowsTheDecimalsThatTheHalfWidthWarrants) {
  EXPECT_EQ(human(751384.4, 1234.0), "751 384 ± 1 234");
  EXPECT_EQ(human(0.123456, 0.0123), "0.123 ± 0.012");
  EXPECT_EQ(human(-12.3456e6, 0.21e6), "-12.35 ± 0.21M");
  EXPECT_EQ(human(-0.001, 0.2), "0.00 ± 0.20");
  EXPECT_EQ(human(66.2, 1e-14), "66.20 ± 0");
  EXPECT_EQ(human(3.25, std::nan("")), "3.250");
}

TEST(Aligned, CountsCharactersNotBytes) {
  EXPECT_EQ(aligned({{"name", "x"}, {"a", "1 ± 2"}, {"bb", "3"}}),
            "name      x\n"
            "-----------\n"
            "a     1 ± 2\n"
            "bb        3\n");
}

TEST(Aligned, PutsColumnsOfWordsToTheLeft) {
  EXPECT_EQ(aligned({{"name", "of", "x"}, {"a", "b", "10"}}, 2),
            "name  of   x\n"
            "------------\n"
            "a     b   10\n");
}

TEST(Exact, ReadsBackAsTheSameNumber) {
  for (const double value : {0.1, 1.0 / 3, 1e300, -2e-300, 751384.0})
    EXPECT_EQ(std::stod(exact(value)), value);
  EXPECT_EQ(exact(std::nan("")), "");
}

TEST(CsvField, IsQuotedOnlyWhenItMust) {
  EXPECT_EQ(csv_field("plain text"), "plain text");
  EXPECT_EQ(csv_field("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_field("say \"so\""), "\"say \"\"so\"\"\"");
}

TEST(JsonText, EscapesWhatJsonForbids) {
  EXPECT_EQ(json_string("a\"b\\c\nd\x01"), "\"a\\\"b\\\\c\\nd\\u0001\"");
  EXPECT_EQ(json_number(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(json_number(0.5), "0.5");
}

}  // namespace
}  // namespace tavolo::engine
