#include "engine/scan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace tavolo::engine {
namespace {

std::vector<std::int16_t> column(std::size_t rows) {
  std::vector<std::int16_t> values(rows);
  for (std::size_t i = 0; i < rows; ++i) values[i] = static_cast<std::int16_t>(i * i % 97);
  return values;
}

TEST(CountEqual, CountsWhereverRunsAndBlocksEnd) {
  for (const std::size_t rows : {0U, 1U, 127U, 128U, 1000U, 600'000U}) {
    const auto values = column(rows);
    EXPECT_EQ(count_equal(std::span{values}, std::int16_t{16}),
              static_cast<std::size_t>(std::ranges::count(values, std::int16_t{16})))
        << rows;
  }
}

TEST(CountEqual, CountsALongRunOfTheSame) {
  const std::vector<std::uint8_t> ones(10'000, 1);
  EXPECT_EQ(count_equal(std::span{ones}, std::uint8_t{1}), 10'000U);
}

TEST(RowsEqual, FindsEveryRowInOrder) {
  for (const std::size_t rows : {0U, 1U, 63U, 64U, 65U, 5000U}) {
    auto values = column(rows);
    std::vector<std::uint32_t> expected, found;
    for (std::uint32_t i = 0; i < rows; ++i)
      if (values[i] == 16) expected.push_back(i);
    rows_equal(std::span{values}, std::int16_t{16}, found);
    EXPECT_EQ(found, expected) << rows;
  }
}

}  // namespace
}  // namespace tavolo::engine
