#include "engine/calibration/likelihood.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "engine/experiment/statistics.h"
#include "engine/random.h"

namespace tavolo::engine {
namespace {

enum class Luck { kParameter = 1, kNoise = 2 };

/// Three parameters, uniform, of which the third moves nothing; three targets, linear in them with
/// normal luck. The first target is measured with an error.
struct LinearWorld {
  Eigen::MatrixXd slope{{1.0, 0.5, 0.0}, {-0.5, 1.0, 0.0}, {0.3, 0.3, 0.0}};
  double noise = 0.3, measured = 0.4;
  Reference reference;
  std::vector<Target> targets;
  std::vector<Eigen::Index> all, near;

  explicit LinearWorld(Eigen::Index runs) {
    reference.u.resize(runs, 3);
    for (Eigen::Index i = 0; i < runs; ++i) {
      auto draws = Streams{1, 0}(Luck::kParameter, static_cast<std::uint64_t>(i));
      for (Eigen::Index j = 0; j < 3; ++j) reference.u(i, j) = draws.uniform();
      near.push_back(i);
    }
    reference.y = linear_terms(reference.u) * slope.transpose();
    for (Eigen::Index i = 0; i < runs; ++i) {
      auto luck = Streams{1, 0}(Luck::kNoise, static_cast<std::uint64_t>(i));
      for (Eigen::Index t = 0; t < 3; ++t) reference.y(i, t) += luck.normal(0, noise);
    }
    for (std::size_t t = 0; t < 3; ++t) {
      targets.push_back({t, 2018, 0.5, t == 0 ? measured : 0.0, 0.0});
      all.push_back(static_cast<Eigen::Index>(t));
    }
  }
  SyntheticLikelihood likelihood() const { return {reference.u, reference.y, near, targets, 2018}; }
  /// Posterior mean of a function of the first two parameters, by quadrature.
  double exact(const std::function<double(double, double)>& f) const {
    constexpr int kNodes = 400;
    double sum = 0, mass = 0;
    for (int i = 0; i < kNodes; ++i)
      for (int j = 0; j < kNodes; ++j) {
        Eigen::MatrixXd u(1, 3);
        u << (i + 0.5) / kNodes, (j + 0.5) / kNodes, 0.5;
        const Eigen::RowVectorXd mean = linear_terms(u) * slope.transpose();
        double squares = 0;
        for (Eigen::Index t = 0; t < 3; ++t)
          squares += (0.5 - mean[t]) * (0.5 - mean[t]) /
                     (noise * noise + (t == 0 ? measured * measured : 0));
        const double density = std::exp(-squares / 2);
        sum += density * f(u(0, 0), u(0, 1));
        mass += density;
      }
    return sum / mass;
  }
};

TEST(SyntheticLikelihood, FindsTheExactPosteriorOfALinearNormalModel) {
  const LinearWorld world{4000};
  const auto likelihood = world.likelihood();
  const auto posterior = likelihood.posterior(likelihood.published(), world.all, 7,
                                              {.chains = 8, .burn = 200, .thin = 20, .draws = 500});
  EXPECT_LT(posterior.scale_reduction, 1.02);
  const double draws = 4000;
  const auto expect = [&](Eigen::Index j, const std::function<double(double, double)>& u_of) {
    const double mean = world.exact(u_of);
    const double sd = std::sqrt(
        world.exact([&](double a, double b) { return (u_of(a, b) - mean) * (u_of(a, b) - mean); }));
    const double found = posterior.u.col(j).mean();
    const double found_sd = std::sqrt((posterior.u.col(j).array() - found).square().mean());
    // Five standard errors of draws of which every second is new, and those of emulators and of
    // the luck's covariance from 4,000 runs: noise / sqrt(4000) is a sixtieth of the posterior's
    // sd.
    EXPECT_NEAR(found, mean, 5 * sd / std::sqrt(draws / 2) + sd / 60) << j;
    EXPECT_NEAR(found_sd, sd, 5 * sd / std::sqrt(draws) + sd / 60) << j;
  };
  expect(0, [](double a, double) { return a; });
  expect(1, [](double, double b) { return b; });
  EXPECT_NEAR(posterior.u.col(2).mean(), 0.5, 5 * std::sqrt(1.0 / 12 / (draws / 2)) + 0.01);
}

TEST(SyntheticLikelihood, IsCorrectedByWhatRunsAreAboveTheEmulators) {
  const LinearWorld world{2000};
  const auto plain = world.likelihood();
  auto corrected = world.likelihood();
  const Eigen::RowVector3d above{0.2, -0.1, 0.05};
  const Eigen::MatrixXd u = world.reference.u.topRows(100);
  // runs without luck, so that nothing but `above` and the emulators' small error is told
  corrected.correct(u, (linear_terms(u) * world.slope.transpose()).rowwise() + above);
  const Sampling sampling{.chains = 8, .burn = 200, .thin = 20, .draws = 500};
  const auto moved = plain.posterior(plain.published() - above, world.all, 7, sampling);
  const auto found = corrected.posterior(plain.published(), world.all, 7, sampling);
  for (Eigen::Index j = 0; j < 2; ++j) {
    const double sd = std::sqrt((moved.u.col(j).array() - moved.u.col(j).mean()).square().mean());
    EXPECT_NEAR(found.u.col(j).mean(), moved.u.col(j).mean(), 5 * sd / std::sqrt(1000.0) + sd / 30);
  }
}

TEST(SyntheticLikelihood, AMissThatStaysIsCountedOnce) {
  // Two years of one series, hardly any luck: what is missed is the model's error, a random walk.
  const auto posterior = [](std::vector<Eigen::Index> columns) {
    constexpr Eigen::Index kRuns = 400;
    Eigen::MatrixXd u(kRuns, 1);
    for (Eigen::Index i = 0; i < kRuns; ++i) u(i, 0) = (double(i) + 0.5) / kRuns;
    Eigen::MatrixXd y(kRuns, 2);
    std::vector<Eigen::Index> near;
    for (Eigen::Index i = 0; i < kRuns; ++i) {
      auto luck = Streams{2, 0}(Luck::kNoise, static_cast<std::uint64_t>(i));
      for (Eigen::Index t = 0; t < 2; ++t) y(i, t) = 4 * u(i, 0) + luck.normal(0, 1e-3);
      near.push_back(i);
    }
    const SyntheticLikelihood likelihood{
        u, y, near, {{0, 2018, 3.0, 0, 0.2}, {0, 2019, 3.0, 0, 0.2}}, 2018};
    return likelihood.posterior(likelihood.published(), columns, 3,
                                {.chains = 8, .burn = 200, .thin = 5, .draws = 500});
  };
  const auto first = posterior({0}), both = posterior({0, 1});
  const auto mean = [](const Posterior& p) { return p.u.col(0).mean(); };
  const auto sd = [&](const Posterior& p) {
    return std::sqrt((p.u.col(0).array() - mean(p)).square().mean());
  };
  // The walk's first step: 0.2 / 4 = 0.05 of u. Five standard errors of 4,000 draws.
  EXPECT_NEAR(sd(first), 0.05, 0.003);
  EXPECT_NEAR(sd(both), sd(first), 0.004);
  EXPECT_NEAR(mean(both), mean(first), 5 * 0.05 * std::sqrt(2.0 / 2000));
}

// A parameter that only sets the size of luck is told by how far off the data are. Two targets with
// luck of standard deviation e^(2u - 1): the posterior of u by quadrature.
TEST(SyntheticLikelihood, LearnsTheSizeOfLuck) {
  constexpr Eigen::Index kRuns = 4000;
  const auto size = [](double u) { return std::exp(2 * u - 1); };
  Eigen::MatrixXd u(kRuns, 1), y(kRuns, 2);
  std::vector<Eigen::Index> near;
  for (Eigen::Index i = 0; i < kRuns; ++i) {
    u(i, 0) = (double(i) + 0.5) / kRuns;
    auto luck = Streams{3, 0}(Luck::kNoise, static_cast<std::uint64_t>(i));
    for (Eigen::Index t = 0; t < 2; ++t) y(i, t) = luck.normal(0, size(u(i, 0)));
    near.push_back(i);
  }
  const SyntheticLikelihood likelihood{u, y, near, {{0, 2018, 0, 0, 0}, {1, 2018, 0, 0, 0}}, 2018};
  for (const double miss : {0.0, 1.0, 3.0}) {
    double sum = 0, squares = 0, mass = 0;
    for (int i = 0; i < 2000; ++i) {
      const double at = (i + 0.5) / 2000, s = size(at);
      const double density = std::exp(-miss * miss / (s * s)) / (s * s);
      sum += density * at;
      squares += density * at * at;
      mass += density;
    }
    const double mean = sum / mass, sd = std::sqrt(squares / mass - mean * mean);
    const auto posterior =
        likelihood.posterior(Eigen::RowVector2d{miss, -miss}, {0, 1}, 5,
                             {.chains = 8, .burn = 200, .thin = 10, .draws = 500});
    const double found = posterior.u.col(0).mean();
    // Five standard errors of draws of which every second is new. The logarithm of the square of a
    // normal deviate deviates by 2.2, so 2u - 1 is told to some 0.04 at its ends: 0.02 of u.
    EXPECT_NEAR(found, mean, 5 * sd / std::sqrt(2000.0) + 0.02) << miss;
  }
}

TEST(SyntheticLikelihood, SaysWhenNoParameterDoesIt) {
  const LinearWorld world{2000};
  const auto likelihood = world.likelihood();
  const auto agreement = [&](double second) {
    auto observed = likelihood.published();
    observed[2] = second;  // it follows from the other two
    return likelihood.posterior(observed, world.all, 7).agreement;
  };
  EXPECT_GT(agreement(0.2), 0.1);
  EXPECT_LT(agreement(4.0), 1e-6);
}

TEST(Recovery, CoversAsItSaysWhereThePosteriorIsExact) {
  const LinearWorld world{2000};
  const auto recovery = recover(world.reference, world.near, world.targets, 2018, 400, 3);
  EXPECT_EQ(recovery.cases, 400U);
  for (std::size_t j = 0; j < 3; ++j) {
    // Four standard errors of a share of 400, plus those of quantiles of some hundred draws.
    EXPECT_NEAR(recovery.cover90[j], 0.9, 4 * std::sqrt(0.09 / 400)) << j;
    EXPECT_NEAR(recovery.cover50[j], 0.5, 4 * std::sqrt(0.25 / 400)) << j;
    EXPECT_GT(recovery.uniformity[j], 0.001) << j;
  }
  EXPECT_GT(recovery.contraction[0], 0.6);
  EXPECT_NEAR(recovery.contraction[2], 0, 0.05);  // nothing is learned of what moves nothing
}

TEST(PosteriorTable, DrawsEvenlyFromTheChains) {
  Calibration calibration;
  std::string why;
  calibration.parameters.push_back(
      {"a", "town.a", "uniform(0, 10)", "", *Distribution::parse("uniform(0, 10)", why)});
  Posterior posterior;
  posterior.u = Eigen::MatrixXd::Constant(1000, 1, 0.1);
  posterior.u.bottomRows(250).setConstant(0.9);
  const auto table = posterior_table(calibration, posterior, 100, 1);
  std::size_t nines = 0;
  for (std::size_t at = table.find("\n9"); at != std::string::npos; at = table.find("\n9", at + 1))
    ++nines;
  EXPECT_EQ(nines, 25U);
  EXPECT_EQ(table.substr(0, 7), "town.a\n");
}

}  // namespace
}  // namespace tavolo::engine
