#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "engine/negotiation/domain.h"
#include "engine/random.h"
#include "tests/support/mutator.h"

/// Thousands of spoilt domains, the same on every run: whatever stands in a file, the reader
/// returns with a domain that reads back the same, or says which file is wrong, and where.
/// TAVOLO_MUTANTS sets another number of them, for a longer look.

namespace tavolo::engine::negotiation {
namespace {

using test::Mutator;

enum class Luck : std::uint32_t { xml = 1, toml = 2 };

std::size_t mutants() {
  const char* wished = std::getenv("TAVOLO_MUTANTS");
  return wished != nullptr ? std::strtoul(wished, nullptr, 10) : 3000;
}

std::string file_text(const std::string& name) {
  std::ifstream file{TAVOLO_SOURCE_DIR "/configs/negotiation/" + name};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// A domain with everything that GENIUS has a place for.
Domain everything() {
  return parse_toml_domain(R"(
issues = [
  { id = "speed", lower = 2, upper = 5 },
  { id = "payment", name = "Payment & terms", labels = ["on delivery", "30 \"days\"", "più"] },
  { id = "share", lower = 0, upper = 1, steps = 4 },
]
parties = [ { id = "buyer", reservation = 0.25, discount = 0.9 }, { id = "seller" } ]
evaluations = [
  { id = "1", party = "buyer", issue = "speed", weight = 0.5, slope = 0.5, offset = 0 },
  { id = "2", party = "buyer", issue = "share", weight = 0.125, triangle = [0, 0.5, 1] },
  { id = "3", party = "buyer", issue = "payment", weight = 0.3, values = [3, 1, 0] },
  { id = "4", party = "seller", issue = "payment", values = [0, 4, 10] },
  { id = "5", party = "seller", issue = "share", weight = 0.1, values = [1, 2, 3, 4, 5] },
]
)",
                           "everything.toml");
}

constexpr std::array<std::string_view, 32> kXmlTokens{"<",
                                                      ">",
                                                      "/>",
                                                      "</",
                                                      "\"",
                                                      "'",
                                                      "=",
                                                      "&",
                                                      "&amp;",
                                                      "&#0;",
                                                      "&#x110000;",
                                                      "<!--",
                                                      "-->",
                                                      "<![CDATA[",
                                                      "]]>",
                                                      "<!DOCTYPE",
                                                      "<?xml",
                                                      "?>",
                                                      "\n",
                                                      "\xFF",
                                                      "\xEF\xBB\xBF",
                                                      "index=\"1\"",
                                                      "value=\"\"",
                                                      "evaluation=\"-1e308\"",
                                                      "1e999",
                                                      "nan",
                                                      "issue",
                                                      "item",
                                                      "objective",
                                                      "weight",
                                                      "discrete",
                                                      "99999999999999999999"};

constexpr std::array<std::string_view, 30> kTomlTokens{"=",
                                                       "[",
                                                       "]",
                                                       "{",
                                                       "}",
                                                       ",",
                                                       "\n",
                                                       "\"",
                                                       "'",
                                                       "#",
                                                       ".",
                                                       "\\u0000",
                                                       "\xFF",
                                                       "id",
                                                       "issues",
                                                       "parties",
                                                       "nan",
                                                       "-inf",
                                                       "1e999",
                                                       "true",
                                                       "levels",
                                                       "labels",
                                                       "values",
                                                       "slope = 1e308",
                                                       "steps",
                                                       "lower",
                                                       "upper",
                                                       "weight = -0.0",
                                                       "99999999999999999999",
                                                       "caps"};

/// What a reader accepted has to be sound: it is tabulated and goes through the other formats.
void expect_sound(const Domain& domain) {
  EXPECT_LE(domain.agenda.outcomes(), kMaxOutcomes);
  const auto once = toml_text(domain);
  const auto back = parse_toml_domain(once, "again.toml");
  EXPECT_EQ(toml_text(back), once);
  if (domain.agenda.outcomes() > 20'000) return;
  const auto parties = tabulate(domain), again = tabulate(back);
  for (std::size_t p = 0; p < parties.size(); ++p)
    for (std::size_t outcome = 0; outcome < parties[p].of.size(); ++outcome) {
      const double a = parties[p].of[outcome], b = again[p].of[outcome];
      ASSERT_TRUE(a == b || (a != a && b != b)) << once;
    }
}

/// Whether `read` accepted what it was given; a refusal names one of the files.
template <class Read>
bool survives(const Read& read, std::string_view file) {
  try {
    expect_sound(read());
    return true;
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), testing::StartsWith(std::string{file})) << error.what();
    return false;
  }
}

void expect_both_sides(std::size_t accepted) {
  // So that the mutants are neither all noise nor all harmless.
  EXPECT_GT(accepted, mutants() / 50);
  EXPECT_LT(accepted, mutants() - mutants() / 20);
}

TEST(GeniusReader, SurvivesAnyText) {
  auto files = genius_texts(everything());
  for (auto& file : files) file.name = "fuzz/" + file.name;
  std::vector<std::string> corpus;
  for (const auto& file : files) corpus.push_back(file.text);
  const Streams streams{20240101, 0};
  std::size_t accepted = 0;
  for (std::size_t i = 0; i < mutants() && !testing::Test::HasFailure(); ++i) {
    Mutator mutator{streams(Luck::xml, i), kXmlTokens};
    auto spoilt = files;
    auto& text = spoilt[mutator.below(spoilt.size())].text;
    text = mutator.mutant({text, text, text, corpus[mutator.below(corpus.size())]});
    accepted += survives([&] { return parse_genius("fuzz", spoilt); }, "fuzz") ? 1U : 0U;
  }
  expect_both_sides(accepted);
}

TEST(TomlDomainReader, SurvivesAnyText) {
  const std::vector<std::string> corpus{file_text("plant_jobs.toml"),
                                        file_text("entrant_siting.toml"), toml_text(everything())};
  const Streams streams{20240101, 0};
  std::size_t accepted = 0;
  for (std::size_t i = 0; i < mutants() && !testing::Test::HasFailure(); ++i) {
    const auto text = Mutator{streams(Luck::toml, i), kTomlTokens}.mutant(corpus);
    accepted +=
        survives([&] { return parse_toml_domain(text, "fuzz.toml"); }, "fuzz.toml") ? 1U : 0U;
  }
  expect_both_sides(accepted);
}

}  // namespace
}  // namespace tavolo::engine::negotiation
