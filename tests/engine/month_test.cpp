#include "engine/month.h"

#include <gtest/gtest.h>

namespace tavolo::engine {
namespace {

TEST(Month, KeepsItsYearAndItsNumber) {
  for (int month = 1; month <= 12; ++month) {
    EXPECT_EQ(Month::of(2024, month).year(), 2024);
    EXPECT_EQ(Month::of(2024, month).month(), month);
  }
}

TEST(Month, IsWrittenWithTwoDigits) {
  EXPECT_EQ(Month::of(2024, 3).text(), "2024-03");
  EXPECT_EQ(Month::of(2024, 9).text(), "2024-09");
  EXPECT_EQ(Month::of(2024, 10).text(), "2024-10");
}

TEST(Month, GoesFromDecemberToJanuary) {
  EXPECT_EQ(Month::of(2024, 12) + 1, Month::of(2025, 1));
  EXPECT_EQ(Month::of(2025, 1) + -1, Month::of(2024, 12));
  EXPECT_EQ(Month::of(2024, 5) + 30, Month::of(2026, 11));
}

TEST(Month, CountsTheMonthsBetween) {
  EXPECT_EQ(Month::of(2026, 2) - Month::of(2024, 11), 15);
  EXPECT_EQ(Month::of(2024, 11) - Month::of(2026, 2), -15);
}

TEST(Month, ComesBeforeTheNextAlsoAcrossYears) {
  EXPECT_LT(Month::of(2024, 12), Month::of(2025, 1));
  EXPECT_LT(Month::of(2024, 1), Month::of(2024, 2));
  EXPECT_GE(Month::of(2025, 1), Month::of(2024, 12));
}

}  // namespace
}  // namespace tavolo::engine
