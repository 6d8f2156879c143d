#include "engine/network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tbb/global_control.h>

#include <algorithm>
#include <boost/graph/breadth_first_search.hpp>
#include <cmath>
#include <numeric>
#include <vector>

#include "engine/network_graph.h"
#include "tests/support/proportion.h"

namespace tavolo::engine {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;

enum class Luck { ties = 3 };
const Streams kLuck{7, 0};

Network ring(std::uint32_t size, int k, double p, const Streams& luck = kLuck) {
  return small_world(std::vector{size}, k, p, luck, Luck::ties);
}

/// Of one node, in increasing order.
std::vector<std::uint32_t> circle_of(const Network& network, std::uint32_t node) {
  const auto known = network.neighbours(node);
  std::vector<std::uint32_t> circle(known.begin(), known.end());
  std::ranges::sort(circle);
  return circle;
}

bool tied(const Network& network, std::uint32_t a, std::uint32_t b) {
  const auto known = network.neighbours(a);
  return std::ranges::find(known, b) != known.end();
}

std::size_t degree_sum(const Network& network) {
  std::size_t sum = 0;
  for (std::uint32_t node = 0; node < network.nodes(); ++node)
    sum += network.neighbours(node).size();
  return sum;
}

bool equal(const Network& a, const Network& b) {
  if (a.nodes() != b.nodes()) return false;
  for (std::uint32_t node = 0; node < a.nodes(); ++node)
    if (!std::ranges::equal(a.neighbours(node), b.neighbours(node))) return false;
  return true;
}

/// Share of the pairs of neighbours that are tied to one another (Watts & Strogatz 1998), the mean
/// over nodes.
double clustering(const Network& network) {
  double sum = 0;
  for (std::uint32_t node = 0; node < network.nodes(); ++node) {
    const auto circle = circle_of(network, node);
    double closed = 0;
    for (const auto a : circle)
      for (const auto b : circle) closed += a < b && tied(network, a, b) ? 1 : 0;
    const auto size = static_cast<double>(circle.size());
    sum += closed / (size * (size - 1) / 2);
  }
  return sum / static_cast<double>(network.nodes());
}

/// Mean number of steps from node 0, 1 ... `roots` - 1 to all others.
double mean_path(const Network& network, std::uint32_t roots) {
  const auto graph = boost_graph(network);
  double sum = 0;
  for (std::uint32_t root = 0; root < roots; ++root) {
    std::vector<int> steps(network.nodes(), 0);
    boost::breadth_first_search(graph, root,
                                boost::visitor(boost::make_bfs_visitor(
                                    boost::record_distances(steps.data(), boost::on_tree_edge()))));
    sum += std::accumulate(steps.begin(), steps.end(), 0.0);
  }
  return sum / roots / (static_cast<double>(network.nodes()) - 1);
}

TEST(Network, OfNobodyHasNoNodes) {
  EXPECT_EQ(Network{}.nodes(), 0u);
  EXPECT_EQ(small_world({}, 4, 0.1, kLuck, Luck::ties).nodes(), 0u);
}

TEST(SmallWorld, IsTheLatticeWithoutRewiring) {
  const auto network = ring(20, 4, 0);
  for (std::uint32_t node = 0; node < 20; ++node) {
    std::vector expected{(node + 18) % 20, (node + 19) % 20, (node + 1) % 20, (node + 2) % 20};
    std::ranges::sort(expected);
    EXPECT_THAT(circle_of(network, node), ElementsAreArray(expected));
  }
}

void expect_simple_and_symmetric(const Network& network) {
  for (std::uint32_t node = 0; node < network.nodes(); ++node) {
    const auto circle = circle_of(network, node);
    ASSERT_EQ(circle.size(), network.neighbours(node).size());
    ASSERT_EQ(std::ranges::adjacent_find(circle), circle.end()) << "a double tie of " << node;
    for (const auto other : circle) {
      ASSERT_NE(other, node);
      ASSERT_TRUE(tied(network, other, node));
    }
  }
}

// With k = 30 the ring reaches further than a near tie does; with p = 1 many nodes (about 15 x 15)
// move a tie to one another.
TEST(SmallWorld, HasTiesAtBothEndsWithoutLoopsOrDoubles) {
  for (const int k : {8, 30})
    for (const double p : {0.0, 0.1, 1.0}) expect_simple_and_symmetric(ring(500, k, p));
}

TEST(SmallWorld, MovesTiesAndLosesNone) {
  for (const int k : {8, 30})
    for (const double p : {0.0, 0.1, 1.0})
      EXPECT_EQ(degree_sum(ring(500, k, p)), 500u * static_cast<unsigned>(k));
}

// Circles little larger than their rings: nearly everybody is known, and ties that find nobody
// stay.
TEST(SmallWorld, LosesNoTieWhereThereIsNearlyNobodyToMoveTo) {
  for (std::uint32_t size = 8; size < 30; ++size)
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const auto network = ring(size, 6, 1, Streams{seed, 0});
      ASSERT_EQ(degree_sum(network), std::size_t{size} * 6) << size << " nodes, seed " << seed;
      expect_simple_and_symmetric(network);
    }
}

TEST(SmallWorld, IsTheSameOnOneThreadAndOnTwo) {
  const auto built = [](std::size_t threads) {
    const tbb::global_control limit{tbb::global_control::max_allowed_parallelism, threads};
    return ring(100'000, 10, 0.5);
  };
  EXPECT_TRUE(equal(built(1), built(2)));
}

TEST(SmallWorld, OfTenTiesTakesTenBytesANode) {
  // two for the bits, four for where a row starts, four for each end of a tenth of five ties
  const auto network = ring(100'000, 10, 0.1);
  EXPECT_NEAR(static_cast<double>(network.bytes()) / 100'000, 10, 0.1);
}

TEST(SmallWorld, AsAGraphHasTheSameTiesInOrder) {
  const auto network = ring(500, 30, 0.3);
  const auto graph = boost_graph(network);
  ASSERT_EQ(num_vertices(graph), 500u);
  for (std::uint32_t node = 0; node < 500; ++node) {
    const auto [first, last] = adjacent_vertices(node, graph);
    ASSERT_EQ(std::vector<std::uint32_t>(first, last), circle_of(network, node));
  }
}

TEST(SmallWorld, MovesTheShareOfTiesThatIsAskedFor) {
  const std::uint32_t size = 20'000;
  const auto network = ring(size, 10, 0.1);
  double moved = 0;
  for (std::uint32_t node = 0; node < size; ++node)
    for (std::uint32_t lap = 1; lap <= 5; ++lap) moved += !tied(network, node, (node + lap) % size);
  EXPECT_TRUE(test::is_proportion(moved, 5.0 * size, 0.1));
}

TEST(SmallWorld, MovesTheTiesOfOneNodeIndependently) {
  const std::uint32_t size = 20'000;
  const auto network = ring(size, 10, 0.1);
  double both_moved = 0;
  for (std::uint32_t node = 0; node < size; ++node)
    both_moved +=
        !tied(network, node, (node + 1) % size) && !tied(network, node, (node + 2) % size);
  EXPECT_TRUE(test::is_proportion(both_moved, size, 0.1 * 0.1));
}

// Everybody keeps one end of k / 2 ties, and every moved end is as likely to fall on one node as on
// any other: what a node receives is nearly Poisson with mean k / 2 (Barrat & Weigt 2000, Eur.
// Phys. J. B 13, 547-560).
TEST(SmallWorld, HasTheDegreesOfChanceWhenAllTiesAreMoved) {
  const auto network = ring(20'000, 10, 1);
  double without_received = 0;
  for (std::uint32_t node = 0; node < 20'000; ++node) {
    ASSERT_GE(network.neighbours(node).size(), 5u);
    without_received += network.neighbours(node).size() == 5 ? 1 : 0;
  }
  EXPECT_TRUE(test::is_proportion(without_received, 20'000, std::exp(-5.0)));
}

// Barrat & Weigt (2000): 3 (k - 2) / (4 (k - 1)) on the lattice.
TEST(SmallWorld, HasTheClusteringOfTheLatticeWithoutRewiring) {
  EXPECT_NEAR(clustering(ring(1000, 10, 0)), 3.0 * 8 / (4 * 9), 1e-12);
}

// Everybody draws h = k / 2 others. Of the 8 directions in which three ties can run, 2 are a cycle
// and 6 let one node draw two of them, so (n choose 3) (2 h^3 + 6 h^2 (h - 1)) / n^3 triangles are
// expected, which is h^2 (8 h - 6) / 6 (clustering near k / n); they are rare, so nearly Poisson.
TEST(SmallWorld, HasTheTrianglesOfChanceWhenAllTiesAreMoved) {
  const auto network = ring(20'000, 20, 1);
  double triangles = 0;
  for (std::uint32_t a = 0; a < network.nodes(); ++a)
    for (const auto b : network.neighbours(a))
      for (const auto c : network.neighbours(b)) triangles += a < b && b < c && tied(network, a, c);
  const double expected = 10 * 10 * (8.0 * 10 - 6) / 6;
  EXPECT_LT(std::abs(triangles - expected) / std::sqrt(expected), 4.5)
      << triangles << " triangles, expected " << expected;
}

// On the ring the mean path is about n / 2k = 50; a random graph has ln n / ln k = 3.
TEST(SmallWorld, ShortensPathsLongBeforeItOpensCircles) {
  const auto lattice = ring(1000, 10, 0), world = ring(1000, 10, 0.1);
  EXPECT_NEAR(mean_path(lattice, 1), 50.45, 0.01);
  EXPECT_LT(mean_path(world, 20), 0.1 * mean_path(lattice, 20));
  EXPECT_GT(clustering(world), 0.5 * clustering(lattice));
}

TEST(SmallWorld, TiesNobodyToAnotherBlock) {
  const std::vector<std::uint32_t> sizes{100, 37, 250};
  const auto network = small_world(sizes, 6, 0.5, kLuck, Luck::ties);
  ASSERT_EQ(network.nodes(), 387u);
  std::uint32_t first = 0;
  for (const auto size : sizes) {
    for (std::uint32_t node = first; node < first + size; ++node)
      for (const auto other : network.neighbours(node)) {
        ASSERT_GE(other, first);
        ASSERT_LT(other, first + size);
      }
    first += size;
  }
}

TEST(SmallWorld, OfOneMoreBlockLeavesTheOthersAsTheyWere) {
  const auto two = small_world(std::vector{100u, 200u}, 6, 0.3, kLuck, Luck::ties);
  const auto three = small_world(std::vector{100u, 200u, 50u}, 6, 0.3, kLuck, Luck::ties);
  for (std::uint32_t node = 0; node < 300; ++node)
    ASSERT_TRUE(std::ranges::equal(two.neighbours(node), three.neighbours(node)));
}

TEST(SmallWorld, MovesOtherTiesInEachBlockOfOneSize) {
  const auto network = small_world(std::vector{100u, 100u}, 6, 0.3, kLuck, Luck::ties);
  int alike = 0;
  for (std::uint32_t node = 0; node < 100; ++node) {
    auto twin = circle_of(network, node);
    for (auto& other : twin) other += 100;
    alike += twin == circle_of(network, 100 + node) ? 1 : 0;
  }
  EXPECT_LT(alike, 50);
}

TEST(SmallWorld, IsCompleteInASmallBlock) {
  const std::vector<std::uint32_t> sizes{0, 1, 2, 3, 6, 7};
  const auto network = small_world(sizes, 6, 0.9, kLuck, Luck::ties);
  std::uint32_t first = 0;
  for (const auto size : sizes) {
    for (std::uint32_t node = first; node < first + size; ++node)
      EXPECT_EQ(network.neighbours(node).size(), size - 1) << "in a block of " << size;
    first += size;
  }
}

TEST(SmallWorld, JustLargerThanItsCirclesStillMovesTies) {
  const auto network = ring(8, 6, 1);
  EXPECT_EQ(degree_sum(network), 8u * 6);
  EXPECT_FALSE(equal(network, ring(8, 6, 0)));
}

TEST(SmallWorld, LeavesAloneWhoIsInNoCircle) {
  const std::vector<Circle> circles{{10, 40}, {70, 20}};
  const auto network =
      small_world(100, circles, 4, 0.2, [](std::uint32_t node) { return kLuck(Luck::ties, node); });
  ASSERT_EQ(network.nodes(), 100u);
  for (std::uint32_t node = 0; node < 100; ++node) {
    const bool alone = node < 10 || (node >= 50 && node < 70) || node >= 90;
    EXPECT_EQ(network.neighbours(node).empty(), alone) << node;
  }
}

TEST(SmallWorld, WithoutTiesLeavesEverybodyAlone) { EXPECT_EQ(degree_sum(ring(50, 0, 1)), 0u); }

TEST(SmallWorld, IsTheSameForTheSameLuckAndAnotherForAnother) {
  EXPECT_TRUE(equal(ring(300, 6, 0.2), ring(300, 6, 0.2)));
  EXPECT_FALSE(equal(ring(300, 6, 0.2), ring(300, 6, 0.2, Streams{8, 0})));
  EXPECT_FALSE(equal(ring(300, 6, 0.2), ring(300, 6, 0.2, Streams{7, 1})));
}

Network free_scale(std::uint32_t size, int k, double exponent) {
  const std::vector<Circle> circles{{0, size}};
  return scale_free(
      size, circles, k, exponent, [](std::uint32_t node) { return kLuck(Luck::ties, node); }, 5);
}

TEST(ScaleFree, HasTiesAtBothEndsWithoutLoopsOrDoubles) {
  for (const double exponent : {2.2, 3.0, 5.0})
    expect_simple_and_symmetric(free_scale(500, 8, exponent));
}

TEST(ScaleFree, TiesNobodyToAnotherCircle) {
  const std::vector<Circle> circles{{10, 60}, {70, 30}};
  const auto network = scale_free(
      110, circles, 4, 3, [](std::uint32_t node) { return kLuck(Luck::ties, node); }, 5);
  for (std::uint32_t node = 0; node < 110; ++node)
    for (const auto other : network.neighbours(node)) {
      ASSERT_EQ(node >= 70, other >= 70);
      ASSERT_TRUE(node >= 10 && node < 100 && other >= 10 && other < 100);
    }
}

TEST(ScaleFree, IsTheSameOnOneThreadAndOnTwo) {
  const auto built = [](std::size_t threads) {
    const tbb::global_control limit{tbb::global_control::max_allowed_parallelism, threads};
    return free_scale(100'000, 10, 3);
  };
  EXPECT_TRUE(equal(built(1), built(2)));
}

// The i-th node has weight (i / n)^(1/2) - ((i - 1) / n)^(1/2) at exponent 3 and takes part in
// every one of n k / 2 draws twice: nearly Poisson with mean n k times its weight, and nodes that
// are not among the largest share so few neighbours that double ties do not matter.
TEST(ScaleFree, HasDegreesThatFollowItsLaw) {
  const std::uint32_t size = 50'000;
  const auto network = free_scale(size, 10, 3);
  for (const double limit : {10.0, 20.0, 40.0}) {
    double expected = 0, variance = 0, found = 0;
    for (std::uint32_t i = 1; i <= size; ++i) {
      const double mean = 10.0 * size * (std::sqrt(1.0 * i / size) - std::sqrt((i - 1.0) / size));
      double below = 0, term = std::exp(-mean);
      for (int degree = 0; degree < limit; ++degree, term *= mean / degree) below += term;
      expected += 1 - below;
      variance += below * (1 - below);
    }
    for (std::uint32_t node = 0; node < size; ++node)
      found += static_cast<double>(network.neighbours(node).size()) >= limit;
    EXPECT_LT(std::abs(found - expected) / std::sqrt(variance), 4.5)
        << found << " nodes with " << limit << " ties or more, expected " << expected;
  }
}

TEST(ScaleFree, HasNearlyTheMeanDegreeThatIsAskedFor) {
  const auto network = free_scale(50'000, 10, 3);
  EXPECT_LE(degree_sum(network), 50'000u * 10);
  EXPECT_GT(degree_sum(network), 0.98 * 50'000 * 10);
}

TEST(ScaleFree, PutsTheLargestAnywhere) {
  const auto network = free_scale(50'000, 10, 3);
  std::size_t first_half = 0;
  for (std::uint32_t node = 0; node < 25'000; ++node) first_half += network.neighbours(node).size();
  // of twice as many draws as nodes, each end in either half; the largest weigh 1/200 each
  EXPECT_NEAR(static_cast<double>(first_half) / static_cast<double>(degree_sum(network)), 0.5,
              0.05);
}

}  // namespace
}  // namespace tavolo::engine
