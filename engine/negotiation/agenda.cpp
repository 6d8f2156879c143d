#include "engine/negotiation/agenda.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdio>
#include <utility>

#include "engine/error.h"

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

}  // namespace

Agenda::Agenda(std::vector<Issue> issues) : issues_{std::move(issues)} {
  if (issues_.empty())
    throw InputError{"The agenda has no issue.", "There is nothing to negotiate about.",
                     "Name at least one issue with its levels."};
  double outcomes = 1;  // a double, because the product may not fit an integer
  for (const auto& issue : issues_) {
    check_levels(issue);
    outcomes *= static_cast<double>(issue.levels.size());
  }
  if (outcomes > static_cast<double>(kMaxOutcomes))
    throw InputError{"The agenda spans " + whole_number(outcomes) + " outcomes; the limit is " +
                         std::to_string(kMaxOutcomes) + ".",
                     "Every party ranks every outcome before the talks begin.",
                     "Use fewer or coarser levels, or settle some issues at a table of their own."};
  outcomes_ = static_cast<std::size_t>(outcomes);
}

Offer Agenda::offer(std::size_t index) const {
  assert(index < outcomes_);
  Offer terms(issues_.size());
  for (std::size_t i = issues_.size(); i-- > 0;) {
    const auto& levels = issues_[i].levels;
    terms[i] = levels[index % levels.size()];
    index /= levels.size();
  }
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
