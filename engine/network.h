#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

#include "engine/random.h"
#include "engine/simd.h"

namespace tavolo::engine {

/// Who knows whom: an undirected graph without loops or double ties, each tie known at both ends.
///
/// Light in memory: a tie to one of the eight nodes before or after may be a bit; any other tie is
/// four bytes at either end, in compressed sparse rows. So a small world of ten ties a node, one in
/// ten of them moved, takes 10 bytes a node instead of 48.
class Network {
 public:
  /// Compressed sparse rows: node i is tied to column[row_start[i]] and all before
  /// column[row_start[i + 1]]. engine/network_graph.h shows them to Boost.Graph.
  struct Graph {
    std::vector<std::uint32_t> row_start{0};  ///< one more than nodes
    std::vector<std::uint32_t> column;
  };

  /// Ties to this many nodes on either side are near.
  static constexpr std::uint32_t kNear = 8;
  /// The near ties of one node: bit i of `behind` to node - 8 + i, of `ahead` to node + 1 + i.
  struct Near {
    std::uint8_t behind = 0, ahead = 0;
  };
  class Neighbours;

  Network() = default;
  /// Both hold both directions of every tie, and no tie twice.
  Network(std::vector<Near> near, Graph far) : near_{std::move(near)}, far_{std::move(far)} {}

  std::size_t nodes() const { return near_.size(); }
  /// The two parts of a node's neighbours, for code that looks at very many.
  TAVOLO_IN_LOOP Near near(std::uint32_t node) const { return near_[node]; }
  TAVOLO_IN_LOOP std::span<const std::uint32_t> far(std::uint32_t node) const {
    const std::uint32_t* all = far_.column.data();
    return {all + far_.row_start[node], all + far_.row_start[node + 1]};
  }
  /// Near ones first, each part in increasing order.
  TAVOLO_IN_LOOP inline Neighbours neighbours(std::uint32_t node) const;
  /// All ties in increasing order. A copy, of four bytes for each end of a tie.
  Graph graph() const;
  /// That it takes in memory.
  std::size_t bytes() const;

 private:
  std::vector<Near> near_;
  Graph far_;
};

/// The neighbours of one node: a range of nodes, while the network is there.
class Network::Neighbours {
 public:
  class Iterator {
   public:
    using value_type = std::uint32_t;
    using difference_type = std::ptrdiff_t;
    using reference = std::uint32_t;
    using pointer = void;
    using iterator_category = std::forward_iterator_tag;

    Iterator() = default;
    TAVOLO_IN_LOOP Iterator(std::uint32_t near, std::uint32_t base, const std::uint32_t* far)
        : near_{near}, base_{base}, far_{far} {}
    TAVOLO_IN_LOOP std::uint32_t operator*() const {
      if (near_ == 0) return *far_;
      const auto place = static_cast<std::uint32_t>(std::countr_zero(near_));
      return base_ + place + place / kNear;  // the node itself has no place
    }
    TAVOLO_IN_LOOP Iterator& operator++() {
      if (near_ == 0)
        ++far_;
      else
        near_ &= near_ - 1;
      return *this;
    }
    TAVOLO_IN_LOOP Iterator operator++(int) {
      const Iterator before = *this;
      ++*this;
      return before;
    }
    TAVOLO_IN_LOOP bool operator==(const Iterator& other) const {
      return near_ == other.near_ && far_ == other.far_;
    }

   private:
    std::uint32_t near_ = 0, base_ = 0;  // those not yet passed; the node of the first place
    const std::uint32_t* far_ = nullptr;
  };
  using iterator = Iterator;
  using const_iterator = Iterator;
  using value_type = std::uint32_t;

  TAVOLO_IN_LOOP Neighbours(Near near, std::uint32_t node, std::span<const std::uint32_t> far)
      : near_{near.behind | std::uint32_t{near.ahead} << kNear}, base_{node - kNear}, far_{far} {}

  TAVOLO_IN_LOOP Iterator begin() const { return {near_, base_, far_.data()}; }
  TAVOLO_IN_LOOP Iterator end() const { return {0, base_, far_.data() + far_.size()}; }
  TAVOLO_IN_LOOP std::size_t size() const {
    return static_cast<std::size_t>(std::popcount(near_)) + far_.size();
  }
  TAVOLO_IN_LOOP bool empty() const { return near_ == 0 && far_.empty(); }

 private:
  std::uint32_t near_, base_;
  std::span<const std::uint32_t> far_;
};

TAVOLO_IN_LOOP inline Network::Neighbours Network::neighbours(std::uint32_t node) const {
  return {near(node), node, far(node)};
}

/// Consecutive nodes that may be tied to one another, and to nobody else.
struct Circle {
  std::uint32_t first = 0, size = 0;
};

/// The draws of one node: whatever it is asked for, in order.
using NodeLuck = std::function<Draws(std::uint32_t node)>;

/// Small worlds (Watts & Strogatz 1998, Nature 393, 440-442, figure 1), one in each circle, among
/// `nodes` nodes; who is in no circle is alone. In each a ring where everybody is tied to the `k`
/// nearest nodes, `k / 2` on either side; each tie to a node ahead is moved, with probability `p`,
/// to a node of the circle drawn at random. A circle of k + 1 nodes or fewer is complete, and
/// nothing moves. p = 0 is the lattice, p = 1 nearly a random graph; a little above 0 lie short
/// paths between tight circles.
///
/// Which ties a node moves, and where to, is a function of the node alone, so that all nodes are
/// worked through at once. For that a tie moves to nobody on the ring beside its node, whether that
/// tie stays or not: Watts and Strogatz, who go round one after another, allow it where it has
/// moved away, a difference of k / size. Where two nodes move a tie to one another, which happens
/// to (p k / 2)^2 pairs of a circle, the later node moves its own again. A tie that finds nobody
/// stays.
///
/// `circles` are in order and apart; `luck` must return the same draws for the same node. A circle
/// does not depend on the others. @throws InputError beyond 2^32 - 1 ends of ties that are not
/// near.
Network small_world(std::uint32_t nodes, std::span<const Circle> circles, int k, double p,
                    const NodeLuck& luck);

/// Networks whose nodes differ in how many they know: the static model of Goh, Kahng & Kim (2001),
/// Phys. Rev. Lett. 87, 278701, in each circle. Nodes have weights, the i-th the integral of x^-a
/// from i - 1 to i, with a = 1 / (exponent - 1); size x k / 2 times, two nodes are drawn by weight
/// and tied. For large circles degrees fall off as degree^-exponent; 3 is that of preferential
/// attachment (Barabasi & Albert 1999). Pairs that are drawn again are tied once (Lee, Goh, Kahng &
/// Kim 2004, Nucl. Phys. B 696, 351-380, equation 2), so that the mean degree falls a little short
/// of `k`, by what the largest have in common. Whose weight is the i-th is shuffled by `order`.
///
/// `exponent` > 2. Circles, luck and errors as above.
Network scale_free(std::uint32_t nodes, std::span<const Circle> circles, int k, double exponent,
                   const NodeLuck& luck, std::uint64_t order);

/// Small worlds in blocks of consecutive nodes, one after another, on the luck of one purpose.
template <class Purpose>
Network small_world(std::span<const std::uint32_t> block_sizes, int k, double p,
                    const Streams& streams, Purpose purpose) {
  std::vector<Circle> circles;
  std::uint32_t nodes = 0;
  for (const std::uint32_t size : block_sizes) {
    circles.push_back({nodes, size});
    nodes += size;
  }
  return small_world(nodes, circles, k, p,
                     [&](std::uint32_t node) { return streams(purpose, node); });
}

}  // namespace tavolo::engine
