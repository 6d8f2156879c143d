#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// Negotiation over several issues at once: an agenda of outcomes (agenda.h), what they are worth
/// (utility.h), both as they stand in files (domain.h); parties with tactics (negotiator.h) and a
/// protocol (protocol.h); the solutions of axiomatic bargaining by which a deal is judged
/// (solution.h), and an agenda judged as a whole (analysis.h).
namespace tavolo::engine::negotiation {

/// The largest outcome space that is enumerated: every party ranks every outcome.
constexpr std::size_t kMaxOutcomes = 1'000'000;

/// One question on the table and the values on which the parties may settle.
struct Issue {
  enum class Kind : std::uint8_t {
    levels,       ///< numbers that somebody listed
    categorical,  ///< labels; the levels are 0, 1, 2, …
    integer,      ///< every whole number of a range
    real          ///< a grid of equal steps over a range
  };

  std::string name;                      ///< with its unit: "grant_eur", "hours_per_week"
  std::vector<double> levels;            ///< finite, none twice; their order is the agenda's order
  std::vector<std::string> labels = {};  ///< categorical only: one per level, none twice
  Kind kind = Kind::levels;

  static Issue categorical(std::string name, std::vector<std::string> labels);
  /// lower, lower + 1, …, upper.
  /// @throws InputError when lower > upper, an end is beyond 2^53 or there are more than
  /// kMaxOutcomes values.
  static Issue integer(std::string name, std::int64_t lower, std::int64_t upper);
  /// `steps` + 1 values from `lower` to `upper`, both included.
  /// @throws InputError unless lower < upper, both finite, and 1 <= steps < kMaxOutcomes.
  static Issue real(std::string name, double lower, double upper, std::int64_t steps);

  /// A level as people read it: its label, or the fewest digits that are the same number.
  std::string text(std::size_t level) const;
};

/// One value per issue, in the agenda's order.
using Offer = std::vector<double>;

/// The issues of a negotiation and the outcomes that they span: every combination of levels.
/// Outcomes are numbered row by row, the LAST issue turning fastest; everywhere in this folder
/// an outcome is this number.
class Agenda {
 public:
  /// @throws InputError when there is no issue, an issue has no level, a level is not finite or
  /// stands twice, labels are not one per level or stand twice, or the levels span more than
  /// kMaxOutcomes outcomes.
  explicit Agenda(std::vector<Issue> issues);

  const std::vector<Issue>& issues() const { return issues_; }
  std::size_t outcomes() const { return outcomes_; }

  /// The terms of outcome `index` < outcomes().
  Offer offer(std::size_t index) const;

  /// The outcome with exactly these terms: the inverse of offer().
  /// @throws InputError when the offer has another number of issues or a value off the agenda.
  std::size_t index(const Offer& offer) const;

  /// Which level of every issue outcome `index` is made of.
  std::vector<std::size_t> levels(std::size_t index) const;

  /// Calls body(index, offer) for every outcome in order; much faster than offer(index) for each.
  template <class Body>
  void for_each(const Body& body) const;

 private:
  std::vector<Issue> issues_;
  std::size_t outcomes_ = 1;
};

template <class Body>
void Agenda::for_each(const Body& body) const {
  std::vector<std::size_t> level(issues_.size(), 0);
  Offer terms;
  for (const auto& issue : issues_) terms.push_back(issue.levels.front());
  for (std::size_t index = 0; index < outcomes_; ++index) {
    body(index, static_cast<const Offer&>(terms));
    for (std::size_t i = issues_.size(); i-- > 0;) {
      const auto& levels = issues_[i].levels;
      level[i] = level[i] + 1 < levels.size() ? level[i] + 1 : 0;
      terms[i] = levels[level[i]];
      if (level[i] > 0) break;
    }
  }
}

}  // namespace tavolo::engine::negotiation
