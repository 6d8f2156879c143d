#include "engine/experiment/sampling.h"

#include <algorithm>
#include <array>
#include <bit>
#include <boost/math/distributions/normal.hpp>
#include <boost/random/sobol.hpp>
#include <cassert>
#include <charconv>
#include <cmath>
#include <numeric>

#include "engine/experiment/table.h"
#include "engine/random.h"

namespace tavolo::engine {
namespace {

/// Uses of a design's luck. Numbers are never changed: published designs depend on them.
enum class Luck : std::uint32_t {
  kPoint = 1,
  kStratum = 2,
  kWithinStratum = 3,
  kScramble = 4,
  kBelowScramble = 5,
  kShift = 6,
  kTrajectory = 7,
};

/// Away from the luck of the model, which counts its replications from 0.
Streams design_luck(std::uint64_t seed) { return {seed, 0xde51'6e00'0000'0000}; }

std::uint64_t random_bits(const Streams& luck, Luck purpose, std::uint64_t agent,
                          std::uint64_t object) {
  const double u = luck(purpose, agent, object).uniform();
  return static_cast<std::uint64_t>(u * 0x1p53) << 11;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto comma = text.find(',');
    parts.push_back(trimmed(text.substr(0, comma)));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

std::optional<double> number_of(std::string_view word) {
  std::string digits;
  for (const char c : word)
    if (c != '_') digits += c;
  if (!digits.empty() && digits.front() == '+') digits.erase(0, 1);
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

bool is_whole(std::string_view toml) {
  return !toml.empty() && toml.find_first_not_of("+-0123456789_") == std::string_view::npos;
}

std::string decimal(double value) {
  const std::string text = exact(value);
  return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
}

/// Below: how points are laid out.

class RandomSample final : public Sample {
 public:
  explicit RandomSample(const SamplingPlan& plan) : n_{plan.n}, luck_{design_luck(plan.seed)} {}
  std::size_t size() const override { return n_; }
  void point(std::size_t i, std::span<double> u) const override {
    auto draws = luck_(Luck::kPoint, i);
    for (double& coordinate : u) coordinate = draws.uniform();
  }

 private:
  std::size_t n_;
  Streams luck_;
};

class LatinHypercube final : public Sample {
 public:
  explicit LatinHypercube(const SamplingPlan& plan)
      : n_{plan.n}, dimensions_{plan.dimensions}, values_(plan.n * plan.dimensions) {
    const Streams luck = design_luck(plan.seed);
    for (std::size_t d = 0; d < dimensions_; ++d) {
      std::size_t filled = n_ >> std::countr_zero(n_);  // the odd number that n is doubled from
      std::vector<std::size_t> strata(filled);
      std::iota(strata.begin(), strata.end(), std::size_t{0});
      fill(luck, d, 0, filled, strata);
      while (filled < n_) {
        std::vector<bool> taken(2 * filled, false);
        for (std::size_t i = 0; i < filled; ++i)
          taken[static_cast<std::size_t>(at(i, d) * static_cast<double>(2 * filled))] = true;
        strata.clear();
        for (std::size_t s = 0; s < taken.size(); ++s)
          if (!taken[s]) strata.push_back(s);
        fill(luck, d, filled, 2 * filled, strata);
        filled *= 2;
      }
    }
  }
  std::size_t size() const override { return n_; }
  void point(std::size_t i, std::span<double> u) const override {
    for (std::size_t d = 0; d < dimensions_; ++d) u[d] = values_[i * dimensions_ + d];
  }

 private:
  double at(std::size_t i, std::size_t d) const { return values_[i * dimensions_ + d]; }
  /// Points from `first` on get the strata, one each, of `total` that there are.
  void fill(const Streams& luck, std::size_t d, std::size_t first, std::size_t total,
            std::vector<std::size_t>& strata) {
    for (std::size_t left = strata.size(); left > 1; --left) {  // Fisher and Yates
      const double u = luck(Luck::kStratum, first + left, d).uniform();
      std::swap(strata[left - 1], strata[static_cast<std::size_t>(u * static_cast<double>(left))]);
    }
    for (std::size_t k = 0; k < strata.size(); ++k) {
      const double within = luck(Luck::kWithinStratum, first + k, d).uniform();
      const double u = (static_cast<double>(strata[k]) + within) / static_cast<double>(total);
      values_[(first + k) * dimensions_ + d] = std::min(u, std::nextafter(1.0, 0.0));
    }
  }
  std::size_t n_, dimensions_;
  std::vector<double> values_;
};

class SobolSample final : public Sample {
 public:
  explicit SobolSample(const SamplingPlan& plan)
      : n_{plan.n},
        scramble_{plan.scramble},
        luck_{design_luck(plan.seed)},
        sequence_{plan.dimensions} {}
  std::size_t size() const override { return n_; }
  void point(std::size_t i, std::span<double> u) const override {
    for (std::size_t d = 0; d < u.size(); ++d) {
      if (scramble_ == "none") {
        u[d] = static_cast<double>(sequence_.bits(i + 1, d) >> 11) * 0x1p-53;
      } else if (scramble_ == "shift") {
        u[d] = uniform_of_bits(sequence_.bits(i, d) ^ random_bits(luck_, Luck::kShift, d, 0));
      } else {
        u[d] = uniform_of_bits(scrambled(sequence_.bits(i, d), d));
      }
    }
  }

 private:
  /// Every bit is flipped or not by a coin of its own for each value of the bits before it.
  std::uint64_t scrambled(std::uint64_t bits, std::size_t dimension) const {
    constexpr int kScrambled = 32;
    std::uint64_t result = 0;
    for (int k = 0; k < kScrambled; ++k) {
      const std::uint64_t before = k == 0 ? 0 : bits >> (64 - k);
      const std::uint64_t node = (std::uint64_t{1} << k) | before;  // of the binary tree
      const bool flip = luck_(Luck::kScramble, node, dimension).uniform() < 0.5;
      const std::uint64_t bit = (bits >> (63 - k)) & 1U;
      result = (result << 1) | (bit ^ (flip ? 1U : 0U));
    }
    const std::uint64_t leaf = bits >> (64 - kScrambled);
    const std::uint64_t rest = random_bits(luck_, Luck::kBelowScramble, leaf, dimension);
    return (result << (64 - kScrambled)) | (rest >> kScrambled);
  }
  std::size_t n_;
  std::string scramble_;
  Streams luck_;
  SobolSequence sequence_;
};

class SaltelliSample final : public Sample {
 public:
  explicit SaltelliSample(const SamplingPlan& plan)
      : factors_{plan.dimensions},
        second_order_{plan.second_order},
        block_{block_size(plan)},
        base_{doubled(plan)} {}
  std::size_t size() const override { return base_.size() * block_; }
  void point(std::size_t i, std::span<double> u) const override {
    std::vector<double> both(2 * factors_);
    base_.point(i / block_, both);
    const std::size_t part = i % block_;
    const bool last = part + 1 == block_;
    const bool from_b = last || (second_order_ && part > factors_);
    for (std::size_t d = 0; d < factors_; ++d) u[d] = both[from_b ? factors_ + d : d];
    if (last || part == 0) return;
    const std::size_t exchanged = (part - 1) % factors_;
    u[exchanged] = both[from_b ? exchanged : factors_ + exchanged];
  }

 private:
  static SamplingPlan doubled(SamplingPlan plan) {
    plan.dimensions *= 2;
    return plan;
  }
  std::size_t factors_;
  bool second_order_;
  std::size_t block_;
  SobolSample base_;
};

class MorrisSample final : public Sample {
 public:
  explicit MorrisSample(const SamplingPlan& plan)
      : trajectories_{plan.n},
        factors_{plan.dimensions},
        levels_{plan.levels},
        luck_{design_luck(plan.seed)} {}
  std::size_t size() const override { return trajectories_ * (factors_ + 1); }
  void point(std::size_t i, std::span<double> u) const override {
    auto draws = luck_(Luck::kTrajectory, i / (factors_ + 1));
    const std::size_t moved = i % (factors_ + 1);  // factors that have made their step
    const double step = levels_ / (2.0 * (levels_ - 1));
    std::vector<std::size_t> order(factors_);
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t left = factors_; left > 1; --left)
      std::swap(order[left - 1],
                order[static_cast<std::size_t>(draws.uniform() * static_cast<double>(left))]);
    // The lower of the two levels between which a factor moves; up or down.
    std::vector<bool> upwards(factors_);
    for (std::size_t d = 0; d < factors_; ++d) {
      u[d] = std::floor(draws.uniform() * levels_ / 2) / (levels_ - 1);
      upwards[d] = draws.uniform() < 0.5;
    }
    for (std::size_t k = 0; k < factors_; ++k) {
      const std::size_t d = order[k];
      if ((k < moved) == upwards[d]) u[d] += step;
    }
  }

 private:
  std::size_t trajectories_, factors_;
  int levels_;
  Streams luck_;
};

}  // namespace

std::string as_toml(std::string_view word) {
  if (word == "true" || word == "false" || number_of(word)) return std::string{word};
  if (word.size() >= 2 && (word.front() == '"' || word.front() == '\'')) return std::string{word};
  return '"' + std::string{word} + '"';
}

std::optional<Distribution> Distribution::parse(std::string_view text, std::string& why) {
  struct Shape {
    std::string_view name;
    Kind kind;
    std::size_t numbers;
    std::string_view written;
  };
  static constexpr std::array<Shape, 7> kShapes{
      {{"uniform", Kind::kUniform, 2, "uniform(low, high)"},
       {"triangular", Kind::kTriangular, 3, "triangular(low, mode, high)"},
       {"normal", Kind::kNormal, 2, "normal(mean, std_dev)"},
       {"lognormal", Kind::kLognormal, 2, "lognormal(mu, sigma)"},
       {"loguniform", Kind::kLoguniform, 2, "loguniform(low, high)"},
       {"integer", Kind::kInteger, 2, "integer(low, high)"},
       {"categorical", Kind::kCategorical, 0, "categorical(a, b, …)"}}};
  text = trimmed(text);
  const auto open = text.find('(');
  if (open == std::string_view::npos || text.back() != ')') {
    why = "it is not written as name(numbers), as in uniform(0, 1).";
    return std::nullopt;
  }
  const auto name = trimmed(text.substr(0, open));
  const auto* shape =
      std::find_if(kShapes.begin(), kShapes.end(), [&](const Shape& s) { return s.name == name; });
  if (shape == kShapes.end()) {
    why = "\"" + std::string{name} + "\" is none of";
    for (const auto& known : kShapes) why += " " + std::string{known.name};
    why += ".";
    return std::nullopt;
  }
  Distribution result;
  result.kind_ = shape->kind;
  result.text_ = text;
  const auto words = split(text.substr(open + 1, text.size() - open - 2));
  if (shape->kind == Kind::kCategorical) {
    for (const auto word : words) {
      if (word.empty()) {
        why = "a category is empty.";
        return std::nullopt;
      }
      result.categories_.push_back(as_toml(word));
    }
    return result;
  }
  for (const auto word : words)
    if (const auto number = number_of(word)) result.numbers_.push_back(*number);
  if (result.numbers_.size() != words.size() || words.size() != shape->numbers) {
    why = "it is written " + std::string{shape->written} + ", with numbers.";
    return std::nullopt;
  }
  const auto& p = result.numbers_;
  const auto wrong = [&](bool is_wrong, std::string_view what) {
    if (is_wrong && why.empty()) why = what;
  };
  why.clear();
  switch (shape->kind) {
    case Kind::kUniform:
      wrong(!(p[0] < p[1]), "its low end is not below its high one.");
      break;
    case Kind::kTriangular:
      wrong(!(p[0] <= p[1] && p[1] <= p[2] && p[0] < p[2]),
            "it takes low <= mode <= high, and low < high.");
      break;
    case Kind::kNormal:
    case Kind::kLognormal:
      wrong(!(p[1] > 0), "its second number, a spread, is not above 0.");
      break;
    case Kind::kLoguniform:
      wrong(!(0 < p[0] && p[0] < p[1]), "it takes 0 < low < high.");
      break;
    case Kind::kInteger:
      wrong(p[0] != std::floor(p[0]) || p[1] != std::floor(p[1]) || p[0] > p[1],
            "it takes whole numbers, low <= high.");
      break;
    case Kind::kCategorical:
      break;
  }
  if (!why.empty()) return std::nullopt;
  return result;
}

Distribution Distribution::categorical(std::vector<std::string> levels) {
  Distribution result;
  result.kind_ = Kind::kCategorical;
  for (const auto& level : levels) result.text_ += (result.text_.empty() ? "" : ", ") + level;
  result.text_ = "categorical(" + result.text_ + ")";
  result.categories_ = std::move(levels);
  return result;
}

double Distribution::value(double u) const {
  const auto& p = numbers_;
  switch (kind_) {
    case Kind::kUniform:
      return p[0] + u * (p[1] - p[0]);
    case Kind::kTriangular: {
      const double width = p[2] - p[0], below = p[1] - p[0], above = p[2] - p[1];
      return u * width < below ? p[0] + std::sqrt(u * width * below)
                               : p[2] - std::sqrt((1 - u) * width * above);
    }
    case Kind::kNormal:
      return p[0] + p[1] * boost::math::quantile(boost::math::normal{}, u);
    case Kind::kLognormal:
      return std::exp(p[0] + p[1] * boost::math::quantile(boost::math::normal{}, u));
    case Kind::kLoguniform:
      return p[0] * std::pow(p[1] / p[0], u);
    case Kind::kInteger:
      return std::min(p[0] + std::floor(u * (p[1] - p[0] + 1)), p[1]);
    case Kind::kCategorical:
      return number_of(level(u)).value_or(std::numeric_limits<double>::quiet_NaN());
  }
  return std::numeric_limits<double>::quiet_NaN();
}

std::string Distribution::level(double u) const {
  if (kind_ == Kind::kInteger) return std::to_string(static_cast<std::int64_t>(value(u)));
  if (kind_ != Kind::kCategorical) return decimal(value(u));
  const auto k = static_cast<std::size_t>(u * static_cast<double>(categories_.size()));
  return categories_[std::min(k, categories_.size() - 1)];
}

bool Distribution::whole() const {
  if (kind_ == Kind::kInteger) return true;
  return kind_ == Kind::kCategorical &&
         std::all_of(categories_.begin(), categories_.end(), is_whole);
}

bool Distribution::words() const {
  return kind_ == Kind::kCategorical &&
         std::any_of(categories_.begin(), categories_.end(),
                     [](const std::string& category) { return !number_of(category); });
}

SobolSequence::SobolSequence(std::size_t dimensions) : direction_(dimensions * kBits) {
  // Point i is the sum (exclusive or) of the direction numbers of the bits of i's Gray code, so the
  // points of index 2^k tell them all. Boost counts from the point after the origin.
  boost::random::sobol engine{dimensions};
  for (std::size_t k = 0; k < kBits; ++k) {
    engine.seed((std::uint64_t{1} << k) - 1);
    for (std::size_t d = 0; d < dimensions; ++d) {
      const std::uint64_t before = k == 0 ? 0 : direction_[d * kBits + k - 1];
      direction_[d * kBits + k] = engine() ^ before;
    }
  }
}

std::uint64_t SobolSequence::bits(std::uint64_t index, std::size_t dimension) const {
  assert(index < std::uint64_t{1} << kBits);
  std::uint64_t code = index ^ (index >> 1), result = 0;
  for (const std::uint64_t* d = &direction_[dimension * kBits]; code != 0; code >>= 1, ++d)
    if ((code & 1U) != 0) result ^= *d;
  return result;
}

std::size_t block_size(const SamplingPlan& plan) {
  if (plan.kind == "saltelli") return (plan.second_order ? 2 : 1) * plan.dimensions + 2;
  if (plan.kind == "morris") return plan.dimensions + 1;
  return 1;
}

std::unique_ptr<const Sample> make_sample(const SamplingPlan& plan) {
  if (plan.kind == "random") return std::make_unique<RandomSample>(plan);
  if (plan.kind == "lhs") return std::make_unique<LatinHypercube>(plan);
  if (plan.kind == "sobol") return std::make_unique<SobolSample>(plan);
  if (plan.kind == "saltelli") return std::make_unique<SaltelliSample>(plan);
  assert(plan.kind == "morris");
  return std::make_unique<MorrisSample>(plan);
}

}  // namespace tavolo::engine
