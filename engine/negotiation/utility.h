#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "engine/negotiation/agenda.h"
#include "engine/negotiation/negotiator.h"

/// What outcomes are worth: linear additive utilities with or without interactions between issues,
/// or whatever a model computes, tabulated over all outcomes of an agenda.
namespace tavolo::engine::negotiation {

// How an evaluation e follows from a level v of an issue, each as the format of GENIUS has it.

/// e = evaluation / largest evaluation of the issue. No number is largest unless it is above 0:
/// evaluations that are all 0 are left as they are.
struct Listed {
  std::vector<double> evaluations;  ///< one per level; finite
};
/// e = clip(slope (v - lower) + offset, 0, 1), `lower` being the first level of the issue.
struct Linear {
  double slope = 0, offset = 0;
};
/// e rises from 0 at `lower` to 1 at `top` and falls to 0 at `upper`; 0 outside.
struct Triangular {
  double lower = 0, top = 0, upper = 1;
};

/// What one issue is worth to a party.
struct Valuation {
  double weight = 1;  ///< as written: nobody scales the weights of a party to 1
  std::variant<Listed, Linear, Triangular> evaluation;
};

/// What two issues are worth together, beyond what each is worth alone: departures hurt less where
/// the severance pay is high. A generalised additive utility with pairs: Bacchus & Grove (1995).
struct Interaction {
  std::size_t first = 0, second = 0;  ///< two different issues of the agenda
  /// In utility, to be added: levels of `first` by levels of `second`, row by row.
  std::vector<double> utilities;
};

/// u = ((w_0 e_0) + w_1 e_1) + …, in the order of the issues, then the interactions in theirs; IEEE
/// double, no fused multiply-add. Keeney & Raiffa (1976), chapter 3. The order of additions is
/// part of the convention: the same utilities to the last bit decide ties between outcomes.
struct AdditiveUtility {
  std::vector<std::optional<Valuation>> valuations;  ///< one per issue; none: it adds nothing
  std::vector<Interaction> interactions;
};

/// By level of the issue: e.
std::vector<double> evaluations(const Issue& issue, const Valuation& valuation);

/// By outcome: u.
std::vector<double> tabulate(const Agenda& agenda, const AdditiveUtility& utility);

/// By outcome: what `model` says of its terms, called once for each, in order. It may answer
/// kInfeasible.
template <class Model>
requires std::invocable<const Model&, const Offer&> std::vector<double> tabulate(
    const Agenda& agenda, const Model& model) {
  std::vector<double> utilities(agenda.outcomes());
  agenda.for_each(
      [&](std::size_t outcome, const Offer& terms) { utilities[outcome] = model(terms); });
  return utilities;
}

/// Makes infeasible for all `parties` what `allows` does not: a budget, a cap, the law.
template <class Allows>
requires std::predicate<const Allows&, const Offer&>
void rule_out(const Agenda& agenda, const Allows& allows, std::span<Utilities> parties) {
  agenda.for_each([&](std::size_t outcome, const Offer& terms) {
    if (allows(terms)) return;
    for (auto& party : parties) party.of[outcome] = kInfeasible;
  });
}

}  // namespace tavolo::engine::negotiation
