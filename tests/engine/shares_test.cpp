#include "engine/shares.h"

#include <gtest/gtest.h>

#include <vector>

namespace tavolo::engine {
namespace {

std::vector<int> rows_of(const Shares& shares) {
  std::vector<int> rows;
  for (const auto& part : shares) rows.push_back(part.row);
  return rows;
}

TEST(Shares, KeepRowsInOrderWhateverTheOrderInWhichTheyCome) {
  Shares shares;
  for (const int row : {7, 2, 5}) shares.set(row, 0.1 * row);
  EXPECT_EQ(rows_of(shares), (std::vector{2, 5, 7}));
  EXPECT_EQ(shares[5], 0.5);
  EXPECT_EQ(shares[3], 0);
}

TEST(Shares, ForgetARowThatLosesItsShare) {
  auto shares = Shares::all_of(4);
  shares.set(1, 0.3);
  shares.set(4, 0);
  EXPECT_EQ(rows_of(shares), std::vector{1});
  shares.set(9, 0);
  EXPECT_EQ(rows_of(shares), std::vector{1});
}

TEST(Shares, NameTheFirstOfTheLargest) {
  Shares shares;
  EXPECT_EQ(shares.largest(), 0);
  shares.set(3, 0.4);
  shares.set(6, 0.4);
  shares.set(1, 0.2);
  EXPECT_EQ(shares.largest(), 3);
}

}  // namespace
}  // namespace tavolo::engine
