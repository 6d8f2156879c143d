#include "engine/negotiation/opponent_model.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstdint>

namespace tavolo::engine::negotiation {
namespace {

/// The levels of an outcome without an Offer for each question.
class Levels {
 public:
  explicit Levels(const Agenda& agenda) {
    for (const auto& issue : agenda.issues()) {
      first_.push_back(all_);
      count_.push_back(issue.levels.size());
      all_ += issue.levels.size();
    }
    stride_.assign(count_.size(), 1);
    for (std::size_t i = count_.size(); i-- > 1;) stride_[i - 1] = stride_[i] * count_[i];
  }
  std::size_t issues() const { return count_.size(); }
  std::size_t all() const { return all_; }  ///< of all issues together
  std::size_t count(std::size_t issue) const { return count_[issue]; }
  std::size_t of(std::size_t outcome, std::size_t issue) const {
    return outcome / stride_[issue] % count_[issue];
  }
  /// The place of an issue's level among all levels.
  std::size_t at(std::size_t issue, std::size_t level) const { return first_[issue] + level; }

 private:
  std::vector<std::size_t> first_, count_, stride_;
  std::size_t all_ = 0;
};

class FrequencyModel final : public OpponentModel {
 public:
  FrequencyModel(const Agenda& agenda, double learning)
      : levels_{agenda},
        gain_{learning / static_cast<double>(levels_.issues())},
        weight_(levels_.issues(), 1 / static_cast<double>(levels_.issues())),
        most_(levels_.issues(), 1),
        times_(levels_.all(), 1) {}

  void observe(std::size_t outcome, double) override {
    double sum = 0;
    for (std::size_t i = 0; i < levels_.issues(); ++i) {
      const auto level = levels_.of(outcome, i);
      if (spoken_ && level == levels_.of(last_, i)) weight_[i] += gain_;
      sum += weight_[i];
      most_[i] = std::max(most_[i], times_[levels_.at(i, level)] += 1);
    }
    for (double& weight : weight_) weight /= sum;
    last_ = outcome;
    spoken_ = true;
  }

  double utility(std::size_t outcome) const override {
    double sum = 0;
    for (std::size_t i = 0; i < levels_.issues(); ++i)
      sum += weight_[i] * times_[levels_.at(i, levels_.of(outcome, i))] / most_[i];
    return sum;
  }

  std::unique_ptr<OpponentModel> clone() const override {
    return std::make_unique<FrequencyModel>(*this);
  }

 private:
  Levels levels_;
  double gain_;
  std::vector<double> weight_;  // by issue, summing to one
  std::vector<double> most_;    // by issue: the greatest of its times_
  std::vector<double> times_;   // by issue and level: 1 + how often it was offered
  std::size_t last_ = 0;
  bool spoken_ = false;
};

class BayesianModel final : public OpponentModel {
 public:
  explicit BayesianModel(const Agenda& agenda)
      : levels_{agenda}, expected_worth_(levels_.all()), seen_(agenda.outcomes(), 0) {
    for (std::size_t i = 0; i < levels_.issues(); ++i) {
      Belief belief;
      belief.weight.fill(1.0 / kWeights);
      belief.peak.assign(std::min(levels_.count(i), kPeaks),
                         1 / static_cast<double>(std::min(levels_.count(i), kPeaks)));
      beliefs_.push_back(std::move(belief));
    }
    expect();
  }

  void observe(std::size_t outcome, double time) override {
    if (seen_[outcome] != 0) return;  // what is said again is no news
    seen_[outcome] = 1;
    const double expected = 1 - kConcession * time;
    const double all = utility(outcome);
    for (std::size_t i = 0; i < levels_.issues(); ++i) {
      auto& belief = beliefs_[i];
      const auto level = levels_.of(outcome, i);
      const double worth = expected_worth_[levels_.at(i, level)];
      const double others = all - belief.expected_weight * worth;
      update(belief.weight, [&](std::size_t h) {
        return others + static_cast<double>(h) / (kWeights - 1) * worth - expected;
      });
      update(belief.peak, [&](std::size_t h) {
        return others + belief.expected_weight * shape(i, h, level) - expected;
      });
    }
    expect();
  }

  double utility(std::size_t outcome) const override {
    double sum = 0;
    for (std::size_t i = 0; i < levels_.issues(); ++i)
      sum += beliefs_[i].expected_weight * expected_worth_[levels_.at(i, levels_.of(outcome, i))];
    return sum;
  }

  std::unique_ptr<OpponentModel> clone() const override {
    return std::make_unique<BayesianModel>(*this);
  }

 private:
  static constexpr std::size_t kWeights = 11, kPeaks = 11;
  static constexpr double kConcession = 0.5, kStdDev = 0.25;

  struct Belief {
    std::array<double, kWeights> weight;  // probability of the weights 0, 0.1, … 1
    std::vector<double> peak;             // probability of each level, or of kPeaks among many
    double expected_weight = 0;           // of all issues summing to one
  };

  /// The evaluation of `level` when the peak is the h-th that is held possible.
  double shape(std::size_t issue, std::size_t h, std::size_t level) const {
    const double last = static_cast<double>(levels_.count(issue) - 1);
    if (last == 0) return 1;
    const double step = last / static_cast<double>(beliefs_[issue].peak.size() - 1);
    const double peak = std::round(static_cast<double>(h) * step);
    const auto at = static_cast<double>(level);
    if (at == peak) return 1;
    return at < peak ? at / peak : (last - at) / (last - peak);
  }

  /// Bayes' rule; `miss` is by how much hypothesis h misses the utility that is expected.
  template <class Beliefs, class Miss>
  static void update(Beliefs& probability, Miss miss) {
    double sum = 0;
    for (std::size_t h = 0; h < probability.size(); ++h) {
      const double z = miss(h) / kStdDev;
      // no hypothesis dies for good: the likelihood of one offer is never quite zero
      sum += probability[h] = std::max(probability[h] * std::exp(-z * z / 2), 1e-12);
    }
    for (double& p : probability) p /= sum;
  }

  void expect() {
    double sum = 0;
    for (std::size_t i = 0; i < levels_.issues(); ++i) {
      auto& belief = beliefs_[i];
      belief.expected_weight = 0;
      for (std::size_t h = 0; h < kWeights; ++h)
        belief.expected_weight += belief.weight[h] * static_cast<double>(h) / (kWeights - 1);
      sum += belief.expected_weight;
      for (std::size_t level = 0; level < levels_.count(i); ++level) {
        double worth = 0;
        for (std::size_t h = 0; h < belief.peak.size(); ++h)
          worth += belief.peak[h] * shape(i, h, level);
        expected_worth_[levels_.at(i, level)] = worth;
      }
    }
    for (auto& belief : beliefs_) belief.expected_weight /= sum;
  }

  Levels levels_;
  std::vector<Belief> beliefs_;         // by issue
  std::vector<double> expected_worth_;  // by issue and level
  std::vector<std::uint8_t> seen_;      // by outcome
};

}  // namespace

Modelling frequency_model(double learning) {
  assert(learning >= 0);
  return [learning](const Agenda& agenda) {
    return std::make_unique<FrequencyModel>(agenda, learning);
  };
}

Modelling bayesian_model() {
  return [](const Agenda& agenda) { return std::make_unique<BayesianModel>(agenda); };
}

}  // namespace tavolo::engine::negotiation
