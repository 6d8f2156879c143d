#include "engine/quantile_table.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace tavolo::engine {
namespace {

TEST(QuantileTable, GivesEveryRowItsShareOfEvenNumbers) {
  const std::vector<double> weights{3, 0, 1, 4, 0.001, 2, 0};
  const QuantileTable table{weights};
  const int n = 1'000'000;
  std::vector<double> count(weights.size(), 0.0);
  for (int i = 0; i < n; ++i) ++count[table((i + 0.5) / n)];
  double sum = 0;
  for (const double weight : weights) sum += weight;
  for (std::size_t row = 0; row < weights.size(); ++row)
    EXPECT_NEAR(count[row], n * weights[row] / sum, 1) << "row " << row;
}

TEST(QuantileTable, NeverFallsAsTheNumberGrows) {
  std::vector<double> weights;
  for (int i = 0; i < 300; ++i) weights.push_back(std::exp(-i / 20.0));
  const QuantileTable table{weights};
  std::size_t before = 0;
  for (int i = 0; i < 100'000; ++i) {
    const auto row = table(i / 100'000.0);
    ASSERT_GE(row, before);
    before = row;
  }
}

TEST(QuantileTable, KnowsItsEnds) {
  const QuantileTable table{std::vector<double>{0, 1, 2, 0}};
  EXPECT_EQ(table(0), 1u);
  EXPECT_EQ(table(std::nextafter(1.0, 0.0)), 2u);
  EXPECT_EQ(QuantileTable{std::vector<double>(3, 0.0)}(0.7), 0u);
  EXPECT_TRUE(QuantileTable{}.empty());
}

}  // namespace
}  // namespace tavolo::engine
