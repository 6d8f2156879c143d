#pragma once

#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <cstdint>
#include <utility>

#include "engine/network.h"

namespace tavolo::engine {

using BoostGraph =
    boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, boost::no_property,
                                       boost::no_property, std::uint32_t, std::uint32_t>;

/// A network for the algorithms of Boost.Graph, each tie in both directions. A copy. In a header of
/// its own: Boost.Graph takes a second of every file that includes it.
inline BoostGraph boost_graph(const Network& network) {
  auto graph = network.graph();
  BoostGraph shown;
  shown.m_forward.m_rowstart = std::move(graph.row_start);
  shown.m_forward.m_column = std::move(graph.column);
  return shown;
}

}  // namespace tavolo::engine
