#pragma once

// Philox and Threefry are plain integer arithmetic; the processor's intrinsics, which Random123
// includes for its other generators, take a third of a second of every file.
#define R123_USE_SSE 0
#define R123_USE_X86INTRIN_H 0
#include <Random123/philox.h>
#include <Random123/threefry.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <type_traits>

#include "engine/simd.h"

namespace tavolo::engine {

/// Uniform on (0, 1), both ends excluded, from 64 random bits (the upper 52 are used), so that
/// log() of it is always finite.
constexpr double uniform_of_bits(std::uint64_t bits) {
  return (static_cast<double>(bits >> 12) + 0.5) * 0x1p-52;
}

/// The draws that decide one thing: one purpose, one month, one agent and, where it applies, one
/// object (the thing it looks at, the party it meets). Any number of draws, four to a block.
class Draws {
 public:
  using Generator = r123::Philox4x64;

  Draws(std::array<std::uint64_t, 2> key, std::uint64_t time_and_purpose, std::uint64_t agent,
        std::uint64_t object)
      : key_{{key[0], key[1]}}, counter_{{agent, time_and_purpose, object, 0}} {}

  /// Four uniforms at once.
  std::array<double, 4> block() {
    const auto bits = Generator{}(counter_, key_);
    ++counter_[3];
    return {uniform_of_bits(bits[0]), uniform_of_bits(bits[1]), uniform_of_bits(bits[2]),
            uniform_of_bits(bits[3])};
  }

  /// Uniform on (0, 1), both ends excluded.
  double uniform() {
    if (left_ == 0) {
      buffer_ = block();
      left_ = 4;
    }
    return buffer_[4 - left_--];
  }

  /// Standard Gumbel: the taste shock that makes discrete choice a logit.
  double gumbel() { return -std::log(-std::log(uniform())); }

  /// Normal with the given mean and standard deviation (never a variance). Box-Muller.
  double normal(double mean, double std_dev) {
    const double radius = std::sqrt(-2 * std::log(uniform()));
    return mean + std_dev * radius * std::cos(2 * std::numbers::pi * uniform());
  }

 private:
  Generator::key_type key_;
  Generator::ctr_type counter_;
  std::array<double, 4> buffer_{};
  unsigned left_ = 0;
};

/// Random words of sixteen agents at once, a lane each: what every one of them feels for object
/// after object. An agent's word for an object is the same in whichever lane and company it is
/// drawn, and whatever other objects there are.
///
/// Threefry4x32 with 12 rounds, from the same library and paper as Draws' generator; additions and
/// rotations only, so that vectors work through all lanes at a time. Diffusion is full after 9
/// rounds (the library's own measure, threefry.h); the library's default of 20 is for caution that
/// the use here, tastes, does not need.
class WordLanes {
 public:
  static constexpr std::size_t kLanes = kPad;
  /// Words that are drawn together, of consecutive objects.
  static constexpr std::uint32_t kBlock = 4;

  WordLanes(std::array<std::uint64_t, 2> key, std::uint32_t time_and_purpose)
      : key_{{static_cast<std::uint32_t>(key[0]), static_cast<std::uint32_t>(key[0] >> 32),
              static_cast<std::uint32_t>(key[1]), static_cast<std::uint32_t>(key[1] >> 32)}},
        time_and_purpose_{time_and_purpose} {}

  /// Words of objects kBlock x block … kBlock x block + 3: object after object, kLanes each.
  /// `occasions` tell an agent's several looks at the same object apart.
  TAVOLO_IN_LOOP void fill(const std::uint32_t* agents, const std::uint32_t* occasions,
                           std::uint32_t block, std::uint32_t* words) const {
    for_lanes<kLanes>([&](std::size_t lane) TAVOLO_IN_LOOP {
      const threefry4x32_ctr_t counter = {
          {agents[lane], occasions[lane], time_and_purpose_, block}};
      const auto drawn = threefry4x32_R(12, counter, key_);
      for (std::size_t w = 0; w < kBlock; ++w) words[w * kLanes + lane] = drawn.v[w];
    });
  }

 private:
  threefry4x32_key_t key_;
  std::uint32_t time_and_purpose_;
};

/// All luck of one month of one replication. A draw is named by what it decides, not by the order
/// in which it is asked for; so two runs with one seed meet the same luck, whatever their policy
/// and their thread count (common random numbers: Klein, Abeysuriya, Stuart & Kerr 2024,
/// arXiv:2409.02086). Counter-based generator: Philox4x64-10 (Salmon, Moraes, Dror & Shaw 2011,
/// "Parallel random numbers: as easy as 1, 2, 3", SC '11), from the Random123 library. The key is
/// (seed, replication): policy, parameter values, threads and order never enter it.
class Streams {
 public:
  Streams(std::uint64_t seed, std::uint64_t replication, std::uint32_t month = 0)
      : key_{seed, replication}, month_{month} {}

  /// The same luck, in another month.
  Streams at(std::uint32_t month) const { return {key_[0], key_[1], month}; }

  /// `purpose` is an enumerator of the model's own list of all its uses of luck.
  template <class Purpose>
  requires std::is_enum_v<Purpose> Draws operator()(Purpose purpose, std::uint64_t agent,
                                                    std::uint64_t object = 0) const {
    return {key_, (std::uint64_t{month_} << 16) | static_cast<std::uint64_t>(purpose), agent,
            object};
  }

  /// Words of the same luck, for a purpose that asks for one per agent and object.
  template <class Purpose>
  requires std::is_enum_v<Purpose> WordLanes words(Purpose purpose)
  const { return {key_, (month_ << 16) | static_cast<std::uint32_t>(purpose)}; }

 private:
  std::array<std::uint64_t, 2> key_;
  std::uint32_t month_;
};

}  // namespace tavolo::engine
