#include "engine/scan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

namespace tavolo::engine {
namespace {

std::vector<std::int16_t> column(std::size_t rows) {
  std::vector<std::int16_t> values(rows);
  for (std::size_t i = 0; i < rows; ++i) values[i] = static_cast<std::int16_t>(i * i % 97);
  return values;
}

TEST(CountBelow, CountsALongRunOfTheSame) {
  const std::vector<std::uint8_t> ones(10'000, 1);
  EXPECT_EQ(count_below<2>(ones)[1], 10'000U);
}

TEST(CountBelow, CountsEachWhereverRunsAndBlocksEnd) {
  for (const std::size_t rows : {0U, 1U, 63U, 64U, 127U, 128U, 1000U, 600'000U}) {
    std::vector<std::uint8_t> values(rows);
    for (std::size_t i = 0; i < rows; ++i) values[i] = static_cast<std::uint8_t>(i * i % 97 % 9);
    const auto counts = count_below<6>(values);
    for (std::uint8_t k = 0; k < 6; ++k)
      EXPECT_EQ(counts[k], static_cast<std::size_t>(std::ranges::count(values, k))) << rows;
  }
}

TEST(SortInParallel, Sorts) {
  std::vector<std::uint32_t> values(100'000);
  for (std::uint32_t i = 0; i < values.size(); ++i) values[i] = i * 2'654'435'761U;
  auto expected = values;
  std::ranges::sort(expected);
  sort_in_parallel(std::span{values}, std::less{});
  EXPECT_EQ(values, expected);
}

TEST(RowsWithin, AreAllRowsOfTheRangeInOrder) {
  for (const std::size_t rows : {0U, 1U, 63U, 64U, 65U, 5000U})
    for (const std::int16_t high : {std::int16_t{16}, std::int16_t{20}}) {
      const auto values = column(rows);
      std::vector<std::uint32_t> expected, found;
      for (std::uint32_t i = 0; i < rows; ++i)
        if (values[i] >= 16 && values[i] <= high) expected.push_back(i);
      rows_within(std::span<const std::int16_t>{values}, std::int16_t{16}, high, found);
      EXPECT_EQ(found, expected) << rows;
    }
}

}  // namespace
}  // namespace tavolo::engine
