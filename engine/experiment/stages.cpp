#include "engine/experiment/stages.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

#include "engine/experiment/selection.h"
#include "engine/experiment/statistics.h"
#include "engine/experiment/table.h"

namespace tavolo::engine {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<double> known(std::span<const double> values) {
  std::vector<double> result;
  for (const double value : values)
    if (!std::isnan(value)) result.push_back(value);
  return result;
}

/// Whether all is better than it seems: larger values are the better ones to every procedure.
double sign_of(const Response& response) { return response.better == "min" ? -1 : 1; }

std::string times(std::size_t n, const char* word) { return std::to_string(n) + " " + word; }

/// How far an interval is from what is asked: half width over the one wished for.
double excess(const Response& response, const Estimate& estimate) {
  if (std::isnan(estimate.half_width)) return kInfinity;
  const double g = response.relative_half_width;
  const double wished =
      std::isnan(g) ? response.half_width : g / (1 + g) * std::abs(estimate.value);
  return estimate.half_width == 0 ? 0 : estimate.half_width / wished;
}

Estimate estimate_of(const Response& response, std::span<const double> x, double confidence) {
  Estimate estimate = mean_estimate(x, confidence);
  const bool counts = std::all_of(x.begin(), x.end(), [](double v) { return v == 0 || v == 1; });
  if (response.kind == "probability" && counts && !x.empty()) {
    // Student's interval of ten hits in ten has no width at all.
    const auto hits = static_cast<std::size_t>(std::count(x.begin(), x.end(), 1.0));
    const auto wilson = wilson_interval(hits, x.size(), confidence);
    estimate.half_width = (wilson.high - wilson.low) / 2;
  }
  return estimate;
}

}  // namespace

Stages::Stages(const Experiment& experiment) : experiment_{experiment} {
  const auto& rule = experiment.rule;
  const std::size_t points = experiment.point_count();
  if (rule.name.empty()) return;
  for (const auto& response : experiment.responses)
    if (rule.name == "precision" ? response.narrowed() : response.id == rule.response)
      responses_.push_back(response);
  if (rule.among == "policies") {
    for (const auto& policy : experiment.policies) strategies_.push_back({policy, {}});
    for (std::size_t p = 0; p < points; ++p) {
      const auto& policy = experiment.policy_of(p);
      strategy_of_.push_back(static_cast<std::size_t>(
          std::find(experiment.policies.begin(), experiment.policies.end(), policy) -
          experiment.policies.begin()));
      strategies_[strategy_of_.back()].points.push_back(p);
    }
  } else {
    for (std::size_t p = 0; p < points; ++p) {
      const auto point = experiment.point(p);
      std::string name = point.policy;
      for (std::size_t f = 0; f < point.levels.size(); ++f)
        if (experiment.factors[f].varies())
          name += " " + experiment.factors[f].path + "=" + shown_level(point.levels[f]);
      strategies_.push_back({name, {p}});
    }
  }
  for (auto& strategy : strategies_) strategy.asked = std::min(rule.first, experiment.replications);
}

int Stages::asked(std::size_t point) const {
  if (strategies_.empty()) return experiment_.replications;
  return strategies_[strategy_of_.empty() ? point : strategy_of_[point]].asked;
}

int Stages::most_asked() const {
  if (strategies_.empty()) return experiment_.replications;
  int most = 0;
  for (const auto& strategy : strategies_) most = std::max(most, strategy.asked);
  return most;
}

int Stages::grown(int replications) const {
  return std::min(experiment_.replications,
                  replications + std::max(experiment_.rule.step, replications / 10));
}

Stages::Observations Stages::observations(const Values& values) const {
  Observations result;
  for (const auto& strategy : strategies_) {
    std::vector<double> mean(static_cast<std::size_t>(strategy.asked), 0);
    for (const std::size_t p : strategy.points) {
      auto at = values[p].begin();
      for (int r = 0; r < strategy.asked; ++r) {
        while (at != values[p].end() && at->first < r) ++at;
        mean[static_cast<std::size_t>(r)] +=
            at != values[p].end() && at->first == r ? at->second : kNaN;
      }
    }
    for (double& m : mean) m /= static_cast<double>(strategy.points.size());
    result.push_back(std::move(mean));
  }
  return result;
}

StageRow& Stages::row(std::size_t strategy, const Response& response,
                      std::span<const double> used) {
  const auto& s = strategies_[strategy];
  const auto estimate = estimate_of(response, used, experiment_.rule.confidence);
  rows_.push_back({stage_, strategy, s.name, response.id, s.points.size(), s.asked, used.size(),
                   estimate.value, estimate.half_width, "goes on", "", s.asked});
  return rows_.back();
}

void Stages::go_on(std::size_t strategy, int replications, StageRow& row) {
  auto& s = strategies_[strategy];
  s.open = replications > s.asked;
  if (!s.open) row.state = "cut short";
  row.next = s.asked = std::max(s.asked, replications);
}

void Stages::decide(std::span<const Values> values) {
  assert(!ended_ && values.size() == responses_.size());
  const auto& rule = experiment_.rule.name;
  if (rule.empty()) {
    ended_ = true;
    return;
  }
  if (rule == "precision") {
    narrow(values);
  } else {
    auto seen = observations(values.front());
    for (auto& of_strategy : seen)
      for (double& value : of_strategy) value *= sign_of(responses_.front());
    if (rule == "kim_nelson") screen(seen);
    if (rule == "rinott") two_stages(seen);
    if (rule == "ocba") allocate(seen);
  }
  ++stage_;
  ended_ = std::none_of(strategies_.begin(), strategies_.end(),
                        [](const Strategy& s) { return s.open; });
}

void Stages::narrow(std::span<const Values> values) {
  const auto& rule = experiment_.rule;
  const bool differences = rule.of == "difference";
  std::vector<Observations> seen;
  for (const auto& of_response : values) seen.push_back(observations(of_response));
  // Of a strategy the one at whose policy differences begin, at the same factor levels.
  std::vector<std::size_t> base(strategies_.size());
  for (std::size_t s = 0; s < strategies_.size(); ++s)
    for (std::size_t b = 0; differences && b < strategies_.size(); ++b) {
      const std::size_t p = strategies_[s].points.front(), q = strategies_[b].points.front();
      if (experiment_.policy_of(q) == experiment_.baseline &&
          (rule.among == "policies" ||
           experiment_.configuration_of(p) == experiment_.configuration_of(q)))
        base[s] = b;
    }
  std::vector<int> wished(strategies_.size(), 0);  // of a baseline, by those that it serves
  for (std::size_t s = 0; s < strategies_.size(); ++s) {
    if (!strategies_[s].open || (differences && base[s] == s)) continue;
    std::size_t widest = 0;
    double most = -1;
    std::vector<double> used;
    for (std::size_t r = 0; r < responses_.size(); ++r) {
      auto x = seen[r][s];
      if (differences) {
        const auto& b = seen[r][base[s]];
        x.resize(std::min(x.size(), b.size()));
        for (std::size_t n = 0; n < x.size(); ++n) x[n] -= b[n];
      }
      const auto all = known(x);
      const double over = excess(responses_[r], estimate_of(responses_[r], all, rule.confidence));
      if (over <= most) continue;
      most = over;
      widest = r;
      used = all;
    }
    auto& line = row(s, responses_[widest], used);
    line.why = "its half width is " + human(most, 3) + " times what is asked";
    if (most <= 1) {
      line.state = "narrow";
      strategies_[s].open = false;
      continue;
    }
    const double n = strategies_[s].asked;
    const double needed = std::min(2 * n, std::ceil(n * most * most));
    const int next = std::max(grown(strategies_[s].asked),
                              std::min(experiment_.replications, static_cast<int>(needed)));
    go_on(s, next, line);
    if (differences) wished[base[s]] = std::max(wished[base[s]], strategies_[s].asked);
  }
  for (std::size_t s = 0; differences && s < strategies_.size(); ++s) {
    if (base[s] != s || !strategies_[s].open) continue;
    auto& line = row(s, responses_.front(), known(seen.front()[s]));
    line.why = "differences are taken from it";
    strategies_[s].open = wished[s] > strategies_[s].asked;
    if (!strategies_[s].open) line.state = "narrow";
    line.next = strategies_[s].asked = std::max(strategies_[s].asked, wished[s]);
  }
}

/// Writes a line for everybody who was still in it.
void Stages::select(std::size_t best, const Observations& seen, const std::string& why) {
  const double sign = sign_of(responses_.front());
  for (std::size_t s = 0; s < strategies_.size(); ++s) {
    if (!strategies_[s].open) continue;
    auto used = known(seen[s]);
    for (double& value : used) value *= sign;
    auto& line = row(s, responses_.front(), used);
    line.state = s == best ? "selected" : "dropped";
    line.why = s == best ? why : "its mean is not as good as that of " + strategies_[best].name;
    strategies_[s].open = false;
  }
}

void Stages::screen(const Observations& seen) {
  const auto& rule = experiment_.rule;
  const auto& response = responses_.front();
  // The replications in which every run went well, of those that got so far.
  std::vector<std::size_t> common;
  for (std::size_t r = 0; r < static_cast<std::size_t>(most_asked()); ++r)
    if (std::none_of(seen.begin(), seen.end(),
                     [r](const auto& x) { return r < x.size() && std::isnan(x[r]); }))
      common.push_back(r);
  const auto n0 = static_cast<std::size_t>(std::min(rule.first, experiment_.replications));
  const auto found = kim_nelson(
      [&](std::size_t s, std::size_t n) { return seen[s][common[n]]; }, strategies_.size(),
      {.delta = rule.indifference, .sure = rule.confidence, .n0 = n0, .most = common.size()});
  for (std::size_t s = 0; s < strategies_.size(); ++s) {
    if (!strategies_[s].open) continue;
    auto used = known(seen[s]);
    for (double& value : used) value *= sign_of(response);
    auto& line = row(s, response, used);
    const auto stays = std::find(found.survivors.begin(), found.survivors.end(), s);
    if (found.best == s) {
      line.state = "selected";
      line.why = "alone after " + times(found.observations[s], "observations") +
                 ": the best, or within " + human(rule.indifference) + " of it";
      strategies_[s].open = false;
    } else if (stays == found.survivors.end()) {
      line.state = "dropped";
      line.why =
          found.eliminated_by[s]
              ? "behind " + strategies_[*found.eliminated_by[s]].name + " after " +
                    times(found.observations[s], "observations")
              : "within " + human(rule.indifference) + " of " + strategies_[*found.best].name;
      strategies_[s].open = false;
    } else {
      go_on(s, grown(strategies_[s].asked), line);
      line.why = line.state == "cut short" ? "most is reached before it is known who is best"
                                           : "neither ahead nor behind yet";
    }
  }
}

void Stages::two_stages(const Observations& seen) {
  const auto& rule = experiment_.rule;
  const auto n0 = static_cast<std::size_t>(std::min(rule.first, experiment_.replications));
  std::vector<double> means;
  for (const auto& x : seen) {
    const auto used = known(x);
    means.push_back(used.empty() ? -kInfinity : mean(used));
  }
  const auto best =
      static_cast<std::size_t>(std::max_element(means.begin(), means.end()) - means.begin());
  if (stage_ == 1 || strategies_.size() == 1) {
    const bool whole = std::none_of(rows_.begin(), rows_.end(),
                                    [](const StageRow& r) { return r.state == "cut short"; });
    select(best, seen,
           whole ? "the largest mean: the best, or within " + human(rule.indifference) + " of it"
                 : "the largest mean; some needed more than most, so nothing is promised");
    return;
  }
  const double h = rinott_constant(rule.confidence, strategies_.size(), n0);
  for (std::size_t s = 0; s < strategies_.size(); ++s) {
    auto used = known(seen[s]);
    for (double& value : used) value *= sign_of(responses_.front());
    auto& line = row(s, responses_.front(), used);
    const double wanted = used.size() < 2
                              ? kInfinity
                              : rinott_size(standard_deviation(used), rule.indifference, h, n0);
    const double most = experiment_.replications;
    line.why = "needs " + human(wanted) + " replications";
    if (wanted > most) line.state = "cut short";
    line.next = strategies_[s].asked = static_cast<int>(std::min(most, wanted));
  }
}

void Stages::allocate(const Observations& seen) {
  const auto& rule = experiment_.rule;
  const std::size_t k = strategies_.size();
  std::vector<double> means, deviations;
  double least = kInfinity;
  for (const auto& x : seen) {
    const auto used = known(x);
    means.push_back(used.empty() ? -kInfinity : mean(used));
    deviations.push_back(used.size() < 2 ? 0 : standard_deviation(used));
    if (deviations.back() > 0) least = std::min(least, deviations.back());
  }
  const auto best =
      static_cast<std::size_t>(std::max_element(means.begin(), means.end()) - means.begin());
  int spent = 0;
  for (const auto& strategy : strategies_) spent += strategy.asked;
  std::vector<double> lacking(k, 0);
  double all_lacking = 0;
  const int more = std::min(std::max(rule.step, spent / 10), rule.budget - spent);
  if (more > 0 && std::isfinite(least) && k > 1) {
    // Who has shown no noise yet is taken for as steady as the steadiest of the others.
    for (double& s : deviations) s = std::max(s, least);
    for (double& m : means)
      if (std::isinf(m))
        m = *std::min_element(means.begin(), means.end(), [](double a, double b) {
          return (std::isinf(a) ? kInfinity : a) < (std::isinf(b) ? kInfinity : b);
        });
    const auto shares = ocba_shares(means, deviations);
    for (std::size_t s = 0; s < k; ++s) {
      const double wanted =
          std::min(shares[s] * (spent + more), static_cast<double>(experiment_.replications));
      lacking[s] = std::max(0.0, wanted - strategies_[s].asked);
      all_lacking += lacking[s];
    }
  }
  if (all_lacking < 0.5) {
    double wrong = 0;
    const boost::math::normal standard;
    for (std::size_t s = 0; s < k; ++s) {
      const auto n = static_cast<double>(known(seen[s]).size()),
                 b = static_cast<double>(known(seen[best]).size());
      const double error =
          std::sqrt(deviations[s] * deviations[s] / n + deviations[best] * deviations[best] / b);
      if (s != best && error > 0)
        wrong += boost::math::cdf(standard, -(means[best] - means[s]) / error);
    }
    select(best, seen,
           "the largest mean; the best with an approximate probability of at least " +
               human(std::max(0.0, 1 - wrong), 3));
    return;
  }
  // Whole replications by the largest remainders; equal ones in order.
  std::vector<std::size_t> order(k);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::vector<int> given(k);
  int left = more;
  for (std::size_t s = 0; s < k; ++s) {
    lacking[s] *= more / all_lacking;
    given[s] = static_cast<int>(lacking[s]);
    left -= given[s];
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return lacking[a] - given[a] > lacking[b] - given[b];
  });
  for (std::size_t i = 0; i < k && left > 0; ++i, --left) ++given[order[i]];
  for (std::size_t s = 0; s < k; ++s) {
    auto used = known(seen[s]);
    for (double& value : used) value *= sign_of(responses_.front());
    auto& line = row(s, responses_.front(), used);
    line.why = s == best ? "the best so far" : "";
    line.next = strategies_[s].asked =
        std::min(experiment_.replications, strategies_[s].asked + given[s]);
  }
}

}  // namespace tavolo::engine
