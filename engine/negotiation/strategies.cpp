#include "engine/negotiation/strategies.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

#include "engine/negotiation/opponent_model.h"
#include "engine/text.h"

namespace tavolo::engine::negotiation {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// The rank of the outcome that a MiCRO party would put forward now: one further down if no
/// partner is behind it, else the last one again.
std::size_t micro_rank(const View& view) {
  auto partner_stands = view.ranking().outcomes();
  for (std::size_t partner = 0; partner < view.parties(); ++partner)
    if (partner != view.self())
      partner_stands = std::min(partner_stands, view.distinct_stands(partner));
  const auto best = view.ranking().size() - 1;
  const auto rational = best - view.first_rational() + 1;
  const auto conceded = std::min(view.distinct_bids(view.self()), rational);
  const bool goes_on = conceded <= partner_stands && conceded < rational;
  return best - (goes_on ? conceded : conceded - 1);
}

/// What the least generous partner has conceded since its first offer; 0 before anybody spoke.
double received(const View& view) {
  double least = kInfinity;
  for (std::size_t partner = 0; partner < view.parties(); ++partner) {
    if (partner == view.self() || !view.has_spoken(partner)) continue;
    least = std::min(
        least, view.utility(view.last_stand(partner)) - view.utility(view.first_stand(partner)));
  }
  return least < kInfinity ? least : 0;
}

double tit_for_tat_target(const View& view) {
  return std::clamp(view.greatest() - received(view), view.bottom(), view.greatest());
}

/// The party's worth of the Nash point, as it and its models see it.
double nash_worth(const View& view) {
  const auto& ranking = view.ranking();
  double best = -kInfinity, worth = view.greatest();
  for (auto rank = view.first_rational(); rank < ranking.size(); ++rank) {
    const auto outcome = ranking.outcome_at(rank);
    double product = ranking.utility_at(rank) - view.reservation();
    for (std::size_t partner = 0; partner < view.parties(); ++partner)
      if (partner != view.self()) product *= view.model(partner).utility(outcome);
    if (product <= best) continue;
    best = product;
    worth = ranking.utility_at(rank);
  }
  return worth;
}

double nice_target(const View& view) {
  constexpr double kBonus = 0.1, kHurryFrom = 0.91;
  const double nash = nash_worth(view);
  double come = kInfinity;  // how far, of the way to the Nash point
  for (std::size_t partner = 0; partner < view.parties(); ++partner) {
    if (partner == view.self()) continue;
    const double least = view.least_received(partner), most = view.most_received(partner);
    double share = 0;
    if (most >= least && nash > least) share = std::min(1.0, (most - least) / (nash - least));
    if (most >= nash) share = 1;
    come = std::min(come, share);
  }
  double target = view.greatest() - come * (view.greatest() - nash);
  const double hurry = (view.time() - kHurryFrom) / (1 - kHurryFrom);
  target -= std::clamp(hurry, kBonus, 1.0) * (target - nash);
  return std::clamp(target, view.bottom(), view.greatest());
}

/// What the partner conceded in its latest moves, weighted; none before it made two offers.
std::optional<double> latest_concession(const View& view, std::size_t partner) {
  static constexpr std::array<std::array<double, 4>, 4> kWeights{{// the latest move first
                                                                  {1, 0, 0, 0},
                                                                  {0.75, 0.25, 0, 0},
                                                                  {0.66, 0.22, 0.11, 0},
                                                                  {0.5, 0.3, 0.15, 0.05}}};
  std::array<double, 5> worth{};
  std::size_t offers = 0;
  const auto& trace = view.trace();
  for (auto last = trace.rbegin(); last != trace.rend() && offers < worth.size(); ++last)
    if (last->party == static_cast<int>(partner)) worth[offers++] = view.utility(last->outcome);
  if (offers < 2) return std::nullopt;
  double conceded = 0;
  for (std::size_t move = 0; move + 1 < offers; ++move)
    conceded += kWeights[offers - 2][move] * (worth[move] - worth[move + 1]);
  return conceded;
}

std::optional<double> own_last_offer(const View& view) {
  const auto& trace = view.trace();
  for (auto last = trace.rbegin(); last != trace.rend(); ++last)
    if (last->party == static_cast<int>(view.self())) return view.utility(last->outcome);
  return std::nullopt;
}

double hybrid_target(const View& view) {
  constexpr double kStart = 1, kMiddle = 0.75, kEnd = 0.55, kEmpathy = 0.5;
  const double t = view.time(), range = view.greatest() - view.bottom();
  const double by_time = view.bottom() + range * ((1 - t) * (1 - t) * kStart +
                                                  2 * t * (1 - t) * kMiddle + t * t * kEnd);
  double conceded = kInfinity;
  for (std::size_t partner = 0; partner < view.parties(); ++partner) {
    if (partner == view.self()) continue;
    const auto moved = latest_concession(view, partner);
    if (!moved) return by_time;
    conceded = std::min(conceded, *moved);
  }
  const auto last = own_last_offer(view);
  if (!last) return by_time;
  const double by_behaviour = *last - kEmpathy * (1 + t) * conceded;
  return std::clamp((1 - t * t) * by_behaviour + t * t * by_time, view.bottom(), view.greatest());
}

std::size_t best_outcome(const View& view) {
  return view.ranking().outcome_at(view.ranking().first_at_least(view.greatest()));
}

/// Two functions that take and give the same: a strategy by its target utility.
template <class Target>
Strategy by_target(std::string name, Target target, double exponent = 1) {
  return {.name = std::move(name),
          .bidding = [target](const View& view) { return view.outcome_worth(target(view)); },
          .acceptance =
              [target](const View& view, std::size_t offer, std::size_t own) {
                return view.utility(offer) >=
                       (view.convention() == Convention::negmas ? target(view) : view.utility(own));
              },
          .exponent = exponent};
}

}  // namespace

Strategy aiming(std::string name, std::function<double(const View&)> target) {
  return by_target(std::move(name), [target = std::move(target)](const View& view) {
    return std::clamp(target(view), view.bottom(), view.greatest());
  });
}

Strategy time_dependent(double exponent) {
  assert(exponent > 0);
  return by_target(
      "TIME:" + number_text(exponent), [](const View& view) { return view.time_demand(); },
      exponent);
}

Strategy faratin(double beta) {
  auto strategy = time_dependent(1 / beta);
  strategy.name = "FARATIN:" + number_text(beta);
  return strategy;
}

Strategy boulware(Convention convention) {
  auto strategy = time_dependent(convention == Convention::genius ? 5 : 4);
  strategy.name = "BOULWARE";
  return strategy;
}

Strategy linear() {
  auto strategy = time_dependent(1);
  strategy.name = "LINEAR";
  return strategy;
}

Strategy conceder(Convention convention) {
  auto strategy = time_dependent(convention == Convention::genius ? 0.5 : 0.25);
  strategy.name = "CONCEDER";
  return strategy;
}

Strategy micro() {
  return {.name = "MICRO",
          .bidding = [](const View& view) { return view.ranking().outcome_at(micro_rank(view)); },
          .acceptance = ac_next(),
          .counts_stands = true};
}

Strategy tit_for_tat() { return by_target("TIT_FOR_TAT", tit_for_tat_target); }

Strategy nice_tit_for_tat() {
  auto strategy = by_target("NICE_TIT_FOR_TAT", nice_target);
  strategy.acceptance = ac_next();
  strategy.opponent_model = bayesian_model();
  return strategy;
}

Strategy hybrid() {
  auto strategy = by_target("HYBRID", hybrid_target);
  strategy.acceptance = ac_next();
  return strategy;
}

Strategy tough() { return {.name = "TOUGH", .bidding = best_outcome, .acceptance = ac_next()}; }

Strategy random_bidder() {
  return {.name = "RANDOM",
          .bidding =
              [](const View& view) {
                const auto many = view.ranking().size() - view.first_rational();
                const double drawn = view.luck(Luck::bid).uniform() * static_cast<double>(many);
                return view.ranking().outcome_at(
                    view.first_rational() + std::min(static_cast<std::size_t>(drawn), many - 1));
              },
          .acceptance = ac_next()};
}

Strategy hill_climber() {
  return {.name = "HILL_CLIMBER", .bidding = best_outcome, .acceptance = ac_next()};
}

Strategy annealer(double temperature) {
  assert(temperature > 0);
  return {.name = "ANNEALER:" + number_text(temperature),
          .bidding = best_outcome,
          .acceptance = [temperature](const View& view, std::size_t offer, std::size_t own) {
            const double loss = view.utility(own) - view.utility(offer);
            if (loss <= 0) return true;
            const double now = temperature * (1 - view.time());
            return now > 0 && view.luck(Luck::acceptance).uniform() < std::exp(-loss / now);
          }};
}

Acceptance ac_next() {
  return [](const View& view, std::size_t offer, std::size_t own) {
    return view.utility(offer) >= view.utility(own);
  };
}

Acceptance ac_time(double time) {
  return [time](const View& view, std::size_t, std::size_t) { return view.time() >= time; };
}

Acceptance ac_const(double utility) {
  return [utility](const View& view, std::size_t offer, std::size_t) {
    return view.utility(offer) >= utility;
  };
}

Acceptance ac_combi(double time) {
  return [time](const View& view, std::size_t offer, std::size_t own) {
    const double worth = view.utility(offer);
    if (worth >= view.utility(own)) return true;
    if (view.time() < time) return false;
    // the window: as many rounds back as are left to play
    const int since = view.round() - (view.rounds() - view.round()) - 1;
    const auto& trace = view.trace();
    for (auto last = trace.rbegin(); last != trace.rend() && last->round >= since; ++last)
      if (last->party != static_cast<int>(view.self()) && view.utility(last->outcome) > worth)
        return false;
    return true;
  };
}

}  // namespace tavolo::engine::negotiation
