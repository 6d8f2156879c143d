#pragma once

#include <array>
#include <bit>
#include <cassert>
#include <cstdint>
#include <utility>

namespace tavolo::engine {

/// A shuffle of 0 … size - 1 that nobody stores: where each number goes is a function of it and of
/// the key, at once for all of them. A Feistel network of six rounds over the next even number of
/// bits (Luby & Rackoff 1988, SIAM J. Comput. 17, 373-386), walked until it is back below `size`,
/// at most four times on average (Black & Rogaway 2002, Ciphers with arbitrary finite domains,
/// CT-RSA, section 3). For samples, not for secrets.
class Permutation {
 public:
  /// `size` >= 1.
  Permutation(std::uint32_t size, std::uint64_t key) : size_{size} {
    assert(size >= 1);
    half_ = (static_cast<unsigned>(std::bit_width(size - 1)) + 1) / 2;
    mask_ = (std::uint32_t{1} << half_) - 1;
    for (auto& round : keys_) {
      // SplitMix64: Steele, Lea & Flood (2014), OOPSLA '14
      std::uint64_t z = key += 0x9e3779b97f4a7c15;
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
      z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
      round = static_cast<std::uint32_t>((z ^ (z >> 31)) >> 32);
    }
  }

  std::uint32_t operator()(std::uint32_t i) const {
    if (half_ == 0) return i;
    do i = once(i);
    while (i >= size_);
    return i;
  }

 private:
  std::uint32_t once(std::uint32_t i) const {
    std::uint32_t left = i >> half_, right = i & mask_;
    for (const std::uint32_t key : keys_) {
      const auto mixed = (std::uint64_t{right ^ key} * 0xd6e8feb86659fd93) ^ key;
      left ^= static_cast<std::uint32_t>(mixed >> 32) & mask_;
      std::swap(left, right);
    }
    return left << half_ | right;
  }

  std::uint32_t size_, mask_ = 0;
  unsigned half_ = 0;
  std::array<std::uint32_t, 6> keys_{};
};

}  // namespace tavolo::engine
