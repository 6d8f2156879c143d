#include "engine/population.h"

#include <gtest/gtest.h>
#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <tuple>
#include <type_traits>

#include "engine/parallel.h"

namespace tavolo::engine {
namespace {

struct Trees : Population<Trees> {
  Column<double> height_m;
  Column<int> visits;

  static auto columns(auto& trees) { return std::tie(trees.height_m, trees.visits); }
};
struct Rivers {};

Trees forest(std::size_t rows) {
  Trees trees;
  trees.resize(rows);
  return trees;
}

static_assert(!std::is_convertible_v<Id<Rivers>, Trees::Id>, "a river is no tree");
static_assert(!std::is_convertible_v<std::uint32_t, Trees::Id>, "a number is no tree");

TEST(Id, OfNothingIsFalseAndUnlikeAnyRow) {
  EXPECT_FALSE(Trees::Id{});
  EXPECT_TRUE(Trees::Id{0});
  EXPECT_NE(Trees::Id{}, Trees::Id{0});
  EXPECT_EQ(Trees::Id{3}, Trees::Id{3});
}

TEST(Population, GivesAllColumnsTheSameRows) {
  const auto trees = forest(17);
  EXPECT_EQ(trees.rows(), 17u);
  EXPECT_EQ(trees.height_m.rows(), 17u);
  EXPECT_EQ(trees.visits.rows(), 17u);
}

TEST(Population, StartsEveryRowAtZero) {
  const auto trees = forest(3);
  for (std::uint32_t row = 0; row < 3; ++row) {
    EXPECT_EQ(trees.height_m[Trees::Id{row}], 0);
    EXPECT_EQ(trees.visits[Trees::Id{row}], 0);
  }
}

TEST(Population, KeepsItsRowsWhenItGrows) {
  auto trees = forest(2);
  trees.height_m[Trees::Id{1}] = 8.5;
  trees.resize(5);
  EXPECT_EQ(trees.height_m[Trees::Id{1}], 8.5);
  EXPECT_EQ(trees.height_m[Trees::Id{4}], 0);
}

TEST(ForEachRow, VisitsEveryRowOnce) {
  auto trees = forest(10'001);
  for_each_row(trees, [&](Trees::Id tree) { ++trees.visits[tree]; });
  for (std::uint32_t row = 0; row < 10'001; ++row) ASSERT_EQ(trees.visits[Trees::Id{row}], 1);
}

TEST(SumRows, OfNoRowsIsZero) {
  EXPECT_EQ(sum_rows(forest(0), [](Trees::Id) { return 1.0; }), 0);
}

TEST(SumRows, CountsEveryRowOnceWhereverTheBlocksEnd) {
  for (const std::size_t rows : {1u, 4095u, 4096u, 4097u, 10'000u}) {
    const double expected = static_cast<double>(rows) * (static_cast<double>(rows) - 1) / 2;
    EXPECT_EQ(sum_rows(forest(rows), [](Trees::Id tree) { return 1.0 * tree.row(); }), expected);
  }
}

// Heights from 1e-12 to 1e8: another order of adding gives another last bit, as the backward sum
// shows; so equal bits are no accident.
TEST(SumRows, GivesTheSameBitsOnOneThreadAndOnMany) {
  constexpr std::uint32_t kRows = 100'000;
  auto trees = forest(kRows);
  for (std::uint32_t row = 0; row < kRows; ++row)
    trees.height_m[Trees::Id{row}] = std::pow(10.0, static_cast<double>(row * 7919 % 21) - 12) / 3;
  const auto height = [&](Trees::Id tree) { return trees.height_m[tree]; };

  const tbb::global_control allow{tbb::global_control::max_allowed_parallelism, 8};
  const auto bits_on = [&](int threads) {
    tbb::task_arena arena{threads};
    return std::bit_cast<std::uint64_t>(arena.execute([&] { return sum_rows(trees, height); }));
  };
  const auto one = bits_on(1);
  for (int repeat = 0; repeat < 20; ++repeat) {
    ASSERT_EQ(bits_on(2), one);
    ASSERT_EQ(bits_on(8), one);
  }

  double backward = 0;
  for (std::uint32_t row = kRows; row-- > 0;) backward += height(Trees::Id{row});
  EXPECT_NE(std::bit_cast<std::uint64_t>(backward), one);
  EXPECT_NEAR(std::bit_cast<double>(one), backward, 1e-9 * backward);
}

}  // namespace
}  // namespace tavolo::engine
