#pragma once

#include <cstddef>
#include <string>
#include <vector>

/// Negotiation over several issues at once: an agenda of outcomes (agenda.h), parties with
/// utilities and tactics (negotiator.h), a protocol (protocol.h), and the solutions of axiomatic
/// bargaining by which a deal is judged (solution.h).
namespace tavolo::engine::negotiation {

/// One question on the table and the values on which the parties may settle.
struct Issue {
  std::string name;            ///< with its unit: "grant_eur", "hours_per_week"
  std::vector<double> levels;  ///< finite, none twice; their order is the agenda's order
};

/// One value per issue, in the agenda's order.
using Offer = std::vector<double>;

/// The largest outcome space that is enumerated: every party ranks every outcome.
constexpr std::size_t kMaxOutcomes = 1'000'000;

/// The issues of a negotiation and the outcomes that they span: every combination of levels.
/// Outcomes are numbered row by row, the LAST issue turning fastest; everywhere in this folder
/// an outcome is this number.
class Agenda {
 public:
  /// @throws InputError when there is no issue, an issue has no level, a level is not finite or
  /// stands twice, or the levels span more than kMaxOutcomes outcomes.
  explicit Agenda(std::vector<Issue> issues);

  const std::vector<Issue>& issues() const { return issues_; }
  std::size_t outcomes() const { return outcomes_; }

  /// The terms of outcome `index` < outcomes().
  Offer offer(std::size_t index) const;

  /// The outcome with exactly these terms: the inverse of offer().
  /// @throws InputError when the offer has another number of issues or a value off the agenda.
  std::size_t index(const Offer& offer) const;

 private:
  std::vector<Issue> issues_;
  std::size_t outcomes_ = 1;
};

}  // namespace tavolo::engine::negotiation
