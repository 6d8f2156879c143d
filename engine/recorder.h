#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <ranges>
#include <span>
#include <string_view>
#include <type_traits>

namespace tavolo::engine {

/// A number that stands for a state, bit for bit: two runs ended alike when their fingerprints
/// agree. FNV-1a, 64 bits (Fowler, Noll, Vo, Eastlake & Hansen, IETF draft-eastlake-fnv, section
/// 2). Finds accidents, not forgers. Depends on what is added and on its order; doubles count by
/// their bits, so 0 and -0 differ. Bytes count in the machine's order: compare on one architecture.
class Fingerprint {
 public:
  /// The bytes as they are: two calls are one call with the bytes joined.
  void add_bytes(std::span<const std::byte> bytes);

  template <class T>
  requires std::is_arithmetic_v<T>
  void add(T value) { add_bytes(std::as_bytes(std::span{&value, 1})); }
  /// The length counts too: {1}, {2, 3} and {1, 2}, {3} differ.
  template <std::ranges::contiguous_range Range>
  requires std::is_arithmetic_v<std::ranges::range_value_t<Range>> &&
      (!std::same_as<std::ranges::range_value_t<Range>, char>)void add(const Range& values) {
    const std::span all{std::ranges::data(values), std::ranges::size(values)};
    add(static_cast<std::uint64_t>(all.size()));
    add_bytes(std::as_bytes(all));
  }
  /// The length counts too.
  void add(std::string_view text);

  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325;
};

}  // namespace tavolo::engine
