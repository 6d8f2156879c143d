#pragma once

#include <string>

#include "agents/policies/policy.h"

namespace tavolo::agents {

/// How a maker faces its government and its workers this year. As it stands here it is the
/// scenario's own: the concession of [tables] (or the strategy named there), no claim beyond what
/// leaving the table is worth, the whole budget.
struct Posture {
  /// At tables, Faratin's beta: below 1 it holds out, above it yields early; 0: the scenario's own.
  double concession = 0;
  /// Of what a table could bring it beyond walking away, the share that it insists on, 0..1: its
  /// reservation value is raised by as much. A hard claim may leave nothing to agree on.
  double claim = 0;
  double capex_share = 1;  ///< of its yearly budget in Europe that it is ready to commit, 0..1
};

/// What a maker knows in January, once governments have set policy: its own plants at home and
/// books, last year's figures, this year's levers. Money in EUR.
struct PostureView {
  std::string maker;  ///< name
  int year = 0;
  int first_year = 0;                ///< of the run
  double cash_eur = 0;               ///< now
  double capex_budget_eur = 0;       ///< a year, for Europe
  double vehicles = 0;               ///< it made at home last year
  double capacity = 0;               ///< of its home plants, vehicles per year
  double plant_jobs = 0;             ///< headcount of its home plants
  double registrations = 0;          ///< cars, home market, last year
  double bev_share = 0;              ///< of them, 0..1
  double trust_in_government = 0.5;  ///< learned probability that the government keeps its word
  bool agreement_in_force = false;   ///< a transition agreement binds this year
  double target_vehicles = 0;        ///< the government wants made at home, per year
  Instruments levers;                ///< of the home government, this year
};

/// A rule by which a maker takes its posture. As with policies: no memory, no luck.
class PostureRule {
 public:
  virtual ~PostureRule() = default;
  virtual Posture decide(const PostureView& view) const = 0;
};

}  // namespace tavolo::agents
