#pragma once

#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>

#include "engine/random.h"

namespace tavolo::engine {

/// Who knows whom: an undirected graph without loops or double ties, each tie stored at both ends.
class Network {
 public:
  using Graph =
      boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, boost::no_property,
                                         boost::no_property, std::uint32_t, std::size_t>;

  Network() = default;
  /// `graph` holds both directions of every tie.
  explicit Network(Graph graph) : graph_{std::move(graph)} {}

  std::size_t nodes() const { return num_vertices(graph_); }
  /// In increasing order.
  std::span<const std::uint32_t> neighbours(std::uint32_t node) const {
    const auto [first, last] = adjacent_vertices(node, graph_);
    return {first, last};
  }
  /// For the algorithms of Boost.Graph.
  const Graph& graph() const { return graph_; }

 private:
  Graph graph_;
};

/// The draws of one node on one lap of the ring.
using RewiringLuck = std::function<Draws(std::uint32_t node, std::uint32_t lap)>;

/// Small worlds (Watts & Strogatz 1998, Nature 393, 440-442, figure 1), one for each block of
/// consecutive nodes: nobody is tied to another block. In each block a ring where everybody is tied
/// to the `k` nearest nodes, `k / 2` on either side; then, lap by lap, each tie to the node that
/// many places ahead is moved, with probability `p`, to a node of the block drawn at random that is
/// not tied yet. A block of k + 1 nodes or fewer is complete, and nothing moves. p = 0 is the
/// lattice, p = 1 nearly a random graph; a little above 0 lie short paths between tight circles.
///
/// `luck` must return the same draws for the same node and lap. A block does not depend on the
/// blocks that follow it.
Network small_world(std::span<const std::uint32_t> block_sizes, int k, double p,
                    const RewiringLuck& luck);

/// The same, on the luck of one purpose.
template <class Purpose>
Network small_world(std::span<const std::uint32_t> block_sizes, int k, double p,
                    const Streams& streams, Purpose purpose) {
  return small_world(block_sizes, k, p, [&](std::uint32_t node, std::uint32_t lap) {
    return streams(purpose, node, lap);
  });
}

}  // namespace tavolo::engine
