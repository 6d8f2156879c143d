#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tavolo::engine {

// clang-format off
/// How likely the values of an uncertain factor are, by its quantile function.
///
/// | written                     | values                                                          |
/// | --------------------------- | --------------------------------------------------------------- |
/// | uniform(low, high)          | between the two                                                 |
/// | triangular(low, mode, high) | between low and high, most likely the mode                      |
/// | normal(mean, std_dev)       | any                                                             |
/// | lognormal(mu, sigma)        | above 0; mean and standard deviation are of the logarithm       |
/// | loguniform(low, high)       | above 0; the logarithm is uniform                               |
/// | integer(low, high)          | whole numbers, both ends included, equally likely               |
/// | categorical(a, b, …)        | the numbers or words listed, equally likely                     |
// clang-format on
class Distribution {
 public:
  /// @return nothing for text that is no distribution; `why` then says what is wrong.
  static std::optional<Distribution> parse(std::string_view text, std::string& why);

  /// Levels as written in TOML, equally likely.
  static Distribution categorical(std::vector<std::string> levels);

  /// The value below which a share `u` of all lies, as TOML; u in (0, 1), 0 and 1 too when bounded.
  std::string level(double u) const;
  /// The same as a number; NaN of words.
  double value(double u) const;
  bool bounded() const { return kind_ != Kind::kNormal && kind_ != Kind::kLognormal; }
  /// Whether every level is a whole number; else, without words, a decimal.
  bool whole() const;
  bool words() const;  ///< levels that are text, true or false
  const std::string& text() const { return text_; }

 private:
  enum class Kind {
    kUniform,
    kTriangular,
    kNormal,
    kLognormal,
    kLoguniform,
    kInteger,
    kCategorical
  };
  Kind kind_ = Kind::kUniform;
  std::vector<double> numbers_;
  std::vector<std::string> categories_;  ///< as TOML
  std::string text_;
};

/// How points are laid into the unit cube of the uncertain factors.
struct SamplingPlan {
  std::string kind;               ///< random, lhs, sobol, saltelli or morris
  std::size_t n = 0;              ///< points; of saltelli blocks, of morris trajectories
  std::size_t dimensions = 0;     ///< factors
  std::uint64_t seed = 0;         ///< of the design, not of the model's luck
  std::string scramble = "owen";  ///< of sobol and saltelli: owen, shift or none
  int levels = 4;                 ///< of morris: even
  bool second_order = false;      ///< of saltelli: blocks that tell pairs of factors apart
};

/// Points of a unit cube. Point i depends on the plan's seed and on i, not on n: a longer design
/// begins with the shorter one, bit for bit. Of lhs that holds when n is doubled, and only then.
class Sample {
 public:
  virtual ~Sample() = default;
  virtual std::size_t size() const = 0;
  /// Coordinates in (0, 1); of morris in [0, 1]. Any number of threads may ask.
  virtual void point(std::size_t i, std::span<double> u) const = 0;
};

/// random: independent, uniform.
///
/// lhs: Latin hypercube (McKay, Beckman & Conover 1979, Technometrics 21(2), 239-245), nested: n is
/// an odd number doubled k times, and every doubling fills the strata that are empty in the design
/// before (as Qian 2009, Biometrika 96(4), 957-970).
///
/// sobol: Sobol' (1967) with the direction numbers of Joe & Kuo (2008), SIAM J. Sci. Comput. 30(5),
/// 2635-2654, from Boost.Random, in Gray-code order. scramble: owen, the nested uniform scrambling
/// of Owen (1995) of the first 32 bits; shift, a random digital shift; none: the sequence itself
/// without its first point, the origin.
///
/// saltelli: blocks of d + 2 points (second_order: 2 d + 2) A, A with column 1 of B, …, (B with
/// column 1 of A, …,) B, where A and B are the halves of a Sobol' point of 2 d dimensions; Saltelli
/// (2002), Comput. Phys. Commun. 145, 280-297; Saltelli et al. (2010), ibid. 181, 259-270.
///
/// morris: trajectories of d + 1 points on a grid of `levels`, each factor moved once by
/// levels / (2 (levels - 1)), in random order and direction; Morris (1991), Technometrics 33(2),
/// 161-174.
std::unique_ptr<const Sample> make_sample(const SamplingPlan& plan);

/// A number, true or false as it is, a word in quotation marks, as TOML takes it.
std::string as_toml(std::string_view word);

/// Points that belong together and are analysed together: 1, a block or a trajectory.
std::size_t block_size(const SamplingPlan& plan);

/// Points of the unscrambled Sobol' sequence; index 0 is the origin.
class SobolSequence {
 public:
  explicit SobolSequence(std::size_t dimensions);
  std::uint64_t bits(std::uint64_t index, std::size_t dimension) const;

 private:
  static constexpr std::size_t kBits = 40;  ///< indices below 2^40
  std::vector<std::uint64_t> direction_;    ///< kBits to a dimension
};

}  // namespace tavolo::engine
