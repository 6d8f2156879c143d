#pragma once

#include <limits>
#include <string>
#include <vector>

#include "engine/month.h"

namespace tavolo::engine {

/// What is kept of a negotiation that has ended: what a store holds and a reader can check.
struct Minutes {
  struct Party {
    std::string name;
    double utility = 0;      ///< of the deal; of leaving, without one. Of an award: money
    double reservation = 0;  ///< what it would have had without a deal, on the same scale
    /// Of the Nash point that is nearest to the deal; NaN without a deal, and of an award.
    double nash = std::numeric_limits<double>::quiet_NaN();
  };
  struct Term {
    std::string issue;  ///< with its unit
    double value = 0;
  };
  struct Move {
    int party = 0;                  ///< index of parties
    int round = 0;                  ///< from 1
    std::vector<double> utilities;  ///< of what is offered, by party
  };

  Month opened, closed;
  std::string kind;      ///< one word: what the table is about
  std::string name;      ///< who sits there
  std::string protocol;  ///< "saop", "ascending"
  std::string end;       ///< "agreed", "timed out", "not ratified", "no zone of agreement"
  int rounds = 0;
  std::vector<Party> parties;
  std::vector<Term> terms;  ///< of the deal, in the agenda's order; none without one
  /// Euclidean, in utilities, of the deal from the nearest such point; NaN without a deal, and for
  /// an award, whose parties' money has no common scale.
  double nash_distance = std::numeric_limits<double>::quiet_NaN();
  double kalai_smorodinsky_distance = std::numeric_limits<double>::quiet_NaN();
  std::vector<Move> transcript;  ///< every offer, in order

  bool agreed() const { return end == "agreed"; }
};

}  // namespace tavolo::engine
