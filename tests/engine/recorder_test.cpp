#include "engine/recorder.h"

#include <gtest/gtest.h>

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tavolo::engine {
namespace {

std::uint64_t of_bytes(std::string_view text) {
  Fingerprint fingerprint;
  fingerprint.add_bytes(std::as_bytes(std::span{text}));
  return fingerprint.value();
}

template <class... Values>
std::uint64_t of(const Values&... values) {
  Fingerprint fingerprint;
  (fingerprint.add(values), ...);
  return fingerprint.value();
}

// Published with the reference implementation (test vectors of FNV-1a, 64 bits).
TEST(Fingerprint, GivesThePublishedAnswers) {
  EXPECT_EQ(of_bytes(""), 0xcbf29ce484222325);
  EXPECT_EQ(of_bytes("a"), 0xaf63dc4c8601ec8c);
  EXPECT_EQ(of_bytes("foobar"), 0x85944171f73967e8);
}

TEST(Fingerprint, OfBytesDoesNotSeeWhereOneCallEnds) {
  Fingerprint fingerprint;
  for (const std::string_view part : {"foo", "bar"})
    fingerprint.add_bytes(std::as_bytes(std::span{part}));
  EXPECT_EQ(fingerprint.value(), of_bytes("foobar"));
}

TEST(Fingerprint, SeesTheLastBitOfADouble) {
  EXPECT_NE(of(1.0), of(1.0 + 0x1p-52));
  EXPECT_NE(of(0.0), of(-0.0));
  EXPECT_EQ(of(0.1), of(0.1));
}

TEST(Fingerprint, SeesTheOrder) { EXPECT_NE(of(1, 2), of(2, 1)); }

TEST(Fingerprint, SeesWhereAStringOrAListEnds) {
  EXPECT_NE(of("ab", "c"), of("a", "bc"));
  EXPECT_NE(of(std::vector{1.0}, std::vector{2.0, 3.0}),
            of(std::vector{1.0, 2.0}, std::vector{3.0}));
  EXPECT_NE(of(std::vector<double>{}), of());
}

TEST(Fingerprint, IsTheSameForTheSameTextInAnyString) {
  EXPECT_EQ(of("closed"), of(std::string{"closed"}));
  EXPECT_EQ(of("closed"), of(std::string_view{"closed"}));
}

TEST(Fingerprint, IsTheSameForTheSameNumbersInAnyRange) {
  const std::vector values{1.5, 2.5};
  EXPECT_EQ(of(values), of(std::span{values}));
  EXPECT_EQ(of(values), of(std::array{1.5, 2.5}));
}

}  // namespace
}  // namespace tavolo::engine
