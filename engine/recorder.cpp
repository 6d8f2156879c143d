#include "engine/recorder.h"

namespace tavolo::engine {

void Fingerprint::add_bytes(std::span<const std::byte> bytes) {
  constexpr std::uint64_t kPrime = 0x100000001b3;
  for (const std::byte byte : bytes) {
    value_ ^= std::to_integer<std::uint64_t>(byte);
    value_ *= kPrime;
  }
}

void Fingerprint::add(std::string_view text) {
  add(static_cast<std::uint64_t>(text.size()));
  add_bytes(std::as_bytes(std::span{text}));
}

}  // namespace tavolo::engine
