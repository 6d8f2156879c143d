#include "engine/permutation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/support/proportion.h"

namespace tavolo::engine {
namespace {

TEST(Permutation, MeetsEveryNumberOnce) {
  for (const std::uint32_t size : {1u, 2u, 3u, 4u, 5u, 17u, 64u, 65u, 1000u, 40'000u})
    for (const std::uint64_t key : {0u, 1u, 2u}) {
      const Permutation permutation{size, key};
      std::vector<int> met(size, 0);
      for (std::uint32_t i = 0; i < size; ++i) {
        ASSERT_LT(permutation(i), size);
        ++met[permutation(i)];
      }
      for (const int times : met) ASSERT_EQ(times, 1) << "of " << size;
    }
}

TEST(Permutation, IsAnotherForAnotherKey) {
  const Permutation one{10'000, 1}, other{10'000, 2};
  int alike = 0;
  for (std::uint32_t i = 0; i < 10'000; ++i) alike += one(i) == other(i);
  EXPECT_LT(alike, 10) << "one in expectation, nearly Poisson";
}

// Of a random order, neighbours are ordered up or down like a coin (though not independently: the
// variance of the number of ascents is (n + 1) / 12, less than a coin's n / 4).
TEST(Permutation, LeavesNoOrderBetweenNeighbours) {
  const std::uint32_t size = 1'000'000;
  const Permutation permutation{size, 3};
  double ascents = 0;
  for (std::uint32_t i = 1; i < size; ++i) ascents += permutation(i - 1) < permutation(i);
  EXPECT_LT(std::abs(ascents - (size - 1) / 2.0) / std::sqrt((size + 1) / 12.0), 4.5);
}

TEST(Permutation, SendsAnyStretchAnywhere) {
  const std::uint32_t size = 1'000'000;
  const Permutation permutation{size, 4};
  for (std::uint32_t first = 0; first < size; first += size / 10) {
    double upper = 0;
    for (std::uint32_t i = first; i < first + size / 10; ++i) upper += permutation(i) >= size / 2;
    EXPECT_TRUE(test::is_proportion(upper, size / 10.0, 0.5)) << "from " << first;
  }
}

}  // namespace
}  // namespace tavolo::engine
