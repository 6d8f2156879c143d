#include "engine/network.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cassert>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/elementary.h"
#include "engine/error.h"
#include "engine/parallel.h"
#include "engine/permutation.h"

namespace tavolo::engine {
namespace {

using Graph = Network::Graph;
using Near = Network::Near;
constexpr std::uint32_t kNear = Network::kNear;

/// Nodes that one task works through.
constexpr std::size_t kBlock = std::size_t{1} << 14;

/// Calls `body(circle, first, last)` for consecutive nodes of one circle, on all cores.
template <class Body>
void for_each_arc(std::span<const Circle> circles, const Body& body) {
  if (circles.empty()) return;
  const std::size_t first_node = circles.front().first;
  const std::size_t nodes = circles.back().first + circles.back().size - first_node;
  for_each_block(nodes, kBlock, [&](std::size_t, std::size_t begin, std::size_t end) {
    const auto first = static_cast<std::uint32_t>(first_node + begin);
    const auto last = static_cast<std::uint32_t>(first_node + end);
    auto circle = std::ranges::upper_bound(circles, first, {}, &Circle::first) - 1;
    for (; circle != circles.end() && circle->first < last; ++circle) {
      const auto from = std::max(first, circle->first);
      const auto to = std::min(last, circle->first + circle->size);
      if (from < to) body(*circle, from, to);
    }
  });
}

/// Calls `body(node)` for every node, on all cores.
template <class Body>
void for_each_node(std::uint32_t nodes, const Body& body) {
  for_each_block(nodes, kBlock, [&](std::size_t, std::size_t first, std::size_t last) {
    for (auto node = static_cast<std::uint32_t>(first); node < last; ++node) body(node);
  });
}

std::span<std::uint32_t> row_of(Graph& graph, std::uint32_t node) {
  return std::span{graph.column}.subspan(graph.row_start[node],
                                         graph.row_start[node + 1] - graph.row_start[node]);
}

/// Turns numbers of ends by node, kept one place further on, into where each row starts, kept in
/// the same places. @return the sum.
std::size_t start_rows(std::vector<std::uint32_t>& ends) {
  std::uint64_t start = 0;
  for (std::size_t i = 1; i < ends.size(); ++i) {
    const std::uint32_t count = ends[i];
    ends[i] = static_cast<std::uint32_t>(start);
    start += count;
  }
  if (start > std::numeric_limits<std::uint32_t>::max())
    throw InputError{"The network would have " + std::to_string(start / 2) + " ties that are far.",
                     "Both ends of all of them are numbered in 32 bits: 2 147 483 647 at most.",
                     "Ask for fewer ties a node, or for fewer nodes."};
  return start;
}

/// Ends of ties on their way into the rows of a graph, which other tasks write as well. Rows lie
/// anywhere in memory: a batch of them is fetched at once, instead of waiting for each.
class Ends {
 public:
  /// `column`: null while ends are only counted.
  Ends(std::vector<std::uint32_t>& ends, std::uint32_t* column) : ends_{ends}, column_{column} {}
  Ends(const Ends&) = delete;
  Ends& operator=(const Ends&) = delete;
  ~Ends() { flush(); }

  void tie(std::uint32_t a, std::uint32_t b) {
    add(a, b);
    add(b, a);
  }

 private:
  static constexpr std::size_t kBatch = 64;

  void add(std::uint32_t at, std::uint32_t other) {
    __builtin_prefetch(&ends_[at + 1], 1);
    at_[waiting_] = at;
    other_[waiting_] = other;
    if (++waiting_ == kBatch) flush();
  }

  void flush() {
    for (std::size_t i = 0; i < waiting_; ++i) {
      at_[i] = std::atomic_ref{ends_[at_[i] + 1]}.fetch_add(1, std::memory_order_relaxed);
      if (column_ != nullptr) __builtin_prefetch(column_ + at_[i], 1);
    }
    if (column_ != nullptr)
      for (std::size_t i = 0; i < waiting_; ++i) column_[at_[i]] = other_[i];
    waiting_ = 0;
  }

  std::vector<std::uint32_t>& ends_;
  std::uint32_t* column_;
  std::size_t waiting_ = 0;
  std::array<std::uint32_t, kBatch> at_{}, other_{};  // the row, then the place in the column
};

/// Rows of `nodes` nodes from their ties. `for_each_tie(start)` names every tie once to an object
/// that `start()` returns, one for each of the tasks that it takes, and is called twice. In each
/// row in increasing order, so that the order in which ties come does not matter.
template <class ForEachTie>
Graph rows_of_ties(std::uint32_t nodes, const ForEachTie& for_each_tie) {
  Graph graph;
  auto& ends = graph.row_start;
  auto& column = graph.column;
  ends.assign(std::size_t{nodes} + 1, 0);
  for_each_tie([&] { return Ends{ends, nullptr}; });
  column.resize(start_rows(ends));
  // each row's start moves to its end, which is the next one's start
  for_each_tie([&] { return Ends{ends, column.data()}; });
  for_each_node(nodes, [&](std::uint32_t node) { std::ranges::sort(row_of(graph, node)); });
  return graph;
}

using Rows = std::map<std::uint32_t, std::vector<std::uint32_t>>;

/// Puts other rows in the place of some.
void replace_rows(Graph& graph, const Rows& rows) {
  if (rows.empty()) return;
  Graph changed;
  auto& ends = changed.row_start;
  const auto nodes = static_cast<std::uint32_t>(graph.row_start.size() - 1);
  ends.assign(std::size_t{nodes} + 1, 0);
  for_each_node(nodes, [&](std::uint32_t node) {
    ends[node + 1] = static_cast<std::uint32_t>(row_of(graph, node).size());
  });
  for (const auto& [node, row] : rows) ends[node + 1] = static_cast<std::uint32_t>(row.size());
  changed.column.resize(start_rows(ends));
  const auto fill = [&](std::uint32_t node, std::span<const std::uint32_t> row) {
    std::ranges::copy(row, changed.column.begin() + ends[node + 1]);
  };
  for_each_node(nodes, [&](std::uint32_t node) {
    if (const auto row = rows.find(node); row != rows.end())
      fill(node, row->second);
    else
      fill(node, row_of(graph, node));
  });
  for (std::uint32_t node = 0; node < nodes; ++node) ends[node] = ends[node + 1];
  ends[nodes] = static_cast<std::uint32_t>(changed.column.size());
  graph = std::move(changed);
}

/// The ring on which a circle starts.
class Ring {
 public:
  Ring(Circle circle, std::uint32_t laps) : circle_{circle}, laps_{laps} {}

  /// Everybody is tied to everybody.
  bool complete() const { return circle_.size <= 2 * laps_ + 1; }
  std::uint32_t ahead(std::uint32_t node, std::uint32_t lap) const {
    const std::uint32_t place = node - circle_.first;
    return circle_.first + (place < circle_.size - lap ? place + lap : place - circle_.size + lap);
  }
  /// Whether a node is itself or tied to the other before anything moves.
  bool beside(std::uint32_t node, std::uint32_t other) const {
    const std::uint32_t apart = node < other ? other - node : node - other;
    return std::min(apart, circle_.size - apart) <= laps_;
  }
  /// How many are not beside a node.
  std::uint32_t strangers() const { return circle_.size - 1 - 2 * laps_; }
  std::uint32_t draw(Draws& draws) const {
    return circle_.first + static_cast<std::uint32_t>(draws.uniform() * circle_.size);
  }

 private:
  Circle circle_;
  std::uint32_t laps_;
};

/// The ties that one node moves.
class Moves {
 public:
  struct Move {
    std::uint32_t lap, to;
  };

  Moves(std::uint32_t laps, double p, const NodeLuck& luck) : laps_{laps}, p_{p}, luck_{luck} {}

  /// In order of their laps. The draws go on where they ended.
  std::pair<std::span<const Move>, Draws> of(std::uint32_t node, const Ring& ring) {
    moves_.clear();
    Draws draws = luck_(node);
    if (p_ > 0 && !ring.complete()) {
      double u = 0;  // what is left of it after a decision is uniform again
      for (std::uint32_t lap = 1; lap <= laps_; ++lap) {
        if (lap % kLapsOfADraw == 1) u = draws.uniform();
        const bool moves = u < p_;
        u = moves ? u * per_p_ : (u - p_) * per_rest_;
        if (moves) moves_.push_back({lap, node});
      }
      if (moves_.size() > ring.strangers()) moves_.resize(ring.strangers());
      for (std::size_t i = 0; i < moves_.size(); ++i) {
        const auto taken = [&](std::uint32_t other) {
          for (std::size_t j = 0; j < i; ++j)
            if (moves_[j].to == other) return true;
          return ring.beside(node, other);
        };
        do moves_[i].to = ring.draw(draws);
        while (taken(moves_[i].to));
      }
    }
    return {moves_, draws};
  }

 private:
  static constexpr std::uint32_t kLapsOfADraw = 5;

  std::uint32_t laps_;
  double p_, per_p_ = 1 / p_, per_rest_ = 1 / (1 - p_);
  const NodeLuck& luck_;
  std::vector<Move> moves_;
};

/// Whether a tie to a node ahead is a bit; one that goes round the ring's end is not.
bool is_near(std::uint32_t node, std::uint32_t ahead) {
  return ahead > node && ahead - node <= kNear;
}

/// Sets the bit at the end that owns the tie; look_behind sets the other.
void tie_near(std::vector<Near>& near, std::uint32_t node, std::uint32_t ahead) {
  near[node].ahead = static_cast<std::uint8_t>(near[node].ahead | 1U << (ahead - node - 1));
}

void look_behind(std::vector<Near>& near, std::uint32_t node) {
  unsigned behind = 0;
  for (std::uint32_t back = 1; back <= std::min(kNear, node); ++back)
    behind |= (near[node - back].ahead >> (back - 1) & 1U) << (kNear - back);
  near[node].behind = static_cast<std::uint8_t>(behind);
}

/// Two nodes of one circle that moved a tie to one another, the later one first.
struct Crossing {
  std::uint32_t later, earlier;
  auto operator<=>(const Crossing&) const = default;
};

std::vector<Crossing> crossings(Graph& far, std::uint32_t nodes) {
  std::vector<std::vector<Crossing>> found((nodes + kBlock - 1) / kBlock);
  for_each_block(nodes, kBlock, [&](std::size_t block, std::size_t first, std::size_t last) {
    for (auto node = static_cast<std::uint32_t>(first); node < last; ++node) {
      const auto row = row_of(far, node);
      for (std::size_t i = 1; i < row.size(); ++i)
        if (row[i] == row[i - 1] && row[i] < node) found[block].push_back({node, row[i]});
    }
  });
  std::vector<Crossing> all;
  for (const auto& some : found) all.insert(all.end(), some.begin(), some.end());
  return all;  // in order, since blocks and rows are
}

/// One of the two ties of every crossing moves again, or stays on the ring. Few: one after another.
void uncross(Graph& far, std::vector<Near>& near, std::span<const Circle> circles,
             std::uint32_t laps, Moves& moves) {
  const auto all = crossings(far, static_cast<std::uint32_t>(near.size()));
  Rows rows;
  const auto row = [&](std::uint32_t node) -> std::vector<std::uint32_t>& {
    const auto [found, is_new] = rows.try_emplace(node);
    if (is_new) {
      const auto old = row_of(far, node);
      found->second.assign(old.begin(), old.end());
    }
    return found->second;
  };
  const auto erase_one = [&](std::uint32_t node, std::uint32_t other) {
    auto& ends = row(node);
    ends.erase(std::ranges::lower_bound(ends, other));
  };
  const auto insert = [&](std::uint32_t node, std::uint32_t other) {
    auto& ends = row(node);
    ends.insert(std::ranges::lower_bound(ends, other), other);
  };
  for (std::size_t i = 0; i < all.size();) {
    const std::uint32_t node = all[i].later;
    const Ring ring{*(std::ranges::upper_bound(circles, node, {}, &Circle::first) - 1), laps};
    const auto known = moves.of(node, ring);
    const std::vector<Moves::Move> moved{known.first.begin(), known.first.end()};
    Draws draws = known.second;
    for (; i < all.size() && all[i].later == node; ++i) {
      const std::uint32_t earlier = all[i].earlier;
      erase_one(node, earlier);
      erase_one(earlier, node);
      const auto& ends = row(node);
      std::uint32_t strangers_tied = 0;  // a stranger tied twice, a crossing to come, counts once
      for (std::size_t e = 0; e < ends.size(); ++e)
        strangers_tied += !ring.beside(node, ends[e]) && (e == 0 || ends[e] != ends[e - 1]);
      if (strangers_tied < ring.strangers()) {
        std::uint32_t other = node;
        do other = ring.draw(draws);
        while (ring.beside(node, other) || std::ranges::binary_search(ends, other));
        insert(node, other);
        insert(other, node);
        continue;
      }
      const auto move = std::ranges::find(moved, earlier, &Moves::Move::to);
      const std::uint32_t ahead = ring.ahead(node, move->lap);
      if (is_near(node, ahead)) {
        tie_near(near, node, ahead);
        look_behind(near, ahead);
      } else {
        insert(node, ahead);
        insert(ahead, node);
      }
    }
  }
  replace_rows(far, rows);
}

}  // namespace

Graph Network::graph() const {
  Graph graph;
  auto& ends = graph.row_start;
  const auto count = static_cast<std::uint32_t>(nodes());
  ends.assign(std::size_t{count} + 1, 0);
  for_each_node(count, [&](std::uint32_t node) {
    ends[node + 1] = static_cast<std::uint32_t>(neighbours(node).size());
  });
  graph.column.resize(start_rows(ends));
  for (std::uint32_t node = 0; node < count; ++node) {
    const auto first = graph.column.begin() + ends[node + 1];
    const auto ties = neighbours(node);
    const auto last = std::ranges::copy(ties, first).out;
    std::sort(first, last);
    ends[node] = ends[node + 1];
  }
  ends[count] = static_cast<std::uint32_t>(graph.column.size());
  return graph;
}

std::size_t Network::bytes() const {
  return near_.size() * sizeof(Near) + far_.row_start.size() * sizeof(std::uint32_t) +
         far_.column.size() * sizeof(std::uint32_t);
}

Network small_world(std::uint32_t nodes, std::span<const Circle> circles, int k, double p,
                    const NodeLuck& luck) {
  assert(k >= 0 && p >= 0 && p <= 1);
  const auto laps = static_cast<std::uint32_t>(k / 2);
  std::vector<Near> near(nodes);
  bool is_first_time = true;
  auto far = rows_of_ties(nodes, [&](const auto& start) {
    for_each_arc(circles, [&](const Circle& circle, std::uint32_t first, std::uint32_t last) {
      const Ring ring{circle, laps};
      Ends ends = start();
      const auto tie = [&](std::uint32_t node, std::uint32_t ahead) {
        if (!is_near(node, ahead))
          ends.tie(node, ahead);
        else if (is_first_time)
          tie_near(near, node, ahead);
      };
      Moves moves{laps, p, luck};
      for (std::uint32_t node = first; node < last; ++node) {
        if (!is_first_time) look_behind(near, node);
        if (laps == 0) continue;
        if (ring.complete()) {
          for (auto other = node + 1; other < circle.first + circle.size; ++other) tie(node, other);
          continue;
        }
        if (!is_first_time && laps <= kNear && near[node].ahead == (1U << laps) - 1)
          continue;  // all of its ties are near
        const auto moved = moves.of(node, ring).first;
        auto move = moved.begin();
        for (std::uint32_t lap = 1; lap <= laps; ++lap)
          if (move != moved.end() && move->lap == lap)
            ends.tie(node, (move++)->to);
          else
            tie(node, ring.ahead(node, lap));
      }
    });
    is_first_time = false;
  });
  Moves moves{laps, p, luck};
  uncross(far, near, circles, laps, moves);
  return {std::move(near), std::move(far)};
}

Network scale_free(std::uint32_t nodes, std::span<const Circle> circles, int k, double exponent,
                   const NodeLuck& luck, std::uint64_t order) {
  assert(k >= 0 && exponent > 2);
  const auto ties = static_cast<std::uint32_t>(k / 2);
  const double power = (exponent - 1) / (exponent - 2);  // 1 / (1 - a)
  auto rows = rows_of_ties(nodes, [&](const auto& start) {
    for_each_arc(circles, [&](const Circle& circle, std::uint32_t first, std::uint32_t last) {
      if (circle.size < 2) return;
      Ends ends = start();
      const Permutation shuffled{circle.size, order + circle.first};
      // weights have the distribution function (i / size)^(1 - a)
      const auto draw = [&](Draws& draws) {
        const double share = exp(power * log(draws.uniform()));
        const auto i = static_cast<std::uint32_t>(share * circle.size);
        return circle.first + shuffled(std::min(i, circle.size - 1));
      };
      for (std::uint32_t node = first; node < last; ++node) {
        Draws draws = luck(node);
        for (std::uint32_t tie = 0; tie < ties; ++tie) {
          const std::uint32_t a = draw(draws);
          std::uint32_t b = a;
          while (b == a) b = draw(draws);
          ends.tie(a, b);
        }
      }
    });
  });
  // once each, closing up in place
  auto& ends = rows.row_start;
  auto& column = rows.column;
  std::size_t kept = 0;
  for (std::uint32_t node = 0; node < nodes; ++node) {
    const auto row = row_of(rows, node);
    ends[node] = static_cast<std::uint32_t>(kept);
    for (std::size_t i = 0; i < row.size(); ++i)
      if (i == 0 || row[i] != row[i - 1]) column[kept++] = row[i];
  }
  ends[nodes] = static_cast<std::uint32_t>(kept);
  column.resize(kept);
  column.shrink_to_fit();
  return {std::vector<Near>(nodes), std::move(rows)};
}

}  // namespace tavolo::engine
