#include "engine/calibration/abc.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <numeric>

#include "engine/experiment/statistics.h"
#include "engine/random.h"

namespace tavolo::engine {
namespace {

enum class Luck : std::uint32_t { kError = 11, kDraw = 12, kCase = 13 };

/// Errors of one row: a random walk over the years of each series, and measurement.
void add_errors(const std::vector<Target>& targets, int first_year, Draws draws, Eigen::MatrixXd& y,
                Eigen::Index row) {
  double walk = 0;
  int year = 0;
  std::size_t series = static_cast<std::size_t>(-1);
  for (std::size_t t = 0; t < targets.size(); ++t) {
    const auto& target = targets[t];
    if (target.series != series) {
      series = target.series;
      walk = 0;
      year = first_year - 1;
    }
    walk += draws.normal(0, target.discrepancy_sd * std::sqrt(double(target.year - year)));
    year = target.year;
    y(row, static_cast<Eigen::Index>(t)) += walk + draws.normal(0, target.observation_sd);
  }
}

template <class Rows>
Eigen::MatrixXd rows_of(const Eigen::MatrixXd& all, const Rows& rows) {
  Eigen::MatrixXd result(static_cast<Eigen::Index>(rows.size()), all.cols());
  for (std::size_t i = 0; i < rows.size(); ++i)
    result.row(static_cast<Eigen::Index>(i)) = all.row(static_cast<Eigen::Index>(rows[i]));
  return result;
}

Eigen::VectorXd rows_of(const Eigen::VectorXd& all, const std::vector<std::size_t>& rows) {
  Eigen::VectorXd result(static_cast<Eigen::Index>(rows.size()));
  for (std::size_t i = 0; i < rows.size(); ++i)
    result[static_cast<Eigen::Index>(i)] = all[static_cast<Eigen::Index>(rows[i])];
  return result;
}

Eigen::MatrixXd columns_of(const Eigen::MatrixXd& all, const std::vector<std::size_t>& columns) {
  Eigen::MatrixXd result(all.rows(), static_cast<Eigen::Index>(columns.size()));
  for (std::size_t j = 0; j < columns.size(); ++j)
    result.col(static_cast<Eigen::Index>(j)) = all.col(static_cast<Eigen::Index>(columns[j]));
  return result;
}

/// Parameters' posterior means as functions of targets, each scaled by its spread in the table.
class Summaries {
 public:
  Summaries(const Eigen::MatrixXd& y, const Eigen::MatrixXd& z, const Eigen::VectorXd& weight) {
    const Eigen::VectorXd w = weight / weight.sum();
    mean_ = w.transpose() * y;
    sd_ = (w.transpose() * (y.rowwise() - mean_).cwiseAbs2()).cwiseSqrt().cwiseMax(1e-12);
    fit_ = fit_ridge(scaled(y), z, weight);
  }
  Eigen::MatrixXd of(const Eigen::MatrixXd& y) const { return fit_.predict(scaled(y)); }
  const Eigen::RowVectorXd& explained() const { return fit_.explained; }

 private:
  Eigen::MatrixXd scaled(const Eigen::MatrixXd& y) const {
    return (y.rowwise() - mean_).array().rowwise() / sd_.array();
  }
  Eigen::RowVectorXd mean_, sd_;
  Ridge fit_;
};

/// Values moved to where summaries are `at`, by a weighted regression on them. The penalty keeps a
/// regression on few rows from following them; residuals are spread as those of left-out rows are.
Eigen::MatrixXd moved(const Eigen::MatrixXd& summaries, const Eigen::RowVectorXd& at,
                      const Eigen::MatrixXd& values, const Eigen::VectorXd& weight) {
  const Ridge fit = fit_ridge(summaries, values, weight);
  const Eigen::MatrixXd residual = values - fit.predict(summaries);
  const Eigen::RowVectorXd inside =
      (weight.transpose() * residual.cwiseAbs2() / weight.sum()).cwiseSqrt().cwiseMax(1e-12);
  const Eigen::RowVectorXd spread = (fit.residual_sd.array() / inside.array()).min(2.0);
  return (residual.array().rowwise() * spread.array()).matrix().rowwise() + fit.predict(at).row(0);
}

std::vector<std::size_t> not_ruled_out(const Reference& reference,
                                       const std::vector<Target>& targets, int first_year,
                                       const Eigen::RowVectorXd& observed,
                                       const AbcTable::Settings& settings) {
  std::vector<std::size_t> rows(static_cast<std::size_t>(reference.u.rows()));
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  if (!settings.match) return rows;
  std::vector<Target> used;
  for (const std::size_t c : settings.columns) {
    used.push_back(targets[c]);
    used.back().value = observed[static_cast<Eigen::Index>(c)];
  }
  const HistoryMatch match{
      Emulators{reference.u, columns_of(reference.y, settings.columns), reference.weight}, used,
      first_year, settings.ignored};
  const Eigen::VectorXd implausibility = match.implausibility(reference.u);
  const double cutoff =
      std::max(settings.cutoff, weighted_quantile(implausibility, reference.weight, settings.keep));
  std::erase_if(
      rows, [&](std::size_t i) { return implausibility[static_cast<Eigen::Index>(i)] > cutoff; });
  return rows;
}

}  // namespace

double normal_quantile(double p) {
  return boost::math::quantile(boost::math::normal{}, std::clamp(p, 1e-9, 1 - 1e-9));
}

double weighted_quantile(const Eigen::VectorXd& values, const Eigen::VectorXd& weight, double p) {
  std::vector<Eigen::Index> order(static_cast<std::size_t>(values.size()));
  std::iota(order.begin(), order.end(), Eigen::Index{0});
  std::sort(order.begin(), order.end(),
            [&](Eigen::Index a, Eigen::Index b) { return values[a] < values[b]; });
  // Every value stands in the middle of its weight; between them linearly.
  const double total = weight.sum();
  double before = 0, last_at = 0, last = values[order.front()];
  bool first = true;
  for (const auto i : order) {
    const double at = (before + weight[i] / 2) / total;
    if (at >= p) {
      if (first || at <= last_at) return values[i];
      return last + (values[i] - last) * (p - last_at) / (at - last_at);
    }
    first = false;
    last_at = at;
    last = values[i];
    before += weight[i];
  }
  return last;
}

Accepted accept_nearest(const Eigen::MatrixXd& z, const Eigen::MatrixXd& summaries,
                        const Eigen::VectorXd& weight, const Eigen::RowVectorXd& at, double share,
                        std::ptrdiff_t without) {
  const auto n = static_cast<std::size_t>(z.rows());
  const Eigen::VectorXd squared = (summaries.rowwise() - at).rowwise().squaredNorm();
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (without >= 0) order.erase(order.begin() + without);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return squared[static_cast<Eigen::Index>(a)] < squared[static_cast<Eigen::Index>(b)];
  });
  // By weight: the share is one of the prior's mass. A regression needs rows besides.
  double total = 0;
  for (const std::size_t i : order) total += weight[static_cast<Eigen::Index>(i)];
  const std::size_t least = std::min(order.size(), static_cast<std::size_t>(5 * (z.cols() + 1)));
  double mass = 0;
  std::size_t count = 0;
  while (count < order.size() && (count < least || mass < share * total))
    mass += weight[static_cast<Eigen::Index>(order[count++])];
  // The first that is left out sets the width; of all rows it is just beyond the last.
  const double width = count < order.size()
                           ? squared[static_cast<Eigen::Index>(order[count])]
                           : squared[static_cast<Eigen::Index>(order.back())] * 1.01 + 1e-300;
  Accepted result;
  result.rows.assign(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count));
  result.weight = rows_of(weight, result.rows);
  for (std::size_t i = 0; i < count; ++i)
    result.weight[static_cast<Eigen::Index>(i)] *=
        std::max(1e-6, 1 - squared[static_cast<Eigen::Index>(result.rows[i])] / width);
  result.weight /= result.weight.sum();
  const Eigen::MatrixXd s = rows_of(summaries, result.rows);
  result.z = moved(s, at, rows_of(z, result.rows), result.weight);
  return result;
}

AbcTable::AbcTable(Reference reference, std::vector<Target> targets, int first_year,
                   std::uint64_t seed)
    : reference_{std::move(reference)},
      targets_{std::move(targets)},
      first_year_{first_year},
      observable_{reference_.y} {
  for (Eigen::Index i = 0; i < observable_.rows(); ++i)
    add_errors(targets_, first_year_, Streams{seed, 0}(Luck::kError, static_cast<std::uint64_t>(i)),
               observable_, i);
  z_ = reference_.u.unaryExpr([](double u) { return normal_quantile(u); });
}

Eigen::RowVectorXd AbcTable::published() const {
  Eigen::RowVectorXd result(static_cast<Eigen::Index>(targets_.size()));
  for (std::size_t t = 0; t < targets_.size(); ++t)
    result[static_cast<Eigen::Index>(t)] = targets_[t].value;
  return result;
}

Posterior AbcTable::posterior(const Eigen::RowVectorXd& observed, const Settings& settings) const {
  const auto rows = not_ruled_out(reference_, targets_, first_year_, observed, settings);
  const Eigen::MatrixXd y = columns_of(rows_of(observable_, rows), settings.columns);
  const Eigen::MatrixXd z = rows_of(z_, rows);
  const Eigen::VectorXd weight = rows_of(reference_.weight, rows);
  const Summaries summaries{y, z, weight};
  const Eigen::MatrixXd s = summaries.of(y);
  const Eigen::RowVectorXd at = summaries.of(columns_of(observed, settings.columns));
  const auto accepted = accept_nearest(z, s, weight, at, settings.accept);
  Posterior result;
  result.u = accepted.z.unaryExpr([](double v) { return normal_below(v); });
  result.weight = accepted.weight;
  for (const std::size_t i : accepted.rows) result.rows.push_back(rows[i]);
  result.effective = 1 / result.weight.squaredNorm();
  result.considered = rows.size();
  result.explained = summaries.explained();
  const Eigen::RowVectorXd middle = weight.transpose() * s / weight.sum();
  const Eigen::RowVectorXd spread =
      (weight.transpose() * (s.rowwise() - middle).cwiseAbs2() / weight.sum())
          .cwiseSqrt()
          .cwiseMax(1e-12);
  const auto distance = [&](const Eigen::RowVectorXd& one) {
    return ((one - middle).array() / spread.array()).matrix().squaredNorm();
  };
  const double here = distance(at);
  for (Eigen::Index i = 0; i < s.rows(); ++i)
    if (distance(s.row(i)) > here) result.typical += weight[i] / weight.sum();
  return result;
}

AbcTable::Predicted AbcTable::predict(const Posterior& posterior,
                                      const Eigen::RowVectorXd& observed,
                                      const Settings& settings) const {
  const Eigen::MatrixXd y = columns_of(rows_of(observable_, posterior.rows), settings.columns);
  const Summaries summaries{y, rows_of(z_, posterior.rows), posterior.weight};
  const Eigen::MatrixXd s = summaries.of(y);
  const Eigen::RowVectorXd at = summaries.of(columns_of(observed, settings.columns));
  const Eigen::MatrixXd values =
      moved(s, at, rows_of(reference_.y, posterior.rows), posterior.weight);
  Predicted result;
  result.mean = posterior.weight.transpose() * values;
  result.sd =
      (posterior.weight.transpose() * (values.rowwise() - result.mean).cwiseAbs2()).cwiseSqrt();
  return result;
}

std::string posterior_table(const Calibration& calibration, const Posterior& posterior, int draws,
                            std::uint64_t seed) {
  std::string text;
  for (std::size_t j = 0; j < calibration.parameters.size(); ++j)
    text += (j > 0 ? "," : "") + calibration.parameters[j].path;
  text += '\n';
  // Rows of the table follow no order of nearness: a sweep may take the first so many.
  std::vector<std::size_t> order(posterior.rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  auto shuffle = Streams{seed, 0}(Luck::kDraw, 1);
  for (std::size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[static_cast<std::size_t>(shuffle.uniform() * double(i))]);
  const double offset = Streams{seed, 0}(Luck::kDraw, 0).uniform();
  std::vector<std::size_t> chosen;
  double mass = 0;
  std::size_t at = 0;
  for (int i = 0; i < draws; ++i) {
    const double target = (i + offset) / draws;
    while (at + 1 < order.size() &&
           mass + posterior.weight[static_cast<Eigen::Index>(order[at])] < target)
      mass += posterior.weight[static_cast<Eigen::Index>(order[at++])];
    chosen.push_back(order[at]);
  }
  for (std::size_t i = chosen.size(); i > 1; --i)
    std::swap(chosen[i - 1], chosen[static_cast<std::size_t>(shuffle.uniform() * double(i))]);
  for (const std::size_t row : chosen) {
    for (std::size_t j = 0; j < calibration.parameters.size(); ++j)
      text +=
          (j > 0 ? "," : "") + calibration.parameters[j].distribution.level(posterior.u(
                                   static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(j)));
    text += '\n';
  }
  return text;
}

/// Reaches into the table: cases need its rows one by one.
struct RecoveryMaker {
  static Recovery make(const AbcTable& table, const AbcTable::Settings& settings, std::size_t cases,
                       std::uint64_t seed) {
    constexpr std::size_t kBins = 10;
    const auto rows = not_ruled_out(table.reference_, table.targets_, table.first_year_,
                                    table.published(), settings);
    const Eigen::MatrixXd y = columns_of(rows_of(table.observable_, rows), settings.columns);
    const Eigen::MatrixXd z = rows_of(table.z_, rows);
    const Eigen::VectorXd weight = rows_of(table.reference_.weight, rows);
    const auto d = static_cast<std::size_t>(z.cols());
    // True values come from the prior: cases are drawn by weight, each once.
    std::vector<std::pair<double, std::size_t>> keys;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double u = Streams{seed, 0}(Luck::kCase, rows[i]).uniform();
      keys.emplace_back(-std::log(u) / weight[static_cast<Eigen::Index>(i)], i);
    }
    std::sort(keys.begin(), keys.end());
    cases = std::min(cases, keys.size());
    // Summaries are fitted without the fold that a case is in.
    constexpr std::size_t kFolds = 5;
    std::vector<Eigen::MatrixXd> summary(kFolds);
    tbb::parallel_for(std::size_t{0}, kFolds, [&](std::size_t fold) {
      std::vector<std::size_t> kept;
      for (std::size_t i = 0; i < rows.size(); ++i)
        if (i % kFolds != fold) kept.push_back(i);
      summary[fold] = Summaries{rows_of(y, kept), rows_of(z, kept), rows_of(weight, kept)}.of(y);
    });
    Recovery result;
    result.cases = cases;
    std::vector<std::vector<double>> rank(cases, std::vector<double>(d)),
        variance(cases, std::vector<double>(d));
    tbb::parallel_for(std::size_t{0}, cases, [&](std::size_t c) {
      const std::size_t i = keys[c].second;
      const auto& s = summary[i % kFolds];
      const auto row = static_cast<Eigen::Index>(i);
      const auto accepted =
          accept_nearest(z, s, weight, s.row(row), settings.accept, static_cast<std::ptrdiff_t>(i));
      for (std::size_t j = 0; j < d; ++j) {
        const Eigen::VectorXd values = accepted.z.col(static_cast<Eigen::Index>(j));
        const double truth = z(row, static_cast<Eigen::Index>(j));
        double below = 0;
        for (Eigen::Index k = 0; k < values.size(); ++k)
          if (values[k] < truth) below += accepted.weight[k];
        rank[c][j] = below;
        const double mean = accepted.weight.dot(values);
        variance[c][j] = accepted.weight.dot((values.array() - mean).square().matrix());
      }
    });
    for (std::size_t j = 0; j < d; ++j) {
      std::vector<std::size_t> bins(kBins, 0);
      double in50 = 0, in90 = 0, spread = 0;
      for (std::size_t c = 0; c < cases; ++c) {
        const double r = rank[c][j];
        in50 += r > 0.25 && r < 0.75;
        in90 += r > 0.05 && r < 0.95;
        spread += variance[c][j];
        ++bins[std::min(kBins - 1, static_cast<std::size_t>(r * kBins))];
      }
      const double n = static_cast<double>(cases);
      const Eigen::VectorXd all = z.col(static_cast<Eigen::Index>(j));
      const double mean = weight.dot(all) / weight.sum();
      const double prior = weight.dot((all.array() - mean).square().matrix()) / weight.sum();
      result.cover50.push_back(in50 / n);
      result.cover90.push_back(in90 / n);
      result.contraction.push_back(1 - spread / n / prior);
      double chi = 0;
      for (const std::size_t b : bins)
        chi += (double(b) - n / kBins) * (double(b) - n / kBins) / (n / kBins);
      result.uniformity.push_back(boost::math::cdf(
          boost::math::complement(boost::math::chi_squared{double(kBins - 1)}, chi)));
      result.ranks.push_back(bins);
    }
    result.overall50 = mean(result.cover50);
    result.overall90 = mean(result.cover90);
    return result;
  }
};

Recovery recover(const AbcTable& table, const AbcTable::Settings& settings, std::size_t cases,
                 std::uint64_t seed) {
  return RecoveryMaker::make(table, settings, cases, seed);
}

}  // namespace tavolo::engine
