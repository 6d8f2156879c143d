#include "agents/words.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace tavolo::agents::words {
namespace {

TEST(Words, GroupDigitsAndShowATenthOnlyBelowTen) {
  EXPECT_EQ(meur(0), "0 MEUR");
  EXPECT_EQ(meur(1.24e6), "1.2 MEUR");
  EXPECT_EQ(meur(-1.24e6), "-1.2 MEUR");
  EXPECT_EQ(meur(9.94e6), "9.9 MEUR");
  EXPECT_EQ(meur(9.96e6), "10 MEUR");
  EXPECT_EQ(meur(1.3104e9), "1,310 MEUR");
  EXPECT_EQ(vehicles(412'000), "412 thousand");
  EXPECT_EQ(vehicles(1'240), "1.2 thousand");
  EXPECT_EQ(vehicles(950), "950");
  EXPECT_EQ(grouped(-1'234'567), "-1,234,567");
  EXPECT_EQ(grouped(751'384), "751,384");
  EXPECT_EQ(grouped(-123), "-123");
  EXPECT_EQ(percent(0.015, 1), "1.5 %");
}

TEST(Words, CountAndList) {
  EXPECT_EQ(counted(1, "month"), "1 month");
  EXPECT_EQ(counted(1'200, "month"), "1,200 months");
  const std::array<std::string, 3> names{"A", "B", "C"};
  EXPECT_EQ(listed(names), "A, B and C");
  EXPECT_EQ(cars("bev") + ", " + cars("phev") + ", " + cars("lpg") + ", " + cars("diesel"),
            "electric cars, plug-in hybrids, gas cars, diesel cars");
  EXPECT_EQ(capitalised("the Italian government"), "The Italian government");
}

}  // namespace
}  // namespace tavolo::agents::words
