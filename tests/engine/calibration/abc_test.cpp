#include "engine/calibration/abc.h"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/experiment/statistics.h"
#include "engine/random.h"

namespace tavolo::engine {
namespace {

enum class Luck { kParameter = 1, kNoise = 2 };

/// Two parameters of standard normal score, three targets: y = A z + noise of sd 0.3; the first
/// target is measured with sd 0.4. The third parameter moves nothing.
struct LinearWorld {
  Eigen::MatrixXd slope{{1.0, 0.5, 0.0}, {-0.5, 1.0, 0.0}, {0.3, 0.3, 0.0}};
  double noise = 0.3, measured = 0.4;
  Reference reference;
  std::vector<Target> targets;

  explicit LinearWorld(Eigen::Index runs) {
    reference.u.resize(runs, 3);
    reference.y.resize(runs, 3);
    reference.weight = Eigen::VectorXd::Ones(runs) / double(runs);
    for (Eigen::Index i = 0; i < runs; ++i) {
      const Streams luck{1, 0};
      auto draws = luck(Luck::kParameter, static_cast<std::uint64_t>(i));
      auto noise_of = luck(Luck::kNoise, static_cast<std::uint64_t>(i));
      Eigen::VectorXd z(3);
      for (Eigen::Index j = 0; j < 3; ++j) {
        z[j] = draws.normal(0, 1);
        reference.u(i, j) = normal_below(z[j]);
      }
      const Eigen::VectorXd mean = slope * z;
      for (Eigen::Index t = 0; t < 3; ++t) reference.y(i, t) = mean[t] + noise_of.normal(0, noise);
      reference.wave.push_back(0);
    }
    for (std::size_t t = 0; t < 3; ++t)
      targets.push_back({t, 2018, 0.5, t == 0 ? measured : 0.0, 0.0});
  }
  AbcTable table() const { return {reference, targets, 2018, 7}; }
  /// The exact posterior: normal, for all is linear and normal.
  std::pair<Eigen::VectorXd, Eigen::MatrixXd> exact() const {
    Eigen::VectorXd variance(3);
    variance << noise * noise + measured * measured, noise * noise, noise * noise;
    const Eigen::MatrixXd weighted = slope.transpose() * variance.cwiseInverse().asDiagonal();
    const Eigen::MatrixXd covariance =
        (Eigen::MatrixXd::Identity(3, 3) + weighted * slope).inverse();
    return {covariance * weighted * Eigen::VectorXd::Constant(3, 0.5), covariance};
  }
  static AbcTable::Settings settings() {
    return {.accept = 0.3, .columns = {0, 1, 2}, .match = false};
  }
};

TEST(Abc, FindsTheExactPosteriorOfALinearNormalModel) {
  const LinearWorld world{6000};
  const auto table = world.table();
  const auto posterior = table.posterior(table.published(), LinearWorld::settings());
  const auto [mean, covariance] = world.exact();
  for (Eigen::Index j = 0; j < 3; ++j) {
    const Eigen::VectorXd z =
        posterior.u.col(j).unaryExpr([](double u) { return normal_quantile(u); });
    const double found = posterior.weight.dot(z);
    const double sd = std::sqrt(posterior.weight.dot((z.array() - found).square().matrix()));
    const double exact_sd = std::sqrt(covariance(j, j));
    // Five standard errors of a mean and of a standard deviation of so many runs.
    EXPECT_NEAR(found, mean[j], 5 * exact_sd / std::sqrt(posterior.effective)) << j;
    EXPECT_NEAR(sd, exact_sd, 5 * exact_sd / std::sqrt(2 * posterior.effective)) << j;
  }
}

TEST(Abc, WeightsOfRunsStandForThePrior) {
  // Runs with a large first parameter are twice as frequent, and weigh half.
  const LinearWorld world{6000};
  LinearWorld doubled{6000};
  std::vector<Eigen::Index> rows;
  for (Eigen::Index i = 0; i < 4000; ++i) {
    rows.push_back(i);
    if (doubled.reference.u(i, 0) > 0.5) rows.push_back(i);
  }
  Reference more;
  more.u = doubled.reference.u(rows, Eigen::all);
  more.y = doubled.reference.y(rows, Eigen::all);
  more.weight.resize(static_cast<Eigen::Index>(rows.size()));
  for (std::size_t i = 0; i < rows.size(); ++i)
    more.weight[static_cast<Eigen::Index>(i)] = doubled.reference.u(rows[i], 0) > 0.5 ? 0.5 : 1;
  more.weight /= more.weight.sum();
  more.wave.assign(rows.size(), 0);
  const AbcTable table{more, world.targets, 2018, 7};
  const auto posterior = table.posterior(table.published(), LinearWorld::settings());
  const auto [mean, covariance] = world.exact();
  const Eigen::VectorXd z =
      posterior.u.col(0).unaryExpr([](double u) { return normal_quantile(u); });
  EXPECT_NEAR(posterior.weight.dot(z), mean[0], 0.1);
}

TEST(Recovery, CoversAsItSaysWhereThePosteriorIsExact) {
  const LinearWorld world{3000};
  const auto recovery = recover(world.table(), LinearWorld::settings(), 400, 3);
  EXPECT_EQ(recovery.cases, 400U);
  for (std::size_t j = 0; j < 3; ++j) {
    // Four standard errors of a share of 400.
    EXPECT_NEAR(recovery.cover90[j], 0.9, 4 * std::sqrt(0.09 / 400)) << j;
    EXPECT_NEAR(recovery.cover50[j], 0.5, 4 * std::sqrt(0.25 / 400)) << j;
    EXPECT_GT(recovery.uniformity[j], 0.001) << j;
  }
  EXPECT_GT(recovery.contraction[0], 0.6);
  EXPECT_NEAR(recovery.contraction[2], 0, 0.05);  // nothing is learned of what moves nothing
}

TEST(WeightedQuantile, IsTheMedianOfEqualWeightsAndFollowsUnequalOnes) {
  Eigen::VectorXd values(5), equal = Eigen::VectorXd::Ones(5), heavy = equal;
  values << 5, 1, 3, 2, 4;
  heavy[0] = 100;
  EXPECT_DOUBLE_EQ(weighted_quantile(values, equal, 0.5), 3);
  EXPECT_GT(weighted_quantile(values, heavy, 0.5), 4.4);
}

TEST(PosteriorTable, DrawsRowsByTheirWeight) {
  Calibration calibration;
  std::string why;
  calibration.parameters.push_back(
      {"a", "town.a", "uniform(0, 10)", "", *Distribution::parse("uniform(0, 10)", why)});
  Posterior posterior;
  posterior.u.resize(2, 1);
  posterior.u << 0.1, 0.9;
  posterior.weight.resize(2);
  posterior.weight << 0.25, 0.75;
  posterior.rows = {0, 1};
  const auto table = posterior_table(calibration, posterior, 100, 1);
  std::size_t nines = 0;
  for (std::size_t at = table.find("\n9"); at != std::string::npos; at = table.find("\n9", at + 1))
    ++nines;
  EXPECT_NEAR(static_cast<double>(nines), 75, 1);
  EXPECT_EQ(table.substr(0, 7), "town.a\n");
}

}  // namespace
}  // namespace tavolo::engine
