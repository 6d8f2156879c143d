#include "engine/negotiation/agenda.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdio>
#include <string_view>
#include <utility>

#include "engine/error.h"
#include "engine/text.h"

namespace tavolo::engine::negotiation {
namespace {

std::string whole_number(double value) {
  char text[64];
  std::snprintf(text, sizeof text, value < 1e15 ? "%.0f" : "%.3g", value);
  return text;
}

void check_levels(const Issue& issue) {
  if (issue.levels.empty())
    throw InputError{"The issue '" + issue.name + "' has no level.",
                     "Parties can only settle on a value that is on the agenda.",
                     "Give it at least one level, or leave the issue out."};
  auto levels = issue.levels;
  const auto is_finite = [](double level) { return std::isfinite(level); };
  const bool finite = std::all_of(levels.begin(), levels.end(), is_finite);
  if (finite) std::sort(levels.begin(), levels.end());
  if (!finite || std::adjacent_find(levels.begin(), levels.end()) != levels.end())
    throw InputError{
        "The issue '" + issue.name + "' has a level that is not finite or stands twice.",
        "Every outcome must be one distinct set of terms.",
        "List each level once, as a plain number."};
}

void check_labels(const Issue& issue) {
  if (issue.kind != Issue::Kind::categorical) return;
  if (issue.labels.size() != issue.levels.size())
    throw InputError{"The issue '" + issue.name + "' has " + std::to_string(issue.labels.size()) +
                         " labels for " + std::to_string(issue.levels.size()) + " levels.",
                     "Every level of a categorical issue has a name.", "Give one label per level."};
  std::vector<std::string_view> labels{issue.labels.begin(), issue.labels.end()};
  std::sort(labels.begin(), labels.end());
  const auto twice = std::adjacent_find(labels.begin(), labels.end());
  if (twice != labels.end())
    throw InputError{
        "The issue '" + issue.name + "' has the label '" + std::string{*twice} + "' twice.",
        "Every outcome must be one distinct set of terms.", "List each label once."};
}

InputError too_many_values(const std::string& name) {
  return InputError{
      "The issue '" + name + "' has more than " + std::to_string(kMaxOutcomes) + " values.",
      "Every party ranks every outcome before the talks begin.",
      "Narrow its range or make it coarser."};
}

}  // namespace

Issue Issue::categorical(std::string name, std::vector<std::string> labels) {
  Issue issue{std::move(name), {}, std::move(labels), Kind::categorical};
  for (std::size_t level = 0; level < issue.labels.size(); ++level)
    issue.levels.push_back(static_cast<double>(level));
  return issue;
}

Issue Issue::integer(std::string name, std::int64_t lower, std::int64_t upper) {
  constexpr std::int64_t kExact = std::int64_t{1} << 53;  // beyond, doubles skip whole numbers
  if (lower > upper || lower < -kExact || upper > kExact)
    throw InputError{"The issue '" + name + "' goes from " + std::to_string(lower) + " to " +
                         std::to_string(upper) + ".",
                     "A range runs from its lower to its upper end, within 2^53 of zero.",
                     "Exchange the two, or write smaller numbers in a larger unit."};
  if (static_cast<std::uint64_t>(upper - lower) >= kMaxOutcomes) throw too_many_values(name);
  Issue issue{std::move(name), {}, {}, Kind::integer};
  for (auto value = lower; value <= upper; ++value)
    issue.levels.push_back(static_cast<double>(value));
  return issue;
}

Issue Issue::real(std::string name, double lower, double upper, std::int64_t steps) {
  if (!(lower < upper) || !std::isfinite(upper - lower))
    throw InputError{"The issue '" + name + "' goes from " + number_text(lower) + " to " +
                         number_text(upper) + ".",
                     "A range runs from its lower to its upper end, both finite.",
                     "Exchange the two, or list the one value as a level."};
  if (steps < 1)
    throw InputError{"The issue '" + name + "' has " + std::to_string(steps) + " steps.",
                     "Parties settle on a grid of values, from one end to the other.",
                     "Write 1 or more: 10 steps make 11 values."};
  if (static_cast<std::uint64_t>(steps) >= kMaxOutcomes) throw too_many_values(name);
  Issue issue{std::move(name), {}, {}, Kind::real};
  for (std::int64_t step = 0; step < steps; ++step)
    issue.levels.push_back(lower + (upper - lower) * static_cast<double>(step) /
                                       static_cast<double>(steps));
  issue.levels.push_back(upper);
  return issue;
}

std::string Issue::text(std::size_t level) const {
  return kind == Kind::categorical ? labels[level] : number_text(levels[level]);
}

Agenda::Agenda(std::vector<Issue> issues) : issues_{std::move(issues)} {
  if (issues_.empty())
    throw InputError{"The agenda has no issue.", "There is nothing to negotiate about.",
                     "Name at least one issue with its levels."};
  double outcomes = 1;  // a double, because the product may not fit an integer
  for (const auto& issue : issues_) {
    check_levels(issue);
    check_labels(issue);
    outcomes *= static_cast<double>(issue.levels.size());
  }
  if (outcomes > static_cast<double>(kMaxOutcomes))
    throw InputError{"The agenda spans " + whole_number(outcomes) + " outcomes; the limit is " +
                         std::to_string(kMaxOutcomes) + ".",
                     "Every party ranks every outcome before the talks begin.",
                     "Use fewer or coarser levels, or settle some issues at a table of their own."};
  outcomes_ = static_cast<std::size_t>(outcomes);
}

std::vector<std::size_t> Agenda::levels(std::size_t index) const {
  assert(index < outcomes_);
  std::vector<std::size_t> levels(issues_.size());
  for (std::size_t i = issues_.size(); i-- > 0;) {
    levels[i] = index % issues_[i].levels.size();
    index /= issues_[i].levels.size();
  }
  return levels;
}

Offer Agenda::offer(std::size_t index) const {
  const auto chosen = levels(index);
  Offer terms;
  terms.reserve(chosen.size());
  for (std::size_t i = 0; i < chosen.size(); ++i) terms.push_back(issues_[i].levels[chosen[i]]);
  return terms;
}

std::size_t Agenda::index(const Offer& offer) const {
  if (offer.size() != issues_.size())
    throw InputError{"The offer names " + std::to_string(offer.size()) + " values, the agenda " +
                         std::to_string(issues_.size()) + " issues.",
                     "An offer settles every issue at once.", "Give one value per issue."};
  std::size_t index = 0;
  for (std::size_t i = 0; i < issues_.size(); ++i) {
    const auto& levels = issues_[i].levels;
    const auto level = std::find(levels.begin(), levels.end(), offer[i]);
    if (level == levels.end())
      throw InputError{"The value " + std::to_string(offer[i]) + " is not a level of the issue '" +
                           issues_[i].name + "'.",
                       "Parties can only settle on a value that is on the agenda.",
                       "Use one of its levels, or add the value to them."};
    index = index * levels.size() + static_cast<std::size_t>(level - levels.begin());
  }
  return index;
}

}  // namespace tavolo::engine::negotiation
