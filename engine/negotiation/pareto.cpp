#include "engine/negotiation/pareto.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <map>
#include <utility>

namespace tavolo::engine::negotiation {
namespace {

// Maximal points in one utility less than there are parties. covers(q): is there a point that is
// at least q in every utility?

/// One utility: the greatest.
class Peak {
 public:
  void insert(const double* u) { greatest_ = std::max(greatest_, u[0]); }
  bool covers(const double* q) { return greatest_ >= q[0]; }

 private:
  double greatest_ = -std::numeric_limits<double>::infinity();
};

/// Two utilities: steps that fall in the second as they rise in the first.
class Staircase {
 public:
  void insert(const double* u) {
    auto step = steps_.lower_bound(u[0]);
    if (step != steps_.end() && step->second >= u[1]) return;
    if (step != steps_.end() && step->first == u[0]) step = steps_.erase(step);
    while (step != steps_.begin() && std::prev(step)->second <= u[1])
      step = steps_.erase(std::prev(step));
    steps_.emplace_hint(step, u[0], u[1]);
  }
  bool covers(const double* q) {
    const auto step = steps_.lower_bound(q[0]);
    return step != steps_.end() && step->second >= q[1];
  }

 private:
  std::map<double, double> steps_;
};

/// Any number: a list, in which points that have covered something move towards the front.
class Antichain {
 public:
  explicit Antichain(std::size_t dimensions) : dimensions_{dimensions} {}

  void insert(const double* u) {
    if (covers(u)) return;
    std::erase_if(points_, [&](const double* other) { return reaches(u, other); });
    points_.push_back(u);
  }
  bool covers(const double* q) {
    for (std::size_t i = 0; i < points_.size(); ++i)
      if (reaches(points_[i], q)) {
        std::swap(points_[i], points_[i / 2]);
        return true;
      }
    return false;
  }

 private:
  bool reaches(const double* u, const double* q) const {
    for (std::size_t i = 0; i < dimensions_; ++i)
      if (u[i] < q[i]) return false;
    return true;
  }

  std::size_t dimensions_;
  std::vector<const double*> points_;
};

/// Outcomes and their utilities, row by row.
struct Table {
  std::size_t parties;
  std::vector<std::size_t> outcomes;
  std::vector<double> utilities;

  const double* row(std::size_t i) const { return &utilities[i * parties]; }
  void keep(std::size_t kept, std::size_t i) {
    outcomes[kept] = outcomes[i];
    std::copy_n(row(i), parties, &utilities[kept * parties]);
  }
  void cut(std::size_t kept) {
    outcomes.resize(kept);
    utilities.resize(kept * parties);
  }
};

Table feasible(std::span<const Utilities> parties) {
  Table table{parties.size(), {}, {}};
  const auto outcomes = parties.front().of.size();
  table.outcomes.reserve(outcomes);
  table.utilities.reserve(outcomes * parties.size());
  for (std::size_t outcome = 0; outcome < outcomes; ++outcome) {
    bool possible = true;
    for (const auto& party : parties) possible &= party.of[outcome] != kInfeasible;
    if (!possible) continue;
    table.outcomes.push_back(outcome);
    for (const auto& party : parties) table.utilities.push_back(party.of[outcome]);
  }
  return table;
}

/// Drops most of what is dominated by comparing with one strong outcome after another. What falls
/// is worse in nothing by rounding alone, so that whatever it dominates the strong one does too.
void thin_out(Table& table) {
  const auto parties = table.parties;
  for (std::size_t favoured = 0; favoured <= parties; ++favoured) {
    if (table.outcomes.empty()) return;
    std::size_t strong = 0;  // for all alike, then for each party before the others
    double greatest = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < table.outcomes.size(); ++i) {
      double sum = 0;
      for (std::size_t p = 0; p < parties; ++p)
        sum += (p + 1 == favoured ? 3 : 1) * table.row(i)[p];
      if (sum > greatest) {
        greatest = sum;
        strong = i;
      }
    }
    const Point best(table.row(strong), table.row(strong) + parties);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < table.outcomes.size(); ++i) {
      bool no_worse = true, better = false;
      for (std::size_t p = 0; p < parties; ++p) {
        no_worse &= best[p] >= table.row(i)[p];
        better |= best[p] > table.row(i)[p] + kTolerance;
      }
      if (!no_worse || !better) table.keep(kept++, i);
    }
    table.cut(kept);
  }
}

/// Marks the rows below another one by more than the tolerance in utility `falling` and by no
/// more than that in the others: in descending order of that utility, all that are well above a
/// row are in `maxima` when its turn comes.
template <class Maxima>
void sweep(const Table& table, std::size_t falling, Maxima maxima,
           std::vector<std::uint8_t>& dominated) {
  const auto rows = table.outcomes.size(), others = table.parties - 1;
  std::vector<std::pair<double, std::uint32_t>> order(rows);
  for (std::size_t i = 0; i < rows; ++i)
    order[i] = {table.row(i)[falling], static_cast<std::uint32_t>(i)};
  std::sort(order.begin(), order.end(), std::greater<>{});
  std::vector<double> rest(rows * others);  // the other utilities, in that order
  for (std::size_t i = 0; i < rows; ++i) {
    const double* row = table.row(order[i].second);
    std::size_t column = i * others;
    for (std::size_t p = 0; p < table.parties; ++p)
      if (p != falling) rest[column++] = row[p];
  }
  std::vector<double> least(others);
  std::size_t above = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    for (; order[above].first > order[i].first + kTolerance; ++above)
      maxima.insert(&rest[above * others]);
    if (dominated[order[i].second]) continue;
    for (std::size_t p = 0; p < others; ++p) least[p] = rest[i * others + p] - kTolerance;
    dominated[order[i].second] = maxima.covers(least.data());
  }
}

}  // namespace

std::vector<std::size_t> pareto_frontier(std::span<const Utilities> parties) {
  assert(parties.size() >= 2);
  assert(parties.front().of.size() <= std::numeric_limits<std::uint32_t>::max());
  auto table = feasible(parties);
  thin_out(table);
  std::vector<std::uint8_t> dominated(table.outcomes.size(), 0);
  for (std::size_t falling = 0; falling < parties.size(); ++falling) {
    if (parties.size() == 2)
      sweep(table, falling, Peak{}, dominated);
    else if (parties.size() == 3)
      sweep(table, falling, Staircase{}, dominated);
    else
      sweep(table, falling, Antichain{parties.size() - 1}, dominated);
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < dominated.size(); ++i)
    if (!dominated[i]) table.outcomes[kept++] = table.outcomes[i];
  table.outcomes.resize(kept);
  return std::move(table.outcomes);
}

Point point(std::span<const Utilities> parties, std::size_t outcome) {
  Point utilities;
  utilities.reserve(parties.size());
  for (const auto& party : parties) utilities.push_back(party.of[outcome]);
  return utilities;
}

std::vector<Point> points(std::span<const Utilities> parties,
                          std::span<const std::size_t> outcomes) {
  // Points are looked up by a projection on which different ones rarely coincide, as they would
  // in one utility or in the sum.
  std::vector<double> axis;
  double window = 0;
  for (std::size_t p = 0; p < parties.size(); ++p) {
    axis.push_back(1 / std::sqrt(static_cast<double>(p) + 1));
    window += 1.01 * kTolerance * axis.back();
  }
  std::vector<Point> different;
  std::multimap<double, std::size_t> by_projection;
  for (const auto outcome : outcomes) {
    auto candidate = point(parties, outcome);
    double projection = 0;
    for (std::size_t p = 0; p < parties.size(); ++p) projection += axis[p] * candidate[p];
    const auto begin = by_projection.lower_bound(projection - window),
               end = by_projection.upper_bound(projection + window);
    const bool known = std::any_of(begin, end, [&](const auto& entry) {
      const auto& other = different[entry.second];
      for (std::size_t p = 0; p < candidate.size(); ++p)
        if (!(std::abs(candidate[p] - other[p]) <= kTolerance)) return false;
      return true;
    });
    if (known) continue;
    by_projection.emplace(projection, different.size());
    different.push_back(std::move(candidate));
  }
  return different;
}

}  // namespace tavolo::engine::negotiation
