#include "engine/experiment/discovery.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cassert>
#include <cmath>

namespace tavolo::engine {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

using Points = std::vector<std::vector<double>>;

struct Count {
  std::size_t futures = 0, hits = 0;
  double density() const {
    return futures > 0 ? static_cast<double>(hits) / static_cast<double>(futures) : 0;
  }
};

Count count(const Points& points, const std::vector<bool>& hit, const Box& box) {
  Count result;
  for (std::size_t i = 0; i < points.size(); ++i)
    if (box.holds(points[i])) {
      ++result.futures;
      result.hits += hit[i] ? 1 : 0;
    }
  return result;
}

PeelingStep step_of(Box box, const Count& counted, std::size_t all_hits) {
  return {std::move(box), counted.futures, counted.hits,
          static_cast<double>(counted.hits) / static_cast<double>(all_hits), counted.density()};
}

/// The factor's values of futures in the box, sorted.
std::vector<double> values_in(const Points& points, const Box& box, std::size_t factor) {
  std::vector<double> values;
  for (const auto& point : points)
    if (box.holds(point)) values.push_back(point[factor]);
  std::sort(values.begin(), values.end());
  return values;
}

std::size_t slice(double share, std::size_t n) {
  return std::max<std::size_t>(1, static_cast<std::size_t>(share * static_cast<double>(n)));
}

/// The two boxes that lack a slice at the lower or upper end of a factor. Equal values go together.
std::vector<Box> peeled(const Points& points, const Box& box, std::size_t factor, double share) {
  const auto values = values_in(points, box, factor);
  const std::size_t off = slice(share, values.size());
  std::vector<Box> boxes;
  const auto above = std::upper_bound(values.begin(), values.end(), values[off - 1]);
  if (above != values.end()) {
    boxes.push_back(box);
    boxes.back().low[factor] = *above;
  }
  const auto below = std::lower_bound(values.begin(), values.end(), values[values.size() - off]);
  if (below != values.begin()) {
    boxes.push_back(box);
    boxes.back().high[factor] = *(below - 1);
  }
  return boxes;
}

/// The boxes that are wider at a bounded end of a factor.
std::vector<Box> pasted(const Points& points, const Box& box, std::size_t factor, double share) {
  std::vector<Box> boxes;
  const std::size_t inside = values_in(points, box, factor).size();
  Box open = box;
  open.low[factor] = -kInfinity;
  open.high[factor] = kInfinity;
  const auto values = values_in(points, open, factor);
  const std::size_t on = slice(share, inside);
  if (box.low[factor] > -kInfinity) {
    const auto first = std::lower_bound(values.begin(), values.end(), box.low[factor]);
    const auto room = static_cast<std::size_t>(first - values.begin());
    boxes.push_back(box);
    boxes.back().low[factor] = room <= on ? -kInfinity : values[room - on];
  }
  if (box.high[factor] < kInfinity) {
    const auto last = std::upper_bound(values.begin(), values.end(), box.high[factor]);
    const auto room = static_cast<std::size_t>(values.end() - last);
    boxes.push_back(box);
    boxes.back().high[factor] =
        room <= on ? kInfinity : *(last + static_cast<std::ptrdiff_t>(on) - 1);
  }
  return boxes;
}

}  // namespace

bool Box::holds(std::span<const double> point) const {
  for (std::size_t f = 0; f < low.size(); ++f)
    if (point[f] < low[f] || point[f] > high[f]) return false;
  return true;
}

Prim prim(const Points& points, const std::vector<bool>& hit, const PrimPlan& plan) {
  const std::size_t factors = points.front().size();
  Box box{std::vector<double>(factors, -kInfinity), std::vector<double>(factors, kInfinity)};
  const Count all = count(points, hit, box);
  assert(all.hits > 0);
  Prim result;
  result.trajectory.push_back(step_of(box, all, all.hits));
  const double least = plan.least_mass * static_cast<double>(points.size());

  while (result.trajectory.back().density < 1) {
    const Box* next = nullptr;
    std::vector<Box> candidates;
    for (std::size_t f = 0; f < factors; ++f)
      for (auto& candidate : peeled(points, box, f, plan.peel))
        candidates.push_back(std::move(candidate));
    Count best;
    for (const auto& candidate : candidates) {
      const Count counted = count(points, hit, candidate);
      if (static_cast<double>(counted.futures) < least) continue;
      // Of equal means the larger box: patience.
      if (next == nullptr || counted.density() > best.density() ||
          (counted.density() == best.density() && counted.futures > best.futures)) {
        next = &candidate;
        best = counted;
      }
    }
    if (next == nullptr || best.hits == 0) break;
    box = *next;
    result.trajectory.push_back(step_of(box, best, all.hits));
  }

  for (std::size_t s = 0; s < result.trajectory.size(); ++s) {
    const auto& step = result.trajectory[s];
    const auto& chosen = result.trajectory[result.chosen];
    if (step.coverage * step.density > chosen.coverage * chosen.density) result.chosen = s;
  }
  result.box = result.trajectory[result.chosen];
  for (bool wider = true; wider;) {
    wider = false;
    for (std::size_t f = 0; f < factors && !wider; ++f)
      for (auto& candidate : pasted(points, result.box.box, f, plan.paste)) {
        const Count counted = count(points, hit, candidate);
        // Wider at least by one future, so that this ends.
        if (counted.density() >= result.box.density && counted.futures > result.box.futures) {
          result.box = step_of(std::move(candidate), counted, all.hits);
          wider = true;
          break;
        }
      }
  }

  for (std::size_t f = 0; f < factors; ++f) {
    Box without = result.box.box;
    const bool bounded = without.low[f] > -kInfinity || without.high[f] < kInfinity;
    without.low[f] = -kInfinity;
    without.high[f] = kInfinity;
    const double density = count(points, hit, without).density();
    if (!bounded || density >= 1 || result.box.hits == 0) {
      result.quasi_p.push_back(1);
      continue;
    }
    // At least as many hits among as many futures, were the density that without the bound.
    result.quasi_p.push_back(boost::math::cdf(boost::math::complement(
        boost::math::binomial{static_cast<double>(result.box.futures), density},
        static_cast<double>(result.box.hits - 1))));
  }
  return result;
}

}  // namespace tavolo::engine
