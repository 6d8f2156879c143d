#include "engine/demand/logit.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace tavolo::engine::demand {
namespace {

/// Below any utility: where the search for the greatest one of a nest begins.
constexpr double kFarBelow = 1e300;

}  // namespace

LogitMarket::LogitMarket(const Consumers& consumers, const Nests& nests, std::span<const int> firm,
                         int firms)
    : firms_{firms}, firm_{firm.begin(), firm.end()} {
  const std::size_t n = firm.size(), people = consumers.weight.size();
  assert(consumers.price_slope.size() == people && nests.of.size() == (nests.of.empty() ? 0 : n));
  assert(n == 0 || (consumers.taste.rows() == people && consumers.taste.columns() == n));
  // A product without a nest is one of a nest whose products are not correlated: the same demand.
  const auto nest_of = [&](std::size_t j) { return nests.of.empty() ? -1 : nests.of[j]; };
  const auto rho_of = [&](std::size_t j) { return nest_of(j) < 0 ? 0.0 : nests.rho[nest_of(j)]; };
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return nest_of(a) != nest_of(b) ? nest_of(a) < nest_of(b) : firm_[a] < firm_[b];
  });
  position_.resize(n);
  damping_.resize(n);
  for (std::size_t at = 0; at < n; ++at) {
    const std::size_t j = order[at];
    assert(firm_[j] >= 0 && firm_[j] < firms_ && rho_of(j) >= 0 && rho_of(j) < 1);
    position_[j] = at;
    damping_[j] = 1 - rho_of(j);
    const bool new_nest = at == 0 || nest_of(j) != nest_of(order[at - 1]);
    if (new_nest) nests_.push_back({at, at, runs_.size(), runs_.size(), rho_of(j)});
    if (new_nest || firm_[j] != firm_[order[at - 1]])
      runs_.push_back({at, at, static_cast<std::size_t>(firm_[j])});
    nests_.back().last = runs_.back().last = at + 1;
    nests_.back().last_run = runs_.size();
  }

  const std::size_t blocks = (people + kLanes - 1) / kLanes;
  weight_.assign(blocks, Lanes{});
  slope_.assign(blocks, Lanes{});
  taste_.assign(blocks * n, Lanes{});
  for (std::size_t i = 0; i < people; ++i) {
    const std::size_t block = i / kLanes, lane = i % kLanes;
    weight_[block].set(lane, consumers.weight[i]);
    slope_[block].set(lane, consumers.price_slope[i]);
    for (std::size_t j = 0; j < n; ++j)
      taste_[block * n + position_[j]].set(lane, consumers.taste(i, j));
  }
  utility_.assign(n, 0.0);
  price_.assign(n, 0.0);
  exp_.resize(n);
  for (auto* column : {&inverse_, &per_exp_, &reference_}) column->resize(nests_.size());
  for (auto* column : {&profit_, &joint_}) column->resize(static_cast<std::size_t>(firms_));
  for (auto* column : {&in_run_, &joint_in_run_}) column->resize(runs_.size());
}

std::vector<double> LogitMarket::placed(std::span<const double> by_product) const {
  assert(by_product.size() == products());
  std::vector<double> result(by_product.size());
  for (std::size_t j = 0; j < result.size(); ++j) result[position_[j]] = by_product[j];
  return result;
}

void LogitMarket::set_mean_utility(std::span<const double> utility) { utility_ = placed(utility); }
void LogitMarket::set_price(std::span<const double> price) { price_ = placed(price); }

void LogitMarket::set_stakes(std::vector<Stake> stakes) {
  stakes_ = std::move(stakes);
  run_stakes_.clear();
  for (const auto& nest : nests_)
    for (const auto& stake : stakes_)
      for (auto run = nest.first_run; run < nest.last_run; ++run)
        for (auto in = nest.first_run; in < nest.last_run; ++in)
          if (runs_[run].firm == static_cast<std::size_t>(stake.firm) &&
              runs_[in].firm == static_cast<std::size_t>(stake.in))
            run_stakes_.push_back({run, in, stake.share});
}

/// Probabilities of a block of consumers. With U = u / (1 - rho) and the nest's greatest U = M
/// taken out, D = sum exp(U - M), the exponential of the inclusive value is D^(1-rho) exp((1-rho)
/// M).
TAVOLO_LANES_WIDE void LogitMarket::work_out(std::size_t block) {
  const Lanes* taste = taste_.data() + block * products();
  const Lanes slope = slope_[block];
  Lanes top;
  for (std::size_t h = 0; h < nests_.size(); ++h) {
    const auto& nest = nests_[h];
    const double stretch = 1 / (1 - nest.rho);
    Lanes greatest{-kFarBelow}, total;
    for (auto at = nest.first; at < nest.last; ++at) {
      exp_[at] = (taste[at] + (utility_[at] + slope * price_[at])) * stretch;
      greatest = greater(greatest, exp_[at]);
    }
    for (auto at = nest.first; at < nest.last; ++at) {
      exp_[at] = exp(exp_[at] - greatest);
      total += exp_[at];
    }
    inverse_[h] = per_exp_[h] = total;
    reference_[h] = (1 - nest.rho) * greatest;
    top = greater(top, reference_[h]);
  }
  Lanes inside;
  for (std::size_t h = 0; h < nests_.size(); ++h) {
    if (nests_[h].rho > 0)
      for (std::size_t l = 0; l < kLanes; ++l)
        per_exp_[h].set(l, std::exp((1 - nests_[h].rho) * std::log(per_exp_[h][l])));
    per_exp_[h] *= exp(reference_[h] - top);
    inside += per_exp_[h];
  }
  const Lanes outside = exp(0 - top);
  const Lanes all = outside + inside;
  outside_ = outside / all;
  for (std::size_t l = 0; l < kLanes; ++l) log_sum_.set(l, top[l] + std::log(all[l]));
  for (std::size_t h = 0; h < nests_.size(); ++h) {
    inverse_[h] = 1 / inverse_[h];
    per_exp_[h] *= inverse_[h] / all;
  }
}

TAVOLO_LANES_WIDE void LogitMarket::shares(std::span<const double> price,
                                           std::span<double> result) {
  set_price(price);
  std::vector<Lanes> share(products());
  for (std::size_t block = 0; block < weight_.size(); ++block) {
    work_out(block);
    for (std::size_t h = 0; h < nests_.size(); ++h) {
      const Lanes factor = weight_[block] * per_exp_[h];
      for (auto at = nests_[h].first; at < nests_[h].last; ++at) share[at] += factor * exp_[at];
    }
  }
  for (std::size_t j = 0; j < products(); ++j) result[j] = sum(share[position_[j]]);
}

Response LogitMarket::response(std::span<const double> price) {
  set_price(price);
  std::vector<Lanes> share(products()), own(products()), outside(products());
  Response result;
  for (std::size_t block = 0; block < weight_.size(); ++block) {
    work_out(block);
    for (std::size_t h = 0; h < nests_.size(); ++h) {
      const double rho = nests_[h].rho, stretch = 1 / (1 - rho);
      for (auto at = nests_[h].first; at < nests_[h].last; ++at) {
        const Lanes chosen = exp_[at] * per_exp_[h], given = exp_[at] * inverse_[h];
        const Lanes change = weight_[block] * slope_[block] * chosen;
        share[at] += weight_[block] * chosen;
        own[at] += change * (stretch * (1 - rho * given) - chosen);
        outside[at] -= change * outside_;
      }
    }
    for (std::size_t l = 0; l < kLanes; ++l)
      if (weight_[block][l] != 0)
        result.consumer_surplus -= weight_[block][l] * log_sum_[l] / slope_[block][l];
  }
  for (const auto at : position_) {
    result.share.push_back(sum(share[at]));
    result.own_slope.push_back(sum(own[at]));
    result.outside_slope.push_back(sum(outside[at]));
  }
  return result;
}

/// The first-order condition of product j is s_j + sum_k H_jk (ds_k/dp_j) m_k = 0, and
/// ds_k/dp_j = sum_i w_i a_i P_ik (1{j=k}/(1-rho) - rho/(1-rho) 1{same nest} P_ij|nest - P_ij).
/// What is summed over k does not depend on j but through its firm and nest.
TAVOLO_LANES_WIDE void LogitMarket::zeta(std::span<const double> price,
                                         std::span<const double> markup, std::span<double> result) {
  set_price(price);
  const auto markups = placed(markup);
  std::vector<Lanes> share(products()), own(products()), other(products());
  for (std::size_t block = 0; block < weight_.size(); ++block) {
    work_out(block);
    std::fill(profit_.begin(), profit_.end(), Lanes{});
    for (std::size_t h = 0; h < nests_.size(); ++h)
      for (auto r = nests_[h].first_run; r < nests_[h].last_run; ++r) {
        Lanes earned;
        for (auto at = runs_[r].first; at < runs_[r].last; ++at) earned += markups[at] * exp_[at];
        profit_[runs_[r].firm] += earned * per_exp_[h];
        in_run_[r] = earned * inverse_[h];
      }
    joint_ = profit_;
    for (const auto& stake : stakes_) joint_[stake.firm] += stake.share * profit_[stake.in];
    joint_in_run_ = in_run_;
    for (const auto& stake : run_stakes_)
      joint_in_run_[stake.run] += stake.share * in_run_[stake.in];

    for (std::size_t h = 0; h < nests_.size(); ++h) {
      const double stretch = 1 / (1 - nests_[h].rho), within = nests_[h].rho * stretch;
      const Lanes for_share = weight_[block] * per_exp_[h];
      const Lanes change = for_share * slope_[block], for_own = change * stretch;
      for (auto r = nests_[h].first_run; r < nests_[h].last_run; ++r) {
        const Lanes for_other = change * (joint_[runs_[r].firm] + within * joint_in_run_[r]);
        for (auto at = runs_[r].first; at < runs_[r].last; ++at) {
          share[at] += for_share * exp_[at];
          own[at] += for_own * exp_[at];
          other[at] += for_other * exp_[at];
        }
      }
    }
  }
  for (std::size_t j = 0; j < products(); ++j) {
    const auto at = position_[j];
    result[j] = (sum(other[at]) - sum(share[at])) / sum(own[at]);
  }
}

Grid<double> LogitMarket::price_effects(std::span<const double> price,
                                        std::span<const std::size_t> which) {
  set_price(price);
  const std::size_t n = which.size();
  Grid<double> effects(n, n);
  std::vector<std::size_t> nest(products());  // by position
  for (std::size_t h = 0; h < nests_.size(); ++h)
    std::fill(nest.begin() + nests_[h].first, nest.begin() + nests_[h].last, h);
  std::vector<Lanes> chosen(n), given(n), change(n);
  for (std::size_t block = 0; block < weight_.size(); ++block) {
    work_out(block);
    for (std::size_t j = 0; j < n; ++j) {
      const auto at = position_[which[j]], h = nest[at];
      chosen[j] = exp_[at] * per_exp_[h];
      given[j] = exp_[at] * inverse_[h];
      change[j] = weight_[block] * slope_[block] * chosen[j];
    }
    for (std::size_t j = 0; j < n; ++j) {
      const auto h = nest[position_[which[j]]];
      const double stretch = 1 / (1 - nests_[h].rho), within = nests_[h].rho * stretch;
      for (std::size_t k = 0; k < n; ++k) {
        const double same_nest = nest[position_[which[k]]] == h ? within : 0;
        effects(j, k) -= sum(change[k] * (chosen[j] + same_nest * given[j]));
      }
      effects(j, j) += stretch * sum(change[j]);
    }
  }
  return effects;
}

}  // namespace tavolo::engine::demand
