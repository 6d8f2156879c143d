#include "engine/calibration/likelihood.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <memory>
#include <numbers>
#include <numeric>

#include "engine/experiment/statistics.h"
#include "engine/random.h"

namespace tavolo::engine {
namespace {

enum class Luck : std::uint32_t { kChain = 11, kError = 12, kCase = 13, kTable = 14 };

/// Errors of a run that is taken as the world: a random walk over the years of each series, and
/// measurement.
Eigen::RowVectorXd with_errors(Eigen::RowVectorXd y, const std::vector<Target>& targets,
                               int first_year, Draws draws) {
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
    y[static_cast<Eigen::Index>(t)] += walk + draws.normal(0, target.observation_sd);
  }
  return y;
}

Eigen::MatrixXd error_covariance(const std::vector<Target>& targets, int first_year) {
  const auto n = static_cast<Eigen::Index>(targets.size());
  Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(n, n);
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index j = 0; j < n; ++j) {
      const auto &a = targets[static_cast<std::size_t>(i)],
                 &b = targets[static_cast<std::size_t>(j)];
      if (a.series != b.series) continue;
      covariance(i, j) = i == j ? error_variance(a, first_year)
                                : a.discrepancy_sd * b.discrepancy_sd *
                                      (std::min(a.year, b.year) - first_year + 1);
    }
  return covariance;
}

/// Normal scores given some targets: what is sampled.
class Density {
 public:
  /// @param luck covariance of luck of unit size
  /// @param observed less what runs are above the emulators
  Density(const Emulators& emulators, const LuckSize& size, const Eigen::RowVectorXd& observed,
          const std::vector<Eigen::Index>& columns, const Eigen::MatrixXd& luck,
          const Eigen::MatrixXd& errors)
      : emulators_{emulators},
        size_{size},
        columns_{columns},
        observed_{observed(columns)},
        luck_{luck(columns, columns)},
        errors_{errors(columns, columns)},
        middle_{root_of(size.typical())} {
    if (middle_.info() != Eigen::Success)
      throw InputError{"Luck and errors of the targets have no positive definite covariance.",
                       "Some target neither varies nor errs, or follows from others.",
                       "Give observation_sd above 0, or leave the series out."};
  }

  /// Misses of the targets, of unit variance and uncorrelated where the parameters are right.
  Eigen::VectorXd misses(const Eigen::VectorXd& z) const {
    const auto u = cube(z);
    return root_at(u).matrixL().solve(raw_misses(u));
  }
  /// The same were luck everywhere what it is in the middle of the runs it is known from.
  Eigen::VectorXd plain_misses(const Eigen::VectorXd& z) const {
    return middle_.matrixL().solve(raw_misses(cube(z)));
  }
  double operator()(const Eigen::VectorXd& z) const {
    const auto u = cube(z);
    const auto root = root_at(u);
    if (root.info() != Eigen::Success) return -std::numeric_limits<double>::infinity();
    return -(root.matrixL().solve(raw_misses(u)).squaredNorm() + z.squaredNorm()) / 2 -
           root.matrixLLT().diagonal().array().log().sum();
  }

 private:
  static Eigen::MatrixXd cube(const Eigen::VectorXd& z) {
    return z.transpose().unaryExpr([](double v) { return normal_below(v); });
  }
  Eigen::VectorXd raw_misses(const Eigen::MatrixXd& u) const {
    return (observed_ - emulators_.predict(u).row(0)(columns_)).transpose();
  }
  Eigen::LLT<Eigen::MatrixXd> root_at(const Eigen::MatrixXd& u) const {
    return root_of(size_.at(u).row(0));
  }
  Eigen::LLT<Eigen::MatrixXd> root_of(const Eigen::RowVectorXd& sizes) const {
    const Eigen::VectorXd size = sizes(columns_).transpose();
    return (errors_ + size.asDiagonal() * luck_ * size.asDiagonal()).llt();
  }

  const Emulators& emulators_;
  const LuckSize& size_;
  std::vector<Eigen::Index> columns_;
  Eigen::RowVectorXd observed_;
  Eigen::MatrixXd luck_, errors_;
  Eigen::LLT<Eigen::MatrixXd> middle_;
};

/// The normal approximation at the mode: Levenberg and Marquardt's steps, slopes by differences.
struct Approximation {
  Eigen::VectorXd mode;
  Eigen::MatrixXd root;  ///< lower triangular, of the covariance
};
Approximation approximate(const Density& density, Eigen::Index parameters) {
  constexpr double kStep = 1e-4, kWider = 1.3;  // of the variance: tails are to be reached
  const auto hessian_at = [&](const Eigen::VectorXd& z, Eigen::VectorXd& gradient) {
    const Eigen::VectorXd miss = density.plain_misses(z);
    Eigen::MatrixXd slope(miss.size(), parameters);
    for (Eigen::Index j = 0; j < parameters; ++j) {
      Eigen::VectorXd up = z, down = z;
      up[j] += kStep;
      down[j] -= kStep;
      slope.col(j) = (density.plain_misses(up) - density.plain_misses(down)) / (2 * kStep);
    }
    gradient = -(slope.transpose() * miss) - z;
    return Eigen::MatrixXd{slope.transpose() * slope +
                           Eigen::MatrixXd::Identity(parameters, parameters)};
  };
  Approximation result{Eigen::VectorXd::Zero(parameters), {}};
  const auto plain = [&](const Eigen::VectorXd& z) {
    return -(density.plain_misses(z).squaredNorm() + z.squaredNorm()) / 2;
  };
  double here = plain(result.mode), damping = 0;
  Eigen::VectorXd gradient;
  for (int step = 0; step < 50; ++step) {
    const Eigen::MatrixXd hessian = hessian_at(result.mode, gradient);
    bool better = false;
    double gain = 0;
    for (int shrink = 0; shrink < 12 && !better; ++shrink) {
      const Eigen::MatrixXd damped =
          hessian + damping * Eigen::MatrixXd::Identity(parameters, parameters);
      const Eigen::VectorXd next = result.mode + damped.llt().solve(gradient);
      const double there = plain(next);
      better = there > here;
      if (better) {
        gain = there - here;
        result.mode = next;
        here = there;
        damping /= 4;
      } else {
        damping = std::max(0.5, damping * 4);
      }
    }
    if (!better || gain < 1e-6) break;
  }
  const Eigen::MatrixXd covariance = kWider * hessian_at(result.mode, gradient).inverse();
  result.root = covariance.llt().matrixL();
  return result;
}

/// One chain: draws x parameters, normal scores.
Eigen::MatrixXd chain(const Density& density, const Approximation& about, const Sampling& sampling,
                      Draws luck) {
  const Eigen::Index d = about.mode.size();
  const auto normal = [&] {
    Eigen::VectorXd v(d);
    for (Eigen::Index j = 0; j < d; ++j) v[j] = luck.normal(0, 1);
    return v;
  };
  // In w with z = mode + root w, which is N(0, I) under the approximation.
  const auto likelihood = [&](const Eigen::VectorXd& w) {
    return density(about.mode + about.root * w) + w.squaredNorm() / 2;
  };
  Eigen::VectorXd w = normal();
  double here = likelihood(w);
  Eigen::MatrixXd result(sampling.draws, d);
  for (int step = -sampling.burn; step < sampling.draws * sampling.thin; ++step) {
    const Eigen::VectorXd other = normal();
    const double level = here + std::log(luck.uniform());
    double angle = 2 * std::numbers::pi * luck.uniform();
    double low = angle - 2 * std::numbers::pi, high = angle;
    while (true) {
      const Eigen::VectorXd next = w * std::cos(angle) + other * std::sin(angle);
      const double there = likelihood(next);
      if (there > level) {
        w = next;
        here = there;
        break;
      }
      (angle < 0 ? low : high) = angle;
      if (high - low < 1e-12) break;  // rounding: stay
      angle = low + (high - low) * luck.uniform();
    }
    if (step >= 0 && step % sampling.thin == 0)
      result.row(step / sampling.thin) = (about.mode + about.root * w).transpose();
  }
  return result;
}

/// Of halves of chains, so that a chain that still moves shows as well.
double scale_reduction(const std::vector<Eigen::MatrixXd>& chains) {
  std::vector<Eigen::MatrixXd> halves;
  for (const auto& one : chains) {
    halves.push_back(one.topRows(one.rows() / 2));
    halves.push_back(one.bottomRows(one.rows() / 2));
  }
  const auto m = static_cast<double>(halves.size()), n = static_cast<double>(halves[0].rows());
  double worst = 0;
  for (Eigen::Index j = 0; j < halves[0].cols(); ++j) {
    std::vector<double> means;
    double within = 0;
    for (const auto& one : halves) {
      const double centre = one.col(j).mean();
      means.push_back(centre);
      within += (one.col(j).array() - centre).square().sum() / (n - 1) / m;
    }
    const double between = standard_deviation(means) * standard_deviation(means);
    worst = std::max(worst, std::sqrt((within * (n - 1) / n + between) / within));
  }
  return worst;
}

}  // namespace

double normal_quantile(double p) {
  return boost::math::quantile(boost::math::normal{}, std::clamp(p, 1e-9, 1 - 1e-9));
}

SyntheticLikelihood::SyntheticLikelihood(const Eigen::MatrixXd& u, const Eigen::MatrixXd& y,
                                         const std::vector<Eigen::Index>& near,
                                         std::vector<Target> targets, int first_year)
    : targets_{std::move(targets)},
      emulators_{u, y},
      above_{Eigen::RowVectorXd::Zero(y.cols())},
      size_{u(near, Eigen::all), emulators_.left_out()(near, Eigen::all)} {
  if (near.size() < targets_.size() + 4)
    throw InputError{
        "There are " + std::to_string(near.size()) + " runs where the last wave was drawn.",
        "The luck of " + std::to_string(targets_.size()) +
            " targets is told by more runs than there are targets.",
        "Let points be larger, or fit fewer series."};
  const Eigen::MatrixXd luck =
      emulators_.left_out()(near, Eigen::all).cwiseQuotient(size_.at(u(near, Eigen::all)));
  luck_ = luck.transpose() * luck;
  runs_ = static_cast<double>(near.size());
  errors_ = error_covariance(targets_, first_year);
}

void SyntheticLikelihood::correct(const Eigen::MatrixXd& u, const Eigen::MatrixXd& y) {
  above_ = (y - emulators_.predict(u)).colwise().mean();
}

Eigen::RowVectorXd SyntheticLikelihood::published() const {
  Eigen::RowVectorXd result(static_cast<Eigen::Index>(targets_.size()));
  for (std::size_t t = 0; t < targets_.size(); ++t)
    result[static_cast<Eigen::Index>(t)] = targets_[t].value;
  return result;
}

std::vector<Eigen::Index> SyntheticLikelihood::known(int last_year) const {
  std::vector<Eigen::Index> result;
  for (std::size_t t = 0; t < targets_.size(); ++t)
    if (targets_[t].year <= last_year) result.push_back(static_cast<Eigen::Index>(t));
  return result;
}

Posterior SyntheticLikelihood::posterior(const Eigen::RowVectorXd& observed,
                                         const std::vector<Eigen::Index>& columns,
                                         std::uint64_t seed, const Sampling& sampling) const {
  // Divided so that its inverse is right on average: a covariance of p targets from n runs is told
  // too sure of itself by (n - 1) / (n - p - 2) (Hartlap, Simon & Schneider 2007, A&A 464,
  // 399-404).
  const Eigen::MatrixXd luck = luck_ / (runs_ - static_cast<double>(columns.size()) - 2);
  Eigen::RowVectorXd emulated = observed;
  for (const auto t : columns) emulated[t] -= above_[t];
  const Density density{emulators_, size_, emulated, columns, luck, errors_};
  const auto about = approximate(density, emulators_.parameters());
  std::vector<Eigen::MatrixXd> chains(static_cast<std::size_t>(sampling.chains));
  tbb::parallel_for(std::size_t{0}, chains.size(), [&](std::size_t c) {
    chains[c] = chain(density, about, sampling, Streams{seed, 0}(Luck::kChain, c));
  });
  Posterior result;
  result.scale_reduction = scale_reduction(chains);
  result.u.resize(sampling.chains * sampling.draws, about.mode.size());
  const boost::math::chi_squared spread{static_cast<double>(columns.size())};
  for (Eigen::Index i = 0; i < result.u.rows(); ++i) {
    const Eigen::VectorXd z =
        chains[static_cast<std::size_t>(i / sampling.draws)].row(i % sampling.draws).transpose();
    result.u.row(i) = z.transpose().unaryExpr([](double v) { return normal_below(v); });
    result.agreement +=
        boost::math::cdf(boost::math::complement(spread, density.misses(z).squaredNorm())) /
        static_cast<double>(result.u.rows());
  }
  return result;
}

std::string posterior_table(const Calibration& calibration, const Posterior& posterior, int draws,
                            std::uint64_t seed) {
  std::string text;
  for (std::size_t j = 0; j < calibration.parameters.size(); ++j)
    text += (j > 0 ? "," : "") + calibration.parameters[j].path;
  text += '\n';
  std::vector<Eigen::Index> chosen;
  for (int i = 0; i < draws; ++i) chosen.push_back(posterior.u.rows() * i / draws);
  // Rows follow no order: a sweep may take the first so many.
  auto shuffle = Streams{seed, 0}(Luck::kTable, 0);
  for (std::size_t i = chosen.size(); i > 1; --i)
    std::swap(chosen[i - 1], chosen[static_cast<std::size_t>(shuffle.uniform() * double(i))]);
  for (const auto row : chosen) {
    for (std::size_t j = 0; j < calibration.parameters.size(); ++j)
      text += (j > 0 ? "," : "") + calibration.parameters[j].distribution.level(
                                       posterior.u(row, static_cast<Eigen::Index>(j)));
    text += '\n';
  }
  return text;
}

Recovery recover(const Reference& reference, const std::vector<Eigen::Index>& near,
                 const std::vector<Target>& targets, int first_year, std::size_t cases,
                 std::uint64_t seed) {
  constexpr std::size_t kBins = 10;
  constexpr Eigen::Index kFolds = 5;
  constexpr Sampling kSampling{.chains = 2, .burn = 300, .thin = 10, .draws = 100};
  std::vector<std::pair<double, Eigen::Index>> keys;
  for (const auto row : near)
    keys.emplace_back(Streams{seed, 0}(Luck::kCase, static_cast<std::uint64_t>(row)).uniform(),
                      row);
  std::sort(keys.begin(), keys.end());
  cases = std::min(cases, keys.size());
  // Emulators and luck without the fold that a case is in.
  std::vector<std::unique_ptr<const SyntheticLikelihood>> without(kFolds);
  tbb::parallel_for(Eigen::Index{0}, kFolds, [&](Eigen::Index fold) {
    std::vector<Eigen::Index> kept, kept_near;
    for (Eigen::Index i = 0; i < reference.u.rows(); ++i) {
      if (i % kFolds == fold) continue;
      if (std::binary_search(near.begin(), near.end(), i))
        kept_near.push_back(static_cast<Eigen::Index>(kept.size()));
      kept.push_back(i);
    }
    without[static_cast<std::size_t>(fold)] = std::make_unique<const SyntheticLikelihood>(
        reference.u(kept, Eigen::all), reference.y(kept, Eigen::all), kept_near, targets,
        first_year);
  });
  std::vector<Eigen::Index> all(targets.size());
  std::iota(all.begin(), all.end(), Eigen::Index{0});
  const auto d = static_cast<std::size_t>(reference.u.cols());
  std::vector<std::vector<double>> rank(cases, std::vector<double>(d)),
      variance(cases, std::vector<double>(d));
  tbb::parallel_for(std::size_t{0}, cases, [&](std::size_t c) {
    const auto row = keys[c].second;
    const auto& likelihood = *without[static_cast<std::size_t>(row % kFolds)];
    const auto world = with_errors(reference.y.row(row), targets, first_year,
                                   Streams{seed, 0}(Luck::kError, static_cast<std::uint64_t>(row)));
    const auto posterior =
        likelihood.posterior(world, all, seed + static_cast<std::uint64_t>(row), kSampling);
    for (std::size_t j = 0; j < d; ++j) {
      const auto column = posterior.u.col(static_cast<Eigen::Index>(j)).array();
      rank[c][j] =
          static_cast<double>((column < reference.u(row, static_cast<Eigen::Index>(j))).count()) /
          static_cast<double>(column.size());
      const Eigen::ArrayXd z = column.unaryExpr([](double v) { return normal_quantile(v); });
      variance[c][j] = (z - z.mean()).square().mean();
    }
  });
  Recovery result;
  result.cases = cases;
  const auto n = static_cast<double>(cases);
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
    result.cover50.push_back(in50 / n);
    result.cover90.push_back(in90 / n);
    result.contraction.push_back(1 - spread / n);
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

}  // namespace tavolo::engine
