#include "engine/negotiation/utility.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace tavolo::engine::negotiation {
namespace {

double at(const Linear& line, double distance) {
  return std::clamp(line.slope * distance + line.offset, 0.0, 1.0);
}

double at(const Triangular& triangle, double value) {
  if (value < triangle.lower || value > triangle.upper) return 0;
  if (value < triangle.top) return (value - triangle.lower) / (triangle.top - triangle.lower);
  if (value > triangle.top) return (triangle.upper - value) / (triangle.upper - triangle.top);
  return 1;
}

/// Adds a table over two issues to a table over all of them.
void add(const Agenda& agenda, const Interaction& interaction, std::vector<double>& utilities) {
  const auto first = std::min(interaction.first, interaction.second),
             second = std::max(interaction.first, interaction.second);
  assert(first < second && second < agenda.issues().size());
  const auto count = [&](std::size_t issue) { return agenda.issues()[issue].levels.size(); };
  const auto span = [&](std::size_t begin, std::size_t end) {
    std::size_t outcomes = 1;
    for (auto issue = begin; issue < end; ++issue) outcomes *= count(issue);
    return outcomes;
  };
  const auto rows = count(first), columns = count(second);
  assert(interaction.utilities.size() == rows * columns);
  const bool turned = interaction.first > interaction.second;
  const auto before = span(0, first), between = span(first + 1, second),
             after = span(second + 1, agenda.issues().size());
  double* next = utilities.data();
  for (std::size_t b = 0; b < before; ++b)
    for (std::size_t row = 0; row < rows; ++row)
      for (std::size_t m = 0; m < between; ++m)
        for (std::size_t column = 0; column < columns; ++column) {
          const double term =
              interaction.utilities[turned ? column * rows + row : row * columns + column];
          for (std::size_t a = 0; a < after; ++a) *next++ += term;
        }
}

}  // namespace

std::vector<double> evaluations(const Issue& issue, const Valuation& valuation) {
  if (const auto* listed = std::get_if<Listed>(&valuation.evaluation)) {
    auto result = listed->evaluations;
    assert(result.size() == issue.levels.size());
    const double largest = *std::max_element(result.begin(), result.end());
    if (largest > 0)
      for (double& evaluation : result) evaluation /= largest;
    return result;
  }
  std::vector<double> result;
  result.reserve(issue.levels.size());
  const auto* line = std::get_if<Linear>(&valuation.evaluation);
  for (const double level : issue.levels)
    result.push_back(line ? at(*line, level - issue.levels.front())
                          : at(std::get<Triangular>(valuation.evaluation), level));
  return result;
}

std::vector<double> tabulate(const Agenda& agenda, const AdditiveUtility& utility) {
  const auto& issues = agenda.issues();
  assert(utility.valuations.size() == issues.size());
  // Sums over the leading issues, each of them extended by every level of the next: the additions
  // of the definition, in its order, but shared by the outcomes that begin alike. From the back,
  // so that no sum is overwritten before it is extended.
  std::vector<double> sums(agenda.outcomes());
  std::size_t known = 1;
  for (std::size_t i = 0; i < issues.size(); ++i) {
    const auto levels = issues[i].levels.size();
    std::vector<double> parts(levels, 0.0);
    if (const auto& valuation = utility.valuations[i]) {
      parts = evaluations(issues[i], *valuation);
      for (double& part : parts) part *= valuation->weight;
    }
    for (std::size_t s = known; s-- > 0;) {
      const double sum = sums[s];
      for (std::size_t level = 0; level < levels; ++level)
        sums[s * levels + level] = sum + parts[level];
    }
    known *= levels;
  }
  for (const auto& interaction : utility.interactions) add(agenda, interaction, sums);
  return sums;
}

}  // namespace tavolo::engine::negotiation
