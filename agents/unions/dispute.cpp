#include "agents/unions/dispute.h"

#include <algorithm>
#include <cmath>

namespace tavolo::agents {

double Screening::lambda() const { return (1 - std::sqrt(1 - discount)) / discount; }

double Screening::first_demand() const {
  const double root = std::sqrt(1 - discount);
  return root / (1 + root);
}

double Screening::mean_delay() const { return 1 / std::sqrt(1 - discount); }

double Screening::accepting_share(int refusals) const { return std::pow(lambda(), refusals + 1); }

double Screening::union_payoff() const { return first_demand() / 2; }

double Screening::room_after_refusal(double claim, double room) const {
  // v is indifferent between paying now and first_demand() of the new room, v itself, a period on
  return std::min(room, claim / (1 - discount + discount * first_demand()));
}

int Screening::refusals(double type, double room) const {
  if (room <= 0 || type >= lambda() * room) return 0;
  const double least = 1e-9 * room;  // a maker that could pay nothing gives up in the end
  return static_cast<int>(std::ceil(std::log(std::max(type, least) / room) / std::log(lambda()))) -
         1;
}

double Screening::settlement(double type, double room) const {
  return first_demand() * room * std::pow(lambda(), refusals(type, room));
}

double Screening::worth_of_peace(double type, double claim, double room) const {
  const double left = room_after_refusal(claim, room);
  const int stage = refusals(std::min(type, left), left);
  const double paid = settlement(std::min(type, left), left);
  return type - std::pow(discount, 1 + stage) * std::max(0.0, type - paid);
}

double period_days(const LabourParameters& labour) {
  return labour.strike_days / (1 + Screening{labour.dispute_discount}.mean_delay());
}

Dispute::Kind choose_dispute(const Parameters& parameters, double claim) {
  const auto& labour = parameters.labour;
  // years of pay that a lasting rise is worth to a member who may leave
  const double years = 1 / (parameters.investment.risk_free_rate + labour.attrition_per_year);
  const double cost = labour.strike_days / (12 * labour.working_days_per_month * years);
  const double gain = (1 - labour.holdout_slowdown) * claim;
  return gain > cost ? Dispute::Kind::strike : Dispute::Kind::holdout;
}

Dispute fight(const Parameters& parameters, double type, double claim, double room) {
  const Screening screening{parameters.labour.dispute_discount};
  const double left = screening.room_after_refusal(claim, room);
  const double known = std::min(type, left);
  Dispute dispute;
  dispute.kind = choose_dispute(parameters, claim);
  dispute.days = (1 + screening.refusals(known, left)) * period_days(parameters.labour);
  if (dispute.kind == Dispute::Kind::holdout) dispute.days /= parameters.labour.holdout_slowdown;
  dispute.settled_share = screening.settlement(known, left);
  return dispute;
}

double protest_probability(const LabourParameters& labour, double unrest) {
  return 1 - std::pow(1 - labour.strike_base_probability * unrest, 1.0 / 12);
}

}  // namespace tavolo::agents
